"""customer.nv: the body, in order.

Source: specification, "customer.nv (POST) — add / edit". Elements marked `newer` stand in no DTD known to us.
"""

from .rule import (
    COUNTRY,
    NETVISOR,
    NETVISOR_OR_CUSTOMER,
    Attribute,
    choice,
    decimal,
    flag,
    group,
    text,
)

DIMENSION = group(
    "dimension",
    "*",
    text("dimensionname", "1", 50),
    text("dimensionitem", "1", 200, attributes=(Attribute("fatherid"),)),
)

CUSTOMER = group(
    "customer",
    "1",
    group(
        "customerbaseinformation",
        "add",
        text("internalidentifier", "?", 50, attributes=(Attribute("type", ("automatic",)),)),
        text("externalidentifier"),
        text("organizationunitnumber", "?", 17),
        text("name", "add", 250),
        text("nameextension", "?", 250),
        text("streetaddress", "?", 80),
        text("additionaladdressline", "?", 80),
        text("city", "?", 80),
        text("postnumber", "?", 50),
        text("country", "?", 2, attributes=(COUNTRY,)),
        text("customergroupname"),
        text("phonenumber"),
        text("faxnumber"),
        text("email"),
        text("homepageuri"),
        flag("isactive"),
        flag("isprivatecustomer"),
        text("emailinvoicingaddress"),
    ),
    group(
        "customerfinvoicedetails",
        "?",
        text("finvoiceaddress"),
        text("finvoiceroutercode"),
    ),
    group(
        "customermaventaedidetails",
        "?",
        text("maventaedichannel", "1"),
        text("maventaedicustomeridentifier"),
    ),
    group(
        "customerdeliverydetails",
        "?",
        text("deliveryname", "?", 250),
        text("deliverystreetaddress", "?", 80),
        text("deliverycity", "?", 80),
        text("deliverypostnumber"),
        text("deliverycountry", "?", 2, attributes=(COUNTRY,)),
    ),
    group(
        "customercontactdetails",
        "?",
        text("contactname"),
        text("contactperson"),
        text("contactpersonemail"),
        text("contactpersonphone"),
    ),
    group(
        "customeradditionalinformation",
        "?",
        text("comment"),
        text("customeragreementidentifier"),
        text("customerreferencenumber"),
        text("directdebitbankaccount"),
        choice("invoicinglanguage", "?", ("FI", "EN", "SE"), attributes=(COUNTRY,)),
        choice("invoiceprintchannelformat", "?", ("1", "2"), attributes=(NETVISOR,)),
        text("yourdefaultreference", "?", 200),
        text("defaulttextbeforeinvoicelines", "?", 500),
        text("defaulttextafterinvoicelines", "?", 500),
        text("defaultpaymentterm", "?", attributes=(NETVISOR_OR_CUSTOMER,)),
        text("defaultsecondname", "?", attributes=(NETVISOR_OR_CUSTOMER,), newer=True),
        decimal("paymentinterest", newer=True),
        decimal("balancelimit", newer=True),
        text(
            "receivablesmanagementautomationrule",
            "?",
            attributes=(NETVISOR_OR_CUSTOMER,),
            newer=True,
        ),
        text("factoringaccount", "?", attributes=(NETVISOR_OR_CUSTOMER,), newer=True),
        choice(
            "taxhandlingtype",
            "?",
            ("countrygroup", "forcedomestic", "notaxhandling", "domesticconstructionservice"),
            newer=True,
        ),
        flag("eustandardfinvoice", newer=True),
        # An empty salespersonid takes the salesperson away.
        group(
            "defaultsalesperson",
            "?",
            text("salespersonid", "1", attributes=(NETVISOR,), blank=True),
        ),
    ),
    group("customerdimensiondetails", "?", DIMENSION),
)
