"""From a customer card that Netvisor gave to the mirror's values. Nothing here searches, writes or calls."""

import re
from dataclasses import fields

from ..netvisor.customer import ReceivedCustomer

# Of the answer itself, not of the card.
NOT_OF_THE_CARD = ("key", "unreadable", "automatic_code")
CARD_FIELDS = tuple(field.name for field in fields(ReceivedCustomer) if field.name not in NOT_OF_THE_CARD)
# A Finnish personal identity code. Netvisor keeps it where companies have their business id; it is not for this database.
PERSONAL_ID = re.compile(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]", re.IGNORECASE)


def is_personal_id(text):
    return bool(PERSONAL_ID.fullmatch((text or "").strip()))


def card_of(customer):
    """The card as JSON: what it says, and nothing for what it does not say."""
    card = {name: getattr(customer, name) for name in CARD_FIELDS}
    if customer.private or is_personal_id(customer.business_id):
        card["business_id"] = None
    return {name: _plain_json(value) for name, value in card.items() if value not in (None, "", ())}


def mirror_of_row(row):
    """Values of ``netvisor.customer`` from a row of customerlist.nv, which has no address and no state."""
    return {
        "name": row.name or False,
        "code": row.code or False,
        "business_id": not is_personal_id(row.business_id) and row.business_id or False,
        "group_name": row.group_name or False,
    }


def mirror_of_card(customer):
    """Values of ``netvisor.customer`` from a card of getcustomer.nv. What the card does not say stays as the list said it."""
    card = card_of(customer)
    listed = {"name": "name", "code": "code", "business_id": "business_id", "group_name": "group"}
    values = {field: card[name] for field, name in listed.items() if name in card}
    return {
        **values,
        "email": card.get("email", False),
        "city": card.get("city", False),
        "postcode": card.get("postcode", False),
        "country_code": card.get("country", False),
        "private": card.get("private", False),
        "operator_code": card.get("operator_id", False),
        "einvoice_address": card.get("einvoice_address", False),
        "active": card.get("active", True),
        "gone": False,
        "card": card,
    }


def _plain_json(value):
    if isinstance(value, tuple):
        return [{part.name: getattr(item, part.name) for part in fields(item)} for item in value]
    return value if isinstance(value, (str, int, bool)) else str(value)
