from odoo import api, models


class NetvisorKindDimension(models.AbstractModel):
    _name = "netvisor.kind.dimension"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: reading of dimensions"

    @api.model
    def _feed_wanted(self, company):
        return False
