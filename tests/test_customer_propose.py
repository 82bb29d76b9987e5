from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.netvisor_mapping_kind import LIKELY, POSSIBLE, SURE
from .common import OTHER_ORGANISATION
from .customer_common import CustomerCase


class ProposeCase(CustomerCase):
    """The mirror is filled as the reading of Netvisor's list fills it; nothing here asks Netvisor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.last_key = 100

    def card(self, name, company=None, **values):
        """:return: key of a card in the mirror"""
        type(self).last_key += 1
        mirror = self.env["netvisor.customer"].sudo()
        read = {"card": {"name": name, "private": values.get("private", False)}} if values.pop("read", True) else {}
        mirror._upsert(company or self.company, {self.last_key: {"name": name, **read, **values}}, complete=False)
        return self.last_key

    def propose(self, *partners, company=None, **options):
        partners = self.env["res.partner"].union(*partners)
        found = self.kind._propose_links(partners, company or self.company, **options)
        return {partner: found.get(partner, []) for partner in partners}

    def best(self, partner):
        """:return: (key, confidence, evidence codes) of the best proposal"""
        proposals = self.propose(partner)[partner]
        if not proposals:
            return None, 0, set()
        return proposals[0].key, proposals[0].confidence, {piece.code for piece in proposals[0].evidence}

    def link(self, partner, key, company=None):
        self.kind._link([(partner, key)], company or self.company)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerProposals(ProposeCase):
    def test_business_id(self):
        key = self.card("Koivu Osakeyhtiö", business_id="7654321-2", code="900")
        for values in ({"company_registry": "7654321-2"}, {"vat": "FI76543212"}):
            partner = self.customer_card(**values)
            found, confidence, evidence = self.best(partner)
            self.assertEqual(found, key)
            self.assertGreaterEqual(confidence, SURE)
            self.assertIn("business_id", evidence)
            partner.active = False

    def test_business_id_however_written(self):
        key = self.card("Vanha Oy", business_id="FI01234567")
        self.assertEqual(self.best(self.customer_card("V", company_registry="123456-7"))[0], key)

    def test_foreign_numbers(self):
        sweden = self.env.ref("base.se").id
        by_vat = self.card("Björk AB", business_id="SE556677889901")
        by_registry = self.card("Gran AB", business_id="556677-8899")
        bjork = self.customer_card("Björk", country_id=sweden, vat="SE556677889901")
        gran = self.customer_card("Gran", country_id=sweden, vat="SE556016068001", company_registry="5566778899")
        self.assertEqual(self.best(bjork)[::2], (by_vat, {"vat", "same_name"}))
        self.assertEqual(self.best(gran)[0], by_registry)

    def test_code_needs_more(self):
        """Netvisor's customer 14 is not Odoo's contact 14."""
        key = self.card("Haapa Oy", code="14")
        found, confidence, evidence = self.best(self.customer_card(ref="14"))
        self.assertEqual((found, evidence), (key, {"same_code", "other_name"}))
        self.assertLess(confidence, POSSIBLE)
        found, confidence, _evidence = self.best(self.customer_card("HAAPA OYJ", ref="14"))
        self.assertEqual(found, key)

    def test_code_and_name(self):
        key = self.card("Koivu", code="k1")
        found, confidence, evidence = self.best(self.customer_card(ref="K1"))
        self.assertEqual((found, evidence), (key, {"same_code", "same_name"}))
        self.assertGreaterEqual(confidence, SURE)

    def test_code_with_another_business_id(self):
        self.card("Koivu Oy", code="K1", business_id="1234567-1")
        _key, confidence, evidence = self.best(self.customer_card(ref="K1", company_registry="7654321-2"))
        self.assertIn("other_business_id", evidence)
        self.assertLess(confidence, POSSIBLE)

    def test_email(self):
        key = self.card("Tilitoimisto Haapa", email="Laskut@Koivu.example")
        partner = self.customer_card(email="talous@koivu.example, laskut@koivu.example")
        found, confidence, evidence = self.best(partner)
        self.assertEqual((found, evidence), (key, {"email", "other_name"}))
        self.assertTrue(POSSIBLE <= confidence < LIKELY)
        self.env["netvisor.customer"].sudo().search([("netvisor_key", "=", key)]).name = "Koivu"
        self.assertTrue(LIKELY <= self.best(partner)[1] < SURE)

    def test_email_of_the_invoice_address(self):
        key = self.card("Muu Oy", email="ostot@koivu.example")
        partner = self.customer_card()
        self.env["res.partner"].create(
            {"name": "Ostot", "parent_id": partner.id, "type": "invoice", "email": "ostot@koivu.example"}
        )
        self.assertEqual(self.best(partner)[0], key)

    def test_name_and_town(self):
        key = self.card("KOIVU OY", city="turku")
        other = self.card("Koivu Oy", city="Oulu")
        partner = self.customer_card()
        first, second = self.propose(partner)[partner]
        self.assertEqual((first.key, second.key), (key, other))
        self.assertTrue(LIKELY <= first.confidence < SURE)
        self.assertIn("other_town", {piece.code for piece in second.evidence})
        self.assertLess(second.confidence, POSSIBLE)

    def test_name_alone_is_weak(self):
        key = self.card("Koivu", read=False)
        found, confidence, evidence = self.best(self.customer_card())
        self.assertEqual((found, evidence), (key, {"same_name"}))
        self.assertLess(confidence, POSSIBLE)

    def test_private_person_never_by_number(self):
        self.card("Eri Henkilö", business_id="7654321-2", private=True)
        self.card("Toinen Henkilö", business_id="010190-123A", read=False)
        person = self.customer_card("Maija Meikäläinen", is_company=False, company_registry="010190-123A")
        self.assertEqual(self.propose(person)[person], [])
        company = self.customer_card(company_registry="7654321-2")
        self.assertEqual(self.propose(company)[company], [], "a person's number is not looked at")
        same = self.card("Maija Meikäläinen", city="Turku", business_id="010190-123A", private=True)
        found, confidence, _evidence = self.best(person)
        self.assertEqual(found, same)
        self.assertLess(confidence, LIKELY, "two of one name live in one town")
        texts = str(self.propose(person))
        self.assertNotIn("123A", texts)

    def test_two_equal_candidates(self):
        keys = {self.card(f"Koivu {town}", business_id="7654321-2", city=town, code=town) for town in ("Oulu", "Kemi")}
        partner = self.customer_card(company_registry="7654321-2")
        proposals = self.propose(partner)[partner]
        self.assertEqual({proposal.key for proposal in proposals}, keys)
        for proposal in proposals:
            self.assertLess(proposal.confidence, LIKELY)
            self.assertIn("several_fit", {piece.code for piece in proposal.evidence})

    def test_one_of_two_agrees_in_more(self):
        self.card("Koivu Turku", business_id="7654321-2", code="901")
        key = self.card("Koivu Oulu", business_id="7654321-2", code="902")
        found, confidence, _evidence = self.best(
            self.customer_card("Koivu Oulu", ref="902", company_registry="7654321-2")
        )
        self.assertEqual(found, key)
        self.assertGreaterEqual(confidence, SURE)

    def test_two_contacts_of_one_card(self):
        key = self.card("Koivu Oy", business_id="7654321-2")
        partners = [self.customer_card(name, company_registry="7654321-2") for name in ("Koivu A", "Koivu B")]
        found = self.propose(*partners)
        for partner in partners:
            [proposal] = found[partner]
            self.assertEqual(proposal.key, key)
            self.assertLess(proposal.confidence, LIKELY)
            self.assertIn("other_contact", {piece.code for piece in proposal.evidence})
        # One contact alone is judged in the same way: the other is there all the same.
        self.assertEqual(self.propose(partners[0])[partners[0]], found[partners[0]])
        partners[1].active = False
        self.assertGreaterEqual(self.best(partners[0])[1], SURE)

    def test_card_of_another_contact(self):
        key = self.card("Koivu Oy", business_id="7654321-2")
        self.link(self.customer_card("Koivu Tmi"), key)
        found, confidence, evidence = self.best(self.customer_card(company_registry="7654321-2"))
        self.assertEqual(found, key)
        self.assertIn("linked_elsewhere", evidence)
        self.assertLessEqual(confidence, 20)

    def test_linked_already(self):
        key = self.card("Koivu Oy", code="900", business_id="7654321-2")
        partner = self.customer_card("Aivan muu")
        self.link(partner, key)
        [proposal] = self.propose(partner)[partner]
        self.assertEqual((proposal.key, proposal.code, proposal.confidence), (key, "900", 100))
        self.card("Aivan muu", city="Turku")
        self.assertEqual(len(self.propose(partner, again=True)[partner]), 1, "only what is like it")

    def test_left_out(self):
        self.card("Temporary customer", code="TEMP")
        self.card("Koivu Oy", gone=True, business_id="7654321-2")
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "country_id": self.finland.id})
        self.connect(other, OTHER_ORGANISATION)
        there = self.card("Koivu Oy", company=other, business_id="7654321-2")
        partner = self.customer_card(company_registry="7654321-2")
        temporary = self.customer_card("Temporary customer", ref="TEMP")
        found = self.propose(partner, temporary)
        self.assertEqual((found[partner], found[temporary]), ([], []))
        self.assertEqual(self.propose(partner, company=other)[partner][0].key, there)

    def test_inactive_card(self):
        self.card("Koivu Oy", business_id="7654321-2", active=False)
        _key, confidence, evidence = self.best(self.customer_card(company_registry="7654321-2"))
        self.assertIn("inactive", evidence)
        self.assertLess(confidence, SURE)

    def test_crowd(self):
        """Thirty cards of cash sales: no name tells them apart, but a number does."""
        for number in range(30):
            self.card("Käteisasiakas", code=f"KA{number}", email="kassa@kauppa.example")
        partner = self.customer_card("Käteisasiakas", email="kassa@kauppa.example")
        self.assertEqual(self.propose(partner)[partner], [])
        partner.ref = "KA7"
        self.assertEqual(self.propose(partner)[partner][0].code, "KA7")

    def test_cards_without_contact(self):
        """The other way: which contacts could be this card?"""
        key = self.card("Koivu Oy", business_id="7654321-2", city="Turku")
        unknown = self.card("Tuntematon Oy")
        mirror = self.env["netvisor.customer"].sudo()
        cards = mirror.search([("netvisor_key", "in", [key, unknown])])
        linked, free = self.customer_card("Koivu Tmi"), self.customer_card(company_registry="7654321-2")
        archived = self.customer_card("Tuntematon", active=False)
        self.link(linked, self.card("Koivu Tmi"))
        found = self.kind._candidates_for_cards(cards)
        by_key = {card.netvisor_key: rows for card, rows in found.items()}
        partner, confidence, _evidence = by_key[key][0]
        self.assertEqual(partner, free)
        self.assertGreaterEqual(confidence, SURE)
        self.assertIn((linked, True), [(row[0], row[1] <= 20) for row in by_key[key]])
        self.assertEqual([row[0] for row in by_key[unknown]], [archived])

    def test_few_are_found_like_all(self):
        """One contact is looked for by its values, many are compared with everything: the same comes out."""
        cards = [
            {"name": "Oy Äänekoski_Öljy, Ab", "code": " k1 "},
            {"name": "As Oy Rantatie 1", "business_id": "123 4567-1"},
            {"name": "Koivu Oy Turku", "email": "Laskut <a@b.example>; c@d.example"},
            {"name": "Björk Åkeri", "business_id": "SE 5566-77889901"},
            {"name": "Ei mikään"},
        ]
        keys = [self.card(**values) for values in cards]
        contacts = [
            self.customer_card("äänekoski öljy"),
            self.customer_card("Muu 1", ref="K1"),
            self.customer_card("Muu 2", company_registry="1234567-1"),
            self.customer_card("Rantatie 1"),
            self.customer_card("koivu turku", email="C@D.example"),
            self.customer_card("Muu 3", vat="SE556677889901", country_id=self.env.ref("base.se").id),
        ]
        root, links = self.company, self.kind._link_rows(self.company)
        parties = list(self.kind._contact_parties(root, SQL("partner.id IN %s", tuple(row.id for row in contacts))))
        everything = self.kind._card_register(root, links, parties * 300)
        some = self.kind._card_register(root, links, parties)
        self.assertEqual(set(everything.parties), set(keys))
        self.assertEqual(set(some.parties), set(keys[:4]))
        for party in parties:
            self.assertTrue(some.candidates(party), party.label)
            self.assertEqual(some.candidates(party), everything.candidates(party))

    def test_flat_queries(self):
        def ask(count):
            rows = {
                10_000 + number: {
                    "name": f"Asiakas {number}",
                    "business_id": f"{2000000 + number}-1",
                    "code": f"Q{number}",
                }
                for number in range(count)
            }
            self.env["netvisor.customer"].sudo()._upsert(self.company, rows, complete=False)
            partners = self.env["res.partner"].create(
                [{"name": f"Asiakas {number}", "is_company": True, "ref": f"Q{number}"} for number in range(count)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.kind._propose_links(partners, self.company)
            return len(found), self.env.cr.sql_log_count - before

        self.kind._propose_links(self.customer, self.company)
        (few, few_queries), (many, many_queries) = ask(5), ask(300)
        self.assertEqual((few, many), (5, 300))
        self.assertEqual(few_queries, many_queries)
        self.assertLess(many_queries, 12)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerMapping(ProposeCase):
    """The mapping assistant's contract."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mapping = cls.env["netvisor.mapping.customer"].sudo().with_company(cls.company)
        cls.rows = cls.env["netvisor.mapping"].sudo()

    def row(self, partner):
        return self.rows.search([("partner_id", "=", partner.id), ("company_id", "=", self.company.id)])

    def test_who_needs_a_customer(self):
        contact = self.env["res.partner"].create({"name": "Kalle", "parent_id": self.customer.id})
        supplier, buyer = self.customer_card("Tukku Oy"), self.customer_card("Ostaja Oy", customer_rank=1)
        coded = self.customer_card("Koodi Oy", netvisor_customer_code="X1")
        linked = self.customer_card("Linkki Oy")
        self.link(linked, self.card("Linkki"))
        archived = self.customer_card("Vanha Oy", customer_rank=1, active=False)
        branch = self.customer_card("Haara Oy", customer_rank=1, parent_id=buyer.id, netvisor_branch="parent")
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy"})
        theirs = self.customer_card("Heidän Oy", customer_rank=1, company_id=other.id)
        self.invoice()
        records = self.mapping._records(self.company)
        self.assertLessEqual(self.customer | buyer | coded | linked, records)
        self.assertFalse(records & (contact | supplier | archived | branch | theirs))
        self.assertEqual(self.mapping._used(records, self.company), self.customer)

    def test_accept_and_undo(self):
        key = self.card("Koivu Oy", business_id="7654321-2", code="900")
        partner = self.customer_card(company_registry="7654321-2", customer_rank=1)
        self.rows._refresh(self.company, "customer")
        row = self.row(partner)
        self.assertEqual((row.proposal_code, row.proposal_key, row.state), ("900", key, "open"))
        row.with_user(self.controller).action_accept()
        self.assertEqual((row.state, row.current_code), ("accepted", "900"))
        self.assertEqual(self.kind._key(partner, self.company), key)
        # Linking writes nothing, neither now nor with the next invoice; what changes later is sent.
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])
        row.with_user(self.controller).action_undo()
        self.assertEqual((row.state, self.kind._key(partner, self.company)), ("open", 0))
        self.assertEqual(row.proposal_key, key)

    def test_taken_meanwhile(self):
        key = self.card("Koivu Oy", business_id="7654321-2", code="900")
        partner = self.customer_card(company_registry="7654321-2", customer_rank=1)
        self.rows._refresh(self.company, "customer")
        self.link(self.customer_card("Nopeampi Oy"), key)
        with self.assertRaisesRegex(UserError, "Nopeampi Oy"):
            self.row(partner).with_user(self.controller).action_accept()
        self.assertFalse(self.kind._key(partner, self.company))

    def test_choices(self):
        first = self.card("Koivu Oy", city="Turku", code="1")
        second = self.card("Koivuniemi Oy", code="77", business_id="1234567-1", city="Oulu")
        partner = self.customer_card()
        self.assertEqual([choice.key for choice in self.mapping._choices(partner, self.company)], [first])
        for text in ("77", "koivuniemi", "1234567-1", "oulu"):
            found = [choice.key for choice in self.mapping._choices(partner, self.company, text)]
            self.assertEqual(found, [second], text)

    def test_counts(self):
        self.assertFalse(self.mapping._ready(self.company))
        self.card("Temporary customer", code="TEMP")
        self.card("Muu Oy")
        self.link(self.customer_card(), self.card("Koivu Oy"))
        self.assertTrue(self.mapping._ready(self.company))
        self.assertEqual(self.mapping._only_in_netvisor(self.company), 1)
