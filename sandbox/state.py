"""What a company's books hold, as plain JSON: what tests look at."""

from collections import Counter

from . import dimensions
from .invoice_list import open_sum, state_of
from .store import Books

_INVOICE_FIELDS = {
    "date": "salesinvoicedate",
    "event_date": "salesinvoiceeventdate",
    "delivery_date": "salesinvoicedeliverydate",
    "private_comment": "salesinvoiceprivatecomment",
    "our_reference": "salesinvoiceourreference",
    "your_reference": "salesinvoiceyourreference",
    "text_before": "salesinvoicefreetextbeforelines",
    "text_after": "salesinvoicefreetextafterlines",
    "print_format": "printchannelformat",
}
_LINE = (
    "kind",
    "name",
    "price",
    "price_type",
    "quantity",
    "discount",
    "vat_percent",
    "vat_code",
    "account",
    "net",
    "vat",
    "gross",
    "sums_given",
    "dimensions",
    "product_key",
    "product_code",
    "text",
)


CALL = (
    *("id", "organisation", "at", "method", "resource", "target", "transaction_id", "outcome"),
    *("code", "text", "http_status", "duration_ms", "fault", "sender", "request"),
)


def customer(books, key, data):
    fields = data["fields"]
    return {
        "key": key,
        "code": data["code"],
        "name": fields.get("name"),
        "business_id": fields.get("externalidentifier"),
        "group": fields.get("customergroupname"),
        "einvoice_address": fields.get("finvoiceaddress"),
        "operator_id": fields.get("finvoiceroutercode"),
        "transaction_id": data.get("transaction_id"),
        "dimensions": dimensions.shown(books, data["dimensions"]),
        "fields": fields,
    }


def product(books, key, data):
    return {
        "key": key,
        "code": data["code"],
        "name": data["fields"].get("name"),
        "price_type": data["price_type"],
        "group": data["fields"].get("productgroup"),
        "deleted": data.get("deleted", False),
        "dimensions": dimensions.shown(books, data["dimensions"]),
        "fields": data["fields"],
    }


def dimension_item(books, key, item):
    """An item with the names around it; ``item`` is its whole name."""
    father = books.get("dimension_item", item["father"]) if item["father"] else None
    return {
        **item,
        "key": key,
        "dimension_key": item["dimension"],
        "dimension": books.get("dimension", item["dimension"])["name"],
        "item": dimensions.name_of(item),
        "father_item": dimensions.name_of(father) if father else None,
    }


def _lines(books, lines, names=None):
    """The lines of an invoice or a voucher, their dimensions by the names of today."""
    return [
        {
            **{name: line[name] for name in names or line if name in line},
            **({"dimensions": dimensions.shown(books, line["dimensions"])} if "dimensions" in line else {}),
        }
        for line in lines
    ]


def invoice(books, key, data, attachments):
    fields = data["fields"]
    status, substatus = state_of(data)
    result = {name: fields.get(source) or None for name, source in _INVOICE_FIELDS.items()}
    result.update(
        {
            name: data[name]
            for name in (
                "number",
                "number_given",
                "type",
                "due_date",
                "reference",
                "reference_invented",
                "amount",
                "amount_given",
                "computed",
                "vat",
                "currency",
                "currency_rate",
                "rate_given",
                "customer_key",
                "customer_code",
                "matches",
                "voucher",
                "edits",
                "remarks",
                "transaction_id",
                "created",
                "own_voucher_lines",
            )
        }
    )
    result.update(
        key=key,
        status=data["status"],
        list_status=status,
        substatus=substatus,
        open_sum=str(open_sum(data)),
        fields=fields,
        lines=_lines(books, data["lines"], _LINE),
        attachments=[meta for meta, _content in attachments],
    )
    return result


def _repeated(values):
    return sorted(str(value) for value, count in Counter(value for value in values if value).items() if count > 1)


def duplicates(invoices):
    """Numbers and private comments (markers) that more than one invoice carries: must be empty."""
    return {
        "numbers": _repeated(item["number"] for item in invoices),
        "comments": _repeated(item["private_comment"] for item in invoices),
    }


def calls(app, values):
    """The latest calls, newest first, with what was sent."""
    rows = app.store.rows(
        "SELECT id, organisation, at, method, resource, target, transaction_id, outcome, code, text,"
        " http_status, duration_ms, fault, sender, request FROM call"
        " WHERE ?1 IN ('', organisation) AND ?2 IN ('', resource) ORDER BY id DESC LIMIT ?3",
        values.get("organisation", ""),
        values.get("resource", ""),
        int(values.get("limit", 100)),
    )
    return [dict(zip(CALL, row, strict=True)) for row in rows]


def _calls(app, organisation):
    rows = app.store.rows("SELECT resource, count(*) FROM call WHERE organisation = ? GROUP BY resource", organisation)
    return dict(rows)


def violations(app, organisation):
    rows = app.store.rows("SELECT at, kind, text FROM violation WHERE organisation = ? ORDER BY id", organisation)
    return [{"at": at, "kind": kind, "text": text} for at, kind, text in rows]


def of(app, organisation, parts=()):
    """Everything, or the parts asked for."""
    books = Books(app.store, organisation)

    def invoices():
        return [invoice(books, key, data, books.attachments(key)) for key, data in books.each("invoice")]

    def items():
        return [dimension_item(books, key, data) for key, data in books.each("dimension_item")]

    def named():
        result = {data["name"]: [] for _key, data in books.each("dimension")}
        for item in items():
            result[item["dimension"]].append(item["item"])
        return result

    with app.store.lock:
        found = violations(app, organisation)
        builders = {
            "customers": lambda: [customer(books, key, data) for key, data in books.each("customer")],
            "products": lambda: [product(books, key, data) for key, data in books.each("product")],
            "invoices": invoices,
            "deleted_invoices": lambda: [{"key": key, **data} for key, data in books.each("deleted invoice")],
            "vouchers": lambda: [
                {"key": key, **data, "lines": _lines(books, data["lines"])} for key, data in books.each("voucher")
            ],
            "dimensions": named,
            "dimension_items": items,
            "voucher_types": lambda: [{"key": key, **data} for key, data in books.each("voucher_type")],
            "calls": lambda: _calls(app, organisation),
            "options": lambda: app.options(organisation),
        }
        result = {name: build() for name, build in builders.items() if not parts or name in parts}
    if "invoices" in result:
        result["duplicates"] = duplicates(result["invoices"])
        result["matches"] = [
            {"credit_note": item["key"], "invoice": match["key"], "sum": match["sum"]}
            for item in result["invoices"]
            if item["amount"].startswith("-")
            for match in item["matches"]
        ]
    result.update(
        organisation=organisation,
        name=app.store.organisations()[organisation],
        overlaps=sum(item["kind"] == "overlap" for item in found),
        violations=found,
        warnings=[item["text"] for item in found if item["kind"] == "remark"],
    )
    return result
