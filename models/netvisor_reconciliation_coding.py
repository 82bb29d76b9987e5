"""VAT codes and dimensions of entries whose sums agree with their vouchers: what this module would send, beside what is there.

Per entry and account. Accounts on which the entry has VAT are left out: Netvisor may book VAT by itself, with its own codes.
Names are compared without regard to letter case and spaces, as the look-up of items does.
"""

from psycopg2.extras import execute_values

TABLES = """
    DROP TABLE IF EXISTS netvisor_reconciliation_tax, netvisor_reconciliation_item, netvisor_reconciliation_default;
    CREATE TEMP TABLE netvisor_reconciliation_tax (tax_id int, code varchar, on_payment boolean) ON COMMIT DROP;
    CREATE TEMP TABLE netvisor_reconciliation_item
           (analytic_id int, slot varchar, text varchar, on_invoices boolean) ON COMMIT DROP;
    CREATE TEMP TABLE netvisor_reconciliation_default (journal_id int, slot varchar, text varchar) ON COMMIT DROP
"""
# The entries that are left: with valid vouchers, and agreeing in every sum.
LINKED = """
    DROP TABLE IF EXISTS netvisor_reconciliation_linked, netvisor_reconciliation_vat_place;
    CREATE TEMP TABLE netvisor_reconciliation_linked ON COMMIT DROP AS
        SELECT voucher.move_id, max(voucher.id) AS voucher_id, bool_or(document.kind = 'sales_invoice') AS invoice,
               bool_or(move.always_tax_exigible) AS exigible
          FROM netvisor_ledger_voucher voucher
          JOIN account_move move ON move.id = voucher.move_id
          JOIN netvisor_document document
            ON document.move_id = voucher.move_id AND document.kind IN ('sales_invoice', 'voucher')
         WHERE voucher.company_id = %(root)s AND voucher.status = 'valid'
           AND voucher.date BETWEEN %(read_from)s AND %(last)s
           AND NOT EXISTS (SELECT 1 FROM netvisor_reconciliation_pair pair WHERE pair.pair = voucher.move_id)
      GROUP BY 1;
    ANALYZE netvisor_reconciliation_linked;
    CREATE TEMP TABLE netvisor_reconciliation_vat_place ON COMMIT DROP AS
        SELECT DISTINCT linked.move_id, number.number
          FROM netvisor_reconciliation_linked linked
          JOIN account_move_line line ON line.move_id = linked.move_id
          JOIN netvisor_reconciliation_number number
            ON number.company_id = line.company_id AND number.account_id = line.account_id
         WHERE line.tax_line_id IS NOT NULL;
    ANALYZE netvisor_reconciliation_vat_place
"""
# Weighed sums again, this time by account and code: which entries are to be looked at closely.
CODED = """
    DROP TABLE IF EXISTS netvisor_reconciliation_coded;
    CREATE TEMP TABLE netvisor_reconciliation_coded ON COMMIT DROP AS
    WITH taxes AS (
        SELECT rel.account_move_line_id AS id, count(*) AS taxes, min(tax.code) AS code
          FROM account_move_line_account_tax_rel rel
          JOIN netvisor_reconciliation_tax tax ON tax.tax_id = rel.account_tax_id
          JOIN account_move_line line ON line.id = rel.account_move_line_id
          JOIN netvisor_reconciliation_linked linked ON linked.move_id = line.move_id
         WHERE linked.invoice OR linked.exigible OR NOT tax.on_payment
      GROUP BY 1),
    ours AS (
        SELECT line.move_id,
               sum(line.balance * hashtextextended(number.number, hashtext(COALESCE(taxes.code,
                   CASE WHEN taxes.taxes > 0 AND linked.invoice THEN 'KOMY0' ELSE 'NONE' END)))) AS weighed
          FROM netvisor_reconciliation_linked linked
          JOIN account_move_line line ON line.move_id = linked.move_id
          JOIN netvisor_reconciliation_number number
            ON number.company_id = line.company_id AND number.account_id = line.account_id
     LEFT JOIN taxes ON taxes.id = line.id
     LEFT JOIN netvisor_reconciliation_vat_place vat ON vat.move_id = line.move_id AND vat.number = number.number
         WHERE line.parent_state = 'posted' AND vat.move_id IS NULL
      GROUP BY 1),
    theirs AS (
        SELECT linked.move_id,
               sum(line.amount * hashtextextended(COALESCE(line.account_number, ''),
                                                  hashtext(COALESCE(line.vat_code, 'NONE')))) AS weighed
          FROM netvisor_reconciliation_linked linked
          JOIN netvisor_ledger_voucher voucher
            ON voucher.move_id = linked.move_id AND voucher.company_id = %(root)s
          JOIN netvisor_ledger_line line ON line.voucher_id = voucher.id
     LEFT JOIN netvisor_reconciliation_vat_place vat
            ON vat.move_id = linked.move_id AND vat.number = line.account_number
         WHERE line.valid AND vat.move_id IS NULL
      GROUP BY 1)
    SELECT move_id
      FROM ours FULL JOIN theirs USING (move_id)
     WHERE COALESCE(ours.weighed, 0) != COALESCE(theirs.weighed, 0);
    ANALYZE netvisor_reconciliation_coded
"""
# The lines whose codes or dimensions are compared one by one.
LINES = """
    DROP TABLE IF EXISTS netvisor_reconciliation_entry;
    CREATE TEMP TABLE netvisor_reconciliation_entry ON COMMIT DROP AS
        SELECT line.id, line.move_id, line.journal_id, number.number, line.account_id, line.balance,
               line.analytic_distribution, linked.invoice, linked.exigible,
               line.display_type IN ('product', 'epd', 'rounding') AS sold, coded.move_id IS NOT NULL AS coded
          FROM netvisor_reconciliation_linked linked
          JOIN account_move_line line ON line.move_id = linked.move_id
          JOIN netvisor_reconciliation_number number
            ON number.company_id = line.company_id AND number.account_id = line.account_id
     LEFT JOIN netvisor_reconciliation_coded coded ON coded.move_id = line.move_id
     LEFT JOIN netvisor_reconciliation_vat_place vat ON vat.move_id = line.move_id AND vat.number = number.number
         WHERE line.parent_state = 'posted' AND line.balance != 0 AND vat.move_id IS NULL
           AND (coded.move_id IS NOT NULL OR line.analytic_distribution IS NOT NULL
                OR line.journal_id = ANY(%(defaulting)s));
    ANALYZE netvisor_reconciliation_entry
"""
# A code is always sent: that of the tax, NONE without one, on invoices KOMY0 where a tax of nothing has none (8.11).
VAT_CODES = """
    WITH taxes AS (
        SELECT rel.account_move_line_id AS id, count(*) AS taxes, min(tax.code) AS code
          FROM netvisor_reconciliation_entry line
          JOIN account_move_line_account_tax_rel rel ON rel.account_move_line_id = line.id
          JOIN netvisor_reconciliation_tax tax ON tax.tax_id = rel.account_tax_id
         WHERE line.coded AND (line.invoice OR line.exigible OR NOT tax.on_payment)
      GROUP BY 1),
    ours AS (
        SELECT line.move_id, line.number,
               COALESCE(taxes.code, CASE WHEN taxes.taxes > 0 AND line.invoice THEN 'KOMY0' ELSE 'NONE' END) AS code,
               sum(line.balance) AS amount
          FROM netvisor_reconciliation_entry line
     LEFT JOIN taxes USING (id)
         WHERE line.coded
      GROUP BY 1, 2, 3),
    theirs AS (
        SELECT entry.move_id, entry.number, COALESCE(line.vat_code, 'NONE') AS code, sum(line.amount) AS amount
          FROM (SELECT DISTINCT move_id, number FROM netvisor_reconciliation_entry WHERE coded) entry
          JOIN netvisor_ledger_voucher voucher ON voucher.move_id = entry.move_id AND voucher.company_id = %(root)s
          JOIN netvisor_ledger_line line ON line.voucher_id = voucher.id AND line.account_number = entry.number
         WHERE line.valid
      GROUP BY 1, 2, 3),
    odd AS MATERIALIZED (
        SELECT move_id, number,
               string_agg(code, ', ' ORDER BY code) FILTER (WHERE ours.amount != 0) AS our_text,
               string_agg(code, ', ' ORDER BY code) FILTER (WHERE theirs.amount != 0) AS their_text
          FROM ours FULL JOIN theirs USING (move_id, number, code)
         WHERE COALESCE(ours.amount, 0) != COALESCE(theirs.amount, 0)
      GROUP BY 1, 2)
"""
# Which items are on the lines, not how much of them: cents of pieces are the sender's and Netvisor's to keep.
DIMENSIONS = """
    WITH mentioned AS (
        SELECT line.id, item.slot, item.text
          FROM netvisor_reconciliation_entry line
    CROSS JOIN jsonb_each(line.analytic_distribution) share
    CROSS JOIN regexp_split_to_table(share.key, ',') part
          JOIN netvisor_reconciliation_item item ON item.analytic_id::text = trim(part)
         WHERE jsonb_typeof(line.analytic_distribution) = 'object'
           AND CASE WHEN jsonb_typeof(share.value) = 'number' THEN share.value::numeric > 0 END
           AND (NOT line.invoice OR line.sold AND item.on_invoices)),
    defaulted AS (
        SELECT line.id, item.text
          FROM netvisor_reconciliation_entry line
          JOIN account_account account ON account.id = line.account_id
          JOIN netvisor_reconciliation_default item ON item.journal_id = line.journal_id
         WHERE CASE WHEN line.invoice THEN line.sold
                    ELSE split_part(account.account_type, '_', 1) IN ('income', 'expense') END
           AND NOT EXISTS (SELECT 1 FROM mentioned WHERE mentioned.id = line.id AND mentioned.slot = item.slot)),
    ours AS (
        SELECT line.move_id, line.number, array_agg(DISTINCT own.text ORDER BY own.text) AS items,
               array_agg(DISTINCT own.key ORDER BY own.key) AS keys
          FROM (SELECT id, text, lower(regexp_replace(trim(text), '\\s+', ' ', 'g')) AS key
                  FROM (SELECT id, text FROM mentioned UNION ALL SELECT id, text FROM defaulted) item) own
          JOIN netvisor_reconciliation_entry line USING (id)
      GROUP BY 1, 2),
    theirs AS (
        SELECT linked.move_id, line.account_number AS number, array_agg(DISTINCT own.text ORDER BY own.text) AS items,
               array_agg(DISTINCT own.key ORDER BY own.key) AS keys
          FROM netvisor_reconciliation_linked linked
          JOIN netvisor_ledger_voucher voucher
            ON voucher.move_id = linked.move_id AND voucher.company_id = %(root)s
          JOIN netvisor_ledger_line line ON line.voucher_id = voucher.id
     LEFT JOIN netvisor_reconciliation_vat_place vat
            ON vat.move_id = linked.move_id AND vat.number = line.account_number
    CROSS JOIN LATERAL (
               SELECT text, lower(regexp_replace(trim(text), '\\s+', ' ', 'g')) AS key
                 FROM (SELECT concat(one ->> 0, ': ', one ->> 1) AS text
                         FROM jsonb_array_elements(COALESCE(line.dimensions, '[]')) one
                    UNION ALL
                       SELECT line.account_dimension WHERE line.account_dimension != '') item) own
         WHERE line.valid AND vat.move_id IS NULL
           AND (line.dimensions IS NOT NULL OR line.account_dimension IS NOT NULL)
      GROUP BY 1, 2),
    odd AS MATERIALIZED (
        SELECT move_id, number, array_to_string(ours.items, ', ') AS our_text,
               array_to_string(theirs.items, ', ') AS their_text
          FROM ours FULL JOIN theirs USING (move_id, number)
         WHERE ours.keys IS DISTINCT FROM theirs.keys)
"""
STORE = """
    INSERT INTO netvisor_reconciliation_difference (reconciliation_id, company_id, line_id, detail, reason,
                                                    account_number, month, opening, move_id, journal_id, voucher_id,
                                                    odoo_amount, netvisor_amount, difference, odoo_text, netvisor_text)
         SELECT %(id)s, %(root)s, line.id, %(detail)s, %(reasons)s::jsonb ->> %(detail)s,
                line.account_number, line.month, line.opening, odd.move_id, move.journal_id, linked.voucher_id,
                entry.amount, entry.amount, 0, odd.our_text, odd.their_text
           FROM odd
           JOIN account_move move ON move.id = odd.move_id
           JOIN netvisor_reconciliation_linked linked ON linked.move_id = odd.move_id
     CROSS JOIN LATERAL (SELECT COALESCE(sum(own.balance), 0) AS amount
                           FROM account_move_line own
                           JOIN netvisor_reconciliation_number number USING (company_id, account_id)
                          WHERE own.move_id = odd.move_id AND number.number = odd.number) entry
           JOIN netvisor_reconciliation_line line
             ON line.reconciliation_id = %(id)s AND line.account_number = odd.number
                AND line.month = CASE WHEN move.date < %(first)s THEN %(opening)s::date
                                      ELSE date_trunc('month', move.date::timestamp)::date END
"""
STATEMENTS = {"vat_code": VAT_CODES + STORE, "dimension": DIMENSIONS + STORE}


