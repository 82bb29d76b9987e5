"""Two ledgers, proven to agree; and each kind of difference, found and told."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .voucher_common import VoucherCase


class ReconciliationCase(VoucherCase):
    def setUp(self):
        super().setUp()
        self.today = fields.Date.today()
        start = self.today.replace(day=1)
        self.first, self.last = start, (start + timedelta(days=40)).replace(day=1) - timedelta(days=1)
        self.company.sudo().write({"netvisor_ledger": True, "netvisor_ledger_start": start - timedelta(days=40)})

    def read(self):
        """All that is due is sent, then Netvisor's ledger is read."""
        feeds = self.env["netvisor.feed"].sudo().search([("company_id", "=", self.company.id)])
        self.work()
        feeds.filtered(lambda feed: feed.kind in ("ledger", "deleted_voucher"))._request_now()
        self.work()

    def made(self, first=None, last=None, user=None):
        self.read()
        reconciliations = self.env["netvisor.reconciliation"].with_user(user or self.bookkeeper)
        return reconciliations._make(self.company, first or self.first, last or self.last)


@tagged("post_install", "-at_install")
class TestReconciliation(ReconciliationCase):
    def test_an_entry_and_its_voucher_agree(self):
        self.sent()
        found = self.made()
        self.assertTrue(found.agrees, found.line_ids.read(["account_number", "difference"]))
        self.assertEqual(
            [("1910", -100.0, -100.0), ("7230", 100.0, 100.0)],
            [(line.account_number, line.odoo_balance, line.netvisor_balance) for line in found.line_ids],
        )
