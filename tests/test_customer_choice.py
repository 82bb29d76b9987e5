from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ORGANISATION, OTHER_ORGANISATION
from .test_customer_propose import ProposeCase


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerChoice(ProposeCase):
    """Contact and customers side by side: what is shown, and what each button does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env(su=True),
            "keeper",
            groups="base.group_user,base.group_partner_manager,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def choice(self, user=None):
        return self.env["netvisor.customer.choice"].with_user(user or self.keeper).with_company(self.company)

    def sides(self, partner, user=None, **values):
        model = self.choice(user).with_context(default_partner_id=partner.id, default_company_id=self.company.id)
        return model.new(model.default_get(["partner_id", "company_id"]) | values).sides

    def cards(self, partner, **values):
        return {row["key"]: row for row in self.sides(partner, **values)["cards"]}

    # --- what is shown ------------------------------------------------------------------------------------------------
    def test_side_by_side(self):
        card = {"name": "KOIVU Oyj", "code": "900", "street": "Muu katu 1", "city": "Turku", "email": "a@koivu.example"}
        key = self.card("KOIVU Oyj", code="900", city="Turku", email="a@koivu.example")
        self.env["netvisor.customer"].sudo().search([("netvisor_key", "=", key)]).card = card
        partner = self.customer_card(street="Rantatie 1", email="A@koivu.example", zip="20100")
        sides = self.sides(partner)
        [row] = sides["cards"]
        self.assertEqual(sides["contact"]["values"]["street"], "Rantatie 1")
        self.assertEqual(row["values"]["street"], "Muu katu 1")
        self.assertEqual({"name", "city", "email"}, set(row["same"]) - {"invoice_email"})
        self.assertEqual(row["differs"], ["street"])
        self.assertTrue(row["link"])
        self.assertFalse(row["own"] or row["merge"] or row["keep"])
        self.assertTrue(all(speaks_for for _text, speaks_for in row["evidence"]))
        self.assertIn("Street", dict(sides["labels"]).values())
        self.assertTrue(sides["can_create"])

    def test_looked_for_by_text(self):
        self.card("Koivu Oy", city="Turku")
        key = self.card("Aivan Muu Oy", code="77", business_id="1234567-1")
        partner = self.customer_card()
        self.assertNotIn(key, self.cards(partner))
        for text in ("aivan", "77", "1234567-1"):
            self.assertIn(key, self.cards(partner, search_text=text), text)
        self.assertEqual(self.sides(partner, search_text="olematon")["cards"], [])

    def test_no_personal_identity_code(self):
        self.card("Maija Meikäläinen", private=True, business_id="010190-123A", city="Turku")
        person = self.customer_card("Maija Meikäläinen", is_company=False, company_registry="010190-123A")
        sides = self.sides(person)
        self.assertTrue(sides["cards"])
        self.assertNotIn("123A", str(sides))

    def test_opened_from_the_contact(self):
        partner = self.customer_card()
        clerk = self.env["res.partner"].create({"name": "Kalle", "parent_id": partner.id})
        action = clerk.with_user(self.keeper).with_company(self.company).action_netvisor_choose()
        self.assertEqual(action["context"]["default_partner_id"], partner.id, "the company of the contact")
        with Form(self.choice().with_context(**action["context"])) as form:
            form.search_text = "koivu"
            self.assertEqual(form.sides["contact"]["name"], "Koivu Oy")

    def test_opened_from_the_mapping_assistant(self):
        key = self.card("Koivu", code="900", city="Turku")
        partner = self.customer_card(customer_rank=1)
        rows = self.env["netvisor.mapping"].sudo()
        rows._refresh(self.company, "customer")
        row = rows.search([("partner_id", "=", partner.id)])
        action = row.with_user(self.bookkeeper).action_compare()
        self.assertEqual(action["context"]["default_partner_id"], partner.id)
        self.choice(self.bookkeeper).action_link(partner.id, self.company.id, key)
        self.assertEqual((row.state, row.current_code), ("accepted", "900"))
        self.assertIn(self.bookkeeper.name, row.with_user(self.bookkeeper).evidence_text)
        row.with_user(self.controller).action_undo()
        self.assertEqual(row.state, "open")
        self.assertFalse(self.kind._key(partner, self.company))

    # --- this one -----------------------------------------------------------------------------------------------------
    def test_link(self):
        key = self.add_remote("Koivu Osakeyhtiö", internalidentifier="900")
        self.mirror_of_sandbox()
        partner = self.customer_card(ref="K1")
        self.choice().action_link(partner.id, self.company.id, key)
        self.assertEqual(self.kind._key(partner, self.company), key)
        self.assertIn("900", "".join(partner.sudo().message_ids.mapped("body")))
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])
        partner.city = "Oulu"
        self.send(partner)
        row = self.remote_customer(partner)
        self.assertEqual((row["fields"]["city"], row["code"]), ("Oulu", "900"), "its code is Netvisor's")
        self.assertEqual(len(self.posts()), 1, "linking itself wrote nothing")

    def mirror_of_sandbox(self):
        """As the hourly reading does."""
        rows = {
            row["key"]: {"name": row["name"], "code": row["code"], "business_id": row["business_id"] or False}
            for row in self.remote_customers()
        }
        self.env["netvisor.customer"].sudo()._upsert(self.company, rows, complete=False)

    def test_document_in_review_is_settled(self):
        first = self.add_remote("Koivu Turku", internalidentifier="901", externalidentifier="7654321-2", city="Turku")
        second = self.add_remote("Koivu Oulu", internalidentifier="902", externalidentifier="7654321-2", city="Oulu")
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        move = self.invoice(partner_id=partner.id)
        self.run_netvisor()
        document = self.customer_document(partner)
        self.assertEqual((document.state, self.document(move).state), ("review", "blocked"))
        [alert] = self.document(move).with_user(self.bookkeeper).alerts.values()
        self.assertEqual(alert["action"]["res_model"], "netvisor.customer.choice", "from the invoice that waits")
        # The cards that it asks about were read for the comparison, towns and all.
        cards = self.cards(partner)
        self.assertEqual({cards[first]["values"]["city"], cards[second]["values"]["city"]}, {"Turku", "Oulu"})
        action = document.with_user(self.bookkeeper).action_compare()
        self.assertEqual(action["context"]["default_partner_id"], partner.id)
        self.choice(self.bookkeeper).action_link(partner.id, self.company.id, second)
        self.assertEqual((document.state, document.netvisor_key), ("done", second))
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "done", self.document(move).problem)
        self.assertEqual(self.remote_invoice(move)["customer_key"], second)

    def test_another_customer_than_before(self):
        """The former key stays as history, and is free for another contact."""
        partner = self.customer_card(ref="K1")
        self.send(partner)
        old, new = self.kind._key(partner, self.company), self.card("Oikea Oy", code="900")
        self.choice().action_link(partner.id, self.company.id, new)
        self.assertEqual(self.kind._key(partner, self.company), new)
        history = self.env["netvisor.binding"].search([("former_partner_id", "=", partner.id)])
        self.assertEqual((history.netvisor_key, history.retired, history.partner_id.id), (old, "linked", False))
        self.mirror_of_sandbox()
        other = self.customer_card("Toinen Oy")
        self.link(other, old)
        self.assertEqual(self.kind._key(other, self.company), old)

    def test_refused(self):
        partner, other = self.customer_card(), self.customer_card("Toinen Oy")
        key = self.card("Koivu Oy")
        self.link(other, key)
        with self.assertRaisesRegex(UserError, "Toinen Oy"):
            self.choice().action_link(partner.id, self.company.id, key)
        with self.assertRaisesRegex(UserError, "not among the customers"):
            self.choice().action_link(partner.id, self.company.id, 99)
        gone = self.card("Poistettu Oy", gone=True)
        with self.assertRaisesRegex(UserError, "not among the customers"):
            self.choice().action_link(partner.id, self.company.id, gone)
        document = self.kind._ensure(partner, self.company)[partner]
        document.state = "sending"
        with self.assertRaisesRegex(UserError, "on its way"):
            self.choice().action_link(partner.id, self.company.id, self.card("Vapaa Oy"))

    def test_all_or_nothing(self):
        first, second = self.customer_card(), self.customer_card("Toinen Oy")
        key = self.card("Koivu Oy")
        with self.assertRaises(UserError):
            self.kind._link([(first, key), (second, key)], self.company)
        self.assertFalse(self.kind._key(first, self.company))

    # --- none of these ------------------------------------------------------------------------------------------------
    def test_created_although_something_is_like_it(self):
        """What a person has looked at is not asked about again."""
        self.add_remote("Koivu Turku", externalidentifier="7654321-2", internalidentifier="901")
        self.mirror_of_sandbox()
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        keys = list(self.cards(partner))
        self.assertEqual(len(keys), 1)
        with self.enter_registry_test_mode():
            self.choice().action_create(partner.id, self.company.id, keys)
        self.run_netvisor()
        self.assertEqual(self.customer_document(partner).state, "done")
        self.assertEqual(len(self.remote_customers()), 2)
        self.assertNotIn(self.kind._key(partner, self.company), keys)

    def test_same_code_cannot_be_created(self):
        key = self.add_remote("Koivu Oy", internalidentifier="K1")
        self.mirror_of_sandbox()
        partner = self.customer_card(ref="K1")
        with self.enter_registry_test_mode():
            self.choice().action_create(partner.id, self.company.id, [key])
        self.run_netvisor()
        document = self.customer_document(partner)
        self.assertEqual(self.codes(document), ["customer_code_other"])
        self.assertEqual(len(self.remote_customers()), 1)

    def test_created_from_a_review(self):
        self.add_remote("Koivu Turku", internalidentifier="901", externalidentifier="7654321-2")
        self.add_remote("Koivu Oulu", internalidentifier="902", externalidentifier="7654321-2")
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        self.assertEqual(self.send(partner).state, "review")
        with self.enter_registry_test_mode():
            self.choice().action_create(partner.id, self.company.id, list(self.cards(partner)))
        self.run_netvisor()
        self.assertEqual(self.customer_document(partner).state, "done")
        self.assertEqual(len(self.remote_customers()), 3)

    # --- two contacts of one customer ---------------------------------------------------------------------------------
    def test_merge(self):
        partner, other = self.customer_card(company_registry="7654321-2"), self.customer_card("Koivu")
        key = self.card("Koivu Oy", business_id="7654321-2")
        self.link(other, key)
        row = self.cards(partner)[key]
        self.assertEqual(row["other"]["id"], other.id)
        self.assertTrue(row["merge"])
        self.assertFalse(row["link"] or row["person"] or row["branch"])
        action = self.choice().action_merge(partner.id, self.company.id, key)
        self.assertEqual(set(action["context"]["active_ids"]), {partner.id, other.id})
        wizard = self.env[action["res_model"]].with_user(self.keeper).with_context(**action["context"]).create({})
        self.assertEqual(wizard.partner_ids, partner | other)

    def test_contact_person(self):
        company, person = self.customer_card("Koivu"), self.customer_card("Koivu Kalle", is_company=False)
        key = self.card("Koivu Kalle")
        self.link(company, key)
        self.assertTrue(self.cards(person)[key]["person"])
        self.choice().action_person(person.id, self.company.id, key)
        self.assertEqual(person.commercial_partner_id, company)
        self.assertEqual(self.kind._key(person, self.company), key)
        other = self.customer_card("Koivu Kalle Oy")
        self.assertFalse(self.cards(other)[key]["person"])
        with self.assertRaises(UserError):
            self.choice().action_person(other.id, self.company.id, key)

    def test_branch(self):
        head = self.customer_card("Koivu")
        branch = self.customer_card("Koivu Oulu", parent_id=head.id, company_registry="7654321-2")
        key = self.card("Koivu Oy", business_id="7654321-2")
        self.link(head, key)
        self.assertTrue(self.cards(branch)[key]["branch"])
        self.choice().action_branch(branch.id, self.company.id, key)
        self.assertEqual(branch.netvisor_branch, "parent")
        self.assertEqual(self.kind._key(branch, self.company), key)
        with self.assertRaises(UserError):
            self.choice().action_branch(self.customer_card("Muu").id, self.company.id, key)

    # --- who ----------------------------------------------------------------------------------------------------------
    def test_who_may(self):
        key, partner = self.card("Koivu Oy"), self.customer_card()
        salesman = new_test_user(self.env(su=True), "salesman", groups="base.group_user,base.group_partner_manager")
        calls = {
            "action_link": key, "action_create": [key], "action_keep": key, "action_merge": key, "action_person": key,
            "action_branch": key,
        }  # fmt: skip
        for name, argument in calls.items():
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(self.choice(salesman), name)(partner.id, self.company.id, argument)
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy"})
        self.connect(other, OTHER_ORGANISATION)
        for name, argument in calls.items():
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(self.choice(), name)(partner.id, other.id, argument)
        self.assertFalse(self.kind._key(partner, self.company))

    def test_two_companies(self):
        """The same key in two Netvisor companies is two customers."""
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "country_id": self.finland.id})
        self.connect(other, OTHER_ORGANISATION)
        self.keeper.sudo().company_ids |= other
        partner, second = self.customer_card(), self.customer_card("Haapa Oy")
        here = self.add_remote("Koivu Oy", ORGANISATION, internalidentifier="1")
        there = self.add_remote("Haapa Oy", OTHER_ORGANISATION, internalidentifier="1")
        mirror = self.env["netvisor.customer"].sudo()
        mirror._upsert(self.company, {here: {"name": "Koivu Oy", "code": "1"}}, complete=False)
        mirror._upsert(other, {there: {"name": "Haapa Oy", "code": "1"}}, complete=False)
        self.choice().action_link(partner.id, self.company.id, here)
        self.choice().with_company(other).action_link(second.id, other.id, there)
        self.assertEqual(self.kind._keys(partner | second, self.company), {partner: here, second: 0})
        self.assertEqual(self.kind._keys(partner | second, other), {partner: 0, second: there})
        # And one contact may be a customer of both.
        self.choice().with_company(other).action_link(partner.id, other.id, self.card("Koivu", company=other))
        self.assertEqual(self.kind._key(partner, self.company), here)
