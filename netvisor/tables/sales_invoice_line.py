"""The lines inside salesinvoice.nv. Source: specification, "salesinvoiceproductline"."""

from .rule import Attribute, date, decimal, flag, group, integer, text
from .vat_code import VAT_CODE_NAMES

DIMENSION = group(
    "dimension",
    "*",
    text("dimensionname", "1", 50),
    text("dimensionitem", "1", 200, attributes=(Attribute("integrationdimensiondetailguid"),)),
    group("metadata", "*", text("data", "1")),
)

ACCRUAL_RULE = group(
    "accrualrule",
    "?",
    integer("startmonth", "1"),
    integer("startyear", "1"),
    integer("endmonth"),
    integer("endyear"),
    text("divisioncurvename"),
)

PRODUCT_LINE = group(
    "salesinvoiceproductline",
    "?",
    # An empty code makes a free line (one client in production does that).
    text(
        "productidentifier",
        "1",
        blank=True,
        attributes=(
            Attribute(
                "type",
                ("netvisor", "customer", "primaryeancode", "secondaryeancode"),
                required=True,
            ),
        ),
    ),
    # Empty means the name in the product register.
    text("productname", "1", 200, blank=True),
    decimal(
        "productunitprice",
        "1",
        10,
        attributes=(Attribute("type", ("net", "gross", "netvisor"), required=True),),
    ),
    decimal(
        "productunitpurchaseprice",
        "?",
        10,
        attributes=(Attribute("type", ("net",), required=True, default="net"),),
    ),
    decimal("productvatpercentage", "1", attributes=(Attribute("vatcode", VAT_CODE_NAMES),)),
    decimal("salesinvoiceproductlinequantity", "1", 10),
    # Empty with type="netvisor" means the customer's own discount.
    decimal(
        "salesinvoiceproductlinediscountpercentage",
        "?",
        10,
        attributes=(Attribute("type", ("netvisor",)),),
    ),
    text("salesinvoiceproductlinefreetext"),
    decimal("salesinvoiceproductlinevatsum"),
    decimal("salesinvoiceproductlinesum"),
    integer("salesinvoiceproductlineinventoryid"),
    text("accountingaccountsuggestion"),
    flag("skipaccrual"),
    DIMENSION,
    decimal("provisionpercentage", "?", 4),
    ACCRUAL_RULE,
    text("productunitname"),
    date("deliverydate", newer=True),
    text("ordernumber", newer=True),
    text(
        "proposedaccount",
        newer=True,
        attributes=(Attribute("type", ("customer",), required=True, default="customer"),),
    ),
    text("accountdimensiontext", newer=True),
    together=(("salesinvoiceproductlinevatsum", "salesinvoiceproductlinesum"),),
)

SUB_LINE = group(
    "salesinvoicesubline",
    "?",
    text("sublinearticleidentifier"),
    text("sublinearticlename", "1"),
    text("sublinedescription"),
    text("sublineunitcode"),
    decimal("sublineunitprice", "?", 10),
    decimal("sublinedeliveredquantity", "?", 10),
    decimal("sublinediscountpercent", "?", 10),
    decimal("sublinevatpercent"),
    decimal("sublinesum"),
    decimal("sublinevatsum"),
    newer=True,
)
