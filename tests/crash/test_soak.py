"""Five hundred invoices, Netvisor misbehaving at random, workers dying at random: it ends as if nothing had happened."""

import random
import time

from harness import FREE_LOCK, RUN, CrashCase

INVOICES = 500
SEED = 20260704
MOST_ROUNDS = 120


class TestSoak(CrashCase):
    numbering = "netvisor"  # the harder case: Netvisor refuses no repetition

    def make_invoices(self):
        self.run_worker(
            "partners = env['res.partner'].search([('name', 'like', 'Asiakas')])\n"
            f"for _batch in range({INVOICES // 100}):\n"
            "    base_data.post_invoices(env, partners, 100)\n"
            "    env.cr.commit()\n"
        )

    def test_soak(self):
        dice = random.Random(SEED)
        self.make_invoices()
        self.sandbox.fault("random", times=None, probability=0.08, seed=SEED)
        kills = rounds = 0
        while self.open_documents() and rounds < MOST_ROUNDS:
            rounds += 1
            worker = self.worker(RUN)
            self.disturb(worker, dice)
            if worker.is_running():
                worker.kill()
                kills += 1
            self.pass_time(minutes=dice.choice((1, 5, 15)))
        self.sandbox.clear_faults()
        self.finish()
        self.assert_once(overlaps=True)
        faults = sum(bool(row["fault"]) for row in self.sandbox.calls(limit=10000))
        self.assertGreater(kills, 10, "the soak was too mild")
        self.assertGreater(faults, 40, "the soak was too mild")

    def disturb(self, worker, dice):
        """Let it work for a moment; now and then Netvisor falls over, or PostgreSQL frees the lock."""
        end = time.monotonic() + dice.uniform(0.2, 1.2)
        trouble = dice.random()
        while worker.is_running() and time.monotonic() < end:
            time.sleep(0.01)
        if trouble < 0.1:
            self.sandbox.restart()
        elif trouble < 0.2:
            self.sql(FREE_LOCK)
        else:
            return
        time.sleep(0.2)
