"""The right day for the right rate: credit notes, advance payments, periods; and the words that say which day it was."""

from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import BaseCase, freeze_time, tagged

from odoo.addons.account_netvisor.models.netvisor_problem import describe
from odoo.addons.account_netvisor.models.netvisor_vat_words import VAT_PROBLEMS
from odoo.addons.account_netvisor.models.sales_invoice_vat_date import VERDICTS, Case, Supply, judge

from .test_sales_invoice import SalesInvoiceCommon

OLD, NEW = date(2025, 11, 3), date(2026, 9, 15)  # far from the change of 1.1.2026 on either side


class VatTimelineCommon(SalesInvoiceCommon):
    def setUp(self):
        super().setUp()
        self.old_tax, self.new_tax = self.own_tax(14), self.own_tax(13.5)

    def old_invoice(self, **values):
        return self.invoice(
            {"tax_ids": self.taxed(self.old_tax), "price_unit": 100.0, "quantity": 4},
            **{"invoice_date": OLD, **values},
        )

    def credit(self, move, day=NEW, **values):
        """A credit note as Odoo's own dialog makes it."""
        return move._reverse_moves([{"invoice_date": day, "date": day, **values}])

    def note(self, tax, **values):
        """A credit note that somebody typed."""
        return self.invoice(
            {"tax_ids": self.taxed(tax), "price_unit": 50.0}, move_type="out_refund", **{"invoice_date": NEW, **values}
        )

    def warnings(self, move):
        """Send it: nothing may stop it. :return: the codes of the notes beside it"""
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual(document.state, "done", document.problem)
        return [row["code"] for row in document.problems or []]

    def percents(self, move):
        self.to_the_cent(move)
        return {row["percent"] for row in self.remote_invoice(move)["vat"]}


