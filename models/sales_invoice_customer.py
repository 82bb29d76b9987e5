from odoo import api, models


class NetvisorKindSalesInvoice(models.AbstractModel):
    """To whom an invoice goes: the customer in Netvisor, its address on this invoice, where the goods go."""

    _inherit = "netvisor.kind.sales_invoice"

    @api.model
    def _warm_company(self, wave, company, moves):
        result = super()._warm_company(wave, company, moves)
        customers = moves.commercial_partner_id._netvisor_customers()
        branches = moves.env["res.partner"].union(*(partner for partner, used in customers.items() if partner != used))
        if branches:
            keys = self._of("customer")._keys(branches, company)
            wave.customer_keys |= {branch.id: key for branch, key in keys.items()}
        self._warm_addresses(branches.union(*customers.values()))
        return result

    @api.model
    def _warm_addresses(self, customers):
        customers.child_ids.fetch(["type", "street", "street2", "zip", "city", "country_id"])

    @api.model
    def _customer_values(self, draft):
        """The commercial partner is the customer. An address that differs from the card is sent complete or not at all.

        "If any billing-address detail is given, nothing is taken from the register" (8.37).
        """
        move = draft.move
        card, partner, delivery = (
            move.commercial_partner_id._netvisor_customer(),
            move.partner_id,
            move.partner_shipping_id,
        )
        if not _place(partner) and not _place(card):
            draft.block("no_address", customer=partner.display_name)
        values = {"customer_key": draft.wave.customer_keys.get(move.commercial_partner_id.id)}
        if _place(partner) and (_place(partner) != _place(card) or _has_own_name(partner, card)):
            values |= self._invoicing_values(draft, partner, card)
        if _place(delivery) and self._is_delivery_told(delivery, partner, card):
            values |= self._delivery_values(draft, delivery)
        return values

    @api.model
    def _is_delivery_told(self, delivery, partner, card):
        """Goods that go where the invoice goes need no address of their own, unless the card has one: it would be printed."""
        if _place(delivery) not in (_place(partner), _place(card)):
            return True
        return any(child.type == "delivery" and _place(child) != _place(delivery) for child in card.child_ids)

    @api.model
    def _invoicing_values(self, draft, partner, card):
        """Under the customer's name, with the branch or the department as its extension."""
        own_name = _has_own_name(partner, card)
        return {
            "invoicing_name": draft.text(card.name or partner.name, 250, "name"),
            "invoicing_name_extension": draft.text(partner.name, None, "name") if own_name else None,
            "invoicing_address": draft.text(partner.street, 100, "street"),
            "invoicing_address2": draft.text(partner.street2, None, "street2"),
            "invoicing_postcode": draft.text(partner.zip, None, "zip"),
            "invoicing_town": draft.text(partner.city, None, "city"),
            "invoicing_country": partner.country_id.code or card.country_id.code or "FI",
        }

    @api.model
    def _delivery_values(self, draft, partner):
        street = ", ".join(filter(None, (partner.street, partner.street2)))
        return {
            "delivery_name": draft.text(partner.name or partner.commercial_partner_id.name, 250, "name"),
            "delivery_address": draft.text(street, 100, "street"),
            "delivery_postcode": draft.text(partner.zip, None, "zip"),
            "delivery_town": draft.text(partner.city, None, "city"),
            "delivery_country": partner.country_id.code or partner.commercial_partner_id.country_id.code or "FI",
        }


def _place(partner):
    """What makes two addresses the same; empty for a contact without any (a country alone is no address)."""
    place = tuple((partner[name] or "").strip() for name in ("street", "street2", "zip", "city"))
    return (*place, partner.country_id.code or "") if any(place) else ()


def _has_own_name(partner, card):
    """A department that gets the invoices, or a branch that is a company of its own."""
    named = partner.type == "invoice" or partner.commercial_partner_id != card
    return bool(named and partner.name and partner.name != card.name)
