"""Customer invoices on either side of a change of VAT rates: which day was looked at, and whether the rate is that of the day."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..netvisor import vat
from .netvisor_document import STATES
from .netvisor_supply import FLUSHED
from .netvisor_vat_words import REASONS, basis_text, groups_text
from .netvisor_words import number_text

# A document has a row for each change that concerns it: its id and the change's place in the list.
PLACES = 64
DEPENDS = {
    model: sorted({name for other, names in FLUSHED if other == model for name in names}) for model, _n in FLUSHED
}


class NetvisorVatBorder(models.Model):
    """One row per invoice and change of rates. Nothing is stored: the rows are those of the invoices as they are now."""

    _name = "netvisor.vat.border"
    _description = "VAT at the border of a change"
    _auto = False
    _order = "verdict_rank desc, supply_date desc, id desc"
    _rec_name = "move_id"
    _depends = {
        **DEPENDS,
        "netvisor.document": ["move_id", "kind", "state"],
        "account.move.line": [*DEPENDS["account.move.line"], "tax_ids"],
    }

    change = fields.Selection(selection="_selection_change", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    move_type = fields.Selection(
        [("out_invoice", "Customer Invoice"), ("out_refund", "Customer Credit Note")], string="Type", readonly=True
    )
    state = fields.Selection([("draft", "Draft"), ("posted", "Posted")], string="Status", readonly=True)
    invoice_date = fields.Date(readonly=True)
    supply_date = fields.Date(string="Date of supply", readonly=True)
    supply_basis = fields.Char(readonly=True)
    original_id = fields.Many2one("account.move", string="Credited invoice", readonly=True)
    days = fields.Integer(string="Days after the change", readonly=True, aggregator=None)
    distance = fields.Integer(string="Days from the change", readonly=True, aggregator=None)
    percents = fields.Char(readonly=True)
    expected = fields.Float(digits=(16, 2), readonly=True, aggregator=None)
    base_old = fields.Monetary(string="At the old rate", readonly=True)
    base_new = fields.Monetary(string="At the new rate", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    netvisor_state = fields.Selection(STATES, string="Netvisor", readonly=True)
    verdict = fields.Selection([("right", "Right"), ("check", "Check"), ("wrong", "Wrong")], readonly=True)
    verdict_rank = fields.Integer(readonly=True, aggregator=None)
    reason = fields.Char(readonly=True)
    basis_text = fields.Char(compute="_compute_texts", string="Which date that is")
    percents_text = fields.Char(compute="_compute_texts", string="Rates used")
    expected_text = fields.Char(compute="_compute_texts", string="Expected")
    reason_text = fields.Char(compute="_compute_texts", string="Why")
    can_mend = fields.Boolean(compute="_compute_can_mend")

    # --- words --------------------------------------------------------------------------------------------------------
    @api.model
    def _selection_change(self):
        """The latest first."""
        return [(change.day.isoformat(), self._change_text(change)) for change in reversed(vat.changes())]

    @api.model
    def _change_text(self, change):
        values = {
            "old": number_text(self.env, format(change.old.normalize(), "f")),
            "new": number_text(self.env, format(change.new.normalize(), "f")),
            "date": format_date(self.env, change.day),
        }
        if change.whole:
            return self.env._("%(old)s → %(new)s %% on %(date)s", **values)
        return self.env._("%(old)s → %(new)s %% on %(date)s, some goods", **values)

    @api.model
    def _change(self, code):
        return next(change for change in vat.changes() if change.day.isoformat() == code)

    @api.depends("percents", "supply_basis", "original_id", "reason", "expected", "change")
    @api.depends_context("lang")
    def _compute_texts(self):
        for row in self:
            change = row._change(row.change)
            row.basis_text = basis_text(self.env, row.supply_basis, row.original_id.name or "")
            row.percents_text = " / ".join(row._percent_text(text) for text in (row.percents or "").split())
            row.expected_text = row._percent_text(format(row.expected, "g")) if row.expected else ""
            row.reason_text = self.env._(REASONS[row.reason]) % {
                "moved": groups_text(self.env, change.moved),
                "stayed": groups_text(self.env, change.stayed),
                "document": row.original_id.name or "",
                "old": row._percent_text(format(change.old.normalize(), "f")),
                "date": format_date(self.env, change.day),
            }

    def _percent_text(self, number):
        return f"{number_text(self.env, number)} %"

    @api.depends("state", "verdict", "netvisor_state")
    def _compute_can_mend(self):
        for row in self:
            row.can_mend = row.verdict != "right" and row.netvisor_state in (False, "blocked", "todo", "cancelled")

    # --- doing --------------------------------------------------------------------------------------------------------
    @api.model
    def action_open_latest(self):
        """The menu: the documents at the latest change that has begun, or begins soon."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("account_netvisor.netvisor_vat_border_action")
        latest = self._filter_name(vat.changes()[-1])
        action["context"] = {f"search_default_{latest}": 1, "search_default_not_right": 1}
        return action

    @api.model
    def _filter_name(self, change):
        return f"change_{change.day:%Y_%m_%d}"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """A filter for each change: which there are is known to the wire's table alone."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "search":
            for node in arch.xpath("//filter[@name='change']"):
                for change in vat.changes():
                    domain = f"[('change', '=', '{change.day.isoformat()}')]"
                    values = {"name": self._filter_name(change), "string": self._change_text(change), "domain": domain}
                    node.addprevious(node.makeelement("filter", values))
                node.getparent().remove(node)
        return arch, view

    def action_open_move(self):
        self.ensure_one()
        return self.move_id._get_records_action(name=self.move_id.display_name)

    def action_mend(self):
        """Give it its delivery date, or the tax of the day."""
        self.check_access("read")
        return self.move_id.action_netvisor_vat_mend()

    def action_create_successors(self):
        """The button of the screen: for the change that is chosen there."""
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can create taxes."))
        return self.env.company.action_netvisor_create_successors(self._chosen_change())

    @api.model
    def _chosen_change(self):
        """The change by which the list is filtered, as the browser tells it; None when there is none that ended a rate."""
        chosen = {
            str(condition.value if condition.operator == "=" else next(iter(condition.value), ""))
            for condition in Domain(self.env.context.get("active_domain") or []).iter_conditions()
            if condition.field_expr == "change" and condition.operator in ("=", "in")
        }
        days = {change.day.isoformat() for change in vat.changes() if change.whole} & chosen
        return days.pop() if len(days) == 1 else None

    # --- the rows -----------------------------------------------------------------------------------------------------
    @property
    def _table_query(self):
        # PostgreSQL cannot know how few rows the steps leave; it would compile them for seconds to save milliseconds.
        self.env.execute_query(SQL("SELECT set_config('jit', 'off', TRUE)"))
        return self.env["netvisor.vat.border.query"]._sql()


class NetvisorVatBorderQuery(models.AbstractModel):
    """The statement behind the list. It judges as ``sales_invoice_vat_date`` does, in the language of the database, and is a
    little stricter: near a change only what nobody has dated is left open."""

    _name = "netvisor.vat.border.query"
    _description = "Netvisor: VAT at the border of a change, statement"

    @api.model
    def _sql(self):
        supplies = self.env["netvisor.supply"]
        return SQL(
            """
            WITH change (place, code, day, old, new, whole) AS (VALUES %(changes)s),
            -- Each step once: PostgreSQL would write the expressions of one into the next, and reckon them again and again.
            line AS MATERIALIZED (%(lines)s),
            supply AS MATERIALIZED (%(supplies)s),
            dated AS MATERIALIZED (%(dated)s),
            judged AS MATERIALIZED (SELECT dated.*, %(reason)s AS reason FROM dated),
            ranked AS MATERIALIZED (SELECT judged.*, %(rank)s AS verdict_rank FROM judged),
            document AS (
                SELECT place, move_id, MAX(verdict_rank) AS verdict_rank,
                       (ARRAY_AGG(reason ORDER BY verdict_rank DESC, amount))[1] AS reason,
                       (ARRAY_AGG(on_date ORDER BY verdict_rank DESC, amount))[1] AS supply_date,
                       (ARRAY_AGG(basis ORDER BY verdict_rank DESC, amount))[1] AS supply_basis,
                       (ARRAY_AGG(original_id))[1] AS original_id,
                       STRING_AGG(DISTINCT TRIM_SCALE(amount)::text, ' ') AS percents,
                       -SUM(balance) FILTER (WHERE amount = old) AS base_old,
                       -SUM(balance) FILTER (WHERE amount = new) AS base_new
                  FROM ranked
              GROUP BY place, move_id
            )
            SELECT document.move_id::bigint * %(places)s + document.place AS id, change.code AS change, document.move_id,
                   move.company_id, move.commercial_partner_id AS partner_id, move.move_type, move.state,
                   move.invoice_date, document.supply_date, document.supply_basis, document.original_id,
                   document.supply_date - change.day AS days, ABS(document.supply_date - change.day) AS distance,
                   document.percents, document.base_old, document.base_new,
                   CASE WHEN document.reason IN ('kept', 'deducted_advance') THEN NULL
                        WHEN document.supply_date >= change.day AND change.whole THEN change.new
                        WHEN change.whole THEN change.old END AS expected,
                   sent.state AS netvisor_state, document.verdict_rank, document.reason,
                   (ARRAY['right', 'check', 'wrong'])[document.verdict_rank + 1] AS verdict
              FROM document
              JOIN change ON change.place = document.place
              JOIN account_move move ON move.id = document.move_id
         LEFT JOIN netvisor_document sent ON sent.move_id = move.id AND sent.kind = 'sales_invoice'
             WHERE document.verdict_rank > 0 OR ABS(document.supply_date - change.day) <= %(near)s
            """,
            changes=self._changes_sql(),
            lines=self._lines_sql(supplies),
            supplies=supplies._sql(SQL("move.id IN (SELECT line.move_id FROM line)")),
            dated=self._dated_sql(),
            reason=self._reason_sql(),
            rank=self._rank_sql(),
            places=PLACES,
            near=vat.NEAR_DAYS,
        )

    @api.model
    def _changes_sql(self):
        return SQL(", ").join(
            SQL(
                "(%s, %s, %s::date, %s::numeric, %s::numeric, %s)",
                place,
                change.day.isoformat(),
                change.day,
                change.old,
                change.new,
                change.whole,
            )
            for place, change in enumerate(vat.changes())
        )

    @api.model
    def _lines_sql(self, supplies):
        """Lines at one of the two rates of a change that may be on its wrong side, or near it.

        One part for each rate of each change, with the dates and the taxes written out: from them PostgreSQL knows
        whether to begin with the taxes or with the dates, and skips what no tax has.
        """
        taxes = defaultdict(list)
        self.env["account.tax"].flush_model(["amount", "amount_type", "children_tax_ids"])
        for tax_id, amount in self.env.execute_query(supplies._rated_sql()):
            taxes[amount].append(tax_id)
        parts = [
            self._part_sql(supplies, place, change, percent, taxes[percent])
            for place, change in enumerate(vat.changes())
            for percent in (change.old, change.new)
            if taxes.get(percent)
        ]
        return SQL(" UNION ALL ").join(parts or [self._part_sql(supplies, 0, vat.changes()[0], Decimal(0), [0])])

    @api.model
    def _part_sql(self, supplies, place, change, percent, tax_ids):
        near = timedelta(days=vat.NEAR_DAYS)
        since, until = change.day - near, change.day + near
        if not change.whole:
            dates = SQL("%s AND %s", self._any_date_sql(">=", since), self._any_date_sql("<=", until))
        elif percent == change.old:
            dates = SQL("(%s OR %s >= %s)", self._any_date_sql(">=", since), supplies._period_end_sql(), since)
        else:
            # A credit note at the new rate whatever its age: its invoice may be older.
            dates = SQL(
                "(%s OR move.move_type = 'out_refund' OR %s IS NOT NULL)",
                self._any_date_sql("<=", until),
                supplies._tied_sql(),
            )
        return SQL(
            """
            SELECT %(place)s AS place, %(day)s::date AS day, %(old)s::numeric AS old, %(new)s::numeric AS new,
                   %(whole)s AS whole, %(percent)s::numeric AS amount, line.move_id, line.balance,
                   %(advance)s AS advance, %(period_start)s AS period_start, %(period_end)s AS period_end
              FROM account_move_line_account_tax_rel rel
              JOIN account_move_line line ON line.id = rel.account_move_line_id AND line.display_type = 'product'
              JOIN account_move move ON move.id = line.move_id
             WHERE rel.account_tax_id IN %(tax_ids)s AND %(dates)s
               AND move.move_type IN ('out_invoice', 'out_refund') AND move.state IN ('draft', 'posted')
            """,
            place=place,
            day=change.day,
            old=change.old,
            new=change.new,
            whole=change.whole,
            percent=percent,
            tax_ids=tuple(tax_ids),
            dates=dates,
            advance=supplies._is_advance_sql(),
            period_start=supplies._period_start_sql(),
            period_end=supplies._period_end_sql(),
        )

    @api.model
    def _any_date_sql(self, operator, day):
        """Any of the dates that an invoice may be judged by; a draft without dates by today's, which is its accounting date."""
        names = ("date", "invoice_date", "delivery_date", "taxable_supply_date")
        conditions = (SQL("%s %s %s", SQL.identifier("move", name), SQL(operator), day) for name in names)
        return SQL("(%s)", SQL(" OR ").join(conditions))

    @api.model
    def _dated_sql(self):
        """The day by which each line is judged: ``Case.looked_at``."""
        advance = SQL(
            "supply.original_id IS NULL AND supply.basis != 'taxable_supply' AND line.advance"
            " AND supply.invoice_date IS NOT NULL"
        )
        period = SQL(
            "supply.original_id IS NULL AND supply.basis NOT IN ('taxable_supply', 'delivery')"
            " AND line.period_end IS NOT NULL"
        )
        return SQL(
            """
            SELECT line.*, supply.original_id, supply.link, supply.percents, supply.invoice_date,
                   CASE WHEN %(advance)s THEN supply.invoice_date WHEN %(period)s THEN line.period_end
                        ELSE supply.on_date END AS on_date,
                   CASE WHEN %(advance)s THEN 'advance' WHEN %(period)s THEN 'period' ELSE supply.basis END AS basis,
                   move.move_type = 'out_refund' AS refund,
                   CASE move.move_type WHEN 'out_refund' THEN line.balance < 0 ELSE line.balance > 0 END AS deducts
              FROM line
              JOIN supply ON supply.move_id = line.move_id
              JOIN account_move move ON move.id = line.move_id
            """,
            advance=advance,
            period=period,
        )

    @api.model
    def _reason_sql(self):
        """Like ``VERDICTS``: the first that holds decides."""
        misfit = SQL("dated.whole AND (dated.amount = dated.old) = (dated.on_date >= dated.day)")
        return SQL(
            """
            CASE WHEN dated.original_id IS NOT NULL AND dated.amount = ANY(dated.percents) THEN 'kept'
                 WHEN NOT dated.whole AND dated.amount = dated.old AND dated.on_date >= dated.day THEN 'groups'
                 WHEN NOT (%(misfit)s) AND dated.refund AND dated.link IN ('reversed', 'debited') THEN 'other_rate'
                 WHEN NOT (%(misfit)s) AND dated.basis IN ('invoice', 'accounting', 'today') THEN 'fits_undated'
                 WHEN NOT (%(misfit)s) THEN 'fits'
                 WHEN dated.refund AND dated.original_id IS NULL THEN 'no_original'
                 WHEN dated.refund AND dated.link NOT IN ('reversed', 'debited') THEN 'guess'
                 WHEN dated.deducts AND dated.amount = dated.old AND dated.advance THEN 'deducted_advance'
                 WHEN dated.deducts AND dated.amount = dated.old THEN 'deducted'
                 WHEN dated.basis = 'period'
                      AND (dated.amount = dated.old) = (LEAST(dated.period_start, dated.invoice_date) < dated.day)
                 THEN 'period'
                 WHEN dated.original_id IS NULL AND dated.invoice_date < dated.on_date AND dated.amount = dated.old
                      AND dated.invoice_date < dated.day THEN 'maybe_advance'
                 WHEN dated.original_id IS NOT NULL THEN 'other_rate_wrong'
                 WHEN dated.basis IN ('invoice', 'accounting', 'today') AND ABS(dated.on_date - dated.day) <= %(near)s
                 THEN 'near'
                 ELSE 'wrong' END
            """,
            misfit=misfit,
            near=vat.NEAR_DAYS,
        )

    @api.model
    def _rank_sql(self):
        return SQL(
            "CASE WHEN reason IN ('kept', 'fits', 'fits_undated', 'deducted_advance') THEN 0"
            " WHEN reason IN ('wrong', 'other_rate_wrong') THEN 2 ELSE 1 END"
        )
