"""The mapping assistant in a real browser, by an accounting administrator without administrator's rights."""

from odoo.tests import HttpCase, tagged

from .mapping_common import MappingCommon


@tagged("post_install", "-at_install")
class TestMappingScreen(MappingCommon, HttpCase):
    def test_accept_change_ignore_and_undo(self):
        self.give_codes(self.env["account.tax"].search([("company_id", "=", self.company.id)]))
        values = {"type_tax_use": "sale", "company_id": self.company.id}
        taxes = self.env["account.tax"].create(
            [
                {"name": f"Oma {text}", "amount": amount, **values}
                for text, amount in (("13,5", 13.5), ("22", 22), ("10", 10))
            ]
        )
        self.env.flush_all()
        action = self.env.ref("account_netvisor.netvisor_mapping_open_action").id
        self.start_tour(f"/odoo/action-{action}", "netvisor_mapping", login=self.controller.login, timeout=120)
        self.env.invalidate_all()
        self.assertEqual(taxes.mapped("netvisor_vat_code"), ["KOMY", "MUUL", "KOMY"])
