"""salesinvoice.nv: the body, in order.

Source: specification, "salesinvoice.nv (POST)" and its parts on product lines, voucher lines and attachments.
Lengths of attachments are those of the batch resource, the only documented ones.
How many decimals Netvisor keeps of prices and quantities is not documented; ten is more than Odoo can hold.
"""

from .rule import (
    COUNTRY,
    NETVISOR,
    NETVISOR_OR_CUSTOMER,
    Attribute,
    Element,
    choice,
    date,
    decimal,
    flag,
    group,
    integer,
    text,
)
from .sales_invoice_line import ACCRUAL_RULE, DIMENSION, PRODUCT_LINE, SUB_LINE
from .vat_code import VAT_CODE_NAMES

VOUCHER_LINE = group(
    "voucherline",
    "+",
    decimal("linesum", "1", attributes=(Attribute("type", ("net", "gross"), required=True),)),
    text("description", "?", 255),
    text("accountnumber", "1"),
    decimal("vatpercent", "1", attributes=(Attribute("vatcode", VAT_CODE_NAMES, required=True),)),
    flag("skipaccrual"),
    DIMENSION,
)

ATTACHMENT = group(
    "salesinvoiceattachment",
    "+",
    text("mimetype", "1", 50),
    text("attachmentdescription", "1", 100),
    text("filename", "1", 255),
    Element(
        "documentdata",
        "data",
        "1",
        attributes=(Attribute("type", ("pdf", "finvoice", "doc", "xls", "tif", "jpg", "gif", "txt", "xsl", "html")),),
    ),
    flag("printbydefault"),
)

SALES_INVOICE = group(
    "salesinvoice",
    "1",
    integer("salesinvoicenumber", minimum=1),
    date("salesinvoicedate", "1"),
    date("salesinvoiceeventdate"),
    date("salesinvoiceduedate"),
    date("salesinvoicevaluedate"),
    date("salesinvoicedeliverydate"),
    Element(
        "salesinvoicedeliverytocustomerdate",
        "week",
        "?",
        attributes=(
            Attribute("format", ("ansi",), default="ansi"),
            Attribute("type", ("date", "weeknumber"), required=True),
        ),
    ),
    text("salesinvoicewaybillidentifier"),
    decimal(
        "salesinvoiceproductpackagepallet",
        newer=True,
        attributes=(Attribute("type"), Attribute("amount", kind="decimal")),
    ),
    text("salesinvoicereferencenumber"),
    # Empty means that Netvisor adds up the lines.
    decimal(
        "salesinvoiceamount",
        "1",
        blank=True,
        attributes=(
            Attribute("iso4217currencycode"),
            Attribute("currencyrate", kind="decimal"),
            Attribute("pricetype", ("netvisor", "customer")),
        ),
    ),
    text("selleridentifier", "?", attributes=(Attribute("type", ("netvisor", "customer")),)),
    text("sellername", "?", 50),
    choice("invoicetype", "?", ("invoice", "order", "invoicedraft")),
    # Empty for a draft.
    choice(
        "salesinvoicestatus",
        "1",
        ("open", "unsent", "delivered", "undelivered"),
        blank=True,
        attributes=(NETVISOR,),
    ),
    text("salesinvoicefreetextbeforelines", "?", 500),
    text("salesinvoicefreetextafterlines", "?", 500),
    text("salesinvoiceourreference"),
    text("salesinvoiceyourreference"),
    text("salesinvoiceprivatecomment", "?", 255),
    text(
        "invoicingcustomeridentifier",
        "1",
        attributes=(
            Attribute("type", ("netvisor", "customer", "organizationunitnumber"), required=True),
            Attribute("contactpersonid"),
        ),
    ),
    text("invoicingcustomername", "?", 250),
    text("invoicingcustomernameextension"),
    text("invoicingcustomeraddressline", "?", 100),
    text("invoicingcustomeradditionaladdressline"),
    text("invoicingcustomerpostnumber"),
    text("invoicingcustomertown"),
    text("invoicingcustomercountrycode", "?", 2, attributes=(COUNTRY,)),
    text("officeidentifier", "?", attributes=(Attribute("type", ("automatic",)),)),
    text("deliveryoffice", "?", attributes=(NETVISOR_OR_CUSTOMER,)),
    text("deliveryaddressname", "?", 250),
    text("deliveryaddressnameextension"),
    text("deliveryaddressline", "?", 100),
    text("deliveryaddresspostnumber"),
    text("deliveryaddresstown"),
    text("deliveryaddresscountrycode", "?", 2, attributes=(COUNTRY,)),
    text("deliverymethod"),
    text("deliveryterm"),
    choice(
        "salesinvoicetaxhandlingtype",
        "?",
        ("countrygroup", "domesticconstructionservice", "notaxhandling", "forcedomestic"),
    ),
    text(
        "paymentterm",
        "?",
        newer=True,
        attributes=(Attribute("type", ("netvisor", "customerdefault", "companydefault", "default"), required=True),),
    ),
    integer("paymenttermnetdays", minimum=0),
    integer("paymenttermcashdiscountdays", minimum=0),
    decimal(
        "paymenttermcashdiscount",
        attributes=(Attribute("type", ("percentage", "sum"), required=True, default="percentage"),),
    ),
    flag("expectpartialpayments"),
    flag(
        "trydirectdebitlink",
        attributes=(Attribute("mode", ("ignore_error", "fail_on_error"), required=True),),
    ),
    text("overridevouchersalesreceivablesaccountnumber"),
    choice("invoicesubjecttype", "?", ("memberinvoice",)),
    text("salesinvoiceagreementidentifier"),
    text("printchannelformat", "?", attributes=(NETVISOR_OR_CUSTOMER,)),
    text("secondname", "?", attributes=(NETVISOR_OR_CUSTOMER,)),
    decimal("overriderateofoverdue"),
    text("ordernumber"),
    text(
        "proposedaccount",
        newer=True,
        attributes=(Attribute("type", ("customer",), required=True, default="customer"),),
    ),
    text("accountdimensiontext", newer=True),
    decimal("collectioncost", newer=True, minimum=0),
    flag("isthirdpartysales", newer=True),
    group(
        "invoicelines",
        "1",
        group(
            "invoiceline",
            "+",
            PRODUCT_LINE,
            group("salesinvoicecommentline", "?", text("comment", "1")),
            SUB_LINE,
            one_of=True,
        ),
    ),
    group("invoicevoucherlines", "?", VOUCHER_LINE),
    group(
        "salesinvoiceaccrual",
        "?",
        text("overridedefaultsalesaccrualaccountnumber"),
        choice("salesinvoiceaccrualtype", "?", ("default", "custom")),
        group(
            "accrualvoucherentry",
            "+",
            integer("month", "1"),
            integer("year", "1"),
            decimal("sum", "1"),
        ),
    ),
    ACCRUAL_RULE,
    group("salesinvoiceattachments", "?", ATTACHMENT),
    group(
        "customtags",
        "?",
        group(
            "tag",
            "*",
            text("tagname", "1"),
            text(
                "tagvalue",
                "1",
                attributes=(Attribute("datatype", ("date", "text", "float", "enum"), required=True),),
            ),
        ),
    ),
    any_of=(("salesinvoiceduedate", "paymentterm", "paymenttermnetdays"),),
)
