from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.netvisor_document import NOT_YET

# What opens Netvisor. Organisation, sender and address stay: they are no secrets, and connecting again begins with them.
REMOVED = ("netvisor_customer_id", "netvisor_customer_key", "netvisor_partner_id", "netvisor_partner_key")
# A call in progress ends before; a person waits no longer.
LOCK_WAIT = 10


class NetvisorDisconnect(models.TransientModel):
    """History stays, credentials go, the job stops."""

    _name = "netvisor.disconnect"
    _description = "Netvisor: disconnect"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.company._netvisor_root(),
    )
    organisation = fields.Char("Organisation id", compute="_compute_counts")
    sent_count = fields.Integer("Sent documents", compute="_compute_counts")
    link_count = fields.Integer("Links", compute="_compute_counts")
    waiting_count = fields.Integer("Waiting or with a problem", compute="_compute_counts")
    doubt_count = fields.Integer("Answers lost", compute="_compute_counts")

    @api.depends("company_id")
    def _compute_counts(self):
        for wizard in self:
            root = wizard.company_id
            documents = self.env["netvisor.document"].sudo()
            states = dict(documents._read_group([("root_company_id", "=", root.id)], ["state"], ["__count"]))
            wizard.organisation = root.sudo().netvisor_organisation_id
            wizard.sent_count = states.get("done", 0) + states.get("changed", 0)
            wizard.waiting_count = sum(states.get(state, 0) for state in NOT_YET)
            wizard.doubt_count = sum(states.get(state, 0) for state in ("sending", "in_doubt", "review"))
            wizard.link_count = (
                self.env["netvisor.binding"]
                .sudo()
                .search_count([("company_id", "=", root.id), ("netvisor_key", "!=", 0)])
            )

    def action_disconnect(self):
        """Between two calls of the job, so that nothing is under way with credentials that are gone."""
        self.ensure_one()
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only system administrators can disconnect a company from Netvisor."))
        root = self.company_id._netvisor_root()
        with self.env["netvisor.engine"]._between_runs(root, LOCK_WAIT):
            root.write({"netvisor_mode": "disabled", **dict.fromkeys(REMOVED, False)})
            root._netvisor_set_tested(False)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disconnect from Netvisor"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "medium"},
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def action_netvisor_disconnect(self):
        """In the settings and beside the guided connection."""
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only system administrators can disconnect a company from Netvisor."))
        return self.env["netvisor.disconnect"]._action()
