"""Imported by worker scripts: make this process die at an exact point. Production code knows nothing of it."""

import os
import signal
import time

from odoo.addons.account_netvisor.models import netvisor_engine, netvisor_queue
from odoo.addons.account_netvisor.netvisor import Client

INVOICE = "salesinvoice.nv"
VOUCHER, EDIT, INVALIDATE = "accounting.nv", "accountingedit.nv", "invalidatevouchers.nv"


def die(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # the signal arrives before this ends


def act_at(owner, name, action, nth=1, after=False, only=lambda *_a, **_k: True):
    """Run ``action`` before (or after) the nth call of ``owner.name`` for which ``only`` is true."""
    original, count = getattr(owner, name), [0]

    def wrapper(*arguments, **named):
        mine = only(*arguments, **named)
        count[0] += mine
        if mine and count[0] == nth and not after:
            action()
        result = original(*arguments, **named)
        if mine and count[0] == nth and after:
            action()
        return result

    setattr(owner, name, wrapper)


def _is_invoice_intent(_cr, _document_id, _transaction_id, prepared):
    return type(prepared.values).__name__ == "SalesInvoice"


def _is_invoice_call(_cr, _document_id, _values, call):
    return call["resource"] == INVOICE


def _is_invoice_post(_client, request, **_named):
    return request.resource == INVOICE and request.body is not None


def _is_invoice_kind(_run, kind, *_arguments):
    return kind._name == "netvisor.kind.sales_invoice"


def _posts(resource):
    return lambda _client, request, **_named: request.resource == resource and request.body is not None


def _settles(resource):
    return lambda _cr, _document_ids, _values, call: call["resource"] == resource


def _is_voucher_intent(_cr, _document_id, _transaction_id, prepared):
    return type(prepared.values).__name__ == "Voucher"


RUN = netvisor_engine.Run
POINTS = {
    # what: owner, name, after the call, which calls
    "claimed": (RUN, "_send", False, None),
    "prepared": (netvisor_queue, "intend", False, _is_invoice_intent),
    "intent_not_committed": (netvisor_queue, "intend", True, _is_invoice_intent),
    "intent_committed": (Client, "call", False, _is_invoice_post),
    "answer_received": (Client, "call", True, _is_invoice_post),
    "outcome_not_committed": (netvisor_queue, "settle", True, _is_invoice_call),
    "outcome_committed": (RUN, "_company_outcome", False, lambda _run, answer, *_id: answer.resource == INVOICE),
    "after_work": (RUN, "_after", False, _is_invoice_kind),
    "drift_check": (RUN, "_find_drift", False, _is_invoice_kind),
    "voucher_intended": (netvisor_queue, "intend", True, _is_voucher_intent),
    "voucher_committed": (Client, "call", False, _posts(VOUCHER)),
    "voucher_answered": (Client, "call", True, _posts(VOUCHER)),
    "voucher_settled": (netvisor_queue, "settle", True, _settles(VOUCHER)),
    "edit_committed": (Client, "call", False, _posts(EDIT)),
    "edit_answered": (Client, "call", True, _posts(EDIT)),
    "edit_settled": (netvisor_queue, "settle", True, _settles(EDIT)),
    "together_prepared": (netvisor_queue, "intend_together", False, None),
    "together_intended": (netvisor_queue, "intend_together", True, None),
    "together_committed": (Client, "call", False, _posts(INVALIDATE)),
    "together_answered": (Client, "call", True, _posts(INVALIDATE)),
    "together_settled": (netvisor_queue, "settle", True, _settles(INVALIDATE)),
}


def at(point, action=die, nth=1):
    owner, name, after, only = POINTS[point]
    act_at(owner, name, action, nth, after, only or (lambda *_a, **_k: True))


def wait_at(point, folder, name, nth=1, seconds=60):
    """Stop at a point until the harness lets it go on: ``name.reached`` appears, ``name.go`` is awaited."""
    at(point, lambda: meet(folder, name, seconds), nth)


def meet(folder, name, seconds=60):
    open(os.path.join(folder, f"{name}.reached"), "w").close()
    deadline = time.monotonic() + seconds
    while not os.path.exists(os.path.join(folder, f"{name}.go")):
        if time.monotonic() > deadline:
            raise AssertionError(f"nobody came to {name}")
        time.sleep(0.01)


def read_timeout(seconds):
    """Netvisor asks for two minutes; no test waits that long."""
    connect, _read, *rest = Client.__init__.__defaults__
    Client.__init__.__defaults__ = (connect, seconds, *rest)


def lock_wait(seconds):
    RUN.__init__.__defaults__ = (seconds, *RUN.__init__.__defaults__[1:])
