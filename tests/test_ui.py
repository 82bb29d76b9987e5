"""The screens in a real browser, by a bookkeeper without administrator's rights."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .test_account_move import InvoiceStates


@tagged("post_install", "-at_install")
class TestScreens(InvoiceStates, HttpCase):
    # Buttons in the browser queue; the test runs the job itself, as the scheduler would.

    def run_netvisor(self, company=None):
        """The browser's requests and the job already share the test's cursor."""
        return (company or self.company)._netvisor_run()

    def browse(self, path, tour, user=None):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", tour, login=(user or self.bookkeeper).login, timeout=120)
        self.env.invalidate_all()

    def test_post_then_done(self):
        move = self.invoice(post=False)
        path = f"customer-invoices/{move.id}"
        self.browse(path, "netvisor_post")
        self.assertEqual((move.state, move.netvisor_state), ("posted", "todo"))
        self.run_netvisor()
        self.browse(path, "netvisor_done")
        self.assertEqual(move.state, "posted")

    def test_problem_and_remedy(self):
        move = self.invoice(payment_reference="Thank you")
        self.run_netvisor()
        self.assertEqual(move.netvisor_state, "blocked")
        waiting = self.invoice()
        self.browse("customer-invoices", "netvisor_list")
        self.browse(f"customer-invoices/{move.id}", "netvisor_remedy")
        self.assertEqual(move.netvisor_state, "todo")
        self.run_netvisor()
        self.assertEqual({move.netvisor_state, waiting.netvisor_state}, {"done"})

    def test_documents(self):
        move = self.invoice(payment_reference="Thank you")
        self.run_netvisor()
        self.invoice()
        self.company._netvisor_pause("authentication", "AUTHENTICATION_FAILED :: no")
        self.browse("netvisor", "netvisor_documents")
        self.assertEqual(move.netvisor_state, "todo")

    def test_review(self):
        rows = [{"key": 11, "number": "5", "label": "5, 125.50"}, {"key": 12, "number": "6", "label": "6, 125.50"}]
        move = self.in_state("review", search_values={"candidates": rows}, problems=[{"code": "several_candidates"}])
        self.browse(f"netvisor/{self.document(move).id}", "netvisor_review")
        self.assertEqual((move.netvisor_state, move.netvisor_key), ("done", 12))

    def test_do_not_send(self):
        move = self.invoice()
        self.browse(f"netvisor/{self.document(move).id}", "netvisor_do_not_send", self.controller)
        self.assertEqual(move.netvisor_state, "cancelled")

    def test_period(self):
        self.company.sudo().netvisor_send_automatically = False
        moves = self.invoice() | self.invoice()
        action = self.env.ref("account_netvisor.netvisor_period_action").id
        self.browse(f"action-{action}", "netvisor_period")
        self.assertEqual(moves.mapped("netvisor_state"), ["todo", "todo"])

    def test_connection(self):
        """In the settings, by a system administrator: what works, and what Netvisor says when it does not."""
        administrator = new_test_user(
            self.env(su=True),
            "administrator",
            groups="base.group_user,base.group_system,account.group_account_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        # Odoo's test companies have cash basis taxes, over which its settings page stumbles when it is saved.
        cash_basis = self.env["account.tax"].sudo().with_context(active_test=False)
        cash_basis.search([("tax_exigibility", "=", "on_payment")]).tax_exigibility = "on_invoice"
        self.browse("settings", "netvisor_connection_works", administrator)
        self.company.sudo().netvisor_partner_key = "wrong"
        self.browse("settings", "netvisor_connection_fails", administrator)
