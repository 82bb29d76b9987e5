"""Each fault does what its name says, at the moment it says, as often as it says."""

import contextlib
import http.client
import socket
import threading
import time
import unittest

from lxml import etree
from sandbox_support import Case, Wire, customer, invoice

from sandbox import faults


class FaultCase(Case):
    def setUp(self):
        super().setUp()
        self.key = self.customer()

    def post(self, number=1, **options):
        return self.call("salesinvoice.nv", "method=add", invoice(self.key, number=number), **options)

    @property
    def stored(self):
        return [item["number"] for item in self.state["invoices"]]

    def fault(self, kind, **options):
        return self.sandbox.fault(kind, "salesinvoice.nv", **options)


class TestKinds(FaultCase):
    def test_connection_dropped_before_storing(self):
        for reset in (False, True):
            self.fault("drop_before", reset=reset)
            with self.assertRaises((http.client.RemoteDisconnected, ConnectionResetError)):
                self.post()
        self.assertEqual(self.stored, [])

    def test_connection_dropped_after_storing(self):
        self.fault("drop_after")
        with self.assertRaises(http.client.RemoteDisconnected):
            self.post()
        self.assertEqual(self.stored, [1])
        self.assertEqual(self.post().code, "DUPLICATE_DATA")

    def test_half_an_answer(self):
        self.fault("half")
        with self.assertRaises(http.client.IncompleteRead):
            self.post()
        self.assertEqual(self.stored, [1])

    def test_server_errors(self):
        self.fault("error_500")
        answer = self.post()
        self.assertEqual((answer.status, self.stored), (500, []))
        self.assertNotIn(b"ResponseStatus", answer.body)
        self.fault("error_500", when="after")
        self.assertEqual((self.post().status, self.stored), (500, [1]))
        self.fault("bad_gateway")
        self.assertEqual(self.post(2).status, 502)
        self.fault("too_many")
        self.assertEqual(self.post(2).status, 429)
        self.assertEqual(self.stored, [1])

    def test_unreadable_answers(self):
        for number, kind in enumerate(("garbage", "malformed", "truncated_xml"), start=1):
            self.fault(kind)
            answer = self.post(number)
            self.assertEqual(answer.status, 200)
            with self.assertRaises(etree.XMLSyntaxError):
                etree.fromstring(answer.body)
        self.assertEqual(self.stored, [1, 2, 3])
        self.fault("huge", bytes=3_000_000)
        self.assertGreater(len(self.post(4).body), 3_000_000)

    def test_refusals(self):
        for kind, code in (
            ("maintenance", "SYSTEM_MAINTENANCE"),
            ("technical", "TECHNICAL_ERROR"),
            ("not_unique", "REQUEST_NOT_UNIQUE"),
        ):
            self.fault(kind)
            self.assertEqual(self.post().code, code)
        self.fault("maintenance", misspelt=True)
        self.assertEqual(self.post(status_codes="1").code, "SYSTEM_MAINTANANCE")
        self.fault("refuse", code="SOMETHING_NEW", text="words & words :: more")
        answer = self.post()
        self.assertEqual((answer.code, answer.text), ("SOMETHING_NEW", "words & words :: more"))
        self.assertEqual(self.stored, [])
        self.fault("technical", when="after")
        self.assertEqual((self.post().code, self.stored), ("TECHNICAL_ERROR", [1]))

    def test_redirect(self):
        self.fault("redirect", location="https://elsewhere.example/")
        answer = self.post()
        self.assertEqual((answer.status, answer.headers["Location"]), (302, "https://elsewhere.example/"))

    def test_delay(self):
        self.fault("delay", seconds=0.3)
        started = time.monotonic()
        self.assertEqual(self.post().code, "OK")
        self.assertGreater(time.monotonic() - started, 0.3)

    def test_arriving_late(self):
        self.fault("late", seconds=0.5)
        with self.assertRaises(http.client.RemoteDisconnected):
            self.post()
        self.assertEqual(self.stored, [])
        self.sandbox.wait("stored", "salesinvoice.nv")
        self.assertEqual(self.stored, [1])

    def test_every_kind_is_tested(self):
        self.assertEqual(
            set(faults.KINDS) - {"hold", "random"},
            {
                "delay",
                "drop_before",
                "drop_after",
                "late",
                "half",
                "error_500",
                "bad_gateway",
                "garbage",
                "malformed",
                "truncated_xml",
                "huge",
                "redirect",
                "maintenance",
                "technical",
                "not_unique",
                "refuse",
                "too_many",
            },
        )


