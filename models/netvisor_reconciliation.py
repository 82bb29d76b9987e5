"""Proof that two ledgers agree: Odoo beside Netvisor per account and month, and each difference explained."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools import date_utils, format_date

from . import netvisor_reconciliation_sql as sums

SEES = ("account.group_account_invoice", "account.group_account_readonly")


class NetvisorReconciliation(models.Model):
    """One period of one connected company. Its rows are written by SQL and replaced whenever it is computed again."""

    _name = "netvisor.reconciliation"
    _description = "Netvisor reconciliation"
    _order = "date_from desc, date_to desc, id desc"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    computed_at = fields.Datetime(string="Compared", readonly=True)
    read_at = fields.Datetime(
        string="Ledger read", readonly=True, help="When Netvisor's ledger was last read before that."
    )
    read_from = fields.Date(string="Ledger from", readonly=True, help="What is before this day has not been read.")
    older = fields.Boolean(readonly=True)  # Odoo has posted entries before that day
    agrees = fields.Boolean(readonly=True)
    difference_count = fields.Integer(string="Differences", readonly=True, aggregator=None)
    reason_text = fields.Char(string="Reasons", compute="_compute_reason_text")
    note = fields.Char(compute="_compute_note")
    line_ids = fields.One2many("netvisor.reconciliation.line", "reconciliation_id", string="Accounts and months")
    difference_ids = fields.One2many("netvisor.reconciliation.difference", "reconciliation_id", string="Explanations")

    _period_uniq = models.UniqueIndex("(company_id, date_from, date_to)")

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            days = (format_date(self.env, day) for day in (record.date_from, record.date_to))
            record.display_name = " – ".join(days)

    @api.depends("difference_ids.reason")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        differences = self.env["netvisor.reconciliation.difference"]
        words = dict(differences._fields["reason"]._description_selection(self.env))
        counts = {}
        for record, reason, count in differences._read_group(
            [("reconciliation_id", "in", self.ids)], ["reconciliation_id", "reason"], ["__count"]
        ):
            counts.setdefault(record, []).append(f"{words[reason]} {count}")
        for record in self:
            record.reason_text = " · ".join(counts.get(record, ()))

    @api.depends("read_from", "date_from", "older", "read_at")
    @api.depends_context("lang")
    def _compute_note(self):
        """What the figures do not cover."""
        for record in self:
            day = format_date(self.env, record.read_from)
            if not record.read_at:
                record.note = self.env._("Netvisor's ledger has not been read completely yet: nothing is proven.")
            elif record.read_from > record.date_from:
                record.note = self.env._(
                    "Netvisor's ledger is read from %(day)s: what is before that is not compared.", day=day
                )
            elif record.older:
                record.note = self.env._(
                    "Opening balances are counted from %(day)s, where the reading of Netvisor's ledger begins."
                    " Odoo has older entries: they are not compared.",
                    day=day,
                )
            else:
                record.note = False

    # --- making -----------------------------------------------------------------------------------------------------
    @api.model
    def _make(self, company, date_from, date_to):
        """Compare these days. The same period again replaces what was found before.

        :return: netvisor.reconciliation
        """
        root = company._netvisor_root()
        self._check_ledger(root)
        if date_from > date_to:
            raise UserError(self.env._("The period ends before it begins."))
        values = {"company_id": root.id, "date_from": date_from, "date_to": date_to}
        reconciliations = self.sudo()
        found = reconciliations.search([(name, "=", value) for name, value in values.items()], limit=1)
        found = found or reconciliations.create(values)
        found._compute_all()
        return found.sudo(self.env.su)

    @api.model
    def _check_ledger(self, root):
        """:raise RedirectWarning: with the way to the setting, while Netvisor's ledger is not read"""
        if root.sudo().netvisor_ledger and root._netvisor_is_connected():
            return
        message = self.env._(
            "%(company)s does not read Netvisor's ledger, so there is nothing to compare with."
            " Switch on “Read Netvisor's ledger” in Settings ▸ Invoicing ▸ Netvisor.",
            company=root.name,
        )
        if not self.env.user.has_group("base.group_system"):
            raise UserError(message)
        action = self.env.ref("account.action_account_config")
        raise RedirectWarning(message, action.id, self.env._("Open the settings"))

    def _compute_all(self):
        """Everything that is compared. Other sections extend it, and ``_agrees``."""
        for record in self.sudo():
            record._compute_ledger()
            record._explain()
            count = (
                self.env["netvisor.reconciliation.difference"]
                .sudo()
                .search_count([("reconciliation_id", "=", record.id)])
            )
            record.write({"difference_count": count, "computed_at": fields.Datetime.now()})
            record.agrees = record._agrees()

    def _agrees(self):
        """Whether the ledgers agree: something was read, and there is neither a difference of sums nor of what is in them."""
        self.ensure_one()
        odd = [("reconciliation_id", "=", self.id), ("agrees", "=", False)]
        lines = self.env["netvisor.reconciliation.line"].sudo()
        return bool(self.read_at) and not self.difference_count and not lines.search_count(odd, limit=1)

    # --- the ledger ---------------------------------------------------------------------------------------------------
    def _compute_ledger(self):
        """Sums per account and month."""
        self.ensure_one()
        root = self.company_id
        read_from = self.env["netvisor.kind.ledger"]._span(root)[0]
        self.write({"read_at": self._read_at(root), "read_from": read_from})
        self.env.flush_all()
        values = self._sql_values()
        sums.give_numbers(self.env.cr, self._account_numbers())
        sums.replace_sums(self.env.cr, values)
        older = [("company_id", "in", values["companies"]), ("state", "=", "posted"), ("date", "<", read_from)]
        self.older = bool(self.env["account.move"].sudo().search_count(older, limit=1))
        self.env["netvisor.reconciliation.line"].invalidate_model()
        self.env["netvisor.reconciliation.difference"].invalidate_model()
        self.invalidate_recordset(["line_ids", "difference_ids"])

    @api.model
    def _read_at(self, root):
        """:return: when a reading of the whole ledger, or of what was modified, last began; False before the first"""
        feeds = self.env["netvisor.feed"].sudo()
        feed = feeds.search([("company_id", "=", root.id), ("kind", "=", "ledger")], limit=1)
        return feed.bookmark and fields.Datetime.to_datetime(feed.bookmark.split("|")[-1])

    def _explain(self):
        """Why: a row for each entry or voucher that the other side does not have alike."""

    def _companies(self):
        """The head office and its branches: all post in one ledger."""
        return self.env["res.company"].sudo().search([("id", "child_of", self.company_id.id)])

    def _sql_values(self):
        first = max(self.date_from, self.read_from)
        return {
            "id": self.id,
            "root": self.company_id.id,
            "companies": self._companies().ids,
            "read_from": self.read_from,
            "first": first,
            "last": self.date_to,
            "opening": date_utils.start_of(first, "month") - relativedelta(months=1),
        }

    def _account_numbers(self):
        """:return: list of (company id, account id, number in Netvisor); an account without a number is told by its id"""
        companies = self._companies()
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        accounts = accounts.search([("company_ids", "in", companies.ids)])
        return [
            (company.id, account.id, account._netvisor_number(company) or f"#{account.id}")
            for company in companies
            for account in accounts
        ]

    # --- what a person may do -----------------------------------------------------------------------------------------
    @api.model
    def _check_sees(self):
        if not any(self.env.user.has_group(group) for group in SEES):
            raise AccessError(self.env._("Only Invoicing users and auditors compare the ledgers."))

    def action_compute(self):
        """Compare again with what is in both ledgers now."""
        self.ensure_one()
        self._check_sees()
        self.check_access("read")
        self._check_ledger(self.company_id)
        self._compute_all()
        return False

    def action_read(self):
        """Have Netvisor's ledger read now."""
        self.ensure_one()
        self.check_access("read")
        self._check_ledger(self.company_id)
        return self.env["netvisor.ledger.voucher"].with_company(self.company_id).action_read_again()

    def action_open(self):
        """The form of this comparison."""
        self.ensure_one()
        self._check_sees()
        action = self._action("netvisor_reconciliation_action")
        return {**action, "views": [(False, "form")], "res_id": self.id, "target": "current"}

    def action_open_lines(self):
        """Accounts and months: a list, a pivot, and from there Excel."""
        self.ensure_one()
        self.check_access("read")
        return {**self._action("netvisor_reconciliation_line_action"), "domain": [("reconciliation_id", "=", self.id)]}

    def action_open_differences(self):
        """All of them, by reason."""
        self.ensure_one()
        self.check_access("read")
        action = self._action("netvisor_reconciliation_difference_action")
        return {**action, "domain": [("reconciliation_id", "=", self.id)]}

    @api.model
    def _action(self, name):
        return self.env["ir.actions.act_window"]._for_xml_id(f"account_netvisor.{name}")
