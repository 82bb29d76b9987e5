"""Checks on connecting: what is not right yet, in words, with a one-click remedy where there is one."""

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import config

from .netvisor_pause import NEEDS_PERSON

FINNISH_REFERENCES = ("fi", "fi_rf")
# Netvisor asks clients to wait 120 s for an answer; a run of the job holds several calls.
CRON_SECONDS = 300


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.constrains("netvisor_mode", "currency_id")
    def _check_netvisor_currency(self):
        for company in self:
            if company.netvisor_mode != "disabled" and company.currency_id.name != "EUR":
                raise ValidationError(
                    self.env._(
                        "Netvisor keeps books in euro, and %(company)s keeps them in %(currency)s. "
                        "They cannot be connected.",
                        company=company.name,
                        currency=company.currency_id.name,
                    )
                )

    def _netvisor_checks(self):
        """What the widget ``actionable_errors`` shows.

        :return: dict key → {level, message, action_text, action or action_call}
        """
        company = self._netvisor_root()
        if not company._netvisor_is_connected():
            return {}
        checks = {
            "pause": company._netvisor_check_pause(),
            "credentials": company._netvisor_check_credentials(),
            "shared": company._netvisor_check_shared(),
            "delivery": company._netvisor_check_delivery(),
            "reference": company._netvisor_check_reference(),
            "numbers": company._netvisor_check_numbers(),
            "taxes": company._netvisor_check_taxes(),
            "journals": company._netvisor_check_journals(),
            "cron": company._netvisor_check_cron(),
        }
        return {key: value for key, value in checks.items() if value}

    def _netvisor_check_pause(self):
        company = self.sudo()  # the state of the connection, not its secrets
        code = company.netvisor_pause_code
        if not code:
            return None
        lines = list(company.with_env(self.env)._netvisor_pause_words())
        if company.netvisor_pause_text:
            lines.append(self.env._("Netvisor: %(words)s", words=company.netvisor_pause_text))
        check = {"level": "danger" if code in NEEDS_PERSON else "warning", "message": "\n".join(filter(None, lines))}
        if self.env.user.has_group("base.group_system"):
            copied = code == "copied_database"
            method = "action_netvisor_right_database" if copied else "action_netvisor_resume"
            again = self.env._("Resume") if code in NEEDS_PERSON else self.env._("Try again now")
            check["action_text"] = self.env._("This is the right database") if copied else again
            check["action_call"] = ["res.company", method, [self.id]]
        return check

    def _netvisor_check_credentials(self):
        if missing := self._netvisor_missing_credentials():
            return {"level": "warning", "message": self.env._("Still empty: %(names)s", names=", ".join(missing))}
        return None

    def _netvisor_check_shared(self):
        """Each Odoo company has its own numbers and links: in one Netvisor company they would meet."""
        company = self.sudo()  # the others may be closed to the user; their names are what must be said
        others = company.search(
            [
                ("id", "!=", company.id),
                ("parent_id", "=", False),
                ("netvisor_mode", "=", company.netvisor_mode),
                ("netvisor_organisation_id", "=", company.netvisor_organisation_id),
            ]
        )
        if not company.netvisor_organisation_id or not others:
            return None
        return {
            "level": "warning",
            "message": self.env._(
                "%(others)s is connected to the same Netvisor company %(organisation)s. Numbers of invoices and codes of "
                "customers can meet there; connect only one of them, or give their journals different prefixes.",
                others=", ".join(others.mapped("name")),
                organisation=company.netvisor_organisation_id,
            ),
        }

    def _netvisor_check_delivery(self):
        if self.netvisor_delivery:
            return None
        return {
            "level": "warning",
            "message": self.env._(
                "Choose who delivers invoices to customers. Until then Odoo does: they arrive in Netvisor as open."
            ),
        }

    def _netvisor_check_reference(self):
        journals = self._netvisor_journals("sales_invoice").filtered(
            lambda journal: (
                journal.invoice_reference_model not in FINNISH_REFERENCES or journal.invoice_reference_type == "none"
            )
        )
        if not journals:
            return None
        check = {
            "level": "warning",
            "message": self.env._(
                "Without a Finnish reference number invoices are not sent. No Finnish reference: %(journals)s",
                journals=", ".join(journals.mapped("display_name")),
            ),
        }
        if self._netvisor_has_finnish_reference():
            check["action_text"] = self.env._("Use Finnish references")
            check["action_call"] = ["res.company", "action_netvisor_finnish_references", [self.id]]
        else:
            check["message"] += "\n" + self.env._("Install the Finnish localisation (l10n_fi) first.")
        return check

    def _netvisor_has_finnish_reference(self):
        selection = self.env["account.journal"]._fields["invoice_reference_model"].get_values(self.env)
        return FINNISH_REFERENCES[0] in selection

    def _netvisor_check_numbers(self):
        if self.netvisor_numbering == "netvisor":
            return None
        journals = self._netvisor_journals("sales_invoice")
        collisions = journals._netvisor_collisions(journals)
        if not collisions:
            return None
        return {
            "level": "danger",
            "message": "\n".join(rows[0][0]._netvisor_collision_text(rows) for rows in collisions),
            "action_text": self.env._("Propose prefixes"),
            "action_call": ["res.company", "action_netvisor_propose_prefixes", [self.id]],
        }

    def _netvisor_check_taxes(self):
        taxes = self._netvisor_sale_taxes().filtered(lambda tax: not tax.netvisor_vat_code)
        if not taxes:
            return None
        return {
            "level": "warning",
            "message": self.env._(
                "Sales taxes without a Netvisor VAT code: %(taxes)s", taxes=", ".join(taxes.mapped("name"))
            ),
            "action_text": self.env._("Propose codes"),
            "action_call": ["res.company", "action_netvisor_propose_codes", [self.id]],
        }

    def _netvisor_check_journals(self):
        journals = self._netvisor_journals("none")
        if not journals:
            return None
        return {
            "level": "warning",
            "message": self.env._(
                "Invoices of these journals are not sent to Netvisor: %(journals)s",
                journals=", ".join(journals.mapped("display_name")),
            ),
            "action_text": self.env._("Open the journals"),
            "action": journals._get_records_action(name=self.env._("Journals that are not sent")),
        }

    def _netvisor_check_cron(self):
        limit = config["limit_time_real_cron"]
        if limit < 0:
            limit = config["limit_time_real"]
        if not limit or limit >= CRON_SECONDS:
            return None
        return {
            "level": "warning",
            "message": self.env._(
                "This server stops scheduled jobs after %(limit)s seconds, and one answer of Netvisor may take 120. "
                "Set limit_time_real_cron to %(wanted)s or more in Odoo's configuration.",
                limit=limit,
                wanted=CRON_SECONDS,
            ),
        }

    # --- what the checks look at ------------------------------------------------------------------------------------
    def _netvisor_journals(self, export):
        """Sales journals of the connection, branches included."""
        return self.env["account.journal"].search(
            [("company_id", "child_of", self.id), ("type", "=", "sale"), ("netvisor_export", "=", export)]
        )

    def _netvisor_sale_taxes(self):
        return self.env["account.tax"].search(
            [("company_id", "child_of", self.id), ("type_tax_use", "=", "sale"), ("amount_type", "=", "percent")]
        )

    def _netvisor_all_taxes(self):
        """Archived ones too: they come back to life without being created anew."""
        taxes = self.env["account.tax"].with_context(active_test=False, tracking_disable=True)
        return taxes.search([("company_id", "child_of", self.id), ("type_tax_use", "in", ("sale", "purchase"))])

    def _netvisor_journal_exports(self, journal):
        """Are invoices of this journal sent at all?"""
        return self._netvisor_is_connected() and journal.netvisor_export == "sales_invoice"

    # --- one-click remedies -----------------------------------------------------------------------------------------
    def _netvisor_check_manager(self):
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can change this."))
        self.check_access("read")

    def action_netvisor_finnish_references(self):
        self._netvisor_check_manager()
        for company in self:
            journals = company._netvisor_root()._netvisor_journals("sales_invoice")
            for journal in journals:
                if journal.invoice_reference_model not in FINNISH_REFERENCES:
                    journal.invoice_reference_model = FINNISH_REFERENCES[0]
                if journal.invoice_reference_type == "none":
                    journal.invoice_reference_type = "invoice"

    def action_netvisor_propose_prefixes(self):
        self._netvisor_check_manager()
        for company in self:
            journals = company._netvisor_root()._netvisor_journals("sales_invoice")
            # All at once: while the first gets its prefix, the others still collide.
            journals = journals.with_context(netvisor_no_series_check=True)
            journals._netvisor_propose_prefixes(others=journals.browse())
            journals.with_context(netvisor_no_series_check=False)._check_netvisor_series()

    def action_netvisor_propose_codes(self):
        self._netvisor_check_manager()
        for company in self:
            company._netvisor_root()._netvisor_sale_taxes()._netvisor_fill_codes()
