"""Two at once: workers, users, and a PostgreSQL that frees the lock without telling."""

from harness import FREE_LOCK, INVOICE, RUN, CrashCase

DRAFT = """
from odoo.exceptions import UserError
from psycopg2.errors import SerializationFailure
user = env["res.users"].search([("login", "=", "bookkeeper")])
move = env["account.move"].with_user(user).browse({move})
try:
    move.button_draft()
    env.flush_all()
    {hold}
    env.cr.{end}()
    print("taken back")
except UserError as error:
    env.cr.rollback()
    print("refused:", error)
except SerializationFailure:
    env.cr.rollback()
    print("again")
"""
EDIT = """
move = env["account.move"].browse({move})
move.invoice_line_ids[:1].name = "Muutettu"
env.cr.commit()
"""
LONG_EDIT = """
from psycopg2.errors import SerializationFailure
move = env["account.move"].browse({move})
move.invoice_line_ids[:1].name
kill_points.meet({folder!r}, "user")
try:
    move.invoice_line_ids[:1].name = "Muutettu"
    env.cr.commit()
except SerializationFailure:
    env.cr.rollback()
    print("again")
    move.invoice_line_ids[:1].name = "Muutettu"
    env.cr.commit()
"""


class ConcurrencyCase(CrashCase):
    def meeting(self, point, name, nth=2):
        return f"kill_points.wait_at({point!r}, {str(self.folder)!r}, {name!r}, nth={nth})"

    def take_back(self, document, hold="", end="commit"):
        return DRAFT.format(move=document["move_id"], hold=hold, end=end)


class TestTwoWorkers(ConcurrencyCase):
    def test_both_start(self):
        """Each waits for the other; what one has sent the other finds done."""
        first, second = self.worker(), self.worker()
        self.assertEqual((first.wait(), second.wait()), (0, 0), first.text() + second.text())
        self.assertEqual(self.open_documents(), [])
        self.assertEqual(self.counts_of_posts(), 7)
        self.assert_once()

    def test_the_second_waits_and_then_goes_away(self):
        self.sandbox.fault("hold", INVOICE, after=1)
        first = self.worker()
        self.sandbox.wait("held", INVOICE)
        second = self.worker(prelude="kill_points.lock_wait(1)")
        self.assertEqual(second.wait(), 1)
        self.assertIn("LockTaken", second.text())
        # the scheduled job does not fail: it comes again in a minute
        job = "company._netvisor_cron(); env.cr.commit()"
        self.run_worker(job, prelude="kill_points.lock_wait(1)")
        self.assertEqual(self.states().get("sending"), 1, "nobody touched what is on its way")
        self.sandbox.release()
        self.assertEqual(first.wait(), 0, first.text())
        self.assertEqual(self.counts_of_posts(), 7)
        self.assert_once()

    def test_six_workers(self):
        workers = [self.worker() for _index in range(6)]
        for worker in workers:
            worker.wait()
        self.finish(rounds=2)
        self.assertEqual(self.counts_of_posts(), 7)
        self.assert_once()

    def test_the_caller_reads_the_result(self):
        """A script that called the engine must not go on with the picture it had before."""
        text = self.run_worker(
            "env['account.move'].search([]).mapped('netvisor_key')\n"
            f"{RUN}\n"
            "moves = env['account.move'].search([])\n"
            "print('keys', all(moves.mapped('netvisor_key')), set(moves.mapped('netvisor_state')))"
        )
        self.assertIn("keys True {'done'}", text)


