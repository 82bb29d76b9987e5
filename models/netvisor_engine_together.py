"""Several documents in one message (invalidations of vouchers): one intent, one POST, one outcome for all of them.

The protocol is that of a single one: intent of all · COMMIT · POST · outcome of all · COMMIT. Netvisor takes all or none, and
names one of them when it refuses: then each goes alone, so that one cannot hold up the others. Whatever a refusal left behind
of an earlier message, the look-up finds it.
"""

import logging

from ..netvisor import SchemaError
from . import netvisor_queue as queue
from .netvisor_engine_steps import CONFLICTS, PROBLEM_OF_CODE, call_row, outcome_values
from .netvisor_kind import Blocked

_logger = logging.getLogger(__name__)


class Together:
    """Mixed into Run."""

    def _send_together(self, kind, prepared):
        """:return: ids of those that Netvisor has accepted"""
        done = []
        for ids in kind._groups(prepared):
            if not self.in_time():
                break
            accepted = self._send_group(kind, {document_id: prepared[document_id] for document_id in ids})
            if accepted is not None:
                done += accepted
                continue
            for document_id in ids:
                if not self.in_time():
                    break
                done += self._send_group(kind, {document_id: prepared[document_id]}) or []
        return done

    def _send_group(self, kind, prepared):
        """:return: ids that were accepted; None when each must go alone"""
        documents = self.env["netvisor.document"].browse(list(prepared))
        request = self._request_of(kind, documents, prepared)
        if request is None:
            return None if len(prepared) > 1 else []
        if request.resource in self.refused:
            for document in documents:
                self._is_refused_already(document, request)
            return []
        transaction_id = self.env["netvisor.engine"]._new_uuid()
        if not self._intend(transaction_id, prepared):
            return None if len(prepared) > 1 else []
        # The last thing before the POST: between this check and the POST nothing happens that could take long.
        self.guard.check()
        answer = self.client.call(request, transaction_id=transaction_id)
        row = call_row(self.root_id, documents[:1].id, request, answer)
        values = self._group_values(kind, prepared, answer)
        settled = self._settle(list(prepared), values, row)
        self._company_outcome(answer, documents[:1].id)
        if missing := self.missing_right:
            for document in documents:
                self.missing_right = missing
                self._without_right(document)
        elif values["state"] == "claimed":
            return None
        elif values["outcome"] == "duplicate":
            self._resolve(documents)
        return settled if values["state"] == "done" else []

    def _request_of(self, kind, documents, prepared):
        """The message, or None: then those that cannot be written are told so when they go alone."""
        try:
            return kind._request_together(documents, prepared)
        except (Blocked, SchemaError) as error:
            if len(documents) == 1:
                self._block(documents, error)
                self.commit()
        return None

    def _intend(self, transaction_id, prepared):
        """:return: True when all of them are intended; the message is made of all, so one that is gone means none"""
        try:
            gone = queue.intend_together(self.cr, transaction_id, prepared)
        except CONFLICTS:  # a user is taking one back at this very moment
            gone = True
        if gone:
            self.rollback()
        else:
            self.commit()
        return not gone

    def _group_values(self, kind, prepared, answer):
        values = outcome_values(kind, next(iter(prepared.values())), answer)
        values.pop("netvisor_key", None)  # each has its own already
        if answer.outcome != "rejected":
            return values
        if len(prepared) > 1:
            return {"state": "claimed", "outcome": answer.outcome, "next_try": None}
        if answer.code in PROBLEM_OF_CODE:
            return values
        # It may be as it should be already, by an earlier message or by a person: the look-up tells, else it is blocked.
        words = {name: values[name] for name in ("code", "message")}
        return {**words, "state": "in_doubt", "outcome": "duplicate", "next_try": None}

    # --- answers that were lost -------------------------------------------------------------------------------------
    def _resolve(self, document):
        """With one look-up for as many as one message may carry."""
        kind = self.kind(document[:1].kind)
        if kind._together == 1:
            super()._resolve(document)
            return
        ids = queue.due(self.cr, self.root_id, ["in_doubt"], kind._together, kind=document[:1].kind)
        documents = (document | document.browse(ids)).filtered(lambda one: one.state == "in_doubt")
        if not documents:
            return  # an earlier look-up has told of it
        found = self._look(lambda _first, call: kind._look_up_together(documents, call), documents[0])
        if found is None:
            self._put_off(documents[1:])
            return
        for one in documents:
            self._resolve_as(kind, one, found[one.id])
