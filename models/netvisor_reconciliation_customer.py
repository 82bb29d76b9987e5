from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .netvisor_document import SENT
from .netvisor_open_invoice import DRAFT

# One row per customer: the contact where it is known (by the invoice, else by the link of the customer), else Netvisor's.
SUMS = """
    WITH ours AS (
        SELECT move.commercial_partner_id AS partner_id, COUNT(*) AS number,
               COALESCE(SUM(move.amount_residual_signed) FILTER (WHERE there), 0) AS open_amount,
               COALESCE(SUM(move.amount_residual_signed) FILTER (WHERE NOT there), 0) AS not_sent
          FROM account_move move
          JOIN account_journal journal ON journal.id = move.journal_id
          JOIN res_company root ON root.id = %(root)s
     LEFT JOIN netvisor_document document ON document.move_id = move.id AND document.kind = 'sales_invoice'
     LEFT JOIN netvisor_open_invoice invoice
            ON invoice.company_id = root.id AND invoice.netvisor_key = document.netvisor_key
    CROSS JOIN LATERAL (
        -- Sent since the reading began: what none of its parts has shown could not be there, and is no difference.
        SELECT COALESCE(document.netvisor_key, 0) != 0
               AND (invoice.id IS NOT NULL OR COALESCE(document.sent_date < %(read_at)s, TRUE)) AS there) reading
         WHERE move.company_id = ANY(%(companies)s) AND move.state = 'posted'
           AND move.move_type IN ('out_invoice', 'out_refund') AND move.amount_residual_signed != 0
           AND CASE WHEN document.id IS NULL
                    THEN journal.netvisor_export = 'sales_invoice'
                         AND (root.netvisor_start_date IS NULL OR move.invoice_date >= root.netvisor_start_date)
                    ELSE document.state != 'cancelled' END
      GROUP BY 1),
    remote AS (
        SELECT COALESCE(move.commercial_partner_id, partner.commercial_partner_id) AS partner_id,
               invoice.customer_key, invoice.customer_name, invoice.open_amount::numeric AS open_amount,
               invoice.status = %(draft)s AS draft, document.id IS NULL AS foreign
          FROM netvisor_open_invoice invoice
     LEFT JOIN netvisor_document document
            ON document.root_company_id = invoice.company_id AND document.kind = 'sales_invoice'
               AND document.netvisor_key = invoice.netvisor_key
     LEFT JOIN account_move move ON move.id = document.move_id
     LEFT JOIN netvisor_binding binding
            ON binding.company_id = invoice.company_id AND binding.kind = 'customer' AND binding.netvisor_key != 0
               AND binding.netvisor_key = invoice.customer_key
     LEFT JOIN res_partner partner ON partner.id = binding.partner_id
         WHERE invoice.company_id = %(root)s),
    theirs AS (
        SELECT partner_id, CASE WHEN partner_id IS NULL THEN customer_key END AS customer_key,
               MIN(customer_name) AS customer_name, COUNT(*) FILTER (WHERE NOT draft) AS number,
               COALESCE(SUM(open_amount) FILTER (WHERE NOT draft), 0) AS open_amount,
               COALESCE(SUM(open_amount) FILTER (WHERE draft), 0) AS draft,
               COALESCE(SUM(open_amount) FILTER (WHERE NOT draft AND "foreign"), 0) AS only_netvisor
          FROM remote GROUP BY 1, 2)
    INSERT INTO netvisor_reconciliation_customer (reconciliation_id, company_id, partner_id, customer_key, name,
                                                  odoo_open, netvisor_open, difference, not_sent, netvisor_draft,
                                                  only_netvisor, odoo_count, netvisor_count, agrees)
         SELECT %(id)s, %(root)s, COALESCE(ours.partner_id, theirs.partner_id), theirs.customer_key,
                COALESCE(partner.complete_name, theirs.customer_name), COALESCE(ours.open_amount, 0),
                COALESCE(theirs.open_amount, 0), COALESCE(ours.open_amount, 0) - COALESCE(theirs.open_amount, 0),
                COALESCE(ours.not_sent, 0), COALESCE(theirs.draft, 0), COALESCE(theirs.only_netvisor, 0),
                COALESCE(ours.number, 0), COALESCE(theirs.number, 0),
                COALESCE(ours.open_amount, 0) = COALESCE(theirs.open_amount, 0)
           FROM ours FULL JOIN theirs ON theirs.partner_id = ours.partner_id
      LEFT JOIN res_partner partner ON partner.id = COALESCE(ours.partner_id, theirs.partner_id)
      RETURNING id
"""
FLUSHED = {
    "account.move": ["amount_residual_signed", "state", "commercial_partner_id", "move_type", "invoice_date"],
    "account.journal": ["netvisor_export"],
    "netvisor.document": ["move_id", "kind", "state", "netvisor_key", "sent_date"],
    "netvisor.binding": ["partner_id", "netvisor_key"],
    "res.partner": ["complete_name", "commercial_partner_id"],
}


