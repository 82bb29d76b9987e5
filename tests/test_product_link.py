from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .product_common import ProductCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestProductLink(ProductCommon):
    """Only products that Netvisor has, found in its list; nothing is ever created but the generic one."""

    def setUp(self):
        super().setUp()
        self.chair = self.make_product("T-1", "Tuoli")

    def feed(self):
        return self.env["netvisor.feed"].sudo().search([("company_id", "=", self.company.id), ("kind", "=", "product")])

    def mirror(self):
        mirror = self.env["netvisor.product"].sudo().with_context(active_test=False)
        return {row.code: row for row in mirror.search([("company_id", "=", self.company.id)])}

    def read_again(self, complete=False):
        if complete:
            self.feed().bookmark = False
        self.feed().next_due = "2026-01-01"  # the engine's now() is the beginning of the test
        self.run_all()

    # --- at sending -------------------------------------------------------------------------------------------------
    def test_by_code_by_ean_and_not_there(self):
        lamp = self.make_product("L-1", "Lamppu", barcode="6410405082657")
        desk = self.make_product("P-1", "Pöytä")
        chair_key = self.add_there("T-1", "Tuoli")
        lamp_key = self.add_there("555", "Valaisin", primaryeancode="6410405082657")
        self.mode("link")
        self.run_all()
        move = self.sold(self.chair, lamp, desk)
        self.run_all()
        self.assertEqual(self.line_keys(move), [chair_key, lamp_key, self.there()["Odoo"]["key"]])
        self.assertEqual(self.warnings(move), ["product_line_not_there"])
        self.assertIn("Pöytä", self.document(move).warning)
        self.assertEqual(set(self.there()), {"T-1", "555", "Odoo"}, "none was created")
        self.assertEqual(self.link_of(lamp).netvisor_key, lamp_key)
        self.assertTrue(self.link_of(self.chair).linked)
        self.assertEqual(self.chair.with_user(self.bookkeeper).netvisor_name, "T-1 Tuoli")

    def test_first_invoice_waits_for_the_ean_codes(self):
        """The list comes first and EAN codes later: an invoice in between would go under the generic product."""
        self.chair.write({"default_code": "X-9", "barcode": "6410405082657"})
        key = self.add_there("555", "Tuoli", primaryeancode="6410405082657")
        self.mode("link")
        move = self.sold(self.chair)
        self.run_all()
        self.env["netvisor.document"].sudo().search([("state", "=", "todo")]).next_try = False
        self.run_all()
        self.assertEqual(self.line_keys(move), [key])

    def test_an_odd_code_is_no_link(self):
        self.add_there("T1", "Tuoli")
        self.mode("link")
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.line_keys(move), [self.there()["Odoo"]["key"]])
        self.assertFalse(self.link_of(self.chair).netvisor_key)

    def test_two_products_never_share_one(self):
        self.add_there("T-1")
        self.make_product("T-1", "Toinen tuoli")
        second = self.env["product.product"].search([("name", "=", "Toinen tuoli")])
        self.mode("link")
        move = self.sold(self.chair, second)
        self.run_all()
        generic = self.there()["Odoo"]["key"]
        self.assertEqual(self.line_keys(move), [generic, generic], "which of them it is, only a person knows")

    def test_list_refused(self):
        self.sandbox.fault("refuse", "productlist.nv", times=None, code="INVALID_DATA", text="Ei luetteloa")
        self.add_there("T-1")
        self.mode("link")
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.warnings(move), ["product_list_unread"])
        self.assertEqual(self.document(move).state, "done", "an invoice does not wait for a list")
        self.assertIn("Ei luetteloa", self.feed().message)

    def test_nothing_is_created(self):
        self.mode("link")
        with self.assertRaises(UserError):
            self.chair.with_user(self.bookkeeper).action_netvisor_send()
        self.mode("code")
        self.chair.with_user(self.bookkeeper).action_netvisor_send()
        self.mode("link")
        self.run_all()
        self.assertEqual(self.sent(self.chair).state, "cancelled")
        self.assertFalse(self.posts())

    def test_fetch_link(self):
        self.mode("link")
        self.run_all()
        self.chair.with_user(self.bookkeeper).action_netvisor_fetch_link()
        self.run_all()
        self.assertEqual(self.sent(self.chair).state, "blocked")
        self.assertIn("T-1", self.sent(self.chair).problem)
        self.assertEqual(self.chair.with_user(self.bookkeeper).netvisor_state, "blocked")
        key = self.add_there("T-1")
        self.chair.product_tmpl_id.with_user(self.bookkeeper).action_netvisor_fetch_link()
        self.run_all()
        self.assertEqual((self.sent(self.chair).state, self.link_of(self.chair).netvisor_key), ("done", key))
        with self.assertRaises(UserError):
            self.chair.with_user(self.bookkeeper).action_netvisor_fetch_link()
        self.assertFalse(self.posts())

    # --- the list ---------------------------------------------------------------------------------------------------
    def test_list_and_ean_codes(self):
        self.add_there(
            "A", "Aa", productgroup="Ryhmä", unitprice="12,5", primaryeancode="96385074", unit="kpl", isactive=False
        )
        self.mode("link")
        self.run_all()
        row = self.mirror()["A"]
        self.assertEqual((row.name, row.group_name, row.unit_price), ("Aa", "Ryhmä", 12.5))
        self.assertEqual((row.ean, row.unit, row.in_use), ("96385074", "kpl", False))
        self.assertFalse(self.feed().pending)
        self.assertFalse(self.feed().progress)

    def test_generic_reads_no_list(self):
        self.run_all()
        self.assertFalse(self.posts("productlist.nv"))
        with self.assertRaises(UserError):
            self.env["netvisor.product"].with_user(self.bookkeeper).action_read_again()

    def test_changes_since(self):
        key = self.add_there("A", "Aa")
        self.mode("link")
        self.run_all()
        self.sandbox.user("product_change", key=key, name="Bee", primaryeancode="96385074")
        self.read_again()
        self.assertEqual((self.mirror()["A"].name, self.mirror()["A"].ean), ("Bee", "96385074"))
        requests = [row["target"] for row in self.posts("productlist.nv")]
        self.assertIn("changedsince", requests[0])
        self.assertNotIn("changedsince", requests[-1])

    def test_deleted_in_netvisor(self):
        key = self.add_there("T-1")
        kept = self.add_there("K-1")
        self.mode("link")
        self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.link_of(self.chair).netvisor_key, key)
        self.sandbox.user("product_delete", key=key)
        self.read_again(complete=True)
        self.assertEqual((self.mirror()["T-1"].active, self.mirror()["K-1"].active), (False, True))
        self.assertTrue(kept)
        self.assertFalse(self.link_of(self.chair).netvisor_key)
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.line_keys(move), [self.there()["Odoo"]["key"]])
        self.assertEqual(self.warnings(move), ["product_line_not_there"])

    def test_generic_product_deleted_in_netvisor(self):
        self.mode("link")
        self.invoice()
        self.run_all()
        self.sandbox.user("product_delete", key=self.there()["Odoo"]["key"])
        self.company.sudo().netvisor_product_code = "Muu"
        self.read_again(complete=True)
        move = self.invoice()
        self.run_all()
        self.assertEqual(self.line_keys(move), [self.there()["Muu"]["key"]])

    def test_whole_list_once_a_week(self):
        self.add_there("A")
        self.mode("link")
        self.run_all()
        before = len(self.posts("productlist.nv"))
        self.read_again()
        old = fields.Datetime.subtract(fields.Datetime.now(), days=8).isoformat()
        self.feed().bookmark = f'{{"since": "{old}", "complete": "{old}"}}'
        self.read_again()
        targets = [row["target"] for row in self.posts("productlist.nv")][: -before or None]
        self.assertEqual(["changedsince" in target for target in targets], [False, True])

    def test_details_refused_for_a_while(self):
        self.add_there("A", primaryeancode="96385074")
        self.add_there("B")
        self.sandbox.fault("refuse", "getproduct.nv", code="INVALID_DATA", text="Ei kortteja")
        self.mode("link")
        self.run_all()
        self.assertTrue(self.feed().pending)
        self.assertIn("Ei kortteja", self.feed().message)
        self.feed().next_due = "2026-01-01"
        self.run_all()
        self.assertEqual(self.mirror()["A"].ean, "96385074")
        self.assertFalse(self.feed().pending)

    def test_two_thousand_products(self):
        """Statements of a reading grow with its parts of 200 and 1,000 products, not with the products."""
        self.mode("link")
        costs = []
        for more in (100, 1900):
            self.sandbox.seed(products=more)
            before = self.env.cr.sql_log_count
            self.read_again(complete=True)
            costs.append(self.env.cr.sql_log_count - before)
        mirror = self.env["netvisor.product"].sudo()
        self.assertEqual(mirror.search_count([("company_id", "=", self.company.id)]), 2000)
        self.assertFalse(mirror.search_count([("detailed", "=", False)]))
        self.assertLess((costs[1] - costs[0]) / 1900, 0.3, costs)
