"""One call over real sockets: what goes over the wire, and that a peer may do what it likes."""

import gzip
import logging
import os
import re
import threading
import unittest
from datetime import datetime, timezone
from unittest import mock

import requests
from peer import OK, Peer, answering, response
from wire_support import credentials, ok

from netvisor import Client, Request, client, customer
from netvisor.auth import sign

READ = Request("customerlist.nv", safe=True)
WRITE = Request("salesinvoice.nv", (("method", "add"),), b"<root><x/></root>")


def local(peer, **options):
    return Client(credentials(peer.url), **{"allow_local": True, "read_timeout": 5, **options})


class TestWire(unittest.TestCase):
    def test_what_is_signed_is_what_is_sent(self):
        """The request line plus the base address is exactly the text that was hashed."""
        queries = (
            (("keyword", "käyttö & co, a+b=c/d~e'f(1)*|"),),
            (("idlist", "101,102,103"), ("replyoption", "1")),
            (("lastmodifiedstart", "2026-02-01T00:00:00"),),
            (("keyword", "%41 %zz #x?"),),
        )
        with Peer(answering(*[response()] * len(queries))) as peer, local(peer) as netvisor:
            for query in queries:
                got = netvisor.call(Request("customerlist.nv", query, safe=True))
                head = peer.requests[-1].decode("ascii")
                target = head.split(" ")[1]
                self.assertEqual(peer.url.rstrip("/") + target, got.url)
                headers = _headers(head)
                prefix = "x-netvisor-authentication-"
                expected = sign(
                    netvisor.credentials,
                    got.url,
                    headers[prefix + "timestamp"],
                    headers[prefix + "timestampunix"],
                    got.transaction_id,
                )
                self.assertEqual(headers[prefix + "mac"], expected)
                self.assertEqual(headers[prefix + "transactionid"], got.transaction_id)

    def test_methods_and_bodies(self):
        plain = customer.add(customer.Customer(name="Äiti €"), "iso-8859-15")
        with Peer(answering(*[response()] * 4)) as peer:
            with local(peer) as netvisor:
                netvisor.call(READ)
                netvisor.call(WRITE)
                netvisor.call(Request("updatesalesinvoicestatus.nv", (("netvisorkey", "1"),), post_empty=True))
            with Client(credentials(peer.url, encoding="iso-8859-15"), allow_local=True) as netvisor:
                # The first connection may still be held by the behaviour; a new one gets its own.
                got = netvisor.call(plain)
                self.assertTrue(got.ok)
            read, write, empty, latin = peer.requests
        self.assertTrue(read.startswith(b"GET /customerlist.nv HTTP/1.1"))
        self.assertNotIn("content-type", _headers(read.decode()))
        self.assertTrue(write.startswith(b"POST /salesinvoice.nv?method=add HTTP/1.1"))
        self.assertTrue(write.endswith(b"\r\n\r\n<root><x/></root>"))
        self.assertEqual(_headers(write.decode())["content-type"], "text/xml; charset=utf-8")
        self.assertTrue(empty.startswith(b"POST /updatesalesinvoicestatus.nv?netvisorkey=1 "))
        self.assertEqual(_headers(empty.decode())["content-length"], "0")
        self.assertIn("Äiti €".encode("iso-8859-15"), latin)
        self.assertIn(b"charset=iso-8859-15", latin)

    def test_answer(self):
        before = datetime.now(timezone.utc).replace(tzinfo=None)
        with Peer(answering(response())) as peer, local(peer) as netvisor:
            got = netvisor.call(WRITE, "my-own-id")
        self.assertEqual((got.outcome, got.code, got.http_status, got.key), ("ok", "", 200, 77))
        self.assertEqual(
            (got.transaction_id, got.body, got.resource, got.safe),
            ("my-own-id", OK, "salesinvoice.nv", False),
        )
        self.assertEqual(got.root.tag, "Root")
        self.assertLessEqual(before, got.started)
        self.assertLess((got.started - before).total_seconds(), 5)
        self.assertGreaterEqual(got.duration_ms, 0)

    def test_each_call_has_its_own_id_and_time(self):
        with Peer(answering(*[response()] * 3)) as peer, local(peer) as netvisor:
            ids = {netvisor.call(READ).transaction_id for _turn in range(3)}
            self.assertEqual(peer.connections, 1, "the connection is kept")
        self.assertEqual(len(ids), 3)
        for one in ids:
            self.assertRegex(one, r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")

    def test_compressed_answer(self):
        body = gzip.compress(ok("<Customerlist/>").encode())
        with (
            Peer(answering(response(body, headers=["Content-Encoding: gzip"]))) as peer,
            local(peer) as netvisor,
        ):
            self.assertTrue(netvisor.call(READ).ok)


class TestManners(unittest.TestCase):
    def test_redirects_are_not_followed(self):
        with Peer(answering(response())) as other:
            moved = response(b"", "302 Found", [f"Location: {other.url}customerlist.nv"])
            with Peer(answering(moved)) as peer, local(peer) as netvisor:
                got = netvisor.call(READ)
            self.assertEqual(other.connections, 0)
        self.assertEqual((got.outcome, got.code, got.http_status), ("config", "REDIRECT", 302))

    def test_environment_is_ignored(self):
        with Peer(answering(response())) as proxy, Peer(answering(response())) as peer:
            environment = {
                "http_proxy": proxy.url,
                "HTTP_PROXY": proxy.url,
                "ALL_PROXY": proxy.url,
                "no_proxy": "",
            }
            with mock.patch.dict(os.environ, environment), local(peer) as netvisor:
                self.assertTrue(netvisor.call(READ).ok)
            self.assertEqual((proxy.connections, peer.connections), (0, 1))

    def test_cookies_are_not_kept(self):
        answers = [response(headers=["Set-Cookie: a=b; Path=/"]), response()]
        with Peer(answering(*answers)) as peer, local(peer) as netvisor:
            netvisor.call(READ)
            netvisor.call(READ)
            self.assertNotIn("cookie", _headers(peer.requests[1].decode()))

    def test_size_limit(self):
        body = ok("<A>" + "x" * 200_000 + "</A>").encode()
        with Peer(answering(response(body))) as peer, local(peer, max_bytes=100_000) as netvisor:
            got = netvisor.call(READ)
        self.assertEqual((got.outcome, got.code), ("unknown", "TOO_LARGE"))
        self.assertLessEqual(len(got.body), 100_000)

    def test_bad_resource_never_leaves(self):
        with Peer(answering(response())) as peer, local(peer) as netvisor:
            for resource in (
                "../x.nv",
                "customer.nv?a=b",
                "customer",
                "//evil.example/x.nv",
                "",
                "a.nv\r\nX: y",
            ):
                with self.subTest(resource), self.assertRaises(ValueError):
                    netvisor.call(Request(resource, safe=True))
            self.assertEqual(peer.connections, 0)

    def test_one_at_a_time(self):
        """Two threads share a client: Netvisor never sees two calls of one company at once."""
        running, most = [], []

        def behaviour(peer, connection):
            while peer.read(connection):
                running.append(1)
                most.append(len(running))
                peer.stop.wait(0.05)
                running.pop()
                connection.sendall(response())

        with Peer(behaviour) as peer, local(peer) as netvisor:
            threads = [threading.Thread(target=netvisor.call, args=(READ,)) for _turn in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(most, [1, 1, 1, 1])

    def test_idle_connections_are_not_trusted(self):
        with Peer(answering(response(), response())) as peer, local(peer) as netvisor:
            netvisor.call(READ)
            netvisor._used -= client.IDLE + 1
            netvisor.call(READ)
            self.assertEqual(peer.connections, 2)

    def test_timeouts_stand_in_the_adapter(self):
        """Nothing is handed to Session.send, which Odoo's test runner patches; what it sets is overruled."""
        seen = []
        original = requests.Session.send

        def spy(session, request, **options):
            seen.append(options)
            return original(session, request, **{**options, "timeout": 10})

        with (
            Peer(lambda peer, connection: peer.stop.wait(10)) as peer,
            local(peer, read_timeout=0.3) as netvisor,
            mock.patch.object(requests.Session, "send", spy),
        ):
            got = netvisor.call(READ)
        self.assertEqual(got.code, "READ_TIMEOUT")
        self.assertNotIn("timeout", seen[0])
        default = Client(credentials())
        self.assertEqual(default._adapter.timeouts, (10, 120))

    def test_a_blocked_request_was_not_sent(self):
        """Odoo's test runner refuses other hosts before any connection is made."""
        with mock.patch.object(requests.Session, "send", side_effect=requests.ConnectionError("blocked")):
            got = Client(credentials()).call(WRITE)
        self.assertEqual(got.outcome, "not_sent")

    def test_nothing_secret_is_logged(self):
        request = Request("customerlist.nv", (("keyword", "Salainen Asiakas"),), safe=True)
        with (
            Peer(answering(response())) as peer,
            local(peer) as netvisor,
            self.assertLogs("netvisor", logging.DEBUG) as logs,
        ):
            netvisor.call(request)
        text = "\n".join(logs.output)
        self.assertIn("customerlist.nv: ok", text)
        self.assertIsNone(re.search("Salainen|0123456789ABCDEF|FEDCBA", text))

    def test_no_endless_answer(self):
        """A peer that drips a byte now and then never trips the read timeout; the whole has a limit as well."""

        def behaviour(peer, connection):
            peer.read(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not peer.stop.wait(0.05):
                connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")

        with (
            Peer(behaviour) as peer,
            local(peer) as netvisor,
            mock.patch.object(client, "LONGEST", 0.3),
        ):
            got = netvisor.call(READ)
        self.assertEqual((got.outcome, got.code), ("unknown", "READ_TIMEOUT"))


def _headers(head):
    lines = head.partition("\r\n\r\n")[0].split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


if __name__ == "__main__":
    unittest.main()
