# ruff: noqa: F821
from odoo.addons.account_netvisor.models.res_company import SANDBOX_CREDENTIALS

company = env.company
company.write(
    {**SANDBOX_CREDENTIALS, "netvisor_mode": "sandbox", "netvisor_base_url": TASK["url"], "netvisor_delivery": "odoo",
     "netvisor_checked_vouchers": 1000}
)  # fmt: skip
env.cr.commit()
company._netvisor_run()  # the chart, the periods and the voucher types
journal = env["account.journal"].search([("type", "=", "general"), ("company_id", "=", company.id)], limit=1)
voucher_type = env["netvisor.voucher.type"].search([("company_id", "=", company.id), ("abbreviation", "=", "MU")])
journal.write({"netvisor_export": "voucher", "netvisor_voucher_type_id": voucher_type.id})
template = env["account.chart.template"].with_company(company)
accounts = env["account.account"].with_company(company)
known = {
    account.code: account.id
    for account in accounts.search([*accounts._check_company_domain(company), ("code", "!=", False)])
}
tax = env["account.tax"].search(
    [*env["account.tax"]._check_company_domain(company), ("type_tax_use", "=", "purchase"), ("amount", "=", 25.5)],
    limit=1,
)


def entries(count):
    """Posted entries of 20 lines: 18 costs with VAT, Odoo's own line of the VAT, the bank."""
    for start in range(0, count, 50):
        made = env["account.move"].create(
            [
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": fields.Date.today(),
                    "ref": f"Tosite {number}",
                    "line_ids": [
                        *(
                            Command.create(
                                {
                                    "account_id": known["7230"],
                                    "balance": 100.0,
                                    "name": f"Rivi {line}",
                                    "tax_ids": [Command.set(tax.ids)],
                                }
                            )
                            for line in range(18)
                        ),
                        Command.create(
                            {
                                "account_id": known["1910"],
                                "balance": -2259.0,
                                "name": "Pankki",
                                "tax_ids": [Command.clear()],
                            }
                        ),
                    ],
                }
                for number in range(start, min(start + 50, count))
            ]
        )
        made.action_post()
        env.cr.commit()
        lines = {len(move.line_ids) for move in made}
        assert lines == {20}, lines
        env.invalidate_all()


entries(20)  # what is looked up once is known before the measurement
company._netvisor_run()
entries(TASK["vouchers"])
print(json.dumps(company._netvisor_run(budget=0)))
