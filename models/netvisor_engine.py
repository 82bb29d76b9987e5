"""The engine: who is sent, when, how often, and what became of it. The only file that commits.

Everything of one company happens under the company's lock, one call at a time, reads included: that is Netvisor's own rule
("Controlling errors"). The protocol of one document: intent · COMMIT · POST · outcome · COMMIT. Nothing is ever sent in a
user's transaction, which Odoo runs again on conflicts.
"""

import hashlib
import logging
import time
from contextlib import suppress
from urllib.parse import urlsplit

import psycopg2

from odoo import SUPERUSER_ID, api, modules
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..netvisor import SchemaError
from . import netvisor_queue as queue
from .netvisor_engine_after import LOST, After, LockLost
from .netvisor_engine_feeds import Feeds
from .netvisor_engine_rights import Rights
from .netvisor_engine_steps import CONFLICTS, call_row, log_text, outcome_values, pause_for
from .netvisor_engine_together import Together
from .netvisor_kind import Blocked
from .netvisor_pause import PERSON_DECIDES

_logger = logging.getLogger(__name__)

# How long a run may wait for the lock of its company (design §2): longer than a call in progress usually takes.
LOCK_WAIT = 30
# Dimensions, products and customers first: invoices need them.
KIND_ORDER = (
    *("dimension_item", "product", "customer", "sales_invoice", "credit_note_match"),
    *("voucher", "voucher_invalidation"),
)
# Documents that need slow work first (a PDF to render) go in batches of this size.
SLOW_BATCH = 5
# After this many lost answers in a row it is not the invoice: rest, and let the look-ups speak first.
UNKNOWN_IN_A_ROW = 3


def end_transaction(env):
    """Commit the caller's transaction, so that what it enqueued is visible and what the engine did is seen afterwards.

    A test's cursor cannot commit: there the engine's cursors share its connection, and only the caches differ.
    """
    if modules.module.current_test:
        env.flush_all()
        env.invalidate_all()
    else:
        env.cr.commit()


class LockTaken(UserError):
    """Another process works for the same Netvisor company."""


class Guard:
    """The company's lock: an advisory lock held by a cursor of its own, so that the work cursor may commit freely.

    It ends with the cursor, and with the process however that dies. The key is host and organisation: two Odoo companies
    on one Netvisor company are one to Netvisor.
    """

    def __init__(self, env, company, wait):
        address = urlsplit(company.netvisor_base_url or "")
        name = f"netvisor|{address.hostname}|{address.port}|{company.netvisor_organisation_id or company.id}"
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        self.cr = env.registry.cursor()
        deadline = time.monotonic() + wait
        try:
            while True:
                self.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
                if self.cr.fetchone()[0]:
                    return
                if time.monotonic() >= deadline:
                    raise LockTaken(
                        env._(
                            "Netvisor is busy with another task of %(company)s. Try again in a minute.",
                            company=company.name,
                        )
                    )
                time.sleep(0.2)  # a lock has no queue that a cursor could wait in with a limit
        except BaseException:
            self.close()
            raise

    def check(self):
        """Before each POST: is the lock still ours? A restarted PostgreSQL frees it without telling."""
        try:
            self.cr.execute("SELECT 1")
        except psycopg2.Error as error:
            raise LockLost(str(error)) from error

    def close(self):
        # Commit, not rollback: in tests both cursors share a connection, and a rollback would undo the work cursor.
        with suppress(psycopg2.Error):
            self.cr.commit()
        with suppress(psycopg2.Error):
            self.cr.close()


