"""One invoice as a draft, and what arrived beside what was sent; the others wait until somebody has looked."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ORGANISATION
from .test_guide import GuideCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestTrial(GuideCommon):
    def wizard(self, move=None):
        environment = self.env(user=self.controller, context={"allowed_company_ids": self.company.ids})
        form = Form(environment["netvisor.trial"])
        if move:
            form.move_id = move
        return form.save()

    def press(self, wizard, button):
        with self.enter_registry_test_mode():
            getattr(wizard, button)()
        wizard.invalidate_recordset()
        return wizard

    def try_one(self, move=None):
        wizard = self.press(self.wizard(move), "action_send")
        self.assertEqual(wizard.state, "waiting", "buttons queue, the job sends")
        self.run_netvisor()
        return self.press(wizard, "action_refresh")

    def rows(self, wizard):
        return {
            line.label: (line.ours.replace("\xa0", " "), line.theirs.replace("\xa0", " "), line.same)
            for line in wizard.line_ids
        }

    def state_of(self, move):
        self.env.invalidate_all()
        return move.sudo().netvisor_state

    def test_exactly_one_as_a_draft_whatever_the_settings_say(self):
        self.connection.netvisor_delivery = "odoo"
        self.company.sudo().netvisor_send_automatically = False
        moves = [self.invoice() for _index in range(3)]
        wizard = self.try_one(moves[1])
        self.assertEqual(wizard.state, "arrived")
        self.assertEqual([self.state_of(move) for move in moves], [False, "done", False])
        invoices = self.remote()["invoices"]
        self.assertEqual([invoice["status"] for invoice in invoices], ["unsent"])
        self.assertFalse(self.remote()["vouchers"], "a draft makes no voucher")

    def test_customers_are_not_settled_while_they_are_first_read(self):
        self.try_connection()
        feed = (
            self.env["netvisor.feed"].sudo().search([("company_id", "=", self.company.id), ("kind", "=", "customer")])
        )
        feed = feed or feed.create({"company_id": self.company.id, "kind": "customer"})
        values = {"last_done": fields.Datetime.now(), "pending": {"phase": "cards"}, "progress": "500 of 5000"}
        feed.write({**values, "bookmark": False})
        step = self.guide()["customers"]
        self.assertEqual((step.state, step.open), ("todo", "500 of 5000"))
        feed.bookmark = "{}"
        self.assertEqual(self.guide()["customers"].state, "done", "what was read before is there")

    def test_a_branch_goes_under_the_name_of_its_head_office(self):
        values = {
            "name": "Pihlaja Oulu Oy",
            "is_company": True,
            "parent_id": self.customer.id,
            "netvisor_branch": "parent",
        }
        branch = self.customer.sudo().create({**values, "street": "Satamatie 1", "zip": "90100", "city": "Oulu"})
        wizard = self.try_one(self.invoice(partner_id=branch.id))
        self.assertEqual(self.rows(wizard)["Customer"], (self.customer.name, self.customer.name, True))

    def test_credentials_that_are_gone_are_said(self):
        wizard = self.try_one(self.invoice())
        self.company.sudo().netvisor_customer_key = False
        with self.assertRaises(UserError):
            self.press(wizard, "action_refresh")
        wizard._open()  # tells when a button is pressed, and opens all the same

    def test_what_arrived(self):
        move = self.invoice(
            {}, {"price_unit": 50.0, "tax_ids": [Command.set(self.tax(14).ids)]}, invoice_date="2025-11-03"
        )
        wizard = self.try_one(move)
        rows = self.rows(wizard)
        self.assertFalse(wizard.differs, rows)
        self.assertEqual(rows["Number"][1], str(self.remote_invoice(move)["number"]))
        self.assertEqual(rows["Customer"], (self.customer.name, self.customer.name, True))
        self.assertEqual(rows["Total"][0], rows["Total"][1])
        self.assertIn("182.50", rows["Total"][0])
        self.assertIn("25.50", rows["VAT 25.5 %"][1])
        self.assertIn("7.00", rows["VAT 14.0 %"][1])
        self.assertEqual(self.guide()["trial"].state, "partly", "the others wait for a word")

    def test_opened_again_it_is_compared_at_once(self):
        move = self.invoice()
        self.press(self.wizard(move), "action_send")
        self.run_netvisor()
        steps = self.env["onboarding.onboarding.step"].with_user(self.controller).with_company(self.company)
        with self.enter_registry_test_mode():
            action = steps.action_open_step_netvisor_trial()
        wizard = self.env[action["res_model"]].with_user(self.controller).browse(action["res_id"])
        self.assertEqual((wizard.state, wizard.move_id, wizard.differs), ("arrived", move, False))
        wizard.action_let_go()
        another = self.invoice()
        self.assertEqual(self.wizard().move_id, another, "that one is finished")

    def test_a_credit_note(self):
        move = self.invoice(move_type="out_refund")
        wizard = self.try_one(move)
        self.assertFalse(wizard.differs, self.rows(wizard))
        self.assertIn("-125.50", self.rows(wizard)["Total"][1].replace("−", "-"))

    def test_a_difference_is_shown(self):
        move = self.invoice()
        wizard = self.try_one(move)
        self.customer.sudo().name = "Aivan Toinen Oy"
        self.press(wizard, "action_refresh")
        self.assertTrue(wizard.differs)
        self.assertFalse(self.rows(wizard)["Customer"][2])

    def test_the_others_wait_until_they_are_let_go(self):
        waiting = self.invoice()
        tried = self.invoice()
        wizard = self.try_one(tried)
        self.assertTrue(wizard.held)
        self.assertEqual([self.state_of(move) for move in (waiting, tried)], ["todo", "done"])
        step = self.guide()["trial"]
        self.assertEqual((step.state, step.waiting), ("partly", 1))
        alerts = self.env["netvisor.document"].with_user(self.bookkeeper).with_company(self.company).netvisor_banner()
        self.assertTrue(any("tried first" in alert["message"] for alert in alerts.values()), alerts)
        with self.assertRaises(AccessError):
            self.company.with_user(self.bookkeeper).action_netvisor_trial_over()
        wizard.action_let_go()
        self.run_netvisor()
        self.assertEqual(self.state_of(waiting), "done")
        self.assertEqual(self.remote_invoice(waiting)["status"], "open", "as the settings say")
        self.assertEqual(self.guide()["trial"].state, "done")

    def test_held_work_does_not_wake_the_job_for_ever(self):
        self.company.sudo().netvisor_trial_first = True
        self.invoice()
        self.run_netvisor()
        crons = self.env["ir.cron.trigger"].sudo()
        cron = self.company.sudo().netvisor_cron_id
        crons.search([("cron_id", "=", cron.id)]).unlink()
        with self.enter_registry_test_mode():
            self.company.sudo()._netvisor_cron()
        soon = fields.Datetime.add(fields.Datetime.now(), minutes=10)
        self.assertFalse(crons.search([("cron_id", "=", cron.id), ("call_at", "<", soon)]))

    def test_a_company_that_sends_already_is_not_stopped(self):
        self.company.sudo().netvisor_checked_count = 3
        wizard = self.try_one(self.invoice())
        self.assertFalse(wizard.held)

    def test_the_problem_is_right_there(self):
        move = self.invoice(payment_reference="Thank you")
        wizard = self.try_one(move)
        self.assertEqual(wizard.state, "problem")
        alert = next(alert for key, alert in wizard.alerts.items() if "problem" in key)
        self.assertIn("reference", alert["message"])
        model, method, ids = alert["action_call"]
        getattr(self.env[model].with_user(self.controller).browse(ids), method)()
        self.run_netvisor()
        wizard = self.press(wizard, "action_refresh")
        self.assertEqual((wizard.state, wizard.differs), ("arrived", False))
        self.assertEqual(self.remote_invoice(move)["status"], "unsent", "mended, and still a trial")

    def test_the_oldest_that_waits_is_proposed(self):
        self.company.sudo().netvisor_trial_first = True
        first = self.invoice()
        self.invoice()
        self.assertEqual(self.wizard().move_id, first)

    def test_no_invoice(self):
        self.env["account.move"].search([("journal_id", "=", self.journal.id)]).button_draft()
        wizard = self.wizard()
        self.assertEqual(wizard.state, "none")
        with self.assertRaises(UserError):
            wizard.action_send()

    def test_what_cannot_be_tried(self):
        draft = self.invoice(post=False)
        sent = self.invoice()
        self.run_netvisor()
        for move in (draft, sent):
            wizard = (
                self.env["netvisor.trial"]
                .with_user(self.controller)
                .create({"move_id": move.id, "company_id": self.company.id})
            )
            with self.assertRaises(UserError):
                wizard.action_send()

    def test_deleted_there_and_sent_for_real(self):
        move = self.invoice()
        wizard = self.try_one(move)
        with self.assertRaises(UserError) as error:
            self.press(wizard, "action_send_for_real")
        self.assertIn("Delete it there first", str(error.exception))
        self.assertEqual(self.state_of(move), "done")
        key = self.remote_invoice(move)["key"]
        self.sandbox.request("deletesalesinvoice.nv", f"invoiceid={key}")
        self.press(wizard, "action_send_for_real")
        wizard.action_let_go()
        self.run_netvisor()
        self.assertEqual(self.state_of(move), "done")
        remote = self.remote_invoice(move)
        self.assertEqual(remote["status"], "open")
        self.assertNotEqual(remote["key"], key)
        self.assertFalse(self.document(move).sudo().trial)

    def test_who_may_try(self):
        with self.assertRaises(AccessError):
            self.env["netvisor.trial"].with_user(self.bookkeeper).create({})

    def test_another_companys_invoice_is_out_of_reach(self):
        other = self.new_company()
        wizard = self.wizard(self.invoice())
        with self.assertRaises(AccessError):
            wizard.with_user(self.administrator).with_context(allowed_company_ids=other.ids).action_send()
        self.assertEqual(self.sandbox.count("stored", "salesinvoice.nv"), 0)
        self.assertFalse(self.remote(ORGANISATION)["invoices"])