class TestWhen(FaultCase):
    def test_after_and_times(self):
        self.fault("technical", after=2, times=2)
        codes = [self.post(number).code for number in range(1, 7)]
        self.assertEqual(codes, ["OK", "OK", "TECHNICAL_ERROR", "TECHNICAL_ERROR", "OK", "OK"])
        self.assertEqual([(item["seen"], item["hit"]) for item in self.sandbox.faults()], [(6, 2)])

    def test_one_after_the_other(self):
        self.fault("technical")
        self.fault("maintenance")
        codes = [self.post().code for _turn in range(3)]
        self.assertEqual(codes, ["TECHNICAL_ERROR", "SYSTEM_MAINTENANCE", "OK"])

    def test_only_the_resource(self):
        self.fault("technical", times=None)
        self.ok("customerlist.nv")
        self.sandbox.clear_faults()
        self.assertEqual(self.post().code, "OK")

    def test_only_the_company(self):
        self.sandbox.fault("technical", times=None, organisation="7654321-2")
        self.assertEqual(self.post().code, "OK")
        self.refused("TECHNICAL_ERROR", "customerlist.nv", organisation="7654321-2")

    def test_random_is_the_same_each_time(self):
        def run():
            self.sandbox.reset()
            self.key = self.customer()
            self.fault("random", times=None, probability=0.5, seed=7, kinds=["technical", "maintenance"])
            return [self.post(number).code for number in range(1, 31)]

        first = run()
        self.assertEqual(set(first), {"OK", "TECHNICAL_ERROR", "SYSTEM_MAINTENANCE"})
        self.assertEqual(first, run())

    def test_random_defaults_store_or_not(self):
        self.fault("random", times=None, probability=0.6, seed=3)
        outcomes = set()
        for number in range(1, 61):
            try:
                answer = self.post(number)
                outcomes.add(answer.status)
            except (OSError, http.client.HTTPException) as error:
                outcomes.add(type(error).__name__)
        self.assertLess({200, 500, 502, "RemoteDisconnected", "IncompleteRead"}, outcomes | {0})
        self.assertEqual(self.state["duplicates"], {"numbers": [], "comments": []})


class TestHold(FaultCase):
    def start(self):
        wire = Wire(self.sandbox.url)
        self.addCleanup(wire.close)
        results = []
        thread = threading.Thread(
            target=lambda: results.append(wire.call("salesinvoice.nv", "method=add", invoice(self.key, number=1)))
        )
        thread.start()
        self.addCleanup(thread.join)
        return thread, results

    def test_after_storing(self):
        self.fault("hold")
        thread, results = self.start()
        self.sandbox.wait("held", "salesinvoice.nv")
        self.assertEqual((self.stored, results), ([1], []))
        self.sandbox.release()
        thread.join(5)
        self.assertEqual(results[0].code, "OK")

    def test_before_storing(self):
        self.fault("hold", when="before")
        thread, results = self.start()
        self.sandbox.wait("held", "salesinvoice.nv")
        self.assertEqual(self.stored, [])
        self.sandbox.release()
        thread.join(5)
        self.assertEqual((results[0].code, self.stored), ("OK", [1]))

    def test_for_a_time(self):
        self.fault("hold", seconds=0.2)
        self.assertEqual(self.post().code, "OK")

    def vanish(self):
        """Send an invoice and disappear, as a killed process does."""
        wire = Wire(self.sandbox.url)
        wire.connection.connect()
        held = self.sandbox.count("held", "salesinvoice.nv")
        thread = threading.Thread(target=self._ignore, args=(wire,))
        thread.start()
        self.sandbox.wait("held", "salesinvoice.nv", held + 1)
        wire.connection.sock.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        wire.close()

    def _ignore(self, wire):
        with contextlib.suppress(OSError, http.client.HTTPException):
            wire.call("salesinvoice.nv", "method=add", invoice(self.key, number=1))

    def test_client_killed_before_storing(self):
        self.fault("hold", when="before")
        self.vanish()
        self.sandbox.wait("dropped", "salesinvoice.nv")
        self.assertEqual(self.stored, [])

    def test_client_killed_but_request_carried_out(self):
        self.fault("hold", when="before", on_disconnect="store")
        self.vanish()
        self.sandbox.wait("stored", "salesinvoice.nv")
        self.assertEqual(self.stored, [1])

    def test_client_killed_after_storing(self):
        self.fault("hold")
        self.vanish()
        self.assertEqual(self.stored, [1])
        self.ok("salesinvoicelist.nv", "invoicenumber=1")
        self.assertEqual(self.state["overlaps"], 0)


class TestEvents(FaultCase):
    def test_counts(self):
        before = self.sandbox.count("stored", "salesinvoice.nv")
        self.post()
        self.assertEqual(self.sandbox.wait("answered", "salesinvoice.nv"), 1)
        self.assertEqual(self.sandbox.count("stored", "salesinvoice.nv"), before + 1)
        self.call("salesinvoice.nv", "method=add", "<root/>")
        self.assertEqual(self.sandbox.count("received", "salesinvoice.nv"), 2)
        self.assertEqual(self.sandbox.count("stored", "salesinvoice.nv"), before + 1)

    def test_faults_outlive_a_restart(self):
        self.fault("technical", after=1)
        self.post(1)
        self.wire.close()
        self.sandbox.restart()
        self.assertEqual(self.post(2).code, "TECHNICAL_ERROR")

    def test_customer_message_needs_no_fault(self):
        self.refused("DUPLICATE_DATA", "customer.nv", "method=add", customer())


if __name__ == "__main__":
    unittest.main()
