"""A company with another chart of accounts: nothing has the same number, and nothing is mapped before a person says so."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.account_netvisor.models.netvisor_mapping_kind import LIKELY

from .common import OTHER_ORGANISATION
from .mapping_common import MappingCommon


@tagged("post_install", "-at_install")
class TestMappingGeneric(MappingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env(su=True)
        cls.generic = env["res.company"].create(
            {"name": "Generic Oy", "country_id": env.ref("base.fi").id, "currency_id": env.ref("base.EUR").id}
        )
        env["account.chart.template"].try_loading("generic_coa", cls.generic, install_demo=False)
        cls.generic.currency_id = env.ref("base.EUR")  # which the chart has made dollars
        cls.connect(cls.generic, OTHER_ORGANISATION)
        cls.controller = new_test_user(
            env,
            "generic_controller",
            groups="base.group_user,account.group_account_manager",
            company_id=cls.generic.id,
            company_ids=[Command.set(cls.generic.ids)],
        )
        cls.company = cls.generic

    def setUp(self):
        super().setUp()
        self.run_netvisor(self.generic)
        self.chart = self.env["account.chart.template"].sudo().with_company(self.generic)

    def of(self, name):
        return self.chart.ref(name)

    def test_nothing_is_mapped_by_itself(self):
        counts = self.remaining("account")
        self.assertEqual(counts["mapped"], 0)
        self.assertGreater(counts["open"], 20)
        self.assertFalse(self.env["account.account"].sudo().with_company(self.generic).search(
            [("company_ids", "in", self.generic.ids), ("netvisor_account_number", "!=", False)]
        ))  # fmt: skip
        taxes = self.env["account.tax"].sudo().search([("company_id", "=", self.generic.id)])
        self.assertTrue(taxes)
        self.assertFalse(any(taxes.mapped("netvisor_vat_code")))

    def test_what_both_use_by_themselves_is_proposed(self):
        for name, number in (("receivable", "1701"), ("payable", "2871"), ("income", "3000"), ("expense", "4000")):
            with self.subTest(account=name):
                row = self.row(self.of(name))
                self.assertEqual(row.proposal_code, number, row.evidence_text)
                self.assertGreaterEqual(row.confidence, LIKELY)
                self.assertTrue(row.used)

    def test_accepted_they_are_what_invoices_use(self):
        wizard = self.env["netvisor.mapping.accept"].with_user(self.controller)
        wizard.create({"kind": "account", "confidence": LIKELY}).action_accept()
        self.assertEqual(self.of("income")._netvisor_number(self.generic), "3000")
        self.assertEqual(self.row(self.of("income")).state, "accepted")
        self.assertGreaterEqual(self.remaining("account")["mapped"], 4)

    def test_taxes_that_are_not_finnish_are_not_guessed(self):
        """The chart brings a tax of 15 %: a Finnish company has something to decide, and is told why."""
        self.refresh("tax")
        rows = self.mapping.search([("kind", "=", "tax")])
        self.assertTrue(rows)
        for row in rows:
            self.assertEqual(row.state, "open")
            self.assertLess(row.confidence, LIKELY)
            self.assertTrue(row.choices(), "a person may choose all the same")

    def test_its_own_taxes_of_a_finnish_rate(self):
        values = {"company_id": self.generic.id, "country_id": self.env.ref("base.fi").id}
        group = self.env["account.tax.group"].sudo().create({"name": "ALV", **values})
        values |= {"type_tax_use": "sale", "tax_group_id": group.id}
        tax = self.env["account.tax"].sudo().create({"name": "ALV 25,5 %", "amount": 25.5, **values})
        self.refresh("tax", tax)
        row = self.row(tax)
        self.assertEqual([row.state, row.proposal_code, tax.netvisor_vat_code], ["open", "KOMY", False])
