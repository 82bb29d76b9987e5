import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.account_netvisor.models.customer_card import is_personal_id

from .common import ORGANISATION
from .customer_sync_common import CustomerSyncCase


@tagged("post_install", "-at_install", "post_install_l10n")
class TestCustomerImport(CustomerSyncCase):
    def queries(self, resource):
        """The query strings of the calls, oldest first"""
        return [row["target"].partition("?")[2] for row in reversed(self.sandbox.calls(ORGANISATION, resource, 1000))]

    def versions(self):
        """Where each row lies in the table: a row that is written moves."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT netvisor_key, ctid::text FROM netvisor_customer WHERE company_id = %s", [self.company.id]
        )
        return dict(self.env.cr.fetchall())

    # --- the mirror -------------------------------------------------------------------------------------------------
    def test_first_reading_is_whole_then_changes_only(self):
        keys = [self.add_card(f"Asiakas {number} Oy", code=f"A{number}") for number in range(3)]
        self.run_netvisor()
        cards = self.mirror.search([("company_id", "=", self.company.id)])
        self.assertEqual(sorted(cards.mapped("netvisor_key")), keys, "the temporary customer is nobody's")
        self.assertTrue(all(card.card and card.card_date for card in cards))
        self.assertNotIn("changedsince", self.queries("customerlist.nv")[-1])
        before = self.versions()
        self.change_card(keys[1], phonenumber="09 1")
        self.read()
        self.assertIn("changedsince", self.queries("customerlist.nv")[-1])
        after = self.versions()
        self.assertEqual(
            [key for key in keys if before[key] != after[key]], [keys[1]], "only what has changed is written"
        )
        self.assertEqual(cards.filtered(lambda card: card.netvisor_key == keys[1]).card["phone"], "09 1")
        self.read_everything()
        self.assertNotIn("changedsince", self.queries("customerlist.nv")[-1])
        self.assertEqual(self.versions(), after, "unchanged cards cost no write, also when all are read")

    def test_bookmark_is_asked_with_a_days_overlap(self):
        self.run_netvisor()
        book = self.kind._bookmark(self.feed())["list"]
        self.read()
        asked = next(part for part in self.queries("customerlist.nv")[-1].split("&") if "changedsince" in part)
        self.assertLess(asked.partition("=")[2].replace("%3A", ":")[:19], book.replace(" ", "T"))
        self.assertNotIn(book[:10], asked, "another day")

    def test_parts_go_on_where_they_were(self):
        self.sandbox.seed(ORGANISATION, customers=1200)
        # The second part is not readable, then the connection is lost: nothing of these parts is kept.
        self.sandbox.fault("garbage", "getcustomer.nv", times=1, after=1)
        self.run_netvisor()
        feed = self.feed()
        self.assertEqual((len(feed.pending["keys"]), feed.pending["total"]), (700, 1200))
        self.assertTrue(feed.message)
        self.assertIn("500", feed.progress)
        self.assertFalse(feed.bookmark, "the bookmark moves when all parts are done")
        self.assertEqual(
            self.mirror.search_count([("company_id", "=", self.company.id), ("card_date", "!=", False)]), 500
        )
        self.sandbox.fault("drop_after", "getcustomer.nv", times=1)
        self.read()
        self.assertEqual(len(feed.pending["keys"]), 700)
        self.read()
        self.assertFalse(feed.pending)
        self.assertEqual(
            self.mirror.search_count([("company_id", "=", self.company.id), ("card_date", "!=", False)]), 1200
        )
        self.assertEqual(self.count("customerlist.nv"), 1, "the list is not read again for it")
        self.assertEqual(self.count("getcustomer.nv"), 5, "three parts, two of which had to be repeated")
        self.assertTrue(self.kind._bookmark(feed)["whole"])

    def test_killed_in_the_middle_of_a_part(self):
        """What a part has written until it broke off is not kept; it is read again, the others are not."""
        self.sandbox.seed(ORGANISATION, customers=1200)
        self.env.cr.execute(
            """
            CREATE FUNCTION netvisor_test_break() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                IF jsonb_array_length(NEW.pending->'keys') = 200 THEN RAISE EXCEPTION 'broken off'; END IF;
                RETURN NEW;
             END $$;
            CREATE TRIGGER netvisor_test_break BEFORE UPDATE ON netvisor_feed FOR EACH ROW
                WHEN (NEW.kind = 'customer') EXECUTE FUNCTION netvisor_test_break();
            """
        )
        with mute_logger("odoo.addons.account_netvisor.models.netvisor_engine_after", "odoo.sql_db"):
            self.run_netvisor()
        self.env.invalidate_all()
        self.assertEqual(len(self.feed().pending["keys"]), 700)
        self.assertEqual(
            self.mirror.search_count([("company_id", "=", self.company.id), ("card_date", "!=", False)]), 500
        )
        self.env.cr.execute("DROP TRIGGER netvisor_test_break ON netvisor_feed")
        self.read()
        self.assertFalse(self.feed().pending)
        self.assertEqual(
            self.mirror.search_count([("company_id", "=", self.company.id), ("card_date", "!=", False)]), 1200
        )
        self.assertEqual((self.count("customerlist.nv"), self.count("getcustomer.nv")), (1, 4))

    def test_statements_do_not_grow_with_unchanged_cards(self):
        self.sandbox.seed(ORGANISATION, customers=1000)
        self.run_netvisor()
        kind, feed = self.kind, self.feed()
        feed.bookmark = False
        with self.enter_registry_test_mode(), self.env["netvisor.engine"]._with_company_lock(self.company) as call:
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            kind._refresh(self.company, call, feed)
            while feed.pending:
                kind._refresh(self.company, call, feed)
            self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 60)

    # --- what is on the cards ---------------------------------------------------------------------------------------
    def test_personal_identity_codes_are_not_kept(self):
        self.assertTrue(is_personal_id("010190-123A"))
        self.assertFalse(is_personal_id("1234567-1"))
        key = self.add_card("Maija Meikäläinen", externalidentifier="010190-123A", isprivatecustomer=1)
        other = self.add_card("Matti Meikäläinen", externalidentifier="010190A123A")
        self.run_netvisor()
        for card in self.mirror.search([("netvisor_key", "in", [key, other]), ("company_id", "=", self.company.id)]):
            self.assertFalse(card.business_id)
            self.assertNotIn("business_id", card.card)

    def test_unknown_operators_are_kept(self):
        self.sandbox.set(accept_any_operator=True)
        self.add_card("Koivu Oy", finvoiceaddress="003776543212", finvoiceroutercode="UUSIOP01")
        self.run_netvisor()
        operator = self.env["netvisor.operator"]._find("UUSIOP01")
        self.assertTrue(operator.learned)

    def test_inactive_cards_stay_inactive(self):
        key = self.add_card("Vanha Oy", isactive=0)
        self.run_netvisor()
        card = self.mirror.search([("netvisor_key", "=", key), ("company_id", "=", self.company.id)])
        self.assertFalse(card.active)
        self.change_card(key, phonenumber="09 1")
        self.read()
        self.assertFalse(card.active)
        self.assertFalse(card.gone)
        self.change_card(key, isactive=1)
        self.read()
        self.assertTrue(card.active)

    def test_nothing_new_is_one_part_and_few_statements(self):
        self.pair()
        self.read()
        kind, feed = self.kind, self.feed()
        book = kind._bookmark(feed)
        feed.bookmark = json.dumps({**book, "list": "2099-01-01 00:00:00"})
        with self.enter_registry_test_mode(), self.env["netvisor.engine"]._with_company_lock(self.company) as call:
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            kind._refresh(self.company, call, feed)
            self.env.flush_all()
        self.assertFalse(feed.pending)
        self.assertLess(self.env.cr.sql_log_count - before, 25)

    # --- deleted ----------------------------------------------------------------------------------------------------
    def test_deleted_card(self):
        partner, key = self.pair()
        others = [self.add_card(f"Asiakas {number} Oy") for number in range(30)]
        self.read()
        self.by_hand("customer_delete", key=key)
        self.by_hand("customer_delete", key=others[0])
        self.read()
        self.assertEqual(partner.with_company(self.company).netvisor_state, "done", "no list of changes tells of it")
        calls = self.count("getcustomer.nv")
        self.read_everything()
        cards = {card.netvisor_key: card for card in self.mirror.search([("company_id", "=", self.company.id)])}
        self.assertTrue(cards[key].gone)
        self.assertFalse(cards[key].active)
        self.assertEqual([one for one in others if cards[one].gone], [others[0]])
        self.assertEqual(
            self.count("getcustomer.nv") - calls, 3, "each missing one is asked for alone before it is believed"
        )
        self.assertEqual(partner.with_company(self.company).netvisor_state, "deleted")
        self.assertTrue(partner.active, "a person decides")

    def test_a_card_that_is_back(self):
        partner, key = self.pair()
        self.kind._gone(self.company, [key])
        self.assertEqual(self.customer_document(partner).state, "deleted")
        self.change_card(key, phonenumber="09 1")
        self.read()
        card = self.mirror.search([("netvisor_key", "=", key), ("company_id", "=", self.company.id)])
        self.assertEqual((card.gone, card.active), (False, True))
        self.assertEqual(self.customer_document(partner).state, "done")

    # --- what is in the way -----------------------------------------------------------------------------------------
    def test_a_refused_list_does_not_hold_back_what_odoo_has_changed(self):
        partner, key = self.pair()
        self.sandbox.set(ORGANISATION, rights={"customerlist.nv": False})
        partner.phone = "09 77"
        self.read()
        self.assertTrue(self.feed().message)
        self.assertEqual(self.card_fields(key)["phonenumber"], "09 77")

    def test_list_of_netvisors_customers(self):
        partner, key = self.pair()
        self.add_card("Muu Oy")
        self.read()
        cards = self.env["netvisor.customer"].with_user(self.bookkeeper)
        linked = cards.search([("partner_id", "!=", False)])
        self.assertEqual((linked.netvisor_key, linked.partner_id), (key, partner))
        self.assertEqual(cards.search([("partner_id", "=", False)]).mapped("name"), ["Muu Oy"])
        self.assertEqual(cards.search([("partner_id", "ilike", "koivu")]), linked)
        self.assertEqual(cards.search([("partner_id", "=", partner.id)]), linked)