class NetvisorReconciliationCustomer(models.Model):
    """What one customer owes according to both sides. Written by SQL."""

    _name = "netvisor.reconciliation.customer"
    _description = "Netvisor reconciliation: receivables of a customer"
    _order = "agrees, name, id"
    _rec_name = "name"
    _log_access = False

    reconciliation_id = fields.Many2one(
        "netvisor.reconciliation", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Contact", ondelete="set null", readonly=True)
    customer_key = fields.Integer(string="Netvisor key", readonly=True, aggregator=None)
    name = fields.Char(string="Customer", readonly=True)
    odoo_open = fields.Monetary(string="Open sum in Odoo", readonly=True)
    netvisor_open = fields.Monetary(string="Open sum in Netvisor", readonly=True)
    difference = fields.Monetary(readonly=True)
    not_sent = fields.Monetary(
        string="Not there yet", readonly=True, help="Open invoices of Odoo that Netvisor did not have when it was read."
    )
    netvisor_draft = fields.Monetary(
        string="Drafts in Netvisor", readonly=True, help="In Netvisor, but not yet in its books."
    )
    only_netvisor = fields.Monetary(
        string="Not from Odoo", readonly=True, help="Open invoices that did not come from Odoo."
    )
    odoo_count = fields.Integer(string="Invoices in Odoo", readonly=True)
    netvisor_count = fields.Integer(string="Invoices in Netvisor", readonly=True)
    agrees = fields.Boolean(readonly=True)

    # --- what a person may do -----------------------------------------------------------------------------------------
    def action_open_odoo(self):
        """The open invoices of the customer."""
        self._check()
        domain = [
            ("company_id", "child_of", self.company_id.id),
            ("commercial_partner_id", "=", self.partner_id.id),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("state", "=", "posted"),
            ("amount_residual_signed", "!=", 0),
        ]
        return self._window("account.move", domain)

    def action_open_netvisor(self):
        self._check()
        return self._window("netvisor.open.invoice", [("id", "in", self._remote().ids)])

    def action_check(self):
        """Ask Netvisor again: its list of open invoices, and the invoices themselves where both sides differ."""
        self._check()
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can read lists from Netvisor."))
        self.env["netvisor.open.invoice"]._read_again(self.company_id)
        documents = self._differing_documents()
        return documents.action_check() if documents else self.env["netvisor.feed"]._said()

    def _check(self):
        self.ensure_one()
        self.reconciliation_id._check_sees()
        self.check_access("read")

    def _window(self, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": self.name or "",
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"create": False},
        }

    def _remote(self):
        """:return: netvisor.open.invoice of this customer"""
        invoices = self.env["netvisor.open.invoice"].search([("company_id", "=", self.company_id.id)])
        if not self.partner_id:
            known = self.env["netvisor.binding"].sudo()
            domain = [("company_id", "=", self.company_id.id), ("kind", "=", "customer"), ("partner_id", "!=", False)]
            linked = set(known.search(domain).mapped("netvisor_key"))
            return invoices.filtered(
                lambda invoice: (
                    invoice.customer_key == self.customer_key
                    and invoice.customer_key not in linked
                    and not invoice.move_id
                )
            )
        partners = self.env["res.partner"].sudo().search([("commercial_partner_id", "=", self.partner_id.id)])
        bindings = self.env["netvisor.binding"].sudo()
        bindings = bindings.search([("company_id", "=", self.company_id.id), ("partner_id", "in", partners.ids)])
        keys = set(bindings.filtered("netvisor_key").mapped("netvisor_key"))
        return invoices.filtered(
            lambda invoice: (
                invoice.move_id.commercial_partner_id == self.partner_id
                if invoice.move_id
                else invoice.customer_key in keys
            )
        )

    def _differing_documents(self):
        """Documents whose open sums differ."""
        remote = {invoice.netvisor_key: invoice.open_amount for invoice in self._remote() if invoice.status != DRAFT}
        documents = self.env["netvisor.document"].search(
            [
                ("root_company_id", "=", self.company_id.id),
                ("kind", "=", "sales_invoice"),
                ("state", "in", (*SENT, "deleted")),
                ("move_id.commercial_partner_id", "=", self.partner_id.id),
                "|",
                ("move_id.amount_residual_signed", "!=", 0),
                ("netvisor_key", "in", list(remote)),
            ]
        )
        return documents.filtered(
            lambda document: document.move_id.amount_residual_signed != remote.get(document.netvisor_key, 0)
        )


