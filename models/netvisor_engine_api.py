"""What the rest of the module asks of the engine: a run, the lock for a reading, a moment's waiting after a button."""

import time
import uuid
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models, modules

from . import netvisor_queue as queue
from .netvisor_engine import LOCK_WAIT, Guard, LockTaken, Run, end_transaction

# A run of the scheduled job; then it triggers itself again, so that the other jobs of the database get their turn.
CRON_BUDGET = 40
# A button waits this long for the job before it says "queued".
BUTTON_WAIT = 5


class NetvisorEngine(models.AbstractModel):
    _name = "netvisor.engine"
    _description = "Netvisor engine"

    @api.model
    def _new_uuid(self):
        return str(uuid.uuid4())

    @api.model
    @contextmanager
    def _with_company_lock(self, company, wait=LOCK_WAIT, probing=False):
        """``with … as call: answer = call(request)``: calls outside the scheduled job (connection test), under the lock.

        :param probing: refusals are what is asked for: they pause nothing
        """
        run = Run(self.env, company, wait, probing)
        try:
            yield run.call
        finally:
            run.close()

    @api.model
    @contextmanager
    def _between_runs(self, company, wait=LOCK_WAIT):
        """While nothing of this company is under way; what is done meanwhile is committed before a run may begin.

        :raise LockTaken: when the job does not come to an end in time
        """
        guard = Guard(self.env, company._netvisor_root().sudo(), wait)
        try:
            yield
            end_transaction(self.env)
        finally:
            guard.close()

    @api.model
    def _wait_for(self, documents):
        """After a button: commit the enqueueing, wait a moment for the job, and say what became of it.

        Committing here is safe: nothing was sent in this transaction, and enqueueing again is harmless.
        """
        ids = documents.ids
        if not modules.module.current_test:  # tests have one cursor, and run the job themselves
            # While the connection rests there is nothing to wait for: the answer is "queued" at once.
            resting = any(company._netvisor_is_paused() for company in documents.root_company_id)
            deadline = time.monotonic() + (0 if resting else BUTTON_WAIT)
            end_transaction(self.env)
            while ids and time.monotonic() < deadline:
                with self.env.registry.cursor() as cr:
                    cr.execute(
                        """SELECT count(*) FROM netvisor_document WHERE id IN %s
                              AND (state IN ('todo', 'claimed', 'sending') OR (state IN ('done', 'changed')
                                    AND next_try <= now() AT TIME ZONE 'UTC'))""",
                        [tuple(ids)],
                    )
                    if not cr.fetchone()[0]:
                        break
                time.sleep(0.25)
        return documents.exists()._notification()


class ResCompany(models.Model):
    _inherit = "res.company"

    def _netvisor_run(self, budget=None):
        """Do what is due for this company in Netvisor.

        :param float budget: seconds after which no further POST is started; None does all that is due
        :return: dict state → number of the company's documents
        """
        self.ensure_one()
        root = self._netvisor_root()
        end_transaction(self.env)
        if not root._netvisor_is_connected():
            return queue.counts(self.env.cr, root.id)
        run = Run(self.env, root)
        try:
            run.work(budget)
            return queue.counts(run.cr, root.id)
        finally:
            run.close()
            # Nothing was written here since: this ends the snapshot, so that the caller sees what the run did.
            end_transaction(self.env)

    def _netvisor_cron(self):
        """The company's one scheduled job. It never raises for a record: Odoo switches a failing job off."""
        self.ensure_one()
        started = fields.Datetime.now()
        try:
            self._netvisor_run(budget=CRON_BUDGET)
        except LockTaken:
            self.netvisor_cron_id._trigger(at=started + timedelta(minutes=1))
            return
        now = fields.Datetime.now()
        # The pause's end is empty while a person must act: the button wakes the job again.
        paused = self._netvisor_is_paused()
        trial_only = self.netvisor_trial_first
        next_due = self.netvisor_paused_until if paused else queue.next_due(self.env.cr, self.id, trial_only)
        if next_due and next_due <= now and now - started < timedelta(seconds=CRON_BUDGET / 2):
            # It stopped early although work is due (a conflict, a lost connection): not again in the same breath.
            next_due = now + timedelta(minutes=1)
        if next_due:
            self.netvisor_cron_id._trigger(at=max(next_due, now))
