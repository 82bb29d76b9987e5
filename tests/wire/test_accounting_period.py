"""Accounting periods and locks."""

import unittest
from datetime import date

from wire_support import answer, failed, fixture, ok

from netvisor import ReadError
from netvisor.accounting_period import Locks, Period, list_request, parse_list, parse_locks

PERIODS = (
    Period(key=3, name="2016", begin=date(2016, 1, 1), end=date(2016, 12, 31)),
    Period(key=1, name="2017", begin=date(2017, 1, 1), end=date(2017, 12, 31)),
    Period(key=2, name="2018", begin=date(2018, 1, 1), end=date(2018, 12, 31)),
)


class TestPeriods(unittest.TestCase):
    def test_request(self):
        self.assertEqual((list_request().resource, list_request().query), ("accountingperiodlist.nv", ()))

    def test_capture(self):
        """Finnish dates that claim to be ANSI."""
        got = fixture("AccountingPeriodList", "accountingperiodlist.nv")
        self.assertEqual(parse_list(got), PERIODS)
        locked = date(2015, 12, 31)
        self.assertEqual(parse_locks(got), Locks(accounting=locked, vat=date(2017, 1, 3), purchase=locked))

    def test_other_nesting_and_empty_locks(self):
        body = ok(
            "<AccountingPeriodList><PeriodLockInformation><AccountingPeriodLockDate format='ansi'>2025-12-31"
            "</AccountingPeriodLockDate><VatPeriodLockDate /><PurchaseLockDate>pian</PurchaseLockDate>"
            "<Period><NetvisorKey>3</NetvisorKey><Name>2016</Name><BeginDate>2016-01-01</BeginDate>"
            "<EndDate>2016-12-31 00:00:00</EndDate></Period></PeriodLockInformation></AccountingPeriodList>"
        )
        got = answer(body, "accountingperiodlist.nv")
        self.assertEqual(parse_list(got), PERIODS[:1])
        locks = parse_locks(got)
        self.assertEqual((locks.accounting, locks.vat, locks.purchase), (date(2025, 12, 31), None, None))
        self.assertEqual(locks.unreadable, (("PeriodLockInformation/PurchaseLockDate", "pian"),))

    def test_failure(self):
        for parse in (parse_list, parse_locks):
            with self.assertRaises(ReadError):
                parse(answer(failed("AUTHENTICATION_FAILED"), "accountingperiodlist.nv", 401))


if __name__ == "__main__":
    unittest.main()
