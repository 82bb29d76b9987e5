from lxml import etree

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
class TestCustomerBranch(CustomerCase):
    """Departments, delivery addresses, and branches that are companies of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.customer.copy(
            {
                "name": "Pihlaja Oulu Oy",
                "parent_id": cls.customer.id,
                "type": "other",  # with an address of its own
                "company_registry": False,
                "street": "Satamakatu 2",
                "zip": "90100",
                "city": "Oulu",
                "ref": "10046",
            }
        )
        cls.clerk = cls.env["res.partner"].create({"name": "Kalle", "parent_id": cls.branch.id})

    def stored(self, move):
        """What the invoice says of addresses, in Netvisor."""
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "done", self.document(move).problem)
        names = {row["key"]: row["name"] for row in self.remote_customers()}
        message = etree.fromstring(self.sandbox.calls(resource="salesinvoice.nv")[0]["request"].encode())
        sent = {
            element.tag: element.text for element in message.iter() if element.tag.startswith(("invoicing", "deliv"))
        }
        return names[self.remote_invoice(move)["customer_key"]], sent

    def test_branch_is_a_customer_of_its_own(self):
        self.assertEqual(self.branch.commercial_partner_id, self.branch)
        self.assertEqual(self.clerk.commercial_partner_id, self.branch)
        customer, fields = self.stored(self.invoice(partner_id=self.clerk.id))
        self.assertEqual(customer, "Pihlaja Oulu Oy")
        self.assertNotIn("invoicingcustomername", fields, "the card has the address")
        self.assertFalse(self.kind._key(self.customer, self.company))

    def test_branch_uses_the_head_offices_customer(self):
        """Under the customer's name, with the branch as its extension, and the address complete (8.37)."""
        self.branch.netvisor_branch = "parent"
        customer, fields = self.stored(self.invoice(partner_id=self.clerk.id))
        self.assertEqual(customer, "Pihlajan Puutyö Oy")
        self.assertEqual(len(self.remote_customers()), 1)
        self.assertEqual(fields["invoicingcustomername"], "Pihlajan Puutyö Oy")
        self.assertEqual(fields["invoicingcustomeraddressline"], "Satamakatu 2")
        self.assertEqual(fields["invoicingcustomerpostnumber"], "90100")
        self.assertEqual(fields["invoicingcustomertown"], "Oulu")
        self.assertEqual(fields["invoicingcustomercountrycode"], "FI")
        _customer, fields = self.stored(self.invoice(partner_id=self.branch.id))
        self.assertEqual(fields["invoicingcustomernameextension"], "Pihlaja Oulu Oy")
        # The page of the branch shows the customer that it uses, and so does the search.
        partner = self.branch.with_company(self.company)
        key = self.kind._key(self.customer, self.company)
        self.assertEqual((partner.netvisor_key, self.kind._key(self.clerk, self.company)), (key, key))
        found = self.env["res.partner"].with_company(self.company).search([("netvisor_key", "=", key)])
        self.assertLessEqual(self.customer | self.branch | self.clerk, found)

    def test_decided_while_its_invoice_waits(self):
        """What waited for a customer of the branch's own goes on with the head office's."""
        self.branch.company_registry = "12345"
        move = self.invoice(partner_id=self.branch.id)
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "blocked")
        own = self.customer_document(self.branch)
        self.branch.netvisor_branch = "parent"
        self.assertEqual((own.state, self.codes(own)), ("cancelled", ["partner_uses_other"]))
        customer, _fields = self.stored(move)
        self.assertEqual(customer, "Pihlajan Puutyö Oy")

    def test_and_back_again(self):
        self.branch.netvisor_branch = "parent"
        self.stored(self.invoice(partner_id=self.branch.id))
        self.branch.netvisor_branch = "own"
        customer, fields = self.stored(self.invoice(partner_id=self.branch.id))
        self.assertEqual(customer, "Pihlaja Oulu Oy")
        self.assertNotIn("invoicingcustomername", fields)

    def test_independent_again(self):
        """Without a head office there is no customer of a head office."""
        self.branch.netvisor_branch = "parent"
        self.branch.parent_id = False
        customer, _fields = self.stored(self.invoice(partner_id=self.branch.id))
        self.assertEqual(customer, "Pihlaja Oulu Oy")
        key = self.kind._key(self.branch, self.company)
        found = self.env["res.partner"].with_company(self.company).search([("netvisor_key", "=", key)])
        self.assertEqual(found & (self.branch | self.customer), self.branch)
        self.assertIn(self.branch, self.env["netvisor.mapping.customer"].sudo()._records(self.company))

    def test_branches_of_a_wave_cost_no_query_each(self):
        branches = self.branch
        for number in range(20):
            branches |= self.branch.copy(
                {
                    "name": f"Haara {number}",
                    "parent_id": self.customer.id,
                    "ref": f"H{number}",
                    "netvisor_branch": "parent",
                }
            )
        self.send(self.customer)
        self.kind._keys(branches, self.company)
        counts = []
        for some in (branches[:3], branches):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.kind._keys(some, self.company)), len(some))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_delivery_address_of_the_invoice(self):
        def address(kind, street):
            return self.env["res.partner"].create(
                {"name": kind, "type": kind, "parent_id": self.customer.id, "street": street, "zip": "33900",
                 "city": "Tampere", "country_id": self.finland.id}
            )  # fmt: skip

        customer, site = self.customer, address("other", "Työmaa 7")
        _name, fields = self.stored(self.invoice(partner_shipping_id=site.id))
        self.assertEqual(fields["deliveryaddressline"], "Työmaa 7")
        self.assertNotIn("invoicingcustomername", fields, "the card has the address")
        # Where the invoice goes: nothing to say.
        _name, fields = self.stored(self.invoice(partner_shipping_id=customer.id))
        self.assertNotIn("deliveryaddressline", fields)
        # The card has a delivery address by now: without a word, Netvisor would print that one.
        address("delivery", "Varastotie 5")
        _name, fields = self.stored(self.invoice(partner_shipping_id=customer.id))
        self.assertEqual(fields["deliveryaddressline"], "Sahakatu 3")

    def test_invoice_to_a_department(self):
        department = self.env["res.partner"].create(
            {"name": "Ostoreskontra", "type": "invoice", "parent_id": self.customer.id, "street": "PL 7", "zip": "33101",
             "city": "Tampere"}
        )  # fmt: skip
        customer, fields = self.stored(self.invoice(partner_id=department.id))
        self.assertEqual(customer, "Pihlajan Puutyö Oy")
        self.assertEqual(fields["invoicingcustomernameextension"], "Ostoreskontra")
        self.assertEqual(fields["invoicingcustomeraddressline"], "PL 7")
        self.assertEqual(fields["invoicingcustomercountrycode"], "FI", "complete: the country of the customer")


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerArchived(CustomerCase):
    def test_archived_and_back(self):
        """The link outlives the archive, and the contact is not searched for or made again afterwards."""
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        self.send(partner)
        key = self.kind._key(partner, self.company)
        partner.active = False
        self.env.flush_all()
        self.assertEqual(self.kind._key(partner, self.company), key)
        partner.active = True
        self.send(partner)
        self.assertEqual(self.kind._key(partner, self.company), key)
        self.assertEqual(len(self.remote_customers()), 1)
