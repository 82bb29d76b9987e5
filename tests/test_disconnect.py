"""Disconnecting keeps history and removes credentials; what comes after depends on whom the keys belong to."""

import hashlib
from urllib.parse import urlsplit

from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.account_netvisor.wizards import netvisor_disconnect

from .common import ORGANISATION, OTHER_ORGANISATION
from .test_guide import GuideCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestDisconnect(GuideCommon):
    def disconnect(self):
        environment = self.env(user=self.administrator, context={"allowed_company_ids": self.company.ids})
        wizard = environment["netvisor.disconnect"].create({})
        with self.enter_registry_test_mode():
            wizard.action_disconnect()
        self.env.invalidate_all()
        return wizard

    def reconnect(self, organisation=ORGANISATION, **values):
        self.connect(self.company, organisation, **values)

    def test_history_stays_and_credentials_go(self):
        sent, waiting = self.invoice(), None
        self.run_netvisor()
        waiting = self.invoice()
        calls = self.env["netvisor.call"].sudo().search_count([])
        bindings = self.env["netvisor.binding"].sudo().search([("company_id", "=", self.company.id)])
        self.try_connection()
        self.disconnect()
        company = self.company.sudo()
        self.assertEqual(company.netvisor_mode, "disabled")
        for name in ("netvisor_customer_id", "netvisor_customer_key", "netvisor_partner_id", "netvisor_partner_key"):
            self.assertFalse(company[name], name)
        self.assertFalse(company.netvisor_tested or company.netvisor_tested_date)
        self.assertFalse(company.netvisor_cron_id.active)
        self.assertEqual((sent.sudo().netvisor_state, waiting.sudo().netvisor_state), ("done", "todo"))
        self.assertTrue(sent.sudo().netvisor_key)
        self.assertEqual(bindings.exists(), bindings)
        self.assertGreaterEqual(self.env["netvisor.call"].sudo().search_count([]), calls)
        step = self.guide()["credentials"]
        self.assertEqual((step.state, step.waiting), ("todo", 1))

    def test_the_same_organisation_resumes(self):
        sent = self.invoice()
        self.run_netvisor()
        waiting = self.invoice()
        key = sent.sudo().netvisor_key
        self.disconnect()
        self.run_netvisor()
        self.assertEqual(waiting.sudo().netvisor_state, "todo")
        self.reconnect()
        self.assertTrue(self.company.sudo().netvisor_cron_id.active)
        self.run_netvisor()
        self.assertEqual((sent.sudo().netvisor_key, waiting.sudo().netvisor_state), (key, "done"))
        names = [row["name"] for row in self.remote()["customers"]]
        self.assertEqual(names.count(self.customer.name), 1, "the link is the same")

    def test_nothing_of_one_organisation_is_used_in_another(self):
        sent, waiting = self.invoice(), None
        self.run_netvisor()
        self.try_connection()
        waiting = self.invoice()
        mirrors = self.company._netvisor_mirrors()
        self.assertIn("netvisor.account", mirrors)
        self.assertTrue(self.env["netvisor.account"].sudo().search_count([("company_id", "=", self.company.id)]))
        self.disconnect()
        self.reconnect(OTHER_ORGANISATION)
        for name in (*mirrors, "netvisor.binding", "netvisor.right", "netvisor.feed"):
            records = self.env[name].sudo().with_context(active_test=False)
            self.assertFalse(records.search_count([("company_id", "=", self.company.id)]), name)
        self.assertFalse(sent.sudo().netvisor_key)
        self.assertFalse(self.company.sudo().netvisor_checked_count)
        self.run_netvisor()
        self.assertEqual(waiting.sudo().netvisor_state, "done")
        remote = self.remote(OTHER_ORGANISATION)
        self.assertEqual(len(remote["invoices"]), 1, "what was sent elsewhere is not sent again by itself")
        self.assertEqual(remote["invoices"][0]["number"], int(self.document(waiting).netvisor_number))

    def test_what_was_in_doubt_is_cleared_up_afterwards(self):
        move = self.invoice()
        self.run_netvisor()
        document = self.document(move).sudo()
        document.write({"state": "in_doubt", "netvisor_key": 0, "outcome": "unknown"})
        wizard = self.disconnect()
        self.assertEqual(wizard.doubt_count, 1)
        self.reconnect()
        self.run_netvisor()
        self.assertEqual(document.state, "done")
        self.assertEqual(len(self.remote()["invoices"]), 1)

    def test_not_while_the_job_is_at_work(self):
        """Another process holds the company's lock: on a connection of its own, as the job does."""
        address = urlsplit(self.sandbox.url)
        name = f"netvisor|{address.hostname}|{address.port}|{ORGANISATION}"
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        self.patch(netvisor_disconnect, "LOCK_WAIT", 0)
        environment = self.env(user=self.administrator, context={"allowed_company_ids": self.company.ids})
        wizard = environment["netvisor.disconnect"].create({})
        with db_connect(self.env.cr.dbname).cursor() as job:
            job.execute("SELECT pg_advisory_xact_lock(%s)", [key])
            with self.enter_registry_test_mode(), self.assertRaises(UserError):
                wizard.action_disconnect()
        self.assertEqual(self.company.netvisor_mode, "sandbox")
        self.assertTrue(self.company.sudo().netvisor_customer_key)

    def test_only_administrators(self):
        for user in (self.bookkeeper, self.controller):
            with self.assertRaises(AccessError):
                self.env["netvisor.disconnect"].with_user(user).create({})
            with self.assertRaises(AccessError):
                self.env["res.company"].with_user(user).action_netvisor_disconnect()
