from odoo.tests import tagged

from .product_common import ProductCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestProductUpdate(ProductCommon):
    """What is changed in Odoo is changed in Netvisor, where the settings say so and Netvisor lets us."""

    def setUp(self):
        super().setUp()
        self.mode("code", netvisor_product_update=True)
        self.chair = self.make_product("T-1", "Tuoli")
        self.sold(self.chair)
        self.run_all()

    def edits(self):
        return [row for row in self.posts() if "method=edit" in row["target"]]

    def sweep(self):
        """The daily reading, which compares too."""
        feed = self.env["netvisor.feed"].sudo().search([("company_id", "=", self.company.id), ("kind", "=", "product")])
        feed.next_due = "2026-01-01"
        self.run_all()

    def test_off_by_default(self):
        self.mode("code", netvisor_product_update=False)
        self.chair.name = "Nojatuoli"
        self.sold(self.chair)
        self.run_all()
        self.sweep()
        self.assertFalse(self.edits())
        self.assertEqual(self.there()["T-1"]["name"], "Tuoli")

    def test_with_the_next_invoice(self):
        self.chair.write({"name": "Nojatuoli", "list_price": 150})
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.document(move).state, "done")
        self.assertEqual(self.there()["T-1"]["name"], "Nojatuoli")
        self.assertEqual(self.there()["T-1"]["fields"]["unitprice"], "150")
        self.sold(self.chair)
        self.run_all()
        self.assertEqual(len(self.edits()), 1)

    def test_without_an_invoice(self):
        self.chair.default_code = "T-100"
        self.sweep()
        self.assertEqual(list(self.there()), ["T-100"])
        self.sweep()
        self.assertEqual(len(self.edits()), 1)

    def test_archived_and_back(self):
        self.chair.action_archive()
        self.run_all()
        self.assertEqual(self.there()["T-1"]["fields"]["isactive"], "0")
        self.env["product.template"].browse(self.chair.product_tmpl_id.id).action_unarchive()
        self.run_all()
        self.assertEqual(self.there()["T-1"]["fields"]["isactive"], "1")

    def test_archived_without_updates(self):
        self.mode("code", netvisor_product_update=False)
        self.chair.action_archive()
        self.run_all()
        self.assertEqual(self.there()["T-1"]["fields"]["isactive"], "1")

    def test_what_netvisor_had_first(self):
        """Linking writes nothing; a later change in Odoo does, but the code there stays Netvisor's."""
        self.add_there("L-1", "Lamppu", unitprice="5")
        self.sweep()
        lamp = self.make_product(" l-1", "Valaisin")
        self.sold(lamp)
        self.run_all()
        self.sweep()
        self.assertFalse(self.edits())
        lamp.list_price = 44
        self.sweep()
        self.assertEqual(self.there()["L-1"]["fields"]["unitprice"], "44")

    def test_extended_product_management(self):
        """Its refusal is recognised, said once for the company, and stops no invoice and no new product."""
        lamp = self.make_product("L-1", "Lamppu")
        self.sold(lamp)
        self.run_all()
        self.sandbox.set(extended_products=True)
        self.chair.name, lamp.name = "Nojatuoli", "Valaisin"
        move = self.sold(self.chair, lamp)
        self.run_all()
        self.assertEqual(self.document(move).state, "done")
        self.assertEqual(len(self.edits()), 1, "what is refused for one is refused for all")
        self.assertEqual({self.sent(self.chair).state, self.sent(lamp).state}, {"done"})
        self.assertFalse(self.company.netvisor_product_update)
        self.assertIn("extended product management", self.company.netvisor_product_refusal)
        checks = self.company.with_user(self.controller)._netvisor_checks()
        self.assertIn(self.company.netvisor_product_refusal, checks["product_updates"]["message"])
        self.sweep()
        self.assertEqual(len(self.edits()), 1)
        desk = self.make_product("P-1", "Pöytä")
        self.sold(desk)
        self.run_all()
        self.assertIn("P-1", self.there(), "new products go on")
        self.sandbox.set(extended_products=None)
        self.company.sudo().netvisor_product_update = True
        self.assertFalse(self.company.netvisor_product_refusal)
        self.run_all()
        self.assertEqual((self.there()["T-1"]["name"], self.there()["L-1"]["name"]), ("Nojatuoli", "Valaisin"))
        self.assertNotIn("product_updates", self.company._netvisor_checks())

    def test_another_refusal_blocks_the_product_only(self):
        self.sandbox.fault("refuse", "product.nv", code="INVALID_DATA", text="Ryhmä puuttuu")
        self.chair.name = "Nojatuoli"
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual((self.sent(self.chair).state, self.document(move).state), ("blocked", "done"))
        self.sweep()
        self.assertEqual(len(self.edits()), 1, "the same data is not sent again by itself")
        self.chair.name = "Jakkara"
        self.run_all()
        self.assertEqual(self.there()["T-1"]["name"], "Jakkara")

    def test_answer_of_an_edit_lost(self):
        self.sandbox.fault("drop_after", "product.nv")
        self.chair.name = "Nojatuoli"
        self.sweep()
        self.env["netvisor.document"].sudo().search([("state", "=", "in_doubt")]).next_try = False
        self.run_all()
        self.assertEqual((self.sent(self.chair).state, self.there()["T-1"]["name"]), ("done", "Nojatuoli"))
        self.assertEqual(len(self.there()), 1)

    def test_send_button_sends_a_change(self):
        self.mode("code", netvisor_product_update=False)
        self.chair.name = "Nojatuoli"
        self.chair.with_user(self.bookkeeper).action_netvisor_send()
        self.run_all()
        self.assertEqual(self.there()["T-1"]["name"], "Nojatuoli")

    def test_changed_account_of_netvisor(self):
        """An account that Netvisor gets later is told to it with the next comparison."""
        self.income_account.netvisor_account_number = "99999"
        self.sweep()
        self.assertEqual(len(self.edits()), 1)
        self.assertIn("product_account", [row["code"] for row in self.sent(self.chair).problems])
