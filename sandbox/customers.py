"""customer.nv, customerlist.nv and getcustomer.nv (sections 4.1 to 4.3)."""

import re

from . import dimensions
from .answers import comma, el
from .codes import OPERATORS
from .forms_register import CUSTOMER
from .grammar import check, number
from .refusal import Invalid, Refusal

_UNIT = re.compile(r"\d{12,17}\Z")
_FLAGS = {"isactive": "1", "isprivatecustomer": "0"}
#: Every company has this customer from the start.
TEMPORARY_KEY = 1


def ensure_temporary(books):
    """Key 1, code TEMP: present in every company of Netvisor."""
    if books.get("customer", TEMPORARY_KEY) is None:
        books.put(
            "customer",
            TEMPORARY_KEY,
            {
                "code": "TEMP",
                "group": None,
                "dimensions": [],
                "fields": {"name": "Temporary customer", "isactive": "1", "isprivatecustomer": "0"},
            },
            "TEMP",
        )


def write(context):
    """customer.nv: add, or change what is given and leave the rest."""
    method = context.method()
    if method == "edit":
        key = context.key("id")
        data = context.books.get("customer", key)
        if data is None:
            raise Invalid("customer_unknown", key=key)
        _apply(context, check(context.request.body, CUSTOMER, patch=True), key, data)
        return None, None
    key = context.books.next_key("customer")
    data = {"code": "", "group": None, "dimensions": [], "fields": dict(_FLAGS)}
    _apply(context, check(context.request.body, CUSTOMER), key, data)
    return None, key


def _apply(context, node, key, data):
    fields = data["fields"]
    for part in node.children:
        if part.name == "customerdimensiondetails":
            data["dimensions"] = dimensions.read(context, part)
            continue
        for child in part.children:
            if child.name == "defaultsalesperson":
                fields["salespersonid"] = child.value("salespersonid")
                continue
            # An empty element blanks the value; a flag cannot be blank and falls back to its default.
            fields[child.name] = child.text.strip() or _FLAGS.get(child.name, "")
    _check(context, fields)
    identifier = node.get("customerbaseinformation/internalidentifier")
    if identifier is not None:
        data["code"] = identifier.text.strip()
        if not data["code"] and identifier.attributes.get("type", "").lower() == "automatic":
            data["code"] = _next_code(context.books)
    _check_code(context, key, data["code"])
    group = fields.get("customergroupname")
    data["group"] = find_group(context.books, group, context.stamp) if group else None
    data["transaction_id"] = context.request.transaction_id
    context.books.put("customer", key, data, data["code"], context.stamp)


def _check(context, fields):
    if not fields.get("name"):
        raise Invalid("element_empty", path="root/customer/customerbaseinformation/name")
    unit = fields.get("organizationunitnumber")
    if unit and not (_UNIT.match(unit) and unit.startswith("0037")):
        raise Invalid(detail=f"organizationunitnumber must be 12 to 17 digits beginning with 0037: {unit}")
    router = fields.get("finvoiceroutercode")
    if router and router not in OPERATORS and not context.options["accept_any_operator"]:
        raise Invalid("router", code=router)
    limit = fields.get("balancelimit")
    if limit and number(limit) < 0:
        raise Invalid(detail=f"balancelimit must not be negative: {limit}")


def _check_code(context, key, code):
    if not code or context.options["allow_duplicate_codes"]:
        return
    if any(other != key for other, _data in context.books.by_code("customer", code)):
        raise Refusal("DUPLICATE_DATA", "duplicate_customer", code=code)


def _next_code(books):
    while True:
        code = str(books.next("customer code", 10001))
        if not books.by_code("customer", code):
            return code


def find_group(books, name, stamp):
    """The key of the customer group; it is made when it is not there."""
    found = books.by_code("group", name)
    if found:
        return found[0][0]
    key = books.next_key("group")
    books.put("group", key, {"name": name}, name, stamp)
    return key


def find(context, identifier, kind):
    """The (key, data) that an invoice's customer link means, or a refusal."""
    books = context.books
    if kind == "netvisor":
        data = books.get("customer", int(identifier)) if identifier.isdigit() else None
        if data is None:
            raise Invalid("customer_unknown", key=identifier)
        return int(identifier), data
    if kind == "customer":
        found = books.by_code("customer", identifier)
    else:
        found = [
            item for item in books.each("customer") if item[1]["fields"].get("organizationunitnumber") == identifier
        ]
    if len(found) > 1:
        raise Invalid("customer_code_twice", code=identifier)
    if not found:
        raise Invalid("customer_code_unknown", code=identifier)
    return found[0]


