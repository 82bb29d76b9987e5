from copy import deepcopy
from datetime import datetime, timezone

from odoo import api, models

from ..netvisor import sales_invoice as wire
from .netvisor_open_invoice import DRAFT

# "open" comprises overdue, reminded, requested and collected (4.6).
STATUSES = ("open", DRAFT)


class NetvisorKindOpenInvoice(models.AbstractModel):
    """Open sales invoices → ``netvisor.open.invoice``: one list, in pages of 500, whatever the length of the history.

    Also those that somebody has typed in Netvisor: the customer owes them as well. ``feed.pending`` is the place of the
    next page.
    """

    _name = "netvisor.kind.open_invoice"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: reading of open invoices"

    @api.model
    def _feed_wanted(self, company):
        return company.netvisor_ledger

    @api.model
    def _refresh(self, company, call, feed):
        """:return: Answer"""
        # A copy: a changed value that is the cached one itself would not be written.
        work = deepcopy(feed.pending) or {
            # To the microsecond: what the last reading has seen is to be told from what this one sees.
            "began": datetime.now(timezone.utc).replace(tzinfo=None).isoformat(),
            "statuses": list(STATUSES),
            "above": None,
        }
        answer = call(wire.list_request(status=work["statuses"][0], above_key=work["above"], private_comment=False))
        if not answer.ok:
            return answer
        rows = wire.parse_list(answer)
        began = datetime.fromisoformat(work["began"])
        mirror = self.env["netvisor.open.invoice"]
        mirror._store(company, rows, began)
        if len(rows) >= wire.LIST_SIZE:
            work["above"] = max(row.key for row in rows if row.key)
        else:
            work.update(statuses=work["statuses"][1:], above=None)
        if not work["statuses"]:
            mirror._drop_unseen(company, began)
            # Invoices go out between the parts: what was sent since the first question may be in none of the answers.
            feed.bookmark = work["began"]
        feed.pending = work if work["statuses"] else False
        return answer
