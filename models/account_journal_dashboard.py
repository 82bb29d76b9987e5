from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .netvisor_document import OPEN_PROBLEMS

EXPORTED = ("sales_invoice", "voucher")


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _get_journal_dashboard_data_batched(self):
        dashboard_data = super()._get_journal_dashboard_data_batched()
        self._netvisor_fill_dashboard(dashboard_data)
        return dashboard_data

    def _netvisor_fill_dashboard(self, dashboard_data):
        journals = self.filtered(lambda journal: journal.netvisor_export in EXPORTED and journal.netvisor_connected)
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

    def action_netvisor_documents(self):
        """What is open in Netvisor of this journal's entries."""
        self.ensure_one()
        if not self.env.user.has_groups("account.group_account_invoice,account.group_account_readonly"):
            raise AccessError(self.env._("Only Invoicing users can see what is sent to Netvisor."))
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_document_action")
        wanted = {name: value for name, value in self.env.context.items() if name.startswith("search_default_")}
        return {**action, "domain": [("move_id.journal_id", "=", self.id)], "context": wanted}
