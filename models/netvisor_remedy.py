"""What is wrong, what to do, and the one click that does it: the same words on documents and invoices.

They are drawn by Odoo's own ``actionable_errors`` widget, which takes a dict key → {level, message, action_text, action
or action_call}.
"""

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from .customer_problem import CUSTOMER_REMEDIES
from .netvisor_pause import NEEDS_PERSON
from .netvisor_problem import describe
from .voucher_problem import VOUCHER_REMEDIES

_lt = LazyTranslate(__name__)

# Code of a problem → (what the link says, method of netvisor.document). A method that begins with ``_window`` gives the
# window to open; any other is public, mends the matter and tries again.
REMEDIES = {
    "reference_invalid": (_lt("Set Finnish reference"), "action_finnish_reference"),
    "right_missing": (_lt("Open the rights"), "_window_rights"),
    "period_locked": (_lt("Use the first open date"), "_window_open_date"),
    "needs": (_lt("Show it"), "_window_needed"),
    "several_candidates": (_lt("Compare and choose"), "_window_document"),
    "perhaps_there": (_lt("Compare and choose"), "_window_document"),
    "number_taken": (_lt("Open the journal"), "_window_journal"),
    "number_used": (_lt("Open the journal"), "_window_journal"),
    "number_no_digits": (_lt("Open the journal"), "_window_journal"),
    "number_too_long": (_lt("Open the journal"), "_window_journal"),
    "wrong_type": (_lt("Open the journal"), "_window_journal"),
    "no_address": (_lt("Open the customer"), "_window_partner"),
    "accounts_missing": (_lt("Open the accounts"), "_window_accounts"),
    "vat_code_missing": (_lt("Open the taxes"), "_window_taxes"),
    "vat_code_direction": (_lt("Open the taxes"), "_window_taxes"),
    "vat_code_percent": (_lt("Open the taxes"), "_window_taxes"),
    "vat_rate_date": (_lt("Mend the VAT rate"), "_window_vat_mend"),
    "vat_rate_original": (_lt("Mend the VAT rate"), "_window_vat_mend"),
    "product_code_missing": (_lt("Open the product"), "_window_product"),
    "product_code_long": (_lt("Open the product"), "_window_product"),
    "product_code_twice": (_lt("Show the products"), "_window_same_code"),
    "product_code_hidden": (_lt("Open the product"), "_window_product"),
    "product_linked_elsewhere": (_lt("Show the products"), "_window_same_code"),
    "product_not_found": (_lt("Open the product"), "_window_product"),
    "dimensions_missing": (_lt("Read dimensions again"), "action_read_dimensions"),
    "dimension_missing": (_lt("Open the mapping"), "_window_dimensions"),
    "dimension_not_mapped": (_lt("Open the mapping"), "_window_dimensions"),
    "dimension_name_too_long": (_lt("Open the mapping"), "_window_dimensions"),
    "dimension_item_moved": (_lt("Open the account"), "_window_analytic"),
    "dimension_item_too_long": (_lt("Open the accounts"), "_window_analytic"),
    "dimension_item_taken": (_lt("Open the account"), "_window_analytic"),
    "dimension_item_duplicate": (_lt("Open the account"), "_window_analytic"),
    "dimension_item_gone": (_lt("Open the account"), "_window_analytic"),
    **CUSTOMER_REMEDIES,
    **VOUCHER_REMEDIES,
}
LEVELS = {"blocked": "danger", "review": "danger", "deleted": "danger", "changed": "warning"}


