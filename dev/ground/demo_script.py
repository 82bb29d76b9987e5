# ruff: noqa: F821  (`env` comes from Odoo's shell)
"""What dev/demo does inside Odoo: runs in `odoo shell -d demo`, with NETVISOR_DEMO as its input.

NETVISOR_DEMO (JSON): step (prepare or report), sandbox and odoo (addresses), result (file to write), fresh (was the
database just made). Result of the report (JSON): columns, rows, notes (lines below the table), ok (did everything arrive).
What is printed is shown to the user line by line.
"""

import json
import os
import time

from odoo.addons.account_netvisor.sandbox.handle import Sandbox

COLUMNS = ["Odoo number", "Customer or text", "Total", "", "Netvisor number", "Netvisor key", "State"]
MISTAKE = "account_netvisor.demo_invoice_virhe"
task = json.loads(os.environ["NETVISOR_DEMO"])


WAIT = 300  # seconds for some fourteen PDFs and as many calls, on a slow machine
UNDER_WAY = ("todo", "claimed", "sending", "in_doubt")


def prepare():
    company = env["netvisor.demo"]._install(task["sandbox"])
    company._netvisor_unpause()
    # wkhtmltopdf fetches the styles of the PDF copies from the Odoo that dev/demo starts next.
    for name in ("report.url", "web.base.url"):
        env["ir.config_parameter"].set_param(name, task["odoo"])
    return {}


def wait_for_job(company):
    """Odoo's scheduler does the work, in the server's process; here one only looks."""
    deadline, before = time.monotonic() + WAIT, None
    while time.monotonic() < deadline:
        env.cr.commit()  # a new snapshot
        env.invalidate_all()
        documents = env["netvisor.document"].search([("root_company_id", "=", company.id)])
        waiting = len(documents.filtered(lambda document: document.state in UNDER_WAY))
        if documents and not waiting or company.netvisor_pause_code:
            return
        if waiting != before:
            print(f"{waiting} waiting")
            before = waiting
        time.sleep(2)


def change_by_hand(company):
    """Somebody corrects a voucher in Netvisor and tells nobody: the ledger that is read next shows it."""
    move, lines = env["netvisor.demo"]._changed_voucher()
    if move.netvisor_key:
        Sandbox.at(task["sandbox"]).user(
            "voucher_change", company.netvisor_organisation_id, key=move.netvisor_key, lines=lines
        )
        env["netvisor.feed"]._read_now(company, ("ledger", "open_invoice"))
        env.cr.commit()


def report():
    company = env.ref("account_netvisor.demo_company")
    company._netvisor_wake()  # the scheduler listens by now; without this it looks once a minute
    wait_for_job(company)
    if env["netvisor.demo"]._choose_voucher_type(company):
        env.cr.commit()
        wait_for_job(company)
        change_by_hand(company)
    moves = env["account.move"].search(
        [
            ("company_id", "=", company.id),
            ("journal_id.netvisor_export", "in", ("sales_invoice", "voucher")),
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
                move.partner_id.name or move.ref,
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


result = {"prepare": prepare, "report": report}[task["step"]]()
env.cr.commit()
with open(task["result"], "w", encoding="utf-8") as sink:
    json.dump(result, sink, default=str)
