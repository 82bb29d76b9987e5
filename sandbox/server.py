"""HTTP on 127.0.0.1: keep-alive, one thread per connection, and full control over how a connection ends."""

import argparse
import http.server
import os
import select
import signal
import socket
import socketserver
import struct
import sys
import threading

from . import control, page
from .app import Application
from .exchange import Reply, Request

MOST_BYTES = 512 * 1024 * 1024
_REASONS = http.server.BaseHTTPRequestHandler.responses


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port, application, public_url=None):
        super().__init__(("127.0.0.1", port), Handler)
        self.application = application
        port = self.server_address[1]
        self.address = f"http://127.0.0.1:{port}/"
        self.local_hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        # The signed URL starts with the address the client used: behind a proxy that is the public one.
        if public_url:
            application.bases = [public_url.rstrip("/")]
        else:
            application.bases = [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]

    def handle_error(self, request, client_address):
        """A client that goes away is nothing to report."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 600

    def log_message(self, *arguments):
        """The page lists the calls; the terminal stays quiet."""

    def do_GET(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0") or "0"
        if not length.isdigit() or int(length) > MOST_BYTES or "transfer-encoding" in headers:
            self.close_connection = True
            return self._send(Reply(411, b"Content-Length needed", "text/plain"))
        body = self.rfile.read(int(length))
        # http.server tidies self.path up; the MAC is about the target as it came.
        target = self.requestline.split(" ")[1]
        path = target.partition("?")[0]
        if path.startswith("/_control/") or not path.lower().endswith(".nv"):
            return self._local(path, Request(self.command, target, headers, body, resource=path))
        if self.command not in ("GET", "POST"):
            return self._send(Reply(405, b"", "text/plain"))
        request = Request(self.command, target, headers, body)
        reply = self.server.application.serve(request, self._alive)
        self._send(reply)
        if reply.ending == "normal":
            self.server.application.events.note("answered", request.resource)
        return None

    do_POST = do_DELETE = do_PUT = do_HEAD = do_GET

    def _local(self, path, request):
        """Control and page are for this machine only, also when some web page has the browser ask (DNS rebinding)."""
        if request.headers.get("host", "").lower() not in self.server.local_hosts:
            return self._send(Reply(403, b"Only for this machine", "text/plain"))
        handler = control.serve if path.startswith("/_control/") else page.serve
        return self._send(handler(self.server.application, request))

    def _alive(self):
        """Whether the client is still there."""
        try:
            poll = select.poll()
            poll.register(self.connection, select.POLLIN)
            return not poll.poll(0) or self.connection.recv(1, socket.MSG_PEEK) != b""
        except (OSError, ValueError):
            return False

    def _send(self, reply):
        if reply.ending == "drop":
            self._hang_up(reply.reset)
            if reply.afterwards:
                reply.afterwards()
            return
        reason = _REASONS.get(reply.status, ("",))[0]
        head = [
            f"HTTP/1.1 {reply.status} {reason}",
            f"Content-Type: {reply.content_type}",
            f"Content-Length: {len(reply.body)}",
            "X-Content-Type-Options: nosniff",
        ]
        head += [f"{name}: {value}" for name, value in reply.headers]
        if self.close_connection:
            head.append("Connection: close")
        message = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")
        if reply.ending == "half":
            self._write(message + reply.body[: len(reply.body) // 2])
            self._hang_up(reply.reset)
            return
        self._write(message + (b"" if self.command == "HEAD" else reply.body))

    def _write(self, message):
        try:
            self.connection.sendall(message)
        except OSError:
            self.close_connection = True

    def _hang_up(self, reset):
        self.close_connection = True
        try:
            if reset:  # RST instead of FIN
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            else:
                self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="sandbox", description="A Netvisor that runs without credentials")
    parser.add_argument("--port", type=int, default=8899, help="0 = any free port")
    parser.add_argument("--data", help="the SQLite file; without it everything is forgotten at the end")
    parser.add_argument("--delay", type=int, metavar="MS", help="added to every answer")
    parser.add_argument("--public-url", help="the address that clients use, when it is not this one")
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends (used by handle.py)")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    application = Application(options.data, options.delay)
    try:
        server = Server(options.port, application, options.public_url)
        if options.until_eof:
            threading.Thread(target=_stop_at_eof, args=(server,), daemon=True).start()
        sys.stdout.write(f"Netvisor sandbox listening on {server.address}\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    finally:
        application.store.close()


def _stop_at_eof(server):
    while os.read(0, 1024):  # not through sys.stdin, whose lock would be in the way at the end
        pass
    server.shutdown()
