from psycopg2.extras import Json

from odoo import models

from ..netvisor.formats import shorten
from . import netvisor_reconciliation_coding as coding
from . import netvisor_reconciliation_pairs as pairs
from .account_move import KIND_OF_EXPORT
from .netvisor_reconciliation_reasons import DETAILS
from .voucher_vat import PURE


class NetvisorReconciliation(models.Model):
    """Why the ledgers differ: sums first; where they agree, VAT codes and dimensions."""

    _inherit = "netvisor.reconciliation"

    def _explain(self):
        values = self._sql_values()
        pairs.explain(self.env.cr, values)
        coding.find_lines(self.env.cr, values, self._taxes(), self._defaulting())
        coding.explain(self.env.cr, values, *self._items())
        pairs.count(self.env.cr, values)
        self.env["netvisor.reconciliation.line"].invalidate_model()
        self.env["netvisor.reconciliation.difference"].invalidate_model()
        return super()._explain()

    def _sql_values(self):
        return {
            **super()._sql_values(),
            "exported": list(KIND_OF_EXPORT),
            "start": self.company_id.netvisor_start_date or None,
            "cents": pairs.CENTS,
            "reasons": Json({name: detail.reason for name, detail in DETAILS.items()}),
        }

    # --- what would be sent -------------------------------------------------------------------------------------------
    def _taxes(self):
        """:return: list of (tax id, VAT code of the lines with this tax, due when it is paid)"""
        taxes = self.env["account.tax"].sudo().with_context(active_test=False)
        rows = []
        for tax in taxes.search([("company_id", "in", self._companies().ids)]):
            leaves = tax.children_tax_ids if tax.amount_type == "group" else tax
            codes = leaves.filtered(lambda leaf: leaf.amount_type == "percent").mapped("netvisor_vat_code")
            # The VAT line itself has this code, its base has none.
            code = next(("NONE" if code == PURE else code for code in codes if code), None)
            rows.append((tax.id, code, all(leaf.tax_exigibility == "on_payment" for leaf in leaves)))
        return rows

    def _journals(self):
        """What is sent, of the head office and its branches."""
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        return journals.search(
            [("company_id", "in", self._companies().ids), ("netvisor_export", "in", list(KIND_OF_EXPORT))]
        )

    def _defaulting(self):
        """:return: ids of the journals whose lines have items by default"""
        plans = self.env["netvisor.plan"].sudo()
        everywhere = [("company_id", "=", self.company_id.id), ("default_account_id", "!=", False)]
        journals = self._journals()
        if not plans.search_count(everywhere, limit=1):
            journals = journals.filtered("netvisor_analytic_account_ids")
        return journals.ids

    def _items(self):
        """Analytic accounts as they are called in Netvisor, and the defaults of each journal: the first of each dimension.

        :return: (rows of accounts, rows of journals)
        """
        root, journals = self.company_id, self._journals()
        ids = {*coding.analytic_ids(self.env.cr), *journals.netvisor_analytic_account_ids.ids}
        plans = self.env["netvisor.plan"].sudo()
        targets, defaults, _there = plans._coding(root, self.env["account.analytic.account"].sudo().browse(sorted(ids)))
        shown = self.env["netvisor.kind.sales_invoice"].sudo()._without_follow_ups(root, targets)
        texts = {id_: self._item_text(target) for id_, target in targets.items()}
        items = [(id_, targets[id_].slot, text, id_ in shown) for id_, text in texts.items()]
        rows = []
        for journal in journals:
            found = {}
            for id_ in (*journal.netvisor_analytic_account_ids.ids, *defaults):
                if id_ in (shown if journal.netvisor_export == "sales_invoice" else targets):
                    found.setdefault(targets[id_].slot, texts[id_])
            rows += [(journal.id, slot, text) for slot, text in found.items()]
        return items, rows

    def _item_text(self, target):
        names = (
            shorten(name, None, self.company_id.netvisor_encoding) for name in (target.dimension, target.item) if name
        )
        return ": ".join(names)
