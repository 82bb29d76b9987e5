from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import OTHER_ORGANISATION
from .customer_sync_common import CustomerSyncCase

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerRules(CustomerSyncCase):
    def assert_at_rest(self, *companies):
        """Three more runs, a week of it: nobody writes anything any more."""
        posts = len(self.posts())
        self.env.flush_all()
        self.env.cr.execute("SELECT id, ctid::text FROM res_partner WHERE netvisor_customer_code IS NULL")
        before = dict(self.env.cr.fetchall())
        for number in range(3):
            for company in companies or [self.company]:
                self.read_everything(company) if number == 1 else self.read(company)
        self.assertEqual(len(self.posts()), posts, "nothing is sent")
        self.env.flush_all()
        self.env.cr.execute("SELECT id, ctid::text FROM res_partner WHERE netvisor_customer_code IS NULL")
        after = dict(self.env.cr.fetchall())
        self.assertEqual([key for key in after if before.get(key) != after[key]], [], "no contact is written")

    # --- one side has changed ---------------------------------------------------------------------------------------
    def test_changed_in_odoo_is_sent_by_the_job(self):
        partner, key = self.pair()
        posts = len(self.posts())
        partner.phone = "09 77"
        self.read()
        self.assertEqual(self.card_fields(key)["phonenumber"], "09 77")
        self.assertEqual(len(self.posts()), posts + 1)
        self.assert_at_rest()

    def test_changed_in_odoo_waits_for_the_next_invoice(self):
        self.company.sudo().netvisor_customer_export = "invoice"
        partner, key = self.pair()
        partner.phone = "09 77"
        self.read()
        self.assertEqual(self.card_fields(key)["phonenumber"], "02 123")
        self.send(partner)
        self.assertEqual(self.card_fields(key)["phonenumber"], "09 77")

    def test_changed_in_netvisor_comes_to_odoo(self):
        partner, key = self.pair()
        posts = len(self.posts())
        self.change_card(
            key,
            name="Koivu ja Kuusi Oy",
            streetaddress="Uusi tie 2",
            additionaladdressline="C-talo",
            postnumber="33100",
            city="Tampere",
            phonenumber="03 1",
            email="uusi@koivu.example",
            homepageuri="www.koivu.example",
            finvoiceaddress="003776543212",
            finvoiceroutercode="003721291126",
            externalidentifier="7654321-2",
        )
        self.read()
        self.assertEqual(
            [partner.name, partner.street, partner.street2, partner.zip, partner.city, partner.phone, partner.email],
            ["Koivu ja Kuusi Oy", "Uusi tie 2", "C-talo", "33100", "Tampere", "03 1", "uusi@koivu.example"],
        )
        self.assertEqual(partner.website, "http://www.koivu.example")
        self.assertEqual(
            (partner.netvisor_einvoice_address, partner.netvisor_operator_id), ("003776543212", self.operator)
        )
        self.assertEqual(partner.company_registry, "7654321-2")
        self.assertFalse(partner.with_company(self.company).netvisor_identity_warning, "the same customer as before")
        self.assertEqual(len(self.posts()), posts, "what came from Netvisor is not sent back")
        self.assertIn("Uusi tie 2", partner.message_ids[0].body)
        self.assert_at_rest()

    def test_each_side_changes_another_field(self):
        partner, key = self.pair()
        partner.city = "Oulu"
        self.change_card(key, phonenumber="08 1")
        self.read()
        self.assertEqual((partner.city, partner.phone), ("Oulu", "08 1"))
        card = self.card_fields(key)
        self.assertEqual((card["city"], card["phonenumber"]), ("Oulu", "08 1"))
        self.assert_at_rest()

    def test_only_what_changed_is_sent(self):
        partner, key = self.pair()
        self.change_card(key, comment="Soita ensin", balancelimit="500", yourdefaultreference="Kalle")
        self.read()
        partner.phone = "09 77"
        self.read()
        message = self.posts()[0]["request"]
        self.assertIn("phonenumber", message)
        self.assertNotIn("<city>", message)
        card = self.card_fields(key)
        self.assertEqual(
            (card["comment"], card["balancelimit"], card["yourdefaultreference"]), ("Soita ensin", "500", "Kalle")
        )

    def test_empty_overwrites_nothing(self):
        partner, key = self.pair(email="info@koivu.example")
        partner.phone = False
        self.change_card(key, email=None)
        self.read()
        self.assertEqual(self.card_fields(key)["phonenumber"], "02 123")
        self.assertEqual(partner.email, "info@koivu.example")
        self.assertFalse(partner.phone)
        self.assert_at_rest()
        self.change_card(key, phonenumber="08 1")
        self.read()
        self.assertEqual(partner.phone, "08 1", "a new number is no old one")

    def test_second_line_of_a_street_goes_with_the_first(self):
        partner, key = self.pair(street2="B-talo")
        partner.write({"street": "Uusi tie 2", "street2": False})
        self.read()
        card = self.card_fields(key)
        self.assertEqual((card["streetaddress"], card["additionaladdressline"]), ("Uusi tie 2", ""))
        self.assert_at_rest()

    def test_addresses_of_the_customer(self):
        partner, key = self.pair(email="info@koivu.example")
        self.change_card(
            key,
            emailinvoicingaddress="laskut@koivu.example",
            deliveryname="Varasto",
            deliverystreetaddress="Varastotie 5",
            deliverypostnumber="33100",
            deliverycity="Tampere",
            deliverycountry="FI",
        )
        self.read()
        addresses = partner.child_ids.grouped("type")
        invoice, delivery = addresses["invoice"], addresses["delivery"]
        self.assertEqual((invoice.email, partner.email), ("laskut@koivu.example", "info@koivu.example"))
        self.assertEqual((delivery.name, delivery.street, delivery.city), ("Varasto", "Varastotie 5", "Tampere"))
        self.assertEqual(invoice.city, "Turku", "an address that can be printed on an invoice")
        self.change_card(key, deliverystreetaddress="Varastotie 6")
        self.read()
        self.assertEqual(delivery.street, "Varastotie 6", "the same address, not another one")
        self.assertEqual(len(partner.child_ids), 2)
        self.assert_at_rest()

    def test_main_email_moves_the_invoicing_email_along_but_sends_nothing(self):
        partner, key = self.pair(email="info@koivu.example")
        posts = len(self.posts())
        self.change_card(key, email="uusi@koivu.example")
        self.read()
        self.assertEqual(partner.email, "uusi@koivu.example")
        self.assertEqual(self.card_fields(key)["emailinvoicingaddress"], "info@koivu.example")
        self.assertEqual(len(self.posts()), posts)
        self.assert_at_rest()

    def test_languages_and_consumers(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        partner, key = self.pair(lang="fi_FI")
        self.change_card(key, invoicinglanguage="EN", isprivatecustomer=1)
        self.read()
        self.assertEqual((partner.lang, partner.is_company), ("en_US", False))
        self.change_card(key, invoicinglanguage="SE")
        self.read()
        self.assertEqual(partner.lang, "en_US", "Swedish is not installed: it stays different and is not sent")
        self.assertEqual(self.card_fields(key)["invoicinglanguage"], "SE")
        self.assert_at_rest()

    def test_payment_terms_come_only_when_asked_for(self):
        term = self.env["account.payment.term"].create({"name": "14 pv netto", "company_id": self.company.id})
        partner, key = self.pair()
        before = partner.with_company(self.company).property_payment_term_id
        self.change_card(key, defaultpaymentterm="14 pv netto")
        self.read()
        self.assertEqual(partner.with_company(self.company).property_payment_term_id, before)
        self.rules(payment_term="netvisor")
        self.change_card(key, phonenumber="1")
        self.read()
        self.assertEqual(
            partner.with_company(self.company).property_payment_term_id, before, "it has not changed since"
        )
        self.change_card(key, defaultpaymentterm="Heti")
        self.read()
        self.assertEqual(partner.with_company(self.company).property_payment_term_id, before, "Odoo has no such terms")
        self.change_card(key, defaultpaymentterm="14 PV netto")
        self.read()
        self.assertEqual(partner.with_company(self.company).property_payment_term_id, term)
        self.assert_at_rest()

    # --- both have changed ------------------------------------------------------------------------------------------
    def both_change(self, winner):
        partner, key = self.pair()
        self.rules(phone=winner)
        partner.phone = "09 77"
        self.change_card(key, phonenumber="08 1")
        return partner, key

    def test_odoo_wins(self):
        partner, key = self.both_change("odoo")
        self.read()
        self.assertEqual((partner.phone, self.card_fields(key)["phonenumber"]), ("09 77", "09 77"))
        self.assert_at_rest()
        self.change_card(key, phonenumber="08 2")
        self.read()
        self.assertEqual((partner.phone, self.card_fields(key)["phonenumber"]), ("09 77", "09 77"), "overwritten again")
        self.assert_at_rest()

    def test_netvisor_wins(self):
        partner, key = self.both_change("netvisor")
        self.read()
        self.assertEqual((partner.phone, self.card_fields(key)["phonenumber"]), ("08 1", "08 1"))
        self.assertIn("09 77", partner.message_ids[0].body, "what lost is kept in the notes")
        self.assert_at_rest()
        partner.phone = "09 88"
        self.assert_at_rest()
        self.assertEqual(self.card_fields(key)["phonenumber"], "08 1", "never sent")
        partner.city = "Oulu"
        self.read()
        card = self.card_fields(key)
        self.assertEqual((card["city"], card["phonenumber"]), ("Oulu", "08 1"), "nor along with another field")
        self.assert_at_rest()

    def test_newest_wins(self):
        partner, key = self.both_change("newest")
        read = fields.Datetime.to_datetime(self.kind._bookmark(self.feed())["list"])
        self.changed_at(partner, read - HOUR)
        # Odoo knows of the change in Netvisor only that it came after the last reading: Odoo's was before that.
        self.read()
        self.assertEqual((partner.phone, self.card_fields(key)["phonenumber"]), ("08 1", "08 1"))
        self.assert_at_rest()
        partner.phone = "09 99"
        self.change_card(key, phonenumber="08 2")
        self.changed_at(partner, fields.Datetime.now() + HOUR)
        self.read()
        self.assertEqual((partner.phone, self.card_fields(key)["phonenumber"]), ("09 99", "09 99"))
        self.assert_at_rest()

    def test_ask(self):
        partner, key = self.both_change("ask")
        self.read()
        self.assertEqual(
            (partner.phone, self.card_fields(key)["phonenumber"]), ("09 77", "08 1"), "nothing is overwritten"
        )
        mine = partner.with_company(self.company).with_user(self.bookkeeper)
        self.assertEqual((mine.netvisor_conflict_count, mine.netvisor_conflicts), (1, "Phone"))
        self.assertEqual(mine.search([("netvisor_conflict_count", ">", 0)]), mine)
        self.assert_at_rest()
        partner.city = "Oulu"
        self.read()
        card = self.card_fields(key)
        self.assertEqual((card["city"], card["phonenumber"]), ("Oulu", "08 1"), "the rest goes on")
        self.change_card(key, phonenumber="09 77")
        self.read()
        self.assertFalse(self.binding(partner).conflict_count, "both say the same now")
        self.assert_at_rest()

    def test_same_number_written_differently_is_no_conflict(self):
        partner, key = self.both_change("ask")
        partner.phone = "+358 9 123 456"
        self.change_card(key, phonenumber="+3589123456")
        self.read()
        self.assertFalse(self.binding(partner).conflict_count)
        self.assertEqual(partner.phone, "+358 9 123 456")
        self.assert_at_rest()

    def test_a_value_that_odoo_refuses_is_a_conflict_with_its_reason(self):
        partner, key = self.pair()
        other, other_key = self.pair(name="Haapa Oy")
        self.change_card(key, finvoiceaddress="X" * 60, phonenumber="08 1")
        self.change_card(other_key, phonenumber="08 2")
        self.read()
        self.assertEqual((partner.phone, other.phone), ("08 1", "08 2"), "everything else and everybody else goes on")
        row = self.binding(partner).conflicts["einvoice_address"]
        self.assertIn("35", row["error"])
        self.assertIn("35", partner.with_company(self.company).netvisor_conflicts)
        self.assert_at_rest()

    # --- linked by hand ---------------------------------------------------------------------------------------------
    def test_linking_overwrites_nothing_and_fills_in(self):
        key = self.add_card("Koivu Oyj", city="Tampere", phonenumber="03 1", email="info@koivu.example")
        partner = self.customer_card("Koivu Oy", website="http://koivu.example")
        self.linked(partner, key)
        self.read()
        self.assertEqual((partner.name, partner.city), ("Koivu Oy", "Turku"))
        self.assertEqual((partner.phone, partner.email), ("03 1", "info@koivu.example"))
        self.assertFalse(self.posts(), "linking writes nothing to Netvisor")
        self.assertFalse(self.binding(partner).conflict_count)
        self.assert_at_rest()
        partner.city = "Oulu"
        self.read()
        card = self.card_fields(key)
        self.assertEqual((card["city"], card["name"]), ("Oulu", "Koivu Oyj"), "only a later change is sent")

    def test_linked_customer_is_compared_before_its_first_invoice(self):
        key = self.add_card("Koivu Oyj", city="Tampere")
        partner = self.customer_card("Koivu Oy")
        self.run_netvisor()
        self.linked(partner, key)
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])
        self.assertFalse(self.posts())

    # --- in use, or not ---------------------------------------------------------------------------------------------
    def test_archived_contact_is_deactivated_where_odoo_wins(self):
        partner, key = self.pair()
        self.rules(active="odoo")
        partner.active = False
        self.read()
        card = self.card_fields(key)
        self.assertEqual((card["isactive"], card["phonenumber"]), ("0", "02 123"))
        self.assert_at_rest()
        partner.active = True
        self.read()
        self.assertEqual(self.card_fields(key)["isactive"], "1")
        self.assert_at_rest()

    def test_deactivated_card_asks_before_the_contact_is_archived(self):
        partner, key = self.pair()
        self.change_card(key, isactive=0)
        self.read()
        self.assertTrue(partner.active)
        self.assertEqual(partner.with_company(self.company).netvisor_conflicts, "In use")
        self.assert_at_rest()
        self.rules(active="netvisor")
        self.change_card(key, phonenumber="1")
        self.read()
        self.assertFalse(partner.active)
        self.assert_at_rest()

    def test_archived_contact_asks(self):
        partner, key = self.pair()
        partner.active = False
        self.read()
        self.assertEqual(self.card_fields(key)["isactive"], "1")
        self.change_card(key, phonenumber="1")
        self.read()
        self.assertEqual(self.binding(partner).conflicts.keys(), {"active"})
        self.assert_at_rest()

    # --- two companies ----------------------------------------------------------------------------------------------
    def test_two_companies_share_a_contact(self):
        other = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Toinen Oy", "currency_id": self.env.ref("base.EUR").id, "country_id": self.finland.id})
        )
        self.env.user.company_ids += other
        self.connect(other, OTHER_ORGANISATION, netvisor_customer_export="changed")
        partner, key = self.pair()
        self.add_card("Ensimmäinen Oy", OTHER_ORGANISATION)
        theirs = self.add_card("Koivu", OTHER_ORGANISATION, city="Turku", phonenumber="02 123")
        self.assertNotEqual(key, theirs)
        self.linked(partner, theirs, other)
        self.read(other)
        self.change_card(theirs, OTHER_ORGANISATION, phonenumber="08 1")
        self.read(other)
        self.assertEqual(partner.phone, "08 1")
        self.assertEqual(self.card_fields(key)["phonenumber"], "02 123")
        self.read()
        self.assertEqual(
            self.card_fields(key)["phonenumber"], "08 1", "a change of one reaches the other through the contact"
        )
        self.assertEqual(self.card_fields(theirs, OTHER_ORGANISATION)["name"], "Koivu", "what never agreed stays")
        self.assert_at_rest(self.company, other)
        # Both want their own: nobody writes back and forth.
        for company in (self.company, other):
            self.rules(company, phone="netvisor")
        self.change_card(key, phonenumber="02 5")
        self.change_card(theirs, OTHER_ORGANISATION, phonenumber="03 5")
        self.read()
        self.read(other)
        self.assertEqual(partner.phone, "03 5")
        self.assert_at_rest(self.company, other)

    def test_other_key_forgets_what_was_agreed(self):
        partner, _key = self.pair()
        binding = self.binding(partner)
        self.assertTrue(binding.agreed)
        binding.sudo().netvisor_key = self.add_card("Muu Oy")
        self.assertFalse(binding.agreed)
