from odoo import api, models

from ..netvisor.formats import shorten
from ..netvisor.sales_invoice import CommentLine, Dimension, ProductLine
from . import sales_invoice_amounts as amounts
from .sales_invoice_amounts import Part
from .sales_invoice_dimensions import DIMENSION_LENGTH, ITEM_LENGTH, TooMuch, pieces

NAME_LENGTH = 200  # of a line's name; the rest goes into its free text (8.47)
COMMENTS = ("line_section", "line_subsection", "line_note")


class NetvisorKindSalesInvoice(models.AbstractModel):
    """Lines and sums, to the cent, from Odoo's tax engine and never from line subtotals."""

    _inherit = "netvisor.kind.sales_invoice"

    @api.model
    def _line_values(self, draft):
        """:return: values of the message: lines and total"""
        move = draft.move
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        parts = [self._part(draft, base_line) for base_line in base_lines]
        self._check_totals(draft, parts)
        self._check_accounts(draft, parts)
        parts = [
            piece
            for part, base_line in zip(parts, base_lines, strict=True)
            for piece in self._cut(draft, part, base_line)
        ]
        self._check_dimensions(draft, parts)
        by_account = draft.root.netvisor_line_mode == "vat_account"
        if by_account:
            parts = amounts.grouped(parts, lambda part: f"{move.name} {format(part.percent.normalize(), 'f')} %")
        with_sums = amounts.needs_sums(parts)
        lines = [(part.order, self._product_line(draft, part, with_sums)) for part in parts]
        lines += self._comment_lines(move, ("line_note",) if by_account else COMMENTS)
        lines.sort(key=lambda line: line[0])
        return {"amount": draft.sign * amounts.cents(move.amount_total), "lines": tuple(line for _order, line in lines)}

    @api.model
    def _part(self, draft, base_line):
        """One line of the tax engine: the product lines, and what discounts for early payment and cash rounding added."""
        line, details = base_line["record"], base_line["tax_details"]
        sign, digits = draft.sign, draft.move.currency_id.decimal_places
        net = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
        vat = sum(entry["tax_amount_currency"] for entry in details["taxes_data"])
        code, percent = self._vat_of(draft, base_line)
        if digits > 2:
            draft.block("currency_decimals", currency=draft.move.currency_id.name)
        name, text = self._name_and_text(draft, line)
        return amounts.fitted(
            Part(
                net=sign * amounts.cents(net),
                vat=sign * amounts.cents(vat),
                price=amounts.decimal(base_line["price_unit"]),
                quantity=sign * amounts.decimal(base_line["quantity"]),
                discount=amounts.decimal(base_line["discount"]) or None,
                percent=percent,
                code=code,
                account=draft.wave.account_numbers.get((draft.move.company_id.id, line.account_id.id), ""),
                gross=bool(percent and any(entry["price_include"] for entry in details["taxes_data"])),
                name=name,
                text=text,
                unit=draft.wave.units.get(line.product_uom_id.id) or None,
                product=self._line_product(draft, line),
                order=(line.sequence, line.id),
            )
        )

    @api.model
    def _check_totals(self, draft, parts):
        """What is sent must be what the customer sees; otherwise nothing is sent, and both figures are shown."""
        move, sign = draft.move, draft.sign
        net, vat = sum(part.net for part in parts), sum(part.vat for part in parts)
        for ours, theirs in (
            (net, move.amount_untaxed),
            (vat, move.amount_tax),
            (net + vat, move.amount_total),
        ):
            if ours != sign * amounts.cents(theirs):
                draft.block(
                    "totals_differ", lines=sign * ours, total=amounts.cents(theirs), currency=move.currency_id.name
                )
                return

    @api.model
    def _check_accounts(self, draft, parts):
        """All accounts that Netvisor does not have, at once."""
        missing = draft.wave.missing_numbers.get(draft.move.company_id.id, ())
        wanted = dict.fromkeys(part.account for part in parts if part.account)
        unknown = [number for number in wanted if number in missing]
        if unknown:
            draft.block("accounts_missing", accounts=", ".join(unknown))

    # --- dimensions -------------------------------------------------------------------------------------------------
    @api.model
    def _cut(self, draft, part, base_line):
        line = base_line["record"]
        defaults = self._default_items(draft)
        if not line.analytic_distribution and not defaults:
            return [part]
        try:
            targets = draft.wave.coding.get(draft.move.company_id.id, {})
            cut = pieces(line.analytic_distribution, targets, defaults)
        except TooMuch:
            draft.block("distribution_too_much", line=part.name[:80])
            return [part]
        return amounts.split(part, cut)

    # --- the wire's lines -------------------------------------------------------------------------------------------
    @api.model
    def _product_line(self, draft, part, with_sums):
        return ProductLine(
            # Names change and codes are corrected; the key of what is linked stays.
            product_key=part.product,
            product_code=None if part.product else self._of("product")._code(draft.root),
            name=part.name,
            unit_price=part.price,
            price_type="gross" if part.gross else "net",
            vat_percent=part.percent,
            vat_code=part.code,
            quantity=part.quantity,
            discount=part.discount,
            text=part.text,
            vat_sum=part.vat if with_sums else None,
            line_sum=part.net + part.vat if with_sums else None,  # gross (8.4)
            account=part.account or None,
            dimensions=tuple(
                Dimension(draft.text(name, DIMENSION_LENGTH, "dimension"), draft.text(item, ITEM_LENGTH, "dimension"))
                for name, item in part.dimensions
            ),
            unit=part.unit,
            account_dimension=part.follow_up.item if part.follow_up else None,
        )

    @api.model
    def _name_and_text(self, draft, line):
        """The first line is the name, the rest and what is too long is the free text below it."""
        encoding = draft.root.netvisor_encoding
        full = shorten((line.name or line.product_id.display_name or "").strip(), None, encoding)
        first = full.split("\n", 1)[0]
        name = shorten(first, NAME_LENGTH, encoding)
        if name != first and " " in name[NAME_LENGTH // 2 :]:
            name = name.rsplit(" ", 1)[0]  # not in the middle of a word
        rest = full[len(name) :].strip()
        return name or draft.move.name, rest or None

    @api.model
    def _comment_lines(self, move, kinds):
        """Sections and notes, in their places among the lines."""
        return [
            ((line.sequence, line.id), CommentLine(line.name.strip()))
            for line in move.invoice_line_ids
            if line.display_type in kinds and (line.name or "").strip()
        ]
