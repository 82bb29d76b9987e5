"""A rate has ended, and taxes of the next one are missing: the check, and the ways to make them."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..netvisor import vat
from .account_tax_successor import DONE
from .netvisor_words import number_text


class ResCompany(models.Model):
    _inherit = "res.company"

    def _netvisor_checks(self):
        checks = super()._netvisor_checks()
        company = self._netvisor_root()
        if company._netvisor_is_connected() and (check := company._netvisor_check_successors()):
            checks["successors"] = check
        return checks

    def _netvisor_check_successors(self):
        """Said as soon as the next rate is near, while there is still time."""
        today = fields.Date.context_today(self)
        taxes = self.env["account.tax"]
        for change in reversed(vat.changes()):
            if not change.whole or (change.day - today).days > vat.NEAR_DAYS:
                continue
            plans = taxes._netvisor_successor_plans(self, change)
            missing = taxes.union(*(plan.tax for plan in plans if plan.outcome in DONE))
            if missing:
                return self._netvisor_successor_alert(change, missing, change.day <= today)
        return None

    def _netvisor_successor_alert(self, change, missing, begun):
        values = {
            "old": number_text(self.env, format(change.old.normalize(), "f")),
            "new": number_text(self.env, format(change.new.normalize(), "f")),
            "date": format_date(self.env, change.day),
            "taxes": ", ".join(dict.fromkeys(missing.mapped("name"))),
        }
        if begun:
            message = self.env._(
                "Since %(date)s the rate is %(new)s %% instead of %(old)s %%, and these taxes have none of %(new)s %%: %(taxes)s",
                **values,
            )
        else:
            message = self.env._(
                "From %(date)s the rate is %(new)s %% instead of %(old)s %%, and these taxes have none of %(new)s %% yet:"
                " %(taxes)s",
                **values,
            )
        alert = {"level": "warning", "message": message}
        if self.env.user.has_group("account.group_account_manager"):
            alert["action_text"] = self.env._("Create %(new)s %% taxes", **values)
            # A server action: only so the browser shows the window that the method answers with.
            alert["action"] = {
                "type": "ir.actions.server",
                "id": self.env["ir.model.data"]._xmlid_to_res_id("account_netvisor.action_create_successors_company"),
                "context": {
                    "active_model": "res.company",
                    "active_id": self.id,
                    "active_ids": self.ids,
                    "netvisor_change": change.day.isoformat(),
                },
            }
        return alert

    def action_netvisor_create_successors(self, day=None):
        """Make the taxes of a new rate for this company and its branches, and show what was made.

        :param day: first day of the new rate; by default the latest
        """
        self.ensure_one()
        taxes = self.env["account.tax"]
        change = taxes._netvisor_change(day or self.env.context.get("netvisor_change"))
        if not change:
            raise UserError(self.env._("No VAT rate ended on %(day)s.", day=day))
        return self.env["netvisor.vat.successor"]._run(self._netvisor_root(), change)


class AccountTax(models.Model):
    _inherit = "account.tax"

    def action_netvisor_create_successors(self):
        """Server action on a list of taxes: those of the rate that took the place of theirs."""
        self._netvisor_check_maker()
        change = self._netvisor_change_of()
        if not change:
            raise UserError(
                self.env._("None of these taxes has a rate that has ended or ends: there is nothing to create.")
            )
        roots = {company._netvisor_root() for company in self.company_id}
        if len(roots) > 1:
            raise UserError(self.env._("Choose the taxes of one company at a time."))
        return self.env["netvisor.vat.successor"]._run(roots.pop(), change, self)

    @api.model
    def _netvisor_percent_text(self, percent):
        return f"{number_text(self.env, format(percent.normalize(), 'f'))} %"
