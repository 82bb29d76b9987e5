"""Reading: what Netvisor has becomes analytic accounts, once; and what is to be decided where both sides changed."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
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


@tagged("post_install", "-at_install")
class TestDimensionConflicts(DimensionCase):
    def setUp(self):
        super().setUp()
        [self.item] = self.dimension("Projekti", "P-1")
        self.account_1 = self.account("P-1")

    def both_renamed(self):
        """An account and its item, renamed on both sides since they last agreed."""
        row = self.mapped("both")
        self.assert_linked(self.account_1, "P-1")
        self.person("item_change", key=self.item, item="Netvisorin nimi")
        self.account_1.with_context(netvisor_receiving=self.company.id).name = "Odoon nimi"
        self.read()
        return row

    def test_the_side_that_changed_alone_wins(self):
        self.mapped("both")
        self.account_1.name = "Odoo"
        self.work()
        self.assertEqual(self.names(), ["Odoo"])
        self.person("item_change", key=self.item, item="Netvisor")
        self.read()
        self.assertEqual(self.account_1.name, "Netvisor")
        self.account_1.name = "Odoo 2"
        self.work()
        self.read()
        self.assert_linked(self.account_1, "Odoo 2")

    def test_renamed_on_both_sides_is_kept_and_shown(self):
        row = self.both_renamed()
        self.assertEqual((self.account_1.name, self.names()), ("Odoon nimi", ["Netvisorin nimi"]))
        account = self.account_1.with_user(self.bookkeeper)
        self.assertEqual(account.netvisor_conflict, "name")
        self.assertEqual(account.netvisor_conflict_odoo, "Odoon nimi")
        self.assertEqual(account.netvisor_conflict_netvisor, "Netvisorin nimi")
        self.assertEqual(row.conflict_count, 1)
        found = account.search([("netvisor_conflict", "!=", False)])
        self.assertEqual(found, account)
        self.read()
        self.assertEqual((self.account_1.name, self.names()), ("Odoon nimi", ["Netvisorin nimi"]), "still undecided")

    def test_as_in_odoo(self):
        self.both_renamed()
        with self.assertRaises(AccessError):
            self.account_1.with_user(self.bookkeeper).action_netvisor_use_odoo()
        self.account_1.with_user(self.analyst).action_netvisor_use_odoo()
        self.work()
        self.assertEqual(self.names(), ["Odoon nimi"])
        self.read()
        self.assert_linked(self.account_1, "Odoon nimi")
        with self.assertRaises(UserError):
            self.account_1.with_user(self.analyst).action_netvisor_use_odoo()

    def test_as_in_netvisor(self):
        self.both_renamed()
        self.account_1.with_user(self.analyst).action_netvisor_use_netvisor()
        self.assertEqual(self.account_1.name, "Netvisorin nimi")
        self.read()
        self.assert_linked(self.account_1, "Netvisorin nimi")
        self.assertFalse(self.posts())

    def test_one_way_the_others_change_is_shown(self):
        row = self.mapped("odoo")
        self.person("item_change", key=self.item, item="Netvisorin nimi")
        self.read()
        self.assertEqual((self.account_1.name, self.binding(self.account_1).conflict), ("P-1", "name"))
        row.direction = "netvisor"
        self.read()
        self.assertEqual(self.account_1.name, "Netvisorin nimi")
        self.account_1.name = "Odoon nimi"
        self.read()
        self.assertEqual((self.binding(self.account_1).conflict, self.names()), ("name", ["Netvisorin nimi"]))
        self.account_1.with_user(self.analyst).action_netvisor_use_odoo()
        self.work()
        self.read()
        self.assert_linked(self.account_1, "Odoon nimi")

    def test_hidden_there_in_use_here(self):
        row = self.mapped("odoo")
        self.person("item_change", key=self.item, hidden=True)
        self.read()
        self.assertEqual((self.account_1.active, self.binding(self.account_1).conflict), (True, "hidden"))
        row.with_user(self.analyst).action_all_odoo()
        self.work()
        self.read()
        self.assert_linked(self.account_1, "P-1")
        self.assertFalse(self.items()["P-1"]["hidden"])
        self.person("item_change", key=self.item, hidden=True)
        self.read()
        row.with_user(self.analyst).action_all_netvisor()
        self.read()
        self.assertFalse(self.account_1.active)
        self.assert_linked(self.account_1, "P-1")

    def test_hidden_before_they_were_linked(self):
        self.person("item_change", key=self.item, hidden=True)
        self.mapped("both")
        self.assertEqual(self.binding(self.account_1).conflict, "hidden")
        self.assertTrue(self.account_1.active)
        self.assertTrue(self.items()["P-1"]["hidden"])

    def test_two_accounts_for_one_item(self):
        twin = self.account("p-1")
        row = self.mapped("both")
        self.assertEqual(self.names(), ["P-1"], "no second item of that name")
        self.assertEqual({self.binding(one).conflict for one in self.account_1 | twin}, {"two_accounts"})
        self.assertEqual(row.conflict_count, 2)
        twin.with_user(self.analyst).action_netvisor_use_odoo()
        self.read()
        self.assert_linked(twin, "P-1")
        self.assertEqual(self.binding(self.account_1).conflict, "two_accounts")
        self.account_1.with_user(self.analyst).action_netvisor_use_netvisor()
        self.read()
        self.assertEqual((row.conflict_count, self.names(), self.accounts()), (0, ["P-1"], ["P-1", "p-1"]))
        self.account_1.name = "P-9"
        self.work()
        self.assertEqual(self.names(), ["P-1", "P-9"], "with a name of its own it is sent")

    def test_two_items_for_one_account(self):
        second = self.person("item_add", dimension="Projekti", item="p-1")
        row = self.mapped("both")
        self.assertEqual((self.binding(self.account_1).conflict, self.accounts()), ("two_items", ["P-1"]))
        self.account_1.with_user(self.analyst).action_netvisor_use_odoo()
        self.read()
        self.assert_linked(self.account_1, "P-1")
        self.assertEqual(self.accounts(), ["P-1", "p-1"], "the other one is an item of its own")
        self.assertEqual(row.conflict_count, 0)
        self.assertIn(second, self.env["netvisor.binding"].sudo().search([]).mapped("netvisor_key"))

    def test_gone_in_netvisor(self):
        self.mapped("both")
        self.person("item_delete", key=self.item)
        self.read()
        self.assertEqual((self.binding(self.account_1).conflict, self.account_1.active), ("gone", True))
        self.assertFalse(self.names(), "it is not made again without being asked")
        self.account_1.with_user(self.analyst).action_netvisor_use_odoo()
        self.work()
        self.read()
        self.assert_linked(self.account_1, "P-1")
        self.person("item_delete", key=self.key("P-1"))
        self.read()
        self.account_1.with_user(self.analyst).action_netvisor_use_netvisor()
        self.read()
        self.assertFalse(self.account_1.active)
        self.assertFalse(self.names())

    def test_moved_to_another_plan(self):
        other = self.env["account.analytic.plan"].create({"name": "Kustannuspaikka"})
        self.dimension("Kustannuspaikka")
        self.mapped("both")
        self.mapped("both", plan=other)
        self.account_1.plan_id = other
        self.read()
        self.assertEqual(self.binding(self.account_1).conflict, "moved")
        self.assertEqual(self.accounts(), [], "the item of the old dimension makes no new account")
        self.account_1.with_user(self.analyst).action_netvisor_use_odoo()
        self.work()
        self.read()
        rows = self.sandbox.state(None, "dimension_items")["dimension_items"]
        self.assertEqual(
            {(row["dimension"], row["item"], row["hidden"]) for row in rows},
            {("Projekti", "P-1", True), ("Kustannuspaikka", "P-1", False)},
        )
        self.assertEqual(self.binding(self.account_1).dimension_item_id.dimension_id.name, "Kustannuspaikka")

    def test_moved_back(self):
        other = self.env["account.analytic.plan"].create({"name": "Kustannuspaikka"})
        self.dimension("Kustannuspaikka")
        self.mapped("both")
        self.mapped("both", plan=other)
        self.account_1.plan_id = other
        self.read()
        self.account_1.with_user(self.analyst).action_netvisor_use_netvisor()
        self.assertEqual(self.account_1.plan_id, self.plan)
        self.read()
        self.assert_linked(self.account_1, "P-1")

    def test_another_parent_on_both_sides(self):
        above, beside = (self.person("item_add", dimension="Projekti", item=name) for name in ("Ylä", "Viereinen"))
        row = self.mapped("both")
        named = {account.name: account for account in self.env["account.analytic.account"].search([])}
        self.person("item_change", key=self.item, father=above)
        self.account_1.with_context(netvisor_receiving=self.company.id).netvisor_parent_id = named["Viereinen"]
        self.read()
        self.assertEqual(self.binding(self.account_1).conflict, "parent")
        row.with_user(self.analyst).action_all_odoo()
        self.work()
        self.read()
        self.assertEqual(self.items()["P-1"]["father"], beside)
        self.assert_linked(self.account_1, "P-1")

    def test_sent_but_not_listed(self):
        """Netvisor may write a name otherwise than it was sent. Nothing is sent twice then; a person looks."""
        account = self.account("P-2")
        self.mapped("both")
        binding = self.binding(account)
        self.person("item_change", key=self.key("P-2"), item="Aivan muu")
        binding._dimension_unlink()
        an_hour_ago = fields.Datetime.now() - timedelta(hours=1)
        binding.document_ids.write({"state": "done", "sent_date": an_hour_ago})
        self.read()
        self.assertEqual(binding.conflict, "not_listed")
        self.assertNotIn("P-2", self.names())
        account.with_user(self.analyst).action_netvisor_use_odoo()
        self.work()
        self.assert_linked(account, "P-2")

    def test_counts_lead_to_what_they_count(self):
        self.account("Vain Odoossa")
        self.person("item_add", dimension="Projekti", item="Vain Netvisorissa")
        row = self.mapped("link").with_user(self.analyst)
        accounts = self.env["account.analytic.account"].with_user(self.analyst)
        self.assertEqual(accounts.search(row.action_odoo_only()["domain"]).mapped("name"), ["Vain Odoossa"])
        self.assertEqual(accounts.search(row.action_linked()["domain"]).mapped("name"), ["P-1"])
        items = self.env["netvisor.dimension.item"].with_user(self.analyst)
        self.assertEqual(items.search(row.action_netvisor_only()["domain"]).mapped("name"), ["Vain Netvisorissa"])
        links = self.env["netvisor.binding"].with_user(self.analyst)
        self.assertFalse(links.search(row.action_conflicts()["domain"]))
