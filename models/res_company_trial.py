"""Nothing goes before one invoice has been tried, where the person who connects wants it so: trials only are claimed."""

from odoo import fields, models
from odoo.exceptions import AccessError


class ResCompany(models.Model):
    _inherit = "res.company"

    netvisor_trial_first = fields.Boolean(
        string="Netvisor: try one invoice first",
        copy=False,
        readonly=True,
        help="Nothing is sent to Netvisor but a trial, until somebody has looked at it.",
    )

    def action_netvisor_trial_over(self):
        """Somebody has looked, or does not want a trial: what waits goes now."""
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can let the other invoices go."))
        self.check_access("read")
        for company in self:
            root = company._netvisor_root()
            root.sudo().netvisor_trial_first = False
            root._netvisor_wake()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
