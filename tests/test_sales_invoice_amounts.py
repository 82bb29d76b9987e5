"""To the cent: whatever Odoo makes of an invoice, Netvisor's own arithmetic (the sandbox's) must make the same of the message."""

from collections import defaultdict
from decimal import Decimal
from itertools import count

from odoo import Command
from odoo.tests import tagged

from .common import NetvisorCommon

NUMBERS = count(1)


class CentCommon(NetvisorCommon):
    def own_tax(self, percent, code="KOMY", **values):
        """A tax as companies make their own: Odoo's Finnish chart has no 13.5 %."""
        tax = self.env["account.tax"].create(
            {
                "name": f"{percent} % {values.get('price_include_override') or 'own'} {code} {next(NUMBERS)}",
                "amount": percent,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.fi").id,
                **values,
            }
        )
        tax.netvisor_vat_code = code  # a new tax gets the code that its attributes suggest
        return tax

    def included(self, percent):
        return self.own_tax(percent, price_include_override="tax_included")

    def taxed(self, *taxes):
        return [Command.set([tax.id for tax in taxes])]

    def to_the_cent(self, *moves, sums=None):
        """Send, and compare Odoo with what the sandbox stored and with what it computed by itself.

        :param sums: whether line sums are expected in the message; None when either will do
        """
        counts = self.run_netvisor()
        for move in moves:
            document = self.document(move)
            self.assertEqual(document.state, "done", f"{document.problem} {document.message} {counts}")
            remote = self.remote_invoice(move)
            sign = -1 if move.move_type == "out_refund" else 1
            total = sign * Decimal(str(round(move.amount_total, 2)))
            self.assertEqual(Decimal(remote["amount"]), total, "the total that was sent")
            self.assertEqual(Decimal(remote["computed"]), total, "the total that Netvisor computes from the lines")
            self.assert_vat(move, remote, sign)
            lines = [line for line in remote["lines"] if line["kind"] == "product"]
            self.assertTrue(all(not line["price"].startswith("-") for line in lines), "prices are never negative")
            given = {line["sums_given"] for line in lines}
            self.assertEqual(len(given), 1, "line sums on every line or on none")
            if sums is not None:
                self.assertEqual(given, {sums})
        return self.remote_invoice(moves[0]) if len(moves) == 1 else None

    def assert_vat(self, move, remote, sign):
        """Net per account and VAT per rate are those of Odoo's journal items."""
        accounts = defaultdict(Decimal)
        for line in remote["lines"]:
            if line["kind"] == "product":
                accounts[line["account"]] += Decimal(line["net"])
        odoo = defaultdict(Decimal)
        for line in move.line_ids.filtered(lambda line: line.display_type in ("product", "epd", "rounding")):
            if not line.tax_repartition_line_id:
                odoo[line.account_id.with_company(self.company).code] -= Decimal(str(round(line.amount_currency, 2)))
        self.assertEqual(
            {account: net for account, net in accounts.items() if net},
            {account: net for account, net in odoo.items() if net},
        )
        self.assertEqual(
            sum(Decimal(row["vat"]) for row in remote["vat"]), sign * Decimal(str(round(move.amount_tax, 2)))
        )


