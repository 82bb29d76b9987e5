from odoo import api, fields, models
from odoo.tools import formatLang

from .netvisor_reconciliation_line import period_text
from .netvisor_reconciliation_reasons import DETAILS, REASONS


class NetvisorReconciliationDifference(models.Model):
    """What one entry, or one voucher, or the two of them, contribute to a difference. Written by SQL."""

    _name = "netvisor.reconciliation.difference"
    _description = "Netvisor reconciliation: difference"
    _order = "account_number, month, id"
    _log_access = False

    reconciliation_id = fields.Many2one(
        "netvisor.reconciliation", required=True, index=True, ondelete="cascade", readonly=True
    )
    line_id = fields.Many2one("netvisor.reconciliation.line", index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    reason = fields.Selection(REASONS, required=True, readonly=True)
    detail = fields.Char(required=True, readonly=True)  # key of ``DETAILS``
    account_number = fields.Char(string="Account", readonly=True)
    month = fields.Date(readonly=True)
    opening = fields.Boolean(string="Opening balance", readonly=True)
    period = fields.Char(compute="_compute_period")
    move_id = fields.Many2one("account.move", string="Journal entry", index="btree_not_null", ondelete="set null")
    journal_id = fields.Many2one("account.journal", ondelete="set null", readonly=True)
    voucher_id = fields.Many2one("netvisor.ledger.voucher", index="btree_not_null", ondelete="set null")
    odoo_amount = fields.Monetary(string="In Odoo", readonly=True)
    netvisor_amount = fields.Monetary(string="In Netvisor", readonly=True)
    difference = fields.Monetary(readonly=True)
    odoo_text = fields.Char(string="Code or dimension in Odoo", readonly=True)
    netvisor_text = fields.Char(string="Code or dimension in Netvisor", readonly=True)
    move_line_ids = fields.One2many(related="move_id.line_ids", string="Lines in Odoo")
    voucher_line_ids = fields.One2many(related="voucher_id.line_ids", string="Lines in Netvisor")
    voucher_uri = fields.Char(related="voucher_id.uri", string="Address in Netvisor")
    what = fields.Char(compute="_compute_texts", string="What is wrong")
    remedy = fields.Char(compute="_compute_texts", string="What to do")

    @api.depends("detail", "move_id", "voucher_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        for row in self:
            _reason, what, remedy = DETAILS[row.detail]
            row.what = self.env._(what) % row._words()
            row.remedy = self.env._(remedy)

    @api.depends("reason", "account_number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(self._fields["reason"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{words.get(row.reason, '')}: {row.account_number}"

    @api.depends("month", "opening")
    @api.depends_context("lang")
    def _compute_period(self):
        for row in self:
            row.period = period_text(row)

    def _words(self):
        voucher, none = self.voucher_id, self.env._("none")
        amounts = {"ours": self.odoo_amount, "theirs": self.netvisor_amount, "difference": self.difference}
        return {
            "entry": self.move_id.sudo().name or self.env._("An entry"),
            "voucher": voucher.display_name if voucher else none,
            "journal": self.journal_id.sudo().name or "",
            "account": self.account_number,
            "our_text": self.odoo_text or none,
            "their_text": self.netvisor_text or none,
            **{name: formatLang(self.env, amount, currency_obj=self.currency_id) for name, amount in amounts.items()},
        }

    # --- what a person may do -----------------------------------------------------------------------------------------
    def action_open_move(self):
        self.ensure_one()
        self.check_access("read")
        return self.move_id._get_records_action(name=self.move_id.display_name)

    def action_open_voucher(self):
        self.ensure_one()
        self.check_access("read")
        return self.voucher_id._get_records_action(name=self.voucher_id.display_name)

    def action_open_in_netvisor(self):
        self.ensure_one()
        self.check_access("read")
        return self.voucher_id.action_open_in_netvisor()
