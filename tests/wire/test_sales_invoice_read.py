"""Sales invoices as Netvisor gives them back."""

import unittest
from datetime import date, datetime
from decimal import Decimal

from wire_support import answer, fixture, ok

from netvisor import ReadError, SchemaError, is_not_found
from netvisor.sales_invoice import (
    Attachment,
    CommentLine,
    Dimension,
    InvoiceRow,
    ReceivedInvoice,
    ReceivedLine,
    get_request,
    list_request,
    parse_get,
    parse_list,
)

LINES = (
    ReceivedLine(
        product_code="OMENA",
        name="Omena",
        unit_price=Decimal("6.9"),
        vat_percent=Decimal(22),
        vat_code="KOMY",
        quantity=Decimal(2),
        discount=Decimal(0),
        text="",
        vat_sum=Decimal("3.04"),
        line_sum=Decimal("16.84"),
        account_key=551,
    ),
    ReceivedLine(
        product_code="BANAANI",
        name="Banaani",
        unit_price=Decimal("2.49"),
        vat_percent=Decimal(22),
        vat_code="KOMY",
        quantity=Decimal(1),
        discount=Decimal(0),
        text="",
        vat_sum=Decimal("0.5478"),
        line_sum=Decimal("3.0378"),
        account_key=551,
    ),
)
INVOICE = ReceivedInvoice(
    number="3",
    date=date(2012, 1, 27),
    event_date=date(2008, 12, 1),
    due_date=date(2023, 6, 6),
    value_date=date(2008, 12, 1),
    delivery_date=date(2012, 1, 27),
    reference="1070",
    amount=Decimal("244.12"),
    currency="EUR",
    currency_rate=Decimal(1),
    seller_name="Jarmo",
    status="unsent",
    status_text="Unsent",
    text_before="",
    text_after="",
    our_reference="",
    your_reference="",
    private_comment="",
    invoicing_name="Matti Mallikas",
    invoicing_address="Pajukuja 1",
    invoicing_postcode="53100",
    invoicing_town="Lappeenranta",
    invoicing_country="FI",
    expect_partial_payments=False,
    delivery_name="Netvisor Oy",
    delivery_address="Snelmanninkatu 12",
    delivery_postcode="53100",
    delivery_town="LPR",
    delivery_country="FINLAND",
    delivery_method="",
    delivery_term="",
    payment_term_days=14,
    cash_discount_days=5,
    cash_discount=Decimal(9),
    lines=LINES,
)
URI = "https://koulutus.netvisor.fi/getsalesinvoice.nv?netvisorkey="
#: Our own, after the specification: what the captures do not show.
NEWER = ok(
    """
    <SalesInvoice>
      <SalesInvoiceNetvisorKey>598</SalesInvoiceNetvisorKey><SalesInvoiceNumber>20260042</SalesInvoiceNumber>
      <SalesInvoiceAmount iso4217currencycode="SEK" currencyrate="11,2">560,1</SalesInvoiceAmount>
      <ForeignCurrencyAmount>6273,12</ForeignCurrencyAmount>
      <InvoiceStatus status="jokin uusi">Avoin</InvoiceStatus><InvoiceVoucher netvisorkey="9001" />
      <SalesInvoicePrivateComment>INV/2026/00042 6f1c</SalesInvoicePrivateComment>
      <InvoicingCustomerCode>10045</InvoicingCustomerCode>
      <InvoicingCustomerNetvisorKey>1000</InvoicingCustomerNetvisorKey>
      <InvoicingCustomerOrganizationIdentifier>2345678-9</InvoicingCustomerOrganizationIdentifier>
      <MatchPartialPaymentsByDefault>Kyllä</MatchPartialPaymentsByDefault>
      <CreditedInvoiceNetvisorKey>590</CreditedInvoiceNetvisorKey>
      <InvoiceLines><InvoiceLine>
        <SalesInvoiceCommentLine><Comment>Ensin</Comment></SalesInvoiceCommentLine>
        <SalesInvoiceProductLine><NetvisorKey>3301</NetvisorKey>
          <productidentifier type="customer">ODOO</productidentifier>
          <ProductNetvisorKey>210</ProductNetvisorKey><ProductVatPercentage vatcode="-">0</ProductVatPercentage>
          <SalesInvoiceProductLineUnit>h</SalesInvoiceProductLineUnit>
          <SalesInvoiceProductLineDeliveryDate format="ansi">2026-01-30</SalesInvoiceProductLineDeliveryDate>
          <AccountingAccountSuggestion>551</AccountingAccountSuggestion>
          <AccountingAccountSuggestionAccountNumber>3000</AccountingAccountSuggestionAccountNumber>
          <Dimension><DimensionName>Projekti</DimensionName><DimensionItem>P-17</DimensionItem></Dimension>
          <Dimension><DimensionName>Tiimi</DimensionName><DimensionItem/></Dimension></SalesInvoiceProductLine>
        <SalesInvoiceCommentLine><Comment>Viikko 5</Comment></SalesInvoiceCommentLine>
        <SalesInvoiceProductLine>
          <ProductVatPercentage vatcode="KÄVE">ei mitään</ProductVatPercentage></SalesInvoiceProductLine>
      </InvoiceLine></InvoiceLines>
      <SalesInvoiceAttachments><SalesInvoiceAttachment><MimeType>application/pdf</MimeType>
        <AttachmentDescription>Lasku</AttachmentDescription><FileName>a.pdf</FileName>
        <DocumentData>JVBERg==</DocumentData></SalesInvoiceAttachment></SalesInvoiceAttachments>
    </SalesInvoice>"""
)


