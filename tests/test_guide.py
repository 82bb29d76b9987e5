"""The guided connection: each step is done by facts, opens again by facts, and knows how many invoices wait for it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.account_netvisor.models.netvisor_guide_waiting import STEP_OF, step_of
from odoo.addons.account_netvisor.models.netvisor_problem import PROBLEMS
from odoo.addons.account_netvisor.models.res_company import SANDBOX_CREDENTIALS
from odoo.addons.account_netvisor.models.res_company_guide import STEPS

from .common import ORGANISATION, OTHER_ORGANISATION
from .test_connection import ConnectionCommon


class GuideCommon(ConnectionCommon):
    def guide(self, company=None):
        """:return: dict key → Step"""
        self.env.invalidate_all()
        return {step.key: step for step in (company or self.company)._netvisor_guide()}

    def panel(self, user=None):
        self.env.invalidate_all()
        return self.env["res.company"].with_user(user or self.controller).with_company(self.company).netvisor_guide()

    def settle_everything(self):
        """As a person would: the test, the assistant, an invoice that arrives."""
        self.try_connection()
        self.journal.search([("type", "=", "sale"), ("netvisor_export", "=", "none")]).active = False
        mapping = self.env["netvisor.mapping"].sudo()
        self.run_netvisor()
        for kind in mapping._kinds():
            mapping._refresh(self.company, kind)
        mapping.search([("company_id", "=", self.company.id), ("state", "=", "open")]).state = "ignored"
        self.company.sudo().netvisor_match_later = True
        self.invoice()
        self.run_netvisor()

    def try_connection(self):
        with self.enter_registry_test_mode():
            return self.connection._netvisor_probe()


@tagged("post_install", "-at_install", "post_install_l10n")
class TestGuide(GuideCommon):
    def test_not_connected(self):
        company = self.new_company()
        with self.assertQueryCount(12):
            steps = company._netvisor_guide()
        self.assertEqual([step.key for step in steps], list(STEPS))
        self.assertEqual({step.state for step in steps}, {"todo"})
        self.assertIn("Not connected", steps[0].open)

    def test_every_step_has_its_record_and_its_action(self):
        onboarding = self.env.ref("account_netvisor.onboarding_netvisor").sudo()
        actions = onboarding.step_ids.mapped("panel_step_open_action_name")
        self.assertEqual(actions, [f"action_open_step_netvisor_{key}" for key in STEPS])
        for action in actions:
            self.assertTrue(hasattr(onboarding.step_ids, action), action)

    # --- by facts ---------------------------------------------------------------------------------------------------
    def test_credentials_are_done_by_a_test_that_succeeded(self):
        self.assertEqual(self.guide()["credentials"].state, "partly")
        self.try_connection()
        self.assertEqual(self.guide()["credentials"].state, "done")
        self.connection.netvisor_sender = "Toinen"
        self.assertEqual(self.guide()["credentials"].state, "partly", "tested with others")
        self.connection.netvisor_sender = False
        self.assertEqual(self.guide()["credentials"].state, "todo")

    def test_credentials_that_netvisor_no_longer_accepts_open_again(self):
        self.try_connection()
        self.invoice()
        self.company._netvisor_pause("authentication", "AUTHENTICATION_FAILED")
        step = self.guide()["credentials"]
        self.assertEqual((step.state, step.waiting), ("partly", 1))
        self.assertIn("does not accept", step.open)

    def test_rights(self):
        self.assertEqual(self.guide()["rights"].state, "todo")
        self.sandbox.set(rights={"dimensionitem.nv": False})
        self.try_connection()
        step = self.guide()["rights"]
        self.assertEqual(step.state, "done", "invoices can be sent")
        self.assertIn("Creating and renaming dimension items", step.open)
        self.sandbox.set(rights={"salesinvoice.nv": False})
        self.try_connection()
        step = self.guide()["rights"]
        self.assertEqual(step.state, "partly")
        self.assertIn("salesinvoice", step.open)

    def test_accounts_wait_for_the_list_and_for_what_is_in_use(self):
        self.assertEqual(self.guide()["accounts"].state, "todo")
        self.assertIn("being read", self.guide()["accounts"].open)
        self.sandbox.set(removed_accounts=[self.income_account.with_company(self.company).code])
        self.run_netvisor()
        rows = self.env["netvisor.mapping"].sudo()
        rows._refresh(self.company, "account")
        row = rows.search([("account_id", "=", self.income_account.id)])
        row.used = True
        self.assertIn(self.guide()["accounts"].state, ("partly", "todo"))
        self.assertRegex(self.guide()["accounts"].open, "in use: ")
        rows.search([("kind", "=", "account"), ("state", "=", "open")]).state = "ignored"
        self.assertEqual(self.guide()["accounts"].state, "done")

    def test_vat_without_the_assistant(self):
        self.company._netvisor_sale_taxes().filtered(lambda tax: not tax.netvisor_vat_code).active = False
        self.assertEqual(self.guide()["vat"].state, "done", "the Finnish chart's taxes are known")
        self.tax(25.5).netvisor_vat_code = False
        step = self.guide()["vat"]
        self.assertEqual(step.state, "partly")
        self.assertIn("in use: 1", step.open)

    def test_journals(self):
        self.journal.invoice_reference_model = "odoo"
        step = self.guide()["journals"]
        self.assertEqual(step.state, "partly")
        self.assertIn(self.journal.code, step.open)
        self.journal.invoice_reference_model = "fi"
        self.assertEqual(self.guide()["journals"].state, "done")
        self.journal.netvisor_export = "none"
        self.assertEqual(self.guide()["journals"].state, "todo")

    def test_customers_may_be_matched_as_their_invoices_come(self):
        self.company.with_user(self.controller).action_netvisor_match_later()
        self.assertEqual(self.guide()["customers"].state, "done")
        with self.assertRaises(AccessError):
            self.company.with_user(self.bookkeeper).action_netvisor_match_later()

    def test_trial_is_an_invoice_that_was_read_back(self):
        self.assertEqual(self.guide()["trial"].state, "todo")
        self.invoice()
        self.run_netvisor()
        self.assertEqual(self.guide()["trial"].state, "done")
        self.company._netvisor_pause("total_differs", "INV/2026/00001: Odoo 1, Netvisor 2")
        self.assertEqual(self.guide()["trial"].state, "partly")

    # --- how many wait ----------------------------------------------------------------------------------------------
    def block(self, move, *codes, **values):
        self.document(move).sudo().write(
            {"state": "blocked", "problems": [{"code": code, "values": values} for code in codes]}
        )

    def test_waiting_by_reason(self):
        moves = [self.invoice() for _index in range(5)]
        self.block(moves[0], "accounts_missing", "vat_code_missing", "vat_code_percent")
        self.block(moves[1], "vat_code_missing")
        self.block(moves[2], "number_too_long", "instalments")
        self.block(moves[3], "instalments")
        steps, other = self.company._netvisor_guide_and_other()
        waiting = {step.key: step.waiting for step in steps}
        self.assertEqual([waiting[key] for key in ("accounts", "vat", "journals")], [1, 2, 1])
        self.assertEqual(other, 2)
        self.assertEqual(waiting["credentials"], 5, "not tested yet: everything waits for it")
        self.assertEqual(self.guide()["vat"].state, "partly")
        companies = self.env["res.company"].with_user(self.bookkeeper).with_company(self.company)
        for step, expected in (
            ("vat", moves[:2]),
            ("journals", moves[2:3]),
            ("other", moves[2:4]),
            ("credentials", moves),
        ):
            action = companies.netvisor_guide_documents(step)
            found = self.env[action["res_model"]].search(action["domain"]).move_id
            self.assertEqual(found, self.env["account.move"].union(*expected), step)

    def test_waiting_for_what_an_invoice_needs(self):
        """An invoice whose customer is blocked waits for what the customer waits for."""
        moves = [self.invoice() for _index in range(3)]
        self.run_netvisor()
        documents = self.env["netvisor.document"].sudo()
        customer = documents.search([("kind", "=", "customer"), ("root_company_id", "=", self.company.id)])
        product = documents.search([("kind", "=", "product"), ("root_company_id", "=", self.company.id)])
        customer.write({"state": "review", "problems": False})
        self.block(moves[0], "needs", document=str(customer.id))
        product.write(
            {"state": "blocked", "problems": [{"code": "right_missing", "values": {"resource": "product.nv"}}]}
        )
        self.block(moves[1], "needs", document=str(product.id))
        self.block(moves[2], "needs", document="0")
        waiting = {step.key: step.waiting for step in self.company._netvisor_guide()}
        self.assertEqual([waiting[key] for key in ("customers", "rights")], [1, 1])

    def test_every_problem_has_its_place(self):
        """A prefix that fits nothing is a mistake; what is no matter of the connection is counted apart."""
        codes = [*PROBLEMS, "kind:customer", "kind:dimension_item"]
        for prefix, step in STEP_OF:
            self.assertIn(step, STEPS)
            if not prefix.startswith("dimension"):
                self.assertTrue(any(code.startswith(prefix) for code in codes), prefix)
        self.assertEqual(step_of("instalments"), "other")

    def test_another_companys_invoices_do_not_count(self):
        other = self.new_company(netvisor_mode="sandbox")
        self.block(self.invoice(), "vat_code_missing")
        self.assertEqual(self.guide(other)["vat"].waiting, 0)

    def test_statements_are_bounded(self):
        self.settle_everything()
        counts = []
        for number in (1, 12):
            for _index in range(number):
                self.block(self.invoice(), "vat_code_missing", "accounts_missing")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.company._netvisor_guide()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 40)

    def test_no_call(self):
        self.settle_everything()
        before = len(self.sandbox.calls(limit=1000))
        self.panel()
        self.assertEqual(len(self.sandbox.calls(limit=1000)), before)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestGuidePanel(GuideCommon):
    def states(self):
        return {step["key"]: step["state"] for step in self.panel()["steps"]}

    def test_who_sees_it(self):
        self.assertFalse(self.panel(self.bookkeeper), "for those who set up")
        panel = self.panel()
        self.assertFalse(next(step for step in panel["steps"] if step["key"] == "credentials")["can_open"])
        self.assertFalse(panel["can_disconnect"])
        panel = self.panel(self.administrator)
        self.assertTrue(panel["steps"][0]["can_open"] and panel["can_disconnect"])
        self.assertEqual([step["title"] for step in panel["steps"]][:2], ["Credentials", "Rights"])

    def test_left_and_resumed_and_hidden_and_back(self):
        self.settle_everything()
        self.assertEqual(set(self.states().values()), {"done"}, self.panel())
        self.assertEqual(self.panel()["state"], "done")
        onboarding = self.env["onboarding.onboarding"].with_user(self.controller).with_company(self.company)
        onboarding.action_close_panel_netvisor()
        self.assertTrue(self.panel()["hidden"])
        self.tax(25.5).netvisor_vat_code = False
        self.env["netvisor.mapping"].sudo()._refresh(self.company, "tax")
        panel = self.panel()
        self.assertEqual((panel["hidden"], panel["state"]), (False, "open"), "it comes back when something opens again")
        onboarding.action_close_panel_netvisor()
        self.assertTrue(self.panel()["hidden"], "what is still open does not bring it back at once")
        onboarding.action_show_panel_netvisor()
        self.assertFalse(self.panel()["hidden"])

    def test_all_done_is_told_once(self):
        self.settle_everything()
        self.assertEqual(self.panel()["state"], "just_done")
        self.assertEqual(self.panel()["state"], "done")

    def test_each_company_has_its_own(self):
        self.settle_everything()
        self.panel()
        other = self.new_company()
        panel = self.env["res.company"].with_user(self.administrator).with_company(other).netvisor_guide()
        self.assertEqual((panel["company_id"], panel["connected"]), (other.id, False))
        self.assertEqual({step["state"] for step in panel["steps"]}, {"todo"})

    def test_a_branch_shows_its_head_office(self):
        branch = self.new_company(name="Turku", parent_id=self.company.id)
        panel = self.env["res.company"].with_user(self.administrator).with_company(branch).netvisor_guide()
        self.assertEqual(panel["company_id"], self.company.id)

    def test_only_accounting_administrators_hide_it(self):
        onboarding = self.env["onboarding.onboarding"].with_user(self.bookkeeper)
        for method in (onboarding.action_close_panel_netvisor, onboarding.action_show_panel_netvisor):
            with self.assertRaises(AccessError):
                method()

    def test_steps_open_their_screens(self):
        steps = self.env["onboarding.onboarding.step"]
        ours = steps.with_user(self.controller).with_company(self.company)
        with self.assertRaises(AccessError):
            ours.action_open_step_netvisor_credentials()
        administrator = steps.with_user(self.administrator).with_company(self.company)
        self.assertEqual(administrator.action_open_step_netvisor_credentials()["res_model"], "netvisor.connect")
        self.assertEqual(ours.action_open_step_netvisor_rights()["tag"], "netvisor_rights_test")
        self.try_connection()
        self.assertEqual(ours.action_open_step_netvisor_rights()["res_model"], "netvisor.right")
        self.assertEqual(ours.action_open_step_netvisor_trial()["res_model"], "netvisor.trial")
        for key in ("accounts", "vat", "journals", "dimensions", "customers"):
            action = getattr(ours, f"action_open_step_netvisor_{key}")()
            self.assertEqual(action["res_model"], "netvisor.mapping", key)
        with self.assertRaises(AccessError):
            steps.with_user(self.bookkeeper).action_open_step_netvisor_accounts()
        self.connection.netvisor_mode = "disabled"
        with self.assertRaises(UserError):
            ours.action_open_step_netvisor_accounts()


@tagged("post_install", "-at_install")
class TestConnectDialog(GuideCommon):
    def dialog(self, company=None):
        environment = self.env(user=self.administrator, context={"allowed_company_ids": (company or self.company).ids})
        return Form(environment["netvisor.connect"].with_company(company or self.company))

    def in_test_mode(self):
        """Credentials as a person types them: those of the sandbox go with the mode, and are typed again."""
        company = self.company.sudo()
        typed = {name: company[name] for name in (*SANDBOX_CREDENTIALS, "netvisor_base_url")}
        company.netvisor_mode = "test"
        company.write(typed)

    def press_test(self, form):
        wizard = form.save()
        with self.enter_registry_test_mode():
            wizard.action_test()
        return wizard

    def test_the_sandbox_fills_itself(self):
        company = self.new_company(name="Uusi", company_registry=OTHER_ORGANISATION)
        form = self.dialog(company)
        self.assertEqual(form.netvisor_mode, "production", "the first thought is the real books")
        form.netvisor_mode = "sandbox"
        form.netvisor_base_url = self.sandbox.url
        wizard = self.press_test(form)
        self.assertTrue(wizard.works, wizard.findings)
        self.assertEqual((company.netvisor_mode, company.netvisor_organisation_id), ("sandbox", OTHER_ORGANISATION))
        self.assertTrue(company._netvisor_is_tested())
        self.assertTrue(company.netvisor_trial_first, "nothing goes before one invoice was tried")
        steps = self.guide(company)
        self.assertEqual((steps["credentials"].state, steps["rights"].state), ("done", "done"))

    def test_keys_never_come_back_and_stay_when_empty(self):
        form = self.dialog()
        self.assertFalse(form.netvisor_customer_key or form.netvisor_partner_key)
        self.assertTrue(form.has_customer_key)
        company = self.company.sudo()
        company.write(
            {"netvisor_mode": "test", "netvisor_base_url": self.sandbox.url, "netvisor_customer_key": "A" * 32}
        )
        form = self.dialog()
        form.netvisor_sender = "Uusi"
        form.save()
        self.assertEqual((company.netvisor_customer_key, company.netvisor_sender), ("A" * 32, "Uusi"))
        form = self.dialog()
        form.netvisor_customer_key = "B" * 32
        wizard = form.save()
        self.assertEqual(company.netvisor_customer_key, "B" * 32)
        columns = {name for name, field in wizard._fields.items() if field.store}
        self.assertFalse(
            [name for name in columns if name.startswith("netvisor_")], "nothing of it is kept in the dialog"
        )

    def test_what_does_not_work_is_said_where_it_was_typed(self):
        self.in_test_mode()
        form = self.dialog()
        form.netvisor_customer_key = "F" * 32
        wizard = self.press_test(form)
        self.assertFalse(wizard.works)
        self.assertIn("does not accept the credentials", wizard.findings["0"]["message"])
        self.assertEqual(self.guide()["credentials"].state, "partly")

    def test_only_administrators(self):
        with self.assertRaises(AccessError):
            self.env["netvisor.connect"].with_user(self.controller).create({})

    def test_another_organisation_asks_first(self):
        self.invoice()
        self.run_netvisor()
        form = self.dialog()
        self.assertFalse(form.former)
        form.netvisor_organisation_id = OTHER_ORGANISATION
        self.assertIn(ORGANISATION, form.former)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            form.save()
        self.assertEqual(self.company.netvisor_organisation_id, ORGANISATION)
        form.forget = True
        form.save()
        self.assertEqual(self.company.netvisor_organisation_id, OTHER_ORGANISATION)
        self.assertFalse(self.env["netvisor.binding"].sudo().search([("company_id", "=", self.company.id)]))

    def test_real_books_cannot_be_forgotten(self):
        self.connection.write({"netvisor_mode": "production", "netvisor_organisation_id": ORGANISATION})
        self.env["netvisor.binding"].sudo().create(
            {"company_id": self.company.id, "kind": "customer", "partner_id": self.customer.id, "netvisor_key": 14}
        )
        form = self.dialog()
        form.netvisor_organisation_id = OTHER_ORGANISATION
        self.assertTrue(form.former_stays)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            form.save()
        self.assertEqual(self.company.netvisor_organisation_id, ORGANISATION)

    def test_one_netvisor_company_for_two(self):
        other = self.new_company(name="Toinen Oy", netvisor_mode="sandbox")
        other.netvisor_organisation_id = ORGANISATION
        check = self.connection._netvisor_checks()["shared"]
        self.assertEqual(check["level"], "warning")
        self.assertIn("Toinen Oy", check["message"])
        other.netvisor_organisation_id = OTHER_ORGANISATION
        self.assertNotIn("shared", self.connection._netvisor_checks())
