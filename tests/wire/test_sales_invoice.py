"""Sales invoices and credit notes as they are sent."""

import dataclasses
import unittest
from base64 import b64decode
from datetime import date, datetime
from decimal import Decimal

from wire_support import official_problem, texts

from netvisor import SchemaError
from netvisor.credit_note_match import match
from netvisor.sales_invoice import (
    Attachment,
    CommentLine,
    Dimension,
    ProductLine,
    SalesInvoice,
    add,
    edit,
)

TOP = "salesinvoice/"
LINE = TOP + "invoicelines/invoiceline/salesinvoiceproductline/"

#: field, value, element, text. Written by hand from the specification.
FIELDS = (
    ("number", 20260042, "salesinvoicenumber", "20260042"),
    ("date", date(2026, 2, 2), "salesinvoicedate", "2026-02-02"),
    ("event_date", date(2026, 2, 3), "salesinvoiceeventdate", "2026-02-03"),
    ("due_date", date(2026, 2, 16), "salesinvoiceduedate", "2026-02-16"),
    ("value_date", date(2026, 2, 4), "salesinvoicevaluedate", "2026-02-04"),
    ("delivery_date", date(2026, 1, 31), "salesinvoicedeliverydate", "2026-01-31"),
    ("reference", "2026004203", "salesinvoicereferencenumber", "2026004203"),
    ("amount", Decimal("251.00"), "salesinvoiceamount", "251,00"),
    ("seller_name", "Matti", "sellername", "Matti"),
    ("invoice_type", "invoice", "invoicetype", "invoice"),
    ("status", "open", "salesinvoicestatus", "open"),
    ("text_before", "Ennen", "salesinvoicefreetextbeforelines", "Ennen"),
    ("text_after", "Jälkeen", "salesinvoicefreetextafterlines", "Jälkeen"),
    ("our_reference", "Me", "salesinvoiceourreference", "Me"),
    ("your_reference", "Te", "salesinvoiceyourreference", "Te"),
    ("private_comment", "INV/2026/00042 uuid", "salesinvoiceprivatecomment", "INV/2026/00042 uuid"),
    ("customer_key", 1000, "invoicingcustomeridentifier", "1000"),
    ("invoicing_name", "Pihlaja", "invoicingcustomername", "Pihlaja"),
    ("invoicing_name_extension", "Talous", "invoicingcustomernameextension", "Talous"),
    ("invoicing_address", "Sahakatu 3", "invoicingcustomeraddressline", "Sahakatu 3"),
    ("invoicing_address2", "C", "invoicingcustomeradditionaladdressline", "C"),
    ("invoicing_postcode", "33100", "invoicingcustomerpostnumber", "33100"),
    ("invoicing_town", "Tampere", "invoicingcustomertown", "Tampere"),
    ("invoicing_country", "FI", "invoicingcustomercountrycode", "FI"),
    ("delivery_name", "Varasto", "deliveryaddressname", "Varasto"),
    ("delivery_name_extension", "2", "deliveryaddressnameextension", "2"),
    ("delivery_address", "Satamatie 1", "deliveryaddressline", "Satamatie 1"),
    ("delivery_postcode", "90100", "deliveryaddresspostnumber", "90100"),
    ("delivery_town", "Oulu", "deliveryaddresstown", "Oulu"),
    ("delivery_country", "SE", "deliveryaddresscountrycode", "SE"),
    ("delivery_method", "Rahti", "deliverymethod", "Rahti"),
    ("delivery_term", "DAP", "deliveryterm", "DAP"),
    ("tax_handling", "countrygroup", "salesinvoicetaxhandlingtype", "countrygroup"),
    ("payment_term_days", 14, "paymenttermnetdays", "14"),
    ("cash_discount_days", 7, "paymenttermcashdiscountdays", "7"),
    ("cash_discount", Decimal("2.5"), "paymenttermcashdiscount", "2,5"),
    ("expect_partial_payments", True, "expectpartialpayments", "1"),
    ("receivable_account", "1701", "overridevouchersalesreceivablesaccountnumber", "1701"),
    ("agreement", "S-1", "salesinvoiceagreementidentifier", "S-1"),
    ("print_format", "2", "printchannelformat", "2"),
    ("overdue_interest", Decimal(8), "overriderateofoverdue", "8"),
    ("order_number", "PO-778", "ordernumber", "PO-778"),
)
LINE_FIELDS = (
    ("product_code", "ODOO", "productidentifier", "ODOO"),
    ("name", "Asennustyö", "productname", "Asennustyö"),
    ("unit_price", Decimal("100.00"), "productunitprice", "100,00"),
    ("purchase_price", Decimal("60.125"), "productunitpurchaseprice", "60,125"),
    ("vat_percent", Decimal("25.5"), "productvatpercentage", "25,5"),
    ("quantity", Decimal(2), "salesinvoiceproductlinequantity", "2"),
    ("discount", Decimal("12.5"), "salesinvoiceproductlinediscountpercentage", "12,5"),
    ("text", "Viikko 5", "salesinvoiceproductlinefreetext", "Viikko 5"),
    ("vat_sum", Decimal("51.00"), "salesinvoiceproductlinevatsum", "51,00"),
    ("line_sum", Decimal("251.00"), "salesinvoiceproductlinesum", "251,00"),
    ("inventory_key", 3, "salesinvoiceproductlineinventoryid", "3"),
    ("account", "3000", "accountingaccountsuggestion", "3000"),
    ("unit", "h", "productunitname", "h"),
    ("delivery_date", date(2026, 1, 30), "deliverydate", "2026-01-30"),
    ("order_number", "PO-9", "ordernumber", "PO-9"),
    ("account_dimension", "Hanke 7", "accountdimensiontext", "Hanke 7"),
)
PRODUCT_LINE = ProductLine(
    **{name: value for name, value, _element, _text in LINE_FIELDS},
    vat_code="KOMY",
    dimensions=(Dimension("Projekti", "P-17"), Dimension("Tiimi", "Etelä")),
)
ATTACHMENT = Attachment(description="Lasku", filename="lasku.pdf", data=b"%PDF-1.4\n\x00\xff")
FULL = SalesInvoice(
    **{name: value for name, value, _element, _text in FIELDS},
    lines=(PRODUCT_LINE,),
    attachments=(ATTACHMENT,),
)
MINIMAL = SalesInvoice(
    date=date(2026, 2, 2),
    due_date=date(2026, 2, 16),
    amount=Decimal("125.50"),
    customer_code="10045",
    lines=(
        ProductLine(
            name="Työ",
            unit_price=Decimal(100),
            vat_percent=Decimal("25.5"),
            vat_code="KOMY",
            quantity=Decimal(1),
        ),
    ),
)


