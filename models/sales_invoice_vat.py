from decimal import Decimal

from odoo import api, models

from ..netvisor import vat
from . import sales_invoice_amounts as amounts
from .sales_invoice_vat_date import DATED, MENDABLE, Case, judge

NO_TAX = ("NONE", Decimal(0))
# A tax whose code nobody has chosen yet is judged like domestic sales.
RATED = "KOMY"
# Reasons of the wire's table that no date can heal.
NEVER = ("unknown_code", "zero_only")


class NetvisorKindSalesInvoice(models.AbstractModel):
    """VAT code and percentage of a line. A Netvisor line holds exactly one of each."""

    _inherit = "netvisor.kind.sales_invoice"

    @api.model
    def _warm(self, documents):
        supplies, moves = self.env["netvisor.supply"], documents.move_id
        self._wave().supplies |= supplies._of(moves)
        supplies._warm_lines(moves.invoice_line_ids)
        return super()._warm(documents)

    @api.model
    def _vat_of(self, draft, base_line):
        """:return: (code, percentage) for a line of the tax engine; a code is always sent (8.11)"""
        entries = base_line["tax_details"]["taxes_data"]
        taxes = self.env["account.tax"].union(*(entry["tax"] for entry in entries)).sudo()
        if not taxes:
            return NO_TAX
        name = base_line["record"].name or ""
        odd = taxes.filtered(lambda tax: tax.amount_type != "percent" and tax.amount)
        if odd:
            draft.block("tax_kind", tax=odd[0].name, line=_first_line(name))
            return NO_TAX
        rated = taxes.filtered("amount")
        nothing_due = not sum(entry["tax_amount_currency"] for entry in entries) and _cancels(entries)
        if nothing_due:
            # A pair for reverse charge: the tax is in the line twice, once with each sign; the buyer owes it.
            return self._one_code(draft, taxes, Decimal(0), base_line)
        if len(rated) > 1 or any(entry["is_reverse_charge"] for entry in entries):
            draft.block("several_taxes", taxes=", ".join(taxes.mapped("name")), line=_first_line(name))
            return NO_TAX
        return self._one_code(
            draft, rated or taxes, amounts.decimal(sum(rated.mapped("amount")), Decimal("0.0001")), base_line
        )

    @api.model
    def _one_code(self, draft, taxes, percent, base_line):
        codes = dict.fromkeys(filter(None, taxes.mapped("netvisor_vat_code")))
        if len(codes) > 1:
            name = base_line["record"].name or ""
            draft.block("several_taxes", taxes=", ".join(taxes.mapped("name")), line=_first_line(name))
            return NO_TAX
        tax = taxes.filtered("netvisor_vat_code")[:1] or taxes[:1]
        code = tax.netvisor_vat_code or self._default_code(draft, percent)
        if not code:
            draft.block("vat_code_missing", tax=tax.name)
            return NO_TAX
        self._check_vat(draft, tax, code, percent, base_line)
        return code, percent

    @api.model
    def _default_code(self, draft, percent):
        """Zero rate to a domestic customer has a code of its own; whether EU, export or construction, only a person knows."""
        countries = draft.move.commercial_partner_id.country_id | draft.move.partner_shipping_id.country_id
        domestic = countries <= draft.move.company_id.country_id
        return "KOMY0" if not percent and domestic else None

    @api.model
    def _check_vat(self, draft, tax, code, percent, base_line):
        """Code and percentage must go together on the day of supply: which day that is, and what is right all the same, is
        in ``sales_invoice_vat_date``."""
        known = vat.VAT_CODES.get(code)
        if known and known.direction == "purchase":
            draft.block("vat_code_direction", tax=tax.name, code=code)
            return
        case = self._vat_case(draft, base_line, code, percent)
        values = {"tax": tax.name, "code": code, "percent": percent_text(percent)}
        if case.reason in NEVER:
            draft.block("vat_code_percent", **values)
        elif case.reason == "unknown_percent":
            # The law may know a rate that this version does not: Netvisor has the last word (8.12).
            draft.warn("vat_rate_unknown", **values)
        elif verdict := judge(case):
            problem, blocks = verdict
            tell = draft.block if blocks else draft.warn
            tell(problem, **values, **case.values())

    @api.model
    def _vat_case(self, draft, base_line, code, percent):
        line, supplies = base_line["record"], self.env["netvisor.supply"]
        move = draft.move
        if move.id not in draft.wave.supplies:
            draft.wave.supplies |= supplies._of(move)
        return Case(
            code=code,
            percent=percent,
            supply=draft.wave.supplies[move.id],
            line=_first_line(line.name or ""),
            refund=move.move_type == "out_refund",
            deducts=base_line["tax_details"]["total_excluded_currency"] < 0,
            advance=supplies._is_advance(line),
            period=supplies._period_of(line),
        )

    @api.model
    def _vat_cases(self, moves):
        """The same judgement beside the sending, for invoices that may still be drafts. Only misfits of rate and day.

        :return: dict (invoice line, tax) → (Case, code of the problem)
        """
        supplies = self.env["netvisor.supply"]
        known = supplies._of(moves)
        found = {}
        for line in moves.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            for tax in line.tax_ids.filtered(lambda tax: tax.amount_type == "percent" and tax.amount):
                case = Case(
                    code=tax.netvisor_vat_code or RATED,
                    percent=amounts.decimal(tax.amount, Decimal("0.0001")),
                    supply=known[line.move_id.id],
                    line=_first_line(line.name or ""),
                    refund=line.move_id.move_type == "out_refund",
                    deducts=line.price_subtotal < 0,
                    advance=supplies._is_advance(line),
                    period=supplies._period_of(line),
                )
                verdict = judge(case) if case.reason in DATED else None
                if verdict and verdict[0] in MENDABLE:
                    found[line, tax] = case, verdict[0]
        return found


def _cancels(entries):
    """Whether every tax of the line is matched by its own negative, before any rounding."""
    return any(entry["raw_tax_amount_currency"] for entry in entries) and not round(
        sum(entry["raw_tax_amount_currency"] for entry in entries), 6
    )


def _first_line(name):
    return name.split("\n", 1)[0][:80]


def percent_text(percent):
    return format(percent.normalize(), "f")
