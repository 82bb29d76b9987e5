# ruff: noqa: F821
from odoo.addons.account_netvisor.models.res_company import SANDBOX_CREDENTIALS

company = env.company
journal_of(company).write({"invoice_reference_model": "fi"})
company.write(
    {**SANDBOX_CREDENTIALS, "netvisor_mode": "sandbox", "netvisor_base_url": TASK["url"], "netvisor_delivery": "odoo",
     "netvisor_checked_count": 1000, "netvisor_pdf": "none"}
)  # fmt: skip
journal_of(company).write({"netvisor_export": "sales_invoice", "netvisor_refund_prefix": "9"})
# Customers and product are known before the measurement: one invoice for each goes first.
warm = invoices(20, company, lines=1)
warm.action_post()
env.cr.commit()
company._netvisor_run()
drafts = invoices(TASK["invoices"], company)
for start in range(0, len(drafts), 100):
    drafts[start : start + 100].action_post()
    env.cr.commit()
print(json.dumps(company._netvisor_run(budget=0)))
