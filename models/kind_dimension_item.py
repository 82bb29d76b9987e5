from odoo import models


class NetvisorKindDimensionItem(models.AbstractModel):
    _name = "netvisor.kind.dimension_item"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: dimension items"
