"""The form of salesinvoice.nv and matchcreditnote.nv: section 4.5 of the interface description, in its order."""

from .codes import VAT_CODES
from .grammar import group, leaf, maybe, one_of

ANSI = {"format": maybe("ansi")}
COUNTRY = {"type": maybe()}  # peers send ISO-3166 and the misspelt ISO-3316; the value is not looked at (8.39)

DIMENSION = group(
    "dimension",
    leaf("dimensionname", need=True, length=50),
    leaf(
        "dimensionitem",
        need=True,
        length=200,
        attributes={"integrationdimensiondetailguid": maybe()},
    ),
    group("metadata", leaf("data"), many=True),
    many=True,
)

ACCRUAL = group(
    "accrualrule",
    leaf("startmonth", "integer", need=True),
    leaf("startyear", "integer", need=True),
    leaf("endmonth", "integer"),
    leaf("endyear", "integer"),
    leaf("divisioncurvename"),
)

PRODUCT_LINE = group(
    "salesinvoiceproductline",
    leaf(
        "productidentifier",
        need=True,
        blank=True,
        attributes={"type": one_of("netvisor", "customer", "primaryeancode", "secondaryeancode")},
    ),
    leaf("productname", need=True, blank=True, length=200),
    leaf(
        "productunitprice",
        "decimal",
        need=True,
        attributes={"type": one_of("net", "gross", "netvisor")},
    ),
    leaf("productunitpurchaseprice", "decimal", attributes={"type": one_of("net")}),
    leaf(
        "productvatpercentage",
        "decimal",
        need=True,
        attributes={"vatcode": maybe(*sorted(VAT_CODES))},
    ),
    leaf("salesinvoiceproductlinequantity", "decimal", need=True),
    leaf(
        "salesinvoiceproductlinediscountpercentage",
        "decimal",
        attributes={"type": maybe("netvisor")},
    ),
    leaf("salesinvoiceproductlinefreetext"),
    leaf("salesinvoiceproductlinevatsum", "sum"),
    leaf("salesinvoiceproductlinesum", "sum"),
    leaf("salesinvoiceproductlineinventoryid", "integer"),
    leaf("accountingaccountsuggestion", "integer"),
    leaf("skipaccrual", "flag"),
    DIMENSION,
    leaf("provisionpercentage", "decimal"),
    ACCRUAL,
    leaf("productunitname"),
    leaf("deliverydate", "date", attributes=ANSI),
    leaf("ordernumber"),
    leaf("proposedaccount", attributes={"type": maybe("customer")}),
    leaf("accountdimensiontext"),
)

SUB_LINE = group(
    "salesinvoicesubline",
    leaf("sublinearticleidentifier"),
    leaf("sublinearticlename", need=True),
    leaf("sublinedescription"),
    leaf("sublineunitcode"),
    leaf("sublineunitprice", "decimal"),
    leaf("sublinedeliveredquantity", "decimal"),
    leaf("sublinediscountpercent", "decimal"),
    leaf("sublinevatpercent", "decimal"),
    leaf("sublinesum", "decimal"),
    leaf("sublinevatsum", "decimal"),
)

VOUCHER_LINE = group(
    "voucherline",
    leaf("linesum", "sum", need=True, attributes={"type": one_of("net", "gross")}),
    leaf("description", length=255),
    leaf("accountnumber", "integer", need=True),
    leaf("vatpercent", "decimal", need=True, attributes={"vatcode": one_of(*sorted(VAT_CODES))}),
    leaf("skipaccrual", "flag"),
    DIMENSION,
    need=True,
    many=True,
)

#: Lengths of the attachment fields are documented for batches only and are believed to hold here (8.48).
ATTACHMENT = group(
    "salesinvoiceattachment",
    leaf("mimetype", need=True, length=50),
    leaf("attachmentdescription", need=True, length=100),
    leaf("filename", need=True, length=255),
    leaf("documentdata", "base64", need=True, attributes={"type": maybe("pdf", "finvoice")}),
    leaf("printbydefault", "flag"),
    need=True,
    many=True,
)

