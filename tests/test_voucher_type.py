from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import ORGANISATION, OTHER_ORGANISATION
from .mapping_common import MappingCommon


@tagged("post_install", "-at_install")
class TestVoucherType(MappingCommon):
    def setUp(self):
        super().setUp()
        self.run_netvisor()

    @property
    def types(self):
        mirror = self.env["netvisor.voucher.type"].with_context(active_test=False)
        return mirror.search([("company_id", "=", self.company.id)])

    def type(self, abbreviation):
        return self.types.filtered(lambda kind: kind.abbreviation == abbreviation)

    def journal_of(self, kind):
        journals = self.env["account.journal"].search([("company_id", "=", self.company.id), ("type", "=", kind)])
        return journals[:1]

    # --- the mirror ---------------------------------------------------------------------------------------------------
    def test_types_are_read_by_the_companys_job(self):
        bank = self.type("PK")
        self.assertEqual([bank.name, bank.name_en, bank.name_sv], ["Pankki", "Bank", "Bank"])
        self.assertEqual([bank.uses, bank.use_text], ["bankstatementviewvouchers", "bank statements"])
        self.assertEqual(bank.display_name, "PK Pankki")
        self.assertFalse(self.type("MU").uses)

    def test_reading_twice_writes_nothing(self):
        before = {kind.id: kind.write_date for kind in self.types}
        self.env["netvisor.voucher.type"]._read_again(self.company)
        self.run_netvisor()
        self.assertEqual({kind.id: kind.write_date for kind in self.types}, before)

    def test_a_refusal_leaves_the_types_as_they_are(self):
        before = len(self.types)
        self.sandbox.set(ORGANISATION, rights={"vouchertypelist.nv": False})
        self.env["netvisor.voucher.type"]._read_again(self.company)
        self.run_netvisor()
        self.assertEqual(len(self.types.filtered("active")), before)

    def test_invoicing_users_read_and_nobody_writes(self):
        seen = self.type("PK").with_user(self.bookkeeper)
        self.assertEqual(seen.name, "Pankki")
        with self.assertRaises(AccessError):
            seen.name = "Toinen"

    # --- on the journal -----------------------------------------------------------------------------------------------
    def test_a_renamed_type_stays_the_same(self):
        journal = self.journal_of("general")
        journal.netvisor_voucher_type_id = self.type("MU")
        key = self.type("MU").netvisor_key
        self.type("MU").sudo().name = "Muistiotositteet"
        self.assertEqual(journal.netvisor_voucher_type_id.netvisor_key, key)

    def test_a_type_of_another_company_is_refused(self):
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "currency_id": self.env.ref("base.EUR").id})
        self.connect(other, OTHER_ORGANISATION)
        foreign = self.type("MU").sudo().copy({"company_id": other.id})
        with self.assertRaisesRegex(ValidationError, "Toinen Oy"):
            self.journal_of("general").netvisor_voucher_type_id = foreign

    def test_form(self):
        with Form(self.journal_of("bank")) as form:
            form.netvisor_voucher_type_id = self.type("PK")
        self.assertEqual(self.journal_of("bank").netvisor_voucher_type_id.name, "Pankki")

    # --- proposals ----------------------------------------------------------------------------------------------------
    def test_proposals_by_type_by_netvisors_defaults_and_by_name(self):
        for kind, abbreviation in (("purchase", "OL"), ("bank", "PK"), ("general", "MU"), ("cash", "KA")):
            journal = self.journal_of(kind)
            if not journal:
                journal = self.env["account.journal"].create(
                    {"name": f"Uusi {kind}", "code": f"X{kind[:2]}", "type": kind, "company_id": self.company.id}
                )
            journal.name = f"Jokin {kind}"
            self.refresh("journal", journal)
            row = self.row(journal)
            with self.subTest(journal=kind):
                self.assertEqual([row.state, row.proposal_code], ["open", abbreviation])
                self.assertLess(row.confidence, 95, "a default is no identity")
        journal.name = "Salary"
        self.refresh("journal", journal)
        self.assertIn("PA", [row.proposal_code for row in self.row(journal)])

    def test_accept_change_and_undo(self):
        journal = self.journal_of("bank")
        self.refresh("journal")
        row = self.row(journal)
        row.action_accept()
        self.assertEqual([journal.netvisor_voucher_type_id, row.state], [self.type("PK"), "accepted"])
        choice = next(choice for choice in row.choices("kassa"))
        row.action_choose(choice["code"], choice["key"])
        self.assertEqual(journal.netvisor_voucher_type_id, self.type("KA"))
        row.action_undo()
        self.assertFalse(journal.netvisor_voucher_type_id)

    def test_a_type_that_left_netvisor_is_open_again(self):
        journal = self.journal_of("bank")
        journal.netvisor_voucher_type_id = self.type("PK")
        self.refresh("journal")
        self.assertEqual(self.row(journal).state, "mapped")
        self.type("PK").sudo().active = False
        self.refresh("journal")
        self.assertEqual(self.row(journal).state, "open")

    # --- sales journals -----------------------------------------------------------------------------------------------
    def new_sales_journal(self, code, **values):
        return self.env["account.journal"].create(
            {"name": f"Myynti {code}", "code": code, "type": "sale", "company_id": self.company.id, **values}
        )

    def test_sales_journals_send_invoices(self):
        self.refresh("journal")
        row = self.row(self.journal)
        self.assertEqual([row.state, row.current], ["mapped", "Sales invoices"])
        new = self.new_sales_journal("VERK")
        self.refresh("journal")
        row = self.row(new)
        self.assertEqual([row.proposal, row.state], ["Sales invoices", "open"])
        self.assertLess(row.confidence, 95, "it may be there for something else")
        row.action_accept()
        self.assertEqual(new.netvisor_export, "sales_invoice")
        self.assertTrue(new.netvisor_number_prefix, "its series got a prefix of its own")
        row.action_undo()
        self.assertEqual([new.netvisor_export, row.state], ["none", "open"])

    def test_a_sales_journal_that_is_used_is_sure(self):
        new = self.new_sales_journal("VERK")
        self.invoice(journal_id=new.id)
        self.refresh("journal", new)
        self.assertGreaterEqual(self.row(new).confidence, 95)

    def test_one_colliding_series_does_not_stop_the_other_journals(self):
        first, second = self.new_sales_journal("VERK"), self.new_sales_journal("KAU")
        first.write({"netvisor_number_prefix": "7", "netvisor_refund_prefix": "8"})
        self.journal.write({"netvisor_export": "none"})
        self.journal.write({"netvisor_number_prefix": "7", "netvisor_refund_prefix": "6"})
        self.journal.write({"netvisor_export": "sales_invoice"})
        second.name = "Toinen"
        self.refresh("journal")
        wizard = self.env["netvisor.mapping.accept"].with_user(self.controller).with_company(self.company)
        wizard = wizard.create({"kind": "journal", "confidence": 80, "company_id": self.company.id})
        wizard.action_accept()
        self.assertEqual([first.netvisor_export, second.netvisor_export], ["sales_invoice", "sales_invoice"])
        self.assertFalse(self.journal._netvisor_collisions(self.journal._netvisor_exported()))
