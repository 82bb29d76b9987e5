"""The taxes of a new rate: made once from those of the old one, in the Finnish chart, in another, and from users' own."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class SuccessorCommon(AccountTestInvoicingCommon):
    @classmethod
    @AccountTestInvoicingCommon.setup_country("fi")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.env.user.group_ids -= cls.env.ref("base.group_system")
        cls.taxes = cls.env["account.tax"].with_context(active_test=False)
        cls.change = cls.taxes._netvisor_change()
        cls.all_taxes = cls.taxes.search([("company_id", "=", cls.company.id)])

    def own_tax(self, **values):
        return self.env["account.tax"].create(
            {
                "name": "Oma 14 %",
                "amount": 14,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.fi").id,
                "netvisor_vat_code": "KOMY",
                **values,
            }
        )

    def make(self, taxes=None, change=None, company=None):
        """:return: dict name of the old tax → (outcome, name of the new tax)"""
        self.env.flush_all()
        plans = self.env["account.tax"]._netvisor_create_successors(
            company or self.company, change or self.change, taxes
        )
        self.env.invalidate_all()  # Odoo keeps its map of replacements as long as a request lasts
        return {plan.tax.name: (plan.outcome, plan.twin.name) for plan in plans}

    def new_taxes(self, percent=13.5):
        return self.taxes.search([("company_id", "=", self.company.id), ("amount", "=", percent)])

    def assert_copy(self, old, new, change=None):
        """The same in all but the rate and what says it."""
        change = change or self.change
        self.assertEqual(new.amount, float(change.new))
        self.assertTrue(new.active)
        for name in (
            "type_tax_use", "tax_scope", "netvisor_vat_code", "price_include", "price_include_override", "company_id",
            "country_id", "fiscal_position_ids", "include_base_amount", "is_base_affected", "sequence", "analytic",
        ):  # fmt: skip
            self.assertEqual(old[name], new[name], name)
        self.assertEqual(old._netvisor_postings(), new._netvisor_postings())
        self.assertEqual(old._netvisor_twin_key(), new._netvisor_twin_key())
        self.assertEqual(len(old.repartition_line_ids), len(new.repartition_line_ids))


@tagged("post_install", "-at_install", "post_install_l10n")
class TestVatSuccessorFinland(SuccessorCommon):
    @classmethod
    @AccountTestInvoicingCommon.setup_country("fi")
    @AccountTestInvoicingCommon.setup_chart_template("fi")
    def setUpClass(cls):
        super().setUpClass()
        cls.all_taxes._netvisor_fill_codes()
        cls.old = cls.all_taxes.filtered(lambda tax: tax.amount == 14)
        cls.old.active = True
        cls.chart = cls.env["account.chart.template"].with_company(cls.company)

    def test_every_tax_of_the_chart(self):
        outcome = self.make()
        self.assertEqual({row[0] for row in outcome.values()}, {"created"})
        self.assertEqual(len(self.new_taxes()), len(self.old))
        names = {tax.name for tax in self.new_taxes()}
        self.assertLessEqual({"13.5%", "13.5% S", "13.5% EU", "13.5% EU S", "13.5% EX G"}, names)
        for old in self.old:
            twin = old._netvisor_twins(self.change.new)[old]
            with self.subTest(old.name):
                self.assert_copy(old, twin)
                self.assertEqual(twin.invoice_label, "13.5%")
        self.assertEqual(
            sorted(self.old.mapped("active")), [True] * len(self.old), "credit notes still need the old ones"
        )

    def test_group_with_the_accounts_of_the_old_one(self):
        self.make()
        group = self.new_taxes().tax_group_id
        old = self.chart.ref("tax_group_14")
        self.assertEqual(len(group), 1, "one for all")
        self.assertEqual(group.name, "VAT 13.5%")
        for name in (
            "tax_payable_account_id",
            "tax_receivable_account_id",
            "advance_tax_payment_account_id",
            "country_id",
        ):
            self.assertEqual(group[name], old[name], name)

    def test_nothing_happens_the_second_time(self):
        self.make()
        before = self.taxes.search_count([])
        groups = self.env["account.tax.group"].search_count([])
        again = self.make()
        self.assertEqual({row[0] for row in again.values()}, {"exists"})
        self.assertEqual(self.taxes.search_count([]), before)
        self.assertEqual(self.env["account.tax.group"].search_count([]), groups)

    def test_fiscal_positions_treat_the_new_rate_like_the_old(self):
        positions = self.env["account.fiscal.position"].search([("company_id", "=", self.company.id)])
        before = {
            (position, old): position.map_tax(old) for position in positions for old in self.old if position.tax_ids
        }
        self.make()
        twins = self.old._netvisor_twins(self.change.new)
        for (position, old), mapped in before.items():
            with self.subTest(position=position.name, tax=old.name):
                self.assertEqual(position.map_tax(old), mapped, "the old rate is treated as before")
                expected = self.env["account.tax"].union(*(twins.get(tax, tax) for tax in mapped))
                self.assertEqual(position.map_tax(twins[old]), expected)
        self.assertIn(
            self.chart.ref("tax_eu_sales_goods_0"),
            self.chart.ref("eu").map_tax(twins[self.chart.ref("tax_dom_sales_goods_14")]),
        )

    def test_one_after_another_gives_the_same_as_all_at_once(self):
        for tax in self.old.sorted("id", reverse=True):
            self.make(tax)
        twins = self.old._netvisor_twins(self.change.new)
        domestic = self.chart.ref("tax_dom_purchase_goods_14")
        abroad = self.chart.ref("tax_eu_purchase_goods_14")
        self.assertEqual(self.chart.ref("eu").map_tax(twins[domestic]), twins[abroad])
        self.assertNotIn(twins[abroad], self.chart.ref("eu").map_tax(domestic))

    def test_texts_in_all_languages(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        old = self.chart.ref("tax_eu_purchase_service_14")
        old.update_field_translations("name", {"fi_FI": "14 % EU-palvelut"})
        old.update_field_translations("invoice_label", {"fi_FI": "ALV 14,00 %"})
        old.description = "<div>14% EU services since 2014</div>"
        old.update_field_translations(
            "description", {"fi_FI": {"14% EU services since 2014": "14 % EU-palvelut vuodesta 2014"}}
        )
        self.make(old)
        twin = old._netvisor_twins(self.change.new)[old]
        finnish = twin.with_context(lang="fi_FI")
        self.assertEqual((twin.name, finnish.name), ("13.5% EU S", "13,5 % EU-palvelut"))
        self.assertEqual((twin.invoice_label, finnish.invoice_label), ("13.5%", "ALV 13,5 %"))
        self.assertEqual(str(twin.description), "<div>13.5% EU services since 2014</div>")
        self.assertEqual(str(finnish.description), "<div>13,5 % EU-palvelut vuodesta 2014</div>")
        self.assertEqual(str(old.with_context(lang="fi_FI").description), "<div>14 % EU-palvelut vuodesta 2014</div>")
        group = twin.tax_group_id
        self.assertEqual(
            group.with_context(lang="fi_FI").name,
            "ALV 13,5 %" if "ALV" in old.tax_group_id.with_context(lang="fi_FI").name else "VAT 13,5%",
        )

    def test_a_reader_of_another_language_makes_the_same(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        old = self.chart.ref("tax_dom_sales_goods_14")
        self.env = self.env(context={**self.env.context, "lang": "fi_FI"})
        self.make(old)
        twin = old._netvisor_twins(self.change.new)[old]
        self.assertEqual(twin.with_context(lang="en_US").name, "13.5%")
        self.assertEqual(twin.with_context(lang="fi_FI").name, "13,5%")

    def test_included_in_the_price(self):
        old = self.own_tax(name="14 % sis.", price_include_override="tax_included")
        plain = self.own_tax(name="14 % ilman")
        outcome = self.make(old | plain)
        self.assertEqual(outcome["14 % sis."], ("created", "13.5 % sis."))
        twins = (old | plain)._netvisor_twins(self.change.new)
        self.assertNotEqual(twins[old], twins[plain])
        self.assert_copy(old, twins[old])

    def test_a_tax_of_ones_own_is_recognised(self):
        """Whatever its name, account and group: same use, scope, code, price and shape."""
        own = self.own_tax(name="Uusi alennettu", amount=13.5)
        old = self.chart.ref("tax_dom_sales_goods_14")
        self.make()
        self.assertEqual(self.plan(old), ("exists", "Uusi alennettu"))
        self.assertEqual(
            len(self.new_taxes().filtered(lambda tax: tax._netvisor_twin_key() == own._netvisor_twin_key())), 1
        )

    def plan(self, tax):
        [plan] = self.env["account.tax"]._netvisor_successor_plans(self.company, self.change, tax)
        return plan.outcome, plan.twin.name

    def test_what_is_not_the_same_is_no_twin(self):
        old = self.chart.ref("tax_dom_sales_goods_14")
        for name, values in {
            "use": {"type_tax_use": "purchase", "netvisor_vat_code": "KOOS"},
            "code": {"netvisor_vat_code": "MUUL"},
            "price": {"price_include_override": "tax_included"},
            "scope": {"tax_scope": "service"},
            "rate": {"amount": 13},
        }.items():
            with self.subTest(name):
                own = self.own_tax(name=f"{name} 13.5 %", **{"amount": 13.5, **values})
                self.assertEqual(self.plan(old), ("missing", False))
                own.unlink()

    def test_a_newer_chart_brings_its_own(self):
        """Not in use at first, like the 14 % taxes of today's chart: it is brought back instead of made again."""
        brought = self.chart.ref("tax_dom_sales_goods_14").copy({"name": "13.5%", "amount": 13.5, "active": False})
        old = self.chart.ref("tax_dom_sales_goods_14")
        self.assertEqual(self.plan(old)[0], "archived")
        outcome = self.make(old)
        self.assertEqual(outcome["14%"], ("restored", "13.5%"))
        self.assertTrue(brought.active)
        self.assertEqual(self.new_taxes(), brought)

    def test_two_taxes_that_post_differently_get_two(self):
        account = self.company_data["default_account_tax_sale"].copy({"code": "299987", "name": "ALV-velka 2"})
        old = self.own_tax(name="Toimipaikka 14 %")
        lines = old.invoice_repartition_line_ids | old.refund_repartition_line_ids
        lines.filtered(lambda line: line.repartition_type == "tax").account_id = account
        goods = self.chart.ref("tax_dom_sales_goods_14")
        outcome = self.make(old | goods)
        self.assertEqual(outcome["Toimipaikka 14 %"], ("created", "Toimipaikka 13.5 %"))
        twins = (old | goods)._netvisor_twins(self.change.new)
        self.assertEqual(twins[old].repartition_line_ids.account_id, account)
        self.assertNotEqual(twins[goods], twins[old])

    def test_names_that_are_taken_or_do_not_say_the_rate(self):
        self.own_tax(name="Alennettu 13.5 %", amount=25.5)
        old = self.own_tax(name="Alennettu", price_include_override="tax_included")
        self.assertEqual(self.make(old)["Alennettu"], ("created", "Alennettu 13.5 % (2)"))

    def test_groups_of_taxes_are_left_to_a_person(self):
        member = self.own_tax(name="Osa 14 %", type_tax_use="none")
        child = self.own_tax(name="Lapsi 14 %")
        group = self.own_tax(
            name="Ryhmä", amount_type="group", amount=0, children_tax_ids=[Command.set((child | member).ids)]
        )
        outcome = self.make(child | group)
        self.assertEqual(outcome["Ryhmä"], ("by_hand", False))
        self.assertEqual(outcome["Lapsi 14 %"][0], "created")

    def test_foreign_vat_is_left_alone(self):
        luxembourg = self.env["account.fiscal.position"].create(
            {"name": "OSS LU", "country_id": self.env.ref("base.lu").id, "company_id": self.company.id}
        )
        oss = self.own_tax(name="LU 14 %", fiscal_position_ids=[Command.set(luxembourg.ids)])
        self.assertEqual(self.make(oss), {"LU 14 %": ("foreign", False)})

    def test_archived_taxes_are_left_alone(self):
        self.old.active = False
        self.assertEqual(self.make(), {})

    def test_a_group_of_ones_own_without_percentage_stays(self):
        group = self.env["account.tax.group"].create({"name": "Verot", "company_id": self.company.id})
        old = self.own_tax(tax_group_id=group.id)
        self.make(old)
        self.assertEqual(old._netvisor_twins(self.change.new)[old].tax_group_id, group)

    def test_a_tax_that_stood_in_a_wrong_group(self):
        """Odoo gives a new tax the first group of the chart, here VAT 25.5 %."""
        old = self.own_tax(price_include_override="tax_included", tax_group_id=self.chart.ref("tax_group_25_5").id)
        self.make(old)
        self.assertEqual(old._netvisor_twins(self.change.new)[old].tax_group_id.name, "VAT 13.5%")

    def test_completing_the_fiscal_positions_of_ones_own_tax(self):
        own = self.own_tax(name="Oma 13.5 %", amount=13.5)
        old = self.chart.ref("tax_dom_sales_goods_14")
        self.assertEqual(self.make(old)["14%"][0], "exists")
        export = self.chart.ref("non_eu")
        self.assertEqual(export.map_tax(own), own, "an existing tax is not touched")
        self.assertTrue(old._netvisor_missing_alternatives(self.change))
        self.assertGreater(old._netvisor_complete_alternatives(self.change), 0)
        self.env.invalidate_all()
        self.assertEqual(export.map_tax(own), self.chart.ref("vat0export"))
        self.assertFalse(old._netvisor_missing_alternatives(self.change))

    def test_the_change_before(self):
        """24 → 25.5: the chart has them all, so nothing is made, and nothing is mistaken for another."""
        change = self.taxes._netvisor_change("2024-09-01")
        old = self.all_taxes.filtered(lambda tax: tax.amount == 24)
        old.active = True
        new = self.new_taxes(25.5)
        new.active = True
        for tax, twin in old._netvisor_twins(change.new).items():
            with self.subTest(tax.name):
                template = tax.get_external_id()[tax.id].replace("24", "25_5")
                self.assertEqual(twin.get_external_id()[twin.id], template)
        self.assertEqual({row[0] for row in self.make(change=change).values()}, {"exists"})
        self.assertEqual(self.new_taxes(25.5), new)

    def test_own_tax_of_24_percent(self):
        change = self.taxes._netvisor_change("2024-09-01")
        old = self.own_tax(name="Oma 24 %", amount=24, price_include_override="tax_included")
        self.assertEqual(self.make(old, change)["Oma 24 %"], ("created", "Oma 25.5 %"))

    def test_branches(self):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Sivuliike", "parent_id": self.company.id, "country_id": self.env.ref("base.fi").id})
        )
        self.env.user.company_ids |= branch
        self.env = self.env(context={**self.env.context, "allowed_company_ids": (self.company | branch).ids})
        own = self.own_tax(
            name="Sivu 14 %",
            company_id=branch.id,
            price_include_override="tax_included",
            tax_group_id=self.chart.ref("tax_group_14").id,
        )
        goods = self.chart.ref("tax_dom_sales_goods_14")
        outcome = self.make(own | goods, company=branch)
        self.assertEqual({row[0] for row in outcome.values()}, {"created"})
        twins = (own | goods)._netvisor_twins(self.change.new)
        self.assertEqual((twins[own].company_id, twins[goods].company_id), (branch, self.company))

    def test_only_accounting_administrators(self):
        clerk = new_test_user(
            self.env(su=True),
            "clerk",
            groups="base.group_user,account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["account.tax"].with_user(clerk)._netvisor_create_successors(self.company, self.change)
        self.assertFalse(self.new_taxes())


@tagged("post_install", "-at_install", "post_install_l10n")
class TestVatSuccessorOtherChart(SuccessorCommon):
    @classmethod
    @AccountTestInvoicingCommon.setup_country("fi")
    @AccountTestInvoicingCommon.setup_chart_template("generic_coa")
    def setUpClass(cls):
        super().setUpClass()

    def test_own_taxes_in_another_chart(self):
        account = self.company_data["default_account_tax_sale"]
        group = self.env["account.tax.group"].create(
            {
                "name": "Reduced 14 %",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.fi").id,
                "tax_payable_account_id": account.id,
            }
        )
        repartition = [
            Command.create(
                {"document_type": document, "repartition_type": kind, "account_id": kind == "tax" and account.id}
            )
            for document in ("invoice", "refund")
            for kind in ("base", "tax")
        ]
        sale = self.own_tax(name="VAT 14%", tax_group_id=group.id, repartition_line_ids=repartition)
        purchase = self.own_tax(
            name="VAT 14%", type_tax_use="purchase", netvisor_vat_code="KOOS", tax_group_id=group.id
        )
        plans = self.env["account.tax"]._netvisor_create_successors(self.company, self.change)
        self.assertEqual([(plan.tax, plan.outcome) for plan in plans], [(sale, "created"), (purchase, "created")])
        for plan in plans:
            self.assert_copy(plan.tax, plan.twin)
            self.assertEqual(plan.twin.name, "VAT 13.5%")
        new_group = plans[0].twin.tax_group_id
        self.assertEqual((new_group.name, new_group.tax_payable_account_id), ("Reduced 13.5 %", account))
        self.assertEqual(plans[1].twin.tax_group_id, new_group)

    def test_nothing_to_do(self):
        self.assertEqual(self.make(), {})
