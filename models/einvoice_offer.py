"""Where an e-invoice address may come from, besides being typed. Offered with its source, and taken by a person only.

Other modules' fields are read where they are: OCA's ``l10n_fi_edicode`` and Odoo's own Peppol fields need not be installed.
"""

from dataclasses import dataclass

from . import einvoice_address
from .customer_values import finnish_business_id
from .res_company import business_id

# The first that gives an operator too comes first.
SOURCES = [
    ("netvisor", "Customer card in Netvisor"),
    ("edicode", "EDI code of the contact"),
    ("peppol", "Peppol address of the contact"),
    ("ovt", "Made of the business id"),
]
# Schemes under which Peppol has Finnish OVT codes: 0216 in present use, 0037 in older texts (6.3).
OVT_SCHEMES = einvoice_address.FINNISH_SCHEMES


@dataclass(frozen=True)
class Offer:
    source: str
    address: str
    operator: str = ""  # an identifier as the source has it


def offers(partner, card=None):
    """:param card: dict with ``einvoice_address`` and ``operator_code`` of the linked customer card
    :return: list of Offer, the best first; addresses of print services are no e-invoice addresses
    """
    found = [
        Offer("netvisor", *((card or {}).get(name) or "" for name in ("einvoice_address", "operator_code"))),
        Offer("edicode", _of(partner, "edicode"), _of(_of(partner, "einvoice_operator_id"), "identifier")),
        Offer("peppol", _peppol(partner)),
        Offer("ovt", einvoice_address.ovt_of(business_id(finnish_business_id(partner)))),  # never of a mistyped one
    ]
    found = [Offer(offer.source, einvoice_address.clean(offer.address), offer.operator) for offer in found]
    found = [offer for offer in found if offer.address and not einvoice_address.is_print_service(offer.address)]
    return sorted(found, key=lambda offer: not offer.operator)


def _peppol(partner):
    endpoint, scheme = _of(partner, "peppol_endpoint"), _of(partner, "peppol_eas")
    return endpoint if scheme in OVT_SCHEMES else ""


def _of(record, name):
    return (record[name] or "") if hasattr(record, "_fields") and name in record._fields else ""