@tagged("post_install", "-at_install", "post_install_l10n")
class TestVatCreditNotes(VatTimelineCommon):
    def test_keeps_rate_and_day_of_its_invoice(self):
        note = self.credit(self.old_invoice())
        note.action_post()
        self.assertEqual(self.warnings(note), [])
        self.assertEqual(self.percents(note), {"14"})

    def test_partial_credit(self):
        note = self.credit(self.old_invoice())
        note.invoice_line_ids.write({"quantity": 1})
        note.action_post()
        self.assertEqual(self.warnings(note), [])
        self.assertEqual(self.percents(note), {"14"})

    def test_credit_note_of_a_credit_note(self):
        """Odoo makes an invoice of it; the day is still that of the first invoice."""
        original = self.old_invoice()
        note = self.credit(original)
        note.action_post()
        again = self.credit(note)
        again.action_post()
        self.assertEqual((again.move_type, again.reversed_entry_id), ("out_invoice", note))
        supply = self.env["netvisor.supply"]._of(again)[again.id]
        self.assertEqual((supply.original_id, supply.date, supply.link), (original.id, OLD, "reversed"))
        self.assertEqual(self.warnings(again), [])
        self.assertEqual(self.percents(again), {"14"})

    def test_keeps_a_rate_that_was_wrong_already(self):
        """A credit note mirrors its invoice, whatever the law said."""
        original = self.old_invoice(invoice_date=date(2026, 1, 20))
        note = self.credit(original)
        note.action_post()
        self.assertEqual(self.warnings(note), [])

    def test_another_rate_than_the_invoice_is_stopped(self):
        original = self.old_invoice(invoice_date=date(2025, 3, 3), delivery_date=date(2025, 2, 27))
        note = self.credit(original)
        note.invoice_line_ids.write({"tax_ids": self.taxed(self.new_tax)})
        note.action_post()
        original.sudo().netvisor_document_ids.unlink()
        self.assertEqual(self.blocked(note), ["vat_rate_original"])
        document = self.document(note)
        for word in (original.name, "13.5 %", "02/27/2025", f"delivery date of {original.name}"):
            self.assertIn(word, document.problem)
        self.assertIn("14 %", document.remedy)

    def test_another_legal_rate_is_told(self):
        note = self.credit(self.old_invoice())
        note.invoice_line_ids.write({"tax_ids": self.taxed(self.tax(25.5))})
        note.action_post()
        self.assertEqual(self.warnings(note), ["vat_rate_other"])

    def test_without_its_invoice_it_warns_and_goes(self):
        note = self.note(self.old_tax)
        self.assertEqual(self.warnings(note), ["vat_rate_no_original"])
        self.assertEqual(self.percents(note), {"14"})
        self.assertIn("does not know which invoice", self.document(note).warning)

    def test_found_by_the_number_in_its_reference(self):
        original = self.old_invoice()
        note = self.note(self.old_tax, ref=f"Hyvitys laskusta {original.name}, viallinen")
        supply = self.env["netvisor.supply"]._of(note)[note.id]
        self.assertEqual((supply.original_id, supply.link, supply.date), (original.id, "number", OLD))
        self.assertEqual(self.warnings(note), [])

    def test_found_by_the_payment(self):
        original = self.old_invoice()
        note = self.note(self.old_tax)
        lines = (original | note).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lines.reconcile()
        supply = self.env["netvisor.supply"]._of(note)[note.id]
        self.assertEqual((supply.original_id, supply.link), (original.id, "payment"))
        self.assertEqual(self.warnings(note), [])

    def test_a_guess_never_stops(self):
        original = self.old_invoice(invoice_date=date(2025, 3, 3))
        note = self.note(self.new_tax, ref=original.name)
        self.assertEqual(self.warnings(note), ["vat_rate_guess"])

    def test_two_candidates_and_other_customers_are_no_answer(self):
        first, second = self.old_invoice(), self.old_invoice()
        note = self.note(self.old_tax, ref=f"{first.name} {second.name}")
        other = self.customer.sudo().copy({"name": "Toinen Oy", "company_registry": False, "ref": "20002"})
        stranger = self.note(self.old_tax, ref=first.name, partner_id=other.id)
        early = self.note(self.old_tax, ref=first.name, invoice_date=date(2025, 10, 1))
        supplies = self.env["netvisor.supply"]._of(note | stranger | early)
        self.assertEqual({supply.original_id for supply in supplies.values()}, {None})

    def test_a_debit_note_keeps_the_rate_of_its_invoice(self):
        if "debit_origin_id" not in self.env["account.move"]._fields:
            self.skipTest("account_debit_note is not installed")
        original = self.old_invoice()
        more = self.invoice(
            {"tax_ids": self.taxed(self.old_tax)}, invoice_date=NEW, debit_origin_id=original.id, post=False
        )
        more.action_post()
        self.assertEqual(self.warnings(more), [])


