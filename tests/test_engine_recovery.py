"""What a dead or interrupted run leaves behind, pauses of the company, and the scheduled job itself."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import netvisor_queue as queue
from ..models.netvisor_engine import LockTaken
from ..models.netvisor_kind import Prepared
from ..models.netvisor_pause import PAUSES
from .test_engine import INVOICE, LOGS, EngineCase


@tagged("post_install", "-at_install", "post_install_l10n")
class TestEngineRecovery(EngineCase):
    def grace(self, seconds):
        self.env["ir.config_parameter"].sudo().set_param("account_netvisor.grace_seconds", seconds)

    def lost(self, fault="drop_after", **options):
        """An invoice whose answer was lost; its run ended before the look-up."""
        move = self.invoice()
        self.sandbox.fault(fault, INVOICE, **options)
        self.sandbox.fault("drop_before", "salesinvoicelist.nv")
        self.run_netvisor()
        self.sandbox.clear_faults()
        self.assertEqual(self.state(move), "in_doubt")
        return move

    def test_claimed_is_due_again(self):
        move = self.invoice()
        self.document(move).state = "claimed"
        self.run_netvisor()
        self.assertEqual(self.state(move), "done")

    def test_sending_is_looked_up_first(self):
        """Whatever the killed run did, the first call is a question."""
        move = self.invoice()
        self.run_netvisor()
        before = len(self.posts())
        self.document(move).write({"state": "sending", "netvisor_key": False, "follow_up": False})
        self.run_netvisor()
        self.assertEqual(self.state(move), "done")
        self.assertEqual(self.document(move).netvisor_key, self.remote_invoice(move)["key"])
        self.assertEqual(len(self.posts()), before)

    def test_found_by_its_marker(self):
        move = self.lost()
        transaction = self.document(move).transaction_id
        self.later()
        document = self.document(move)
        self.assertEqual((document.state, document.transaction_id), ("done", transaction))
        self.assertEqual(document.netvisor_key, self.remote_invoice(move)["key"])

    def test_absent_is_sent_with_a_new_transaction(self):
        move = self.lost("drop_before")
        transaction = self.document(move).transaction_id
        self.later()
        self.later()
        self.assertEqual(self.state(move), "done")
        self.assertNotEqual(self.document(move).transaction_id, transaction)
        self.remote_invoice(move)

    def test_absence_proves_nothing_before_the_longest_answer(self):
        self.grace(600)
        move = self.lost("drop_before")
        for _run in range(3):
            self.later()
            self.assertEqual(self.state(move), "in_doubt")
            self.assertTrue(self.document(move).next_try, "it is looked up again")
        self.assertFalse(self.remote()["invoices"])
        self.document(move).sent_date -= timedelta(minutes=11)
        self.later()
        self.later()
        self.assertEqual(self.state(move), "done")
        self.remote_invoice(move)

    def test_a_failed_look_up_proves_nothing(self):
        """Even long afterwards: only an answer that was read whole says that the invoice is not there."""
        move = self.lost()
        for fault in ("garbage", "error_500", "maintenance", "truncated_xml"):
            self.sandbox.fault(fault, "salesinvoicelist.nv", times=2)
            self.later()
            self.sandbox.clear_faults()
            self.assertEqual(self.state(move), "in_doubt", fault)
        self.later()
        self.assertEqual(self.state(move), "done")
        self.remote_invoice(move)

    def test_repeated_transaction_id_says_nothing(self):
        move = self.lost("not_unique", when="after")
        self.later()
        self.assertEqual(self.state(move), "done")
        self.remote_invoice(move)

    def test_retry_button_never_sends_what_is_in_doubt(self):
        self.grace(600)
        move = self.lost("drop_before")
        before = len(self.posts())
        self.document(move).with_user(self.bookkeeper).action_retry()
        self.run_netvisor()
        self.assertEqual((self.state(move), len(self.posts())), ("in_doubt", before))

    def test_key_of_another_document(self):
        """The outcome cannot be written: nothing is lost, nothing is sent again, and a person is asked."""
        first, second = self.invoice(), self.invoice(post=False)
        self.run_netvisor()
        self.document(first).netvisor_key += 1  # the key that the next one will get
        second.action_post()
        with mute_logger(*LOGS):
            self.run_netvisor()
            self.later()
        document = self.document(second)
        self.assertEqual((document.state, len(self.posts())), ("review", 2))
        self.assertEqual(
            [row["key"] for row in document.search_values["candidates"]], [self.remote_invoice(second)["key"]]
        )

    def test_outcome_of_another_transaction_changes_nothing(self):
        """A run that lost its lock comes back late: the document is sent anew already."""
        move = self.invoice()
        self.run_netvisor()
        document = self.document(move)
        document.write({"state": "sending", "transaction_id": "new"})
        self.env.flush_all()
        names = ("document_id", "url", "started", "duration_ms", "outcome", "code")
        names += ("http_status", "text", "request", "answer")
        row = {**dict.fromkeys(names), "company_id": self.company.id, "resource": INVOICE, "transaction_id": "old"}
        self.assertFalse(queue.settle(self.env.cr, [document.id], {"state": "blocked"}, row))
        self.assertTrue(
            queue.settle(self.env.cr, [document.id], {"state": "blocked"}, {**row, "transaction_id": "new"})
        )

    def test_work_after_sending_is_made_up_for(self):
        """Killed after the key was committed: the match of the credit note comes all the same."""
        move = self.invoice()
        self.run_netvisor()
        note = move._reverse_moves([{"invoice_date": fields.Date.today(), "journal_id": self.journal.id}])
        note.action_post()
        with patch.object(type(self.env["netvisor.kind.sales_invoice"]), "_bound", lambda kind, documents: None):
            self.run_netvisor()
        self.assertEqual((self.state(note), self.remote()["matches"]), ("done", []))
        self.document(note).follow_up = "all"  # as the killed process left it
        self.run_netvisor()
        self.assertEqual(len(self.remote()["matches"]), 1)
        self.assertFalse(self.document(note).follow_up)

    def test_number_of_netvisor_is_read_back_until_it_is_known(self):
        self.company.sudo().netvisor_numbering = "netvisor"
        move = self.invoice()
        self.sandbox.fault("garbage", "getsalesinvoice.nv", times=2)
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual((document.state, document.netvisor_number), ("done", False))
        for _lost in range(2):
            self.assertGreater(document.next_try, fields.Datetime.now())
            document.next_try = fields.Datetime.now() - timedelta(hours=1)
            self.run_netvisor()
            self.env.invalidate_all()
        self.assertEqual(document.netvisor_number, str(self.remote_invoice(move)["number"]))
        self.assertFalse(document.next_try)

    def test_edit_while_the_answer_was_lost(self):
        move = self.lost()
        move.invoice_line_ids.name = "Jotain muuta"
        self.env.cr.precommit.run()
        self.later()
        self.assertEqual(self.state(move), "changed")
        self.assertTrue(self.document(move).netvisor_key)

    def test_taken_back_between_claim_and_intent(self):
        move = self.invoice()
        document = self.document(move)
        self.env.flush_all()
        self.assertIn(document.id, dict(queue.claim(self.env.cr, self.company.id)))
        self.env.invalidate_all()
        prepared = Prepared(values=None, digest="x")
        move.with_user(self.bookkeeper).button_draft()
        self.env.flush_all()
        self.assertFalse(queue.intend(self.env.cr, document.id, "x", prepared))
        self.assertEqual(self.state(move), "cancelled")


@tagged("post_install", "-at_install", "post_install_l10n")
class TestEnginePauses(EngineCase):
    FAULTS = (
        ("maintenance", {}, "maintenance"),
        ("too_many", {}, "maintenance"),
        ("refuse", {"code": "AUTHENTICATION_FAILED"}, "authentication"),
        ("refuse", {"code": "SERVICE_ACCESS_ERROR"}, "service_access"),
        ("redirect", {}, "not_found"),
    )

    def test_company_rests_and_goes_on(self):
        company = self.company.sudo()
        for fault, options, code in self.FAULTS:
            with self.subTest(fault, **options):
                moves = self.invoices(2)
                before = len(self.posts())
                self.sandbox.fault(fault, INVOICE, **options)
                self.run_netvisor()
                self.assertEqual(company.netvisor_pause_code, code)
                self.assertEqual([self.state(move) for move in moves], ["todo", "todo"])
                self.assertEqual(len(self.posts()), before + 1, "one is enough to know")
                calls = len(self.sandbox.calls(limit=1000))
                self.run_netvisor()
                self.assertEqual(len(self.sandbox.calls(limit=1000)), calls, "it rests")
                self.later()
                self.assertEqual([self.state(move) for move in moves], ["done", "done"])
                self.assertFalse(company.netvisor_pause_code or company.netvisor_pause_count)

    def test_pauses_grow(self):
        company = self.company.sudo()
        self.invoice()
        self.sandbox.fault("maintenance", times=None)
        pauses = []
        for _try in range(8):
            self.later()
            left = (company.netvisor_paused_until - fields.Datetime.now()).total_seconds()
            pauses.append(round(left, -1))  # a second may pass between the two clocks
        self.sandbox.clear_faults()
        pause = PAUSES["maintenance"]
        self.assertEqual(pauses, sorted(pauses))
        self.assertAlmostEqual(pauses[0], pause.seconds, delta=5)
        self.assertAlmostEqual(pauses[-1], pause.longest, delta=5)

    def test_three_lost_answers(self):
        moves = self.invoices(5)
        self.company.sudo().netvisor_checked_count = 20
        self.sandbox.fault("drop_before", INVOICE, times=None)
        self.run_netvisor()
        self.assertEqual(self.company.sudo().netvisor_pause_code, "no_answer")
        self.assertEqual(len(self.posts()), 3)
        self.assertEqual([self.state(move) for move in moves], ["in_doubt"] * 3 + ["todo"] * 2)

    def test_a_wrong_clock_is_not_called_a_wrong_key(self):
        """The signature carries the time: Netvisor's words are those of a wrong key, its timestamp tells the difference."""
        move = self.invoice()
        self.sandbox.fault("refuse", INVOICE, code="AUTHENTICATION_FAILED", text="Integration keys are not valid")
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.run_netvisor()
            self.assertEqual(self.company.sudo().netvisor_pause_code, "clock")
            self.assertIn("Integration keys are not valid", self.company.sudo().netvisor_pause_text)
        self.assertEqual(self.state(move), "todo")

    def test_payloads_go_before_the_proof(self):
        """Requests and answers hold personal data; readings have an answer only."""
        self.invoice()
        self.run_netvisor()
        calls = self.env["netvisor.call"].sudo().search([])
        self.assertIn(False, calls.mapped("request"), "no reading among the calls")
        calls.started = fields.Datetime.now() - timedelta(days=60)
        self.env.flush_all()
        self.env["netvisor.call"].sudo()._gc_calls()
        self.assertEqual(set(calls.mapped("request")) | set(calls.mapped("answer")), {False})
        calls.started = fields.Datetime.now() - timedelta(days=500)
        self.env.flush_all()
        self.env["netvisor.call"].sudo()._gc_calls()
        self.assertFalse(calls.exists())

    def test_copied_database_makes_no_call(self):
        self.invoice()
        self.company.sudo().netvisor_database = "uuid|elsewhere|1"
        self.run_netvisor()
        self.assertEqual(self.company.sudo().netvisor_pause_code, "copied_database")
        self.assertFalse(self.sandbox.calls(limit=10))


