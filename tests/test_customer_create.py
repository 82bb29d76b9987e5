from odoo.tests import tagged

from .common import ORGANISATION
from .customer_sync_common import CustomerSyncCase


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerCreate(CustomerSyncCase):
    def created(self, key):
        return self.mirror.search([("netvisor_key", "=", key), ("company_id", "=", self.company.id)]).partner_id

    def test_left_alone_by_default(self):
        key = self.add_card("Pihka Oy")
        before = self.env["res.partner"].search_count([])
        self.run_netvisor()
        self.assertFalse(self.created(key))
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_contacts_with_everything_that_the_card_says(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        self.company.sudo().netvisor_customer_import = "create"
        key = self.add_card(
            "Pihka Oy",
            code="900",
            externalidentifier="7654321-2",
            streetaddress="Rantatie 1",
            additionaladdressline="B",
            postnumber="20100",
            city="Turku",
            country="FI",
            phonenumber="02 1",
            email="info@pihka.example",
            emailinvoicingaddress="laskut@pihka.example",
            homepageuri="pihka.example",
            finvoiceaddress="003776543212",
            finvoiceroutercode="003721291126",
            deliveryname="Varasto",
            deliverystreetaddress="Varastotie 5",
            deliverycity="Tampere",
            invoicinglanguage="FI",
        )
        person = self.add_card("Maija Pihka", isprivatecustomer=1)
        self.run_netvisor()
        self.env.invalidate_all()
        partner = self.created(key)
        self.assertEqual(
            [partner.name, partner.street, partner.street2, partner.zip, partner.city, partner.country_id.code],
            ["Pihka Oy", "Rantatie 1", "B", "20100", "Turku", "FI"],
        )
        self.assertEqual(
            [partner.company_registry, partner.phone, partner.email, partner.lang, partner.ref, partner.is_company],
            ["7654321-2", "02 1", "info@pihka.example", "fi_FI", "900", True],
        )
        self.assertEqual(
            (partner.netvisor_einvoice_address, partner.netvisor_operator_id), ("003776543212", self.operator)
        )
        addresses = {child.type: child for child in partner.child_ids}
        self.assertEqual(addresses["invoice"].email, "laskut@pihka.example")
        self.assertEqual((addresses["delivery"].name, addresses["delivery"].city), ("Varasto", "Tampere"))
        self.assertFalse(partner.company_id)
        self.assertEqual(partner.customer_rank, 1)
        self.assertIn("Netvisor", partner.message_ids[0].body)
        self.assertFalse(self.created(person).is_company)
        self.assertEqual(partner.with_company(self.company).netvisor_key, key)
        self.assertFalse(self.posts())
        self.assertFalse(self.kind._ensure(partner, self.company)[partner], "nothing is to be sent")
        partner.phone = "02 2"
        self.read()
        card = self.card_fields(key)
        self.assertEqual((card["phonenumber"], card["name"]), ("02 2", "Pihka Oy"))

    def test_what_a_contact_is_like_is_left_to_a_person(self):
        self.company.sudo().netvisor_customer_import = "create"
        self.customer_card("Koivu Oy", company_registry="7654321-2")
        self.customer_card("Haapa Oy", ref="77")
        same = [self.add_card("Koivu", externalidentifier="7654321-2"), self.add_card("Haapa Oy")]
        only_code = self.add_card("Aivan Muu Oy", code="77")
        self.run_netvisor()
        self.env.invalidate_all()
        self.assertFalse(any(self.created(key) for key in same))
        self.assertEqual(self.created(only_code).name, "Aivan Muu Oy", "a code alone says nothing")

    def test_inactive_and_temporary_ones_are_not_created(self):
        self.company.sudo().netvisor_customer_import = "create"
        key = self.add_card("Vanha Oy", isactive=0)
        self.run_netvisor()
        self.assertFalse(self.created(key))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Temporary customer")]))

    def test_many_in_parts_and_once(self):
        self.sandbox.seed(ORGANISATION, customers=700)
        self.run_netvisor()
        self.assertFalse(self.mirror.search([("partner_id", "!=", False), ("company_id", "=", self.company.id)]))
        self.company.sudo().netvisor_customer_import = "create"
        self.read()
        self.env.invalidate_all()
        linked = self.mirror.search([("partner_id", "!=", False), ("company_id", "=", self.company.id)])
        inactive = self.mirror.search_count([("active", "=", False), ("company_id", "=", self.company.id)])
        self.assertGreater(len(linked), 600)
        self.assertLessEqual(len(linked), 700 - inactive)
        partners = self.env["res.partner"].with_context(active_test=False).search_count([])
        self.read()
        self.read_everything()
        self.assertEqual(self.env["res.partner"].with_context(active_test=False).search_count([]), partners)
        self.assertFalse(self.posts())

    def test_one_that_odoo_refuses_stays_a_card_with_its_reason(self):
        self.company.sudo().netvisor_customer_import = "create"
        bad = self.add_card("Huono Oy", finvoiceaddress="X" * 60)
        good = self.add_card("Hyvä Oy")
        self.run_netvisor()
        self.env.invalidate_all()
        self.assertTrue(self.created(good))
        card = self.mirror.search([("netvisor_key", "=", bad), ("company_id", "=", self.company.id)])
        self.assertFalse(card.partner_id)
        self.assertIn("35", card.refusal)
        self.change_card(bad, finvoiceaddress="003776543212")
        self.read()
        self.assertTrue(self.created(bad))
        self.assertFalse(card.refusal)
