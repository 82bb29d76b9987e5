import csv

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from .common import OTHER_ORGANISATION, NetvisorCommon

STATES = (
    "netvisor.document",
    "netvisor.binding",
    "netvisor.call",
    "netvisor.feed",
    "netvisor.account",
    "netvisor.accounting.period",
)
KEYS = ("netvisor_customer_key", "netvisor_partner_key", "netvisor_database")
PAYLOADS = ("request", "answer")


@tagged("post_install", "-at_install")
class TestSecurity(NetvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = cls.env(su=True)
        cls.other_company = admin["res.company"].create(
            {"name": "Toinen Oy", "currency_id": cls.env.ref("base.EUR").id}
        )
        cls.connect(cls.other_company, OTHER_ORGANISATION, netvisor_customer_key="SECRET-OF-THE-OTHER")
        cls.plain = cls.new_user("plain", "base.group_user", cls.company)
        cls.auditor = cls.new_user("auditor", "base.group_user,account.group_account_readonly", cls.company)
        cls.stranger = cls.new_user("stranger", "base.group_user,account.group_account_invoice", cls.other_company)
        cls.administrator = cls.new_user("system", "base.group_user,base.group_system", cls.company)

    @classmethod
    def new_user(cls, login, groups, company):
        return new_test_user(
            cls.env(su=True), login, groups=groups, company_id=company.id, company_ids=[Command.set(company.ids)]
        )

    def sent(self):
        """An invoice in Netvisor, with everything that leaves behind."""
        move = self.invoice()
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "done", self.document(move).problem)
        return move

    def visible(self, model, user):
        return self.env[model].with_user(user).with_context(active_test=False).search([])

    # --- groups -----------------------------------------------------------------------------------------------------
    def test_bookkeepers_read_states_but_neither_keys_nor_payloads(self):
        move = self.sent()
        document = self.document(move).with_user(self.bookkeeper)
        self.assertEqual(document.state, "done")
        call = document.call_ids[:1]
        self.assertEqual(call.outcome, "ok")
        for name in PAYLOADS:
            with self.subTest(field=name), self.assertRaises(AccessError):
                call.read([name])
        for user in (self.bookkeeper, self.controller, self.auditor, self.plain):
            for name in KEYS:
                with self.subTest(user=user.login, field=name), self.assertRaises(AccessError):
                    self.company.with_user(user).read([name])

    def test_a_key_cannot_be_found_by_searching(self):
        for user in (self.bookkeeper, self.controller):
            with self.assertRaises(AccessError):
                self.env["res.company"].with_user(user).search([("netvisor_customer_key", "like", "5A%")])

    def test_auditors_read_and_cannot_do_anything(self):
        move = self.sent()
        document = self.document(move).with_user(self.auditor)
        self.assertEqual(document.state, "done")
        self.assertTrue(document.call_ids)
        with self.assertRaises(AccessError):
            document.action_retry()

    def test_plain_users_see_nothing(self):
        self.sent()
        for model in STATES:
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.visible(model, self.plain)

    def test_administrators_see_payloads(self):
        move = self.sent()
        call = self.document(move).with_user(self.administrator).call_ids[:1]
        self.assertTrue(call.answer)
        self.assertEqual(self.company.with_user(self.administrator).netvisor_sender, self.company.netvisor_sender)

    def test_secrets_reach_no_log(self):
        self.sent()
        company = self.company.sudo()
        for call in self.env["netvisor.call"].sudo().search([]):
            text = " ".join(str(call[name]) for name in ("url", "message", "request", "answer"))
            self.assertNotIn(company.netvisor_customer_key, text)
            self.assertNotIn(company.netvisor_partner_key, text)

    def test_nobody_writes_by_hand(self):
        """State is what happened; only the engine writes it."""
        self.sent()
        for model in STATES:
            for user in (self.bookkeeper, self.controller, self.administrator):
                for operation in ("write", "create", "unlink"):
                    with self.subTest(model=model, user=user.login, operation=operation):
                        self.assertFalse(self.env[model].with_user(user).has_access(operation))

    # --- companies --------------------------------------------------------------------------------------------------
    def test_two_companies_never_see_each_other(self):
        self.sent()
        for model in STATES:
            with self.subTest(model=model):
                self.assertTrue(self.visible(model, self.bookkeeper))
                self.assertFalse(self.visible(model, self.stranger))
        with self.assertRaises(AccessError):
            self.company.with_user(self.stranger).read(["netvisor_sender"])

    def test_a_branch_sees_shared_customers_but_not_the_invoices_of_its_head_office(self):
        self.sent()
        branch = self.env["res.company"].sudo().create({"name": "Turku", "parent_id": self.company.id})
        clerk = self.new_user("clerk", "base.group_user,account.group_account_invoice", branch)
        documents = self.visible("netvisor.document", clerk)
        self.assertEqual(set(documents.mapped("kind")), {"customer", "product"})
        calls = self.visible("netvisor.call", clerk)
        self.assertNotIn("sales_invoice", calls.document_id.mapped("kind"))
        self.assertTrue(self.visible("netvisor.account", clerk))

    def test_each_company_signs_with_its_own_keys(self):
        ours, theirs = self.company._netvisor_credentials(), self.other_company._netvisor_credentials()
        self.assertEqual(theirs.customer_key, "SECRET-OF-THE-OTHER")
        self.assertNotEqual(ours.customer_key, theirs.customer_key)
        self.assertNotEqual(ours.organisation_id, theirs.organisation_id)

    # --- public methods ---------------------------------------------------------------------------------------------
    def test_every_public_method_of_ours_checks_the_group(self):
        """Everything without an underscore can be called from outside."""
        company = self.company
        calls = {
            "test": (company.with_user(self.controller), "action_netvisor_test"),
            "right database": (company.with_user(self.controller), "action_netvisor_right_database"),
            "resume": (company.with_user(self.controller), "action_netvisor_resume"),
            "references": (company.with_user(self.bookkeeper), "action_netvisor_finnish_references"),
            "prefixes": (company.with_user(self.bookkeeper), "action_netvisor_propose_prefixes"),
            "codes": (company.with_user(self.bookkeeper), "action_netvisor_propose_codes"),
            "tax": (self.tax(25.5).with_user(self.bookkeeper), "action_netvisor_propose_codes"),
            "accounts": (self.env["netvisor.account"].with_user(self.plain), "action_read_again"),
            "periods": (self.env["netvisor.accounting.period"].with_user(self.auditor), "action_read_again"),
            "document": (self.env["netvisor.document"].with_user(self.plain), "action_retry"),
        }
        for name, (record, method) in calls.items():
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(record, method)()

    def test_another_companys_settings_are_out_of_reach(self):
        for method in (
            "action_netvisor_finnish_references",
            "action_netvisor_propose_prefixes",
            "action_netvisor_propose_codes",
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(self.other_company.with_user(self.controller), method)()

    def test_every_model_has_access_rules(self):
        with file_open("account_netvisor/security/ir.model.access.csv") as source:
            models = {row["model_id:id"] for row in csv.DictReader(source)}
        for model in self.env["ir.model"].sudo().search([("model", "=like", "netvisor.%"), ("abstract", "=", False)]):
            with self.subTest(model=model.model):
                self.assertIn(f"model_{model.model.replace('.', '_')}", {name.rpartition(".")[2] for name in models})