class TestLostLock(ConcurrencyCase):
    def test_nothing_is_sent_without_the_lock(self):
        self.sandbox.fault("hold", INVOICE, after=2)
        worker = self.worker()
        self.sandbox.wait("held", INVOICE)
        self.assertEqual(len(self.sql(FREE_LOCK)), 1)
        self.sandbox.clear_faults()
        self.assertEqual(worker.wait(), 0, worker.text())
        self.assertEqual(self.counts_of_posts(), 3)
        self.finish()
        self.assert_once()

    def test_lost_between_intent_and_post(self):
        worker = self.worker(prelude=self.meeting("intent_not_committed", "here", nth=3))
        self.meet("here")
        self.sql(FREE_LOCK)
        self.let_go("here")
        self.assertEqual(worker.wait(), 0, worker.text())
        self.assertEqual(self.counts_of_posts(), 2)
        self.finish()
        self.assert_once()

    def test_another_takes_over_meanwhile(self):
        """The first still waits for its answer when the second finds the lock free and its intent lying there."""
        self.sandbox.fault("hold", INVOICE, after=2)
        first = self.worker()
        self.sandbox.wait("held", INVOICE)
        self.sql(FREE_LOCK)
        second = self.worker()
        second.wait()
        self.sandbox.clear_faults()
        self.assertEqual(first.wait(), 0, first.text())
        self.finish()
        self.assert_once(overlaps=True)

    def test_all_connections_lost(self):
        """PostgreSQL restarts while a POST is under way: even the outcome cannot be written."""
        self.sandbox.fault("hold", INVOICE, after=2)
        worker = self.worker()
        self.sandbox.wait("held", INVOICE)
        self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
        self.sandbox.clear_faults()
        worker.wait()
        self.assertEqual(self.counts_of_posts(), 3)
        self.finish()
        self.assert_once()


