from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import config

from odoo.addons.account_netvisor.models.res_company import BASE_URLS
from odoo.addons.account_netvisor.netvisor.rights import PROBES

from .common import ORGANISATION
from .test_connection import ConnectionCommon

DEAD_PORT = "http://127.0.0.1:9/"


@tagged("post_install", "-at_install")
class TestConnectionChecks(ConnectionCommon):
    def checks(self, user=None):
        return self.company.with_user(user or self.administrator)._netvisor_checks()

    def test_a_connection_that_is_all_right_has_nothing_to_say(self):
        # Taxes that are not the Finnish chart's wait for somebody to accept their proposals.
        self.give_codes(self.company._netvisor_sale_taxes())
        with patch.dict(config.options, {"limit_time_real_cron": 600}):
            self.assertEqual(list(self.checks()), [])

    def test_currency_must_be_euro(self):
        company = self.new_company(currency_id=self.env.ref("base.SEK").id)
        with self.assertRaises(ValidationError) as error:
            company.netvisor_mode = "sandbox"
        self.assertIn("SEK", str(error.exception))

    def test_finnish_reference_in_one_click(self):
        self.journal.invoice_reference_model = "odoo"
        check = self.checks()["reference"]
        self.assertIn(self.journal.name, check["message"])
        model, method, ids = check["action_call"]
        with self.assertRaises(AccessError):
            getattr(self.env[model].browse(ids).with_user(self.bookkeeper), method)()
        getattr(self.env[model].browse(ids).with_user(self.controller), method)()
        self.assertEqual(self.journal.invoice_reference_model, "fi")
        self.assertNotIn("reference", self.checks())

    def test_rf_references_are_left_alone(self):
        self.journal.invoice_reference_model = "fi_rf"
        self.assertNotIn("reference", self.checks())

    def test_who_delivers_must_be_chosen(self):
        self.connection.netvisor_delivery = False
        self.assertEqual(self.checks()["delivery"]["level"], "warning")

    def test_journals_that_are_not_sent_are_listed(self):
        journal = self.journal.copy({"code": "VERK", "netvisor_export": "none"})
        journal.name = "Verkkokauppa"
        check = self.checks()["journals"]
        self.assertIn("Verkkokauppa", check["message"])
        self.assertEqual(check["action"]["res_id"], journal.id)

    def test_colliding_series_in_one_click(self):
        self.env.cr.execute("UPDATE account_journal SET netvisor_refund_prefix = NULL WHERE id = %s", [self.journal.id])
        self.env.invalidate_all()
        check = self.checks()["numbers"]
        self.assertEqual(check["level"], "danger")
        getattr(self.company.with_user(self.controller), check["action_call"][1])()
        self.assertEqual(self.journal.netvisor_refund_prefix, "1")
        self.assertNotIn("numbers", self.checks())

    def test_taxes_without_code_in_one_click(self):
        tax = self.tax(25.5)
        tax.netvisor_vat_code = False
        check = self.checks()["taxes"]
        self.assertIn(tax.name, check["message"])
        getattr(self.company.with_user(self.controller), check["action_call"][1])()
        self.assertEqual(tax.netvisor_vat_code, "KOMY")

    def test_a_server_that_kills_jobs_early(self):
        for limit, warned in ((120, True), (-1, True), (300, False), (0, False)):
            with (
                self.subTest(limit=limit),
                patch.dict(config.options, {"limit_time_real_cron": limit, "limit_time_real": 120}),
            ):
                self.assertEqual("cron" in self.checks(), warned)

    def test_pause_with_netvisors_words(self):
        self.company._netvisor_pause("authentication", "AUTHENTICATION_FAILED :: Väärä avain")
        check = self.checks()["pause"]
        self.assertIn("AUTHENTICATION_FAILED :: Väärä avain", check["message"])
        self.assertEqual(check["action_call"][1], "action_netvisor_resume")
        self.assertNotIn("action_call", self.checks(self.controller)["pause"], "for system administrators only")

    def test_copied_database_offers_the_button(self):
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "00000000-aaaa-bbbb-cccc-000000000000")
        self.company._netvisor_check_database()
        check = self.checks()["pause"]
        self.assertEqual([check["level"], check["action_call"][1]], ["danger", "action_netvisor_right_database"])

    # --- the settings page ------------------------------------------------------------------------------------------
    def settings(self, company=None):
        company = company or self.company
        environment = self.env(
            user=self.administrator, context={**self.env.context, "allowed_company_ids": company.ids}
        )
        return Form(environment["res.config.settings"])

    def test_settings_are_saved_in_one_go(self):
        """Mode and address fit together only as a pair, in both directions."""
        for mode, url in (("production", BASE_URLS["production"]), ("sandbox", "http://127.0.0.1:8899/")):
            form = self.settings()
            form.netvisor_mode = mode
            self.assertEqual(form.netvisor_base_url, url)
            form.netvisor_line_mode = "vat_account"
            form.save().execute()
            self.assertEqual([self.company.netvisor_mode, self.company.netvisor_base_url], [mode, url])
            self.assertEqual(self.company.netvisor_line_mode, "vat_account")

    def test_saving_unchanged_settings_changes_nothing(self):
        self.company._netvisor_pause("authentication")
        self.settings().save().execute()
        self.assertTrue(self.company._netvisor_is_paused())
        self.assertTrue(self.company.sudo().netvisor_customer_key)

    def test_settings_of_a_branch_are_those_of_its_head_office_read_only(self):
        branch = self.new_company(name="Turku", parent_id=self.company.id)
        form = self.settings(branch)
        self.assertTrue(form.netvisor_is_branch)
        self.assertEqual(form.netvisor_mode, "sandbox")
        with self.assertRaises(AssertionError):
            form.netvisor_mode = "production"
        self.connection.env["res.config.settings"]._netvisor_save({"netvisor_mode": "production"}, branch)
        self.assertEqual([self.company.netvisor_mode, branch.netvisor_mode], ["sandbox", "disabled"])


