from datetime import date
from decimal import Decimal

from odoo import api, models

from ..netvisor import ReadError, sales_invoice
from .netvisor_kind import FIRST_INVOICES, Candidate, LookUp, NotReady, Problem

# A look-up by date and customer reads at most this many pages of 500; then it has proved nothing.
PAGES = 20


class NetvisorKindSalesInvoice(models.AbstractModel):
    """What Netvisor says about an invoice: after a lost answer, after the first ones, and on demand."""

    _inherit = "netvisor.kind.sales_invoice"

    # --- after a lost answer ----------------------------------------------------------------------------------------
    @api.model
    def _look_up(self, document, call):
        """By our number; where Netvisor numbers, by date and customer. ``certain`` needs the marker, or everything."""
        search = document.search_values or {}
        rows, answer, conclusive = self._rows(search, call)
        candidates = [candidate for row in rows if (candidate := self._candidate(row, search))]
        return LookUp(candidates=tuple(candidates), conclusive=conclusive, answer=answer)

    @api.model
    def _rows(self, search, call):
        foreign = search.get("currency") not in (None, "EUR")
        if search.get("number"):
            query = {"number": int(search["number"])}
        else:
            day = date.fromisoformat(search["date"])
            query = {"begin": day, "end": day, "customer_key": search.get("customer_key")}
        rows, above = [], None
        for _page in range(PAGES):
            answer = call(sales_invoice.list_request(above_key=above, private_comment=True, currency=foreign, **query))
            try:
                page = sales_invoice.parse_list(answer)
            except ReadError:
                return rows, answer, False
            rows += page
            if len(page) < sales_invoice.LIST_SIZE:
                return rows, answer, True
            above = max(row.key for row in page)
        return rows, answer, False

    @api.model
    def _candidate(self, row, search):
        """:return: Candidate, or None for an invoice that is certainly another one"""
        marker, comment = search.get("marker") or "", row.private_comment or ""
        carries_marker = bool(marker) and marker in comment
        # Another document's marker: whatever else agrees, it is not this one.
        foreign_marker = not carries_marker and comment.startswith("Odoo ")
        number = search.get("number")
        if foreign_marker or (not number and not carries_marker):
            return None
        total = row.amount if search.get("currency") in (None, "EUR") else row.currency_amount
        agrees = (
            row.number == number
            and row.customer_key == search.get("customer_key")
            and (row.date and row.date.isoformat()) == search.get("date")
            and total is not None
            and total == Decimal(search.get("total") or "NaN")
        )
        label = f"{row.number} · {row.customer_name} · {row.date} · {row.amount}"
        return Candidate(
            key=row.key,
            certain=carries_marker or agrees,
            number=row.number,
            label=label,
            status=row.substatus or row.status,
        )

    # --- reading back -----------------------------------------------------------------------------------------------
    @api.model
    def _check(self, document, call):
        """Status and number as they are in Netvisor now; ``deleted`` when it no longer has the invoice."""
        found = self._read(document, call)
        if not found:
            return {"state": "deleted", "remote_status": False}
        return self._remote_values(document, found[0])

    @api.model
    def _read(self, document, call):
        """:return: tuple of ReceivedInvoice, empty when it is gone. :raise NotReady: when the answer proves nothing"""
        try:
            return sales_invoice.parse_get(call(sales_invoice.get_request(document.netvisor_key)))
        except ReadError:
            raise NotReady(300) from None

    @api.model
    def _remote_values(self, document, received):
        values = {}
        if received.status and received.status != document.remote_status:
            values["remote_status"] = received.status
        if received.number and not document.netvisor_number:
            values["netvisor_number"] = received.number
        return values

    @api.model
    def _to_confirm(self, documents):
        root = documents.root_company_id[:1].sudo()
        if root.netvisor_numbering == "netvisor":
            return documents
        return documents[: max(FIRST_INVOICES - root.netvisor_checked_count, 0)]

    @api.model
    def _confirm(self, document, call):
        """After an invoice was accepted: the total of the first ones, and the number where Netvisor numbers.

        A difference of a cent pauses the company, and the first invoice goes alone until it was compared.
        """
        root = document.root_company_id.sudo()
        first = root.netvisor_checked_count < FIRST_INVOICES
        if not first and root.netvisor_numbering != "netvisor":
            return None
        found = self._read(document, call)
        if not found:
            return None
        if first:
            root.netvisor_checked_count += 1
            self._compare_total(document, root, found[0])
        return self._remote_values(document, found[0])

    @api.model
    def _compare_total(self, document, root, received):
        search = document.search_values or {}
        foreign = search.get("currency") not in (None, "EUR")
        theirs = received.foreign_amount if foreign else received.amount
        if theirs is None:
            return
        ours = Decimal(search["total"])
        if theirs != ours:
            root._netvisor_pause("total_differs", f"{document.name}: Odoo {ours}, Netvisor {theirs}")

    # --- refusals ---------------------------------------------------------------------------------------------------
    @api.model
    def _duplicate_problem(self, document):
        return Problem(
            "number_taken", {"number": document.netvisor_number or (document.search_values or {}).get("number", "")}
        )
