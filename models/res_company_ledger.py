from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    netvisor_ledger = fields.Boolean(
        string="Read Netvisor's ledger",
        help="Keep a copy of Netvisor's ledger in Odoo, to prove that both books agree.",
    )
    netvisor_ledger_start = fields.Date(
        string="Ledger from", help="Vouchers before this date are not read. Empty: from the current accounting period."
    )
