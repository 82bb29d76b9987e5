"""accounting.nv, accountingedit.nv and invalidatevouchers.nv (section 4.13)."""

import base64
from decimal import Decimal

from . import accounts, dimensions, voucher_types, vouchers
from .codes import vat_fits, vat_in_force
from .forms_voucher import INVALIDATE, VOUCHER, VOUCHER_EDIT
from .grammar import check, day, number
from .refusal import Invalid

MOST_INVALIDATED = 100


def add(context):
    node = check(context.request.body, VOUCHER)
    when = day(node.value("voucherdate")).isoformat()
    type_key, type_data = _class(context, node.value("voucherclass"))
    accounts.must_be_open(context, when, purchase=_is_purchase(context, type_key))
    lines = _lines(context, node, when, node.value("calculationmode"))
    if not lines:
        raise Invalid(detail="The voucher has no lines")
    key = vouchers.store(
        context.books,
        context.stamp,
        (type_key, type_data),
        date=when,
        description=node.value("description"),
        lines=lines,
        number=_number(context, node),
        mode=node.value("calculationmode"),
        checked=node.value("checked").lower() == "true",
        comment=node.value("comment"),
        attachments=_attachments(node),
        generator="Rajapinta",
        transaction_id=context.request.transaction_id,
    )
    return None, key


def edit(context):
    """What is given changes; lines that are given replace all lines; attachments are added to those there."""
    node = check(context.request.body, VOUCHER_EDIT, patch=True)
    if not node.value("netvisorkey"):
        raise Invalid("element_missing", path="root/voucher/netvisorkey")
    key = int(node.value("netvisorkey"))
    voucher = _valid(context, key)
    when = day(node.value("voucherdate")).isoformat() if node.value("voucherdate") else voucher["date"]
    accounts.must_be_open(context, voucher["date"], when, purchase=_is_purchase(context, voucher["type_key"]))
    if node.get("voucherclass") is not None:
        voucher["type_key"], data = _class(context, node.value("voucherclass"))
        voucher["class"] = data["name"]
    mode = node.value("calculationmode") or voucher.get("mode") or "net"
    if node.all("voucherline"):
        voucher["lines"] = vouchers.numbered(context.books, _lines(context, node, when, mode))
    # Without a number Netvisor picks the next one of the class.
    voucher["number"] = _number(context, node, key) or vouchers.next_number(context.books, voucher["type_key"])
    if node.get("description") is not None:
        voucher["description"] = node.value("description")
    voucher["date"], voucher["mode"] = when, mode
    voucher["attachments"] = voucher.get("attachments", []) + _attachments(node)
    voucher.setdefault("history", []).append({"at": context.stamp, "comment": "Muokattu", "editor": "Rajapinta"})
    voucher["edits"] = voucher.get("edits", 0) + 1
    vouchers.save(context.books, key, voucher, context.stamp)
    return None, None


def invalidate(context):
    """All or none."""
    node = check(context.request.body, INVALIDATE)
    keys = [int(item.text) for item in node.all("invalidatevoucher")]
    if len(keys) > MOST_INVALIDATED:
        raise Invalid(detail=f"At most {MOST_INVALIDATED} vouchers can be invalidated at once")
    found = [(key, _valid(context, key)) for key in keys]
    for _key, voucher in found:
        accounts.must_be_open(context, voucher["date"], purchase=_is_purchase(context, voucher["type_key"]))
    for key, voucher in found:
        vouchers.take_back(context.books, context.stamp, key, voucher, "invalidated", node.value("comment"))
    return None, None


def _valid(context, key):
    voucher = context.books.get("voucher", key)
    if voucher is None:
        raise Invalid("voucher_unknown", key=key)
    if voucher["status"] != "valid":
        raise Invalid("voucher_invalid", key=key)
    if voucher.get("source"):
        raise Invalid("voucher_of_invoice", key=key, invoice=voucher["source"]["key"])
    return voucher


def _class(context, name):
    """Only the Finnish name of today is known (8.41)."""
    for key, data in context.books.each("voucher_type"):
        if data["name"].lower() == name.strip().lower():
            return key, data
    raise Invalid("voucher_class", name=name)


def _is_purchase(context, type_key):
    return type_key == voucher_types.default(context.books, "PurchaseInvoices")[0]


def _number(context, node, own=None):
    given = node.value("number")
    if not given:
        return None
    if int(given) <= 0:
        raise Invalid(detail=f"number must be positive: {given}")
    return int(given)


def _lines(context, node, when, mode):
    result = []
    for item in node.all("voucherline"):
        line = _line(context, item, when)
        result += vouchers.with_tax(line) if mode == "gross" else [line]
    vouchers.balance(result)
    return result


def _line(context, item, when):
    account = item.value("accountnumber").strip()
    accounts.must_be_usable(context, account)
    percent = number(item.value("vatpercent"))
    code = item.attribute("vatpercent", "vatcode").upper()
    if not code:
        context.remark("a voucher line has no VAT code")
        code = "NONE"
    if not vat_fits(code, percent):
        raise Invalid("vat", code=code, percent=item.value("vatpercent"))
    if not vat_in_force(percent, day(when)):
        context.remark(f"VAT percentage {percent} is not in force on {when}")
    return vouchers.line(
        account,
        Decimal(number(item.value("linesum"))),
        code,
        str(percent.normalize() + 0),
        dimensions.read(context, item),
        item.value("description"),
        _follow_up(context, item),
    )


def _follow_up(context, item):
    node = item.get("accountdimension")
    if node is None or not node.text.strip():
        return None
    if node.attributes["type"].lower() == "name":
        return vouchers.follow_up(context.books, node.text)
    found = context.books.get("account_dimension", int(node.text)) if node.text.strip().isdigit() else None
    if found is None:
        raise Invalid(detail=f"No account dimension has the key {node.text}")
    return {"key": int(node.text), "name": found["name"]}


def _attachments(node):
    holder = node.get("voucherattachments")
    return [
        {
            "mime_type": item.value("mimetype"),
            "description": item.value("attachmentdescription"),
            "filename": item.value("filename"),
            "size": len(base64.b64decode("".join(item.value("documentdata").split()))),
        }
        for item in (holder.children if holder else ())
    ]
