from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import date_utils, split_every

from ..models.account_move import KIND_OF_EXPORT
from ..models.netvisor_document import PRIORITY_BACKFILL

SLICE = 10_000


class NetvisorPeriod(models.TransientModel):
    """Queue the posted invoices of a period that Netvisor has not got yet: after connecting, or after sending by hand."""

    _name = "netvisor.period"
    _description = "Netvisor: send a period"

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(string="From", required=True, default=lambda self: self._default_month()[0])
    date_to = fields.Date(string="To", required=True, default=lambda self: self._default_month()[1])
    journal_ids = fields.Many2many(
        "account.journal",
        string="Journals",
        domain="[('id', 'in', possible_journal_ids)]",
        default=lambda self: self._exported_journals(self.env.company),
    )
    possible_journal_ids = fields.Many2many("account.journal", compute="_compute_possible_journal_ids")
    ready_count = fields.Integer(string="To be queued", compute="_compute_counts")
    ready_total = fields.Monetary(string="Total", compute="_compute_counts")
    sent_count = fields.Integer(string="In Netvisor already", compute="_compute_counts")
    waiting_count = fields.Integer(string="Waiting already", compute="_compute_counts")
    problem_count = fields.Integer(string="With a problem", compute="_compute_counts")
    cancelled_count = fields.Integer(string="Not to be sent", compute="_compute_counts")
    old_count = fields.Integer(string="Before the first day of sending", compute="_compute_counts")
    start_date = fields.Date(compute="_compute_start_date", string="First day of sending")

    def _default_month(self):
        today = fields.Date.context_today(self)
        return date_utils.start_of(today, "month"), today

    @api.model
    def _exported_journals(self, company):
        """Of the whole connection, as far as the user sees it: a branch posts in its head office's journals."""
        domain = Domain("company_id", "child_of", company._netvisor_root().ids)
        return self.env["account.journal"].search(domain & Domain("netvisor_export", "in", list(KIND_OF_EXPORT)))

    @api.depends("company_id")
    def _compute_possible_journal_ids(self):
        for wizard in self:
            wizard.possible_journal_ids = self._exported_journals(wizard.company_id)

    @api.depends("company_id")
    def _compute_start_date(self):
        for wizard in self:
            wizard.start_date = wizard.company_id._netvisor_root().sudo().netvisor_start_date

    # --- which invoices ---------------------------------------------------------------------------------------------
    def _domain(self):
        """Posted invoices of the period, sent or not."""
        return self._domain_from(self.date_from)

    def _domain_from(self, first):
        """Invoices by their own date, entries that become vouchers by that of the books."""
        journals = self.journal_ids._origin & self._exported_journals(self.company_id)
        vouchers = journals.filtered(lambda journal: journal.netvisor_export == "voucher")
        invoices = Domain("journal_id", "in", (journals - vouchers).ids)
        invoices &= Domain("move_type", "in", ("out_invoice", "out_refund"))
        dated = Domain("invoice_date", "!=", False)
        own, booked = (
            Domain(name, ">=", first) & Domain(name, "<=", self.date_to) for name in ("invoice_date", "date")
        )
        entries = Domain("journal_id", "in", vouchers.ids) & (dated & own | ~dated & booked)
        return Domain("state", "=", "posted") & (invoices & own | entries)

    def _domain_ready(self):
        first = max(filter(None, (self.date_from, self.start_date)))
        return self._domain_from(first) & Domain("netvisor_state", "=", False)

    @api.depends("date_from", "date_to", "journal_ids", "company_id")
    def _compute_counts(self):
        Move = self.env["account.move"]
        for wizard in self:
            counts = {}
            ready, total = 0, 0.0
            if wizard.date_from and wizard.date_to:
                [(ready, total)] = Move._read_group(wizard._domain_ready(), [], ["__count", "amount_total_signed:sum"])
                counts = dict(Move._read_group(wizard._domain(), ["netvisor_state"], ["__count"]))
            wizard.ready_count, wizard.ready_total = ready, total
            wizard.sent_count = counts.get("done", 0) + counts.get("changed", 0)
            wizard.waiting_count = sum(counts.get(state, 0) for state in ("todo", "claimed", "sending", "in_doubt"))
            wizard.problem_count = sum(counts.get(state, 0) for state in ("blocked", "review", "deleted"))
            wizard.cancelled_count = counts.get("cancelled", 0)
            wizard.old_count = counts.get(False, 0) - ready

    # --- doing --------------------------------------------------------------------------------------------------------
    def _check(self):
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can send to Netvisor."))
        if not self.company_id._netvisor_is_connected():
            raise UserError(self.env._("%(company)s is not connected to Netvisor.", company=self.company_id.name))

    def action_queue(self):
        """One INSERT … SELECT per slice; they go after everything that is posted meanwhile."""
        self._check()
        moves = self.env["account.move"].search(self._domain_ready(), order="invoice_date, id")
        if not moves:
            raise UserError(self.env._("There is nothing to send in this period."))
        for ids in split_every(SLICE, moves.ids):
            batch = self.env["account.move"].browse(ids)
            for kind, group in batch.grouped(lambda move: move._netvisor_kind()).items():
                self.env["netvisor.document"]._enqueue_moves(group, kind, priority=PRIORITY_BACKFILL)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Netvisor"),
                "type": "success",
                "message": self.env._("%(count)s invoices are queued and go one after another.", count=len(moves)),
                "next": self._documents_action([("state", "in", ("todo", "claimed", "sending", "in_doubt"))]),
            },
        }

    def _documents_action(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_document_action")
        return {**action, "domain": domain}

    def action_show_problems(self):
        self._check()
        moves = self.env["account.move"]._search(self._domain())
        states = ("blocked", "review", "deleted")
        documents = self.env["netvisor.document"].search([("move_id", "in", moves), ("state", "in", states)])
        return self._documents_action([("id", "in", documents.ids)])
