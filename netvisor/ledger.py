"""accountingledger.nv: the general ledger, voucher by voucher, as a stream.

Source: specification, "Accounting" (get accounting data). A year of a company may have hundreds of thousands of lines:
ask in slices of dates, and halve a slice that takes too long.
"""

from dataclasses import dataclass, field
from datetime import date as Date
from datetime import timedelta
from decimal import Decimal

from lxml import etree

from .query import one_or_many, read_request
from .sales_invoice_line import read_dimensions
from .schema import SchemaError
from .stream import elements
from .vat import normalise

RESOURCE = "accountingledger.nv"
ALL, VALID, GONE = "1", "2", "3"  # voucherstatus: everything, only valid, only invalidated and deleted
DAYS = 31


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """One line. `amount`: debit positive. `vat_code` as a request spells it. `unknown`: ((element, text), …)."""

    key: int | None = None
    amount: Decimal | None = None
    description: str = ""
    account: str = ""
    vat_percent: Decimal | None = None
    vat_code: str = ""
    account_dimension: str = ""
    account_dimension_key: int | None = None
    dimensions: tuple = ()  # of sales_invoice_line.Dimension
    unknown: tuple = ()
    unreadable: tuple = ()


@dataclass(frozen=True, kw_only=True)
class LedgerVoucher:
    """One voucher. `status`: valid, invalidated or deleted; "" when Netvisor says nothing, which means valid."""

    key: int | None = None
    status: str = ""
    date: Date | None = None
    number: int | None = None
    description: str = ""
    voucher_class: str = ""
    class_key: int | None = None
    source_key: int | None = None
    source_type: str = ""  # salesinvoice or purchaseinvoice
    uri: str = ""
    lines: tuple = field(default=())
    unknown: tuple = ()
    unreadable: tuple = ()


READ = (
    ("NetvisorKey", "key", "integer"),
    ("VoucherDate", "date", "date"),
    ("VoucherNumber", "number", "integer"),
    ("VoucherDescription", "description", "text"),
    ("VoucherClass", "voucher_class", "text"),
    ("VoucherClass@netvisorkey", "class_key", "integer"),
    ("LinkedSourceNetvisorKey", "source_key", "integer"),
    ("LinkedSourceNetvisorKey@type", "source_type", "text"),
    ("VoucherNetvisorURI", "uri", "text"),
)
READ_LINE = (
    ("NetvisorKey", "key", "integer"),
    ("LineSum", "amount", "decimal"),
    ("Description", "description", "text"),
    ("AccountNumber", "account", "text"),
    ("VatPercent", "vat_percent", "decimal"),
    ("VatCode", "vat_code", "text"),
    ("AccountDimension", "account_dimension", "text"),
    ("AccountDimension@netvisorkey", "account_dimension_key", "integer"),
)
_KNOWN = {path.partition("@")[0].lower() for path, _name, _kind in READ} | {"voucherline"}
_KNOWN_LINE = {path.partition("@")[0].lower() for path, _name, _kind in READ_LINE} | {"dimension"}


def list_request(start=None, end=None, *, keys=(), **options):
    """Return the Request for the vouchers of a slice of dates, or of some Netvisor keys.

    start, end  dates, both inclusive; compulsory without `keys`
    keys        at most 500 Netvisor keys of vouchers
    options     account_start, account_end (numbers); changed_since, modified_start, modified_end (dates);
                show_generator (bool); status (ALL, VALID, GONE); voucher_type (key); history,
                attachments, allocations (bool)
    Raises SchemaError.
    """
    values = {_OPTIONS[name]: value for name, value in options.items()}
    if keys:
        values.update(one_or_many(RESOURCE, keys, "netvisorkey", "netvisorkeylist"))
    elif start is None or end is None:
        raise SchemaError(f"{RESOURCE}?{'startdate' if start is None else 'enddate'}", "missing")
    return read_request(RESOURCE, stream=True, startdate=start, enddate=end, **values)


_OPTIONS = {
    "account_start": "accountnumberstart",
    "account_end": "accountnumberend",
    "changed_since": "changedsince",
    "modified_start": "lastmodifiedstart",
    "modified_end": "lastmodifiedend",
    "show_generator": "showgenerator",
    "status": "voucherstatus",
    "voucher_type": "vouchertype",
    "history": "includetransactionhistory",
    "attachments": "includeattachmentsmetadata",
    "allocations": "includetransactionallocations",
}


def read_vouchers(answer):
    """Yield the LedgerVouchers of an answer, one at a time. Raises ReadError, at the latest at its end."""
    for node in elements(answer, "Vouchers", "Voucher"):
        yield node.build(
            LedgerVoucher,
            READ,
            status=node.attribute("Status", default="").strip().lower(),
            lines=tuple(_line(line) for line in node.children("VoucherLine")),
            unknown=_unknown(node, _KNOWN),
        )


def slices(start, end, days=DAYS):
    """Yield (first, last) dates that cover start … end, both inclusive, none longer than `days`."""
    while start <= end:
        last = min(start + timedelta(days=days - 1), end)
        yield start, last
        start = last + timedelta(days=1)


def halves(start, end):
    """Return the two halves of a slice, () when it is a single day: for a slice whose answer did not come."""
    if start >= end:
        return ()
    middle = start + (end - start) // 2
    return (start, middle), (middle + timedelta(days=1), end)


def _line(node):
    found, unreadable = node.read(READ_LINE)
    found["vat_code"] = normalise(found.get("vat_code") or "")
    return LedgerLine(
        **found, dimensions=read_dimensions(node), unknown=_unknown(node, _KNOWN_LINE), unreadable=unreadable
    )


def _unknown(node, known):
    """What this version has no field for, kept as it came: the text, or the XML of an element with children."""
    return tuple(
        (child.name, etree.tostring(child.xml, encoding="unicode").strip() if child.children() else child.value)
        for child in node.children()
        if child.name not in known
    )
