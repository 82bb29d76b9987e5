from datetime import timedelta

from odoo import SUPERUSER_ID, Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.account_netvisor.models.netvisor_pause import PAUSES, describe_pause
from odoo.addons.account_netvisor.models.res_company import BASE_URLS, SANDBOX_CREDENTIALS, business_id

from .common import ORGANISATION, OTHER_ORGANISATION, NetvisorCommon


class ConnectionCommon(NetvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env(su=True),
            "administrator",
            groups="base.group_user,base.group_system,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.connection = cls.company.with_user(cls.administrator)

    def new_company(self, **values):
        # The superuser, for a branch's accounts are loaded before the commit, by whoever made it.
        company = (
            self.env["res.company"]
            .with_user(SUPERUSER_ID)
            .create({"name": "Uusi Oy", "currency_id": self.env.ref("base.EUR").id, **values})
        )
        self.administrator.sudo().company_ids = [Command.link(company.id)]
        return company.with_user(self.administrator)


@tagged("post_install", "-at_install")
class TestConnection(ConnectionCommon):
    # --- mode and address -------------------------------------------------------------------------------------------
    def test_mode_brings_address_and_sandbox_credentials(self):
        company = self.new_company()
        company.netvisor_mode = "sandbox"
        self.assertEqual(company.netvisor_base_url, BASE_URLS["sandbox"])
        self.assertEqual({name: company[name] for name in SANDBOX_CREDENTIALS}, SANDBOX_CREDENTIALS)
        company.netvisor_mode = "production"
        self.assertEqual(company.netvisor_base_url, "https://integration.netvisor.fi/")
        self.assertFalse(any(company[name] for name in SANDBOX_CREDENTIALS), "made-up credentials open nothing there")
        company.netvisor_mode = "test"
        self.assertEqual(company.netvisor_base_url, "https://isvapi.netvisor.fi/")

    def test_typed_values_stay(self):
        company = self.new_company(company_registry=OTHER_ORGANISATION)
        company.write(
            {"netvisor_mode": "test", "netvisor_base_url": "https://uusi.netvisor.fi/api", "netvisor_sender": "Oma"}
        )
        self.assertEqual(company.netvisor_base_url, "https://uusi.netvisor.fi/api/")
        company.netvisor_mode = "production"
        self.assertEqual(company.netvisor_base_url, "https://uusi.netvisor.fi/api/")
        self.assertEqual([company.netvisor_sender, company.netvisor_organisation_id], ["Oma", OTHER_ORGANISATION])
        company.write({"netvisor_mode": "sandbox", "netvisor_base_url": "http://localhost:9999"})
        self.assertEqual(company.netvisor_base_url, "http://localhost:9999/")

    def test_only_netvisor_is_ever_called(self):
        company = self.new_company(netvisor_mode="production")
        for url in (
            "http://integration.netvisor.fi/",
            "https://netvisor.fi.example.com/",
            "https://evilnetvisor.fi/",
            "https://user@integration.netvisor.fi/",
            "http://127.0.0.1:8899/",
            "https://integration.netvisor.fi:8443/",
            "nonsense",
            "",
        ):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                company.netvisor_base_url = url
        company.netvisor_mode = "test"
        company.netvisor_base_url = "http://127.0.0.1:8899/"
        company.netvisor_mode = "sandbox"
        with self.assertRaises(ValidationError):
            company.netvisor_base_url = "https://integration.netvisor.fi/"

    def test_identifiers_are_plain(self):
        with self.assertRaises(ValidationError) as error:
            self.connection.netvisor_sender = "Käyttäjä"
        self.assertIn("plain", str(error.exception))

    def test_another_netvisor_company_keeps_what_a_plan_is_called_there(self):
        """From the sandbox to the real books: keys are forgotten, and no plan goes under another name than it was given."""
        dimension = (
            self.env["netvisor.dimension"]
            .sudo()
            .create({"company_id": self.company.id, "netvisor_key": 5, "name": "Kustannuspaikka"})
        )
        plan = self.env["account.analytic.plan"].sudo().create({"name": "Osastot"})
        row = (
            self.env["netvisor.plan"]
            .sudo()
            .create({"company_id": self.company.id, "plan_id": plan.id, "dimension_id": dimension.id})
        )
        self.connection.netvisor_organisation_id = OTHER_ORGANISATION
        self.env.invalidate_all()
        self.assertFalse(dimension.exists())
        self.assertEqual((row.dimension_id.id, row.dimension), (False, "Kustannuspaikka"))

    # --- organisation id --------------------------------------------------------------------------------------------
    def test_business_id(self):
        self.assertEqual(business_id(" 1234567-1 "), "1234567-1")
        self.assertEqual(business_id("12345671"), "1234567-1")
        self.assertEqual(business_id("201256-0"), business_id("0201256-0"))
        for wrong in ("1234567-2", "1234567", "FI12345671", "", None, "abc", "0000001-"):
            self.assertFalse(business_id(wrong), wrong)

    def test_organisation_id_is_proposed_and_checked(self):
        company = self.new_company(company_registry="12345671")
        self.assertEqual(company.netvisor_organisation_id, ORGANISATION)
        company.company_registry = OTHER_ORGANISATION
        self.assertEqual(company.netvisor_organisation_id, ORGANISATION, "a proposal, never an order")
        company.netvisor_organisation_id = "76543212"
        self.assertEqual(company.netvisor_organisation_id, OTHER_ORGANISATION)
        with self.assertRaises(ValidationError) as error:
            company.netvisor_organisation_id = "1234567-9"
        self.assertIn("1234567-9", str(error.exception))
        self.assertIn("check digit", str(error.exception))

    # --- the job ----------------------------------------------------------------------------------------------------
    def test_one_job_per_connected_company(self):
        company = self.new_company()
        self.assertFalse(company.netvisor_cron_id)
        company.netvisor_mode = "sandbox"
        cron = company.sudo().netvisor_cron_id
        self.assertEqual(cron.code, f"model.browse({company.id})._netvisor_cron()")
        self.assertEqual(cron.user_id, self.env.ref("base.user_root"))
        self.assertEqual([cron.active, cron.model_name], [True, "res.company"])
        company.name = "Uudempi Oy"
        self.assertIn("Uudempi Oy", cron.name)
        company.netvisor_mode = "disabled"
        self.assertFalse(cron.active)
        company.netvisor_mode = "sandbox"
        self.assertEqual(company.sudo().netvisor_cron_id, cron)
        self.assertTrue(cron.active)
        company.active = False
        self.assertFalse(cron.active)

    def test_the_job_goes_with_its_company(self):
        company = self.new_company(netvisor_mode="sandbox")
        cron = company.sudo().netvisor_cron_id
        action = cron.ir_actions_server_id
        company.sudo().unlink()
        self.assertFalse(cron.exists())
        self.assertFalse(action.exists())

    def test_uninstall_leaves_no_job_and_no_key(self):
        from odoo.addons.account_netvisor.hooks import uninstall_hook

        cron = self.company.sudo().netvisor_cron_id
        uninstall_hook(self.env(su=True))
        self.assertFalse(cron.exists())
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        self.assertFalse(crons.search([("code", "like", "_netvisor_cron")]))
        self.assertFalse(self.company.sudo().netvisor_customer_key or self.company.sudo().netvisor_partner_key)

    def test_neutralised_copy_is_disconnected(self):
        from odoo.modules.neutralize import get_neutralization_queries

        self.env.flush_all()
        for query in get_neutralization_queries(["account_netvisor"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        company = self.company.sudo()
        self.assertEqual(company.netvisor_mode, "disabled")
        self.assertFalse(company.netvisor_customer_key or company.netvisor_partner_key or company.netvisor_base_url)
        self.assertFalse(company.netvisor_cron_id.active)
        self.assertFalse(company._netvisor_is_connected())

    # --- branches ---------------------------------------------------------------------------------------------------
    def test_a_branch_uses_the_connection_of_its_head_office(self):
        branch = self.new_company(name="Turku", parent_id=self.company.id)
        self.assertEqual(branch._netvisor_root(), self.company)
        self.assertTrue(branch._netvisor_is_connected())
        self.assertEqual(branch._netvisor_credentials(), self.connection._netvisor_credentials())
        self.assertFalse(branch.sudo().netvisor_cron_id)
        with self.assertRaises(ValidationError) as error:
            branch.netvisor_mode = "sandbox"
        self.assertIn(self.company.name, str(error.exception))

    # --- credentials ------------------------------------------------------------------------------------------------
    def test_credentials_are_read_in_one_place_and_shown_nowhere(self):
        credentials = self.company.with_user(self.bookkeeper)._netvisor_credentials()
        self.assertEqual(credentials.organisation_id, ORGANISATION)
        self.assertNotIn(credentials.customer_key, repr(credentials))
        with self.company._netvisor_client() as client:
            self.assertTrue(client)

    def test_missing_credentials_are_named(self):
        self.connection.write({"netvisor_sender": False, "netvisor_partner_key": False})
        missing = self.connection._netvisor_missing_credentials()
        self.assertEqual(len(missing), 2)
        self.assertIn("Netvisor sender", missing)

    # --- pauses -----------------------------------------------------------------------------------------------------
    def test_pauses_grow_and_end(self):
        with freeze_time("2026-03-02 12:00:00"):
            seconds = []
            for _ in range(8):
                self.company._netvisor_pause("maintenance", "SYSTEM_MAINTENANCE :: huolto")
                seconds.append((self.company.netvisor_paused_until - fields.Datetime.now()).total_seconds())
            self.assertEqual(seconds[0], PAUSES["maintenance"].seconds)
            self.assertEqual(seconds, sorted(seconds))
            self.assertEqual(seconds[-1], PAUSES["maintenance"].longest)
            self.assertEqual(self.company.netvisor_pause_text, "SYSTEM_MAINTENANCE :: huolto")
            self.assertTrue(self.company._netvisor_is_paused())
        with freeze_time("2026-03-02 14:00:00"):
            self.assertFalse(self.company._netvisor_is_paused(), "time is over: one try")
        self.company._netvisor_unpause()
        self.assertFalse(self.company.netvisor_pause_code or self.company.netvisor_paused_until)
        self.assertEqual(self.company.netvisor_pause_count, 0)

    def test_what_only_a_person_can_end_has_no_time(self):
        self.company._netvisor_pause("total_differs", "INV/2026/00001: 100.00, 100.01")
        with freeze_time(fields.Datetime.now() + timedelta(days=365)):
            self.assertTrue(self.company._netvisor_is_paused())
        self.connection.netvisor_sender = "Toinen"
        self.assertTrue(self.company._netvisor_is_paused(), "credentials say nothing about totals")
        self.connection.action_netvisor_resume()
        self.assertFalse(self.company._netvisor_is_paused())

    def test_saving_credentials_ends_a_pause(self):
        self.company._netvisor_pause("authentication", "AUTHENTICATION_FAILED")
        self.connection.netvisor_sender = self.company.netvisor_sender
        self.assertTrue(self.company._netvisor_is_paused(), "nothing has changed")
        self.connection.netvisor_customer_key = "F" * 32
        self.assertFalse(self.company._netvisor_is_paused())

    def test_every_pause_has_words(self):
        for code in PAUSES:
            text, remedy = describe_pause(self.env, code)
            self.assertTrue(text and remedy, code)
        self.assertEqual(describe_pause(self.env, "unheard_of"), ("unheard_of", ""))

    # --- copied databases -------------------------------------------------------------------------------------------
    def test_a_copied_database_is_paused_until_an_administrator_says_otherwise(self):
        self.assertTrue(self.company._netvisor_check_database())
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "00000000-aaaa-bbbb-cccc-000000000000")
        self.assertFalse(self.company._netvisor_check_database())
        self.assertEqual(self.company.netvisor_pause_code, "copied_database")
        self.assertTrue(self.company._netvisor_is_paused())
        with self.assertRaises(AccessError):
            self.company.with_user(self.controller).action_netvisor_right_database()
        self.connection.action_netvisor_resume()
        self.assertTrue(self.company._netvisor_is_paused(), "resuming does not say that it is the right one")
        self.connection.action_netvisor_right_database()
        self.assertTrue(self.company._netvisor_check_database())
        self.assertFalse(self.company._netvisor_is_paused())

    def test_saving_a_page_of_settings_does_not_bless_a_copy(self):
        known = self.company.sudo().netvisor_database
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "00000000-aaaa-bbbb-cccc-000000000000")
        self.connection.write({"netvisor_mode": "sandbox", "netvisor_base_url": self.company.netvisor_base_url})
        self.assertEqual(self.company.sudo().netvisor_database, known)

    def test_an_unreadable_part_of_the_fingerprint_proves_nothing(self):
        company = self.company.sudo()
        uuid, name, _cluster = company.netvisor_database.split("|")
        company.netvisor_database = f"{uuid}|{name}|"
        self.assertTrue(self.company._netvisor_check_database())
        company.netvisor_database = f"{uuid}|another|"
        self.assertFalse(self.company._netvisor_check_database())

    def test_nothing_is_sent_from_a_copy(self):
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "00000000-aaaa-bbbb-cccc-000000000000")
        move = self.invoice()
        self.run_netvisor()
        self.assertEqual(self.document(move).state, "todo")
        self.assertFalse(self.remote()["invoices"])

    # --- another Netvisor company -----------------------------------------------------------------------------------
    def test_keys_of_a_trial_are_forgotten(self):
        binding = (
            self.env["netvisor.binding"]
            .sudo()
            .create(
                {"company_id": self.company.id, "kind": "customer", "partner_id": self.customer.id, "netvisor_key": 14}
            )
        )
        self.connection.netvisor_sender = "Toinen"
        self.assertTrue(binding.exists(), "still the same Netvisor company")
        self.connection.netvisor_mode = "disabled"
        self.assertTrue(binding.exists())
        self.connection.write({"netvisor_mode": "production"})
        self.assertFalse(binding.exists(), "customer 14 of the sandbox is somebody else in production")

    def test_keys_of_real_books_stop_the_change(self):
        self.connection.write({"netvisor_mode": "production", "netvisor_organisation_id": ORGANISATION})
        self.env["netvisor.binding"].sudo().create(
            {"company_id": self.company.id, "kind": "customer", "partner_id": self.customer.id, "netvisor_key": 14}
        )
        for values in ({"netvisor_mode": "sandbox"}, {"netvisor_organisation_id": OTHER_ORGANISATION}):
            with self.subTest(values=values), self.assertRaises(ValidationError) as error, self.env.cr.savepoint():
                self.connection.write(values)
            self.assertIn("copy of the database", str(error.exception))
        self.connection.netvisor_mode = "disabled"
        self.connection.netvisor_mode = "production"
