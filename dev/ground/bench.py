"""The budgets of the design, measured: dev/bench prints a table and never fails on time.

Ratios and counts are what counts: machines are shared and noisy. Statements are counted by Odoo's own counter.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from . import database, steps
from .demo import print_table

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sandbox.handle import Sandbox

SCRIPTS = Path(__file__).parent / "bench_scripts"
BUDGETS = {
    "calls": "1.00",
    "queries": "≤ 4",
    "overhead_ms": "≤ 10",
    "memory_mb": "none",
    "claim_ms": "≤ 5",
    "posting_ratio": "≤ 1.03",
    "ledger_s": "≤ 20",
    "reconciliation_s": "≤ 3",
}


def main(arguments):
    parser = argparse.ArgumentParser(prog="dev/bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--invoices", type=int, default=1000, help="of 10 lines each")
    parser.add_argument("--delay", type=int, default=100, help="of the sandbox, in ms")
    parser.add_argument("--posted", type=int, default=200, help="invoices posted with and without the module")
    parser.add_argument(
        "--memory",
        type=int,
        default=10000,
        help="invoices sent while memory is watched (0: leave out)",
    )
    parser.add_argument("--documents", type=int, default=1_000_000, help="rows among which the work is found")
    parser.add_argument("--customers", type=int, default=20_000, help="customer cards that are read and matched")
    parser.add_argument("--items", type=int, default=5_000, help="dimension items of one plan that become accounts")
    parser.add_argument("--lines", type=int, default=100_000, help="lines of the ledger that are read")
    parser.add_argument("--vouchers", type=int, default=1000, help="of 20 lines each")
    parser.add_argument(
        "--compared", type=int, default=1_000_000, help="lines of each of two ledgers that are compared"
    )
    parser.add_argument("--only", choices=sorted(PARTS), help="one part instead of all")
    options = parser.parse_args(arguments)
    rows = []
    try:
        for part in [options.only] if options.only else PARTS:
            rows += PARTS[part](options)
    finally:
        if rows:  # what was measured is shown, also when something later failed
            print_table(["what", "budget", "measured", "how"], rows)
    return 0


def on_a_database(measure):
    """A part of the bench with a database of its own, which is dropped afterwards."""

    def measured(options):
        name = database.own(f"bench_{measure.__name__.removeprefix('measure_')}")
        database.clone(os.environ["NETVISOR_TEST_TEMPLATE"], name)
        try:
            return measure(name, options)
        finally:
            database.drop(name)

    return measured


class Running:
    """A sandbox process that ends with us."""

    def __init__(self, delay):
        self.sandbox = Sandbox.start(delay_ms=delay)

    def __enter__(self):
        return self.sandbox

    def __exit__(self, *_exception):
        self.sandbox.stop()


def script(name, database_name, **values):
    """Run one of bench_scripts in Odoo's shell. :return: what it printed as JSON in its last line"""
    text = (SCRIPTS / "common.py").read_text() + (SCRIPTS / f"{name}.py").read_text()
    output = database.shell(database_name, f"TASK = {values!r}\n{text}")
    return json.loads(output.strip().splitlines()[-1])


@on_a_database
def measure_export(name, options):
    with Running(options.delay) as sandbox:
        return export_rows(name, sandbox, options)


def export_rows(name, sandbox, options):
    with steps.step(f"Make {options.invoices} invoices of 10 lines"):
        script("prepare", name, url=sandbox.url, invoices=options.invoices)
    with steps.step(f"Send them to a sandbox that takes {options.delay} ms for each call"):
        sent = script("send", name)
    rows = [
        [
            "Netvisor calls per invoice, customers known",
            BUDGETS["calls"],
            f"{sent['calls']:.3f}",
            f"{sent['sent']} sent",
        ],
        [
            "SQL statements per invoice, whole export",
            BUDGETS["queries"],
            f"{sent['queries']:.2f}",
            "Odoo's counter",
        ],
        [
            "time on top of the network, per invoice",
            BUDGETS["overhead_ms"] + " ms",
            f"{sent['overhead_ms']:.1f} ms",
            f"network {sent['network_ms']:.0f} ms per invoice; preparing {sent['prepare_ms']:.1f} ms of it",
        ],
    ]
    if options.memory:
        sandbox.set(sent["organisation"], delay_ms=0)
        with steps.step(f"Send {options.memory} and watch the memory"):
            memory = script("memory", name, total=options.memory)
        rows.append(
            [
                f"memory growth, invoice 100 to {options.memory}",
                BUDGETS["memory_mb"],
                f"{memory['growth_mb']:+.1f} MB",
                f"of {memory['start_mb']:.0f} MB; half-way {memory['half_mb']:+.1f} MB",
            ]
        )
    return rows


