"""VAT on net vouchers: code and percentage on the base, once; what does not fit is said and not sent."""

from datetime import date
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from .voucher_common import VoucherCase


@tagged("post_install", "-at_install")
class TestVoucherVat(VoucherCase):
    def test_rates_of_sales_and_purchases(self):
        reduced = self.tax(14).copy({"name": "13.5 %", "amount": 13.5})
        for tax, code, percent, account, sign in (
            (self.tax(25.5), "KOMY", "25.5", "3000", -1),
            (reduced, "KOMY", "13.5", "3000", -1),
            (self.tax(10), "KOMY", "10", "3000", -1),
            (self.tax(0, name="0%"), "KOMY0", "0", "3000", -1),
            (self.tax(25.5, "purchase"), "KOOS", "25.5", "7230", 1),
            (self.tax(10, "purchase"), "KOOS", "10", "7230", 1),
        ):
            with self.subTest(tax=tax.name, use=tax.type_tax_use):
                tax.netvisor_vat_code = code
                vat = sign * round(float(Decimal(percent)), 2)
                rows = [(account, sign * 100.0, self.taxed(tax)), ("1910", -sign * 100.0 - vat)]
                move = self.entry(*rows, post=False)
                self.assertEqual(move.line_ids.filtered("tax_line_id").balance, vat)
                move.action_post()
                self.work()
                own = move.line_ids.filtered("tax_line_id").account_id.code
                expected = [(account, str(sign * 100), code, percent), ("1910", str(-sign * 100 - Decimal(str(vat))))]
                self.assert_lines(move, *expected, *([(own, str(vat))] if vat else []))

    def test_reverse_charge_has_its_code_once(self):
        tax = self.tax(25.5, "purchase", name="25.5% EU G")
        self.assertEqual(tax.netvisor_vat_code, "EUOS")
        move = self.sent(("7230", 200.0, self.taxed(tax)), ("1910", -200.0))
        self.assert_lines(move, ("7230", "200", "EUOS", "25.5"), ("1763", "51"), ("2930", "-51"), ("1910", "-200"))

    def test_vat_without_its_base_is_deducted_by_code_100(self):
        """Import VAT on the bill of the customs: only the tax stands on it."""
        tax = self.tax(25.5, "purchase")
        move = self.entry(("7230", 10.0, self.taxed(tax)), ("1910", -12.55), post=False)
        part = tax.invoice_repartition_line_ids.filtered(lambda part: part.repartition_type == "tax")
        lines = move.line_ids
        lines.filtered(lambda line: line.account_id.code == "7230").with_context(skip_invoice_sync=True).tax_ids = False
        self.assertEqual(lines.filtered("tax_line_id").tax_repartition_line_id, part)
        move.action_post()
        self.work()
        self.assert_lines(move, ("7230", "10"), ("1763", "2.55", "100", "0"), ("1910", "-12.55"))

    def test_what_is_wrong_with_vat_is_said(self):
        fixed = self.tax(25.5).copy({"name": "Jakaja", "amount_type": "division", "amount": 20})
        odd = self.tax(25.5).copy({"name": "Ilman koodia", "netvisor_vat_code": False})
        zero = self.tax(25.5).copy({"name": "Vientiä", "netvisor_vat_code": "EUUM"})
        other = self.tax(10).copy({"name": "Toinen"})
        for taxes, code in (
            ([odd], "vat_code_missing"),
            ([zero], "vat_code_percent"),
            ([fixed], "tax_kind"),
            ([self.tax(25.5), other], "several_taxes"),
        ):
            with self.subTest(code):
                move = self.entry(("3000", -100.0, self.taxed(*taxes)), ("1910", 100.0))
                self.work()
                self.assertEqual((self.state(move), self.codes(move)), ("blocked", [code]))
        self.assertFalse(self.posts())

    def test_a_rate_of_another_time_is_refused(self):
        tax = self.tax(24)
        move = self.entry(("3000", -100.0, self.taxed(tax)), ("1910", 124.0))
        self.work()
        self.assertEqual(self.codes(move), ["vat_rate_date"])

    def test_a_reversal_keeps_the_old_rate(self):
        tax = self.tax(24)
        old = self.entry(("3000", -100.0, self.taxed(tax)), ("1910", 124.0), date=date(2024, 8, 20))
        self.work()
        self.assertEqual(self.state(old), "done", self.document(old).problem)
        reversal = old._reverse_moves([{"date": fields.Date.today()}], cancel=True)
        self.work()
        self.assertEqual(self.state(reversal), "done", self.document(reversal).problem)
        self.assert_lines(reversal, ("3000", "100", "KOMY", "24"), ("2930", "24"), ("1910", "-124"))

    def test_what_becomes_due_when_paid_has_no_code_yet(self):
        self.company.sudo().tax_exigibility = True
        transition = self.account("2939")
        transition.reconcile = True
        tax = self.tax(25.5).copy(
            {
                "name": "Maksuperusteinen",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
            }
        )
        receivable = self.company_data["default_account_receivable"]
        move = self.entry(("3000", -100.0, self.taxed(tax)), (receivable.code, 125.5, {"partner_id": self.customer.id}))
        self.work()
        self.assertEqual({line[2] for line in self.remote_lines(move)}, {"NONE"})
        bank = self.entry((receivable.code, -125.5, {"partner_id": self.customer.id}), ("1910", 125.5))
        (move | bank).line_ids.filtered(lambda line: line.account_id == receivable).reconcile()
        paid = self.env["account.move"].search([("tax_cash_basis_origin_move_id", "=", move.id)])
        self.assertTrue(paid)
        paid.journal_id.write({"netvisor_export": "voucher", "netvisor_voucher_type_id": self.type("MU").id})
        self.assertEqual(paid.state, "posted")
        self.env["account.move"].browse(paid.ids).action_netvisor_send()
        self.work()
        self.assertEqual(self.state(paid), "done", self.document(paid).problem)
        self.assertEqual(sorted(line[2] for line in self.remote_lines(paid) if line[0] == "3000"), ["KOMY", "NONE"])
