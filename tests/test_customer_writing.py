from odoo import Command
from odoo.tests import tagged

from .common import ORGANISATION
from .customer_sync_common import CustomerSyncCase


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerWriting(CustomerSyncCase):
    def test_netvisors_own_way_of_writing_ends_the_matter(self):
        """Odoo wins, and Netvisor shows something else than what it was given: it is not sent for ever."""
        partner, key = self.pair()
        self.rules(phone="odoo")
        partner.phone = "09 77"
        self.send(partner)
        posts = len(self.posts())
        self.change_card(key, phonenumber="0977/NV")  # as if Netvisor had written it so
        for _hour in range(3):
            self.read()
        self.assertEqual(len(self.posts()), posts)
        self.change_card(key, phonenumber="08 1")
        self.read()
        self.assertEqual(self.card_fields(key)["phonenumber"], "09 77", "a later change in Netvisor is overwritten")

    def test_code_is_sent_when_it_changes_and_left_when_not(self):
        partner, key = self.pair(ref="K1")
        self.by_hand("customer_change", key=key, code="N1")
        self.read()
        partner.phone = "09 77"
        self.read()
        self.assertEqual(self.remote_customer(partner)["code"], "N1", "a code changed in Netvisor is not changed back")
        self.assertEqual(self.binding(partner).code, "N1")
        partner.ref = "K2"
        self.read()
        self.assertEqual(self.remote_customer(partner)["code"], "K2")

    def test_send_button_sends_all_that_may_go(self):
        key = self.add_card("Koivu Oyj", city="Tampere", phonenumber="03 1")
        partner = self.customer_card("Koivu Oy", website="http://koivu.example")
        self.linked(partner, key)
        self.read()
        self.rules(city="netvisor")
        partner.with_user(self.bookkeeper).with_company(self.company).action_netvisor_send()
        self.run_netvisor()
        card = self.card_fields(key)
        self.assertEqual(
            (card["name"], card["city"], card["homepageuri"]), ("Koivu Oy", "Tampere", "http://koivu.example")
        )

    def test_delivery_address_of_a_new_contact_arrives(self):
        partner, key = self.pair()
        partner.child_ids = [Command.create({"type": "delivery", "street": "Varastotie 5", "city": "Turku"})]
        self.read()
        self.assertEqual(self.card_fields(key)["deliverystreetaddress"], "Varastotie 5")
        self.assertEqual(self.count("customer.nv", ORGANISATION), 2)

    # --- what is not Odoo's to write ----------------------------------------------------------------------------------
    def test_extension_of_a_name_stays_where_it_is(self):
        """The contact has both parts in its one name; the card never gets the second part twice."""
        self.company.sudo().netvisor_customer_import = "create"
        key = self.add_card("Kivi Oy", nameextension="c/o Isännöinti Oy")
        self.run_netvisor()
        self.env.invalidate_all()
        partner = self.env["netvisor.binding"].search([("netvisor_key", "=", key)]).partner_id
        self.assertEqual(partner.name, "Kivi Oy c/o Isännöinti Oy")
        partner.with_user(self.bookkeeper).with_company(self.company).action_netvisor_send()
        self.run_netvisor()
        self.assertEqual(self.name_there(key), ("Kivi Oy", "c/o Isännöinti Oy"))
        partner.name = "Kivi ja Sora Oy c/o Isännöinti Oy"
        for _hour in range(2):
            self.read()
        self.assertEqual(self.name_there(key), ("Kivi ja Sora Oy", "c/o Isännöinti Oy"))
        self.assertEqual(partner.name, "Kivi ja Sora Oy c/o Isännöinti Oy")
        partner.name = "Kivi ja Sora Oy"
        for _hour in range(2):
            self.read()
        self.assertEqual(self.name_there(key), ("Kivi ja Sora Oy", ""), "it was taken out of the name")
        self.assertEqual(partner.name, "Kivi ja Sora Oy")

    def name_there(self, key):
        card = self.card_fields(key)
        return card["name"], card.get("nameextension") or ""

    def test_mended_contact_writes_nothing_that_has_not_changed(self):
        """Linked while it could not be sent: once it can, what linking has left different stays so."""
        key = self.add_card("Koivu Oyj", phonenumber="03 1", city="Tampere")
        operator = {"netvisor_einvoice_address": "003776543212", "netvisor_operator_id": self.operator.id}
        partner = self.customer_card("Koivu Oy", phone="02 123", **operator)
        self.operator.active = False
        self.linked(partner, key)
        self.read()
        self.assertFalse(self.binding(partner).digest, "nothing could be sent")
        self.assertEqual(self.codes(self.send(partner)), ["operator_inactive"])
        self.operator.active = True
        document = self.send(partner)
        self.assertEqual((document.state, document.netvisor_key), ("done", key), document.problem)
        card = self.card_fields(key)
        self.assertEqual((card["name"], card["phonenumber"], card["city"]), ("Koivu Oyj", "03 1", "Tampere"))
        self.assertFalse(self.kind._ensure(partner, self.company)[partner], "and no invoice waits for it any more")

    def test_contact_of_another_company_brings_no_customer_along(self):
        """It had a customer of its own, and uses its company's now: that one is made when somebody invoices it."""
        partner, _key = self.pair()
        head = self.customer_card("Metsä Oyj")
        partner.write({"is_company": False, "parent_id": head.id, "phone": "09 77"})
        self.read()
        self.assertFalse(self.kind._key(head, self.company))
        self.assertEqual(len(self.remote_customers()), 1)

    def test_customer_found_by_an_invoice_is_known_before_it_is_written(self):
        """A card that is younger than the last reading: only what changes in Odoo from now on goes there."""
        self.run_netvisor()
        key = self.add_card("Koivu Oyj", externalidentifier="7654321-2", phonenumber="03 1", email="info@koivu.example")
        partner = self.customer_card(
            "Koivu Oy", company_registry="7654321-2", phone="02 123", email="oma@koivu.example"
        )
        self.send(partner)
        self.assertEqual(self.kind._key(partner, self.company), key)
        partner.phone = "09 77"
        self.send(partner)
        card = self.card_fields(key)
        self.assertEqual(card["phonenumber"], "09 77")
        self.assertEqual((card["name"], card["email"]), ("Koivu Oyj", "info@koivu.example"))

    def test_language_that_nobody_knows_is_left(self):
        partner, key = self.pair(lang="en_US")
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        partner.lang = "fi_FI"
        self.read()
        self.change_card(key, invoicinglanguage="Suomi")
        self.read()
        self.assertEqual(partner.lang, "fi_FI")
