from odoo import models

from .netvisor_kind import Problem
from .netvisor_problem import describe
from .sales_invoice_vat import percent_text

MEND = "account_netvisor.action_move_vat_mend"


class AccountMove(models.Model):
    """The VAT rate of the day, said on the draft already: a posted invoice must be reset before its tax can be replaced."""

    _inherit = "account.move"

    def _get_alerts(self):
        alerts = super()._get_alerts()
        draft = self._origin
        if self.state == "draft" and draft and draft.netvisor_is_exported and draft.is_sale_document():
            alerts |= draft._netvisor_vat_alerts()
        return alerts

    def _netvisor_vat_alerts(self):
        alerts = {}
        cases = self.env["netvisor.kind.sales_invoice"].sudo()._vat_cases(self)
        for (_line, tax), (case, code) in cases.items():
            values = {"tax": tax.name, "percent": percent_text(case.percent), **case.values()}
            text, _remedy = describe(self.env, Problem(code, values).as_json())
            # The same for several lines is said once.
            alerts[f"netvisor_vat_{code}_{tax.id}"] = {"level": "warning", "message": text, **self._netvisor_vat_mend()}
        return alerts

    def _netvisor_vat_mend(self):
        """What opens the window in which the date is entered or the tax replaced."""
        return {
            "action_text": self.env._("Mend the VAT rate"),
            "action": {
                "type": "ir.actions.server",
                "id": self.env["ir.model.data"]._xmlid_to_res_id(MEND),
                "context": {"active_model": self._name, "active_id": self.id, "active_ids": self.ids},
            },
        }

    def action_netvisor_vat_mend(self):
        """Server action on invoices: the delivery date that is missing, or the tax of the day."""
        return self.env["netvisor.vat.mend"]._open(self)


class NetvisorDocument(models.Model):
    _inherit = "netvisor.document"

    def _window_vat_mend(self, problem):
        if not self._may_send() or not self.move_id.has_access("write"):
            return None
        return self.move_id._netvisor_vat_mend()["action"]