class NetvisorDocument(models.Model):
    _inherit = "netvisor.document"

    alerts = fields.Json(compute="_compute_alerts")
    warning = fields.Text(compute="_compute_warning", string="Note")
    summary = fields.Text(compute="_compute_summary")
    candidates = fields.Json(compute="_compute_candidates")

    @api.depends("problems")
    @api.depends_context("lang")
    def _compute_warning(self):
        for document in self:
            notes = [row for row in document.problems or [] if row.get("level") == "warning"]
            document.warning = "\n".join(describe(self.env, row)[0] for row in notes)

    @api.depends("problems", "message", "state")
    @api.depends_context("lang")
    def _compute_summary(self):
        """One line for lists: the problem, or what the state means."""
        for document in self:
            alert = document._state_alert() or {}
            document.summary = " ".join(
                (document.problem or alert.get("message", "").partition("\n")[0] or "").splitlines()
            )

    @api.depends("search_values", "state")
    def _compute_candidates(self):
        for document in self:
            document.candidates = (
                (document.search_values or {}).get("candidates") if document.state == "review" else False
            )

    @api.depends("state", "problems", "message", "move_id", "root_company_id.netvisor_pause_code")
    @api.depends_context("lang", "uid")
    def _compute_alerts(self):
        for document in self:
            document.alerts = document.with_context(netvisor_own_form=True)._netvisor_alerts()

    def _netvisor_alerts(self):
        """:return: dict for ``actionable_errors``: one row for each problem, Netvisor's own words with the first"""
        self.ensure_one()
        alerts = {}
        if self.state in ("todo", "claimed", "in_doubt"):
            alerts |= self._pause_alerts(self.root_company_id)
        state_row = self._state_alert()
        if state_row:
            alerts["netvisor_state"] = state_row
        level = LEVELS.get(self.state, "info")
        problems = [row for row in self.problems or [] if row.get("level") != "warning"]
        for index, problem in enumerate(problems):
            text, remedy = describe(self.env, problem)
            lines = [text, self._own_words() if not index else "", remedy]
            row = {"level": level, "message": "\n".join(line for line in lines if line)}
            alerts[f"netvisor_problem_{index}"] = row | self._remedy(problem)
        if not problems and self.message and self.state in LEVELS:
            alerts["netvisor_words"] = {"level": level, "message": self._own_words()}
        for index, problem in enumerate(row for row in self.problems or [] if row.get("level") == "warning"):
            alerts[f"netvisor_note_{index}"] = {
                "level": "info",
                "message": " ".join(describe(self.env, problem)).strip(),
            }
        return alerts

    def _own_words(self):
        return self.env._("Netvisor says: “%(words)s”", words=self.message) if self.message else ""

    def _state_alert(self):
        """What a state means where no problem tells it."""
        if self.state == "in_doubt":
            text = self.env._(
                "The answer was lost; Netvisor is asked whether it has this.\n"
                "Nothing is sent again before that is known, and there is nothing to do."
            )
            return {"level": "info", "message": text}
        if self.state == "changed":
            text = self.env._(
                "This was changed after it was sent: Netvisor still has what was sent.\nMake the same change in Netvisor, or"
                " credit the invoice and make a new one."
            )
            return {"level": "warning", "message": text}
        if self.state == "deleted":
            text = self.env._(
                "Netvisor no longer has this.\nIf it was deleted by mistake, send it again; otherwise reset the invoice to"
                " draft."
            )
            row = {"level": "danger", "message": text}
            if self.move_id and self._may_send():
                row |= {
                    "action_text": self.env._("Send it again"),
                    "action_call": ["account.move", "action_netvisor_send", self.move_id.ids],
                }
            return row
        return None

    @api.model
    def _may_send(self):
        return self.env.user.has_group("account.group_account_invoice")

    def _remedy(self, problem):
        text, method = REMEDIES.get(problem.get("code"), (None, None))
        if not text or self.state not in ("blocked", "review"):
            return {}
        if not method.startswith("_window"):
            call = {"action_call": [self._name, method, self.ids]}
            return {"action_text": self.env._(text), **call} if self._may_send() else {}
        window = getattr(self, method)(problem)
        return {"action_text": self.env._(text), "action": window} if window else {}

    # --- windows that a problem leads to -----------------------------------------------------------------------------
    def _window(self, records, name=None):
        """The records if the user may see them: a form for one, a list for several."""
        if not records or not records.has_access("read"):
            return None
        views = [[False, "form"]] if len(records) == 1 else [[False, "list"], [False, "form"]]
        action = {"type": "ir.actions.act_window", "res_model": records._name, "views": views, "target": "current"}
        if name:
            action["name"] = name
        if len(records) == 1:
            return {**action, "res_id": records.id}
        return {**action, "domain": [["id", "in", records.ids]]}

    def _window_document(self, problem):
        return None if self.env.context.get("netvisor_own_form") else self._window(self)

    def _window_needed(self, problem):
        """The record that must be mended first; its own document where it has no record."""
        needed = self.browse(int((problem.get("values") or {}).get("document") or 0)).exists()
        return self._window((needed.binding_id and needed.binding_id._record()) or needed)

    def _window_rights(self, problem):
        return self._window(self.env["netvisor.right"].search([("company_id", "=", self.root_company_id.id)]))

    def _window_journal(self, problem):
        return self._window(self.move_id.journal_id)

    def _window_partner(self, problem):
        return self._window(self.partner_id)

    def _window_accounts(self, problem):
        lines = self.move_id.line_ids.filtered(lambda line: line.display_type in ("product", "epd", "rounding"))
        return self._window(lines.account_id, self.env._("Accounts of %(name)s", name=self.display_name))

    def _window_taxes(self, problem):
        return self._window(
            self.move_id.invoice_line_ids.tax_ids, self.env._("Taxes of %(name)s", name=self.display_name)
        )

    def _window_product(self, problem):
        return self._window(self.binding_id.product_id)

    def _window_same_code(self, problem):
        """Both products: the code of one of them must change."""
        product = self.binding_id.product_id
        alike = self.env["product.product"].search([("default_code", "=", product.default_code or False)])
        return self._window(product | alike.filtered("default_code"))

    # --- a whole connection that rests -------------------------------------------------------------------------------
    @api.model
    def _pause_alerts(self, companies):
        """:return: dict for ``actionable_errors``: a row for each connection that rests"""
        alerts = {}
        for root in {company._netvisor_root() for company in companies}:
            # Whether and why is for everyone who waits; the settings themselves stay closed.
            company = root.sudo()
            if not company._netvisor_is_connected() or not company.netvisor_pause_code:
                continue
            text, remedy = company._netvisor_pause_words()
            words = company.netvisor_pause_text
            lines = [
                self.env._(
                    "Nothing is sent to Netvisor at present (%(company)s). %(text)s", company=company.name, text=text
                ),
                self.env._("Netvisor says: “%(words)s”", words=words) if words else "",
                remedy,
            ]
            passing = company.netvisor_pause_code in ("maintenance", "connection", "no_answer")
            row = {"level": "warning" if passing else "danger", "message": "\n".join(line for line in lines if line)}
            # Only a person can end some pauses; the rest may be tried at once by whoever has mended the reason.
            if self.env.user.has_group("base.group_system") and company.netvisor_pause_code not in ("copied_database",):
                label = self.env._("Resume") if company.netvisor_pause_code in NEEDS_PERSON else self.env._("Try now")
                row |= {"action_text": label, "action_call": ["res.company", "action_netvisor_resume", root.ids]}
            alerts[f"netvisor_pause_{root.id}"] = row
        return alerts

    @api.model
    def netvisor_banner(self):
        """What stands above the list of documents. :return: dict for ``actionable_errors``"""
        self.check_access("read")
        return self._pause_alerts(self.env.companies)
