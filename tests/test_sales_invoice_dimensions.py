"""Analytic distributions arrive as dimensions, and no split changes a cent or a piece."""

from collections import defaultdict
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.account_netvisor.models.sales_invoice_amounts import apportion
from odoo.addons.account_netvisor.models.sales_invoice_dimensions import Target, TooMuch, pieces

from .test_sales_invoice_amounts import CentCommon

ACCOUNTS = {
    1: Target("Projekti", "P-1"),
    2: Target("Projekti", "P-2"),
    3: Target("Projekti", "P-3"),
    5: Target("Kustannuspaikka", "Myynti"),
    6: Target("Kustannuspaikka", "Huolto"),
    8: Target("Alue", "Etelä"),
    11: Target(None, "Talo A", 71),
    12: Target(None, "Talo B"),
}


@tagged("-at_install", "post_install")
class TestShares(BaseCase):
    def pieces(self, distribution, defaults=()):
        return {
            tuple(item for _name, item in piece.dimensions): float(piece.percentage)
            for piece in pieces(distribution, ACCOUNTS, defaults)
        }

    def test_one_plan(self):
        self.assertEqual(self.pieces({"1": 60, "2": 40}), {("P-1",): 60, ("P-2",): 40})
        self.assertEqual(
            self.pieces({"1": 33.33, "2": 33.33, "3": 33.34}), {("P-1",): 33.33, ("P-2",): 33.33, ("P-3",): 33.34}
        )

    def test_keys_of_several_plans(self):
        self.assertEqual(self.pieces({"1,5": 60, "2,6": 40}), {("Myynti", "P-1"): 60, ("Huolto", "P-2"): 40})

    def test_plans_apart_lie_over_each_other(self):
        """60/40 of one plan and 100 of another are two pieces, not three; three plans are cut where any of them changes."""
        self.assertEqual(self.pieces({"1": 60, "2": 40, "5": 100}), {("Myynti", "P-1"): 60, ("Myynti", "P-2"): 40})
        found = self.pieces({"1": 60, "2": 40, "5": 50, "6": 50, "8": 100})
        self.assertEqual(
            found, {("Etelä", "Myynti", "P-1"): 50, ("Etelä", "Huolto", "P-1"): 10, ("Etelä", "Huolto", "P-2"): 40}
        )

    def test_the_rest_has_no_such_dimension(self):
        self.assertEqual(self.pieces({"1": 25}), {("P-1",): 25, (): 75})
        self.assertEqual(self.pieces({"1": 25, "5": 100}), {("Myynti", "P-1"): 25, ("Myynti",): 75})

    def test_what_is_no_id_does_not_count(self):
        self.assertEqual(self.pieces({"__update__": ["account"], "1": 100}), {("P-1",): 100})
        self.assertEqual(self.pieces({"1": 0, "2": 100}), {("P-2",): 100})
        self.assertEqual(self.pieces({"999": 100}), {(): 100})
        self.assertEqual(self.pieces(None), {(): 100})

    def test_defaults_for_plans_that_are_not_mentioned(self):
        self.assertEqual(self.pieces({"1": 50}, defaults=(5,)), {("Myynti", "P-1"): 50, ("Myynti",): 50})
        self.assertEqual(self.pieces({"5": 50}, defaults=(6, 8)), {("Etelä", "Myynti"): 50, ("Etelä",): 50})
        self.assertEqual(self.pieces(None, defaults=(1, 2)), {("P-1",): 100})

    def test_more_than_all_is_refused(self):
        for distribution in ({"1": 60, "2": 60}, {"1": 120}, {"1": -10, "2": 110}):
            with self.subTest(distribution), self.assertRaises(TooMuch):
                pieces(distribution, ACCOUNTS)

    def test_the_follow_up_object_is_apart(self):
        found = pieces({"1,11": 60, "2": 40, "12": 40}, ACCOUNTS)
        self.assertEqual(
            {(piece.dimensions, piece.follow_up.item, piece.follow_up.key): float(piece.percentage) for piece in found},
            {((("Projekti", "P-1"),), "Talo A", 71): 60, ((("Projekti", "P-2"),), "Talo B", None): 40},
        )
        with self.assertRaises(TooMuch):
            pieces({"11": 60, "12": 60}, ACCOUNTS)

    def test_two_plans_of_one_dimension(self):
        """A line has one item of each dimension, whatever the number of plans that are mapped to it."""
        targets = {1: Target("Projekti", "P-1"), 4: Target("projekti", "P-4")}
        with self.assertRaises(TooMuch):
            pieces({"1": 100, "4": 100}, targets)

    def test_apportion(self):
        def cents(amount, *weights):
            return [str(share) for share in apportion(Decimal(amount), [Decimal(weight) for weight in weights])]

        self.assertEqual(cents("100.00", "33.33", "33.33", "33.34"), ["33.33", "33.33", "33.34"])
        self.assertEqual(cents("0.01", "60", "40"), ["0.01", "0.00"])
        self.assertEqual(cents("-0.01", "60", "40"), ["-0.01", "0.00"])
        self.assertEqual(cents("0.05", "50", "50"), ["0.03", "0.02"])
        self.assertEqual(cents("-10.00", "1", "1", "1"), ["-3.34", "-3.33", "-3.33"])
        for amount in range(-50, 50):
            self.assertEqual(
                sum(apportion(Decimal(amount) / 100, [Decimal(7), Decimal(11), Decimal(13)])), Decimal(amount) / 100
            )


