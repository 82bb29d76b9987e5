"""What is cancelled, deleted or reversed in Odoo no longer counts in Netvisor: many in one call, none held up by another."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ORGANISATION
from .voucher_common import INVALIDATE, LEDGER, VoucherCase


@tagged("post_install", "-at_install")
class TestVoucherInvalidation(VoucherCase):
    def several(self, count):
        self.company.sudo().netvisor_checked_vouchers = 20
        moves = self.env["account.move"]
        for _number in range(count):
            moves |= self.entry()
        self.work()
        self.assertEqual(self.document(moves).mapped("state"), ["done"] * count)
        return moves

    def document(self, move, kind="voucher"):
        return self.env["netvisor.document"].sudo().search([("move_id", "in", move.ids), ("kind", "=", kind)])

    def status(self, key):
        [row] = [row for row in self.vouchers(None) if row["key"] == key]
        return row["status"]

    # --- cancelled, deleted -----------------------------------------------------------------------------------------------
    def test_cancelled(self):
        move = self.sent()
        key = self.document(move).netvisor_key
        move.with_user(self.bookkeeper).button_cancel()
        self.assertEqual((self.state(move), self.state(move, "voucher_invalidation")), ("changed", "todo"))
        self.work()
        self.assertEqual(self.status(key), "invalidated")
        self.assertEqual((self.state(move), self.codes(move)), ("cancelled", ["voucher_invalidated"]))
        self.assertEqual(self.state(move, "voucher_invalidation"), "done")
        [row] = [row for row in self.vouchers(None) if row["key"] == key]
        self.assertEqual(row["history"][-1]["comment"], f"Cancelled in Odoo by {self.bookkeeper.name}")

    def test_deleted(self):
        move = self.sent()
        name, document = move.name, self.document(move)
        move.with_user(self.controller).button_draft()
        move.with_user(self.controller).unlink()
        self.assertEqual((document.exists().state, document.move_id.id), ("changed", False))
        self.work()
        self.assertEqual(self.status(document.netvisor_key), "invalidated")
        self.assertEqual((document.state, document.name), ("cancelled", name), "the proof of what was sent stays")
        self.assertFalse(self.vouchers())

    def test_never_sent_is_only_left_out(self):
        move = self.entry()
        move.button_cancel()
        self.work()
        self.assertEqual((self.state(move), self.document(move, "voucher_invalidation").ids), ("cancelled", []))
        self.assertFalse(self.vouchers(None))

    def test_posted_again_it_is_a_new_voucher(self):
        move = self.sent()
        old = self.document(move).netvisor_key
        move.button_cancel()
        self.work()
        move.button_draft()
        move.action_post()
        self.work()
        document = self.document(move)
        self.assertEqual(document.state, "done", document.problem)
        self.assertNotEqual(document.netvisor_key, old)
        self.assertEqual([row["key"] for row in self.vouchers()], [document.netvisor_key])
        move.button_cancel()
        self.work()
        self.assertFalse(self.vouchers())

    def test_a_lost_answer_after_that_finds_the_new_one(self):
        move = self.sent()
        old = self.document(move).netvisor_key
        move.button_cancel()
        self.work()
        move.button_draft()
        self.sandbox.fault("drop_after", "accounting.nv")
        move.action_post()
        self.work()
        self.env["netvisor.document"].sudo().search([("state", "=", "in_doubt")]).next_try = False
        self.work()
        self.assertEqual(self.state(move), "done")
        self.assertNotEqual(self.document(move).netvisor_key, old)

    def test_changed_ones_mind_before_it_left(self):
        move = self.sent()
        move.button_cancel()
        move.button_draft()
        self.assertEqual(self.state(move, "voucher_invalidation"), "cancelled")
        move.action_post()
        self.compare()
        self.work()
        self.assertEqual(self.state(move), "done")
        self.assertEqual(len(self.vouchers()), 1)
        self.assertFalse(self.posts(INVALIDATE))

    def test_on_its_way_nobody_takes_it_back(self):
        move = self.sent()
        move.button_cancel()
        self.document(move, "voucher_invalidation").state = "sending"
        with self.assertRaisesRegex(UserError, "on its way"):
            move.button_draft()

    def test_a_locked_period_stops_it(self):
        move = self.sent()
        self.company.sudo().netvisor_lock_accounting = fields.Date.today()
        with self.assertRaisesRegex(UserError, "Reverse the entry"):
            move.with_user(self.controller).button_cancel()
        self.assertEqual(move.state, "posted")

    def test_gone_already(self):
        move = self.sent()
        self.sandbox.user("voucher_delete", ORGANISATION, key=self.document(move).netvisor_key)
        self.check(move)
        self.assertEqual(self.state(move), "deleted")
        move.button_cancel()
        self.assertEqual((self.state(move), self.codes(move)), ("cancelled", ["voucher_invalidated"]))
        self.work()
        self.assertFalse(self.posts(INVALIDATE))

    # --- many in one message ----------------------------------------------------------------------------------------------
    def test_a_hundred_and_one_in_two_calls(self):
        moves = self.several(101)
        moves.button_cancel()
        self.work()
        keys = self.document(moves).mapped("netvisor_key")
        self.assertEqual(set(self.document(moves, "voucher_invalidation").mapped("netvisor_key")), set(keys))
        posts = self.posts(INVALIDATE)
        self.assertEqual([row["request"].count("<invalidatevoucher>") for row in reversed(posts)], [100, 1])
        self.assertFalse(self.vouchers())
        states = self.document(moves).mapped("state")
        self.assertEqual(states, ["cancelled"] * 101)

    def test_several_go_together(self):
        moves = self.several(5)
        moves.button_cancel()
        self.work()
        self.assertEqual(len(self.posts(INVALIDATE)), 1)
        self.assertEqual(self.document(moves, "voucher_invalidation").mapped("state"), ["done"] * 5)
        self.assertFalse(self.vouchers())

    def test_one_that_is_refused_holds_up_nobody(self):
        """One of three has been invalidated by a person, and one stands in a period that was locked meanwhile."""
        moves = self.several(3)
        documents = self.document(moves)
        moves.button_cancel()
        self.sandbox.user("voucher_invalidate", ORGANISATION, key=documents[1].netvisor_key)
        self.work()
        self.assertEqual(len(self.posts(INVALIDATE)), 4, "all together, then one by one")
        self.assertEqual(self.document(moves, "voucher_invalidation").mapped("state"), ["done"] * 3)
        self.assertEqual(self.document(moves).mapped("state"), ["cancelled"] * 3)

    def test_refused_with_netvisors_words(self):
        move = self.sent()
        move.button_cancel()
        self.sandbox.fault("refuse", INVALIDATE, code="INVALID_DATA", text="Tositetta ei voi mitätöidä")
        self.work()
        invalidation = self.document(move, "voucher_invalidation")
        self.assertEqual((invalidation.state, self.state(move)), ("blocked", "changed"))
        self.assertIn("ei voi mitätöidä", invalidation.message)
        alerts = move.with_user(self.bookkeeper).alerts
        self.assertTrue([row for name, row in alerts.items() if name.endswith("_invalidation")])
        invalidation.with_user(self.bookkeeper).action_retry()
        self.work()
        self.assertEqual(self.state(move, "voucher_invalidation"), "done")

    def test_a_period_locked_meanwhile(self):
        move = self.sent()
        move.button_cancel()
        self.sandbox.set(ORGANISATION, accounting_lock=str(fields.Date.today()))
        self.work()
        self.assertEqual(self.codes(move, "voucher_invalidation"), ["period_locked"])

    def test_a_lost_answer_is_looked_up_for_all_at_once(self):
        for fault in ("drop_after", "drop_before", "error_500"):
            with self.subTest(fault):
                moves = self.several(4)
                documents = self.document(moves)
                moves.button_cancel()
                self.sandbox.fault(fault, INVALIDATE)
                before = self.calls(LEDGER)
                self.work()
                self.later()
                self.later()
                self.assertEqual(self.document(moves, "voucher_invalidation").mapped("state"), ["done"] * 4)
                self.assertLessEqual(self.calls(LEDGER) - before, 2)
                self.assertEqual({self.status(key) for key in documents.mapped("netvisor_key")}, {"invalidated"})

    def test_not_to_be_invalidated(self):
        move = self.sent()
        move.button_cancel()
        invalidation = self.document(move, "voucher_invalidation").with_user(self.controller)
        self.assertTrue(invalidation.can_cancel)
        self.env["netvisor.cancel"].with_user(self.controller).create(
            {"document_ids": invalidation.ids, "reason": "Korjattu käsin"}
        ).action_confirm()
        self.work()
        self.assertEqual((self.state(move), self.state(move, "voucher_invalidation")), ("changed", "cancelled"))
        self.assertEqual(len(self.vouchers()), 1)

    # --- reversed ---------------------------------------------------------------------------------------------------------
    def reverse(self, move, day=None):
        return move._reverse_moves([{"date": day or move.date, "ref": "Peruutus"}], cancel=True)

    def test_a_reversal_is_a_voucher(self):
        move = self.sent()
        reversal = self.reverse(move)
        self.work()
        self.assertEqual((self.state(move), self.state(reversal)), ("done", "done"))
        self.assertEqual(len(self.vouchers()), 2)

    def test_both_left_out(self):
        self.misc.netvisor_reversal = "invalidate"
        move = self.sent()
        reversal = self.reverse(move)
        self.work()
        self.assertEqual((self.state(move), self.codes(move)), ("cancelled", ["voucher_reversed"]))
        self.assertEqual((self.state(reversal), self.codes(reversal)), ("cancelled", ["voucher_reversed"]))
        self.assertFalse(self.vouchers())
        self.assertFalse(move.netvisor_can_send or reversal.netvisor_can_send)
        (move | reversal).action_netvisor_send()
        self.work()
        self.assertFalse(self.vouchers(), "one of them alone would be wrong")

    def test_neither_was_sent_yet(self):
        self.misc.netvisor_reversal = "invalidate"
        move = self.entry()
        reversal = self.reverse(move)
        self.work()
        self.assertEqual((self.state(move), self.state(reversal)), ("cancelled", "cancelled"))
        self.assertFalse(self.vouchers(None))

    def test_of_another_day_both_are_sent(self):
        self.misc.netvisor_reversal = "invalidate"
        move = self.sent()
        reversal = self.reverse(move, move.date + timedelta(days=1))
        self.work()
        self.assertEqual((self.state(move), self.state(reversal)), ("done", "done"))

    def test_the_other_one_counts_when_one_is_reset(self):
        self.misc.netvisor_reversal = "invalidate"
        for which in (0, 1):
            with self.subTest(which):
                pair = self.sent()
                pair |= self.reverse(pair)
                self.work()
                self.assertFalse(self.vouchers())
                pair[which].button_draft()
                self.work()
                self.assertEqual(self.state(pair[1 - which]), "done", self.document(pair[1 - which]).problem)
                pair[which].button_cancel()
                self.work()
                pair[1 - which].button_cancel()
                self.work()
                self.assertFalse(self.vouchers())