@tagged("post_install", "-at_install", "post_install_l10n")
class TestSalesInvoiceAmounts(CentCommon):
    # --- rounding ---------------------------------------------------------------------------------------------------
    def test_plain_invoice_has_no_line_sums(self):
        remote = self.to_the_cent(self.invoice({"quantity": 2}), sums=False)
        self.assertEqual(remote["amount"], "251.00")
        self.assertEqual([(row["code"], row["percent"]) for row in remote["vat"]], [("KOMY", "25.5")])

    def test_global_rounding_moves_cents_between_lines(self):
        lines = [{"quantity": 12.12, "price_unit": 12.12}] * 2
        move = self.invoice(*lines)
        self.assertEqual(move.company_id.tax_calculation_rounding_method, "round_globally")
        self.to_the_cent(move, sums=True)

    def test_rounding_per_line(self):
        self.company.sudo().tax_calculation_rounding_method = "round_per_line"
        lines = [{"quantity": 12.12, "price_unit": 12.12}] * 2 + [{"quantity": 7, "price_unit": 0.333}]
        self.to_the_cent(self.invoice(*lines), sums=False)

    def test_seven_lines_of_a_third(self):
        self.to_the_cent(self.invoice(*[{"quantity": 1.5, "price_unit": 0.333}] * 7), sums=True)

    def test_three_decimal_prices_and_fractional_quantities(self):
        lines = [
            {"price_unit": 1.005, "quantity": 3},
            {"price_unit": 0.125, "quantity": 0.75},
            {"price_unit": 19.999, "quantity": 2.25},
            {"price_unit": 0.0333, "quantity": 1000},
        ]
        remote = self.to_the_cent(self.invoice(*lines))
        self.assertEqual([line["price"] for line in remote["lines"]], ["1.005", "0.125", "19.999", "0.0333"])

    def test_discounts(self):
        lines = [
            {"price_unit": 19.99, "quantity": 3, "discount": 12.5},
            {"price_unit": 5.55, "quantity": 1, "discount": 33.33},
            {"price_unit": 80, "quantity": 2, "discount": 100},
        ]
        remote = self.to_the_cent(self.invoice(*lines))
        self.assertEqual([line["discount"] for line in remote["lines"]], ["12.5", "33.33", "100"])
        self.assertEqual(Decimal(remote["lines"][2]["gross"]), 0)

    def test_many_random_invoices(self):
        """Two hundred lines with every digit: sums differ often, totals never."""
        taxes = [self.tax(25.5), self.included(25.5), self.own_tax(13.5), self.included(10)]
        moves = []
        for number in range(20):
            lines = [
                {
                    "tax_ids": self.taxed(taxes[(number + index * (number % 3)) % 4]),
                    "price_unit": ((number * 37 + index * 101) % 9973) / 1000 + 0.01,
                    "quantity": ((number * 11 + index * 7) % 40) / 8 + 0.25,
                    "discount": (number + index) % 4 * 3.75,
                }
                for index in range(10)
            ]
            moves.append(self.invoice(*lines, move_type="out_refund" if number % 5 == 4 else "out_invoice"))
        self.to_the_cent(*moves)

    # --- prices with tax --------------------------------------------------------------------------------------------
    def test_price_included(self):
        tax = self.included(25.5)
        remote = self.to_the_cent(self.invoice({"price_unit": 21.53, "tax_ids": self.taxed(tax)}), sums=False)
        self.assertEqual((remote["lines"][0]["price"], remote["lines"][0]["price_type"]), ("21.53", "gross"))
        self.assertEqual(remote["amount"], "21.53")

    def test_price_included_global_rounding_and_discount(self):
        tax = self.included(25.5)
        lines = [{"price_unit": 21.53, "tax_ids": self.taxed(tax)}] * 2
        lines.append({"price_unit": 9.99, "quantity": 3, "discount": 10, "tax_ids": self.taxed(tax)})
        self.to_the_cent(self.invoice(*lines))

    def test_included_and_excluded_on_one_invoice(self):
        lines = [
            {"price_unit": 9.99, "tax_ids": self.taxed(self.included(13.5))},
            {"price_unit": 9.99},
            {"price_unit": 0.99, "quantity": 7, "tax_ids": self.taxed(self.included(25.5))},
        ]
        self.to_the_cent(self.invoice(*lines))

    # --- several rates ----------------------------------------------------------------------------------------------
    def test_several_rates(self):
        lines = [
            {"price_unit": 33.33},
            {"price_unit": 12.34, "tax_ids": self.taxed(self.own_tax(13.5))},
            {"price_unit": 5.67, "tax_ids": self.taxed(self.own_tax(10))},
            {"price_unit": 8.9, "tax_ids": [Command.clear()]},
        ]
        remote = self.to_the_cent(self.invoice(*lines))
        self.assertEqual(
            {(row["code"], row["percent"]) for row in remote["vat"]},
            {("KOMY", "25.5"), ("KOMY", "13.5"), ("KOMY", "10"), ("NONE", "0")},
        )

    def test_two_taxes_on_one_line_are_refused_clearly(self):
        second = self.own_tax(10)
        move = self.invoice({"name": "Kahvi", "tax_ids": self.taxed(self.tax(25.5), second)})
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual(document.state, "blocked")
        self.assertEqual([problem["code"] for problem in document.problems], ["several_taxes"])
        self.assertIn("Kahvi", document.problem)
        self.assertIn(second.name, document.problem)
        self.assertFalse(self.remote()["invoices"])

    def test_a_fixed_charge_is_refused_clearly(self):
        tax = self.own_tax(0.4, code=False, amount_type="fixed")
        move = self.invoice({"tax_ids": self.taxed(tax)})
        self.run_netvisor()
        self.assertEqual([problem["code"] for problem in self.document(move).problems], ["tax_kind"])

    def test_a_reverse_charge_pair_on_sales_comes_to_nothing(self):
        repartition = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "factor_percent": 100}),
            Command.create({"repartition_type": "tax", "factor_percent": -100}),
        ]
        tax = self.own_tax(
            25.5,
            code="RAMY",
            invoice_repartition_line_ids=repartition,
            refund_repartition_line_ids=[Command.create(command[2]) for command in repartition],
        )
        remote = self.to_the_cent(self.invoice({"tax_ids": self.taxed(tax)}), sums=False)
        self.assertEqual(remote["amount"], "100.00")
        self.assertEqual([(row["code"], row["percent"]) for row in remote["vat"]], [("RAMY", "0")])

    # --- zero rates -------------------------------------------------------------------------------------------------
    def test_zero_rates(self):
        """EU goods and services, export, construction: each its own code, none with VAT."""
        for code in ("EUMY", "EUPM312", "EUUM", "RAMY", "KOMY0", "MUUL", "KAVE"):
            with self.subTest(code):
                tax = self.own_tax(0, code=code)
                remote = self.to_the_cent(self.invoice({"price_unit": 99.99, "tax_ids": self.taxed(tax)}), sums=False)
                self.assertEqual([(row["code"], row["percent"]) for row in remote["vat"]], [(code, "0")])

    def test_no_tax_is_none_and_domestic_zero_rate_is_komy0(self):
        zero = self.own_tax(0, code=False)
        remote = self.to_the_cent(self.invoice({"tax_ids": [Command.clear()]}, {"tax_ids": self.taxed(zero)}))
        self.assertEqual([line["vat_code"] for line in remote["lines"]], ["NONE", "KOMY0"])

    # --- signs ------------------------------------------------------------------------------------------------------
    def test_credit_note(self):
        move = self.invoice(
            {"quantity": 3, "price_unit": 12.35}, {"price_unit": 7.77, "discount": 5}, move_type="out_refund"
        )
        remote = self.to_the_cent(move)
        self.assertTrue(remote["amount"].startswith("-"))
        self.assertEqual([line["quantity"] for line in remote["lines"]], ["-3", "-1"])

    def test_negative_lines(self):
        lines = [
            {"price_unit": 100},
            {"name": "Hyvitys", "price_unit": -33.335},
            {"name": "Palautus", "quantity": -2, "price_unit": 10.01},
        ]
        remote = self.to_the_cent(self.invoice(*lines))
        self.assertEqual([line["quantity"] for line in remote["lines"]], ["1", "-1", "-2"])

    def test_credit_note_with_a_positive_line(self):
        move = self.invoice({"price_unit": 50}, {"name": "Palkkio", "price_unit": -10}, move_type="out_refund")
        remote = self.to_the_cent(move)
        self.assertEqual([line["quantity"] for line in remote["lines"]], ["-1", "1"])

    # --- nothing to pay ---------------------------------------------------------------------------------------------
    def test_zero_total_is_not_sent_unless_wanted(self):
        move = self.invoice({"price_unit": 50, "discount": 100})
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual(document.state, "cancelled")
        self.assertEqual([problem["code"] for problem in document.problems], ["zero_total"])
        self.assertFalse(self.remote()["invoices"])
        codes = [row["code"] for row in self.remote()["customers"]]
        self.assertNotIn(self.customer.ref, codes, "no customer is created for an invoice that does not go")
        self.company.sudo().netvisor_send_zero = True
        move.with_user(self.bookkeeper).action_netvisor_send()
        remote = self.to_the_cent(move)
        self.assertEqual(Decimal(remote["amount"]), 0)

    # --- currencies -------------------------------------------------------------------------------------------------
    def test_foreign_currency(self):
        currency = self.setup_other_currency("SEK", rates=[("2016-01-01", 11.2345)])
        lines = [{"price_unit": 33.335, "quantity": 3}, {"price_unit": 12.12, "quantity": 12.12}]
        move = self.invoice(*lines, currency_id=currency.id)
        remote = self.to_the_cent(move)
        self.assertEqual(remote["currency"], "SEK")
        self.assertAlmostEqual(float(remote["currency_rate"]), move.invoice_currency_rate, 8)
        self.assertAlmostEqual(float(remote["currency_rate"]), 11.2345, 6)

    def test_a_currency_without_cents(self):
        currency = self.setup_other_currency("JPY", rates=[("2016-01-01", 160.5)], rounding=1.0)
        remote = self.to_the_cent(self.invoice({"price_unit": 123.45}, {"price_unit": 77.7}, currency_id=currency.id))
        self.assertEqual(Decimal(remote["amount"]) % 1, 0)

    # --- what Odoo adds by itself -----------------------------------------------------------------------------------
    def test_cash_rounding_as_a_line(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Lähin viisi senttiä",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "rounding_method": "HALF-UP",
                "profit_account_id": self.income_account.id,
                "loss_account_id": self.company_data["default_account_expense"].id,
            }
        )
        move = self.invoice({"price_unit": 10.01}, invoice_cash_rounding_id=rounding.id)
        self.assertTrue(move.line_ids.filtered(lambda line: line.display_type == "rounding"))
        remote = self.to_the_cent(move)
        self.assertEqual(Decimal(remote["amount"]) % Decimal("0.05"), 0)
        self.assertIn("NONE", [row["code"] for row in remote["vat"]])

    def test_cash_rounding_in_the_biggest_tax(self):
        rounding = self.env["account.cash.rounding"].create(
            {"name": "Vero", "rounding": 0.05, "strategy": "biggest_tax", "rounding_method": "HALF-UP"}
        )
        move = self.invoice({"price_unit": 10.01}, invoice_cash_rounding_id=rounding.id)
        self.assertEqual(Decimal(str(move.amount_total)) % Decimal("0.05"), 0)
        self.to_the_cent(move, sums=True)

    def test_early_payment_discount_lines(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % 7 pv, 30 pv netto",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "early_pay_discount_computation": "mixed",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        move = self.invoice({"price_unit": 123.45}, {"price_unit": 9.87}, invoice_payment_term_id=term.id)
        self.assertTrue(move.line_ids.filtered(lambda line: line.display_type == "epd"))
        self.to_the_cent(move)

    def test_down_payment(self):
        """A final invoice as the sale module makes it: the down payment comes off as a negative line."""
        self.to_the_cent(
            self.invoice(
                {"name": "Keittiö", "quantity": 1, "price_unit": 4999.99},
                {"name": "Ennakkomaksut", "display_type": "line_section", "quantity": 0, "price_unit": 0},
                {"name": "Ennakko 30 %", "quantity": -1, "price_unit": 1499.997},
            )
        )

    def test_an_amount_set_by_hand(self):
        """A tax corrected by a cent on the journal item stays as the customer sees it."""
        move = self.invoice({"price_unit": 33.33}, post=False)
        tax_line = move.line_ids.filtered("tax_repartition_line_id")
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(tax_line.id, {"amount_currency": tax_line.amount_currency - 0.01}),
                    Command.update(terms.id, {"amount_currency": terms.amount_currency + 0.01}),
                ]
            }
        )
        move.action_post()
        self.assertEqual(move.amount_tax, 8.51)
        self.to_the_cent(move, sums=True)

    def test_lines_that_do_not_make_the_total_are_never_sent(self):
        move = self.invoice({"price_unit": 100})
        self.env.cr.execute("UPDATE account_move SET amount_total = 125.51 WHERE id = %s", [move.id])
        move.invalidate_recordset()
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual([problem["code"] for problem in document.problems], ["totals_differ"])
        self.assertIn("125.50", document.problem)
        self.assertIn("125.51", document.problem)

    # --- one line per VAT rate and account --------------------------------------------------------------------------
    def test_one_line_per_rate_and_account(self):
        self.company.sudo().netvisor_line_mode = "vat_account"
        other = self.copy_account(self.income_account, {"code": "3010"})
        lines = [
            {"price_unit": 33.33, "quantity": 3},
            {"price_unit": 0.333, "quantity": 7, "discount": 3},
            {"price_unit": -5.55},
            {"price_unit": 12.34, "tax_ids": self.taxed(self.own_tax(13.5))},
            {"price_unit": 50, "account_id": other.id},
            {"price_unit": 9.99, "tax_ids": self.taxed(self.included(25.5))},
        ]
        remote = self.to_the_cent(self.invoice(*lines))
        self.assertEqual(len(remote["lines"]), 3)

    def test_one_line_per_rate_of_a_credit_note(self):
        self.company.sudo().netvisor_line_mode = "vat_account"
        remote = self.to_the_cent(self.invoice({"price_unit": 33.33}, {"price_unit": 11.11}, move_type="out_refund"))
        self.assertEqual([(line["quantity"], line["price"]) for line in remote["lines"]], [("-1", "44.44")])

    def test_a_grouped_gross_price_needs_no_sums(self):
        self.company.sudo().netvisor_line_mode = "vat_account"
        lines = [{"price_unit": price, "tax_ids": self.taxed(self.included(25.5))} for price in (10, 20.05)]
        self.to_the_cent(self.invoice(*lines))
