"""Reading: what Netvisor has is mirrored, linked, and becomes analytic accounts, once."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OTHER_ORGANISATION
from .dimension_common import DimensionCase


@tagged("post_install", "-at_install")
class TestDimensionRead(DimensionCase):
    def items_of(self, company=None):
        mirror = self.env["netvisor.dimension.item"].with_context(active_test=False)
        return mirror.search([("company_id", "=", (company or self.company).id)])

    def test_the_mirror(self):
        house, room = self.dimension("Työmaa", "Talo Ä", "Huone")
        self.person("item_change", key=room, father=house, hidden=True)
        self.read()
        items = self.items_of()
        self.assertEqual(items.mapped("name"), ["Talo Ä", "Huone"])
        self.assertEqual(items[1].parent_id, items[0])
        self.assertEqual(items.mapped("status"), ["used", "hidden"])
        self.assertEqual(items.dimension_id.mapped("name"), ["Työmaa"])
        self.person("item_delete", key=room)
        self.person("dimension_change", key="Työmaa", new_name="Työmaat", hidden=True)
        self.read()
        self.assertEqual(items.mapped("status"), ["used", "gone"])
        self.assertEqual((items.dimension_id.name, items.dimension_id.active), ("Työmaat", False))

    def test_a_refusal_leaves_everything_as_it_is(self):
        self.dimension("Projekti", "P-1")
        self.mapped("netvisor")
        self.sandbox.fault("refuse", "dimensionlist.nv", code="INVALID_DATA", text="Ei nyt")
        self.person("item_add", dimension="Projekti", item="P-2")
        self.read()
        self.assertEqual(self.accounts(), ["P-1"])
        feed = self.env["netvisor.feed"].sudo().search([("kind", "=", "dimension")])
        self.assertIn("Ei nyt", feed.message)
        self.sandbox.fault("truncated_xml", "dimensionlist.nv")
        self.read()
        self.assertEqual(self.items_of().mapped("name"), ["P-1"])
        self.read()
        self.assertEqual(self.accounts(), ["P-1", "P-2"])

    def test_items_become_accounts_once(self):
        keys = self.dimension("Projekti", "P-1", "P-2")
        hidden = self.person("item_add", dimension="Projekti", item="Vanha", hidden=True)
        self.person("item_change", key=keys[1], father=keys[0])
        row = self.mapped("netvisor")
        self.assertEqual(self.accounts(), ["P-1", "P-2"])
        child = self.env["account.analytic.account"].search([("name", "=", "P-2")])
        self.assertEqual(child.netvisor_parent_id.name, "P-1")
        self.assertEqual((child.plan_id, child.company_id), (self.plan, self.company))
        self.assert_linked(child, "P-2")
        for _time in range(2):
            self.read()
            self.assertEqual(self.accounts(), ["P-1", "P-2"])
        self.person("item_change", key=hidden, hidden=False)
        self.read()
        self.assertEqual(self.accounts(), ["P-1", "P-2", "Vanha"])
        self.assertFalse(self.posts(), "nothing is sent")
        self.assertEqual(
            (row.linked_count, row.odoo_only_count, row.netvisor_only_count, row.conflict_count), (3, 0, 0, 0)
        )

    def test_a_netvisor_users_changes_follow(self):
        [key] = self.dimension("Projekti", "P-1")
        self.mapped("netvisor")
        account = self.env["account.analytic.account"].search([("name", "=", "P-1")])
        self.person("item_change", key=key, item="P-1 Åland", hidden=True)
        self.read()
        self.assertEqual((account.name, account.active), ("P-1 Åland", False))
        self.assertIn("P-1 Åland", account.message_ids[0].body)
        self.person("item_change", key=key, hidden=False)
        self.read()
        self.assertTrue(account.active)
        self.assert_linked(account, "P-1 Åland")

    def test_names_in_the_language_of_the_company(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        self.company.sudo().partner_id.lang = "fi_FI"
        [key] = self.dimension("Projekti", "Talo")
        self.mapped("both")
        account = self.env["account.analytic.account"].search([("name", "=", "Talo")])
        self.person("item_change", key=key, item="Talot")
        self.read()
        names = {lang: account.with_context(lang=lang).name for lang in ("fi_FI", "en_US")}
        self.assertEqual(names, {"fi_FI": "Talot", "en_US": "Talot"})
        account.with_context(lang="en_US").name = "Houses"
        self.work()
        self.assertEqual(self.names(), ["Talot"], "Netvisor has the Finnish name")
        account.with_context(lang="fi_FI").name = "Talot 2"
        self.work()
        self.assertEqual(self.names(), ["Talot 2"])
        self.person("item_change", key=key, item="Talot 3")
        self.read()
        self.assertEqual(account.with_context(lang="en_US").name, "Houses")

    def test_codes(self):
        self.sandbox.set(newer_dimensions=True)
        self.dimension("Projekti")
        key = self.person("item_add", dimension="Projekti", item="Talo", code="17")
        linked = self.account("Huone", code="9", company_id=self.company.id)
        self.person("item_add", dimension="Projekti", item="Iso huone", code="9")
        row = self.mapped("netvisor")
        account = self.env["account.analytic.account"].search([("name", "=", "Talo")])
        self.assertEqual(account.code, "17")
        self.person("item_change", key=key, code="18")
        self.read()
        self.assertEqual((account.name, account.code), ("Talo", "18"))
        # Linked by its code alone: the other name is a question, not a fact.
        self.assertEqual((self.binding(linked).conflict, linked.name), ("name", "Huone"))
        row.with_user(self.analyst).action_all_netvisor()
        self.assertEqual((linked.name, linked.code), ("Iso huone", "9"))
        self.read()
        self.assert_linked(linked, "9 Iso huone")

    def test_link_only(self):
        self.dimension("Projekti", "P-1", "P-2")
        account, other = self.account("p-1"), self.account("P-3")
        row = self.mapped("link")
        self.assert_linked(account, "P-1")
        self.assertFalse(self.binding(other).netvisor_key)
        self.assertEqual((row.linked_count, row.odoo_only_count, row.netvisor_only_count), (1, 1, 1))
        self.assertEqual((account.name, self.names()), ("p-1", ["P-1", "P-2"]))
        self.person("item_change", key=self.key("P-1"), item="Aivan muu", hidden=True)
        self.read()
        self.assertEqual((account.name, account.active, self.binding(account).conflict), ("p-1", True, False))

    def test_another_dimension(self):
        self.dimension("Projekti", "P-1")
        self.dimension("Toinen", "P-1")
        account = self.account("P-1")
        row = self.mapped("link")
        self.assertEqual(row.dimension_id.name, "Projekti")
        other = self.env["netvisor.dimension"].search([("name", "=", "Toinen")])
        row.dimension_id = other
        self.assertFalse(self.binding(account).netvisor_key)
        self.read()
        self.assertEqual(self.binding(account).dimension_item_id.dimension_id, other)
        second = self.env["account.analytic.plan"].create({"name": "Kustannuspaikka"})
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.mapped("link", plan=second, dimension_id=other.id)

    def test_the_row_is_checked(self):
        child = self.env["account.analytic.plan"].create({"name": "Ala", "parent_id": self.plan.id})
        other = self.env["account.analytic.plan"].create({"name": "Muu"})
        account = self.account("X", plan=other)
        for message, values in (
            ("main plans", {"plan_id": child.id}),
            ("51", {"plan_id": self.plan.id, "dimension_name": "ä" * 51}),
            ("X is not", {"plan_id": self.plan.id, "default_account_id": account.id}),
        ):
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                self.env["netvisor.plan"].create({"company_id": self.company.id, **values})

    def test_parents_are_of_the_same_plan(self):
        other = self.env["account.analytic.plan"].create({"name": "Muu"})
        house, room, stranger = self.account("Talo"), self.account("Huone"), self.account("Muu", plan=other)
        room.netvisor_parent_id = house
        with self.assertRaises(ValidationError):
            house.netvisor_parent_id = room
        with self.assertRaises(ValidationError):
            stranger.netvisor_parent_id = house
        house.plan_id = other
        self.assertFalse(room.netvisor_parent_id, "trees are per dimension")

    def test_security(self):
        self.dimension("Projekti", "P-1")
        row = self.mapped("link")
        for model in ("netvisor.dimension", "netvisor.dimension.item"):
            self.assertTrue(self.env[model].with_user(self.bookkeeper).search([]))
            for operation in ("write", "create", "unlink"):
                self.assertFalse(self.env[model].with_user(self.analyst).has_access(operation))
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "currency_id": self.env.ref("base.EUR").id})
        self.connect(other, OTHER_ORGANISATION)
        stranger = self.analyst.copy(
            {"login": "stranger", "company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        for model in ("netvisor.dimension", "netvisor.dimension.item", "netvisor.plan"):
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        with self.assertRaises(AccessError):
            row.with_user(stranger).action_read_now()
