from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.account_netvisor.sandbox import defaults
from odoo.addons.account_netvisor.sandbox.handle import Sandbox


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo company as dev/demo makes it: everything arrives but the deliberate mistake."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "fi" not in cls.env["account.chart.template"]._get_chart_template_mapping():
            cls.skipTest(cls, "The Finnish chart of accounts (l10n_fi) is not installed.")
        cls.sandbox = Sandbox.start()
        cls.addClassCleanup(cls.sandbox.stop)

    def test_everything_arrives_but_the_mistake(self):
        company = self.env["netvisor.demo"]._install(self.sandbox.url)
        self.assertEqual(company.netvisor_mode, "sandbox")
        self.assertTrue(company._netvisor_address_is_local(company.netvisor_base_url), "demo data calls a real host")
        company.netvisor_pdf = "none"  # rendering has its own test
        with self.enter_registry_test_mode():
            company._netvisor_run()
            self.assertTrue(self.env["netvisor.demo"]._choose_voucher_type(company))
            company._netvisor_run()
        moves = self.env["account.move"].search([("company_id", "=", company.id), ("state", "=", "posted")])
        moves = moves.filtered("netvisor_is_exported")
        mistake = self.env.ref("account_netvisor.demo_invoice_virhe")
        entries = moves.filtered(lambda move: move.move_type == "entry")
        self.check_entries(entries)
        moves -= entries
        self.assertEqual(len(moves), 15)
        self.assertEqual(moves.filtered(lambda move: move.netvisor_state != "done"), mistake)
        self.assertEqual(mistake.netvisor_state, "blocked")
        self.assertIn("3998", mistake.netvisor_problem)
        remote = self.sandbox.state(next(iter(defaults.ORGANISATIONS)))
        self.assertEqual(len(remote["invoices"]), 14)
        self.assertFalse(remote["violations"])
        totals = {str(invoice["number"]): float(invoice["computed"]) for invoice in remote["invoices"]}
        for move in moves - mistake:
            sign = -1 if move.move_type == "out_refund" else 1
            self.assertAlmostEqual(totals[move.netvisor_number], sign * move.amount_total, places=2, msg=move.name)
        self.assertEqual(len(remote["matches"]), 2, "both credit notes are matched to their originals")

        self.check_ledgers(company, mistake)

    def check_ledgers(self, company, mistake):
        """They agree, but for what was never sent and what somebody has changed in Netvisor."""
        changed, _lines = self.env["netvisor.demo"]._changed_voucher()
        today = fields.Date.today()
        made = self.env["netvisor.reconciliation"]._make(company, today.replace(month=1, day=1), today)
        found = {(row.reason, row.move_id) for row in made.difference_ids}
        self.assertEqual(found, {("not_sent", mistake), ("amount", changed)})

    def check_entries(self, entries):
        organisation = next(iter(defaults.ORGANISATIONS))
        self.assertEqual(set(entries.mapped("netvisor_state")), {"done"}, entries.mapped("netvisor_problem"))
        vouchers = {row["key"]: row for row in self.sandbox.state(organisation, "vouchers")["vouchers"]}
        sent = {move: vouchers[move.netvisor_key] for move in entries}
        self.assertEqual(len(sent), 6)
        for move, voucher in sent.items():
            self.assertTrue(voucher["description"].startswith(move.name))
            debit = sum(float(line["sum"]) for line in voucher["lines"] if float(line["sum"]) > 0)
            self.assertAlmostEqual(debit, sum(move.line_ids.mapped("debit")), places=2)
        lines = [line for voucher in sent.values() for line in voucher["lines"]]
        self.assertIn("KOOS", {line["vat_code"] for line in lines}, "one has VAT")
        self.assertTrue(any(line.get("dimensions") for line in lines), "one has dimensions")
        self.assertEqual(len(entries.filtered("reversed_entry_id")), 1, "one is reversed")
        move, changed = self.env["netvisor.demo"]._changed_voucher()
        self.sandbox.user("voucher_change", organisation, key=move.netvisor_key, lines=changed)
        company = move.company_id
        self.env["netvisor.feed"].search([("company_id", "=", company.id), ("kind", "=", "ledger")])._request_now()
        with self.enter_registry_test_mode():
            company._netvisor_run()
        mirrored = self.env["netvisor.ledger.voucher"].search([("move_id", "=", move.id)])
        self.assertEqual((mirrored.debit, sum(move.line_ids.mapped("debit"))), (46.0, 64.0), "something to reconcile")

    def test_a_second_time_changes_nothing(self):
        company = self.env["netvisor.demo"]._install(self.sandbox.url)
        before = self.env["account.move"].search_count([("company_id", "=", company.id)])
        self.assertEqual(self.env["netvisor.demo"]._install(self.sandbox.url), company)
        self.assertEqual(self.env["account.move"].search_count([("company_id", "=", company.id)]), before)
