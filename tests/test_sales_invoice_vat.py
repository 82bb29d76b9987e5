"""VAT code and percentage together, against the date of supply."""

from datetime import date

from odoo.tests import tagged

from .test_sales_invoice import SalesInvoiceCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestSalesInvoiceVat(SalesInvoiceCommon):
    def test_a_tax_without_code(self):
        tax = self.own_tax(25.5, code=False)
        self.assertEqual(self.blocked(self.invoice({"tax_ids": self.taxed(tax)})), ["vat_code_missing"])

    def test_a_zero_rate_abroad_needs_its_code(self):
        """Export, goods or services: nobody but the bookkeeper knows."""
        tax = self.own_tax(0, code=False)
        abroad = self.customer.sudo().copy(
            {"country_id": self.env.ref("base.se").id, "ref": "20001", "company_registry": False}
        )
        self.assertEqual(
            self.blocked(self.invoice({"tax_ids": self.taxed(tax)}, partner_id=abroad.id)), ["vat_code_missing"]
        )

    def test_a_code_that_does_not_fit(self):
        tax = self.own_tax(25.5, code="EUMY")
        move = self.invoice({"tax_ids": self.taxed(tax)})
        self.assertEqual(self.blocked(move), ["vat_code_percent"])
        for word in (tax.name, "EUMY", "25.5"):
            self.assertIn(word, self.document(move).problem)

    def test_a_purchase_code_on_a_sale(self):
        tax = self.own_tax(25.5, code="KOMY")
        tax.netvisor_vat_code = "KOOS"
        self.assertEqual(self.codes(self.invoice({"tax_ids": self.taxed(tax)})), ["vat_code_direction"])

    def test_near_a_change_of_rates_it_warns_and_never_blocks(self):
        tax = self.own_tax(14)
        move = self.invoice({"tax_ids": self.taxed(tax)}, invoice_date=date(2026, 1, 10))
        self.to_the_cent(move)
        self.assertEqual([warning.code for warning in self.prepared(move).warnings], ["vat_rate_near_change"])
        december = self.invoice(
            {"tax_ids": self.taxed(tax)}, invoice_date=date(2026, 1, 10), delivery_date=date(2025, 12, 30)
        )
        self.to_the_cent(december)
        self.assertFalse(self.prepared(december).warnings, "judged by the delivery date")

    def test_a_rate_of_long_ago_blocks_an_invoice_but_no_credit_note(self):
        tax = self.own_tax(24)
        move = self.invoice({"tax_ids": self.taxed(tax)}, invoice_date=date(2026, 3, 10))
        self.assertEqual(self.blocked(move), ["vat_rate_date"])
        note = self.invoice({"tax_ids": self.taxed(tax)}, invoice_date=date(2026, 3, 10), move_type="out_refund")
        self.to_the_cent(note)
        self.assertEqual([(row["code"], row["percent"]) for row in self.remote_invoice(note)["vat"]], [("KOMY", "24")])

    def test_a_rate_of_the_future_is_left_to_netvisor(self):
        verdict_codes = self.codes(self.invoice({"tax_ids": self.taxed(self.own_tax(26))}))
        self.assertNotIn("vat_code_percent", verdict_codes)
        self.assertNotIn("vat_rate_date", verdict_codes)
