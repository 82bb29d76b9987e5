from odoo import api, fields, models
from odoo.tools import format_date


class NetvisorReconciliationLine(models.Model):
    """One account and month, or the balance of an account before the period: Odoo beside Netvisor. Written by SQL."""

    _name = "netvisor.reconciliation.line"
    _description = "Netvisor reconciliation: account and month"
    _order = "agrees, account_number, month, id"
    _rec_name = "account_number"
    _log_access = False

    reconciliation_id = fields.Many2one(
        "netvisor.reconciliation", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_number = fields.Char(string="Account", readonly=True)
    account_name = fields.Char(compute="_compute_account_name")
    account_id = fields.Many2one("account.account", string="Account in Odoo", ondelete="set null", readonly=True)
    month = fields.Date(readonly=True)
    period = fields.Char(compute="_compute_period")
    opening = fields.Boolean(string="Opening balance", readonly=True)
    odoo_debit = fields.Monetary(string="Debit in Odoo", readonly=True)
    odoo_credit = fields.Monetary(string="Credit in Odoo", readonly=True)
    odoo_balance = fields.Monetary(string="Balance in Odoo", readonly=True)
    netvisor_debit = fields.Monetary(string="Debit in Netvisor", readonly=True)
    netvisor_credit = fields.Monetary(string="Credit in Netvisor", readonly=True)
    netvisor_balance = fields.Monetary(string="Balance in Netvisor", readonly=True)
    difference = fields.Monetary(readonly=True)
    agrees = fields.Boolean(readonly=True)  # also what is behind the sums: VAT codes and dimensions
    difference_count = fields.Integer(string="Differences", readonly=True)
    difference_ids = fields.One2many("netvisor.reconciliation.difference", "line_id", string="Differences of this line")

    @api.depends("account_id", "account_number", "company_id")
    @api.depends_context("lang")
    def _compute_account_name(self):
        """Odoo's names, in the reader's language; Netvisor's where Odoo has no account of that number."""
        foreign = self.filtered(lambda line: not line.account_id)
        mirrored = self.env["netvisor.account"].sudo()
        if foreign:
            mirrored = mirrored.search(
                [
                    ("company_id", "in", foreign.company_id.ids),
                    ("number", "in", foreign.mapped("account_number")),
                    ("account_type", "=", "account"),
                ]
            )
        names = {(account.company_id.id, account.number): account.name for account in mirrored}
        for line in self:
            own = line.account_id.sudo().name  # a branch's account, too
            line.account_name = own or names.get((line.company_id.id, line.account_number), "")

    @api.depends("account_number", "month", "opening")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.account_number} {line.period}"

    @api.depends("month", "opening")
    @api.depends_context("lang")
    def _compute_period(self):
        for line in self:
            line.period = period_text(line)

    def action_open_differences(self):
        """What this difference consists of."""
        self.ensure_one()
        self.check_access("read")
        action = self.reconciliation_id._action("netvisor_reconciliation_difference_action")
        name = self.env._("Differences of %(account)s, %(period)s", account=self.account_number, period=self.period)
        return {**action, "name": name, "domain": [("line_id", "=", self.id)], "context": {}}


def period_text(record):
    """What the month of a line is called: the balance before the period has none."""
    if record.opening:
        return record.env._("Opening balance")
    return format_date(record.env, record.month, date_format="MM/yyyy") if record.month else ""
