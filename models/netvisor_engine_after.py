"""The engine's steps around the POST that may fail alone, and all that follows it: links, reading back, lost answers."""

import logging
import time
from datetime import timedelta

import psycopg2
from psycopg2 import errors

from odoo import fields

from . import netvisor_queue as queue
from .netvisor_engine_steps import CONFLICTS, Steps
from .netvisor_kind import Blocked, NotReady, Problem

_logger = logging.getLogger(__name__)


class LockLost(Exception):
    """PostgreSQL freed the lock (restart, idle timeout): this run may not send anything more."""


# The connection is gone: nothing can be written down any more, so nothing may be sent either.
LOST = (LockLost, psycopg2.OperationalError, psycopg2.InterfaceError)


class After(Steps):
    """Mixed into Run."""

    # --- steps that may fail alone ----------------------------------------------------------------------------------
    def _alone(self, method, *arguments):
        """A step that may fail by itself without harm to the rest. :return: its result, None when it failed"""
        name = getattr(method, "__name__", method)
        try:
            for attempt in (1, 2, 3):
                try:
                    result = method(*arguments)
                    self.commit()
                    return result
                except CONFLICTS:  # a person was faster: again, with a new picture
                    self.rollback()
                    time.sleep(0.05 * attempt)
            _logger.warning("Netvisor: %s met other transactions three times", name)
        except LOST:
            raise
        except Exception:
            _logger.exception("Netvisor: %s failed", name)
            self.rollback()
        return None

    def _by_wave(self, method, documents):
        """A step for the whole wave; where that fails, record by record: a bad one never stops its neighbours.

        :return: (dict of results, dict document id → Blocked)
        """
        try:
            return method(documents), {}
        except (*CONFLICTS, *LOST):
            raise
        except Exception:
            _logger.exception("Netvisor: %s failed for a wave; going on one by one", method.__name__)
            self.rollback()
        results, failed = {}, {}
        for document in documents:
            try:
                results.update(method(document))
                self.commit()
            except (*CONFLICTS, *LOST):
                raise
            except Exception as error:
                _logger.exception("Netvisor: %s failed for document %s", method.__name__, document.id)
                self.rollback()
                failed[document.id] = self._internal(error)
        return results, failed

    @staticmethod
    def _internal(error):
        return Blocked(Problem("internal", {"error": f"{type(error).__name__}: {error}"}))

    def _settle(self, document_ids, values, row):
        """Nothing may lose the key: a conflict with a person's click is tried again, the last resort is the look-up.

        :return: ids of the documents of which the outcome is written
        """
        for attempt in range(5):
            try:
                settled = queue.settle(self.cr, document_ids, values, row)
                self.commit()
                return settled
            except CONFLICTS:
                self.rollback()
                time.sleep(0.05 * 2**attempt)  # the other transaction is a click: it ends in milliseconds
            except LOST:
                raise
            except Exception:
                _logger.exception("Netvisor: the outcome of documents %s is written without its details", document_ids)
                self.rollback()
                if row["answer"] or row["text"]:  # a text that PostgreSQL refuses
                    row = {**row, "answer": None, "text": None}
                    values = {**values, "message": None}
                else:  # the key of another document: the look-up will tell a person
                    values = {"state": "in_doubt", "outcome": "unknown", "next_try": None}
        _logger.warning("Netvisor: the outcome of documents %s could not be written; looked up later", document_ids)
        return []

    # --- after success ----------------------------------------------------------------------------------------------
    def finish_sent(self):
        """Accepted by a run that was killed, or that ran out of time, before it had done the rest."""
        for document_id, kind, rest in queue.unfinished(self.cr, self.root_id):
            if not self.in_time():
                return
            if rest == "confirm":
                self._read_back(self.kind(kind), self.env["netvisor.document"].browse(document_id))
            else:
                self._after(self.kind(kind), [document_id])

    def _after(self, kind, done, prepared=None, stamps=None):
        """Everything that may fail without harm: the keys are committed.

        :param prepared: dict document id → Prepared, of those sent by this very run
        :param stamps: what ``_stamp`` said before they were read
        """
        documents = self.env["netvisor.document"].browse(done)
        if not documents:
            return
        self._alone(kind._bound, documents)
        self._alone(self._release_dependants, documents)
        self._alone(self._find_drift, kind, documents, prepared, stamps)
        self._read_back(kind, documents)

    def _read_back(self, kind, documents):
        """What there is no time for any more is left to the next run; with that, they are finished."""
        left = list(self._alone(kind._to_confirm, documents) or ())
        while left and self.in_time():
            self._alone(self._confirm, kind, left.pop(0))
        left = [document.id for document in left]
        queue.follow_up(self.cr, [one for one in documents.ids if one not in left])
        queue.follow_up(self.cr, left, "confirm")
        self.commit()

    # --- answers that were lost -------------------------------------------------------------------------------------
    def resolve_doubts(self):
        for document_id in queue.due(self.cr, self.root_id, ["in_doubt"]):
            if not self.in_time():
                return
            self._resolve(self.env["netvisor.document"].browse(document_id))

    def _resolve(self, document):
        kind = self.kind(document.kind)
        found = self._look(kind._look_up, document)
        if found is not None:
            self._resolve_as(kind, document, found)

    def _resolve_as(self, kind, document, found):
        try:
            bound = self._write_look_up(kind, document, found)
            self.commit()
        except (*CONFLICTS, *LOST):
            raise
        except errors.UniqueViolation:  # another document is linked to that key already: a person has to look
            self.rollback()
            self._ask(document, found)
            self.commit()
        except Exception:
            _logger.exception("Netvisor: what was found for document %s could not be written", document.id)
            self.rollback()
            self._put_off(document)
        else:
            if bound:
                self._after(kind, document.ids)
        self._alone(document._sync_activities)

    def _look(self, method, document):
        """A look-up of a kind, with the engine's call. :return: its result, or None when it failed and was put off"""
        found, self.missing_right = None, None
        try:
            found = method(document, lambda request: self.call(request, document.id))
        except LOST:
            raise
        except NotReady as later:
            self._put_off(document, later.seconds)
        except Exception:
            _logger.exception("Netvisor: looking up %s failed", document.id)
            self.rollback()
            self._put_off(document)
        if not self.missing_right:
            return found
        self._without_right(document)  # found nothing, for it was not allowed to look
        return None

    def _put_off(self, document, seconds=300):
        """Tried again later; the neighbours go on."""
        document.next_try = fields.Datetime.now() + timedelta(seconds=seconds)
        self.commit()

    def run_checks(self):
        while ids := queue.due(self.cr, self.root_id, ["done", "changed", "deleted"]):
            for document_id in ids:
                if not self.in_time():
                    return
                self._check(document_id)

    def _check(self, document_id):
        document = self.env["netvisor.document"].browse(document_id)
        kind = self.kind(document.kind)
        values = self._look(kind._check, document)
        if values is not None:
            document.write({**values, "next_try": False})
            self.commit()
            self._alone(document._sync_activities)
