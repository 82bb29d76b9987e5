"""Analytic distribution → Netvisor dimensions: root plan → dimension name, analytic account → item.

A Netvisor line holds one item per dimension and one follow-up object, an Odoo line any number of accounts with percentages. So
a line is cut where its distribution changes. No Odoo in here: percentages and names go in, pieces that add up to 100 come out.
"""

from dataclasses import dataclass
from decimal import Decimal

from .dimension_merge import DIMENSION_LENGTH, ITEM_LENGTH

__all__ = ("DIMENSION_LENGTH", "ITEM_LENGTH", "Piece", "Target", "TooMuch", "pieces")

ZERO, WHOLE = Decimal(0), Decimal(100)


class TooMuch(ValueError):
    """A distribution gives one plan more than 100 %, or less than nothing: no Netvisor line can hold that."""


@dataclass(frozen=True)
class Target:
    """What an analytic account is in Netvisor: an item of a dimension, or a follow-up object (no dimension)."""

    dimension: str | None
    item: str
    key: int | None = None  # of a follow-up object, where vouchers name it by key

    @property
    def slot(self):
        """A line has one item of each dimension, whatever the number of plans that are mapped to it."""
        return (self.dimension or "").casefold()


@dataclass(frozen=True)
class Piece:
    """A part of a line: all of it goes to these items and this follow-up object."""

    percentage: Decimal
    dimensions: tuple = ()  # pairs (name of the dimension, name of the item)
    follow_up: Target | None = None


def pieces(distribution, targets, defaults=()):
    """Cut 100 % into pieces with one account per dimension each.

    Odoo's keys name one or several accounts: ``{"7,9": 60, "8": 40}``. Keys of different plans lie over each other (60/40
    of one plan and 100 of another are two pieces, not three), keys of one plan lie side by side; what a plan leaves free has
    no item of it.

    :param distribution: dict key → percentage, or None; keys that are no ids (``__update__``) do not count
    :param targets: dict account id → Target; accounts that are not in it are nothing to Netvisor
    :param defaults: ids used for dimensions that the distribution does not mention at all, the first of each
    :return: list of Piece, the percentages adding up to 100
    :raise TooMuch: see there
    """
    layers = [(WHOLE, {})]
    keys = _keys(distribution, targets)
    for slots, percentage in sorted(keys, key=lambda key: -len(key[0])):
        layers = _lay(layers, slots, percentage)
    mentioned = {slot for slots, _percentage in keys for slot in slots}
    for account_id in defaults:
        target = targets.get(account_id)
        if target and target.slot not in mentioned:
            mentioned.add(target.slot)
            layers = _lay(layers, {target.slot: target}, WHOLE)
    return _merged(layers)


def _keys(distribution, targets):
    keys = []
    for key, percentage in (distribution or {}).items():
        ids = [int(part) for part in str(key).split(",") if part.strip().isdigit()]
        slots = {}
        for account_id in ids:
            if target := targets.get(account_id):
                slots.setdefault(target.slot, target)
        if not slots:
            continue
        percentage = Decimal(repr(percentage))
        if percentage < ZERO:
            raise TooMuch
        if percentage:
            keys.append((slots, percentage))
    return keys


def _lay(layers, slots, percentage):
    """Give a key its percentage of the layers that none of its dimensions has taken yet, from the left."""
    result, left = [], percentage
    for length, taken in layers:
        if not left or not slots.keys().isdisjoint(taken):
            result.append((length, taken))
            continue
        part = min(left, length)
        left -= part
        result.append((part, {**taken, **slots}))
        if part < length:
            result.append((length - part, taken))
    if left:
        raise TooMuch
    return result


def _merged(layers):
    total = {}
    for length, taken in layers:
        names = tuple(sorted((target.dimension, target.item) for target in taken.values() if target.dimension))
        follow_up = next((target for target in taken.values() if not target.dimension), None)
        total[names, follow_up] = total.get((names, follow_up), ZERO) + length
    return [Piece(length, names, follow_up) for (names, follow_up), length in total.items()]
