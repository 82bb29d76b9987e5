"""Vouchers: accounting.nv, accountingedit.nv, invalidatevouchers.nv, deletedvouchers.nv.

Source: specification, "Accounting". Positive sums are debit, negative ones credit. Netvisor posts an imbalance to
rounding differences without a word, so an unbalanced voucher is never written here.
"""

from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal

from .payload import rows
from .query import read_request, write_request
from .sales_invoice_line import dimension_values
from .schema import SchemaError, With
from .tables.voucher import LARGEST_NUMBER

NET, GROSS = "net", "gross"
#: Keys in one invalidation.
MOST_INVALIDATED = 100
#: deletedvouchers.nv looks at most this many days back, or forward: the page can be read both ways.
DELETED_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class VoucherLine:
    """One line. `amount`: debit positive, two decimals at most; `account_dimension`: str = name, int = Netvisor key."""

    amount: Decimal
    account: str
    vat_percent: Decimal
    vat_code: str
    description: str | None = None
    account_dimension: str | int | None = None
    dimensions: tuple = ()  # of sales_invoice_line.Dimension


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file on the voucher. Netvisor charges for each."""

    filename: str
    mimetype: str
    data: bytes = field(repr=False)
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Voucher:
    """A voucher. In an edit None means "leave"; lines, when given, replace all lines."""

    mode: str | None = None  # NET: posted as given; GROSS: Netvisor splits off the VAT
    date: Date | None = None
    number: int | None = None  # None: in an addition the next one
    description: str | None = None
    voucher_class: str | None = None  # Finnish name of the voucher type
    checked: bool | None = None
    comment: str | None = None
    lines: tuple = ()
    attachments: tuple = ()


@dataclass(frozen=True, kw_only=True)
class DeletedVoucher:
    """One row of deletedvouchers.nv."""

    key: int | None = None
    date: Date | None = None
    unreadable: tuple = ()


READ_DELETED = (("NetvisorKey", "key", "integer"), ("DeleteDate", "date", "date"))


def add(voucher, encoding="utf-8"):
    """Return the Request that creates a Voucher; its answer carries the key. Raises SchemaError, also when unbalanced."""
    if not voucher.lines:
        raise SchemaError("voucher/voucherline", "missing")
    return write_request("accounting.nv", _values(voucher), encoding)


def edit(key, voucher, encoding="utf-8"):
    """Return the Request that changes the voucher of that Netvisor key (int): only what is not None.

    With lines the number is compulsory here: without it Netvisor takes the next free one. Raises SchemaError.
    """
    if voucher.lines and voucher.number is None:
        raise SchemaError("voucher/number", "missing")
    values = {"netvisorkey": key, **_values(voucher)}
    return write_request("accountingedit.nv", values, encoding, key)


def invalidate(keys, comment=None, encoding="utf-8"):
    """Return the Request that invalidates vouchers by their Netvisor keys (1 … 100). Raises SchemaError."""
    keys = tuple(keys)
    if len(keys) > MOST_INVALIDATED:
        path = "invalidatevouchers/invalidatevoucher"
        raise SchemaError(path, "too_many", count=len(keys), limit=MOST_INVALIDATED)
    return write_request("invalidatevouchers.nv", {"comment": comment, "invalidatevoucher": keys}, encoding)


def deleted_request(since):
    """Return the Request for what was deleted since that date; the caller keeps within `DELETED_DAYS`."""
    return read_request("deletedvouchers.nv", deletedsince=since)


def parse_deleted(answer):
    """Return a tuple of DeletedVoucher. Raises ReadError."""
    return tuple(node.build(DeletedVoucher, READ_DELETED) for node in rows(answer, "DeletedVouchers", "DeletedVoucher"))


def balance(lines):
    """Return debit minus credit (Decimal) of VoucherLines: 0 for everything that may be sent."""
    return sum((line.amount for line in lines), Decimal(0))


def _values(voucher):
    if difference := balance(voucher.lines):
        raise SchemaError("voucher/voucherline", "unbalanced", difference, difference=format(difference, "f"))
    if voucher.number is not None and voucher.number > LARGEST_NUMBER:
        raise SchemaError("voucher/number", "too_long", voucher.number, length=len(str(voucher.number)), limit=9)
    values = {
        "calculationmode": voucher.mode,
        "voucherdate": voucher.date,
        "number": voucher.number,
        "description": voucher.description,
        "voucherclass": voucher.voucher_class,
        "checked": None if voucher.checked is None else str(voucher.checked).lower(),
        "comment": voucher.comment,
        "voucherline": tuple(_line(line, voucher.mode) for line in voucher.lines),
    }
    if voucher.attachments:
        values["voucherattachments"] = {"voucherattachment": tuple(map(_attachment, voucher.attachments))}
    return values


def _line(line, mode):
    dimension = line.account_dimension
    kind = "netvisorkey" if isinstance(dimension, int) else "name"
    return {
        "linesum": With(line.amount, type=mode or NET),
        "description": line.description,
        "accountnumber": line.account,
        "vatpercent": With(line.vat_percent, vatcode=line.vat_code),
        "accountdimension": None if dimension in (None, "") else With(dimension, type=kind),
        "dimension": dimension_values(line.dimensions),
    }


def _attachment(attachment):
    return {
        "mimetype": attachment.mimetype,
        "attachmentdescription": attachment.description or attachment.filename[:100],
        "filename": attachment.filename,
        "documentdata": attachment.data,
    }
