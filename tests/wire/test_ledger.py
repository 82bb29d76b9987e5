"""The general ledger as a stream."""

import tracemalloc
import unittest
from datetime import date
from decimal import Decimal

from wire_support import failed, ok, shared

from netvisor import ReadError, SchemaError
from netvisor.client import _judge
from netvisor.ledger import GONE, halves, list_request, read_vouchers, slices
from netvisor.messages import Answer
from netvisor.stream import Spool

LINE = (
    "<VoucherLine><NetvisorKey>{key}</NetvisorKey><LineSum>{amount}</LineSum><Description>Työ</Description>"
    "<AccountNumber>3000</AccountNumber><VatPercent>25,5</VatPercent><VatCode>KOMY</VatCode></VoucherLine>"
)
VOUCHER = (
    '<Voucher Status="valid"><NetvisorKey>{key}</NetvisorKey><VoucherDate>31.12.2025</VoucherDate>'
    "<VoucherNumber>7</VoucherNumber><VoucherDescription>Lasku</VoucherDescription>"
    '<VoucherClass netvisorkey="3">ML Myyntilasku</VoucherClass>'
    '<LinkedSourceNetvisorKey type="salesinvoice">15</LinkedSourceNetvisorKey>'
    "<VoucherNetvisorURI>https://netvisor.example/voucher/12</VoucherNetvisorURI>{lines}</Voucher>"
)


class TestRequest(unittest.TestCase):
    def test_a_slice_with_every_parameter_of_the_page(self):
        request = list_request(
            date(2026, 1, 1),
            date(2026, 1, 31),
            account_start="3000",
            account_end="3500",
            changed_since=date(2026, 2, 1),
            modified_start=date(2026, 2, 2),
            modified_end=date(2026, 2, 3),
            show_generator=True,
            status=GONE,
        )
        self.assertTrue(request.stream and request.safe)
        self.assertEqual(
            {
                "startdate": "2026-01-01",
                "enddate": "2026-01-31",
                "accountnumberstart": "3000",
                "accountnumberend": "3500",
                "changedsince": "2026-02-01",
                "lastmodifiedstart": "2026-02-02",
                "lastmodifiedend": "2026-02-03",
                "showgenerator": "1",
                "voucherstatus": "3",
            },
            dict(request.query),
        )

    def test_keys_need_no_dates(self):
        self.assertEqual((("netvisorkey", "5"),), list_request(keys=5).query)
        self.assertEqual((("netvisorkeylist", "5,6"),), list_request(keys=(5, 6)).query)
        for arguments in ((), (date(2026, 1, 1),)):
            with self.assertRaises(SchemaError):
                list_request(*arguments)

    def test_slices_cover_everything_once(self):
        found = list(slices(date(2025, 12, 30), date(2026, 3, 1), 31))
        self.assertEqual((date(2025, 12, 30), date(2026, 1, 29)), found[0])
        self.assertEqual(date(2026, 3, 1), found[-1][1])
        days = sum((last - first).days + 1 for first, last in found)
        self.assertEqual((date(2026, 3, 1) - date(2025, 12, 30)).days + 1, days)

    def test_halves(self):
        first, second = halves(date(2026, 1, 1), date(2026, 1, 4))
        self.assertEqual((date(2026, 1, 1), date(2026, 1, 2)), first)
        self.assertEqual((date(2026, 1, 3), date(2026, 1, 4)), second)
        self.assertEqual((), halves(date(2026, 1, 1), date(2026, 1, 1)))


