"""VAT of both ledgers per code and month, made by PostgreSQL.

The rules are those by which vouchers are sent (``voucher_vat``) and by which Netvisor books invoices: base is what stands
on other accounts under a code; tax is what stands on VAT accounts. An invoice's tax has its code there. A net voucher's
has ``NONE``, or it would count twice in the VAT return: it belongs to the one code of its entry, and where an entry has
several, to a row of its own. Both sides are read by the same rule, so what was sent rightly leaves nothing.
"""

from odoo.tools import SQL

SEVERAL = "*"  # tax of entries with several codes

# The taxes whose base or VAT is in this entry: a group stands for its members, what is due on payment does not count yet.
ODOO = """
    leaf AS (
        SELECT tax.id AS tax_id, COALESCE(member.child_tax, tax.id) AS leaf_id
          FROM account_tax tax
     LEFT JOIN account_tax_filiation_rel member ON member.parent_tax = tax.id AND tax.amount_type = 'group'),
    line AS MATERIALIZED (
        SELECT line.id, line.move_id, line.date, line.balance, line.tax_line_id,
               line.account_id = ANY(%(vat_accounts)s) AS is_vat,
               COALESCE(document.kind, CASE WHEN journal.netvisor_export IN ('voucher', 'sales_invoice')
                                            THEN journal.netvisor_export END) AS kind,
               journal.netvisor_voucher_mode AS mode,
               move.always_tax_exigible OR move.tax_cash_basis_rec_id IS NOT NULL
                   OR move.tax_cash_basis_origin_move_id IS NOT NULL AS all_due
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id
          JOIN account_journal journal ON journal.id = line.journal_id
     LEFT JOIN netvisor_document document ON document.move_id = move.id AND document.kind IN ('sales_invoice', 'voucher')
         WHERE line.company_id = ANY(%(companies)s) AND line.parent_state = 'posted'
           AND line.date BETWEEN %(first)s AND %(last)s
           AND (line.account_id = ANY(%(vat_accounts)s)
                OR EXISTS (SELECT FROM account_move_line_account_tax_rel rel WHERE rel.account_move_line_id = line.id))),
    taxed AS MATERIALIZED (
        SELECT line.id, line.move_id, line.is_vat, tax.id AS tax_id, tax.amount,
               COALESCE(tax.netvisor_vat_code,
                        CASE WHEN tax.amount = 0 AND line.kind = 'sales_invoice' THEN 'KOMY0' END) AS code
          FROM line
          JOIN account_move_line_account_tax_rel rel ON rel.account_move_line_id = line.id
          JOIN leaf ON leaf.tax_id = rel.account_tax_id
          JOIN account_tax tax ON tax.id = leaf.leaf_id
         WHERE tax.amount_type = 'percent' AND (line.all_due OR tax.tax_exigibility IS DISTINCT FROM 'on_payment')),
    base AS (
        SELECT DISTINCT ON (id) id, move_id, is_vat, COALESCE(code, '') AS code,
               amount > 0 AND code = ANY(%(rated)s) AS rated
          FROM taxed
      ORDER BY id, code IS NULL, amount DESC, tax_id),
    sole AS (
        SELECT move_id,
               CASE COUNT(DISTINCT code) FILTER (WHERE rated)
                    WHEN 1 THEN MIN(code) FILTER (WHERE rated)
                    WHEN 0 THEN CASE WHEN COUNT(DISTINCT code) > 1 THEN %(several)s ELSE MIN(code) END
                    ELSE %(several)s END AS code
          FROM base WHERE NOT is_vat AND code NOT IN ('', 'NONE', '100') GROUP BY move_id),
    odoo AS MATERIALIZED (
        SELECT line.id, line.move_id, date_trunc('month', line.date)::date AS month, line.balance AS base, 0 AS tax,
               base.code, line.kind IS NULL AS outside
          FROM line JOIN base USING (id)
         WHERE NOT line.is_vat AND base.code NOT IN ('NONE', '100')
     UNION ALL
        SELECT line.id, line.move_id, date_trunc('month', line.date)::date, 0, line.balance,
               CASE WHEN line.kind IS DISTINCT FROM 'voucher' THEN COALESCE(tax.netvisor_vat_code, '')
                    WHEN tax.netvisor_vat_code = '100' OR (tax.type_tax_use = 'purchase' AND tax.amount_type = 'percent'
                         AND tax.tax_exigibility IS DISTINCT FROM 'on_payment'
                         AND own.move_id IS NULL)
                    THEN '100'
                    WHEN line.mode = 'gross' AND tax.id IS NOT NULL THEN COALESCE(tax.netvisor_vat_code, '')
                    ELSE COALESCE(sole.code, '') END,
               line.kind IS NULL
          FROM line
     LEFT JOIN account_tax tax ON tax.id = line.tax_line_id
     LEFT JOIN sole ON sole.move_id = line.move_id
     LEFT JOIN (SELECT DISTINCT move_id, tax_id FROM taxed) own ON own.move_id = line.move_id AND own.tax_id = tax.id
         WHERE line.is_vat AND line.balance != 0)
"""
NETVISOR = """
    entry AS MATERIALIZED (
        SELECT line.id, line.voucher_id, line.date, line.amount, line.vat_percent,
               COALESCE(NULLIF(line.vat_code, ''), 'NONE') AS code,
               line.account_number = ANY(%(vat_numbers)s) OR COALESCE(line.vat_code, '') = '100' AS is_vat
          FROM netvisor_ledger_line line
         WHERE line.company_id = %(root)s AND line.valid AND line.date BETWEEN %(first)s AND %(last)s
           AND (line.account_number = ANY(%(vat_numbers)s) OR COALESCE(NULLIF(line.vat_code, ''), 'NONE') != 'NONE')),
    their_sole AS (
        SELECT voucher_id,
               CASE COUNT(DISTINCT code) FILTER (WHERE vat_percent > 0)
                    WHEN 1 THEN MIN(code) FILTER (WHERE vat_percent > 0)
                    WHEN 0 THEN CASE WHEN COUNT(DISTINCT code) > 1 THEN %(several)s ELSE MIN(code) END
                    ELSE %(several)s END AS code
          FROM entry WHERE NOT is_vat GROUP BY voucher_id),
    netvisor AS MATERIALIZED (
        SELECT entry.id, entry.voucher_id, date_trunc('month', entry.date)::date AS month,
               CASE WHEN entry.is_vat THEN 0 ELSE entry.amount::numeric END AS base,
               CASE WHEN entry.is_vat THEN entry.amount::numeric ELSE 0 END AS tax,
               CASE WHEN entry.is_vat AND entry.code = 'NONE' THEN COALESCE(their_sole.code, '')
                    ELSE entry.code END AS code
          FROM entry LEFT JOIN their_sole USING (voucher_id))
"""
SUMS = """
    WITH %(odoo)s, %(netvisor)s,
    ours AS (
        SELECT month, code, sum(base) AS base, sum(tax) AS tax,
               COALESCE(sum(base) FILTER (WHERE outside), 0) AS outside_base,
               COALESCE(sum(tax) FILTER (WHERE outside), 0) AS outside_tax
          FROM odoo GROUP BY month, code),
    theirs AS (SELECT month, code, sum(base) AS base, sum(tax) AS tax FROM netvisor GROUP BY month, code)
    INSERT INTO netvisor_reconciliation_vat (reconciliation_id, company_id, month, code, odoo_base, netvisor_base,
                                             base_difference, odoo_tax, netvisor_tax, tax_difference, outside_base,
                                             outside_tax, agrees)
         SELECT %(id)s, %(root)s, month, code, COALESCE(ours.base, 0), COALESCE(theirs.base, 0),
                COALESCE(ours.base, 0) - COALESCE(theirs.base, 0), COALESCE(ours.tax, 0), COALESCE(theirs.tax, 0),
                COALESCE(ours.tax, 0) - COALESCE(theirs.tax, 0), COALESCE(ours.outside_base, 0),
                COALESCE(ours.outside_tax, 0),
                COALESCE(ours.base, 0) = COALESCE(theirs.base, 0) AND COALESCE(ours.tax, 0) = COALESCE(theirs.tax, 0)
           FROM ours FULL JOIN theirs USING (month, code)
          WHERE COALESCE(ours.base, 0) != 0 OR COALESCE(theirs.base, 0) != 0
                OR COALESCE(ours.tax, 0) != 0 OR COALESCE(theirs.tax, 0) != 0
      RETURNING id
"""
# The lines behind one row, entry by entry; ``differing`` leaves out the entries whose voucher has the same.
LINES = """
    WITH %(odoo)s, %(netvisor)s,
    ours AS (SELECT move_id, sum(base) AS base, sum(tax) AS tax, array_agg(id) AS ids FROM odoo
              WHERE month = %(month)s AND code = %(code)s GROUP BY move_id),
    theirs AS (SELECT voucher.move_id, sum(base) AS base, sum(tax) AS tax, array_agg(netvisor.id) AS ids
                 FROM netvisor JOIN netvisor_ledger_voucher voucher ON voucher.id = netvisor.voucher_id
                WHERE month = %(month)s AND code = %(code)s GROUP BY voucher.move_id)
    SELECT COALESCE(ours.ids, '{}'), COALESCE(theirs.ids, '{}')
      FROM ours FULL JOIN theirs ON theirs.move_id = ours.move_id
     WHERE NOT %(differing)s OR (ours.base, ours.tax) IS DISTINCT FROM (theirs.base, theirs.tax)
"""
# PostgreSQL's compiler takes seconds for these statements, and saves none.
WITHOUT_COMPILER = SQL("SELECT set_config('jit', 'off', TRUE)")


def rows(env, text, values):
    """:return: what one of the two statements above gives, over both ledgers"""
    env.execute_query(WITHOUT_COMPILER)
    return env.execute_query(SQL(text, odoo=SQL(ODOO, **values), netvisor=SQL(NETVISOR, **values), **values))
