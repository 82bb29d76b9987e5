"""Journal entries of the demo company: a journal whose entries become vouchers, and a ledger to compare them with."""

from odoo import Command, api, models

JOURNAL = {"name": "Muistiotositteet", "code": "MUIST", "type": "general"}
VOUCHER_TYPE = "MU"
# Every entry: days ago, text, lines (account, amount: debit positive, more).
ENTRIES = {
    "vuokra": (19, "Toimiston vuokra", [("7230", 1200.0, {}), ("1910", -1200.0, {})]),
    "tarvikkeet": (13, "Toimistotarvikkeet, käteiskuitti", [("8500", 100.0, {"tax": True}), ("1910", -125.5, {})]),
    "palkat": (9, "Palkkojen jako", [("5000", 3000.0, {"split": {"myynti": 60, "tuotanto": 40}}), ("1910", -3000.0, {})]),
    "virhekirjaus": (7, "Matkakulut, väärä kuukausi", [("7610", 80.0, {}), ("1910", -80.0, {})]),
    # Somebody changes this one in Netvisor: the reconciliation has something to show.
    "edustus": (4, "Asiakaslounas", [("7750", 64.0, {}), ("1910", -64.0, {})]),
}  # fmt: skip
REVERSED = "virhekirjaus"
CHANGED, CHANGED_TO = "edustus", [["7750", "46.00"], ["1910", "-46.00"]]


class NetvisorDemo(models.AbstractModel):
    _inherit = "netvisor.demo"

    @api.model
    def _install(self, base_url=None):
        company = super()._install(base_url)
        if company:
            demo = self.with_context(tracking_disable=True, mail_create_nolog=True)
            demo = demo.with_company(company).with_context(allowed_company_ids=company.ids)
            company.netvisor_ledger = True
            demo._entries(demo._voucher_journal())
        return company

    @api.model
    def _voucher_journal(self):
        journal = self._known("journal_vouchers")
        if not journal:
            values = {**JOURNAL, "company_id": self.env.company.id, "netvisor_export": "voucher"}
            journal = self._keep("journal_vouchers", self.env["account.journal"].create(values))
        return journal

    @api.model
    def _entries(self, journal):
        analytic = self._analytic()
        for name, (days, text, lines) in ENTRIES.items():
            if self._known(f"entry_{name}"):
                continue
            move = self.env["account.move"].create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": self._day(days),
                    "ref": text,
                    "line_ids": [Command.create(self._entry_line(line, text, analytic)) for line in lines],
                }
            )
            self._keep(f"entry_{name}", move)
            move.action_post()
        if not self._known("entry_reversal"):
            original = self._known(f"entry_{REVERSED}")
            reversal = original._reverse_moves([{"date": self._day(2), "journal_id": journal.id, "ref": original.ref}])
            self._keep("entry_reversal", reversal)
            reversal.action_post()

    @api.model
    def _entry_line(self, line, text, analytic):
        account, amount, more = line
        tax = self._chart("tax_dom_purchase_goods_25_5") if more.get("tax") else self.env["account.tax"]
        distribution = {str(analytic[item].id): share for item, share in more.get("split", {}).items()}
        return {
            "account_id": self._chart(f"account_{account}").id,
            "balance": amount,
            "name": text,
            "tax_ids": [Command.set(tax.ids)],
            "analytic_distribution": distribution or False,
        }

    # --- when the company has been connected -------------------------------------------------------------------------
    @api.model
    def _choose_voucher_type(self, company):
        """What a person does on the journal as soon as Netvisor's voucher types have been read.

        :return: whether it was done just now
        """
        journal = self._known("journal_vouchers")
        types = self.env["netvisor.voucher.type"].search(
            [("company_id", "=", company.id), ("abbreviation", "=", VOUCHER_TYPE)], limit=1
        )
        if not types or journal.netvisor_voucher_type_id:
            return False
        journal.netvisor_voucher_type_id = types
        entries = self.env["account.move"].search([("journal_id", "=", journal.id), ("state", "=", "posted")])
        entries.sudo().netvisor_document_ids._retry()
        return True

    @api.model
    def _changed_voucher(self):
        """:return: (account.move, lines for the sandbox) of the voucher that somebody changes there"""
        return self._known(f"entry_{CHANGED}"), CHANGED_TO
