"""State lives beside the invoice, and yet invoices show it, search by it, sort and group by it, and obey it."""

import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from .common import NetvisorCommon


class InvoiceStates(NetvisorCommon):
    """Invoices with documents in given states, without sending."""

    def in_state(self, state, **values):
        """A posted invoice whose document is in this state."""
        move = self.invoice()
        self.document(move).write({"state": state, **values})
        return move

    def document(self, move):
        """Nobody may write it but the engine."""
        return super().document(move).sudo()

    @classmethod
    def new_user(cls, login, groups):
        company = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        return new_test_user(cls.env(su=True), login, groups=f"base.group_user,{groups}", **company)


@tagged("post_install", "-at_install")
class TestInvoiceState(InvoiceStates):
    def test_waiting_at_once_and_the_result_on_the_next_read(self):
        move = self.invoice().with_user(self.bookkeeper)
        self.assertEqual(move.netvisor_state, "todo")
        self.assertTrue(move.netvisor_can_retry)
        self.run_netvisor()
        self.assertEqual(move.netvisor_state, "done")
        self.assertTrue(move.netvisor_key)
        self.assertEqual(move.netvisor_number, self.document(move).netvisor_number)
        self.assertTrue(move.netvisor_sent_date)
        self.assertTrue(move.netvisor_call_ids)
        self.assertTrue(move.netvisor_can_check)
        self.assertFalse(move.netvisor_can_send or move.netvisor_can_retry)
        self.assertFalse(move.netvisor_problem or move.alerts)

    def test_nothing_where_the_journal_is_not_exported(self):
        self.journal.netvisor_export = "none"
        move = self.invoice().with_user(self.bookkeeper)
        self.assertFalse(move.netvisor_state or move.netvisor_document_id or move.netvisor_can_send)
        self.assertFalse(move.netvisor_is_exported)
        with self.assertRaisesRegex(UserError, "Nothing to send"):
            move.action_netvisor_send()
        with self.assertRaisesRegex(UserError, "Send to Netvisor first"):
            move.action_netvisor_retry()

    def test_search(self):
        none, done, blocked = self.invoice(post=False), self.in_state("done", netvisor_key=77), self.in_state("blocked")
        moves = none | done | blocked
        found = lambda *leaf: self.env["account.move"].search([("id", "in", moves.ids), leaf])  # noqa: E731
        self.assertEqual(found("netvisor_state", "=", "done"), done)
        self.assertEqual(found("netvisor_state", "in", ["done", "blocked"]), done | blocked)
        self.assertEqual(found("netvisor_state", "=", False), none)
        self.assertEqual(found("netvisor_state", "!=", False), done | blocked)
        self.assertEqual(found("netvisor_state", "!=", "done"), none | blocked)
        self.assertEqual(found("netvisor_state", "in", [False, "blocked"]), none | blocked)
        self.assertEqual(found("netvisor_state", "not in", [False, "blocked"]), done)
        self.assertEqual(found("netvisor_key", "=", 77), done)
        self.assertEqual(found("netvisor_key", ">", 76), done)
        self.assertEqual(found("netvisor_key", "=", False), none | blocked)
        number = self.document(done)
        number.netvisor_number = "900123"
        self.assertEqual(found("netvisor_number", "ilike", "0012"), done)
        self.assertEqual(found("netvisor_number", "not ilike", "0012"), none | blocked)
        self.assertEqual(found("netvisor_document_id", "=", number.id), done)
        self.assertEqual(found("netvisor_document_id", "=", False), none)
        self.assertEqual(found("netvisor_document_id.state", "=", "blocked"), blocked)

    def test_search_agrees_with_what_is_shown(self):
        """Each value, each way: the search finds exactly the moves that show it."""
        moves = self.invoice(post=False) | self.in_state("done") | self.in_state("blocked") | self.in_state("todo")
        for value in (False, "done", "blocked", "todo", "deleted"):
            for operator in ("=", "!=", "in", "not in"):
                with self.subTest(value=value, operator=operator):
                    leaf = Domain("netvisor_state", operator, value if "in" not in operator else [value])
                    self.assertEqual(moves.search(Domain("id", "in", moves.ids) & leaf), moves.filtered_domain(leaf))

    def test_sort_and_group(self):
        moves = self.in_state("todo") | self.in_state("blocked") | self.in_state("done") | self.in_state("todo")
        description = moves.fields_get(["netvisor_state", "netvisor_key", "netvisor_number"])
        for name in description:
            self.assertTrue(description[name]["sortable"], name)
            self.assertTrue(description[name]["searchable"], name)
        self.assertTrue(description["netvisor_state"]["groupable"])
        domain = [("id", "in", moves.ids)]
        moves = moves.with_user(self.bookkeeper)
        self.assertEqual(
            moves.search(domain, order="netvisor_state, id").mapped("netvisor_state"),
            ["blocked", "done", "todo", "todo"],
        )
        self.assertEqual(moves.search(domain, order="netvisor_state desc", limit=1).netvisor_state, "todo")
        groups = moves.web_read_group(domain, ["netvisor_state"], ["__count"])["groups"]
        self.assertEqual(
            {group["netvisor_state"]: group["__count"] for group in groups}, {"blocked": 1, "done": 1, "todo": 2}
        )
        for group in groups:  # what opening a group would find
            domain_of_group = Domain(domain) & Domain(group["__extra_domain"])
            self.assertEqual(moves.search_count(domain_of_group), group["__count"])
        groups = moves.web_read_group(domain, ["invoice_date:month", "netvisor_state"], ["amount_total_signed:sum"])
        self.assertTrue(groups["groups"])

    def test_list_costs_few_queries(self):
        moves = self.env["account.move"]
        for state in ("done", "blocked", "todo"):
            moves |= self.in_state(state)
        specification = {"name": {}, "netvisor_state": {}, "netvisor_number": {}}
        moves.env.flush_all()
        moves.env.invalidate_all()
        domain = [("id", "in", moves.ids), ("netvisor_state", "in", ["done", "blocked", "todo"])]
        moves.web_search_read(domain, specification, order="netvisor_state")  # caches of rules and groups
        moves.env.invalidate_all()
        with self.assertQueryCount(4):
            moves.web_search_read(domain, specification, order="netvisor_state")

    def test_server_actions(self):
        self.company.sudo().netvisor_send_automatically = False
        moves = self.invoice() | self.invoice()

        def run(name, user):
            context = {"active_model": "account.move", "active_ids": moves.ids}
            action = self.env.ref(f"account_netvisor.action_move_netvisor_{name}").with_user(user)
            return action.with_context(**context).run()

        auditor = self.new_user("auditor", "account.group_account_readonly")
        for name in ("send", "check", "retry"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                run(name, auditor)
        self.assertEqual(run("send", self.bookkeeper)["params"]["type"], "info")
        self.assertEqual(moves.mapped("netvisor_state"), ["todo", "todo"])
        self.assertEqual(set(moves.netvisor_document_ids.mapped("priority")), {10})
        self.run_netvisor()
        self.assertEqual(run("check", self.bookkeeper)["params"]["type"], "success")
        moves.netvisor_document_ids.sudo().write({"state": "blocked", "netvisor_key": False})
        run("retry", self.bookkeeper)
        self.assertEqual(moves.mapped("netvisor_state"), ["todo", "todo"])

    def test_only_those_who_may(self):
        move = self.invoice()
        auditor = self.new_user("auditor", "account.group_account_readonly")
        self.assertEqual(move.with_user(auditor).netvisor_state, "todo")
        for method in ("action_netvisor_send", "action_netvisor_check", "action_netvisor_retry"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(move.with_user(auditor), method)()
        for method in (
            "action_retry",
            "action_check",
            "action_send_again",
            "action_choose",
            "action_finnish_reference",
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(self.document(move).with_user(auditor), method)()
        calls = self.env["netvisor.call"].with_user(auditor).fields_get()
        self.assertFalse({"request", "answer"} & set(calls))

    def test_screens_are_empty_where_nothing_is_connected(self):
        def arch(view_type):
            return self.env["account.move"].with_user(self.bookkeeper).get_view(view_type=view_type)["arch"]

        def actions():
            options = {"toolbar": True}
            views = self.env["account.move"].with_user(self.bookkeeper).get_views([[False, "list"]], options)
            return [action["name"] for action in views["views"]["list"]["toolbar"].get("action", [])]

        self.assertIn("netvisor_state", arch("list"))
        self.assertIn("netvisor_state", arch("search"))
        self.assertIn("Send to Netvisor", actions())
        self.env["res.company"].sudo().search([]).netvisor_mode = "disabled"
        self.assertNotIn("netvisor_", arch("list"))
        self.assertNotIn("netvisor_", arch("search"))
        self.assertNotIn("Send to Netvisor", actions())


@tagged("post_install", "-at_install")
class TestTakingBack(InvoiceStates):
    def test_refused_while_in_flight(self):
        for state in ("sending", "in_doubt", "review"):
            move = self.in_state(state).with_user(self.bookkeeper)
            with self.subTest(state=state):
                for method in ("button_draft", "button_cancel", "button_request_cancel"):
                    with self.assertRaises(UserError):
                        getattr(move, method)()
                self.assertEqual(move.state, "posted")

    def test_free_before_sending(self):
        for state in ("todo", "claimed", "blocked"):
            move = self.in_state(state).with_user(self.bookkeeper)
            with self.subTest(state=state):
                move.button_draft()
                self.assertEqual((move.state, move.netvisor_state), ("draft", "cancelled"))
                move.action_post()
                self.assertEqual(move.netvisor_state, "todo")

    def test_sent_invoice_asks_first(self):
        move = self.in_state("done", netvisor_key=5).with_user(self.bookkeeper)
        self.assertTrue(move.need_cancel_request)
        self.assertFalse(move.show_reset_to_draft_button)
        with self.assertRaises(UserError):
            move.button_draft()
        self.assertEqual(move.button_request_cancel()["res_model"], "netvisor.reset")

    def test_context_alone_does_not_open_the_door(self):
        move = self.in_state("done", netvisor_key=5).with_user(self.bookkeeper)
        with self.assertRaises(UserError):
            move.with_context(netvisor_reset=True).button_draft()
        self.assertEqual(move.state, "posted")

    def test_what_a_person_stopped_is_not_queued_by_posting_again(self):
        move = self.in_state("blocked").with_user(self.bookkeeper)
        self.document(move).with_user(self.controller)._cancel_sending("entered by hand")
        move.button_draft()
        move.action_post()
        self.assertEqual(move.netvisor_state, "cancelled")
        self.assertIn("entered by hand", move.netvisor_problem)
        move.action_netvisor_send()
        self.assertEqual(move.netvisor_state, "todo")


@tagged("post_install", "-at_install")
class TestWarnings(InvoiceStates):
    def alert(self, **values):
        move = self.invoice()
        self.document(move).write(values)
        return move.with_user(self.bookkeeper).alerts

    def test_problem_with_its_remedy(self):
        problem = {"code": "reference_invalid", "values": {"name": "INV/1", "reference": "abc"}}
        move = self.invoice(payment_reference="abc")
        self.document(move).write({"state": "blocked", "problems": [problem], "message": "ERROR :: no"})
        alert = move.with_user(self.bookkeeper).alerts["netvisor_problem_0"]
        self.assertEqual(alert["level"], "danger")
        self.assertIn("abc", alert["message"])
        self.assertIn("Netvisor says: “ERROR :: no”", alert["message"])
        model, method, ids = alert["action_call"]
        getattr(self.env[model].with_user(self.bookkeeper).browse(ids), method)()
        self.assertNotEqual(move.payment_reference, "abc")
        self.assertEqual(move.netvisor_state, "todo")

    def test_states_that_speak_for_themselves(self):
        self.assertEqual(self.alert(state="in_doubt")["netvisor_state"]["level"], "info")
        self.assertEqual(self.alert(state="changed", netvisor_key=1)["netvisor_state"]["level"], "warning")
        deleted = self.alert(state="deleted", netvisor_key=2)["netvisor_state"]
        self.assertEqual(deleted["action_call"][1], "action_netvisor_send")
        self.assertFalse(self.alert(state="done", netvisor_key=3))

    def test_pause_is_told_where_it_is_waited_for(self):
        self.company._netvisor_pause("authentication", "AUTHENTICATION_FAILED :: no")
        alerts = self.alert(state="todo")
        [pause] = [row for key, row in alerts.items() if key.startswith("netvisor_pause")]
        self.assertIn("does not accept the credentials", pause["message"])
        self.assertIn("AUTHENTICATION_FAILED", pause["message"])
        self.assertNotIn("action_call", pause)
        self.assertEqual(
            self.env["netvisor.document"].with_user(self.bookkeeper).netvisor_banner().keys(), alerts.keys()
        )

    def test_a_note_is_no_problem(self):
        note = {"code": "text_cut", "values": {"field": "Name", "limit": "50"}, "level": "warning"}
        move = self.in_state("done", netvisor_key=9, problems=[note]).with_user(self.bookkeeper)
        self.assertFalse(move.netvisor_problem)
        self.assertIn("Name", move.netvisor_warning)

    def test_delivered_twice(self):
        """Netvisor delivers: sending the same invoice by e-mail from Odoo is stopped."""
        self.company.sudo().netvisor_delivery = "netvisor"
        move = self.invoice()
        send = self.env["account.move.send.wizard"].with_user(self.bookkeeper)
        wizard = send.with_context(active_model="account.move", active_ids=move.ids).create({})
        wizard.sending_methods = ["email"]
        self.assertEqual(wizard.alerts["account_netvisor_delivers"]["level"], "danger")
        with self.assertRaisesRegex(UserError, "twice"):
            wizard.action_send_and_print()
        wizard.sending_methods = ["manual"]
        self.assertNotIn("account_netvisor_delivers", wizard.alerts or {})
        wizard.sending_methods = ["email"]
        self.journal.netvisor_status = "open"
        wizard.invalidate_recordset()
        self.assertNotIn("account_netvisor_delivers", wizard.alerts or {})
        self.journal.netvisor_status = False
        self.document(move).with_user(self.controller)._cancel_sending("sent from Odoo")
        wizard.invalidate_recordset()
        self.assertNotIn("account_netvisor_delivers", wizard.alerts or {})

    def test_dashboard(self):
        self.in_state("blocked")
        self.in_state("changed", netvisor_key=4)
        self.in_state("done", netvisor_key=5)
        self.invoice()
        data = json.loads(self.journal.with_user(self.bookkeeper).kanban_dashboard)
        self.assertEqual((data["netvisor_problems"], data["netvisor_waiting"]), (2, 1))
        self.journal.netvisor_export = "none"
        self.journal.invalidate_recordset()
        data = json.loads(self.journal.with_user(self.bookkeeper).kanban_dashboard)
        self.assertNotIn("netvisor_problems", data)


@tagged("post_install", "-at_install")
class TestActivities(InvoiceStates):
    def activities(self, moves):
        return self.env["mail.activity"].search(
            [("res_model", "=", "account.move"), ("res_id", "in", moves.ids), ("automated", "=", True)]
        )

    def test_one_and_gone_when_solved(self):
        move = self.in_state("blocked", problems=[{"code": "no_address", "values": {"customer": "Pihla"}}])
        move.invoice_user_id = self.bookkeeper
        document = self.document(move)
        document._sync_activities()
        document._sync_activities()
        [activity] = self.activities(move)
        self.assertEqual(activity.user_id, self.bookkeeper)
        self.assertIn("Pihla has no address", activity.summary)
        document.write({"problems": [{"code": "vat_code_missing", "values": {"tax": "25,5"}}]})
        document._sync_activities()
        self.assertIn("Tax 25,5", self.activities(move).summary)
        document.state = "done"
        document._sync_activities()
        self.assertFalse(self.activities(move))

    def test_made_and_ended_by_the_job(self):
        move = self.invoice(payment_reference="Thank you")
        good = self.invoice()
        self.run_netvisor()
        self.assertIn("reference", self.activities(move | good).summary)
        self.document(move).with_user(self.bookkeeper).action_finnish_reference()
        self.run_netvisor()
        self.assertEqual(move.netvisor_state, "done")
        self.assertFalse(self.activities(move))

    def test_gone_with_reset_and_with_do_not_send(self):
        moves = self.in_state("blocked") | self.in_state("blocked")
        documents = moves.netvisor_document_ids.sudo()
        documents._sync_activities()
        self.assertEqual(len(self.activities(moves)), 2)
        moves[0].with_user(self.bookkeeper).button_draft()
        documents[1].with_user(self.controller)._cancel_sending("no")
        self.assertFalse(self.activities(moves))

    def test_for_somebody_who_may_see_it(self):
        seller = self.new_user("seller", "base.group_user")
        move = self.in_state("review")
        move.invoice_user_id = seller
        self.document(move)._sync_activities()
        user = self.activities(move).user_id
        self.assertNotEqual(user, seller)
        self.assertTrue(user.has_group("account.group_account_invoice"))

    def test_cheap(self):
        moves = self.env["account.move"]
        for _index in range(6):
            moves |= self.in_state("blocked", problems=[{"code": "internal", "values": {"error": "x"}}])
        documents = moves.netvisor_document_ids.sudo()
        documents[0]._sync_activities()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        documents[1:3]._sync_activities()
        self.env.flush_all()
        two = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        documents._sync_activities()  # three more
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - before, two + 6)
