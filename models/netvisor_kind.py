"""What a kind is: the mapping between one Odoo record and one Netvisor object.

A kind is an AbstractModel called ``netvisor.kind.<kind>`` in ``kind_<kind>.py``. It knows Odoo records and the frozen
values of the ``netvisor`` package; it knows no cursor, no HTTP and no state. The engine decides who is sent, when and how
often, and hands look-ups a callable that makes one call under the company's lock.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg2

from odoo import api, models

from ..netvisor import Answer, Request

_logger = logging.getLogger(__name__)

Call = Callable[[Request], Answer]
# The first invoices of a connection are read back, because Netvisor's arithmetic is documented nowhere (8.4).
FIRST_INVOICES = 20


@dataclass(frozen=True)
class Problem:
    """Why a document cannot be sent: a row of ``PROBLEMS`` and the values of its placeholders."""

    code: str
    values: dict = field(default_factory=dict)

    def as_json(self):
        return {
            "code": self.code,
            "values": {key: str(value) for key, value in self.values.items()},
        }


class Blocked(Exception):
    """Raised while a record is being mapped: everything that is wrong with it, at once."""

    def __init__(self, *problems):
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


class Skipped(Blocked):
    """Raised while mapping: this record is never to be sent (state ``cancelled``), for the reason given."""


class Unchanged(Blocked):
    """Raised while mapping: Netvisor has exactly this already, so nothing is sent (state ``done``)."""


class NotReady(Exception):
    """Raised while mapping: not this record's fault, try again in ``seconds`` (for example a mirror still missing)."""

    def __init__(self, seconds=60):
        super().__init__(seconds)
        self.seconds = seconds


@dataclass
class Prepared:
    """One message, ready but for its attachments, with what a look-up needs if the answer is lost."""

    values: object  # frozen values of the wire package
    digest: str  # of what is sent; kept with the intent and compared afterwards
    search: dict = field(default_factory=dict)  # JSON: number, customer key, date, total, marker …
    operation: str = "add"
    number: str = ""  # reserved under the unique index before anything leaves
    warnings: tuple = ()  # Problems that are shown but never block
    key: int | None = None  # the object's key when it is known already (edits)
    options: dict = field(default_factory=dict)  # what ``_request`` needs besides, so that it reads no record again


@dataclass(frozen=True)
class Candidate:
    """An object found in Netvisor. ``certain`` only when it carries our marker, or when everything agrees."""

    key: int
    certain: bool
    number: str = ""
    label: str = ""
    status: str = ""


@dataclass(frozen=True)
class LookUp:
    """What a look-up found. ``conclusive`` False means that absence proves nothing (the call failed, a page was cut)."""

    candidates: tuple = ()
    conclusive: bool = True
    answer: Answer | None = None
    arrived: bool = False  # of an edit: the one candidate is as the lost message would have made it
    problem: Problem | None = None  # only a person can tell whether it arrived


