"""May this connection use that resource? One harmless request for each, and what the answer says about it.

Source: specification, "Resources a company must allow for this connector". Every resource is a right of its own that a
Netvisor user grants, and some need a larger package. Netvisor has no question for that, so the resource itself is
called. Nothing may change by it, however lenient the server is: reads ask for what does not exist; writes edit or
delete the key 0, which no object has, and none of them carries enough to create anything with. That rights are looked
at before the message is what every server does, yet nobody has documented it.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from . import (
    account,
    accounting_period,
    customer,
    dimension,
    ledger,
    outcome,
    product,
    sales_invoice,
    voucher,
    voucher_type,
)
from .messages import Request
from .query import read_request, write_request
from .schema import With

ALLOWED = "allowed"
REFUSED = "refused"  # the right is missing
NO_INTERFACE = "no_interface"  # the company's package has no such interface
UNREADABLE = "unreadable"  # an answer that is none of Netvisor's
UNKNOWN = "unknown"  # no answer, or one that says nothing about rights: ask again
UNTRIED = "untried"  # there is no request that would be safe to make
VERDICTS = (ALLOWED, REFUSED, NO_INTERFACE, UNREADABLE, UNKNOWN, UNTRIED)

CUSTOMERS = "customers"
SALES_INVOICES = "sales_invoices"
PRODUCTS = "products"
DIMENSIONS = "dimensions"
ACCOUNTING = "accounting"
AREAS = (SALES_INVOICES, CUSTOMERS, PRODUCTS, ACCOUNTING, DIMENSIONS)

#: Nothing is called like this: keyword of reads, name in deletions.
NOTHING = "account-netvisor-rights-test-5d8f0c3e"
#: Before every accounting period.
LONG_AGO = date(1900, 1, 1)
#: No invoice is dated so: Netvisor is younger.
BEFORE_NETVISOR = date(2000, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One resource and how its right is found out.

    area        one of AREAS
    compulsory  no invoice can be sent without it; the others belong to settings that may be off
    opter       one of the ten that a one-way export of invoices needs
    request     the Request; None = cannot be tested without risk
    """

    resource: str
    area: str
    compulsory: bool = False
    opter: bool = False
    request: Request | None = None

    @property
    def writes(self):
        """bool: the resource changes something in Netvisor when it is called in earnest."""
        return self.request is None or not self.request.safe


def _customer():
    """A customer without a name cannot be created, and this operator is in no list: Netvisor refuses unknown ones."""
    values = {"customerbaseinformation": {}, "customerfinvoicedetails": {"finvoiceroutercode": "NONE-0"}}
    return write_request("customer.nv", values, key=0)


def _sales_invoice():
    """Complete in form, yet for customer 0, without a product line, and dated before every accounting period."""
    values = {
        "salesinvoicedate": LONG_AGO,
        "salesinvoiceamount": 0,
        "salesinvoicestatus": "unsent",
        "invoicingcustomeridentifier": With(0, type="netvisor"),
        "paymenttermnetdays": 0,
        "invoicelines": {"invoiceline": ({"salesinvoicecommentline": {"comment": NOTHING}},)},
    }
    return write_request("salesinvoice.nv", values, key=0)


def _product():
    """A product needs group, name and price; this one has none, so that not even its group can come into being."""
    return write_request("product.nv", {"productbaseinformation": {}}, key=0)


def _dimension_item():
    """Names that do not exist are created elsewhere, and no dimension can be deleted again: so no name at all."""
    body = b"<root><dimensionitem><name></name><item></item><olditem></olditem></dimensionitem></root>"
    return Request("dimensionitem.nv", (("method", "edit"),), body)


def _credit_note_match():
    keys = b"<creditnotenetvisorkey>0</creditnotenetvisorkey><invoicenetvisorkey>0</invoicenetvisorkey>"
    return Request("matchcreditnote.nv", (), b"<root><matchcreditnote>" + keys + b"</matchcreditnote></root>")


def _delete_sales_invoice():
    return Request("deletesalesinvoice.nv", (("invoiceid", "0"),))


def _ledger():
    return replace(ledger.list_request(BEFORE_NETVISOR, BEFORE_NETVISOR), stream=False)


