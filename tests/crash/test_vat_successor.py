"""Two people make the taxes of a new rate at the same moment: they are made once."""

from harness import CrashCase

ACTIVATE = """
taxes = env["account.tax"].with_context(active_test=False)
taxes.search([("amount", "=", 14), ("company_id", "=", company.id)]).active = True
env.cr.commit()
"""
MAKE = """
from odoo.service.model import retrying
tries = []

def make():
    tries.append(1)
    taxes = env["account.tax"]
    done = taxes._netvisor_create_successors(company, taxes._netvisor_change())
    {hold}
    return sorted({{plan.outcome for plan in done}})

outcomes = retrying(make, env)
env.cr.commit()
print("outcomes", outcomes, "tries", len(tries))
"""
COUNT = "SELECT count(*) FROM account_tax WHERE amount = {} AND active"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


class TestVatSuccessor(CrashCase):
    def test_two_people_at_once(self):
        self.run_worker(ACTIVATE)
        first = self.worker(MAKE.format(hold=f"kill_points.meet({str(self.folder)!r}, 'first')"))
        self.meet("first")
        second = self.worker(MAKE.format(hold=""))
        self.wait_for(lambda: int(self.sql(WAITING)[0]), "the second waits for the first")
        self.let_go("first")
        self.assertEqual((first.wait(), second.wait()), (0, 0), first.text() + second.text())
        self.assertIn("outcomes ['created'] tries 1", first.text())
        self.assertIn("outcomes ['exists'] tries 2", second.text())
        self.assertEqual(self.sql(COUNT.format(13.5)), self.sql(COUNT.format(14)))

    def test_the_first_one_fails(self):
        """Killed before its commit: nothing half-made is left, and the second one makes them all."""
        self.run_worker(ACTIVATE)
        first = self.worker(MAKE.format(hold=f"kill_points.meet({str(self.folder)!r}, 'first')"))
        self.meet("first")
        second = self.worker(MAKE.format(hold=""))
        self.wait_for(lambda: int(self.sql(WAITING)[0]), "the second waits for the first")
        first.kill()
        self.assertEqual(second.wait(), 0, second.text())
        self.assertIn("outcomes ['created'] tries 1", second.text())
        self.assertEqual(self.sql(COUNT.format(13.5)), self.sql(COUNT.format(14)))
