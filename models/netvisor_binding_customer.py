from odoo import fields, models


class NetvisorBinding(models.Model):
    """What a customer's link remembers besides: who the customer was, so that another one is never written over it."""

    _inherit = "netvisor.binding"

    business_id = fields.Char(
        string="Business ID in Netvisor",
        readonly=True,
        help="As it was sent, or as the customer card had it when it was linked. Another one on the contact is asked about.",
    )
    # Both keys of a merge survive. Odoo's own merging moves this field along with the contact.
    former_partner_id = fields.Many2one(
        "res.partner",
        string="Formerly of",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="The contact that used this customer before it was merged or linked to another customer.",
    )
    retired = fields.Selection(
        [
            ("merged", "Its contact was merged into another"),
            ("linked", "Its contact was linked to another customer"),
            ("other_customer", "Its contact is another customer now"),
        ],
        string="No longer used",
        readonly=True,
        help="Why Odoo does not use this customer any more. What was sent stays in Netvisor.",
    )

    def _retire(self, partner, reason):
        self.write({"partner_id": False, "former_partner_id": partner.id, "retired": reason})
