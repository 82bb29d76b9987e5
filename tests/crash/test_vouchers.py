"""kill -9 at every arrow of the protocol, for vouchers: added, edited, and invalidated several in one message."""

from harness import CrashCase

ENTRIES = 4
EDIT = """
for move in base_data.entries(env):
    move.ref = f"Korjattu {move.id}"
env.cr.commit()
"""
CANCEL = "base_data.entries(env).button_cancel(); env.cr.commit()"


class VoucherCrashCase(CrashCase):
    def setUp(self):
        super().setUp()
        self.run_worker()  # the invoices of the base database, and all lists

    def entries_posted(self):
        self.run_worker(f"base_data.post_entries(env, {ENTRIES})")

    def vouchers(self):
        rows = self.sandbox.state(None, "vouchers")["vouchers"]
        return [row for row in rows if not row["source"]]

    def assert_vouchers(self, *, edits=0, status="valid"):
        """Every entry is in Netvisor exactly once, as it is in Odoo, and Odoo knows its key."""
        state = self.sandbox.state(None, "vouchers")
        self.assertEqual(state["overlaps"], 0, state["violations"])
        vouchers, documents = self.vouchers(), self.documents("voucher")
        self.assertEqual((len(vouchers), len(documents)), (ENTRIES, ENTRIES))
        self.assertEqual({row["status"] for row in vouchers}, {status})
        for row in documents:
            [found] = [item for item in vouchers if f"{item['description']} ".startswith(f"{row['name']} ")]
            self.assertEqual(row["key"], found["key"])
            self.assertEqual(len(found["lines"]), 2)
        if edits:
            self.assertTrue(all("Korjattu" in item["description"] for item in vouchers))
            self.assertEqual(sorted(item["number"] for item in vouchers), list(range(1, ENTRIES + 1)))
        refused = [row["code"] for row in self.sandbox.calls(limit=20000) if row["code"]]
        self.assertEqual(refused, [], "sent again without looking")
        expected = "done" if status == "valid" else "cancelled"
        self.assertEqual(self.states("voucher"), {expected: ENTRIES})


class TestVoucherKillPoints(VoucherCrashCase):
    def killed_then_finished(self, point, nth=2, in_netvisor=None):
        self.entries_posted()
        self.run_killed(point, nth)
        if in_netvisor is not None:
            self.assertEqual(len(self.vouchers()), in_netvisor)
        self.finish()
        self.assert_vouchers()

    def test_no_kill(self):
        self.entries_posted()
        self.assertEqual(self.finish(), 1)
        self.assert_vouchers()

    def test_intent_written_not_committed(self):
        self.killed_then_finished("voucher_intended", in_netvisor=1)

    def test_intent_committed_before_post(self):
        self.killed_then_finished("voucher_committed", in_netvisor=1)

    def test_answer_received_outcome_not_written(self):
        self.killed_then_finished("voucher_answered", in_netvisor=2)

    def test_outcome_written_not_committed(self):
        self.killed_then_finished("voucher_settled", in_netvisor=2)

    def test_answer_held(self):
        self.entries_posted()
        self.sandbox.fault("hold", "accounting.nv", after=1)
        worker = self.worker()
        self.sandbox.wait("held", "accounting.nv")
        worker.kill()
        self.sandbox.clear_faults()
        self.finish()
        self.assert_vouchers()


class TestEditKillPoints(VoucherCrashCase):
    def setUp(self):
        super().setUp()
        self.entries_posted()
        self.finish()
        self.run_worker(EDIT)

    def test_killed_everywhere(self):
        for point in ("edit_committed", "edit_answered", "edit_settled"):
            self.run_killed(point, 1)
            self.pass_time()
        self.finish()
        self.assert_vouchers(edits=1)


class TestTogetherKillPoints(VoucherCrashCase):
    """One message for all of them: killed at any point, in the end each is invalidated, by one accepted message."""

    def setUp(self):
        super().setUp()
        self.entries_posted()
        self.finish()

    def invalidate(self, point, states):
        self.run_worker(CANCEL)
        self.run_killed(point, 1)
        self.assertEqual(self.states("voucher_invalidation"), states)
        self.finish()
        self.assert_vouchers(status="invalidated")
        self.assertEqual(self.states("voucher_invalidation"), {"done": ENTRIES})
        posts = [
            row for row in self.sandbox.calls(resource="invalidatevouchers.nv", limit=100) if row["method"] == "POST"
        ]
        self.assertEqual(len(posts), 1, "all in one, and not again")

    def test_before_intent(self):
        self.invalidate("together_prepared", {"claimed": ENTRIES})

    def test_intent_written_not_committed(self):
        self.invalidate("together_intended", {"claimed": ENTRIES})

    def test_intent_committed_before_post(self):
        self.invalidate("together_committed", {"sending": ENTRIES})

    def test_answer_received_outcome_not_written(self):
        self.invalidate("together_answered", {"sending": ENTRIES})

    def test_outcome_written_not_committed(self):
        self.invalidate("together_settled", {"sending": ENTRIES})
