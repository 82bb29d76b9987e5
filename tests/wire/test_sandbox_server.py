"""Transport: envelope, methods, overlaps, restart, control endpoint, command line."""

import http.client
import json
import re
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse
from pathlib import Path

from sandbox_support import OTHER, ROOT, Case, Wire, comment, customer, invoice, line

from sandbox.handle import Sandbox, SandboxError


class TestEnvelope(Case):
    def test_form_of_answers(self):
        answer = self.ok("customer.nv", "method=add", customer())
        text = answer.body.decode()
        self.assertTrue(text.startswith('<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<Root>\r\n'))
        self.assertIn("\r\n    <ResponseStatus>\r\n        <Status>OK</Status>\r\n", text)
        self.assertRegex(answer.find("ResponseStatus/TimeStamp"), r"^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d\d:\d\d$")
        self.assertTrue(answer.key)
        failed = self.call("customer.nv", "method=add", customer())
        self.assertEqual(failed.status, 200)
        self.assertEqual(failed.statuses[0], "FAILED")
        self.assertRegex(failed.statuses[1], r"^DUPLICATE_DATA :: .*10045")

    def test_languages(self):
        words = {
            "EN": "Customer not found",
            "FI": "Asiakasta ei löydy",
            "SE": "Kunden hittades inte",
        }
        for language, start in words.items():
            answer = self.refused("INVALID_DATA", "getcustomer.nv", "id=123", Language=language)
            self.assertIn(start, answer.text)
        english = self.call("getcustomer.nv", "id=123").text
        self.assertEqual(english, "Data form incorrect:. Customer not found with Netvisor identifier: 123")

    def test_names_without_regard_to_case(self):
        self.ok("GetCustomer.nv", "ID=1")

    def test_unknown_resource_has_no_envelope(self):
        for resource in (
            "customerlst.nv",
            "/customerlist.nv",
            "x/customerlist.nv",
            "vendorlist.nv",
        ):
            answer = self.call(resource)
            self.assertEqual(answer.status, 404)
            self.assertNotIn(b"ResponseStatus", answer.body)

    def test_methods(self):
        self.refused("INVALID_DATA", "customerlist.nv", body="<root/>")
        self.refused("INVALID_DATA", "customer.nv", "method=add")
        self.assertEqual(self.call("customerlist.nv", method="PUT").status, 405)

    def test_companies_are_apart(self):
        key = self.customer()
        self.refused("INVALID_DATA", "getcustomer.nv", f"id={key}", organisation=OTHER)
        other = self.customer(organisation=OTHER)
        self.assertNotEqual(key, other)
        self.assertEqual(len(self.sandbox.state(OTHER)["customers"]), 2)


