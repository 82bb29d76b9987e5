from odoo import api, models
from odoo.tools import SQL

from .customer_match import EQUAL_LIMIT, EQUAL_LOSS, is_decisive, rank
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
        links = self._link_rows(root)
        keys = {link.partner: link.key for link in links}
        ours = {
            party.id: party for party in self._contact_parties(root, SQL("partner.id IN %s", partners._ids or (0,)))
        }
        own = tuple(keys[partner.id] for partner in partners if partner.id in keys)
        cards = self._card_register(root, links, ours.values(), own)
        contacts = self._contact_register(root, links, cards.parties.values())
        found = {}
        for partner in partners:
            key = keys.get(partner.id)
            if key and not again:
                found[partner] = [self._linked(key, cards.parties.get(key))]
            elif party := ours.get(partner.id):
                matches = self._contested(cards.candidates(party, own=key), party, cards, contacts)
                found[partner] = [self._proposal(match, cards) for match in matches]
        return {partner: proposals for partner, proposals in found.items() if proposals}

    @api.model
    def _candidates_for_cards(self, cards, company=None):
        """Which contacts these customer cards (``netvisor.customer`` of one company) could be, linked ones among them.

        :return: dict card → list of (partner, confidence, evidence), the best first; cards that nothing is like are absent
        """
        root = (company or cards.company_id)._netvisor_root()
        links = self._link_rows(root)
        own = {link.key: link.partner for link in links}
        keys = tuple(cards.mapped("netvisor_key")) or (0,)
        parties = {party.id: party for party in self._card_parties(root, SQL("netvisor_key IN %s", keys))}
        contacts = self._contact_register(root, links, parties.values())
        partners, found = self.env["res.partner"], {}
        for card in cards:
            if party := parties.get(card.netvisor_key):
                matches = contacts.candidates(party, own=own.get(card.netvisor_key))
                found[card] = [(partners.browse(match.id), match.confidence, match.evidence) for match in matches]
        return {card: rows for card, rows in found.items() if rows}

    # --- judging ----------------------------------------------------------------------------------------------------
    @api.model
    def _contested(self, matches, party, cards, contacts):
        """Where another contact fits the best card as well, neither is sure: perhaps the two are to be merged."""
        if not matches or matches[0].id in cards.taken:
            return matches
        best = matches[0]
        others = [
            match for match in contacts.matches(cards.parties[best.id]) if match.id not in {party.id, *contacts.taken}
        ]
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
