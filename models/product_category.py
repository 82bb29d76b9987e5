from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    netvisor_product_group = fields.Char(
        company_dependent=True,
        string="Netvisor product group",
        help="The product group in Netvisor for the products of this category and of those below it. "
        "Empty: the full name of the category.",
    )


class UomUom(models.Model):
    _inherit = "uom.uom"

    netvisor_unit = fields.Char(
        string="Netvisor unit",
        help="How Netvisor calls this unit on invoices and products. Empty: as it is called here.",
    )

    def _netvisor_unit_name(self):
        """:return: the unit in Netvisor, "" for no unit"""
        return (self.netvisor_unit or self.name or "").strip()