class TestOneCallAtATime(Case):
    def slow(self, organisation):
        wire = Wire(self.sandbox.url)
        self.addCleanup(wire.close)
        thread = threading.Thread(target=wire.call, args=("customerlist.nv",), kwargs={"organisation": organisation})
        thread.start()
        self.addCleanup(thread.join)
        self.sandbox.wait("held", "customerlist.nv")
        return wire

    def test_overlap_is_refused_and_noted(self):
        self.sandbox.fault("hold", "customerlist.nv")
        self.slow("1234567-1")
        answer = self.refused("TECHNICAL_ERROR", "productlist.nv")
        self.assertIn("Another request", answer.text)
        self.ok("productlist.nv", organisation=OTHER)
        self.sandbox.release()
        self.sandbox.wait("answered", "customerlist.nv")
        self.ok("productlist.nv")
        self.assertEqual(self.state["overlaps"], 1)
        self.assertEqual(self.sandbox.state(OTHER)["overlaps"], 0)

    def test_a_client_that_is_gone_does_not_block(self):
        self.sandbox.fault("hold", "customerlist.nv", seconds=20)
        wire = Wire(self.sandbox.url, timeout=0.3)
        with self.assertRaises(OSError):
            wire.call("customerlist.nv")
        started = time.monotonic()
        self.ok("productlist.nv")
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(self.state["overlaps"], 0)

    def test_calls_in_a_row_on_new_connections_do_not_overlap(self):
        for _turn in range(60):
            wire = Wire(self.sandbox.url)
            self.assertEqual(wire.call("customerlist.nv").code, "OK")
            wire.close()
        self.assertEqual(self.state["overlaps"], 0)

    def test_companies_side_by_side(self):
        codes = []

        def work(organisation):
            wire = Wire(self.sandbox.url)
            key = wire.call("customer.nv", "method=add", customer(), organisation=organisation).key
            for number in range(1, 41):
                body = invoice(key, number=number)
                codes.append(wire.call("salesinvoice.nv", "method=add", body, organisation=organisation).code)
            wire.close()

        threads = [threading.Thread(target=work, args=(one,)) for one in ("1234567-1", OTHER)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(codes, ["OK"] * 80)
        for organisation in ("1234567-1", OTHER):
            state = self.sandbox.state(organisation)
            self.assertEqual((len(state["invoices"]), state["overlaps"]), (40, 0))


class TestLife(unittest.TestCase):
    def test_killed_sandbox_loses_nothing(self):
        with Sandbox.start() as sandbox:
            wire = Wire(sandbox.url)
            key = wire.call("customer.nv", "method=add", customer()).key
            sandbox.fault("technical", "productlist.nv", times=None)
            sandbox.set(accounting_lock="2025-12-31")
            numbers = set()
            for number in range(1, 31):
                answer = wire.call("salesinvoice.nv", "method=add", invoice(key, number=number))
                self.assertEqual(answer.code, "OK")
                numbers.add(number)
            url = sandbox.url
            wire.close()
            sandbox.restart()
            self.assertEqual(sandbox.url, url)
            state = sandbox.state()
            self.assertEqual({item["number"] for item in state["invoices"]}, numbers)
            self.assertEqual(state["options"]["accounting_lock"], "2025-12-31")
            self.assertEqual(wire.call("productlist.nv").code, "TECHNICAL_ERROR")
            following = wire.call("salesinvoice.nv", "method=add", invoice(key, number=31)).key
            self.assertGreater(following, max(item["key"] for item in state["invoices"]))
            wire.close()

    def test_command_line(self):
        for command in (["-m", "sandbox"], [str(Path(ROOT) / "sandbox")]):
            process = subprocess.Popen(
                [sys.executable, *command, "--port", "0", "--delay", "30"],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            try:
                line_out = process.stdout.readline()
                self.assertRegex(line_out, r"^Netvisor sandbox listening on http://127\.0\.0\.1:\d+/$")
                wire = Wire(re.search(r"http\S+", line_out).group())
                started = time.monotonic()
                self.assertEqual(wire.call("customerlist.nv").code, "OK")
                self.assertGreater(time.monotonic() - started, 0.03)
                wire.close()
            finally:
                process.terminate()
                self.assertEqual(process.wait(10), 0)
                process.stdout.close()

    def test_public_url(self):
        command = [
            sys.executable,
            str(Path(ROOT) / "sandbox"),
            "--port",
            "0",
            "--public-url",
            "https://nv.example/",
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            wire = Wire(re.search(r"http\S+", process.stdout.readline()).group())
            answer = wire.call("customerlist.nv", signed_url="https://nv.example/customerlist.nv")
            self.assertEqual(answer.code, "OK")
            self.assertIn(b"https://nv.example/getcustomer.nv?id=1", answer.body)
            self.assertEqual(wire.call("customerlist.nv").code, "AUTHENTICATION_FAILED")
            wire.close()
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()

    def test_it_ends_with_its_parent(self):
        sandbox = Sandbox.start()
        sandbox.process.stdin.close()
        self.assertEqual(sandbox.process.wait(10), 0)
        sandbox.stop()

    def test_delay_is_most_of_the_time(self):
        with Sandbox.start(delay_ms=50) as sandbox:
            wire = Wire(sandbox.url)
            key = wire.call("customer.nv", "method=add", customer()).key
            body = invoice(key, "2510,00", line() * 10)
            wire.call("salesinvoice.nv", "method=add", body)
            started = time.monotonic()
            for _turn in range(20):
                self.assertEqual(wire.call("salesinvoice.nv", "method=add", body).code, "OK")
            each = (time.monotonic() - started) / 20
            self.assertGreater(each, 0.05)
            self.assertLess(each, 0.15)
            wire.close()


class TestControl(Case):
    def raw(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.sandbox.url).netloc, timeout=10)
        self.addCleanup(connection.close)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()

    def test_only_for_this_machine(self):
        self.assertEqual(self.raw("GET", "/_control/faults")[0], 200)
        for path in ("/_control/faults", "/"):
            self.assertEqual(self.raw("GET", path, Host="evil.example")[0], 403)

    def test_posts_are_json(self):
        fault = json.dumps({"kind": "delay"})
        status, _body = self.raw("POST", "/_control/faults", fault, **{"Content-Type": "text/plain"})
        self.assertEqual(status, 415)
        self.assertEqual(self.sandbox.faults(), [])

    def test_mistakes_are_told(self):
        for call in (
            lambda: self.sandbox.fault("drop_everything"),
            lambda: self.sandbox.set(no_such_option=1),
            lambda: self.sandbox.set(delay_ms="soon"),
            lambda: self.sandbox.state("9999999-9"),
            lambda: self.sandbox.wait("sneezed", timeout=1),
        ):
            with self.assertRaises(SandboxError):
                call()
        self.assertEqual(self.raw("GET", "/_control/nothing")[0], 404)
        self.assertEqual(
            self.raw("POST", "/_control/faults", "[", **{"Content-Type": "application/json"})[0],
            400,
        )

    def test_options_of_one_company(self):
        self.sandbox.set("1234567-1", accounting_lock="2025-01-31")
        self.sandbox.set(vat_lock="2024-12-31")
        mine, other = self.state["options"], self.sandbox.state(OTHER)["options"]
        self.assertEqual((mine["accounting_lock"], mine["vat_lock"]), ("2025-01-31", "2024-12-31"))
        self.assertEqual((other["accounting_lock"], other["vat_lock"]), ("", "2024-12-31"))
        self.sandbox.set("1234567-1", accounting_lock=None)
        self.assertEqual(self.state["options"]["accounting_lock"], "")

    def test_state_in_parts_and_calls(self):
        self.customer(Language="FI")
        state = self.sandbox.state(None, "customers")
        self.assertNotIn("invoices", state)
        self.assertEqual([item["code"] for item in state["customers"]], ["TEMP", "10045"])
        self.assertEqual(self.state["calls"], {"customer.nv": 1})
        call = self.sandbox.calls(resource="customer.nv")[0]
        self.assertEqual((call["outcome"], call["target"]), ("ok", "/customer.nv?method=add"))
        self.assertIn("Pihlajan Puutyö", call["request"])

    def test_reset_of_one_company(self):
        self.customer()
        self.customer(organisation=OTHER)
        self.sandbox.reset(OTHER)
        self.assertEqual(len(self.state["customers"]), 2)
        self.assertEqual(len(self.sandbox.state(OTHER)["customers"]), 1)

    def test_third_company(self):
        self.sandbox.add_organisation("2345678-9", "Kolmas Oy")
        self.customer(organisation="2345678-9")
        self.assertIn("2345678-9", self.sandbox.organisations())

    def test_something_done_by_hand(self):
        self.sandbox.fault("technical", times=None)
        answer = self.sandbox.request("customer.nv", "method=add", customer("Käsin Oy", "7"))
        self.assertIn("InsertedDataIdentifier", answer)
        answer = self.sandbox.request("customer.nv", "method=add", customer("Käsin Oy", "7"))
        self.assertIn("DUPLICATE_DATA", answer)
        self.assertEqual(self.state["calls"], {})

    def test_large_message(self):
        key = self.customer()
        lines = line() + comment("x" * 3_000_000)
        self.ok("salesinvoice.nv", "method=add", invoice(key, lines=lines))


if __name__ == "__main__":
    unittest.main()
