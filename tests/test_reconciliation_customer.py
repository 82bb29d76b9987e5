"""What customers owe: Odoo beside Netvisor's list of open invoices."""

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import OTHER_ORGANISATION
from .test_reconciliation import ReconciliationCase

LIST = "salesinvoicelist.nv"


@tagged("post_install", "-at_install")
class TestReconciliationCustomer(ReconciliationCase):
    def read_open(self):
        feeds = self.env["netvisor.feed"].sudo().search([("company_id", "=", self.company.id)])
        feeds.filtered(lambda feed: feed.kind == "open_invoice")._request_now()
        self.work()

    def owed(self):
        self.work()
        self.read_open()
        return self.made()

    def sent_long_ago(self, moves):
        """Within the second in which a reading begins nobody knows what came first."""
        for move in moves:
            self.document(move, "sales_invoice").sudo().sent_date = "2020-01-01"

    def rows(self, reconciliation):
        return {row.name: (row.odoo_open, row.netvisor_open) for row in reconciliation.customer_ids}

    def pay_in_netvisor(self, move, amount):
        self.sent_long_ago(move)
        return self.sandbox.user("payment_add", invoice=move.netvisor_key, amount=amount, date=str(self.today))

    def pay_in_odoo(self, move, amount):
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        wizard.create({"amount": amount, "payment_difference_handling": "open"})._create_payments()

    def test_what_was_sent_agrees(self):
        other = self.partner_a
        self.invoice()
        self.invoice({"price_unit": 200.0})
        self.invoice(partner_id=other.id)
        self.invoice(partner_id=other.id, move_type="out_refund")
        found = self.owed()
        self.assertEqual(self.rows(found), {self.customer.name: (376.5, 376.5), other.name: (0.0, 0.0)})
        self.assertEqual(found.customer_difference_count, 0)
        self.assertTrue(found.open_read_at)
        row = found.customer_ids.filtered(lambda row: row.partner_id == self.customer)
        self.assertEqual((row.odoo_count, row.netvisor_count), (2, 2))

    def test_what_is_sent_while_the_list_is_read_is_no_difference(self):
        """The first part of the reading goes before the invoices, the last one after them."""
        self.work()
        self.invoice()
        self.read_open()
        row = self.made().customer_ids
        self.assertEqual((row.odoo_open, row.netvisor_open, row.not_sent), (0.0, 0.0, 125.5))
        self.read_open()
        row = self.made().customer_ids
        self.assertEqual((row.odoo_open, row.netvisor_open, row.not_sent), (125.5, 125.5, 0.0))

    def test_payments_on_one_side(self):
        both, here, there = (self.invoice({"price_unit": price}) for price in (100.0, 200.0, 400.0))
        self.work()
        self.pay_in_netvisor(both, "25.50")
        self.pay_in_odoo(both, 25.5)
        self.assertEqual(both.amount_residual, 100.0)
        found = self.owed()
        self.assertEqual(self.rows(found), {self.customer.name: (853.0, 853.0)})
        self.pay_in_netvisor(there, "502.00")
        found = self.owed()
        row = found.customer_ids
        self.assertEqual((row.odoo_open, row.netvisor_open, row.difference), (853.0, 351.0, 502.0))
        self.assertEqual(row._differing_documents().move_id, there)
        self.pay_in_odoo(here, 251.0)
        found = self.owed()
        self.assertEqual((found.customer_ids.difference, found.customer_difference_count), (251.0, 1))
        self.assertEqual(found.customer_ids._differing_documents().move_id, here | there)

    def test_drill_down(self):
        move, other = self.invoice(), self.invoice(partner_id=self.partner_a.id)
        found = self.owed()
        row = found.customer_ids.filtered(lambda row: row.partner_id == self.customer).with_user(self.bookkeeper)
        action = row.action_open_odoo()
        self.assertEqual(self.env["account.move"].search(action["domain"]), move)
        action = row.action_open_netvisor()
        remote = self.env["netvisor.open.invoice"].with_user(self.bookkeeper).search(action["domain"])
        self.assertEqual((remote.move_id, remote.open_amount, remote.difference), (move, 125.5, 0))
        self.assertEqual((remote.netvisor_key, remote.status_label), (move.netvisor_key, "Open"))
        self.assertNotEqual(remote.netvisor_key, other.netvisor_key)

    def test_check_again(self):
        move = self.invoice()
        self.work()
        self.read_open()
        self.pay_in_netvisor(move, "125.50")
        found = self.owed()
        row = found.customer_ids.with_user(self.bookkeeper)
        self.assertEqual((row.difference, row.agrees), (125.5, False))
        row.action_check()
        feeds = self.env["netvisor.feed"].sudo().search([("kind", "=", "open_invoice")])
        self.assertLessEqual(feeds.filtered(lambda feed: feed.company_id == self.company).next_due, self.now())
        document = self.document(move, "sales_invoice")
        self.assertTrue(document.next_try)
        document.next_try = "2020-01-01"
        self.work()
        self.assertEqual(document.remote_status, "paid")

    def now(self):
        return fields.Datetime.now()

    def test_invoices_typed_in_netvisor(self):
        move = self.invoice()
        self.work()
        document = self.document(move, "sales_invoice")
        key = document.netvisor_key
        document.netvisor_key = key + 5000  # as if somebody else had made the one that is there
        found = self.owed()
        row = found.customer_ids
        self.assertEqual((row.partner_id, row.netvisor_open, row.only_netvisor), (self.customer, 125.5, 125.5))
        self.assertFalse(self.env["netvisor.open.invoice"].search([("netvisor_key", "=", key)]).move_id)
        # A customer whom Odoo does not know has a row of his own.
        self.env["netvisor.binding"].sudo().search([("partner_id", "=", self.customer.id)]).netvisor_key = 0
        found = self.owed()
        alone = found.customer_ids.filtered(lambda row: not row.partner_id)
        self.assertEqual((alone.odoo_open, alone.netvisor_open, alone.name), (0.0, 125.5, self.customer.name))
        action = alone.action_open_netvisor()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).netvisor_key, key)

    def test_not_sent_and_drafts(self):
        self.work()
        self.read_open()
        self.invoice()  # not sent yet
        found = self.compare_now()
        row = found.customer_ids
        self.assertEqual((row.odoo_open, row.not_sent, row.difference), (0.0, 125.5, 0.0))
        self.company.sudo().netvisor_delivery = "netvisor"
        self.work()
        found = self.owed()
        row = found.customer_ids
        self.assertEqual((row.odoo_open, row.netvisor_open, row.netvisor_draft), (125.5, 0.0, 125.5))
        self.assertFalse(row.agrees)

    def compare_now(self):
        return self.env["netvisor.reconciliation"]._make(self.company, self.first, self.last)

    def test_the_list_is_read_in_pages(self):
        """Two statuses; what is no longer open goes from the mirror."""
        move = self.invoice()
        self.work()
        self.read_open()
        mirror = self.env["netvisor.open.invoice"].search([])
        self.assertEqual(mirror.netvisor_key, move.netvisor_key)
        mirror.sudo().seen = "2020-01-01"
        before = self.calls(LIST)
        self.pay_in_netvisor(move, "125.50")
        self.read_open()
        self.assertEqual(self.calls(LIST) - before, 2)
        self.assertFalse(self.env["netvisor.open.invoice"].search([]))

    def test_never_read(self):
        self.invoice()
        self.work()
        self.env["netvisor.feed"].sudo().search([("kind", "=", "open_invoice")]).last_done = False
        found = self.compare_now()
        self.assertFalse(found.customer_ids)
        self.assertFalse(found.open_read_at)

    def test_a_customer_paid_does_not_make_the_month_differ(self):
        """What is open today says nothing of a month: only its own page shows it."""
        move = self.invoice()
        self.work()
        self.sent_long_ago(move)
        found = self.owed()
        agreed = found.agrees
        document = self.document(move, "sales_invoice")
        self.env["netvisor.open.invoice"].search([("netvisor_key", "=", document.netvisor_key)]).sudo().unlink()
        found._compute_all()
        self.assertEqual((found.customer_difference_count, found.agrees), (1, agreed))

    def test_rights(self):
        self.invoice()
        found = self.owed()
        other = self.env["res.company"].sudo().create({"name": "Toinen", "currency_id": self.env.ref("base.EUR").id})
        self.connect(other, OTHER_ORGANISATION)
        stranger = new_test_user(
            self.env(su=True),
            "stranger",
            groups="base.group_user,account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        auditor = new_test_user(
            self.env(su=True),
            "auditor",
            groups="base.group_user,account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertFalse(self.env["netvisor.open.invoice"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            found.customer_ids.with_user(stranger).action_open_netvisor()
        self.assertTrue(found.customer_ids.with_user(auditor).action_open_netvisor())
        with self.assertRaises(AccessError):
            found.customer_ids.with_user(auditor).action_check()
