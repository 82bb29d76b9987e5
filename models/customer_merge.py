"""Three-way comparison of a contact and its customer card: what it was when both last agreed, and what it is now.

Plain Python. What was agreed is kept on the link, per field: a value, or where the two sides were left different a pair
``{"odoo": …, "netvisor": …}``. A third entry ``"send"`` means that Odoo's value must go out although it is old: ``True``, or
``"blank"`` where a person wants Netvisor's value emptied. A field that is absent was empty on both sides.

Empty is no information: neither side's emptiness ever overwrites the other's value by itself. ``Compare`` can.
"""

from dataclasses import dataclass, field

from .customer_fields import FIELDS


@dataclass
class Merge:
    """What is to be done with one contact."""

    takes: dict = field(default_factory=dict)  # field → Netvisor's value, for Odoo
    conflicts: dict = field(default_factory=dict)  # field → {"odoo": …, "netvisor": …}
    agreed: dict = field(default_factory=dict)  # what is kept, when all of this has been done
    seen: dict = field(default_factory=dict)  # field → Odoo's value before anything was done


def sides(entry):
    """:return: (Odoo's, Netvisor's) of what was agreed"""
    return (entry.get("odoo"), entry.get("netvisor")) if isinstance(entry, dict) else (entry, entry)


def entry(odoo, netvisor):
    """:return: what is kept of two values that are left as they are; None when there is nothing"""
    if odoo == netvisor:
        return odoo
    return {"odoo": odoo, "netvisor": netvisor}


def must_send(known):
    return isinstance(known, dict) and known.get("send")


def merge(agreed, odoo, netvisor, winners, odoo_is_newer=False, echo=False, fetching=False):
    """Compare all fields of one contact.

    :param agreed: what is kept on the link, None when the two were never compared
    :param odoo: dict field → value now
    :param netvisor: dict field → value now
    :param winners: dict field → odoo, netvisor, newest or ask
    :param odoo_is_newer: the contact was changed after the last reading that saw the old card
    :param echo: the card is read for the first time after Odoo has written it: what differs is how Netvisor writes it
    :param fetching: a person asks for Netvisor's card: where Netvisor wins its values come, whoever has changed what
    """
    result = Merge(seen={name: odoo.get(name) for name in FIELDS})
    for name, card_field in FIELDS.items():
        ours, theirs, winner = odoo.get(name), netvisor.get(name), winners[name]
        known = (agreed or {}).get(name)
        if ours == theirs:
            action = "agree"
        elif agreed is None:
            action = _first(ours, theirs, winner)
        else:
            action = _later(card_field, known, ours, theirs, winner, odoo_is_newer, echo)
        if fetching and winner == "netvisor" and theirs is not None and ours != theirs:
            action = "take"
        _note(result, name, action, known, ours, theirs)
    return result


def to_send(agreed, conflicts, odoo, winners):
    """:return: dict field → Odoo's value, of what Netvisor does not have yet and may get"""
    result = {}
    for name, card_field in FIELDS.items():
        known, ours = (agreed or {}).get(name), odoo.get(name)
        flag = must_send(known)
        if not card_field.sends or (not flag and not _may_go(name, card_field, winners, conflicts)):
            continue
        if flag == "blank" or (ours is not None and (flag or ours != sides(known)[0])):
            result[name] = ours
    return result


def may_send(conflicts, winners):
    """:return: names of the fields that may go to Netvisor at all"""
    return [name for name, field in FIELDS.items() if field.sends and _may_go(name, field, winners, conflicts)]


def _may_go(name, card_field, winners, conflicts):
    # With "ask", what always asks waits for the answer.
    return winners[name] != "netvisor" and name not in (conflicts or {}) and not _must_ask(card_field, winners[name])


def _must_ask(card_field, winner):
    return card_field.always_asks and winner == "ask"


def _first(ours, theirs, winner):
    """Never compared before: linking overwrites nothing, and fills in what Odoo does not know."""
    if theirs is not None and (winner == "netvisor" or (ours is None and winner != "odoo")):
        return "take"
    return "leave"


def _later(card_field, known, ours, theirs, winner, odoo_is_newer, echo):
    if must_send(known):
        return "send"  # decided already, and not gone out yet
    ours_before, theirs_before = sides(known)
    ours_changed, theirs_changed = ours != ours_before, theirs != theirs_before
    if not theirs_changed:
        if ours_changed and ours is not None and _must_ask(card_field, winner):
            return "ask"
        return "keep"  # what Odoo has changed is sent from here, or stays here where Netvisor wins
    if theirs is None:
        return "forget" if ours_changed or winner != "odoo" else "send"
    if winner == "odoo":
        return "keep_ours" if ours is None or echo or not card_field.sends else "send"
    if winner == "netvisor" or not ours_changed or ours is None:
        return "ask" if _must_ask(card_field, winner) else "take"
    if winner == "newest":
        return "keep_ours" if odoo_is_newer else "take"
    return "ask"


def _note(result, name, action, known, ours, theirs):
    kept = known
    if action == "agree":
        kept = ours
    elif action == "leave":
        kept = entry(ours, theirs)
    elif action == "take":
        result.takes[name], kept = theirs, theirs
    elif action == "send":
        kept = {"odoo": ours, "netvisor": theirs, "send": must_send(known) or True}
    elif action in ("forget", "keep_ours"):
        # Netvisor's side is seen; what Odoo has changed still differs from what was agreed, so it goes out.
        kept = {"odoo": sides(known)[0], "netvisor": theirs}
    elif action == "ask":
        result.conflicts[name] = {"odoo": ours, "netvisor": theirs}
    if kept is not None:
        result.agreed[name] = kept
