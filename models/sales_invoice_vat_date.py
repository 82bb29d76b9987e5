"""Whether a percentage is right on a line of an invoice, and what is said when it is not. No Odoo in here.

The rate is that of the day of supply; a credit note keeps the rate of its invoice, an advance payment the rate of the day it was
invoiced. Near a change of rates nothing is stopped: December's delivery is invoiced in January at the old rate.
"""

from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal
from functools import cached_property

from ..netvisor import vat

# How a credit note was tied to its invoice. What is only guessed never stops an invoice.
CERTAIN_LINKS = ("reversed", "debited")


@dataclass(frozen=True)
class Supply:
    """The day of supply of an invoice. Of a credit note it is that of the invoice that it credits.

    basis: taxable_supply, delivery, invoice, accounting or today (a draft without a date)
    """

    date: Date
    basis: str
    invoice_date: Date | None = None
    original_id: int | None = None
    original: str = ""
    link: str | None = None
    percents: frozenset = frozenset()  # of the original

    @property
    def is_certain(self):
        return self.link in CERTAIN_LINKS

    @property
    def is_explicit(self):
        """Whether somebody said when it was supplied; otherwise only the invoice's own date is known."""
        return self.basis in ("taxable_supply", "delivery")


@dataclass(frozen=True)
class Case:
    """One line: its rate, and all that bears on the day by which it is judged."""

    code: str
    percent: Decimal
    supply: Supply
    line: str = ""
    refund: bool = False
    deducts: bool = False  # the line goes against the invoice: it takes off what was invoiced before
    advance: bool = False  # a down payment, by Odoo's sales
    period: tuple[Date | bool, Date | bool] = (False, False)  # deferred revenue: first and last day

    @cached_property
    def looked_at(self):
        """(the day, which day that is)"""
        supply = self.supply
        if not supply.original_id and supply.basis != "taxable_supply":
            if self.advance and supply.invoice_date:
                return supply.invoice_date, "advance"
            if self.period[1] and not supply.is_explicit:
                return self.period[1], "period"
        return supply.date, supply.basis

    @property
    def on_date(self):
        return self.looked_at[0]

    @cached_property
    def reason(self):
        return vat.fits(self.code, self.percent, self.on_date)

    @cached_property
    def change(self):
        return vat.near_change(self.percent, self.on_date)

    @property
    def expected(self):
        return vat.successor(self.percent, self.on_date) or vat.predecessor(self.percent, self.on_date)

    def values(self):
        """For the words: the rate of that day, the day, which day that is, and whose."""
        expected = self.expected
        return {
            "date": self.on_date,
            "basis": self.looked_at[1],
            "document": self.supply.original,
            "expected": format(expected.normalize(), "f") if expected else "",
            "line": self.line,
            **({"change": self.change} if self.change else {}),
        }

    # --- what is right all the same ---------------------------------------------------------------------------------
    def keeps_the_rate_of_its_invoice(self):
        return self.supply.original_id and self.percent in self.supply.percents

    def fits(self):
        return not self.reason

    def credits_another_rate(self):
        """Legal on that day, but not what was invoiced."""
        return self.percent and not self.reason and self.refund and self.supply.is_certain

    def credits_unknown(self):
        return self.refund and not self.supply.original_id

    def credits_guess(self):
        return self.refund and not self.supply.is_certain

    def deducts_advance(self):
        """The advance was invoiced at a rate that has ended since: the final invoice takes it off at the same rate."""
        return self.deducts and self.reason == "expired"

    def fits_in_period(self):
        return self.looked_at[1] == "period" and any(
            day and not vat.fits(self.code, self.percent, day) for day in (self.period[0], self.supply.invoice_date)
        )

    def is_near(self):
        return self.change

    def may_be_advance(self):
        """Invoiced before it is delivered, at the rate of the invoice's day: without Odoo's sales nobody marks advances."""
        invoiced = self.supply.invoice_date
        return (
            not self.supply.original_id
            and invoiced
            and invoiced < self.on_date
            and not vat.fits(self.code, self.percent, invoiced)
        )

    def credits(self):
        return self.supply.original_id


# The first that holds decides: (test, problem or None when all is well, whether it stops the invoice).
VERDICTS = (
    (Case.keeps_the_rate_of_its_invoice, None, False),
    (Case.credits_another_rate, "vat_rate_other", False),
    (Case.fits, None, False),
    (Case.credits_unknown, "vat_rate_no_original", False),
    (Case.credits_guess, "vat_rate_guess", False),
    (Case.deducts_advance, "vat_rate_deducted", False),
    (Case.fits_in_period, "vat_rate_period", False),
    (Case.is_near, "vat_rate_near_change", False),
    (Case.may_be_advance, "vat_rate_advance", False),
    (Case.credits, "vat_rate_original", True),
)

# What a delivery date or another tax mends. The rest is right as it is, or for a person to look at.
MENDABLE = (
    "vat_rate_date",
    "vat_rate_near_change",
    "vat_rate_original",
    "vat_rate_no_original",
    "vat_rate_guess",
    "vat_rate_advance",
)
DATED = ("expired", "not_yet")


def judge(case):
    """:return: (code of ``PROBLEMS``, whether it stops the invoice), or None when the rate is right"""
    for test, problem, blocks in VERDICTS:
        if test(case):
            return (problem, blocks) if problem else None
    return "vat_rate_date", True
