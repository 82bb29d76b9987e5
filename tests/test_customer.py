from odoo.tests import tagged

from .common import OTHER_ORGANISATION
from .customer_common import CustomerCase


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerSent(CustomerCase):
    def test_sent_again_only_when_changed(self):
        partner = self.customer_card(ref="K1", street="Rantatie 1", zip="20100")
        self.send(partner)
        partner.comment = "<p>Not for Netvisor</p>"
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])
        partner.city = "Oulu"
        self.assertTrue(self.kind._ensure(partner, self.company)[partner])
        self.send(partner)
        self.assertEqual(self.remote_customer(partner)["fields"]["city"], "Oulu")
        self.assertEqual(len(self.posts()), 2)
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])

    def test_empty_fields_blank_nothing(self):
        key = self.add_remote(
            "Koivu Oy",
            externalidentifier="7654321-2",
            streetaddress="Netvisorin katu 1",
            email="a@b.example",
        )
        partner = self.customer_card(company_registry="7654321-2")
        self.send(partner)
        partner.city = "Oulu"
        self.send(partner)
        fields = self.remote_customer(partner)["fields"]
        self.assertEqual(self.kind._key(partner, self.company), key)
        self.assertEqual(fields["city"], "Oulu")
        self.assertEqual((fields["streetaddress"], fields["email"]), ("Netvisorin katu 1", "a@b.example"))

    def test_linked_customer_keeps_its_code(self):
        self.add_remote("Koivu Oy", internalidentifier="900", externalidentifier="7654321-2")
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        self.send(partner)
        partner.city = "Oulu"
        self.send(partner)
        self.assertEqual(self.remote_customer(partner)["code"], "900")
        self.company.sudo().netvisor_customer_code_source = "field"
        partner.netvisor_customer_code = "K7"
        self.send(partner)
        self.assertEqual(self.remote_customer(partner)["code"], "K7")

    def test_code_sources(self):
        partner = self.customer_card(ref="R1", netvisor_customer_code="F1")
        self.send(partner)
        self.assertEqual(self.remote_customer(partner)["code"], "R1")
        self.company.sudo().netvisor_customer_code_source = "field"
        other = self.customer_card("Haapa Oy", ref="R2", netvisor_customer_code="F2")
        self.send(other)
        self.assertEqual(self.remote_customer(other)["code"], "F2")
        self.company.sudo().netvisor_customer_code_source = "id"
        third = self.customer_card("Leppä Oy", ref="R3")
        self.send(third)
        self.assertEqual(self.remote_customer(third)["code"], str(third.id))

    def test_without_code_netvisor_gives_one(self):
        partner = self.customer_card()
        self.assertEqual(self.send(partner).state, "done")
        self.assertTrue(self.remote_customer(partner)["code"])

    def test_contact_stands_for_its_company(self):
        partner = self.customer_card(ref="K1")
        contact = self.env["res.partner"].create({"name": "Kalle", "parent_id": partner.id, "ref": "X"})
        self.send(contact)
        self.assertEqual([row["name"] for row in self.remote_customers()], ["Koivu Oy"])
        self.assertEqual(self.kind._key(contact, self.company), self.kind._key(partner, self.company))
        self.assertEqual(contact.with_company(self.company).netvisor_key, self.kind._key(partner, self.company))

    def test_invoice_and_delivery_addresses(self):
        partner = self.customer_card(ref="K1", email="info@koivu.example")
        self.env["res.partner"].create(
            [
                {
                    "name": "Ostot",
                    "parent_id": partner.id,
                    "type": "invoice",
                    "email": "laskut@koivu.example",
                },
                {
                    "name": "Varasto",
                    "parent_id": partner.id,
                    "type": "delivery",
                    "street": "Varastotie 5",
                    "zip": "33100",
                    "city": "Tampere",
                    "country_id": self.finland.id,
                },
            ]
        )
        self.send(partner)
        fields = self.remote_customer(partner)["fields"]
        self.assertEqual(fields["email"], "info@koivu.example")
        self.assertEqual(fields["emailinvoicingaddress"], "laskut@koivu.example")
        self.assertEqual((fields["deliveryname"], fields["deliverystreetaddress"]), ("Varasto", "Varastotie 5"))
        self.assertEqual((fields["deliverycity"], fields["deliverycountry"]), ("Tampere", "FI"))
        # An address of the customer is part of what was sent.
        partner.child_ids.filtered(lambda child: child.type == "delivery").city = "Oulu"
        self.assertTrue(self.kind._ensure(partner, self.company)[partner])

    def test_private_person(self):
        partner = self.customer_card(
            "Maija Meikäläinen", is_company=False, company_registry="010190-123A", lang="en_US"
        )
        self.send(partner)
        row = self.remote_customer(partner)
        self.assertEqual(row["fields"]["isprivatecustomer"], "1")
        self.assertFalse(row["business_id"], "a personal identity code never leaves")

    def test_foreign_customer(self):
        sweden = self.env.ref("base.se")
        partner = self.customer_card(
            "Björk AB", country_id=sweden.id, vat="SE556677889901", company_registry="5566778899"
        )
        self.send(partner)
        row = self.remote_customer(partner)
        self.assertEqual((row["business_id"], row["fields"]["country"]), ("SE556677889901", "SE"))

    def test_languages(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        self.env["res.lang"].sudo()._activate_lang("sv_SE")
        for code, expected in (("fi_FI", "FI"), ("sv_SE", "SE"), ("en_US", "EN")):
            partner = self.customer_card(f"Asiakas {code}", lang=code)
            self.send(partner)
            self.assertEqual(self.remote_customer(partner)["fields"]["invoicinglanguage"], expected)

    def test_long_name_goes_on_in_the_extension(self):
        name = "Pitkänimisen yhdistyksen kannatusyhdistys " * 7
        partner = self.customer_card(name, ref="K1")
        self.send(partner)
        fields = self.remote_customer(partner)["fields"]
        self.assertEqual(f"{fields['name']} {fields['nameextension']}", name.strip())
        self.assertLessEqual(len(fields["name"]), 250)

    def test_long_street_goes_on_in_the_second_line(self):
        street = "Erittäin pitkän kadunnimen omaavan kadun varrella sijaitsevan talon B-rapun oven takana 12"
        partner = self.customer_card(street=street)
        self.send(partner)
        fields = self.remote_customer(partner)["fields"]
        self.assertEqual(f"{fields['streetaddress']} {fields['additionaladdressline']}", street)

    def test_control_characters_and_emoji(self):
        partner = self.customer_card("Koivu\x02 ja\x0b Lehti \U0001f343 Oy\u2028")
        self.send(partner)
        self.assertEqual(self.remote_customer(partner)["name"], "Koivu ja Lehti \U0001f343 Oy")
        self.company.sudo().netvisor_encoding = "iso-8859-15"
        partner = self.customer_card("Mäntylä – Šakki \U0001f343", ref="K2")
        self.send(partner)
        self.assertEqual(self.remote_customer(partner)["name"], "Mäntylä - Šakki ?")

    def test_everything_wrong_at_once(self):
        self.operator.active = False
        partner = self.customer_card(
            "\x02",
            company_registry="12345",
            street="x" * 200,
            city="y" * 100,
            ref="z" * 60,
            netvisor_einvoice_address="003776543212",
            netvisor_operator_id=self.operator.id,
        )
        document = self.send(partner)
        self.assertEqual(document.state, "blocked")
        self.assertEqual(
            sorted(self.codes(document)),
            [
                "customer_business_id",
                "customer_name_missing",
                "customer_too_long",
                "customer_too_long",
                "customer_too_long",
                "operator_inactive",
            ],
        )
        self.assertIn("12345", document.problem)
        self.assertFalse(self.sandbox.calls(resource="customer.nv"))

    def test_mistyped_business_id_is_only_doubted(self):
        document = self.send(self.customer_card(ref="K1", company_registry="7654321-3"))
        self.assertEqual(document.state, "done")
        self.assertEqual(self.codes(document), ["customer_business_id_doubt"])

    def test_two_companies(self):
        """One contact, two Netvisor companies: two keys, each seen in its own company only."""
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "country_id": self.finland.id})
        self.connect(other, OTHER_ORGANISATION)
        partner = self.customer_card(ref="K1")
        self.add_remote("Muu Oy", OTHER_ORGANISATION)
        self.send(partner)
        self.assertEqual(self.kind._key(partner, other), 0)
        self.assertFalse(partner.with_company(other).netvisor_state)
        self.send(partner, other)
        here, there = self.kind._key(partner, self.company), self.kind._key(partner, other)
        self.assertTrue(here and there and here != there)
        self.assertEqual(partner.with_company(self.company).netvisor_key, here)
        self.assertEqual(partner.with_company(other).netvisor_key, there)
        Partner = self.env["res.partner"].with_company(other)
        self.assertEqual(Partner.search([("netvisor_key", "=", there)]), partner)
        self.assertFalse(Partner.search([("netvisor_key", "=", here)]) & partner)

    def test_branch_uses_the_root(self):
        branch = self.env["res.company"].sudo().create({"name": "Haara", "parent_id": self.company.id})
        partner = self.customer_card(ref="K1")
        self.kind._ensure(partner, branch)
        self.run_netvisor()
        self.assertTrue(self.kind._key(partner, self.company))
        self.assertEqual(self.kind._key(partner, branch), self.kind._key(partner, self.company))

    def test_key_survives_a_crash_before_the_link(self):
        partner = self.customer_card(ref="K1")
        document = self.send(partner)
        document.sudo().binding_id.netvisor_key = False
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])
        self.assertEqual(self.kind._key(partner, self.company), document.netvisor_key)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerRefused(CustomerCase):
    def test_operator_refused_marks_the_contact(self):
        unknown = self.env["netvisor.operator"].sudo().create({"name": "Uusi operaattori", "code": "UUSI1"})
        partner = self.customer_card(
            ref="K1", netvisor_einvoice_address="003776543212", netvisor_operator_id=unknown.id
        )
        document = self.send(partner)
        self.assertEqual((document.state, self.codes(document)), ("blocked", ["operator_refused"]))
        partner = partner.with_company(self.company).with_user(self.bookkeeper)
        self.assertEqual(partner.netvisor_state, "blocked")
        self.assertIn("UUSI1", partner.netvisor_problem)
        self.assertIn(document.message, partner.netvisor_problem, "Netvisor's own words")
        # The same data is not offered again; a corrected operator is, without a click.
        self.kind._ensure(partner, self.company)
        self.assertEqual(document.state, "blocked")
        unknown.code = "003721291126"
        self.assertEqual(document.state, "todo")
        self.run_netvisor()
        self.assertEqual(document.state, "done")
        self.assertEqual(self.remote_customer(partner)["operator_id"], "003721291126")

    def test_inactive_operator_never_sent(self):
        self.operator.active = False
        partner = self.customer_card(netvisor_einvoice_address="003776543212", netvisor_operator_id=self.operator.id)
        document = self.send(partner)
        self.assertEqual(self.codes(document), ["operator_inactive"])
        self.assertFalse(self.posts())
        self.operator.active = True
        self.run_netvisor()
        self.assertEqual(document.state, "done")

    def test_other_refusal_keeps_netvisors_words(self):
        self.sandbox.fault("refuse", "customer.nv", code="INVALID_DATA", text="Something is odd")
        document = self.send(self.customer_card(ref="K1"))
        self.assertEqual((document.state, self.codes(document)), ("blocked", ["refused"]))
        self.assertIn("Something is odd", document.message)

    def test_deleted_in_netvisor(self):
        partner = self.customer_card(ref="K1")
        document = self.send(partner)
        partner.city = "Oulu"
        words = f"Data form incorrect:. Customer not found with Netvisor identifier: {document.netvisor_key}"
        self.sandbox.fault("refuse", "customer.nv", code="INVALID_DATA", text=words)
        self.send(partner)
        self.assertEqual(self.codes(document), ["customer_gone"])
        self.sandbox.reset()
        partner.with_company(self.company).with_user(self.bookkeeper).action_netvisor_send()
        self.run_netvisor()
        self.assertEqual(document.state, "done")
        self.assertEqual(self.remote_customer(partner)["fields"]["city"], "Oulu")

    def check_in_netvisor(self, document):
        document.with_user(self.bookkeeper).action_check()
        # The statements of the engine see the time at which the test's one transaction began.
        document.sudo().next_try = "2026-01-01"
        self.run_netvisor()

    def test_check(self):
        partner = self.customer_card(
            ref="K1",
            netvisor_einvoice_address="003776543212",
            netvisor_operator_id=self.operator.id,
        )
        document = self.send(partner)
        key = document.netvisor_key
        document.sudo().netvisor_key = 999999
        self.check_in_netvisor(document)
        self.assertEqual(document.state, "deleted")
        needed = self.kind._ensure(partner, self.company)[partner]
        self.assertEqual(needed, document, "the next invoice waits for a person")
        document.sudo().netvisor_key = key
        self.check_in_netvisor(document)
        self.assertEqual((document.state, document.remote_status), ("done", "active"))
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])

    def test_check_keeps_an_operator_that_is_not_in_the_list(self):
        document = self.send(self.customer_card(ref="K1"))
        self.sandbox.set(accept_any_operator=True)
        self.sandbox.request(
            "customer.nv",
            f"method=edit&id={document.netvisor_key}",
            "<root><customer><customerfinvoicedetails><finvoiceaddress>X1</finvoiceaddress>"
            "<finvoiceroutercode>NEW1</finvoiceroutercode></customerfinvoicedetails></customer></root>",
        )
        self.check_in_netvisor(document)
        self.assertTrue(self.env["netvisor.operator"].search([("code", "=", "NEW1")]).learned)
