from odoo import fields, models


class ResCompany(models.Model):
    """How contacts and the customer register of Netvisor are kept alike. Who wins: ``netvisor.customer.rule``."""

    _inherit = "res.company"

    netvisor_customer_export = fields.Selection(
        [
            ("invoice", "With their next invoice"),
            ("changed", "As soon as they are changed, within the hour"),
        ],
        string="Changed contacts go to Netvisor",
        default="invoice",
        required=True,
    )
    netvisor_customer_import = fields.Selection(
        [
            ("leave", "Leave them; they can be linked by hand"),
            ("create", "Create contacts of those that no contact is like"),
        ],
        string="Customers of Netvisor without a contact",
        default="leave",
        required=True,
    )
