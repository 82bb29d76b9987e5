from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged("post_install", "-at_install")
class TestJournal(AccountTestInvoicingCommon):
    @classmethod
    @AccountTestInvoicingCommon.setup_country("fi")
    @AccountTestInvoicingCommon.setup_chart_template("fi")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.journal = cls.company_data["default_journal_sale"]
        cls.company.sudo().netvisor_mode = "sandbox"
        cls.other_journal = cls.setup_other_company(name="Toinen Oy")["default_journal_sale"]
        cls.branch = cls.env["res.company"].create({"name": "Turku", "parent_id": cls.company.id})
        cls.env.user.company_ids = [Command.link(cls.branch.id)]
        cls.env.cr.flush()  # the branch's accounts are loaded before the commit, with today's rights
        cls.env.user.group_ids -= cls.env.ref("base.group_system")

    def new_journal(self, code, **values):
        return self.env["account.journal"].create(
            {"name": f"Myynti {code}", "code": code, "type": "sale", "company_id": self.company.id, **values}
        )

    def prefixes(self, journal):
        return journal.netvisor_number_prefix or "", journal.netvisor_refund_prefix or ""

    def test_switching_on_proposes_prefixes(self):
        self.assertEqual(self.prefixes(self.journal), ("", ""))
        self.journal.netvisor_export = "sales_invoice"
        self.assertEqual(self.prefixes(self.journal), ("", "1"), "credit notes have the digits of invoices by default")

    def test_form_shows_the_proposal_before_saving(self):
        with Form(self.journal) as form:
            form.netvisor_export = "sales_invoice"
            self.assertEqual(form.netvisor_refund_prefix, "1")

    def test_second_journal_gets_other_prefixes(self):
        self.journal.netvisor_export = "sales_invoice"
        second = self.new_journal("VERK", netvisor_export="sales_invoice")
        self.assertEqual(self.prefixes(second), ("2", "3"))
        third = self.new_journal("KAU")
        third.netvisor_export = "sales_invoice"
        self.assertEqual(self.prefixes(third), ("4", "5"))

    def test_digits_of_the_journal_code_count(self):
        self.journal.netvisor_export = "sales_invoice"
        second = self.new_journal("INV2", netvisor_export="sales_invoice")
        self.assertEqual(self.prefixes(second), ("", "1"), "INV2/2026/00001 is 2202600001 by itself")

    def test_common_series_of_invoices_and_credit_notes_needs_no_prefix(self):
        self.journal.refund_sequence = False
        self.journal.netvisor_export = "sales_invoice"
        self.assertEqual(self.prefixes(self.journal), ("", ""))

    def test_typed_prefixes_are_kept(self):
        self.journal.write({"netvisor_export": "sales_invoice", "netvisor_refund_prefix": "9"})
        self.assertEqual(self.prefixes(self.journal), ("", "9"))

    def test_colliding_series_are_refused_in_words(self):
        self.journal.netvisor_export = "sales_invoice"
        with self.assertRaises(ValidationError) as error:
            self.journal.netvisor_refund_prefix = False
        self.assertIn("same numbers", str(error.exception))
        self.assertIn("credit notes", str(error.exception))
        self.assertIn("00001", str(error.exception))
        second = self.new_journal("VERK", netvisor_export="sales_invoice")
        with self.assertRaises(ValidationError) as error:
            second.netvisor_number_prefix = "1"
        self.assertIn("Myynti VERK", str(error.exception))
        self.assertIn(self.journal.name, str(error.exception))

    def test_the_form_of_used_numbers_counts(self):
        """A series that a user has renamed has other digits than a fresh one."""
        move = self.init_invoice("out_invoice", products=self.product_a, journal=self.journal)
        move.name = "M-7/2026/0001"
        self.journal.netvisor_export = "sales_invoice"
        self.assertEqual(self.prefixes(self.journal), ("", ""), "7 2026 0001 and 2026 00001 differ")

    def test_series_do_not_matter_when_netvisor_numbers(self):
        self.journal.netvisor_export = "sales_invoice"
        self.company.sudo().netvisor_numbering = "netvisor"
        self.journal.netvisor_refund_prefix = False

    def test_prefix_is_a_few_digits(self):
        for prefix in ("A", "1a", "-1", "12345", "01", "٣"):
            with self.subTest(prefix=prefix), self.assertRaises(ValidationError):
                self.journal.netvisor_number_prefix = prefix

    def test_number_that_netvisor_gets(self):
        self.journal.write(
            {"netvisor_export": "sales_invoice", "netvisor_number_prefix": "4", "netvisor_refund_prefix": "5"}
        )
        self.assertEqual(self.journal._netvisor_digits("INV/2026/00001", "out_invoice"), "4202600001")
        self.assertEqual(self.journal._netvisor_digits("RINV/2026/00001", "out_refund"), "5202600001")
        self.journal.netvisor_refund_prefix = "9"
        self.assertIn("→ 9", self.journal.netvisor_number_example)

    def test_only_sales_journals_send_invoices(self):
        for journal, export in (
            ("default_journal_purchase", "sales_invoice"),
            ("default_journal_misc", "purchase_invoice"),
        ):
            with self.subTest(journal=journal), self.assertRaises(ValidationError):
                self.company_data[journal].netvisor_export = export
        for journal in ("default_journal_purchase", "default_journal_misc", "default_journal_bank"):
            self.company_data[journal].netvisor_export = "voucher"

    def test_another_company_has_its_own_numbers(self):
        self.journal.netvisor_export = "sales_invoice"
        self.other_journal.netvisor_export = "sales_invoice"
        self.assertEqual(self.prefixes(self.other_journal), ("", "1"))

    def test_a_branch_shares_the_numbers_of_its_head_office(self):
        self.journal.netvisor_export = "sales_invoice"
        journal = self.new_journal("TKU", company_id=self.branch.id, netvisor_export="sales_invoice")
        self.assertEqual(self.prefixes(journal), ("2", "3"))

    def test_status_and_pdf_follow_the_company_unless_the_journal_says_otherwise(self):
        company = self.company.sudo()
        for delivery, own, status in (
            (False, False, "open"),
            ("odoo", False, "open"),
            ("netvisor", False, "unsent"),
            ("netvisor", "open", "open"),
            ("odoo", "unsent", "unsent"),
        ):
            company.netvisor_delivery, self.journal.netvisor_status = delivery, own
            self.assertEqual(self.journal._netvisor_invoice_status(), status)
        for pdf, own, attaches in (("none", False, False), ("attach", False, True), ("attach", "none", False)):
            company.netvisor_pdf, self.journal.netvisor_pdf = pdf, own
            self.assertEqual(self.journal._netvisor_attaches_pdf(), attaches)
