# ruff: noqa: F821
"""A year of a large company in both ledgers, filled by SQL; one entry in a thousand was changed in Netvisor."""

import psycopg2

from odoo.sql_db import connection_info_for

from odoo.addons.account_netvisor.models import netvisor_reconciliation_sql as sums
from odoo.addons.account_netvisor.models.res_company import SANDBOX_CREDENTIALS

LINES = 20  # of an entry
ACCOUNTS = 200
YEAR = fields.Date.today().year - 1
company, cr = env.company, env.cr
company.write(
    {**SANDBOX_CREDENTIALS, "netvisor_mode": "sandbox", "netvisor_base_url": "http://127.0.0.1:1/",
     "netvisor_ledger": True, "netvisor_ledger_start": f"{YEAR}-01-01"}
)  # fmt: skip
env["netvisor.feed"].search([("company_id", "=", company.id)]).unlink()
bookmark = f"{YEAR + 1}-01-01 00:00:00|{YEAR + 1}-01-01 00:00:00"
env["netvisor.feed"].create({"company_id": company.id, "kind": "ledger", "bookmark": bookmark})
journal = env["account.journal"].create(
    {"name": "Bench", "code": "BENCH", "type": "general", "netvisor_export": "voucher"}
)
accounts = env["account.account"].create(
    [{"name": f"Tili {n}", "code": f"{80000 + n}", "account_type": "expense"} for n in range(ACCOUNTS)]
)
plan = env["account.analytic.plan"].create({"name": "Projekti"})
projects = env["account.analytic.account"].create([{"name": f"P-{n}", "plan_id": plan.id} for n in range(50)])
tax = env["account.chart.template"].with_company(company).ref("tax_dom_purchase_goods_25_5", raise_if_not_found=False)
tax = tax or env["account.tax"].search([("type_tax_use", "=", "purchase"), ("netvisor_vat_code", "=", "KOOS")], limit=1)
entry = env["account.move"].create(
    {
        "journal_id": journal.id,
        "date": f"{YEAR}-01-01",
        "line_ids": [
            Command.create({"account_id": accounts[place].id, "balance": balance, "tax_ids": [Command.clear()]})
            for place, balance in enumerate((1, -1))
        ],
    }
)
entry.action_post()
env.flush_all()
env["netvisor.document"].search([("move_id", "=", entry.id)]).unlink()


