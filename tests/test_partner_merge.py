from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import OTHER_ORGANISATION
from .customer_common import CustomerCase


class MergeCase(CustomerCase):
    def merge(self, destination, *others, user=None):
        """By Odoo's own wizard, as a person does it."""
        partners = self.env["res.partner"].union(destination, *others)
        partners.email = "same@koivu.example"
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(user or self.merger)
            .with_context(active_model="res.partner", active_ids=partners.ids)
            .create({"dst_partner_id": destination.id})
        )
        wizard.action_merge()
        self.env.invalidate_all()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,base.group_partner_manager,account.group_account_invoice"
        cls.merger = new_test_user(cls.env(su=True), "merger", groups=groups, company_id=cls.company.id)

    def told(self, partner):
        return "".join(partner.sudo().message_ids.mapped("body"))

    def retired(self, partner):
        return self.env["netvisor.binding"].search([("former_partner_id", "=", partner.id)])


@tagged("post_install", "-at_install", "post_install_l10n")
class TestPartnerMerge(MergeCase):
    def test_both_in_netvisor(self):
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        self.send(kept)
        old = self.send(gone)
        key, unused = self.kind._key(kept, self.company), self.kind._key(gone, self.company)
        self.merge(kept, gone)
        self.assertFalse(gone.exists())
        self.assertEqual(self.kind._key(kept, self.company), key)
        self.assertEqual(old.exists().netvisor_key, unused, "the other key is not forgotten")
        history = self.retired(kept)
        self.assertEqual((history.netvisor_key, history.retired, history.name), (unused, "merged", "Koivu Tmi"))
        self.assertIn("K2", self.told(kept))
        self.assertIn(self.company.name, self.told(kept))
        # And at once, to the person who merged.
        self.env.cr.precommit.run()
        messages = self.env["bus.bus"].sudo().search([]).mapped("message")
        self.assertTrue(any("simple_notification" in message and "K2" in message for message in messages))

    def test_only_the_other_in_netvisor(self):
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        self.send(gone)
        key = self.kind._key(gone, self.company)
        waiting = self.kind._ensure(kept, self.company)[kept]
        self.merge(kept, gone)
        self.assertEqual(self.kind._key(kept, self.company), key)
        self.assertEqual((waiting.state, self.codes(waiting)), ("cancelled", ["partner_merged"]))
        self.run_netvisor()
        self.assertEqual(len(self.remote_customers()), 1)

    def test_neither_sent(self):
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        for partner in (kept, gone):
            self.kind._ensure(partner, self.company)
        self.merge(kept, gone)
        self.run_netvisor()
        self.assertEqual([row["name"] for row in self.remote_customers()], ["Koivu Oy"])

    def test_the_one_that_netvisor_still_has_is_kept(self):
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        deleted = self.send(kept)
        self.send(gone)
        key = self.kind._key(gone, self.company)
        deleted.state = "deleted"
        self.merge(kept, gone)
        self.assertEqual(self.kind._key(kept, self.company), key)

    def test_three_at_once(self):
        kept, *gone = [self.customer_card(f"Koivu {number}", ref=f"K{number}") for number in range(3)]
        for partner in (kept, *gone):
            self.send(partner)
        self.merge(kept, *gone)
        self.assertEqual(len(self.retired(kept)), 2)
        self.assertIn("K1", self.told(kept))
        self.assertIn("K2", self.told(kept))

    def test_merged_again(self):
        """The history follows the contact through the next merge."""
        first, second, third = (self.customer_card(f"Koivu {number}", ref=f"K{number}") for number in range(3))
        for partner in (first, second):
            self.send(partner)
        self.merge(first, second)
        self.merge(third, first)
        self.assertEqual(len(self.retired(third)), 1)
        self.assertTrue(self.kind._key(third, self.company))

    def test_two_companies(self):
        """Each Netvisor company keeps its own link: here the one's customer, there the other's."""
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "country_id": self.finland.id})
        self.connect(other, OTHER_ORGANISATION)
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        self.send(kept)
        for partner in (kept, gone):
            self.send(partner, other)
        here = self.kind._key(kept, self.company)
        there, unused = self.kind._key(kept, other), self.kind._key(gone, other)
        self.merge(kept, gone)
        self.assertEqual((self.kind._key(kept, self.company), self.kind._key(kept, other)), (here, there))
        self.assertEqual(self.retired(kept).mapped("netvisor_key"), [unused])
        self.assertEqual(self.retired(kept).company_id, other)
        self.assertIn("Toinen Oy", self.told(kept))
        self.assertNotIn(self.company.name, self.told(kept), "nothing became unused here")

    def test_links_of_different_companies_join(self):
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "country_id": self.finland.id})
        self.connect(other, OTHER_ORGANISATION)
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        self.send(kept)
        self.send(gone, other)
        here, there = self.kind._key(kept, self.company), self.kind._key(gone, other)
        self.merge(kept, gone)
        self.assertEqual((self.kind._key(kept, self.company), self.kind._key(kept, other)), (here, there))
        self.assertFalse(self.retired(kept))

    def test_answer_lost_while_merging(self):
        """The customer that was on its way is settled by its look-up, and then a person is told of it."""
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        self.send(kept)
        self.sandbox.fault("drop_after", "customer.nv")
        self.sandbox.fault("garbage", "customerlist.nv", after=1)  # it is looked for before it is sent, too
        document = self.send(gone)
        self.assertEqual(document.state, "in_doubt")
        self.merge(kept, gone)
        self.assertEqual(document.state, "in_doubt")
        document.sudo().next_try = False
        self.run_netvisor()
        key = next(row["key"] for row in self.remote_customers() if row["code"] == "K2")
        self.assertEqual((document.state, document.netvisor_key), ("done", key))
        self.assertIn("K2", self.told(kept))
        self.assertNotEqual(self.kind._key(kept, self.company), key)

    def test_not_made_again_from_netvisor(self):
        """Where contacts are made of customer cards, a merged one or a deleted one does not come back."""
        self.company.sudo().netvisor_customer_import = "create"
        kept, gone, deleted = (self.customer_card(name, ref=name) for name in ("Koivu", "Aivan muu", "Poistuva"))
        for partner in (kept, gone, deleted):
            self.send(partner)
        self.merge(kept, gone)
        deleted.unlink()
        before = self.env["res.partner"].search_count([])
        new = self.add_remote("Uusi Oy", internalidentifier="N1")
        self.read_customers()
        self.assertEqual(self.env["res.partner"].search_count([]), before + 1)
        self.assertTrue(self.env["netvisor.binding"].search([("netvisor_key", "=", new)]).partner_id)
        self.assertFalse(self.env["netvisor.customer"].search([("refusal", "!=", False)]), "nor was it tried")

    def read_customers(self):
        """The whole reading, as the company's job does it."""
        self.env["netvisor.customer"].sudo()._read_again(self.company)
        self.env["netvisor.feed"].sudo().search([("kind", "=", "customer")]).next_due = False
        for _part in range(5):
            self.run_netvisor()
        self.env.invalidate_all()

    def test_rows_of_the_mapping_assistant(self):
        kept, gone = self.customer_card(customer_rank=1), self.customer_card("Koivu Tmi", customer_rank=1)
        rows = self.env["netvisor.mapping"].sudo()
        rows._refresh(self.company, "customer")
        rows.search([("partner_id", "=", gone.id)]).state = "ignored"
        self.merge(kept, gone)
        self.assertEqual(len(rows.with_context(active_test=False).search([("partner_id", "=", kept.id)])), 1)
        self.assertFalse(
            rows.with_context(active_test=False).search([("partner_id", "=", False), ("kind", "=", "customer")])
        )

    def test_from_the_problem_to_the_merge(self):
        """Two contacts with one code: the remedy opens Odoo's merging with both."""
        first, second = self.customer_card("Haapa Oy", ref="K1"), self.customer_card(ref="K1")
        self.send(first)
        document = self.send(second)
        self.assertEqual(self.codes(document), ["customer_code_taken"])
        [alert] = document.with_user(self.merger).alerts.values()
        self.assertEqual(alert["action"]["res_model"], "base.partner.merge.automatic.wizard")
        self.assertEqual(set(alert["action"]["context"]["active_ids"]), {first.id, second.id})
        # Who may not merge is led to the other contact.
        [alert] = document.with_user(self.bookkeeper).alerts.values()
        self.assertEqual((alert["action"]["res_model"], alert["action"]["res_id"]), ("res.partner", first.id))
        with self.assertRaises(AccessError):
            (first | second).with_user(self.bookkeeper).action_netvisor_merge()


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerIdentity(MergeCase):
    """A linked contact gets another business id: the same customer with a new one, or somebody else?"""

    def linked(self):
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        self.send(partner)
        return partner, self.kind._key(partner, self.company)

    def choice(self, user=None):
        return self.env["netvisor.customer.choice"].with_user(user or self.bookkeeper).with_company(self.company)

    def test_asked_before_anything_is_sent(self):
        partner, key = self.linked()
        self.assertFalse(partner.with_company(self.company).netvisor_identity_warning)
        partner.company_registry = "1234567-1"
        self.assertIn("7654321-2", partner.with_company(self.company).netvisor_identity_warning)
        document = self.send(partner)
        self.assertEqual((document.state, self.codes(document)), ("blocked", ["customer_business_id_changed"]))
        for word in ("1234567-1", "7654321-2", "K1", "Koivu Oy"):
            self.assertIn(word, document.problem)
        self.assertEqual(self.remote_customer(partner)["business_id"], "7654321-2")
        self.assertEqual(self.kind._key(partner, self.company), key, "the link is kept until somebody decides")
        [alert] = document.with_user(self.bookkeeper).alerts.values()
        self.assertEqual(alert["action"]["res_model"], "netvisor.customer.choice")

    def test_the_same_customer(self):
        partner, key = self.linked()
        partner.company_registry = "1234567-1"
        self.send(partner)
        with self.enter_registry_test_mode():
            self.choice().action_keep(partner.id, self.company.id, key)
        self.run_netvisor()
        row = self.remote_customer(partner)
        self.assertEqual((row["key"], row["business_id"]), (key, "1234567-1"))
        self.assertFalse(partner.with_company(self.company).netvisor_identity_warning)
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])

    def test_another_customer(self):
        partner, key = self.linked()
        partner.write({"company_registry": "1234567-1", "name": "Uusi Oy", "ref": "K9"})
        document = self.send(partner)
        with self.enter_registry_test_mode():
            self.choice().action_create(partner.id, self.company.id, [key])
        self.run_netvisor()
        self.env.invalidate_all()
        self.assertEqual(document.state, "done", document.problem)
        rows = {row["key"]: row["business_id"] for row in self.remote_customers()}
        self.assertEqual(rows[key], "7654321-2", "the old customer is as it was")
        self.assertEqual(rows[self.kind._key(partner, self.company)], "1234567-1")
        history = self.retired(partner)
        self.assertEqual((history.netvisor_key, history.retired), (key, "other_customer"))

    def test_changed_back(self):
        partner, _key = self.linked()
        partner.company_registry = "1234567-1"
        document = self.send(partner)
        partner.company_registry = "7654321-2"
        self.run_netvisor()
        self.assertEqual(document.state, "done")

    def test_changed_on_both_sides(self):
        partner, key = self.linked()
        partner.company_registry = "1234567-1"
        mirror = self.env["netvisor.customer"].sudo()
        mirror._upsert(
            self.company, {key: {"name": "Koivu Oy", "code": "K1", "business_id": "1234567-1"}}, complete=False
        )
        self.assertEqual(self.send(partner).state, "done")

    def test_first_business_id_is_no_question(self):
        partner = self.customer_card(ref="K1")
        self.send(partner)
        partner.company_registry = "7654321-2"
        self.assertEqual(self.send(partner).state, "done")
        self.assertEqual(self.remote_customer(partner)["business_id"], "7654321-2")
        partner.company_registry = "1234567-1"
        self.assertEqual(self.send(partner).state, "blocked")

    def test_same_id_written_otherwise_is_no_question(self):
        partner, _key = self.linked()
        partner.write({"company_registry": False, "vat": "FI76543212"})
        self.assertEqual(self.send(partner).state, "done")

    def test_not_while_it_is_on_its_way(self):
        partner, key = self.linked()
        self.customer_document(partner).sudo().state = "in_doubt"
        with self.assertRaises(UserError):
            self.choice().action_create(partner.id, self.company.id, [key])

    def test_each_company_asks_for_itself(self):
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "country_id": self.finland.id})
        self.connect(other, OTHER_ORGANISATION)
        partner, key = self.linked()
        self.send(partner, other)
        partner.company_registry = "1234567-1"
        with self.enter_registry_test_mode():
            self.choice().action_keep(partner.id, self.company.id, key)
        self.run_netvisor()
        self.assertEqual(self.remote_customer(partner)["business_id"], "1234567-1")
        self.assertEqual(self.send(partner, other).state, "blocked")
