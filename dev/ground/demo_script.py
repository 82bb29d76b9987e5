# ruff: noqa: F821  (`env` comes from Odoo's shell)
"""What dev/demo does inside Odoo: runs in `odoo shell -d demo`, with NETVISOR_DEMO as its input.

NETVISOR_DEMO (JSON): sandbox (address), result (file to write), fresh (was the database just made).
Result (JSON): columns, rows, notes (lines below the table), ok (did everything arrive).
What is printed is shown to the user line by line.
"""

import json
import os
import time

COLUMNS = ["Odoo number", "Customer", "Total", "", "Netvisor number", "Netvisor key", "State"]
MISTAKE = "account_netvisor.demo_invoice_virhe"
task = json.loads(os.environ["NETVISOR_DEMO"])


def send(company):
    """Through the real scheduled job, on its own cursor, as Odoo's scheduler would run it."""
    cron = company.netvisor_cron_id
    for _ in range(5):  # a job's run is limited to 40 seconds; each run goes on where the last one ended
        cron.method_direct_trigger()
        env.cr.commit()
        waiting = env["netvisor.document"].search_count(
            [
                ("root_company_id", "=", company.id),
                ("state", "in", ["todo", "claimed", "sending", "in_doubt"]),
            ]
        )
        if not waiting or company.netvisor_pause_code:
            return
        time.sleep(1)


def main():
    print("making the demo company, its customers and invoices; posting them")
    company = env["netvisor.demo"]._install(task["sandbox"])
    company._netvisor_unpause()
    env.cr.commit()
    print("running the company's scheduled job")
    send(company)
    moves = env["account.move"].search(
        [
            ("company_id", "=", company.id),
            ("journal_id.netvisor_export", "=", "sales_invoice"),
            ("state", "=", "posted"),
        ],
        order="name",
    )
    mistake = env.ref(MISTAKE)
    states = dict(env["netvisor.document"]._fields["state"]._description_selection(env))
    rows, notes, ok = [], [], not company.netvisor_pause_code
    for move in moves.sorted(lambda move: (move.move_type, move.name)):
        document = move.netvisor_document_id
        arrived = document.state == "done" and document.netvisor_key
        ok = ok and (bool(arrived) or move == mistake)
        rows.append(
            [
                move.name,
                move.partner_id.name,
                f"{move.amount_total_signed if move.move_type == 'out_refund' else move.amount_total:.2f}",
                move.currency_id.name,
                document.netvisor_number,
                document.netvisor_key or "",
                states.get(document.state, ""),
            ]
        )
        if not arrived:
            why = (document.problem or document.message or "not sent yet").replace("\n", " ")
            notes.append(f"{move.name}: {why}" + ("  (a deliberate mistake, to show one)" if move == mistake else ""))
    if company.netvisor_pause_code:
        notes.append("The connection rests: " + " ".join(str(word) for word in company._netvisor_pause_words()))
    return {
        "columns": COLUMNS,
        "rows": rows,
        "notes": [*notes, ""] if notes else [],
        "ok": ok and bool(rows),
    }


result = main()
env.cr.commit()
with open(task["result"], "w", encoding="utf-8") as sink:
    json.dump(result, sink, default=str)
