"""A request as it came, and a reply as it is to be sent."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from . import auth


@dataclass
class Request:
    """One request as it came over the wire."""

    method: str
    target: str  # path and query, unchanged
    headers: dict  # lower-case names
    body: bytes = b""
    resource: str = ""
    query: dict = field(default_factory=dict)

    def __post_init__(self):
        path, _mark, query = self.target.partition("?")
        self.resource = self.resource or path[1:].lower()
        if not self.query:
            pairs = parse_qsl(query, keep_blank_values=True)
            self.query = {name.lower(): value for name, value in pairs}

    @property
    def organisation(self):
        return self.headers.get(auth.ORGANISATION, "")

    @property
    def transaction_id(self):
        return self.headers.get(auth.TRANSACTION, "")

    @property
    def language(self):
        return self.headers.get(auth.LANGUAGE, "FI")


@dataclass
class Reply:
    """What to send. ``ending`` tells how the connection ends: normal, drop, half."""

    status: int
    body: bytes
    content_type: str = "text/xml; charset=utf-8"
    ending: str = "normal"
    headers: tuple = ()
    reset: bool = False  # drop with RST instead of FIN
    afterwards: object = None  # called when the connection is closed
