"""One call to Netvisor and what became of it.

`Client.call` never repeats anything and never raises for what the network or Netvisor did: every ending is an
Answer. Whether a write may be repeated is a question for whoever has the database.
"""

import logging
import re
import time
import uuid
from datetime import datetime, timezone
from http.cookiejar import DefaultCookiePolicy
from threading import Lock

import requests

from . import outcome
from .address import BadAddress, checked
from .auth import NetvisorAuth
from .envelope import read_envelope
from .messages import Answer
from .stream import Spool, read_stream
from .transport import Adapter, failure, words

__all__ = ["BadAddress", "Client"]

_logger = logging.getLogger(__name__)

#: Seconds after which a kept connection is not used again: the far end tends to have closed it, and a request lost
#: on a dead connection cannot be told from one that arrived.
IDLE = 30

#: Seconds for the whole answer, however slowly it drips in. Equal to the engine's "longest possible answer time".
LONGEST = 600

_CHUNK = 65536
_RESOURCE = re.compile(r"[a-z]+\.nv")


class Client:
    """A connection to one company's Netvisor, for one call at a time: Netvisor's own rule.

    credentials      auth.Credentials
    connect_timeout  seconds until the connection, TLS included, must stand
    read_timeout     seconds without a sign of life; Netvisor asks for at least 120
    max_bytes        largest answer that is read
    max_streamed     largest answer to a request that streams: it goes to disk
    allow_local      the base address may be this machine (sandbox, tests)
    Raises BadAddress for an address that may not be called.
    """

    def __init__(
        self,
        credentials,
        connect_timeout=10,
        read_timeout=120,
        max_bytes=64 * 1024 * 1024,
        max_streamed=2048 * 1024 * 1024,
        allow_local=False,
    ):
        self.base_url = checked(credentials.base_url, allow_local)
        self.credentials = credentials
        self.max_bytes = max_bytes
        self.max_streamed = max_streamed
        self._lock = Lock()
        self._used = 0.0
        self._adapter = Adapter(connect_timeout, read_timeout)
        self._session = requests.Session()
        # No proxy, no .netrc, no certificates from the environment: they would see or replace the credentials.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._session.headers.update({"User-Agent": "account_netvisor", "Accept": "text/xml, application/xml"})
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, self._adapter)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        """Close the connections; the client stays usable."""
        self._session.close()

    def call(self, request, transaction_id=None):
        """Send a Request and return its Answer.

        transaction_id: one that was never used for any company of this partner; a UUID4 by default. Raises
        ValueError for a resource that is no name, and nothing else.
        """
        if not _RESOURCE.fullmatch(request.resource):
            raise ValueError(f"not a resource: {request.resource!r}")
        with self._lock:
            return self._call(request, transaction_id or str(uuid.uuid4()))

    def _call(self, request, transaction_id):
        moment = datetime.now(timezone.utc)
        begin = time.monotonic()
        if begin - self._used > IDLE:
            self._adapter.drop_idle()
        prepared = self._prepared(request, transaction_id, moment)
        result = self._exchange(prepared, request, begin + LONGEST)
        self._used = time.monotonic()
        answer = Answer(
            **result,
            url=prepared.url,
            transaction_id=transaction_id,
            started=moment.replace(tzinfo=None),
            duration_ms=round((self._used - begin) * 1000),
            safe=request.safe,
            resource=request.resource,
        )
        # The query may hold names of customers and the texts may hold anything: neither is logged.
        _logger.info(
            "%s %s: %s %s, HTTP %s, %s ms",
            request.method,
            request.resource,
            answer.outcome,
            answer.code,
            answer.http_status,
            answer.duration_ms,
        )
        return answer

    def _prepared(self, request, transaction_id, moment):
        headers = {}
        if request.body is not None:
            headers["Content-Type"] = f"text/xml; charset={self.credentials.encoding}"
        return self._session.prepare_request(
            requests.Request(
                request.method,
                self.base_url + request.resource,
                params=list(request.query),
                data=request.body if request.body is not None else (b"" if request.post_empty else None),
                headers=headers,
                auth=NetvisorAuth(self.credentials, transaction_id, moment),
            )
        )

    def _exchange(self, prepared, request, deadline):
        """Return the fields of the Answer that the network decides."""
        self._adapter.progress.start()
        body = Spool() if request.stream else bytearray()
        limit = self.max_streamed if request.stream else self.max_bytes
        status = trouble = None
        said = ""
        try:
            with self._session.send(prepared, stream=True, allow_redirects=False) as response:
                status = response.status_code
                trouble = _receive(response, body, limit, deadline)
        except Exception as error:  # noqa: BLE001 (whatever is thrown, the caller needs an outcome)
            trouble = failure(error, self._adapter.progress.proves_nothing_sent)
            said = words(error)
        return _judge(body, status, trouble, said, request.safe)


def _receive(response, body, limit, deadline):
    """Fill `body`, return a transport code when it did not come whole."""
    for chunk in _chunks(response):
        body += chunk
        if len(body) > limit:
            del body[limit:]
            return outcome.TOO_LARGE
        if time.monotonic() > deadline:
            return outcome.READ_TIMEOUT
    expected = response.headers.get("Content-Length", "")
    # Older urllib3 does not notice a body that ends early.
    if expected.isdigit() and response.raw.tell() < int(expected):
        return outcome.CONNECTION_LOST
    return None


def _chunks(response):
    """Yield the decoded body as it arrives, so that a rest that never comes does not take the beginning with it."""
    read = getattr(response.raw, "read1", None)
    if read is None:  # urllib3 before 2
        yield from response.iter_content(_CHUNK)
        return
    while chunk := read(_CHUNK, decode_content=True):
        yield chunk


def _judge(body, status, trouble, said, safe):
    """Return the fields of an Answer from what arrived and what went wrong on the way."""
    if status is None:
        ending, code = outcome.classify(trouble, None, "", safe)
        return {"outcome": ending, "code": code, "text": said}
    if isinstance(body, Spool):
        envelope, encoding = read_stream(body)
        kept = {"body": body.head, "spool": body, "spool_encoding": encoding}
    else:
        envelope = read_envelope(bytes(body))
        kept = {"body": bytes(body), "root": envelope.root}
    seen = envelope.seen
    # A cut answer counts only if it plainly says FAILED.
    if trouble and seen != outcome.FAILED:
        seen = trouble
    ending, code = outcome.classify(seen, status, envelope.code, safe)
    return {
        "outcome": ending,
        "code": code,
        "text": envelope.text or said,
        "http_status": status,
        "key": envelope.key if ending == outcome.OK else None,
        **kept,
        "malformed": envelope.malformed or bool(trouble),
    }
