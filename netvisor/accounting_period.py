"""accountingperiodlist.nv: accounting periods and up to which day the books are closed.

Source: specification, "Accounting". Periods stand beside the lock dates or inside their element, dates are ANSI or
Finnish: both are read.
"""

from dataclasses import dataclass
from datetime import date as Date

from .payload import container_node
from .query import read_request

RESOURCE = "accountingperiodlist.nv"


@dataclass(frozen=True, kw_only=True)
class Period:
    """One accounting period."""

    key: int | None = None
    name: str = ""
    begin: Date | None = None
    end: Date | None = None
    unreadable: tuple = ()


@dataclass(frozen=True, kw_only=True)
class Locks:
    """Up to and including these days nothing can be entered; None = not locked."""

    accounting: Date | None = None
    vat: Date | None = None
    purchase: Date | None = None
    unreadable: tuple = ()


READ_PERIOD = (
    ("NetvisorKey", "key", "integer"),
    ("Name", "name", "text"),
    ("BeginDate", "begin", "date"),
    ("EndDate", "end", "date"),
)
READ_LOCKS = (
    ("PeriodLockInformation/AccountingPeriodLockDate", "accounting", "date"),
    ("PeriodLockInformation/VatPeriodLockDate", "vat", "date"),
    ("PeriodLockInformation/PurchaseLockDate", "purchase", "date"),
)


def list_request():
    """Return the Request; the resource takes no parameters. It is the cheapest proof that a connection works."""
    return read_request(RESOURCE)


def parse_list(answer):
    """Return a tuple of Period. Raises ReadError."""
    return tuple(
        node.build(Period, READ_PERIOD) for node in container_node(answer, "AccountingPeriodList").everywhere("Period")
    )


def parse_locks(answer):
    """Return the Locks. Raises ReadError."""
    return container_node(answer, "AccountingPeriodList").build(Locks, READ_LOCKS)
