"""updatesalesinvoicestatus.nv, deletesalesinvoice.nv, deletedsalesinvoices.nv and matchcreditnote.nv (section 4.8)."""

import datetime
from decimal import Decimal

from . import accounts, vouchers
from .answers import el
from .forms_invoice import MATCH
from .grammar import check
from .invoice_list import open_sum
from .refusal import Invalid

_STATUSES = ("open", "overdue", "reminded", "requested", "collected", "paid", "creditloss")
_TOLERATED = ("unsent", "rejected")  # sent by clients, not in the documentation (8.33)


def _invoice(context, key, kinds=("invoice",)):
    data = context.books.get("invoice", key)
    if data is None or data["type"] not in kinds:
        raise Invalid("invoice_unknown", key=key)
    return data


def _save(context, key, data):
    data["modified"] = context.stamp
    context.books.put("invoice", key, data, data["number"], context.stamp)


def set_status(context):
    """Any state but unsent makes the voucher come into being."""
    keys = context.keys("netvisorkeylist", 100) or [context.key("netvisorkey")]
    status = context.query("status").lower()
    if status in _TOLERATED:
        context.remark(f"status {status} is not in the documentation")
        status = "unsent"
    elif status not in _STATUSES:
        raise Invalid(detail=f"Parameter status is not valid: {status}")
    for key in keys:
        data = _invoice(context, key)
        if status == "unsent":
            if data["voucher"]:
                vouchers.withdraw(context, data["voucher"])
            data["voucher"] = None
        elif not data["voucher"]:
            fields = data["fields"]
            accounts.must_be_open(context, fields["salesinvoicedate"], fields.get("salesinvoiceeventdate"))
            data["voucher"] = vouchers.form(context, key, data)
        data["status"] = status
        _save(context, key, data)
    return None, None


def delete(context):
    """Removes the invoice with its attachments and its voucher."""
    order = context.query("orderid")
    key = context.key("orderid" if order else "invoiceid")
    data = _invoice(context, key, ("order",) if order else ("invoice", "invoicedraft"))
    if data["matches"]:
        raise Invalid(detail=f"Sales invoice {key} is matched with another and cannot be deleted")
    if data["voucher"]:
        accounts.must_be_open(context, context.books.get("voucher", data["voucher"])["date"])
        vouchers.withdraw(context, data["voucher"], "deleted")
    context.books.remove("invoice", key)
    context.books.attach(key, [])
    context.books.put(
        "deleted invoice",
        key,
        {
            "number": data["number"],
            "amount": data["amount"],
            "at": context.stamp,
            "type": data["type"],
            "private_comment": data["fields"].get("salesinvoiceprivatecomment", ""),
        },
        modified=context.stamp,
    )
    return None, None


def deleted(context):
    """deletedsalesinvoices.nv: at most seven days back."""
    since = context.day("deletedsince")
    if not since:
        raise Invalid(detail="Parameter deletedsince is missing")
    if datetime.date.fromisoformat(since) < context.now.date() - datetime.timedelta(days=7):
        raise Invalid(detail="Parameter deletedsince may be at most seven days back")
    return el(
        "DeletedSalesInvoices",
        [
            el(
                "DeletedSalesInvoice",
                [
                    el("NetvisorKey", key),
                    el("DeleteDate", data["at"][:16].replace("T", " "), {"format": "ansi"}),
                ],
            )
            for key, data in context.books.each("deleted invoice", since=since)
            if data["type"] != "order"
        ],
    ), None


def match(context):
    """Both vouchers must exist, the customer be the same, and the credit fit into what is still open."""
    node = check(context.request.body, MATCH)
    keys = int(node.value("creditnotenetvisorkey")), int(node.value("invoicenetvisorkey"))
    credit, invoice = _invoice(context, keys[0]), _invoice(context, keys[1])
    if Decimal(credit["amount"]) >= 0 or Decimal(invoice["amount"]) <= 0:
        raise Invalid(detail=f"Sales invoice {keys[0]} must be a credit note and {keys[1]} must not")
    if not credit["voucher"] or not invoice["voucher"]:
        unready = keys[0] if not credit["voucher"] else keys[1]
        raise Invalid("no_voucher", key=unready)
    if credit["customer_key"] != invoice["customer_key"] or credit["currency"] != invoice["currency"]:
        raise Invalid(detail="The credit note and the invoice have different customers or currencies")
    left, amount = open_sum(invoice), -open_sum(credit)
    if amount <= 0:
        raise Invalid("already_matched", key=keys[0])
    if amount > left:
        raise Invalid("credit_too_large", key=keys[0], amount=amount, other=keys[1], left=left)
    for key, data, other, total in (
        (keys[0], credit, keys[1], amount),
        (keys[1], invoice, keys[0], -amount),
    ):
        data["matches"].append({"key": other, "sum": str(total)})
        data["matched"] = context.stamp
        _save(context, key, data)
    return None, None
