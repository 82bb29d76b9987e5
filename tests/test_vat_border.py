"""The list of documents at the border of a change of rates, and the window that mends them."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from odoo.addons.account_netvisor.models.netvisor_vat_words import REASONS
from odoo.addons.account_netvisor.models.sales_invoice_vat_date import Case, judge

from .test_vat_timeline import NEW, OLD, VatTimelineCommon

CHANGE = "2026-01-01"
# What the engine lets through with a note is to be looked at; where a date was given, the list is stricter.
STRICTER = {"near": ("check", "wrong")}


class VatBorderCommon(VatTimelineCommon):
    def rows(self, moves=None, change=CHANGE, **context):
        domain = [("change", "=", change)] + ([("move_id", "in", moves.ids)] if moves is not None else [])
        return self.env["netvisor.vat.border"].with_context(**context).search(domain)

    def row(self, move, change=CHANGE):
        return self.rows(move, change)

    def one(self, tax, **values):
        return self.invoice({"tax_ids": self.taxed(tax)}, **values)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestVatBorder(VatBorderCommon):
    def test_verdicts(self):
        december, january, may = date(2025, 12, 30), date(2026, 1, 8), date(2026, 5, 5)
        original = self.old_invoice()
        credit = self.credit(original)
        credit.action_post()
        other = self.credit(original)
        other.invoice_line_ids.write({"tax_ids": self.taxed(self.new_tax)})
        other.action_post()
        legal = self.credit(original)
        legal.invoice_line_ids.write({"tax_ids": self.taxed(self.tax(25.5))})
        legal.action_post()
        final = self.invoice(
            {"price_unit": 1000.0, "tax_ids": self.taxed(self.new_tax)},
            {"price_unit": -300.0, "tax_ids": self.taxed(self.old_tax)},
            invoice_date=NEW,
        )
        for move, expected in (
            (self.one(self.new_tax, invoice_date=january), ("right", "fits_undated", "invoice", january)),
            (
                self.one(self.new_tax, invoice_date=january, delivery_date=january),
                ("right", "fits", "delivery", january),
            ),
            (self.one(self.old_tax, invoice_date=december), ("right", "fits_undated", "invoice", december)),
            (self.one(self.old_tax, invoice_date=january), ("check", "near", "invoice", january)),
            (self.one(self.new_tax, invoice_date=december), ("check", "near", "invoice", december)),
            (
                self.one(self.old_tax, invoice_date=january, delivery_date=december),
                ("right", "fits", "delivery", december),
            ),
            (
                self.one(self.new_tax, invoice_date=january, delivery_date=december),
                ("wrong", "wrong", "delivery", december),
            ),
            (self.one(self.old_tax, invoice_date=may), ("wrong", "wrong", "invoice", may)),
            (self.one(self.new_tax, invoice_date=OLD), ("check", "near", "invoice", OLD)),
            (self.one(self.new_tax, invoice_date=date(2025, 3, 3)), ("wrong", "wrong", "invoice", date(2025, 3, 3))),
            (
                self.one(self.old_tax, invoice_date=december, delivery_date=may),
                ("check", "maybe_advance", "delivery", may),
            ),
            (self.note(self.old_tax), ("check", "no_original", "invoice", NEW)),
            (credit, ("right", "kept", "invoice", OLD)),
            (other, ("wrong", "other_rate_wrong", "invoice", OLD)),
            (final, ("check", "deducted", "invoice", NEW)),
        ):
            with self.subTest(expected=expected, move=move.name):
                row = self.row(move)
                self.assertEqual((row.verdict, row.reason, row.supply_basis, row.supply_date), expected)
                self.assertEqual(row.company_id, self.company)
        self.assertFalse(self.row(legal), "its rate is none of the two")
        self.assertFalse(self.row(self.one(self.tax(25.5), invoice_date=january)))

    def test_agrees_with_what_is_sent(self):
        """One truth: what the engine stops is wrong in the list, what it notes is to be looked at, the rest is right."""
        days = (OLD, date(2025, 12, 30), date(2026, 1, 8), date(2026, 5, 5), NEW)
        moves = self.env["account.move"]
        for tax in (self.old_tax, self.new_tax):
            for day in days:
                for delivery in (False, date(2025, 12, 30), date(2026, 1, 8), NEW):
                    moves |= self.one(tax, invoice_date=day, delivery_date=delivery)
                moves |= self.note(tax, invoice_date=day)
        moves |= self.note(self.old_tax, ref=moves[0].name)
        moves |= self.note(self.new_tax, ref=moves[0].name)
        rows = {row.move_id: row for row in self.rows(moves)}
        supplies = self.env["netvisor.supply"]._of(moves)
        levels = {None: "right", True: "wrong", False: "check"}
        for move in moves:
            line = move.invoice_line_ids
            case = Case(
                code="KOMY",
                percent=line.tax_ids._netvisor_percent(),
                supply=supplies[move.id],
                refund=move.move_type == "out_refund",
            )
            verdict = judge(case)
            level = levels[verdict and verdict[1]]
            row = rows.get(move)
            with self.subTest(move.name, day=move.invoice_date, delivery=move.delivery_date, tax=line.tax_ids.amount):
                if not row:
                    self.assertEqual(level, "right", "what is not listed is right and far away")
                    self.assertGreater(abs((supplies[move.id].date - date(2026, 1, 1)).days), 92)
                    continue
                self.assertEqual(row.supply_date, case.on_date)
                near = verdict and verdict[0] == "vat_rate_near_change"
                self.assertIn(row.verdict, STRICTER["near"] if near else (level,))
                self.assertEqual(row.original_id.id, case.supply.original_id or False)

    def test_words(self):
        row = self.row(self.one(self.old_tax, invoice_date=date(2026, 5, 5), delivery_date=date(2026, 5, 4)))
        self.assertEqual((row.basis_text, row.percents_text, row.expected_text), ("delivery date", "14 %", "13.5 %"))
        self.assertIn("Not the rate", row.reason_text)
        original = self.old_invoice()
        note = self.credit(original)
        note.action_post()
        row = self.row(note)
        self.assertEqual(row.basis_text, f"invoice date of {original.name}")
        self.assertIn(original.name, row.reason_text)
        self.assertEqual(row.original_id, original)

    def test_every_reason_has_words(self):
        statement = self.env["netvisor.vat.border.query"]._reason_sql().code
        for reason in REASONS:
            self.assertIn(f"'{reason}'", statement)

    def test_amounts_and_both_rates(self):
        move = self.invoice(
            {"price_unit": 1000.0, "tax_ids": self.taxed(self.new_tax)},
            {"price_unit": 250.0, "tax_ids": self.taxed(self.old_tax)},
            {"price_unit": 99.0, "tax_ids": self.taxed(self.tax(25.5))},
            invoice_date=date(2026, 1, 8),
        )
        row = self.row(move)
        self.assertEqual((row.base_old, row.base_new, row.percents_text), (250.0, 1000.0, "13.5 % / 14 %"))
        self.assertEqual((row.verdict, row.days, row.distance), ("check", 7, 7))

    def test_drafts(self):
        with freeze_time("2026-03-03"):
            draft = self.invoice({"tax_ids": self.taxed(self.old_tax)}, post=False, invoice_date=False)
            row = self.row(draft)
            self.assertEqual((row.state, row.supply_basis, row.verdict), ("draft", "today", "check"))
            self.assertEqual(row.supply_date, date(2026, 3, 3))

    def test_what_moved_from_10_to_14(self):
        ten = self.own_tax(10)
        after = self.one(ten, invoice_date=date(2025, 1, 20))
        before = self.one(ten, invoice_date=date(2024, 12, 20))
        far = self.one(ten, invoice_date=date(2025, 6, 20))
        food = self.one(self.old_tax, invoice_date=date(2024, 12, 20))
        change = "2025-01-01"
        row = self.row(after, change)
        self.assertEqual((row.verdict, row.reason), ("check", "groups"))
        for word in ("books", "accommodation", "magazines", "10 %"):
            self.assertIn(word, row.reason_text)
        self.assertEqual(self.row(before, change).verdict, "right")
        self.assertEqual(self.row(food, change).verdict, "right")
        self.assertFalse(self.row(far, change), "10 % is still the law for some")
        self.assertFalse(self.row(after), "another change")

    def test_state_in_netvisor(self):
        move = self.one(self.old_tax, invoice_date=date(2026, 5, 5))
        self.run_netvisor()
        row = self.row(move)
        self.assertEqual((row.netvisor_state, row.can_mend), ("blocked", True))
        sent = self.one(self.old_tax, invoice_date=date(2026, 1, 8))
        self.run_netvisor()
        self.assertEqual((self.row(sent).netvisor_state, self.row(sent).can_mend), ("done", False))

    def test_filters_and_groups_work_in_sql(self):
        moves = self.one(self.old_tax, invoice_date=date(2026, 1, 8)) | self.one(
            self.old_tax, invoice_date=date(2026, 5, 5)
        )
        border = self.env["netvisor.vat.border"]
        domain = [("change", "=", CHANGE), ("move_id", "in", moves.ids)]
        self.assertEqual(border.search_count([*domain, ("distance", "<=", 31)]), 1)
        groups = border._read_group(domain, ["verdict"], ["__count", "base_old:sum"])
        self.assertEqual(sorted(groups), [("check", 1, 100.0), ("wrong", 1, 100.0)])
        self.assertEqual(border.search(domain)[:1].verdict, "wrong", "what is wrong comes first")
        self.assertEqual(border.search([*domain, ("partner_id.name", "ilike", "pihlaja")]).move_id, moves)

    def test_the_menu_opens_the_latest_change(self):
        action = self.env["netvisor.vat.border"].with_user(self.bookkeeper).action_open_latest()
        self.assertEqual(action["context"], {"search_default_change_2026_01_01": 1, "search_default_not_right": 1})
        view = self.env["netvisor.vat.border"].get_view(view_type="search")["arch"]
        for name, words in (("change_2026_01_01", "14 → 13.5 %"), ("change_2024_09_01", "24 → 25.5 %")):
            self.assertIn(name, view)
            self.assertIn(words, view)
        codes = [code for code, _text in self.env["netvisor.vat.border"]._selection_change()]
        self.assertEqual(codes, [CHANGE, "2025-01-01", "2024-09-01"])
        row = self.row(self.one(self.old_tax, invoice_date=date(2026, 5, 5))).with_user(self.bookkeeper)
        self.assertEqual(row.action_open_move()["res_id"], row.move_id.id)

    def test_who_sees_what(self):
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy"})
        self.one(self.old_tax, invoice_date=date(2026, 5, 5))
        stranger = new_test_user(
            self.env(su=True),
            "stranger",
            groups="base.group_user,account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        employee = new_test_user(
            self.env(su=True),
            "employee",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        border = self.env["netvisor.vat.border"]
        self.assertFalse(border.with_user(stranger).search([]))
        self.assertTrue(border.with_user(self.bookkeeper).search([]))
        with self.assertRaises(AccessError):
            border.with_user(employee).search([])
        with self.assertRaises(AccessError):
            border.with_user(self.bookkeeper).action_create_successors()

    def test_the_chosen_change(self):
        border = self.env["netvisor.vat.border"]
        chosen = lambda domain: border.with_context(active_domain=domain)._chosen_change()  # noqa: E731
        self.assertEqual(chosen([("change", "=", "2024-09-01"), ("verdict", "=", "wrong")]), "2024-09-01")
        self.assertIsNone(chosen([("verdict", "=", "wrong")]))
        self.assertIsNone(chosen([("change", "=", "2025-01-01")]), "no rate ended then")


@tagged("post_install", "-at_install", "post_install_l10n")
class TestVatMend(VatBorderCommon):
    def mend(self, moves, user=None):
        action = moves.with_user(user or self.bookkeeper).action_netvisor_vat_mend()
        return self.env["netvisor.vat.mend"].with_user(user or self.bookkeeper).browse(action["res_id"])

    def test_a_draft_says_it_and_is_mended(self):
        draft = self.invoice({"tax_ids": self.taxed(self.old_tax)}, post=False, invoice_date=NEW)
        [alert] = [row for key, row in draft.alerts.items() if key.startswith("netvisor_vat_")]
        self.assertIn("14 % was not the law", alert["message"])
        self.assertEqual(alert["action"]["context"]["active_ids"], draft.ids)
        wizard = self.mend(draft)
        self.assertEqual((wizard.line_ids.old_tax_id, wizard.line_ids.new_tax_id.amount), (self.old_tax, 13.5))
        self.assertEqual(wizard.line_ids.basis_text, "invoice date; no delivery date is known")
        action = wizard.action_replace()
        self.assertEqual(action["res_id"], draft.id)
        self.assertEqual(draft.invoice_line_ids.tax_ids, self.new_tax)
        self.assertEqual(draft.amount_tax, 13.5)
        self.assertFalse([key for key in draft.alerts or {} if key.startswith("netvisor_vat_")])

    def test_a_blocked_invoice_gets_its_delivery_date(self):
        move = self.one(self.old_tax, invoice_date=NEW)
        self.assertEqual(self.blocked(move), ["vat_rate_date"])
        alerts = self.document(move).with_user(self.bookkeeper)._netvisor_alerts()
        self.assertEqual(alerts["netvisor_problem_0"]["action_text"], "Mend the VAT rate")
        wizard = self.mend(move)
        with self.assertRaises(UserError):
            wizard.action_set_date()
        with Form(wizard) as form:
            form.delivery_date = date(2025, 12, 20)
        wizard.action_set_date()
        self.to_the_cent(move)
        self.assertEqual(self.remote_invoice(move)["delivery_date"], "2025-12-20")
        self.assertEqual({row["percent"] for row in self.remote_invoice(move)["vat"]}, {"14"})

    def test_a_blocked_invoice_gets_another_tax(self):
        move = self.one(self.old_tax, invoice_date=NEW)
        self.assertEqual(self.blocked(move), ["vat_rate_date"])
        name = move.name
        wizard = self.mend(move)
        self.assertEqual(wizard.posted_count, 1)
        wizard.action_replace()
        self.assertEqual((move.state, move.name, move.invoice_line_ids.tax_ids), ("draft", name, self.new_tax))
        move.action_post()
        self.to_the_cent(move)
        self.assertEqual({row["percent"] for row in self.remote_invoice(move)["vat"]}, {"13.5"})

    def test_a_sent_invoice_is_left_alone(self):
        move = self.one(self.old_tax, invoice_date=date(2026, 1, 8))
        wizard = self.mend(move)
        self.run_netvisor()
        for action in (
            wizard.action_replace,
            lambda: wizard.write({"delivery_date": OLD}) and wizard.action_set_date(),
        ):
            with self.assertRaisesRegex(UserError, "Credit them"):
                action()
        with self.assertRaisesRegex(UserError, "Credit them"):
            self.mend(move)
        self.assertEqual((move.state, move.invoice_line_ids.tax_ids), ("posted", self.old_tax))

    def test_the_rate_back(self):
        """Too early: December's delivery with January's rate."""
        draft = self.invoice(
            {"tax_ids": self.taxed(self.new_tax)},
            post=False,
            invoice_date=date(2026, 1, 8),
            delivery_date=date(2025, 12, 20),
        )
        wizard = self.mend(draft)
        self.assertEqual(wizard.line_ids.new_tax_id.amount, 14)
        wizard.action_replace()
        self.assertEqual(draft.invoice_line_ids.tax_ids.amount, 14)

    def test_without_a_tax_of_the_day(self):
        self.new_tax.active = False
        draft = self.invoice({"tax_ids": self.taxed(self.old_tax)}, post=False, invoice_date=NEW)
        wizard = self.mend(draft)
        self.assertEqual((wizard.missing_count, wizard.line_ids.new_tax_id.ids), (1, []))
        with self.assertRaisesRegex(UserError, "Create the taxes"):
            wizard.action_replace()

    def test_what_is_right_all_the_same_is_not_offered(self):
        final = self.invoice(
            {"price_unit": 1000.0, "tax_ids": self.taxed(self.new_tax)},
            {"price_unit": -300.0, "tax_ids": self.taxed(self.old_tax)},
            invoice_date=NEW,
            post=False,
        )
        self.assertFalse(self.mend(final).line_ids)
        note = self.credit(self.old_invoice())
        self.assertFalse(self.mend(note).line_ids)

    def test_included_in_the_price(self):
        old = self.own_tax(14, price_include_override="tax_included")
        new = self.own_tax(13.5, price_include_override="tax_included")
        draft = self.invoice({"tax_ids": self.taxed(old), "price_unit": 114.0}, post=False, invoice_date=NEW)
        wizard = self.mend(draft)
        self.assertEqual(wizard.line_ids.new_tax_id, new)
        wizard.action_replace()
        self.assertEqual(draft.amount_total, 114.0, "the price stays")
