"""Single values, written and read."""

import unittest
from datetime import date, datetime, timezone
from decimal import Decimal

import wire_support  # noqa: F401  (puts the package on the path)

from netvisor import formats

try:
    from hypothesis import given
    from hypothesis import strategies as st
except ImportError:
    given = None


class TestWriters(unittest.TestCase):
    def test_decimal(self):
        for value, text in (
            (Decimal("25.50"), "25,50"),
            (Decimal("-0.00"), "0,00"),
            (Decimal("1E+3"), "1000"),
            (Decimal("1E-3"), "0,001"),
            (12, "12"),
            (Decimal("1234567890123456789.12"), "1234567890123456789,12"),
        ):
            self.assertEqual(formats.write_decimal(value), text)
        self.assertEqual(formats.write_decimal(Decimal("1.1000"), 2), "1,10")
        self.assertEqual(formats.write_decimal(Decimal("5.000"), 0), "5")

    def test_decimal_refused(self):
        for value in (1.5, True, "1,5", None):
            with self.subTest(value), self.assertRaises(TypeError):
                formats.write_decimal(value)
        for value in (Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")):
            with self.subTest(value), self.assertRaises(ValueError):
                formats.write_decimal(value)
        with self.assertRaises(ValueError):
            formats.write_decimal(Decimal("1.001"), 2)

    def test_dates(self):
        self.assertEqual(formats.write_date(date(2026, 2, 1)), "2026-02-01")
        moment = datetime(2026, 2, 1, 3, 4, 5, 6)  # noqa: DTZ001 (naive is what is wanted)
        self.assertEqual(formats.write_datetime(moment), "2026-02-01T03:04:05")
        self.assertEqual(formats.write_datetime(date(2026, 2, 1)), "2026-02-01T00:00:00")
        for writer, value in (
            (formats.write_date, moment),
            (formats.write_date, "2026-02-01"),
            (formats.write_datetime, moment.replace(tzinfo=timezone.utc)),
            (formats.write_flag, 1),
            (formats.write_flag, "1"),
        ):
            with self.subTest(value), self.assertRaises(TypeError):
                writer(value)

    def test_clean_text(self):
        for raw, sent in (
            ("ab\x00c\x02\x1f\x7f", "abc"),
            ("a\ud800b\udfff", "ab"),
            ("a\uffffb", "ab"),
            ("rivi\r\ntoinen\rkolmas\u2028n", "rivi\ntoinen\nkolmas\nn"),
            ("a\u0308iti", "äiti"),
            ("€ š 😀 – ”", "€ š 😀 – ”"),
        ):
            self.assertEqual(formats.clean_text(raw), sent)

    def test_clean_text_for_8859_15(self):
        for raw, sent in (
            ("€ Š š Ž ž Œ œ Ÿ å ä ö", "€ Š š Ž ž Œ œ Ÿ å ä ö"),
            ("“a” ‘b’ – — …", "\"a\" 'b' - - ..."),
            ("Čapek Łódź ½", "Capek ?ódz 1/2"),
            ("😀 日", "? ?"),
            ("\u200bx\ufeff", "x"),
        ):
            with self.subTest(raw):
                self.assertEqual(formats.clean_text(raw, "iso-8859-15"), sent)

    def test_shorten(self):
        self.assertEqual(formats.shorten("abc def", 4), "abc")
        self.assertEqual(formats.shorten("abcdef", 6), "abcdef")
        self.assertEqual(formats.shorten("abc", None), "abc")
        self.assertEqual(formats.shorten("ab😀", 3), "ab", "half an emoji is no character")
        self.assertEqual(formats.shorten("……", 4, "iso-8859-15"), "....")


class TestReaders(unittest.TestCase):
    def test_decimal(self):
        for text, value in (
            ("251,00", "251.00"),
            ("244.12", "244.12"),
            (" 1 234,50 ", "1234.50"),
            ("1\u00a0234,5", "1234.5"),
            ("1\u202f000", "1000"),
            ("-0,5478", "-0.5478"),
            ("−3", "-3"),
            ("+4", "4"),
        ):
            self.assertEqual(formats.read_decimal(text), Decimal(value))
        self.assertIsNone(formats.read_decimal(" \u00a0"))
        for text in ("abc", "1.234,50", "NaN", "1_000", "12%", "0x1"):
            with self.subTest(text), self.assertRaises(ValueError):
                formats.read_decimal(text)

    def test_integer(self):
        self.assertEqual(formats.read_integer("12,00"), 12)
        self.assertEqual(formats.read_integer(" 7 "), 7)
        self.assertIsNone(formats.read_integer(""))
        with self.assertRaises(ValueError):
            formats.read_integer("1,5")

    def test_date(self):
        for text in (
            "2026-02-01",
            "2026-2-1",
            "1.2.2026",
            "01.02.2026",
            " 1.2.2026 ",
            "2026-02-01 15:14",
            "1.2.2026 3:04:05",
            "2026-02-01T00:00:00+02:00",
        ):
            with self.subTest(text):
                self.assertEqual(formats.read_date(text), date(2026, 2, 1))
        self.assertIsNone(formats.read_date("  "))
        for text in ("2026", "1/2/2026", "31.2.2026", "2026-13-01", "20260201"):
            with self.subTest(text), self.assertRaises(ValueError):
                formats.read_date(text)

    def test_flag(self):
        for text in ("1", "true", "True", "Kyllä", "Yes", "JA"):
            self.assertIs(formats.read_flag(text), True)
        for text in ("0", "False", "Ei", "No", "nej"):
            self.assertIs(formats.read_flag(text), False)
        self.assertIsNone(formats.read_flag(""))
        with self.assertRaises(ValueError):
            formats.read_flag("ehkä")


if given:

    class TestProperties(unittest.TestCase):
        @given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
        def test_decimals_come_back(self, value):
            text = formats.write_decimal(value)
            self.assertEqual(formats.read_decimal(text), value)
            self.assertRegex(text, r"^-?\d+(,\d+)?$")

        @given(st.dates())
        def test_dates_come_back(self, value):
            self.assertEqual(formats.read_date(formats.write_date(value)), value)
            finnish = f"{value.day}.{value.month}.{value.year:04d}"
            self.assertEqual(formats.read_date(finnish), value)

        @given(st.text(), st.sampled_from(formats.ENCODINGS), st.integers(1, 30))
        def test_texts_can_be_sent(self, text, encoding, limit):
            cleaned = formats.clean_text(text, encoding)
            cleaned.encode(encoding)
            self.assertEqual(formats.clean_text(cleaned, encoding), cleaned, "cleaning twice changes nothing")
            short = formats.shorten(text, limit, encoding)
            self.assertLessEqual(formats.length(short), limit)
            self.assertTrue(cleaned.startswith(short))


if __name__ == "__main__":
    unittest.main()
