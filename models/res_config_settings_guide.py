from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_netvisor_connect(self):
        """The guided way to type and test the credentials."""
        self.ensure_one()
        self._netvisor_check_system()
        return self.env["netvisor.connect"].with_company(self.company_id)._action()

    def action_netvisor_disconnect(self):
        self.ensure_one()
        self._netvisor_check_system()
        return self.env["netvisor.disconnect"].with_company(self.company_id)._action()
