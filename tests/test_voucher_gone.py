"""Deleted or invalidated in Netvisor: the entry says so, its owner is asked once, and either way out settles it."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.account_netvisor.netvisor.messages import Request

from .common import ORGANISATION
from .voucher_common import INVALIDATE, VoucherCase

ACTIVITY = "account_netvisor.mail_activity_problem"


@tagged("post_install", "-at_install")
class TestVoucherGone(VoucherCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().write(
            {"netvisor_ledger": True, "netvisor_checked_vouchers": 20, "netvisor_checked_count": 20}
        )

    def read(self, *kinds):
        feeds = self.env["netvisor.feed"].sudo()
        domain = [("company_id", "=", self.company.id), ("kind", "in", kinds or ("ledger", "deleted_voucher"))]
        feeds.search(domain).next_due = "2020-01-01"
        others = [("company_id", "=", self.company.id), ("kind", "not in", kinds or ("ledger", "deleted_voucher"))]
        feeds.search(others).next_due = "2100-01-01"
        self.work()

    def hand(self, action, move, **values):
        self.sandbox.user(action, ORGANISATION, key=self.document(move).netvisor_key, **values)

    def activities(self, move):
        self.env.invalidate_all()
        return move.activity_ids.filtered(lambda row: row.activity_type_id == self.env.ref(ACTIVITY))

    def mine(self):
        """An entry of the bookkeeper's, in Netvisor and in the mirror."""
        entry = self.entry(post=False)
        entry.with_user(self.bookkeeper).action_post()
        self.work()
        self.assertEqual(self.state(entry), "done")
        self.read()
        return entry

    def test_deleted_is_told_by_either_reading(self):
        for kind in ("deleted_voucher", "ledger"):
            with self.subTest(kind):
                move = self.mine()
                self.hand("voucher_delete", move)
                self.read(kind)
                document = self.document(move)
                self.assertEqual((document.state, document.remote_status), ("deleted", "deleted"))

    def test_its_owner_is_asked_once(self):
        move = self.mine()
        self.hand("voucher_invalidate", move, comment="Väärin")
        for _reading in range(3):
            self.read()
        [activity] = self.activities(move)
        self.assertEqual((self.state(move), self.document(move).remote_status), ("deleted", "invalidated"))
        self.assertEqual(activity.user_id, self.bookkeeper)
        self.assertIn("no longer counts", activity.summary)
        self.assertIn("send the entry again", activity.note)
        self.assertIn("cancel or reverse", activity.note)
        alerts = move.with_user(self.bookkeeper).alerts
        self.assertEqual(alerts["netvisor_state"]["action_call"][1], "action_netvisor_send")

    def test_way_out_it_is_sent_again(self):
        move = self.mine()
        key = self.document(move).netvisor_key
        self.hand("voucher_delete", move)
        self.read()
        move.with_user(self.bookkeeper).action_netvisor_send()
        self.work()
        self.assertEqual(self.state(move), "done", self.document(move).problem)
        self.assertNotEqual(self.voucher(move)["key"], key)
        self.assertFalse(self.activities(move))
        self.read()
        self.assertEqual(self.state(move), "done", "the old voucher is no news")

    def test_way_out_it_is_cancelled_here_too(self):
        move = self.mine()
        self.hand("voucher_delete", move)
        self.read()
        move.button_cancel()
        self.assertEqual((self.state(move), self.codes(move)), ("cancelled", ["voucher_invalidated"]))
        self.assertFalse(self.activities(move))
        self.work()
        self.assertFalse(self.posts(INVALIDATE))

    def test_way_out_it_is_reversed_here(self):
        """Netvisor has nothing that could be reversed: the reversal alone would be wrong there."""
        move = self.mine()
        self.hand("voucher_delete", move)
        self.read()
        before = len(self.posts())
        tomorrow = fields.Date.today() + timedelta(days=1)
        reversal = move._reverse_moves([{"date": tomorrow, "journal_id": self.misc.id}])
        reversal.action_post()
        self.work()
        self.assertEqual((self.state(move), self.state(reversal)), ("cancelled", "cancelled"))
        self.assertEqual(self.codes(reversal), ["voucher_reversed"])
        self.assertEqual(len(self.posts()), before)
        self.assertFalse(self.activities(move))
        reversal.button_draft()  # then the entry counts again, and Netvisor is to have it
        self.work()
        self.assertEqual(self.state(move), "done", self.document(move).problem)

    def test_made_valid_again_in_netvisor(self):
        move = self.mine()
        self.document(move).write({"state": "deleted", "remote_status": "invalidated"})
        self.document(move)._sync_activities()
        self.assertTrue(self.activities(move))
        self.env.cr.execute("UPDATE netvisor_document SET write_date = '2020-01-01' WHERE move_id = %s", [move.id])
        self.hand("voucher_change", move, description=f"{move.name} Vuokra")  # so that the reading shows it
        self.read("ledger")
        self.assertEqual((self.state(move), self.document(move).remote_status), ("done", False))
        self.assertFalse(self.activities(move))
        self.document(move).write({"state": "deleted", "remote_status": "invalidated"})
        self.check(move)
        self.assertEqual(self.state(move), "done")

    def test_what_odoo_itself_invalidates_is_no_surprise(self):
        move = self.mine()
        move.button_cancel()
        self.document(move, "voucher_invalidation").write({"state": "in_doubt", "next_try": "2100-01-01"})
        self.hand("voucher_invalidate", move)  # the message whose answer was lost
        self.read()
        self.assertIn(self.state(move), ("done", "changed"))
        self.later()
        self.assertEqual((self.state(move), self.codes(move)), ("cancelled", ["voucher_invalidated"]))
        self.assertFalse(self.activities(move))

    def test_the_voucher_of_an_invoice_that_was_deleted_there(self):
        move = self.invoice()
        move.invoice_user_id = self.bookkeeper
        self.work()
        self.read()
        document = self.document(move, "sales_invoice")
        self.assertEqual(document.state, "done", document.problem)
        client = self.company.sudo()._netvisor_client()
        request = Request("deletesalesinvoice.nv", (("invoiceid", str(document.netvisor_key)),))
        self.assertTrue(client.call(request).ok)
        client.close()
        self.read()
        self.document(move, "sales_invoice").filtered("next_try").next_try = "2020-01-01"
        self.work()
        self.assertEqual(self.state(move, "sales_invoice"), "deleted")
        [activity] = self.activities(move)
        self.assertEqual(activity.user_id, self.bookkeeper)
        calls = self.calls("getsalesinvoice.nv")
        self.read()
        self.work()
        self.assertEqual(self.calls("getsalesinvoice.nv"), calls, "asked once")

    def test_an_invoice_whose_voucher_alone_is_gone_stays(self):
        move = self.invoice()
        self.work()
        self.read()
        [voucher] = [row for row in self.vouchers() if row.get("source")]
        self.sandbox.user("voucher_delete", ORGANISATION, key=voucher["key"])
        self.read()
        self.document(move, "sales_invoice").filtered("next_try").next_try = "2020-01-01"
        self.work()
        self.assertEqual(self.state(move, "sales_invoice"), "done")
        self.assertFalse(self.activities(move))

    def test_a_voucher_that_the_ledger_does_not_have(self):
        """Older than the first day that is read: the list of deletions is enough."""
        move = self.mine()
        self.env["netvisor.ledger.voucher"].sudo().search([("company_id", "=", self.company.id)]).unlink()
        self.hand("voucher_delete", move)
        self.read("deleted_voucher")
        self.assertEqual(self.state(move), "deleted")
