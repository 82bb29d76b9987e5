"""Send a period, take back what is in Netvisor, never send."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_account_move import InvoiceStates


@tagged("post_install", "-at_install")
class TestPeriod(InvoiceStates):
    def wizard(self, user=None, **values):
        today = fields.Date.today()
        return (
            self.env["netvisor.period"]
            .with_user(user or self.bookkeeper)
            .with_company(self.company)
            .create(
                {"date_from": today - timedelta(days=30), "date_to": today, "journal_ids": self.journal.ids, **values}
            )
        )

    def unsent(self, **values):
        """Posted while sending was by hand."""
        self.company.sudo().netvisor_send_automatically = False
        move = self.invoice(**values)
        self.assertFalse(move.netvisor_state)
        return move

    def test_counts_and_queues(self):
        today = fields.Date.today()
        self.in_state("done", netvisor_key=1)
        self.in_state("blocked")
        self.in_state("cancelled")
        self.invoice()
        ready = self.unsent() | self.unsent(invoice_date=today - timedelta(days=10))
        self.unsent(invoice_date=today - timedelta(days=60))
        old = self.unsent(invoice_date=today - timedelta(days=20))
        self.invoice(post=False)
        self.company.sudo().netvisor_start_date = today - timedelta(days=15)
        wizard = self.wizard()
        self.assertEqual(wizard.ready_count, 2)
        self.assertAlmostEqual(wizard.ready_total, 251.0)
        counts = (
            wizard.sent_count,
            wizard.waiting_count,
            wizard.problem_count,
            wizard.cancelled_count,
            wizard.old_count,
        )
        self.assertEqual(counts, (1, 1, 1, 1, 1))
        wizard.action_queue()
        self.assertEqual(ready.mapped("netvisor_state"), ["todo", "todo"])
        self.assertEqual(set(ready.netvisor_document_ids.mapped("priority")), {90})
        self.assertFalse(old.netvisor_state)
        with self.assertRaisesRegex(UserError, "nothing to send"):
            self.wizard().action_queue()
        self.run_netvisor()
        self.assertEqual(set(ready.mapped("netvisor_state")), {"done"})

    def test_credit_notes_lower_the_total(self):
        self.unsent()
        self.unsent(move_type="out_refund")
        wizard = self.wizard()
        self.assertEqual((wizard.ready_count, wizard.ready_total), (2, 0.0))

    def test_slices(self):
        moves = self.unsent() | self.unsent() | self.unsent()
        module = "odoo.addons.account_netvisor.wizards.netvisor_period.SLICE"
        with self.subTest("several inserts"):
            from unittest.mock import patch

            with patch(module, 2):
                self.wizard().action_queue()
        self.assertEqual(moves.mapped("netvisor_state"), ["todo"] * 3)

    def test_form_follows_the_dates(self):
        self.unsent()
        with Form(self.env["netvisor.period"].with_user(self.bookkeeper).with_company(self.company)) as form:
            self.assertEqual(form.ready_count, 1)
            form.date_from = fields.Date.today() - timedelta(days=90)
            form.date_to = fields.Date.today() - timedelta(days=80)
            self.assertEqual(form.ready_count, 0)

    def test_only_exported_journals_of_this_company(self):
        self.unsent()
        self.journal.netvisor_export = "none"
        self.assertEqual(self.wizard().ready_count, 0)

    def test_problems_are_one_click_away(self):
        blocked = self.in_state("blocked")
        action = self.wizard().action_show_problems()
        found = self.env["netvisor.document"].search(action["domain"])
        self.assertEqual(found, self.document(blocked))

    def test_only_those_who_may(self):
        self.unsent()
        with self.assertRaises(AccessError):
            self.wizard(self.new_user("auditor", "account.group_account_readonly"))
        self.company.sudo().netvisor_mode = "disabled"
        with self.assertRaisesRegex(UserError, "not connected"):
            self.wizard().action_queue()


@tagged("post_install", "-at_install")
class TestReset(InvoiceStates):
    def wizard(self, move, user=None):
        action = move.with_user(user or self.bookkeeper).button_request_cancel()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.bookkeeper)
            .with_context(**action["context"])
            .create({})
        )

    def sent(self):
        move = self.invoice()
        self.run_netvisor()
        self.assertEqual(move.netvisor_state, "done")
        return move

    def test_says_where_it_is(self):
        move = self.sent()
        wizard = self.wizard(move)
        self.assertEqual(wizard.netvisor_key, self.remote_invoice(move)["key"])
        self.assertEqual(wizard.netvisor_number, move.netvisor_number)
        self.assertFalse(wizard.is_manager)

    def test_credit_note(self):
        move = self.sent()
        action = self.wizard(move).action_credit_note()
        reversal = self.env[action["res_model"]].with_user(self.bookkeeper).with_context(**action["context"])
        reversal = reversal.create({"journal_id": move.journal_id.id})
        self.assertEqual(reversal.move_ids, move)

    def test_bookkeeper_cannot_reset_anyway(self):
        move = self.sent()
        with self.assertRaises(AccessError):
            self.wizard(move).action_reset()
        self.assertEqual((move.state, move.netvisor_state), ("posted", "done"))

    def test_manager_resets_anyway_and_it_shows(self):
        move = self.sent()
        key = move.netvisor_key
        self.wizard(move, self.controller).action_reset()
        self.assertEqual((move.state, move.netvisor_state, move.netvisor_key), ("draft", "changed", key))

    def test_still_there(self):
        move = self.sent()
        wizard = self.wizard(move)
        action = wizard.action_check()
        self.document(move).next_try = "2020-01-01"  # a test's transaction is older than the click
        self.run_netvisor()
        self.assertIn("getsalesinvoice.nv", move.netvisor_call_ids.mapped("resource"))
        self.assertEqual(action["res_id"], wizard.id)
        self.assertTrue(wizard.checked)
        self.assertEqual(wizard.state, "done")

    def test_deleted_there_resets_freely(self):
        move = self.sent()
        wizard = self.wizard(move)
        self.sandbox_delete(move)
        wizard.action_check()
        self.document(move).next_try = "2020-01-01"  # a test's transaction is older than the click
        self.run_netvisor()
        wizard.invalidate_recordset()
        self.assertEqual(wizard.state, "deleted")
        wizard.action_reset()
        self.assertEqual(move.state, "draft")
        move.with_user(self.bookkeeper).action_post()
        self.assertEqual(move.netvisor_state, "todo")
        self.run_netvisor()
        self.assertEqual(move.netvisor_state, "done")

    def sandbox_delete(self, move):
        """Somebody deletes the invoice in Netvisor."""
        from odoo.addons.account_netvisor.netvisor import messages

        request = messages.Request("deletesalesinvoice.nv", (("invoiceid", str(move.netvisor_key)),), post_empty=True)
        client = self.company._netvisor_client()
        answer = client.call(request, transaction_id=self.env["netvisor.engine"]._new_uuid())
        client.close()
        if not answer.ok:
            self.skipTest(f"the sandbox does not delete invoices: {answer.code} {answer.text}")

    def test_in_flight(self):
        move = self.in_state("in_doubt")
        wizard = self.env["netvisor.reset"].with_user(self.controller).create({"move_id": move.id})
        with self.assertRaisesRegex(UserError, "on its way"):
            wizard.action_reset()


@tagged("post_install", "-at_install")
class TestNeverSend(InvoiceStates):
    def cancel(self, documents, user=None):
        action = documents.with_user(user or self.controller).action_cancel_dialog()
        wizard = self.env[action["res_model"]].with_user(user or self.controller).with_context(**action["context"])
        return wizard.create({"reason": "Entered in Netvisor by hand"}).action_confirm()

    def test_with_the_reason(self):
        for state in ("todo", "blocked"):
            move = self.in_state(state)
            self.cancel(self.document(move))
            self.assertEqual(move.netvisor_state, "cancelled")
            self.assertIn("Entered in Netvisor by hand", move.netvisor_problem)
            self.assertIn(self.controller.name, move.netvisor_problem)

    def test_not_once_it_left(self):
        for state, key in (("sending", 0), ("in_doubt", 0), ("done", 5), ("changed", 6), ("review", 0)):
            move = self.in_state(state, netvisor_key=key or False)
            with self.subTest(state=state), self.assertRaisesRegex(UserError, "can no longer be stopped"):
                self.cancel(self.document(move))
            self.assertEqual(move.netvisor_state, state)

    def test_only_accounting_administrators(self):
        move = self.in_state("todo")
        with self.assertRaises(AccessError):
            self.document(move).with_user(self.bookkeeper).action_cancel_dialog()
        with self.assertRaises(AccessError):
            self.document(move).with_user(self.bookkeeper)._cancel_sending("no")
        self.assertEqual(move.netvisor_state, "todo")


@tagged("post_install", "-at_install")
class TestReview(InvoiceStates):
    def review(self):
        rows = [{"key": 11, "number": "5", "label": "5, 125.50 €"}, {"key": 12, "number": "6", "label": "6, 125.50 €"}]
        move = self.in_state("review", search_values={"candidates": rows}, problems=[{"code": "several_candidates"}])
        return self.document(move).with_user(self.bookkeeper)

    def test_this_one(self):
        document = self.review()
        self.assertEqual([row["key"] for row in document.candidates], [11, 12])
        document.with_context(candidate_key=12).action_choose()
        self.assertEqual((document.state, document.netvisor_key, document.candidates), ("done", 12, False))

    def test_nothing_else_can_be_chosen(self):
        document = self.review()
        with self.assertRaises(UserError):
            document.with_context(candidate_key=13).action_choose()
        self.assertEqual(document.state, "review")

    def test_none_of_these(self):
        document = self.review()
        document.action_send_again()
        self.assertEqual(document.state, "todo")


@tagged("post_install", "-at_install")
class TestDocumentList(InvoiceStates):
    def test_problems_first_whatever_the_page(self):
        states = ["done", "blocked", "todo", "cancelled", "deleted", "in_doubt", "changed", "done", "review"]
        moves = self.env["account.move"]
        for index, state in enumerate(states):
            moves |= self.in_state(state, netvisor_key=900 + index)
        documents = self.env["netvisor.document"].with_user(self.bookkeeper)
        domain = [("move_id", "in", moves.ids)]
        order = "attention, id desc"
        pages = [documents.search(domain, order=order, limit=3, offset=offset) for offset in (0, 3, 6)]
        self.assertEqual([page.mapped("attention") for page in pages], [["1"] * 3, ["1", "2", "2"], ["3"] * 3])
        self.assertEqual(documents.search_count([*domain, ("attention", "=", "1")]), 4)
        groups = documents.web_read_group(domain, ["attention"], ["__count"])["groups"]
        self.assertEqual([(group["attention"], group["__count"]) for group in groups], [("1", 4), ("2", 2), ("3", 3)])

    def test_order_uses_the_index(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        query = self.env["netvisor.document"]._search([], order="attention, id desc", limit=80)
        self.env.cr.execute("EXPLAIN " + self.env.cr.mogrify(query.select()).decode())
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("netvisor_document_attention_idx", plan)

    def test_partner_search(self):
        move = self.invoice()
        documents = self.env["netvisor.document"].with_user(self.bookkeeper)
        found = documents.search([("partner_id", "=", self.customer.id), ("kind", "=", "sales_invoice")])
        self.assertEqual(found.move_id, move)
        self.assertIn(self.document(move), documents.search([("partner_id", "ilike", "Pihlajan")]))
