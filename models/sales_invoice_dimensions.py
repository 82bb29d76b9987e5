"""Analytic distribution → Netvisor dimensions: root plan → dimension name, analytic account → item.

A Netvisor line holds one item per dimension, an Odoo line any number of accounts with percentages. So a line is cut where its
distribution changes. No Odoo in here: percentages and names go in, shares that add up to 100 come out.
"""

from decimal import Decimal

ZERO, WHOLE = Decimal(0), Decimal(100)
DIMENSION_LENGTH, ITEM_LENGTH = 50, 200  # characters that Netvisor takes ("salesinvoiceproductline")


class TooMuch(ValueError):
    """A distribution gives one plan more than 100 %, or less than nothing: no Netvisor line can hold that."""


def shares(distribution, accounts, defaults=()):
    """Cut 100 % into pieces with one account per plan each.

    Odoo's keys name one or several accounts: ``{"7,9": 60, "8": 40}``. Keys of different plans lie over each other (60/40
    of one plan and 100 of another are two pieces, not three), keys of one plan lie side by side; what a plan leaves free has
    no item of it.

    :param distribution: dict key → percentage, or None; keys that are no ids (``__update__``) do not count
    :param accounts: dict id → (plan id, plan name, account name)
    :param defaults: ids used for plans that the distribution does not mention at all
    :return: list of (dimensions, percentage), the percentages adding up to 100
    :raise TooMuch: see there
    """
    pieces = [(WHOLE, {})]
    keys = _keys(distribution, accounts)
    for plans, percentage in sorted(keys, key=lambda key: -len(key[0])):
        pieces = _lay(pieces, plans, percentage)
    mentioned = {plan for plans, _percentage in keys for plan in plans}
    for account_id in defaults:
        plan = accounts[account_id][0] if account_id in accounts else None
        if plan is not None and plan not in mentioned:
            mentioned.add(plan)
            pieces = _lay(pieces, {plan: account_id}, WHOLE)
    return _merged(pieces, accounts)


def _keys(distribution, accounts):
    keys = []
    for key, percentage in (distribution or {}).items():
        ids = [int(part) for part in str(key).split(",") if part.strip().isdigit()]
        plans = {}
        for account_id in ids:
            if account_id in accounts:
                plans.setdefault(accounts[account_id][0], account_id)
        if not plans:
            continue
        percentage = Decimal(repr(percentage))
        if percentage < ZERO:
            raise TooMuch
        if percentage:
            keys.append((plans, percentage))
    return keys


def _lay(pieces, plans, percentage):
    """Give a key its percentage of the pieces that none of its plans has taken yet, from the left."""
    result, left = [], percentage
    for length, taken in pieces:
        if not left or not plans.keys().isdisjoint(taken):
            result.append((length, taken))
            continue
        part = min(left, length)
        left -= part
        result.append((part, {**taken, **plans}))
        if part < length:
            result.append((length - part, taken))
    if left:
        raise TooMuch
    return result


def _merged(pieces, accounts):
    total = {}
    for length, taken in pieces:
        names = tuple(sorted(accounts[account_id][1:] for account_id in taken.values()))
        total[names] = total.get(names, ZERO) + length
    return list(total.items())