class TestUserAtTheSameTime(ConcurrencyCase):
    def test_reset_to_draft_while_claimed(self):
        """The person is first: the prepared message is thrown away."""
        worker = self.worker(prelude=self.meeting("prepared", "engine"))
        self.meet("engine")
        document = self.documents()[1]
        self.assertIn("taken back", self.run_worker(self.take_back(document)))
        self.let_go("engine")
        self.assertEqual(worker.wait(), 0, worker.text())
        self.finish()
        self.assert_once(drafts=1)
        post = f"env['account.move'].browse({document['move_id']}).action_post(); env.cr.commit()"
        self.run_worker(post)
        self.finish()
        self.assert_once()

    def test_engine_meets_an_open_reset(self):
        """Both want the row: the engine waits for the person, who is first."""
        worker = self.worker(prelude=self.meeting("prepared", "engine"))
        self.meet("engine")
        document = self.documents()[1]
        hold = f"kill_points.meet({str(self.folder)!r}, 'user')"
        user = self.worker(self.take_back(document, hold))
        self.meet("user")
        self.let_go("engine")
        self.wait_for(self.is_waiting_for_a_lock, "the engine waits for the row")
        self.let_go("user")
        self.assertEqual((user.wait(), worker.wait()), (0, 0), user.text() + worker.text())
        self.assertIn("taken back", user.text())
        self.finish()
        self.assert_once(drafts=1)

    def test_engine_meets_a_reset_that_is_rolled_back(self):
        worker = self.worker(prelude=self.meeting("prepared", "engine"))
        self.meet("engine")
        hold = f"kill_points.meet({str(self.folder)!r}, 'user')"
        user = self.worker(self.take_back(self.documents()[1], hold, end="rollback"))
        self.meet("user")
        self.let_go("engine")
        self.wait_for(self.is_waiting_for_a_lock, "the engine waits for the row")
        self.let_go("user")
        self.assertEqual((user.wait(), worker.wait()), (0, 0), user.text() + worker.text())
        self.finish(rounds=1)
        self.assert_once()

    def is_waiting_for_a_lock(self):
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return int(self.sql(query)[0])

    def test_reset_to_draft_while_sending(self):
        """The engine is first: the person is refused, and nothing changes."""
        self.sandbox.fault("hold", INVOICE, after=1)
        worker = self.worker()
        self.sandbox.wait("held", INVOICE)
        document = self.documents()[1]
        self.assertEqual(document["state"], "sending")
        self.assertIn("refused: ", self.run_worker(self.take_back(document)))
        self.sandbox.release()
        self.assertEqual(worker.wait(), 0, worker.text())
        self.assertIn("refused: ", self.run_worker(self.take_back(document)))
        self.assert_once()

    def test_reset_with_an_old_picture(self):
        """The person's transaction began while the document was only claimed; Odoo repeats it, and then it is refused."""
        worker = self.worker(prelude=self.meeting("prepared", "engine"))
        self.meet("engine")
        self.sandbox.fault("hold", INVOICE)
        document = self.documents()[1]
        begin = f"env.cr.execute('SELECT 1')\nkill_points.meet({str(self.folder)!r}, 'user')\n"
        user = self.worker(begin + self.take_back(document))
        self.meet("user")
        self.let_go("engine")
        self.sandbox.wait("held", INVOICE)
        self.let_go("user")
        self.assertEqual(user.wait(), 0, user.text())
        self.assertIn("again", user.text())
        self.assertIn("refused: ", self.run_worker(self.take_back(document)))
        self.sandbox.release()
        self.assertEqual(worker.wait(), 0, worker.text())
        self.finish(rounds=1)
        self.assert_once()

    def test_reset_before_the_wave_is_read(self):
        """Taken back right after the claim: the document stays cancelled, whatever the wave makes of the draft."""
        worker = self.worker(prelude=self.meeting("claimed", "engine", nth=1))
        self.meet("engine")
        document = self.documents()[1]
        self.assertIn("taken back", self.run_worker(self.take_back(document)))
        self.let_go("engine")
        self.assertEqual(worker.wait(), 0, worker.text())
        self.finish(rounds=1)
        self.assert_once(drafts=1)

    def test_edit_while_sending(self):
        self.sandbox.fault("hold", INVOICE, after=1)
        worker = self.worker()
        self.sandbox.wait("held", INVOICE)
        document = self.documents()[1]
        self.run_worker(EDIT.format(move=document["move_id"]))
        self.sandbox.release()
        self.assertEqual(worker.wait(), 0, worker.text())
        self.assert_once(changed=[document["name"]])

    def test_edit_between_reading_and_sending(self):
        worker = self.worker(prelude=self.meeting("prepared", "engine"))
        self.meet("engine")
        document = self.documents()[1]
        self.run_worker(EDIT.format(move=document["move_id"]))
        self.let_go("engine")
        self.assertEqual(worker.wait(), 0, worker.text())
        self.assert_once(changed=[document["name"]])

    def test_edit_while_sending_then_killed(self):
        """The edit is seen although the process that could compare is gone."""
        self.sandbox.fault("hold", INVOICE, after=1)
        worker = self.worker()
        self.sandbox.wait("held", INVOICE)
        document = self.documents()[1]
        self.run_worker(EDIT.format(move=document["move_id"]))
        worker.kill()
        self.sandbox.clear_faults()
        self.finish()
        self.assert_once(changed=[document["name"]])

    def test_edit_that_begins_before_and_ends_after(self):
        """Neither sees the other: the person's picture is older than the sending, and the job is done before the edit is
        there. Odoo repeats the edit, and then it is seen."""
        document = self.documents()[1]
        user = self.worker(LONG_EDIT.format(move=document["move_id"], folder=str(self.folder)))
        self.meet("user")
        self.run_worker()
        self.let_go("user")
        self.assertEqual(user.wait(), 0, user.text())
        self.assertIn("again", user.text())
        self.assert_once(changed=[document["name"]])

    def test_a_click_while_the_outcome_is_written(self):
        """Somebody holds the document's row at that moment: the key is written all the same."""
        self.sandbox.fault("hold", INVOICE, after=1)
        worker = self.worker()
        self.sandbox.wait("held", INVOICE)
        document = self.documents()[1]
        click = f"env['netvisor.document'].browse({document['id']}).priority = 1; env.flush_all()"
        wait = f"kill_points.meet({str(self.folder)!r}, 'user'); env.cr.commit()"
        user = self.worker(f"{click}\n{wait}")
        self.meet("user")
        self.sandbox.release()
        self.wait_for(self.is_waiting_for_a_lock, "the engine waits for the row")
        self.let_go("user")
        self.assertEqual((user.wait(), worker.wait()), (0, 0), user.text() + worker.text())
        self.assertEqual(self.documents()[1]["outcome"], "ok", "not by a look-up")
        self.assert_once()
