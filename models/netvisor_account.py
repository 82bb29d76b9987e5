from odoo import api, fields, models

from .netvisor_account_role import ROLES
from .netvisor_kind import NotReady


class NetvisorAccount(models.Model):
    """Mirror of the chart of accounts in Netvisor, read by the company's job: never edited here."""

    _name = "netvisor.account"
    _description = "Netvisor account"
    _order = "company_id, number, name"
    _inherit = ["netvisor.mirror"]

    number = fields.Char(readonly=True, index=True)
    name = fields.Char(readonly=True)
    name_en = fields.Char(string="Name in English", readonly=True)
    name_sv = fields.Char(string="Name in Swedish", readonly=True)
    account_type = fields.Selection([("account", "Account"), ("accountgroup", "Heading")], readonly=True)
    parent_key = fields.Integer(readonly=True, aggregator=None)
    heading = fields.Char(readonly=True, help="The headings above it, the outermost first.")
    statement = fields.Selection([("balance", "Balance sheet"), ("result", "Profit and loss")], readonly=True)
    natural_negative = fields.Boolean(string="Shown with the sign turned", readonly=True)
    # Names of the defaults in accountlist, separated by spaces: keys of ``ROLES``.
    roles = fields.Char(readonly=True)
    role_text = fields.Char(
        string="Default for", compute="_compute_role_text", help="What Netvisor uses this account for by itself."
    )

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")

    @api.depends("number", "name")
    def _compute_display_name(self):
        for account in self:
            account.display_name = " ".join(filter(None, (account.number, account.name)))

    @api.depends("roles")
    @api.depends_context("lang")
    def _compute_role_text(self):
        for account in self:
            roles = (account.roles or "").split()
            account.role_text = ", ".join(self.env._(ROLES[role]) if role in ROLES else role for role in roles)

    @api.model
    def _missing(self, company, numbers):
        """Which of these numbers cannot be posted to: not in Netvisor's chart, a heading, or no longer in use.

        :raise NotReady: while the chart has never been read
        """
        root = company._netvisor_root()
        mirror = self.sudo()  # whoever may send an invoice may know whether its accounts exist
        usable = mirror.search_fetch(
            [("company_id", "=", root.id), ("account_type", "=", "account"), ("number", "in", list(numbers))],
            ["number"],
        )
        missing = set(numbers) - set(usable.mapped("number"))
        if missing and not mirror.with_context(active_test=False).search_count([("company_id", "=", root.id)], limit=1):
            mirror._read_again(root)
            raise NotReady(30)
        return missing
