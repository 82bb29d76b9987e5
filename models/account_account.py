from odoo import fields, models


class AccountAccount(models.Model):
    _inherit = "account.account"

    netvisor_account_number = fields.Char(
        company_dependent=True,
        string="Netvisor account",
        help="The number of this account in Netvisor, where it differs from the code here.",
    )

    def _netvisor_number(self, company):
        """:return: the account's number in the Netvisor of this company, or an empty string"""
        self.ensure_one()
        # A branch uses the books of its head office; the code of an account depends on the company that asks.
        root = company._netvisor_root()
        here, there = self.with_company(company), self.with_company(root)
        return (here.netvisor_account_number or there.netvisor_account_number or here.code or there.code or "").strip()