class TestList(unittest.TestCase):
    def test_capture(self):
        rows = parse_list(fixture("SalesInvoiceList", "salesinvoicelist.nv"))
        same = {"reference": "1070", "amount": Decimal("123.45"), "open_amount": Decimal("45.67")}
        self.assertEqual(
            rows,
            (
                InvoiceRow(
                    key=165,
                    number="5",
                    date=date(2013, 11, 9),
                    status="open",
                    substatus="overdue",
                    customer_code="MM",
                    customer_name="Matti Meikäläinen",
                    uri=URI + "165",
                    **same,
                ),
                InvoiceRow(
                    key=166,
                    number="6",
                    date=date(2015, 4, 29),
                    status="unsent",
                    customer_name="Matti Meikäläinen",
                    uri=URI + "166",
                    **same,
                ),
            ),
        )

    def test_empty_and_orders(self):
        self.assertEqual(parse_list(fixture("SalesInvoiceListEmpty", "salesinvoicelist.nv")), ())
        (row,) = parse_list(fixture("SalesInvoiceListPreinvoice", "salesinvoicelist.nv"))
        self.assertEqual((row.key, row.status, row.substatus), (165, "open", ""))

    def test_newer_elements(self):
        body = ok(
            "<SalesInvoiceList><SalesInvoice><NetvisorKey>598</NetvisorKey><InvoiceNumber>20260042</InvoiceNumber>"
            '<Invoicedate format="ansi">2.2.2026</Invoicedate><InvoiceDueDate format="ansi">2026-02-16</InvoiceDueDate>'
            '<InvoiceStatus substatus="overdue" isincollection="1">open</InvoiceStatus>'
            "<CustomerNetvisorKey>1000</CustomerNetvisorKey><InvoiceSum>1\u00a0251,00</InvoiceSum><OpenSum>125.5</OpenSum>"
            "<AdditionalInformation><PrivateComment>INV/2026/00042 6f1c</PrivateComment></AdditionalInformation>"
            '<InvoiceCurrencySum currencycode="SEK" type="x">14000,00</InvoiceCurrencySum>'
            "<OpenCurrencySum>1,00</OpenCurrencySum></SalesInvoice></SalesInvoiceList>"
        )
        self.assertEqual(
            parse_list(answer(body, "salesinvoicelist.nv")),
            (
                InvoiceRow(
                    key=598,
                    number="20260042",
                    date=date(2026, 2, 2),
                    due_date=date(2026, 2, 16),
                    status="open",
                    substatus="overdue",
                    in_collection=True,
                    customer_key=1000,
                    amount=Decimal(1251),
                    open_amount=Decimal("125.5"),
                    private_comment="INV/2026/00042 6f1c",
                    currency_amount=Decimal(14000),
                    open_currency_amount=Decimal(1),
                    currency="SEK",
                ),
            ),
        )


