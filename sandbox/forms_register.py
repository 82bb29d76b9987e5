"""The forms of customer.nv (section 4.1), product.nv (4.10) and dimensionitem.nv (4.12), in their order."""

from .forms_invoice import COUNTRY, DIMENSION
from .grammar import group, leaf, maybe, one_of

KEY_OR_NAME = {"type": one_of("netvisor", "customer")}

CUSTOMER = group(
    "customer",
    group(
        "customerbaseinformation",
        leaf("internalidentifier", length=50, attributes={"type": maybe("automatic")}),
        leaf("externalidentifier", length=50),
        leaf("organizationunitnumber", length=17),
        leaf("name", need=True, length=250),
        leaf("nameextension", length=250),
        leaf("streetaddress", length=80),
        leaf("additionaladdressline", length=80),
        leaf("city", length=80),
        leaf("postnumber", length=50),
        leaf("country", "country", attributes=COUNTRY),
        leaf("customergroupname"),
        leaf("phonenumber"),
        leaf("faxnumber"),
        leaf("email"),
        leaf("homepageuri"),
        leaf("isactive", "flag"),
        leaf("isprivatecustomer", "flag"),
        leaf("emailinvoicingaddress"),
        need=True,
    ),
    group("customerfinvoicedetails", leaf("finvoiceaddress"), leaf("finvoiceroutercode")),
    group(
        "customermaventaedidetails",
        leaf("maventaedichannel", need=True),
        leaf("maventaedicustomeridentifier"),
    ),
    group(
        "customerdeliverydetails",
        leaf("deliveryname", length=250),
        leaf("deliverystreetaddress", length=80),
        leaf("deliverycity", length=80),
        leaf("deliverypostnumber"),
        leaf("deliverycountry", "country", attributes=COUNTRY),
    ),
    group(
        "customercontactdetails",
        leaf("contactname"),
        leaf("contactperson"),
        leaf("contactpersonemail"),
        leaf("contactpersonphone"),
    ),
    group(
        "customeradditionalinformation",
        leaf("comment"),
        leaf("customeragreementidentifier"),
        leaf("customerreferencenumber"),
        leaf("directdebitbankaccount"),
        leaf("invoicinglanguage", ("fi", "en", "se"), attributes={"type": maybe()}),
        leaf("invoiceprintchannelformat", ("1", "2"), attributes={"type": one_of("netvisor")}),
        leaf("yourdefaultreference", length=200),
        leaf("defaulttextbeforeinvoicelines", length=500),
        leaf("defaulttextafterinvoicelines", length=500),
        leaf("defaultpaymentterm", attributes=KEY_OR_NAME),
        leaf("defaultsecondname", attributes=KEY_OR_NAME),
        leaf("paymentinterest", "decimal"),
        leaf("balancelimit", "decimal"),
        leaf("receivablesmanagementautomationrule", attributes=KEY_OR_NAME),
        leaf("factoringaccount", attributes=KEY_OR_NAME),
        leaf(
            "taxhandlingtype",
            ("countrygroup", "forcedomestic", "notaxhandling", "domesticconstructionservice"),
        ),
        leaf("eustandardfinvoice", "flag"),
        group("defaultsalesperson", leaf("salespersonid", attributes={"type": one_of("netvisor")})),
    ),
    group(
        "customerdimensiondetails",
        group(
            "dimension",
            leaf("dimensionname", need=True, length=50),
            leaf("dimensionitem", need=True, length=200, attributes={"fatherid": maybe()}),
            many=True,
        ),
    ),
    need=True,
)

PRODUCT = group(
    "product",
    group(
        "productbaseinformation",
        leaf("productcode", length=50),
        leaf("productgroup", need=True),
        leaf("name", need=True, length=200),
        leaf("description"),
        leaf("unitprice", "decimal", need=True, attributes={"type": one_of("net", "gross")}),
        leaf("unit"),
        leaf("unitweight", "decimal"),
        leaf("kaukevaproductcode"),  # only in the document type of 2021
        leaf("purchaseprice", "decimal"),
        leaf("tariffheading"),
        leaf("comissionpercentage", "decimal"),
        leaf("isactive", "flag", need=True),
        leaf("issalesproduct", "flag", need=True),
        leaf("inventoryenabled", "flag"),
        leaf("inventorybatchlinkingmode", tuple("12345678")),
        leaf("countryoforigin", "country", attributes=COUNTRY),
        leaf("primaryeancode", attributes={"type": maybe("any", "ean8", "ean13", "code128")}),
        leaf("secondaryeancode", attributes={"type": maybe("any", "ean8", "ean13", "code128")}),
        leaf("inventoryalertlimit", "decimal"),
        need=True,
    ),
    group(
        "productbookkeepingdetails",
        leaf("defaultvatpercentage", "decimal", need=True),
        leaf("defaultdomesticaccountnumber", "integer"),
        leaf("defaulteuaccountnumber", "integer"),
        leaf("defaultoutsideeuaccountnumber", "integer"),
    ),
    group(
        "productadditionalinformation",
        leaf("productnetweight", "decimal", attributes={"weightunit": maybe("g", "kg", "tn")}),
        leaf("productgrossweight", "decimal", attributes={"weightunit": maybe("g", "kg", "tn")}),
        leaf("productweightunit", ("g", "kg", "tn")),
        group(
            "productpackageinformation",
            leaf("packagewidth", "decimal", need=True, attributes={"unit": maybe()}),
            leaf("packageheight", "decimal", need=True, attributes={"unit": maybe()}),
            leaf("packagelength", "decimal", need=True, attributes={"unit": maybe()}),
        ),
        DIMENSION,
        loose=True,  # sources contradict each other on the order here (8.8)
    ),
    group(
        "productcustomtags",
        group(
            "productcustomtag",
            leaf("tagname", need=True),
            leaf("tagvalue", attributes={"datatype": one_of("date", "text", "decimal", "enum")}),
            many=True,
        ),
    ),
    need=True,
)

#: What only the newest Netvisor knows of items: the two parts of their names, and when they may be used.
NEWER = (
    "code",
    "label",
    "oldcode",
    "oldlabel",
    "fathercode",
    "fatherlabel",
    "activityperiodstart",
    "activityperiodend",
)

DIMENSION_ITEM = group(
    "dimensionitem",
    leaf("name", need=True, length=50),
    leaf("item", need=True, length=200),
    leaf("olditem", length=200),
    leaf("integrationdimensiondetailguid"),
    leaf("code", length=50),
    leaf("label", length=200),
    leaf("oldcode", length=50),
    leaf("oldlabel", length=200),
    leaf("fatherid", "integer"),
    leaf("fatheritem", length=200),
    leaf("fathercode", length=50),
    leaf("fatherlabel", length=200),
    leaf("integrationdimensiondetailfatherguid"),
    leaf("activityperiodstart", "date"),
    leaf("activityperiodend", "date"),
    leaf("ishidden", "truth"),
    group("metadata", leaf("data", need=True), leaf("type"), many=True),
    need=True,
)
