"""The application: from a request to a reply, without sockets. Every answer is given after the commit."""

import contextlib
import re
import sys
import threading
import time
import traceback

from . import (
    accounts,
    answers,
    auth,
    clock,
    customers,
    defaults,
    dimensions,
    invoice_actions,
    invoice_get,
    invoice_list,
    invoices,
    ledger,
    misbehaviour,
    products,
    voucher_types,
    voucher_write,
)
from .context import Context
from .exchange import Reply, Request
from .faults import Events, Faults
from .refusal import Invalid, Refusal
from .store import Books, Store

#: Resource -> (function, methods). Deletions and status changes are met with GET and with POST (8.18).
RESOURCES = {
    "accounting.nv": (voucher_write.add, "POST"),
    "accountingedit.nv": (voucher_write.edit, "POST"),
    "accountingledger.nv": (ledger.listing, "GET"),
    "accountingperiodlist.nv": (accounts.period_listing, "GET"),
    "accountlist.nv": (accounts.listing, "GET"),
    "customer.nv": (customers.write, "POST"),
    "customerlist.nv": (customers.listing, "GET"),
    "deletedsalesinvoices.nv": (invoice_actions.deleted, "GET"),
    "deletedvouchers.nv": (ledger.deleted, "GET"),
    "deletesalesinvoice.nv": (invoice_actions.delete, "GET POST"),
    "dimensiondelete.nv": (dimensions.hide, "POST"),
    "dimensionitem.nv": (dimensions.write, "POST"),
    "dimensionlist.nv": (dimensions.listing, "GET"),
    "getcustomer.nv": (customers.get, "GET"),
    "getorder.nv": (invoice_get.get, "GET"),
    "getproduct.nv": (products.get, "GET"),
    "getsalesinvoice.nv": (invoice_get.get, "GET"),
    "invalidatevouchers.nv": (voucher_write.invalidate, "POST"),
    "matchcreditnote.nv": (invoice_actions.match, "POST"),
    "paymenttermlist.nv": (accounts.terms_listing, "GET"),
    "product.nv": (products.write, "POST"),
    "productlist.nv": (products.listing, "GET"),
    "salesinvoice.nv": (invoices.write, "POST"),
    "salesinvoicelist.nv": (invoice_list.listing, "GET"),
    "updatesalesinvoicestatus.nv": (invoice_actions.set_status, "GET POST"),
    "vouchertypelist.nv": (voucher_types.listing, "GET"),
}
#: Posted with nothing but a query.
_WITHOUT_BODY = ("dimensiondelete.nv", "updatesalesinvoicestatus.nv")
_ATTACHED = re.compile(rb"(<documentdata[^>]*>)[^<]{100,}", re.I)


def _alike(value, default):
    numbers = (int, float)
    return isinstance(value, type(default)) or (isinstance(value, numbers) and isinstance(default, numbers))


