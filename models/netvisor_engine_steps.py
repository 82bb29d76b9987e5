"""The engine's steps that read answers and write verdicts. Nothing here commits and nothing here calls Netvisor."""

import logging
from datetime import timedelta

from psycopg2 import errors
from psycopg2.extras import Json

from odoo import fields

from ..netvisor import BadAddress, BadCredentials, printable
from ..netvisor.server_time import clock_difference
from . import netvisor_queue as queue
from .netvisor_document import PRIORITY_MASTER
from .netvisor_kind import FIRST_INVOICES, Blocked, NotReady, Prepared, Problem, Skipped, Unchanged
from .netvisor_probe import CLOCK_SECONDS

_logger = logging.getLogger(__name__)

# Another transaction was faster: roll back and try again, or leave it to the next run.
CONFLICTS = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)
# Sending these again changes nothing that the first try did not: in doubt they are repeated, not looked up.
REPEATABLE = ("edit", "match")
# Until a lost answer is given up for lost, the look-ups come at these intervals (seconds).
LOOK_UP_PAUSES = (0, 5, 15, 60, 120, 300)
# The longest possible answer, with a margin: 120 s is Netvisor's own timeout ("Controlling errors").
GRACE_SECONDS = 600
PAUSES = {"not_sent": "connection", "busy": "maintenance", "config": "authentication"}
PAUSE_OF_CODE = {
    "SERVICE_ACCESS_ERROR": "service_access",
    "TLS": "tls",
    "NOT_FOUND": "not_found",
    "REDIRECT": "not_found",
}
PROBLEM_OF_CODE = {"PERIOD_LOCK": "period_locked"}
# Kinds of which the first are read back → how many were.
CHECKED = {"sales_invoice": "netvisor_checked_count", "voucher": "netvisor_checked_vouchers"}


def pause_for(answer):
    """:return: code of the company's pause, or None when the answer concerns one document only"""
    if answer.outcome not in PAUSES:
        return None
    if answer.code == "AUTHENTICATION_FAILED" and abs(clock_difference(answer) or 0) > CLOCK_SECONDS:
        return "clock"  # the signature carries the time: what looks like a wrong key may be a wrong clock
    return PAUSE_OF_CODE.get(answer.code, PAUSES[answer.outcome])


def log_text(answer):
    """Netvisor's code and words, unchanged; the words of the network layer where Netvisor said nothing."""
    return " :: ".join(part for part in (answer.code, answer.text) if part)


def call_row(company_id, document_id, request, answer):
    """One row of ``netvisor_call``. Attachments are replaced by their size; keys never are in a message."""
    return {
        "company_id": company_id,
        "document_id": document_id,
        "resource": request.resource,
        "url": answer.url,
        "started": answer.started,
        "duration_ms": answer.duration_ms,
        "transaction_id": answer.transaction_id,
        "outcome": answer.outcome,
        "code": answer.code or None,
        "http_status": answer.http_status,
        "text": answer.text or None,
        "request": printable(request.body) if request.body else None,
        "answer": printable(answer.body) if answer.body else None,
    }


def outcome_values(kind, prepared, answer):
    """What a result writes into the document: one table for every kind, unless the kind reads the answer itself."""
    now = fields.Datetime.now()
    base = {
        "outcome": answer.outcome,
        "code": answer.code or None,
        "message": log_text(answer) or None,
    }
    verdict = kind._verdict(prepared, answer)
    if isinstance(verdict, Blocked):
        return {
            **base,
            "state": "blocked",
            "problems": [problem.as_json() for problem in verdict.problems],
        }
    if isinstance(verdict, NotReady):
        return {**base, "state": "todo", "next_try": now + timedelta(seconds=verdict.seconds)}
    if answer.ok:
        values = {
            **base,
            "state": "done",
            "next_try": None,
            "sent_date": now,
            "tries": 0,
            "code": None,
            "message": None,
            "follow_up": "all",
        }
        key = answer.key or prepared.key
        return {**values, "netvisor_key": key} if key else values
    if answer.outcome == "rejected":
        code = PROBLEM_OF_CODE.get(answer.code, "refused")
        values = {"date": prepared.search.get("date", "")}
        return {**base, "state": "blocked", "problems": [Problem(code, values).as_json()]}
    if answer.outcome in ("duplicate", "unknown"):
        return {**base, "state": "in_doubt", "next_try": None}
    # config, busy, not_sent: the company rests, the document is as it was.
    return {**base, "state": "todo", "next_try": None}


