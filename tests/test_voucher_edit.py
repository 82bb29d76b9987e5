"""An entry that was reset and posted again changes its voucher: lines replaced, number kept, no file sent or charged twice."""

import base64
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ORGANISATION
from .voucher_common import EDIT, VOUCHER, VoucherCase


class FileCase(VoucherCase):
    def attach(self, move, *contents, chosen=True):
        """Files on the entry, chosen for Netvisor. :return: ir.attachment"""
        files = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{content}.pdf",
                    "datas": base64.b64encode(content.encode()),
                    "mimetype": "application/pdf",
                    "res_model": "account.move",
                    "res_id": move.id,
                }
                for content in contents
            ]
        )
        if chosen:
            move.netvisor_attachment_ids |= files
        return files

    def files(self, move):
        return [row["filename"] for row in self.voucher(move)["attachments"]]


@tagged("post_install", "-at_install")
class TestVoucherEdit(VoucherCase):
    def change(self, move, amount=80.0):
        self.repost(move, a7230={"balance": amount}, a1910={"balance": -amount})

    def repost(self, move, **lines):
        move.button_draft()
        commands = [
            Command.update(line.id, lines[f"a{line.account_id.code}"])
            for line in move.line_ids
            if f"a{line.account_id.code}" in lines
        ]
        move.line_ids = commands
        move.action_post()

    def test_lines_are_replaced_and_the_number_stays(self):
        move = self.sent()
        before = self.voucher(move)
        self.change(move)
        self.compare()
        self.assertEqual(self.state(move), "todo")
        self.assertEqual(self.document(move).netvisor_key, before["key"])
        self.work()
        after = self.voucher(move)
        self.assertEqual(self.state(move), "done")
        self.assert_lines(move, ("7230", "80"), ("1910", "-80"))
        self.assertEqual((after["key"], after["number"], after["edits"]), (before["key"], before["number"], 1))
        self.assertEqual((len(self.posts()), len(self.posts(EDIT))), (1, 1))

    def test_posted_again_unchanged_sends_nothing(self):
        move = self.sent()
        move.button_draft()
        self.assertEqual(self.state(move), "changed")
        self.assertIn("Posted again", move.with_user(self.bookkeeper).alerts["netvisor_state"]["message"])
        move.action_post()
        self.compare()
        self.assertEqual(self.state(move), "done")
        self.work()
        self.assertFalse(self.posts(EDIT))

    def test_a_number_that_is_not_known_is_read_first(self):
        self.company.sudo().netvisor_checked_vouchers = 20
        move = self.sent()
        self.assertFalse(self.document(move).netvisor_number)
        before = self.voucher(move)["number"]
        self.change(move)
        self.work()
        self.later()
        self.assertEqual(self.state(move), "done", self.document(move).problem)
        self.assertEqual(self.voucher(move)["number"], before)
        self.assert_lines(move, ("7230", "80"), ("1910", "-80"))

    def test_basic_data_alone(self):
        """Another reference, or another day: the lines in Netvisor are left as they are."""
        move = self.sent()
        lines = [line["key"] for line in self.voucher(move)["lines"]]
        number = self.voucher(move)["number"]
        move.ref = "Korjattu viite"
        self.compare()
        self.assertEqual(self.state(move), "todo", "an edit of a posted entry follows by itself")
        self.work()
        voucher = self.voucher(move)
        self.assertEqual(voucher["description"], f"{move.name} Korjattu viite")
        self.assertEqual([line["key"] for line in voucher["lines"]], lines)
        self.assertEqual(voucher["number"], number)
        self.assertNotIn("voucherline", self.posts(EDIT)[0]["request"])

    def test_without_sending_by_itself_a_person_sends_the_changes(self):
        move = self.sent()
        self.company.sudo().netvisor_send_automatically = False
        self.change(move)
        self.compare()
        self.assertEqual(self.state(move), "changed")
        move = move.with_user(self.bookkeeper)
        self.assertTrue(move.netvisor_can_send)
        self.assertEqual(move.alerts["netvisor_state"]["action_text"], "Send the changes")
        move.action_netvisor_send()
        self.work()
        self.assert_lines(move, ("7230", "80"), ("1910", "-80"))
        self.assertEqual(self.state(move), "done")

    def test_a_refused_edit_is_not_taken_for_sent(self):
        """Posted again just as it was refused: it differs from what Netvisor has all the same."""
        move = self.sent()
        self.sandbox.fault("refuse", EDIT, code="INVALID_DATA", text="Ei käy")
        self.change(move)
        self.work()
        self.assertEqual((self.state(move), self.document(move).message), ("blocked", "INVALID_DATA :: Ei käy"))
        move.button_draft()
        move.action_post()
        self.compare()
        self.assertEqual(self.state(move), "todo")
        self.work()
        self.assert_lines(move, ("7230", "80"), ("1910", "-80"))

    def test_a_locked_period_stops_the_reset(self):
        move = self.sent()
        self.company.sudo().netvisor_lock_accounting = fields.Date.today()
        with self.assertRaisesRegex(UserError, "first open date"):
            move.with_user(self.controller).button_draft()
        self.assertEqual(self.state(move), "done")

    def test_texts_edited_in_a_locked_period_are_shown_only(self):
        move = self.sent()
        self.company.sudo().netvisor_lock_accounting = fields.Date.today()
        move.ref = "Uusi viite"
        self.compare()
        self.assertEqual((self.state(move), self.notes(move)), ("changed", {"period_locked"}))
        move.ref = "Vuokra"
        self.compare()
        self.assertEqual(self.state(move), "done", "as it was sent again")

    def test_to_another_day_both_days_must_be_open(self):
        move = self.sent()
        move.button_draft()
        move.date = fields.Date.today() + timedelta(days=1)
        move.action_post()
        self.company.sudo().netvisor_lock_accounting = fields.Date.today()
        self.compare()
        self.work()
        self.assertFalse(self.posts(EDIT))

    def test_on_its_way_it_cannot_be_reset(self):
        move = self.entry()
        self.document(move).state = "sending"
        with self.assertRaisesRegex(UserError, "on its way"):
            move.button_draft()

    def test_gone_in_netvisor(self):
        """Deleted there meanwhile: the edit is refused, the voucher is read and found gone, a person sends it anew."""
        move = self.sent()
        key = self.voucher(move)["key"]
        self.sandbox.user("voucher_delete", ORGANISATION, key=key)
        self.change(move)
        self.work()
        self.work()
        document = self.document(move)
        self.assertEqual((document.state, document.remote_status), ("deleted", "deleted"))
        move.with_user(self.bookkeeper).action_netvisor_send()
        self.work()
        self.assertEqual(self.state(move), "done", self.document(move).problem)
        self.assertNotEqual(self.voucher(move)["key"], key)
        self.assertEqual(self.document(move).search_values["former"], [key])
        self.assert_lines(move, ("7230", "80"), ("1910", "-80"))

    def test_checked_in_netvisor(self):
        self.company.sudo().netvisor_checked_vouchers = 20
        move = self.sent()
        with self.assertRaises(AccessError):
            move.with_user(self.env.ref("base.public_user")).action_netvisor_check()
        self.check(move)
        document = self.document(move)
        self.assertEqual(document.netvisor_number, str(self.voucher(move)["number"]))
        action = move.with_user(self.bookkeeper).action_netvisor_open_remote()
        self.assertEqual(action["url"], document.uri)
        document.uri = "https://netvisor.example/voucher/1"
        with self.assertRaisesRegex(UserError, "no address of Netvisor"):
            move.with_user(self.bookkeeper).action_netvisor_open_remote()
        self.sandbox.user("voucher_invalidate", ORGANISATION, key=document.netvisor_key)
        self.check(move)
        self.assertEqual((self.state(move), self.document(move).remote_status), ("deleted", "invalidated"))

    def test_from_invoices_to_vouchers(self):
        """What Netvisor has as an invoice stays one; what never left becomes a voucher."""
        sent = self.invoice()
        self.work()
        waiting = self.invoice(payment_reference="kelvoton")
        self.work()
        self.assertEqual(self.state(waiting, "sales_invoice"), "blocked")
        self.journal.write({"netvisor_export": "voucher", "netvisor_voucher_type_id": self.type("ML").id})
        (sent | waiting).action_netvisor_send()
        self.work()
        self.assertEqual([self.state(sent, "sales_invoice"), self.document(sent).ids], ["done", []])
        self.assertEqual([self.state(waiting), self.document(waiting, "sales_invoice").ids], ["done", []])
        self.assertEqual(waiting.netvisor_state, "done")


