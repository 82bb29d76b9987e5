"""Which Netvisor code a tax most likely is, from what it does, and why.

By attributes and not by identifier: companies make their own taxes (13.5 % is in no chart of this Odoo). What is recognisably
of Odoo's Finnish chart is certain (``account_tax_chart.py``); everything else is only proposed, never applied by itself.
"""

import re

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..netvisor import vat
from .netvisor_mapping_kind import LIKELY, POSSIBLE, SURE, WEAK, Evidence, Proposal

# What the Finnish VAT return's boxes say about a tax, the surest sign first. Names of tags without their sign.
SALE_TAGS = {"fi_319": "RAMY", "fi_311": "EUMY", "fi_312": "EUPM312", "fi_triangular": "EUMY", "fi_309": "MUUL"}
PURCHASE_TAGS = {
    "fi_318": "RAOS",
    "fi_base_318": "RAOS",
    "fi_305": "EUOS",
    "fi_base_purchase_goods_eu": "EUOS",
    "fi_tax_306": "EUPO",
    "fi_base_306": "EUPO",
    "fi_340": "MAAL",
    "fi_base_340": "MAAL",
}
# Boxes that fit one code without naming it: tax on domestic sales by rate, deductible tax, zero-rated turnover.
DOMESTIC_TAGS = {"sale": ("fi_320", "fi_301", "fi_302", "fi_303"), "purchase": ("fi_307",)}
ZERO_TAG = "fi_304"
DOMESTIC = {"sale": "KOMY", "purchase": "KOOS"}
# The last resort, where nothing but the name differs. Odoo's Finnish chart marks construction with a lone C.
CONSTRUCTION = re.compile(r"\bC\b|constr|rakenn|rakent", re.IGNORECASE)
SERVICE = re.compile(r"\bS\b|servi|palvel", re.IGNORECASE)


