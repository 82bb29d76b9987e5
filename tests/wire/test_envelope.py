"""Envelopes: whole, failed, broken, hostile."""

import unittest

from wire_support import answer, failed, fixture, ok

from netvisor import ReadError
from netvisor.envelope import parse, split
from netvisor.node import Node
from netvisor.payload import rows


class TestEnvelope(unittest.TestCase):
    def test_key(self):
        got = answer(ok(replies="<Replies><InsertedDataIdentifier>1802</InsertedDataIdentifier></Replies>"))
        self.assertEqual((got.outcome, got.code, got.key), ("ok", "", 1802))
        self.assertTrue(got.ok)
        self.assertIsNone(answer(ok()).key)
        odd = answer(ok(replies="<Replies><InsertedDataIdentifier>abc</InsertedDataIdentifier></Replies>"))
        self.assertEqual((odd.outcome, odd.key), ("ok", None))

    def test_case_does_not_matter(self):
        got = answer("<root><responsestatus><status>ok</status></responsestatus></root>")
        self.assertTrue(got.ok)

    def test_words_are_split_once_and_kept(self):
        self.assertEqual(split("A_B :: yksi :: kaksi :: "), ("A_B", "yksi :: kaksi :: "))
        self.assertEqual(split("INVALID_DATA"), ("INVALID_DATA", ""))
        self.assertEqual(split("jotain muuta"), ("", "jotain muuta"))
        got = answer(failed("INVALID_DATA", "Data form incorrect:. A  b :: c"))
        self.assertEqual(got.text, "Data form incorrect:. A  b :: c")

    def test_details(self):
        got = answer(failed("INVALID_DATA", "Virhe", details="rivi 3"))
        self.assertEqual((got.code, got.text), ("INVALID_DATA", "Virhe rivi 3"))

    def test_failed_without_code(self):
        got = answer("<Root><ResponseStatus><Status>FAILED</Status></ResponseStatus></Root>")
        self.assertEqual((got.outcome, got.code), ("rejected", "FAILED"))
        got = answer(
            "<Root><ResponseStatus><Status>FAILED</Status><Status>outo viesti</Status></ResponseStatus></Root>"
        )
        self.assertEqual((got.outcome, got.text), ("rejected", "outo viesti"))

    def test_unknown_status_is_kept(self):
        got = answer("<Root><ResponseStatus><Status>PENDING</Status></ResponseStatus></Root>", safe=False)
        self.assertEqual((got.outcome, got.text), ("unknown", "PENDING"))

    def test_control_characters(self):
        body = ok("<Customerlist><Customer><Name>a&#x2;b&#31;\x02c&#9;d</Name></Customer></Customerlist>")
        got = answer(body)
        self.assertEqual(rows(got, "CustomerList", "Customer")[0].text("Name"), "abc\td")
        self.assertFalse(got.malformed)

    def test_encodings(self):
        text = ok("<Customerlist><Customer><Name>Käyttö €</Name></Customer></Customerlist>")
        for declaration, encoding in (
            ('<?xml version="1.0" encoding="utf-8"?>', "utf-8"),
            ('<?xml version="1.0" encoding="utf-8"?>', "iso-8859-15"),  # a lie
            ('<?xml version="1.0" encoding="iso-8859-15"?>', "iso-8859-15"),
            ("", "utf-8-sig"),
            ("", "iso-8859-15"),
            ("\r\n ", "utf-8"),
        ):
            with self.subTest(declaration, encoding=encoding):
                got = answer((declaration + text).encode(encoding))
                self.assertEqual(rows(got, "Customerlist", "Customer")[0].text("Name"), "Käyttö €")

    def test_captures(self):
        got = fixture("AuthenticationFailed", "customerlist.nv")
        self.assertEqual((got.outcome, got.code), ("config", "AUTHENTICATION_FAILED"))
        self.assertEqual(got.text, "Integraatiokumppania ei löydy, katso dokumentaatio")
        self.assertFalse(got.malformed)
        for name in ("CustomerCreate", "ProductCreate", "SalesInvoiceCreate"):
            self.assertEqual(fixture(name, "x.nv", safe=False).key, 8)
        for name in ("CustomerEdit", "SalesInvoiceEdit", "SalesInvoiceMatchCreditNote"):
            got = fixture(name, "x.nv", safe=False)
            self.assertEqual((got.outcome, got.key), ("ok", None))

    def test_capture_that_is_not_well_formed(self):
        """The real authentication error holds bare ampersands and a second separator."""
        got = fixture("AuthenticationFailed_uri_method", "customerlist.nv")
        self.assertEqual((got.outcome, got.code, got.malformed), ("config", "AUTHENTICATION_FAILED", True))
        self.assertTrue(got.text.startswith("URI-metodi ei kelpaa, katso dokumentaatio."))
        self.assertIn("customerlist.nv&Demokäyttäjä Avanio&", got.text)
        self.assertTrue(got.text.endswith(" :: F634424F4C3F10A28CEFB39AD20896F6E10CAD5F023FA4748469B70D37F8C00C"))
        self.assertIsNone(got.root)


