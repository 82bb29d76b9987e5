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
