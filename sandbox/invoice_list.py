"""salesinvoicelist.nv with all its parameters (section 4.6)."""

from decimal import Decimal

from . import clock
from .answers import ansi, comma, el
from .refusal import Invalid

MOST_ROWS = 500
STATUSES = (
    "open",
    "overdue",
    "paid",
    "unsent",
    "creditloss",
    "rejected",
    "reminded",
    "requested",
    "collected",
)
#: What the list calls open; the finer state stands in the attribute substatus.
_OPEN = ("open", "overdue", "reminded", "requested", "collected")


def open_sum(data):
    """What is still to be paid: the total less what is matched and paid, nothing once paid."""
    if data["status"] in ("paid", "creditloss"):
        return Decimal("0.00")
    matched = sum((Decimal(match["sum"]) for match in data["matches"]), Decimal("0.00"))
    return Decimal(data["amount"]) + matched - sum(Decimal(row["amount"]) for row in data.get("payments", ()))


def state_of(data, today=None):
    """(status, substatus) as the lists print them."""
    status = data["status"]
    if status not in _OPEN:
        return status, None
    if status == "open":
        today = today or clock.today().isoformat()
        if not open_sum(data):
            return "paid", None
        if data["due_date"] < today:
            return "open", "overdue"
    return "open", status


def listing(context):
    kinds = ("order",) if context.query("listtype").lower() in ("preinvoice", "1") else ("invoice",)
    tests = _filters(context)
    reply = context.query("replyoption", "0") or "0"
    if not reply.isdigit() or int(reply) > 3:
        raise Invalid(detail=f"Parameter replyoption is not valid: {reply}")
    above = context.key("invoicesabovenetvisorkey", needed=False) or 0
    wanted = context.query("invoicenumber")
    if wanted:
        if not wanted.isdigit():
            raise Invalid(detail="Parameter invoicenumber must be a number")
        rows = [row for row in context.books.by_code("invoice", int(wanted)) if row[0] > above]
    else:
        since = "" if context.flag("includemodifiedpayments") else context.moment("lastmodifiedstart")
        rows = context.books.each("invoice", above=above, since=since)
    found = []
    for key, data in rows:
        if data["type"] in kinds and all(test(data) for test in tests):
            found.append(_row(context, key, data, int(reply)))
            if len(found) == MOST_ROWS:
                break
    return el("SalesInvoiceList", found), None


def _filters(context):
    tests = []
    first, last = context.day("begininvoicedate"), context.day("endinvoicedate")
    if first:
        tests.append(lambda data: data["fields"]["salesinvoicedate"] >= first)
    if last:
        tests.append(lambda data: data["fields"]["salesinvoicedate"] <= last)
    status = context.query("invoicestatus").lower()
    if status:
        if status not in STATUSES:
            raise Invalid(detail=f"Parameter invoicestatus is not valid: {status}")
        tests.append(lambda data: status in state_of(data))
    start, end = context.moment("lastmodifiedstart"), context.moment("lastmodifiedend")
    # includemodifiedpayments looks at the payments instead; here the matches are all there is of them.
    name = "matched" if context.flag("includemodifiedpayments") and start and end else "modified"
    if start:
        tests.append(lambda data: (data.get(name) or "") >= start)
    if end:
        tests.append(lambda data: "" < (data.get(name) or "") <= end)
    code, key = context.query("customercode"), context.query("customernetvisorkey")
    if code:
        tests.append(lambda data: data["customer_code"] == code)
    if key:
        tests.append(lambda data: str(data["customer_key"]) == key)
    country = context.query("invoicingcustomercountrycode").upper()
    if country:
        tests.append(lambda data: data["fields"].get("invoicingcustomercountrycode", "").upper() == country)
    second = context.query("secondname") or context.query("secondnamenetvisorkey")
    if second:
        tests.append(lambda data: data["fields"].get("secondname") == second)
    if context.query("salesinvoicebatchid"):
        tests.append(lambda data: False)  # nothing here was imported in a batch
    return tests


def _row(context, key, data, reply):
    status, substatus = state_of(data)
    attributes = {"substatus": substatus} if substatus else {}
    attributes["isincollection"] = int(substatus == "collected")
    fields, rate = data["fields"], Decimal(data["currency_rate"])
    total, left = Decimal(data["amount"]), open_sum(data)
    extra = []
    if reply & 1:
        extra.append(el("PrivateComment", fields.get("salesinvoiceprivatecomment")))
    if reply & 2:
        extra.append(
            el(
                "InvoiceCurrencySum",
                comma(total, 2),
                {"currencycode": data["currency"], "type": "total"},
            )
        )
        extra.append(el("OpenCurrencySum", comma(left, 2)))
    return el(
        "SalesInvoice",
        [
            el("NetvisorKey", key),
            el("InvoiceNumber", data["number"]),
            ansi("Invoicedate", fields["salesinvoicedate"]),
            ansi("InvoiceDueDate", data["due_date"]),
            el("InvoiceStatus", status, attributes),
            el("CustomerNetvisorKey", data["customer_key"]),
            el("CustomerCode", data["customer_code"]),
            el("CustomerName", fields.get("invoicingcustomername")),
            el("ReferenceNumber", data["reference"]),
            el("InvoiceSum", comma(total / rate, 2)),
            el("OpenSum", comma(left / rate, 2)),
            el("Uri", context.uri("getsalesinvoice.nv", netvisorkey=key)),
            el("AdditionalInformation", extra) if extra else None,
        ],
    )
