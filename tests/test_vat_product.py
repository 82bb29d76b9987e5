"""One click makes the taxes; a second, with a preview, puts them on products. The check that asks for it."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import NetvisorCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestVatProduct(NetvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group_ids = cls.env.user.group_ids
        cls.env.user.sudo().group_ids |= cls.env.ref("base.group_system")
        cls.other = cls.setup_other_company(name="Toinen Oy")
        cls.env.user.sudo().group_ids = group_ids
        taxes = cls.env["account.tax"].with_context(active_test=False)
        cls.old = taxes.search([("company_id", "=", cls.company.id), ("amount", "=", 14)])
        cls.old.active = True
        chart = cls.env["account.chart.template"].with_company(cls.company)
        cls.sale, cls.purchase = chart.ref("tax_dom_sales_goods_14"), chart.ref("tax_dom_purchase_goods_14")
        cls.change = taxes._netvisor_change()
        cls.products = (
            cls.env["product.template"]
            .sudo()
            .create(
                [
                    {
                        "name": f"Leipä {number}",
                        "taxes_id": [Command.set(cls.sale.ids)],
                        "supplier_taxes_id": [Command.set(cls.purchase.ids)],
                    }
                    for number in range(3)
                ]
            )
        )

    def successors(self, user=None):
        action = self.company.with_user(user or self.controller).action_netvisor_create_successors()
        return self.env["netvisor.vat.successor"].with_user(user or self.controller).browse(action["res_id"])

    def preview(self, wizard):
        action = wizard.action_products()
        self.env.invalidate_all()
        rows = self.env["netvisor.vat.product"].with_user(self.controller).with_context(**action["context"])
        return rows, rows.search(action["domain"])

    def taxes(self, products, field_name="taxes_id"):
        return products.sudo()[field_name].filtered(lambda tax: tax.company_id == self.company)

    def new(self, tax):
        return tax._netvisor_twins(self.change.new)[tax]

    # --- the taxes ----------------------------------------------------------------------------------------------------
    def test_one_click_tells_what_it_made(self):
        wizard = self.successors()
        self.assertEqual(set(wizard.line_ids.mapped("outcome")), {"created"})
        self.assertEqual(
            (wizard.made_count, wizard.line_ids.tax_id, wizard.incomplete), (len(self.old), self.old, False)
        )
        again = self.successors()
        self.assertEqual((set(again.line_ids.mapped("outcome")), again.made_count), ({"exists"}, 0))

    def test_the_action_on_the_list_of_taxes(self):
        action = self.sale.with_user(self.controller).action_netvisor_create_successors()
        wizard = self.env["netvisor.vat.successor"].with_user(self.controller).browse(action["res_id"])
        self.assertEqual(wizard.line_ids.tax_id, self.sale)
        self.assertFalse(self.new(self.purchase))
        with self.assertRaisesRegex(UserError, "nothing to create"):
            self.tax(25.5).with_user(self.controller).action_netvisor_create_successors()
        with self.assertRaises(AccessError):
            self.sale.with_user(self.bookkeeper).action_netvisor_create_successors()

    def test_from_the_list_at_the_border(self):
        border = self.env["netvisor.vat.border"].with_user(self.controller)
        action = border.with_context(active_domain=[("change", "=", "2026-01-01")]).action_create_successors()
        self.assertEqual(action["res_model"], "netvisor.vat.successor")
        self.assertTrue(self.new(self.sale))

    def test_a_tax_of_ones_own_is_completed_on_demand(self):
        own = self.env["account.tax"].create(
            {
                "name": "Oma 13.5 %",
                "amount": 13.5,
                "company_id": self.company.id,
                "netvisor_vat_code": "KOMY",
                "country_id": self.env.ref("base.fi").id,
            }
        )
        wizard = self.successors()
        line = wizard.line_ids.filtered(lambda line: line.tax_id == self.sale)
        self.assertEqual((line.outcome, line.twin_id), ("exists", own))
        self.assertTrue(wizard.incomplete)
        self.assertIn("0% EX", line.note)
        wizard.action_complete()
        self.assertFalse(wizard.incomplete)
        self.assertFalse(line.note)

    # --- the check ----------------------------------------------------------------------------------------------------
    def test_the_check(self):
        check = self.company.with_user(self.controller)._netvisor_checks()["successors"]
        self.assertIn("13.5 %", check["message"])
        self.assertIn("01/01/2026", check["message"])
        self.assertEqual(check["action_text"], "Create 13.5 % taxes")
        context = {**check["action"]["context"]}
        action = self.env["ir.actions.server"].sudo().browse(check["action"]["id"])
        result = action.with_user(self.controller).with_context(**context).run()
        self.assertEqual(result["res_model"], "netvisor.vat.successor")
        self.assertNotIn("successors", self.company._netvisor_checks())

    def test_the_check_without_the_right_to_do_it(self):
        check = self.company.with_user(self.bookkeeper)._netvisor_checks()["successors"]
        self.assertNotIn("action", check)

    def test_the_check_begins_when_the_change_is_near(self):
        for day, asked in (("2025-06-01", False), ("2025-11-15", True), ("2026-11-21", True)):
            with self.subTest(day), freeze_time(day):
                self.assertEqual(bool(self.company._netvisor_check_successors()), asked)
        self.old.active = False
        self.assertFalse(self.company._netvisor_check_successors(), "nobody uses them")

    # --- the products -------------------------------------------------------------------------------------------------
    def test_nothing_is_replaced_before_it_is_accepted(self):
        wizard = self.successors()
        _model, rows = self.preview(wizard)
        self.assertEqual(rows.filtered("product_id").product_id, self.products)
        self.assertEqual(len(rows.filtered("product_id")), 6)
        self.assertEqual(self.products.taxes_id & self.old, self.sale)
        self.assertEqual(set(rows.mapped("new_tax_id")), set(self.new(self.sale) | self.new(self.purchase)))

    def test_some(self):
        _model, rows = self.preview(self.successors())
        chosen = rows.filtered(lambda row: row.product_id == self.products[0] and row.kind == "product_sale")
        chosen.action_replace()
        self.assertEqual(self.taxes(self.products[0]), self.new(self.sale))
        self.assertEqual(self.taxes(self.products[0], "supplier_taxes_id"), self.purchase)
        self.assertEqual(self.taxes(self.products[1]), self.sale)
        self.assertTrue(chosen.done)

    def test_all(self):
        self.company.sudo().account_sale_tax_id = self.sale
        self.income_account.tax_ids = [Command.set(self.sale.ids)]
        model, rows = self.preview(self.successors())
        self.assertEqual(set(rows.mapped("kind")), {"product_sale", "product_purchase", "account", "company_sale"})
        self.assertIn(self.income_account.display_name, rows.mapped("name"))
        model.action_replace_all()
        self.assertEqual(self.taxes(self.products), self.new(self.sale))
        self.assertEqual(self.taxes(self.products, "supplier_taxes_id"), self.new(self.purchase))
        self.assertEqual(self.company.account_sale_tax_id, self.new(self.sale))
        self.assertEqual(self.income_account.tax_ids, self.new(self.sale))
        self.assertFalse(self.preview(self.successors())[1])

    def test_other_taxes_and_companies_stay(self):
        foreign = self.other["default_tax_sale"]
        self.products.sudo().write({"taxes_id": [Command.link(foreign.id)]})
        theirs = (
            self.env["product.template"]
            .sudo()
            .create(
                {"name": "Toisen", "company_id": self.other["company"].id, "taxes_id": [Command.set(self.sale.ids)]}
            )
        )
        model, _rows = self.preview(self.successors())
        model.action_replace_all()
        self.assertIn(foreign, self.products.sudo().taxes_id)
        self.assertEqual(theirs.taxes_id, self.sale, "another company's product")

    def test_another_persons_preview_and_rights(self):
        model, rows = self.preview(self.successors())
        rows.sudo().with_user(self.controller)._replace(rows.browse())
        with self.assertRaises(AccessError):
            model.with_user(self.bookkeeper).action_replace_all()
        self.assertEqual(self.taxes(self.products), self.sale)
