# ruff: noqa: F821
company = env.company
journal_of(company).write({"invoice_reference_model": "fi"})
if TASK["connected"]:
    from odoo.addons.account_netvisor.models.res_company import SANDBOX_CREDENTIALS

    company.write({**SANDBOX_CREDENTIALS, "netvisor_mode": "sandbox", "netvisor_delivery": "odoo"})
    journal_of(company).write({"netvisor_export": "sales_invoice", "netvisor_refund_prefix": "9"})
drafts = invoices(TASK["invoices"], company)
env.cr.commit()
drafts[:20].action_post()
env.cr.commit()
thread = threading.current_thread()
thread.query_count = 0
started = time.process_time()
for start in range(20, len(drafts), 20):
    drafts[start : start + 20].action_post()
    env.cr.commit()
count = len(drafts) - 20
print(
    json.dumps(
        {
            "cpu_ms": (time.process_time() - started) * 1000 / count,
            "queries": thread.query_count / count,
        }
    )
)
