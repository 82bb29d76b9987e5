"""What a month-end certificate vouches for, read by SQL: a month may have tens of thousands of entries.

The evidence is one text, a row for each figure, entry and voucher; its SHA-256 is the certificate's digest. So anybody
can check the kept file with any tool, and a change of any of these rows shows.
"""

import csv
import hashlib
import io
from collections import defaultdict

from odoo.tools import SQL

from .account_move import KIND_OF_EXPORT
from .netvisor_document import MAIN_KINDS

# How far an entry has come, in the order of the columns.
STATUSES = ("confirmed", "sent", "waiting", "problem", "left_out", "outside")
# What must be nothing before a month is closed without a word.
OPEN_STATUSES = ("sent", "waiting", "problem")
COLUMNS = {
    "entry": (
        "key",
        "name",
        "date",
        "journal",
        "debit",
        "lines",
        "lines_digest",
        "kind",
        "state",
        "netvisor_key",
        "number",
        "status",
    ),
    "voucher": ("key", "name", "date", "status", "debit", "lines", "lines_digest"),
}
FLUSHED = {
    "account.move": ["name", "date", "journal_id", "state", "company_id", "sequence_prefix", "sequence_number"],
    "account.move.line": ["move_id", "account_id", "balance", "amount_currency", "tax_line_id"],
    "account.journal": ["netvisor_export"],
    "netvisor.document": ["move_id", "kind", "state", "netvisor_key", "netvisor_number"],
    "res.company": ["parent_path", "netvisor_ledger", "netvisor_start_date"],
}

