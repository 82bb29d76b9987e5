# ruff: noqa: F821  (`env` comes from Odoo's shell)
"""What dev/demo does inside Odoo: runs in `odoo shell -d demo`, with NETVISOR_DEMO as its input.

NETVISOR_DEMO (JSON): sandbox (address), result (file to write), fresh (was the database just made).
Result (JSON): columns, rows, notes (lines below the table), ok (did everything arrive).
What is printed is shown to the user line by line.
"""

import json
import os

from odoo.modules.loading import load_data
from odoo.modules.module_graph import ModuleGraph

MODULE = "account_netvisor"
task = json.loads(os.environ["NETVISOR_DEMO"])


def load_demo_data():
    """Only this module's demo data: Odoo's own would bring an American company and its books."""
    module = env["ir.module.module"].search([("name", "=", MODULE)])
    if module.demo:
        return
    graph = ModuleGraph(env.cr, mode="load")
    graph.extend(
        env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"),
    )
    package = next(node for node in graph if node.name == MODULE)
    load_data(env(su=True), {}, "init", kind="demo", package=package)
    # a later upgrade of the module then upgrades its demo data as well
    module.demo = True
    env.cr.commit()


def main():
    print("loading the demo data")
    load_demo_data()
    # TODO: connect the company to task["sandbox"], post the invoices, run the scheduled job
    return {
        "columns": ["Odoo number", "Customer", "Total", "Netvisor number", "Netvisor key", "State"],
        "rows": [],
        "notes": [],
        "ok": True,
    }


result = main()
env.cr.commit()
with open(task["result"], "w", encoding="utf-8") as sink:
    json.dump(result, sink, default=str)
