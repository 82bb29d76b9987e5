from odoo import Command
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.account_netvisor.models.account_tax import VAT_CODES
from odoo.addons.account_netvisor.models.netvisor_mapping_kind import LIKELY, SURE
from odoo.addons.account_netvisor.netvisor import vat

# Every tax of Odoo's Finnish chart: start of its template id → Netvisor's code. The longest start counts.
EXPECTED = {
    "tax_dom_sales_goods_": "KOMY",
    "tax_dom_sales_service_": "KOMY",
    "tax_dom_sales_goods_0": "KOMY0",
    "tax_eu_sales_goods_0": "EUMY",
    "tax_eu_sales_service_0": "EUPM312",
    "vat0triangulation": "EUMY",
    "vat0export": "EUUM",
    "aland_sales_0": "EUUM",
    "tax_construct_sales_0": "RAMY",
    "tax_dom_purchase_": "KOOS",
    "tax_eu_purchase_goods_": "EUOS",
    "tax_eu_purchase_service_": "EUPO",
    "triangulation_purchase": "EUOS",
    "tax_construct_purchase_": "RAOS",
    "tax_non_eu_purchase_goods_": "MAAL",
    "import_pay": "MAAL",
    "import_deduct": "MAAL",
}


@tagged("post_install", "-at_install")
class TestTax(AccountTestInvoicingCommon):
    @classmethod
    @AccountTestInvoicingCommon.setup_country("fi")
    @AccountTestInvoicingCommon.setup_chart_template("fi")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.env.user.group_ids -= cls.env.ref("base.group_system")
        taxes = cls.env["account.tax"].with_context(active_test=False)
        chart = {
            record.id
            for record in taxes.search([("company_id", "=", cls.company.id)])
            if record.get_external_id()[record.id]
        }
        cls.taxes = taxes.browse(sorted(chart))

    def template_id(self, tax):
        name = tax.get_external_id()[tax.id]
        return name.partition(".")[2].removeprefix(f"{self.company.id}_")

    def expected(self, template_id):
        starts = [start for start in EXPECTED if template_id.startswith(start)]
        # "goods_0" is not the start of anything else: 10, 14 … begin with another digit
        return EXPECTED[max(starts, key=len)] if starts else None

    def chart_tax(self, name):
        template = self.env["account.chart.template"].with_company(self.company)
        return template.ref(name, raise_if_not_found=False)

    def own_tax(self, **values):
        return self.env["account.tax"].create(
            {"name": "Oma", "amount": 13.5, "type_tax_use": "sale", "company_id": self.company.id, **values}
        )

    def test_words_for_every_code_of_the_wire(self):
        self.assertEqual([code for code, _label in VAT_CODES], list(vat.VAT_CODES))

    def test_every_tax_of_the_finnish_chart_gets_its_code(self):
        seen = set()
        for tax in self.taxes.filtered(lambda tax: tax.type_tax_use in ("sale", "purchase")):
            template_id = self.template_id(tax)
            with self.subTest(tax=template_id):
                self.assertEqual(tax._netvisor_propose_code(), self.expected(template_id))
                seen.add(max((start for start in EXPECTED if template_id.startswith(start)), key=len))
        self.assertEqual(seen, set(EXPECTED), "the chart has changed: the table above no longer describes it")
        self.assertGreater(len(self.taxes), 40)

    def test_proposals_fit_their_direction_and_percentage(self):
        self.taxes._netvisor_fill_codes()
        for tax in self.taxes.filtered("netvisor_vat_code"):
            wire = vat.VAT_CODES[tax.netvisor_vat_code]
            with self.subTest(tax=tax.name):
                self.assertIn(wire.direction, (vat.BOTH, tax.type_tax_use))
                self.assertTrue(wire.rated or not tax.amount)

    def test_names_are_the_last_resort(self):
        """The same results when somebody renames the taxes, but for construction purchases, where only names differ."""
        for tax in self.taxes.filtered(lambda tax: tax.type_tax_use in ("sale", "purchase")):
            template_id = self.template_id(tax)
            if template_id.startswith("tax_construct_purchase") and not template_id.endswith("finland"):
                continue
            tax.name = f"Vero {tax.id}"
            with self.subTest(tax=template_id):
                self.assertEqual(tax._netvisor_propose_code(), self.expected(template_id))

    def test_own_tax_of_13_5_percent(self):
        self.assertEqual(self.own_tax()._netvisor_propose_code(), "KOMY")
        self.assertEqual(self.own_tax(name="Oma osto", type_tax_use="purchase")._netvisor_propose_code(), "KOOS")

    def test_own_tax_by_fiscal_position(self):
        template = self.env["account.chart.template"].with_company(self.company)
        for position, scope, code in (
            ("eu", "consu", "EUMY"),
            ("eu", "service", "EUPM312"),
            ("non_eu", "consu", "EUUM"),
            ("aland", "consu", "EUUM"),
            ("finland", "consu", "KOMY0"),
        ):
            with self.subTest(position=position, scope=scope):
                tax = self.own_tax(
                    name=f"{position} {scope}",
                    amount=0,
                    tax_scope=scope,
                    fiscal_position_ids=[Command.link(template.ref(position).id)],
                )
                self.assertEqual(tax._netvisor_propose_code(), code)

    def test_nothing_is_proposed_where_nothing_can_be_said(self):
        self.assertFalse(self.own_tax(amount_type="fixed")._netvisor_propose_code())
        self.assertFalse(self.own_tax(name="Ei mitään", type_tax_use="none")._netvisor_propose_code())
        sweden = self.env.ref("base.se")
        group = self.env["account.tax.group"].create(
            {"name": "Moms", "country_id": sweden.id, "company_id": self.company.id}
        )
        moms = self.own_tax(name="Moms", amount=25, country_id=sweden.id, tax_group_id=group.id)
        self.assertFalse(moms._netvisor_propose_code())

    def test_only_empty_codes_are_filled(self):
        chosen, empty = self.own_tax(netvisor_vat_code="MUUL"), self.own_tax(name="Toinen")
        action = (chosen + empty).action_netvisor_propose_codes()
        self.assertEqual([chosen.netvisor_vat_code, empty.netvisor_vat_code], ["MUUL", "KOMY"])
        self.assertEqual(action["params"]["type"], "success")

    def test_a_tax_without_proposal_is_named(self):
        tax = self.own_tax(name="Kiinteä maksu", amount_type="fixed")
        action = tax.action_netvisor_propose_codes()
        self.assertIn("Kiinteä maksu", action["params"]["message"])
        self.assertEqual(action["params"]["type"], "warning")

    def test_what_is_only_possible_is_left_to_a_person(self):
        """Zero rate that says nothing of why, and goods or services: the box of the VAT return hangs on it."""
        zero = self.own_tax(name="Nolla", amount=0)
        action = zero.action_netvisor_propose_codes()
        self.assertFalse(zero.netvisor_vat_code)
        self.assertIn("Nolla", action["params"]["message"])
        self.assertTrue(zero._netvisor_propose_code(), "shown as a proposal all the same")

    # --- what is filled in without asking -----------------------------------------------------------------------------
    def test_a_new_tax_of_ones_own_gets_no_code_by_itself(self):
        self.company.sudo().netvisor_mode = "sandbox"
        self.assertFalse(self.own_tax(name="Uusi").netvisor_vat_code)
        self.assertEqual(self.own_tax(name="Valittu", netvisor_vat_code="MUUL").netvisor_vat_code, "MUUL")

    def test_connecting_fills_in_the_taxes_of_the_chart_and_no_others(self):
        tax = self.own_tax()
        other = self.own_tax(name="Valittu", netvisor_vat_code="MUUL")
        self.assertFalse(any(self.taxes.mapped("netvisor_vat_code")))
        self.company.sudo().netvisor_mode = "sandbox"
        self.assertEqual([tax.netvisor_vat_code, other.netvisor_vat_code], [False, "MUUL"])
        for known in self.taxes.filtered(lambda known: known.type_tax_use in ("sale", "purchase")):
            template_id = self.template_id(known)
            self.assertEqual(known.netvisor_vat_code, self.expected(template_id), template_id)

    def test_a_tax_of_the_chart_whose_rate_or_use_was_changed_is_ones_own(self):
        standard = self.chart_tax("tax_dom_sales_goods_25_5")
        reduced = self.chart_tax("tax_dom_sales_goods_14")
        reduced.amount = 13.5
        standard.name = "Yleinen"
        self.company.sudo().netvisor_mode = "sandbox"
        self.assertEqual(standard.netvisor_vat_code, "KOMY", "renamed, it still is what it was")
        self.assertFalse(reduced.netvisor_vat_code)

    def test_a_chart_that_is_loaded_again_gets_its_codes(self):
        self.company.sudo().netvisor_mode = "sandbox"
        self.taxes.netvisor_vat_code = False
        name = f"account.{self.company.id}_tax_dom_sales_goods_10"
        values = {"name": "10 %", "amount": 10, "type_tax_use": "sale", "company_id": self.company.id}
        known = self.chart_tax("tax_dom_sales_goods_10")
        loaded = self.env["account.tax"]._load_records([{"xml_id": name, "values": values}], update=True)
        self.assertEqual([loaded, loaded.netvisor_vat_code], [known, "KOMY"])

    # --- how sure -----------------------------------------------------------------------------------------------------
    def best(self, tax):
        return tax._netvisor_all_proposals()[tax][0]

    def evidence(self, tax):
        return {piece.code for piece in self.best(tax).evidence}

    def test_own_13_5_percent_is_sure_when_it_posts_like_domestic_sales(self):
        copied = self.chart_tax("tax_dom_sales_goods_14").copy({"name": "13,5 %", "amount": 13.5})
        self.assertEqual(self.best(copied).code, "KOMY")
        self.assertGreaterEqual(self.best(copied).confidence, SURE)
        self.assertLessEqual({"tags", "rate"}, self.evidence(copied))
        self.company.sudo().netvisor_mode = "sandbox"
        copied.repartition_line_ids.tag_ids = False
        self.assertGreaterEqual(self.best(copied).confidence, SURE, "it posts where the chart's taxes post")
        self.assertIn("repartition", self.evidence(copied))
        bare = self.own_tax()
        self.assertEqual(self.best(bare).code, "KOMY")
        self.assertLess(self.best(bare).confidence, SURE, "nothing but its rate")

    def test_a_rate_that_finland_does_not_have_is_said(self):
        tax = self.own_tax(name="22", amount=22)
        self.assertLess(self.best(tax).confidence, LIKELY)
        self.assertIn("other_rate", self.evidence(tax))

    def test_taxes_of_the_chart_are_certain(self):
        tax = self.chart_tax("tax_construct_purchase_25_5_finland") or self.chart_tax("tax_eu_sales_service_0")
        self.assertEqual(self.best(tax).confidence, 99)
        self.assertEqual(self.evidence(tax), {"chart"})

    def test_goods_or_services_by_the_name_alone_is_a_guess_with_an_alternative(self):
        position = self.env["account.chart.template"].with_company(self.company).ref("eu")
        tax = self.own_tax(name="EU palvelut", amount=0, fiscal_position_ids=[Command.link(position.id)])
        first, second = tax._netvisor_all_proposals()[tax]
        self.assertEqual([first.code, second.code], ["EUPM312", "EUMY"])
        self.assertLess(first.confidence, LIKELY)
        tax.tax_scope = "service"
        self.assertGreater(self.best(tax).confidence, first.confidence)

    def warning(self, **values):
        return self.own_tax(**values).netvisor_vat_warning or ""

    def test_warning_where_code_and_percentage_do_not_fit(self):
        with freeze_time("2026-03-01"):
            self.assertFalse(self.warning(netvisor_vat_code="KOMY"))
            self.assertIn("13.5", self.warning(name="a", amount=14, netvisor_vat_code="KOMY"))
            self.assertIn("0 %", self.warning(name="b", netvisor_vat_code="EUMY"))
            self.assertIn("25.5", self.warning(name="c", amount=22, netvisor_vat_code="KOMY"))
            self.assertIn("purchases", self.warning(name="d", netvisor_vat_code="KOOS"))
            self.assertIn("sales", self.warning(name="e", type_tax_use="purchase", netvisor_vat_code="KOMY"))
            self.assertTrue(self.warning(name="f", amount_type="fixed", netvisor_vat_code="KOMY"))

    def test_warning_near_a_change_of_rates(self):
        with freeze_time("2025-11-15"):
            self.assertIn("another tax", self.warning(amount=14, netvisor_vat_code="KOMY"))
            self.assertIn("begins", self.warning(name="early", netvisor_vat_code="KOMY"))
            self.assertFalse(self.warning(name="stays", amount=25.5, netvisor_vat_code="KOMY"))
        with freeze_time("2025-06-15"):
            self.assertFalse(self.warning(name="far", amount=14, netvisor_vat_code="KOMY"))

    def test_form_shows_the_warning_while_typing(self):
        with Form(self.own_tax(netvisor_vat_code="KOMY")) as form, freeze_time("2026-03-01"):
            self.assertFalse(form.netvisor_vat_warning)
            form.netvisor_vat_code = "EUMY"
            self.assertIn("EUMY", form.netvisor_vat_warning)
