from odoo import api, fields, models

from .netvisor_document import STATES
from .product_product import GROUPS, MENDS

# Of several variants the one that needs a person most is shown.
URGENCY = [state for state, _label in STATES]


class ProductTemplate(models.Model):
    """What Netvisor knows of the variants, where a person works with the product as a whole."""

    _inherit = "product.template"

    netvisor_product_mode = fields.Char(compute="_compute_netvisor_product_mode", groups=GROUPS)
    netvisor_key = fields.Integer(
        string="Netvisor key",
        compute="_compute_netvisor_link",
        search="_search_netvisor_key",
        groups=GROUPS,
        aggregator=None,
        help="Netvisor's own number of this product, for the current company. Variants have one each.",
    )
    netvisor_state = fields.Selection(
        STATES, string="Netvisor", compute="_compute_netvisor_link", search="_search_netvisor_state", groups=GROUPS
    )
    netvisor_problem = fields.Text(string="Netvisor problem", compute="_compute_netvisor_link", groups=GROUPS)
    netvisor_name = fields.Char(string="In Netvisor", compute="_compute_netvisor_link", groups=GROUPS)

    netvisor_alerts = fields.Json(compute="_compute_netvisor_alerts", groups=GROUPS)

    @api.depends_context("company")
    def _compute_netvisor_product_mode(self):
        self.netvisor_product_mode = self.env["product.product"]._netvisor_product_mode() or False

    @api.depends("product_variant_ids", "active")
    @api.depends_context("company", "lang")
    def _compute_netvisor_link(self):
        for template in self:
            variants = template._netvisor_variants()
            states = sorted(filter(None, variants.mapped("netvisor_state")), key=URGENCY.index)
            linked = variants.filtered("netvisor_key")
            template.netvisor_state = states[0] if states else False
            template.netvisor_key = variants.netvisor_key if len(variants) == 1 else 0
            template.netvisor_problem = "\n".join(filter(None, variants.mapped("netvisor_problem"))) or False
            template.netvisor_name = (
                variants.netvisor_name
                if len(variants) == 1
                else linked and self.env._("%(linked)s of %(all)s variants", linked=len(linked), all=len(variants))
            )

    @api.depends("product_variant_ids", "active")
    @api.depends_context("company", "lang", "uid")
    def _compute_netvisor_alerts(self):
        for template in self:
            variants = template._netvisor_variants()
            template.netvisor_alerts = {
                f"{variant.id}_{key}": row
                if len(variants) == 1
                else {**row, "message": f"{variant.display_name}: {row['message']}"}
                for variant in variants
                for key, row in (variant.netvisor_alerts or {}).items()
            } or False

    def _netvisor_variants(self):
        """The variants in use; of an archived product all of them."""
        variants = self.with_context(active_test=False).product_variant_ids
        return variants.filtered(lambda variant: variant.active or not variant.product_tmpl_id.active)

    @api.model
    def _search_netvisor_key(self, operator, value):
        return [("product_variant_ids", "any", [("netvisor_key", operator, value)])]

    @api.model
    def _search_netvisor_state(self, operator, value):
        return [("product_variant_ids", "any", [("netvisor_state", operator, value)])]

    def write(self, vals):
        result = super().write(vals)
        if not MENDS.isdisjoint(vals):
            self.with_context(active_test=False).product_variant_ids._netvisor_mended()
        return result

    def unlink(self):
        # The database deletes the variants with the product, without asking them.
        self.env["netvisor.binding"].sudo().search([("product_id.product_tmpl_id", "in", self.ids)])._detach()
        return super().unlink()

    def action_netvisor_send(self):
        return self._netvisor_variants().action_netvisor_send()

    def action_netvisor_fetch_link(self):
        return self._netvisor_variants().action_netvisor_fetch_link()
