"""The taxes of Odoo's Finnish chart, and Netvisor's code of each: the only codes that are filled in without asking.

A tax is of the chart while it still has the chart's percentage and use; renamed or switched on or off it is the same tax.
"""

from odoo import api, models
from odoo.tools import ormcache

CHART = "fi"
# Start of the template's identifier → code. The longest start counts.
CHART_CODES = {
    "tax_dom_sales_goods_": "KOMY",
    "tax_dom_sales_service_": "KOMY",
    "tax_dom_sales_goods_0": "KOMY0",
    "tax_eu_sales_goods_0": "EUMY",
    "tax_eu_sales_service_0": "EUPM312",
    "vat0triangulation": "EUMY",
    "vat0export": "EUUM",
    "aland_sales_0": "EUUM",
    "tax_construct_sales_0": "RAMY",
    "tax_dom_purchase_": "KOOS",
    "tax_eu_purchase_goods_": "EUOS",
    "tax_eu_purchase_service_": "EUPO",
    "triangulation_purchase": "EUOS",
    "tax_construct_purchase_": "RAOS",
    "tax_non_eu_purchase_goods_": "MAAL",
    "import_pay": "MAAL",
    "import_deduct": "MAAL",
}


class AccountTax(models.Model):
    _inherit = "account.tax"

    def _netvisor_chart_codes(self):
        """:return: dict tax → code, of those that are recognisably the chart's"""
        companies = self.company_id.filtered(lambda company: company.chart_template == CHART)
        if not companies:
            return {}
        templates = self._netvisor_chart_taxes()
        external = self.env["ir.model.data"].sudo()
        domain = [("model", "=", "account.tax"), ("module", "=", "account"), ("res_id", "in", self.ids)]
        names = {known.res_id: known.name for known in external.search_fetch(domain, ["name", "res_id"])}
        codes = {}
        for tax in self.filtered(lambda tax: tax.company_id in companies and tax.id in names):
            template_id = names[tax.id].removeprefix(f"{tax.company_id.id}_")
            if templates.get(template_id) == (tax.amount, tax.type_tax_use):
                starts = [start for start in CHART_CODES if template_id.startswith(start)]
                if starts:
                    codes[tax] = CHART_CODES[max(starts, key=len)]
        return codes

    @api.model
    @ormcache()
    def _netvisor_chart_taxes(self):
        """:return: dict identifier of the template → (percentage, use)"""
        taxes = self.env["account.chart.template"]._get_chart_template_model_data(CHART, "account.tax")
        return {name: (values.get("amount"), values.get("type_tax_use")) for name, values in taxes.items()}

    def _netvisor_fill_chart_codes(self):
        """Connecting fills in what cannot be otherwise, where nothing was chosen. :return: the taxes that got a code"""
        codes = self.filtered(lambda tax: not tax.netvisor_vat_code)._netvisor_chart_codes()
        for tax, code in codes.items():
            tax.netvisor_vat_code = code
        return self.browse(tax.id for tax in codes)

    @api.model
    def _load_records(self, data_list, update=False):
        """A chart that is loaded after connecting gets its codes like one that was there before."""
        taxes = super()._load_records(data_list, update)
        taxes.filtered(lambda tax: tax.company_id._netvisor_is_connected())._netvisor_fill_chart_codes()
        return taxes
