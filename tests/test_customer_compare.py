from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ORGANISATION, OTHER_ORGANISATION
from .customer_sync_common import CustomerSyncCase


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerCompare(CustomerSyncCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env(su=True),  # who runs the tests is no administrator
            "netvisor_seller",
            groups="base.group_user,account.group_account_invoice,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def mine(self, partner, user=None):
        return partner.with_user(user or self.seller).with_company(self.company)

    def fetch(self, partner, user=None):
        with self.enter_registry_test_mode():
            action = self.mine(partner, user).action_netvisor_fetch()
        self.env.invalidate_all()
        return action["params"]["message"]

    def compare(self, partner, user=None):
        with self.enter_registry_test_mode():
            action = self.mine(partner, user).action_netvisor_compare()
        return (
            self.env["netvisor.compare"]
            .with_user(user or self.seller)
            .with_company(self.company)
            .browse(action["res_id"])
        )

    def line(self, compare, name):
        return compare.line_ids.filtered(lambda row: row.field_name == name)

    def apply(self, compare, **choices):
        for name, choice in choices.items():
            self.line(compare, name).choice = choice
        action = compare.action_apply()
        self.env.invalidate_all()
        return action

    # --- fetch ------------------------------------------------------------------------------------------------------
    def test_fetch_several_in_one_call(self):
        pairs = [self.pair(name=f"Asiakas {number} Oy") for number in range(3)]
        for number, (_partner, key) in enumerate(pairs[:2]):
            self.change_card(key, phonenumber=f"08 {number}")
        stranger = self.customer_card("Muu Oy")
        partners = self.env["res.partner"].union(*(partner for partner, _key in pairs), stranger)
        calls = self.count("getcustomer.nv")
        message = self.fetch(partners)
        self.assertEqual(self.count("getcustomer.nv"), calls + 1)
        self.assertEqual([partner.phone for partner, _key in pairs], ["08 0", "08 1", "02 123"])
        self.assertIn("Asiakas 0 Oy, Asiakas 1 Oy", message)
        self.assertIn("Muu Oy", message)
        posts = len(self.posts())
        self.read()
        self.assertEqual(len(self.posts()), posts)

    def test_fetch_follows_the_rules(self):
        partner, key = self.pair()
        self.rules(city="netvisor")
        partner.write({"phone": "09 77", "city": "Oulu"})
        self.change_card(key, phonenumber="08 1")
        message = self.fetch(partner)
        self.assertEqual(
            (partner.phone, partner.city), ("09 77", "Turku"), "a conflict waits; where Netvisor wins it comes"
        )
        self.assertIn("both sides", message)
        self.assertEqual(self.mine(partner).netvisor_conflict_count, 1)

    def test_fetch_says_what_is_in_the_way(self):
        partner, _key = self.pair()
        self.sandbox.set(ORGANISATION, rights={"getcustomer.nv": False})
        with self.assertRaisesRegex(UserError, "AUTHENTICATION_FAILED"):
            self.fetch(partner)
        self.company.sudo().write({"netvisor_pause_code": "maintenance"})
        with self.assertRaises(UserError):
            self.fetch(partner)
        self.company.sudo().write({"netvisor_pause_code": False, "netvisor_mode": "disabled"})
        with self.assertRaisesRegex(UserError, "not connected"):
            self.fetch(partner)

    def test_who_may(self):
        partner, _key = self.pair()
        with self.assertRaises(AccessError):
            self.fetch(partner, self.bookkeeper)  # may not change contacts
        nobody = new_test_user(self.env(su=True), "nobody", groups="base.group_user,base.group_partner_manager")
        for method in ("action_netvisor_fetch", "action_netvisor_compare"):
            with self.assertRaises(AccessError):
                getattr(partner.with_user(nobody), method)()
        with self.assertRaises(AccessError):
            self.env["netvisor.customer.rule"].with_user(self.bookkeeper).action_open()
        with self.assertRaises(AccessError):
            self.apply(self.compare(partner.with_user(self.bookkeeper), nobody))

    # --- compare ----------------------------------------------------------------------------------------------------
    def test_differing_lines_come_first(self):
        partner, key = self.pair()
        partner.write({"phone": "09 77", "city": "Oulu"})
        self.change_card(key, phonenumber="08 1")
        self.read()
        compare = self.compare(partner)
        self.assertEqual(compare.line_ids[:1].field_name, "phone", "conflicts before all")
        phone = compare.line_ids[0]
        self.assertEqual((phone.odoo_value, phone.netvisor_value, phone.conflict), ("09 77", "08 1", True))
        self.assertEqual(compare.difference_count, 1, "the city has been sent")
        self.assertEqual(self.line(compare, "city").netvisor_value, "Oulu")

    def test_take_netvisors(self):
        partner, key = self.pair()
        partner.phone = "09 77"
        self.change_card(key, phonenumber="08 1")
        self.read()
        self.apply(self.compare(partner), phone="netvisor")
        self.assertEqual(partner.phone, "08 1")
        self.assertFalse(self.mine(partner).netvisor_conflict_count)
        note = partner.message_ids[0]
        self.assertIn("09 77", note.body)
        self.assertEqual(note.author_id, self.seller.partner_id)
        posts = len(self.posts())
        self.read()
        self.assertEqual(len(self.posts()), posts)

    def test_send_odoos(self):
        partner, key = self.pair()
        self.rules(phone="netvisor")
        partner.phone = "09 77"
        self.read()
        self.assertEqual(self.card_fields(key)["phonenumber"], "02 123")
        self.apply(self.compare(partner, self.bookkeeper), phone="odoo")
        self.run_netvisor()
        self.assertEqual(self.card_fields(key)["phonenumber"], "09 77", "a person stands above the rules")
        self.assertIn("02 123", partner.message_ids[0].body)

    def test_empty_ones_too(self):
        partner, key = self.pair(email="info@koivu.example")
        partner.phone = False
        self.change_card(key, email=None)
        self.read()
        compare = self.compare(partner)
        self.assertEqual(compare.difference_count, 2)
        self.apply(compare, phone="odoo", email="netvisor")
        self.assertFalse(partner.email)
        self.run_netvisor()
        self.assertEqual(self.card_fields(key)["phonenumber"], "", "a person may blank it")
        posts = len(self.posts())
        self.read()
        self.read()
        self.assertEqual(len(self.posts()), posts)
        self.assertEqual((partner.phone, partner.email), (False, False))

    def test_leave_different(self):
        partner, key = self.pair()
        partner.phone = "09 77"
        self.change_card(key, phonenumber="08 1")
        self.read()
        self.apply(self.compare(partner), phone="leave")
        self.assertFalse(self.mine(partner).netvisor_conflict_count)
        self.read()
        self.assertEqual((partner.phone, self.card_fields(key)["phonenumber"]), ("09 77", "08 1"))
        self.assertEqual(self.compare(partner).difference_count, 1)

    def test_undecided_lines_stay_conflicts(self):
        partner, key = self.pair()
        partner.write({"phone": "09 77", "city": "Oulu"})
        self.change_card(key, phonenumber="08 1", city="Vaasa")
        self.read()
        self.apply(self.compare(partner), phone="netvisor")
        self.assertEqual(self.mine(partner).netvisor_conflicts, "City")
        self.assertEqual(partner.city, "Oulu")

    def test_all_at_once(self):
        partner, key = self.pair()
        partner.write({"phone": "09 77", "city": "Oulu"})
        self.change_card(key, phonenumber="08 1", city="Vaasa")
        self.read()
        compare = self.compare(partner)
        compare.action_send_all()
        self.assertEqual(set(compare.line_ids.filtered("differs").mapped("choice")), {"odoo"})
        compare.action_take_all()
        self.apply(compare)
        self.assertEqual((partner.phone, partner.city), ("08 1", "Vaasa"))

    def test_read_again(self):
        partner, key = self.pair()
        compare = self.compare(partner)
        self.assertFalse(compare.difference_count)
        self.change_card(key, isactive=0)
        with self.enter_registry_test_mode():
            action = compare.action_read_again()
        self.assertEqual(self.env["netvisor.compare"].browse(action["res_id"]).difference_count, 1)

    def test_archive_proposal(self):
        partner, key = self.pair()
        self.change_card(key, isactive=0)
        self.read()
        self.apply(self.compare(partner), active="netvisor")
        self.assertFalse(partner.active)
        self.assertFalse(self.mine(partner).netvisor_conflict_count)

    def test_a_card_that_was_never_read_is_read(self):
        key = self.add_card("Koivu Oyj", city="Tampere")
        partner = self.customer_card("Koivu Oy")
        self.linked(partner, key)
        compare = self.compare(partner)
        self.assertEqual(self.line(compare, "city").netvisor_value, "Tampere")

    def test_nothing_to_compare_with(self):
        with self.assertRaisesRegex(UserError, "not linked"):
            self.compare(self.customer_card("Muu Oy"))

    def test_values_of_the_wizard_are_not_trusted(self):
        partner, key = self.pair()
        self.change_card(key, phonenumber="08 1")
        partner.phone = "09 77"
        self.read()
        compare = self.compare(partner)
        self.line(compare, "phone").write({"netvisor_value": "666", "odoo_value": "666"})
        self.apply(compare, phone="netvisor")
        self.assertEqual(partner.phone, "08 1")

    def test_each_company_compares_its_own_card(self):
        other = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Toinen Oy", "currency_id": self.env.ref("base.EUR").id, "country_id": self.finland.id})
        )
        self.connect(other, OTHER_ORGANISATION)
        self.seller.sudo().company_ids += other
        self.env.user.company_ids += other
        partner, _key = self.pair()
        self.add_card("Ensimmäinen Oy", OTHER_ORGANISATION)
        self.linked(partner, self.add_card("Koivu Ab", OTHER_ORGANISATION), other)
        self.read(other)
        compare = (
            self.env["netvisor.compare"]
            .with_user(self.seller)
            .with_company(other)
            ._open(partner.with_user(self.seller).with_company(other))
        )
        found = self.env["netvisor.compare"].browse(compare["res_id"])
        self.assertEqual(self.line(found, "name").netvisor_value, "Koivu Ab")
        self.assertEqual(found.company_id, other)

    # --- who wins ---------------------------------------------------------------------------------------------------
    def test_table_of_winners(self):
        rules = self.env["netvisor.customer.rule"].with_user(self.controller).with_company(self.company)
        action = rules.action_open()
        rows = rules.search(action["domain"])
        self.assertEqual(len(rows), 17)
        rows.filtered(lambda row: row.field_name == "phone").winner = "netvisor"
        self.assertEqual(rules._winners(self.company)["phone"], "netvisor")
        self.assertEqual(len(rules.search(rules.action_open()["domain"])), 17, "opened again: the same rows")
        with self.assertRaises(AccessError):
            rows.with_user(self.bookkeeper)[:1].winner = "odoo"

    def test_settings(self):
        system = new_test_user(
            self.env(su=True),
            "netvisor_system",
            groups="base.group_system,account.group_account_manager",
            company_id=self.company.id,
        )
        settings = self.env["res.config.settings"].with_user(system).with_company(self.company).create({})
        settings.netvisor_customer_import = "create"
        settings.execute()
        self.assertEqual(self.company.sudo().netvisor_customer_import, "create")
        settings.action_netvisor_read_customers()
        self.assertTrue(self.feed().next_due)
        self.assertEqual(settings.action_netvisor_customer_rules()["res_model"], "netvisor.customer.rule")
        self.run_netvisor()
        self.add_card("Koivu Oy")
        self.read()
        settings.invalidate_recordset()
        self.assertIn("1 customer cards read", settings.netvisor_customer_progress)

    def test_only_with_a_company_of_ones_own(self):
        partner, _key = self.pair()
        compare = self.compare(partner)
        compare.company_id = self.env["res.company"].sudo().create({"name": "Toinen Oy"})
        for button in ("action_apply", "action_read_again"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(compare, button)()