def listing(context):
    """customerlist.nv: a keyword switches changedsince off; customer codes narrow what the keyword found."""
    keyword = context.query("keyword").lower()
    since = "" if keyword else context.moment("changedsince")
    codes = [code.strip() for code in context.query("customercodelist").split(",") if code.strip()]
    if len(codes) > 100:
        raise Invalid(detail="Parameter customercodelist may hold at most 100 values")
    if codes and not since:
        rows = sorted(
            (row for code in set(codes) for row in context.books.by_code("customer", code)),
            key=lambda row: row[0],
        )
    else:
        rows = context.books.each("customer", since=since)
    found = []
    for key, data in rows:
        fields = data["fields"]
        if keyword and not any(
            keyword in text.lower()
            for text in (
                fields.get("name", ""),
                data["code"],
                fields.get("externalidentifier", ""),
                fields.get("nameextension", ""),
            )
        ):
            continue
        if codes and data["code"] not in codes:
            continue
        found.append(
            el(
                "Customer",
                [
                    el("Netvisorkey", key),
                    el("Name", fields.get("name")),
                    el("Code", data["code"]),
                    el("OrganisationIdentifier", fields.get("externalidentifier")),
                    el("CustomerGroupID", data["group"]),
                    el("CustomerGroupName", fields.get("customergroupname")),
                    el("Uri", context.uri("getcustomer.nv", id=key)),
                ],
            )
        )
    return el("Customerlist", found), None


def get(context):
    """getcustomer.nv: one key refuses what it does not find; a list leaves it out."""
    keys = context.keys("idlist", 500)
    if not keys:
        key = context.key("id")
        data = context.books.get("customer", key)
        if data is None:
            raise Invalid("customer_unknown", key=key)
        return _card(context, key, data), None
    found = [(key, context.books.get("customer", key)) for key in keys]
    cards = [_card(context, key, data) for key, data in found if data is not None]
    # One answer for one key, also when it stood in a list (8.30).
    return (cards[0], None) if len(keys) == len(cards) == 1 else (el("Customers", cards), None)


def _fields(fields, *names):
    """Elements in the order given: "Name" alone reads the field of that name in lower case."""
    result = []
    for name in names:
        element, source = name if isinstance(name, tuple) else (name, name.lower())
        result.append(el(element, fields.get(source)))
    return result


def _country(name, value):
    return el(name, value.upper(), {"type": "ISO-3166"}) if value else None


def _card(context, key, data):
    fields = {**data["fields"], "internalidentifier": data["code"]}
    base = [el("NetvisorKey", key), *_fields(fields, "InternalIdentifier", "ExternalIdentifier")]
    base.append(el("OrganizationUnitNumber", fields.get("organizationunitnumber")))
    if data["group"]:
        base += [
            el("CustomerGroupNetvisorKey", data["group"]),
            el("CustomerGroupName", fields["customergroupname"]),
        ]
    base += _fields(fields, "Name", "NameExtension", "StreetAddress")
    # The answer's name for the request's additionaladdressline (4.3).
    base += _fields(fields, ("AdditionalStreetAddress", "additionaladdressline"), "City", "PostNumber")
    base.append(_country("Country", fields.get("country")))
    base += _fields(
        fields,
        "PhoneNumber",
        "FaxNumber",
        "Email",
        "EmailInvoicingAddress",
        "HomePageUri",
        "IsActive",
        "IsPrivateCustomer",
    )
    delivery = _fields(fields, "DeliveryName", "DeliveryStreetAddress", "DeliveryCity", "DeliveryPostNumber")
    delivery.append(_country("DeliveryCountry", fields.get("deliverycountry")))
    extra = _fields(
        fields,
        "Comment",
        "CustomerAgreementIdentifier",
        ("ReferenceNumber", "customerreferencenumber"),
    )
    limit = fields.get("balancelimit")
    extra.append(el("BalanceLimit", comma(number(limit)) if limit else None))
    extra += _fields(
        fields,
        "InvoicingLanguage",
        "YourDefaultReference",
        "DefaultTextBeforeInvoiceLines",
        "DefaultTextAfterInvoiceLines",
        "DefaultPaymentTerm",
        "TaxHandlingType",
    )
    extra.append(el("EUStandardFinvoice", fields.get("eustandardfinvoice") or "0"))
    if data["dimensions"]:
        extra.append(
            el(
                "CustomerDimensions",
                [
                    el(
                        "Dimension",
                        [el("DimensionName", item["name"]), el("DimensionItem", item["item"])],
                    )
                    for item in dimensions.shown(context.books, data["dimensions"])
                ],
            )
        )
    if context.query("replyoption") == "1":
        extra.append(
            el(
                "AdditionalInformation",
                [
                    el(
                        "ReceivablesManagement",
                        [el("TurnoverDays", "14"), el("TurnoverDeviation", "0")],
                    )
                ],
            )
        )
    return el(
        "Customer",
        [
            el("CustomerBaseInformation", base),
            el("CustomerFinvoiceDetails", _fields(fields, "FinvoiceAddress", "FinvoiceRouterCode")),
            el("CustomerDeliveryDetails", delivery),
            el(
                "CustomerContactDetails",
                _fields(fields, "ContactPerson", "ContactPersonEmail", "ContactPersonPhone"),
            ),
            el("CustomerAdditionalInformation", extra),
        ],
    )
