"""The replies of the faults."""

from . import auth
from .app import Reply
from .refusal import Refusal

_PAGE = b"<html><head><title>%s</title></head><body><h1>%s</h1></body></html>"


def _page(status, words):
    return Reply(status, _PAGE % (words, words), "text/html")


def _refusal(app, request, code, key=None, raw=None, **values):
    return app._failure(request, Refusal(code, key, raw, **values))


def reply(app, request, fault, true_reply):
    """What the client gets instead of ``true_reply`` (None when nothing was done)."""
    kind = fault["kind"]
    if kind in ("drop_before", "drop_after"):
        return app._drop(request, fault, log=true_reply is None)
    body = true_reply.body if true_reply else b"<Root />"
    if kind == "half":
        return Reply(200, body, ending="half")
    if kind == "error_500":
        return _page(500, b"Internal Server Error")
    if kind == "bad_gateway":
        return _page(502, b"Bad Gateway")
    if kind == "too_many":
        return Reply(429, b"Too Many Requests", "text/plain", headers=(("Retry-After", "5"),))
    if kind == "redirect":
        return Reply(
            302,
            b"",
            "text/plain",
            headers=(("Location", fault.get("location", app.bases[0] + "/elsewhere")),),
        )
    if kind == "garbage":
        return Reply(
            200,
            fault.get("text", "\x00\x01 not what you wait for \xff").encode("utf-8"),
            "text/html",
        )
    if kind == "malformed":
        return Reply(200, body.replace(b"<ResponseStatus>", b"<ResponseStatus>&#x2;\x03"))
    if kind == "truncated_xml":
        return Reply(200, body[: len(body) // 2])
    if kind == "huge":
        size = fault.get("bytes", 100 * 1024 * 1024)
        return Reply(200, body.replace(b"</Root>", b"<Filler>" + b"x" * size + b"</Filler></Root>"))
    if kind == "maintenance":
        code = "SYSTEM_MAINTANANCE" if fault.get("misspelt") else "SYSTEM_MAINTENANCE"
        return _refusal(app, request, code, "maintenance")
    if kind == "technical":
        return _refusal(app, request, "TECHNICAL_ERROR", "technical")
    if kind == "not_unique":
        return _refusal(
            app,
            request,
            "REQUEST_NOT_UNIQUE",
            "not_unique",
            value=request.headers.get(auth.TRANSACTION),
        )
    return _refusal(
        app,
        request,
        fault.get("code", "INVALID_DATA"),
        raw=fault.get("text", "Refused by the sandbox"),
    )
