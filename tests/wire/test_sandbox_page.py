"""The page: everything from outside is escaped, nothing but PDFs is shown in the browser."""

import base64
import http.client
import unittest
import urllib.parse

from sandbox_support import OTHER, Case, attachment, comment, customer, invoice, line

EVIL = "<script>alert(1)</script>\"'"


class TestPage(Case):
    def get(self, path="/", method="GET"):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.sandbox.url).netloc, timeout=10)
        self.addCleanup(connection.close)
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read(), response.headers

    def fill(self):
        escaped = EVIL.replace("<", "&lt;").replace(">", "&gt;")
        key = self.ok("customer.nv", "method=add", customer(escaped, "10045")).key
        dimension = (
            f"<dimension><dimensionname>{escaped}</dimensionname><dimensionitem>{escaped}</dimensionitem></dimension>"
        )
        lines = line(dimensions=dimension).replace("Asennustyö", escaped) + comment(escaped)
        content = base64.b64encode(b"%PDF-1.4 x").decode()
        page = base64.b64encode(b"<html>").decode()
        files = attachment(content, "lasku.pdf")[: -len("</salesinvoiceattachments>")]
        files += attachment(page, "a&quot;b\r\n.html")[len("<salesinvoiceattachments>") :]
        return self.invoice(key, lines=lines, number=5, comment_text=escaped, after=files)

    def test_sections(self):
        key = self.fill()
        for path in (
            "/",
            f"/?section=invoices&key={key}",
            "/?section=customers",
            "/?section=vouchers",
            "/?section=dimensions",
            "/?section=products",
            "/?section=calls",
            "/?section=nothing",
            "/?key=4711",
        ):
            status, body, headers = self.get(path)
            self.assertEqual(status, 200, path)
            self.assertNotIn(b"<script", body, path)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertNotIn(b"http://", body)
            self.assertNotIn(b"https://", body)
        body = self.get(f"/?section=invoices&key={key}")[1].decode()
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", body)
        self.assertIn("251,00 EUR", body)

    def test_parameters_are_escaped(self):
        for name in ("lang", "section", "organisation", "key", "below"):
            body = self.get(f"/?{name}=%22%3E%3Cscript%3E")[1]
            self.assertNotIn(b"<script>", body)

    def test_finnish(self):
        self.assertIn("Tuotteet", self.get("/?lang=fi")[1].decode())
        self.assertIn("Products", self.get("/")[1].decode())

    def test_dimensions_and_voucher_types(self):
        self.fill()
        self.sandbox.user("dimension_add", name="Alue")
        top = self.sandbox.user("item_add", dimension="Alue", item="Etelä")
        self.sandbox.user("item_add", dimension="Alue", item="Espoo", father=top, hidden=True)
        body = self.get("/?section=dimensions&lang=fi")[1].decode()
        for words in ("Laskentakohteet (3)", "Espoo", "Ylempi kohde", "Piilotettu", "Tositelajit (12)", "Myyntilasku"):
            self.assertIn(words, body)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", body)

    def test_other_company(self):
        self.fill()
        self.assertIn("Nothing here yet", self.get(f"/?organisation={OTHER}")[1].decode())

    def test_files(self):
        key = self.fill()
        status, body, headers = self.get(f"/attachment?key={key}&place=0")
        self.assertEqual((status, headers["Content-Type"], body), (200, "application/pdf", b"%PDF-1.4 x"))
        status, body, headers = self.get(f"/attachment?key={key}&place=1")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/octet-stream"))
        self.assertTrue(headers["Content-Disposition"].startswith('attachment; filename="a_b'))
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        for path in (
            f"/attachment?key={key}&place=2",
            "/attachment",
            "/attachment?key=1&place=0",
            "/nothing",
        ):
            self.assertEqual(self.get(path)[0], 404)
        self.assertEqual(self.get("/", "POST")[0], 405)

    def test_older_rows(self):
        key = self.customer()
        for number in range(1, 106):
            self.ok("salesinvoice.nv", "method=add", invoice(key, number=number))
        body = self.get("/")[1].decode()
        self.assertIn("Invoices (105)", body)
        self.assertIn("below=", body)


if __name__ == "__main__":
    unittest.main()
