"""accountingledger.nv and deletedvouchers.nv: what the books hold, in the odd forms of the real answers (section 4.13)."""

import datetime
from decimal import Decimal

from . import clock, dimensions
from .answers import comma, el
from .codes import VAT_OUTPUT
from .refusal import Invalid

MOST_KEYS = 500
DELETED_DAYS = 7
_SHOWN = {"": ("valid",), "1": None, "2": ("valid",), "3": ("invalidated", "deleted")}


def listing(context):
    """accountingledger.nv"""
    keys = context.keys("netvisorkeylist", MOST_KEYS) or [
        key for key in (context.key("netvisorkey", needed=False),) if key
    ]
    rows = _by_key(context, keys) if keys else _by_date(context)
    wanted = [_voucher(context, key, data) for key, data in rows if _fits(context, key, data)]
    return el("Vouchers", wanted), None


def deleted(context):
    """deletedvouchers.nv: by default seven days back at most; read the other way, seven days on from the date given."""
    since = context.day("deletedsince")
    if not since:
        raise Invalid(detail="Parameter deletedsince is missing")
    start = datetime.date.fromisoformat(since)
    until = ""
    if context.options["deleted_reading"] == "forward":
        until = (start + datetime.timedelta(days=DELETED_DAYS)).isoformat()
    elif start < clock.today() - datetime.timedelta(days=DELETED_DAYS):
        raise Invalid(detail=f"Parameter deletedsince may be at most {DELETED_DAYS} days in the past")
    rows = [
        el(
            "DeletedVoucher",
            [
                el("NetvisorKey", key),
                el("DeleteDate", data["at"][:16].replace("T", " "), {"format": "ansi"}),
            ],
        )
        for key, data in context.books.each("deleted voucher", since=since)
        if not until or data["at"][:10] < until
    ]
    return el("DeletedVouchers", rows), None


def _by_key(context, keys):
    found = ((key, context.books.get("voucher", key)) for key in keys)
    return [(key, data) for key, data in found if data]


def _by_date(context):
    first, last = context.day("startdate"), context.day("enddate")
    if not first or not last:
        missing = "enddate" if first else "startdate"
        raise Invalid(detail=f"Parameter {missing} is missing")
    if first > last:
        raise Invalid(detail="Parameter startdate is after enddate")
    rows = context.books.between("voucher", first, last)
    return sorted(rows, key=lambda row: (row[1]["date"], row[0]))


def _fits(context, key, data):
    status = context.query("voucherstatus")
    if status not in _SHOWN:
        raise Invalid(detail=f"Parameter voucherstatus is not 1, 2 or 3: {status}")
    if _SHOWN[status] and data["status"] not in _SHOWN[status]:
        return False
    modified = data["history"][-1]["at"] if data.get("history") else ""
    since = max(context.moment("changedsince"), context.moment("lastmodifiedstart"))
    until = context.query("lastmodifiedend")
    if modified < since or until and modified[: len(until)] > until:
        return False
    kind = context.key("vouchertype", needed=False)
    if kind and data["type_key"] != kind:
        return False
    return _in_range(context, data)


def _in_range(context, data):
    """A voucher with at least one line on the accounts asked for, whole."""
    low, high = context.query("accountnumberstart"), context.query("accountnumberend")
    if not low and not high:
        return True
    numbers = [line["account"] for line in data["lines"]]
    return any((not low or number >= low) and (not high or number <= high) for number in numbers)


def _voucher(context, key, data):
    type_data = context.books.get("voucher_type", data["type_key"]) or {"abbreviation": "", "name": data["class"]}
    source = data.get("source")
    year, month, day = data["date"].split("-")
    noise = "\x02" if context.options["ledger_control_characters"] else ""
    return el(
        "Voucher",
        [
            el("NetvisorKey", key),
            el("VoucherDate", f"{int(day)}.{int(month)}.{year}"),
            el("VoucherNumber", data["number"]),
            el("VoucherDescription", data["description"] + noise),
            el(
                "VoucherClass",
                f"{type_data['abbreviation']} {type_data['name']}".strip(),
                {"netvisorkey": data["type_key"]},
            ),
            el(
                "LinkedSourceNetvisorKey",
                source["key"] if source else None,
                {"type": source["kind"]} if source else None,
            ),
            el("VoucherNetvisorURI", f"{context.base}/voucher/{key}"),
            el("Generator", data.get("generator") or "Järjestelmä") if context.flag("showgenerator") else None,
            *(_line(context, line) for line in data["lines"]),
            _history(data) if context.flag("includetransactionhistory") else None,
        ],
        {"Status": data["status"]},
    )


def _line(context, line):
    object_ = line.get("account_dimension")
    return el(
        "VoucherLine",
        [
            el("NetvisorKey", line["key"]),
            el("LineSum", comma(Decimal(line["sum"]), 2)),
            el("Description", line.get("description") or None),
            el("AccountNumber", line["account"]),
            el("VatPercent", comma(Decimal(line["vat_percent"]))),
            el("VatCode", VAT_OUTPUT.get(line["vat_code"], line["vat_code"])),
            el("AccountDimension", object_["name"], {"netvisorkey": object_["key"]}) if object_ else None,
            *(
                el("Dimension", [el("DimensionName", one["name"]), el("DimensionItem", one["item"])])
                for one in dimensions.shown(context.books, line["dimensions"])
            ),
        ],
    )


def _history(data):
    return el(
        "TransactionHistory",
        [
            el(
                "Transaction",
                [el("Comment", row["comment"]), el("TimeStamp", row["at"]), el("Editor", row["editor"])],
            )
            for row in data.get("history", ())
        ],
    )
