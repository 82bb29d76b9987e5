"""Gross vouchers: VAT that Odoo has booked is never booked twice, and nothing goes that would come to other cents."""

from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.account_netvisor.models.voucher_values import (
    GROSS,
    NET,
    Inexact,
    Line,
    balance,
    booked,
    differences,
    gross,
    split,
)

from .voucher_common import VoucherCase


def base(amount, account="3000", code="KOMY", percent="25.5", tax=1):
    return Line(Decimal(amount), account, code=code, percent=Decimal(percent), tax=tax)


def vat(amount, account="2930", tax=1):
    return Line(Decimal(amount), account, vat_of=tax)


def plain(amount, account="1910"):
    return Line(Decimal(amount), account)


@tagged("-at_install", "post_install")
class TestVoucherValues(BaseCase):
    def amounts(self, lines):
        return [format(line.amount, ".2f") for line in lines]

    def test_vat_goes_back_into_its_base(self):
        lines = gross([base("-100"), vat("-25.50"), plain("125.50")])
        self.assertEqual(self.amounts(lines), ["-125.50", "125.50"])
        self.assertEqual(balance(lines), 0)

    def test_shares_are_whole_cents_and_add_up(self):
        lines = [base("-33.33"), base("-33.33"), base("-33.34"), vat("-25.50"), plain("125.50")]
        folded = gross(lines)
        self.assertEqual(balance(folded), 0)
        found = booked(folded, GROSS)
        self.assertEqual(found.sums, {"3000": Decimal("-100.00"), "1910": Decimal("125.50")})
        self.assertEqual((found.vat, found.debit), (Decimal("-25.50"), Decimal("125.50")))

    def test_every_amount_of_a_hundred_euros_comes_back(self):
        """One line: whatever Odoo's rounding made of its VAT, Netvisor takes the same out again."""
        for percent in ("25.5", "13.5", "10"):
            for cents in range(1, 10_000, 7):
                net = Decimal(cents) / 100
                tax = (net * Decimal(percent) / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
                lines = gross([base(net, percent=percent), vat(tax), plain(-net - tax)] if tax else [plain(0)])
                self.assertEqual(booked(lines, GROSS).vat, tax)

    def test_lines_of_both_signs(self):
        lines = gross([base("-100"), base("20"), vat("-20.40"), plain("100.40")])
        self.assertEqual(self.amounts(lines), ["-125.50", "25.10", "100.40"])

    def test_other_cents_are_refused(self):
        for lines in (
            [base("-100"), vat("-25.00"), plain("125.00")],
            [base("-100"), plain("100")],
            [base("-0.01"), base("-0.01"), base("-0.01"), vat("-0.02"), plain("0.05")],
        ):
            with self.subTest(self.amounts(lines)), self.assertRaises(Inexact):
                gross(lines)

    def test_reverse_charge_is_left_to_netvisor(self):
        lines = [base("200", "7230", "EUOS"), vat("51", "1763"), vat("-51"), plain("-200")]
        folded = gross(lines)
        self.assertEqual(self.amounts(folded), ["200.00", "-200.00"])
        self.assertEqual((booked(folded, GROSS).vat, booked(folded, GROSS).debit), (0, Decimal("251.00")))

    def test_vat_of_nothing_that_is_sent_is_refused(self):
        with self.assertRaises(Inexact):
            gross([base("200", "7230", "EUOS"), vat("51", "1763"), plain("-251")])

    def test_pieces_add_up(self):
        pieces = [
            type("Piece", (), {"percentage": Decimal(part), "dimensions": (), "follow_up": None}) for part in (60, 40)
        ]
        self.assertEqual(self.amounts(split(base("100.01"), pieces)), ["60.01", "40.00"])
        self.assertEqual(self.amounts(split(base("0.01"), pieces)), ["0.01"])

    def test_what_differs(self):
        ours = {"3000": Decimal(-100), "1910": Decimal("125.5")}
        self.assertFalse(differences(ours, Decimal("-25.5"), (), {**ours, "2939": Decimal("-25.5")}))
        self.assertIn("2939", differences(ours, Decimal("-25.5"), (), {**ours, "2939": Decimal("-25.49")}))
        self.assertIn("2939", differences(ours, None, (), {**ours, "2939": Decimal("-25.5")}))
        with_own = {**ours, "2939": Decimal(1)}
        self.assertFalse(differences(with_own, Decimal("-25.5"), ("2939",), {**ours, "2939": Decimal("-24.5")}))
        self.assertEqual(
            differences({"3000": Decimal(1)}, None, (), {"3000": Decimal(2)}), {"3000": (Decimal(1), Decimal(2))}
        )
        self.assertEqual(booked([base("-100"), vat("-25.5"), plain("125.5")], NET).sums["2930"], Decimal("-25.5"))


@tagged("post_install", "-at_install")
class TestVoucherGross(VoucherCase):
    def setUp(self):
        super().setUp()
        self.misc.netvisor_voucher_mode = "gross"

    def sums(self, move):
        result = {}
        for account, amount, _code, _percent in self.remote_lines(move):
            result[account] = result.get(account, 0) + amount
        return result

    def test_vat_is_booked_once(self):
        for use, code, account, own, amount, bank in (
            ("sale", "3000", "3000", "2939", -100.0, 125.5),
            ("purchase", "7230", "7230", "1763", 100.0, -125.5),
        ):
            with self.subTest(use):
                move = self.sent((code, amount, self.taxed(self.tax(25.5, use))), ("1910", bank))
                self.assertEqual(
                    self.sums(move),
                    {
                        account: Decimal(str(amount)),
                        own: Decimal("25.5") * (1 if amount > 0 else -1),
                        "1910": Decimal(str(bank)),
                    },
                )
                self.assertEqual(self.voucher(move)["mode"], "gross")
        self.assertFalse(
            self.company.sudo().netvisor_pause_code, "the first ones agree, though VAT is on Netvisor's accounts"
        )

    def test_several_lines_of_one_tax(self):
        tax = self.taxed(self.tax(25.5))
        move = self.sent(("3000", -33.33, tax), ("3000", -33.33, tax), ("3001", -33.34, tax), ("1910", 125.5))
        self.assertEqual(
            self.sums(move),
            {"3000": Decimal("-66.66"), "3001": Decimal("-33.34"), "2939": Decimal("-25.50"), "1910": Decimal("125.5")},
        )

    def test_reverse_charge(self):
        tax = self.tax(25.5, "purchase", name="25.5% EU G")
        move = self.sent(("7230", 200.0, self.taxed(tax)), ("1910", -200.0))
        self.assertEqual(
            self.sums(move),
            {"7230": Decimal(200), "1763": Decimal(51), "2939": Decimal(-51), "1910": Decimal(-200)},
        )

    def blocked(self, code, tax):
        move = self.entry(("7230", 100.0, self.taxed(tax)), ("1910", -100.0))
        self.work()
        self.assertEqual((self.state(move), self.codes(move)), ("blocked", [code]))
        self.assertIn("net", self.document(move).remedy)
        return move

    def test_what_gross_cannot_say_goes_net(self):
        domestic = self.tax(25.5, "purchase")
        partial = domestic.copy({"name": "Puoliksi vähennettävä"})
        part = partial.invoice_repartition_line_ids.filtered(lambda part: part.repartition_type == "tax")
        part.factor_percent = 50
        part.copy({"account_id": False, "factor_percent": 50})
        move = self.blocked("voucher_gross_partial", partial)
        self.blocked("voucher_gross_code", domestic.copy({"name": "Maahantuonti", "netvisor_vat_code": "MAAL"}))
        self.assertFalse(self.posts())
        self.misc.netvisor_voucher_mode = "net"
        self.document(move).with_user(self.bookkeeper).action_retry()
        self.work()
        self.assertEqual(self.state(move), "done", self.document(move).problem)
        self.assertEqual(self.notes(move), {"voucher_vat_partial"})
        self.assertEqual(
            self.sums(move), {"7230": Decimal("112.75"), "1763": Decimal("12.75"), "1910": Decimal("-125.5")}
        )

    def test_cents_changed_by_hand_are_refused(self):
        move = self.entry(("7230", 100.0, self.taxed(self.tax(25.5, "purchase"))), ("1910", -125.5), post=False)
        move.action_post()
        # Odoo itself would reckon again; entries of other modules may well be like this.
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE account_move_line SET balance = balance + CASE WHEN tax_line_id IS NULL THEN 0.1 ELSE -0.1 END
                WHERE move_id = %s AND (tax_line_id IS NOT NULL OR balance < 0)""",
            [move.id],
        )
        self.env.invalidate_all()
        self.work()
        self.assertEqual(self.codes(move), ["voucher_gross_cents"])
