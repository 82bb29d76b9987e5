"""Mirror of what customers still owe according to Netvisor, beside what they owe according to Odoo."""

from psycopg2.extras import execute_values

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .netvisor_words import status_label

# Not yet in Netvisor's books: nobody owes it there.
DRAFT = "unsent"

UPSERT = """
    INSERT INTO netvisor_open_invoice (company_id, netvisor_key, number, date, due_date, status, customer_key, customer_code,
                                       customer_name, amount, open_amount, seen)
         VALUES %s
    ON CONFLICT (company_id, netvisor_key) DO UPDATE
            SET number = EXCLUDED.number, date = EXCLUDED.date, due_date = EXCLUDED.due_date, status = EXCLUDED.status,
                customer_key = EXCLUDED.customer_key, customer_code = EXCLUDED.customer_code,
                customer_name = EXCLUDED.customer_name, amount = EXCLUDED.amount, open_amount = EXCLUDED.open_amount,
                seen = EXCLUDED.seen
"""


class NetvisorOpenInvoice(models.Model):
    _name = "netvisor.open.invoice"
    _description = "Open sales invoice in Netvisor"
    _order = "customer_name, date, number, id"
    _rec_name = "number"
    _log_access = False  # only ever written by the job

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    netvisor_key = fields.Integer(string="Netvisor key", required=True, readonly=True, aggregator=None)
    number = fields.Char(readonly=True)
    date = fields.Date(string="Invoice date", readonly=True)
    due_date = fields.Date(readonly=True)
    status = fields.Char(readonly=True)
    status_label = fields.Char(string="Netvisor's status", compute="_compute_status_label")
    customer_key = fields.Integer(string="Netvisor key of the customer", readonly=True, aggregator=None)
    customer_code = fields.Char(readonly=True)
    customer_name = fields.Char(string="Customer", readonly=True)
    amount = fields.Monetary(string="Total", readonly=True)
    open_amount = fields.Monetary(string="Open sum in Netvisor", readonly=True)
    seen = fields.Datetime(string="Last read", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice in Odoo", compute="_compute_move_id")
    odoo_open = fields.Monetary(string="Open sum in Odoo", compute="_compute_move_id")
    difference = fields.Monetary(compute="_compute_move_id")

    _key_uniq = models.UniqueIndex("(company_id, netvisor_key)")

    @api.depends("status")
    @api.depends_context("lang")
    def _compute_status_label(self):
        for invoice in self:
            invoice.status_label = status_label(self.env, invoice.status)

    @api.depends("company_id", "netvisor_key")
    def _compute_move_id(self):
        documents = (
            self.env["netvisor.document"]
            .sudo()
            .search(
                [
                    ("root_company_id", "in", self.company_id.ids),
                    ("kind", "=", "sales_invoice"),
                    ("netvisor_key", "in", self.mapped("netvisor_key")),
                ]
            )
        )
        moves = {(row.root_company_id.id, row.netvisor_key): row.move_id for row in documents}
        visible = self.env["account.move"].browse(
            move.id for move in documents.move_id.sudo(False).with_env(self.env)._filtered_access("read")
        )
        for invoice in self:
            move = moves.get((invoice.company_id.id, invoice.netvisor_key), visible.browse())
            move = move.with_env(self.env) & visible
            invoice.move_id = move
            invoice.odoo_open = move.amount_residual_signed
            invoice.difference = invoice.odoo_open - (0 if invoice.status == DRAFT else invoice.open_amount)

    @api.model
    def _store(self, company, rows, seen):
        """:param rows: the wire's InvoiceRow"""
        values = {
            row.key: (
                company.id,
                row.key,
                row.number or None,
                row.date,
                row.due_date,
                row.status or None,
                row.customer_key,
                row.customer_code or None,
                row.customer_name or None,
                row.amount,
                row.open_amount or 0,
                seen,
            )
            for row in rows
            if row.key
        }
        if values:
            execute_values(self.env.cr._obj, UPSERT, list(values.values()), page_size=len(values))
        self.invalidate_model()

    @api.model
    def _drop_unseen(self, company, began):
        """What a complete reading did not show is no longer open."""
        self.env.cr.execute(
            "DELETE FROM netvisor_open_invoice WHERE company_id = %s AND seen < %s", [company.id, began]
        )
        self.invalidate_model()

    @api.model
    def _read_again(self, company):
        self.env["netvisor.feed"]._read_now(company, ("open_invoice",))

    def action_read_again(self):
        """Button above the list: ask now what is open."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can read lists from Netvisor."))
        company = self.env.company
        if not company._netvisor_is_connected() or not company._netvisor_root().sudo().netvisor_ledger:
            raise UserError(
                self.env._(
                    "%(company)s does not read Netvisor's ledger. Switch it on in the settings.", company=company.name
                )
            )
        self._read_again(company)
        return self.env["netvisor.feed"]._said()
