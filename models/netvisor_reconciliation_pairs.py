"""Entries beside their vouchers: which of them differ in the sum of an account and month, and why. All by PostgreSQL.

A pair is an entry and all vouchers that are linked to it, under the entry's id; a voucher without an entry stands under its own
id with a minus. A reversal that is left out together with its entry belongs to that entry's pair. The differences of all pairs
add up to the difference of their account and month, so nothing is left unexplained.
"""

# A difference of so many euros on each account: Netvisor has rounded, nobody has changed anything.
CENTS = 0.05

LEFT_OUT = """
    DROP TABLE IF EXISTS netvisor_reconciliation_left_out;
    CREATE TEMP TABLE netvisor_reconciliation_left_out ON COMMIT DROP AS
        SELECT move.id AS move_id, move.reversed_entry_id AS pair
          FROM netvisor_document document
          JOIN account_move move ON move.id = document.move_id
         WHERE document.root_company_id = %(root)s AND document.kind = 'voucher' AND document.state = 'cancelled'
           AND document.problems @> '[{"code": "voucher_reversed"}]' AND move.reversed_entry_id IS NOT NULL;
    ANALYZE netvisor_reconciliation_left_out
"""
# Fifty thousand sums instead of a million: each amount is weighed by its account and month. Where the weighed sums of both sides
# are the same number, so are all the sums behind it; only the other pairs are looked at line by line.
ODD = """
    DROP TABLE IF EXISTS netvisor_reconciliation_odd;
    CREATE TEMP TABLE netvisor_reconciliation_odd ON COMMIT DROP AS
    WITH ours AS (
        SELECT COALESCE(left_out.pair, line.move_id) AS pair,
               sum(line.balance * hashtextextended(number.number, CASE WHEN line.date < %(first)s THEN 0
                   ELSE date_trunc('month', line.date::timestamp)::date - DATE '1000-01-01' END)) AS weighed
          FROM account_move_line line
          JOIN netvisor_reconciliation_number number USING (company_id, account_id)
     LEFT JOIN netvisor_reconciliation_left_out left_out ON left_out.move_id = line.move_id
         WHERE line.company_id = ANY(%(companies)s) AND line.parent_state = 'posted'
           AND line.date BETWEEN %(read_from)s AND %(last)s
      GROUP BY 1),
    theirs AS (
        SELECT COALESCE(voucher.move_id, -voucher.id) AS pair, sum(line.weighed) AS weighed
          FROM (SELECT voucher_id,
                       sum(amount * hashtextextended(COALESCE(account_number, ''), CASE WHEN date < %(first)s THEN 0
                           ELSE date_trunc('month', date::timestamp)::date - DATE '1000-01-01' END)) AS weighed
                  FROM netvisor_ledger_line
                 WHERE company_id = %(root)s AND valid AND date BETWEEN %(read_from)s AND %(last)s
              GROUP BY 1) line
          JOIN netvisor_ledger_voucher voucher ON voucher.id = line.voucher_id
      GROUP BY 1)
    SELECT pair
      FROM ours FULL JOIN theirs USING (pair)
     WHERE COALESCE(ours.weighed, 0) != COALESCE(theirs.weighed, 0);
    CREATE UNIQUE INDEX ON netvisor_reconciliation_odd (pair);
    ANALYZE netvisor_reconciliation_odd
"""
PAIRS = """
    DROP TABLE IF EXISTS netvisor_reconciliation_pair;
    CREATE TEMP TABLE netvisor_reconciliation_pair ON COMMIT DROP AS
    WITH entries AS (
        SELECT pair, pair AS move_id FROM netvisor_reconciliation_odd WHERE pair > 0
         UNION
        SELECT odd.pair, left_out.move_id
          FROM netvisor_reconciliation_odd odd
          JOIN netvisor_reconciliation_left_out left_out ON left_out.pair = odd.pair),
    vouchers AS (
        SELECT -pair AS voucher_id, pair FROM netvisor_reconciliation_odd WHERE pair < 0
         UNION
        SELECT voucher.id, odd.pair
          FROM netvisor_reconciliation_odd odd
          JOIN netvisor_ledger_voucher voucher ON voucher.move_id = odd.pair AND voucher.company_id = %(root)s),
    ours AS (
        SELECT entries.pair, number.number,
               CASE WHEN line.date < %(first)s THEN %(opening)s::date
                    ELSE date_trunc('month', line.date::timestamp)::date END AS month,
               sum(line.balance) AS amount
          FROM entries
          JOIN account_move_line line ON line.move_id = entries.move_id
          JOIN netvisor_reconciliation_number number USING (company_id, account_id)
         WHERE line.company_id = ANY(%(companies)s) AND line.parent_state = 'posted'
           AND line.date BETWEEN %(read_from)s AND %(last)s
           AND NOT EXISTS (SELECT 1 FROM netvisor_reconciliation_left_out own
                            WHERE own.move_id = line.move_id AND own.pair != entries.pair)
      GROUP BY 1, 2, 3),
    theirs AS (
        SELECT vouchers.pair, COALESCE(line.account_number, '') AS number,
               CASE WHEN line.date < %(first)s THEN %(opening)s::date
                    ELSE date_trunc('month', line.date::timestamp)::date END AS month,
               sum(line.amount) AS amount
          FROM vouchers
          JOIN netvisor_ledger_line line ON line.voucher_id = vouchers.voucher_id
         WHERE line.valid AND line.date BETWEEN %(read_from)s AND %(last)s
      GROUP BY 1, 2, 3)
    SELECT pair, number, month, COALESCE(ours.amount, 0) AS ours, COALESCE(theirs.amount, 0) AS theirs
      FROM ours FULL JOIN theirs USING (pair, number, month)
     WHERE COALESCE(ours.amount, 0) != COALESCE(theirs.amount, 0);
    CREATE INDEX ON netvisor_reconciliation_pair (pair);
    ANALYZE netvisor_reconciliation_pair
"""
# What the pairs are as a whole, whatever the dates of their two sides, decides about the reason.
EXPLAIN = """
    WITH pairs AS MATERIALIZED (SELECT DISTINCT pair FROM netvisor_reconciliation_pair),
    sides AS (
        SELECT pairs.pair, number.number, line.balance AS ours, 0 AS theirs, TRUE AS here, FALSE AS there
          FROM pairs
          JOIN account_move_line line ON line.move_id = pairs.pair
          JOIN netvisor_reconciliation_number number USING (company_id, account_id)
         WHERE line.parent_state = 'posted'
     UNION ALL
        SELECT left_out.pair, number.number, line.balance, 0, TRUE, FALSE
          FROM netvisor_reconciliation_left_out left_out
          JOIN pairs ON pairs.pair = left_out.pair
          JOIN account_move_line line ON line.move_id = left_out.move_id
          JOIN netvisor_reconciliation_number number USING (company_id, account_id)
         WHERE line.parent_state = 'posted'
     UNION ALL
        SELECT pairs.pair, COALESCE(line.account_number, ''), 0, line.amount, FALSE, TRUE
          FROM pairs
          JOIN netvisor_ledger_voucher voucher ON voucher.move_id = pairs.pair AND voucher.company_id = %(root)s
          JOIN netvisor_ledger_line line ON line.voucher_id = voucher.id
         WHERE line.valid
     UNION ALL
        SELECT pairs.pair, COALESCE(line.account_number, ''), 0, line.amount, FALSE, TRUE
          FROM pairs
          JOIN netvisor_ledger_line line ON line.voucher_id = -pairs.pair
         WHERE line.valid),
    accounts AS (
        SELECT pair, number, sum(ours) AS ours, sum(theirs) AS theirs, bool_or(here) AS here, bool_or(there) AS there
          FROM sides
      GROUP BY 1, 2),
    facts AS (
        SELECT pair, bool_or(here) AS here, bool_or(there) AS there, max(abs(ours - theirs)) AS most,
               sum(GREATEST(ours, 0)) AS our_debit, sum(GREATEST(theirs, 0)) AS their_debit
          FROM accounts
      GROUP BY 1),
    known AS (
        SELECT facts.*, move.id AS move_id, move.journal_id, voucher.id AS voucher_id, voucher.status,
               document.state, journal.netvisor_export = ANY(%(exported)s) AS exported,
               COALESCE(COALESCE(move.invoice_date, move.date) < %(start)s, FALSE) AS old
          FROM facts
     LEFT JOIN account_move move ON move.id = facts.pair
     LEFT JOIN account_journal journal ON journal.id = move.journal_id
     LEFT JOIN netvisor_document document
            ON document.move_id = move.id AND document.kind IN ('sales_invoice', 'voucher')
     LEFT JOIN LATERAL (
               SELECT id, status FROM netvisor_ledger_voucher own
                WHERE own.company_id = %(root)s AND (own.move_id = facts.pair OR own.id = -facts.pair)
             ORDER BY own.status = 'valid' DESC, own.id DESC LIMIT 1) voucher ON TRUE),
    told AS (
        SELECT known.*,
               CASE WHEN NOT there AND (status != 'valid' OR state = 'deleted') THEN COALESCE(status, 'deleted')
                    WHEN NOT there AND state IN ('done', 'changed') THEN 'missing_netvisor'
                    WHEN NOT there AND state = 'cancelled' THEN 'cancelled'
                    WHEN NOT there AND state IS NOT NULL THEN 'waiting'
                    WHEN NOT there AND exported AND old THEN 'old'
                    WHEN NOT there AND exported THEN 'never_queued'
                    WHEN NOT there THEN 'journal'
                    WHEN NOT here AND move_id IS NOT NULL THEN 'not_posted'
                    WHEN NOT here THEN 'missing_odoo'
                    WHEN most = 0 THEN 'period'
                    WHEN most <= %(cents)s THEN 'rounding'
                    WHEN our_debit = their_debit THEN 'account'
                    ELSE 'amount' END AS detail
          FROM known)
    INSERT INTO netvisor_reconciliation_difference (reconciliation_id, company_id, line_id, detail, reason,
                                                    account_number, month, opening, move_id, journal_id, voucher_id,
                                                    odoo_amount, netvisor_amount, difference)
         SELECT %(id)s, %(root)s, line.id, detail, %(reasons)s::jsonb ->> detail,
                pair.number, pair.month, line.opening, told.move_id, told.journal_id, told.voucher_id,
                pair.ours, pair.theirs, pair.ours - pair.theirs
           FROM netvisor_reconciliation_pair pair
           JOIN told USING (pair)
           JOIN netvisor_reconciliation_line line
             ON line.reconciliation_id = %(id)s AND line.account_number = pair.number AND line.month = pair.month
"""
# A line whose sums agree may still hide two differences, or a code that differs.
COUNT = """
    UPDATE netvisor_reconciliation_line line
       SET difference_count = found.count, agrees = FALSE
      FROM (SELECT line_id, count(*) AS count FROM netvisor_reconciliation_difference
             WHERE reconciliation_id = %(id)s GROUP BY 1) found
     WHERE line.id = found.line_id
"""


def explain(cr, values):
    """:param values: dict of those of the sums, and cents, reasons, exported, start"""
    for statement in (LEFT_OUT, ODD, PAIRS, EXPLAIN):
        cr.execute(statement, values)


def count(cr, values):
    cr.execute(COUNT, values)
