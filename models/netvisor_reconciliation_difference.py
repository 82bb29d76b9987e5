from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

REASONS = [
    ("missing_netvisor", "Missing in Netvisor"),
    ("missing_odoo", "Missing in Odoo"),
    ("amount", "Amount"),
    ("account", "Account"),
    ("period", "Period"),
    ("vat_code", "VAT code"),
    ("dimension", "Dimension"),
    ("invalidated", "Invalidated"),
    ("not_sent", "Not sent yet"),
    ("out_of_scope", "Out of scope"),
]


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
    account_number = fields.Char(string="Account", readonly=True)
    month = fields.Date(readonly=True)
    opening = fields.Boolean(string="Opening balance", readonly=True)
    move_id = fields.Many2one("account.move", string="Journal entry", index="btree_not_null", ondelete="set null")
    journal_id = fields.Many2one("account.journal", ondelete="set null", readonly=True)
    voucher_id = fields.Many2one("netvisor.ledger.voucher", index="btree_not_null", ondelete="set null")
    odoo_amount = fields.Monetary(string="In Odoo", readonly=True)
    netvisor_amount = fields.Monetary(string="In Netvisor", readonly=True)
    difference = fields.Monetary(readonly=True)
    odoo_text = fields.Char(string="Code or dimension in Odoo", readonly=True)
    netvisor_text = fields.Char(string="Code or dimension in Netvisor", readonly=True)
