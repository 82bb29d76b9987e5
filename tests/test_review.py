"""What reviews have found: every test here failed before the matter was mended."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from odoo.addons.account_netvisor.models import netvisor_queue as queue

from .customer_common import CustomerCase

HIDDEN = ("netvisor_state", "netvisor_key", "netvisor_number", "netvisor_remote_status")


@tagged("post_install", "-at_install")
class TestFindings(CustomerCase):
    @classmethod
    def new_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env(su=True), login, groups=groups, company_id=company.id, company_ids=[Command.set(company.ids)]
        )

    def sent(self):
        move = self.invoice()
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "done", self.document(move).problem)
        return move

    def again(self, document):
        # PostgreSQL's clock stands still in a test's transaction: a moment ago is still to come.
        document.sudo().next_try = "2020-01-01"
        self.run_netvisor()

    def activities(self, move):
        kind = self.env.ref("account_netvisor.mail_activity_problem")
        domain = [("res_model", "=", "account.move"), ("res_id", "=", move.id), ("activity_type_id", "=", kind.id)]
        return self.env["mail.activity"].sudo().search(domain)

    # --- what a person has decided -----------------------------------------------------------------------------------
    def test_neither_checking_nor_trying_again_sends_what_is_not_to_be_sent(self):
        move = self.invoice()
        self.document(move).with_user(self.controller)._cancel_sending("test")
        for method in ("action_netvisor_check", "action_netvisor_retry"):
            with self.subTest(method=method):
                getattr(move.with_user(self.bookkeeper), method)()
                self.run_netvisor()
                self.assertEqual(self.document(move).state, "cancelled")
        move.with_user(self.bookkeeper).action_netvisor_send()
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "done")

    def test_checking_sends_nothing(self):
        move = self.invoice(payment_reference="ei viite")
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "blocked")
        self.document(move).with_user(self.bookkeeper).action_check()
        self.assertEqual(self.document(move).state, "blocked")

    def test_words_after_a_button(self):
        documents = self.document(self.sent()) | self.document(self.invoice())
        documents[0].sudo().state = "in_doubt"
        documents[1].sudo().state = "cancelled"
        self.assertEqual(documents[0]._notification()["params"]["type"], "info", "nobody knows yet")
        self.assertIn("0 in", documents[1]._notification()["params"]["message"])

    def test_testing_the_connection_does_not_end_a_pause_for_a_person(self):
        administrator = self.new_user("system", "base.group_user,base.group_system")
        self.company.sudo()._netvisor_pause("total_differs", "INV/1: 1.00, 1.01")
        with self.enter_registry_test_mode():
            self.company.with_user(administrator).action_netvisor_test()
        self.assertEqual(self.company.sudo().netvisor_pause_code, "total_differs")
        self.company.sudo()._netvisor_pause("authentication", "AUTHENTICATION_FAILED")
        with self.enter_registry_test_mode():
            self.company.with_user(administrator).action_netvisor_test()
        self.assertFalse(self.company.sudo().netvisor_pause_code, "it works again")

    def test_another_setting_does_not_bless_a_copy(self):
        administrator = self.new_user("system", "base.group_user,base.group_system")
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "00000000-aaaa-bbbb-cccc-000000000000")
        self.company.with_user(administrator).netvisor_language = "SE"
        self.assertFalse(self.company._netvisor_check_database())
        self.company.with_user(administrator).netvisor_language = "FI"
        self.assertEqual(self.company.sudo().netvisor_pause_code, "copied_database")

    def test_a_neutralised_copy_of_real_books_may_try_the_sandbox(self):
        company = self.company.sudo()
        move = self.sent()
        company.write({"netvisor_mode": "disabled"})
        company.netvisor_environment = f"production|{company.netvisor_organisation_id}"
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.connect(company, company.netvisor_organisation_id)
        self.env.flush_all()
        with file_open("account_netvisor/data/neutralize.sql") as source:
            self.env.cr.execute(source.read())
        self.env.invalidate_all()
        self.connect(company, company.netvisor_organisation_id)
        self.assertFalse(self.document(move), "keys of the real books are forgotten")

    # --- who may know ------------------------------------------------------------------------------------------------
    def test_keys_and_payloads_cannot_be_found_through_documents(self):
        move = self.sent()
        start = self.company.sudo().netvisor_customer_key[:3] + "%"
        domains = [
            [("netvisor_document_id", "any", [("company_id.netvisor_customer_key", "=like", start)])],
            [("netvisor_document_id.company_id.netvisor_customer_key", "=like", start)],
            [("netvisor_document_id.call_ids.request", "ilike", "root")],
            [("netvisor_document_ids.call_ids.request", "ilike", "root")],
            [("netvisor_call_ids", "any", [("request", "ilike", "root")])],
            [("netvisor_call_ids.request", "ilike", "root")],
            [("netvisor_call_ids.company_id.netvisor_customer_key", "=like", start)],
        ]
        auditor = self.new_user("auditor", "base.group_user,account.group_account_readonly")
        for user in (self.bookkeeper, self.controller, auditor):
            moves = self.env["account.move"].with_user(user)
            for domain in domains:
                with self.subTest(user=user.login, domain=domain), self.assertRaises(AccessError):
                    moves.search(domain)
            self.assertIn(move, moves.search([("netvisor_document_id.state", "=", "done")]))
            self.assertIn(move, moves.search([("netvisor_document_id", "!=", False)]))

    def test_portal_users_learn_nothing(self):
        move = self.sent()
        portal = self.new_user("portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        move.message_subscribe(portal.partner_id.ids)
        mine = self.env["account.move"].with_user(portal).browse(move.id)
        domain = [("id", "=", move.id)]
        self.assertEqual(mine.search(domain), mine)
        for name in HIDDEN:
            with self.subTest(read=name), self.assertRaises(AccessError):
                mine.read([name])
            with self.subTest(group_by=name), self.assertRaises(AccessError):
                mine.formatted_read_group(domain, [name], ["__count"])
            with self.subTest(order=name), self.assertRaises(AccessError):
                mine.search(domain, order=name)
        mine.read([name for name, field in mine._fields.items() if name.startswith("netvisor_") and not field.groups])
        company = self.company.with_user(portal)
        for name in ("netvisor_sender", "netvisor_customer_id", "netvisor_partner_id", "netvisor_pause_text"):
            with self.subTest(company=name), self.assertRaises(AccessError):
                company.read([name])

    # --- nobody is left in the dark ----------------------------------------------------------------------------------
    def test_activity_when_it_is_gone_in_netvisor(self):
        move = self.sent()
        document = self.document(move)
        self.sandbox.request("deletesalesinvoice.nv", f"invoiceid={document.netvisor_key}")
        document.with_user(self.bookkeeper).action_check()
        self.again(document)
        self.assertEqual(document.state, "deleted")
        self.assertTrue(self.activities(move))

    def test_activity_when_a_look_up_needs_a_person(self):
        """The answer was lost in one run, and another invoice of that number is found in a later one."""
        move = self.sent()
        document = self.document(move).sudo()
        search = {**document.search_values, "marker": "Odoo INV x", "date": "2020-01-01"}
        document.write({"state": "in_doubt", "outcome": "duplicate", "netvisor_key": 0, "search_values": search})
        self.run_netvisor()
        self.assertIn(document.state, ("blocked", "review"))
        self.assertTrue(self.activities(move))

    def test_words_of_an_activity_are_words(self):
        """Netvisor's words and names are text, not HTML, and keep their lines."""
        move = self.invoice()
        problem = {"code": "needs", "values": {"name": "A <b>& B</b>", "problem": "x"}}
        self.document(move).sudo().write({"state": "blocked", "problems": [problem], "message": "rivi <1>\nrivi 2"})
        self.document(move)._sync_activities()
        note = self.activities(move).note
        self.assertIn("rivi &lt;1&gt;<br", note)

    def test_all_that_is_to_be_checked_is_checked_in_one_run(self):
        moves = [self.sent() for _index in range(3)]
        for move in moves:
            self.document(move).sudo().write({"next_try": "2020-01-01", "remote_status": False})
        with patch.object(queue.due, "__defaults__", (1, None)):
            self.run_netvisor()
        self.assertEqual({self.document(move).remote_status for move in moves}, {"open"})

    def test_a_wave_is_never_larger_than_asked(self):
        """Whatever plan PostgreSQL chooses: the first invoice goes alone until its total is read back."""
        for _index in range(3):
            self.invoice()
        self.env.flush_all()
        for setting in ("hashjoin", "mergejoin", "hashagg", "material", "sort", "bitmapscan"):
            self.env.cr.execute(f"SET LOCAL enable_{setting} = off")
        self.assertEqual(len(queue.claim(self.env.cr, self.company.id, 1)), 1)

    # --- copies and branches -----------------------------------------------------------------------------------------
    def test_copies(self):
        self.customer.netvisor_customer_code = "N1"
        self.assertFalse(self.customer.copy().netvisor_customer_code)
        self.journal.sudo().write({"netvisor_number_prefix": False, "netvisor_refund_prefix": "1"})
        copies = self.journal.sudo().copy() | self.journal.sudo().copy()
        self.assertEqual(set(copies.mapped("netvisor_export")), {"sales_invoice"}, "each with series of its own")

    def test_a_branch_with_users_of_its_own(self):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Turku", "parent_id": self.company.id, "country_id": self.finland.id})
        )
        clerk = self.new_user("clerk", "base.group_user,account.group_account_manager", branch)
        env = self.env(user=clerk)
        journal = env["account.journal"].create(
            {
                "name": "Turku",
                "code": "TKU",
                "type": "sale",
                "company_id": branch.id,
                "netvisor_export": "sales_invoice",
            }
        )
        journal.write({"netvisor_refund_prefix": "77", "invoice_reference_model": "fi"})
        journal.read()
        receivable = self.company_data["default_account_receivable"].id
        self.customer.with_company(branch).property_account_receivable_id = receivable
        move = (
            env["account.move"]
            .with_company(branch)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2026-02-02",
                    "journal_id": journal.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Työ",
                                "price_unit": 10,
                                "account_id": self.income_account.id,
                                "tax_ids": [Command.set(self.tax(25.5).ids)],
                            }
                        )
                    ],
                }
            )
        )
        move.action_post()
        self.assertEqual(move.company_id, branch)
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "done", self.document(move).problem)
        move.read()
        move.netvisor_document_id.read()
        env["netvisor.period"].with_company(branch).create({}).read()
        self.assertIsInstance(branch.with_user(clerk)._netvisor_checks(), dict)

    # --- what is switched off is not sent ----------------------------------------------------------------------------
    def test_a_journal_that_is_no_longer_exported_sends_nothing_that_waits(self):
        for values in ({"netvisor_export": "none"}, {}):
            with self.subTest(**values):
                move = self.invoice()
                self.journal.write(values)
                self.company.sudo().netvisor_start_date = False if values else "2099-01-01"
                self.run_netvisor()
                document = self.document(move)
                self.assertEqual(document.state, "cancelled")
                self.assertIn(self.journal.name, document.problem)
                self.journal.netvisor_export = "sales_invoice"
                self.company.sudo().netvisor_start_date = False
                move.with_user(self.bookkeeper).action_netvisor_send()
                self.run_netvisor()
                self.assertEqual(document.state, "done", document.problem)

    def test_switching_a_journal_off_changes_nothing_that_was_sent(self):
        move = self.sent()
        self.journal.netvisor_export = "none"
        move.ref = "muu viite"
        self.env.cr.precommit.run()
        self.assertEqual(self.document(move).state, "done")

    def test_what_was_corrected_in_netvisor_too_is_settled(self):
        move = self.sent()
        move.ref = "muu viite"
        self.env.cr.precommit.run()
        document = self.document(move)
        self.assertEqual(document.state, "changed")
        with self.assertRaises(AccessError):
            document.with_user(self.bookkeeper).action_settle()
        document.with_user(self.controller).action_settle()
        self.assertEqual(document.state, "done")
        move.narration = "lisäys"
        self.env.cr.precommit.run()
        self.assertEqual(document.state, "changed", "later changes are seen again")
        with self.assertRaises(UserError):
            self.document(self.sent()).with_user(self.controller).action_settle()

    def test_a_message_that_fails_does_not_cost_the_match(self):
        move = self.sent()
        note = move._reverse_moves([{"invoice_date": move.invoice_date}])
        note.action_post()
        kind = type(self.env["netvisor.kind.sales_invoice"])
        logger = "odoo.addons.account_netvisor.models.kind_sales_invoice"
        with patch.object(kind, "_log_arrival", side_effect=ValueError("chatter")), self.assertLogs(logger, "ERROR"):
            self.run_netvisor()
        self.run_netvisor()
        self.assertEqual(len(self.remote()["matches"]), 1)

    def test_keys_may_be_kept_outside_the_database(self):
        self.company.sudo().netvisor_partner_key = False
        self.assertEqual(len(self.company._netvisor_missing_credentials()), 1)
        company = type(self.env["res.company"])
        plain = company._netvisor_credential_values
        outside = patch.object(
            company, "_netvisor_credential_values", lambda record: {**plain(record), "partner_key": "elsewhere"}
        )
        with outside:
            self.assertFalse(self.company._netvisor_missing_credentials())
            self.assertEqual(self.company._netvisor_credentials().partner_key, "elsewhere")
