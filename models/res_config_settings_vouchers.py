from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    netvisor_attachment_limit = fields.Integer(related="netvisor_company_id.netvisor_attachment_limit", readonly=False)