def find_lines(cr, values, taxes, defaulting):
    """The lines that are to be looked at.

    :param values: as for the sums, and reasons
    :param taxes: list of (tax id, VAT code or None, due when it is paid)
    :param defaulting: ids of the journals whose lines have items by default
    """
    cr.execute(TABLES)
    _fill(cr, "INSERT INTO netvisor_reconciliation_tax VALUES %s", taxes)
    cr.execute("ANALYZE netvisor_reconciliation_tax")
    for statement in (LINKED, CODED, LINES):
        cr.execute(statement, {**values, "defaulting": defaulting})


def analytic_ids(cr):
    """:return: ids of the analytic accounts on these lines"""
    cr.execute(
        """SELECT DISTINCT trim(part)::int
             FROM netvisor_reconciliation_entry line
       CROSS JOIN jsonb_object_keys(line.analytic_distribution) key
       CROSS JOIN regexp_split_to_table(key, ',') part
            WHERE jsonb_typeof(line.analytic_distribution) = 'object' AND trim(part) ~ '^[0-9]{1,9}$'"""
    )
    return [analytic_id for (analytic_id,) in cr.fetchall()]


def explain(cr, values, items, defaults):
    """
    :param items: list of (analytic account id, slot, name in Netvisor, also on invoices)
    :param defaults: list of (journal id, slot, name in Netvisor)
    """
    _fill(cr, "INSERT INTO netvisor_reconciliation_item VALUES %s", items)
    _fill(cr, "INSERT INTO netvisor_reconciliation_default VALUES %s", defaults)
    cr.execute("ANALYZE netvisor_reconciliation_item, netvisor_reconciliation_default")
    for detail, statement in STATEMENTS.items():
        cr.execute(statement, {**values, "detail": detail})


def _fill(cr, statement, rows):
    if rows:
        execute_values(cr._obj, statement, rows, page_size=len(rows))
