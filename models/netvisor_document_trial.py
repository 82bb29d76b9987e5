"""A document that is sent to be looked at: as a draft, whatever the settings say, and before all others."""

from odoo import api, fields, models

# After these it is sent anew, and then for real.
OVER = ("deleted", "cancelled")


class NetvisorDocument(models.Model):
    _inherit = "netvisor.document"

    trial = fields.Boolean(
        readonly=True, help="Sent to be looked at: it arrives as a draft, whatever the settings say."
    )

    def write(self, vals):
        return super().write({**vals, "trial": False} if vals.get("state") in OVER else vals)

    @api.model
    def _pause_alerts(self, companies):
        alerts = super()._pause_alerts(companies)
        for root in {company._netvisor_root() for company in companies}:
            if root._netvisor_is_connected() and root.sudo().netvisor_trial_first:
                text = self.env._(
                    "Nothing is sent to Netvisor yet (%(company)s): one invoice is to be tried first.",
                    company=root.sudo().name,
                )
                alerts[f"netvisor_trial_{root.id}"] = {"level": "info", "message": text} | self._trial_link()
        return alerts

    @api.model
    def _trial_link(self):
        if not self.env.user.has_group("account.group_account_manager"):
            return {}
        action = self.env["netvisor.trial"].with_context(netvisor_guide=False)._action()
        return {"action_text": self.env._("Try one"), "action": action}


class AccountMove(models.Model):
    _inherit = "account.move"

    def _netvisor_take_back(self, documents):
        result = super()._netvisor_take_back(documents)
        documents.filtered(lambda document: document.trial and document.state in OVER).trial = False
        return result