@tagged("post_install", "-at_install")
class TestConnectionTest(ConnectionCommon):
    """*Test connection*, against the sandbox."""

    def findings(self):
        with self.enter_registry_test_mode():
            action = self.connection.action_netvisor_test()
        test = self.env[action["res_model"]].sudo().browse(action["res_id"])
        return test.works, list(test.findings.values())

    def problem(self):
        works, findings = self.findings()
        self.assertFalse(works)
        return next(finding["message"] for finding in findings if finding["level"] == "danger")

    def test_all_is_well(self):
        works, findings = self.findings()
        self.assertTrue(works, findings)
        self.assertEqual([finding["level"] for finding in findings], ["success", "success"])
        self.assertIn(f"All {len(PROBES)} rights", findings[-1]["message"])
        self.assertTrue(self.company._netvisor_is_tested())

    def test_nothing_is_changed_by_testing(self):
        before = self.sandbox.state(ORGANISATION)
        self.findings()
        after = self.sandbox.state(ORGANISATION)
        self.assertEqual(after.pop("calls"), {probe.resource: 1 for probe in PROBES}, "each right is tried once")
        before.pop("calls")
        self.assertEqual(after, before)

    def test_only_administrators(self):
        for user in (self.bookkeeper, self.controller):
            with self.assertRaises(AccessError):
                self.company.with_user(user).action_netvisor_test()

    def test_wrong_key(self):
        self.connection.netvisor_customer_key = "F" * 32
        message = self.problem()
        self.assertIn("does not accept the credentials", message)
        self.assertIn("API-tunnisteet", message)
        self.assertIn("AUTHENTICATION_FAILED", message)

    def test_wrong_partner(self):
        self.connection.netvisor_partner_id = "PA_OTHER"
        self.assertIn("partner identifier", self.problem())

    def test_wrong_organisation(self):
        self.connection.netvisor_organisation_id = "2345678-0"
        message = self.problem()
        self.assertIn("2345678-0", message)
        self.assertIn("organisation id", message)

    def test_a_right_is_missing(self):
        for answer in ("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR"):
            self.sandbox.set(rights={"customerlist.nv": False}, right_answer=answer)
            message = self.problem()
            self.assertIn("customerlist.nv", message)
            self.assertIn("Rajapintaresurssien", message)
            self.assertIn(answer, message)

    def test_unreachable(self):
        self.connection.netvisor_base_url = DEAD_PORT
        message = self.problem()
        self.assertIn("127.0.0.1:9", message)
        self.assertIn("dev/sandbox --port 9", message)

    def test_not_netvisor_at_all(self):
        self.connection.netvisor_base_url = f"{self.sandbox.url}nothing/here/"
        self.assertIn("no Netvisor at this address", self.problem())

    def test_service_break(self):
        self.sandbox.fault("maintenance", times=None)
        works, findings = self.findings()
        self.assertIn("service break", findings[0]["message"])

    def test_clock(self):
        self.sandbox.set(max_skew_seconds=1)
        with freeze_time(fields.Datetime.now() + timedelta(hours=7, minutes=13)):
            self.assertIn("clock", self.problem())

    def test_garbage_is_no_traceback(self):
        self.sandbox.fault("garbage", times=None)
        works, findings = self.findings()
        self.assertFalse(works)
        self.assertTrue(findings)

    def test_missing_credentials(self):
        self.connection.netvisor_partner_key = False
        self.assertIn("partner key", self.problem())

    def test_tls(self):
        """The sandbox speaks plain HTTP: to a client that wants TLS that is a failed handshake."""
        self.connection.netvisor_base_url = self.sandbox.url.replace("http://", "https://")
        self.assertIn("secure connection", self.problem())

    def test_copied_database_is_not_even_asked(self):
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "00000000-aaaa-bbbb-cccc-000000000000")
        self.assertIn("copy", self.problem())
        self.assertFalse(self.sandbox.calls(ORGANISATION))

    def test_disabled(self):
        self.connection.netvisor_mode = "disabled"
        self.assertIn("Not connected", self.problem())
