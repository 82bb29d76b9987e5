"""What is collected while one invoice is mapped: everything that is wrong with it at once, and what is merely odd."""

from dataclasses import dataclass, field

from ..netvisor.formats import shorten
from .netvisor_kind import Blocked, NotReady, Problem


class Wave:
    """What many invoices of a wave share, read once for all of them. Travels in the context; lives as long as the wave."""

    def __init__(self):
        self.customer_keys = {}  # commercial partner id → key
        self.account_numbers = {}  # (company id, account id) → number in Netvisor
        self.missing_numbers = {}  # company id → set of numbers that Netvisor does not have
        self.not_ready = {}  # company id → NotReady, while Netvisor's chart has not been read
        self.coding = {}  # company id → dict analytic account id → Target
        self.default_items = {}  # company id → ids of analytic accounts
        self.missing_items = {}  # company id → set of (dimension, item) that Netvisor does not have and may not create
        self.products = {}  # (company id, product id) → LineProduct, where lines have products of their own
        self.units = {}  # unit of measure id → its name in Netvisor
        self.supplies = {}  # move id → Supply: the day that decides about its VAT rates


@dataclass
class Draft:
    document: object
    move: object
    root: object  # the connected company, with the rights to read its settings
    wave: Wave
    sign: int  # −1 for credit notes: positive price, negative quantity and sums
    problems: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    waits: int = 0  # seconds until something that this one needs may be known

    @property
    def terms(self):
        """The journal items that say what is due when."""
        return self.move.line_ids.filtered(lambda line: line.display_type == "payment_term")

    def block(self, code, /, **values):
        problem = Problem(code, values)
        if problem not in self.problems:
            self.problems.append(problem)

    def warn(self, code, /, **values):
        problem = Problem(code, values)
        if problem not in self.warnings:
            self.warnings.append(problem)

    def text(self, value, limit, field_name):
        """A text as long as Netvisor takes it; None when empty, because an empty element says something else than none."""
        value = (value or "").strip()
        if not value:
            return None
        short = shorten(value, limit, self.root.netvisor_encoding)
        if limit and len(value) > limit:
            self.warn("text_cut", field=field_name, limit=limit)
        return short or None

    def finish(self):
        if self.problems:
            raise Blocked(*self.problems)
        if self.waits:
            raise NotReady(self.waits)