@tagged("post_install", "-at_install", "post_install_l10n")
class TestVatAdvances(VatTimelineCommon):
    def final_invoice(self, tax, **values):
        return self.invoice(
            {"name": "Toimitus", "price_unit": 1000.0, "tax_ids": self.taxed(self.new_tax)},
            {"name": "Ennakko", "price_unit": -300.0, "tax_ids": self.taxed(tax)},
            invoice_date=NEW,
            **values,
        )

    def test_an_advance_is_taken_off_at_the_rate_at_which_it_was_invoiced(self):
        move = self.final_invoice(self.old_tax)
        self.assertEqual(self.warnings(move), ["vat_rate_deducted"])
        self.assertEqual(self.percents(move), {"14", "13.5"})
        for word in ("Ennakko", "14 %", "advance payment"):
            self.assertIn(word, self.document(move).warning)

    def test_an_advance_of_a_rate_to_come_is_no_advance(self):
        move = self.invoice(
            {"price_unit": 1000.0, "tax_ids": self.taxed(self.old_tax)},
            {"price_unit": -300.0, "tax_ids": self.taxed(self.new_tax)},
            invoice_date=date(2025, 3, 3),
        )
        self.assertEqual(self.blocked(move), ["vat_rate_date"])

    def test_a_positive_line_at_the_old_rate_is_stopped(self):
        move = self.invoice(
            {"price_unit": 1000.0, "tax_ids": self.taxed(self.old_tax)},
            {"price_unit": -300.0, "tax_ids": self.taxed(self.old_tax)},
            invoice_date=NEW,
        )
        self.assertEqual(self.blocked(move), ["vat_rate_date"])
        document = self.document(move)
        for word in ("14 %", "09/15/2026", "invoice date; no delivery date is known"):
            self.assertIn(word, document.problem)
        for word in ("delivery date", "13.5 %", "reset it to draft"):
            self.assertIn(word, document.remedy)

    def test_invoiced_long_before_delivery_it_may_be_an_advance(self):
        move = self.old_invoice(delivery_date=NEW)
        self.assertEqual(self.warnings(move), ["vat_rate_advance"])
        self.assertEqual(self.percents(move), {"14"})

    def test_taxable_supply_date_before_delivery_before_invoice(self):
        move = self.old_invoice(delivery_date=NEW)
        move.taxable_supply_date = OLD
        self.assertEqual(self.warnings(move), [])
        supply = self.env["netvisor.supply"]._of(move)[move.id]
        self.assertEqual((supply.date, supply.basis), (OLD, "taxable_supply"))

    def test_december_in_january(self):
        january = self.old_invoice(invoice_date=date(2026, 1, 8))
        self.assertEqual(self.warnings(january), ["vat_rate_near_change"])
        words = " ".join(describe(self.env, self.document(january).problems[0]))
        for word in ("01/08/2026", "01/01/2026", "13.5 %", "delivery date"):
            self.assertIn(word, words)
        delivered = self.old_invoice(invoice_date=date(2026, 1, 8), delivery_date=date(2025, 12, 30))
        self.assertEqual(self.warnings(delivered), [])

    def test_a_draft_without_a_date_is_judged_by_today(self):
        draft = self.invoice({"tax_ids": self.taxed(self.old_tax)}, post=False, invoice_date=False)
        with freeze_time("2025-05-05"):
            supply = self.env["netvisor.supply"]._of(draft)[draft.id]
        self.assertEqual((supply.date, supply.basis), (date(2025, 5, 5), "today"))

    def test_one_statement_for_the_wave(self):
        moves = self.env["account.move"].union(*(self.credit(self.old_invoice()) for _index in range(3)))
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(len(self.env["netvisor.supply"]._of(moves)), 3)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestVatDownPayments(VatTimelineCommon):
    """With Odoo's sales, which marks its down payments."""

    def setUp(self):
        super().setUp()
        if "sale.order" not in self.env:
            self.skipTest("sale is not installed")
        self.product = self.env["product.product"].sudo().create({"name": "Kone", "type": "service"})
        self.order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": 1,
                                "price_unit": 1000.0,
                                "tax_ids": self.taxed(self.old_tax),
                            }
                        )
                    ],
                }
            )
        )
        self.order.action_confirm()

    def down_payment(self):
        wizard = self.env["sale.advance.payment.inv"].sudo()
        wizard = wizard.create(
            {"advance_payment_method": "percentage", "amount": 30, "sale_order_ids": [Command.set(self.order.ids)]}
        )
        advance = wizard._create_invoices(self.order)
        advance.journal_id = self.journal
        advance.invoice_line_ids.filtered(lambda line: line.display_type == "product").account_id = self.income_account
        return advance

    def test_the_day_of_the_advance_and_not_of_the_delivery(self):
        advance = self.down_payment()
        advance.write({"invoice_date": OLD, "delivery_date": NEW})
        advance.action_post()
        self.assertTrue(advance.invoice_line_ids.filtered("is_downpayment"))
        self.assertEqual(self.warnings(advance), [])
        row = self.border(advance)
        self.assertEqual((row.verdict, row.supply_basis, row.supply_date), ("right", "advance", OLD))

    def test_an_advance_at_a_rate_that_has_ended(self):
        advance = self.down_payment()
        advance.write({"invoice_date": NEW, "delivery_date": OLD})
        advance.action_post()
        self.assertEqual(self.blocked(advance), ["vat_rate_date"])
        self.assertIn("invoice date of the advance payment", self.document(advance).problem)

    def test_the_final_invoice(self):
        advance = self.down_payment()
        advance.invoice_date = OLD
        advance.action_post()
        line = self.order.order_line.filtered(lambda line: line.product_id == self.product)
        line.tax_ids = self.new_tax
        line.qty_delivered = 1
        final = self.order._create_invoices(final=True)
        final.write({"invoice_date": NEW, "journal_id": self.journal.id})
        final.invoice_line_ids.filtered(lambda line: line.display_type == "product").account_id = self.income_account
        final.action_post()
        self.assertEqual(self.warnings(final), ["vat_rate_deducted"])
        self.assertEqual(self.percents(final), {"14", "13.5"})
        self.assertFalse(self.border(final), "right, and far from the change")

    def border(self, move):
        return self.env["netvisor.vat.border"].search([("move_id", "=", move.id), ("change", "=", "2026-01-01")])

    def test_a_credit_note_is_found_by_its_order(self):
        self.order.order_line.qty_delivered = 1
        original = self.order._create_invoices()
        original.write({"invoice_date": OLD, "journal_id": self.journal.id})
        original.action_post()
        note = self.note(self.old_tax)
        note.invoice_line_ids.sudo().sale_line_ids = self.order.order_line
        supply = self.env["netvisor.supply"]._of(note)[note.id]
        self.assertEqual((supply.original_id, supply.link), (original.id, "order"))


