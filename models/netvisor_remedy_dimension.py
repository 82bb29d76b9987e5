from odoo import models


class NetvisorDocument(models.Model):
    """One click that leads to what is wrong with dimensions."""

    _inherit = "netvisor.document"

    def _state_alert(self):
        """An invoice that is gone is credited or reset; an item that is gone is made again, or given up."""
        if self.kind != "dimension_item" or self.state not in ("deleted", "changed"):
            return super()._state_alert()
        if self.state == "changed":
            return {
                "level": "info",
                "message": self.env._("This was changed after it was sent, and is sent again."),
            }
        account = self.binding_id.analytic_account_id
        row = {
            "level": "danger",
            "message": self.env._("Netvisor no longer has this item. Send it again, or archive the analytic account."),
        }
        if account and self._may_send():
            call = ["account.analytic.account", "action_netvisor_send", account.ids]
            row |= {"action_text": self.env._("Send it again"), "action_call": call}
        return row

    def action_read_dimensions(self):
        """Read Netvisor's dimensions again; what waited for an item goes on by itself."""
        self._check_sender()
        for company in self.root_company_id:
            self.env["netvisor.dimension"]._read_again(company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("Netvisor's dimensions are read again within a minute, then this one goes on."),
            },
        }

    def _window_analytic(self, problem):
        """The analytic accounts that the message names."""
        if self.kind == "dimension_item":
            return self._window(self.binding_id.analytic_account_id)
        lines = self.move_id.invoice_line_ids
        return self._window(
            lines.distribution_analytic_account_ids, self.env._("Analytic accounts of %(name)s", name=self.display_name)
        )

    def _window_dimensions(self, problem):
        """How the plan in question is mapped; all of them where none is."""
        plans = self.env["netvisor.plan"].search(
            [
                ("company_id", "=", self.root_company_id.id),
                ("plan_id", "=", self.binding_id.analytic_account_id.root_plan_id.id),
            ]
        )
        if plans or not self.env["netvisor.plan"].has_access("read"):
            return self._window(plans)
        return self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_plan_action")