class TestReading(unittest.TestCase):
    def test_a_voucher(self):
        line = LINE.format(key=121, amount="-100,40").replace(
            "</VoucherLine>",
            '<AccountDimension netvisorkey="9">Hanke</AccountDimension><Dimension><DimensionName>Projekti'
            "</DimensionName><DimensionItem/></Dimension><TransactionFollowUpStatus>1</TransactionFollowUpStatus>"
            "</VoucherLine>",
        )
        body = VOUCHER.format(key=12, lines=line).replace(
            "</Voucher>", "<VoucherGenerator>Maija</VoucherGenerator><Uusi><A>1</A></Uusi></Voucher>"
        )
        [voucher] = read(ok(f"<Vouchers>{body}</Vouchers>"))
        self.assertEqual(
            (12, "valid", date(2025, 12, 31), 7, "ML Myyntilasku", 3, 15, "salesinvoice"),
            (
                voucher.key,
                voucher.status,
                voucher.date,
                voucher.number,
                voucher.voucher_class,
                voucher.class_key,
                voucher.source_key,
                voucher.source_type,
            ),
        )
        self.assertEqual((("vouchergenerator", "Maija"), ("uusi", "<Uusi><A>1</A></Uusi>")), voucher.unknown)
        [line] = voucher.lines
        self.assertEqual(
            (121, Decimal("-100.40"), "3000", Decimal("25.5"), "KOMY", "Hanke", 9),
            (
                line.key,
                line.amount,
                line.account,
                line.vat_percent,
                line.vat_code,
                line.account_dimension,
                line.account_dimension_key,
            ),
        )
        self.assertEqual([("Projekti", "")], [(item.name, item.item) for item in line.dimensions])
        self.assertEqual((("transactionfollowupstatus", "1"),), line.unknown)

    def test_codes_as_requests_spell_them(self):
        for theirs, ours in (("-", "NONE"), ("100%", "100"), ("KÄVE", "KAVE"), ("", "")):
            body = VOUCHER.format(key=1, lines=LINE.format(key=1, amount="1").replace("KOMY", theirs))
            [voucher] = read(ok(f"<Vouchers>{body}</Vouchers>"))
            self.assertEqual(ours, voucher.lines[0].vat_code)

    def test_the_captured_answer(self):
        vouchers = read(shared("fixtures/responses/AccountingLedger.xml"))
        self.assertEqual([12, 25, 36, 38], [voucher.key for voucher in vouchers][:4])
        self.assertEqual("", vouchers[2].status)
        self.assertEqual("NONE", vouchers[0].lines[0].vat_code)
        self.assertEqual(2, len(vouchers[1].lines[0].dimensions))
        self.assertFalse([voucher.unreadable for voucher in vouchers if voucher.unreadable])

    def test_control_characters_vanish_wherever_a_chunk_ends(self):
        """8.31: references to control characters that XML forbids, also cut in two by the end of a chunk."""
        text = "a&#x2;b\x02c&amp;d" * 9000
        body = VOUCHER.format(key=1, lines="").replace("Lasku", text)
        [voucher] = read(ok(f"<Vouchers>{body}</Vouchers>"))
        self.assertEqual("abc&d" * 9000, voucher.description)

    def test_an_answer_in_iso_8859_15_without_saying_so(self):
        [voucher] = read(
            ok(f"<Vouchers>{VOUCHER.format(key=1, lines='')}</Vouchers>")
            .replace("Lasku", "Työ 5 €")
            .encode("iso-8859-15")
        )
        self.assertTrue(voucher.description.startswith("Työ"))

    def test_nothing_is_concluded_from_what_is_not_whole(self):
        whole = ok(f"<Vouchers>{VOUCHER.format(key=1, lines='') * 50}</Vouchers>")
        for body in (whole[: len(whole) // 2], whole[:-7], "", "<html>Huolto</html>", "<!DOCTYPE r><Root/>"):
            result = streamed(body)
            self.assertNotEqual("ok", result.outcome, body[:40])
            with self.assertRaises(ReadError):
                list(read_vouchers(result))

    def test_a_refusal_keeps_its_words(self):
        result = streamed(failed("INVALID_DATA", "Päivämäärä :: puuttuu"))
        self.assertEqual(
            ("rejected", "INVALID_DATA", "Päivämäärä :: puuttuu"), (result.outcome, result.code, result.text)
        )

    def test_an_empty_ledger_is_no_error(self):
        self.assertEqual([], read(ok("<Vouchers/>")))

    def test_memory_does_not_grow_with_the_answer(self):
        peaks = [peak_of(count) for count in (100, 1500)]
        self.assertLess(peaks[1] - peaks[0], 1024 * 1024, f"{peaks} bytes")


def peak_of(vouchers):
    spool = Spool()
    spool += ok("<Vouchers>@</Vouchers>").partition("@")[0].encode()
    lines = "".join(LINE.format(key=key, amount="1,00") for key in range(20)).encode()
    for key in range(vouchers):
        spool += VOUCHER.format(key=key, lines="@").encode().replace(b"@", lines)
    spool += b"</Vouchers></Root>"
    tracemalloc.start()
    try:
        result = Answer(**_judge(spool, 200, None, "", True), resource="accountingledger.nv", safe=True)
        count = sum(1 for _voucher in read_vouchers(result))
        return tracemalloc.get_traced_memory()[1] if count == vouchers else None
    finally:
        tracemalloc.stop()


def streamed(body):
    spool = Spool()
    body = body.encode() if isinstance(body, str) else body
    # In pieces, as a network delivers.
    for start in range(0, len(body), 60_000):
        spool += body[start : start + 60_000]
    return Answer(**_judge(spool, 200, None, "", True), resource="accountingledger.nv", safe=True)


def read(body):
    return list(read_vouchers(streamed(body)))
