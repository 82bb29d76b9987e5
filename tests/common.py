"""A Finnish company connected to a real sandbox process over real HTTP; the engine runs on its own (test) cursors."""

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.account_netvisor.sandbox import defaults
from odoo.addons.account_netvisor.sandbox.handle import Sandbox

ORGANISATION, OTHER_ORGANISATION = list(defaults.ORGANISATIONS)[:2]


class NetvisorCommon(AccountTestInvoicingCommon):
    @classmethod
    @AccountTestInvoicingCommon.setup_country("fi")
    @AccountTestInvoicingCommon.setup_chart_template("fi")
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox.start()
        # One per class: Odoo ends all child processes after each class, and complains about them.
        cls.addClassCleanup(cls.sandbox.stop)
        cls.company = cls.company_data["company"]
        cls.company.write(
            {"company_registry": ORGANISATION, "street": "Keskuskatu 1", "zip": "00100", "city": "Helsinki"}
        )
        cls.journal = cls.company_data["default_journal_sale"]
        cls.income_account = cls.company_data["default_account_revenue"]
        cls.connect(cls.company, ORGANISATION)
        cls.journal.write(
            {"netvisor_export": "sales_invoice", "netvisor_refund_prefix": "9", "invoice_reference_model": "fi"}
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Pihlajan Puutyö Oy",
                "is_company": True,
                "company_registry": "2345678-0",
                "street": "Sahakatu 3",
                "zip": "33100",
                "city": "Tampere",
                "country_id": cls.env.ref("base.fi").id,
                "email": "talous@pihlaja.example",
                "ref": "10045",
            }
        )
        cls.bookkeeper = new_test_user(
            cls.env,
            "bookkeeper",
            groups="base.group_user,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.controller = new_test_user(
            cls.env,
            "controller",
            groups="base.group_user,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        # Nobody is an administrator unless the test is about it: access errors of real users must show.
        cls.env.user.group_ids -= cls.env.ref("base.group_system")

    @classmethod
    def setup_independent_company(cls, **kwargs):
        """The one that dev/test has made: loading a chart of accounts takes seconds, for each of a hundred classes."""
        ready = cls.env["res.company"].sudo().search([("name", "=", "Testiyhtiö Oy"), ("chart_template", "=", "fi")])
        if len(ready) != 1 or kwargs:
            return super().setup_independent_company(**kwargs)
        cls.env.user.sudo().company_ids = [Command.link(ready.id)]
        return ready.with_env(cls.env)

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        self.env["ir.config_parameter"].sudo().set_param("account_netvisor.grace_seconds", 0)

    @classmethod
    def connect(cls, company, organisation, **values):
        company.sudo().write(
            {
                "netvisor_mode": "sandbox",
                "netvisor_base_url": cls.sandbox.url,
                "netvisor_sender": defaults.SENDER,
                "netvisor_customer_id": defaults.CUSTOMER_ID,
                "netvisor_customer_key": defaults.CUSTOMER_KEY,
                "netvisor_partner_id": defaults.PARTNER_ID,
                "netvisor_partner_key": defaults.PARTNER_KEY,
                "netvisor_organisation_id": organisation,
                "netvisor_language": "EN",
                "netvisor_delivery": "odoo",
                "netvisor_send_automatically": True,
                **values,
            }
        )

    # --- doing ---------------------------------------------------------------------------------------------------------
    def invoice(self, *lines, post=True, **values):
        """A customer invoice; each line is a dict of line values (name, price_unit and the 25.5 % tax by default)."""
        tax = self.tax(25.5)
        commands = [
            Command.create(
                {
                    "name": "Asennustyö",
                    "quantity": 1,
                    "price_unit": 100.0,
                    "account_id": self.income_account.id,
                    "tax_ids": [Command.set(tax.ids)],
                    **line,
                }
            )
            for line in lines or [{}]
        ]
        move = (
            self.env["account.move"]
            .with_company(self.company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": fields.Date.today(),
                    "journal_id": self.journal.id,
                    "invoice_line_ids": commands,
                    **values,
                }
            )
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def give_codes(cls, taxes):
        """What the button fills in, and what it leaves for a person."""
        for tax in taxes.filtered(lambda tax: not tax.netvisor_vat_code):
            tax.netvisor_vat_code = tax._netvisor_propose_code() or "NONE"

    def tax(self, percent, use="sale", **domain):
        """An active tax of the chart with this percentage (goods before services)."""
        found = (
            self.env["account.tax"]
            .with_context(active_test=False)
            .search(
                [
                    *self.env["account.tax"]._check_company_domain(self.company),
                    ("type_tax_use", "=", use),
                    ("amount", "=", percent),
                    *[(name, "=", value) for name, value in domain.items()],
                ],
                order="active desc, id",
                limit=1,
            )
        )
        found.active = True
        return found

    def run_netvisor(self, company=None):
        """The company's job, as the scheduler would run it. :return: counts per state"""
        with self.enter_registry_test_mode():
            return (company or self.company)._netvisor_run()

    def document(self, move):
        return self.env["netvisor.document"].search([("move_id", "=", move.id), ("kind", "=", "sales_invoice")])

    def remote(self, organisation=ORGANISATION):
        return self.sandbox.state(organisation)

    def remote_invoice(self, move, organisation=ORGANISATION):
        """The one invoice in the sandbox that carries this move's document; fails when there are none or two."""
        marker = self.document(move).uuid
        found = [row for row in self.remote(organisation)["invoices"] if marker in (row.get("private_comment") or "")]
        self.assertEqual(len(found), 1, f"{move.name} is in Netvisor {len(found)} times")
        return found[0]
