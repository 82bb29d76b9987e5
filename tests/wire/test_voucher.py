"""Vouchers: added, edited, invalidated, and the list of those deleted."""

import unittest
from datetime import date
from decimal import Decimal

from wire_support import answer, failed, official_problem, ok, texts

from netvisor import ReadError, SchemaError
from netvisor.sales_invoice import Dimension
from netvisor.voucher import (
    Attachment,
    Voucher,
    VoucherLine,
    add,
    balance,
    deleted_request,
    edit,
    invalidate,
    parse_deleted,
)

RENT = VoucherLine(
    amount=Decimal("500.00"),
    account="7200",
    vat_percent=Decimal("25.5"),
    vat_code="KOOS",
    description="Vuokra tammikuu",
    account_dimension="Seurantakohde 1",
    dimensions=(Dimension("Projekti", "P-17"), Dimension("Yksikkö", "Tampere")),
)
PAID = VoucherLine(amount=Decimal("-500"), account="1910", vat_percent=Decimal(0), vat_code="NONE")
VOUCHER = Voucher(
    mode="net",
    date=date(2026, 1, 31),
    number=42,
    description="MISC/2026/01/0003 Vuokra",
    voucher_class="Muut",
    checked=True,
    lines=(RENT, PAID),
    attachments=(Attachment(filename="vuokra.pdf", mimetype="application/pdf", data=b"%PDF-1.4"),),
)


class TestAdd(unittest.TestCase):
    def test_every_element_is_where_the_page_wants_it(self):
        request = add(VOUCHER)
        self.assertEqual(("accounting.nv", "POST", ()), (request.resource, request.method, request.query))
        self.assertFalse(request.safe)
        self.assertEqual(
            {
                "voucher/calculationmode": "net",
                "voucher/voucherdate": "2026-01-31",
                "voucher/number": "42",
                "voucher/description": "MISC/2026/01/0003 Vuokra",
                "voucher/voucherclass": "Muut",
                "voucher/checked": "true",
                "voucher/voucherline[1]/linesum": "500,00",
                "voucher/voucherline[1]/description": "Vuokra tammikuu",
                "voucher/voucherline[1]/accountnumber": "7200",
                "voucher/voucherline[1]/vatpercent": "25,5",
                "voucher/voucherline[1]/accountdimension": "Seurantakohde 1",
                "voucher/voucherline[1]/dimension[1]/dimensionname": "Projekti",
                "voucher/voucherline[1]/dimension[1]/dimensionitem": "P-17",
                "voucher/voucherline[1]/dimension[2]/dimensionname": "Yksikkö",
                "voucher/voucherline[1]/dimension[2]/dimensionitem": "Tampere",
                "voucher/voucherline[2]/linesum": "-500",
                "voucher/voucherline[2]/accountnumber": "1910",
                "voucher/voucherline[2]/vatpercent": "0",
                "voucher/voucherattachments/voucherattachment/mimetype": "application/pdf",
                "voucher/voucherattachments/voucherattachment/attachmentdescription": "vuokra.pdf",
                "voucher/voucherattachments/voucherattachment/filename": "vuokra.pdf",
                "voucher/voucherattachments/voucherattachment/documentdata": "JVBERi0xLjQ=",
            },
            texts(request.body),
        )
        for attribute in (b'vatcode="KOOS"', b'type="net"', b'format="ansi"', b'<accountdimension type="name"'):
            self.assertIn(attribute, request.body)

    def test_the_official_schema_takes_it(self):
        # The schema is older than "checked" and than code KOMY0.
        plain = Voucher(**{**vars(VOUCHER), "checked": None})
        self.assertIsNone(official_problem("accounting", add(plain).body))

    def test_a_follow_up_object_by_key(self):
        line = VoucherLine(**{**vars(RENT), "account_dimension": 17})
        self.assertIn(b'<accountdimension type="netvisorkey">17<', add(_with(lines=(line, PAID))).body)

    def test_an_unbalanced_voucher_is_never_written(self):
        """Netvisor would post the difference to rounding differences (8.40)."""
        line = VoucherLine(**{**vars(PAID), "amount": Decimal("-499.99")})
        with self.assertRaises(SchemaError) as caught:
            add(_with(lines=(RENT, line)))
        self.assertEqual("unbalanced", caught.exception.problem)
        self.assertIn("0.01", str(caught.exception))

    def test_what_cannot_be_sent_is_named(self):
        for changes, problem in (
            ({"lines": ()}, "missing"),
            ({"mode": "gros"}, "choice"),
            ({"date": None}, "missing"),
            ({"voucher_class": None}, "missing"),
            ({"description": "x" * 256}, "too_long"),
            ({"number": 1_000_000_000}, "too_long"),
            ({"lines": (_line(amount=Decimal("0.001")), _line(amount=Decimal("-0.001")))}, "decimals"),
            ({"lines": (_line(vat_code="-"), _line(amount=Decimal("-500")))}, "attribute"),
            ({"lines": (_line(description="y" * 256), PAID)}, "too_long"),
            ({"lines": (_line(dimensions=(Dimension("n" * 51, "i"),)), PAID)}, "too_long"),
        ):
            with self.subTest(changes=str(changes)[:60]), self.assertRaises(SchemaError) as caught:
                add(_with(**changes))
            self.assertEqual(problem, caught.exception.problem)

    def test_balance(self):
        self.assertEqual(Decimal("0.00"), balance((RENT, PAID)))
        self.assertEqual(Decimal("500.00"), balance((RENT,)))


