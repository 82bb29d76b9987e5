"""The one table from what happened to what it means."""

import unittest

from wire_support import answer, failed, ok

from netvisor import outcome
from netvisor.outcome import classify

#: Netvisor's code → outcome, for writes and reads alike
CODES = {
    "AUTHENTICATION_FAILED": "config",
    "SERVICE_ACCESS_ERROR": "config",
    "SYSTEM_MAINTENANCE": "busy",
    "SYSTEM_MAINTANANCE": "busy",
    "DUPLICATE_DATA": "duplicate",
    "REQUEST_NOT_UNIQUE": "unknown",
    "TECHNICAL_ERROR": "unknown",
    "INVALID_DATA": "rejected",
    "INVALID_DATA_SIZE": "rejected",
    "PERIOD_LOCK": "rejected",
    "SOMETHING_NEW": "rejected",
}
#: HTTP status without envelope → (outcome of a write, of a read, code)
NUMBERS = {
    200: ("unknown", "unknown", "NO_ENVELOPE"),
    302: ("config", "config", "REDIRECT"),
    400: ("unknown", "unknown", "NO_ENVELOPE"),
    401: ("config", "config", "FORBIDDEN"),
    403: ("config", "config", "FORBIDDEN"),
    404: ("config", "config", "NOT_FOUND"),
    413: ("rejected", "rejected", "TOO_BIG"),
    429: ("busy", "busy", "TOO_MANY_REQUESTS"),
    500: ("unknown", "unknown", "NO_ENVELOPE"),
    502: ("unknown", "unknown", "NO_ENVELOPE"),
    504: ("unknown", "unknown", "NO_ENVELOPE"),
}


class TestClassify(unittest.TestCase):
    def test_codes_of_netvisor(self):
        for code, expected in CODES.items():
            for safe in (True, False):
                # The number of the HTTP status never changes what the envelope says.
                for status in (200, 400, 401, 404, 429, 500, 503):
                    with self.subTest(code, safe=safe, status=status):
                        got = answer(failed(code), status=status, safe=safe)
                        self.assertEqual((got.outcome, got.code), (expected, code))

    def test_ok_whatever_the_number(self):
        for status in (200, 201, 500):
            self.assertEqual(answer(ok(), status=status).outcome, "ok")

    def test_numbers_without_envelope(self):
        for status, (write, read, code) in NUMBERS.items():
            for body in ("<html><body>Bad gateway</body></html>", "", "ei mitään"):
                with self.subTest(status, body=body):
                    self.assertEqual(_pair(body, status, safe=False), (write, code))
                    self.assertEqual(_pair(body, status, safe=True), (read, code))

    def test_unavailable_gateway(self):
        """A gateway's 503 may come after it has passed the write on; a read can simply wait."""
        self.assertEqual(_pair("", 503, safe=False), ("unknown", "NO_ENVELOPE"))
        self.assertEqual(_pair("", 503, safe=True), ("busy", "UNAVAILABLE"))

    def test_transport(self):
        not_sent = {"DNS", "REFUSED", "CONNECT_TIMEOUT", "UNREACHABLE"}
        for seen in outcome.TRANSPORT_CODES[:8]:
            expected = "not_sent" if seen in not_sent else "config" if seen == "TLS" else "unknown"
            for safe in (True, False):
                self.assertEqual(classify(seen, None, "", safe), (expected, seen))

    def test_unforeseen_is_unknown(self):
        self.assertEqual(classify("WHATEVER"), ("unknown", "WHATEVER"))

    def test_every_outcome_is_known(self):
        for rule in outcome.RULES:
            self.assertIn(rule.outcome, outcome.OUTCOMES)

    def test_every_rule_is_used(self):
        """A rule behind a wider one would never speak."""
        used = set()
        for seen in (*outcome.TRANSPORT_CODES, outcome.ACCEPTED, outcome.FAILED):
            for status in range(100, 600):
                for code in ("", *CODES):
                    for safe in (True, False):
                        used.add(classify(seen, status, code, safe)[0:1] + (seen,))
        expected = {(rule.outcome, rule.seen) for rule in outcome.RULES}
        self.assertLessEqual(expected, used)


def _pair(body, status, safe):
    got = answer(body, status=status, safe=safe)
    return got.outcome, got.code


if __name__ == "__main__":
    unittest.main()
