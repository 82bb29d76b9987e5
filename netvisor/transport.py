"""The connection underneath: timeouts in the adapter, and the proof of whether anything was sent.

Whether a request left this machine cannot be told from the exception alone (a TLS error or a timeout can come
before or after the body), so the connection itself notes when it has been established.
"""

import socket
import ssl

from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

from .outcome import (
    CONNECT_TIMEOUT,
    CONNECTION_LOST,
    DNS,
    READ_TIMEOUT,
    REFUSED,
    TLS,
    UNREACHABLE,
)


class Progress:
    """How far one request came: `entered` the adapter, `connecting` right now, was ever `connected`."""

    def __init__(self):
        self.start()

    def start(self):
        """Forget the previous request."""
        self.entered = self.connecting = self.connected = False

    @property
    def proves_nothing_sent(self):
        """bool: no connection was used, and the one that was tried was never established."""
        return not self.entered or (self.connecting and not self.connected)


class Adapter(HTTPAdapter):
    """An adapter that never retries and brings its own timeouts.

    The timeouts stand here and not in the call: a pair given to `Session.send` breaks under Odoo's test runner,
    which compares it with a number.
    """

    def __init__(self, connect_timeout, read_timeout):
        self.timeouts = (connect_timeout, read_timeout)
        self.progress = Progress()
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args, **kwargs):
        """Use connections that report to `progress`."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _watched_pool(HTTPConnectionPool, self.progress),
            "https": _watched_pool(HTTPSConnectionPool, self.progress),
        }

    def send(self, request, **kwargs):
        """Send with our own timeouts, whatever the caller says."""
        self.progress.entered = True
        return super().send(request, **{**kwargs, "timeout": self.timeouts})

    def drop_idle(self):
        """Close the connections kept alive; the next request opens a new one."""
        self.poolmanager.clear()


def _watched_pool(pool, progress):
    class Connection(pool.ConnectionCls):
        def connect(self):
            progress.connecting = True
            super().connect()
            progress.connecting, progress.connected = False, True

    class Pool(pool):
        ConnectionCls = Connection

    return Pool


def failure(error, nothing_sent):
    """Return the transport code of an exception (see `outcome`).

    nothing_sent: `Progress.proves_nothing_sent`. Without that proof only READ_TIMEOUT and CONNECTION_LOST are left.
    """
    causes = list(_causes(error))
    if not nothing_sent:
        return READ_TIMEOUT if any(isinstance(cause, _TIMEOUTS) for cause in causes) else CONNECTION_LOST
    for kinds, code in _BEFORE:
        if any(isinstance(cause, kinds) for cause in causes):
            return code
    return UNREACHABLE


def words(error):
    """Return what an exception says at its root, for a person: the layers above only repeat it, with the address."""
    causes = [
        cause for cause in _causes(error) if isinstance(cause, OSError) and not isinstance(cause, RequestException)
    ]
    root = causes[-1] if causes else error
    return f"{type(root).__name__}: {root}"


def _causes(error):
    """Walk the chain of an exception, urllib3's `reason` and arguments included."""
    seen, waiting = set(), [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [
                cause.__cause__,
                cause.__context__,
                getattr(cause, "reason", None),
                *cause.args,
            ]


_TIMEOUTS = (TimeoutError, socket.timeout)

#: Within connect(): the first row that fits anything in the chain. A peer that hangs up during the handshake is
#: merely gone; a certificate or protocol that does not fit stays so until someone mends it.
_BEFORE = (
    (socket.gaierror, DNS),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionResetError, BrokenPipeError), UNREACHABLE),
    (ConnectionRefusedError, REFUSED),
    (_TIMEOUTS, CONNECT_TIMEOUT),
    (ssl.SSLError, TLS),
)
