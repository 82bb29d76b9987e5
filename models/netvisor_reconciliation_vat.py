from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..netvisor import vat
from . import netvisor_reconciliation_vat_sql as sums

_lt = LazyTranslate(__name__)

# Netvisor's own VAT accounts (4.13); those of Odoo's taxes count too.
VAT_ROLES = ("purchasevatreceivable", "salesvatdebt")
CODE_WORDS = {
    "": _lt("Without a code"),
    sums.SEVERAL: _lt("Entries with several codes"),
}
FLUSHED = {
    "account.move": ["state", "date", "always_tax_exigible", "tax_cash_basis_rec_id", "tax_cash_basis_origin_move_id"],
    "account.move.line": ["date", "parent_state", "balance", "account_id", "tax_ids", "tax_line_id", "company_id"],
    "account.tax": [
        "netvisor_vat_code",
        "amount",
        "amount_type",
        "tax_exigibility",
        "type_tax_use",
        "children_tax_ids",
    ],
    "account.journal": ["netvisor_export", "netvisor_voucher_mode"],
    "netvisor.document": ["move_id", "kind"],
}


class NetvisorReconciliationVat(models.Model):
    """One VAT code and month: base and tax of both ledgers. Written by SQL."""

    _name = "netvisor.reconciliation.vat"
    _description = "Netvisor reconciliation: VAT code and month"
    _order = "agrees, month, code, id"
    _rec_name = "code"
    _log_access = False

    reconciliation_id = fields.Many2one(
        "netvisor.reconciliation", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(readonly=True)
    code = fields.Char(string="VAT code", readonly=True)
    code_text = fields.Char(string="Code", compute="_compute_code_text")
    odoo_base = fields.Monetary(string="Base in Odoo", readonly=True)
    netvisor_base = fields.Monetary(string="Base in Netvisor", readonly=True)
    base_difference = fields.Monetary(string="Difference of bases", readonly=True)
    odoo_tax = fields.Monetary(string="VAT in Odoo", readonly=True)
    netvisor_tax = fields.Monetary(string="VAT in Netvisor", readonly=True)
    tax_difference = fields.Monetary(string="Difference of VAT", readonly=True)
    outside_base = fields.Monetary(string="Base out of scope", readonly=True)
    outside_tax = fields.Monetary(string="VAT out of scope", readonly=True)
    agrees = fields.Boolean(readonly=True)

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_code_text(self):
        for row in self:
            row.code_text = self.env._(CODE_WORDS[row.code]) if row.code in CODE_WORDS else row.code

    def action_open_odoo(self):
        """Journal items behind the row; those that differ, where anything does."""
        return self._open("account.move.line", 0)

    def action_open_netvisor(self):
        return self._open("netvisor.ledger.line", 1)

    def _open(self, model, side):
        self.ensure_one()
        self.reconciliation_id._check_sees()
        self.check_access("read")
        ids = self._lines()[side]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(code)s in %(month)s", code=self.code_text, month=f"{self.month:%Y-%m}"),
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", ids)],
            "context": {"create": False},
        }

    def _lines(self):
        """:return: (ids of journal items, ids of Netvisor's lines) of the entries that differ; of all when none does"""
        reconciliation = self.reconciliation_id.sudo()
        values = reconciliation._vat_values() | {
            "month": self.month,
            "code": self.code or "",
            "differing": not self.agrees,
        }
        rows = sums.rows(self.env, sums.LINES, values)
        return [[line_id for row in rows for line_id in row[side]] for side in (0, 1)]


class NetvisorReconciliation(models.Model):
    _inherit = "netvisor.reconciliation"

    vat_ids = fields.One2many("netvisor.reconciliation.vat", "reconciliation_id", string="VAT")
    vat_difference_count = fields.Integer(string="Differences of VAT", compute="_compute_vat_difference_count")

    @api.depends("vat_ids.agrees")
    def _compute_vat_difference_count(self):
        rows = self.env["netvisor.reconciliation.vat"]._read_group(
            [("reconciliation_id", "in", self.ids), ("agrees", "=", False)], ["reconciliation_id"], ["__count"]
        )
        counts = {record.id: count for record, count in rows}
        for record in self:
            record.vat_difference_count = counts.get(record.id, 0)

    def _compute_all(self):
        result = super()._compute_all()
        for record in self.sudo():
            record._compute_vat()
            record.agrees = record._agrees()
        return result

    def _agrees(self):
        return super()._agrees() and not self.vat_difference_count

    def _compute_vat(self):
        """Sums per code and month, of the days that have been read on both sides."""
        self.ensure_one()
        values = self._vat_values()
        self.env.cr.execute("DELETE FROM netvisor_reconciliation_vat WHERE reconciliation_id = %s", [self.id])
        sums.rows(self.env, sums.SUMS, values)
        self.env["netvisor.reconciliation.vat"].invalidate_model()
        self.invalidate_recordset(["vat_ids", "vat_difference_count"])

    def _vat_values(self):
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        return {
            **self._sql_values(),
            **self._vat_accounts(),
            "several": sums.SEVERAL,
            "rated": [code for code, known in vat.VAT_CODES.items() if known.rated],
        }

    def _vat_accounts(self):
        """Where VAT stands: Netvisor's own accounts, and those to which Odoo's taxes post; as Odoo's ids and as numbers."""
        mirror = self.env["netvisor.account"].sudo().search([("company_id", "=", self.company_id.id)])
        numbers = {account.number for account in mirror if set((account.roles or "").split()) & set(VAT_ROLES)}
        parts = self.env["account.tax.repartition.line"].sudo()
        parts = parts.search([("company_id", "in", self._companies().ids), ("repartition_type", "=", "tax")])
        taxed, rows = set(parts.account_id.ids), self._account_numbers()
        numbers |= {number for _company, account_id, number in rows if account_id in taxed}
        ids = {account_id for _company, account_id, number in rows if number in numbers}
        return {"vat_accounts": sorted(ids), "vat_numbers": sorted(numbers)}
