from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .product_common import ProductCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestProductScreen(ProductCommon):
    """What the product, its list and the settings show, and to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = cls.env(user=cls.env.ref("base.user_root"))
        cls.auditor = new_test_user(
            users,
            "auditor",
            groups="base.group_user,account.group_account_readonly",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.seller = new_test_user(
            users,
            "seller",
            groups="base.group_user,product.group_product_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.linked = cls.make_product("A-1", "Aa")
        cls.blocked = cls.make_product("B-1", "Bee")
        cls.other = cls.make_product("C-1", "Cee")

    def setUp(self):
        super().setUp()
        self.mode("code")
        self.sandbox.fault("refuse", "product.nv", code="INVALID_DATA", text="Ei tätä")
        self.blocked.with_user(self.bookkeeper).action_netvisor_send()
        self.run_all()
        self.linked.with_user(self.bookkeeper).action_netvisor_send()
        self.run_all()

    def find(self, model, domain):
        own = (self.linked + self.blocked + self.other).mapped("product_tmpl_id" if "template" in model else "id")
        ids = own.ids if "template" in model else own
        return set(self.env[model].with_user(self.bookkeeper).search([("id", "in", ids), *domain]).mapped("name"))

    def test_filters(self):
        for model in ("product.product", "product.template"):
            with self.subTest(model):
                self.assertEqual(self.find(model, [("netvisor_key", "!=", 0)]), {"Aa"})
                self.assertEqual(self.find(model, [("netvisor_key", "=", 0)]), {"Bee", "Cee"})
                self.assertEqual(self.find(model, [("netvisor_key", "=", self.linked.netvisor_key)]), {"Aa"})
                self.assertEqual(self.find(model, [("netvisor_state", "in", ["blocked", "review"])]), {"Bee"})
                self.assertEqual(self.find(model, [("netvisor_state", "=", "done")]), {"Aa"})
                self.assertEqual(self.find(model, [("netvisor_state", "=", False)]), {"Cee"})

    def test_problem_on_both_forms(self):
        for record in (self.blocked, self.blocked.product_tmpl_id):
            record = record.with_user(self.bookkeeper)
            self.assertEqual((record.netvisor_state, record.netvisor_key), ("blocked", 0))
            self.assertIn("Ei tätä", record.netvisor_problem)

    def test_list_costs_few_queries(self):
        """The same for two rows as for thirty."""
        more = self.env["product.product"].union(*(self.make_product(f"M-{n}", f"Muu {n}") for n in range(27)))
        products = (self.linked + self.blocked + self.other + more).with_user(self.bookkeeper)
        fields = {"netvisor_state": {}, "netvisor_key": {}, "netvisor_name": {}}
        products.web_search_read([("id", "in", products.ids)], fields)  # caches of rules and groups
        costs = []
        for some in (products[:2], products):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            products.web_search_read([("id", "in", some.ids)], fields)
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1] - costs[0], 1, costs)

    def test_who_may(self):
        for user in (self.auditor, self.seller):
            for name in ("action_netvisor_send", "action_netvisor_fetch_link"):
                for record in (self.other, self.other.product_tmpl_id):
                    with self.subTest(f"{user.login} {name} {record._name}"), self.assertRaises(AccessError):
                        getattr(record.with_user(user), name)()
        self.assertEqual(self.linked.with_user(self.auditor).netvisor_state, "done")
        with self.assertRaises(AccessError):
            self.linked.with_user(self.seller).read(["netvisor_state"])
        with self.assertRaises(AccessError):
            self.env["netvisor.product"].with_user(self.seller).search([])

    def test_a_seller_works_as_ever(self):
        """Who may not see Netvisor may still edit, archive and delete products."""
        self.company.sudo().netvisor_product_update = True
        self.linked.with_user(self.seller).write({"name": "Aa 2", "default_code": "A-2"})
        self.blocked.with_user(self.seller).write({"name": "Bee 2"})
        self.assertEqual(self.sent(self.blocked).state, "todo")
        self.linked.with_user(self.seller).action_archive()
        self.blocked.with_user(self.seller).unlink()
        self.run_all()
        self.assertEqual(self.there()["A-2"]["fields"]["isactive"], "0")
        with Form(self.other.product_tmpl_id.with_user(self.seller)) as form:
            form.name = "Cee 2"
        self.assertEqual(self.other.name, "Cee 2")

    def test_not_connected(self):
        self.company.sudo().netvisor_mode = "disabled"
        self.assertFalse(self.other.with_user(self.bookkeeper).netvisor_product_mode)
        with self.assertRaises(UserError):
            self.other.with_user(self.bookkeeper).action_netvisor_send()

    def test_server_actions(self):
        for model, records in (("product_template", self.other.product_tmpl_id), ("product_product", self.other)):
            action = self.env.ref(f"account_netvisor.{model}_action_send")
            context = {"active_model": records._name, "active_ids": records.ids}
            result = action.with_user(self.bookkeeper).with_context(**context).run()
            self.assertEqual(result["params"]["type"], "info")
            with self.assertRaises(AccessError):
                action.with_user(self.seller).with_context(**context).run()
        self.run_all()
        self.assertEqual(self.sent(self.other).state, "done")

    def test_remedies_lead_to_the_product(self):
        double = self.make_product("C-1", "Cee toinen")
        self.other.with_user(self.bookkeeper).action_netvisor_send()
        move = self.sold(self.other)
        self.run_all()
        (row,) = self.sent(self.other).with_user(self.bookkeeper).alerts.values()
        self.assertEqual(row["action"]["domain"], [["id", "in", (self.other | double).ids]])
        (needs,) = self.document(move).with_user(self.bookkeeper).alerts.values()
        self.assertEqual((needs["action"]["res_model"], needs["action"]["res_id"]), ("product.product", self.other.id))
        opened = self.sent(self.other).with_user(self.bookkeeper).action_open_record()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("product.product", self.other.id))

    def test_alerts_on_the_forms(self):
        self.assertFalse(self.other.with_user(self.bookkeeper).netvisor_alerts)
        (row,) = self.blocked.with_user(self.bookkeeper).netvisor_alerts.values()
        self.assertIn("Ei tätä", row["message"])
        self.make_product("B-1", "Bee toinen")
        self.blocked.with_user(self.bookkeeper).action_netvisor_send()
        self.run_all()
        (row,) = self.blocked.product_tmpl_id.with_user(self.bookkeeper).netvisor_alerts.values()
        self.assertIn("domain", row["action"], "both products, to mend one of them")
        self.other.default_code = "C" * 60
        self.other.with_user(self.bookkeeper).action_netvisor_send()
        self.run_all()
        (row,) = self.other.with_user(self.bookkeeper).netvisor_alerts.values()
        self.assertNotIn("action", row, "it would lead to where one is")

    def test_what_was_sent_is_in_the_list_at_once(self):
        mirror = self.env["netvisor.product"].with_user(self.bookkeeper).search([("code", "=", "A-1")])
        self.assertEqual((mirror.name, mirror.product_id, mirror.detailed), ("Aa", self.linked, False))
        self.assertEqual(self.linked.with_user(self.bookkeeper).netvisor_name, "A-1 Aa")

    def test_mirror_and_its_links(self):
        self.env["netvisor.feed"].sudo().search([("kind", "=", "product")]).next_due = "2026-01-01"
        self.add_there("X-1", "Vain siellä")
        self.run_all()
        mirror = self.env["netvisor.product"].with_user(self.bookkeeper)
        self.assertEqual(mirror.search([("product_id", "!=", False)]).mapped("product_id"), self.linked)
        self.assertIn("X-1", mirror.search([("product_id", "=", False)]).mapped("code"))
        self.assertEqual(mirror.search([("product_id", "in", self.linked.ids)]).code, "A-1")
        self.assertEqual(mirror.search([("product_id.name", "=", "Aa")]).code, "A-1")

    def test_settings(self):
        self.env.user.group_ids += self.env.ref("base.group_system")
        settings = self.env["res.config.settings"].with_company(self.company).create({})
        self.assertEqual(settings.netvisor_product_mode, "code")
        settings.netvisor_product_mode = "link"
        settings.execute()
        self.assertEqual(self.company.netvisor_product_mode, "link")
        action = settings.action_netvisor_open_products()
        self.assertEqual(action["res_model"], "product.product")
        self.assertIn("search_default_netvisor_not_there", action["context"])
