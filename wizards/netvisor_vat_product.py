import uuid

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL, split_every

BATCH = 1000
# What has a tax by default: kind → (model, field of its taxes, column of the row that points to it).
TARGETS = {
    "product_sale": ("product.template", "taxes_id", "product_id"),
    "product_purchase": ("product.template", "supplier_taxes_id", "product_id"),
    "account": ("account.account", "tax_ids", "account_id"),
    "reconcile": ("account.reconcile.model.line", "tax_ids", "reconcile_line_id"),
    "company_sale": ("res.company", "account_sale_tax_id", "company_id"),
    "company_purchase": ("res.company", "account_purchase_tax_id", "company_id"),
}


class NetvisorVatProduct(models.TransientModel):
    """What uses a tax of the old rate by default. Rows are a preview: nothing is replaced that a person has not accepted."""

    _name = "netvisor.vat.product"
    _description = "Netvisor: replace the old VAT rate"
    _order = "kind, product_id, id"
    _rec_name = "kind"

    run = fields.Char(required=True, index=True)
    kind = fields.Selection(
        [
            ("product_sale", "Product, sales"),
            ("product_purchase", "Product, purchases"),
            ("account", "Account"),
            ("reconcile", "Reconciliation model"),
            ("company_sale", "Company, sales"),
            ("company_purchase", "Company, purchases"),
        ],
        string="Used by",
        required=True,
        readonly=True,
    )
    product_id = fields.Many2one("product.template", readonly=True, ondelete="cascade")
    account_id = fields.Many2one("account.account", readonly=True, ondelete="cascade")
    reconcile_line_id = fields.Many2one("account.reconcile.model.line", readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    name = fields.Char(compute="_compute_name")
    default_code = fields.Char(related="product_id.default_code")
    categ_id = fields.Many2one(related="product_id.categ_id")
    old_tax_id = fields.Many2one("account.tax", string="Now", readonly=True, ondelete="cascade")
    new_tax_id = fields.Many2one("account.tax", string="Then", readonly=True, ondelete="cascade")
    done = fields.Boolean(string="Replaced", readonly=True)

    @api.depends("product_id", "account_id", "reconcile_line_id", "company_id")
    def _compute_name(self):
        for row in self:
            record = row[TARGETS[row.kind][2]]
            named = record.model_id if row.kind == "reconcile" else record
            row.name = named.display_name

    # --- the preview --------------------------------------------------------------------------------------------------
    @api.model
    def _open(self, company, change):
        """Look at what uses the old rate. Only taxes whose successor is in use are offered."""
        taxes = self.env["account.tax"]
        plans = taxes._netvisor_successor_plans(company, change)
        pairs = {plan.tax: plan.twin for plan in plans if plan.outcome == "exists"}
        run = uuid.uuid4().hex
        companies = self.env["res.company"].search([("id", "child_of", company.id)])
        for kind in TARGETS:
            self._collect(run, kind, pairs, companies)
        self.invalidate_model()
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_vat_product_action")
        title = self.env._(
            "Replace %(old)s by %(new)s",
            old=taxes._netvisor_percent_text(change.old),
            new=taxes._netvisor_percent_text(change.new),
        )
        return {
            **action,
            "domain": [("run", "=", run)],
            "context": {"netvisor_run": run, "search_default_open": 1},
            "name": title,
            "display_name": title,
        }

    @api.model
    def _collect(self, run, kind, pairs, companies):
        """One INSERT for all records of a kind: there may be tens of thousands of products."""
        model, field_name, column = TARGETS[kind]
        if not pairs:
            return
        field = self.env[model]._fields[field_name]
        records = self.env[model]._search(self._domain_of(model, field_name, companies, pairs))
        if field.type == "many2many":
            source = SQL(
                "SELECT rel.%s AS record, rel.%s AS tax FROM %s rel WHERE rel.%s IN %s",
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                records.subselect(),
            )
        else:
            source = SQL(
                "SELECT id AS record, %s AS tax FROM %s WHERE id IN %s",
                SQL.identifier(field_name),
                SQL.identifier(self.env[model]._table),
                records.subselect(),
            )
        mapping = SQL(", ").join(SQL("(%s, %s)", old.id, new.id) for old, new in pairs.items())
        self.env.execute_query(
            SQL(
                """
                INSERT INTO netvisor_vat_product (run, kind, %(column)s, old_tax_id, new_tax_id, done,
                                                  create_uid, create_date, write_uid, write_date)
                     SELECT %(run)s, %(kind)s, source.record, pair.old, pair.new, FALSE,
                            %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                       FROM (%(source)s) source
                       JOIN (VALUES %(mapping)s) AS pair (old, new) ON pair.old = source.tax
                   ORDER BY source.record
                  RETURNING id
                """,
                column=SQL.identifier(column),
                run=run,
                kind=kind,
                uid=self.env.uid,
                source=source,
                mapping=mapping,
            )
        )

    @api.model
    def _domain_of(self, model, field_name, companies, pairs):
        """Records that the company uses; products and accounts may be shared with others, whose taxes stay."""
        domain = [(field_name, "in", [tax.id for tax in pairs])]
        if model == "res.company":
            return [*domain, ("id", "in", companies.ids)]
        if model == "product.template":
            return [*domain, ("company_id", "in", [False, *companies.ids])]
        return domain

    # --- doing --------------------------------------------------------------------------------------------------------
    def action_replace(self):
        """Accept the selected rows."""
        return self._replace(self)

    def action_replace_all(self):
        """Accept everything that this preview lists, whatever is selected."""
        run = self.env.context.get("netvisor_run")
        return self._replace(self.search([("run", "=", run)]) if run else self.browse())

    @api.model
    def _replace(self, rows):
        self.env["account.tax"]._netvisor_check_maker()
        rows = rows.filtered(lambda row: not row.done and row.create_uid == self.env.user and row.new_tax_id.active)
        for (kind, old, new), group in rows.grouped(lambda row: (row.kind, row.old_tax_id, row.new_tax_id)).items():
            model, field_name, column = TARGETS[kind]
            for ids in split_every(BATCH, group[column].ids):
                self._replace_on(self.env[model].browse(ids), field_name, old, new)
        rows.done = True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Netvisor"),
                "type": "success",
                "message": self.env._("Replaced in %(count)s places.", count=len(rows)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _replace_on(self, records, field_name, old, new):
        """Default taxes are the accountant's: whether he may also change prices and names of products does not matter."""
        records = records.sudo()
        many = records._fields[field_name].type == "many2many"
        still = records.filtered(lambda record: old in record[field_name])
        still.write({field_name: [Command.unlink(old.id), Command.link(new.id)] if many else new.id})
