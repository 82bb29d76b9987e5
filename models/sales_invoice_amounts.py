"""Cents: what each Netvisor line must come to, and what Netvisor would make of it by itself. No Odoo in here.

Odoo's tax engine gives every line a net and a VAT amount that add up to the invoice. Netvisor multiplies and rounds each line
on its own (specification: "Netvisor rounds line sums and the total to 2 decimals"). Where both arrive at the same figures the
line sums are left out; where they do not, both sums go on every line, and Netvisor does not compute (8.4 of the specification).
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)
HUNDRED = Decimal(100)
# More decimals than Odoo can hold in a price or a quantity, and as many as the wire lets through.
FINE = Decimal(1).scaleb(-10)
# A price that gives more than this beside the line's own net would mislead a reader: it is computed from the net instead.
TOLERANCE = Decimal("0.05")


@dataclass(frozen=True)
class Part:
    """One Netvisor line in the making. Price is never negative: the quantity carries the sign of the amount."""

    net: Decimal
    vat: Decimal
    price: Decimal
    quantity: Decimal
    percent: Decimal
    code: str
    account: str
    gross: bool = False  # the price includes VAT
    discount: Decimal | None = None
    dimensions: tuple = ()  # pairs (name, item)
    follow_up: object = None  # Target of a follow-up object
    name: str = ""
    text: str | None = None
    unit: str | None = None
    product: int | None = None  # key of the line's own product in Netvisor
    order: tuple = ()

    @property
    def ledger(self):
        """What must agree between two ledgers: revenue per account, and VAT per code and rate."""
        return self.code, self.percent, self.account


def decimal(value, places=FINE):
    """A float of Odoo as a Decimal, without the noise of binary fractions (0.1 + 0.2 is 0.3)."""
    result = Decimal(repr(value) if isinstance(value, float) else value).quantize(places, ROUND_HALF_UP)
    return result.normalize() + ZERO  # never in exponent form when quantized to integers, and no minus zero


def cents(value):
    """Two decimals, halves away from zero."""
    return Decimal(repr(value) if isinstance(value, float) else value).quantize(CENT, ROUND_HALF_UP)


def computed(part):
    """Netvisor's own arithmetic for one line. :return: (net, vat)"""
    amount = cents(part.price * part.quantity * (1 - (part.discount or ZERO) / HUNDRED))
    if part.gross:
        vat = cents(amount * part.percent / (HUNDRED + part.percent))
        return amount - vat, vat
    return amount, cents(amount * part.percent / HUNDRED)


def fitted(part):
    """The same line with a price that a reader and Netvisor can multiply to the line's net.

    The user's own price and discount are kept wherever they do. They cannot when the amount was set by hand, computed backwards
    (down payments) or rounded to whole units of a currency.
    """
    part = _positive(part)
    if abs(computed(part)[0] - part.net) <= TOLERANCE and 0 <= (part.discount or ZERO) <= HUNDRED:
        return part
    quantity = abs(part.quantity) or Decimal(1)
    price = (abs(part.net) / quantity).quantize(FINE, ROUND_HALF_UP)
    if cents(price * quantity) != abs(part.net):
        price, quantity = abs(part.net), Decimal(1)
    sign = -1 if part.net < 0 else 1
    return replace(part, price=price.normalize() + ZERO, quantity=sign * quantity, gross=False, discount=None)


def split(part, pieces):
    """Cut a line by percentages so that net, VAT and quantity still add up exactly.

    :param pieces: what ``sales_invoice_dimensions.pieces`` gives; the percentages add up to 100
    """
    if len(pieces) == 1:
        return [replace(part, dimensions=pieces[0].dimensions, follow_up=pieces[0].follow_up)]
    weights = [piece.percentage for piece in pieces]
    quantities = apportion(part.quantity, weights, FINE)
    parts = [
        replace(part, dimensions=piece.dimensions, follow_up=piece.follow_up, quantity=quantity.normalize() + ZERO)
        for piece, quantity in zip(pieces, quantities, strict=True)
    ]
    # Where Netvisor's own arithmetic on the pieces gives the line again, its figures are as good as any, and need no line sums.
    amounts = [computed(piece) for piece in parts]
    if (sum(net for net, _vat in amounts), sum(vat for _net, vat in amounts)) != (part.net, part.vat):
        nets, vats = apportion(part.net, weights), apportion(part.vat, weights)
        amounts = list(zip(nets, vats, strict=True))
    return [replace(piece, net=net, vat=vat) for piece, (net, vat) in zip(parts, amounts, strict=True)]


def apportion(amount, weights, unit=CENT):
    """Share an amount by weights in whole units; the units left over go to the largest remainders, the first first."""
    sign = -1 if amount < 0 else 1
    total, units = sum(weights), abs(amount) / unit
    exact = [units * weight / total for weight in weights]
    shares = [share.to_integral_value(ROUND_FLOOR) for share in exact]
    left = int(units - sum(shares))
    for index in sorted(range(len(exact)), key=lambda index: (shares[index] - exact[index], index))[:left]:
        shares[index] += 1
    return [sign * share * unit + ZERO for share in shares]


def grouped(parts, name):
    """One line for each VAT code, rate, account and set of dimensions. ``name``: function of a Part."""
    groups = defaultdict(list)
    for part in parts:
        groups[(*part.ledger, part.dimensions, part.follow_up)].append(part)
    return [_sum_of(members, name) for members in groups.values()]


def _sum_of(members, name):
    net, vat = sum(part.net for part in members), sum(part.vat for part in members)
    quantity = Decimal(-1 if net < 0 or (not net and vat < 0) else 1)
    total = replace(
        members[0],
        net=net,
        vat=vat,
        price=abs(net),
        quantity=quantity,
        gross=False,
        discount=None,
        text=None,
        unit=None,
        name=name(members[0]),
    )
    including = replace(total, price=abs(net + vat), gross=True)
    return including if computed(total) != (net, vat) == computed(including) else total


def needs_sums(parts):
    """Whether Netvisor, left to itself, would book anything else than Odoo: per account, VAT code and rate, to the cent."""
    difference = defaultdict(lambda: [ZERO, ZERO])
    for part in parts:
        net, vat = computed(part)
        difference[part.ledger][0] += net - part.net
        difference[part.ledger][1] += vat - part.vat
    return any(net or vat for net, vat in difference.values())


def _positive(part):
    if part.price < 0:
        return replace(part, price=-part.price, quantity=-part.quantity)
    return part
