"""Sales invoices: stored, numbered, summed, booked, changed."""

import base64
import unittest
from decimal import Decimal

from sandbox_support import OTHER, InvoiceCase, attachment, invoice, line

from sandbox import arithmetic, pdf, references

PDF = base64.b64encode(b"%PDF-1.4 made up").decode()


class TestNumbers(InvoiceCase):
    def test_given_number(self):
        self.post(number=20260042)
        answer = self.post("DUPLICATE_DATA", number=20260042)
        self.assertIn("20260042", answer.text)
        self.assertTrue(self.stored()["number_given"])
        self.ok(
            "salesinvoice.nv",
            "method=add",
            invoice(self.customer(organisation=OTHER), number=20260042),
            organisation=OTHER,
        )

    def test_assigned_number_avoids_given_ones(self):
        self.post(number=1)
        self.post()
        self.post()
        self.assertEqual([item["number"] for item in self.state["invoices"]], [1, 2, 3])

    def test_reference_is_invented_when_absent(self):
        self.post(number=20260042)
        stored = self.stored()
        self.assertTrue(stored["reference_invented"])
        self.assertEqual(stored["reference"], "202600428")
        self.post(number=20260043, reference="202600431")
        self.assertFalse(self.stored(20260043)["reference_invented"])

    def test_method_may_be_left_out(self):
        self.post(query="")
        self.post("INVALID_DATA", query="method=replace")

    def test_references(self):
        for good in ("1070", "202600428", "2026000011", "RF332348236"):
            self.assertTrue(references.is_reference(good), good)
        for bad in ("1071", "107", "", "RF342348236", "rf332348236", "1" * 21):
            self.assertFalse(references.is_reference(bad), bad)


class TestSums(InvoiceCase):
    def test_line_arithmetic(self):
        d = Decimal
        for arguments, expected in (
            (("100", "2", "0", "25.5", False), ("200.00", "51.00", "251.00")),
            (("6.90", "2", "0", "22", False), ("13.80", "3.04", "16.84")),
            (("0.333", "3", "0", "25.5", False), ("1.00", "0.26", "1.26")),
            (("10", "-1", "0", "14", False), ("-10.00", "-1.40", "-11.40")),
            (("99.99", "1", "33.33", "25.5", False), ("66.66", "17.00", "83.66")),
            (("125.50", "2", "0", "25.5", True), ("200.00", "51.00", "251.00")),
            (("10", "1", "0", "13.5", True), ("8.81", "1.19", "10.00")),
            (("0.01", "1", "0", "50", False), ("0.01", "0.01", "0.02")),
            (("10", "1", "100", "25.5", False), ("0.00", "0.00", "0.00")),
        ):
            price, quantity, discount, percent, gross = arguments
            result = arithmetic.line(d(price), d(quantity), d(discount), d(percent), gross)
            self.assertEqual(result, tuple(map(d, expected)), arguments)

    def test_total_must_agree(self):
        answer = self.post("INVALID_DATA", amount="251,01")
        self.assertIn("251,01", answer.text)
        self.assertIn("251,00", answer.text)
        self.sandbox.set(strict_total=False)
        self.post(amount="251,01")
        stored = self.stored()
        self.assertEqual((stored["amount"], stored["computed"]), ("251.01", "251.00"))
        self.assertIn("251.01", self.state["warnings"][0])

    def test_empty_total_is_computed(self):
        self.post(amount="")
        self.assertEqual((self.stored()["amount"], self.stored()["amount_given"]), ("251.00", None))

    def test_given_line_sums_are_taken(self):
        sums = (
            "<salesinvoiceproductlinevatsum>50,99</salesinvoiceproductlinevatsum>"
            "<salesinvoiceproductlinesum>250,99</salesinvoiceproductlinesum>"
        )
        self.post(amount="250,99", lines=line(before=sums))
        item = self.stored()["lines"][0]
        self.assertEqual((item["net"], item["vat"], item["gross"]), ("200.00", "50.99", "250.99"))
        self.assertTrue(item["sums_given"])

    def test_sums_per_rate(self):
        lines = line() + line(percent="13,5") + line(percent="25,5", price="1") + line(code="NONE", percent="0")
        self.post(amount="680,51", lines=lines)
        table = {(row["code"], row["percent"]): (row["net"], row["vat"], row["gross"]) for row in self.stored()["vat"]}
        self.assertEqual(
            table,
            {
                ("KOMY", "13.5"): ("200.00", "27.00", "227.00"),
                ("KOMY", "25.5"): ("202.00", "51.51", "253.51"),
                ("NONE", "0"): ("200.00", "0.00", "200.00"),
            },
        )

    def test_discount(self):
        discount = "<salesinvoiceproductlinediscountpercentage>10</salesinvoiceproductlinediscountpercentage>"
        self.post(amount="225,90", lines=line(before=discount))
        self.post("INVALID_DATA", lines=line(before=discount.replace("10", "101")))

    def test_currency(self):
        self.post(amount_attributes='iso4217currencycode="SEK" currencyrate="11,20"')
        stored = self.stored()
        self.assertEqual(
            (stored["currency"], stored["currency_rate"], stored["amount"]),
            ("SEK", "11.20", "251.00"),
        )
        row = self.ok("salesinvoicelist.nv", "replyoption=2").root.find(".//SalesInvoice")
        self.assertEqual(row.findtext("InvoiceSum"), "22,41")
        foreign = row.find("AdditionalInformation/InvoiceCurrencySum")
        self.assertEqual((foreign.text, foreign.get("currencycode")), ("251,00", "SEK"))


