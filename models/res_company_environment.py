from odoo import fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Keys belong to one Netvisor company: customer 14 of the sandbox is somebody else in production."""

    _inherit = "res.company"

    # Which Netvisor company the stored keys belong to; survives a time of being disconnected.
    netvisor_environment = fields.Char(groups="base.group_system", copy=False)

    def _netvisor_environment_now(self):
        return f"{self.netvisor_mode}|{self.netvisor_organisation_id or ''}"

    def _netvisor_environment_changed(self):
        """Another Netvisor company: keys of a trial are forgotten, keys of real books stop the change."""
        company = self.sudo()
        now = company._netvisor_environment_now()
        if company.netvisor_mode == "disabled" or company.netvisor_environment == now:
            return
        if company.netvisor_environment:
            # A neutralised copy has forgotten its database: there nothing is lost.
            real = company.netvisor_environment.startswith("production|") and company.netvisor_database
            if real and company._netvisor_knows_keys():
                raise ValidationError(
                    self.env._(
                        "%(company)s has already sent documents to its Netvisor in production. To try something else, "
                        "use another company or a copy of the database.",
                        company=company.name,
                    )
                )
            company._netvisor_forget()
        company.netvisor_environment = now

    def _netvisor_knows_keys(self):
        documents = self.env["netvisor.document"].sudo()
        bindings = self.env["netvisor.binding"].sudo()
        return bool(
            documents.search_count([("root_company_id", "=", self.id), ("netvisor_key", "!=", 0)], limit=1)
            or bindings.search_count([("company_id", "=", self.id), ("netvisor_key", "!=", 0)], limit=1)
        )

    def _netvisor_forget(self):
        """Nothing learnt from one Netvisor company may be used in another. What was never sent stays queued."""
        self.ensure_one()
        documents = self.env["netvisor.document"].sudo()
        documents.search(
            [("root_company_id", "=", self.id), ("state", "not in", ("todo", "blocked", "cancelled"))]
        ).unlink()
        documents.search([("root_company_id", "=", self.id), ("netvisor_key", "!=", 0)]).unlink()
        for model in ("netvisor.binding", "netvisor.account", "netvisor.accounting.period", "netvisor.feed"):
            self.env[model].sudo().with_context(active_test=False).search([("company_id", "=", self.id)]).unlink()
        self.sudo().write(
            {
                "netvisor_checked_count": 0,
                "netvisor_checked_vouchers": 0,
                "netvisor_lock_accounting": False,
                "netvisor_lock_vat": False,
                "netvisor_lock_purchase": False,
            }
        )
