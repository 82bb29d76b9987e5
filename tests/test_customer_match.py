from odoo.tests import tagged

from .customer_common import CustomerCase


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerFound(CustomerCase):
    def test_created_when_unknown(self):
        partner = self.customer_card(
            ref="K1",
            company_registry="7654321-2",
            street="Rantatie 1",
            zip="20100",
            email="koivu@koivu.example",
            lang="en_US",
            netvisor_einvoice_address="003776543212",
            netvisor_operator_id=self.operator.id,
        )
        document = self.send(partner)
        self.assertEqual(document.state, "done", document.problem)
        row = self.remote_customer(partner)
        self.assertEqual((row["code"], row["business_id"], row["name"]), ("K1", "7654321-2", "Koivu Oy"))
        self.assertEqual((row["einvoice_address"], row["operator_id"]), ("003776543212", "003721291126"))
        fields = row["fields"]
        self.assertEqual(fields["isprivatecustomer"], "0")
        self.assertEqual(fields["isactive"], "1")
        self.assertEqual(fields["country"], "FI")
        self.assertEqual(fields["invoicinglanguage"], "EN")
        self.assertEqual(fields["emailinvoicingaddress"], "koivu@koivu.example")
        partner = partner.with_company(self.company)
        self.assertEqual((partner.netvisor_key, partner.netvisor_state), (row["key"], "done"))

    def test_known_needs_nothing(self):
        partner = self.customer_card(ref="K1")
        self.send(partner)
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])
        self.assertEqual(len(self.posts()), 1)

    def test_whole_wave_in_few_queries(self):
        partners = self.env["res.partner"].union(*[self.customer_card(f"Asiakas {i}", ref=f"W{i}") for i in range(40)])
        self.kind._ensure(partners, self.company)
        self.run_netvisor()
        self.env.flush_all()
        self.env.invalidate_all()
        self.kind._ensure(partners[:1], self.company)  # fields of the company, ids of countries
        self.env.invalidate_all()
        with self.assertQueryCount(14):
            needed = self.kind._ensure(partners, self.company)
        self.assertFalse(any(needed.values()))

    def test_found_by_business_id(self):
        key = self.add_remote("Koivu Osakeyhtiö", internalidentifier="900", externalidentifier="7654321-2")
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        document = self.send(partner)
        self.assertEqual((document.state, document.netvisor_key), ("done", key))
        self.assertEqual(self.kind._key(partner, self.company), key)
        self.assertFalse(self.posts(), "linking writes nothing")
        self.assertFalse(self.kind._ensure(partner, self.company)[partner], "nor is it sent later, unchanged")

    def test_found_by_vat_number(self):
        key = self.add_remote("Koivu", externalidentifier="7654321-2")
        partner = self.customer_card(vat="FI76543212")
        self.assertEqual(self.send(partner).netvisor_key, key)

    def test_found_by_code_and_name(self):
        key = self.add_remote("KOIVU OY", internalidentifier="K1")
        partner = self.customer_card(ref="K1")
        self.assertEqual(self.send(partner).netvisor_key, key)
        self.assertFalse(self.posts())

    def test_code_of_another_customer_refused(self):
        """Netvisor's customer 14 is not Odoo's contact 14."""
        self.add_remote("Haapa Oy", internalidentifier="14")
        partner = self.customer_card(ref="14")
        document = self.send(partner)
        self.assertEqual((document.state, self.codes(document)), ("blocked", ["customer_code_other"]))
        self.assertIn("Haapa Oy", document.problem)
        self.assertIn("Koivu Oy", document.problem)
        self.assertFalse(self.posts())
        # Another code on the contact is all it takes.
        partner.ref = "15"
        self.run_netvisor()
        self.assertEqual(self.remote_customer(partner)["code"], "15")

    def test_code_with_other_business_id_refused(self):
        self.add_remote("Koivu Oy", internalidentifier="14", externalidentifier="1234567-1")
        document = self.send(self.customer_card(ref="14", company_registry="7654321-2"))
        self.assertEqual(self.codes(document), ["customer_code_other"])

    def test_two_candidates_are_a_choice(self):
        first = self.add_remote("Koivu Turku", internalidentifier="901", externalidentifier="7654321-2", city="Turku")
        second = self.add_remote("Koivu Oulu", internalidentifier="902", externalidentifier="7654321-2", city="Oulu")
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        document = self.send(partner)
        self.assertEqual(document.state, "review")
        candidates = {row["key"]: row["label"] for row in document.search_values["candidates"]}
        self.assertEqual(set(candidates), {first, second})
        self.assertIn("Oulu", candidates[second])
        self.assertIn("902", candidates[second])
        document.with_user(self.bookkeeper).with_context(candidate_key=second).action_choose()
        self.assertFalse(self.kind._ensure(partner, self.company)[partner])
        self.assertEqual(self.kind._key(partner, self.company), second)
        self.assertFalse(self.posts())

    def test_neither_candidate(self):
        self.add_remote("Koivu Turku", internalidentifier="901", externalidentifier="7654321-2")
        self.add_remote("Koivu Oulu", internalidentifier="902", externalidentifier="7654321-2")
        partner = self.customer_card(ref="K1", company_registry="7654321-2")
        document = self.send(partner)
        document.with_user(self.bookkeeper).action_send_again()
        self.run_netvisor()
        self.assertEqual(document.state, "done")
        self.assertEqual(len(self.remote_customers()), 3)

    def test_branch_that_agrees_in_all_is_taken(self):
        self.add_remote("Koivu Turku", internalidentifier="901", externalidentifier="7654321-2")
        key = self.add_remote("Koivu Oulu", internalidentifier="902", externalidentifier="7654321-2")
        partner = self.customer_card("Koivu Oulu", ref="902", company_registry="7654321-2")
        self.assertEqual(self.send(partner).netvisor_key, key)

    def test_customer_of_another_contact_is_not_shared(self):
        """Two contacts with one business id are two customers, unless a person merges them."""
        first = self.customer_card("Koivu Turku", ref="K1", company_registry="7654321-2")
        second = self.customer_card("Koivu Oulu", ref="K2", company_registry="7654321-2")
        self.send(first)
        self.send(second)
        self.assertEqual(len(self.remote_customers()), 2)
        self.assertNotEqual(self.kind._key(first, self.company), self.kind._key(second, self.company))

    def test_same_code_twice_in_odoo(self):
        self.send(self.customer_card("Haapa Oy", ref="K1"))
        document = self.send(self.customer_card(ref="K1"))
        self.assertEqual(self.codes(document), ["customer_code_taken"])
        self.assertIn("Haapa Oy", document.problem)
        self.assertEqual(len(self.posts()), 1)

    def test_code_made_in_netvisor_meanwhile(self):
        """Netvisor refuses the code as a duplicate: both names are told, and nothing is sent a second time."""
        partner = self.customer_card(ref="K1")
        self.sandbox.fault(
            "refuse",
            "customer.nv",
            code="DUPLICATE_DATA",
            text="Customer code K1 is already in use",
        )
        with_other = self.kind._ensure(partner, self.company)[partner]
        # Between the look-up and the message, in the same second: the list is still empty, then it is not.
        self.run_netvisor()
        self.assertEqual(with_other.state, "blocked")
        self.assertEqual(self.codes(with_other), ["customer_code_other"])
        self.assertIn("K1 is already in use", with_other.message)

    def test_list_not_readable_adds_nothing(self):
        self.sandbox.fault("garbage", "customerlist.nv", times=5)
        document = self.send(self.customer_card(ref="K1"))
        self.assertEqual(document.state, "todo")
        self.assertFalse(self.posts())

    def test_several_names_of_temp_are_nobodys(self):
        document = self.send(self.customer_card("Temporary customer", ref="TEMP"))
        self.assertNotEqual(document.netvisor_key, 1)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerLost(CustomerCase):
    def test_answer_lost_after_storing(self):
        self.sandbox.fault("drop_after", "customer.nv")
        partner = self.customer_card(ref="K1")
        self.send(partner)
        self.run_netvisor()
        document = self.customer_document(partner)
        self.assertEqual(document.state, "done")
        self.assertEqual(len(self.remote_customers()), 1)
        self.assertEqual(self.kind._key(partner, self.company), self.remote_customers()[0]["key"])

    def test_answer_lost_and_netvisor_gave_the_code(self):
        self.add_remote("Maija Meikäläinen", streetaddress="Eri katu 9", city="Oulu")
        self.sandbox.fault("drop_after", "customer.nv")
        partner = self.customer_card("Maija Meikäläinen", is_company=False, street="Rantatie 1", zip="20100")
        self.send(partner)
        self.run_netvisor()
        self.assertEqual(self.customer_document(partner).state, "done")
        self.assertEqual(len(self.remote_customers()), 2)
        self.assertEqual(self.remote_customer(partner)["fields"]["streetaddress"], "Rantatie 1")

    def test_dropped_before_storing(self):
        self.sandbox.fault("drop_before", "customer.nv")
        partner = self.customer_card(ref="K1")
        self.send(partner)
        self.run_netvisor()
        self.assertEqual(self.customer_document(partner).state, "done")
        self.assertEqual(len(self.remote_customers()), 1)

    def test_edit_in_doubt_is_repeated(self):
        partner = self.customer_card(ref="K1")
        self.send(partner)
        partner.city = "Oulu"
        self.sandbox.fault("drop_before", "customer.nv")
        self.send(partner)
        self.run_netvisor()
        self.assertEqual(self.customer_document(partner).state, "done")
        self.assertEqual(self.remote_customer(partner)["fields"]["city"], "Oulu")
