from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    netvisor_ledger = fields.Boolean(related="netvisor_company_id.netvisor_ledger", readonly=False)
    netvisor_raise_locks = fields.Boolean(related="netvisor_company_id.netvisor_raise_locks", readonly=False)
    netvisor_locks_refused = fields.Text(related="netvisor_company_id.netvisor_locks_refused")
    netvisor_ledger_start = fields.Date(related="netvisor_company_id.netvisor_ledger_start", readonly=False)