@tagged("post_install", "-at_install", "post_install_l10n")
class TestEngineJob(EngineCase):
    def triggers(self):
        return self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", self.company.sudo().netvisor_cron_id.id)])

    def run_job(self):
        """:return: the times at which the job asked to be called again"""
        self.triggers().unlink()
        with self.enter_registry_test_mode():
            self.company.sudo().with_user(self.env.ref("base.user_root"))._netvisor_cron()
        return sorted(self.triggers().mapped("call_at"))

    def test_posting_wakes_the_job_once(self):
        self.triggers().unlink()
        self.env.cr.precommit.data.pop("netvisor.woken", None)
        moves = self.invoices(3, post=False)
        moves.action_post()
        self.assertEqual(len(self.triggers()), 1)

    def test_the_job_sends_and_comes_again_for_the_mirrors_only(self):
        move = self.invoice()
        times = self.run_job()
        self.assertEqual(self.state(move), "done")
        self.assertTrue(all(at > fields.Datetime.now() + timedelta(minutes=30) for at in times), times)

    def test_comes_again_when_a_pause_is_over(self):
        self.invoice()
        self.sandbox.fault("maintenance", INVOICE)
        times = self.run_job()
        self.assertIn(self.company.sudo().netvisor_paused_until, times)
        self.assertTrue(all(at > fields.Datetime.now() for at in times), times)

    def test_does_not_come_again_while_a_person_must_act(self):
        """Otherwise it would call itself without an end."""
        self.invoice()
        self.company.sudo().netvisor_database = "uuid|elsewhere|1"
        self.assertEqual(self.run_job(), [])

    def test_comes_again_for_a_lost_answer(self):
        self.env["ir.config_parameter"].sudo().set_param("account_netvisor.grace_seconds", 600)
        move = self.invoice()
        self.sandbox.fault("drop_before", INVOICE)
        times = self.run_job()
        self.assertEqual(self.state(move), "in_doubt")
        self.assertTrue(times and times[0] < fields.Datetime.now() + timedelta(minutes=6), times)

    def test_busy_company_is_no_failure(self):
        self.invoice()
        taken = LockTaken("busy")
        with patch("odoo.addons.account_netvisor.models.netvisor_engine_api.Run", side_effect=taken):
            (at,) = self.run_job()
        self.assertAlmostEqual(at, fields.Datetime.now() + timedelta(minutes=1), delta=timedelta(seconds=10))
