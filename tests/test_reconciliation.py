"""Two ledgers, proven to agree; and each kind of difference, found and told."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .reconciliation_common import RECEIVABLE, ReconciliationCase

RENT = [["7230", "100"], ["1910", "-100"]]


@tagged("post_install", "-at_install")
class TestReconciliation(ReconciliationCase):
    def test_a_month_of_mixed_documents_agrees(self):
        project, place = self.analytic("P-1"), self.analytic("Turku", "Yksikkö")
        shares = {str(project.id): 60, str(place.id): 100}
        invoice = self.invoice(
            {"price_unit": 33.33, "quantity": 3},
            {"price_unit": 10.01, **self.taxed(self.tax(14).copy({"name": "13.5 %", "amount": 13.5}))},
            {
                "price_unit": 55.55,
                **self.taxed(self.tax(10, netvisor_vat_code="KOMY")),
                "analytic_distribution": shares,
            },
            {"price_unit": 7.77, "discount": 15},
        )
        self.invoice({"price_unit": 0.33, "quantity": 7}, {"price_unit": 19.99}, {"price_unit": 19.99})
        refund = invoice._reverse_moves([{"date": self.today, "invoice_date": self.today}])
        refund.action_post()
        bought = self.tax(25.5, "purchase")
        self.entry(("7230", 100.01, {"analytic_distribution": shares, **self.taxed(bought)}), ("1910", -125.51))
        self.entry(("7230", 80.0), ("7230", 20.0), ("7250", 1.5), ("1910", -101.5))
        self.entry(
            (
                "7230",
                60.0,
                self.taxed(self.tax(14, "purchase", netvisor_vat_code="KOOS").copy({"name": "10 %", "amount": 10})),
            ),
            ("1910", -66.0),
        )
        old = self.entry(date=self.first - timedelta(days=5))
        found = self.made()
        sent = self.document(refund, "sales_invoice")
        self.assertEqual(sent.state, "done", sent.problem)
        self.assertEqual(self.document(old).state, "done", self.document(old).problem)
        self.assert_agrees(found)
        receivables = found.line_ids.filtered(lambda line: line.account_number == RECEIVABLE)
        used = invoice.line_ids.account_id.filtered(lambda account: account.account_type == "asset_receivable")
        self.assertEqual(receivables.account_id, used, "named after the account that is used, not after its number's")
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        used.with_context(lang="fi_FI").name = "Omat saamiset"
        self.assertEqual(
            receivables.with_context(lang="fi_FI").account_name, "Omat saamiset", "in the reader's language"
        )
        openings = found.line_ids.filtered("opening")
        self.assertEqual(
            [(line.account_number, line.odoo_balance, line.netvisor_balance) for line in openings],
            [("1910", -100.0, -100.0), ("7230", 100.0, 100.0)],
        )
        self.assertTrue(found.read_at and found.computed_at)

    def test_gross_vouchers_agree(self):
        self.misc.netvisor_voucher_mode = "gross"
        bought = self.tax(25.5, "purchase")
        vat = bought.invoice_repartition_line_ids.account_id
        vat.with_company(self.company).netvisor_account_number = "1763"
        self.sent(("7230", 100.0, self.taxed(bought)), ("7250", 33.33, self.taxed(bought)), ("1910", -167.33))
        self.assert_agrees(self.made())

    def test_reverse_charge_agrees(self):
        tax = self.tax(25.5, "purchase", name="25.5% EU G")
        self.sent(("7230", 200.0, self.taxed(tax)), ("1910", -200.0))
        self.assert_agrees(self.made())

    def test_a_reversal_that_leaves_both_out_is_no_difference(self):
        self.misc.netvisor_reversal = "invalidate"
        move = self.sent()
        move._reverse_moves([{"date": move.date, "ref": "Peruutus"}], cancel=True)
        self.assert_agrees(self.made())

    def test_nothing_read_proves_nothing(self):
        self.sent()
        found = self.compared()
        self.assertFalse(found.agrees or found.read_at)

    # --- each reason --------------------------------------------------------------------------------------------------
    def test_missing_in_netvisor(self):
        self.journal.netvisor_status = "unsent"
        self.sent()
        invoice = self.sent_invoice()
        found = self.made()
        self.assert_found(found, "missing_netvisor", ("1701", 125.5, 0.0), ("2939", -25.5, 0.0), ("3000", -100.0, 0.0))
        self.assertEqual(found.difference_ids.move_id, invoice)

    def test_missing_in_odoo(self):
        self.sent()
        self.person("voucher_add", date=str(self.today), lines=[["7250", "30"], ["1910", "-30"]], description="Käsin")
        found = self.made()
        self.assert_found(found, "missing_odoo", ("1910", 0.0, -30.0), ("7250", 0.0, 30.0))
        self.assertEqual(found.difference_ids.voucher_id.description, "Käsin")

    def test_a_voucher_of_an_entry_that_is_not_posted(self):
        move = self.sent()
        self.read()
        move.button_draft()
        found = self.compared()
        self.assert_found(found, "missing_odoo", ("1910", 0.0, -100.0), ("7230", 0.0, 100.0))
        self.assertEqual(found.difference_ids.move_id, move)
        self.assertEqual(set(found.difference_ids.mapped("detail")), {"not_posted"})

    def test_amount(self):
        self.sent()
        move = self.sent()
        self.person("voucher_change", key=self.key(move), lines=[["7230", "80"], ["1910", "-80"]])
        found = self.made()
        self.assert_found(found, "amount", ("1910", -100.0, -80.0), ("7230", 100.0, 80.0))
        self.assertEqual(found.difference_ids.move_id, move)
        self.assertEqual(len(found.difference_ids.voucher_id), 1)

    def test_cents_that_netvisor_has_rounded(self):
        move = self.sent()
        self.person("voucher_change", key=self.key(move), lines=[["7230", "99.99"], ["8570", "0.01"], ["1910", "-100"]])
        found = self.made()
        self.assert_found(found, "amount", ("7230", 100.0, 99.99), ("8570", 0.0, 0.01))
        self.assertEqual(set(found.difference_ids.mapped("detail")), {"rounding"})
        self.assertIn("0.01", found.difference_ids[0].what)

    def test_account(self):
        move = self.sent(("7230", 60.0), ("7240", 40.0), ("1910", -100.0))
        self.person("voucher_change", key=self.key(move), lines=[["7230", "50"], ["7240", "50"], ["1910", "-100"]])
        self.assert_found(self.made(), "account", ("7230", 60.0, 50.0), ("7240", 40.0, 50.0))

    def test_period(self):
        move = self.sent()
        self.person("voucher_change", key=self.key(move), date=str(self.first - timedelta(days=3)))
        found = self.made()
        self.assert_found(
            found,
            "period",
            ("1910", -100.0, 0.0),
            ("1910", 0.0, -100.0),
            ("7230", 100.0, 0.0),
            ("7230", 0.0, 100.0),
        )
        self.assertEqual(found.difference_ids.filtered("opening").mapped("odoo_amount"), [0.0, 0.0])
        before = self.compared(first=self.first - timedelta(days=20), last=self.first - timedelta(days=1))
        self.assert_found(before, "period", ("1910", 0.0, -100.0), ("7230", 0.0, 100.0))

    def test_vat_code(self):
        bought = self.tax(25.5, "purchase")
        move = self.sent(("7230", 100.0, self.taxed(bought)), ("1910", -125.5))
        lines = [[row[0], str(row[1]), *map(str, row[2:])] for row in self.remote_lines(move)]
        other = [[*row[:2], "KOMY" if row[2] == "KOOS" else row[2], row[3]] for row in lines]
        self.assertNotEqual(lines, other)
        self.person("voucher_change", key=self.key(move), lines=other)
        found = self.made()
        self.assert_found(found, "vat_code", ("7230", 100.0, 100.0))
        self.assertEqual((found.difference_ids.odoo_text, found.difference_ids.netvisor_text), ("KOOS", "KOMY"))

    def test_dimension(self):
        project, other = self.analytic("P-1"), self.analytic("P-2")
        line = {"analytic_distribution": {str(project.id): 100}}
        self.sent(("7230", 40.0, line), ("1910", -40.0))
        move = self.sent(("7230", 100.0, line), ("1910", -100.0))
        self.read()
        move.line_ids.filtered(lambda row: row.account_id.code == "7230").analytic_distribution = {str(other.id): 100}
        found = self.compared()
        self.assert_found(found, "dimension", ("7230", 100.0, 100.0))
        row = found.difference_ids
        self.assertEqual((row.odoo_text, row.netvisor_text), ("Projekti: P-2", "Projekti: P-1"))

    def test_invalidated(self):
        moves = [self.sent(), self.sent()]
        self.person("voucher_invalidate", key=self.key(moves[0]))
        self.person("voucher_delete", key=self.key(moves[1]))
        found = self.made()
        rows = [("1910", -100.0, 0.0), ("7230", 100.0, 0.0)]
        self.assert_found(found, "invalidated", *rows, *rows)
        self.assertEqual(set(found.difference_ids.mapped("detail")), {"invalidated", "deleted"})

    def test_not_sent(self):
        self.sent()
        self.company.sudo().netvisor_send_automatically = False
        never = self.entry()
        self.read()
        found = self.compared()
        self.assert_found(found, "not_sent", ("1910", -100.0, 0.0), ("7230", 100.0, 0.0))
        self.assertEqual(
            (found.difference_ids.move_id, set(found.difference_ids.mapped("detail"))), (never, {"never_queued"})
        )
        never.action_netvisor_send()
        found = self.compared()
        self.assert_found(found, "not_sent", ("1910", -100.0, 0.0), ("7230", 100.0, 0.0))
        self.assertEqual(set(found.difference_ids.mapped("detail")), {"waiting"})

    def test_out_of_scope(self):
        self.sent()
        self.entry(journal=self.company_data["default_journal_bank"])
        found = self.made()
        self.assert_found(found, "out_of_scope", ("1910", -100.0, 0.0), ("7230", 100.0, 0.0))
        self.assertIn(self.company_data["default_journal_bank"].name, found.difference_ids[0].what)

    # --- what must not hide ---------------------------------------------------------------------------------------------
    def test_two_differences_that_add_up_to_nothing(self):
        self.person("voucher_add", date=str(self.today), lines=RENT)
        self.entry(journal=self.company_data["default_journal_bank"])
        found = self.made()
        self.assertEqual(set(found.line_ids.mapped("difference")), {0.0})
        self.assertFalse(found.agrees)
        self.assertEqual(sorted(set(found.difference_ids.mapped("reason"))), ["missing_odoo", "out_of_scope"])

    def test_drafts_do_not_count(self):
        self.sent()
        self.entry(post=False)
        self.assert_agrees(self.made())

    def test_again_replaces_what_was_found(self):
        self.sent()
        self.entry(journal=self.company_data["default_journal_bank"])
        found = self.made()
        count = len(found.line_ids)
        self.entry(journal=self.company_data["default_journal_bank"])
        again = self.compared()
        self.assertEqual((again, len(again.line_ids), again.difference_count), (found, count, 4))

    def test_what_is_older_than_the_ledger_is_told(self):
        self.company.sudo().netvisor_ledger_start = self.first
        self.misc.netvisor_export = "none"
        self.entry(date=self.first - timedelta(days=5))
        self.misc.netvisor_export = "voucher"
        self.sent()
        found = self.made(first=self.first - timedelta(days=25))
        self.assert_agrees(found)
        self.assertTrue(found.older)
        self.assertEqual(found.read_from, self.first)

    def test_a_mapped_account_and_a_branch(self):
        self.account("7230").with_company(self.company).netvisor_account_number = "7250"
        branch = self.env["res.company"].sudo().create({"name": "Turun sivuliike", "parent_id": self.company.id})
        self.env.user.company_ids += branch
        self.sent()
        env, both = self.env, (self.company | branch).ids
        self.env = env(context={**env.context, "allowed_company_ids": both})
        self.entry(company_id=branch.id)
        self.env = env
        self.work()
        found = self.made()
        self.assert_agrees(found)
        self.assertEqual(
            [(line.account_number, line.odoo_balance) for line in found.line_ids], [("1910", -200.0), ("7250", 200.0)]
        )

    def test_foreign_currency(self):
        currency = self.setup_other_currency("USD", rates=[("2020-01-01", 1.25)])
        self.sent_invoice({"price_unit": 100.0}, currency_id=currency.id)
        found = self.made()
        self.assert_agrees(found)
        self.assertIn(-80.0, found.line_ids.mapped("odoo_balance"))

    def test_queries_do_not_grow_with_entries(self):
        counts = []
        for number in (2, 12):
            for _entry in range(number):
                self.entry(journal=self.company_data["default_journal_bank"])
            self.read()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["netvisor.reconciliation"]._make(self.company, self.first, self.last)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.env.invalidate_all()
        self.assertLessEqual(counts[1], counts[0], counts)


@tagged("post_install", "-at_install")
class TestReconciliationScreen(ReconciliationCase):
    def colleague(self, login, group, company=None):
        company = company or self.company
        groups = f"base.group_user,{group}" if group else "base.group_user"
        return new_test_user(
            self.env(su=True), login, groups=groups, company_id=company.id, company_ids=[Command.set(company.ids)]
        )

    def wizard(self, user, **values):
        dates = {"date_from": self.first, "date_to": self.last, **values}
        return self.env["netvisor.reconcile"].with_user(user).with_company(user.company_id).create(dates)

    def different(self):
        """An amount that somebody has changed in Netvisor."""
        move = self.sent()
        self.person("voucher_change", key=self.key(move), lines=[["7230", "80"], ["1910", "-80"]])
        self.read()
        return move

    def test_from_the_menu_to_both_sides(self):
        move = self.different()
        for user in (self.bookkeeper, self.colleague("auditor", "account.group_account_readonly")):
            with self.subTest(user.login):
                action = self.wizard(user).action_compare()
                found = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
                self.assertEqual(found.reason_text, "Amount 2")
                self.assertFalse(found.note)
                line = found.line_ids[0]
                self.assertFalse(line.agrees, "differences first")
                [row] = line.difference_ids
                self.assertEqual(row.search(line.action_open_differences()["domain"]), row)
                self.assertEqual(row.move_line_ids, move.line_ids)
                self.assertEqual(row.voucher_line_ids.mapped("amount"), [80.0, -80.0])
                self.assertEqual(row.action_open_move()["res_id"], move.id)
                self.assertEqual(row.action_open_voucher()["res_id"], row.voucher_id.id)
                self.assertEqual(row.action_open_in_netvisor()["type"], "ir.actions.act_url")
                self.assertEqual(len(row.search(found.action_open_differences()["domain"])), 2)
                self.assertEqual(row.what.replace("\xa0", " ").count("100.00 €"), 1, row.what)
                found.action_compute()
                with self.assertRaises(AccessError):
                    found.agrees = True
                with self.assertRaises(AccessError):
                    row.unlink()

    def test_others_see_nothing(self):
        self.different()
        found = self.compared()
        nobody = self.colleague("nobody", None)
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "currency_id": self.company.currency_id.id})
        stranger = self.colleague("stranger", "account.group_account_invoice", other)
        for user in (nobody, stranger):
            mine = found.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            for read in (mine.action_compute, mine.action_open_lines, lambda mine=mine: mine.read(["agrees"])):
                with self.assertRaises(AccessError):
                    read()
            with self.assertRaises(AccessError):
                mine.line_ids.read(["difference"])
        self.assertFalse(self.env["netvisor.reconciliation.difference"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.wizard(nobody)
        with self.assertRaises(AccessError):
            self.wizard(stranger, company_id=self.company.id).action_compare()

    def test_reading_is_asked_for(self):
        found = self.compared()
        self.assertIn("not been read", found.note)
        self.wizard(self.bookkeeper).action_read()
        feed = self.env["netvisor.feed"].sudo().search([("company_id", "=", self.company.id), ("kind", "=", "ledger")])
        self.assertLessEqual(feed.next_due, fields.Datetime.now())
        with self.assertRaises(AccessError):
            found.with_user(self.colleague("auditor", "account.group_account_readonly")).action_read()

    def test_not_switched_on(self):
        self.company.sudo().netvisor_ledger = False
        wizard = self.wizard(self.bookkeeper)
        self.assertFalse(wizard.ledger)
        for press in (wizard.action_compare, wizard.action_read):
            with self.assertRaisesRegex(UserError, "Settings"):
                press()

    def test_the_wrong_way_round(self):
        with self.assertRaisesRegex(UserError, "ends before"):
            self.wizard(self.bookkeeper, date_from=self.last, date_to=self.first).action_compare()

    def test_the_last_month_is_proposed(self):
        wizard = self.env["netvisor.reconcile"].with_user(self.bookkeeper).create({})
        self.assertEqual(wizard.date_to, self.first - timedelta(days=1))
        self.assertEqual(wizard.date_from, (self.first - timedelta(days=1)).replace(day=1))
