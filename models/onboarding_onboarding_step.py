from odoo import api, models
from odoo.exceptions import AccessError, UserError

# Step → tab of the mapping assistant.
TABS = {"accounts": "account", "vat": "tax", "journals": "journal", "dimensions": "plan", "customers": "customer"}


class OnboardingOnboardingStep(models.Model):
    """Each step opens the screen where it is settled. The names are those that Odoo's onboarding asks for."""

    _inherit = "onboarding.onboarding.step"

    @api.model
    def action_open_step_netvisor_credentials(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only system administrators can connect a company to Netvisor."))
        return self.env["netvisor.connect"]._action()

    @api.model
    def action_open_step_netvisor_rights(self):
        root = self._netvisor_check()
        known = self.env["netvisor.right"]._of(root)
        return self.env["netvisor.right"]._action_list(root) if known else self.env["netvisor.right"].action_test()

    @api.model
    def action_open_step_netvisor_accounts(self):
        return self._netvisor_open_mapping("accounts")

    @api.model
    def action_open_step_netvisor_vat(self):
        return self._netvisor_open_mapping("vat")

    @api.model
    def action_open_step_netvisor_journals(self):
        return self._netvisor_open_mapping("journals")

    @api.model
    def action_open_step_netvisor_dimensions(self):
        return self._netvisor_open_mapping("dimensions")

    @api.model
    def action_open_step_netvisor_customers(self):
        return self._netvisor_open_mapping("customers")

    @api.model
    def action_open_step_netvisor_trial(self):
        self._netvisor_check()
        return self.env["netvisor.trial"]._open()

    # --- what they share --------------------------------------------------------------------------------------------
    @api.model
    def _netvisor_check(self):
        """:return: the connected company"""
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can set up the connection to Netvisor."))
        root = self.env.company._netvisor_root()
        if not root._netvisor_is_connected():
            raise UserError(
                self.env._("%(company)s is not connected to Netvisor: begin with the credentials.", company=root.name)
            )
        return root

    @api.model
    def _netvisor_open_mapping(self, step):
        self._netvisor_check()
        return self.env["netvisor.mapping"].action_open(TABS[step])
