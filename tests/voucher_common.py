"""A journal whose entries become vouchers, and what the sandbox's ledger shows of them."""

from decimal import Decimal

from odoo import Command, fields

from .common import ORGANISATION, NetvisorCommon

VOUCHER, EDIT, INVALIDATE, LEDGER = "accounting.nv", "accountingedit.nv", "invalidatevouchers.nv", "accountingledger.nv"


class VoucherCase(NetvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.misc = cls.company_data["default_journal_misc"]
        accounts = cls.env["account.account"].with_company(cls.company)
        # Once: a search by code takes Odoo seconds where PostgreSQL has no statistics yet.
        found = accounts.search(accounts._check_company_domain(cls.company))
        cls.accounts = {account.code: account for account in found}
        cls.kind = cls.env["netvisor.kind.voucher"].sudo().with_company(cls.company)
        cls.env.flush_all()
        patches = cls._registry_test_mode_patches(cr=cls.cr, registry=cls.registry)
        for patch in patches:
            patch.start()
        cls.company._netvisor_run()  # the chart, the periods and the voucher types: once for all tests of the class
        for patch in patches:
            patch.stop()
        cls.env.invalidate_all()

    def setUp(self):
        super().setUp()
        self.misc.write({"netvisor_export": "voucher", "netvisor_voucher_type_id": self.type("MU").id})

    # --- Odoo's side ----------------------------------------------------------------------------------------------------
    def type(self, abbreviation):
        domain = [("company_id", "=", self.company.id), ("abbreviation", "=", abbreviation)]
        return self.env["netvisor.voucher.type"].search(domain)

    def account(self, code):
        return self.accounts[code]

    def entry(self, *rows, post=True, journal=None, **values):
        """A journal entry; rows are (account code, amount: debit positive[, line values])."""
        lines = []
        for code, amount, *more in rows or (("7230", 100.0), ("1910", -100.0)):
            line = {
                "account_id": self.account(code).id,
                "balance": amount,
                "name": f"Rivi {code}",
                "tax_ids": [Command.clear()],
            }
            lines.append(Command.create({**line, **(more[0] if more else {})}))
        move = (
            self.env["account.move"]
            .with_company(self.company)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": (journal or self.misc).id,
                    "date": fields.Date.today(),
                    "ref": "Vuokra",
                    "line_ids": lines,
                    **values,
                }
            )
        )
        balancing = move.line_ids.filtered(
            lambda line: line.account_id == self.company.account_journal_suspense_account_id
        )
        if balancing:  # Odoo's own line for what taxes have added: the last row is to have it
            last = move.line_ids.filtered(lambda line: line.account_id.code == rows[-1][0])[-1:]
            update = Command.update(last.id, {"balance": last.balance + balancing.balance})
            move.line_ids = [Command.delete(balancing.id), update]
        if post:
            move.action_post()
        return move

    def taxed(self, *taxes):
        return {"tax_ids": [Command.set([tax.id for tax in taxes])]}

    def sent(self, *rows, **values):
        """Posted, sent, and in Netvisor."""
        move = self.entry(*rows, **values)
        self.work()
        self.assertEqual(self.state(move), "done", self.document(move).problem or self.document(move).message)
        return move

    def compare(self):
        """What Odoo does before each commit, which a test never comes to."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def work(self):
        self.compare()
        self.run_netvisor()
        self.env.invalidate_all()

    def later(self):
        """What waits is due."""
        self.env["netvisor.document"].sudo().search([("state", "in", ("todo", "in_doubt"))]).next_try = False
        self.work()

    def check(self, move):
        """A person's button, and what the job makes of it."""
        move.with_user(self.bookkeeper).action_netvisor_check()
        # PostgreSQL's clock stands still in a test's transaction: a moment ago is still to come.
        self.document(move).next_try = "2020-01-01"
        self.work()

    def document(self, move, kind="voucher"):
        return self.env["netvisor.document"].sudo().search([("move_id", "=", move.id), ("kind", "=", kind)])

    def state(self, move, kind="voucher"):
        self.env.invalidate_all()
        return self.document(move, kind).state

    def codes(self, move, kind="voucher"):
        return [row["code"] for row in self.document(move, kind).problems or []]

    def notes(self, move):
        return {row["code"] for row in self.document(move).problems or [] if row.get("level") == "warning"}

    def repost(self, move, **lines):
        """Reset to draft, give lines other values (account code → values), post again."""
        move.button_draft()
        for code, values in lines.items():
            code = code.removeprefix("a")
            move.line_ids.filtered(lambda line, code=code: line.account_id.code == code).write(values)
        move.action_post()

    # --- Netvisor's side --------------------------------------------------------------------------------------------------
    def vouchers(self, status="valid"):
        rows = self.sandbox.state(ORGANISATION, "vouchers")["vouchers"]
        return [row for row in rows if not status or row["status"] == status]

    def voucher(self, move):
        """The one valid voucher of this entry."""
        found = [row for row in self.vouchers() if f"{row['description']} ".startswith(f"{move.name} ")]
        self.assertEqual(len(found), 1, f"{move.name} is in Netvisor {len(found)} times")
        return found[0]

    def remote_lines(self, move):
        """list of (account, amount, VAT code, VAT percentage), as they are booked"""
        return [
            (line["account"], Decimal(line["sum"]), line["vat_code"], Decimal(line["vat_percent"]))
            for line in self.voucher(move)["lines"]
        ]

    def assert_lines(self, move, *expected):
        expected = [(row[0], Decimal(row[1]), *(row[2:] or ("NONE", "0"))) for row in expected]
        expected = [(account, amount, code, Decimal(percent)) for account, amount, code, percent in expected]
        self.assertEqual(sorted(self.remote_lines(move)), sorted(expected))

    def posts(self, resource=VOUCHER):
        return [row for row in self.sandbox.calls(ORGANISATION, resource, limit=1000) if row["method"] == "POST"]

    def calls(self, resource):
        return len(self.sandbox.calls(ORGANISATION, resource, limit=1000))
