"""Pure data about the wire: names, order, kinds, lengths, what is compulsory. No behaviour beyond look-up.

The builder reads it to write, the sandbox may read it to judge. A new element is one line here.
"""

from .credit_note_match import MATCH_CREDIT_NOTE
from .customer import CUSTOMER
from .dimension import DIMENSION_ITEM
from .product import PRODUCT
from .resources import RESOURCES
from .rule import Attribute, Element, Parameter, Resource
from .sales_invoice import SALES_INVOICE
from .voucher import INVALIDATE, VOUCHER
from .vat_code import VAT_CODE_NAMES

__all__ = [
    "BODIES",
    "RESOURCE",
    "VAT_CODE_NAMES",
    "Attribute",
    "Element",
    "Parameter",
    "Resource",
    "element",
    "limit",
]

#: Element name below `root` → its table.
BODIES = {
    table.name: table
    for table in (CUSTOMER, SALES_INVOICE, PRODUCT, DIMENSION_ITEM, MATCH_CREDIT_NOTE, VOUCHER, INVALIDATE)
}

#: "customer.nv" → Resource.
RESOURCE = {resource.name: resource for resource in RESOURCES}


def element(body, path):
    """Return the `Element` at `path` below `body`.

    body: "salesinvoice"; path: "invoicelines/invoiceline/…" or just the last names that make it unambiguous,
    "productname" or "salesinvoicecommentline/comment". Raises KeyError when there is none or more than one.
    """
    wanted = tuple(path.lower().split("/"))
    found = [item for names, item in _walk(BODIES[body], ()) if names[-len(wanted) :] == wanted]
    if len({id(item) for item in found}) != 1:
        raise KeyError(f"{body}/{path}: {len(found)} elements match")
    return found[0]


def limit(body, path):
    """Return the longest text (characters, int) that the element may hold, None where no limit is known."""
    return element(body, path).limit


def _walk(parent, names):
    for child in parent.children:
        yield (*names, child.name), child
        yield from _walk(child, (*names, child.name))