class Application:
    """Books, options, faults, and the one call at a time of each company."""

    def __init__(self, path=None, delay_ms=None):
        self.store = Store(path)
        if not self.store.organisations():
            for organisation, name in defaults.ORGANISATIONS.items():
                self.store.add_organisation(organisation, name)
        self.bases = ["http://127.0.0.1"]
        self.faults = Faults(self.store)
        self.events = Events()
        self.slots = {}
        self.slot_lock = threading.Lock()
        self._options = {}
        self.delay_ms = delay_ms
        self.prepare()

    def prepare(self):
        """What every company has from the start, and the delay of the command line."""
        if self.delay_ms is not None:
            self.set_options(None, {"delay_ms": self.delay_ms})
        for organisation in self.store.organisations():
            books = Books(self.store, organisation)
            with self.store.transaction():
                customers.ensure_temporary(books)
                dimensions.ensure(books)
                voucher_types.ensure(books)

    # options

    def options(self, organisation):
        found = self._options.get(organisation)
        if found is None:
            found = dict(defaults.OPTIONS)
            for scope in ("", organisation):
                for name, value in self.store.rows("SELECT name, value FROM option WHERE organisation = ?", scope):
                    found[name] = answers.json_value(value)
            self._options[organisation] = found
        return found

    def set_options(self, organisation, values):
        for name, value in values.items():
            if name not in defaults.OPTIONS:
                raise ValueError(f"Unknown option {name}; known: {', '.join(defaults.OPTIONS)}")
            if value is not None and not _alike(value, defaults.OPTIONS[name]):
                raise ValueError(f"Option {name} must be like {defaults.OPTIONS[name]!r}")
        with self.store.transaction():
            for name, value in values.items():
                self.store.run(
                    "DELETE FROM option WHERE organisation = ? AND name = ?",
                    organisation or "",
                    name,
                )
                if value is not None:
                    self.store.run(
                        "INSERT INTO option VALUES (?, ?, ?)",
                        organisation or "",
                        name,
                        answers.json_text(value),
                    )
        self._options.clear()

    def reset(self, organisation=None):
        self.store.forget(organisation)
        if not organisation:
            self.faults.clear()
            self.events.reset()
        self._options.clear()
        self.prepare()

    # one request

    def serve(self, request, alive=lambda: True):
        """The reply to a request of the interface, misbehaviour included."""
        if request.resource not in RESOURCES:
            self.log(request, time.perf_counter(), 404, "NOT_FOUND", "", "")
            return Reply(404, b"<html><body><h1>404 Not Found</h1></body></html>", "text/html")
        self.events.note("received", request.resource)
        fault = self.faults.pick(request.resource, request.organisation)
        token = object()
        if not self._enter(request, token, alive):
            refusal = Refusal("TECHNICAL_ERROR", "overlap")
            self.log(request, time.perf_counter(), 200, refusal.code, refusal.words("EN"), "overlap")
            return self.failure(request, refusal)
        try:
            return self._serve(request, fault, alive)
        finally:
            self._leave(request, token)

    def _enter(self, request, token, alive):
        organisation = request.organisation
        with self.slot_lock:
            current = self.slots.get(organisation)
            if current and current[1]():
                text = f"{request.resource} while {current[2]} was being answered"
                self.note_violation(organisation, "overlap", text)
                if self.options(organisation)["refuse_overlaps"]:
                    return False
            # A client that has gone away cannot wait for its answer: its successor may go on.
            self.slots[organisation] = (token, alive, request.resource)
        return True

    def _leave(self, request, token):
        with self.slot_lock:
            if self.slots.get(request.organisation, (None,))[0] is token:
                del self.slots[request.organisation]

    def _serve(self, request, fault, alive):
        kind, when = (fault["kind"], fault["when"]) if fault else ("", "")
        if kind == "delay":
            time.sleep(fault.get("seconds", 1))
        if kind == "late":
            return self._late(request, fault)
        hold, misbehave = kind == "hold", kind not in ("", "delay", "hold")
        if hold and when == "before":
            here = self._hold(request, fault, alive)
            if not here and fault.get("on_disconnect", "drop") == "drop":
                return self._drop(request, fault)
        if misbehave and when == "before":
            return self._misbehave(request, fault, None)
        reply = self.process(request, fault)
        if hold and when == "after":
            self._hold(request, fault, alive)
        if misbehave and when == "after":
            reply = self._misbehave(request, fault, reply)
        delay = self.options(request.organisation)["delay_ms"]
        if delay:
            time.sleep(delay / 1000)
        return reply

    def _hold(self, request, fault, alive):
        self.events.note("held", request.resource)
        return self.faults.wait_for_release(fault.get("seconds", 30), alive)

    def _late(self, request, fault):
        def afterwards():
            time.sleep(fault.get("seconds", 2))
            self.process(request, fault)

        reply = self._drop(request, fault, log=False)
        reply.afterwards = afterwards
        return reply

    def _drop(self, request, fault, log=True):
        if log:
            self.log(request, time.perf_counter(), 0, "", "", fault["kind"])
        self.events.note("dropped", request.resource)
        return Reply(0, b"", ending="drop", reset=bool(fault.get("reset")))

    def _misbehave(self, request, fault, reply):
        """The reply of a fault; ``reply`` is the true one when the request has been carried out."""
        if fault["kind"] in ("drop_before", "drop_after"):
            return self._drop(request, fault, log=reply is None)
        if reply is None:
            self.log(request, time.perf_counter(), 0, fault["kind"].upper(), "", fault["kind"])
        return misbehaviour.reply(self, request, fault, reply)

    # the work itself

    def process(self, request, fault=None):
        """Check, do, store, and write the true answer."""
        started = time.perf_counter()
        options = self.options(request.organisation)
        remarks = {"code": "", "text": "", "status": 200, "body": b""}
        with self.store.transaction():
            try:
                auth.check(
                    request.headers,
                    request.target,
                    self.bases,
                    options,
                    self.store.organisations(),
                    request.resource,
                    self._remember,
                )
                with self.store.savepoint():
                    remarks["body"] = self.perform(request, options)
            except Refusal as refusal:
                self._refused(request, refusal, remarks, options)
            except Exception as error:  # noqa: BLE001  (a fault of our own: say so, stay alive)
                traceback.print_exc(file=sys.stderr)
                self._refused(
                    request,
                    Refusal("TECHNICAL_ERROR", raw=f"Sandbox error: {error!r}"),
                    remarks,
                    options,
                )
            self.log(
                request,
                started,
                remarks["status"],
                remarks["code"],
                remarks["text"],
                fault["kind"] if fault else "",
            )
        if not remarks["code"]:
            self.events.note("stored", request.resource)
        return Reply(remarks["status"], remarks["body"], options["content_type"])

    def perform(self, request, options):
        function, methods = RESOURCES[request.resource]
        if request.method not in methods.split():
            raise Invalid(detail=f"{request.resource} must be called with {methods.replace(' ', ' or ')}")
        books = Books(self.store, request.organisation)
        language = request.language
        context = Context(request, books, options, language, self.bases[0])
        payload, key = function(context)
        return answers.success(payload, key, options["iso_timestamp"])

    def _remember(self, partner, transaction):
        cursor = self.store.run("INSERT OR IGNORE INTO used_transaction VALUES (?, ?)", partner, transaction)
        return cursor.rowcount == 1

    def _refused(self, request, refusal, remarks, options):
        language = request.language
        remarks.update(
            code=refusal.code,
            text=refusal.words(language),
            body=answers.failure(refusal, language, options["iso_timestamp"]),
        )
        if request.headers.get(auth.STATUS_CODES) == "1":
            remarks["status"] = refusal.http_status

    def failure(self, request, refusal):
        remarks = {"status": 200}
        self._refused(request, refusal, remarks, self.options(request.organisation))
        return Reply(remarks["status"], remarks["body"], self.options(request.organisation)["content_type"])

    # the books about the calls

    def log(self, request, started, status, code, text, fault):
        outcome = "dropped" if not status else ("failed" if code else "ok")
        kept = _ATTACHED.sub(rb"\1...", request.body)[:20000].decode("utf-8", "replace") if request.body else ""
        self.store.run(
            "INSERT INTO call (organisation, at, method, resource, target, transaction_id, outcome, code, text,"
            " http_status, duration_ms, fault, sender, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            request.organisation,
            clock.stamp(),
            request.method,
            request.resource,
            request.target[:2000],
            request.transaction_id[:200],
            outcome,
            code,
            text,
            status,
            round((time.perf_counter() - started) * 1000, 2),
            fault,
            request.headers.get(auth.SENDER, ""),
            kept,
        )

    def note_violation(self, organisation, kind, text):
        Books(self.store, organisation).violate(kind, text, clock.stamp())

    def by_hand(self, organisation, resource, query="", body="", language="EN"):
        """Do something as a person in Netvisor would: no MAC, no faults, not among the calls. Returns the answer."""
        method = "POST" if body or resource in _WITHOUT_BODY else "GET"
        headers = {auth.ORGANISATION: organisation, auth.LANGUAGE: language}
        request = Request(method, f"/{resource}?{query}", headers, body.encode("utf-8"))
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.store.transaction())
            try:
                with self.store.savepoint():
                    return self.perform(request, self.options(organisation))
            except Refusal as refusal:
                return answers.failure(refusal, language)
