"""What a contact and a customer card have in common, field by field, and who wins. Plain Python: no records, no calls.

A value is compared in Netvisor's terms on both sides. Some fields of a card belong together (two lines of one street): they
are one field here, whose value is a list. Empty is None.

Left out on purpose: Netvisor's comment (Odoo's notes are internal, formatted, and shared between companies), reference
number and agreement identifier (Odoo makes references from invoices), price group and balance limit (no such field here),
customer code (a contact has one, its cards have one per company: the settings say where it comes from).
"""

import re
from dataclasses import dataclass

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

WINNERS = [
    ("odoo", "Odoo: changes made in Netvisor are overwritten"),
    ("netvisor", "Netvisor: changes made in Odoo are not sent"),
    ("newest", "The newest: whoever changed it last"),
    ("ask", "Ask me when both have changed it"),
]
UPPER = ("country", "language")
# Differences that are none: each side writes these in its own way (Odoo puts http:// before an address).
SAME = {
    "phone": lambda text: re.sub(r"[\s().-]", "", text),
    "email": str.casefold,
    "invoice_email": str.casefold,
    "website": lambda text: re.sub(r"^https?://|/$", "", text.casefold()),
}


@dataclass(frozen=True)
class CardField:
    """One row of the rules."""

    name: str
    label: object
    parts: tuple  # fields of the wire's Customer
    # Nobody's change is lost and nobody is asked without need: one side's change goes to the other, and only where both
    # have changed the same field a person decides.
    winner: str = "ask"
    sends: bool = True  # Odoo's value can be written to Netvisor
    joined: bool = False  # the parts are one text that was too long for one element
    # Deactivating is a decision and no correction: with "ask" a person is asked although only one side has changed it.
    always_asks: bool = False


FIELDS = {
    field.name: field
    for field in (
        CardField("name", _lt("Name"), ("name", "name_extension"), joined=True),
        CardField("business_id", _lt("Business ID or VAT number"), ("business_id",)),
        CardField("street", _lt("Street"), ("street", "street2")),
        CardField("postcode", _lt("ZIP"), ("postcode",)),
        CardField("city", _lt("City"), ("city",)),
        CardField("country", _lt("Country"), ("country",)),
        CardField("phone", _lt("Phone"), ("phone",)),
        CardField("email", _lt("Email"), ("email",)),
        CardField("website", _lt("Website"), ("website",)),
        CardField("language", _lt("Invoicing language"), ("language",)),
        CardField("private", _lt("Consumer"), ("private",)),
        CardField("einvoice_address", _lt("E-invoice address"), ("einvoice_address",)),
        CardField("operator_id", _lt("E-invoice operator"), ("operator_id",)),
        CardField("invoice_email", _lt("Invoicing e-mail"), ("invoice_email",)),
        CardField(
            "delivery",
            _lt("Delivery address"),
            ("delivery_name", "delivery_street", "delivery_postcode", "delivery_city", "delivery_country"),
        ),
        # Due dates hang on it, and Netvisor refuses names of terms that it does not have: it comes only when asked for.
        CardField("payment_term", _lt("Payment terms"), ("payment_term",), winner="odoo", sends=False),
        CardField("active", _lt("In use"), ("active",), always_asks=True),
    )
}


def default_winners():
    return {name: field.winner for name, field in FIELDS.items()}


def value_of(field, source):
    """:param source: dict part → value, of a card or of what would be sent. :return: what is compared, None when empty"""
    parts = [_clean(part, source.get(part)) for part in field.parts]
    if all(part is None for part in parts):
        return None
    if field.joined:
        return " ".join(filter(None, parts))
    return parts if len(parts) > 1 else parts[0]


def values_of(source):
    """:return: dict field → value, without the empty ones"""
    values = {name: value_of(field, source) for name, field in FIELDS.items()}
    return {name: value for name, value in values.items() if value is not None}


def compared(values):
    """The same values in the form in which they are compared and remembered."""
    return {name: SAME[name](value) if name in SAME else value for name, value in values.items()}


def shown(value, env):
    """A value as a person reads it."""
    if isinstance(value, bool):
        return env._("Yes") if value else env._("No")
    if isinstance(value, list):
        return ", ".join(filter(None, value))
    return value or ""


def _clean(part, value):
    if isinstance(value, bool):
        return value
    text = " ".join(str(value or "").split())
    return (text.upper() if part.endswith(UPPER) else text) or None
