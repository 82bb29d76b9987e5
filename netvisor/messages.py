"""What goes out and what comes back: `Request` and `Answer`, plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .outcome import OK


@dataclass(frozen=True)
class Request:
    """One call, before it has an address, an identity and a signature.

    resource    "salesinvoice.nv"
    query       pairs of texts, unescaped, in the order they are sent
    body        bytes of the message, or None
    safe        sending it twice changes nothing in Netvisor: only reads are safe
    post_empty  POST although there is no body (status changes work like that)
    stream      the answer may be too large for memory: it is spooled, and read with `stream.elements`
    """

    resource: str
    query: tuple = ()
    body: bytes | None = field(default=None, repr=False)
    safe: bool = False
    post_empty: bool = False
    stream: bool = False

    @property
    def method(self):
        """str: GET for a request without body, else POST."""
        return "POST" if self.body is not None or self.post_empty else "GET"


@dataclass(frozen=True)
class Answer:
    """What became of one call. `Client.call` returns it for every ending, good or bad.

    outcome         one of `outcome.OUTCOMES`
    code            Netvisor's code (INVALID_DATA) or one of `outcome.TRANSPORT_CODES`; "" when all went well
    text            Netvisor's own words, unchanged; for transport trouble the words of the network layer
    http_status     number, or None when no answer came
    key             InsertedDataIdentifier as int, or None
    body            the bytes as received, as far as they came
    root            lxml element of the answer, or None when it is not well-formed
    url             as it was on the wire
    started         naive UTC datetime, the clock reading that was signed
    malformed       the answer was not well-formed XML, or did not come whole
    safe, resource  copied from the request
    spool           of a streamed answer: its bytes on disk; `body` is their beginning, `root` is None
    spool_encoding  how to read them
    """

    outcome: str
    code: str = ""
    text: str = ""
    http_status: int | None = None
    key: int | None = None
    body: bytes = field(default=b"", repr=False)
    root: Any = field(default=None, repr=False, compare=False)
    url: str = ""
    transaction_id: str = ""
    started: datetime | None = None
    duration_ms: int = 0
    malformed: bool = False
    safe: bool = False
    resource: str = ""
    spool: Any = field(default=None, repr=False, compare=False)
    spool_encoding: str | None = None

    @property
    def ok(self):
        """bool: Netvisor said OK."""
        return self.outcome == OK
