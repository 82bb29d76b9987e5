"""Sales invoices read back: lists, filters, and the irregular forms of getsalesinvoice."""

import unittest

from sandbox_support import InvoiceCase, comment, line

from sandbox import references


class TestReading(InvoiceCase):
    def test_one_invoice(self):
        lines = line(
            dimensions="<dimension><dimensionname>Projekti</dimensionname>"
            "<dimensionitem>P-17</dimensionitem></dimension>"
        ) + comment("Viikko 5")
        lines += line(code="NONE", percent="0")
        key = self.post(number=7, amount="451,00", lines=lines, comment_text="INV/7 x", due="2999-01-01").key
        answer = self.ok("getsalesinvoice.nv", f"netvisorkey={key}", Language="FI")
        root = answer.root.find("SalesInvoice")
        for name, text in {
            "SalesInvoiceNumber": "7",
            "SalesInvoiceDate": "2026-02-02",
            "SalesInvoiceAmount": "451,00",
            "InvoiceStatus": "Avoin",
            "SalesInvoicePrivateComment": "INV/7 x",
            "InvoicingCustomerName": "Pihlajan Puutyö Oy",
            "InvoicingCustomerAddressline": "Sahakatu 3",
            "InvoicingCustomerPostnumber": "33100",
            "InvoicingCustomerCountryCode": "Finland",
            "MatchPartialPaymentsByDefault": "Ei",
        }.items():
            self.assertEqual(root.findtext(name), text, name)
        self.assertTrue(references.is_reference(root.findtext("SalesInvoiceReferencenumber")))
        self.assertEqual(root.find("InvoiceStatus").get("status"), "open")
        self.assertEqual(root.find("InvoicingCustomerCountryCode").get("ISO-3166"), "FI")
        self.assertEqual(len(root.findall("InvoiceLines/InvoiceLine")), 1)
        products = root.findall("InvoiceLines/InvoiceLine/SalesInvoiceProductLine")
        self.assertEqual(len(products), 2)
        self.assertIsNotNone(products[0].find("productidentifier"))
        self.assertEqual(products[0].findtext("ProductUnitPrice"), "100,0000")
        self.assertEqual(products[0].findtext("AccountingAccountSuggestionAccountNumber"), "3000")
        self.assertNotEqual(products[0].findtext("AccountingAccountSuggestion"), "3000")
        self.assertEqual(products[0].findtext("Dimension/DimensionItem"), "P-17")
        self.assertEqual(products[1].find("ProductVatPercentage").get("vatcode"), "-")
        self.assertEqual(root.findall(".//SalesInvoiceCommentLine"), [])
        shown = self.ok("getsalesinvoice.nv", f"netvisorkey={key}&showcommentlines=1").root
        self.assertEqual(shown.findtext(".//SalesInvoiceCommentLine/Comment"), "Viikko 5")

    def test_single_and_list_form(self):
        keys = [self.post().key, self.post().key]
        answer = self.ok("getsalesinvoice.nv", f"netvisorkeylist={keys[0]},{keys[1]},4711")
        self.assertEqual(len(answer.root.findall("SalesInvoices/SalesInvoice")), 2)
        one = self.ok("getsalesinvoice.nv", f"netvisorkeylist={keys[0]}")
        self.assertIsNotNone(one.root.find("SalesInvoice/SalesInvoiceNumber"))
        self.assertIn(b"<SalesInvoice />", self.ok("getsalesinvoice.nv", "netvisorkey=4711").body)
        self.assertIn(
            b"<SalesInvoice />",
            self.ok("getorder.nv", f"netvisorkey={keys[0]}").body.replace(b"SalesOrder", b"SalesInvoice"),
        )

    def rows(self, query):
        root = self.ok("salesinvoicelist.nv", query).root
        return [int(node.text) for node in root.iter("InvoiceNumber")]

    def test_list_row(self):
        self.post(number=7, comment_text="INV/7 x", due="2026-02-16")
        row = self.ok("salesinvoicelist.nv").root.find("SalesInvoiceList/SalesInvoice")
        self.assertEqual(
            [child.tag for child in row],
            [
                "NetvisorKey",
                "InvoiceNumber",
                "Invoicedate",
                "InvoiceDueDate",
                "InvoiceStatus",
                "CustomerNetvisorKey",
                "CustomerCode",
                "CustomerName",
                "ReferenceNumber",
                "InvoiceSum",
                "OpenSum",
                "Uri",
            ],
        )
        self.assertEqual(row.find("InvoiceStatus").text, "open")
        self.assertEqual(row.find("InvoiceStatus").get("substatus"), "overdue")
        for option, present in ((1, True), (2, False), (3, True)):
            root = self.ok("salesinvoicelist.nv", f"replyoption={option}").root
            self.assertEqual(root.find(".//PrivateComment") is not None, present)
        self.refused("INVALID_DATA", "salesinvoicelist.nv", "replyoption=4")

    def test_filters(self):
        other = self.customer("Toinen", "2")
        self.post(number=1, date="2026-01-15", due="2999-01-01")
        self.post(number=2, status="unsent")
        self.invoice(other, number=3)
        self.post(number=4, invoice_type="order", status="undelivered")
        for query, numbers in {
            "": [1, 2, 3],
            "listtype=preinvoice": [4],
            "invoicenumber=2": [2],
            "invoicenumber=99": [],
            "begininvoicedate=2026-02-01": [2, 3],
            "endinvoicedate=2026-01-31": [1],
            "invoicestatus=unsent": [2],
            "invoicestatus=overdue": [3],
            "invoicestatus=open": [1, 3],
            "customercode=2": [3],
            f"customernetvisorkey={self.key}": [1, 2],
            "invoicingcustomercountrycode=FI": [1, 2, 3],
            "secondname=x": [],
            "salesinvoicebatchid=1": [],
            "lastmodifiedstart=2100-01-01T00:00:00": [],
            "lastmodifiedend=2000-01-01": [],
            "lastmodifiedstart=2000-01-01T00:00:00&lastmodifiedend=2100-01-01T00:00:00": [1, 2, 3],
            "lastmodifiedstart=2000-01-01&lastmodifiedend=2100-01-01&includemodifiedpayments=1": [],
        }.items():
            self.assertEqual(self.rows(query), numbers, query)
        first = self.state["invoices"][0]["key"]
        self.assertEqual(self.rows(f"invoicesabovenetvisorkey={first}"), [2, 3])
        for query in ("invoicestatus=late", "invoicenumber=INV/1", "begininvoicedate=soon"):
            self.refused("INVALID_DATA", "salesinvoicelist.nv", query)

    def test_at_most_500_rows(self):
        for number in range(1, 504):
            self.post(number=number)
        first = self.ok("salesinvoicelist.nv").root.findall(".//NetvisorKey")
        self.assertEqual(len(first), 500)
        self.assertEqual(self.rows(f"invoicesabovenetvisorkey={first[-1].text}"), [501, 502, 503])

    def test_empty_list(self):
        self.assertIn(b"<SalesInvoiceList />", self.ok("salesinvoicelist.nv").body)


if __name__ == "__main__":
    unittest.main()
