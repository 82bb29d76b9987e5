# ruff: noqa: F821, F401  (`env` comes from Odoo's shell, TASK from bench.py; the scripts behind this use the imports)
import json
import os
import threading
import time

from odoo import Command, fields


def journal_of(company):
    return env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", company.id)], limit=1)


def customers(count=20):
    country = env.ref("base.fi").id
    values = {
        "is_company": True,
        "street": "Katu 1",
        "zip": "00100",
        "city": "Helsinki",
        "country_id": country,
    }
    return env["res.partner"].create(
        [{**values, "name": f"Asiakas {number} Oy", "ref": f"B{number}"} for number in range(count)]
    )


def invoices(count, company, lines=10):
    """Drafts of the current day, made in batches as an import would."""
    partners = env["res.partner"].search([("ref", "=like", "B%")]) or customers()
    tax = env["account.chart.template"].with_company(company).ref("tax_dom_sales_goods_25_5")
    made = env["account.move"]
    for start in range(0, count, 50):
        made |= env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partners[number % len(partners)].id,
                    "invoice_date": fields.Date.today(),
                    "journal_id": journal_of(company).id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": f"Rivi {line}",
                                "quantity": line + 1,
                                "price_unit": 12.34 + line,
                                "tax_ids": [Command.set(tax.ids)],
                            }
                        )
                        for line in range(lines)
                    ],
                }
                for number in range(start, min(start + 50, count))
            ]
        )
    return made


def rss_mb():
    with open("/proc/self/statm") as source:
        return int(source.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
