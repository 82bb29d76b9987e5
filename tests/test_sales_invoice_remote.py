"""What Netvisor says about an invoice: after a lost answer, after the first ones, and on demand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.account_netvisor.netvisor import Request, sales_invoice
from odoo.addons.account_netvisor.netvisor.sales_invoice import InvoiceRow

from .test_sales_invoice import SalesInvoiceCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestSalesInvoiceRemote(SalesInvoiceCommon):
    def test_lost_answer_is_found_by_the_marker(self):
        self.invoice()
        self.run_netvisor()
        move = self.invoice()
        self.sandbox.fault("drop_after", "salesinvoice.nv")
        self.run_netvisor()
        self.document(move).sudo().next_try = False
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual(document.state, "done")
        self.assertEqual(document.netvisor_key, self.remote_invoice(move)["key"])

    def test_lost_answer_where_netvisor_numbers(self):
        self.company.sudo().netvisor_numbering = "netvisor"
        moves = [self.invoice(), self.invoice()]
        self.sandbox.fault("drop_after", "salesinvoice.nv")
        for _round in range(3):
            self.run_netvisor()
            for move in moves:
                self.document(move).sudo().next_try = False
        for move in moves:
            self.assertEqual(self.document(move).netvisor_key, self.remote_invoice(move)["key"])
        self.assertEqual(len(self.remote()["invoices"]), 2)

    def test_a_number_alone_is_no_proof(self):
        kind = self.kind()
        search = {"number": "5", "customer_key": 7, "date": "2026-01-05", "total": "10.00", "marker": "Odoo A u-1"}
        row = {"key": 1, "number": "5", "customer_key": 7, "date": date(2026, 1, 5), "amount": Decimal("10.00")}

        def certain(**changes):
            candidate = kind._candidate(InvoiceRow(**{**row, **changes}), search)
            return candidate and candidate.certain

        self.assertTrue(certain(), "number, customer, date and total agree")
        self.assertTrue(certain(private_comment="Odoo A u-1", customer_key=8), "the marker agrees")
        for changes in (
            {"customer_key": 8},
            {"date": date(2026, 1, 6)},
            {"amount": Decimal("10.01")},
            {"amount": None},
        ):
            self.assertIs(certain(**changes), False, changes)
        self.assertIsNone(certain(private_comment="Odoo A u-2"), "another document's marker")

    def check(self, move):
        with self.enter_registry_test_mode():
            self.document(move).with_user(self.bookkeeper).action_check()
        # PostgreSQL's clock stands still in a test's transaction: a moment ago is still to come.
        self.document(move).sudo().next_try = "2020-01-01"
        self.run_netvisor()

    def test_check_sees_status_and_deletion(self):
        move = self.invoice()
        self.run_netvisor()
        self.check(move)
        self.assertEqual(self.document(move).remote_status, "open")
        client = self.company.sudo()._netvisor_client()
        key = str(self.document(move).netvisor_key)
        self.assertTrue(client.call(Request("deletesalesinvoice.nv", (("invoiceid", key),))).ok)
        client.close()
        self.check(move)
        self.assertEqual(self.document(move).state, "deleted")

    def test_the_first_invoices_are_read_back_and_a_difference_pauses(self):
        move = self.invoice()
        self.run_netvisor()
        self.assertEqual(self.company.sudo().netvisor_checked_count, 1)
        self.assertFalse(self.company.sudo().netvisor_pause_code)
        self.assertEqual(self.document(move).remote_status, "open")
        self.document(move).sudo().search_values = {**self.document(move).search_values, "total": "125.49"}
        client = self.company.sudo()._netvisor_client()
        self.kind()._confirm(self.document(move).sudo(), client.call)
        client.close()
        self.assertEqual(self.company.sudo().netvisor_pause_code, "total_differs")

    def test_a_number_that_netvisor_has_already(self):
        """Typed in Netvisor by hand: same number, another customer. Never taken for ours."""
        first, second = self.invoice(), self.invoice(post=False, ref="tuleva")
        self.run_netvisor()
        values = self.values(first)
        second.action_post()
        number = int("".join(filter(str.isdigit, second.name)))
        client = self.company.sudo()._netvisor_client()
        typed = replace(values, number=number, private_comment="käsin", reference="1232", date=date(2026, 1, 2))
        self.assertTrue(client.call(sales_invoice.add(typed)).ok)
        client.close()
        self.run_netvisor()
        for _round in range(2):
            self.document(second).sudo().next_try = False
            self.run_netvisor()
        document = self.document(second)
        self.assertEqual(document.state, "blocked")
        self.assertEqual([problem["code"] for problem in document.problems], ["number_taken"])
        self.assertIn(str(number), document.problem)
        self.assertEqual(len(self.remote()["invoices"]), 2)
