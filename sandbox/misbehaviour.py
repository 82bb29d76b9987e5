"""The replies of the faults."""

from . import auth
from .exchange import Reply
from .refusal import Refusal

_PAGE = b"<html><head><title>%s</title></head><body><h1>%s</h1></body></html>"
_GARBAGE = "\x00\x01 not what you wait for \xff"


def _page(status, words):
    return Reply(status, _PAGE % (words, words), "text/html")


def _huge(body, fault):
    filler = b"<Filler>" + b"x" * fault.get("bytes", 100 * 1024 * 1024) + b"</Filler></Root>"
    return Reply(200, body.replace(b"</Root>", filler))


def _redirect(_body, fault):
    return Reply(302, b"", "text/plain", headers=(("Location", fault.get("location", "/elsewhere")),))


#: Kind -> function of the true answer and the fault.
REPLIES = {
    "half": lambda body, fault: Reply(200, body, ending="half"),
    "error_500": lambda body, fault: _page(500, b"Internal Server Error"),
    "bad_gateway": lambda body, fault: _page(502, b"Bad Gateway"),
    "too_many": lambda body, fault: Reply(429, b"Too Many Requests", "text/plain", headers=(("Retry-After", "5"),)),
    "redirect": _redirect,
    "garbage": lambda body, fault: Reply(200, fault.get("text", _GARBAGE).encode(), "text/html"),
    "malformed": lambda body, fault: Reply(200, body.replace(b"<ResponseStatus>", b"<ResponseStatus>&#x2;\x03")),
    "truncated_xml": lambda body, fault: Reply(200, body[: len(body) // 2]),
    "huge": _huge,
}

#: Kind -> function of the request and the fault that gives Netvisor's refusal.
REFUSALS = {
    "maintenance": lambda request, fault: Refusal(
        "SYSTEM_MAINTANANCE" if fault.get("misspelt") else "SYSTEM_MAINTENANCE", "maintenance"
    ),
    "technical": lambda request, fault: Refusal("TECHNICAL_ERROR", "technical"),
    "not_unique": lambda request, fault: Refusal(
        "REQUEST_NOT_UNIQUE", "not_unique", value=request.headers.get(auth.TRANSACTION)
    ),
    "refuse": lambda request, fault: Refusal(
        fault.get("code", "INVALID_DATA"), raw=fault.get("text", "Refused by the sandbox")
    ),
}


def reply(app, request, fault, true_reply):
    """What the client gets instead of ``true_reply`` (None when nothing was done)."""
    kind = fault["kind"]
    if kind in REPLIES:
        return REPLIES[kind](true_reply.body if true_reply else b"<Root></Root>", fault)
    return app.failure(request, REFUSALS[kind](request, fault))