class Steps:
    """Mixed into Run."""

    def kind(self, name):
        return self.env[f"netvisor.kind.{name}"].with_company(self.root_id)

    def _may_call(self):
        """Connected, complete, in its own database, and not resting?"""
        company = self.company
        if not company._netvisor_is_connected() or company._netvisor_is_paused():
            return False
        if not company._netvisor_check_database():
            return False
        missing = company._netvisor_missing_credentials()
        if missing:
            company._netvisor_pause("credentials_missing", ", ".join(missing))
            return False
        try:
            self.client  # noqa: B018  the address is checked when the client is made
        except BadAddress as error:
            company._netvisor_pause("bad_address", str(error))
            return False
        except BadCredentials as error:
            company._netvisor_pause("credentials_missing", str(error))
            return False
        return True

    # --- before sending ---------------------------------------------------------------------------------------------
    def _hold_back(self, needed):
        """Documents whose customer or product is not in Netvisor yet: blocked with its reason, or due again.

        :param needed: dict document id → ids of the documents it needs
        :return: set of the ids that may go
        """
        documents = self.env["netvisor.document"]
        ready, waiting = set(), []
        for document_id, needs in needed.items():
            missing = documents.browse(needs).filtered(lambda need: need.state not in ("done", "changed"))
            stuck = missing.filtered(lambda need: need.state not in ("todo", "claimed", "sending", "in_doubt"))
            if stuck:
                documents.browse(document_id)._block([self._need_problem(need) for need in stuck])
            elif missing:
                waiting.append(document_id)
            else:
                ready.add(document_id)
        queue.give_back(self.cr, waiting, seconds=30)  # a customer in doubt is settled by its own look-up
        return ready

    def _need_problem(self, need):
        """The reason of the customer, shown on the invoice too. It is told again when the customer is mended."""
        need.priority = PRIORITY_MASTER
        words = (
            need.problem or need.message or dict(need._fields["state"]._description_selection(self.env)).get(need.state)
        )
        return Problem("needs", {"name": need.display_name, "problem": words, "document": need.id})

    def _write_verdicts(self, documents, verdicts):
        """:return: dict document id → Prepared, of those that can be sent"""
        prepared, unchanged = {}, documents.browse()
        for document in documents:
            verdict = verdicts.get(document.id)
            if isinstance(verdict, Unchanged):
                unchanged |= document
                document.write({"state": "done", "next_try": False, "problems": False, "message": False, "code": False})
            elif isinstance(verdict, Skipped):
                self._block(document, verdict)
                document.state = "cancelled"
            elif isinstance(verdict, Blocked):
                self._block(document, verdict)
            elif isinstance(verdict, NotReady):
                document.write(
                    {
                        "state": "todo",
                        "next_try": fields.Datetime.now() + timedelta(seconds=verdict.seconds),
                    }
                )
            elif isinstance(verdict, Prepared):
                prepared[document.id] = verdict
        self.env.flush_all()
        self._release_dependants(unchanged)
        numbers = {document_id: verdict.number for document_id, verdict in prepared.items() if verdict.number}
        for document_id in queue.reserve_numbers(self.cr, numbers):
            self._block(
                documents.browse(document_id),
                Blocked(Problem("number_used", {"number": numbers[document_id]})),
            )
            del prepared[document_id]
        return prepared

    def _block(self, document, error):
        problems = getattr(error, "problems", None)
        if problems is None:  # the wire refuses the value: it names the element and the rule
            problems = [Problem("message_invalid", {**error.data, "where": error.path, "what": error.problem})]
        document._block(problems)

    def _write_match(self, kind, document, found):
        """:return: True when nothing was found and the document must be added"""
        if not found.conclusive:
            document.write({"state": "todo", "next_try": fields.Datetime.now() + timedelta(minutes=1)})
            return False
        certain = [candidate for candidate in found.candidates if candidate.certain]
        if len(certain) == 1:
            self._bind(document, certain[0])
            self._after(kind, document.ids)
            return False
        if found.candidates:
            self._ask(document, found, "perhaps_there")
            return False
        return True

    # --- after a lost answer ----------------------------------------------------------------------------------------
    def _bind(self, document, candidate):
        document.write(
            {
                "state": "done",
                "netvisor_key": candidate.key,
                "netvisor_number": document.netvisor_number or candidate.number or False,
                "remote_status": candidate.status or document.remote_status,
                "next_try": False,
                "problems": False,
                "message": False,
                "code": False,
                "tries": 0,
                "follow_up": "all",
            }
        )

    def _ask(self, document, found, code="several_candidates"):
        rows = [
            {"key": candidate.key, "number": candidate.number, "label": candidate.label}
            for candidate in found.candidates
        ]
        document.write(
            {
                "state": "review",
                "search_values": {**(document.search_values or {}), "candidates": rows},
                "problems": [Problem(code).as_json()],
                "next_try": False,
            }
        )

    def _write_look_up(self, kind, document, found):
        """:return: True when the document is bound now"""
        # PostgreSQL's clock, which stamped the intent: two servers' clocks may differ by more than the longest answer.
        now = self.cr.now()
        certain = [candidate for candidate in found.candidates if candidate.certain]
        if found.problem:
            document._block([found.problem])
        elif document.operation in REPEATABLE and not found.arrived:
            document.write({"state": "todo", "next_try": False})
        elif len(certain) == 1:
            self._bind(document, certain[0])
            return True
        elif len(certain) > 1:
            self._ask(document, found)
        elif document.outcome == "duplicate" and found.conclusive:
            # Netvisor has the number, and it is another object's: sending again can only be refused again.
            document._block([kind._duplicate_problem(document)], message=document.message, code=document.code)
        else:
            self._wait_or_send_again(document, found, now)
        return False

    def _wait_or_send_again(self, document, found, now):
        """Absent proves nothing until the longest possible answer has passed; then it is sent with a new transaction id."""
        grace = int(self.env["ir.config_parameter"].get_param("account_netvisor.grace_seconds", GRACE_SECONDS))
        surely_absent_at = (document.sent_date or now) + timedelta(seconds=grace)
        if found.conclusive and now >= surely_absent_at:
            document.write({"state": "todo", "next_try": False})
            return
        looked = sum(
            1 for pause in LOOK_UP_PAUSES if document.sent_date and document.sent_date + timedelta(seconds=pause) <= now
        )
        pause = LOOK_UP_PAUSES[min(looked, len(LOOK_UP_PAUSES) - 1)]
        next_try = now + timedelta(seconds=max(pause, 1))
        if found.conclusive:
            next_try = min(next_try, max(surely_absent_at, now + timedelta(seconds=1)))
        document.next_try = next_try

    def _release_dependants(self, documents):
        """What waited for a customer or a product follows by itself as soon as that is in Netvisor."""
        if documents[:1].kind not in ("customer", "product", "dimension_item"):
            return
        self.env["netvisor.document"].flush_model()
        for document in documents:
            need = Json([{"code": "needs", "values": {"document": str(document.id)}}])
            self.cr.execute(
                """UPDATE netvisor_document SET state = 'todo', next_try = NULL, problems = NULL
                    WHERE root_company_id = %s AND state = 'blocked' AND problems @> %s""",
                [self.root_id, need],
            )
        self.env["netvisor.document"].invalidate_model()

    # --- after success ----------------------------------------------------------------------------------------------
    def _confirm(self, kind, document):
        """The total of the first invoices of a connection, and numbers that Netvisor gives, are read back."""
        try:
            values = kind._confirm(document, lambda request: self.call(request, document.id))
        except NotReady as later:  # the answer was lost: the document is checked then, as if somebody had asked for it
            document.next_try = fields.Datetime.now() + timedelta(seconds=later.seconds)
            values = None
        if values:
            document.write(values)
        if self.company._netvisor_is_paused():
            self.stopped = True

    def _claim(self):
        """The first of the kinds that are read back go few at a time: one alone, then the rest of those, never a whole wave with
        the same fault. All else, what they need (customers, items by the thousand) too, goes in whole waves."""
        company = self.company
        left = {
            kind: FIRST_INVOICES - company[name] for kind, name in CHECKED.items() if company[name] < FIRST_INVOICES
        }
        claimed = queue.claim(self.cr, self.root_id, but=tuple(left))
        for kind, count in left.items():
            size = 1 if count == FIRST_INVOICES else count
            claimed = claimed or queue.claim(self.cr, self.root_id, size, only=kind)
        return claimed

    def _find_drift(self, kind, documents, prepared, stamps):
        """The record was edited while it was on its way: what Netvisor has differs from what Odoo shows.

        Without stamps (the process that sent it is gone) the whole message is made again and compared.
        """
        if stamps is None:
            kind._mark_changed(documents.filtered(lambda document: document.digest and document.operation == "add"))
            return
        now = kind._stamp(documents)
        touched = documents.filtered(lambda document: now.get(document.id) != stamps.get(document.id))
        if touched:
            kind._mark_changed(touched, {document.id: prepared[document.id].digest for document in touched})