class NetvisorKind(models.AbstractModel):
    _name = "netvisor.kind"
    _description = "Netvisor: mapping of one kind of record"
    # Master data may be in Netvisor before Odoo sends it: ``_match`` looks before a first add.
    _finds_first = False
    # How many documents one message may carry (``netvisor_engine_together``).
    _together = 1

    # --- to be defined by each kind ---------------------------------------------------------------------------------
    @api.model
    def _requirements(self, documents):
        """Documents (customers, products) that must be in Netvisor before these, created here when missing.

        :return: dict document → recordset of ``netvisor.document`` that it needs
        """
        return {}

    @api.model
    def _warm(self, documents):
        """Read everything that ``_prepare_one`` will touch, for the whole wave at once."""

    @api.model
    def _prepare_one(self, document):
        """:return: Prepared. :raise Blocked: with every problem found; :raise NotReady: to try again later."""
        raise NotImplementedError

    @api.model
    def _request(self, document, prepared):
        """The message itself. The only step that may be large: it is built just before its own POST."""
        raise NotImplementedError

    @api.model
    def _request_together(self, documents, prepared):
        """The one message for several documents, of kinds whose messages hold more than one.

        :param prepared: dict document id → Prepared
        """
        raise NotImplementedError

    @api.model
    def _look_up_together(self, documents, call):
        """After a lost answer to such a message, with as few calls as possible. :return: dict document id → LookUp"""
        return {document.id: self._look_up(document, call) for document in documents}

    @api.model
    def _slow(self, documents):
        """:return: those that need slow work before they are sent (a PDF to render); they go a few at a time"""
        return documents.browse()

    @api.model
    def _before_sending(self, documents):
        """That slow work, for a few documents. It may fail alone: ``_prepare_one`` says what is missing."""

    @api.model
    def _look_up(self, document, call):
        """Find the document in Netvisor after a lost answer or a refusal as duplicate. :return: LookUp"""
        raise NotImplementedError

    @api.model
    def _match(self, document, call):
        """Before a first add: is it in Netvisor already? One certain candidate is linked and nothing is written.

        :return: LookUp
        """
        raise NotImplementedError

    @api.model
    def _to_confirm(self, documents):
        """:return: those of the accepted documents that ``_confirm`` reads back; asked once for a whole wave"""
        return documents.browse()

    @api.model
    def _confirm(self, document, call):
        """Read back what was just accepted (total of the first invoices, number that Netvisor gave), after the commit.

        It pauses the company itself where the totals differ; the run ends then.

        :return: dict of document values to write, or None when there is nothing to read back
        """
        return

    @api.model
    def _verdict(self, prepared, answer):
        """A kind's own reading of an answer. Plain Python, no records: it runs between POST and commit.

        :return: None for the engine's own reading; a Blocked or NotReady instance otherwise
        """
        return

    @api.model
    def _refused(self, document, answer):
        """After a refusal is committed: tell the record (the contact, for example). Free to fail."""

    @api.model
    def _duplicate_problem(self, document):
        """What to say when Netvisor has the number or code already, and it is not ours. :return: Problem"""
        return Problem("number_taken", {"number": document.netvisor_number or ""})

    @api.model
    def _check(self, document, call):
        """Read the bound object again (*Check in Netvisor*).

        :return: dict of document values, empty when unchanged
        :raise NotReady: when the answer was not readable: asked again then
        """
        return {}

    @api.model
    def _bound(self, documents):
        """After the key is committed: chatter, identity, follow-up documents. Free to fail."""

    @api.model
    def _feed_wanted(self, company):
        """Whether this list is read from Netvisor at all, for kinds that have a reading (``netvisor.feed``)."""
        return True

    @api.model
    def _refresh(self, company, call, feed):
        """Read the list, or one part of it: what is left goes into ``feed.pending``, and the same run asks again.

        Committed by the engine after each part, so a killed process goes on where it was. A refusal changes nothing.

        :param call: makes one call; it commits first, so what was written before it is kept
        :return: the Answer that says how it went, None for "done without asking"
        :raise ReadError: nothing of this part is kept
        """
        raise NotImplementedError

    @api.model
    def _stamp(self, documents):
        """:return: dict document id → youngest write_date of all that is sent, in one statement."""
        return {}

    # --- used by the engine -----------------------------------------------------------------------------------------
    @api.model
    def _prepare(self, documents):
        """Map a wave. One bad record never stops its neighbours.

        :return: dict document id → Prepared | Blocked | Skipped | NotReady
        """
        result = {}
        self._warm(documents)
        for document in documents:
            try:
                result[document.id] = self._prepare_one(document)
            except (Blocked, NotReady) as verdict:
                result[document.id] = verdict
            except psycopg2.Error:
                raise  # the transaction is broken: the engine begins a new one and takes the records one by one
            except Exception as error:
                _logger.exception("Netvisor: %s could not be prepared", document.display_name)
                result[document.id] = Blocked(Problem("internal", {"error": f"{type(error).__name__}: {error}"}))
        return result

    @api.model
    def _of(self, kind):
        return self.env[f"netvisor.kind.{kind}"]

    @api.model
    def _mark_changed(self, documents, digests=None):
        """Compare sent documents with their records as they are now: ``changed`` when they differ, ``done`` when not.

        :param dict digests: document id → digest of what was sent; the stored one by default
        """
        for document_id, verdict in self._prepare(documents).items():
            document = documents.browse(document_id)
            if isinstance(verdict, (Skipped, NotReady)):
                continue  # it would not be sent now, or cannot be read now: neither says that it differs
            sent = (digests or {}).get(document_id) or document.digest
            same = isinstance(verdict, Unchanged) or (isinstance(verdict, Prepared) and verdict.digest == sent)
            state = "done" if same else "changed"
            if document.state in ("done", "changed") and document.state != state:
                document.state = state