class TestVouchers(InvoiceCase):
    def voucher(self):
        return self.state["vouchers"][-1]

    def assert_balanced(self, voucher):
        self.assertEqual(sum(Decimal(row["sum"]) for row in voucher["lines"]), 0)

    def test_open_forms_a_voucher_and_unsent_does_not(self):
        self.post(status="unsent")
        self.assertEqual(self.state["vouchers"], [])
        self.post(event="2026-01-31")
        voucher = self.voucher()
        self.assert_balanced(voucher)
        self.assertEqual(voucher["date"], "2026-01-31")
        rows = [(row["account"], row["sum"]) for row in voucher["lines"]]
        self.assertEqual(rows, [("1701", "251.00"), ("3000", "-200.00"), ("2939", "-51.00")])

    def test_currency_is_booked_in_euros(self):
        lines = line(price="33,33") + line(price="66,67", percent="13,5")
        self.post(
            amount="235,00",
            lines=lines,
            amount_attributes='iso4217currencycode="SEK" currencyrate="11,17"',
        )
        self.assert_balanced(self.voucher())
        self.assertEqual(self.voucher()["lines"][0]["sum"], "21.04")

    def test_credit_note(self):
        self.post(amount="-251,00", lines=line(quantity="-2"))
        self.assertEqual(self.voucher()["lines"][0]["sum"], "-251.00")

    def test_other_receivables_account(self):
        other = "<overridevouchersalesreceivablesaccountnumber>1702</overridevouchersalesreceivablesaccountnumber>"
        self.post(middle=other)
        self.assertEqual(self.voucher()["lines"][0]["account"], "1702")
        self.post("INVALID_DATA", middle=other.replace("1702", "9999"))


class TestEdit(InvoiceCase):
    def edit(self, key, code="OK", **values):
        return self.post(code, query=f"method=edit&id={key}", **values)

    def test_replaces_everything(self):
        key = self.post(number=5, status="unsent", comment_text="marker", after=attachment(PDF)).key
        answer = self.edit(key, amount="125,50", lines=line(quantity="1"), status="unsent")
        self.assertIsNone(answer.key)
        stored = self.stored()
        self.assertEqual(
            (stored["key"], stored["number"], stored["amount"], stored["edits"]),
            (key, 5, "125.50", 1),
        )
        self.assertIsNone(stored["private_comment"])
        self.assertEqual(stored["attachments"], [])

    def test_own_number_is_no_duplicate(self):
        key = self.post(number=5).key
        self.post(number=6)
        self.edit(key, number=5)
        self.edit(key, "DUPLICATE_DATA", number=6)
        self.edit(4711, "INVALID_DATA", number=7)

    def test_voucher_is_formed_anew(self):
        key = self.post().key
        self.edit(key, amount="125,50", lines=line(quantity="1"))
        self.assertEqual([row["status"] for row in self.state["vouchers"]], ["invalidated", "valid"])
        self.assertEqual(self.stored()["voucher"], self.state["vouchers"][1]["key"])

    def test_patch_when_told_so(self):
        key = self.post(number=5, comment_text="marker", after=attachment(PDF)).key
        self.sandbox.set(edit_replaces=False)
        body = "<root><salesinvoice><salesinvoiceyourreference>PO</salesinvoiceyourreference></salesinvoice></root>"
        self.ok("salesinvoice.nv", f"method=edit&id={key}", body)
        stored = self.stored()
        self.assertEqual((stored["your_reference"], stored["private_comment"]), ("PO", "marker"))
        self.assertEqual((stored["amount"], len(stored["attachments"])), ("251.00", 1))


class TestAttachments(InvoiceCase):
    def test_kept_and_given_back(self):
        key = self.post(after=attachment(PDF, "lasku.pdf", "<printbydefault>0</printbydefault>")).key
        meta = self.stored()["attachments"][0]
        self.assertEqual((meta["filename"], meta["size"], meta["is_pdf"]), ("lasku.pdf", 16, True))
        self.assertFalse(meta["print_by_default"])
        answer = self.ok("getsalesinvoice.nv", f"netvisorkey={key}&includeattachments=1")
        data = answer.find("SalesInvoice/SalesInvoiceAttachments/SalesInvoiceAttachment/DocumentData")
        self.assertEqual(data, PDF)
        self.assertIsNone(self.ok("getsalesinvoice.nv", f"netvisorkey={key}").find(".//SalesInvoiceAttachments"))

    def test_large_file(self):
        data = base64.b64encode(b"%PDF-" + bytes(12_000_000)).decode()
        self.post(after=attachment(data))
        self.assertEqual(self.stored()["attachments"][0]["size"], 12_000_005)

    def test_own_pdf(self):
        key = self.post().key
        answer = self.ok("getsalesinvoice.nv", f"netvisorkey={key}&pdfimage=pdf")
        content = base64.b64decode(answer.find("SalesInvoice/LastSentInvoicePDFBase64Data"))
        self.assertTrue(content.startswith(b"%PDF-1.4"))
        self.assertTrue(pdf.write(["(a) \\ €"]).endswith(b"%%EOF\n"))
        self.refused("INVALID_DATA", "getsalesinvoice.nv", f"netvisorkey={key}&pdfimage=png")


if __name__ == "__main__":
    unittest.main()
