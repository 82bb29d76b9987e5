"""Analytic accounts become items in Netvisor: once, under their names, and hidden instead of deleted."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OTHER_ORGANISATION
from .dimension_common import DimensionCase


@tagged("post_install", "-at_install")
class TestDimensionSend(DimensionCase):
    def setUp(self):
        super().setUp()
        self.dimension("Projekti")

    def test_new_accounts_are_sent_once_and_get_their_keys(self):
        first, second = self.account("Työmaa Äänekoski"), self.account("Talo", code="17")
        self.mapped("odoo")
        self.assertEqual(self.names(), ["17 Talo", "Työmaa Äänekoski"])
        self.assert_linked(first, "Työmaa Äänekoski")
        self.assert_linked(second, "17 Talo")
        self.assertEqual(len(self.posts()), 2)
        self.read()
        self.assertEqual(len(self.posts()), 2, "unchanged accounts are not sent again")

    def test_an_edit_is_sent_at_once_and_the_link_survives(self):
        account = self.account("P-1")
        self.mapped("odoo")
        key = self.key("P-1")
        account.name = "P-1 Åland"
        self.work()
        self.assertEqual(self.names(), ["P-1 Åland"])
        self.assertEqual((self.key("P-1 Åland"), self.binding(account).netvisor_key), (key, key))
        account.code = "7"
        self.work()
        self.assert_linked(account, "7 P-1 Åland")

    def test_archive_hides_and_unarchive_shows(self):
        account = self.account("P-1")
        self.mapped("odoo")
        account.active = False
        self.work()
        self.assertTrue(self.items()["P-1"]["hidden"])
        self.assertEqual(len(self.posts("dimensiondelete.nv")), 1)
        self.assertEqual(self.item_document(account).state, "done")
        account.active = True
        self.work()
        self.assertFalse(self.items()["P-1"]["hidden"])
        self.assert_linked(account, "P-1")

    def test_archived_and_renamed_in_one(self):
        account = self.account("P-1")
        self.mapped("odoo")
        account.write({"name": "P-1 old", "active": False})
        self.work()
        self.assertTrue(self.items()["P-1 old"]["hidden"])

    def test_a_deleted_account_hides_its_item_and_stays_deleted(self):
        account = self.account("P-1")
        self.mapped("both")
        key = self.key("P-1")
        account.unlink()
        self.work()
        self.assertTrue(self.items()["P-1"]["hidden"])
        self.person("item_change", key=key, hidden=False)
        self.read()
        self.assertEqual(self.accounts(), [], "it is not made again")
        again = self.account("P-1")
        self.read()
        self.assert_linked(again, "P-1")

    def test_an_item_that_is_there_is_linked_and_nothing_is_sent(self):
        key = self.person("item_add", dimension="Projekti", item="p-1  talo")
        account = self.account("P-1 Talo")
        self.mapped("odoo")
        self.assertEqual(self.binding(account).netvisor_key, key)
        self.assertFalse(self.posts())

    def test_the_tree(self):
        house = self.account("Talo")
        room = self.account("Huone", netvisor_parent_id=house.id)
        shelf = self.account("Hylly", netvisor_parent_id=room.id)
        self.mapped("odoo")
        self.assertEqual(self.items()["Huone"]["father_item"], "Talo")
        self.assertEqual(self.items()["Hylly"]["father_item"], "Huone")
        self.assertEqual(len(self.posts()), 3, "each was put in its place at once")
        shelf.netvisor_parent_id = house
        self.work()
        self.assertEqual(self.items()["Hylly"]["father_item"], "Talo")
        shelf.netvisor_parent_id = False
        self.work()
        self.assertFalse(self.items()["Hylly"]["father_item"])
        self.assert_linked(shelf, "Hylly")

    def test_below_one_that_cannot_be_sent(self):
        house = self.account("x" * 201)
        room = self.account("Huone", netvisor_parent_id=house.id)
        self.mapped("odoo")
        self.assertFalse(self.item_document(room), "first the one above")
        self.read()
        self.assertEqual(self.codes(self.item_document(room)), ["needs"])
        self.assertIn("201", self.item_document(room).problem)
        house.name = "Talo"
        self.work()
        self.assertEqual(self.items()["Huone"]["father_item"], "Talo")
        self.assert_linked(room, "Huone")

    def test_codes_of_a_newer_netvisor(self):
        self.sandbox.set(newer_dimensions=True)
        self.person("item_add", dimension="Projekti", item="Vanha", code="1")
        account = self.account("Talo", code="17")
        self.mapped("odoo")
        row = self.items()["17 Talo"]
        self.assertEqual((row["code"], row["label"]), ("17", "Talo"))
        account.write({"name": "Talot", "code": "18"})
        self.work()
        row = self.items()["18 Talot"]
        self.assertEqual((row["code"], row["label"]), ("18", "Talot"))
        self.read()
        self.assert_linked(account, "18 Talot")

    def test_names_only(self):
        account = self.account("Talo", code="17")
        self.mapped("odoo", item_form="name")
        self.assertEqual(self.names(), ["Talo"])
        account.code = "18"
        self.work()
        self.assertEqual(len(self.posts()), 1)

    def test_two_that_could_be_it_are_a_choice(self):
        keys = [self.person("item_add", dimension="Projekti", item=name) for name in ("Talo", "talo")]
        account = self.account("TALO")
        self.mapped("link")
        account.with_user(self.analyst).action_netvisor_send()
        self.work()
        document = self.item_document(account)
        self.assertEqual(document.state, "review")
        self.assertEqual({row["key"] for row in document.candidates}, set(keys))
        document.with_user(self.bookkeeper).with_context(candidate_key=keys[1]).action_choose()
        self.work()
        self.assertEqual((document.state, self.binding(account).netvisor_key), ("done", keys[1]))
        self.assertFalse(self.posts(), "a choice writes nothing")

    def test_check_in_netvisor(self):
        account = self.account("P-1")
        self.mapped("odoo")
        document = self.item_document(account)
        self.check(document)
        self.assertEqual((document.state, document.remote_status), ("done", "active"))
        self.person("item_delete", key=self.key("P-1"))
        self.check(document)
        self.assertEqual(document.state, "deleted")
        [alert] = document.with_user(self.bookkeeper)._netvisor_alerts().values()
        model, method, ids = alert["action_call"]
        getattr(self.env[model].browse(ids).with_user(self.bookkeeper), method)()
        self.work()
        self.assert_linked(account, "P-1")

    def check(self, document):
        """Button *Check in Netvisor*. PostgreSQL's clock stands still in a test: nothing asked for now is due."""
        self.env["netvisor.kind.dimension"].sudo()._feed(self.company).bookmark = False
        document.with_user(self.bookkeeper).action_check()
        document.sudo().next_try = "2026-01-01 00:00:00"
        self.work()

    # --- lost answers ---------------------------------------------------------------------------------------------------
    def test_lost_answer_to_a_new_item(self):
        account = self.account("P-1")
        self.sandbox.fault("drop_after", "dimensionitem.nv")
        self.mapped("odoo")
        self.work()
        self.assert_linked(account, "P-1")
        self.assertEqual(len(self.posts()), 1)

    def test_lost_request_is_sent_again(self):
        account = self.account("P-1")
        self.sandbox.fault("drop_before", "dimensionitem.nv")
        self.mapped("odoo")
        self.work()
        self.assert_linked(account, "P-1")

    def test_lost_answer_to_a_new_name(self):
        """Under the old name nothing would be found any more: it is looked up, not repeated."""
        account = self.account("P-1")
        self.mapped("odoo")
        self.sandbox.fault("drop_after", "dimensionitem.nv")
        account.name = "P-2"
        self.work()
        self.work()
        self.assert_linked(account, "P-2")
        self.assertEqual(len(self.posts()), 2)

    def test_lost_request_of_a_new_name(self):
        account = self.account("P-1")
        self.mapped("odoo")
        self.sandbox.fault("drop_before", "dimensionitem.nv")
        account.name = "P-2"
        self.work()
        self.work()
        self.assert_linked(account, "P-2")

    def test_lost_answer_to_hiding(self):
        account = self.account("P-1")
        self.mapped("odoo")
        self.sandbox.fault("drop_after", "dimensiondelete.nv")
        account.active = False
        self.work()
        self.work()
        self.assertTrue(self.items()["P-1"]["hidden"])
        self.assertEqual(self.item_document(account).state, "done")
        self.assertEqual(len(self.posts("dimensiondelete.nv")), 1)

    # --- what cannot be sent ----------------------------------------------------------------------------------------------
    def test_too_long(self):
        account = self.account("ä" * 201)
        self.mapped("odoo")
        document = self.item_document(account)
        self.assertEqual((document.state, self.codes(document)), ("blocked", ["dimension_item_too_long"]))
        self.assertIn("201", document.problem)
        account.name = "ä" * 200
        self.work()
        self.assert_linked(account, "ä" * 200)

    def test_the_name_of_the_dimension_is_too_long(self):
        self.plan.name = "Projekti" * 7
        account = self.account("P-1")
        self.mapped("odoo")
        self.assertFalse(self.item_document(account), "nothing is sent to a dimension that is not there")
        account.with_user(self.analyst).action_netvisor_send()
        self.work()
        document = self.item_document(account)
        self.assertEqual((document.state, self.codes(document)), ("blocked", ["dimension_name_too_long"]))

    def test_a_dimension_that_netvisor_does_not_have(self):
        account = self.account("P-1")
        row = self.mapped("odoo", dimension_name="Työmaat")
        self.assertFalse(self.item_document(account))
        account.with_user(self.analyst).action_netvisor_send()
        self.work()
        self.assertEqual(self.codes(self.item_document(account)), ["dimension_missing"])
        self.person("dimension_add", name="Työmaat")
        self.read()
        self.assertTrue(row.dimension_id)
        self.assert_linked(account, "P-1")

    def test_refused_words_are_kept(self):
        account = self.account("P-1")
        self.sandbox.fault("refuse", "dimensionitem.nv", code="INVALID_DATA", text="Kohde on lukittu")
        self.mapped("odoo")
        document = self.item_document(account)
        self.assertEqual(document.state, "blocked")
        self.assertIn("Kohde on lukittu", document.message)
        self.assertIn("Kohde on lukittu", account.netvisor_problem)
        document.with_user(self.bookkeeper).action_retry()
        self.work()
        self.assert_linked(account, "P-1")

    def test_renamed_in_netvisor_just_before(self):
        """The list is minutes old, the old name is refused, and the next try finds the new one."""
        account = self.account("P-1")
        self.mapped("odoo")
        self.person("item_change", key=self.key("P-1"), item="P-1 Netvisor")
        account.name = "P-1 Odoo"
        self.work()
        document = self.item_document(account)
        self.assertEqual(document.state, "blocked")
        document.with_user(self.bookkeeper).action_retry()
        self.work()
        self.assert_linked(account, "P-1 Odoo")

    # --- who and when -------------------------------------------------------------------------------------------------------
    def test_directions(self):
        account = self.account("P-1")
        row = self.mapped("link")
        self.assertFalse(self.names())
        for direction in ("link", "netvisor"):
            row.direction = direction
            self.read()
            self.assertFalse(self.names(), direction)
            with self.assertRaises(UserError):
                row.with_user(self.analyst).action_send_now()
        account.with_user(self.analyst).action_netvisor_send()
        self.work()
        self.assertEqual(self.names(), ["P-1"], "a person may send one all the same")

    def test_a_plan_that_is_not_mapped(self):
        account = self.account("P-1")
        with self.assertRaisesRegex(UserError, "Projekti"):
            account.with_user(self.analyst).action_netvisor_send()
        self.mapped("both", use="none")
        with self.assertRaises(UserError):
            account.with_user(self.analyst).action_netvisor_send()
        self.assertFalse(self.posts())

    def test_groups(self):
        account = self.account("P-1")
        row = self.mapped("odoo")
        with self.assertRaises(AccessError):
            row.with_user(self.bookkeeper).action_send_now()
        with self.assertRaises(AccessError):
            row.with_user(self.bookkeeper).direction = "both"
        account.with_user(self.bookkeeper).action_netvisor_send()
        self.assertEqual(account.with_user(self.bookkeeper).netvisor_state, "todo")
        self.assertEqual(row.with_user(self.analyst).linked_count, 1)

    def test_buttons_of_plans(self):
        self.account("P-1")
        row = self.mapped("link")
        row.direction = "odoo"
        self.plan.with_user(self.analyst).action_netvisor_send()
        self.work()
        self.assertEqual(self.names(), ["P-1"])
        action = row.with_user(self.analyst).action_send_now()
        self.assertIn("Nothing to send", action["params"]["message"])
        self.assertEqual(self.plan.with_user(self.analyst).netvisor_dimension, "Projekti")
        self.assertEqual(self.plan.with_user(self.analyst).action_netvisor_mapping()["res_id"], row.id)

    def test_two_companies_with_shared_plans(self):
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "currency_id": self.env.ref("base.EUR").id})
        self.connect(other, OTHER_ORGANISATION)
        self.analyst.company_ids = [Command.link(other.id)]
        for name in ("Muu", "Projekti"):
            self.dimension(name, f"{name} täyte", organisation=OTHER_ORGANISATION)
        shared, own = self.account("Yhteinen"), self.account("Vain tämän", company_id=self.company.id)
        self.mapped("both")
        self.mapped("both", company=other)
        self.assert_linked(shared, "Yhteinen")
        self.assert_linked(shared, "Yhteinen", other, OTHER_ORGANISATION)
        self.assertNotEqual(self.binding(shared).netvisor_key, self.binding(shared, other).netvisor_key)
        self.assertNotIn("Vain tämän", self.items(OTHER_ORGANISATION))
        self.assert_linked(own, "Vain tämän")
        made = self.env["account.analytic.account"].search([("name", "=", "Projekti täyte")])
        self.assertEqual(made.company_id, other, "an item of one Netvisor is an account of that company")
        # A new name in one Netvisor goes on to the other.
        self.person("item_change", key=self.key("Yhteinen"), item="Uusi nimi")
        self.read()
        self.assertEqual(shared.name, "Uusi nimi")
        self.work(other)
        self.assert_linked(shared, "Uusi nimi", other, OTHER_ORGANISATION)
