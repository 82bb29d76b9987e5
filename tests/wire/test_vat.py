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


class TestChanges(unittest.TestCase):
    def test_as_the_law_says(self):
        got = [(change.day, change.old, change.new, change.whole) for change in vat.changes()]
        self.assertEqual(
            got,
            [
                (STANDARD, 24, Decimal("25.5"), True),
                (date(2025, 1, 1), 10, 14, False),
                (REDUCED, 14, Decimal("13.5"), True),
            ],
        )

    def test_what_moved_from_10_to_14(self):
        _standard, groups, _reduced = vat.changes()
        self.assertEqual(set(groups.moved), {"books", "medicines", "transport", "accommodation", "sports", "culture"})
        self.assertEqual(set(groups.stayed), {"newspapers", "magazines"})

    def test_rates_follow_from_the_changes(self):
        """Every whole change ends one rate the day before another begins; no rate ends or begins otherwise."""
        rates = {rate.percent: rate for rate in vat.RATES}
        self.assertEqual(set(rates), {0, 24, Decimal("25.5"), 14, Decimal("13.5"), 10})
        for change in vat.changes():
            if change.whole:
                self.assertEqual(rates[change.old].until, change.day - DAY)
                self.assertEqual(rates[change.new].since, change.day)
        ends = {rate.until for rate in vat.RATES} - {None}
        self.assertEqual(ends, {change.day - DAY for change in vat.changes() if change.whole})

    def test_successor(self):
        for percent, day, expected in (
            ("14", REDUCED - DAY, None),
            ("14", REDUCED, "13.5"),
            ("24", STANDARD - DAY, None),
            ("24", REDUCED, "25.5"),
            ("25.5", REDUCED, None),
            ("13.5", date(2020, 1, 1), None),
            ("10", REDUCED, None),  # newspapers stay, books moved: nobody but a person knows
            ("0", REDUCED, None),
            ("12", REDUCED, None),
        ):
            with self.subTest(percent, day=day):
                self.assertEqual(vat.successor(Decimal(percent), day), expected and Decimal(expected))

    def test_predecessor(self):
        for percent, day, expected in (
            ("13.5", REDUCED, None),
            ("13.5", REDUCED - DAY, "14"),
            ("13.5", date(2024, 5, 1), "14"),
            ("25.5", date(2024, 5, 1), "24"),
            ("14", date(2024, 5, 1), None),
            ("14", REDUCED, None),
            ("10", date(2024, 5, 1), None),
        ):
            with self.subTest(percent, day=day):
                self.assertEqual(vat.predecessor(Decimal(percent), day), expected and Decimal(expected))


class TestCodesOn(unittest.TestCase):
    def test_the_same_codes_take_the_new_percentages(self):
        before, after = vat.codes_on(REDUCED - DAY), vat.codes_on(REDUCED)
        self.assertEqual(tuple(before), VAT_CODE_NAMES)
        for code in ("KOMY", "KOOS", "EUOS", "MAAL", "EVRO"):
            self.assertEqual(set(before[code]), {0, Decimal("25.5"), 14, 10})
            self.assertEqual(set(after[code]), {0, Decimal("25.5"), Decimal("13.5"), 10})
        for code in ("NONE", "KOMY0", "EUMY", "100", "KAVE"):
            self.assertEqual(after[code], (0,))

    def test_agrees_with_fits(self):
        percents = [rate.percent for rate in vat.RATES]
        for day in (date(2024, 8, 31), STANDARD, date(2025, 1, 1), REDUCED - DAY, REDUCED, date(2026, 11, 21)):
            for code, taken in vat.codes_on(day).items():
                for percent in percents:
                    with self.subTest(code, percent=percent, day=day):
                        self.assertEqual(percent in taken, vat.fits(code, percent, day) is None)

    def test_accepted(self):
        days = {rate.percent: (rate.since, rate.until) for rate in vat.accepted("KOMY")}
        self.assertEqual(days[Decimal(14)][1], REDUCED - DAY)
        self.assertEqual(days[Decimal("13.5")], (REDUCED, None))
        self.assertEqual([rate.percent for rate in vat.accepted("EUMY")], [0])
        self.assertEqual(vat.accepted("EUPM"), ())

    def test_no_percentage_is_refused_for_all_time(self):
        """(8.12) What no rate of the list is gives another reason than what the code never takes."""
        for percent in ("26", "12", "13.25"):
            self.assertEqual(vat.fits("KOMY", Decimal(percent), REDUCED), "unknown_percent")


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
