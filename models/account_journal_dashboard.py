from odoo import models
from odoo.tools import SQL

from .netvisor_document import OPEN_PROBLEMS


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _fill_sale_purchase_dashboard_data(self, dashboard_data):
        super()._fill_sale_purchase_dashboard_data(dashboard_data)
        journals = self.filtered(
            lambda journal: journal.netvisor_export == "sales_invoice" and journal.netvisor_connected
        )
        if not journals:
            return
        # Only what is not settled: the partial index of open documents, whatever the length of the history.
        self.env["netvisor.document"].flush_model(["state", "move_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT move.journal_id, count(*) FILTER (WHERE document.state IN %(problems)s),
                          count(*) FILTER (WHERE document.state NOT IN %(problems)s)
                     FROM netvisor_document document JOIN account_move move ON move.id = document.move_id
                    WHERE document.root_company_id IN %(roots)s AND document.state NOT IN ('done', 'cancelled')
                      AND move.journal_id IN %(journals)s
                 GROUP BY move.journal_id""",
                problems=OPEN_PROBLEMS,
                roots=tuple({journal.company_id._netvisor_root().id for journal in journals}),
                journals=tuple(journals.ids),
            )
        )
        for journal_id, problems, waiting in rows:
            dashboard_data[journal_id].update({"netvisor_problems": problems, "netvisor_waiting": waiting})
