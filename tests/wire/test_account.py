"""The chart of accounts."""

import unittest

from wire_support import answer, failed, fixture, ok

from netvisor import ReadError
from netvisor.account import Account, list_request, parse_defaults, parse_list


class TestAccount(unittest.TestCase):
    def test_request(self):
        request = list_request()
        self.assertEqual((request.resource, request.query, request.safe), ("accountlist.nv", (), True))

    def test_capture(self):
        got = fixture("AccountList", "accountlist.nv")
        same = {
            "type": "accountgroup",
            "active": True,
            "cumulative": True,
            "natural_negative": True,
        }
        self.assertEqual(
            parse_list(got),
            (
                Account(key=1, number="", name="Vastaavaa", parent_key=0, sort=0, end_sort=279, **same),
                Account(
                    key=2,
                    number="1234",
                    name="PYSYVÄT VASTAAVAT",
                    parent_key=1,
                    sort=1,
                    end_sort=5,
                    **same,
                ),
            ),
        )
        defaults = parse_defaults(got)
        self.assertEqual(len(defaults), 22)
        self.assertEqual(defaults["salesreceivables"], "1702")
        self.assertEqual(defaults["salesdomesticdefault"], "3010")
        self.assertEqual(defaults["purchasesdiscounts"], "4230")

    def test_accounts_inside_the_defaults(self):
        """As the levels of the official page have it."""
        body = ok(
            "<AccountList><CompanyDefaultAccounts><SalesReceivables>1702</SalesReceivables><TaxAccount/>"
            "<PurchaseDiscounts>4230</PurchaseDiscounts><SalesExchangeRateDiffereces>3580</SalesExchangeRateDiffereces>"
            "<Accounts><Account><NetvisorKey>551</NetvisorKey><Number>3000</Number><Name>Myynti</Name>"
            "<ForeignName ISO-3166='en'>Sales</ForeignName><ForeignName ISO-3166='se'>Försäljning</ForeignName>"
            "<AccountType>account</AccountType><IsActive>0</IsActive><Sort>eka</Sort></Account></Accounts>"
            "</CompanyDefaultAccounts></AccountList>"
        )
        got = answer(body, "accountlist.nv")
        (account,) = parse_list(got)
        self.assertEqual((account.key, account.number, account.active), (551, "3000", False))
        self.assertEqual(account.names, (("en", "Sales"), ("se", "Försäljning")))
        self.assertEqual((account.sort, account.unreadable), (None, (("Sort", "eka"),)))
        self.assertEqual(
            parse_defaults(got),
            {
                "salesreceivables": "1702",
                "purchasesdiscounts": "4230",
                "salesexchangeratedifferences": "3580",
            },
        )

    def test_languages_of_foreign_names_under_either_attribute(self):
        body = ok(
            "<AccountList><Accounts><Account><NetvisorKey>1</NetvisorKey>"
            "<ForeignName iso-3166='fi'>Myynti</ForeignName><ForeignName ISO-639-1='sv'>Försäljning</ForeignName>"
            "<ForeignName>?</ForeignName></Account></Accounts></AccountList>"
        )
        (account,) = parse_list(answer(body, "accountlist.nv"))
        self.assertEqual(account.names, (("fi", "Myynti"), ("sv", "Försäljning"), ("", "?")))

    def test_failure_is_not_an_empty_chart(self):
        for parse in (parse_list, parse_defaults):
            for body in (failed("SERVICE_ACCESS_ERROR"), ok()):
                with self.assertRaises(ReadError):
                    parse(answer(body, "accountlist.nv"))


if __name__ == "__main__":
    unittest.main()
