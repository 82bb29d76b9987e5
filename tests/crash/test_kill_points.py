"""kill -9 at every arrow of the protocol; afterwards the next runs finish the work without a person."""

from harness import CUSTOMER, INVOICE, INVOICE_LIST, CrashCase


class KillCase(CrashCase):
    def killed_then_finished(self, point, nth=2, in_netvisor=None, state=None):
        """:param in_netvisor: invoices stored before the process died :param state: of the nth invoice just then"""
        self.run_killed(point, nth)
        if in_netvisor is not None:
            self.assertEqual(len(self.sandbox.state(None, "invoices")["invoices"]), in_netvisor)
        if state is not None:
            self.assertEqual(self.states().get(state, 0), 1, self.states())
        self.finish()
        self.assert_once()


class TestKillPoints(KillCase):
    """The first tests kill the process from inside, between two statements; the last ones from outside, while it waits."""

    def test_no_kill(self):
        """The harness itself: without any fault one run is enough, and one POST per invoice."""
        self.assertEqual(self.finish(rounds=2), 1)
        self.assert_once()
        posts = [row for row in self.sandbox.calls(resource=INVOICE, limit=500) if row["method"] == "POST"]
        self.assertEqual(len(posts), 7)

    def test_while_claimed(self):
        self.run_killed("claimed", nth=1)
        self.assertEqual(self.states(), {"claimed": 7})
        self.finish()
        self.assert_once()

    def test_before_intent(self):
        self.killed_then_finished("prepared", in_netvisor=1)

    def test_intent_written_not_committed(self):
        self.killed_then_finished("intent_not_committed", in_netvisor=1)

    def test_intent_committed_before_post(self):
        """The only state in which nothing left and the engine cannot know it."""
        self.killed_then_finished("intent_committed", in_netvisor=1, state="sending")

    def test_absent_is_not_sent_again_before_the_longest_answer(self):
        self.run_killed("intent_committed", nth=2)
        for _run in range(3):
            self.pass_time(minutes=2)
            self.run_worker()
            self.assertEqual(self.states().get("in_doubt"), 1, self.states())
        self.assertEqual(len(self.sandbox.state(None, "invoices")["invoices"]), 6)
        self.finish()
        self.assert_once()

    def test_answer_received_outcome_not_written(self):
        self.killed_then_finished("answer_received", in_netvisor=2, state="sending")

    def test_outcome_written_not_committed(self):
        self.killed_then_finished("outcome_not_committed", in_netvisor=2, state="sending")

    def test_outcome_committed(self):
        self.killed_then_finished("outcome_committed", in_netvisor=2)

    def test_before_after_work(self):
        """All keys are committed; what comes after sending (the match of the credit note) must still come."""
        self.killed_then_finished("after_work", nth=1, in_netvisor=7)

    def test_last_step_of_after_work(self):
        self.killed_then_finished("drift_check", nth=1, in_netvisor=7)

    def test_post_stored_answer_held(self):
        self.sandbox.fault("hold", INVOICE, after=2)
        worker = self.worker()
        self.sandbox.wait("held", INVOICE)
        self.assertEqual(self.states().get("sending"), 1)
        worker.kill()
        self.sandbox.clear_faults()
        self.finish()
        self.assert_once()

    def test_post_received_not_stored(self):
        self.sandbox.fault("delay", INVOICE, after=2, seconds=2)
        worker = self.worker()
        self.sandbox.wait("received", INVOICE, count=3)
        worker.kill()
        self.finish()
        self.assert_once()

    def test_during_look_up(self):
        self.run_killed("intent_committed", nth=3)
        self.sandbox.fault("hold", INVOICE_LIST)
        worker = self.worker()
        self.sandbox.wait("held", INVOICE_LIST)
        worker.kill()
        self.sandbox.clear_faults()
        self.finish()
        self.assert_once()

    def test_during_customer_creation(self):
        self.sandbox.fault("hold", CUSTOMER)
        worker = self.worker()
        self.sandbox.wait("held", CUSTOMER)
        self.assertEqual(self.states("customer").get("sending"), 1)
        worker.kill()
        self.sandbox.clear_faults()
        self.finish()
        self.assert_once()

    def test_product_creation(self):
        self.sandbox.fault("hold", "product.nv")
        worker = self.worker()
        self.sandbox.wait("held", "product.nv")
        worker.kill()
        self.sandbox.clear_faults()
        self.finish()
        self.assert_once()

    def test_killed_again_and_again(self):
        """Every recovery is killed too."""
        for point, nth in (("answer_received", 2), ("intent_committed", 1), ("outcome_not_committed", 1)):
            self.run_killed(point, nth)
            self.pass_time()
        self.finish()
        self.assert_once()


class TestKillPointsNetvisorNumbers(KillCase):
    """Without a number of ours: a message sent twice would be two invoices, and only the marker finds it."""

    numbering = "netvisor"

    def test_intent_committed_before_post(self):
        self.killed_then_finished("intent_committed", in_netvisor=1, state="sending")

    def test_answer_received_outcome_not_written(self):
        self.killed_then_finished("answer_received", in_netvisor=2, state="sending")

    def test_outcome_written_not_committed(self):
        self.killed_then_finished("outcome_not_committed", in_netvisor=2, state="sending")

    def test_numbers_are_read_back_by_the_next_run(self):
        self.killed_then_finished("after_work", nth=1, in_netvisor=7)

    def test_post_stored_answer_held(self):
        self.sandbox.fault("hold", INVOICE, after=2)
        worker = self.worker()
        self.sandbox.wait("held", INVOICE)
        worker.kill()
        self.sandbox.clear_faults()
        self.finish()
        self.assert_once()
