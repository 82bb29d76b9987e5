from odoo import api, models

# Lines of the tax engine: what is sold, and what discounts for early payment and cash rounding added.
SENT_TYPES = ("product", "epd", "rounding")


class NetvisorKindSalesInvoice(models.AbstractModel):
    """Under which product of Netvisor each line goes: asked once for the whole wave."""

    _inherit = "netvisor.kind.sales_invoice"

    @api.model
    def _products_needed(self, moves, company):
        """:return: dict move → ``netvisor.document`` of the products that must be in Netvisor first"""
        kind = self._of("product")
        if kind._mode(company) == "generic":
            return dict.fromkeys(moves, kind._ensure(company))
        lines = {move: move.line_ids.filtered(lambda line: line.display_type in SENT_TYPES) for move in moves}
        products = self.env["product.product"].union(*(rows.product_id for rows in lines.values()))
        own = kind._ensure_records(products, company)
        nothing = self.env["netvisor.document"]
        generic, needs = None, {}
        for move, rows in lines.items():
            needs[move] = nothing.union(*(own.get(product, nothing) for product in rows.product_id))
            if any(line.product_id not in own for line in rows):
                generic = kind._ensure(company) if generic is None else generic
                needs[move] |= generic
        return needs

    @api.model
    def _warm_products(self, wave, company, moves):
        lines = moves.line_ids.filtered(lambda line: line.display_type in SENT_TYPES)
        kind = self._of("product")
        units = lines.product_uom_id.sudo().with_context(lang=kind._lang(company._netvisor_root().sudo()))
        wave.units |= {unit.id: unit._netvisor_unit_name() for unit in units}
        found = kind._line_products(lines.product_id.sudo(), company)
        wave.products |= {(company.id, product_id): line_product for product_id, line_product in found.items()}

    @api.model
    def _line_product(self, draft, line):
        """:return: key of the line's own product in Netvisor, None for the generic one"""
        found = draft.wave.products.get((draft.move.company_id.id, line.product_id.id))
        if not found:
            return None
        if found.note and found.note not in draft.warnings:
            draft.warnings.append(found.note)
        draft.waits = max(draft.waits, found.waits)
        return found.key
