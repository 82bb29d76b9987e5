import logging

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account_netvisor.models.netvisor_kind import Prepared

from .common import ORGANISATION, OTHER_ORGANISATION
from .product_common import ProductCommon

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestProductCode(ProductCommon):
    """Invoice lines under products that are found by their code, and created when missing."""

    def setUp(self):
        super().setUp()
        self.mode("code")
        self.chair = self.make_product("T-1", "Tuoli")

    def test_created_once_before_the_invoice(self):
        desk = self.make_product("P-1", "Pöytä", list_price=250)
        first, second = self.sold(self.chair, desk), self.sold(self.chair)
        self.run_all()
        self.assertEqual({self.document(move).state for move in first + second}, {"done"})
        there = self.there()
        self.assertEqual(set(there), {"T-1", "P-1"}, "no line needs the generic product, so it is not there")
        self.assertEqual(self.line_keys(first), [there["T-1"]["key"], there["P-1"]["key"]])
        self.assertEqual(self.line_keys(second), [there["T-1"]["key"]])
        self.assertEqual(len(self.posts()), 2)
        self.assertEqual(self.link_of(desk).netvisor_key, there["P-1"]["key"])
        self.assertEqual(self.chair.with_user(self.bookkeeper).netvisor_state, "done")

    def test_calls_when_known(self):
        self.sold(self.chair)
        self.run_all()
        before = len(self.sandbox.calls(limit=1000))
        for _number in range(3):
            self.sold(self.chair)
        self.run_all()
        calls = self.sandbox.calls(limit=1000)
        resources = [row["resource"] for row in calls[: len(calls) - before]]
        self.assertEqual(resources.count("salesinvoice.nv"), 3)
        self.assertFalse([name for name in resources if "product" in name], "what is known is not asked for again")

    def test_lines_without_product_and_products_without_code(self):
        service = self.make_product(False, "Alennus")
        move = self.invoice({"product_id": self.chair.id}, {"product_id": service.id}, {"name": "Vapaa rivi"})
        self.run_all()
        there = self.there()
        generic = there["Odoo"]["key"]
        self.assertEqual(self.line_keys(move), [there["T-1"]["key"], generic, generic])
        self.assertEqual(self.warnings(move), ["product_line_no_code"])
        self.assertIn("Alennus", self.document(move).warning)

    def test_a_product_with_the_generic_code_is_the_generic_one(self):
        other = self.make_product(" odoo", "Sekalaista")
        move = self.sold(other)
        self.run_all()
        self.assertEqual(list(self.there()), ["Odoo"])
        self.assertFalse(self.warnings(move))

    def test_found_by_code_whatever_its_name(self):
        key = self.add_there("T-1", "Jakkara")
        move = self.sold(self.chair)
        self.run_all()
        self.assertFalse(self.posts(), "Netvisor's own product is not touched")
        self.assertEqual(self.line_keys(move), [key])
        document = self.sent(self.chair)
        self.assertEqual((document.state, document.operation), ("done", "link"))
        self.assertIn("Jakkara", document.warning)
        self.assertTrue(self.link_of(self.chair).linked)

    def test_case_and_spaces_around_a_code(self):
        self.chair.default_code = "  t-1 "
        key = self.add_there("T-1")
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.line_keys(move), [key])

    def test_spaces_inside_a_code_are_for_a_person(self):
        key = self.add_there("T 1")
        move = self.sold(self.chair)
        self.run_all()
        document = self.sent(self.chair)
        self.assertEqual(document.state, "review")
        self.assertEqual([row["key"] for row in document.candidates], [key])
        self.assertEqual(self.document(move).state, "blocked")
        self.assertIn("T-1", self.document(move).problem)
        document.with_user(self.bookkeeper).with_context(candidate_key=key).action_choose()
        self.run_all()
        self.assertEqual(self.line_keys(move), [key])
        self.assertFalse(self.posts())

    def test_ean_of_another_code(self):
        """The same article under another code: a person decides, and may decide that it is another one."""
        self.chair.barcode = "6410405082657"
        self.add_there("999", "Jakkara", primaryeancode="6410405082657")
        move = self.sold(self.chair)
        self.run_all()
        document = self.sent(self.chair)
        self.assertEqual(document.state, "review")
        self.assertIn("Jakkara", document.candidates[0]["label"])
        document.with_user(self.bookkeeper).action_send_again()
        self.run_all()
        self.assertEqual(self.line_keys(move), [self.there()["T-1"]["key"]])

    def test_ean_and_name(self):
        self.chair.barcode = "6410405082657"
        key = self.add_there("999", "Tuoli", primaryeancode="6410405082657")
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.line_keys(move), [key], "code apart, article and name agree")
        self.assertEqual(self.link_of(self.chair).code, "999")

    def test_two_products_with_one_code(self):
        double = self.make_product("T-1", "Tuoli, vanha")
        move = self.sold(self.chair)
        self.run_all()
        problem = self.sent(self.chair).problem
        for name in (self.chair.display_name, double.display_name):
            self.assertIn(name, problem)
        self.assertIn(double.display_name, self.document(move).problem)
        self.assertFalse(self.there())
        double.default_code = "T-2"
        self.run_all()
        self.assertEqual(self.document(move).state, "done", "whichever of the two is mended, the rest follows")

    def test_a_second_product_gets_the_code_of_one_that_is_linked(self):
        self.sold(self.chair)
        self.run_all()
        self.chair.default_code = "T-9"
        second = self.make_product("T-1", "Tuoli, uusi")
        self.sold(second)
        self.run_all()
        self.assertIn(self.chair.display_name, self.sent(second).problem)
        self.assertEqual(len(self.there()), 1)

    def test_answer_lost_after_storing(self):
        self.sandbox.fault("drop_after", "product.nv")
        move = self.sold(self.chair)
        self.run_all()
        self.run_all()
        self.assertEqual([row["code"] for row in self.there().values()], ["T-1"])
        self.assertEqual(self.sent(self.chair).state, "done")
        self.env["netvisor.document"].sudo().search([]).write({"next_try": False})
        self.run_all()
        self.assertEqual(self.document(move).state, "done")

    def test_key_survives_a_crash_before_the_link(self):
        self.sold(self.chair)
        self.run_all()
        self.link_of(self.chair).netvisor_key = False
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.document(move).state, "done")
        self.assertEqual(len(self.posts()), 1)

    def test_refused_by_netvisor(self):
        self.sandbox.fault("refuse", "product.nv", code="INVALID_DATA", text="Tuotetta ei voi lisätä")
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual((self.sent(self.chair).state, self.document(move).state), ("blocked", "blocked"))
        self.assertIn("Tuotetta ei voi lisätä", self.sent(self.chair).message)
        second = self.sold(self.chair)
        self.run_all()
        self.assertEqual(len(self.posts()), 1, "the same data is not sent again by itself")
        self.chair.name = "Nojatuoli"
        self.run_all()
        self.assertEqual({self.document(one).state for one in move + second}, {"done"})

    def test_deleted_in_netvisor(self):
        """A deleted product keeps its code there: nothing can be created under it, and that is said."""
        self.sold(self.chair)
        self.run_all()
        self.sandbox.user("product_delete", key=self.there()["T-1"]["key"])
        self.sent(self.chair).with_user(self.bookkeeper).action_check()
        # The statements of the engine see the time at which the test's one transaction began.
        self.sent(self.chair).next_try = "2026-01-01"
        self.run_all()
        self.assertEqual((self.sent(self.chair).state, self.link_of(self.chair).netvisor_key), ("deleted", 0))
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.document(move).state, "blocked")
        self.assertIn("T-1", self.sent(self.chair).problem)
        self.assertIn("deleted there", self.sent(self.chair).problem)

    def test_variants_are_products(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Väri", "value_ids": [(0, 0, {"name": "Sininen"}), (0, 0, {"name": "Musta"})]}
        )
        template = self.env["product.template"].browse(self.chair.product_tmpl_id.id)
        template.attribute_line_ids = [
            (0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)]})
        ]
        blue, black = template.product_variant_ids
        blue.default_code, black.default_code = "T-SIN", "T-MUS"
        self.sold(blue, black)
        self.run_all()
        there = self.there()
        self.assertEqual(
            {code: row["name"] for code, row in there.items()},
            {
                "T-SIN": "Tuoli (Sininen)",
                "T-MUS": "Tuoli (Musta)",
            },
        )
        shown = template.with_user(self.bookkeeper)
        self.assertEqual((shown.netvisor_state, shown.netvisor_key), ("done", 0))
        self.assertIn("2", shown.netvisor_name)

    def test_two_companies_share_products(self):
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "country_id": self.env.ref("base.fi").id})
        self.env["account.chart.template"].sudo().try_loading("fi", company=other, install_demo=False)
        self.connect(other, OTHER_ORGANISATION)
        self.mode("code", other)
        self.add_there("T-1", organisation=OTHER_ORGANISATION)
        self.add_there("X", organisation=OTHER_ORGANISATION)
        self.sold(self.chair)
        self.run_all()
        kind = self.kind.with_company(other)
        self.assertTrue(kind._ensure_records(self.chair, other)[self.chair])
        self.run_netvisor(other)
        self.env.invalidate_all()
        here, there = self.there(ORGANISATION)["T-1"]["key"], self.there(OTHER_ORGANISATION)["T-1"]["key"]
        self.assertEqual(self.link_of(self.chair).netvisor_key, here)
        self.assertEqual(self.link_of(self.chair, other).netvisor_key, there)
        chair = self.chair.with_user(self.bookkeeper)
        self.assertEqual(chair.with_company(self.company).netvisor_key, here)

    def test_mode_switch_after_invoices_exist(self):
        self.mode("generic")
        move = self.sold(self.chair)
        self.run_all()
        self.mode("code")
        document = self.document(move)
        self.kind.env["netvisor.kind.sales_invoice"].with_company(self.company)._mark_changed(document.sudo())
        self.assertEqual(document.state, "done", "what was sent under the generic product is not another invoice now")
        later = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.line_keys(later), [self.there()["T-1"]["key"]])
        self.mode("generic")
        last = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.line_keys(last), [self.there()["Odoo"]["key"]])

    def test_mode_switch_frees_what_waited_for_a_product(self):
        self.sandbox.fault("refuse", "product.nv", code="INVALID_DATA", text="Ei")
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.document(move).state, "blocked")
        self.mode("generic")
        self.run_all()
        self.assertEqual(self.document(move).state, "done")

    def test_lines_put_together_have_no_product(self):
        self.company.sudo().netvisor_line_mode = "vat_account"
        self.sold(self.chair)
        self.run_all()
        self.assertEqual(list(self.there()), ["Odoo"])
        with self.assertRaises(UserError):
            self.chair.with_user(self.bookkeeper).action_netvisor_send()

    def test_product_deleted_in_odoo(self):
        self.sold(self.chair)
        self.run_all()
        spare = self.make_product("S-1", "Varaosa")
        spare.with_user(self.bookkeeper).action_netvisor_send()
        self.run_all()
        document, key = self.sent(spare), self.there()["S-1"]["key"]
        spare.product_tmpl_id.unlink()
        self.assertEqual((document.netvisor_key, document.binding_id.netvisor_key), (key, key), "the proof stays")
        again = self.make_product("S-1", "Varaosa")
        again.with_user(self.bookkeeper).action_netvisor_send()
        self.run_all()
        self.assertEqual(self.link_of(again).netvisor_key, key, "the link is taken over by the product with its code")

    def test_statements_per_invoice(self):
        """Waves of 10 and 40 invoices of ten products: the same budget as under one generic product."""
        products = [self.make_product(f"S-{number}", f"Tuote {number}") for number in range(10)]
        for values in ({"netvisor_product_mode": "code"}, {"netvisor_product_update": True}):
            self.company.sudo().write(values)
            moves = [self.sold(*products) for _number in range(50)]
            self.run_all()
            documents = self.env["netvisor.document"].union(*(self.document(move) for move in moves)).sudo()
            self.assertEqual(set(documents.mapped("state")), {"done"})
            kind, costs = self.env["netvisor.kind.sales_invoice"].sudo().with_company(self.company), []
            for wave in (documents[:10], documents[10:]):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.assertFalse([need for need in kind._requirements(wave).values() if need])
                self.assertEqual({type(verdict) for verdict in kind._prepare(wave).values()}, {Prepared})
                kind._stamp(wave)
                costs.append(self.env.cr.sql_log_count - before)
            _logger.info("Netvisor: with products %s: %s statements for 10 invoices, %s for 40", values, *costs)
            self.assertLessEqual((costs[1] - costs[0]) / 30, 0.3, costs)
            self.assertLessEqual(costs[0], 60)