@on_a_database
def measure_claim(name, options):
    with steps.step(f"Find the work among {options.documents} documents"):
        plan = script("claim", name, documents=options.documents)
    steps.say("\n".join(f"    {line}" for line in plan["plan"]))
    return [
        [
            f"finding the work among {options.documents:,} documents",
            BUDGETS["claim_ms"] + " ms",
            f"{plan['ms']:.2f} ms",
            f"{plan['index']}, {plan['index_kb']} kB; claiming 100 of them {plan['claim_ms']:.1f} ms",
        ]
    ]


def measure_posting(options):
    """The same invoices posted with the module and without it, turn by turn, in processes of their own."""
    with steps.step(f"Post {options.posted} invoices with and without the module"):
        with_module, without = database.own("bench_with"), database.own("bench_without")
        database.clone(os.environ["NETVISOR_TEST_TEMPLATE"], with_module)
        database.clone(database.base_template(), without)
        try:
            result = {name: [] for name in (with_module, without)}
            for _turn in range(3):
                for name in (without, with_module):
                    result[name].append(script("post", name, invoices=options.posted, connected=name == with_module))
        finally:
            database.drop(with_module)
            database.drop(without)
    best = {name: min(row["cpu_ms"] for row in rows) for name, rows in result.items()}
    queries = {name: rows[-1]["queries"] for name, rows in result.items()}
    return [
        [
            "posting an invoice, with the module against without",
            BUDGETS["posting_ratio"] + " ×",
            f"{best[with_module] / best[without]:.3f} ×",
            f"{best[with_module]:.1f} against {best[without]:.1f} ms; "
            f"queries {queries[with_module]:.2f} against {queries[without]:.2f}",
        ]
    ]


@on_a_database
def measure_masters(name, options):
    """20,000 customers and 5,000 analytic accounts: what one record costs, and that memory does not grow with them."""
    with Running(0) as sandbox:
        sandbox.seed(customers=options.customers, dimension_items=options.items, names=["Projekti"])
        with steps.step(f"Connect a company with {options.customers} customers and {options.items} dimension items"):
            found = script("masters", name, url=sandbox.url)
    steps.say(f"    {found['linked']} of {found['customers']} customers were sure enough to be linked")
    return [
        [
            f"{row['count']:,} {row['what']}",
            "",
            f"{row['seconds']:.1f} s",
            f"{row['queries']:.3f} statements each, {row['calls']} calls"
            + ("" if row["growth_mb"] is None else f"; memory {row['growth_mb']:+.1f} MB in the later half"),
        ]
        for row in found["rows"]
    ]


@on_a_database
def measure_ledger(name, options):
    with steps.step(f"Read a ledger of {options.lines} lines"):
        found = script("ledger", name, lines=options.lines)
    new, again = found["new"], found["again"]
    return [
        [
            f"ledger of {found['lines']:,} lines, parse and store",
            BUDGETS["ledger_s"] + " s",
            f"{new['seconds']:.1f} s",
            f"{found['size_mb']:.0f} MB, {new['check_seconds']:.1f} s of it to see that it is whole; "
            f"memory {new['growth_mb']:+.1f} MB in the later half; unchanged again {again['seconds']:.1f} s",
        ]
    ]


@on_a_database
def measure_vouchers(name, options):
    with Running(options.delay) as sandbox:
        with steps.step(f"Make {options.vouchers} entries of 20 lines"):
            script("vouchers", name, url=sandbox.url, vouchers=options.vouchers)
        with steps.step(f"Send them to a sandbox that takes {options.delay} ms for each call"):
            sent = script("send", name, kind="voucher")
    return [
        [
            f"{sent['sent']:,} vouchers of 20 lines: SQL statements each",
            "",
            f"{sent['queries']:.2f}",
            f"{sent['calls']:.3f} calls each",
        ],
        [
            "time on top of the network, per voucher",
            "",
            f"{sent['overhead_ms']:.1f} ms",
            f"network {sent['network_ms']:.0f} ms per voucher; preparing {sent['prepare_ms']:.1f} ms of it",
        ],
    ]


@on_a_database
def measure_reconciliation(name, options):
    with steps.step(f"Compare two ledgers of {options.compared} lines"):
        found = script("reconciliation", name, lines=options.compared)
    steps.say("\n".join(f"    {line}" for line in found["plan"]))
    seconds = found["seconds"]
    told = ", ".join(f"{reason} {count}" for reason, count in sorted(found["differences"].items()))
    return [
        [
            f"reconciliation of {found['odoo']:,} and {found['netvisor']:,} lines, sums of accounts and months",
            BUDGETS["reconciliation_s"] + " s",
            f"{seconds['ledger']:.1f} s",
            f"{found['rows']:,} rows; explaining them {seconds['explained']:.1f} s more ({told};"
            f" {found['unexplained']:.2f} left over); all sections {seconds['all']:.1f} s",
        ]
    ]


PARTS = {
    "export": measure_export,
    "vouchers": measure_vouchers,
    "claim": measure_claim,
    "posting": measure_posting,
    "masters": measure_masters,
    "ledger": measure_ledger,
    "reconciliation": measure_reconciliation,
}

if __name__ == "__main__":
    steps.guarded(main)