HEADER = (
    leaf("salesinvoicenumber", "integer"),
    leaf("salesinvoicedate", "date", need=True, attributes=ANSI),
    leaf("salesinvoiceeventdate", "date", attributes=ANSI),
    leaf("salesinvoiceduedate", "date", attributes=ANSI),
    leaf("salesinvoicevaluedate", "date", attributes=ANSI),
    leaf("salesinvoicedeliverydate", "date", attributes=ANSI),
    leaf(
        "salesinvoicedeliverytocustomerdate",
        "day_or_week",
        attributes={"format": maybe("ansi"), "type": one_of("date", "weeknumber")},
    ),
    leaf("salesinvoicewaybillidentifier"),
    leaf(
        "salesinvoiceproductpackagepallet",
        "decimal",
        attributes={"type": maybe(), "amount": maybe()},
    ),
    leaf("salesinvoicereferencenumber", length=25),
    leaf(
        "salesinvoiceamount",
        "sum",
        need=True,
        blank=True,
        attributes={
            "iso4217currencycode": maybe(),
            "currencyrate": maybe(),
            "pricetype": maybe("netvisor", "customer"),
        },
    ),
    leaf("selleridentifier", attributes={"type": maybe("netvisor", "customer")}),
    leaf("sellername", length=50),
    leaf("invoicetype", ("invoice", "order", "invoicedraft")),
    leaf(
        "salesinvoicestatus",
        ("open", "unsent", "delivered", "undelivered", "rejected"),
        need=True,
        blank=True,
        attributes={"type": maybe("netvisor")},
    ),
    leaf("salesinvoicefreetextbeforelines", length=500),
    leaf("salesinvoicefreetextafterlines", length=500),
    leaf("salesinvoiceourreference", length=200),
    leaf("salesinvoiceyourreference", length=200),
    leaf("salesinvoiceprivatecomment", length=255),
    leaf(
        "invoicingcustomeridentifier",
        need=True,
        attributes={
            "type": one_of("netvisor", "customer", "organizationunitnumber"),
            "contactpersonid": maybe(),
        },
    ),
    leaf("invoicingcustomername", length=250),
    leaf("invoicingcustomernameextension", length=250),
    leaf("invoicingcustomeraddressline", length=100),
    leaf("invoicingcustomeradditionaladdressline", length=100),
    leaf("invoicingcustomerpostnumber", length=50),
    leaf("invoicingcustomertown", length=80),
    leaf("invoicingcustomercountrycode", "country", attributes=COUNTRY),
    leaf("officeidentifier", attributes={"type": maybe("automatic")}),
    leaf("deliveryoffice", attributes={"type": one_of("netvisor", "customer")}),
    leaf("deliveryaddressname", length=250),
    leaf("deliveryaddressnameextension", length=250),
    leaf("deliveryaddressline", length=100),
    leaf("deliveryaddresspostnumber", length=50),
    leaf("deliveryaddresstown", length=80),
    leaf("deliveryaddresscountrycode", "country", attributes=COUNTRY),
    leaf("deliverymethod"),
    leaf("deliveryterm"),
    leaf(
        "salesinvoicetaxhandlingtype",
        ("countrygroup", "domesticconstructionservice", "notaxhandling", "forcedomestic"),
    ),
    leaf(
        "paymentterm",
        attributes={"type": maybe("netvisor", "customerdefault", "companydefault", "default")},
    ),
    leaf("paymenttermnetdays", "integer"),
    leaf("paymenttermcashdiscountdays", "integer"),
    leaf("paymenttermcashdiscount", "decimal", attributes={"type": one_of("percentage", "sum")}),
    leaf("expectpartialpayments", "flag"),
    leaf("trydirectdebitlink", "flag", attributes={"mode": one_of("ignore_error", "fail_on_error")}),
    leaf("overridevouchersalesreceivablesaccountnumber", "integer"),
    leaf("invoicesubjecttype", ("memberinvoice",)),
    leaf("salesinvoiceagreementidentifier"),
    leaf("printchannelformat", attributes={"type": one_of("netvisor", "customer")}),
    leaf("secondname", attributes={"type": one_of("netvisor", "customer")}),
    leaf("overriderateofoverdue", "decimal"),
    leaf("ordernumber"),
    leaf("proposedaccount", attributes={"type": maybe("customer")}),
    leaf("accountdimensiontext"),
    leaf("collectioncost", "decimal"),
    leaf("isthirdpartysales", "flag"),
)

INVOICE = group(
    "salesinvoice",
    *HEADER,
    group(
        "invoicelines",
        group(
            "invoiceline",
            PRODUCT_LINE,
            group("salesinvoicecommentline", leaf("comment", need=True)),
            SUB_LINE,
            choice=True,
            need=True,
            many=True,
        ),
        need=True,
    ),
    group("invoicevoucherlines", VOUCHER_LINE),
    group(
        "salesinvoiceaccrual",
        leaf("overridedefaultsalesaccrualaccountnumber", "integer"),
        leaf("salesinvoiceaccrualtype", ("default", "custom")),
        group(
            "accrualvoucherentry",
            leaf("month", "integer", need=True),
            leaf("year", "integer", need=True),
            leaf("sum", "sum", need=True),
            need=True,
            many=True,
        ),
    ),
    ACCRUAL,
    group("salesinvoiceattachments", ATTACHMENT),
    group(
        "customtags",
        group(
            "tag",
            leaf("tagname", need=True),
            leaf("tagvalue", attributes={"datatype": one_of("date", "text", "float", "enum")}),
            many=True,
        ),
    ),
    need=True,
)

MATCH = group(
    "matchcreditnote",
    leaf("creditnotenetvisorkey", "integer", need=True),
    leaf("invoicenetvisorkey", "integer", need=True),
    need=True,
)
