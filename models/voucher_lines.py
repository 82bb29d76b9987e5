from dataclasses import replace

from odoo import api, models

from ..netvisor.sales_invoice_line import Dimension
from ..netvisor.values import digest
from ..netvisor.voucher import VoucherLine
from . import voucher_values as values_of
from .dimension_merge import DIMENSION_LENGTH, ITEM_LENGTH
from .sales_invoice_amounts import cents
from .sales_invoice_dimensions import TooMuch, pieces
from .sales_invoice_lines import COMMENTS
from .voucher_values import GROSS, Inexact, Line

TEXT_LENGTH = 255
# The accounts on whose lines missing dimensions are filled in with the defaults; on others only what the line itself says.
RESULT = ("income", "expense")


class NetvisorKindVoucher(models.AbstractModel):
    """One voucher line for each line of the entry that comes to anything, its dimensions and its VAT."""

    _inherit = "netvisor.kind.voucher"

    @api.model
    def _warm_dimensions(self, wave, company, moves):
        ids = {
            int(part)
            for line in moves.line_ids
            for key in line.analytic_distribution or {}
            for part in str(key).split(",")
            if part.strip().isdigit()
        }
        ids.update(moves.journal_id.netvisor_analytic_account_ids.ids)
        root = company._netvisor_root().sudo()
        accounts = self.env["account.analytic.account"].browse(ids)
        targets, defaults, there = self.env["netvisor.plan"]._coding(root, accounts)
        wave.coding[company.id] = targets
        wave.default_items[company.id] = defaults
        if not root.netvisor_create_dimensions:
            left = {account_id: target for account_id, target in targets.items() if account_id not in there}
            self._of("sales_invoice")._find_missing(wave, company, root, left)

    # --- lines of the entry -----------------------------------------------------------------------------------------
    @api.model
    def _entry_lines(self, move):
        """The lines that come to anything; amounts are those of the books, whatever currency the line was in."""
        lines = move.line_ids.filtered(lambda line: line.display_type not in COMMENTS and cents(line.balance))
        return lines.sorted(lambda line: (line.sequence, line.id))

    @api.model
    def _lines(self, draft):
        """:return: list of Line, as net mode books them"""
        result, taxed = [], self._taxed(draft.move)
        for line in self._entry_lines(draft.move):
            vat = self._vat_of(draft, line, taxed)
            text = " ".join((line.name or "").split()) or draft.move.name
            whole = Line(
                amount=cents(line.balance),
                account=draft.wave.account_numbers.get((draft.move.company_id.id, line.account_id.id), ""),
                description=draft.text(text, TEXT_LENGTH, "voucher_text"),
                code=vat.code,
                percent=vat.percent,
                tax=vat.tax,
                vat_of=vat.vat_of,
            )
            result += self._cut(draft, line, whole)
        return result

    @api.model
    def _cut(self, draft, line, whole):
        """Cut before VAT is put back in gross mode: Netvisor takes it out of each piece on its own."""
        defaults = self._default_items(draft, line)
        if not line.analytic_distribution and not defaults:
            return [whole]
        try:
            targets = draft.wave.coding.get(draft.move.company_id.id, {})
            return values_of.split(whole, pieces(line.analytic_distribution, targets, defaults))
        except TooMuch:
            draft.block("distribution_too_much", line=whole.description[:80])
            return [whole]

    @api.model
    def _default_items(self, draft, line):
        """The journal's before the company's: the first of each dimension counts."""
        if line.account_id.internal_group not in RESULT:
            return []
        company = draft.move.company_id.id
        return [*draft.move.journal_id.netvisor_analytic_account_ids.ids, *draft.wave.default_items.get(company, ())]

    @api.model
    def _gross(self, draft, lines):
        try:
            return values_of.gross(lines)
        except Inexact as inexact:
            if not any(problem.code.startswith("voucher_gross") for problem in draft.problems):
                draft.block("voucher_gross_cents", tax=self.env["account.tax"].browse(inexact.tax).name)
            return lines

    # --- what is wrong with them ------------------------------------------------------------------------------------
    @api.model
    def _check_accounts(self, draft):
        """All accounts that Netvisor does not have, or does not use any more, at once."""
        company = draft.move.company_id.id
        missing = draft.wave.missing_numbers.get(company, ())
        names = {}
        for account in self._entry_lines(draft.move).account_id:
            number = draft.wave.account_numbers.get((company, account.id))
            if not number or number in missing:
                names[number or account.display_name] = True
        if names:
            draft.block("accounts_missing", accounts=", ".join(names))

    @api.model
    def _check_dimensions(self, draft, lines):
        self._of("sales_invoice")._check_dimensions(draft, lines)

    # --- the wire's lines -------------------------------------------------------------------------------------------
    @api.model
    def _wire_line(self, draft, line):
        follow_up = line.follow_up
        return VoucherLine(
            amount=line.amount,
            account=line.account,
            vat_percent=line.percent,
            vat_code=line.code,
            description=line.description,
            # By key where Netvisor has said which: its users may rename the object.
            account_dimension=(follow_up.key or follow_up.item) if follow_up else None,
            dimensions=tuple(
                Dimension(draft.text(name, DIMENSION_LENGTH, "dimension"), draft.text(item, ITEM_LENGTH, "dimension"))
                for name, item in line.dimensions
            ),
        )

    @api.model
    def _compared(self, draft, voucher):
        """Names that Netvisor's users or ours may change make no other voucher: classes, items and follow-up objects."""
        names = self._of("sales_invoice")._accounts_by_name(draft)
        targets = draft.wave.coding.get(draft.move.company_id.id, {})
        objects = {
            follow_up: f"account {account_id}"
            for account_id, target in sorted(targets.items(), reverse=True)
            if not target.dimension
            for follow_up in (target.key, target.item)
        }
        lines = tuple(
            replace(
                line,
                dimensions=tuple(names.get((item.name, item.item), item) for item in line.dimensions),
                account_dimension=objects.get(line.account_dimension, line.account_dimension),
            )
            for line in voucher.lines
        )
        journal = draft.move.journal_id.sudo()
        return replace(voucher, voucher_class=str(journal.netvisor_voucher_type_id.netvisor_key or ""), lines=lines)

    @api.model
    def _search_values(self, draft, voucher, ours, lines):
        """What a look-up and a reading back compare. Texts only: it is kept as JSON with the intent."""
        booked = values_of.booked(lines, voucher.mode)
        gross = voucher.mode == GROSS
        return {
            "name": draft.move.name,
            "date": voucher.date.isoformat(),
            "taxed": self._is_taxed(lines),
            "purchase": self._is_purchase(draft.move),
            "mode": voucher.mode,
            "class": voucher.voucher_class,
            "description": voucher.description,
            "debit": str(booked.debit),
            "sums": {account: str(amount) for account, amount in booked.sums.items()},
            "vat": str(booked.vat) if gross else None,
            "vat_accounts": sorted({line.account for line in ours if line.vat_of}) if gross else [],
            "lines": digest(self._compared(draft, voucher).lines),
            "shape": None if gross or any(line.account_dimension for line in voucher.lines) else shape(voucher.lines),
        }


def shape(lines):
    """What a net voucher's lines are, sent or read: a fingerprint that is the same whatever their order.

    A follow-up object is sent by key or by name and read as both: a message that names one has no shape to compare with.
    """
    return digest(
        tuple(
            sorted(
                "|".join(
                    (
                        line.account,
                        format(line.amount, ".2f"),
                        line.vat_code,
                        format((line.vat_percent or 0) + 0, ".2f"),
                        " ".join((line.description or "").split()),
                        str(line.account_dimension or ""),
                        *sorted(f"{item.name}={item.item}" for item in line.dimensions),
                    )
                )
                for line in lines
            )
        )
    )
