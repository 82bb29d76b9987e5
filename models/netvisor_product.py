from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .product_values import code_key, same_code


class NetvisorProduct(models.Model):
    """Mirror of Netvisor's products. Read only while the company's settings want products of their own on the lines."""

    _name = "netvisor.product"
    _description = "Netvisor product"
    _order = "company_id, code, name, id"
    _inherit = ["netvisor.mirror"]

    code = fields.Char(readonly=True)
    # The code as a person would compare it: two that differ in case, spaces or signs only are proposed for each other.
    code_key = fields.Char(compute="_compute_code_key", store=True, readonly=True)
    name = fields.Char(readonly=True)
    group_name = fields.Char(string="Product group", readonly=True)
    unit_price = fields.Float(string="Net price", readonly=True, aggregator=None)
    unit = fields.Char(readonly=True)
    ean = fields.Char(string="EAN code", readonly=True)
    ean2 = fields.Char(string="Second EAN code", readonly=True)
    in_use = fields.Boolean(string="In use in Netvisor", default=True, readonly=True)
    # The list has no EAN codes: they are read product by product, in batches.
    detailed = fields.Boolean(readonly=True)
    product_id = fields.Many2one(
        "product.product", string="Product in Odoo", compute="_compute_product_id", search="_search_product_id"
    )

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")
    _code_idx = models.Index("(company_id, code_key)")
    _ean_idx = models.Index("(company_id, ean) WHERE ean IS NOT NULL")
    _detailed_idx = models.Index("(company_id, netvisor_key) WHERE detailed IS NOT TRUE AND active")

    @api.depends("code")
    def _compute_code_key(self):
        for product in self:
            product.code_key = code_key(product.code) or False

    @api.depends("code", "name")
    def _compute_display_name(self):
        for product in self:
            product.display_name = " ".join(filter(None, (product.code, product.name)))

    @api.depends("company_id", "netvisor_key")
    def _compute_product_id(self):
        # sudo: the link tells no more than the product's own page does
        rows = (
            self.env["netvisor.binding"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("kind", "=", "product"),
                    ("netvisor_key", "in", self.mapped("netvisor_key")),
                    ("product_id", "!=", False),
                ],
                ["company_id", "netvisor_key", "product_id"],
            )
        )
        linked = {(row.company_id.id, row.netvisor_key): row.product_id.id for row in rows}
        for product in self:
            product.product_id = linked.get((product.company_id.id, product.netvisor_key))

    @api.model
    def _search_product_id(self, operator, value):
        if operator in ("any", "any!"):
            products = self.env["product.product"]._search(value) if isinstance(value, Domain) else value
            return self._linked_to(SQL("binding.product_id IN %s", products.subselect()))
        if operator != "in":
            return NotImplemented
        ids = tuple(product_id for product_id in value if product_id)
        found = self._linked_to(SQL("binding.product_id IN %s", ids)) if ids else Domain.FALSE
        if len(ids) < len(value):
            found |= ~self._linked_to(SQL("binding.product_id IS NOT NULL"))
        return found

    @api.model
    def _linked_to(self, condition):
        """Products whose link satisfies ``condition``: keys are per company, so the link is found by both."""
        self.env["netvisor.binding"].flush_model(["company_id", "kind", "netvisor_key", "product_id"])

        def to_sql(_model, alias, _query):
            return SQL(
                """EXISTS (SELECT 1 FROM netvisor_binding binding WHERE binding.kind = 'product'
                   AND binding.company_id = %s AND binding.netvisor_key = %s AND %s)""",
                SQL.identifier(alias, "company_id"),
                SQL.identifier(alias, "netvisor_key"),
                condition,
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _by_code(self, company, codes):
        """:return: dict code → the product in Netvisor that has it; a code of none, or of two, is absent"""
        keys = {code_key(code) for code in codes} - {""}
        rows = self.sudo().search_fetch(
            [("company_id", "=", company._netvisor_root().id), ("code_key", "in", list(keys))],
            ["code", "code_key", "name", "netvisor_key"],
        )
        by_key = rows.grouped("code_key")
        found = {}
        for code in codes:
            same = by_key.get(code_key(code), rows.browse()).filtered(lambda row, code=code: same_code(row.code, code))
            exact = same.filtered(lambda row, code=code: row.code == code)
            chosen = exact if len(exact) == 1 else same
            if len(chosen) == 1:
                found[code] = chosen
        return found

    @api.model
    def _by_ean(self, company, codes):
        """:return: dict EAN code → the one product in Netvisor that has it"""
        codes = list(filter(None, codes))
        rows = self.sudo().search_fetch(
            [("company_id", "=", company._netvisor_root().id), "|", ("ean", "in", codes), ("ean2", "in", codes)],
            ["ean", "ean2", "code", "name", "netvisor_key"],
        )
        found = {}
        for code in codes:
            same = rows.filtered(lambda row, code=code: code in (row.ean, row.ean2))
            if len(same) == 1:
                found[code] = same
        return found

    def action_read_again(self):
        if self.env.company._netvisor_root().sudo().netvisor_product_mode == "generic":
            raise UserError(
                self.env._(
                    "All lines go under the generic product, so the products of Netvisor are not read. "
                    "Choose another way in the Netvisor settings first."
                )
            )
        return super().action_read_again()