class NetvisorReconciliation(models.Model):
    _inherit = "netvisor.reconciliation"

    customer_ids = fields.One2many("netvisor.reconciliation.customer", "reconciliation_id", string="Receivables")
    open_read_at = fields.Datetime(string="Open invoices read", readonly=True)
    customer_difference_count = fields.Integer(
        string="Customers that differ", compute="_compute_customer_difference_count"
    )

    @api.depends("customer_ids.agrees")
    def _compute_customer_difference_count(self):
        rows = self.env["netvisor.reconciliation.customer"]._read_group(
            [("reconciliation_id", "in", self.ids), ("agrees", "=", False)], ["reconciliation_id"], ["__count"]
        )
        counts = {record.id: count for record, count in rows}
        for record in self:
            record.customer_difference_count = counts.get(record.id, 0)

    def _compute_all(self):
        result = super()._compute_all()
        for record in self.sudo():
            record._compute_receivables()
        return result

    def _compute_receivables(self):
        """What is open now: Netvisor's list has no past, so it says nothing about whether a month agrees."""
        self.ensure_one()
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        feeds = self.env["netvisor.feed"].sudo()
        feed = feeds.search([("company_id", "=", self.company_id.id), ("kind", "=", "open_invoice")], limit=1)
        self.open_read_at = feed.bookmark and datetime.fromisoformat(feed.bookmark).replace(microsecond=0)
        self.env.cr.execute("DELETE FROM netvisor_reconciliation_customer WHERE reconciliation_id = %s", [self.id])
        if self.open_read_at:
            values = {
                "id": self.id,
                "root": self.company_id.id,
                "companies": self._companies().ids,
                "draft": DRAFT,
                "read_at": self.open_read_at,
            }
            self.env.execute_query(SQL(SUMS, **values))
        self.env["netvisor.reconciliation.customer"].invalidate_model()
        self.invalidate_recordset(["customer_ids", "customer_difference_count"])

    def action_read_open(self):
        """Ask Netvisor now what is open."""
        self.ensure_one()
        self._check_sees()
        self.check_access("read")
        return self.env["netvisor.open.invoice"].with_company(self.company_id).action_read_again()
