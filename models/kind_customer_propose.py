from odoo import api, models
from odoo.tools import SQL

from .customer_match import (
    EQUAL_LIMIT,
    EQUAL_LOSS,
    Party,
    Register,
    emails_of,
    is_decisive,
    name_of,
    number_of,
    rank,
)
from .customer_values import finnish_id
from .kind_customer_match import TEMPORARY_CODE
from .netvisor_mapping_kind import Evidence, Proposal

LINKED = 100


class NetvisorKindCustomer(models.AbstractModel):
    """Which contact is which customer, for all of them at once and without asking Netvisor: from the mirror of its cards.

    A handful of statements whatever the number; ``customer_match.py`` compares.
    """

    _inherit = "netvisor.kind.customer"

    @api.model
    def _propose_links(self, partners, company, again=False):
        """What these contacts could be in Netvisor.

        :param partners: commercial partners
        :param again: also what else those could be that are linked already
        :return: dict partner → list of Proposal, the best first; contacts that nothing is like are absent
        """
        root = company._netvisor_root()
        cards, contacts, links = self._registers(root)
        keys = {partner_id: key for key, partner_id in links.items()}
        found = {}
        for partner in partners:
            own = keys.get(partner.id)
            if own and not again:
                party = cards.parties.get(own)
                found[partner] = [self._linked(own, party)]
            elif party := contacts.parties.get(partner.id):
                matches = cards.candidates(party, own=own)
                found[partner] = [self._proposal(match, cards) for match in self._contested(matches, party, cards, contacts)]
        return {partner: proposals for partner, proposals in found.items() if proposals}

    @api.model
    def _candidates_for_cards(self, cards, company=None):
        """Which contacts these customer cards (``netvisor.customer`` of one company) could be, linked ones among them.

        :return: dict card → list of (partner, confidence, evidence), the best first; cards that nothing is like are absent
        """
        root = (company or cards.company_id)._netvisor_root()
        parties, contacts, links = self._registers(root)
        partners = self.env["res.partner"]
        found = {}
        for card in cards:
            if party := parties.parties.get(card.netvisor_key):
                matches = contacts.candidates(party, own=links.get(card.netvisor_key))
                found[card] = [(partners.browse(match.id), match.confidence, match.evidence) for match in matches]
        return {card: rows for card, rows in found.items() if rows}

    # --- judging ----------------------------------------------------------------------------------------------------
    @api.model
    def _contested(self, matches, party, cards, contacts):
        """Where another contact fits the best card as well, neither is sure: perhaps the two are to be merged."""
        if not matches or matches[0].id in cards.taken:
            return matches
        best = matches[0]
        others = [match for match in contacts.matches(cards.parties[best.id]) if match.id not in {party.id, *contacts.taken}]
        rivals = [match for match in others if contacts.parties[match.id].active and not is_decisive(best, match)]
        if not rivals:
            return matches
        rival = min(rivals, key=rank)
        lowered = best.lowered(EQUAL_LIMIT, "other_contact", contacts.parties[rival.id].label, EQUAL_LOSS)
        return sorted([lowered, *matches[1:]], key=rank)

    @api.model
    def _proposal(self, match, cards):
        party = cards.parties[match.id]
        return Proposal(party.code or str(party.id), party.label, party.id, match.confidence, match.evidence)

    @api.model
    def _linked(self, key, party):
        name, code = (party.label, party.code) if party else ("", "")
        return Proposal(code or str(key), name, key, LINKED, (Evidence("linked"),))

    # --- reading both sides -----------------------------------------------------------------------------------------
    @api.model
    def _registers(self, root):
        """:return: (Register of cards by key, Register of contacts by id, dict key → id of the contact linked to it)"""
        links = self._links(root)
        contacts = {party.id: party for party in self._contact_parties(root)}
        cards = {party.id: party for party in self._card_parties(root)}
        names = {key: contacts[partner].label for key, partner in links.items() if partner in contacts}
        taken = {partner: cards[key].label for key, partner in links.items() if key in cards}
        return (
            Register(cards.values(), {key: names.get(key, "") for key in links}),
            Register(contacts.values(), {partner: taken.get(partner, str(key)) for key, partner in links.items()}),
            links,
        )

    @api.model
    def _links(self, root):
        self.env["netvisor.binding"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT netvisor_key, partner_id FROM netvisor_binding
                        WHERE company_id = %s AND kind = 'customer' AND netvisor_key != 0 AND partner_id IS NOT NULL""",
                    root.id,
                )
            )
        )

    @api.model
    def _card_parties(self, root):
        self.env["netvisor.customer"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT netvisor_key, name, code, business_id, email, card->>'invoice_email', city, postcode, country_code,
                          CASE WHEN card IS NOT NULL THEN COALESCE(private, FALSE) END, active
                     FROM netvisor_customer
                    WHERE company_id = %s AND NOT COALESCE(gone, FALSE) AND COALESCE(code, '') != %s""",
                root.id,
                TEMPORARY_CODE,
            )
        )
        for key, name, code, number, email, invoice_email, city, postcode, country, private, active in rows:
            yield Party(
                id=key,
                label=name or "",
                code=code or "",
                name=name_of(name),
                town=_town(city),
                postcode=(postcode or "").strip(),
                country=country or "",
                numbers=() if private else _filled(number_of(number)),
                codes=_filled((code or "").strip().casefold()),
                emails=emails_of(email, invoice_email),
                private=private,
                active=bool(active),
            )

    @api.model
    def _contact_parties(self, root):
        """Every contact that is a customer of its own, in this company's books or in all."""
        self.env["res.partner"].flush_model()
        # sudo: which companies there are; whoever asks has been checked
        companies = self.env["res.company"].sudo().search([("id", "child_of", root.id)])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.id, partner.name, partner.ref, partner.netvisor_customer_code, partner.vat,
                          partner.company_registry, country.code, partner.is_company, partner.city, partner.zip,
                          partner.active, partner.email,
                          (SELECT string_agg(child.email, ',') FROM res_partner child
                            WHERE child.parent_id = partner.id AND child.type = 'invoice' AND child.active)
                     FROM res_partner partner
                LEFT JOIN res_country country ON country.id = partner.country_id
                    WHERE partner.commercial_partner_id = partner.id
                      AND partner.netvisor_branch IS DISTINCT FROM 'parent'
                      AND (partner.company_id IS NULL OR partner.company_id IN %s)""",
                tuple(companies.ids),
            )
        )
        source = root.sudo().netvisor_customer_code_source
        for row in rows:
            yield _contact(row, source)


def contact_numbers(vat, registry, country, is_company):
    """What the contact's customer card may have as business id; abroad either number. Of private persons nothing."""
    finnish = finnish_id(vat, registry, country)
    if not (is_company or vat or finnish):
        return ()
    return _filled(number_of(finnish)) or _filled(number_of(vat), number_of(registry))


def _contact(row, source):
    partner, name, ref, typed, vat, registry, country, is_company, city, postcode, active, *emails = row
    numbers = contact_numbers(vat, registry, country, is_company)
    codes = (typed, ref, str(partner) if source == "id" else "")
    return Party(
        id=partner,
        label=name or "",
        name=name_of(name),
        town=_town(city),
        postcode=(postcode or "").strip(),
        country=country or "",
        numbers=numbers,
        codes=_filled(*((code or "").strip().casefold() for code in codes)),
        emails=emails_of(*emails),
        private=not (is_company or vat or numbers),
        active=bool(active),
    )


def _town(city):
    return " ".join((city or "").casefold().split())


def _filled(*texts):
    return tuple(dict.fromkeys(text for text in texts if text))