class TestGet(unittest.TestCase):
    def test_capture(self):
        self.assertEqual(parse_get(fixture("GetSalesInvoice", "getsalesinvoice.nv")), (INVOICE,))

    def test_several(self):
        first, second = parse_get(fixture("GetSalesInvoiceList", "getsalesinvoice.nv"))
        self.assertEqual(first, INVOICE)
        self.assertEqual((second.number, second.invoicing_name, len(second.lines)), ("4", "Matti Mallikas 2", 2))

    def test_minimal(self):
        (got,) = parse_get(fixture("GetSalesInvoiceMinimal", "getsalesinvoice.nv"))
        self.assertEqual((got.number, got.amount, got.due_date), ("3", Decimal(244), date(2012, 2, 11)))
        self.assertEqual((got.payment_term_days, got.cash_discount, got.currency), (None, None, None))
        self.assertEqual(got.unreadable, ())
        (line,) = got.lines
        self.assertEqual((line.name, line.account_key, line.account), ("Omena", None, None))

    def test_not_found(self):
        got = fixture("GetSalesInvoiceNotFound", "getsalesinvoice.nv")
        self.assertTrue(is_not_found(got))
        self.assertEqual(parse_get(got), ())
        self.assertFalse(is_not_found(fixture("GetSalesInvoice", "getsalesinvoice.nv")))
        self.assertEqual(parse_get(answer(ok("<SalesInvoices />"), "getsalesinvoice.nv")), ())
        with self.assertRaises(ReadError):
            parse_get(answer(ok(), "getsalesinvoice.nv"))

    def test_single_form_of_a_list(self):
        """One key in a list is answered without the list around it; and a list may hold one."""
        single = NEWER
        listed = NEWER.replace("<SalesInvoice>", "<SalesInvoices><SalesInvoice>").replace(
            "</SalesInvoice>", "</SalesInvoice></SalesInvoices>"
        )
        for body in (single, listed):
            (got,) = parse_get(answer(body, "getsalesinvoice.nv"))
            self.assertEqual(got.key, 598)

    def test_newer_elements(self):
        (got,) = parse_get(answer(NEWER, "getsalesinvoice.nv"))
        self.assertEqual((got.key, got.number, got.voucher_key, got.credited_key), (598, "20260042", 9001, 590))
        self.assertEqual(
            (got.amount, got.currency, got.currency_rate),
            (Decimal("560.1"), "SEK", Decimal("11.2")),
        )
        self.assertEqual(got.foreign_amount, Decimal("6273.12"))
        self.assertEqual((got.status, got.status_text), ("jokin uusi", "Avoin"), "an unknown status is kept")
        self.assertEqual(got.private_comment, "INV/2026/00042 6f1c")
        self.assertEqual((got.customer_key, got.customer_code, got.business_id), (1000, "10045", "2345678-9"))
        self.assertIs(got.expect_partial_payments, True)
        self.assertEqual(got.attachments, (Attachment(description="Lasku", filename="a.pdf", data=b"%PDF"),))

    def test_lines_keep_their_order(self):
        (got,) = parse_get(answer(NEWER, "getsalesinvoice.nv"))
        first, second, third, fourth = got.lines
        self.assertEqual((first, third), (CommentLine("Ensin"), CommentLine("Viikko 5")))
        self.assertEqual((second.key, second.product_code, second.product_key), (3301, "ODOO", 210))
        self.assertEqual((second.vat_code, second.vat_percent), ("NONE", Decimal(0)))
        self.assertEqual((second.account, second.account_key), ("3000", 551))
        self.assertEqual((second.unit, second.delivery_date), ("h", date(2026, 1, 30)))
        self.assertEqual(second.dimensions, (Dimension("Projekti", "P-17"), Dimension("Tiimi", "")))
        self.assertEqual((fourth.vat_code, fourth.vat_percent), ("KAVE", None))
        self.assertEqual(fourth.unreadable, (("ProductVatPercentage", "ei mitään"),))

    def test_one_line_element_per_line(self):
        body = NEWER.replace(
            "</SalesInvoiceCommentLine>\n        <SalesInvoiceProductLine><NetvisorKey>",
            "</SalesInvoiceCommentLine></InvoiceLine><InvoiceLine><SalesInvoiceProductLine><NetvisorKey>",
        )
        self.assertNotEqual(body, NEWER)
        (got,) = parse_get(answer(body, "getsalesinvoice.nv"))
        self.assertEqual(len(got.lines), 4)


class TestRequests(unittest.TestCase):
    def test_list(self):
        self.assertEqual(list_request(private_comment=False).query, ())
        self.assertEqual(
            list_request(number=20260042).query,
            (("invoicenumber", "20260042"), ("replyoption", "1")),
        )
        self.assertEqual(list_request(currency=True).query, (("replyoption", "3"),))
        self.assertEqual(list_request(currency=True, private_comment=False).query, (("replyoption", "2"),))
        self.assertEqual(
            list_request(
                above_key=5,
                begin=date(2026, 1, 1),
                end=date(2026, 1, 31),
                status="open",
                modified_start=datetime(2026, 1, 1, 2, 3, 4),  # noqa: DTZ001
                modified_end=datetime(2026, 1, 2, 2, 3, 4),  # noqa: DTZ001
                customer_code="10045",
                customer_key=1000,
                modified_payments=True,
                orders=True,
            ).query,
            (
                ("listtype", "preinvoice"),
                ("invoicesabovenetvisorkey", "5"),
                ("begininvoicedate", "2026-01-01"),
                ("endinvoicedate", "2026-01-31"),
                ("invoicestatus", "open"),
                ("lastmodifiedstart", "2026-01-01T02:03:04"),
                ("lastmodifiedend", "2026-01-02T02:03:04"),
                ("customercode", "10045"),
                ("customernetvisorkey", "1000"),
                ("replyoption", "1"),
                ("includemodifiedpayments", "1"),
            ),
        )
        for options in (
            {"status": "sent"},
            {"begin": "2026-01-01"},
            {"above_key": "5"},
            {"number": ""},
        ):
            with self.subTest(options), self.assertRaises(SchemaError):
                list_request(**options)

    def test_get(self):
        self.assertEqual(
            get_request(598).query,
            (("netvisorkey", "598"), ("pdfimage", "nopdf"), ("showcommentlines", "1")),
        )
        self.assertEqual(
            get_request((598, 612), pdf=None, comment_lines=None, reply_option=32).query,
            (("netvisorkeylist", "598,612"), ("replyoption", "32")),
        )
        self.assertTrue(get_request(1).safe)
        for keys in ((), range(501), ["1"]):
            with self.assertRaises(SchemaError):
                get_request(keys)


if __name__ == "__main__":
    unittest.main()
