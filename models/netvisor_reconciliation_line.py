from odoo import fields, models


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
    account_name = fields.Char(readonly=True)
    account_id = fields.Many2one("account.account", string="Account in Odoo", ondelete="set null", readonly=True)
    month = fields.Date(readonly=True)
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
