"""A tax and its twin of another percentage: the same in all but the rate."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from odoo import api, fields, models

from ..netvisor import vat
from . import vat_names

USES = ("sale", "purchase")
FINLAND = ("FI", "AX")


@dataclass(frozen=True)
class Plan:
    """What is to be done about one tax of an old rate.

    outcome: missing, archived (its twin is), exists, by_hand (a group of taxes), foreign (another country's VAT)
    """

    tax: object
    outcome: str
    twin: object


class AccountTax(models.Model):
    _inherit = "account.tax"

    # --- which change -----------------------------------------------------------------------------------------------
    @api.model
    def _netvisor_change(self, day=None):
        """The change that began on this day (a date or its text); by default the last one that ended a rate for all."""
        whole = [change for change in vat.changes() if change.whole]
        if day:
            day = fields.Date.to_date(day)
            return next((change for change in whole if change.day == day), None)
        return whole[-1]

    def _netvisor_change_of(self):
        """The change that ended the rate of these taxes, or None."""
        percents = {tax._netvisor_percent() for tax in self if tax.amount_type == "percent"}
        return next((change for change in reversed(vat.changes()) if change.whole and change.old in percents), None)

    # --- what makes two taxes the same ------------------------------------------------------------------------------
    def _netvisor_twin_key(self):
        """All that must agree: use, goods or services, Netvisor's code, price with or without VAT, and what is posted."""
        self.ensure_one()
        lines = self._netvisor_repartition()
        return (
            self.type_tax_use,
            self._netvisor_is_service(),
            self.netvisor_vat_code or self._netvisor_propose_code(),
            self.price_include,
            self.include_base_amount,
            self.country_id.id,
            self.tax_exigibility,
            tuple((line.document_type, line.repartition_type, line.factor_percent) for line in lines),
        )

    def _netvisor_postings(self):
        """The accounts and boxes of the VAT return: they tell twins apart where several have the same key."""
        self.ensure_one()
        return tuple((line.account_id.id, tuple(sorted(line.tag_ids.ids))) for line in self._netvisor_repartition())

    def _netvisor_repartition(self):
        lines = self.invoice_repartition_line_ids | self.refund_repartition_line_ids
        return lines.sorted(lambda line: (line.document_type, line.repartition_type, line.sequence, line.id))

    def _netvisor_twins(self, percent):
        """The taxes of another percentage that these are the same as, archived ones too.

        :return: dict tax → its twin, or nothing
        """
        family = self._netvisor_family()
        olds = {tax._netvisor_percent() for tax in self}
        keys = {tax: tax._netvisor_twin_key() for tax in family | self if tax._netvisor_percent() in (percent, *olds)}
        pools, siblings = defaultdict(self.browse), defaultdict(self.browse)
        for tax, key in keys.items():
            (pools if tax._netvisor_percent() == percent else siblings)[key] += tax
        return {tax: tax._netvisor_best_twin(pools[keys[tax]], siblings[keys[tax]], percent) for tax in self}

    def _netvisor_family(self):
        """All percentage taxes of the same groups of companies, archived or not."""
        return self.with_context(active_test=False).search(
            [
                ("company_id", "child_of", self.company_id.root_id.ids),
                ("amount_type", "=", "percent"),
                ("type_tax_use", "in", USES),
            ]
        )

    def _netvisor_best_twin(self, pool, siblings, percent):
        """Of several the one that posts the same, then the one with the same name; never what is exactly another's twin."""
        self.ensure_one()
        pool = pool.filtered(lambda tax: tax.company_id in self.company_id.parent_ids)
        own = self._netvisor_postings()
        exact = pool.filtered(lambda tax: tax._netvisor_postings() == own)
        others = {tax._netvisor_postings() for tax in siblings} - {own}
        candidates = exact or pool.filtered(lambda tax: tax._netvisor_postings() not in others)
        name = vat_names.renamed(self.name, self._netvisor_percent(), percent)
        return candidates.sorted(
            lambda tax: (not tax.active, tax.company_id != self.company_id, tax.name != name, tax.id)
        )[:1]

    # --- what is to be done -----------------------------------------------------------------------------------------
    @api.model
    def _netvisor_successor_plans(self, company, change, taxes=None):
        """What a change of rates asks for, for each active tax of the old rate of a company and its branches.

        :param taxes: only these of them
        :return: list of Plan
        """
        domain = [
            ("company_id", "child_of", company._netvisor_root().id),
            ("type_tax_use", "in", USES),
        ]
        old = self.search([*domain, ("amount_type", "=", "percent"), ("amount", "=", float(change.old))])
        groups = self.search([*domain, ("amount_type", "=", "group"), ("children_tax_ids", "in", old.ids)])
        if taxes is not None:
            old, groups = old & taxes, groups & taxes
        foreign = old.filtered(lambda tax: tax._netvisor_is_foreign())
        twins = (old - foreign)._netvisor_twins(change.new)
        plans = [Plan(tax, _outcome(twin), twin) for tax, twin in twins.items()]
        plans += [Plan(tax, "by_hand", self.browse()) for tax in groups]
        return plans + [Plan(tax, "foreign", self.browse()) for tax in foreign]

    def _netvisor_is_foreign(self):
        """Another country's VAT, which the Finnish law does not change: by its country, or sold under another's rules (OSS)."""
        self.ensure_one()
        if self.country_id.code not in FINLAND:
            return True
        return self.type_tax_use == "sale" and self._netvisor_area() in ("eu", "outside")

    @api.model
    def _netvisor_rate_on(self, percent, on_date):
        """The percentage of that day for what has this one."""
        percent = Decimal(percent)
        return vat.successor(percent, on_date) or vat.predecessor(percent, on_date) or percent


def _outcome(twin):
    if not twin:
        return "missing"
    return "exists" if twin.active else "archived"
