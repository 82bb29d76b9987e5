from odoo import api, models

from .customer_fields import FIELDS
from .customer_match import TAKEN_LIMIT
from .customer_sides import CustomerSides
from .kind_customer_cards import QUIET, REFUSALS
from .kind_customer_match import TEMPORARY_CODE

# A code alone says nothing: Netvisor's customer 14 is not Odoo's contact 14.
LOOKS_ALIKE = {"business_id", "vat", "email", "name_town", "same_name"}
# Where the company keeps its customer codes → field of the contact.
CODE_FIELDS = {"ref": "ref", "field": "netvisor_customer_code"}


class NetvisorKindCustomer(models.AbstractModel):
    """Customer cards that nobody is linked to become contacts, where the company wants that."""

    _inherit = "netvisor.kind.customer"

    @api.model
    def _create_some(self, company, since, after, limit):
        """Contacts for cards that are new or changed since then. What a contact is like already is left to a person.

        :return: ids of the cards that were looked at, in order
        """
        domain = [
            ("company_id", "=", company.id),
            ("partner_id", "=", False),
            ("card_date", ">=", since) if since else ("card_date", "!=", False),
            ("code", "!=", TEMPORARY_CODE),
            ("id", ">", after),
        ]
        cards = self.env["netvisor.customer"].sudo().search(domain, order="id", limit=limit)
        wanted = self._unlike(company, cards)
        try:
            with self.env.cr.savepoint():
                self._create_contacts(company, wanted)
        except REFUSALS:
            for card in wanted:
                self._create_alone(company, card)
        return cards.ids

    @api.model
    def _unlike(self, company, cards):
        """:return: those of the cards that no contact is like

        A customer whose contact was merged, linked to another one or deleted keeps its link as history: it is not made again.
        """
        candidates = self._candidates_for_cards(cards, company)
        held = self._holders(cards.mapped("netvisor_key"), company)
        return cards.filtered(
            lambda card: card.netvisor_key not in held and not any(map(self._looks_alike, candidates.get(card, ())))
        )

    @api.model
    def _looks_alike(self, candidate):
        _partner, confidence, evidence = candidate
        return confidence > TAKEN_LIMIT and not LOOKS_ALIKE.isdisjoint(piece.code for piece in evidence)

    @api.model
    def _create_alone(self, company, card):
        """One that Odoo refuses stays a card; the mapping of customers shows it."""
        try:
            with self.env.cr.savepoint():
                self._create_contacts(company, card)
        except REFUSALS as error:
            card.refusal = str(error.args[0] if error.args else error)

    @api.model
    def _create_contacts(self, company, cards):
        if not cards:
            return
        partners = self.env["res.partner"].sudo().with_company(company).with_context(**QUIET, mail_create_nolog=True)
        book = CustomerSides(partners.env, company)
        book.warm(partners, [card.card for card in cards])
        made = partners.create([self._contact_vals(book, card) for card in cards])
        self.env["netvisor.binding"].sudo().create(
            [
                {
                    "company_id": company.id,
                    "kind": "customer",
                    "partner_id": partner.id,
                    "name": partner.name,
                    "code": card.code,
                    "netvisor_key": card.netvisor_key,
                    "linked": True,
                }
                for partner, card in zip(made, cards, strict=True)
            ]
        )
        said = self.env._("Created from the customer register of Netvisor (%(company)s).", company=company.name)
        made._message_log_batch(bodies=dict.fromkeys(made.ids, said))
        cards.filtered("refusal").write({"refusal": False})
        self._merge_bindings(company, self._card_bindings(company, cards.mapped("netvisor_key")))

    @api.model
    def _contact_vals(self, book, card):
        values = book.netvisor(card.card)
        vals = {
            "name": card.name or card.code or str(card.netvisor_key),
            "is_company": not card.private,
            "customer_rank": 1,
            **book.vals(self.env["res.partner"], values, [name for name in FIELDS if name in values]),
        }
        source = book.company.netvisor_customer_code_source
        if card.code and source in CODE_FIELDS:
            vals[CODE_FIELDS[source]] = card.code
        return vals
