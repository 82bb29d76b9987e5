from collections import defaultdict
from difflib import SequenceMatcher

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .dimension_merge import DIMENSION_LENGTH, item_text, keys_of, squeezed, too_long
from .netvisor_mapping_kind import LIKELY, POSSIBLE, SURE, WEAK, Evidence, Proposal

CERTAIN = 100
# What a plan may be besides a dimension that is there: told apart by the name of the proposal.
NONE, FOLLOW_UP, NEW = "#none", "#follow_up", "#new"
# What plans and dimensions are usually called; a row is one thing in English, Finnish and Swedish.
WORDS = tuple(
    frozenset(row.split("|"))
    for row in (
        "project|projects|projekti|projektit|projekt",
        "cost center|cost centre|cost centers|cost centres|kustannuspaikka|kustannuspaikat|kostnadsställe|kostnadsställen",
        "department|departments|osasto|osastot|avdelning|avdelningar",
        "site|sites|work site|työmaa|työmaat|arbetsplats|byggplats",
        "region|area|alue|alueet|område|region",
        "unit|business unit|yksikkö|liiketoimintayksikkö|enhet|affärsenhet",
        "vehicle|vehicles|ajoneuvo|ajoneuvot|auto|autot|fordon",
    )
)


class NetvisorMappingPlan(models.AbstractModel):
    """Analytic plans → Netvisor's dimensions: by name, and by how many of their items are called alike."""

    _name = "netvisor.mapping.plan"
    _inherit = ["netvisor.mapping.kind"]
    _description = "Netvisor: proposals for analytic plans"
    _mapped_model = "account.analytic.plan"
    _mapped_field = "plan_id"

    @api.model
    def _records(self, company):
        """Plans with accounts that this company sees, and those that it has mapped or whose name is a dimension's."""
        plans = self.env["account.analytic.plan"].search([("parent_id", "=", False)])
        mapped = self._rows(company).plan_id
        wanted = {key for dimension in self._dimensions(company) for key in keys_of(dimension.name)}
        used, names = self._used(plans, company), self._names(plans)
        return plans.filtered(lambda plan: plan in used or plan in mapped or wanted & keys_of(*names[plan]))

    @api.model
    def _rows(self, company):
        return self.env["netvisor.plan"].sudo().search([("company_id", "=", company.id)])

    @api.model
    def _dimensions(self, company):
        return self.env["netvisor.dimension"].sudo().search([("company_id", "=", company.id)])

    @api.model
    def _used(self, records, company):
        """:return: plans that have accounts"""
        domain = [
            ("root_plan_id", "in", records.ids),
            "|",
            ("company_id", "=", False),
            ("company_id", "child_of", company.id),
        ]
        groups = self.env["account.analytic.account"].sudo()._read_group(domain, ["root_plan_id"])
        return records.browse([plan.id for [plan] in groups])

    @api.model
    def _names(self, plans):
        """:return: dict plan → its names in all languages"""
        plans.flush_recordset(["name"])
        rows = self.env.execute_query(
            SQL("SELECT id, name FROM account_analytic_plan WHERE id IN %s", tuple(plans.ids) or (0,))
        )
        names = {plan_id: list(dict.fromkeys(texts.values())) for plan_id, texts in rows}
        return {plan: names.get(plan.id, [plan.name]) for plan in plans}

    # --- the contract -------------------------------------------------------------------------------------------------
    @api.model
    def _current(self, records, company):
        current = {}
        for row in self._rows(company):
            if row.plan_id in records:
                current[row.plan_id] = self._as_proposal(row)
        return current

    @api.model
    def _as_proposal(self, row):
        if row.use == "none":
            return Proposal(NONE, NONE, confidence=CERTAIN)
        if row.use == "accountdimension":
            return Proposal(FOLLOW_UP, FOLLOW_UP, confidence=CERTAIN)
        name = row._dimension_name()
        return Proposal(name, "" if row.dimension_id else NEW, row.dimension_id.netvisor_key or None, CERTAIN)

    @api.model
    def _words(self, code, name):
        words = {
            NONE: self.env._("Not sent"),
            FOLLOW_UP: self.env._("Follow-up object"),
            NEW: self.env._("%(name)s (new in Netvisor)", name=code),
        }
        return words.get(name) or super()._words(code, name)

    @api.model
    def _propose(self, records, company):
        taken = self._rows(company).dimension_id
        dimensions = self._dimensions(company) - taken
        names, texts = self._names(records), self._item_texts(dimensions)
        own = self._account_texts(records, company)
        found = {}
        for plan in records:
            proposals = [self._judge(names[plan], own[plan], dimension, texts[dimension]) for dimension in dimensions]
            proposals = sorted(filter(None, proposals), key=lambda proposal: (-proposal.confidence, proposal.code))
            if proposals:
                found[plan] = proposals
        return found

    @api.model
    def _item_texts(self, dimensions):
        """:return: dict dimension → set of what its items in use are compared by"""
        texts = defaultdict(set)
        domain = [("dimension_id", "in", dimensions.ids)]
        for item in self.env["netvisor.dimension.item"].sudo().search_fetch(domain, ["dimension_id", "name", "label"]):
            texts[item.dimension_id] |= keys_of(item.name)
        return texts

    @api.model
    def _account_texts(self, plans, company):
        """:return: dict plan → list with, for each account, the set of what it may be called in Netvisor"""
        lang = company.partner_id.lang or "en_US"
        domain = [
            ("root_plan_id", "in", plans.ids),
            "|",
            ("company_id", "=", False),
            ("company_id", "child_of", company.id),
        ]
        accounts = self.env["account.analytic.account"].sudo().with_context(lang=lang)
        texts = defaultdict(list)
        for account in accounts.search_fetch(domain, ["root_plan_id", "name", "code"]):
            texts[account.root_plan_id.id].append(
                keys_of(account.name, item_text(account.name, account.code, "code_name"))
            )
        return defaultdict(list, {plan: texts[plan.id] for plan in plans})

    @api.model
    def _judge(self, names, accounts, dimension, items):
        """:return: Proposal, None when nothing speaks for it"""
        evidence, confidence = [], 0
        theirs = keys_of(dimension.name)
        common = min(len(accounts), len(items))
        agree = sum(1 for keys in accounts if keys & items)
        # A single item of the same name may be chance.
        share = agree / common * min(common, 5) / 5 if common else 0
        if theirs & keys_of(*names):
            evidence.append(Evidence("same_name", dimension.name))
            confidence = SURE if agree or not common else LIKELY
        elif words := next((row for row in WORDS if row & theirs and row & keys_of(*names)), None):
            evidence.append(Evidence("word", ", ".join(sorted(words & (theirs | keys_of(*names))))))
            confidence = LIKELY
        elif any(_similar(name, dimension.name) for name in names):
            evidence.append(Evidence("similar_name", dimension.name))
            confidence = POSSIBLE
        if agree:
            evidence.append(Evidence("items_agree", f"{agree} / {common}"))
            confidence = min(max(confidence, WEAK) + round(share * (CERTAIN - max(confidence, WEAK)) * 0.9), CERTAIN)
        if not evidence:
            return None
        return Proposal(dimension.name, "", dimension.netvisor_key, confidence, tuple(evidence))

    @api.model
    def _choices(self, record, company, text="", limit=20):
        """Dimensions that are free, a new one, the follow-up object, or nothing."""
        rows = self._rows(company).filtered(lambda row: row.plan_id != record)
        wanted = text.casefold()
        dimensions = (self._dimensions(company) - rows.dimension_id).filtered(
            lambda row: wanted in (row.name or "").casefold()
        )
        names, texts = self._names(record), self._item_texts(dimensions)
        own = self._account_texts(record, company)
        found = [
            self._judge(names[record], own[record], dimension, texts[dimension])
            or Proposal(dimension.name, "", dimension.netvisor_key)
            for dimension in dimensions
        ]
        found.sort(key=lambda proposal: (-proposal.confidence, proposal.code))
        others = [Proposal(NONE, NONE)]
        if not rows.filtered(lambda row: row.use == "accountdimension"):
            others.insert(0, Proposal(FOLLOW_UP, FOLLOW_UP))
        new = squeezed(text) or squeezed(record.name)
        if not any(keys_of(proposal.code) & keys_of(new) for proposal in found) and not too_long(new, DIMENSION_LENGTH):
            others.insert(0, Proposal(new, NEW))
        return found[: max(limit - len(others), 1)] + others

    @api.model
    def _accept(self, pairs, company):
        """How it is mapped, and links by name: nothing is created on either side before a direction is chosen."""
        rows = {row.plan_id: row for row in self._rows(company)}
        dimensions = {row.netvisor_key: row for row in self._dimensions(company)}
        taken = {row.dimension_id: row.plan_id for row in rows.values() if row.dimension_id}
        for plan, proposal in pairs:
            dimension = dimensions.get(proposal.key) if proposal.key else self.env["netvisor.dimension"]
            if dimension is None:
                raise UserError(
                    self.env._(
                        "Dimension %(dimension)s is no longer in use in Netvisor: %(plan)s.",
                        dimension=proposal.code,
                        plan=plan.name,
                    )
                )
            other = taken.get(dimension, plan) if dimension else plan
            if other != plan:
                raise UserError(
                    self.env._(
                        "%(dimension)s is already mapped to %(other)s: it cannot be %(plan)s as well.",
                        dimension=dimension.name,
                        other=other.name,
                        plan=plan.name,
                    )
                )
            self._map(rows, plan, company, proposal, dimension)
            taken[dimension] = plan

    @api.model
    def _map(self, rows, plan, company, proposal, dimension):
        use = {NONE: "none", FOLLOW_UP: "accountdimension"}.get(proposal.name, "dimension")
        if use == "accountdimension" and any(row.use == use and row.plan_id != plan for row in rows.values()):
            raise UserError(
                self.env._("Another plan is the follow-up object already: it cannot be %(plan)s.", plan=plan.name)
            )
        values = {
            "use": use,
            "dimension_id": dimension.id,
            "dimension_name": proposal.code if proposal.name == NEW else False,
        }
        if row := rows.get(plan):
            row.write(values)
        else:
            rows[plan] = row = (
                self.env["netvisor.plan"].sudo().create({"company_id": company.id, "plan_id": plan.id, **values})
            )

    @api.model
    def _forget(self, records, company):
        self._rows(company).filtered(lambda row: row.plan_id in records).unlink()

    @api.model
    def _only_in_netvisor(self, company):
        return len(self._dimensions(company) - self._rows(company).dimension_id)

    @api.model
    def _ready(self, company):
        return bool(self.env["netvisor.kind.dimension"]._read_at(company))


def _similar(ours, theirs):
    """Plural, ending or a word more: "Kustannuspaikka" and "Kustannuspaikat"."""
    ours, theirs = squeezed(ours).casefold(), squeezed(theirs).casefold()
    return bool(ours and theirs) and SequenceMatcher(None, ours, theirs).ratio() >= 0.8
