"""The whole way in a real browser: from a company that Netvisor has never heard of to invoices that are there."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.account_netvisor.models import res_company
from odoo.addons.account_netvisor.netvisor.rights import NOT_TRIED, PROBES

from .common import ORGANISATION
from .test_connection import ConnectionCommon


@tagged("post_install", "-at_install")
class TestWholeWay(ConnectionCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As it was before anybody thought of Netvisor.
        cls.company.sudo().write(
            {
                "netvisor_mode": "disabled",
                "netvisor_base_url": False,
                **dict.fromkeys(res_company.SANDBOX_CREDENTIALS, False),
                "netvisor_organisation_id": ORGANISATION,
            }
        )
        cls.journal.write({"netvisor_export": "none", "invoice_reference_model": "fi"})
        cls.journal.search([("type", "=", "sale"), ("id", "!=", cls.journal.id)]).active = False
        cls.own_tax = cls.tax(cls, 14).copy({"name": "Oma 13,5 %", "amount": 13.5, "netvisor_vat_code": False})
        plan = cls.env["account.analytic.plan"].sudo().create({"name": "Projekti"})
        cls.item = cls.env["account.analytic.account"].sudo().create({"name": "P-17", "plan_id": plan.id})
        cls.env["account.tax"].sudo().with_context(active_test=False).search(
            [("tax_exigibility", "=", "on_payment")]
        ).tax_exigibility = "on_invoice"

    def run_netvisor(self, company=None):
        """The browser's requests and the job already share the test's cursor."""
        return (company or self.company)._netvisor_run()

    def walk(self, tour):
        self.env.flush_all()
        path = f"/odoo/action-{self.env.ref('account_netvisor.netvisor_guide_action').id}"
        self.start_tour(path, tour, login=self.administrator.login, timeout=120)
        self.env.invalidate_all()

    def test_from_unmapped_to_sent(self):
        self.sandbox.user(
            "customer_add", code="900", name=self.customer.name, externalidentifier=self.customer.company_registry
        )
        dimension = self.sandbox.user("dimension_add", name="Projekti")
        self.sandbox.user("item_add", dimension=dimension, item="P-17")
        line = {"tax_ids": [Command.set(self.own_tax.ids)], "analytic_distribution": {str(self.item.id): 100}}
        tried, other = self.invoice(line, invoice_date="2026-11-03"), self.invoice(invoice_date="2026-11-02")
        # Port 8899 is where a sandbox usually is; ours has a port of its own.
        with patch.dict(res_company.BASE_URLS, sandbox=self.sandbox.url):
            self.walk("netvisor_way_connect")
        self.assertTrue(self.company.sudo().netvisor_trial_first)
        self.run_netvisor()
        self.assertFalse(self.own_tax.netvisor_vat_code, "nothing is applied before somebody accepts it")
        self.walk("netvisor_way_map")
        self.assertEqual(self.own_tax.netvisor_vat_code, "KOMY")
        self.assertEqual(self.journal.netvisor_export, "sales_invoice")
        self.walk("netvisor_way_try")
        self.run_netvisor()
        sent = self.remote_invoice(tried)
        self.assertEqual(sent["list_status"], "unsent", "a draft makes no voucher")
        other.action_netvisor_send()
        self.run_netvisor()
        self.assertEqual(self.document(other).state, "todo", "the others wait until somebody has looked at it")
        self.walk("netvisor_way_arrived")
        self.run_netvisor()
        self.assertEqual(self.remote_invoice(other)["list_status"], "open")
        self.assertEqual({row["customer_code"] for row in self.remote()["invoices"]}, {"900"}, "no second customer")
        self.assertEqual(list(self.remote()["dimensions"]), ["Projekti"])
        self.walk("netvisor_way_done")


@tagged("post_install", "-at_install")
class TestGuideScreens(ConnectionCommon, HttpCase):
    """By an accounting administrator, who has no settings."""

    def walk(self, action, tour):
        self.env.flush_all()
        self.start_tour(f"/odoo/action-{self.env.ref(action).id}", tour, login=self.controller.login, timeout=120)
        self.env.invalidate_all()

    def test_dashboard(self):
        dashboard = "account.open_account_journal_dashboard_kanban"
        onboarding = self.env["onboarding.onboarding"].with_company(self.company).sudo()
        self.walk(dashboard, "netvisor_guide_dashboard")
        panel = onboarding.env.ref("account_netvisor.onboarding_netvisor")
        self.assertTrue(panel.is_onboarding_closed)
        self.assertEqual(
            len(self.env["netvisor.right"].sudo().search([("company_id", "=", self.company.id)])),
            len(PROBES) + len(NOT_TRIED),
        )
        self.walk("account_netvisor.netvisor_guide_action", "netvisor_guide_page")
        self.assertFalse(panel.is_onboarding_closed)
