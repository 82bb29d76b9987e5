"""Not sent, or unknown: shown with real sockets that fail at every point of a call."""

import shutil
import socket
import tempfile
import time
import unittest
from unittest import mock

import urllib3
from peer import OK, Peer, answering, certificate, reset, response, server_context
from wire_support import credentials, failed

from netvisor import Client, Request
from netvisor.transport import Adapter

WRITE = Request("salesinvoice.nv", (("method", "add"),), b"<root>" + b"x" * 1000 + b"</root>")
READ = Request("customerlist.nv", safe=True)


def call(url, request=WRITE, verify=None, **options):
    options = {"allow_local": True, "connect_timeout": 1, "read_timeout": 0.5, **options}
    with Client(credentials(url), **options) as netvisor:
        if verify:
            netvisor._session.verify = str(verify)
        return netvisor.call(request)


class Trouble(unittest.TestCase):
    def check(self, got, outcome, code):
        self.assertEqual((got.outcome, got.code), (outcome, code), got)
        self.assertIsNone(got.key)
        self.assertFalse(got.ok)


class TestNotSent(Trouble):
    def test_no_listener(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        for request in (WRITE, READ):
            got = call(f"http://127.0.0.1:{port}/", request)
            self.check(got, "not_sent", "REFUSED")
            self.assertIn("refused", got.text)
            self.assertIsNone(got.http_status)

    def test_name_that_does_not_resolve(self):
        lookup = mock.Mock(side_effect=socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
        with mock.patch("socket.getaddrinfo", lookup):
            got = call("https://isvapi.netvisor.fi/")
        self.check(got, "not_sent", "DNS")
        self.assertIn("Name or service not known", got.text)
        self.assertEqual(lookup.call_args[0][0], "isvapi.netvisor.fi")

    def test_no_route(self):
        with mock.patch("socket.socket.connect", side_effect=OSError(101, "Network is unreachable")):
            self.check(call("http://127.0.0.1:9/"), "not_sent", "UNREACHABLE")

    def test_connection_never_stands(self):
        """A full backlog: the connection is neither accepted nor refused."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            port = listener.getsockname()[1]
            waiting = []
            for _turn in range(4):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
                waiting.append(one)
            got = call(f"http://127.0.0.1:{port}/", connect_timeout=0.3)
            for one in waiting:
                one.close()
        self.check(got, "not_sent", "CONNECT_TIMEOUT")

    def test_tls_handshake_that_never_ends(self):
        """urllib3 calls this a read timeout, but nothing of the request has left."""
        with Peer(lambda peer, connection: peer.stop.wait(10)) as peer:
            got = call(peer.url.replace("http:", "https:"), connect_timeout=0.3)
        self.check(got, "not_sent", "CONNECT_TIMEOUT")

    def test_hang_up_during_the_handshake(self):
        for hang_up in (reset, socket.socket.close):

            def behaviour(peer, connection, hang_up=hang_up):
                connection.recv(65536)
                hang_up(connection)

            with Peer(behaviour) as peer:
                got = call(peer.url.replace("http:", "https:"))
            self.check(got, "not_sent", "UNREACHABLE")


class TestTls(Trouble):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.cert, key = certificate(cls.folder)
        cls.context = server_context(cls.cert, key)

    def test_plain_port(self):
        def behaviour(peer, connection):
            connection.recv(1)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            peer.stop.wait(1)

        with Peer(behaviour) as peer:
            got = call(peer.url.replace("http:", "https:"))
        self.check(got, "config", "TLS")
        self.assertEqual(peer.requests, [])

    def test_certificate_that_nobody_vouches_for(self):
        with Peer(answering(response()), tls=self.context) as peer:
            got = call(peer.url)
        self.check(got, "config", "TLS")
        self.assertIn("certificate verify failed", got.text)
        self.assertEqual(peer.requests, [], "nothing was sent to an unproven peer")

    def test_environment_cannot_add_certificates(self):
        with (
            Peer(answering(response()), tls=self.context) as peer,
            mock.patch.dict(
                "os.environ",
                {"REQUESTS_CA_BUNDLE": str(self.cert), "CURL_CA_BUNDLE": str(self.cert)},
            ),
        ):
            self.check(call(peer.url), "config", "TLS")

    def test_trusted(self):
        with Peer(answering(response()), tls=self.context) as peer:
            self.assertTrue(call(peer.url, verify=self.cert).ok)

    def test_tls_error_after_the_body(self):
        """An SSL error, but the request has been read: unknown, not a matter of configuration."""

        def behaviour(peer, connection):
            peer.read(connection)
            # Plain bytes where TLS records belong.
            raw = socket.socket(fileno=connection.detach())
            raw.sendall(b"\x17\x03\x03\x00\x10" + b"garbage-garbage!" * 4)
            peer.stop.wait(1)
            raw.close()

        with Peer(behaviour, tls=self.context) as peer:
            got = call(peer.url, verify=self.cert)
            self.assertEqual(len(peer.requests), 1)
        self.check(got, "unknown", "CONNECTION_LOST")


class TestUnknown(Trouble):
    def test_hang_up_before_reading(self):
        for request in (WRITE, READ):
            for hang_up in (reset, socket.socket.close):

                def behaviour(_peer, connection, hang_up=hang_up):
                    # Look, but do not read: a reset before that would end connect() itself.
                    connection.recv(1, socket.MSG_PEEK)
                    hang_up(connection)

                with Peer(behaviour) as peer:
                    self.check(call(peer.url, request), "unknown", "CONNECTION_LOST")
                    self.assertEqual(peer.connections, 1, "nothing is ever repeated")

    def test_hang_up_after_the_body(self):
        for hang_up in (reset, socket.socket.close):

            def behaviour(peer, connection, hang_up=hang_up):
                peer.read(connection)
                hang_up(connection)

            with Peer(behaviour) as peer:
                self.check(call(peer.url), "unknown", "CONNECTION_LOST")
                self.assertEqual(len(peer.requests), 1)

    def test_half_an_answer(self):
        """Cut anywhere, in the head or in the body, with a length or without."""
        whole = response()
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n" + OK[:64] + b"\r\n40\r\n" + OK[64:100]
        for cut in (
            whole[:5],
            whole[:40],
            whole[:-1],
            whole[:-80],
            chunked,
            b"HTTP/1.1 200 OK\r\n\r\n" + OK[:-3],
        ):
            with self.subTest(cut[-20:]):
                got = self._one(cut)
                self.assertEqual(got.outcome, "unknown")
                self.assertIsNone(got.key)
                self.assertFalse(got.ok)

    def test_answer_shorter_than_announced(self):
        """Well-formed and says OK, but there was more to come: whatever that was, it is missing."""
        longer = response().replace(b"Content-Length: ", b"Content-Length: 1")
        self.check(self._one(longer), "unknown", "CONNECTION_LOST")

    def test_half_an_answer_that_says_failed(self):
        body = failed("INVALID_DATA", "Väärin").encode()
        whole = response(body, "400 Bad Request")
        got = self._one(whole[:-15])
        self.assertEqual((got.outcome, got.code, got.malformed), ("rejected", "INVALID_DATA", True))

    def _one(self, data):
        def behaviour(peer, connection):
            peer.read(connection)
            connection.sendall(data)
            connection.close()

        with Peer(behaviour) as peer:
            return call(peer.url)

    def test_no_answer_in_time(self):
        with Peer(lambda peer, connection: peer.read(connection) and peer.stop.wait(10)) as peer:
            begin = time.monotonic()
            got = call(peer.url, read_timeout=0.4)
            self.assertLess(time.monotonic() - begin, 3)
            self.assertEqual(len(peer.requests), 1)
        self.check(got, "unknown", "READ_TIMEOUT")

    def test_answer_that_stops_in_the_middle(self):
        def behaviour(peer, connection):
            peer.read(connection)
            connection.sendall(response()[:-30])
            peer.stop.wait(10)

        with Peer(behaviour) as peer:
            got = call(peer.url, read_timeout=0.4)
        self.check(got, "unknown", "READ_TIMEOUT")
        if not urllib3.__version__.startswith("1."):  # the old one keeps nothing of a chunk it did not fill
            self.assertEqual(got.body, OK[:-30])
        self.assertEqual(got.http_status, 200)

    def test_kept_connection_that_went_stale(self):
        """The peer closes just when the next request arrives on the kept connection."""

        def behaviour(peer, connection):
            peer.read(connection)
            connection.sendall(response())
            connection.recv(1)  # the first byte of the next request
            reset(connection)

        with Peer(behaviour) as peer, Client(credentials(peer.url), allow_local=True) as netvisor:
            self.assertTrue(netvisor.call(READ).ok)
            self.check(netvisor.call(WRITE), "unknown", "CONNECTION_LOST")
            self.assertEqual(peer.connections, 1, "the request is not sent again on a new connection")

    def test_not_http(self):
        for data in (
            b"\x00\x01\x02\x03",
            b"SSH-2.0-OpenSSH\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        ):
            with self.subTest(data):
                got = self._one(data)
                self.assertEqual(got.outcome, "unknown")

    def test_broken_compression(self):
        got = self._one(response(b"not gzip at all", headers=["Content-Encoding: gzip"]))
        self.check(got, "unknown", "CONNECTION_LOST")

    def test_next_call_is_clean(self):
        """After every kind of trouble the same client gets a fresh connection."""
        turns = iter((b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf", response()))

        def behaviour(peer, connection):
            peer.read(connection)
            connection.sendall(next(turns))
            peer.stop.wait(10)

        with (
            Peer(behaviour) as peer,
            Client(credentials(peer.url), allow_local=True, read_timeout=0.3) as netvisor,
        ):
            self.assertEqual(netvisor.call(READ).outcome, "unknown")
            self.assertTrue(netvisor.call(READ).ok)


class TestProof(unittest.TestCase):
    def test_error_of_our_own_after_sending_is_unknown(self):
        """Even a mistake in the layers below, once something may have left, is an answer and not a traceback."""
        mistake = mock.patch("netvisor.client._chunks", side_effect=RuntimeError("odd"))
        with Peer(answering(response())) as peer, mistake:
            got = call(peer.url)
        self.assertEqual((got.outcome, got.code), ("unknown", "CONNECTION_LOST"))

    def test_never_retries(self):
        adapter = Adapter(1, 1)
        self.assertEqual(adapter.max_retries.total, 0)
        self.assertIs(adapter.max_retries.read, False)


if __name__ == "__main__":
    unittest.main()