class AccountTax(models.Model):
    _inherit = "account.tax"

    netvisor_vat_proposal = fields.Char(compute="_compute_netvisor_vat_proposal")

    @api.depends(
        "amount", "amount_type", "type_tax_use", "name", "tax_scope", "fiscal_position_ids", "repartition_line_ids"
    )
    def _compute_netvisor_vat_proposal(self):
        for tax in self:
            tax.netvisor_vat_proposal = tax._netvisor_propose_code()

    def _netvisor_propose_code(self):
        """The Netvisor code that this tax most likely is; False where nothing can be said."""
        self.ensure_one()
        proposals = self._netvisor_proposals(self._netvisor_vat_accounts())
        return proposals[0].code if proposals else False

    def _netvisor_all_proposals(self):
        """:return: dict tax → list of Proposal, the best first; taxes about which nothing can be said are absent"""
        known, accounts = self._netvisor_chart_codes(), self._netvisor_vat_accounts()
        found = {}
        for tax in self:
            if tax in known:
                sure = Proposal(known[tax], confidence=99, evidence=(Evidence("chart"),))
                found[tax] = [sure, *(other for other in tax._netvisor_proposals(accounts) if other.code != sure.code)]
            elif proposals := tax._netvisor_proposals(accounts):
                found[tax] = proposals
        return found

    def _netvisor_vat_accounts(self):
        """Where domestic taxes with a code post theirs. :return: dict (company id, use) → set of account ids"""
        companies = self.company_id or self.env.company
        domain = [("company_id", "in", companies.ids), ("netvisor_vat_code", "in", list(DOMESTIC.values()))]
        accounts = {}
        for tax in self.with_context(active_test=False).search(domain):
            lines = tax.repartition_line_ids.filtered(lambda line: line.repartition_type == "tax")
            accounts.setdefault((tax.company_id.id, tax.type_tax_use), set()).update(lines.account_id.ids)
        return accounts

    # --- judging ----------------------------------------------------------------------------------------------------
    def _netvisor_proposals(self, accounts):
        """:param accounts: as of ``_netvisor_vat_accounts``. :return: list of Proposal, the best first"""
        self.ensure_one()
        if self.amount_type != "percent" or self.type_tax_use not in ("sale", "purchase"):
            return []
        if self.country_id and self.country_id.code not in ("FI", "AX"):
            return []
        tags = {(tag.name or "").lstrip("+-") for tag in self.repartition_line_ids.tag_ids}
        named = SALE_TAGS if self.type_tax_use == "sale" else PURCHASE_TAGS
        for tag, code in named.items():
            if tag in tags:
                return [Proposal(code, confidence=SURE + 2, evidence=(Evidence("tags", _box(tag)),))]
        judge = self._netvisor_judge_sale if self.type_tax_use == "sale" else self._netvisor_judge_purchase
        found = [
            Proposal(code, confidence=points, evidence=tuple(evidence))
            for code, points, evidence in judge(tags, accounts)
        ]
        return sorted(found, key=lambda proposal: -proposal.confidence)

    def _netvisor_judge_sale(self, tags, accounts):
        if self.amount:
            return [self._netvisor_judge_domestic(tags, accounts), ("MUUL", WEAK, self._netvisor_rate_evidence()[1])]
        area = self._netvisor_area()
        where = [Evidence("area", area)] if area else []
        if area == "outside":
            return [("EUUM", LIKELY + 5, where)]
        if area == "eu":
            return self._netvisor_judge_scope("EUPM312", "EUMY", where)
        if CONSTRUCTION.search(self.name or ""):
            return [("RAMY", POSSIBLE + 5, [Evidence("word", self.name)]), ("KOMY0", WEAK, where)]
        if ZERO_TAG in tags:
            where.append(Evidence("tags", _box(ZERO_TAG)))
        return [("KOMY0", (WEAK + 20, LIKELY, SURE)[len(where)], [*where, Evidence("rate", "0")])]

    def _netvisor_judge_purchase(self, tags, accounts):
        area, reverse_charge = self._netvisor_area(), self._netvisor_is_reverse_charge()
        where = [Evidence("area", area)] if area else []
        if area == "outside" and (self.amount or reverse_charge):
            return self._netvisor_judge_scope("EUUO", "MAAL", where)
        if area == "eu":
            return self._netvisor_judge_scope("EUPO", "EUOS", where)
        if CONSTRUCTION.search(self.name or ""):
            return [("RAOS", POSSIBLE + 5, [Evidence("word", self.name)]), ("KOOS", WEAK, where)]
        if reverse_charge and not self.amount:
            return [("KAVE", POSSIBLE + 5, [Evidence("reverse_charge")])]
        return [self._netvisor_judge_domestic(tags, accounts)]

    def _netvisor_judge_domestic(self, tags, accounts):
        """Sure when the tax posts as domestic taxes do and its rate is a Finnish one."""
        use = self.type_tax_use
        legal, evidence = self._netvisor_rate_evidence()
        boxes = [tag for tag in DOMESTIC_TAGS[use] if tag in tags]
        lines = self.invoice_repartition_line_ids.filtered(lambda line: line.repartition_type == "tax")
        posts = lines.account_id if all(line.factor_percent > 0 for line in lines) else lines.account_id.browse()
        usual = posts.filtered(lambda account: account.id in accounts.get((self.company_id.id, use), ()))
        if usual:
            # A branch's user need not be allowed into the head office, whose number it is.
            name = usual[:1].sudo().with_company(self.company_id).display_name
            evidence.insert(0, Evidence("repartition", name))
        if boxes:
            evidence.insert(0, Evidence("tags", _box(boxes[0])))
        points = SURE + len(evidence) - 2 if boxes or usual else LIKELY
        return DOMESTIC[use], points if legal else POSSIBLE - 5, evidence

    def _netvisor_rate_evidence(self):
        """:return: (whether Finland has or had this rate, what to say about it)"""
        percent = self._netvisor_percent()
        rate = next((rate for rate in vat.RATES if rate.percent == percent), None)
        text = f"{percent.normalize():f}"
        return bool(rate), [Evidence("rate" if rate else "other_rate", text)]

    def _netvisor_judge_scope(self, service, goods, where):
        """Goods or services: said by the tax itself, or by its name alone."""
        is_service = self._netvisor_is_service()
        first, second = (service, goods) if is_service else (goods, service)
        if self.tax_scope:
            return [(first, LIKELY + 10, [*where, Evidence("scope", self.tax_scope)]), (second, WEAK, where)]
        words = [Evidence("word", self.name)] if is_service else []
        return [(first, POSSIBLE + 5, where + words), (second, POSSIBLE - 10, where)]

    def _netvisor_area(self):
        """Where the other party is, by the fiscal positions that use the tax: home, eu, outside, or False."""
        areas = {position._netvisor_area() for position in self.fiscal_position_ids} - {False}
        if "home" in areas:
            return "home"
        return areas.pop() if len(areas) == 1 else False

    def _netvisor_is_service(self):
        if self.tax_scope:
            return self.tax_scope == "service"
        return bool(SERVICE.search(self.name or ""))

    def _netvisor_is_reverse_charge(self):
        lines = self.invoice_repartition_line_ids.filtered(lambda line: line.repartition_type == "tax")
        return any(line.factor_percent < 0 for line in lines)

    # --- the explicit buttons ---------------------------------------------------------------------------------------
    def _netvisor_fill_codes(self):
        """Fill in what is empty and seldom wrong; called by buttons. What only may be so (goods or services, zero rate without a
        sign of why) changes the VAT return: that is for a person, in the mapping assistant. :return: the taxes that got a code
        """
        empty, filled = self.filtered(lambda tax: not tax.netvisor_vat_code), self.browse()
        for tax, [best, *_others] in empty._netvisor_all_proposals().items():
            if best.confidence >= LIKELY:
                tax.netvisor_vat_code = best.code
                filled |= tax
        return filled

    def action_netvisor_propose_codes(self):
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only accounting administrators can change VAT codes."))
        filled = self._netvisor_fill_codes()
        left = self.filtered(lambda tax: not tax.netvisor_vat_code)
        message = self.env._("%(filled)s taxes got a Netvisor VAT code.", filled=len(filled))
        if left:
            message += " " + self.env._("Left for you to choose: %(names)s", names=", ".join(left.mapped("name")))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Netvisor VAT codes"),
                "message": message,
                "type": "warning" if left else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _box(tag):
    """fi_base_318 → 318: the number of the box, as the VAT return prints it."""
    return tag.rpartition("_")[2]
