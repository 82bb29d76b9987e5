from odoo import api, models


class NetvisorKindVoucherType(models.AbstractModel):
    _name = "netvisor.kind.voucher_type"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: reading of voucher types"

    @api.model
    def _feed_wanted(self, company):
        return False