def changed(invoice=MINIMAL, **changes):
    return dataclasses.replace(invoice, **changes)


def line(**changes):
    return changed(lines=(dataclasses.replace(MINIMAL.lines[0], **changes),))


class TestWrite(unittest.TestCase):
    def test_every_field_in_its_place(self):
        found = texts(add(FULL).body)
        for name, _value, element, expected in FIELDS:
            self.assertEqual(found.pop(TOP + element), expected, name)
        for name, _value, element, expected in LINE_FIELDS:
            self.assertEqual(found.pop(LINE + element), expected, name)
        attachment = TOP + "salesinvoiceattachments/salesinvoiceattachment/"
        self.assertEqual(b64decode(found.pop(attachment + "documentdata")), ATTACHMENT.data)
        self.assertEqual(
            found,
            {
                LINE + "dimension[1]/dimensionname": "Projekti",
                LINE + "dimension[1]/dimensionitem": "P-17",
                LINE + "dimension[2]/dimensionname": "Tiimi",
                LINE + "dimension[2]/dimensionitem": "Etelä",
                attachment + "mimetype": "application/pdf",
                attachment + "attachmentdescription": "Lasku",
                attachment + "filename": "lasku.pdf",
                attachment + "printbydefault": "0",
            },
        )

    def test_the_tables_above_are_complete(self):
        fields = {item.name for item in dataclasses.fields(SalesInvoice)}
        self.assertEqual(
            fields - {row[0] for row in FIELDS},
            {"currency", "currency_rate", "customer_code", "lines", "attachments"},
        )
        fields = {item.name for item in dataclasses.fields(ProductLine)}
        self.assertEqual(
            fields - {row[0] for row in LINE_FIELDS},
            {"product_key", "price_type", "vat_code", "dimensions"},
        )

    def test_one_field_changes_one_element(self):
        before = texts(add(MINIMAL).body)
        for name, value, element, expected in FIELDS:
            with self.subTest(name):
                after = texts(add(changed(**{name: value})).body)
                self.assertEqual(after.pop(TOP + element), expected)
                self.assertEqual(after, {key: text for key, text in before.items() if key != TOP + element})

    def test_official_schema(self):
        comment = CommentLine("Viikko 5")
        for name, invoice in {
            "full": FULL,
            "minimal": MINIMAL,
            "comments": changed(FULL, lines=(comment, PRODUCT_LINE, comment)),
            "key": line(product_key=210),
            "currency": changed(currency="SEK", currency_rate=Decimal("11.2")),
            "no total": changed(amount=""),
        }.items():
            for encoding in ("utf-8", "iso-8859-15"):
                with self.subTest(name):
                    self.assertIsNone(official_problem("salesinvoice", add(invoice, encoding).body, encoding))

    def test_attributes(self):
        body = add(FULL).body.decode()
        for part in (
            '<salesinvoicedate format="ansi">2026-02-02<',
            '<salesinvoiceduedate format="ansi">',
            '<salesinvoiceamount iso4217currencycode="EUR">251,00<',
            '<salesinvoicestatus type="netvisor">open<',
            '<invoicingcustomeridentifier type="netvisor">1000<',
            '<invoicingcustomercountrycode type="ISO-3166">FI<',
            '<paymenttermcashdiscount type="percentage">2,5<',
            '<printchannelformat type="netvisor">2<',
            '<productidentifier type="customer">ODOO<',
            '<productunitprice type="net">100,00<',
            '<productunitpurchaseprice type="net">',
            '<productvatpercentage vatcode="KOMY">25,5<',
            '<documentdata type="pdf">',
        ):
            self.assertIn(part, body)
        body = add(changed(print_format="Lasku", currency="SEK", currency_rate=Decimal("11.2"))).body.decode()
        self.assertIn('<printchannelformat type="customer">Lasku<', body)
        self.assertIn('iso4217currencycode="SEK" currencyrate="11,2">125,50<', body)
        self.assertIn('<invoicingcustomeridentifier type="customer">10045<', body)
        self.assertIn('<productidentifier type="customer"/>', body, "no code: a free line")
        body = add(line(product_key=210, product_code="X", price_type="gross")).body.decode()
        self.assertIn('<productidentifier type="netvisor">210<', body)
        self.assertIn('<productunitprice type="gross">', body)

    def test_order_of_the_lines_is_kept(self):
        lines = (
            CommentLine("a"),
            PRODUCT_LINE,
            CommentLine("b"),
            MINIMAL.lines[0],
            CommentLine("c"),
        )
        found = texts(add(changed(lines=lines)).body)
        where = TOP + "invoicelines/invoiceline[{}]/"
        self.assertEqual(found[where.format(1) + "salesinvoicecommentline/comment"], "a")
        self.assertEqual(found[where.format(2) + "salesinvoiceproductline/productname"], "Asennustyö")
        self.assertEqual(found[where.format(3) + "salesinvoicecommentline/comment"], "b")
        self.assertEqual(found[where.format(4) + "salesinvoiceproductline/productname"], "Työ")
        self.assertEqual(found[where.format(5) + "salesinvoicecommentline/comment"], "c")

    def test_credit_note(self):
        credit = changed(
            amount=Decimal("-125.50"),
            lines=(
                dataclasses.replace(
                    MINIMAL.lines[0],
                    quantity=Decimal(-1),
                    vat_sum=Decimal("-25.50"),
                    line_sum=Decimal("-125.50"),
                ),
            ),
        )
        body = add(credit).body
        self.assertIsNone(official_problem("salesinvoice", body))
        found = texts(body)
        self.assertEqual(found[TOP + "salesinvoiceamount"], "-125,50")
        self.assertEqual(found[LINE + "productunitprice"], "100")
        self.assertEqual(found[LINE + "salesinvoiceproductlinequantity"], "-1")
        self.assertEqual(found[LINE + "salesinvoiceproductlinesum"], "-125,50")

    def test_requests(self):
        request = add(MINIMAL, useonlyexistingdimensions=True)
        self.assertEqual((request.resource, request.method, request.safe), ("salesinvoice.nv", "POST", False))
        self.assertEqual(request.query, (("method", "add"), ("useonlyexistingdimensions", "1")))
        self.assertEqual(edit(598, MINIMAL).query, (("method", "edit"), ("id", "598")))
        self.assertEqual(edit(598, MINIMAL).body, add(MINIMAL).body, "an edit replaces, so it is complete")

    def test_draft(self):
        body = add(changed(invoice_type="invoicedraft", status="")).body.decode()
        self.assertIn('<salesinvoicestatus type="netvisor"/>', body)

    def test_finvoice_attachment_has_no_print_flag(self):
        finvoice = Attachment(mime_type="text/xml", description="F", filename="f.xml", data=b"<a/>", type="finvoice")
        body = add(changed(attachments=(finvoice,))).body.decode()
        self.assertIn('<documentdata type="finvoice">', body)
        self.assertNotIn("printbydefault", body)

    def test_refused(self):
        invoice_line = TOP + "invoicelines/invoiceline[1]/salesinvoiceproductline"
        attachment = TOP + "salesinvoiceattachments/salesinvoiceattachment[1]/"
        for invoice, path, problem in (
            (changed(date=None), TOP + "salesinvoicedate", "missing"),
            (changed(amount=None), TOP + "salesinvoiceamount", "missing"),
            (changed(amount=125.5), TOP + "salesinvoiceamount", "type"),
            (changed(amount=Decimal("125.505")), TOP + "salesinvoiceamount", "decimals"),
            (changed(due_date=None), "salesinvoice", "any_of"),
            (changed(due_date=datetime(2026, 1, 1)), TOP + "salesinvoiceduedate", "type"),  # noqa: DTZ001
            (changed(customer_code=None), TOP + "invoicingcustomeridentifier", "missing"),
            (changed(customer_code=""), TOP + "invoicingcustomeridentifier", "empty"),
            (changed(lines=()), TOP + "invoicelines/invoiceline", "missing"),
            (changed(number="INV/1"), TOP + "salesinvoicenumber", "type"),
            (changed(number=0), TOP + "salesinvoicenumber", "minimum"),
            (changed(status="sent"), TOP + "salesinvoicestatus", "choice"),
            (changed(private_comment="x" * 256), TOP + "salesinvoiceprivatecomment", "too_long"),
            (changed(seller_name="x" * 51), TOP + "sellername", "too_long"),
            (changed(payment_term_days=-1), TOP + "paymenttermnetdays", "minimum"),
            (line(name="x" * 201), invoice_line + "/productname", "too_long"),
            (line(unit_price=None), invoice_line + "/productunitprice", "missing"),
            (line(quantity=None), invoice_line + "/salesinvoiceproductlinequantity", "missing"),
            (line(vat_percent=None), invoice_line + "/productvatpercentage", "missing"),
            (line(vat_code="-"), invoice_line + "/productvatpercentage", "attribute"),
            (line(price_type="brutto"), invoice_line + "/productunitprice", "attribute"),
            (line(vat_sum=Decimal(1)), invoice_line, "together"),
            (line(line_sum=Decimal(1)), invoice_line, "together"),
            (
                line(dimensions=(Dimension("", "x"),)),
                invoice_line + "/dimension[1]/dimensionname",
                "empty",
            ),
            (
                line(dimensions=(Dimension("P", "x" * 201),)),
                invoice_line + "/dimension[1]/dimensionitem",
                "too_long",
            ),
            (
                changed(lines=(CommentLine(""),)),
                TOP + "invoicelines/invoiceline[1]/salesinvoicecommentline/comment",
                "empty",
            ),
            (
                changed(attachments=(dataclasses.replace(ATTACHMENT, data=b""),)),
                attachment + "documentdata",
                "empty",
            ),
            (
                changed(attachments=(dataclasses.replace(ATTACHMENT, filename="x" * 256),)),
                attachment + "filename",
                "too_long",
            ),
            (
                changed(attachments=(dataclasses.replace(ATTACHMENT, type="exe"),)),
                attachment + "documentdata",
                "attribute",
            ),
        ):
            with self.subTest(path, problem=problem), self.assertRaises(SchemaError) as caught:
                add(invoice)
            self.assertEqual((caught.exception.path, caught.exception.problem), (path, problem))

    def test_match(self):
        request = match(612, 598)
        self.assertEqual((request.resource, request.query, request.method), ("matchcreditnote.nv", (), "POST"))
        self.assertEqual(
            texts(request.body),
            {
                "matchcreditnote/creditnotenetvisorkey": "612",
                "matchcreditnote/invoicenetvisorkey": "598",
            },
        )
        self.assertIsNone(official_problem("matchcreditnote", request.body))
        for keys in ((0, 1), (None, 1), ("1", 2)):
            with self.assertRaises(SchemaError):
                match(*keys)


if __name__ == "__main__":
    unittest.main()
