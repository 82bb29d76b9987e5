from odoo import fields, models
from odoo.exceptions import AccessError


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    netvisor_product_mode = fields.Selection(related="netvisor_company_id.netvisor_product_mode", readonly=False)
    netvisor_product_update = fields.Boolean(related="netvisor_company_id.netvisor_product_update", readonly=False)
    netvisor_product_refusal = fields.Text(related="netvisor_company_id.netvisor_product_refusal")

    def action_netvisor_open_products(self):
        """Button: the products that are sold and that Netvisor does not have yet."""
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can do this."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Products that are not linked to Netvisor"),
            "res_model": "product.product",
            "views": [[False, "list"], [False, "form"]],
            "context": {"search_default_netvisor_not_there": 1, "search_default_filter_to_sell": 1},
        }
