"""A peer that answers, or misbehaves, byte by byte: the far end of the socket-level tests."""

import shutil
import socket
import ssl
import subprocess
import threading
import unittest
from pathlib import Path

OK = (
    b"<Root><ResponseStatus><Status>OK</Status></ResponseStatus>"
    b"<Replies><InsertedDataIdentifier>77</InsertedDataIdentifier></Replies></Root>"
)


def response(body=OK, status="200 OK", headers=()):
    """Return the bytes of a whole HTTP answer."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        "Content-Type: text/xml",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Peer:
    """Listens on a free port and hands every connection to `behaviour(peer, connection)`.

    requests: the bytes of each request that was read whole. connections: how many were accepted.
    """

    def __init__(self, behaviour, tls=None):
        self.behaviour = behaviour
        self.tls = tls
        self.requests = []
        self.connections = 0
        self.stop = threading.Event()
        self._open = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self.stop.set()
        # Wakes up accept(), which closing the listener does not do on Linux.
        socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._thread.join(5)
        for connection in (self._listener, *self._open):
            connection.close()

    def _serve(self):
        while True:
            connection, _address = self._listener.accept()
            self._open.append(connection)
            if self.stop.is_set():
                return
            self.connections += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection):
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            self.behaviour(self, connection)
        except (OSError, ValueError):
            pass

    def read(self, connection):
        """Read one whole request, keep it, return it; b"" when the far end is gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65536)
            if not chunk:
                return b""
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        wanted = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")),
            0,
        )
        while len(body) < wanted:
            body += connection.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        return self.requests[-1]


def reset(connection):
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def answering(*answers):
    """A behaviour: read requests on one connection and send the next answer to each, then keep still."""

    def behaviour(peer, connection):
        for data in answers:
            if not peer.read(connection):
                return
            connection.sendall(data)
        peer.stop.wait(10)

    return behaviour


def certificate(folder):
    """Return the paths of a self-signed certificate for 127.0.0.1 and its key; skips without openssl."""
    if not shutil.which("openssl"):
        raise unittest.SkipTest("openssl is not installed")
    cert, key = Path(folder) / "cert.pem", Path(folder) / "key.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=127.0.0.1",
            ),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


def server_context(cert, key):
    """Return the TLS context of a server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context
