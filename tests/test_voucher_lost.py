"""Answers lost at every step: one voucher, and Odoo knows its key."""

from odoo import fields
from odoo.tests import tagged

from .common import ORGANISATION
from .voucher_common import EDIT, LEDGER, VOUCHER, VoucherCase


@tagged("post_install", "-at_install")
class TestVoucherLost(VoucherCase):
    def test_an_addition(self):
        for fault in ("drop_after", "drop_before", "half", "garbage", "error_500", "truncated_xml"):
            with self.subTest(fault):
                move = self.entry()
                self.sandbox.fault(fault, VOUCHER)
                self.work()
                for _round in range(3):
                    self.later()
                self.assertEqual(self.state(move), "done", self.document(move).problem)
                self.assertEqual(self.document(move).netvisor_key, self.voucher(move)["key"])
        again = [row for row in self.posts() if row["code"] == "DUPLICATE_DATA"]
        self.assertFalse(again)

    def test_neither_a_longer_name_nor_another_entrys_voucher(self):
        move = self.entry()
        today = str(fields.Date.today())
        lines = [["7230", 100], ["1910", -100]]
        self.sandbox.user("voucher_add", ORGANISATION, date=today, lines=lines, description=f"{move.name}9 Vuokra")
        self.sandbox.fault("drop_before", VOUCHER)
        self.work()
        self.later()
        self.assertEqual(self.state(move), "done")
        self.assertEqual(self.document(move).netvisor_key, self.voucher(move)["key"])

    def test_the_same_beginning_with_another_sum_is_a_choice(self):
        move = self.entry()
        self.sandbox.user(
            "voucher_add",
            ORGANISATION,
            date=str(fields.Date.today()),
            lines=[["7230", 1], ["1910", -1]],
            description=f"{move.name} käsin",
        )
        self.company.sudo().env["ir.config_parameter"].set_param("account_netvisor.grace_seconds", 600)
        self.sandbox.fault("drop_after", VOUCHER)
        self.work()
        self.later()
        self.assertEqual(self.state(move), "done", "the one with everything is certain")
        self.assertEqual(self.remote_key(move, "Vuokra"), self.document(move).netvisor_key)

    def remote_key(self, move, ref):
        [found] = [row["key"] for row in self.vouchers() if row["description"] == f"{move.name} {ref}"]
        return found

    def test_two_alike_are_a_choice(self):
        move = self.entry()
        self.sandbox.user(
            "voucher_add",
            ORGANISATION,
            date=str(fields.Date.today()),
            lines=[["7230", 100], ["1910", -100]],
            description=f"{move.name} Vuokra",
        )
        self.sandbox.fault("drop_after", VOUCHER)
        self.work()
        self.later()
        document = self.document(move)
        self.assertEqual((document.state, len(document.candidates)), ("review", 2))
        key = document.candidates[1]["key"]
        document.with_user(self.bookkeeper).with_context(candidate_key=key).action_choose()
        self.work()
        self.assertEqual((self.state(move), self.document(move).netvisor_key), ("done", key))

    def test_an_edit_is_compared_then_made_again(self):
        move = self.sent()
        number = self.voucher(move)["number"]
        for index, (fault, posts) in enumerate((("drop_after", 1), ("error_500", 2)), start=1):
            before = len(self.posts(EDIT))
            self.sandbox.fault(fault, EDIT)
            move.ref = f"Muutos {index}"
            self.work()
            self.later()
            self.later()
            self.assertEqual(self.state(move), "done")
            self.assertEqual(len(self.posts(EDIT)) - before, posts, fault)
            self.assertEqual(self.voucher(move)["description"], f"{move.name} Muutos {index}")
            self.assertEqual(self.voucher(move)["number"], number)

    def test_a_ledger_that_cannot_be_read_proves_nothing(self):
        move = self.entry()
        self.sandbox.fault("drop_after", VOUCHER)
        self.sandbox.fault("truncated_xml", LEDGER, times=2)
        self.work()
        self.later()
        self.assertEqual(self.state(move), "in_doubt")
        self.later()
        self.later()
        self.assertEqual(self.state(move), "done")
        self.voucher(move)