class TestEdit(unittest.TestCase):
    def test_lines_and_the_old_number(self):
        request = edit(7, VOUCHER)
        self.assertEqual(("accountingedit.nv", ()), (request.resource, request.query))
        found = texts(request.body)
        self.assertEqual(["voucher/netvisorkey", "voucher/calculationmode"], list(found)[:2])
        self.assertEqual("42", found["voucher/number"])

    def test_without_its_number_netvisor_would_take_the_next(self):
        with self.assertRaises(SchemaError) as caught:
            edit(7, _with(number=None))
        self.assertEqual(("voucher/number", "missing"), (caught.exception.path, caught.exception.problem))

    def test_basic_data_alone(self):
        found = texts(edit(7, Voucher(description="Vuokra, korjattu", number=42)).body)
        self.assertEqual(["voucher/netvisorkey", "voucher/number", "voucher/description"], list(found))


class TestInvalidate(unittest.TestCase):
    def test_message(self):
        request = invalidate((5, 6), "Peruttu Odoossa")
        self.assertEqual("invalidatevouchers.nv", request.resource)
        self.assertIn(b'<invalidatevouchers identifier="netvisorkey"><comment>Peruttu', request.body)
        self.assertEqual(
            ["Peruttu Odoossa", "5", "6"],
            list(texts(request.body).values()),
        )

    def test_limits(self):
        self.assertIn(b">100<", invalidate(range(1, 101)).body)
        for keys, problem in ((range(1, 102), "too_many"), ((), "missing"), ((0,), "minimum")):
            with self.subTest(problem=problem), self.assertRaises(SchemaError) as caught:
                invalidate(keys)
            self.assertEqual(problem, caught.exception.problem)
        with self.assertRaises(SchemaError):
            invalidate((5,), "x" * 256)


class TestDeleted(unittest.TestCase):
    def test_request(self):
        request = deleted_request(date(2026, 2, 1))
        self.assertEqual((("deletedsince", "2026-02-01"),), request.query)
        with self.assertRaises(SchemaError):
            deleted_request(None)

    def test_list(self):
        body = ok(
            "<DeletedVouchers><DeletedVoucher><NetvisorKey>5</NetvisorKey>"
            '<DeleteDate format="ansi">2022-06-08 15:14</DeleteDate></DeletedVoucher></DeletedVouchers>'
        )
        rows = parse_deleted(answer(body, "deletedvouchers.nv"))
        self.assertEqual([(5, date(2022, 6, 8))], [(row.key, row.date) for row in rows])

    def test_absence_is_only_concluded_from_a_list(self):
        self.assertEqual((), parse_deleted(answer(ok("<DeletedVouchers/>"), "deletedvouchers.nv")))
        for body in (ok(), failed("TECHNICAL_ERROR")):
            with self.assertRaises(ReadError):
                parse_deleted(answer(body, "deletedvouchers.nv"))


def _with(**changes):
    return Voucher(**{**vars(VOUCHER), **changes})


def _line(**changes):
    return VoucherLine(**{**vars(RENT), **changes})
