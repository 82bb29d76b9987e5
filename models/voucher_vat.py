from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models

from ..netvisor import vat
from . import sales_invoice_amounts as amounts
from .sales_invoice_vat import NEVER, percent_text
from .sales_invoice_vat_date import Case, judge
from .voucher_values import GROSS, INCLUDED, REVERSED

ZERO = Decimal(0)
# A line that is nothing but deductible VAT, whatever its base was (5.1).
PURE = "100"
NOT_DEDUCTIBLE = "EV"  # how Netvisor's codes of purchases begin whose VAT is not deducted


@dataclass(frozen=True)
class Vat:
    code: str = "NONE"
    percent: Decimal = ZERO
    tax: int | None = None  # whose VAT is on lines of its own
    vat_of: int | None = None  # this line is the VAT of that tax


class NetvisorKindVoucher(models.AbstractModel):
    """VAT code and percentage of each line; one is always given, or Netvisor would take that of its account.

    Net mode books what is given, so codes only steer Netvisor's VAT return: the base has the code and the percentage of its tax,
    lines that are VAT, and all others, have ``NONE`` 0. So nothing counts twice. Where the code of a tax is ``100``, or where
    deductible VAT stands without its base (import VAT on a bill of the customs, for example), the VAT line itself has ``100``:
    Netvisor then deducts that sum, and no base is looked for.
    """

    _inherit = "netvisor.kind.voucher"

    @api.model
    def _warm(self, documents):
        moves = documents.move_id
        taxes = moves.line_ids.tax_ids | moves.line_ids.tax_line_id
        taxes |= taxes.children_tax_ids
        taxes.invoice_repartition_line_ids.mapped("factor_percent")
        supplies = self.env["netvisor.supply"]
        self._wave().supplies |= supplies._of(moves)
        return super()._warm(documents)

    # --- taxes of a line --------------------------------------------------------------------------------------------
    @api.model
    def _leaves(self, line):
        """The taxes of a line; a group stands for its members. What becomes due when it is paid is no VAT of this entry."""
        taxes = line.tax_ids.sudo()
        leaves = taxes.browse()
        for tax in taxes:
            leaves |= tax.children_tax_ids if tax.amount_type == "group" else tax
        move = line.move_id
        if move.always_tax_exigible or move.tax_cash_basis_rec_id or move.tax_cash_basis_origin_move_id:
            return leaves
        return leaves.filtered(lambda tax: tax.tax_exigibility != "on_payment")

    @api.model
    def _taxed(self, move):
        """:return: the taxes whose base is in this entry"""
        taxes = self.env["account.tax"].union(*(self._leaves(line) for line in move.line_ids if line.tax_ids))
        return taxes.filtered(lambda tax: tax.amount_type == "percent")

    @api.model
    def _vat_of(self, draft, line, taxed):
        """:return: Vat"""
        leaves = self._leaves(line)
        if leaves:
            return self._vat_of_base(draft, line, leaves)
        if line.tax_line_id:
            return self._vat_of_tax_line(draft, line, line.tax_line_id.sudo(), taxed)
        return Vat()

    @api.model
    def _vat_of_tax_line(self, draft, line, tax, taxed):
        if draft.move.journal_id.netvisor_voucher_mode == GROSS and tax.tax_exigibility == "on_payment":
            draft.block("voucher_gross_payment", tax=tax.name)
        if tax.netvisor_vat_code == PURE:
            return Vat(PURE)
        if tax in taxed:
            return Vat(vat_of=tax.id)
        own = draft.move.line_ids.filtered(lambda other: other.tax_line_id == tax)
        if tax.amount_type != "percent" or not amounts.cents(sum(own.mapped("balance"))):
            return Vat()  # a fixed charge, or a pair that cancels itself
        if tax.type_tax_use == "purchase" and tax.tax_exigibility != "on_payment":
            return Vat(PURE)
        draft.warn("voucher_vat_alone", tax=tax.name, line=_name(line))
        return Vat()

    @api.model
    def _vat_of_base(self, draft, line, taxes):
        odd = taxes.filtered(lambda tax: tax.amount_type not in ("percent", "fixed") and tax.amount)
        rated = taxes.filtered(lambda tax: tax.amount_type == "percent" and tax.amount)
        if odd or any(tax.amount < 0 for tax in rated) and len(rated) == 1:
            draft.block("tax_kind", tax=(odd or rated)[0].name, line=_name(line))
            return Vat()
        percents = taxes.filtered(lambda tax: tax.amount_type == "percent")
        if not percents:
            return Vat()  # a fixed charge has a line of its own
        codes = dict.fromkeys(filter(None, percents.mapped("netvisor_vat_code")))
        due = {tax.amount for tax in rated if tax.amount > 0}
        if len(codes) > 1 or len(due) > 1:
            draft.block("several_taxes", taxes=", ".join(taxes.mapped("name")), line=_name(line))
            return Vat()
        tax = (rated or percents).sorted(lambda tax: -tax.amount)[:1]
        code = next(iter(codes), None)
        if not code:
            draft.block("vat_code_missing", tax=tax.name)
            return Vat()
        if code == PURE:
            return Vat()  # its VAT line has the code
        return self._checked_vat(draft, line, tax, code, rated)

    @api.model
    def _checked_vat(self, draft, line, tax, code, rated):
        percent = amounts.decimal(max(tax.amount, 0), Decimal("0.0001"))
        known = vat.VAT_CODES.get(code)
        if percent and known and not known.rated and self._cancels(rated):
            percent = ZERO  # reverse charge: the buyer owes it, and the code takes no percentage
        self._check_rate(draft, line, tax, code, percent)
        self._check_parts(draft, tax, code, percent, rated)
        return Vat(code, percent, tax.id)

    @api.model
    def _check_rate(self, draft, line, tax, code, percent):
        """As on invoices: which day decides, and what is right all the same, is in ``sales_invoice_vat_date``."""
        case = Case(
            code=code,
            percent=percent,
            supply=self._supply(draft),
            line=_name(line),
            refund=bool(draft.move.reversed_entry_id),
        )
        values = {"tax": tax.name, "code": code, "percent": percent_text(percent)}
        if case.reason in NEVER:
            draft.block("vat_code_percent", **values)
        elif case.reason == "unknown_percent":
            draft.warn("vat_rate_unknown", **values)
        elif verdict := judge(case):
            problem, blocks = verdict
            (draft.block if blocks else draft.warn)(problem, **values, **case.values())

    @api.model
    def _supply(self, draft):
        move, supplies = draft.move, draft.wave.supplies
        if move.id not in supplies:
            supplies |= self.env["netvisor.supply"]._of(move)
        return supplies[move.id]

    # --- what gross mode cannot say -----------------------------------------------------------------------------------
    @api.model
    def _check_parts(self, draft, tax, code, percent, rated):
        partial = percent and self._is_partial(tax) and not code.startswith(NOT_DEDUCTIBLE)
        if draft.move.journal_id.netvisor_voucher_mode != GROSS:
            if partial:
                draft.warn("voucher_vat_partial", tax=tax.name)
            return
        if not percent:
            return
        if partial:
            draft.block("voucher_gross_partial", tax=tax.name)
        cancels = self._cancels(rated)
        if len(rated) > 1 or code not in (REVERSED if cancels else INCLUDED):
            draft.block("voucher_gross_code", tax=tax.name, code=code)

    @api.model
    def _cancels(self, taxes):
        """Reverse charge: the VAT is booked twice, once with each sign; in one tax or in two."""
        return bool(taxes) and not round(sum(tax.amount * self._factor(tax) for tax in taxes), 6)

    @api.model
    def _factor(self, tax):
        return sum(part.factor_percent for part in self._parts_of(tax))

    @api.model
    def _parts_of(self, tax):
        return tax.invoice_repartition_line_ids.filtered(lambda part: part.repartition_type == "tax")

    @api.model
    def _is_partial(self, tax):
        """Some of its VAT stays on the account of the line: not deducted."""
        return any(part.factor_percent > 0 and not part.account_id for part in self._parts_of(tax))


def _name(line):
    return (line.name or line.account_id.display_name or "").split("\n", 1)[0][:80]