class TestBroken(unittest.TestCase):
    def test_every_truncation_of_a_success_is_unknown(self):
        whole = ok(replies="<Replies><InsertedDataIdentifier>1802</InsertedDataIdentifier></Replies>").encode()
        for end in range(len(whole)):
            got = answer(whole[:end], safe=False)
            with self.subTest(end):
                self.assertEqual((got.outcome, got.key), ("unknown", None))
                self.assertEqual(got.body, whole[:end])

    def test_truncation_of_a_failure_keeps_the_code(self):
        whole = failed("INVALID_DATA", "Väärin").encode()
        cut = whole[: whole.index(b"<TimeStamp>")]
        got = answer(cut, safe=False)
        self.assertEqual((got.outcome, got.code, got.text), ("rejected", "INVALID_DATA", "Väärin"))
        self.assertTrue(got.malformed)

    def test_broken_answer_that_claims_ok(self):
        got = answer(ok("<A>&</A>"), safe=False)
        self.assertEqual((got.outcome, got.malformed), ("unknown", True))

    def test_garbage(self):
        for body in (
            b"",
            b"\x00\x01\xff\xfe",
            b"null",
            b"{}",
            b"<",
            b"<a/><b/>",
            b"\xef\xbb\xbf",
            b"OK",
        ):
            with self.subTest(body):
                got = answer(body, safe=False)
                self.assertEqual((got.outcome, got.body), ("unknown", body))

    def test_web_page(self):
        page = "<!DOCTYPE html><html><head><style>p{}</style></head><body><h1>Huolto</h1> &amp; tauko</body></html>"
        got = answer(page, status=502, safe=False)
        self.assertEqual((got.outcome, got.text), ("unknown", "Huolto & tauko"))
        got = answer("<html>" + "sana " * 5000 + "</html>", status=500)
        self.assertLessEqual(len(got.text), 500)

    def test_document_types_and_entities_are_refused(self):
        bomb = (
            '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
            "<Root><ResponseStatus><Status>OK</Status></ResponseStatus><X>&b;</X></Root>"
        )
        file = (
            '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
            "<Root><ResponseStatus><Status>OK</Status></ResponseStatus><X>&f;</X></Root>"
        )
        for body in (bomb, file):
            self.assertIsNone(parse(body.encode()))
            self.assertEqual(answer(body, safe=False).outcome, "unknown")


class TestNode(unittest.TestCase):
    def test_unreadable_values_are_kept(self):
        from netvisor.sales_invoice import parse_list

        got = answer(
            ok(
                "<SalesInvoiceList><SalesInvoice><NetvisorKey>5</NetvisorKey><Invoicedate>huomenna</Invoicedate>"
                "<InvoiceSum>paljon</InvoiceSum><InvoiceStatus substatus='uusi'>aivan uusi</InvoiceStatus>"
                "</SalesInvoice></SalesInvoiceList>"
            ),
            "salesinvoicelist.nv",
        )
        (row,) = parse_list(got)
        self.assertEqual((row.key, row.date, row.amount), (5, None, None))
        self.assertEqual(row.unreadable, (("Invoicedate", "huomenna"), ("InvoiceSum", "paljon")))
        self.assertEqual((row.status, row.substatus), ("aivan uusi", "uusi"))

    def test_namespaces_and_paths(self):
        node = Node(parse(b'<a xmlns="urn:x" xmlns:y="urn:y"><B y:Key="1"><c> t </c></B></a>'))
        self.assertEqual(node.text("b/C"), "t")
        self.assertEqual(node.attribute("key", "b"), "1")
        self.assertIsNone(node.text("b/d"))
        self.assertEqual(node.text("b/d", "x"), "x")
        self.assertEqual([child.name for child in node.children()], ["b"])

    def test_absence_needs_a_proof(self):
        """A list that failed, or lacks its element, is not an empty list."""
        for body, status in (
            (failed("TECHNICAL_ERROR"), 200),
            ("", 502),
            (ok(), 200),
            (ok("<ProductList/>"), 200),
        ):
            with self.subTest(body), self.assertRaises(ReadError):
                rows(answer(body, status=status), "Customerlist", "Customer")
        self.assertEqual(rows(answer(ok("<Customerlist/>")), "Customerlist", "Customer"), [])


if __name__ == "__main__":
    unittest.main()
