"""Netvisor's ledger in Odoo: read in slices and by modification, kept, linked, and nothing lost."""

import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.account_netvisor.netvisor import Client

from .common import OTHER_ORGANISATION, NetvisorCommon


@tagged("post_install", "-at_install")
class TestLedger(NetvisorCommon):
    def setUp(self):
        super().setUp()
        today = fields.Date.today()
        self.company.sudo().write({"netvisor_ledger": True, "netvisor_ledger_start": today - timedelta(days=70)})
        self.days = [today - timedelta(days=days) for days in (65, 40, 3)]

    def book(self, day, *lines, description="Vuokra", **values):
        rows = [list(row) for row in lines or (("7200", "100.00", "KOOS", "25.5"), ("1910", "-100.00"))]
        return self.sandbox.user("voucher_add", date=str(day), lines=rows, description=description, **values)

    def read(self, company=None):
        """Everything that is due for the ledger, now."""
        company = company or self.company
        self.feeds(company)._request_now()
        self.run_netvisor(company)
        return self.vouchers(company)

    def feeds(self, company=None):
        company = company or self.company
        return (
            self.env["netvisor.feed"]
            .search([("company_id", "=", company.id), ("kind", "in", ("ledger", "deleted_voucher"))])
            .sudo()
        )

    def vouchers(self, company=None):
        return (
            self.env["netvisor.ledger.voucher"]
            .sudo()
            .search([("company_id", "=", (company or self.company).id)], order="netvisor_key")
        )

    def asked(self):
        """Queries of the calls to the ledger, oldest first."""
        return [row["target"] for row in reversed(self.sandbox.calls(resource="accountingledger.nv"))]

    def test_vouchers_and_lines_as_they_are(self):
        keys = [self.book(day) for day in self.days]
        vouchers = self.read()
        self.assertEqual(keys, vouchers.mapped("netvisor_key"))
        self.assertEqual(self.days, vouchers.mapped("date"))
        self.assertEqual({"valid"}, set(vouchers.mapped("status")))
        rent, bank = vouchers[0].line_ids.sorted("account_number", reverse=True)
        self.assertEqual(
            ("7200", 100.0, "KOOS", 25.5, 100.0, 0.0),
            (rent.account_number, rent.amount, rent.vat_code, rent.vat_percent, rent.debit, rent.credit),
        )
        self.assertEqual(("1910", -100.0, "NONE"), (bank.account_number, bank.amount, bank.vat_code))
        self.assertEqual([["generator", "Maija Kirjanpitäjä"]], vouchers[0].extra["unknown"])
        self.assertEqual("MU Muut 1", vouchers[0].display_name)

    def test_first_in_slices_then_what_was_modified(self):
        self.book(self.days[0])
        self.read()
        slices = self.asked()
        self.assertGreater(len(slices), 2, "70 days and the rest of the periods, a month at a time")
        self.assertNotIn("lastmodifiedstart", "".join(slices))
        key = self.book(self.days[2])
        vouchers = self.read()
        self.assertIn(key, vouchers.mapped("netvisor_key"))
        new = self.asked()[len(slices) :]
        self.assertEqual(1, len(new), new)
        self.assertIn("lastmodifiedstart", new[0])

    def test_unchanged_vouchers_keep_their_lines_and_changed_ones_get_new(self):
        keys = [self.book(day) for day in self.days[:2]]
        kept, replaced = (voucher.line_ids for voucher in self.read())
        self.sandbox.user("voucher_change", key=keys[1], lines=[["7200", "80"], ["1910", "-80"]])
        vouchers = self.read()
        self.assertEqual(kept, vouchers[0].line_ids)
        self.assertFalse(replaced.exists())
        self.assertEqual([80.0, -80.0], vouchers[1].line_ids.sorted("id").mapped("amount"))

    def test_a_slice_that_takes_too_long_is_halved(self):
        key = self.book(self.days[2])
        self.sandbox.fault("drop_after", resource="accountingledger.nv", times=2)
        vouchers = self.read()
        self.assertEqual([key], vouchers.mapped("netvisor_key"))
        feed = self.feeds().filtered(lambda feed: feed.kind == "ledger")
        self.assertFalse(feed.pending or feed.message)
        self.assertFalse(self.company.netvisor_pause_code)

    def test_a_slice_that_times_out_is_halved(self):
        """As above, with Netvisor silent instead of gone. Its two minutes are one second here."""
        connect, _read, *rest = Client.__init__.__defaults__
        self.patch(Client.__init__, "__defaults__", (connect, 1, *rest))
        keys = [self.book(day) for day in self.days]
        self.sandbox.fault("hold", resource="accountingledger.nv", times=1, seconds=3)
        self.addCleanup(self.sandbox.clear_faults)
        for _run in range(3):
            vouchers = self.read()
            self.company.sudo()._netvisor_unpause()
        self.assertEqual(keys, vouchers.mapped("netvisor_key"))
        calls = self.env["netvisor.call"].sudo().search([("company_id", "=", self.company.id)])
        self.assertIn("READ_TIMEOUT", calls.mapped("code"))
        spans = [re.findall(r"date=([0-9-]+)", target) for target in self.asked()]
        self.assertEqual(spans[0][0], spans[1][0], "the same slice")
        self.assertLess(spans[1][1], spans[0][1], "half of it")

    def test_a_killed_reading_goes_on_where_it_was(self):
        keys = [self.book(day) for day in self.days]
        self.sandbox.fault("maintenance", resource="accountingledger.nv", times=1, after=2)
        self.assertLess(len(self.read()), 3)
        feed = self.feeds().filtered(lambda feed: feed.kind == "ledger")
        left = len(feed.pending["slices"])
        self.company.sudo()._netvisor_unpause()
        asked = len(self.asked())
        self.assertEqual(keys, self.read().mapped("netvisor_key"))
        self.assertEqual(left, len(self.asked()) - asked, "only what was left")

    def test_control_characters_and_a_cut_answer(self):
        self.sandbox.set(ledger_control_characters=True)
        self.book(self.days[0])
        self.assertEqual("Vuokra", self.read().description)
        self.book(self.days[1], description="Uusi")
        self.sandbox.fault("half", resource="accountingledger.nv", times=None)
        self.assertEqual(["Vuokra"], self.read().mapped("description"), "nothing of a cut answer is kept")
        self.sandbox.clear_faults()
        self.company.sudo()._netvisor_unpause()
        self.assertEqual({"Vuokra", "Uusi"}, set(self.read().mapped("description")))

    def test_deleted_and_invalidated_in_netvisor(self):
        keys = [self.book(self.days[2]) for _place in range(3)]
        self.read()
        self.sandbox.user("voucher_delete", key=keys[0])
        self.sandbox.user("voucher_invalidate", key=keys[1], comment="Väärin")
        vouchers = self.read()
        self.assertEqual(["deleted", "invalidated", "valid"], vouchers.mapped("status"))
        self.assertEqual([False, False, True], [any(voucher.line_ids.mapped("valid")) for voucher in vouchers])

    def test_deletions_are_caught_up_in_steps_of_seven_days(self):
        self.read()
        feed = self.feeds().filtered(lambda feed: feed.kind == "deleted_voucher")
        for reading in ("forward", "back"):
            with self.subTest(reading):
                self.sandbox.set(deleted_reading=reading)
                feed.bookmark = str(fields.Date.today() - timedelta(days=30))
                key = self.book(self.days[2])
                self.read()
                self.sandbox.user("voucher_delete", key=key)
                self.read()
                status = {voucher.netvisor_key: voucher.status for voucher in self.vouchers()}
                self.assertEqual("deleted", status[key])
                self.assertEqual(str(fields.Date.today()), feed.bookmark)
                self.assertFalse(feed.message)

    def test_what_a_complete_reading_no_longer_shows_is_gone(self):
        self.book(self.days[2])
        self.read()
        ghost = (
            self.env["netvisor.ledger.voucher"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "netvisor_key": 123456,
                    "status": "valid",
                    "date": self.days[1],
                    "seen": fields.Datetime.now() - timedelta(days=9),
                }
            )
        )
        feed = self.feeds().filtered(lambda feed: feed.kind == "ledger")
        feed.bookmark = "|".join(str(fields.Datetime.now() - timedelta(days=days)) for days in (8, 1))
        self.read()
        self.assertEqual("deleted", ghost.status)
        self.assertEqual({"valid"}, set((self.vouchers() - ghost).mapped("status")))

    def test_vouchers_of_invoices_are_linked(self):
        move = self.invoice()
        self.run_netvisor()
        voucher = self.read().filtered("source_key")
        self.assertEqual(move, voucher.move_id)
        self.assertEqual(move.amount_total, voucher.debit)
        self.assertEqual(move.line_ids, voucher.move_line_ids)

    def test_two_companies(self):
        self.book(self.days[2], description="Meidän")
        other = self.env["res.company"].sudo().create({"name": "Toinen Oy", "currency_id": self.company.currency_id.id})
        self.connect(other, OTHER_ORGANISATION, netvisor_ledger=True, netvisor_ledger_start=self.days[0])
        self.sandbox.user(
            "voucher_add", OTHER_ORGANISATION, date=str(self.days[2]), lines=[["7200", "1"], ["1910", "-1"]]
        )
        self.assertEqual("Meidän", self.read().description)
        self.assertEqual(1.0, self.read(other).debit)
        self.assertEqual("Meidän", self.vouchers().description)

    def test_off_is_off(self):
        self.company.sudo().netvisor_ledger = False
        self.book(self.days[2])
        self.run_netvisor()
        self.assertFalse(self.vouchers())
        self.assertFalse(self.asked())

    def test_who_may_do_what(self):
        self.book(self.days[2])
        voucher = self.read().with_user(self.bookkeeper)
        self.assertTrue(voucher.line_ids.mapped("amount"))
        with self.assertRaises(AccessError):
            voucher.description = "x"
        voucher.action_read_again()
        self.assertEqual("ir.actions.act_url", voucher.action_open_in_netvisor()["type"])
        voucher.sudo().uri = "https://elsewhere.example/voucher/1"
        with self.assertRaises(UserError):
            voucher.action_open_in_netvisor()
        self.company.sudo().netvisor_ledger = False
        with self.assertRaises(UserError):
            voucher.action_read_again()

    def test_queries_do_not_grow_with_vouchers(self):
        for place in range(30):
            self.book(self.days[2], description=f"Tosite {place}")
        self.read()
        spent = []
        for _more in range(2):
            self.feeds().bookmark = False
            before = self.env.cr.sql_log_count
            self.read()
            spent.append(self.env.cr.sql_log_count - before)
            for place in range(30):
                self.book(self.days[2], description=f"Toinen {place}")
        self.assertLess(spent[1] - spent[0], 15, f"{spent}: statements per batch, not per voucher")
