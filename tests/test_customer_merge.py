from odoo.tests import BaseCase, tagged

from odoo.addons.account_netvisor.models.customer_fields import FIELDS, compared, default_winners, value_of
from odoo.addons.account_netvisor.models.customer_merge import entry, merge, to_send

OLD, OURS, THEIRS = "old", "ours", "theirs"


@tagged("post_install", "-at_install")
class TestCustomerMerge(BaseCase):
    """The table of what happens to one field: what was agreed, what it is on both sides, who wins."""

    def outcome(self, winner, agreed, ours, theirs, name="phone", **options):
        """:return: (what is done, Odoo's value that is to be sent afterwards)"""
        winners = {**default_winners(), name: winner}
        sides = ({name: value} if value is not None else {} for value in (ours, theirs))
        known = None if agreed == "never" else {name: agreed} if agreed is not None else {"name": "X"}
        odoo, netvisor = sides
        found = merge(known, odoo, netvisor, winners, **options)
        odoo |= found.takes
        did = "take" if name in found.takes else "ask" if name in found.conflicts else "nothing"
        return did, to_send(found.agreed, found.conflicts, odoo, winners).get(name)

    def test_nobody_has_changed(self):
        for winner in ("odoo", "netvisor", "newest", "ask"):
            self.assertEqual(self.outcome(winner, OLD, OLD, OLD), ("nothing", None))
            self.assertEqual(self.outcome(winner, entry(OURS, THEIRS), OURS, THEIRS), ("nothing", None))

    def test_odoo_has_changed(self):
        for winner, sent in (("odoo", OURS), ("netvisor", None), ("newest", OURS), ("ask", OURS)):
            self.assertEqual(self.outcome(winner, OLD, OURS, OLD), ("nothing", sent), winner)
            self.assertEqual(self.outcome(winner, None, OURS, None), ("nothing", sent), winner)

    def test_netvisor_has_changed(self):
        for winner, done, sent in (
            ("odoo", "nothing", OLD),
            ("netvisor", "take", None),
            ("newest", "take", None),
            ("ask", "take", None),
        ):
            self.assertEqual(self.outcome(winner, OLD, OLD, THEIRS), (done, sent), winner)

    def test_both_have_changed(self):
        for winner, newer, done, sent in (
            ("odoo", False, "nothing", OURS),
            ("netvisor", True, "take", None),
            ("newest", True, "nothing", OURS),
            ("newest", False, "take", None),
            ("ask", False, "ask", None),
        ):
            self.assertEqual(self.outcome(winner, OLD, OURS, THEIRS, odoo_is_newer=newer), (done, sent), winner)

    def test_both_have_changed_to_the_same(self):
        for winner in ("odoo", "netvisor", "newest", "ask"):
            self.assertEqual(self.outcome(winner, OLD, OURS, OURS), ("nothing", None))

    def test_empty_is_no_information(self):
        for winner in ("netvisor", "newest", "ask"):
            self.assertEqual(self.outcome(winner, OLD, None, OLD), ("nothing", None), winner)
            self.assertEqual(self.outcome(winner, OLD, OLD, None), ("nothing", None), winner)
            self.assertEqual(self.outcome(winner, OLD, None, THEIRS), ("take", None), winner)
        self.assertEqual(self.outcome("odoo", OLD, OLD, None), ("nothing", OLD))
        self.assertEqual(self.outcome("odoo", OLD, None, THEIRS), ("nothing", None))
        self.assertEqual(self.outcome("newest", OLD, OURS, None), ("nothing", OURS))

    def test_never_compared(self):
        for winner, done in (("odoo", "nothing"), ("netvisor", "take"), ("newest", "nothing"), ("ask", "nothing")):
            self.assertEqual(self.outcome(winner, "never", OURS, THEIRS), (done, None), winner)
            self.assertEqual(self.outcome(winner, "never", OURS, None), ("nothing", None), winner)
        for winner, done in (("odoo", "nothing"), ("netvisor", "take"), ("newest", "take"), ("ask", "take")):
            self.assertEqual(self.outcome(winner, "never", None, THEIRS), (done, None), winner)

    def test_how_netvisor_writes_what_it_got(self):
        self.assertEqual(self.outcome("odoo", OURS, OURS, THEIRS, echo=True), ("nothing", None))
        self.assertEqual(self.outcome("ask", OURS, OURS, THEIRS, echo=True), ("take", None))

    def test_fetching(self):
        self.assertEqual(self.outcome("netvisor", OLD, OURS, OLD, fetching=True), ("take", None))
        self.assertEqual(self.outcome("ask", OLD, OURS, OLD, fetching=True), ("nothing", OURS))
        self.assertEqual(self.outcome("ask", OLD, OURS, THEIRS, fetching=True), ("ask", None))

    def test_what_a_person_has_decided_waits_until_it_is_sent(self):
        decided = {**entry(OURS, THEIRS), "send": True}
        for winner in ("odoo", "netvisor", "newest", "ask"):
            self.assertEqual(self.outcome(winner, decided, OURS, THEIRS), ("nothing", OURS), winner)
            self.assertEqual(self.outcome(winner, decided, OURS, "again"), ("nothing", OURS), winner)
        blank = {**entry(None, THEIRS), "send": "blank"}
        agreed = {"phone": blank}
        self.assertEqual(to_send(agreed, {}, {}, default_winners()), {"phone": None})
        self.assertEqual(to_send({"phone": {**blank, "send": True}}, {}, {}, default_winners()), {})

    def test_deactivating_is_asked(self):
        self.assertEqual(self.outcome("ask", True, True, False, name="active"), ("ask", None))
        self.assertEqual(self.outcome("ask", True, False, True, name="active"), ("ask", None))
        self.assertEqual(self.outcome("odoo", True, False, True, name="active"), ("nothing", False))
        self.assertEqual(self.outcome("netvisor", True, True, False, name="active"), ("take", None))

    def test_fields_that_netvisor_does_not_take(self):
        self.assertEqual(self.outcome("odoo", OLD, OURS, OLD, name="payment_term"), ("nothing", None))
        self.assertEqual(self.outcome("odoo", OLD, OLD, THEIRS, name="payment_term"), ("nothing", None))

    def test_values(self):
        self.assertIsNone(value_of(FIELDS["street"], {"street": " ", "street2": None}))
        self.assertEqual(value_of(FIELDS["street"], {"street": "Tie  1"}), ["Tie 1", None])
        self.assertEqual(value_of(FIELDS["name"], {"name": "A", "name_extension": "B"}), "A B")
        self.assertIs(value_of(FIELDS["private"], {"private": False}), False)
        self.assertEqual(
            compared({"website": "http://WWW.x.fi/", "phone": "+358 (9) 1-2", "email": "A@b.fi"}),
            {"website": "www.x.fi", "phone": "+358912", "email": "a@b.fi"},
        )
