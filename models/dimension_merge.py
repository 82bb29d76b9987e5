"""Two sides of one dimension item, an analytic account and Netvisor's item: what differs, and who may have it his way.

No Odoo in here. For each aspect (name, in use or not, item above) the pair of values is kept that both sides last had when they
were in order. The side that differs from its half of that pair has changed since. A pair may hold two different values: then
the difference was accepted, and only a change counts.
"""

from ..netvisor.formats import clean_text, length

DIMENSION_LENGTH, ITEM_LENGTH, CODE_LENGTH = 50, 200, 50  # characters that Netvisor takes ("dimensionitem.nv")
ASPECTS = ("text", "active", "parent")
SAME, KEEP, SEND, RECEIVE, CONFLICT = "same", "keep", "send", "receive", "conflict"

# Direction → (Odoo changed, Netvisor changed) → what to do. The master's change is carried over; a change of the other side
# alone is shown, never undone behind a person's back. In both directions, the side that changed alone wins.
DECISIONS = {
    "odoo": {(True, False): SEND, (False, True): CONFLICT, (True, True): SEND},
    "netvisor": {(True, False): CONFLICT, (False, True): RECEIVE, (True, True): RECEIVE},
    "both": {(True, False): SEND, (False, True): RECEIVE, (True, True): CONFLICT},
    "link": {},
}
SENDING, RECEIVING = ("odoo", "both"), ("netvisor", "both")


def decide(direction, pair, ours, theirs):
    """What is to be done about one aspect.

    :param pair: (ours, theirs) as they last were in order, None when that has never been
    :return: SAME, KEEP (a difference that nobody minds), SEND, RECEIVE or CONFLICT
    """
    if ours == theirs:
        return SAME
    table = DECISIONS[direction]
    if pair is None:
        return CONFLICT if table else KEEP
    return table.get((ours != pair[0], theirs != pair[1]), KEEP)


def first_parents(direction, ours, theirs):
    """The pair of items above with which a new link begins: who has any gives it to who has none, as the direction says.

    :return: pair, or None where both have one and a person must say which
    """
    if ours == theirs:
        return [ours, theirs]
    if not ours and direction in RECEIVING:
        return [ours, ours]  # Netvisor's counts as a change
    if ours and direction in SENDING and (not theirs or direction == "odoo"):
        return [theirs, theirs]  # Odoo's counts as a change
    if ours and theirs and direction in RECEIVING:
        return None
    return [ours, theirs]


def squeezed(text, encoding="utf-8"):
    """A name as it can be sent: one line, single spaces."""
    return " ".join(clean_text(text or "", encoding).split())


def item_text(name, code, item_form, code_there=None, encoding="utf-8"):
    """The name of an account's item in Netvisor, where an item with a code is called "CODE label" (8.42).

    :param item_form: "code_name" or "name"
    :param code_there: the code that the item has in Netvisor: it stays in front, or Netvisor would lose it
    """
    front = (code if item_form == "code_name" else None) or code_there
    return squeezed(f"{front} {name}" if front else name, encoding)


def account_values(item_name, item_code, item_label, code):
    """Name and code of an account that is to be called as its item is.

    :param code: the code that the account has; it stays where Netvisor says nothing about codes
    """
    if item_code and item_label:
        return {"name": item_label, "code": item_code}
    front = item_code or code
    if front and item_name.startswith(f"{front} ") and item_name[len(front) :].strip():
        return {"name": item_name[len(front) :].strip(), "code": front}
    return {"name": item_name, "code": code}


def keys_of(*texts):
    """What two names are compared by: letter case and spaces do not make two items."""
    return {squeezed(text).casefold() for text in texts if squeezed(text)}


def shown(text, limit=60):
    """A name as messages quote it."""
    return text if len(text) <= limit else f"{text[:limit].rstrip()}…"


def too_long(text, limit):
    """:return: dict of the values of a problem, None when Netvisor takes the text"""
    return {"name": text, "length": length(text), "limit": limit} if length(text) > limit else None
