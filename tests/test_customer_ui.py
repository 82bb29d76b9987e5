"""Choosing, merging and proposing in a real browser, by a bookkeeper without administrator's rights."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .test_customer_propose import ProposeCase


@tagged("post_install", "-at_install")
class TestCustomerScreens(ProposeCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env(su=True),
            "keeper",
            groups="base.group_user,base.group_partner_manager,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def browse(self, path, tour):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", tour, login=self.keeper.login, timeout=120)
        self.env.invalidate_all()

    def test_link(self):
        self.card("Koivu Oy", code="900", business_id="7654321-2", city="Turku")
        self.card("Koivu Oulu", code="901", business_id="7654321-2", city="Oulu")
        key = self.card("Aivan Muu Oy", code="902", city="Kemi")
        partner = self.customer_card(company_registry="7654321-2")
        self.browse(f"res.partner/{partner.id}", "netvisor_customer_link")
        self.assertEqual(self.kind._key(partner, self.company), key)

    def test_merge(self):
        key = self.card("Koivu Oy", code="900", business_id="7654321-2")
        old = self.customer_card("Koivu Vanha Oy", email="a@koivu.example")
        self.link(old, key)
        partner = self.customer_card(company_registry="7654321-2", email="a@koivu.example")
        self.browse(f"res.partner/{partner.id}", "netvisor_customer_merge")
        self.assertEqual(len((old | partner).exists()), 1)
        self.assertEqual(self.kind._key((old | partner).exists(), self.company), key)

    def test_einvoice_review(self):
        koivu = self.customer_card(company_registry="7654321-2")
        haapa = self.customer_card("Haapa Oy", peppol_eas="0216", peppol_endpoint="003712345671")
        action = self.env["ir.actions.act_window"].sudo().create(
            {
                "name": "Two customers",
                "res_model": "res.partner",
                "view_mode": "list,form",
                "domain": [("id", "in", (koivu | haapa).ids)],
            }
        )  # fmt: skip
        self.browse(f"action-{action.id}", "netvisor_einvoice_review")
        self.assertEqual(haapa.netvisor_einvoice_address, "003712345671")
        self.assertFalse(koivu.netvisor_einvoice_address)
