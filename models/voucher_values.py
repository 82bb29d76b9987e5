"""The lines of a voucher in the making: cents, pieces, and what Netvisor books of them. No Odoo in here.

Net: Netvisor books each line as it is given. Gross: Netvisor takes the VAT out of each line and books it by itself (4.13), so
Odoo's own VAT lines are put back into the lines that they belong to. That is only done where Netvisor, line by line, arrives at
Odoo's cents again.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from .sales_invoice_amounts import CENT, HUNDRED, ZERO, apportion, cents

NET, GROSS = "net", "gross"
NO_VAT = ("NONE", ZERO)
# Codes out of whose gross lines Netvisor takes VAT, and those for which it books the same VAT once with each sign.
INCLUDED = ("KOMY", "KOOS")
REVERSED = ("EUOS", "EUPO", "EUUO", "RAOS")


@dataclass(frozen=True)
class Line:
    """One voucher line. ``amount``: debit positive, in euro."""

    amount: Decimal
    account: str
    description: str = ""
    code: str = "NONE"
    percent: Decimal = ZERO
    dimensions: tuple = ()  # pairs (name of the dimension, name of the item)
    follow_up: object = None  # Target of a follow-up object
    tax: int | None = None  # of a line with VAT: the tax that Odoo reckoned
    vat_of: int | None = None  # of a line that is VAT: the tax whose it is

    @property
    def vat(self):
        return self.code, self.percent


@dataclass(frozen=True)
class Booked:
    """What the ledger must show: sums per account, the VAT that Netvisor adds by itself, and all that is debit."""

    sums: dict
    vat: Decimal
    debit: Decimal


class Inexact(ValueError):
    """Netvisor would make other cents of gross lines than Odoo did. ``tax``: whose."""

    def __init__(self, tax):
        super().__init__(tax)
        self.tax = tax


def split(line, pieces):
    """Cut a line by percentages so that the cents still add up; pieces of nothing vanish."""
    shares = apportion(line.amount, [piece.percentage for piece in pieces])
    cut = [
        replace(line, amount=share, dimensions=piece.dimensions, follow_up=piece.follow_up)
        for piece, share in zip(pieces, shares, strict=True)
    ]
    return [piece for piece in cut if piece.amount]


def balance(lines):
    return sum((line.amount for line in lines), ZERO)


def debit(amounts):
    return sum((amount for amount in amounts if amount > 0), ZERO)


def gross(lines):
    """The same voucher with the VAT lines put back into their base. :raise Inexact: where Netvisor would book other cents"""
    totals = defaultdict(lambda: ZERO)
    for line in lines:
        if line.vat_of:
            totals[line.vat_of] += line.amount
    bases = [line for line in lines if not line.vat_of]
    included_taxes = {line.tax for line in bases if line.code in INCLUDED and line.percent}
    for tax, total in totals.items():
        if total and tax not in included_taxes:
            raise Inexact(tax)  # neither taken out of a line nor booked with both signs
    for tax in sorted(included_taxes):
        members = [index for index, line in enumerate(bases) if line.tax == tax and line.percent]
        shares = _shares(tax, totals[tax], [bases[index] for index in members])
        for index, share in zip(members, shares, strict=True):
            folded = replace(bases[index], amount=bases[index].amount + share)
            if included(folded) != share:
                raise Inexact(tax)
            bases[index] = folded
    return bases


def _shares(tax, total, lines):
    """What each line has of the VAT of all, in cents; the cents left over go to the largest remainders."""
    exact = [line.amount * line.percent / HUNDRED / CENT for line in lines]
    shares = [share.to_integral_value(ROUND_FLOOR) for share in exact]
    left = int(total / CENT - sum(shares))
    if not 0 <= left <= len(lines):
        raise Inexact(tax)
    for index in sorted(range(len(lines)), key=lambda index: (shares[index] - exact[index], index))[:left]:
        shares[index] += 1
    return [share * CENT for share in shares]


def included(line):
    """The VAT that Netvisor takes out of a gross line."""
    return cents(line.amount * line.percent / (HUNDRED + line.percent))


def booked(lines, mode):
    """What Netvisor makes of these lines. :return: Booked"""
    sums, amounts, vat = defaultdict(lambda: ZERO), [], ZERO
    for line in lines:
        taken = included(line) if mode == GROSS and line.code in INCLUDED else ZERO
        owed = cents(line.amount * line.percent / HUNDRED) if mode == GROSS and line.code in REVERSED else ZERO
        sums[line.account] += line.amount - taken
        vat += taken
        amounts += [line.amount - taken, taken, owed, -owed]
    return Booked(dict(sums), vat, debit(amounts))


def differences(expected, vat, own_vat_accounts, found):
    """Accounts on which the ledger shows something else than was sent.

    :param expected: dict account → sum
    :param vat: the VAT that Netvisor adds by itself, on whatever accounts it has for that
    :param own_vat_accounts: Odoo's accounts of that VAT, which may well be the same ones
    :param found: dict account → sum
    :return: dict account → (sent, found); empty when all agrees
    """
    odd = {
        account: (expected.get(account, ZERO), found.get(account, ZERO))
        for account in sorted({*expected, *found})
        if expected.get(account, ZERO) != found.get(account, ZERO)
    }
    elsewhere = {account for account in odd if account not in expected or account in own_vat_accounts}
    added = sum((odd[account][1] - odd[account][0] for account in elsewhere), ZERO)
    if vat is not None and added == vat:
        return {account: sums for account, sums in odd.items() if account not in elsewhere}
    return odd
