"""Forms of e-invoice addresses (specification, 6.3). Nothing here searches, writes or calls.

Netvisor does not check addresses (6.1) and operators have forms of their own, so nothing is refused: what looks wrong is said.
"""

import re

from odoo.tools import LazyTranslate

from .res_company import business_id

_lt = LazyTranslate(__name__)

# 35 characters is what Finvoice has room for.
LENGTH = 35
OVT = re.compile(r"0037(\d{8})[0-9A-Z]{0,5}", re.IGNORECASE)
IBAN = re.compile(r"FI\d{16}")
LOOKS_LIKE_IBAN = re.compile(r"FI\d{6,}", re.IGNORECASE)
VAT_NUMBER = re.compile(r"FI(\d{8})", re.IGNORECASE)
# Peppol writes the scheme in front of the address; of these two the address is Finnish and stands alone in Netvisor's field.
PEPPOL = re.compile(r"(\d{4}):(?=.)")
FINNISH_SCHEMES = ("0216", "0037")
# Receiver ids of the operators' print services: such an invoice goes out on paper. They are met on cards in Netvisor.
PRINT_SERVICES = {
    "TULOSTUKSEEN": "Nordea",
    "003718062728810P": "Danske Bank",
    "TULOSTUSPALVELU": "Aktia, OP, Säästöpankki",
    "EKIRJE": "Posti",
    "TULOSTUS": "Apix",
    "PRINT": "Maventa",
}

DOUBTS = {
    "no_address": _lt("Without an address, nothing goes out as an e-invoice."),
    "no_operator": _lt("Without an operator, nothing goes out as an e-invoice."),
    "print_service": _lt(
        "This is the print service of %(service)s: the customer gets the invoice on paper, not as an e-invoice."
    ),
    "operators_own": _lt("This is the operator's own identifier. The receiver has an address of its own."),
    "mail": _lt("An e-mail address is no e-invoice address: it belongs into the contact's e-mail."),
    "peppol": _lt(
        "Netvisor has no room for the Peppol scheme %(scheme)s. Ask the receiver for the address and operator it uses in"
        " Finland."
    ),
    "ovt_form": _lt("An OVT code is 0037, the eight digits of the business id and up to five more characters."),
    "ovt_check": _lt("The business id in this OVT code is mistyped: its check digit does not fit."),
    "ovt_other": _lt("This OVT code holds another business id than the contact."),
    "business_id": _lt(
        "This is a business id. The OVT code made of it is %(ovt)s, unless the receiver says otherwise."
    ),
    "iban_form": _lt("A Finnish IBAN is FI and 16 digits."),
    "iban_check": _lt("This IBAN is mistyped: its check digits do not fit."),
    "characters": _lt("An e-invoice address has letters and digits without accents."),
    "operator_left": _lt("The operator %(operator)s is not in use. Ask the receiver for the present one."),
    "operator_merged": _lt("%(operator)s is now %(successor)s; invoices go there."),
}


def clean(text):
    """Addresses are pasted with spaces, with their Peppol scheme, in lower case."""
    address = "".join((text or "").split())
    scheme = PEPPOL.match(address)
    if scheme and scheme[1] in FINNISH_SCHEMES:
        address = address[scheme.end() :]
    upper = address.upper()
    return upper if OVT.fullmatch(upper) or IBAN.fullmatch(upper) else address


def ovt_of(number):
    """:return: the OVT code that follows from a Finnish business id, "" without one"""
    return f"0037{number.replace('-', '')}" if number else ""


def is_print_service(address):
    return (address or "").upper() in PRINT_SERVICES


def judge(address, operator, own_ovt=""):
    """:param operator: record of netvisor.operator, or an empty one
    :return: (row of ``DOUBTS``, its values), or False when both look right or are empty
    """
    if not address:
        return ("no_address", {}) if operator else False
    found = (operator and operator._doubt(address)) or doubt(address, own_ovt)
    return found or (not operator and ("no_operator", {}))


def doubt(address, own_ovt=""):
    """What looks wrong with an address alone. :return: (row of ``DOUBTS``, its values) or None"""
    if service := PRINT_SERVICES.get(address.upper()):
        return "print_service", {"service": service}
    if "@" in address:
        return "mail", {}
    if scheme := PEPPOL.match(address):
        return _number_doubt(address[scheme.end() :]) or ("peppol", {"scheme": scheme[1]})
    if not address.isascii() or not address.isprintable():
        return "characters", {}
    return _ovt_doubt(address, own_ovt) or _number_doubt(address) or _iban_doubt(address)


def _ovt_doubt(address, own_ovt):
    if not address.startswith("0037"):
        return None
    ovt = OVT.fullmatch(address)
    if not ovt:
        return "ovt_form", {}
    if not business_id(ovt[1]):
        return "ovt_check", {}
    if own_ovt and not address.startswith(own_ovt):
        return "ovt_other", {}
    return None


def _number_doubt(address):
    """A business id or VAT number where its OVT code belongs."""
    vat = VAT_NUMBER.fullmatch(address)
    number = business_id(vat[1] if vat else address)
    return ("business_id", {"ovt": ovt_of(number)}) if number else None


def _iban_doubt(address):
    if not LOOKS_LIKE_IBAN.fullmatch(address):
        return None
    if not IBAN.fullmatch(address):
        return "iban_form", {}
    if int(f"{address[4:]}1518{address[2:4]}") % 97 != 1:  # FI is 1518 in the arithmetic of IBANs
        return "iban_check", {}
    return None
