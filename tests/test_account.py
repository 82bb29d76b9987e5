from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.account_netvisor.models.netvisor_kind import NotReady
from odoo.addons.account_netvisor.netvisor import Answer

from .common import ORGANISATION, OTHER_ORGANISATION, NetvisorCommon


@tagged("post_install", "-at_install")
class TestAccount(NetvisorCommon):
    @property
    def accounts(self):
        return (
            self.env["netvisor.account"].with_context(active_test=False).search([("company_id", "=", self.company.id)])
        )

    def account(self, number):
        return self.accounts.filtered(lambda account: account.number == number)

    def missing(self, *numbers):
        return self.env["netvisor.account"]._missing(self.company, set(numbers))

    def read_again(self):
        self.env["netvisor.account"].with_user(self.bookkeeper).with_company(self.company).action_read_again()
        self.env["netvisor.accounting.period"].with_user(self.bookkeeper).with_company(self.company).action_read_again()
        self.run_netvisor()

    # --- the number of an account -----------------------------------------------------------------------------------
    def test_number_is_the_code_unless_it_differs(self):
        account = self.income_account
        self.assertEqual(account._netvisor_number(self.company), account.with_company(self.company).code)
        account.with_company(self.company).netvisor_account_number = " 3010 "
        self.assertEqual(account._netvisor_number(self.company), "3010")

    def test_number_belongs_to_one_company(self):
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "currency_id": self.env.ref("base.EUR").id})
        account = self.income_account
        account.with_company(self.company).netvisor_account_number = "3010"
        self.assertEqual(account.sudo()._netvisor_number(other), "")

    # --- the mirror -------------------------------------------------------------------------------------------------
    def test_chart_and_periods_are_read_by_the_companys_job(self):
        self.run_netvisor()
        sales = self.account("3000")
        self.assertTrue(sales.name)
        self.assertEqual([sales.account_type, sales.active], ["account", True])
        self.assertIn("accountgroup", self.accounts.mapped("account_type"))
        periods = self.env["netvisor.accounting.period"].search([("company_id", "=", self.company.id)])
        self.assertTrue(periods)
        self.assertTrue(all(period.date_from < period.date_to for period in periods))

    def test_names_in_three_languages(self):
        account = """<Account><NetvisorKey>77</NetvisorKey><Number>3000</Number><Name>Myynti</Name>
            <ForeignName ISO-3166="en">Sales</ForeignName><ForeignName ISO-3166="se">Försäljning</ForeignName>
            <AccountType>account</AccountType><IsActive>True</IsActive></Account>"""
        root = etree.fromstring(f"<Root><AccountList><Accounts>{account}</Accounts></AccountList></Root>")
        answer = Answer("ok", root=root, safe=True, resource="accountlist.nv")
        self.env["netvisor.kind.account"]._refresh(self.company, lambda request: answer, None)
        sales = self.account("3000")
        self.assertEqual(
            [sales.netvisor_key, sales.name, sales.name_en, sales.name_sv], [77, "Myynti", "Sales", "Försäljning"]
        )
        self.assertEqual(sales.display_name, "3000 Myynti")

    def test_a_change_in_netvisor_arrives(self):
        self.run_netvisor()
        before = {account.netvisor_key: account.id for account in self.accounts}
        self.sandbox.set(ORGANISATION, accounts={"3999": "Uusi myynti", "3000": None})
        self.read_again()
        self.assertEqual(self.account("3999").name, "Uusi myynti")
        self.assertFalse(self.account("3000").active, "kept, but no longer in use")
        after = {account.netvisor_key: account.id for account in self.accounts}
        self.assertEqual({key: after[key] for key in before}, before, "the same rows, not new ones")

    def test_an_account_that_disappears_becomes_inactive(self):
        self.run_netvisor()
        self.sandbox.set(ORGANISATION, removed_accounts=["3000"])
        self.read_again()
        self.assertFalse(self.account("3000").active)

    def test_reading_twice_writes_nothing(self):
        self.run_netvisor()
        self.env["netvisor.account"].flush_model()
        self.env.cr.execute(
            "SELECT max(write_date), count(*) FROM netvisor_account WHERE company_id = %s", [self.company.id]
        )
        before = self.env.cr.fetchone()
        rows = {
            account.netvisor_key: {
                name: account[name] for name in ("number", "name", "name_en", "name_sv", "account_type", "active")
            }
            for account in self.accounts
        }
        self.env["netvisor.account"]._upsert(self.company, rows)
        self.env["netvisor.account"].flush_model()
        self.env.cr.execute(
            "SELECT max(write_date), count(*) FROM netvisor_account WHERE company_id = %s", [self.company.id]
        )
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_a_refusal_leaves_the_mirror_as_it_is(self):
        self.run_netvisor()
        before = len(self.accounts)
        self.sandbox.set(ORGANISATION, rights={"accountlist.nv": False})
        self.read_again()
        self.assertEqual(len(self.accounts), before)
        feed = self.env["netvisor.feed"].search([("company_id", "=", self.company.id), ("kind", "=", "account")])
        self.assertIn("AUTHENTICATION_FAILED", feed.message)

    def test_lock_dates_are_mirrored(self):
        self.sandbox.set(ORGANISATION, accounting_lock="2026-01-31", vat_lock="2026-02-28")
        self.run_netvisor()
        company = self.company
        self.assertEqual(str(company.netvisor_lock_accounting), "2026-01-31")
        self.assertEqual(str(company.netvisor_lock_vat), "2026-02-28")
        self.assertFalse(company.netvisor_lock_purchase)
        self.sandbox.set(ORGANISATION, accounting_lock="", vat_lock="", periods_nested=True, periods_finnish_dates=True)
        self.read_again()
        self.assertFalse(company.netvisor_lock_accounting or company.netvisor_lock_vat)

    def test_a_locked_period_is_shown(self):
        self.sandbox.set(
            ORGANISATION,
            periods=[["2025-01-01", "2025-12-31"], ["2026-01-01", "2026-12-31"]],
            accounting_lock="2026-03-31",
        )
        self.run_netvisor()
        periods = self.env["netvisor.accounting.period"].search(
            [("company_id", "=", self.company.id)], order="date_from"
        )
        self.assertEqual(periods.mapped("locked"), ["all", "part"])

    # --- what is missing --------------------------------------------------------------------------------------------
    def test_all_missing_accounts_at_once(self):
        self.sandbox.set(ORGANISATION, accounts={"3010": None})
        self.run_netvisor()
        heading = self.accounts.filtered(lambda account: account.account_type == "accountgroup")[:1]
        heading.sudo().number = "39"
        self.assertEqual(self.missing("3000", "9998", "3010", "39", "9999"), {"9998", "3010", "39", "9999"})
        self.assertEqual(self.missing("3000"), set())
        self.assertEqual(self.missing(), set())

    def test_nothing_is_missing_while_the_chart_was_never_read(self):
        with self.assertRaises(NotReady):
            self.missing("3000")
        self.run_netvisor()
        self.assertEqual(self.missing("3000"), set())

    def test_each_company_has_its_own_chart(self):
        self.run_netvisor()
        other = (
            self.env["res.company"]
            .sudo()
            .create(
                {
                    "name": "Toinen Oy",
                    "currency_id": self.env.ref("base.EUR").id,
                    "netvisor_organisation_id": OTHER_ORGANISATION,
                }
            )
        )
        with self.assertRaises(NotReady):
            self.env["netvisor.account"]._missing(other, {"3000"})

    # --- read again -------------------------------------------------------------------------------------------------
    def test_read_again_is_for_invoicing_users_of_connected_companies(self):
        self.env["netvisor.account"].with_user(self.bookkeeper).with_company(self.company).action_read_again()
        feed = self.env["netvisor.feed"].search([("company_id", "=", self.company.id), ("kind", "=", "account")])
        self.assertTrue(feed.next_due)
        with self.assertRaises(AccessError):
            self.env["netvisor.account"].with_user(self.env.ref("base.public_user")).action_read_again()
        self.company.sudo().netvisor_mode = "disabled"
        with self.assertRaises(UserError):
            self.env["netvisor.account"].with_user(self.bookkeeper).with_company(self.company).action_read_again()