def copies(table, template, count, **values):
    """Insert copies of a row: these columns as given (n counts from 0), all others as they are."""
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    names = [name for (name,) in cr.fetchall()]
    own = ", ".join(values.get(name, f'old."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    rows = f"generate_series(0, {count} - 1) n, {table} old WHERE old.id = {template}"
    cr.execute(f"INSERT INTO {table} ({columns}) SELECT {own} FROM {rows}")


def array(records):
    return f"('{{{','.join(map(str, records.ids))}}}'::int[])"


moves = TASK["lines"] // LINES
# What foreign keys would check a million times over, and ten indexes: none of that is what is measured.
cr.execute("SET LOCAL session_replication_role = 'replica'")
cr.execute("SELECT max(id) + 1 FROM account_move")
[first] = cr.fetchone()
day = f"DATE '{YEAR}-01-01' + (%s %% 365)"
copies(
    "account_move", entry.id, moves, id=f"n + {first}", name="'BENCH/' || n", sequence_number="n + 10", date=day % "n"
)
move = f"n / {LINES}"
amount = f"(CASE WHEN n % 2 = 0 THEN 1 ELSE -1 END) * (10 + {move} % 900 + (n / 2) % 10)"
account = f"{array(accounts)}[(n * 7 + {move}) % {ACCOUNTS} + 1]"
cr.execute("SELECT max(id) + 1 FROM account_move_line")
[first_line] = cr.fetchone()
shares = f"jsonb_build_object({array(projects)}[{move} % 50 + 1]::text, 100)"
copies(
    "account_move_line",
    entry.line_ids[0].id,
    moves * LINES,
    id=f"n + {first_line}",
    move_id=f"{move} + {first}",
    date=day % f"({move})",
    account_id=account,
    balance=amount,
    amount_currency=amount,
    debit=f"GREATEST({amount}, 0)",
    credit=f"GREATEST(-({amount}), 0)",
    analytic_distribution=f"CASE WHEN n % 5 = 0 THEN {shares} END",
)
cr.execute(
    """INSERT INTO account_move_line_account_tax_rel (account_move_line_id, account_tax_id)
            SELECT id, %s FROM account_move_line WHERE id >= %s AND (id - %s) %% 4 = 0""",
    [tax.id, first_line, first_line],
)
cr.execute(
    """INSERT INTO netvisor_document (name, company_id, root_company_id, kind, move_id, state, netvisor_key)
            SELECT name, company_id, company_id, 'voucher', id, 'done', id FROM account_move WHERE id >= %s""",
    [first],
)
cr.execute(
    """INSERT INTO netvisor_ledger_voucher (company_id, netvisor_key, status, date, number, description, move_id)
            SELECT company_id, id, 'valid', date, id, name, id FROM account_move WHERE id >= %s AND id %% 5000 != 0""",
    [first],
)
cr.execute(
    """INSERT INTO netvisor_ledger_line (company_id, voucher_id, date, valid, account_number, amount, vat_code, dimensions)
            SELECT voucher.company_id, voucher.id, voucher.date, TRUE, %(numbers)s::jsonb ->> line.account_id::text,
                   line.balance + CASE WHEN line.move_id %% 1000 = 7 AND (line.id - %(line)s) %% 20 < 2
                                       THEN sign(line.balance) ELSE 0 END,
                   CASE WHEN (line.id - %(line)s) %% 4 = 0 THEN 'KOOS' ELSE 'NONE' END,
                   CASE WHEN line.analytic_distribution IS NOT NULL THEN jsonb_build_array(jsonb_build_array(
                        'Projekti', 'P-' || ((line.move_id - %(move)s) %% 50))) END
              FROM netvisor_ledger_voucher voucher
              JOIN account_move_line line ON line.move_id = voucher.move_id""",
    {
        "numbers": json.dumps({account.id: account.code for account in accounts}),
        "line": first_line,
        "move": first,
    },
)
cr.execute("SELECT setval('account_move_id_seq', (SELECT max(id) FROM account_move))")
cr.execute("SELECT setval('account_move_line_id_seq', (SELECT max(id) FROM account_move_line))")
cr.commit()
_name, info = connection_info_for(cr.dbname)
connection = psycopg2.connect(**info)
connection.autocommit = True
for table in (
    "account_move", "account_move_line", "account_move_line_account_tax_rel",
    "netvisor_document", "netvisor_ledger_voucher", "netvisor_ledger_line",
):  # fmt: skip
    connection.cursor().execute(f"VACUUM ANALYZE {table}")  # as autovacuum would have done by then
connection.close()

reconciliations = env["netvisor.reconciliation"]
dates = fields.Date.to_date(f"{YEAR}-01-01"), fields.Date.to_date(f"{YEAR}-12-31")
found = reconciliations._make(company, *dates)  # once: the tables are in memory then
seconds = {}


def timed(name, function, *arguments):
    started = time.perf_counter()
    result = function(*arguments)
    seconds[name] = min(seconds.get(name, 1e9), time.perf_counter() - started)
    return result


def summed():
    sums.give_numbers(cr, found._account_numbers())
    sums.replace_sums(cr, found._sql_values())
    found._name_accounts()


for _turn in range(3):
    timed("ledger", summed)
    timed("explained", found._explain)
values = found._sql_values()
plan = []
for statement in (sums.OURS, sums.THEIRS):
    cr.execute("EXPLAIN (ANALYZE, COSTS OFF) " + statement.partition("AS\n")[2], values)
    plan += [line for (line,) in cr.fetchall()]
timed("all", found._compute_all)
cr.execute("SELECT count(*) FROM account_move_line WHERE id >= %s", [first_line])
result = {
    "seconds": seconds,
    "odoo": cr.fetchone()[0],
    "netvisor": env["netvisor.ledger.line"].search_count([]),
    "rows": len(found.line_ids),
    "differences": dict(
        found.difference_ids._read_group([("reconciliation_id", "=", found.id)], ["reason"], ["__count"])
    ),
    "unexplained": sum(
        abs(round(line.difference - sum(line.difference_ids.mapped("difference")), 2)) for line in found.line_ids
    ),
    "plan": plan,
}
print(json.dumps(result))