class Run(Together, Rights, After, Feeds):
    """One run for one company, on its own cursor."""

    def __init__(self, env, company, wait=LOCK_WAIT, probing=False):
        root = company._netvisor_root()
        self.guard = Guard(env, root.sudo(), wait)
        self.cr = env.registry.cursor()
        context = {
            "netvisor_running": True,
            "lang": env.context.get("lang") or root.partner_id.lang or "en_US",
        }
        self.env = api.Environment(self.cr, SUPERUSER_ID, context)
        self.root_id = root.id
        self._client = None
        self.deadline = None
        self.unknown_in_a_row = 0
        self.stopped = False
        self.reading = None  # the feed that is being read
        self.accepted = False  # Netvisor has accepted the credentials in this run
        self.probing = probing  # refusals are what is asked for: they pause nothing
        self.refused = {}  # resources that this connection may not use while others work → the answer that said so
        self.missing_right = None  # the answer that refused what is being done at this moment
        self.was_paused = bool(self.company.netvisor_pause_code)

    @property
    def company(self):
        company = self.env["res.company"].browse(self.root_id)
        return company.with_company(company)

    @property
    def client(self):
        if self._client is None:
            self._client = self.company._netvisor_client()
        return self._client

    def commit(self):
        self.cr.commit()

    def rollback(self):
        self.cr.rollback()

    def close(self):
        if self._client is not None:
            self._client.close()
        with suppress(psycopg2.Error):
            self.cr.close()
        self.guard.close()

    def in_time(self):
        return not self.stopped and (self.deadline is None or time.monotonic() < self.deadline)

    # --- calls ------------------------------------------------------------------------------------------------------
    def call(self, request, document_id=None):
        """A reading or a look-up: made, logged and, where it concerns the whole company, acted upon."""
        self.guard.check()
        self.commit()  # nothing of ours may stay locked while we wait for the network
        answer = self.client.call(request)
        queue.log_call(self.cr, call_row(self.root_id, document_id, request, answer))
        self.commit()
        self._company_outcome(answer, document_id)
        return answer

    def _company_outcome(self, answer, document_id=None):
        """Credentials, service breaks and a dead line concern the company: pause it, not one invoice after another."""
        self.unknown_in_a_row = self.unknown_in_a_row + 1 if answer.outcome == "unknown" else 0
        self.accepted = self.accepted or answer.ok
        if answer.outcome == "config" and self._is_one_right(answer, document_id):
            return
        pause = pause_for(answer)
        if not pause and self.unknown_in_a_row >= UNKNOWN_IN_A_ROW:
            pause = "no_answer"
        if pause:
            self.pause(pause, log_text(answer))
        elif answer.ok and self.was_paused:
            self.was_paused = False
            if self.company.netvisor_pause_code not in PERSON_DECIDES:
                self.company._netvisor_unpause()
            self.commit()

    def pause(self, code, text=""):
        """The company rests (the table of pauses says how long) and this run ends."""
        self.stopped = True
        self.company._netvisor_pause(code, text)
        self.commit()

    # --- the work ---------------------------------------------------------------------------------------------------
    def work(self, budget=None):
        """All that is due, or until ``budget`` seconds are used up. A failure of one record never leaves this method."""
        self.deadline = None if budget is None else time.monotonic() + budget
        queue.recover_orphans(self.cr, self.root_id)
        self.commit()
        if not self._may_call():
            self.commit()
            return
        self._ensure_feeds()
        self.commit()
        for step in (
            self.finish_sent,
            self.resolve_doubts,
            self.read_feeds,
            self.send_waves,
            self.read_on,
            self.run_checks,
            self.resolve_doubts,
        ):
            if not self.in_time():
                break
            try:
                step()
            except CONFLICTS:
                _logger.info(
                    "Netvisor: %s met another transaction and goes on at the next run",
                    step.__name__,
                )
                self.rollback()
            except LOST:
                # Nothing more can be written down, so nothing more may be sent. The next run finds what is left.
                _logger.warning("Netvisor: the database connection was lost; the run ends", exc_info=True)
                return
            except Exception:
                _logger.exception("Netvisor: %s failed", step.__name__)
                self.rollback()
        try:
            self.guard.check()
            queue.recover_orphans(self.cr, self.root_id)  # claimed, but the time was up
            self.commit()
        except (*CONFLICTS, *LOST):
            _logger.warning("Netvisor: the next run gives back what this one has claimed", exc_info=True)

    def send_waves(self):
        while self.in_time():
            claimed = self._claim()
            self.commit()
            if not claimed:
                return
            self._send(claimed)

    def _send(self, claimed):
        """One wave, kind by kind. What is not sent in the end is due again."""
        self._send_by_kind(claimed)
        # Left over although there was time: something stood in the way. Without a pause it would be claimed for ever.
        pause = 60 if self.in_time() else 0
        queue.give_back(self.cr, [document_id for document_id, _kind in claimed], pause)
        self.commit()
        documents = self.env["netvisor.document"].browse([document_id for document_id, _kind in claimed])
        self._alone(documents._sync_activities)

    def _send_by_kind(self, rows):
        """:param rows: pairs (document id, kind), all of them claimed"""
        by_kind = {}
        for document_id, kind in rows:
            by_kind.setdefault(kind, []).append(document_id)
        for kind in sorted(by_kind, key=KIND_ORDER.index):
            if self.in_time():
                self._send_kind(kind, by_kind[kind])

    def _send_kind(self, kind_name, ids):
        kind = self.kind(kind_name)
        ids = self._requirements_met(kind, ids)
        documents = self.env["netvisor.document"].browse(ids)
        slow = set((self._alone(kind._slow, documents) or documents.browse()).ids)
        self._send_batch(kind, documents.browse([document_id for document_id in ids if document_id not in slow]))
        # Rendering takes a second or more each, and Odoo kills a job after two minutes: a few at a time, each few committed
        # and sent before the next, so that every run gets somewhere.
        for batch in split_every(SLOW_BATCH, [document_id for document_id in ids if document_id in slow], list):
            if not self.in_time():
                return
            self._alone(kind._before_sending, documents.browse(batch))
            self._send_batch(kind, documents.browse(batch))

    def _send_batch(self, kind, documents):
        if not documents:
            return
        stamps = self._alone(kind._stamp, documents) or {}
        verdicts, failed = self._by_wave(kind._prepare, documents)
        prepared = self._write_verdicts(documents, {**verdicts, **failed})
        self.commit()
        send = self._send_singly if kind._together == 1 else self._send_together
        self._after(kind, send(kind, prepared), prepared, stamps)

    def _send_singly(self, kind, prepared):
        """:return: ids of those that Netvisor has now"""
        done = []
        for document_id, message in prepared.items():
            if not self.in_time():
                break
            if message.operation != "edit" and not self._match_first(kind, document_id):
                continue
            if self._send_one(kind, document_id, message):
                done.append(document_id)
        return done

    def _requirements_met(self, kind, ids):
        """Send customers and products first. :return: the ids whose requirements are in Netvisor"""
        documents = self.env["netvisor.document"].browse(ids)
        needs, failed = self._by_wave(kind._requirements, documents)
        for document_id, verdict in failed.items():
            self._block(documents.browse(document_id), verdict)
        ids = [document_id for document_id in ids if document_id not in failed]
        needed = {document.id: needs[document].ids for document in needs if needs[document]}
        self.commit()
        wanted = {need for rows in needed.values() for need in rows}
        if not wanted:
            return ids
        taken = queue.claim_these(self.cr, wanted)
        self.commit()
        self._send_by_kind([(need.id, need.kind) for need in documents.browse(sorted(taken))])
        queue.give_back(self.cr, taken)
        self.commit()
        ready = self._hold_back(needed)
        self.commit()
        return [document_id for document_id in ids if document_id not in needed or document_id in ready]

    def _match_first(self, kind, document_id):
        """Before a first add: is it there already? :return: True when it must be sent"""
        if not kind._finds_first:
            return True
        document = self.env["netvisor.document"].browse(document_id)
        found = self._look(kind._match, document)
        if found is None:
            if document.state == "claimed":
                document.state = "todo"  # the look-up failed and was put off: it proves no absence
            self.commit()
            return False
        send = self._write_match(kind, document, found)
        self.commit()
        return send

    def _send_one(self, kind, document_id, prepared):
        """Intent · COMMIT · POST · outcome · COMMIT. :return: True when Netvisor has it"""
        document = self.env["netvisor.document"].browse(document_id)
        try:
            request = kind._request(document, prepared)
        except (Blocked, SchemaError) as error:
            self._block(document, error)
            self.commit()
            return False
        except (*CONFLICTS, *LOST):
            raise
        except Exception as error:
            _logger.exception("Netvisor: the message of document %s could not be made", document_id)
            self.rollback()
            self._block(document, self._internal(error))
            self.commit()
            return False
        if self._is_refused_already(document, request):
            return False
        transaction_id = self.env["netvisor.engine"]._new_uuid()
        try:
            intended = queue.intend(self.cr, document_id, transaction_id, prepared)
        except CONFLICTS:  # a user is taking the document back at this very moment
            self.rollback()
            return False
        self.commit()
        if not intended:
            return False
        # The last thing before the POST: between this check and the POST nothing happens that could take long.
        self.guard.check()
        answer = self.client.call(request, transaction_id=transaction_id)
        row = call_row(self.root_id, document_id, request, answer)
        values = outcome_values(kind, prepared, answer)
        settled = self._settle([document_id], values, row)
        self._company_outcome(answer, document_id)
        if self.missing_right:
            self._without_right(document)
        elif answer.outcome == "duplicate":
            self._resolve(document)
        elif answer.outcome == "rejected":
            self._alone(kind._refused, document, answer)
        return bool(settled) and values["state"] == "done"
