from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .customer_common import CustomerCase


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerContact(CustomerCase):
    def test_send_button(self):
        partner = self.customer_card(ref="K1").with_company(self.company)
        partner.with_user(self.bookkeeper).action_netvisor_send()
        self.assertEqual(self.customer_document(partner).priority, 10)
        self.run_netvisor()
        self.env.invalidate_all()
        self.assertEqual(partner.netvisor_state, "done")
        # Asked for again, unchanged data is sent again: somebody may have changed it in Netvisor.
        partner.with_user(self.bookkeeper).action_netvisor_send()
        self.run_netvisor()
        self.assertEqual(len(self.posts()), 2)

    def test_send_button_refused(self):
        partner = self.customer_card(ref="K1")
        salesman = new_test_user(self.env(su=True), "salesman", groups="base.group_user,base.group_partner_manager")
        with self.assertRaises(AccessError):
            partner.with_user(salesman).action_netvisor_send()
        lonely = self.env["res.company"].sudo().create({"name": "Yksin Oy"})
        self.bookkeeper.sudo().company_ids = [Command.link(lonely.id)]
        with self.assertRaises(UserError):
            partner.with_user(self.bookkeeper).with_company(lonely).action_netvisor_send()

    def test_salesman_keeps_contacts(self):
        """Who may edit contacts fills in the e-invoice address, and sees nothing of Netvisor."""
        salesman = new_test_user(self.env(su=True), "salesman", groups="base.group_user,base.group_partner_manager")
        partner = self.customer_card(ref="K1").with_user(salesman)
        partner.write({"netvisor_einvoice_address": "003776543212", "netvisor_operator_id": self.operator.id})
        self.assertEqual(partner.netvisor_operator_id.name, "Maventa (Visma)")
        with self.assertRaises(AccessError):
            partner.read(["netvisor_key"])

    def test_searches(self):
        linked, blocked, fresh = (
            self.customer_card(ref="K1"),
            self.customer_card("Haapa", company_registry="1"),
            self.customer_card("Uusi"),
        )
        self.send(linked)
        self.send(blocked)
        Partner = self.env["res.partner"].with_company(self.company).with_user(self.bookkeeper)
        ours = [("id", "in", (linked | blocked | fresh).ids)]
        self.assertEqual(Partner.search([*ours, ("netvisor_key", "!=", 0)]), linked)
        self.assertEqual(Partner.search([*ours, ("netvisor_key", "=", False)]), blocked | fresh)
        self.assertEqual(Partner.search([*ours, ("netvisor_state", "=", "done")]), linked)
        self.assertEqual(Partner.search([*ours, ("netvisor_state", "in", ["blocked", "review"])]), blocked)
        self.assertEqual(Partner.search([*ours, ("netvisor_state", "=", False)]), fresh)
        self.assertEqual(Partner.search([*ours, ("netvisor_state", "!=", "done")]), blocked | fresh)

    def test_address_is_cleaned(self):
        partner = self.customer_card(netvisor_einvoice_address=" 0216:0037 7654 3212 abc ")
        self.assertEqual(partner.netvisor_einvoice_address, "003776543212ABC")
        partner.netvisor_einvoice_address = "TE003776543212"
        self.assertEqual(partner.netvisor_einvoice_address, "TE003776543212")
        with self.assertRaises(ValidationError):
            partner.netvisor_einvoice_address = "x" * 36

    def test_hints(self):
        partner = self.customer_card(company_registry="7654321-2", netvisor_operator_id=self.operator.id)
        cases = {
            "003776543212": False,
            "003776543212123": False,
            "TE003776543212": False,
            "FI2112345600000785": False,
            "FI2112345600000786": "check digits",
            "FI211234560000078": "16 digits",
            "FI21123456": "003721123456",
            "2112345-6": "003721123456",
            "0213:FI21123456": "003721123456",
            "0007:5566778899": "Peppol scheme 0007",
            "talous@koivu.example": "e-mail",
            "ÄÄNI1": "accents",
            "Tulostuspalvelu": "print service of Aktia",
            "003721291126": "operator's own",
            "00377654321": "eight digits",
            "003776543213": "check digit",
            "003712345671": "another business id",
            "": "Without an address",
        }
        for address, expected in cases.items():
            partner.netvisor_einvoice_address = address
            hint = partner.netvisor_einvoice_hint
            self.assertTrue(expected in hint if expected else not hint, f"{address}: {hint}")
        partner.write({"netvisor_einvoice_address": "003776543212", "netvisor_operator_id": False})
        self.assertIn("Without an operator", partner.netvisor_einvoice_hint)

    def test_proposal(self):
        partner = self.customer_card(company_registry="7654321-2")
        self.assertEqual(partner.netvisor_einvoice_proposal, "003776543212")
        self.bookkeeper.sudo().group_ids += self.env.ref("base.group_partner_manager")
        partner.with_user(self.bookkeeper).action_netvisor_use_ovt()
        self.assertEqual(partner.netvisor_einvoice_address, "003776543212")
        self.assertFalse(self.customer_card("Abroad", country_id=self.env.ref("base.se").id).netvisor_einvoice_proposal)

    def test_shared_with_contacts(self):
        partner = self.customer_card(netvisor_einvoice_address="003776543212", netvisor_operator_id=self.operator.id)
        contact = self.env["res.partner"].create({"name": "Kalle", "parent_id": partner.id})
        self.assertEqual(contact.netvisor_einvoice_address, "003776543212")
        partner.netvisor_einvoice_address = "FI2112345600000785"
        self.assertEqual(contact.netvisor_einvoice_address, "FI2112345600000785")

    def test_archived_keeps_its_link(self):
        partner = self.customer_card(ref="K1")
        self.send(partner)
        partner.active = False
        self.assertTrue(self.kind._key(partner, self.company))
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])

    def test_deleted_contact_leaves_the_proof(self):
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        document = self.send(partner)
        key = document.netvisor_key
        partner.unlink()
        self.assertEqual((document.exists().netvisor_key, document.binding_id.name), (key, "Koivu Oy"))
        # Typed in again, it finds the same customer.
        again = self.customer_card(ref="K1", company_registry="7654321-2")
        self.send(again)
        self.assertEqual(self.kind._key(again, self.company), key)
        self.assertEqual(len(self.remote_customers()), 1)

    def test_never_sent_leaves_nothing(self):
        partner = self.customer_card(ref="K1")
        document = self.kind._ensure(partner, self.company)[partner]
        partner.unlink()
        self.assertFalse(document.exists())


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerMerge(CustomerCase):
    def merge(self, destination, *others):
        partners = self.env["res.partner"].union(destination, *others)
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(partners.ids, destination, extra_checks=False)
        self.env.invalidate_all()

    def test_both_in_netvisor(self):
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        self.send(kept)
        old = self.send(gone)
        key = self.kind._key(kept, self.company)
        self.merge(kept, gone)
        self.assertFalse(gone.exists())
        self.assertEqual(self.kind._key(kept, self.company), key)
        self.assertEqual(old.exists().netvisor_key, old.binding_id.netvisor_key, "the other key is not forgotten")
        self.assertIn("K2", "".join(kept.message_ids.mapped("body")))

    def test_only_the_other_in_netvisor(self):
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        self.send(gone)
        key = self.kind._key(gone, self.company)
        self.kind._ensure(kept, self.company)
        self.merge(kept, gone)
        self.assertEqual(self.kind._key(kept, self.company), key)
        self.run_netvisor()
        self.assertEqual(len(self.remote_customers()), 1)

    def test_neither_sent(self):
        kept, gone = self.customer_card(ref="K1"), self.customer_card("Koivu Tmi", ref="K2")
        for partner in (kept, gone):
            self.kind._ensure(partner, self.company)
        self.merge(kept, gone)
        self.run_netvisor()
        self.assertEqual([row["name"] for row in self.remote_customers()], ["Koivu Oy"])
