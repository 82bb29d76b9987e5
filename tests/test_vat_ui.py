"""VAT at the border in a real browser."""

from datetime import date

from odoo import Command
from odoo.tests import HttpCase, tagged

from .test_sales_invoice import SalesInvoiceCommon


@tagged("post_install", "-at_install")
class TestVatScreens(SalesInvoiceCommon, HttpCase):
    def setUp(self):
        super().setUp()
        taxes = self.env["account.tax"].with_context(active_test=False)
        self.old = taxes.search([("company_id", "=", self.company.id), ("amount", "=", 14)])
        self.old.active = True
        self.sale = self.env["account.chart.template"].with_company(self.company).ref("tax_dom_sales_goods_14")
        self.move = self.invoice({"tax_ids": self.taxed(self.sale)}, invoice_date=date(2026, 9, 15))

    def run_netvisor(self, company=None):
        """The browser's requests and the job already share the test's cursor."""
        return (company or self.company)._netvisor_run()

    def browse(self, tour, user):
        action = self.env.ref("account_netvisor.netvisor_vat_border_open").id
        self.env.flush_all()
        self.start_tour(f"/odoo/action-{action}", tour, login=user.login, timeout=120)
        self.env.invalidate_all()

    def test_successors(self):
        product = (
            self.env["product.template"]
            .sudo()
            .create(
                {
                    "name": "Ruisleipä",
                    "company_id": self.company.id,
                    "taxes_id": [Command.set(self.sale.ids)],
                    "supplier_taxes_id": False,
                }
            )
        )
        self.browse("netvisor_vat_successor", self.controller)
        self.assertEqual(product.taxes_id.amount, 13.5)

    def test_mend(self):
        self.run_netvisor()
        self.assertEqual(self.move.netvisor_state, "blocked")
        self.browse("netvisor_vat_mend", self.bookkeeper)
        self.assertEqual((self.move.delivery_date, self.move.netvisor_state), (date(2025, 12, 20), "todo"))
        self.run_netvisor()
        self.assertEqual(self.move.netvisor_state, "done")
