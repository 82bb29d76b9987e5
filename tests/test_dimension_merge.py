"""Who may have it his way, and what an item is called: without a database."""

from odoo.tests import BaseCase, tagged

from odoo.addons.account_netvisor.models.dimension_merge import (
    CONFLICT,
    KEEP,
    RECEIVE,
    SAME,
    SEND,
    account_values,
    decide,
    first_parents,
    item_text,
    keys_of,
    too_long,
)

OLD, OURS, THEIRS = "P-1", "P-1 A", "P-1 B"


@tagged("-at_install", "post_install")
class TestDimensionMerge(BaseCase):
    def decisions(self, direction):
        """For: only Odoo changed, only Netvisor, both differently."""
        pair = [OLD, OLD]
        return [decide(direction, pair, ours, theirs) for ours, theirs in ((OURS, OLD), (OLD, THEIRS), (OURS, THEIRS))]

    def test_directions(self):
        self.assertEqual(self.decisions("odoo"), [SEND, CONFLICT, SEND])
        self.assertEqual(self.decisions("netvisor"), [CONFLICT, RECEIVE, RECEIVE])
        self.assertEqual(self.decisions("both"), [SEND, RECEIVE, CONFLICT])
        self.assertEqual(self.decisions("link"), [KEEP, KEEP, KEEP])

    def test_what_agrees_is_no_question(self):
        for direction in ("odoo", "netvisor", "both", "link"):
            self.assertEqual(decide(direction, [OLD, OLD], OURS, OURS), SAME)
            self.assertEqual(decide(direction, None, OURS, OURS), SAME)

    def test_never_agreed(self):
        for direction in ("odoo", "netvisor", "both"):
            self.assertEqual(decide(direction, None, OURS, THEIRS), CONFLICT)
        self.assertEqual(decide("link", None, OURS, THEIRS), KEEP)

    def test_a_difference_that_was_accepted(self):
        pair = ["17 Talo", "Talo"]
        self.assertEqual(decide("both", pair, "17 Talo", "Talo"), KEEP)
        self.assertEqual(decide("both", pair, "17 Talot", "Talo"), SEND)
        self.assertEqual(decide("both", pair, "17 Talo", "Talot"), RECEIVE)

    def test_the_first_parents_of_a_link(self):
        def decision(direction, ours, theirs):
            return decide(direction, first_parents(direction, ours, theirs), ours, theirs)

        for direction, expected in (
            ("odoo", [SEND, KEEP, SEND]),
            ("netvisor", [KEEP, RECEIVE, CONFLICT]),
            ("both", [SEND, RECEIVE, CONFLICT]),
            ("link", [KEEP, KEEP, KEEP]),
        ):
            found = [decision(direction, ours, theirs) for ours, theirs in ((7, 0), (0, 7), (7, 8))]
            self.assertEqual(found, expected, direction)
            self.assertEqual(decision(direction, 7, 7), SAME)

    def test_item_text(self):
        self.assertEqual(item_text("Talo", "17", "code_name"), "17 Talo")
        self.assertEqual(item_text("Talo", "17", "name"), "Talo")
        self.assertEqual(item_text("Talo", False, "code_name"), "Talo")
        self.assertEqual(item_text("Talo", False, "code_name", code_there="17"), "17 Talo")
        self.assertEqual(item_text(" Työmaa \n Åbo ", None, "name"), "Työmaa Åbo")
        self.assertEqual(item_text("Talo – A", None, "name", encoding="iso-8859-15"), "Talo - A")

    def test_account_values(self):
        self.assertEqual(account_values("17 Talo", "17", "Talo", None), {"name": "Talo", "code": "17"})
        self.assertEqual(account_values("17 Talot", None, None, "17"), {"name": "Talot", "code": "17"})
        self.assertEqual(account_values("Talo", None, None, "17"), {"name": "Talo", "code": "17"})
        self.assertEqual(account_values("17", None, None, "17"), {"name": "17", "code": "17"})
        self.assertEqual(account_values("17 Talo", None, None, None), {"name": "17 Talo", "code": None})

    def test_names_are_compared_without_case_and_spaces(self):
        self.assertEqual(keys_of("Työmaa  A", None, ""), keys_of("TYÖMAA a"))
        self.assertNotEqual(keys_of("Tyomaa"), keys_of("Työmaa"))

    def test_too_long(self):
        self.assertIsNone(too_long("ä" * 50, 50))
        self.assertEqual(too_long("ä" * 51, 50), {"name": "ä" * 51, "length": 51, "limit": 50})
