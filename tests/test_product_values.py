from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account_netvisor.models.kind_product_record import POUND
from odoo.addons.account_netvisor.models.netvisor_kind import Blocked
from odoo.addons.account_netvisor.models.product_values import ean, same_code

from .product_common import ProductCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestProductValues(ProductCommon):
    """What becomes of each field of a product."""

    def setUp(self):
        super().setUp()
        self.mode("code")
        self.run_netvisor()  # the chart of accounts
        self.chair = self.make_product("T-1", "Tuoli")

    def verdict(self, product=None):
        product = product or self.chair
        (document,) = self.kind._documents(self.kind._bindings(product, self.company).values()).values()
        return self.kind._prepare(document)[document.id]

    def values(self, product=None):
        return self.verdict(product).values

    def notes(self, product=None):
        return [problem.code for problem in self.verdict(product).warnings]

    def problems(self, product=None):
        verdict = self.verdict(product)
        self.assertIsInstance(verdict, Blocked)
        return [problem.code for problem in verdict.problems]

    def test_plain(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        self.chair.uom_id.with_context(lang="fi_FI").name = "kpl"
        self.chair.description_sale = "Punainen\ntuoli"
        values = self.values()
        self.assertEqual((values.code, values.name, values.group), ("T-1", "Tuoli", "Huonekalut"))
        self.assertEqual((values.unit_price, values.price_type), (Decimal(100), "net"))
        self.assertEqual((values.vat_percent, values.account), (Decimal("25.5"), self.income_account.code))
        self.assertEqual((values.active, values.sales_product), (True, True))
        self.assertEqual(values.description, "Punainen\ntuoli")
        self.assertIsNone(values.purchase_price, "what a product costs stays in Odoo")
        self.assertEqual((values.eu_account, values.outside_eu_account), (None, None), "Netvisor has its own defaults")
        self.assertEqual((values.ean, values.net_weight, values.origin_country, values.tariff_heading), (None,) * 4)

    def test_in_the_language_of_netvisor(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        self.chair.with_context(lang="en_US").name = "Chair"
        self.chair.with_context(lang="fi_FI").name = "Tuoli"
        self.chair.uom_id.with_context(lang="fi_FI").name = "kpl"
        self.company.sudo().netvisor_language = "EN"
        self.company.partner_id.sudo().lang = "en_US"
        self.assertEqual((self.values().name, self.values().unit), ("Chair", self.chair.uom_id.name))
        self.company.sudo().netvisor_language = "FI"
        self.assertEqual((self.values().name, self.values().unit), ("Tuoli", "kpl"))
        self.chair.uom_id.netvisor_unit = "kappale"
        self.assertEqual(self.values().unit, "kappale")

    def test_group(self):
        office = self.env["product.category"].create({"name": "Toimisto", "parent_id": self.category.id})
        self.chair.categ_id = office
        self.assertEqual(self.values().group, "Huonekalut / Toimisto")
        self.category.netvisor_product_group = "Kalusteet"
        self.assertEqual(self.values().group, "Kalusteet", "the nearest category above that says something")
        office.netvisor_product_group = "Toimistokalusteet"
        self.assertEqual(self.values().group, "Toimistokalusteet")
        self.chair.categ_id = False
        self.company.sudo().netvisor_product_group = "Muut"
        self.assertEqual(self.values().group, "Muut")

    def test_price_including_vat(self):
        tax = self.chair.taxes_id.copy({"name": "25,5 sis.", "price_include_override": "tax_included"})
        self.chair.taxes_id = tax
        self.assertEqual((self.values().price_type, self.values().vat_percent), ("gross", Decimal("25.5")))

    def test_exact_price(self):
        self.env.ref("product.decimal_price").sudo().digits = 4
        self.chair.list_price = 0.1435
        self.assertEqual(self.values().unit_price, Decimal("0.1435"))

    def test_taxes(self):
        self.chair.taxes_id = False
        self.assertEqual(self.values().vat_percent, 0)
        self.chair.taxes_id = self.tax(25.5) | self.tax(14)
        values = self.values()
        self.assertEqual((values.vat_percent, values.account), (None, None))
        self.assertEqual(self.notes(), ["product_vat"])
        self.chair.taxes_id = self.tax(25.5).copy({"name": "17 %", "amount": 17, "netvisor_vat_code": False})
        self.assertEqual(self.notes(), ["product_vat"])
        # Other companies have taxes of their own on the same product.
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "country_id": self.env.ref("base.fi").id})
        self.env["account.chart.template"].sudo().try_loading("fi", company=other, install_demo=False)
        theirs = self.env["account.tax"].sudo().search([("company_id", "=", other.id), ("amount", "=", 14)], limit=1)
        self.chair.sudo().taxes_id = self.tax(25.5) | theirs
        self.assertEqual(self.values().vat_percent, Decimal("25.5"))

    def test_accounts(self):
        mirror = self.env["netvisor.account"].sudo()
        numbers = mirror.search([("company_id", "=", self.company.id), ("account_type", "=", "account")]).mapped(
            "number"
        )
        eu, outside = numbers[-2:]
        targets = self.env["account.account"].search([("id", "!=", self.income_account.id)], limit=2)
        targets[0].netvisor_account_number, targets[1].netvisor_account_number = eu, outside
        europe = self.env.ref("account.europe_vat")
        for values, target in (({"country_group_id": europe.id, "vat_required": True}, targets[0]), ({}, targets[1])):
            self.env["account.fiscal.position"].create(
                {
                    "name": target.name,
                    "sequence": 1,
                    "auto_apply": True,
                    "account_ids": [
                        Command.create({"account_src_id": self.income_account.id, "account_dest_id": target.id})
                    ],
                    **values,
                }
            )
        values = self.values()
        self.assertEqual((values.eu_account, values.outside_eu_account), (eu, outside))
        self.income_account.netvisor_account_number = "99999"
        self.assertIsNone(self.values().account)
        self.assertEqual(self.notes(), ["product_account"])

    def test_account_from_the_category(self):
        target = self.env["account.account"].search([("id", "!=", self.income_account.id)], limit=1)
        target.netvisor_account_number = self.income_account.code
        self.chair.property_account_income_id = False
        self.category.property_account_income_categ_id = target
        self.assertEqual(self.values().account, self.income_account.code)

    def test_ean_codes(self):
        for barcode, kind in (
            ("6410405082657", "ean13"),
            ("6410405082658", "code128"),  # the check digit does not fit
            ("96385074", "ean8"),
            ("012345678905", "code128"),
            ("ABC-1", "code128"),
            ("Äö", "any"),
        ):
            with self.subTest(barcode):
                self.assertEqual(ean(barcode), (barcode, kind))
        self.assertEqual(ean(False), (None, None))
        self.chair.barcode = "6410405082657"
        self.assertEqual((self.values().ean, self.values().ean_type), ("6410405082657", "ean13"))

    def test_weight(self):
        self.chair.weight = 2.5
        self.assertEqual((self.values().net_weight, self.values().weight_unit), (Decimal("2.5"), "kg"))
        self.env["ir.config_parameter"].sudo().set_param("product.weight_in_lbs", "1")
        self.assertEqual(self.values().net_weight, (Decimal("2.5") * POUND).quantize(Decimal("0.000001")))

    def test_flags(self):
        self.chair.sale_ok = False
        self.assertFalse(self.values().sales_product)
        self.chair.active = False
        self.assertTrue(self.values().active, "an invoice that has it needs it")

    def test_code(self):
        self.chair.default_code = False
        self.assertEqual(self.problems(), ["product_code_missing"])
        self.chair.default_code = "X" * 51
        self.assertEqual(self.problems(), ["product_code_long"])
        self.chair.default_code = " A \t B "
        self.assertEqual(self.values().code, "A B")
        self.assertTrue(same_code("a b", " A  B"))

    def test_long_texts_are_cut_with_a_note(self):
        self.chair.name = "Tuoli " * 50
        self.chair.description_sale = "sana " * 1000
        values = self.values()
        self.assertLessEqual(len(values.name), 200)
        self.assertLessEqual(len(values.description), 4000)
        self.assertEqual(self.notes(), ["text_cut", "text_cut"])

    def test_arrives_whole(self):
        """The message of a product with everything is taken by the sandbox, which keeps to the specification."""
        self.chair.write(
            {"barcode": "6410405082657", "weight": 2.5, "description_sale": "Punainen", "list_price": 12.34}
        )
        self.sold(self.chair)
        self.run_all()
        fields = self.there()["T-1"]["fields"]
        expected = {
            "unitprice": "12,34",
            "primaryeancode": "6410405082657",
            "productnetweight": "2,5",
            "productweightunit": "kg",
            "defaultvatpercentage": "25,5",
            "defaultdomesticaccountnumber": self.income_account.code,
            "isactive": "1",
            "issalesproduct": "1",
            "productgroup": "Huonekalut",
        }
        self.assertEqual({name: fields.get(name) for name in expected}, expected)
        self.assertIn('<primaryeancode type="ean13">', self.posts()[0]["request"])

    def test_unit_of_an_invoice_line(self):
        self.chair.uom_id.netvisor_unit = "kpl"
        self.sold(self.chair)
        self.run_all()
        (call,) = self.posts("salesinvoice.nv")
        self.assertIn("<productunitname>kpl</productunitname>", call["request"])

    def test_wave_costs_few_statements(self):
        """Waves of 5 and 45: what a product more costs while it is mapped."""
        products = self.env["product.product"].union(*(self.make_product(f"S-{n}", f"Tuote {n}") for n in range(50)))
        costs = []
        for wave in (products[:5], products[5:]):
            documents = self.kind._documents(self.kind._bindings(wave, self.company).values())
            documents = self.env["netvisor.document"].sudo().union(*documents.values())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.kind._stamp(documents)
            self.assertEqual(len(self.kind._prepare(documents)), len(wave))
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1] - costs[0], 4, costs)