# "confirmed": Netvisor has taken it, and, where its ledger is read, its valid voucher stands in the books there.
ENTRIES = """
    SELECT move.id, move.name, move.date, move.journal_id, lines.debit, lines.number, lines.digest,
           document.kind, document.state, COALESCE(document.netvisor_key, 0), document.netvisor_number,
           CASE WHEN document.id IS NULL AND journal.netvisor_export IN %(exports)s
                     AND NOT COALESCE(COALESCE(move.invoice_date, move.date) < root.netvisor_start_date, FALSE)
                THEN 'waiting'
                WHEN document.id IS NULL THEN 'outside'
                WHEN document.state = 'cancelled' THEN 'left_out'
                WHEN document.state = 'done' AND (root.netvisor_ledger IS NOT TRUE OR voucher.id IS NOT NULL)
                THEN 'confirmed'
                WHEN document.state = 'done' THEN 'sent'
                WHEN document.state IN ('todo', 'claimed', 'sending', 'in_doubt') THEN 'waiting'
                ELSE 'problem' END
      FROM account_move move
      JOIN res_company company ON company.id = move.company_id
      JOIN res_company root ON root.id = %(root)s
      JOIN account_journal journal ON journal.id = move.journal_id
 LEFT JOIN netvisor_document document ON document.move_id = move.id AND document.kind IN %(kinds)s
CROSS JOIN LATERAL (
           SELECT COALESCE(SUM(line.debit), 0)::numeric(18, 2) AS debit, COUNT(*) AS number,
                  md5(string_agg(concat_ws('|', line.account_id, line.balance, line.amount_currency, line.tax_line_id),
                                 ',' ORDER BY line.id)) AS digest
             FROM account_move_line line
            WHERE line.move_id = move.id AND line.account_id IS NOT NULL
           ) lines
 LEFT JOIN LATERAL (
           SELECT candidate.id FROM netvisor_ledger_voucher candidate
            WHERE candidate.move_id = move.id AND candidate.company_id = root.id AND candidate.status = 'valid'
              AND document.netvisor_key = CASE document.kind WHEN 'voucher' THEN candidate.netvisor_key
                                                             ELSE candidate.source_key END
            LIMIT 1) voucher ON TRUE
     WHERE move.state = 'posted' AND move.date BETWEEN %(first)s AND %(last)s
       AND (company.id = root.id OR company.parent_path LIKE root.parent_path || '%%')
  ORDER BY move.date, move.id
"""
# The lines by what they say: Netvisor gives a line that is booked again a new key.
VOUCHERS = """
    SELECT voucher.netvisor_key, concat_ws(' ', voucher.voucher_class, voucher.number), voucher.date, voucher.status,
           lines.debit, lines.number, lines.digest
      FROM netvisor_ledger_voucher voucher
CROSS JOIN LATERAL (
           SELECT COALESCE(SUM(line.amount) FILTER (WHERE line.amount > 0), 0)::numeric(18, 2) AS debit,
                  COUNT(*) AS number,
                  md5(string_agg(line.said, ',' ORDER BY line.said)) AS digest
             FROM (SELECT amount, concat_ws('|', account_number, amount::numeric(18, 2), COALESCE(vat_code, ''),
                                            vat_percent::numeric(18, 2)) AS said
                     FROM netvisor_ledger_line WHERE voucher_id = voucher.id) line
           ) lines
     WHERE voucher.company_id = %(root)s AND voucher.date BETWEEN %(first)s AND %(last)s
  ORDER BY voucher.date, voucher.netvisor_key
"""
# As Odoo marks them (made_sequence_gap), but a number that a draft or a cancelled entry holds is not in the books either.
GAPS = """
    WITH broken AS MATERIALIZED (
        SELECT move.id, move.name, move.journal_id, move.sequence_prefix AS prefix, move.sequence_number AS number
          FROM account_move move
          JOIN res_company company ON company.id = move.company_id
          JOIN res_company root ON root.id = %(root)s
         WHERE move.state = 'posted' AND move.date BETWEEN %(first)s AND %(last)s AND move.sequence_number > 1
           AND (company.id = root.id OR company.parent_path LIKE root.parent_path || '%%')
           AND NOT EXISTS (SELECT FROM account_move before
                            WHERE before.journal_id = move.journal_id AND before.sequence_prefix = move.sequence_prefix
                              AND before.sequence_number = move.sequence_number - 1 AND before.state = 'posted')
    )
    SELECT broken.id, broken.journal_id, broken.prefix, COALESCE(previous.number, 0) + 1, broken.number - 1, broken.name,
           (SELECT COUNT(*) FROM account_move held
             WHERE held.journal_id = broken.journal_id AND held.sequence_prefix = broken.prefix
               AND held.sequence_number > COALESCE(previous.number, 0) AND held.sequence_number < broken.number)
      FROM broken
 LEFT JOIN LATERAL (
           SELECT other.sequence_number AS number FROM account_move other
            WHERE other.journal_id = broken.journal_id AND other.sequence_prefix = broken.prefix
              AND other.sequence_number < broken.number AND other.state = 'posted'
         ORDER BY other.sequence_number DESC LIMIT 1) previous ON TRUE
  ORDER BY broken.journal_id, broken.prefix, broken.number
"""
# Netvisor never ties a credit note to its invoice by itself (8.35); what is open here or there is not settled.
CREDIT_NOTES = """
    SELECT move.id, move.name, move.date, partner.name, (-move.amount_total_signed)::numeric(18, 2),
           (-move.amount_residual_signed)::numeric(18, 2), (-COALESCE(remote.open_amount, 0))::numeric(18, 2),
           COALESCE(tie.state, '')
      FROM account_move move
      JOIN res_company company ON company.id = move.company_id
      JOIN res_company root ON root.id = %(root)s
      JOIN netvisor_document document ON document.move_id = move.id AND document.kind = 'sales_invoice'
                                         AND document.state != 'cancelled'
 LEFT JOIN netvisor_document tie ON tie.move_id = move.id AND tie.kind = 'credit_note_match'
 LEFT JOIN netvisor_open_invoice remote ON remote.company_id = root.id AND remote.netvisor_key = document.netvisor_key
 LEFT JOIN res_partner partner ON partner.id = move.commercial_partner_id
     WHERE move.state = 'posted' AND move.move_type = 'out_refund' AND move.date BETWEEN %(first)s AND %(last)s
       AND (company.id = root.id OR company.parent_path LIKE root.parent_path || '%%')
       AND COALESCE(tie.state, '') != 'done'
       AND (move.amount_residual_signed != 0 OR remote.open_amount != 0 OR tie.state NOT IN ('done', 'cancelled'))
  ORDER BY move.date, move.id
"""


