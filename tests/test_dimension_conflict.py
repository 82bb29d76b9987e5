"""What both sides changed, or what cannot be told: kept, shown, and decided with one click each way."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ORGANISATION
from .dimension_common import DimensionCase


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
        self.assertIn("p-1", self.account_1.with_user(self.bookkeeper).netvisor_conflict_netvisor)
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

    def test_a_circle_is_a_question(self):
        """In Odoo the first stands below the second, in Netvisor somebody has put the second below the first."""
        below = self.person("item_add", dimension="Projekti", item="P-2")
        self.mapped("both")
        second = self.env["account.analytic.account"].search([("name", "=", "P-2")])
        self.person("item_change", key=below, father=self.item)
        self.account_1.with_context(netvisor_receiving=self.company.id).netvisor_parent_id = second
        self.read()
        self.assertEqual(self.binding(second).conflict, "parent")
        self.assertFalse(second.netvisor_parent_id)
        with self.assertRaisesRegex(UserError, "P-1 is below it"), self.cr.savepoint():
            second.with_user(self.analyst).action_netvisor_use_netvisor()
        second.with_user(self.analyst).action_netvisor_use_odoo()
        self.work()
        self.read()
        self.assertFalse(self.items()["P-2"]["father"])

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

    # --- a message about one thing says nothing about another -----------------------------------------------------------
    def unread(self):
        """The list that Odoo has is old; the next message reads it first."""
        self.kind._of("dimension")._feed(self.company).sudo().bookmark = False

    def test_archiving_does_not_undo_a_name_that_waits_for_a_person(self):
        self.mapped("odoo")
        self.person("item_change", key=self.item, item="Netvisorin nimi")
        self.read()
        self.account_1.active = False
        self.work()
        self.assertTrue(self.items()["Netvisorin nimi"]["hidden"], "hidden, under the name that it has there")
        self.read()
        self.assertEqual(self.binding(self.account_1).conflict, "name", "still to be decided")
        self.account_1.with_user(self.analyst).action_netvisor_use_odoo()
        self.work()
        self.assertTrue(self.items()["P-1"]["hidden"])

    def test_a_new_name_does_not_show_what_was_hidden(self):
        self.mapped("odoo")
        self.person("item_change", key=self.item, hidden=True)
        self.read()
        self.account_1.name = "P-2"
        self.work()
        self.assertTrue(self.items()["P-2"]["hidden"])

    def test_what_netvisor_has_changed_meanwhile_comes_to_odoo(self):
        self.mapped("both")
        self.person("item_change", key=self.item, item="Netvisorin nimi")
        self.unread()
        self.account_1.active = False
        self.work()
        self.assertTrue(self.items()["Netvisorin nimi"]["hidden"])
        self.read()
        self.assertEqual((self.account_1.name, self.account_1.active), ("Netvisorin nimi", False))
        self.assertFalse(self.binding(self.account_1).conflict)

    def test_both_names_wait_while_the_state_is_sent(self):
        self.both_renamed()
        self.account_1.active = False
        self.work()
        self.read()
        self.assertTrue(self.items()["Netvisorin nimi"]["hidden"])
        self.assertEqual((self.account_1.name, self.binding(self.account_1).conflict), ("Odoon nimi", "name"))

    def test_deleted_account_leaves_nothing_to_decide(self):
        self.mapped("odoo")
        self.person("item_change", key=self.item, item="Netvisorin nimi")
        self.read()
        link = self.binding(self.account_1)
        self.assertEqual(link.conflict, "name")
        self.account_1.unlink()
        self.assertFalse(link.conflict)

    def test_mapped_anew_to_another_dimension(self):
        """Taken back, and mapped to the right one: nothing has moved, and nothing of the wrong one is hidden."""
        self.dimension("Muu", "X-1")
        row = self.mapped("odoo")
        self.assert_linked(self.account_1, "P-1")
        other = self.env["netvisor.dimension"].search([("company_id", "=", self.company.id), ("name", "=", "Muu")])
        row.unlink()
        row = self.mapped("odoo", dimension_id=other.id)
        self.assertFalse(row.conflict_count)
        self.work()
        rows = self.sandbox.state(ORGANISATION, "dimension_items")["dimension_items"]
        self.assertFalse(next(row for row in rows if row["key"] == self.item)["hidden"])
        self.assertNotIn(self.binding(self.account_1).netvisor_key, (0, self.item))
