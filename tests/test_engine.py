"""The diagram in models/netvisor_document.py, arrow by arrow, as far as no process has to die (that is tests/crash)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NetvisorCommon
from .customer_common import CustomerCase

INVOICE = "salesinvoice.nv"
ENGINE = "odoo.addons.account_netvisor.models.netvisor_engine"
LOGS = (ENGINE, f"{ENGINE}_after", "odoo.addons.account_netvisor.models.netvisor_kind", "odoo.sql_db")


class EngineCase(NetvisorCommon):
    def document(self, move):
        """As the engine sees it; nobody else may write."""
        return super().document(move).sudo()

    def state(self, move):
        self.env.invalidate_all()
        return self.document(move).state

    def codes(self, move):
        return [row["code"] for row in self.document(move).problems or []]

    def posts(self, resource=INVOICE):
        return [row for row in self.sandbox.calls(resource=resource, limit=1000) if row["method"] == "POST"]

    def invoices(self, count, **values):
        moves = self.env["account.move"]
        for _index in range(count):
            moves |= self.invoice(**values)
        return moves

    def later(self, **values):
        """What waits is due, and a pause is over."""
        self.env["netvisor.document"].sudo().search([("state", "in", ("todo", "in_doubt"))]).next_try = False
        company = self.company.sudo()
        if company.netvisor_paused_until:
            company.netvisor_paused_until = fields.Datetime.now() - timedelta(seconds=1)
        return self.run_netvisor()


@tagged("post_install", "-at_install", "post_install_l10n")
class TestEngine(EngineCase):
    def test_todo_to_done(self):
        move = self.invoice()
        self.assertEqual(self.state(move), "todo")
        counts = self.run_netvisor()
        self.assertEqual(counts, {"done": 3})  # with its customer and the generic product
        document = self.document(move)
        remote = self.remote_invoice(move)
        self.assertEqual((document.netvisor_key, document.netvisor_number), (remote["key"], str(remote["number"])))
        self.assertEqual((document.state, document.outcome, document.follow_up), ("done", "ok", False))
        self.assertEqual(document.transaction_id, remote["transaction_id"])

    def test_nothing_due_makes_no_call(self):
        self.invoice()
        self.run_netvisor()
        before = len(self.sandbox.calls(limit=1000))
        self.assertEqual(self.run_netvisor(), {"done": 3})
        self.assertEqual(len(self.sandbox.calls(limit=1000)), before)

    def test_disabled_sends_nothing(self):
        move = self.invoice()
        self.company.sudo().netvisor_mode = "disabled"
        self.assertEqual(self.run_netvisor().get("todo"), 1)
        self.assertEqual(self.state(move), "todo")

    def test_claimed_to_blocked_and_back(self):
        bad = self.invoice(payment_reference="not a reference")
        good = self.invoice()
        self.run_netvisor()
        self.assertEqual((self.state(bad), self.state(good)), ("blocked", "done"))
        self.assertTrue(self.document(bad).problem)
        bad.payment_reference = "RF18539007547034"
        self.document(bad).with_user(self.bookkeeper).action_retry()
        self.run_netvisor()
        self.assertEqual(self.state(bad), "done")

    def test_refused_keeps_netvisors_words(self):
        moves = self.invoices(3)
        self.sandbox.fault("refuse", INVOICE, after=1, code="INVALID_DATA", text="Väärä kenttä: åäö")
        self.run_netvisor()
        self.assertEqual([self.state(move) for move in moves], ["done", "blocked", "done"])
        document = self.document(moves[1])
        self.assertEqual((document.code, self.codes(moves[1])), ("INVALID_DATA", ["refused"]))
        self.assertIn("Väärä kenttä: åäö", document.message)
        self.later()
        self.assertEqual(self.state(moves[1]), "blocked", "what cannot pass by itself is not tried again")
        document.with_user(self.bookkeeper).action_retry()
        self.run_netvisor()
        self.assertEqual(self.state(moves[1]), "done")

    def test_locked_period(self):
        move = self.invoice()
        self.sandbox.fault("refuse", INVOICE, code="PERIOD_LOCK", text="Locked")
        self.run_netvisor()
        self.assertEqual(self.codes(move), ["period_locked"])

    def test_cancelled_by_reset_and_posted_again(self):
        move = self.invoice()
        move.with_user(self.bookkeeper).button_draft()
        self.assertEqual(self.state(move), "cancelled")
        self.run_netvisor()
        self.assertFalse(self.posts())
        move.action_post()
        self.run_netvisor()
        self.assertEqual(self.state(move), "done")
        self.remote_invoice(move)

    def test_zero_total_is_skipped(self):
        move = self.invoice({"price_unit": 0})
        self.run_netvisor()
        self.assertEqual((self.state(move), self.codes(move)), ("cancelled", ["zero_total"]))

    def test_changed_and_as_it_was(self):
        move = self.invoice()
        self.run_netvisor()
        line = move.invoice_line_ids
        words = line.name
        line.name = "Jotain muuta"
        self.env.cr.precommit.run()
        self.assertEqual(self.state(move), "changed")
        line.name = words
        self.env.cr.precommit.run()
        self.assertEqual(self.state(move), "done")

    def test_deleted_and_sent_again(self):
        move = self.invoice()
        self.run_netvisor()
        key = self.document(move).netvisor_key
        self.sandbox.request("deletesalesinvoice.nv", f"invoiceid={key}")
        self.document(move).with_user(self.bookkeeper).action_check()
        self.document(move).next_try = fields.Datetime.now() - timedelta(hours=1)
        self.run_netvisor()
        self.assertEqual(self.state(move), "deleted")
        move.with_user(self.bookkeeper).action_netvisor_send()
        self.run_netvisor()
        self.assertEqual(self.state(move), "done")
        self.assertNotEqual(self.document(move).netvisor_key, key)
        self.remote_invoice(move)

    def test_number_is_used_once_even_when_the_invoice_is_gone(self):
        first = self.invoice()
        self.run_netvisor()
        number = self.document(first).netvisor_number
        document = self.document(first)
        name = first.name
        first.with_user(self.controller).with_context(netvisor_reset=True).button_draft()
        first.with_context(force_delete=True).unlink()
        self.assertEqual((document.netvisor_number, bool(document.move_id)), (number, False))
        second = self.invoice(post=False)
        second.name = name
        second.action_post()
        self.run_netvisor()
        self.assertEqual((self.state(second), self.codes(second)), ("blocked", ["number_used"]))
        self.assertEqual(len(self.remote()["invoices"]), 1)

    def test_first_total_differs(self):
        """Nothing more is sent until a person has looked: neither in this run nor in the next."""
        moves = self.invoices(3)
        kind = type(self.env["netvisor.kind.sales_invoice"])
        original = kind._search_values

        def wrong(model, draft, invoice):
            return {**original(model, draft, invoice), "total": "1.00"}

        with patch.object(kind, "_search_values", wrong):
            self.run_netvisor()
            self.later()
        company = self.company.sudo()
        self.assertEqual((company.netvisor_pause_code, company.netvisor_paused_until), ("total_differs", False))
        self.assertEqual(len(self.posts()), 1)
        self.assertEqual([self.state(move) for move in moves], ["done", "todo", "todo"])
        company._netvisor_unpause()
        self.run_netvisor()
        self.assertEqual({self.state(move) for move in moves}, {"done"})
        self.assertEqual(company.netvisor_checked_count, 3)

    def test_budget(self):
        moves = self.invoices(2)
        with self.enter_registry_test_mode():
            counts = self.company._netvisor_run(budget=0)
        self.assertEqual(counts, {"todo": 2})
        self.assertFalse(self.posts())
        self.run_netvisor()
        self.assertEqual({self.state(move) for move in moves}, {"done"})

    def test_budget_ends_in_the_middle_of_a_wave(self):
        self.invoices(4)
        self.sandbox.set(delay_ms=400)
        with self.enter_registry_test_mode():
            counts = self.company._netvisor_run(budget=3)
        self.sandbox.set(delay_ms=0)
        self.assertEqual(counts.get("claimed", 0) + counts.get("sending", 0), 0)
        self.assertTrue(counts.get("todo"), counts)
        self.later()
        self.assertEqual(len(self.remote()["invoices"]), 4)
        self.assertEqual(len(self.posts()), 4)

    def test_branch_uses_the_connection_of_its_root(self):
        values = {"name": "Haara", "parent_id": self.company.id, "country_id": self.company.country_id.id}
        branch = self.env["res.company"].sudo().create(values)
        self.env.user.sudo().company_ids |= branch
        self.env = self.env(context={**self.env.context, "allowed_company_ids": (self.company | branch).ids})
        receivable = self.company_data["default_account_receivable"]
        self.customer.with_company(branch).sudo().property_account_receivable_id = receivable
        move = self.invoice(company_id=branch.id)
        document = self.document(move)
        self.assertEqual((document.company_id, document.root_company_id), (branch, self.company))
        self.run_netvisor(branch)
        self.assertEqual(self.state(move), "done")


@tagged("post_install", "-at_install", "post_install_l10n")
class TestNeighbours(EngineCase):
    """One bad record never stops the others: defects are simulated in our own code, for no data should cause them."""

    def bad_second(self, method, error):
        """:return: three invoices, and a patch by which ``method`` fails for the second"""
        moves = self.invoices(3)
        bad = self.document(moves[1]).id
        bases = type(self.env["netvisor.kind.sales_invoice"]).__mro__
        owner = next(base for base in bases if method in vars(base))
        original = vars(owner)[method]

        def failing(kind, documents, *arguments):
            if bad in documents.ids:
                error(kind)
            return original(kind, documents, *arguments)

        return moves, patch.object(owner, method, failing)

    def check(self, method, error, code="internal"):
        moves, broken = self.bad_second(method, error)
        with broken, mute_logger(*LOGS):
            self.run_netvisor()
        self.assertEqual([self.state(move) for move in moves], ["done", "blocked", "done"])
        self.assertEqual(self.codes(moves[1]), [code])
        self.document(moves[1])._retry()
        self.run_netvisor()
        self.assertEqual(self.state(moves[1]), "done")

    def python_error(self, _kind):
        raise ValueError("a defect")

    def sql_error(self, kind):
        kind.env.cr.execute("SELECT 1 / 0")

    def test_reading_fails(self):
        self.check("_prepare_one", self.python_error)

    def test_reading_breaks_the_transaction(self):
        self.check("_prepare_one", self.sql_error)

    def test_warming_fails(self):
        self.check("_warm", self.python_error)

    def test_requirements_fail(self):
        self.check("_requirements", self.sql_error)

    def test_message_fails(self):
        self.check("_request", self.python_error)

    def test_message_breaks_the_transaction(self):
        self.check("_request", self.sql_error)

    def test_work_after_sending_fails(self):
        moves, broken = self.bad_second("_bound", self.sql_error)
        with broken, mute_logger(*LOGS):
            self.run_netvisor()
        self.assertEqual([self.state(move) for move in moves], ["done"] * 3)
        self.assertEqual(len(self.posts()), 3)

    def test_look_up_fails(self):
        moves, broken = self.bad_second("_look_up", self.python_error)
        self.run_netvisor()
        for document in map(self.document, moves):
            document.write({"state": "in_doubt", "outcome": "unknown", "netvisor_key": False})
        with broken, mute_logger(*LOGS):
            self.run_netvisor()
        self.assertEqual([self.state(move) for move in moves], ["done", "in_doubt", "done"])
        self.later()
        self.assertEqual(self.state(moves[1]), "done")


@tagged("post_install", "-at_install", "post_install_l10n")
class TestNeeds(EngineCase, CustomerCase):
    """An invoice needs its customer: it waits with the customer's reason, and follows by itself."""

    def test_blocked_customer_mended(self):
        self.sandbox.fault("refuse", "customer.nv", code="INVALID_DATA", text="Postinumero puuttuu")
        move = self.invoice()
        self.run_netvisor()
        self.assertEqual((self.state(move), self.codes(move)), ("blocked", ["needs"]))
        self.assertIn(self.customer.name, self.document(move).problem)
        self.customer.zip = "33200"
        self.run_netvisor()
        self.assertEqual((self.state(move), self.document(move).problems), ("done", False))

    def test_customer_in_doubt(self):
        self.sandbox.fault("drop_after", "customer.nv")
        move = self.invoice()
        self.run_netvisor()
        self.assertIn(self.state(move), ("todo", "done"), "it waits; nothing is wrong with it")
        self.later()
        self.assertEqual(self.state(move), "done")
        self.assertEqual(len(self.posts("customer.nv")), 1)

    def test_person_chooses_and_the_invoice_follows(self):
        self.customer.company_registry = "7654321-2"
        self.customer.ref = False
        self.add_remote("Pihlaja Turku", internalidentifier="901", externalidentifier="7654321-2", city="Turku")
        chosen = self.add_remote("Pihlaja Oulu", internalidentifier="902", externalidentifier="7654321-2", city="Oulu")
        move = self.invoice()
        self.run_netvisor()
        customer = self.customer_document(self.customer)
        self.assertEqual((customer.state, self.state(move)), ("review", "blocked"))
        with self.assertRaisesRegex(UserError, "Choose one of the candidates"):
            customer.with_user(self.bookkeeper).with_context(candidate_key=1).action_choose()
        customer.with_user(self.bookkeeper).with_context(candidate_key=chosen).action_choose()
        self.run_netvisor()
        self.later()
        self.assertEqual(self.state(move), "done")
        self.assertEqual(self.remote_invoice(move)["customer_key"], chosen)
