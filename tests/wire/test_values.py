"""Fingerprints, requests from values, and small things beside."""

import ast
import dataclasses
import json
import subprocess
import sys
import unittest
from datetime import date, datetime, timezone
from decimal import Decimal

from wire_support import ROOT, answer, ok

from netvisor import Request
from netvisor.customer import Customer
from netvisor.printable import LIMIT, printable
from netvisor.query import batches
from netvisor.sales_invoice import Attachment, CommentLine, Dimension, ProductLine, SalesInvoice
from netvisor.server_time import clock_difference, server_time
from netvisor.values import digest

LINE = ProductLine(name="A", unit_price=Decimal("1.50"), quantity=Decimal(1), dimensions=(Dimension("P", "1"),))
INVOICE = SalesInvoice(number=1, date=date(2026, 2, 2), amount=Decimal("10.00"), lines=(LINE, CommentLine("x")))
PRINT = """
import sys; sys.path.insert(0, {root!r})
from decimal import Decimal
from netvisor.customer import Customer
from netvisor.values import digest
print(digest(Customer(name="Äiti", balance_limit=Decimal("1.50"), active=True)))
"""


def changed(**changes):
    return dataclasses.replace(INVOICE, **changes)


class TestDigest(unittest.TestCase):
    def test_every_change_counts(self):
        others = (
            changed(number=2),
            changed(amount=Decimal("10.01")),
            changed(date=date(2026, 2, 3)),
            changed(lines=(CommentLine("x"), LINE)),
            changed(lines=(LINE,)),
            changed(lines=(dataclasses.replace(LINE, dimensions=()), CommentLine("x"))),
            changed(expect_partial_payments=True),
            changed(expect_partial_payments=False),
            changed(our_reference=""),
            changed(attachments=(Attachment(description="a", filename="b", data=b"1"),)),
            changed(attachments=(Attachment(description="a", filename="b", data=b"2"),)),
        )
        digests = {digest(INVOICE), *map(digest, others)}
        self.assertEqual(len(digests), len(others) + 1)
        self.assertRegex(digest(INVOICE), "^[0-9a-f]{64}$")

    def test_equal_values_are_equal(self):
        self.assertEqual(digest(INVOICE), digest(changed(amount=Decimal("10.000"))))
        self.assertEqual(digest(changed(amount=Decimal("-0.00"))), digest(changed(amount=Decimal(0))))
        self.assertEqual(digest(changed(amount=Decimal("1E+2"))), digest(changed(amount=100)))

    def test_boundaries_between_texts(self):
        pairs = (
            ("a;city=s1:b", None),
            ("a", "b"),
            ("a", ""),
            ("", "a"),
            ("s1:a", "b"),
            (None, "b;name=sa"),
        )
        self.assertEqual(len({digest(Customer(name=name, city=city)) for name, city in pairs}), len(pairs))

    def test_without(self):
        other = changed(
            private_comment="muu",
            attachments=(Attachment(description="a", filename="b", data=b"1"),),
        )
        self.assertNotEqual(digest(INVOICE), digest(other))
        without = ("private_comment", "attachments")
        self.assertEqual(digest(INVOICE, without), digest(other, without))

    def test_same_in_every_process(self):
        code = PRINT.format(root=str(ROOT))
        seen = {
            subprocess.run(
                [sys.executable, "-c", code],
                capture_output=True,
                check=True,
                text=True,
                env={"PYTHONHASHSEED": seed},
            ).stdout.strip()
            for seed in ("1", "2")
        }
        self.assertEqual(seen, {digest(Customer(name="Äiti", balance_limit=Decimal("1.5"), active=True))})

    def test_refused(self):
        for value in (1.5, {}, [], object(), Customer):
            with self.assertRaises(TypeError):
                digest(Customer(name=value))


class TestPackage(unittest.TestCase):
    def test_nothing_of_odoo_and_only_relative_imports(self):
        """The same files load as a part of the module and alone."""
        allowed = {*sys.stdlib_module_names, "lxml", "requests", "urllib3"}
        for path in sorted((ROOT / "netvisor").rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module]
                for name in names:
                    self.assertIn(name.split(".")[0], allowed, f"{path.name}:{node.lineno}")

    def test_public_names(self):
        import netvisor

        for name in netvisor.__all__:
            self.assertTrue(hasattr(netvisor, name), name)

    def test_request(self):
        self.assertEqual(Request("a.nv").method, "GET")
        self.assertEqual(Request("a.nv", body=b"x").method, "POST")
        self.assertEqual(Request("a.nv", body=b"").method, "POST")
        self.assertEqual(Request("a.nv", post_empty=True).method, "POST")
        self.assertFalse(Request("a.nv").safe, "safe has to be said")
        self.assertNotIn("salaista", repr(Request("a.nv", body=b"salaista")))

    def test_batches(self):
        self.assertEqual(list(batches(range(5), 2)), [(0, 1), (2, 3), (4,)])
        self.assertEqual(list(batches(())), [])
        self.assertEqual([len(part) for part in batches(range(250))], [100, 100, 50])


class TestServerTime(unittest.TestCase):
    def stamped(self, stamp, started=None):
        got = answer(ok().replace("1.2.2026 3:04:05", stamp))
        return dataclasses.replace(got, started=started)

    def test_forms(self):
        for stamp, moment in (
            ("1.2.2026 3:04:05", datetime(2026, 2, 1, 1, 4, 5, tzinfo=timezone.utc)),
            ("01.07.2026 12:00:00", datetime(2026, 7, 1, 9, 0, 0, tzinfo=timezone.utc)),
            ("2025-06-11T20:04:58+00:00", datetime(2025, 6, 11, 20, 4, 58, tzinfo=timezone.utc)),
            ("huomenna", None),
            ("99.99.2026 1:00:00", None),
            ("", None),
        ):
            with self.subTest(stamp):
                self.assertEqual(server_time(self.stamped(stamp)), moment)
        self.assertIsNone(server_time(answer("rikki")))

    def test_difference(self):
        ours = datetime(2026, 2, 1, 1, 9, 5)  # noqa: DTZ001 (naive UTC, as answers have it)
        self.assertEqual(clock_difference(self.stamped("1.2.2026 3:04:05", ours)), 300)
        self.assertIsNone(clock_difference(self.stamped("1.2.2026 3:04:05")))


class TestPrintable(unittest.TestCase):
    def test_documents_are_named_by_size(self):
        body = b'<root><documentdata type="pdf">' + b"A" * 4000 + b"</documentdata></root>"
        self.assertEqual(printable(body), '<root><documentdata type="pdf">[3000 bytes]</documentdata></root>')

    def test_any_bytes(self):
        self.assertEqual(printable("äö€".encode("iso-8859-15")), "äö€")
        self.assertEqual(printable(b"a\x00b"), "ab")
        self.assertLess(len(printable(b"x" * (LIMIT + 5000))), LIMIT + 100)
        json.dumps(printable(bytes(range(256))))


if __name__ == "__main__":
    unittest.main()