@tagged("post_install", "-at_install")
class TestVatCase(BaseCase):
    """The rules by themselves."""

    def case(self, percent="14", day=NEW, basis="invoice", **values):
        supply = {"invoice_date": NEW, **values.pop("supply", {})}
        return Case(code="KOMY", percent=Decimal(percent), supply=Supply(day, basis, **supply), **values)

    def test_a_period_reaches_across_the_change(self):
        """Enterprise's deferred revenue: the last day decides, and nothing is stopped by a period that began at the rate."""
        invoiced = {"invoice_date": date(2025, 6, 1)}
        whole_year = (date(2025, 6, 1), date(2026, 5, 31))
        case = self.case(day=date(2025, 6, 1), supply=invoiced, period=whole_year)
        self.assertEqual(case.looked_at, (date(2026, 5, 31), "period"))
        self.assertEqual(judge(case), ("vat_rate_period", False))
        self.assertIsNone(judge(self.case(day=date(2025, 6, 1), supply=invoiced, period=(False, False))))
        self.assertEqual(
            judge(self.case(period=(date(2026, 3, 1), date(2026, 8, 31)), supply={"invoice_date": date(2026, 6, 1)})),
            ("vat_rate_date", True),
        )

    def test_a_delivery_date_is_stronger_than_a_period(self):
        case = self.case(day=OLD, basis="delivery", period=(OLD, NEW))
        self.assertEqual(case.looked_at, (OLD, "delivery"))

    def test_an_advance_is_judged_by_its_invoice_date(self):
        case = self.case(day=OLD, basis="delivery", advance=True)
        self.assertEqual(case.looked_at, (NEW, "advance"))
        explicit = self.case(day=OLD, basis="taxable_supply", advance=True)
        self.assertEqual(explicit.looked_at, (OLD, "taxable_supply"))

    def test_every_verdict_has_its_words(self):
        codes = {problem for _test, problem, _blocks in VERDICTS} - {None}
        self.assertLessEqual(codes | {"vat_rate_date"}, set(VAT_PROBLEMS))

    def test_near_a_change_nothing_is_stopped(self):
        for day in (date(2026, 1, 1), date(2026, 3, 1)):
            self.assertEqual(judge(self.case(day=day)), ("vat_rate_near_change", False))
        self.assertEqual(judge(self.case(day=date(2026, 5, 1))), ("vat_rate_date", True))
        self.assertEqual(judge(self.case("13.5", day=date(2025, 12, 20))), ("vat_rate_near_change", False))
