"""Odoo's entries and the sandbox's ledger side by side, compared."""

from datetime import timedelta

from odoo import fields

from .common import ORGANISATION
from .voucher_common import VoucherCase

# Netvisor books receivables and VAT on its own default accounts: the sandbox's, as its chart says.
RECEIVABLE, SALES_VAT = "1701", "2939"


class ReconciliationCase(VoucherCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Mapped as a bookkeeper would: Netvisor posts receivables and VAT to its own accounts.
        cls.customer.with_company(cls.company).property_account_receivable_id.netvisor_account_number = RECEIVABLE
        sale = cls.env["account.tax"].search([("company_id", "=", cls.company.id), ("type_tax_use", "=", "sale")])
        sale.repartition_line_ids.account_id.with_company(cls.company).netvisor_account_number = SALES_VAT

    def setUp(self):
        super().setUp()
        self.today = fields.Date.today()
        self.first = self.today.replace(day=1)
        self.last = (self.first + timedelta(days=40)).replace(day=1) - timedelta(days=1)
        start = (self.first - timedelta(days=40)).replace(day=1)
        self.company.sudo().write({"netvisor_ledger": True, "netvisor_ledger_start": start})

    # --- doing ------------------------------------------------------------------------------------------------------
    def read(self):
        """What is due is sent, then Netvisor's ledger is read."""
        self.work()
        feeds = self.env["netvisor.feed"].sudo().search([("company_id", "=", self.company.id)])
        feeds.filtered(lambda feed: feed.kind in ("ledger", "deleted_voucher"))._request_now()
        self.work()

    def made(self, user=None, **dates):
        """The month, compared after all has been sent and read."""
        self.read()
        return self.compared(user, **dates)

    def compared(self, user=None, first=None, last=None):
        reconciliations = self.env["netvisor.reconciliation"].with_user(user or self.bookkeeper)
        found = reconciliations._make(self.company, first or self.first, last or self.last)
        self.assert_explained(found)
        return found

    def sent_invoice(self, *lines, **values):
        move = self.invoice(*lines, **values)
        self.work()
        self.assertEqual(self.state(move, "sales_invoice"), "done", self.document(move, "sales_invoice").problem)
        return move

    def analytic(self, name, plan="Projekti"):
        plans = self.env["account.analytic.plan"]
        plan = plans.search([("name", "=", plan)], limit=1) or plans.create({"name": plan})
        return self.env["account.analytic.account"].create({"name": name, "plan_id": plan.id})

    def person(self, action, **values):
        return self.sandbox.user(action, ORGANISATION, **values)

    def key(self, move, kind="voucher"):
        """Of its voucher in Netvisor."""
        if kind == "voucher":
            return self.voucher(move)["key"]
        key = self.document(move, kind).netvisor_key
        [row] = [row for row in self.vouchers() if (row["source"] or {}).get("key") == key]
        return row["key"]

    # --- expecting --------------------------------------------------------------------------------------------------
    def assert_explained(self, found):
        """The explanations of each account and month add up to its difference: nothing is left over."""
        for line in found.line_ids:
            rows = line.difference_ids
            self.assertAlmostEqual(sum(rows.mapped("difference")), line.difference, 2, line.account_number)
            self.assertEqual(line.agrees, not rows)
            self.assertEqual(line.difference_count, len(rows))
        self.assertEqual(found.difference_ids, found.line_ids.difference_ids)
        self.assertEqual(found.difference_count, len(found.difference_ids))

    def assert_agrees(self, found):
        rows = found.difference_ids.mapped(lambda row: (row.detail, row.account_number, row.difference, row.what))
        self.assertTrue(found.agrees and found.line_ids and not rows, rows)

    def assert_found(self, found, reason, *rows):
        """Exactly these: (account, amount in Odoo, amount in Netvisor)."""
        self.assertFalse(found.agrees)
        self.assertEqual(
            sorted((row.account_number, row.odoo_amount, row.netvisor_amount) for row in found.difference_ids),
            sorted(rows),
        )
        self.assertEqual(set(found.difference_ids.mapped("reason")), {reason})
        for row in found.difference_ids:
            self.assertTrue(row.what and row.remedy)
            self.assertNotIn("%(", row.what)
