"""Which day decides about the VAT rate of an invoice, and which day that is. One statement, for a wave of invoices and for the
list of documents at a change of rates: both must say the same.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from .sales_invoice_vat_date import Supply

# Columns of optional modules (debit notes, sales, Enterprise's deferred revenue): used where they are.
DEBITED, DOWN_PAYMENT, PERIOD = "debit_origin_id", "is_downpayment", "deferred_end_date"
LONGEST_CHAIN = 20
FLUSHED = (
    (
        "account.move",
        ("taxable_supply_date", "delivery_date", "invoice_date", "date", "state", "move_type", "ref", "name"),
    ),
    ("account.move", ("reversed_entry_id", "invoice_origin", "commercial_partner_id", "company_id")),
    ("account.move.line", ("move_id", "tax_ids", "display_type", "balance")),
    ("account.partial.reconcile", ("debit_move_id", "credit_move_id")),
    ("account.tax", ("amount", "amount_type", "type_tax_use", "children_tax_ids")),
)


class NetvisorSupply(models.AbstractModel):
    _name = "netvisor.supply"
    _description = "Netvisor: days of supply"

    @api.model
    def _of(self, moves):
        """:return: dict move id → Supply"""
        if not moves.ids:
            return {}
        self._flush()
        rows = self.env.execute_query_dict(self._sql(SQL("move.id IN %s", tuple(moves.ids))))
        return {
            row["move_id"]: Supply(
                row["on_date"],
                row["basis"],
                row["invoice_date"],
                row["original_id"],
                row["original"] or "",
                row["link"],
                frozenset(row["percents"] or ()),
            )
            for row in rows
        }

    @api.model
    def _flush(self):
        for model, names in FLUSHED:
            self.env[model].flush_model(names)
        if DOWN_PAYMENT in self.env["account.move.line"]._fields:
            self.env["account.move.line"].flush_model([DOWN_PAYMENT])
        if self._has_periods():
            self.env["account.move.line"].flush_model([PERIOD])

    # --- the statement ----------------------------------------------------------------------------------------------
    @api.model
    def _sql(self, condition):
        """One row per invoice for which ``condition`` (about ``move``) holds: move_id, on_date, basis, invoice_date,
        original_id, original (its number), link, percents (of the original)."""
        return SQL(
            """
            WITH RECURSIVE wanted AS MATERIALIZED (
                SELECT move.id, move.company_id, move.commercial_partner_id, move.move_type, move.invoice_date,
                       move.ref, move.invoice_origin, %(tied)s AS tied, %(link)s AS link
                  FROM account_move move
                 WHERE %(condition)s
            ), chain (id, original_id, depth) AS (
                SELECT wanted.id, wanted.tied, 1 FROM wanted WHERE wanted.tied IS NOT NULL
                 UNION ALL
                SELECT chain.id, %(tied)s, chain.depth + 1
                  FROM chain
                  JOIN account_move move ON move.id = chain.original_id
                 WHERE %(tied)s IS NOT NULL AND chain.depth < %(longest)s
            ), tied AS (
                SELECT DISTINCT ON (id) id, original_id FROM chain ORDER BY id, depth DESC
            ), loose AS MATERIALIZED (
                SELECT * FROM wanted WHERE wanted.tied IS NULL AND wanted.move_type = 'out_refund'
            ), guessed AS (
                SELECT loose.id, guess.original_id, guess.link FROM loose CROSS JOIN LATERAL (%(guess)s) guess
            ), found AS (
                SELECT wanted.id, wanted.invoice_date, COALESCE(tied.original_id, guessed.original_id) AS original_id,
                       COALESCE(wanted.link, guessed.link) AS link
                  FROM wanted
             LEFT JOIN tied ON tied.id = wanted.id
             LEFT JOIN guessed ON guessed.id = wanted.id
            ), original AS MATERIALIZED (
                SELECT DISTINCT original_id AS id FROM found WHERE original_id IS NOT NULL
            ), percents AS (%(percents)s)
            SELECT found.id AS move_id, %(on_date)s AS on_date, %(basis)s AS basis, found.invoice_date,
                   found.original_id, CASE WHEN found.original_id IS NOT NULL THEN move.name END AS original, found.link,
                   percents.amounts AS percents
              FROM found
              JOIN account_move move ON move.id = COALESCE(found.original_id, found.id)
         LEFT JOIN percents ON percents.id = found.original_id
            """,
            tied=self._tied_sql(),
            link=self._link_sql(),
            condition=condition,
            longest=LONGEST_CHAIN,
            guess=self._guess_sql(),
            on_date=self._date_sql(),
            basis=self._basis_sql(),
            percents=self._percents_sql(),
        )

    @api.model
    def _has_debit_notes(self):
        return DEBITED in self.env["account.move"]._fields

    @api.model
    def _tied_sql(self):
        """The invoice that Odoo itself ties this one to."""
        if self._has_debit_notes():
            return SQL("COALESCE(move.reversed_entry_id, move.debit_origin_id)")
        return SQL("move.reversed_entry_id")

    @api.model
    def _link_sql(self):
        reversed_move = SQL("CASE WHEN move.reversed_entry_id IS NOT NULL THEN 'reversed' END")
        if self._has_debit_notes():
            return SQL("COALESCE(%s, CASE WHEN move.debit_origin_id IS NOT NULL THEN 'debited' END)", reversed_move)
        return reversed_move

    @api.model
    def _date_sql(self):
        return SQL(
            """COALESCE(move.taxable_supply_date, move.delivery_date, move.invoice_date,
                        CASE WHEN move.state = 'draft' THEN %s ELSE move.date END)""",
            self._today_sql(),
        )

    @api.model
    def _today_sql(self):
        return SQL("%s::date", fields.Date.context_today(self))

    @api.model
    def _basis_sql(self):
        return SQL(
            """CASE WHEN move.taxable_supply_date IS NOT NULL THEN 'taxable_supply'
                    WHEN move.delivery_date IS NOT NULL THEN 'delivery'
                    WHEN move.invoice_date IS NOT NULL THEN 'invoice'
                    WHEN move.state = 'draft' THEN 'today'
                    ELSE 'accounting' END"""
        )

    @api.model
    def _guess_sql(self):
        """The one invoice that a credit note without a tie most likely credits; several candidates are none.

        The order of the ways: the same lines of a sales order, paid with one another, its number in the reference.
        """
        ways = [self._by_payment_sql(), self._by_number_sql()]
        if "sale_line_ids" in self.env["account.move.line"]._fields:
            ways.insert(0, self._by_order_sql())
        ranked = SQL(" UNION ALL ").join(
            SQL("SELECT %s AS rank, way.* FROM (%s) way", rank, way) for rank, way in enumerate(ways)
        )
        return SQL(
            "SELECT ways.original_id, ways.link FROM (%s) ways WHERE ways.original_id IS NOT NULL"
            " ORDER BY ways.rank LIMIT 1",
            ranked,
        )

    @api.model
    def _by_order_sql(self):
        return SQL(
            """
            SELECT MIN(invoice.id) AS original_id, 'order' AS link
              FROM account_move_line own
              JOIN sale_order_line_invoice_rel mine ON mine.invoice_line_id = own.id
              JOIN sale_order_line_invoice_rel other ON other.order_line_id = mine.order_line_id
              JOIN account_move_line line ON line.id = other.invoice_line_id
              JOIN account_move invoice ON invoice.id = line.move_id
             WHERE own.move_id = loose.id AND %s
            HAVING COUNT(DISTINCT invoice.id) = 1
            """,
            self._is_original_sql(),
        )

    @api.model
    def _by_payment_sql(self):
        return SQL(
            """
            SELECT MIN(invoice.id) AS original_id, 'payment' AS link
              FROM account_move_line own
              JOIN account_partial_reconcile partial ON partial.credit_move_id = own.id
              JOIN account_move_line line ON line.id = partial.debit_move_id
              JOIN account_move invoice ON invoice.id = line.move_id
             WHERE own.move_id = loose.id AND %s
            HAVING COUNT(DISTINCT invoice.id) = 1
            """,
            self._is_original_sql(),
        )

    @api.model
    def _by_number_sql(self):
        return SQL(
            """
            SELECT MIN(invoice.id) AS original_id, 'number' AS link
              FROM account_move invoice
             WHERE invoice.name = ANY(regexp_split_to_array(CONCAT_WS(' ', loose.ref, loose.invoice_origin), '[\\s,;:()]+'))
               AND invoice.commercial_partner_id = loose.commercial_partner_id AND %s
            HAVING COUNT(DISTINCT invoice.id) = 1
            """,
            self._is_original_sql(),
        )

    @api.model
    def _is_original_sql(self):
        """What a credit note can credit: an invoice of the same company, not younger than itself."""
        return SQL(
            """invoice.move_type = 'out_invoice' AND invoice.state = 'posted' AND invoice.company_id = loose.company_id
               AND invoice.invoice_date <= COALESCE(loose.invoice_date, %s)""",
            self._today_sql(),
        )

    @api.model
    def _percents_sql(self):
        """The percentages of the credited invoices."""
        return SQL(
            """SELECT original.id, ARRAY_AGG(DISTINCT rated.amount) AS amounts
                 FROM original
                 JOIN account_move_line line ON line.move_id = original.id AND line.display_type = 'product'
                 JOIN account_move_line_account_tax_rel rel ON rel.account_move_line_id = line.id
                 JOIN (%s) rated ON rated.tax_id = rel.account_tax_id
             GROUP BY original.id""",
            self._rated_sql(),
        )

    @api.model
    def _rated_sql(self):
        """Percentages of taxes; a group of taxes has those of its members."""
        return SQL(
            """SELECT tax.id AS tax_id, COALESCE(member.amount, tax.amount)::numeric AS amount
                 FROM account_tax tax
            LEFT JOIN account_tax_filiation_rel filiation ON filiation.parent_tax = tax.id AND tax.amount_type = 'group'
            LEFT JOIN account_tax member ON member.id = filiation.child_tax
                WHERE COALESCE(member.amount_type, tax.amount_type) = 'percent'"""
        )

    # --- lines ------------------------------------------------------------------------------------------------------
    @api.model
    def _is_advance_sql(self):
        """Whether ``line`` is marked as a down payment by Odoo's sales."""
        if DOWN_PAYMENT not in self.env["account.move.line"]._fields:
            return SQL("FALSE")
        return SQL(
            """(COALESCE(line.is_downpayment, FALSE) OR EXISTS (
                    SELECT FROM sale_order_line_invoice_rel sold
                      JOIN sale_order_line order_line ON order_line.id = sold.order_line_id
                     WHERE sold.invoice_line_id = line.id AND order_line.is_downpayment))"""
        )

    @api.model
    def _period_end_sql(self):
        """The last day of the period for which ``line`` is invoiced (deferred revenue), or NULL."""
        return SQL("line.deferred_end_date") if self._has_periods() else SQL("NULL::date")

    @api.model
    def _period_start_sql(self):
        return SQL("line.deferred_start_date") if self._has_periods() else SQL("NULL::date")

    @api.model
    def _has_periods(self):
        return PERIOD in self.env["account.move.line"]._fields

    @api.model
    def _warm_lines(self, lines):
        if DOWN_PAYMENT in lines._fields:
            lines.mapped("sale_line_ids.is_downpayment")

    @api.model
    def _is_advance(self, line):
        if DOWN_PAYMENT not in line._fields:
            return False
        return line.is_downpayment or any(line.sale_line_ids.mapped("is_downpayment"))

    @api.model
    def _period_of(self, line):
        """:return: (first day, last day) of the period of a line, or (False, False)"""
        if not self._has_periods():
            return False, False
        return line.deferred_start_date, line.deferred_end_date
