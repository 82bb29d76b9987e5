from odoo import api, fields, models
from odoo.exceptions import UserError

GROUPS = "account.group_account_invoice,account.group_account_readonly"


class AccountAnalyticPlan(models.Model):
    _inherit = "account.analytic.plan"

    netvisor_plan_ids = fields.One2many("netvisor.plan", "plan_id", string="Netvisor mappings", groups=GROUPS)
    netvisor_dimension = fields.Char(
        string="Netvisor dimension",
        compute="_compute_netvisor_dimension",
        groups=GROUPS,
        help="For the current company.",
    )
    netvisor_connected = fields.Boolean(compute="_compute_netvisor_dimension", groups=GROUPS)

    @api.depends("netvisor_plan_ids.use", "netvisor_plan_ids.dimension")
    @api.depends_context("company", "lang")
    def _compute_netvisor_dimension(self):
        company = self.env.company
        connected, root = company._netvisor_is_connected(), company._netvisor_root()
        labels = dict(self.env["netvisor.plan"]._fields["use"]._description_selection(self.env))
        for plan in self:
            row = plan.netvisor_plan_ids.filtered(lambda row: row.company_id == root)
            plan.netvisor_connected = connected and not plan.parent_id
            plan.netvisor_dimension = row.dimension or labels.get(row.use, False)

    def _netvisor_rows(self):
        root = self.env.company._netvisor_root()
        return self.root_id.netvisor_plan_ids.filtered(lambda row: row.company_id == root)

    def action_netvisor_send(self):
        """Send what differs of these plans' accounts now."""
        rows = self._netvisor_rows()
        if not rows:
            raise UserError(
                self.env._(
                    "Not mapped to Netvisor: %(plans)s. Map them under Configuration, Netvisor, Dimensions.",
                    plans=", ".join(self.mapped("name")),
                )
            )
        return rows.action_send_now()

    def action_netvisor_mapping(self):
        """The row that says what this plan is in Netvisor, or a new one."""
        self.ensure_one()
        row = self._netvisor_rows()
        row.check_access("read") if row else self.env["netvisor.plan"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "res_model": "netvisor.plan",
            "res_id": row.id,
            "views": [(False, "form")],
            "context": {
                "default_plan_id": self.root_id.id,
                "default_company_id": self.env.company._netvisor_root().id,
            },
        }
