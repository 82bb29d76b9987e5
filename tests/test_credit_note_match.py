"""Credit notes are tied to their originals when both are in Netvisor, and again later when Netvisor was not ready."""

from odoo import Command, fields
from odoo.tests import tagged

from .common import NetvisorCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCreditNoteMatch(NetvisorCommon):
    def match_document(self, note):
        return self.env["netvisor.document"].search([("move_id", "=", note.id), ("kind", "=", "credit_note_match")])

    def credit(self, move, share=1.0):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"date": fields.Date.today(), "reason": "Palautus", "journal_id": self.journal.id})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if share != 1.0:
            line = note.invoice_line_ids[0]
            note.write({"invoice_line_ids": [Command.update(line.id, {"quantity": line.quantity * share})]})
        note.action_post()
        return note

    def again(self, *documents):
        """What waits for later is due now."""
        for document in documents:
            document.sudo().next_try = False
        self.run_netvisor()

    def test_matched_at_once(self):
        move = self.invoice()
        self.run_netvisor()
        note = self.credit(move)
        self.run_netvisor()
        self.assertEqual(self.match_document(note).state, "done")
        matches = self.remote()["matches"]
        self.assertEqual(
            [(row["credit_note"], row["invoice"]) for row in matches],
            [(self.document(note).netvisor_key, self.document(move).netvisor_key)],
        )

    def test_both_in_one_wave(self):
        move = self.invoice()
        note = self.credit(move)
        self.run_netvisor()
        self.assertEqual(self.match_document(note).state, "done")
        self.assertEqual(len(self.remote()["matches"]), 1)

    def test_original_arrives_later(self):
        move = self.invoice(post=True, ref="myöhässä")
        self.document(move).sudo().next_try = "2100-01-01"
        note = self.credit(move)
        self.run_netvisor()
        self.assertFalse(self.match_document(note), "nothing to match while the original is not there")
        self.again(self.document(move))
        self.again()
        self.assertEqual(self.match_document(note).state, "done")

    def test_partial_and_several_credits(self):
        move = self.invoice({"quantity": 4})
        notes = [self.credit(move, 0.25), self.credit(move, 0.5)]
        self.run_netvisor()
        self.run_netvisor()
        self.assertEqual([self.match_document(note).state for note in notes], ["done", "done"])
        self.assertEqual(len(self.remote()["matches"]), 2)

    def test_not_ready_yet_is_no_problem_of_the_user(self):
        """The original waits for its delivery in Netvisor and has no voucher: refused now, tried again later."""
        self.journal.netvisor_status = "unsent"
        move = self.invoice()
        note = self.credit(move)
        self.run_netvisor()
        document = self.match_document(note)
        self.assertEqual(document.state, "todo")
        self.assertGreater(document.next_try, fields.Datetime.now())
        self.assertTrue(document.message, "Netvisor's words are kept")
        self.assertEqual(self.document(note).state, "done", "the credit note itself is in Netvisor")
        before = document.next_try
        self.again(document)
        self.assertEqual(document.state, "todo")
        self.assertGreater(document.next_try, before, "the pauses grow")
        for row in self.remote()["invoices"]:
            self.open_remotely(row["key"])
        self.again(document)
        self.assertEqual(document.state, "done")
        self.assertEqual(len(self.remote()["matches"]), 1)

    def open_remotely(self, key):
        """As a person in Netvisor would deliver it."""
        from odoo.addons.account_netvisor.netvisor import Request

        client = self.company.sudo()._netvisor_client()
        request = Request(
            "updatesalesinvoicestatus.nv", (("netvisorkey", str(key)), ("status", "open")), post_empty=True
        )
        self.assertTrue(client.call(request).ok)
        client.close()

    def test_answer_lost_after_matching(self):
        move = self.invoice()
        self.run_netvisor()
        note = self.credit(move)
        self.sandbox.fault("drop_after", "matchcreditnote.nv")
        self.run_netvisor()
        self.again(self.match_document(note))
        self.again(self.match_document(note))
        self.assertEqual(self.match_document(note).state, "done")
        self.assertEqual(len(self.remote()["matches"]), 1)

    def test_matched_by_hand_meanwhile(self):
        """A credit note with nothing left open needs no match: the second try looks first."""
        self.journal.netvisor_status = "unsent"
        move = self.invoice()
        note = self.credit(move)
        self.run_netvisor()
        for row in self.remote()["invoices"]:
            self.open_remotely(row["key"])
        from odoo.addons.account_netvisor.netvisor import credit_note_match

        client = self.company.sudo()._netvisor_client()
        keys = self.document(note).netvisor_key, self.document(move).netvisor_key
        self.assertTrue(client.call(credit_note_match.match(*keys)).ok)
        client.close()
        calls = self.remote()["calls"]["matchcreditnote.nv"]
        self.again(self.match_document(note))
        self.assertEqual(self.match_document(note).state, "done")
        self.assertEqual(self.remote()["calls"]["matchcreditnote.nv"], calls)

    def test_after_weeks_a_person_is_asked(self):
        self.journal.netvisor_status = "unsent"
        note = self.credit(self.invoice())
        self.run_netvisor()
        document = self.match_document(note)
        document.sudo().tries = 30
        self.again(document)
        self.assertEqual(document.state, "blocked")
        self.assertEqual([problem["code"] for problem in document.problems], ["match_refused"])

    def test_a_credit_note_of_its_own_has_no_match(self):
        note = self.invoice(move_type="out_refund")
        self.run_netvisor()
        self.assertEqual(self.document(note).state, "done")
        self.assertFalse(self.match_document(note))
