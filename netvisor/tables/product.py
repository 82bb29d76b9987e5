"""product.nv: the body, in order.

Source: specification, "product.nv (POST)", which follows the newest product DTD.
"""

from .customer import DIMENSION
from .rule import COUNTRY, Attribute, choice, decimal, flag, group, text

EAN = Attribute("type", ("any", "ean8", "ean13", "code128"))

PRODUCT = group(
    "product",
    "1",
    group(
        "productbaseinformation",
        "add",
        text("productcode"),
        text("productgroup", "add"),
        text("name", "add"),
        text("description"),
        decimal("unitprice", "add", 10, attributes=(Attribute("type", ("net", "gross"), required=True),)),
        text("unit"),
        decimal("unitweight", "?", 6),
        text("kaukevaproductcode", newer=True),  # stands only in a DTD older than ours; never sent
        decimal("purchaseprice", "?", 10),
        text("tariffheading"),
        decimal("comissionpercentage", "?", 4),
        flag("isactive", "add"),
        flag("issalesproduct", "add"),
        flag("inventoryenabled"),
        choice("inventorybatchlinkingmode", "?", ("1", "2", "3", "4", "5", "6", "7", "8")),
        text("countryoforigin", "?", 2, attributes=(COUNTRY,)),
        text("primaryeancode", "?", attributes=(EAN,)),
        text("secondaryeancode", "?", attributes=(EAN,)),
        decimal("inventoryalertlimit", "?", 6),
    ),
    group(
        "productbookkeepingdetails",
        "?",
        decimal("defaultvatpercentage", "1"),
        text("defaultdomesticaccountnumber"),
        text("defaulteuaccountnumber"),
        text("defaultoutsideeuaccountnumber"),
    ),
    group(
        "productadditionalinformation",
        "?",
        decimal("productnetweight", "?", 6),
        decimal("productgrossweight", "?", 6),
        choice("productweightunit", "?", ("g", "kg", "tn")),
        group(
            "productpackageinformation",
            "?",
            decimal("packagewidth", "1", 6),
            decimal("packageheight", "1", 6),
            decimal("packagelength", "1", 6),
        ),
        DIMENSION,
    ),
    group(
        "productcustomtags",
        "?",
        group(
            "productcustomtag",
            "*",
            text("tagname", "1"),
            text(
                "tagvalue",
                "1",
                attributes=(Attribute("datatype", ("date", "text", "decimal", "enum"), required=True),),
            ),
        ),
    ),
)
