"""VAT of both ledgers per code and month: what is sent rightly leaves nothing, every injected difference is found."""

from odoo import Command
from odoo.tests import tagged

from .test_reconciliation import ReconciliationCase


@tagged("post_install", "-at_install")
class TestReconciliationVat(ReconciliationCase):
    def rows(self, reconciliation):
        """dict code → (base in Odoo, in Netvisor, tax in Odoo, in Netvisor)"""
        return {
            row.code: (row.odoo_base, row.netvisor_base, row.odoo_tax, row.netvisor_tax)
            for row in reconciliation.vat_ids
        }

    def odd(self, reconciliation):
        return {row.code: (row.base_difference, row.tax_difference) for row in reconciliation.vat_ids if not row.agrees}

    def lines(self, row):
        return [
            self.env[action["res_model"]].search(action["domain"])
            for action in (row.action_open_odoo(), row.action_open_netvisor())
        ]

    def test_correct_documents_leave_nothing(self):
        sale, buy, zero = self.tax(25.5), self.tax(25.5, "purchase"), self.tax(0, name="0%")
        zero.netvisor_vat_code = "KOMY0"
        self.invoice()
        self.invoice({"price_unit": 33.33, "quantity": 3}, {"price_unit": 20.0, "tax_ids": [Command.set(zero.ids)]})
        self.invoice(move_type="out_refund")
        self.sent(("7230", 100.0, self.taxed(buy)), ("1910", -125.5))
        self.sent(("3000", -10.0, self.taxed(sale)), ("1910", 12.55))
        eu = self.tax(25.5, "purchase", name="25.5% EU G")
        self.sent(("7230", 200.0, self.taxed(eu)), ("1910", -200.0))
        self.sent()
        found = self.made()
        self.assertEqual(self.odd(found), {})
        self.assertFalse(found.vat_difference_count)
        self.assertEqual(
            self.rows(found),
            {
                "KOMY": (-109.99, -109.99, -28.05, -28.05),
                "KOMY0": (-20.0, -20.0, 0.0, 0.0),
                "KOOS": (100.0, 100.0, 25.5, 25.5),
                "EUOS": (200.0, 200.0, 0.0, 0.0),
            },
        )

    def test_several_codes_in_one_entry(self):
        sale, buy = self.tax(25.5), self.tax(25.5, "purchase")
        self.sent(("7230", 100.0, self.taxed(buy)), ("3000", -20.0, self.taxed(sale)), ("1910", -100.4))
        found = self.made()
        self.assertEqual(
            self.rows(found),
            {"KOOS": (100.0, 100.0, 0, 0), "KOMY": (-20.0, -20.0, 0, 0), "*": (0, 0, 20.4, 20.4)},
        )

    def test_gross_vouchers(self):
        self.misc.netvisor_voucher_mode = "gross"
        self.sent(("7230", 100.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -125.5))
        self.sent(("3000", -100.0, self.taxed(self.tax(25.5))), ("1910", 125.5))
        found = self.made()
        self.assertEqual(self.rows(found), {"KOOS": (100.0, 100.0, 25.5, 25.5), "KOMY": (-100.0, -100.0, -25.5, -25.5)})

    def test_vat_alone_is_code_100(self):
        tax = self.tax(25.5, "purchase")
        move = self.entry(("7230", 10.0, self.taxed(tax)), ("1910", -12.55), post=False)
        lines = move.line_ids
        lines.filtered(lambda line: line.account_id.code == "7230").with_context(skip_invoice_sync=True).tax_ids = False
        move.action_post()
        self.work()
        self.assertEqual(self.rows(self.made()), {"100": (0, 0, 2.55, 2.55)})

    def test_a_code_changed_in_netvisor(self):
        """The sums per account agree, those per code do not."""
        same = self.sent(("7230", 40.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -50.2))
        move = self.sent(("7230", 100.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -125.5))
        lines = [[line["account"], line["sum"], "NONE", "0"] for line in self.voucher(move)["lines"]]
        self.sandbox.user("voucher_change", key=move.netvisor_key, lines=lines)
        found = self.made()
        self.assertFalse(found.agrees)
        self.assertEqual(self.odd(found), {"KOOS": (100.0, 25.5), "": (0.0, -25.5)})
        ours, theirs = self.lines(found.vat_ids.filtered(lambda row: row.code == "KOOS"))
        self.assertEqual((ours.move_id, len(ours)), (move, 2))
        self.assertNotIn(same, ours.move_id)
        self.assertFalse(theirs)
        ours, theirs = self.lines(found.vat_ids.filtered(lambda row: not row.code))
        self.assertFalse(ours)
        self.assertEqual(theirs.mapped("amount"), [25.5])

    def test_a_voucher_typed_in_netvisor(self):
        self.sent(("7230", 100.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -125.5))
        lines = [["7230", "10.00", "KOOS", "25.5"], ["1763", "2.55"], ["1910", "-12.55"]]
        self.sandbox.user("voucher_add", date=str(self.today), lines=lines, description="Käsin")
        found = self.made()
        self.assertEqual(self.odd(found), {"KOOS": (-10.0, -2.55)})
        _ours, theirs = self.lines(found.vat_ids)
        self.assertEqual(theirs.voucher_id.description, "Käsin")
        self.assertEqual(sorted(theirs.mapped("amount")), [2.55, 10.0])

    def test_what_is_not_sent_and_what_is_out_of_scope(self):
        move = self.entry(("7230", 100.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -125.5))
        self.document(move)._cancel_sending("not this one")
        bank = self.company_data["default_journal_bank"]
        self.entry(("3000", -10.0, self.taxed(self.tax(25.5))), ("1910", 12.55), journal=bank)
        found = self.made()
        self.assertEqual(self.odd(found), {"KOOS": (100.0, 25.5), "KOMY": (-10.0, -2.55)})
        row = found.vat_ids.filtered(lambda row: row.code == "KOMY")
        self.assertEqual((row.outside_base, row.outside_tax), (-10.0, -2.55))

    def test_vat_of_other_months(self):
        self.sent(("7230", 100.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -125.5))
        found = self.made(last=self.today.replace(day=1))
        if self.today.day > 1:
            self.assertFalse(found.vat_ids)

    def test_few_statements(self):
        self.sent(("7230", 100.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -125.5))
        found = self.made().sudo()
        found._vat_values()
        self.env.flush_all()
        with self.assertQueryCount(12):
            found._compute_vat()

    def test_screen(self):
        self.sent(("7230", 100.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -125.5))
        found = self.made()
        view = found.with_user(self.bookkeeper).get_view(view_type="form")["arch"]
        self.assertIn("VAT accounts of both charts", view)
        row = found.with_user(self.bookkeeper).vat_ids
        self.assertEqual((row.code_text, row.odoo_tax), ("KOOS", 25.5))
