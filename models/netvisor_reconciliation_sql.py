"""Sums of the two ledgers per account and month, made by PostgreSQL: a few statements, however many lines there are.

The number of an account depends on the company and may be mapped to another one in Netvisor, so triples (company, account,
number) are given as a table of the transaction. Amounts are in company currency, debit positive.
"""

from psycopg2.extras import execute_values

NUMBERS = """
    DROP TABLE IF EXISTS netvisor_reconciliation_number;
    CREATE TEMP TABLE netvisor_reconciliation_number (company_id int, account_id int, number varchar) ON COMMIT DROP
"""
# A million groups are sorted on disk with PostgreSQL's default of 4 MB; compiling these statements takes longer than they do.
SETTINGS = "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"
# Tables and not parts of the last statement: PostgreSQL reads a million lines with all its workers then.
# The balance before the first day stands in the month before the first one: so it has a place of its own.
OURS = """
    DROP TABLE IF EXISTS netvisor_reconciliation_ours;
    CREATE TEMP TABLE netvisor_reconciliation_ours ON COMMIT DROP AS
        SELECT line.company_id, line.account_id,
               CASE WHEN line.date < %(first)s THEN %(opening)s::date
                    ELSE date_trunc('month', line.date::timestamp)::date END AS month,
               sum(line.debit) AS debit, sum(line.credit) AS credit
          FROM account_move_line line
         WHERE line.company_id = ANY(%(companies)s) AND line.parent_state = 'posted'
           AND line.date BETWEEN %(read_from)s AND %(last)s
      GROUP BY 1, 2, 3
"""
THEIRS = """
    DROP TABLE IF EXISTS netvisor_reconciliation_theirs;
    CREATE TEMP TABLE netvisor_reconciliation_theirs ON COMMIT DROP AS
        SELECT COALESCE(line.account_number, '') AS number,
               CASE WHEN line.date < %(first)s THEN %(opening)s::date
                    ELSE date_trunc('month', line.date::timestamp)::date END AS month,
               sum(GREATEST(line.amount, 0)) AS debit, sum(GREATEST(-line.amount, 0)) AS credit
          FROM netvisor_ledger_line line
         WHERE line.company_id = %(root)s AND line.valid AND line.date BETWEEN %(read_from)s AND %(last)s
      GROUP BY 1, 2
"""
SUMS = """
    WITH ours AS (
        -- Of several accounts of one number the one that is used the most gives its name.
        SELECT number.number, sums.month, sum(sums.debit) AS debit, sum(sums.credit) AS credit,
               (array_agg(sums.account_id ORDER BY sums.debit + sums.credit DESC))[1] AS account_id
          FROM netvisor_reconciliation_ours sums
          JOIN netvisor_reconciliation_number number USING (company_id, account_id)
      GROUP BY 1, 2),
    both_sides AS (
        SELECT number, month, ours.account_id AS used_id,
               COALESCE(ours.debit, 0) AS odoo_debit, COALESCE(ours.credit, 0) AS odoo_credit,
               COALESCE(theirs.debit, 0) AS netvisor_debit, COALESCE(theirs.credit, 0) AS netvisor_credit
          FROM ours FULL JOIN netvisor_reconciliation_theirs theirs USING (number, month))
    INSERT INTO netvisor_reconciliation_line (reconciliation_id, company_id, account_number, account_id, month, opening,
                                              odoo_debit, odoo_credit, odoo_balance,
                                              netvisor_debit, netvisor_credit, netvisor_balance, difference,
                                              agrees, difference_count)
         SELECT %(id)s, %(root)s, number,
                COALESCE(used_id, accounts.account_id), month, month = %(opening)s::date,
                odoo_debit, odoo_credit, odoo_debit - odoo_credit,
                netvisor_debit, netvisor_credit, netvisor_debit - netvisor_credit,
                odoo_debit - odoo_credit - netvisor_debit + netvisor_credit,
                odoo_debit - odoo_credit = netvisor_debit - netvisor_credit, 0
           FROM both_sides
      LEFT JOIN (SELECT number, min(account_id) AS account_id FROM netvisor_reconciliation_number GROUP BY 1) accounts
          USING (number)
"""


def give_numbers(cr, numbers):
    """The numbers of the accounts in Netvisor, for the statements of this transaction.

    :param numbers: list of (company id, account id, number)
    """
    cr.execute(SETTINGS)
    cr.execute(NUMBERS)
    if numbers:
        statement = "INSERT INTO netvisor_reconciliation_number VALUES %s"
        execute_values(cr._obj, statement, numbers, page_size=len(numbers))
    cr.execute("ANALYZE netvisor_reconciliation_number")


def replace_sums(cr, values):
    """:param values: dict of id, root, companies, read_from, first, last, opening"""
    cr.execute("DELETE FROM netvisor_reconciliation_difference WHERE reconciliation_id = %(id)s", values)
    cr.execute("DELETE FROM netvisor_reconciliation_line WHERE reconciliation_id = %(id)s", values)
    for statement in (OURS, THEIRS, SUMS):
        cr.execute(statement, values)
