from odoo import fields, models

from .netvisor_document import PRIORITY_POST


class ResCompany(models.Model):
    """How the products of Odoo and of Netvisor belong together."""

    _inherit = "res.company"

    netvisor_product_mode = fields.Selection(
        [
            ("generic", "All under the generic product"),
            ("code", "By product code, created when missing"),
            ("link", "Only products that Netvisor has"),
        ],
        string="Products in Netvisor",
        default="generic",
        required=True,
        help="Under which product of Netvisor an invoice line goes. Text, price, account and VAT are always the line's own.",
    )
    netvisor_product_update = fields.Boolean(
        string="Update products in Netvisor",
        help="A product that is changed in Odoo is changed in Netvisor too, and one that is archived is taken out of use. "
        "Netvisor's extended product management refuses that.",
    )
    # Written when Netvisor refuses: its words, until somebody switches the updates on again.
    netvisor_product_refusal = fields.Text(groups="base.group_user", copy=False)

    def write(self, vals):
        watched = {"netvisor_product_mode", "netvisor_product_update"}.intersection(vals)
        if not watched:
            return super().write(vals)
        if vals.get("netvisor_product_update"):
            vals = {"netvisor_product_refusal": False, **vals}
        changed = self.filtered(lambda company: any(company[name] != vals[name] for name in watched))
        result = super().write(vals)
        for company in changed:
            company._netvisor_products_changed()
        return result

    def _netvisor_products_changed(self):
        """What the new setting needs is read and compared at once; invoices that waited for a product may go without it."""
        self.ensure_one()
        if not self._netvisor_is_connected() or self.parent_id:
            return
        waiting = (
            self.env["netvisor.document"].sudo().search([("root_company_id", "=", self.id), ("state", "=", "blocked")])
        )
        needs = waiting.filtered(
            lambda row: row.move_id and "needs" in {problem["code"] for problem in row.problems or ()}
        )
        needs._retry(PRIORITY_POST)
        if self.netvisor_product_mode != "generic":
            self.env["netvisor.product"]._read_again(self)

    def _netvisor_updates_products(self):
        return self.netvisor_product_mode == "code" and self.netvisor_product_update

    def _netvisor_refuse_product_updates(self, words):
        """Said once, for the whole company: what Netvisor refuses for one product it refuses for all."""
        self.sudo().write({"netvisor_product_update": False, "netvisor_product_refusal": words})

    def _netvisor_checks(self):
        checks = super()._netvisor_checks()
        root = self._netvisor_root()
        if root._netvisor_is_connected() and root.netvisor_product_refusal and root.netvisor_product_mode == "code":
            text = self.env._(
                "Products are created in Netvisor but no longer updated: its extended product management does not let "
                "others change them. Change them there, or switch it off in Netvisor and updating on again here."
            )
            words = self.env._("Netvisor: %(words)s", words=root.netvisor_product_refusal)
            checks["product_updates"] = {"level": "info", "message": f"{text}\n{words}"}
        return checks
