"""What Netvisor and Odoo each use by themselves: two accounts with the same role are likely the same account (4.13)."""

from collections import defaultdict

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# CompanyDefaultAccounts of accountlist.nv, in lower case as the wire gives them.
ROLES = {
    "tradepayables": _lt("trade payables"),
    "purchasevatreceivable": _lt("VAT receivable of purchases"),
    "roundingoffdifference": _lt("rounding differences"),
    "vatpayable": _lt("VAT payable"),
    "taxaccount": _lt("tax account"),
    "advancepayments": _lt("advance payments"),
    "salesreceivables": _lt("sales receivables"),
    "salesvatdebt": _lt("VAT debt of sales"),
    "inventory": _lt("inventory"),
    "salesdiscount": _lt("sales discounts"),
    "salesexchangeratedifferences": _lt("exchange differences of sales"),
    "collection": _lt("collection"),
    "purchasesdiscounts": _lt("purchase discounts"),
    "purchasesexchangeratedifferences": _lt("exchange differences of purchases"),
    "purchaseinvoiceaccrual": _lt("accrual of purchase invoices"),
    "salesinvoiceaccrual": _lt("accrual of sales invoices"),
    "purchasedomesticdefault": _lt("domestic purchases"),
    "purchaseeudefault": _lt("EU purchases"),
    "purchaseoutsideeudefault": _lt("purchases outside the EU"),
    "salesdomesticdefault": _lt("domestic sales"),
    "saleseudefault": _lt("EU sales"),
    "salesoutsideeudefault": _lt("sales outside the EU"),
}
# Odoo's defaults of a company: field of res.company → role. A field that another module brings counts when it is there.
COMPANY_FIELDS = {
    "income_account_id": "salesdomesticdefault",
    "expense_account_id": "purchasedomesticdefault",
    "account_journal_early_pay_discount_loss_account_id": "salesdiscount",
    "account_journal_early_pay_discount_gain_account_id": "purchasesdiscounts",
    "income_currency_exchange_account_id": "salesexchangeratedifferences",
    "expense_currency_exchange_account_id": "purchasesexchangeratedifferences",
    "account_stock_valuation_id": "inventory",
}
# Defaults that belong to each company, of records that have none of their own: (model, field) → role.
FALLBACKS = {
    ("res.partner", "property_account_receivable_id"): "salesreceivables",
    ("res.partner", "property_account_payable_id"): "tradepayables",
    ("product.category", "property_account_income_categ_id"): "salesdomesticdefault",
    ("product.category", "property_account_expense_categ_id"): "purchasedomesticdefault",
}
# Where the tax of a domestic tax is posted, by its use. Fiscal positions tell foreign ones.
TAX_USES = {"sale": "salesvatdebt", "purchase": "purchasevatreceivable"}


def odoo_roles(env, company):
    """:return: dict account id → set of the roles that Odoo uses this account for in this company"""
    company = company.with_context(active_test=True)
    roles = defaultdict(set)
    for name, role in COMPANY_FIELDS.items():
        if name in company._fields:
            roles[company[name].id].add(role)
    for (model, name), role in FALLBACKS.items():
        records = env[model].with_company(company)
        fallback = records._fields[name].get_company_dependent_fallback(records)
        roles[fallback.id].add(role)
    for use, role in TAX_USES.items():
        default = company.account_sale_tax_id if use == "sale" else company.account_purchase_tax_id
        lines = default.invoice_repartition_line_ids.filtered(lambda line: line.repartition_type == "tax")
        for account in lines.account_id:
            roles[account.id].add(role)
    roles[company.account_sale_tax_id.tax_group_id.tax_payable_account_id.id].add("vatpayable")
    roles.pop(False, None)
    return roles
