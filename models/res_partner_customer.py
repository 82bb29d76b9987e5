from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .customer_match import number_label, number_of
from .customer_values import finnish_business_id
from .netvisor_kind import Problem
from .res_partner import GROUPS


class ResPartner(models.Model):
    """Which customer of Netvisor a contact stands for: its company's, its own as a branch, or the head office's."""

    _inherit = "res.partner"

    netvisor_branch = fields.Selection(
        [("own", "A customer of its own"), ("parent", "The head office's customer")],
        string="Customer in Netvisor",
        default="own",
        help="For a company that belongs to another: its invoices go to a customer of its own in Netvisor, or to the head "
        "office's customer with the branch as the invoicing address.",
    )
    netvisor_identity_warning = fields.Char(compute="_compute_netvisor_identity_warning", groups=GROUPS)

    # --- which customer ---------------------------------------------------------------------------------------------
    def _netvisor_customer(self):
        """The contact whose customer in Netvisor is used for this one."""
        partner = self.commercial_partner_id
        while partner.netvisor_branch == "parent" and partner.parent_id:
            partner = partner.parent_id.commercial_partner_id
        return partner

    def _netvisor_customers(self):
        """:return: dict contact → the contact whose customer in Netvisor is used"""
        return {partner: partner._netvisor_customer() for partner in self}

    def write(self, vals):
        result = super().write(vals)
        if not {"netvisor_branch", "parent_id", "is_company"}.isdisjoint(vals):
            self._netvisor_moved()
        return result

    def _netvisor_moved(self):
        """A contact that now uses another's customer needs none of its own: what waited for that goes on without it."""
        moved = self.filtered(lambda partner: partner._netvisor_customer() != partner)
        if not moved:
            return
        # sudo: whoever may edit contacts need not see Netvisor's documents
        documents = (
            self.env["netvisor.document"]
            .sudo()
            .search(
                [
                    ("kind", "=", "customer"),
                    ("binding_id.partner_id", "in", moved.ids),
                    ("state", "in", ("todo", "blocked", "review")),
                    ("sent_date", "=", False),
                ]
            )
        )
        for document in documents:
            customer = document.binding_id.partner_id._netvisor_customer()
            document._block([Problem("partner_uses_other", {"contact": customer.display_name})])
            document.state = "cancelled"
        documents._netvisor_release()

    # --- another business id on a linked contact --------------------------------------------------------------------
    @api.depends("company_registry", "vat", "country_id", "commercial_partner_id")
    @api.depends_context("company", "lang")
    def _compute_netvisor_identity_warning(self):
        """Said while it is typed; asked before anything is sent (``kind_customer_link.py``)."""
        ids = self.commercial_partner_id._origin.ids
        # sudo: what the page shows is guarded by the fields' groups
        bindings = self.env["netvisor.binding"].sudo().search(self._netvisor_domain(ids)) if ids else ()
        known = {row.partner_id.id: row for row in bindings if row.netvisor_key and row.business_id}
        for partner in self:
            binding = known.get(partner.commercial_partner_id._origin.id)
            ours = number_of(finnish_business_id(partner) or partner.vat)
            partner.netvisor_identity_warning = (
                binding
                and ours
                and ours != binding.business_id
                and self.env._(
                    "In Netvisor, this is customer %(code)s with business id %(theirs)s. Before anything is sent with "
                    "the new one, you are asked whether it is still the same customer.",
                    code=binding.code or binding.netvisor_key,
                    theirs=number_label(binding.business_id),
                )
            )

    # --- what a person may do ---------------------------------------------------------------------------------------
    def action_netvisor_choose(self):
        """Compare this contact with the customers in Netvisor, side by side."""
        self.ensure_one()
        self._netvisor_check_sender()
        company = self.env.company
        if not company._netvisor_is_connected():
            raise UserError(self.env._("%(company)s is not connected to Netvisor.", company=company.name))
        return self.env["netvisor.customer.choice"]._open(self._netvisor_customer(), company)

    def action_netvisor_merge(self):
        """Odoo's own merging, opened with these contacts."""
        if not self.env["base.partner.merge.automatic.wizard"].has_access("create"):
            raise AccessError(
                self.env._("Only those who may create contacts can merge them. Ask an administrator for that right.")
            )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("base.action_partner_merge"),
            "context": {"active_model": "res.partner", "active_ids": self.ids},
        }