class Month:
    """One month of one connected company, as it is now."""

    def __init__(self, company, first, last):
        self.env = company.env
        self.values = {
            "root": company.id,
            "first": first,
            "last": last,
            "kinds": MAIN_KINDS,
            "exports": tuple(KIND_OF_EXPORT),
        }
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        self.entries = self._rows(ENTRIES)

    def _rows(self, statement):
        return self.env.execute_query(SQL(statement, **self.values))

    # --- figures ------------------------------------------------------------------------------------------------------
    def journals(self):
        """:return: list of dicts, one for each journal with entries: counts and debits by status"""
        counts = defaultdict(lambda: dict.fromkeys(STATUSES, 0))
        debits = defaultdict(lambda: dict.fromkeys(STATUSES, 0))
        for row in self.entries:
            journal, debit, status = row[3], row[4], row[11]
            counts[journal][status] += 1
            debits[journal][status] += debit
        return [
            {
                "key": journal,
                "entries": sum(counts[journal].values()),
                "debit": amount(sum(debits[journal].values())),
                **counts[journal],
                **{f"{status}_debit": amount(debits[journal][status]) for status in STATUSES},
            }
            for journal in sorted(counts)
        ]

    def gaps(self):
        names = ("key", "journal", "prefix", "first", "last", "name", "held")
        return [dict(zip(names, row, strict=True)) for row in self._rows(GAPS)]

    def credit_notes(self):
        self.env["account.move"].flush_model(["amount_total_signed", "amount_residual_signed", "commercial_partner_id"])
        names = ("key", "name", "date", "partner", "amount", "residual", "remote", "tie")
        rows = [dict(zip(names, row, strict=True)) for row in self._rows(CREDIT_NOTES)]
        return [
            {
                **row,
                "date": str(row["date"]),
                "amount": amount(row["amount"]),
                "residual": amount(row["residual"]),
                "remote": amount(row["remote"]),
                "partner": row["partner"] or "",
            }
            for row in rows
        ]

    def moves(self, statuses):
        """:return: ids of the entries that have come this far"""
        return [row[0] for row in self.entries if row[11] in statuses]

    # --- evidence -----------------------------------------------------------------------------------------------------
    def evidence(self, figures):
        """:return: bytes: a row for each figure, entry and voucher, the same for the same books"""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        for section, rows in sorted(figures.items()):
            for row in rows:
                writer.writerow([section, *(f"{name}={value}" for name, value in sorted(row.items()))])
        writer.writerow(["entry", *COLUMNS["entry"]])
        for row in self.entries:
            writer.writerow(["entry", *("" if value is None else value for value in row)])
        writer.writerow(["voucher", *COLUMNS["voucher"]])
        for row in self._rows(VOUCHERS):
            writer.writerow(["voucher", *("" if value is None else value for value in row)])
        return text.getvalue().encode()


def amount(value):
    return format(value or 0, ".2f")


def digest(evidence):
    return hashlib.sha256(evidence).hexdigest()


def differing(before, after):
    """Which entries and vouchers differ between two evidences.

    :return: list of (section, name, "changed" | "added" | "gone"), in the order of the evidence
    """
    old, new = _by_key(before), _by_key(after)
    rows = [
        (section, row[2], "added" if (section, key) not in old else "changed")
        for (section, key), row in new.items()
        if old.get((section, key)) != row
    ]
    rows += [(section, row[2], "gone") for (section, key), row in old.items() if (section, key) not in new]
    return rows


def _by_key(evidence):
    rows = csv.reader(io.StringIO(evidence.decode()), delimiter=";")
    return {(row[0], row[1]): row for row in rows if row and row[0] in COLUMNS and row[1] != "key"}