@tagged("post_install", "-at_install")
class TestVoucherFiles(FileCase):
    def setUp(self):
        super().setUp()
        self.misc.netvisor_voucher_attachments = "chosen"

    def test_only_what_is_chosen(self):
        move = self.entry(post=False)
        self.attach(move, "kuitti")
        self.attach(move, "sisäinen", chosen=False)
        move.action_post()
        self.work()
        self.assertEqual(self.files(move), ["kuitti.pdf"])

    def test_none_where_the_journal_says_so(self):
        self.misc.netvisor_voucher_attachments = "none"
        move = self.entry(post=False)
        self.attach(move, "kuitti")
        move.action_post()
        self.work()
        self.assertEqual(self.files(move), [])

    def test_an_edit_adds_new_ones_only(self):
        move = self.entry(post=False)
        self.attach(move, "kuitti")
        move.action_post()
        self.work()
        move.ref = "Toinen"
        self.work()
        self.assertEqual((self.files(move), len(self.posts(EDIT))), (["kuitti.pdf"], 1))
        self.attach(move, "lisäys")
        self.compare()
        self.assertEqual(self.state(move), "todo")
        self.work()
        self.assertEqual((self.files(move), len(self.posts(EDIT))), (["kuitti.pdf", "lisäys.pdf"], 2))
        move.netvisor_attachment_ids = False
        move.ref = "Kolmas"
        self.work()
        self.assertEqual(
            (self.files(move), self.notes(move)), (["kuitti.pdf", "lisäys.pdf"], {"voucher_attachment_stays"})
        )

    def test_too_large(self):
        self.company.sudo().netvisor_attachment_limit = 1
        move = self.entry(post=False)
        self.attach(move, "x" * (1024 * 1024 + 1))
        move.action_post()
        self.work()
        self.assertEqual(self.codes(move), ["voucher_attachment_large"])
        self.assertIn("1 MB", self.document(move).problem)
        move.netvisor_attachment_ids = False
        self.document(move).with_user(self.bookkeeper).action_retry()
        self.work()
        self.assertEqual(self.state(move), "done")

    def test_content_that_is_gone(self):
        move = self.entry(post=False)
        file = self.attach(move, "kuitti")
        file.write({"type": "url", "url": "https://example.com"})
        move.action_post()
        self.work()
        self.assertEqual(self.codes(move), ["voucher_attachment_gone"])

    def test_a_lost_answer_never_charges_twice(self):
        """Added: found by the look-up. Edited with other lines: compared. Nothing but a file: a person looks."""
        move = self.entry(post=False)
        self.attach(move, "kuitti")
        self.sandbox.fault("drop_after", VOUCHER)
        move.action_post()
        self.work()
        self.later()
        self.assertEqual((self.state(move), self.files(move)), ("done", ["kuitti.pdf"]))
        for fault, calls in (("drop_after", 1), ("drop_before", 2)):
            before = len(self.posts(EDIT))
            self.sandbox.fault(fault, EDIT)
            self.attach(move, f"liite {fault}")
            move.ref = f"Muutos {fault}"
            self.work()
            self.later()
            self.later()
            self.assertEqual(self.state(move), "done", (fault, self.document(move).problem))
            self.assertEqual(len(self.posts(EDIT)) - before, calls, fault)
        self.assertEqual(self.files(move), ["kuitti.pdf", "liite drop_after.pdf", "liite drop_before.pdf"])
        self.sandbox.fault("drop_after", EDIT)
        self.attach(move, "viimeinen")
        self.work()
        self.later()
        self.assertEqual((self.state(move), self.codes(move)), ("blocked", ["voucher_attachment_doubt"]))
        self.assertIn("viimeinen.pdf", self.document(move).problem)
        self.document(move).with_user(self.bookkeeper).action_retry()
        self.work()
        self.assertEqual(self.state(move), "done")
        self.assertEqual(self.files(move).count("viimeinen.pdf"), 1)
