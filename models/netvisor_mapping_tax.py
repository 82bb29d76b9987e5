from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..netvisor import vat
from .account_tax import VAT_CODES
from .netvisor_mapping_kind import Evidence, Proposal

CERTAIN = 100
# Where a tax shows that it is used: table, column of the tax.
USES = (
    ("account_move_line_account_tax_rel", "account_tax_id"),
    ("product_taxes_rel", "tax_id"),
    ("product_supplier_taxes_rel", "tax_id"),
    ("account_account_tax_default_rel", "tax_id"),
)


class NetvisorMappingTax(models.AbstractModel):
    """Odoo's taxes → Netvisor's VAT codes. The percentage is always the tax's own."""

    _name = "netvisor.mapping.tax"
    _inherit = ["netvisor.mapping.kind"]
    _description = "Netvisor: proposals for taxes"
    _mapped_model = "account.tax"
    _mapped_field = "tax_id"

    @api.model
    def _records(self, company):
        return self.env["account.tax"].search(
            [
                ("company_id", "child_of", company.id),
                ("type_tax_use", "in", ("sale", "purchase")),
                ("amount_type", "!=", "group"),
            ]
        )

    @api.model
    def _current(self, records, company):
        chart, current = records._netvisor_chart_codes(), {}
        for tax in records.filtered("netvisor_vat_code"):
            code = tax.netvisor_vat_code
            evidence = (Evidence("chart"),) if chart.get(tax) == code else ()
            current[tax] = Proposal(code, confidence=CERTAIN, evidence=evidence)
        return current

    @api.model
    def _propose(self, records, company):
        return records._netvisor_all_proposals()

    @api.model
    def _choices(self, record, company, text="", limit=20):
        """All codes of the tax's direction, with what speaks for them."""
        known = {proposal.code: proposal for proposal in record._netvisor_all_proposals().get(record, ())}
        labels = dict(self.env["account.tax"]._fields["netvisor_vat_code"]._description_selection(self.env))
        text = text.casefold()
        return [
            known.get(code) or Proposal(code)
            for code, _label in VAT_CODES
            if vat.VAT_CODES[code].direction in (vat.BOTH, record.type_tax_use)
            and (not record.amount or vat.VAT_CODES[code].rated)
            and text in labels[code].casefold()
        ]

    @api.model
    def _accept(self, pairs, company):
        for tax, proposal in pairs:
            known = vat.VAT_CODES.get(proposal.code)
            if known is None or known.direction not in (vat.BOTH, tax.type_tax_use):
                raise UserError(
                    self.env._("%(code)s cannot be the code of %(tax)s.", code=proposal.code, tax=tax.display_name)
                )
            tax.netvisor_vat_code = proposal.code

    @api.model
    def _forget(self, records, company):
        records.netvisor_vat_code = False

    @api.model
    def _label(self, record):
        """Taxes for sales and for purchases often have the same name."""
        return record.with_context(append_fields=["type_tax_use"]).display_name

    @api.model
    def _words(self, code, name):
        return dict(self.env["account.tax"]._fields["netvisor_vat_code"]._description_selection(self.env)).get(
            code, code
        )

    @api.model
    def _sort_keys(self, records, company):
        """Sales before purchases, as in Odoo's own list."""
        return {tax: f"{'1' if tax.type_tax_use == 'sale' else '2'}{tax.sequence:05}{tax.id:09}" for tax in records}

    @api.model
    def _used(self, records, company):
        """Taxes of entries, products and accounts, and the company's own."""
        used = set((company.account_sale_tax_id | company.account_purchase_tax_id).ids)
        for table, column in USES:
            rest = tuple(set(records.ids) - used) or (0,)
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM account_tax WHERE id IN %s AND EXISTS (SELECT 1 FROM %s WHERE %s = account_tax.id)",
                    rest,
                    SQL.identifier(table),
                    SQL.identifier(column),
                )
            )
            used |= {tax_id for (tax_id,) in rows}
        return records.browse(used) & records
