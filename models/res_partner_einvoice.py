from odoo import api, fields, models
from odoo.exceptions import ValidationError

from . import einvoice_address
from .customer_values import finnish_business_id


class ResPartner(models.Model):
    """E-invoice address and operator: Netvisor refuses a customer for a wrong operator, and takes any address (6.1)."""

    _inherit = "res.partner"

    netvisor_einvoice_address = fields.Char(
        string="E-invoice address",
        help="Where e-invoices go: an OVT code (0037, the business id without hyphen, up to five more characters), "
        "an IBAN, or what the receiver has told you.",
    )
    netvisor_operator_id = fields.Many2one(
        "netvisor.operator",
        string="E-invoice operator",
        index="btree_not_null",
        ondelete="restrict",
        help="The operator or bank through which the receiver gets e-invoices.",
    )
    netvisor_einvoice_proposal = fields.Char(compute="_compute_netvisor_einvoice")
    netvisor_einvoice_hint = fields.Char(compute="_compute_netvisor_einvoice")

    @api.depends(
        "netvisor_einvoice_address",
        "netvisor_operator_id",
        "company_registry",
        "vat",
        "country_id",
        "is_company",
    )
    @api.depends_context("lang")
    def _compute_netvisor_einvoice(self):
        for partner in self:
            partner.netvisor_einvoice_proposal = einvoice_address.ovt_of(finnish_business_id(partner)) or False
            found = partner._netvisor_einvoice_doubt()
            partner.netvisor_einvoice_hint = found and self.env._(einvoice_address.DOUBTS[found[0]]) % found[1]

    def _netvisor_einvoice_doubt(self):
        """:return: (row of ``DOUBTS``, its values), or False when address and operator look right or are both empty"""
        address, operator = self.netvisor_einvoice_address, self.netvisor_operator_id
        if not address:
            return ("no_address", {}) if operator else False
        found = einvoice_address.doubt(address, self.netvisor_einvoice_proposal or "")
        if found or operator:
            return found or operator._doubt(address) or False
        return "no_operator", {}

    # --- kept clean -------------------------------------------------------------------------------------------------
    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), "netvisor_einvoice_address", "netvisor_operator_id"]

    @api.constrains("netvisor_einvoice_address")
    def _check_netvisor_einvoice_address(self):
        for partner in self:
            if len(partner.netvisor_einvoice_address or "") > einvoice_address.LENGTH:
                raise ValidationError(
                    self.env._(
                        "%(contact)s: an e-invoice address has at most %(limit)s characters.",
                        contact=partner.display_name,
                        limit=einvoice_address.LENGTH,
                    )
                )

    @api.model
    def _netvisor_clean(self, vals):
        vals = super()._netvisor_clean(vals)
        if isinstance(vals.get("netvisor_einvoice_address"), str):
            cleaned = einvoice_address.clean(vals["netvisor_einvoice_address"])
            return {**vals, "netvisor_einvoice_address": cleaned}
        return vals

    def action_netvisor_use_ovt(self):
        """Fill in the address that follows from the business id."""
        self._netvisor_check_sender()
        for partner in self:
            if partner.netvisor_einvoice_proposal and not partner.netvisor_einvoice_address:
                partner.netvisor_einvoice_address = partner.netvisor_einvoice_proposal
