"""Customers: customer.nv, customerlist.nv, getcustomer.nv.

Source: specification, the three pages of the customer register. In an edit an absent element means "leave",
an empty one "set to blank": None and "" here.
"""

from dataclasses import dataclass
from decimal import Decimal

from .payload import objects, rows
from .query import one_or_many, read_request, write_request
from .sales_invoice_line import dimension_values, read_dimensions
from .schema import With, pick


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A customer card. None = say nothing; "" = make it blank (edits only)."""

    code: str | None = None
    automatic_code: bool | None = None  # Netvisor gives the next free code
    business_id: str | None = None
    organization_unit: str | None = None
    name: str | None = None
    name_extension: str | None = None
    street: str | None = None
    street2: str | None = None
    city: str | None = None
    postcode: str | None = None
    country: str | None = None
    group: str | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    website: str | None = None
    active: bool | None = None
    private: bool | None = None
    invoice_email: str | None = None
    einvoice_address: str | None = None
    operator_id: str | None = None
    delivery_name: str | None = None
    delivery_street: str | None = None
    delivery_city: str | None = None
    delivery_postcode: str | None = None
    delivery_country: str | None = None
    contact_name: str | None = None
    contact_person: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    comment: str | None = None
    agreement: str | None = None
    reference: str | None = None
    language: str | None = None  # FI, EN or SE
    print_format: str | None = None  # "1" invoice and giro form, "2" invoice
    your_reference: str | None = None
    text_before: str | None = None
    text_after: str | None = None
    payment_term: str | int | None = None  # int = Netvisor key, str = name
    interest: Decimal | None = None
    balance_limit: Decimal | None = None
    tax_handling: str | None = None
    en16931: bool | None = None
    salesperson_key: int | str | None = None
    dimensions: tuple = ()  # of Dimension


@dataclass(frozen=True, kw_only=True)
class ReceivedCustomer(Customer):
    """A customer card as Netvisor gives it. `unreadable`: (element, text) of values that no reader understood."""

    key: int | None = None
    group_key: int | None = None
    discount: Decimal | None = None
    price_group: str | None = None
    unreadable: tuple = ()


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """One row of customerlist.nv."""

    key: int | None = None
    name: str = ""
    code: str = ""
    business_id: str = ""
    group_key: int | None = None
    group_name: str = ""
    uri: str = ""
    unreadable: tuple = ()


#: group → {element: field}
WRITE = {
    "customerbaseinformation": {
        "internalidentifier": "code",
        "externalidentifier": "business_id",
        "organizationunitnumber": "organization_unit",
        "name": "name",
        "nameextension": "name_extension",
        "streetaddress": "street",
        "additionaladdressline": "street2",
        "city": "city",
        "postnumber": "postcode",
        "country": "country",
        "customergroupname": "group",
        "phonenumber": "phone",
        "faxnumber": "fax",
        "email": "email",
        "homepageuri": "website",
        "isactive": "active",
        "isprivatecustomer": "private",
        "emailinvoicingaddress": "invoice_email",
    },
    "customerfinvoicedetails": {
        "finvoiceaddress": "einvoice_address",
        "finvoiceroutercode": "operator_id",
    },
    "customerdeliverydetails": {
        "deliveryname": "delivery_name",
        "deliverystreetaddress": "delivery_street",
        "deliverycity": "delivery_city",
        "deliverypostnumber": "delivery_postcode",
        "deliverycountry": "delivery_country",
    },
    "customercontactdetails": {
        "contactname": "contact_name",
        "contactperson": "contact_person",
        "contactpersonemail": "contact_email",
        "contactpersonphone": "contact_phone",
    },
    "customeradditionalinformation": {
        "comment": "comment",
        "customeragreementidentifier": "agreement",
        "customerreferencenumber": "reference",
        "invoicinglanguage": "language",
        "invoiceprintchannelformat": "print_format",
        "yourdefaultreference": "your_reference",
        "defaulttextbeforeinvoicelines": "text_before",
        "defaulttextafterinvoicelines": "text_after",
        "paymentinterest": "interest",
        "balancelimit": "balance_limit",
        "taxhandlingtype": "tax_handling",
        "eustandardfinvoice": "en16931",
    },
}

#: path, field, kind. Names of the answer differ from those of the request here and there.
READ = (
    ("CustomerBaseInformation/NetvisorKey", "key", "integer"),
    ("CustomerBaseInformation/InternalIdentifier", "code", "text"),
    ("CustomerBaseInformation/ExternalIdentifier", "business_id", "text"),
    ("CustomerBaseInformation/OrganizationUnitNumber", "organization_unit", "text"),
    ("CustomerBaseInformation/CustomerGroupNetvisorKey", "group_key", "integer"),
    ("CustomerBaseInformation/CustomerGroupName", "group", "text"),
    ("CustomerBaseInformation/Name", "name", "text"),
    ("CustomerBaseInformation/NameExtension", "name_extension", "text"),
    ("CustomerBaseInformation/StreetAddress", "street", "text"),
    ("CustomerBaseInformation/AdditionalStreetAddress", "street2", "text"),
    ("CustomerBaseInformation/AdditionalAddressLine", "street2", "text"),
    ("CustomerBaseInformation/City", "city", "text"),
    ("CustomerBaseInformation/PostNumber", "postcode", "text"),
    ("CustomerBaseInformation/Country", "country", "text"),
    ("CustomerBaseInformation/PhoneNumber", "phone", "text"),
    ("CustomerBaseInformation/FaxNumber", "fax", "text"),
    ("CustomerBaseInformation/Email", "email", "text"),
    ("CustomerBaseInformation/EmailInvoicingAddress", "invoice_email", "text"),
    ("CustomerBaseInformation/HomePageUri", "website", "text"),
    ("CustomerBaseInformation/IsActive", "active", "flag"),
    ("CustomerBaseInformation/IsPrivateCustomer", "private", "flag"),
    ("CustomerFinvoiceDetails/FinvoiceAddress", "einvoice_address", "text"),
    ("CustomerFinvoiceDetails/FinvoiceRouterCode", "operator_id", "text"),
    ("CustomerDeliveryDetails/DeliveryName", "delivery_name", "text"),
    ("CustomerDeliveryDetails/DeliveryStreetAddress", "delivery_street", "text"),
    ("CustomerDeliveryDetails/DeliveryCity", "delivery_city", "text"),
    ("CustomerDeliveryDetails/DeliveryPostNumber", "delivery_postcode", "text"),
    ("CustomerDeliveryDetails/DeliveryCountry", "delivery_country", "text"),
    ("CustomerContactDetails/ContactName", "contact_name", "text"),
    ("CustomerContactDetails/ContactPerson", "contact_person", "text"),
    ("CustomerContactDetails/ContactPersonEmail", "contact_email", "text"),
    ("CustomerContactDetails/ContactPersonPhone", "contact_phone", "text"),
    ("CustomerAdditionalInformation/Comment", "comment", "text"),
    ("CustomerAdditionalInformation/CustomerAgreementIdentifier", "agreement", "text"),
    ("CustomerAdditionalInformation/ReferenceNumber", "reference", "text"),
    ("CustomerAdditionalInformation/InvoicingLanguage", "language", "text"),
    ("CustomerAdditionalInformation/YourDefaultReference", "your_reference", "text"),
    ("CustomerAdditionalInformation/DefaultTextBeforeInvoiceLines", "text_before", "text"),
    ("CustomerAdditionalInformation/DefaultTextAfterInvoiceLines", "text_after", "text"),
    ("CustomerAdditionalInformation/DefaultPaymentTerm", "payment_term", "text"),
    ("CustomerAdditionalInformation/PaymentInterest", "interest", "decimal"),
    ("CustomerAdditionalInformation/BalanceLimit", "balance_limit", "decimal"),
    ("CustomerAdditionalInformation/TaxHandlingType", "tax_handling", "text"),
    ("CustomerAdditionalInformation/EUStandardFinvoice", "en16931", "flag"),
    ("CustomerAdditionalInformation/DiscountPercentage", "discount", "decimal"),
    ("CustomerAdditionalInformation/PriceGroup", "price_group", "text"),
)

READ_ROW = (
    ("Netvisorkey", "key", "integer"),
    ("Name", "name", "text"),
    ("Code", "code", "text"),
    ("OrganisationIdentifier", "business_id", "text"),
    ("CustomerGroupID", "group_key", "integer"),
    ("CustomerGroupName", "group_name", "text"),
    ("Uri", "uri", "text"),
)


def add(customer, encoding="utf-8", **parameters):
    """Return the Request that creates a Customer. parameters: `useonlyexistingdimensions`… Raises SchemaError."""
    return write_request("customer.nv", _values(customer), encoding, **parameters)


def edit(key, customer, encoding="utf-8", **parameters):
    """Return the Request that changes the customer of that Netvisor key (int): only what is not None."""
    return write_request("customer.nv", _values(customer), encoding, key, **parameters)


def _values(customer):
    values = {name: pick(customer, names) for name, names in WRITE.items()}
    if customer.automatic_code:
        values["customerbaseinformation"] = {
            **(values["customerbaseinformation"] or {}),
            "internalidentifier": With("", type="automatic"),
        }
    extra = {}
    if customer.payment_term is not None:
        kind = "netvisor" if isinstance(customer.payment_term, int) else "customer"
        extra["defaultpaymentterm"] = With(customer.payment_term, type=kind)
    if customer.salesperson_key is not None:
        extra["defaultsalesperson"] = {"salespersonid": customer.salesperson_key}
    if extra:
        values["customeradditionalinformation"] = {
            **(values["customeradditionalinformation"] or {}),
            **extra,
        }
    if customer.dimensions:
        values["customerdimensiondetails"] = {"dimension": dimension_values(customer.dimensions)}
    return values


def list_request(keyword=None, changed_since=None, codes=()):
    """Return the Request of customerlist.nv.

    keyword        in name, name extension, code or business id; Netvisor then ignores `changed_since`
    changed_since  date or naive datetime
    codes          at most 100 customer codes; together with keyword both must hold
    """
    return read_request(
        "customerlist.nv",
        keyword=keyword,
        changedsince=changed_since,
        customercodelist=codes,
    )


def parse_list(answer):
    """Return a tuple of CustomerRow. Raises ReadError."""
    return tuple(node.build(CustomerRow, READ_ROW) for node in rows(answer, "Customerlist", "Customer"))


def get_request(keys):
    """Return the Request of getcustomer.nv for one Netvisor key (int) or several (at most 500)."""
    resource = "getcustomer.nv"
    return read_request(resource, **one_or_many(resource, keys, "id", "idlist"))


def parse_get(answer):
    """Return a tuple of ReceivedCustomer, () when there is none. Raises ReadError."""
    return tuple(
        node.build(ReceivedCustomer, READ, dimensions=_dimensions(node))
        for node in objects(answer, "Customers", "Customer")
    )


def _dimensions(node):
    holder = node.find("CustomerAdditionalInformation/CustomerDimensions")
    return read_dimensions(holder) if holder else ()
