"""Netvisor's lock dates: warned of on drafts, stopped before sending, mended in one click, followed by Odoo's own."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, tagged

from .common import ORGANISATION
from .voucher_common import VoucherCase

INVOICE = "salesinvoice.nv"


@tagged("post_install", "-at_install")
class TestPeriod(VoucherCase):
    def setUp(self):
        super().setUp()
        self.root = self.company.sudo()
        self.today = fields.Date.today()
        self.yesterday, self.tomorrow = self.today - timedelta(days=1), self.today + timedelta(days=1)

    def lock(self, **dates):
        """In Netvisor: accounting, vat, purchase; read by the job."""
        self.sandbox.set(ORGANISATION, **{f"{name}_lock": str(day or "") for name, day in dates.items()})
        self.read_again()

    def read_again(self):
        domain = [("company_id", "=", self.company.id), ("kind", "=", "accounting_period")]
        self.env["netvisor.feed"].sudo().search(domain).next_due = False
        self.work()

    def alert(self, move, name="netvisor_period_locked", user=None):
        move.invalidate_recordset(["alerts"])
        return (move.with_user(user or self.bookkeeper).alerts or {}).get(name)

    def remedy(self, move, kind="voucher"):
        alerts = self.document(move, kind).with_user(self.bookkeeper)._netvisor_alerts()
        return next((row for name, row in alerts.items() if name.startswith("netvisor_problem")), {})

    # --- which lock counts for what -------------------------------------------------------------------------------------
    def test_the_table_of_locks(self):
        day, first = self.today, self.tomorrow
        for name, scopes in (
            ("netvisor_lock_accounting", [{}, {"vat": False}, {"vat": False, "purchase": True}]),
            ("netvisor_lock_vat", [{"vat": True}]),
            ("netvisor_lock_purchase", [{"vat": False, "purchase": True}]),
        ):
            self.root[name] = day
            for scope in scopes:
                self.assertEqual(self.company._netvisor_first_open_date(day, **scope), first, (name, scope))
            self.assertEqual(self.company._netvisor_first_open_date(first), first)
            if name != "netvisor_lock_accounting":
                self.assertEqual(self.company._netvisor_first_open_date(day, vat=False), day, name)
            self.root[name] = False
        self.assertEqual(self.company._netvisor_first_open_date(day, True, True), day)

    def test_the_purchase_lock_concerns_purchase_journals(self):
        purchases = self.company_data["default_journal_purchase"]
        purchases.write({"netvisor_export": "voucher", "netvisor_voucher_type_id": self.type("OL").id})
        self.lock(purchase=self.today)
        bought = self.entry(journal=purchases)
        plain = self.entry()
        self.assertEqual((self.codes(bought), self.state(plain)), ([], "todo"))
        self.work()
        self.assertEqual((self.codes(bought), self.state(plain)), (["period_locked"], "done"))
        # Netvisor itself would have refused it.
        self.root.netvisor_lock_purchase = False
        self.document(bought)._retry()
        self.work()
        self.assertEqual(self.document(bought).code, "PERIOD_LOCK")

    # --- drafts ---------------------------------------------------------------------------------------------------------
    def test_a_draft_entry_is_warned_of(self):
        self.root.netvisor_lock_accounting = self.today
        draft = self.entry(post=False)
        row = self.alert(draft)
        self.assertEqual(row["level"], "warning")
        self.assertIn("locked in Netvisor", row["message"])
        draft.with_user(self.bookkeeper).action_netvisor_first_open_date()
        self.assertEqual((draft.state, draft.date), ("draft", self.tomorrow))
        self.assertFalse(self.alert(draft))
        self.assertFalse(self.document(draft))

    def test_a_draft_invoice_is_warned_of(self):
        self.root.netvisor_lock_vat = self.today
        draft = self.invoice(post=False)
        self.assertIn("first open date", self.alert(draft)["message"])
        self.assertIn("action_call", self.alert(draft))
        draft.with_user(self.bookkeeper).action_netvisor_first_open_date()
        self.assertEqual((draft.invoice_date, draft.date), (self.tomorrow, self.tomorrow))
        self.assertFalse(self.alert(draft))

    def test_the_warning_follows_the_date_while_it_is_typed(self):
        self.root.netvisor_lock_accounting = self.yesterday
        draft = self.invoice(post=False)
        self.assertFalse(self.alert(draft))
        with Form(draft) as form:
            form.invoice_date = self.yesterday
            self.assertIn("netvisor_period_locked", form.alerts)
            form.invoice_date = self.today
            self.assertNotIn("netvisor_period_locked", form.alerts or {})

    def test_no_warning_where_nothing_is_sent(self):
        self.root.netvisor_lock_accounting = self.today
        draft = self.entry(post=False)
        self.misc.netvisor_export = "none"
        self.assertFalse(self.alert(draft))
        self.misc.netvisor_export = "voucher"
        self.assertTrue(self.alert(draft))
        self.root.netvisor_mode = "disabled"
        self.env.invalidate_all()
        self.assertFalse(self.alert(draft))

    def test_only_invoicing_users_date_a_draft(self):
        self.root.netvisor_lock_accounting = self.today
        draft = self.entry(post=False)
        self.bookkeeper.sudo().group_ids = self.env.ref("base.group_user") + self.env.ref(
            "account.group_account_readonly"
        )
        self.assertNotIn("action_call", self.alert(draft))
        with self.assertRaises(AccessError):
            draft.with_user(self.bookkeeper).action_netvisor_first_open_date()

    def test_a_posted_entry_keeps_its_date(self):
        self.root.netvisor_lock_accounting = self.today
        move = self.entry()
        with self.assertRaises(UserError):
            move.with_user(self.bookkeeper).action_netvisor_first_open_date()

    # --- before sending -------------------------------------------------------------------------------------------------
    def test_an_invoice_stops_before_sending(self):
        self.root.netvisor_lock_accounting = self.today
        move = self.invoice()
        self.work()
        document = self.document(move, "sales_invoice")
        [problem] = document.problems
        self.assertEqual((problem["code"], problem["values"]["open"]), ("period_locked", str(self.tomorrow)))
        self.assertIn("first open date", document.remedy)
        self.assertFalse(self.posts(INVOICE))

    def test_an_invoice_without_vat_is_not_stopped_by_the_lock_of_vat(self):
        self.root.netvisor_lock_vat = self.today
        nothing = self.env["account.tax"].create(
            {"name": "Ei alv", "amount": 0, "type_tax_use": "sale", "netvisor_vat_code": "NONE"}
        )
        plain, taxed = self.invoice({"tax_ids": nothing.ids}), self.invoice()
        self.work()
        self.assertEqual(self.state(plain, "sales_invoice"), "done", self.document(plain, "sales_invoice").problem)
        self.assertEqual(self.codes(taxed, "sales_invoice"), ["period_locked"])

    def test_what_is_in_netvisor_is_not_changed_by_a_lock(self):
        move = self.invoice()
        self.work()
        self.root.netvisor_lock_accounting = self.today
        move.ref = "Tilaus 77"
        self.compare()
        self.assertEqual(self.state(move, "sales_invoice"), "changed")
        move.ref = False
        self.compare()
        self.assertEqual(self.state(move, "sales_invoice"), "done")

    def test_a_refusal_has_the_locks_read_and_the_date_named(self):
        self.sandbox.set(ORGANISATION, accounting_lock=str(self.today))
        move = self.invoice()
        self.work()
        self.assertEqual(self.codes(move, "sales_invoice"), ["period_locked"])
        self.later()
        [problem] = self.document(move, "sales_invoice").problems
        self.assertEqual(problem["values"]["open"], str(self.tomorrow))
        self.assertEqual(len(self.posts(INVOICE)), 1, "not sent a second time")

    def test_a_period_that_was_opened_lets_all_go(self):
        self.lock(accounting=self.today)
        invoice, entry = self.invoice(), self.entry()
        self.work()
        self.assertEqual((self.state(invoice, "sales_invoice"), self.state(entry)), ("blocked", "blocked"))
        self.lock(accounting=None)
        self.later()
        self.assertEqual((self.state(invoice, "sales_invoice"), self.state(entry)), ("done", "done"))

    # --- the way out ----------------------------------------------------------------------------------------------------
    def wizard(self, move, kind):
        row = self.remedy(move, kind)
        action = row["action"]
        self.assertEqual(row["action_text"], "Use the first open date")
        return self.env[action["res_model"]].with_user(self.bookkeeper).with_context(**action["context"]).create({})

    def test_another_date_for_an_entry(self):
        self.root.netvisor_lock_accounting = self.yesterday
        move = self.entry(date=self.yesterday)
        self.work()
        wizard = self.wizard(move, "voucher")
        self.assertEqual((wizard.date, wizard.has_invoice_date), (self.today, False))
        before = len(self.posts())
        wizard.action_apply()
        self.assertEqual((move.state, move.date, len(self.posts())), ("posted", self.today, before))
        self.assertEqual(self.state(move), "todo")
        self.work()
        self.assertEqual((self.state(move), self.voucher(move)["date"]), ("done", str(self.today)))

    def test_another_date_for_an_invoice(self):
        self.lock(vat=self.yesterday)
        move = self.invoice(invoice_date=self.yesterday)
        self.work()
        wizard = self.wizard(move, "sales_invoice")
        self.assertTrue(wizard.has_invoice_date)
        wizard.action_apply()
        self.assertEqual((move.state, move.invoice_date, move.date), ("posted", self.today, self.today))
        self.work()
        self.assertEqual(self.state(move, "sales_invoice"), "done", self.document(move, "sales_invoice").problem)

    def test_another_date_in_another_month_has_another_number(self):
        last = self.today.replace(day=1) - timedelta(days=1)
        self.root.netvisor_lock_accounting = last
        for kind, move in (("voucher", self.entry(date=last)), ("sales_invoice", self.invoice(invoice_date=last))):
            with self.subTest(kind):
                self.work()
                self.wizard(move, kind).action_apply()
                self.assertEqual((move.state, move.date), ("posted", self.today.replace(day=1)))
                self.assertTrue(move._sequence_matches_date(), move.name)
        draft = self.entry(date=last)
        draft.button_draft()
        draft.with_user(self.bookkeeper).action_netvisor_first_open_date()
        self.assertEqual(draft.date, self.today.replace(day=1))
        draft.action_post()
        self.assertTrue(draft._sequence_matches_date(), draft.name)

    def test_a_date_that_is_locked_too(self):
        self.root.netvisor_lock_accounting = self.yesterday
        move = self.entry(date=self.yesterday - timedelta(days=3))
        self.work()
        wizard = self.wizard(move, "voucher")
        wizard.date = self.yesterday
        with self.assertRaisesRegex(UserError, "locked in Netvisor too"), self.env.cr.savepoint():
            wizard.action_apply()
        self.assertEqual(move.state, "posted")

    def test_what_netvisor_has_gets_no_other_date_this_way(self):
        move = self.sent()
        self.assertFalse(self.document(move)._window_open_date({}))
        wizard = self.env["netvisor.open.date"].with_user(self.bookkeeper).create({"move_id": move.id})
        with self.assertRaises(UserError):
            wizard.action_apply()

    # --- Odoo's own lock dates ------------------------------------------------------------------------------------------
    def test_lock_dates_follow_when_periods_are_read(self):
        old = self.today - timedelta(days=60)
        self.root.write({"netvisor_raise_locks": True, "tax_lock_date": self.yesterday, "fiscalyear_lock_date": old})
        self.lock(accounting=self.yesterday, vat=old, purchase=old)
        company = self.root
        self.assertEqual(company.fiscalyear_lock_date, self.yesterday)
        self.assertEqual(company.tax_lock_date, self.yesterday, "never back")
        self.assertEqual(company.purchase_lock_date, old)
        self.assertIn("Lock dates brought up", company.message_ids.filtered("body")[:1].body)
        count = len(company.message_ids)
        self.read_again()
        self.assertEqual(len(company.message_ids), count, "nothing to tell")
        self.lock(accounting=None, vat=None, purchase=None)
        self.assertEqual((company.fiscalyear_lock_date, company.purchase_lock_date), (self.yesterday, old))

    def test_lock_dates_stay_unless_the_settings_say_so(self):
        self.lock(accounting=self.yesterday)
        self.assertFalse(self.root.fiscalyear_lock_date)

    def test_a_lock_that_lies_ahead_waits(self):
        self.root.netvisor_raise_locks = True
        self.lock(accounting=self.tomorrow, vat=self.yesterday)
        self.assertEqual((self.root.fiscalyear_lock_date, self.root.tax_lock_date), (False, self.yesterday))

    def test_what_odoo_refuses_is_told_and_nothing_is_done_by_halves(self):
        journal = self.company_data["default_journal_bank"]
        self.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "date": self.yesterday, "payment_ref": "Tilitys", "amount": 10}
        )
        self.root.netvisor_raise_locks = True
        self.lock(accounting=self.yesterday, vat=self.yesterday)
        self.assertFalse(self.root.fiscalyear_lock_date or self.root.tax_lock_date)
        self.assertIn("unreconciled", self.root.netvisor_locks_refused)
        self.assertEqual(self.root.netvisor_lock_accounting, self.yesterday, "the reading itself is kept")
        with self.assertRaises(RedirectWarning), self.env.cr.savepoint():
            self.company.with_user(self.controller).action_netvisor_raise_locks()
        self.lock(accounting=None)
        self.assertEqual((self.root.tax_lock_date, self.root.netvisor_locks_refused), (self.yesterday, False))

    def test_the_banner_of_the_periods_shows_the_three_dates(self):
        self.root.write({"netvisor_lock_accounting": self.yesterday, "netvisor_lock_purchase": self.yesterday})
        periods = self.env["netvisor.accounting.period"].with_company(self.company)
        [row] = periods.with_user(self.controller).netvisor_banner().values()
        self.assertEqual(len(row["message"].splitlines()), 4)
        model, method, ids = row["action_call"]
        getattr(self.env[model].with_user(self.controller).browse(ids), method)()
        self.assertEqual(
            (self.root.fiscalyear_lock_date, self.root.purchase_lock_date, self.root.tax_lock_date),
            (self.yesterday, self.yesterday, False),
        )
        [row] = periods.with_user(self.controller).netvisor_banner().values()
        self.assertNotIn("action_call", row)
        with self.assertRaises(UserError):
            self.company.with_user(self.controller).action_netvisor_raise_locks()
        [row] = periods.with_user(self.bookkeeper).netvisor_banner().values()
        self.assertEqual(row["level"], "info")
        with self.assertRaises(AccessError):
            self.company.with_user(self.bookkeeper).action_netvisor_raise_locks()
