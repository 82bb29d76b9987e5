"""VAT codes, percentages and days."""

import unittest
from datetime import date, timedelta
from decimal import Decimal

import wire_support  # noqa: F401  (puts the package on the path)

from netvisor import vat
from netvisor.tables import VAT_CODE_NAMES

STANDARD, REDUCED = date(2024, 9, 1), date(2026, 1, 1)
DAY = timedelta(days=1)


class TestTable(unittest.TestCase):
    def test_same_codes_as_the_wire(self):
        self.assertEqual(tuple(vat.VAT_CODES), VAT_CODE_NAMES)
        self.assertEqual(len(VAT_CODE_NAMES), 22)

    def test_directions(self):
        sale = {code for code, row in vat.VAT_CODES.items() if row.direction == vat.SALE}
        self.assertEqual(sale, {"KOMY", "KOMY0", "EUMY", "EUPM312", "EUPM309", "EUUM", "MUUL", "RAMY"})
        both = {code for code, row in vat.VAT_CODES.items() if row.direction == vat.BOTH}
        self.assertEqual(both, {"NONE", "KAVE"})

    def test_zero_only(self):
        zero = {code for code, row in vat.VAT_CODES.items() if not row.rated}
        self.assertEqual(zero, {"NONE", "KOMY0", "EUMY", "EUPM312", "EUPM309", "EUUM", "RAMY", "KAVE", "100"})

    def test_every_code_has_words(self):
        for row in vat.VAT_CODES.values():
            self.assertTrue(row.en and row.fi)
        self.assertEqual(len({row.fi for row in vat.VAT_CODES.values()}), 22)


class TestFits(unittest.TestCase):
    def test_timeline(self):
        """percent → the first and the last day on which it fits."""
        for percent, first, last in (
            ("24", date(2013, 1, 1), STANDARD - DAY),
            ("25.5", STANDARD, None),
            ("14", date(2013, 1, 1), REDUCED - DAY),
            ("13.5", REDUCED, None),
            ("10", date(2013, 1, 1), None),
            ("0", date(2013, 1, 1), None),
        ):
            percent = Decimal(percent)
            for code in ("KOMY", "MUUL", "KOOS", "MAAL", "EVMA"):
                with self.subTest(percent, code=code):
                    self.assertIsNone(vat.fits(code, percent, first))
                    self.assertIsNone(vat.fits(code, percent, last or date(2040, 1, 1)))
                    if last:
                        self.assertEqual(vat.fits(code, percent, last + DAY), "expired")
                    if first > date(2013, 1, 1):
                        self.assertEqual(vat.fits(code, percent, first - DAY), "not_yet")

    def test_reasons(self):
        day = date(2026, 5, 1)
        for code, percent, reason in (
            ("KOMY", "25.50", None),
            ("KOMY", "0", None),
            ("NONE", "0.00", None),
            ("NONE", "25.5", "zero_only"),
            ("KOMY0", "14", "zero_only"),
            ("EUMY", "25.5", "zero_only"),
            ("KOMY", "12", "unknown_percent"),
            ("MAAL", "124", "unknown_percent"),  # the printing error of the official table
            ("EUPM", "0", "unknown_code"),
            ("-", "0", "unknown_code"),
            ("", "0", "unknown_code"),
        ):
            with self.subTest(code, percent=percent):
                self.assertEqual(vat.fits(code, Decimal(percent), day), reason)

    def test_data_for_the_message(self):
        got = vat.fits("KOMY", Decimal(14), date(2026, 5, 1))
        self.assertIsInstance(got, str)
        self.assertEqual(got.data["until"], date(2025, 12, 31))
        self.assertEqual(got.data["rates"], (0, Decimal("25.5"), Decimal("13.5"), 10))
        self.assertEqual(vat.fits("KOMY", Decimal("13.5"), date(2025, 5, 1)).data["since"], REDUCED)

    def test_old_days_are_not_judged(self):
        self.assertIsNone(vat.fits("KOMY", Decimal(22), date(2009, 1, 1)))
        self.assertEqual(vat.fits("NONE", Decimal(22), date(2009, 1, 1)), "zero_only")

    def test_rates_on(self):
        self.assertEqual(set(vat.rates_on(date(2024, 8, 31))), {0, 24, 14, 10})
        self.assertEqual(set(vat.rates_on(STANDARD)), {0, Decimal("25.5"), 14, 10})
        self.assertEqual(set(vat.rates_on(REDUCED)), {0, Decimal("25.5"), Decimal("13.5"), 10})
        self.assertEqual(vat.rates_on(date(2000, 1, 1)), ())


class TestNearChange(unittest.TestCase):
    def test_december_delivery_invoiced_in_january(self):
        self.assertEqual(vat.near_change(Decimal(14), date(2026, 1, 20)), REDUCED)
        self.assertEqual(vat.near_change(Decimal("13.5"), date(2025, 12, 20)), REDUCED)
        self.assertEqual(vat.near_change(Decimal(24), date(2024, 9, 15)), STANDARD)

    def test_far_from_a_change(self):
        self.assertIsNone(vat.near_change(Decimal(14), date(2026, 6, 1)))
        self.assertIsNone(vat.near_change(Decimal("25.5"), date(2026, 1, 20)), "not a change of this rate")
        self.assertIsNone(vat.near_change(Decimal(10), date(2026, 1, 1)))
        self.assertIsNone(vat.near_change(Decimal(12), date(2026, 1, 1)))
        self.assertIsNone(vat.near_change(Decimal(10), date(2013, 1, 2)), "where judging begins is no change")

    def test_window(self):
        self.assertEqual(vat.near_change(Decimal(14), REDUCED + 10 * DAY, days=10), REDUCED)
        self.assertIsNone(vat.near_change(Decimal(14), REDUCED + 11 * DAY, days=10))


class TestNormalise(unittest.TestCase):
    def test_spellings_of_answers(self):
        for text, code in (
            ("-", "NONE"),
            ("100%", "100"),
            ("100 %", "100"),
            ("KÄVE", "KAVE"),
            ("käve", "KAVE"),
            ("komy", "KOMY"),
            (" KOMY ", "KOMY"),
            ("uusi koodi", "uusi koodi"),
            ("", ""),
        ):
            self.assertEqual(vat.normalise(text), code)


if __name__ == "__main__":
    unittest.main()
