from odoo import fields, models


class NetvisorAccountingPeriod(models.Model):
    """Mirror of the accounting periods in Netvisor. The lock dates are on the company."""

    _name = "netvisor.accounting.period"
    _description = "Netvisor accounting period"
    _order = "company_id, date_from desc"
    _inherit = ["netvisor.mirror"]

    name = fields.Char(readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")
