from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    netvisor_customer_export = fields.Selection(related="netvisor_company_id.netvisor_customer_export", readonly=False)
    netvisor_customer_import = fields.Selection(related="netvisor_company_id.netvisor_customer_import", readonly=False)
    netvisor_customer_progress = fields.Char(compute="_compute_netvisor_customer_progress")

    @api.depends("netvisor_company_id")
    def _compute_netvisor_customer_progress(self):
        feeds = self.env["netvisor.feed"].sudo()  # the page is for administrators
        for settings in self:
            feed = feeds.search(
                [("company_id", "=", settings.netvisor_company_id.id), ("kind", "=", "customer")], limit=1
            )
            settings.netvisor_customer_progress = feed.message or feed.progress

    def action_netvisor_read_customers(self):
        """Button: read the customer register again now."""
        self.ensure_one()
        self._netvisor_check_system()
        return self.env["netvisor.customer"].with_company(self.company_id._netvisor_root()).action_read_again()

    def action_netvisor_customer_rules(self):
        """Button: who wins, field by field."""
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can decide who wins."))
        return self.env["netvisor.customer.rule"].with_company(self.company_id).action_open()
