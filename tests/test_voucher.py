"""Posted entries arrive as vouchers: once, to the cent, with the right class, VAT codes and dimensions."""

from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ORGANISATION
from .voucher_common import EDIT, LEDGER, VOUCHER, VoucherCase


@tagged("post_install", "-at_install")
class TestVoucher(VoucherCase):
    # --- what is sent ---------------------------------------------------------------------------------------------------
    def test_an_entry_becomes_a_voucher(self):
        move = self.sent(("7230", 500.0, {"name": "Vuokra\ntammikuu"}), ("1910", -500.0))
        voucher, document = self.voucher(move), self.document(move)
        self.assertEqual(
            (voucher["class"], voucher["date"], voucher["mode"]), ("Muut", str(move.date), "net"), "as the journal says"
        )
        self.assertEqual(voucher["description"], f"{move.name} Vuokra")
        self.assertEqual([line["description"] for line in voucher["lines"]], ["Vuokra tammikuu", "Rivi 1910"])
        self.assert_lines(move, ("7230", "500"), ("1910", "-500"))
        self.assertEqual(document.netvisor_key, voucher["key"])
        self.assertEqual(document.netvisor_number, str(voucher["number"]), "the first ones are read back")
        self.assertTrue(document.uri.endswith(f"/voucher/{voucher['key']}"))
        self.assertEqual((move.netvisor_state, move.netvisor_key), ("done", voucher["key"]))
        self.assertFalse(voucher["checked"])

    def test_one_call_per_voucher(self):
        self.company.sudo().netvisor_checked_vouchers = 20
        moves = [self.entry() for _index in range(5)]
        before = len(self.sandbox.calls(ORGANISATION, limit=1000))
        self.work()
        self.assertEqual({self.state(move) for move in moves}, {"done"})
        self.assertEqual(len(self.sandbox.calls(ORGANISATION, limit=1000)) - before, 5)

    def test_statements_per_voucher(self):
        """In waves: what each voucher costs, whatever else a run costs."""
        self.company.sudo().netvisor_checked_vouchers = 20
        used = []
        for count in (5, 25):
            moves = [
                self.entry(("7230", 60.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -75.3))
                for _i in range(count)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_netvisor()
            used.append(self.env.cr.sql_log_count - before)
            self.assertEqual({self.state(move) for move in moves}, {"done"})
        per_voucher = (used[1] - used[0]) / 20
        self.assertLessEqual(
            per_voucher, 12, used
        )  # with savepoints and log of the message, which a test cursor counts too

    def test_text_is_cut_at_characters_and_said(self):
        move = self.sent(("7230", 5.0, {"name": "ä" * 300}), ("1910", -5.0), ref="x" * 300)
        voucher = self.voucher(move)
        self.assertEqual([len(voucher["description"]), len(voucher["lines"][0]["description"])], [255, 255])
        self.assertEqual(self.notes(move), {"text_cut"})

    def test_narration_where_there_is_no_reference(self):
        move = self.sent(ref=False, narration="<p>Ensimmäinen rivi</p><p>toinen</p>")
        self.assertEqual(self.voucher(move)["description"], f"{move.name} Ensimmäinen rivi")

    def test_checked_and_number_of_odoo(self):
        self.misc.code = "M"
        first = self.entry(post=False)
        first.name = "M/26/0041"
        first.action_post()
        self.misc.write({"netvisor_voucher_checked": True, "netvisor_voucher_number": "odoo"})
        self.work()
        voucher = self.voucher(first)
        self.assertEqual((voucher["number"], voucher["checked"]), (260041, True))
        self.assertEqual(self.document(first).netvisor_number, "260041")

    def test_numbers_with_more_than_nine_digits_are_refused_on_the_journal(self):
        self.entry()
        with self.assertRaisesRegex(ValidationError, "nine digits"):
            self.misc.netvisor_voucher_number = "odoo"

    def test_nothing_lines_are_left_out(self):
        move = self.sent(("7230", 10.0), ("7230", 0.0), ("1910", -10.0))
        self.assert_lines(move, ("7230", "10"), ("1910", "-10"))

    def test_an_entry_of_nothing_is_not_sent(self):
        move = self.entry(("7230", 0.0), ("1910", 0.0))
        self.work()
        self.assertEqual((self.state(move), self.codes(move)), ("cancelled", ["voucher_empty"]))
        self.assertFalse(self.posts())

    def test_amounts_are_those_of_the_books(self):
        currency = self.env.ref("base.USD")
        currency.active = True
        line = {"currency_id": currency.id}
        move = self.sent(
            ("7230", 91.23, {**line, "amount_currency": 100.0}), ("1910", -91.23, {**line, "amount_currency": -100.0})
        )
        self.assert_lines(move, ("7230", "91.23"), ("1910", "-91.23"))

    def test_what_else_a_journal_holds(self):
        """Whatever is posted in such a journal is a voucher: bills and receipts too."""
        purchases = self.company_data["default_journal_purchase"]
        purchases.write({"netvisor_export": "voucher", "netvisor_voucher_type_id": self.type("OL").id})
        tax = self.tax(25.5, "purchase")
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "journal_id": purchases.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Paperi",
                            "price_unit": 100,
                            "account_id": self.account("7230").id,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        self.work()
        self.assertEqual(self.state(bill), "done", self.document(bill).problem)
        payable = bill.line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        ).account_id.code
        self.assert_lines(bill, ("7230", "100", "KOOS", "25.5"), ("1763", "25.5"), (payable, "-125.5"))
        self.assertEqual(self.voucher(bill)["class"], "Ostolasku")

    # --- what stops it ----------------------------------------------------------------------------------------------------
    def test_all_accounts_that_netvisor_lacks_at_once(self):
        self.sandbox.set(ORGANISATION, removed_accounts=["7230"], accounts={"4000": None})
        self.env["netvisor.account"].sudo()._read_again(self.company)
        self.work()
        move = self.entry(("7230", 1.0), ("4000", 2.0), ("1910", -3.0))
        self.work()
        [problem] = self.document(move).problems
        self.assertEqual((problem["code"], problem["values"]["accounts"]), ("accounts_missing", "7230, 4000"))
        self.assertFalse(self.posts())

    def test_an_account_that_is_gone_since_the_list_was_read(self):
        self.sandbox.set(ORGANISATION, removed_accounts=["7230"])
        move = self.entry()
        self.work()
        document = self.document(move)
        self.assertEqual((document.state, self.codes(move)), ("blocked", ["refused"]))
        self.assertIn("7230", document.message)

    def test_without_a_voucher_type(self):
        self.misc.netvisor_voucher_type_id = False
        move = self.entry()
        self.work()
        self.assertEqual(self.codes(move), ["voucher_type_missing"])
        self.assertIn(self.misc.name, self.document(move).problem)

    def test_a_voucher_type_that_netvisor_no_longer_has(self):
        self.type("MU").sudo().active = False
        move = self.entry()
        self.work()
        self.assertEqual(self.codes(move), ["voucher_type_gone"])
        self.assertIn("Muut", self.document(move).problem)

    def test_a_voucher_type_renamed_in_netvisor(self):
        """Netvisor refuses the old name; the classes are read again, and what waits goes under the new one."""
        self.sandbox.user("voucher_type_change", ORGANISATION, key="MU", name="Muistiotositteet")
        move = self.entry()
        self.work()
        self.assertEqual(self.state(move), "blocked")
        self.assertIn("Muut", self.document(move).message)
        self.work()
        self.assertEqual(self.state(move), "done", self.document(move).message)
        self.assertEqual(self.voucher(move)["class"], "Muistiotositteet")
        self.assertEqual(len(self.posts()), 2)

    def test_without_the_right_which_nothing_but_sending_can_try(self):
        self.sandbox.set(ORGANISATION, rights={VOUCHER: False})
        move = self.entry()
        self.work()
        self.assertEqual((self.state(move), self.codes(move)), ("blocked", ["right_missing"]))
        self.assertFalse(self.company.sudo().netvisor_pause_code, "one right concerns its documents only")
        self.sandbox.set(ORGANISATION, rights={})
        with self.enter_registry_test_mode():
            self.env["netvisor.right"]._try(self.company)
        self.assertEqual(self.state(move), "todo", "the test of the rights lets it try")
        self.work()
        self.assertEqual(self.state(move), "done")

    def test_a_locked_period_stops_before_sending(self):
        today = fields.Date.today()
        self.company.sudo().netvisor_lock_accounting = today
        move = self.entry()
        self.work()
        [problem] = self.document(move).problems
        self.assertEqual(problem["code"], "period_locked")
        self.assertEqual(problem["values"]["open"], str(today + timedelta(days=1)))
        self.assertIn("first open date", self.document(move).remedy)
        self.assertFalse(self.posts())

    def test_the_lock_of_vat_concerns_entries_with_vat(self):
        self.company.sudo().netvisor_lock_vat = fields.Date.today()
        plain = self.entry()
        taxed = self.entry(("3000", -100.0, self.taxed(self.tax(25.5))), ("1910", 125.5))
        self.work()
        self.assertEqual((self.state(plain), self.codes(taxed)), ("done", ["period_locked"]))

    def test_a_period_locked_since_the_list_was_read(self):
        self.sandbox.set(ORGANISATION, accounting_lock=str(fields.Date.today()))
        move = self.entry()
        self.work()
        self.assertEqual(self.codes(move), ["period_locked"])
        self.assertEqual(self.document(move).code, "PERIOD_LOCK")
        self.work()  # the lock dates are read again because of it
        self.assertEqual(self.company.sudo().netvisor_lock_accounting, fields.Date.today())

    def test_an_unbalanced_voucher_never_leaves(self):
        """Odoo forbids it, so it is forced into the table: Netvisor would book the difference without a word (8.40)."""
        move = self.entry()
        self.env.cr.execute(
            "UPDATE account_move_line SET balance = balance + 1, debit = debit + 1 WHERE move_id = %s AND balance > 0",
            [move.id],
        )
        self.env.invalidate_all()
        self.work()
        self.assertEqual(self.codes(move), ["voucher_unbalanced"])
        self.assertFalse(self.posts())

    def test_neither_old_nor_unexported_entries(self):
        self.company.sudo().netvisor_start_date = fields.Date.today()
        old = self.entry(date=fields.Date.today() - timedelta(days=1))
        self.misc.netvisor_export = "none"
        other = self.entry()
        self.assertFalse(self.document(old) or self.document(other))

    def test_a_missing_right_stops_vouchers_only(self):
        self.sandbox.set(ORGANISATION, rights={"accounting.nv": False})
        move, invoice = self.entry(), self.invoice()
        self.work()
        self.assertEqual(self.codes(move), ["right_missing"])
        self.assertEqual(self.state(invoice, "sales_invoice"), "done")

    # --- dimensions ---------------------------------------------------------------------------------------------------------
    def test_dimensions_split_lines_to_the_cent(self):
        plan, place = self.env["account.analytic.plan"].create([{"name": "Projekti"}, {"name": "Yksikkö"}])
        one, two, turku = self.env["account.analytic.account"].create(
            [
                {"name": "P-1", "plan_id": plan.id},
                {"name": "P-2", "plan_id": plan.id},
                {"name": "Turku", "plan_id": place.id},
            ]
        )
        shares = {str(one.id): 60, str(two.id): 40, str(turku.id): 100}
        tax = self.tax(25.5, "purchase")
        move = self.sent(("7230", 100.01, {"analytic_distribution": shares, **self.taxed(tax)}), ("1910", -125.51))
        lines = [
            (line["account"], Decimal(line["sum"]), sorted(item["item"] for item in line["dimensions"]))
            for line in self.voucher(move)["lines"]
        ]
        self.assertIn(("7230", Decimal("60.01"), ["P-1", "Turku"]), lines)
        self.assertIn(("7230", Decimal("40.00"), ["P-2", "Turku"]), lines)
        self.assertIn(("1910", Decimal("-125.51"), []), lines)

    def test_the_follow_up_object(self):
        plan = self.env["account.analytic.plan"].create({"name": "Kohde"})
        house = self.env["account.analytic.account"].create({"name": "Talo A", "plan_id": plan.id})
        self.env["netvisor.plan"].create({"plan_id": plan.id, "company_id": self.company.id, "use": "accountdimension"})
        move = self.sent(("7230", 10.0, {"analytic_distribution": {str(house.id): 100}}), ("1910", -10.0))
        objects = [
            line["account_dimension"] and line["account_dimension"]["name"] for line in self.voucher(move)["lines"]
        ]
        self.assertEqual(objects, ["Talo A", None])

    def test_defaults_are_for_results_only(self):
        plan = self.env["account.analytic.plan"].create({"name": "Yksikkö"})
        turku = self.env["account.analytic.account"].create({"name": "Turku", "plan_id": plan.id})
        self.misc.netvisor_analytic_account_ids = turku
        move = self.sent()
        items = [[item["item"] for item in line["dimensions"]] for line in self.voucher(move)["lines"]]
        self.assertEqual(items, [["Turku"], []])

    # --- first ones ---------------------------------------------------------------------------------------------------------
    def test_the_first_ones_are_compared_account_by_account(self):
        moves = [self.entry() for _index in range(3)]
        self.work()
        self.assertEqual(self.company.sudo().netvisor_checked_vouchers, 3)
        self.assertEqual({self.state(move) for move in moves}, {"done"})
        self.assertEqual(self.calls(LEDGER), 3)

    def test_a_difference_pauses_the_company(self):
        first, second = self.entry(), self.entry()
        self.sandbox.fault("hold", LEDGER, seconds=0.1)
        original = type(self.kind)._read_keys

        def other_sums(kind, keys, call):
            """Netvisor's books as a bookkeeper has changed them in between."""
            for key in keys:
                self.sandbox.user("voucher_change", ORGANISATION, key=key, lines=[["7230", 99], ["1910", -99]])
            return original(kind, keys, call)

        self.patch(type(self.kind), "_read_keys", other_sums)
        self.work()
        company = self.company.sudo()
        self.assertEqual(company.netvisor_pause_code, "voucher_differs")
        self.assertIn("7230: Odoo 100.00, Netvisor 99", company.netvisor_pause_text)
        self.assertEqual((self.state(first), self.state(second)), ("done", "todo"))
        self.assertFalse(self.posts(EDIT))
        self.assertEqual(len(self.posts(VOUCHER)), 1)
