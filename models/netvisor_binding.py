from odoo import api, fields, models

from .netvisor_kind import Problem

# Kind → field of the record that is linked, and what is said of documents whose record is no more.
RECORDS = {"customer": "partner_id", "product": "product_id", "dimension_item": "analytic_account_id"}
GONE = {"customer": "partner_gone"}


class NetvisorBinding(models.Model):
    """Identity of master data: which Netvisor object an Odoo record is, per connected company."""

    _name = "netvisor.binding"
    _description = "Netvisor link"
    _order = "id desc"
    _rec_name = "name"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [("customer", "Customer"), ("product", "Product"), ("dimension_item", "Dimension item")], required=True
    )
    partner_id = fields.Many2one("res.partner", index="btree_not_null", ondelete="cascade")
    product_id = fields.Many2one("product.product", index="btree_not_null", ondelete="cascade")
    analytic_account_id = fields.Many2one("account.analytic.account", index="btree_not_null", ondelete="cascade")
    name = fields.Char()
    code = fields.Char(help="Customer code, product code or code of the dimension item in Netvisor.")
    netvisor_key = fields.Integer(string="Netvisor key")
    digest = fields.Char(help="Of the data last sent, so that unchanged data is not sent again.")
    linked = fields.Boolean(help="Was in Netvisor before Odoo knew it: its code stays as it is there.")
    document_ids = fields.One2many("netvisor.document", "binding_id", string="Documents")

    _partner_uniq = models.UniqueIndex(
        "(company_id, kind, partner_id) WHERE partner_id IS NOT NULL",
        "This contact is already linked to Netvisor.",
    )
    _product_record_uniq = models.UniqueIndex(
        "(company_id, kind, product_id) WHERE product_id IS NOT NULL",
        "This product is already linked to Netvisor.",
    )
    _analytic_account_uniq = models.UniqueIndex(
        "(company_id, kind, analytic_account_id) WHERE analytic_account_id IS NOT NULL",
        "This analytic account is already linked to Netvisor.",
    )
    _product_uniq = models.UniqueIndex(
        "(company_id, code) WHERE kind = 'product'",
        "This product code is already linked to Netvisor.",
    )
    _key_uniq = models.UniqueIndex(
        "(company_id, kind, netvisor_key) WHERE netvisor_key IS NOT NULL AND netvisor_key != 0",
        "Another record is already linked to this Netvisor key.",
    )

    @api.model
    def _get(self, company, kind, **record):
        """The binding of a record, made when missing. Idempotent: a unique violation means another worker made it."""
        root = company._netvisor_root()
        domain = [("company_id", "=", root.id), ("kind", "=", kind)]
        domain += [(name, "=", value.id if hasattr(value, "id") else value) for name, value in record.items()]
        binding = self.sudo().search(domain, limit=1)
        if not binding:
            values = {name: value.id if hasattr(value, "id") else value for name, value in record.items()}
            binding = self.sudo().create({"company_id": root.id, "kind": kind, **values})
        return binding

    def _record(self):
        """:return: the Odoo record of this link, an empty contact when it has none (the generic product, a deleted record)"""
        self.ensure_one()
        return self[RECORDS[self.kind]] or self.env["res.partner"]

    def _detach(self):
        """The record goes; what is in Netvisor stays, with its proof. What never left is dropped."""
        under_way = ("claimed", "sending", "in_doubt", "review")
        for binding in self.sudo():
            documents = binding.document_ids
            left = documents.filtered(lambda row: row.sent_date or row.state in under_way)
            if not binding.netvisor_key and not left:
                binding.unlink()
                continue
            binding[RECORDS[binding.kind]] = False
            waiting = documents.filtered(lambda row: row.state in ("todo", "blocked"))
            waiting._block([Problem(GONE.get(binding.kind, "record_gone"))])
            waiting.write({"state": "cancelled"})
