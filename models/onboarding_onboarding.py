from psycopg2 import errors

from odoo import api, models
from odoo.exceptions import AccessError

PANEL = "account_netvisor.onboarding_netvisor"
DONE = ("just_done", "done")


class OnboardingOnboarding(models.Model):
    """Odoo keeps what was done and whether the panel is hidden, per company; the facts decide what is done."""

    _inherit = "onboarding.onboarding"

    @api.model
    def _netvisor_onboarding(self, company):
        root = company._netvisor_root()
        onboarding = self.sudo().env.ref(PANEL, raise_if_not_found=False)
        return onboarding and onboarding.with_company(root)

    def _prepare_rendering_values(self):
        self.ensure_one()
        if self != self.env.ref(PANEL, raise_if_not_found=False):
            return super()._prepare_rendering_values()
        guide, other = self.env.company._netvisor_guide_and_other()
        self._netvisor_keep_progress(guide)
        return {**super()._prepare_rendering_values(), "netvisor_guide": guide, "netvisor_other": other}

    def _netvisor_keep_progress(self, guide):
        """What opens again brings the panel back, even where somebody has hidden it."""
        settled = {step.action: step.state == "done" for step in guide}
        for step in self.step_ids:
            is_done = settled.get(step.panel_step_open_action_name, False)
            if is_done and step.current_step_state not in DONE:
                step.action_set_just_done()
            elif not is_done and step.current_step_state in DONE:
                step.current_progress_step_id.step_state = "not_done"
                self.current_progress_id.is_onboarding_closed = False

    @api.model
    def _netvisor_panel(self, company):
        """:return: dict for the component that draws it; False where there is nothing to draw"""
        onboarding = self._netvisor_onboarding(company)
        if not onboarding:
            return False
        try:
            with self.env.cr.savepoint():
                onboarding._search_or_create_progress()
        except errors.UniqueViolation:  # another dashboard opens at this very moment, and makes it
            return False
        values = onboarding._prepare_rendering_values()
        state = values["state"].get("onboarding_state", "open")
        titles = {step.panel_step_open_action_name: step for step in values["steps"]}
        root, user = company._netvisor_root(), self.env.user
        connected, system = root._netvisor_is_connected(), user.has_group("base.group_system")
        manager = user.has_group("account.group_account_manager")
        return {
            "company": root.sudo().name,
            "company_id": root.id,
            "connected": connected,
            "hidden": onboarding.is_onboarding_closed,
            "state": state,
            "can_hide": manager,
            "can_disconnect": connected and system,
            "other": values["netvisor_other"],
            "steps": [
                {
                    "key": step.key,
                    "title": titles[step.action].title,
                    "description": titles[step.action].description,
                    "state": step.state,
                    "done": step.done,
                    "open": step.open,
                    "waiting": step.waiting,
                    "action": step.action,
                    "extra": list(step.extra) if manager else [],
                    "can_open": system if step.key == "credentials" else connected and manager,
                }
                for step in values["netvisor_guide"]
                if step.action in titles
            ],
        }

    @api.model
    def _netvisor_check_manager(self):
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can hide or show the guided connection."))

    @api.model
    def action_close_panel_netvisor(self):
        """Odoo's "closing action" of a panel: hidden on the dashboard, and still in the menu and the settings."""
        self._netvisor_check_manager()
        self._netvisor_show(False)

    @api.model
    def action_show_panel_netvisor(self):
        self._netvisor_check_manager()
        self._netvisor_show(True)

    @api.model
    def _netvisor_show(self, show):
        if onboarding := self._netvisor_onboarding(self.env.company):
            onboarding._search_or_create_progress().is_onboarding_closed = not show
