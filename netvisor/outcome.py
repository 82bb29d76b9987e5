"""From what happened on the wire to one of seven outcomes: one table, read from the top.

The distinction that matters most: `not_sent` only where it is proven that no byte of the request left this
machine; whatever happens later is `unknown`, because Netvisor may have stored the object and there is no
idempotency key. The number of the HTTP status counts only where there is no Netvisor envelope
(specification, "HTTP status codes").
"""

import re
from dataclasses import dataclass

OK = "ok"
DUPLICATE = "duplicate"
REJECTED = "rejected"
CONFIG = "config"
BUSY = "busy"
NOT_SENT = "not_sent"
UNKNOWN = "unknown"
OUTCOMES = (OK, DUPLICATE, REJECTED, CONFIG, BUSY, NOT_SENT, UNKNOWN)

#: Endings that have no Netvisor code of their own.
DNS = "DNS"
REFUSED = "REFUSED"
CONNECT_TIMEOUT = "CONNECT_TIMEOUT"
UNREACHABLE = "UNREACHABLE"  # no route, or the peer went away before the connection stood
TLS = "TLS"
READ_TIMEOUT = "READ_TIMEOUT"
CONNECTION_LOST = "CONNECTION_LOST"
TOO_LARGE = "TOO_LARGE"
NO_ENVELOPE = "NO_ENVELOPE"
NOT_FOUND = "NOT_FOUND"
REDIRECT = "REDIRECT"
FORBIDDEN = "FORBIDDEN"
TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
UNAVAILABLE = "UNAVAILABLE"
TOO_BIG = "TOO_BIG"  # the request, where TOO_LARGE is the answer
TRANSPORT_CODES = (
    DNS,
    REFUSED,
    CONNECT_TIMEOUT,
    UNREACHABLE,
    TLS,
    READ_TIMEOUT,
    CONNECTION_LOST,
    TOO_LARGE,
    NO_ENVELOPE,
    NOT_FOUND,
    REDIRECT,
    FORBIDDEN,
    TOO_MANY_REQUESTS,
    UNAVAILABLE,
    TOO_BIG,
)

#: What was seen. A transport ending is seen under its own code.
ACCEPTED = "ACCEPTED"  # an envelope that says OK
FAILED = "FAILED"  # an envelope that says FAILED, with or without a code


@dataclass(frozen=True)
class Rule:
    """One row: evidence, HTTP numbers, Netvisor code (regular expression), safe requests only → outcome, code.

    `report` None keeps Netvisor's code; for transport endings it is the evidence itself.
    """

    seen: str
    outcome: str
    http: tuple = (0, 999)
    code: str = ""
    safe: bool | None = None
    report: str | None = None


RULES = (
    # Nothing left this machine: the client saw the failure inside connect().
    Rule(DNS, NOT_SENT),
    Rule(REFUSED, NOT_SENT),
    Rule(CONNECT_TIMEOUT, NOT_SENT),
    Rule(UNREACHABLE, NOT_SENT),
    Rule(TLS, CONFIG),
    # Anything later.
    Rule(READ_TIMEOUT, UNKNOWN),
    Rule(CONNECTION_LOST, UNKNOWN),
    Rule(TOO_LARGE, UNKNOWN),
    # Netvisor's own word.
    Rule(ACCEPTED, OK, report=""),
    Rule(FAILED, CONFIG, code=r"AUTHENTICATION_FAILED|SERVICE_ACCESS_ERROR"),
    Rule(FAILED, BUSY, code=r"SYSTEM_MAINT\w*"),  # two spellings are in use
    Rule(FAILED, DUPLICATE, code=r"DUPLICATE_DATA"),
    # The id was used before: an earlier request arrived, which says nothing about how that one ended.
    Rule(FAILED, UNKNOWN, code=r"REQUEST_NOT_UNIQUE|TECHNICAL_ERROR"),
    # INVALID_DATA, INVALID_DATA_SIZE, PERIOD_LOCK and whatever is not known yet: final, never a silent retry.
    Rule(FAILED, REJECTED),
    # No envelope: only the number is left.
    Rule(NO_ENVELOPE, CONFIG, http=(300, 399), report=REDIRECT),
    Rule(NO_ENVELOPE, CONFIG, http=(401, 401), report=FORBIDDEN),
    Rule(NO_ENVELOPE, CONFIG, http=(403, 403), report=FORBIDDEN),
    Rule(NO_ENVELOPE, CONFIG, http=(404, 404), report=NOT_FOUND),
    Rule(NO_ENVELOPE, REJECTED, http=(413, 413), report=TOO_BIG),
    Rule(NO_ENVELOPE, BUSY, http=(429, 429), report=TOO_MANY_REQUESTS),
    # A gateway may say 503 after it has passed a write on; for a read that makes no difference.
    Rule(NO_ENVELOPE, BUSY, http=(503, 503), safe=True, report=UNAVAILABLE),
    Rule(NO_ENVELOPE, UNKNOWN),
)


def classify(seen, http_status=None, code="", safe=False):
    """Return (outcome, code) for one ending.

    seen         ACCEPTED, FAILED or one of `TRANSPORT_CODES`
    http_status  int or None
    code         Netvisor's code, "" when there is none
    safe         the request changes nothing
    Unforeseen evidence is `unknown`: the only harmless answer for a write.
    """
    for rule in RULES:
        if (
            rule.seen == seen
            and rule.http[0] <= (http_status or 0) <= rule.http[1]
            and (not rule.code or re.fullmatch(rule.code, code))
            and (rule.safe is None or rule.safe == safe)
        ):
            return rule.outcome, _reported(rule, seen, code)
    return UNKNOWN, seen


def _reported(rule, seen, code):
    if rule.report is not None:
        return rule.report
    return code or seen