@tagged("post_install", "-at_install", "post_install_l10n")
class TestSalesInvoiceDimensions(CentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plans = (
            cls.env["account.analytic.plan"]
            .sudo()
            .create([{"name": "Projekti"}, {"name": "Kustannuspaikka"}, {"name": "Alue"}])
        )
        cls.sub_plan = cls.env["account.analytic.plan"].sudo().create({"name": "Alaprojekti", "parent_id": plans[0].id})
        names = (("P-1", 0), ("P-2", 0), ("P-3", 0), ("Myynti", 1), ("Huolto", 1), ("Etelä", 2))
        cls.p1, cls.p2, cls.p3, cls.sales, cls.service, cls.south = (
            cls.env["account.analytic.account"]
            .sudo()
            .create([{"name": name, "plan_id": plans[plan].id, "company_id": False} for name, plan in names])
        )

    def by_item(self, remote, *names):
        """Sum of net and quantity per items of the line."""
        result = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for line in remote["lines"]:
            if line["kind"] == "product":
                items = tuple(
                    sorted(item["item"] if isinstance(item, dict) else item[1] for item in line["dimensions"])
                )
                result[items][0] += Decimal(line["net"])
                result[items][1] += Decimal(line["quantity"])
        return {items: tuple(sums) for items, sums in result.items()}

    def test_thirds_of_a_hundred(self):
        distribution = {str(self.p1.id): 33.33, str(self.p2.id): 33.33, str(self.p3.id): 33.34}
        remote = self.to_the_cent(self.invoice({"price_unit": 100, "analytic_distribution": distribution}))
        found = self.by_item(remote)
        nets = {items[0]: str(net) for items, (net, _quantity) in found.items()}
        self.assertEqual(nets, {"P-1": "33.33", "P-2": "33.33", "P-3": "33.34"})
        self.assertEqual(sum(quantity for _net, quantity in found.values()), 1)

    def test_sixty_forty_over_a_cent(self):
        distribution = {str(self.p1.id): 60, str(self.p2.id): 40}
        remote = self.to_the_cent(
            self.invoice({"price_unit": 0.01, "analytic_distribution": distribution}, {"price_unit": 10})
        )
        self.assertEqual(self.by_item(remote)[("P-1",)][0] + self.by_item(remote)[("P-2",)][0], Decimal("0.01"))

    def test_negative_lines_and_credit_notes(self):
        distribution = {str(self.p1.id): 33.33, str(self.p2.id): 66.67}
        lines = [
            {"price_unit": 77.77, "quantity": 3, "analytic_distribution": distribution},
            {"price_unit": -11.11, "analytic_distribution": distribution},
        ]
        for move_type in ("out_invoice", "out_refund"):
            with self.subTest(move_type):
                self.to_the_cent(self.invoice(*lines, move_type=move_type))

    def test_three_plans_and_sub_plans(self):
        self.p2.sudo().plan_id = self.sub_plan  # an account of a sub-plan is an item of the root plan's dimension
        distribution = {
            f"{self.p1.id},{self.sales.id}": 30,
            f"{self.p2.id},{self.service.id}": 70,
            str(self.south.id): 100,
        }
        remote = self.to_the_cent(
            self.invoice({"price_unit": 99.99, "quantity": 7, "analytic_distribution": distribution})
        )
        found = self.by_item(remote)
        self.assertEqual(set(found), {("Etelä", "Myynti", "P-1"), ("Etelä", "Huolto", "P-2")})
        self.assertEqual(set(self.remote()["dimensions"]), {"Projekti", "Kustannuspaikka", "Alue"})

    def test_less_than_all_leaves_a_rest(self):
        remote = self.to_the_cent(self.invoice({"price_unit": 10.01, "analytic_distribution": {str(self.p1.id): 12.5}}))
        self.assertEqual(set(self.by_item(remote)), {("P-1",), ()})

    def test_default_dimension_of_the_journal(self):
        self.journal.netvisor_analytic_account_ids = self.sales
        lines = [
            {},
            {"analytic_distribution": {str(self.service.id): 100}},
            {"analytic_distribution": {str(self.p1.id): 100}},
        ]
        remote = self.to_the_cent(self.invoice(*lines))
        self.assertEqual(set(self.by_item(remote)), {("Myynti",), ("Huolto",), ("Myynti", "P-1")})

    def test_grouped_by_dimensions_too(self):
        self.company.sudo().netvisor_line_mode = "vat_account"
        distribution = {str(self.p1.id): 50, str(self.p2.id): 50}
        lines = [{"price_unit": 3.33, "analytic_distribution": distribution}] * 3
        remote = self.to_the_cent(self.invoice(*lines, {"price_unit": 1}))
        self.assertEqual(len(remote["lines"]), 3)

    def test_many_splits_stay_exact(self):
        moves = []
        for number in range(12):
            distribution = {
                str(self.p1.id): 10 + number,
                str(self.p2.id): 20.5,
                str(self.p3.id): 69.5 - number,
                str(self.sales.id): 33.33,
                str(self.service.id): 66.67,
            }
            lines = [
                {
                    "price_unit": 0.07 * index + number,
                    "quantity": 1.25 * index,
                    "discount": index,
                    "analytic_distribution": distribution,
                }
                for index in range(1, 6)
            ]
            moves.append(self.invoice(*lines))
        self.to_the_cent(*moves)

    def test_more_than_all_is_a_named_problem(self):
        move = self.invoice({"name": "Liikaa", "analytic_distribution": {str(self.p1.id): 80, str(self.p2.id): 80}})
        self.run_netvisor()
        self.assertEqual([problem["code"] for problem in self.document(move).problems], ["distribution_too_much"])
        self.assertIn("Liikaa", self.document(move).problem)

    def test_unknown_dimensions_are_refused_by_setting(self):
        self.company.sudo().netvisor_create_dimensions = False
        move = self.invoice({"analytic_distribution": {str(self.p1.id): 100}})
        self.run_netvisor()
        document = self.document(move)
        self.assertEqual(document.state, "blocked", document.problem)
        self.assertEqual(document.problems[0]["code"], "dimensions_missing")
        self.assertIn("Projekti: P-1", document.problem)
        self.company.sudo().netvisor_create_dimensions = True
        document._retry()
        self.to_the_cent(move)
        self.assertEqual(self.remote()["dimensions"]["Projekti"], ["P-1"])