def _voucher_edit():
    """Of the voucher 0, and without a single value: there is nothing that it could change."""
    return Request("accountingedit.nv", (), b"<root><voucher><netvisorkey>0</netvisorkey></voucher></root>")


def _voucher_invalidation():
    keys = b'<invalidatevouchers identifier="netvisorkey"><invalidatevoucher>0</invalidatevoucher></invalidatevouchers>'
    return Request("invalidatevouchers.nv", (), b"<root>" + keys + b"</root>")


#: In the order in which they are tried: the cheapest proof that the connection works at all comes first.
PROBES = tuple(
    Probe(resource=request.resource, area=area, compulsory=compulsory, opter=opter, request=request)
    for area, compulsory, opter, request in (
        (ACCOUNTING, False, False, accounting_period.list_request()),
        (ACCOUNTING, True, True, account.list_request()),
        (ACCOUNTING, False, False, voucher_type.list_request()),
        (CUSTOMERS, True, True, customer.list_request(NOTHING)),
        (CUSTOMERS, True, False, customer.get_request(0)),
        (CUSTOMERS, True, True, _customer()),
        (
            SALES_INVOICES,
            True,
            True,
            sales_invoice.list_request(begin=BEFORE_NETVISOR, end=BEFORE_NETVISOR, private_comment=False),
        ),
        (SALES_INVOICES, True, False, read_request("getsalesinvoice.nv", netvisorkey=0)),
        (SALES_INVOICES, True, True, _sales_invoice()),
        (SALES_INVOICES, False, False, _credit_note_match()),
        (SALES_INVOICES, False, True, _delete_sales_invoice()),
        (PRODUCTS, False, True, product.list_request(NOTHING)),
        (PRODUCTS, True, False, product.get_request(0)),
        (PRODUCTS, True, True, _product()),
        (DIMENSIONS, False, True, dimension.list_request(show_hidden=False)),
        (DIMENSIONS, False, True, _dimension_item()),
        (DIMENSIONS, False, False, dimension.hide_request(NOTHING, NOTHING)),
        (ACCOUNTING, False, False, _ledger()),
        (ACCOUNTING, False, False, voucher.deleted_request(BEFORE_NETVISOR)),
        (ACCOUNTING, False, False, _voucher_edit()),
        (ACCOUNTING, False, False, _voucher_invalidation()),
    )
)
#: accounting.nv only adds: whatever is sent to it, a lenient server might book it. Its first voucher tries it.
NOT_TRIED = (Probe(resource="accounting.nv", area=ACCOUNTING),)

#: Netvisor looked at the message, so it had let the caller in.
CONTENT = frozenset(("INVALID_DATA", "INVALID_DATA_SIZE", "DATA_NOT_FOUND", "DUPLICATE_DATA", "PERIOD_LOCK"))
RIGHT = frozenset(("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR"))

#: Words about what the company has bought. Netvisor's own are in no source: the likely ones in its three languages.
_PACKAGE = re.compile(
    r"paket|package|licen[cs]|lisens|\bedition|subscription|laajuu[sd]|ei sisälly|ei kuulu|does not include|"
    r"not included|ingår inte|omfattar inte",
    re.IGNORECASE,
)
#: Words about who calls rather than what is called: such a refusal would meet every resource.
_IDENTITY = re.compile(
    r"\bMAC\b|tiiviste|timestamp|aikaleima|tidsstämpel|keys are not|avaimet eivät|nycklarna|"
    r"(partner|kumppani|organi[sz]a)\w*( \S+)? (is |was )?(not found|ei löydy|hittades inte)",
    re.IGNORECASE,
)


def verdict(answer):
    """Return one of VERDICTS for the Answer to the request of a Probe."""
    if answer.outcome == outcome.OK or answer.code in CONTENT:
        return ALLOWED
    if answer.code in RIGHT:
        if answer.code == "AUTHENTICATION_FAILED" and _IDENTITY.search(answer.text):
            return UNKNOWN
        return NO_INTERFACE if _PACKAGE.search(answer.text) else REFUSED
    return UNREADABLE if answer.code in _NOT_NETVISOR else UNKNOWN


_NOT_NETVISOR = frozenset(
    (outcome.NO_ENVELOPE, outcome.NOT_FOUND, outcome.REDIRECT, outcome.FORBIDDEN, outcome.TOO_BIG, outcome.TOO_LARGE)
)
