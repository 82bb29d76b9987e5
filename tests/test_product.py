from odoo.tests import tagged

from .common import OTHER_ORGANISATION, NetvisorCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestProduct(NetvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["netvisor.kind.product"].sudo().with_company(cls.company)

    def products(self):
        return self.sandbox.state(None, "products")["products"]

    def send(self):
        document = self.kind._ensure(self.company)
        self.run_netvisor()
        self.env.invalidate_all()
        return document

    def posts(self):
        return [row for row in self.sandbox.calls() if row["resource"] == "product.nv"]

    def test_created_once(self):
        document = self.send()
        self.assertEqual(document.state, "done", document.problem)
        (product,) = self.products()
        self.assertEqual((product["code"], product["name"], product["group"]), ("Odoo", "Odoo", "Odoo"))
        self.assertEqual(product["price_type"], "net")
        self.assertEqual(product["fields"]["defaultvatpercentage"], "25,5")
        self.assertEqual(document.binding_id.netvisor_key, product["key"])
        self.assertFalse(self.kind._ensure(self.company))

    def test_code_and_group_of_the_settings(self):
        self.company.sudo().write({"netvisor_product_code": "Muu", "netvisor_product_group": "Palvelut"})
        self.send()
        self.assertEqual([(row["code"], row["group"]) for row in self.products()], [("Muu", "Palvelut")])
        self.company.sudo().netvisor_product_code = "Kolmas"
        self.assertTrue(self.kind._ensure(self.company), "another code is another product")

    def test_found_before_created(self):
        self.sandbox.request(
            "product.nv",
            "method=add",
            "<root><product><productbaseinformation><productcode>Odoo</productcode><productgroup>X</productgroup>"
            "<name>Oma</name><unitprice type='net'>5,00</unitprice><isactive>1</isactive>"
            "<issalesproduct>1</issalesproduct>"
            "</productbaseinformation></product></root>",
        )
        document = self.send()
        self.assertEqual((document.state, document.netvisor_key), ("done", self.products()[0]["key"]))
        self.assertFalse(self.posts(), "the user's own product is not touched")
        self.assertFalse(self.kind._ensure(self.company))

    def test_answer_lost_after_storing(self):
        self.sandbox.fault("drop_after", "product.nv")
        document = self.send()
        self.run_netvisor()
        self.assertEqual(document.state, "done")
        self.assertEqual(len(self.products()), 1)

    def test_refused(self):
        self.sandbox.fault("refuse", "product.nv", code="INVALID_DATA", text="No products today")
        document = self.send()
        self.assertEqual(document.state, "blocked")
        self.assertIn("No products today", document.message)
        self.assertEqual(self.kind._ensure(self.company), document, "not asked again by itself")
        document.with_user(self.bookkeeper).action_retry()
        self.run_netvisor()
        self.assertEqual(document.state, "done")

    def test_key_survives_a_crash_before_the_link(self):
        document = self.send()
        document.sudo().binding_id.netvisor_key = False
        self.assertFalse(self.kind._ensure(self.company))
        self.assertEqual(document.binding_id.netvisor_key, document.netvisor_key)

    def test_per_company(self):
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "country_id": self.env.ref("base.fi").id})
        self.connect(other, OTHER_ORGANISATION)
        self.send()
        self.assertTrue(self.kind._ensure(other))
