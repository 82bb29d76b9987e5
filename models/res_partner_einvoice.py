from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from . import einvoice_address
from .customer_values import finnish_business_id
from .einvoice_offer import SOURCES
from .einvoice_offer import offers as offers_of


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
    netvisor_einvoice_source = fields.Selection(SOURCES, compute="_compute_netvisor_einvoice", string="From")
    netvisor_einvoice_hint = fields.Char(compute="_compute_netvisor_einvoice")

    @api.depends(
        "netvisor_einvoice_address",
        "netvisor_operator_id",
        "company_registry",
        "vat",
        "country_id",
        "is_company",
    )
    @api.depends_context("lang", "company")
    def _compute_netvisor_einvoice(self):
        cards = self._origin._netvisor_einvoice_cards(self.env.company)
        for partner in self:
            offers = offers_of(partner, cards.get(partner._origin.id))
            partner.netvisor_einvoice_proposal = offers[0].address if offers else False
            partner.netvisor_einvoice_source = offers[0].source if offers else False
            doubt = einvoice_address.judge(
                partner.netvisor_einvoice_address or "", partner.netvisor_operator_id, partner._netvisor_own_ovt()
            )
            partner.netvisor_einvoice_hint = doubt and self.env._(einvoice_address.DOUBTS[doubt[0]]) % doubt[1]

    def _netvisor_own_ovt(self):
        return einvoice_address.ovt_of(finnish_business_id(self))

    # --- offered, never taken by itself -----------------------------------------------------------------------------
    def _netvisor_einvoice_offers(self, company):
        """:return: dict contact → list of Offer, the best first; contacts without any are absent"""
        cards = self._netvisor_einvoice_cards(company)
        found = {partner: offers_of(partner, cards.get(partner.id)) for partner in self}
        return {partner: offers for partner, offers in found.items() if offers}

    def _netvisor_einvoice_cards(self, company):
        """:return: dict contact id → what its customer card in Netvisor says about e-invoices"""
        if not self:
            return {}
        self.env["netvisor.customer"].flush_model()
        self.env["netvisor.binding"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT binding.partner_id, card.einvoice_address, card.operator_code
                     FROM netvisor_binding binding
                     JOIN netvisor_customer card ON card.company_id = binding.company_id
                                                AND card.netvisor_key = binding.netvisor_key
                    WHERE binding.kind = 'customer' AND binding.company_id = %s AND binding.partner_id IN %s
                      AND card.einvoice_address IS NOT NULL AND NOT COALESCE(card.gone, FALSE)""",
                company._netvisor_root().id,
                tuple(self.ids) or (0,),
            )
        )
        return {row["partner_id"]: row for row in rows}

    def _netvisor_einvoice_lines(self, company):
        """:return: list of values for a review: contacts for which something else is offered than they have"""
        found = self._netvisor_einvoice_offers(company)
        operators = self.env["netvisor.operator"]._find_all(
            {offer.operator for offers in found.values() for offer in offers if offer.operator}
        )
        lines = []
        for partner, offers in found.items():
            for offer in offers:
                operator = operators.get(offer.operator, self.env["netvisor.operator"])._current()
                if partner._netvisor_is_offer_new(offer, operator):
                    lines.append(
                        {
                            "partner_id": partner.id,
                            "address": offer.address,
                            # An address alone does not take away the operator that is there.
                            "operator_id": (operator or partner.netvisor_operator_id).id,
                            "unknown_operator": offer.operator if not operator else False,
                            "source": offer.source,
                        }
                    )
                    break
        return lines

    def _netvisor_is_offer_new(self, offer, operator):
        address = self.netvisor_einvoice_address
        if address and offer.source == "ovt":
            return False  # what the receiver has told is better than what could be
        other_operator = operator and operator != self.netvisor_operator_id._current()
        return offer.address != address or bool(other_operator)

    def action_netvisor_propose_einvoice(self):
        """A list of what could be filled in, to be accepted line by line."""
        self._netvisor_check_sender()
        return self.env["netvisor.einvoice.review"]._open(self)

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
        """Fill in what is proposed, with the operator where the source knows it."""
        self._netvisor_check_sender()
        empty = self.filtered(lambda partner: not partner.netvisor_einvoice_address)
        for partner, (offer, *_others) in empty._netvisor_einvoice_offers(self.env.company).items():
            operator = partner.netvisor_operator_id or self.env["netvisor.operator"]._find(offer.operator)._current()
            partner.write({"netvisor_einvoice_address": offer.address, "netvisor_operator_id": operator.id})
