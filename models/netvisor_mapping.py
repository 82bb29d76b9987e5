"""The mapping assistant: what each Odoo record is in Netvisor, or could be, and why.

One row per root company, kind and record. A row is a picture, refreshed in bulk (``netvisor_mapping_refresh.py``): the mapping
itself lives where it is used (a field of the account, tax or journal, a ``netvisor.binding``), so that a mapping made on a
form counts like one made here. Only two things are the row's own: that a person has accepted it, or does not want it.

    open ──accept──► accepted ──undo──► open          mapped: done elsewhere (same number, a form, the first sending)
      └────ignore──► ignored ───undo──► open
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .netvisor_mapping_kind import SURE, evidence_text

STATES = [
    ("open", "Open"),
    ("mapped", "Mapped"),
    ("accepted", "Accepted"),
    ("ignored", "Ignored"),
]
DONE = ("mapped", "accepted")
# In the order in which a company is set up. Each has a model ``netvisor.mapping.<kind>``.
KINDS = [
    ("account", "Accounts"),
    ("tax", "Taxes"),
    ("journal", "Journals"),
    ("plan", "Analytic plans"),
    ("customer", "Customers"),
    ("product", "Products"),
]
RECORD_FIELDS = {
    "account": "account_id",
    "tax": "tax_id",
    "journal": "journal_id",
    "plan": "plan_id",
    "customer": "partner_id",
    "product": "product_id",
}
COUNTS = ("total", "mapped", "open", "ignored", "without_proposal", "open_used")


class NetvisorMapping(models.Model):
    _name = "netvisor.mapping"
    _description = "Netvisor mapping"
    _order = "kind, used desc, sort_key, id"
    _rec_name = "record_name"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade", readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    account_id = fields.Many2one("account.account", index="btree_not_null", ondelete="cascade", readonly=True)
    tax_id = fields.Many2one("account.tax", index="btree_not_null", ondelete="cascade", readonly=True)
    journal_id = fields.Many2one("account.journal", index="btree_not_null", ondelete="cascade", readonly=True)
    plan_id = fields.Many2one("account.analytic.plan", index="btree_not_null", ondelete="cascade", readonly=True)
    partner_id = fields.Many2one("res.partner", index="btree_not_null", ondelete="cascade", readonly=True)
    product_id = fields.Many2one("product.product", index="btree_not_null", ondelete="cascade", readonly=True)
    # False: the record needs no mapping any more (archived, of another type); what a person decided is kept.
    active = fields.Boolean(default=True, readonly=True)
    sort_key = fields.Char(readonly=True)
    used = fields.Boolean(
        string="In use", default=True, readonly=True, help="What journals, products or entries use comes first."
    )
    state = fields.Selection(STATES, default="open", required=True, readonly=True)
    current_code = fields.Char(string="Mapped to (code)", readonly=True)
    current_name = fields.Char(string="Mapped to (name)", readonly=True)
    current_key = fields.Integer(string="Mapped to (key)", readonly=True, aggregator=None)
    proposal_code = fields.Char(readonly=True)
    proposal_name = fields.Char(readonly=True)
    proposal_key = fields.Integer(readonly=True, aggregator=None)
    confidence = fields.Integer(
        readonly=True, aggregator=None, help="How much speaks for it, 0 to 100. 95 and more rest on what identifies."
    )
    # Pairs [code, value] of ``EVIDENCE``, the strongest first; read as words in the reader's language.
    evidence = fields.Json(readonly=True)
    # What else it could be, as dicts of ``Proposal``, the best first.
    candidates = fields.Json(readonly=True)

    record_name = fields.Char(string="In Odoo", compute="_compute_record_name", search="_search_record_name")
    current = fields.Char(string="Mapped to", compute="_compute_texts")
    proposal = fields.Char(compute="_compute_texts")
    netvisor_text = fields.Char(string="In Netvisor", compute="_compute_texts", search="_search_netvisor_text")
    evidence_text = fields.Char(string="Because", compute="_compute_evidence_text")
    candidate_count = fields.Integer(string="Others", compute="_compute_texts")
    can_accept = fields.Boolean(compute="_compute_can")
    can_undo = fields.Boolean(compute="_compute_can")
    can_change = fields.Boolean(compute="_compute_can")

    _account_uniq = models.UniqueIndex("(company_id, kind, account_id) WHERE account_id IS NOT NULL")
    _tax_uniq = models.UniqueIndex("(company_id, kind, tax_id) WHERE tax_id IS NOT NULL")
    _journal_uniq = models.UniqueIndex("(company_id, kind, journal_id) WHERE journal_id IS NOT NULL")
    _plan_uniq = models.UniqueIndex("(company_id, kind, plan_id) WHERE plan_id IS NOT NULL")
    _partner_uniq = models.UniqueIndex("(company_id, kind, partner_id) WHERE partner_id IS NOT NULL")
    _product_uniq = models.UniqueIndex("(company_id, kind, product_id) WHERE product_id IS NOT NULL")
    _record_one = models.Constraint(
        "CHECK (num_nonnulls(account_id, tax_id, journal_id, plan_id, partner_id, product_id) = 1)",
        "A mapping is about exactly one record.",
    )
    _open_idx = models.Index("(company_id, kind, confidence) WHERE state = 'open' AND active")

    # --- what is shown ----------------------------------------------------------------------------------------------
    def _record(self):
        """The Odoo record that this row is about."""
        self.ensure_one()
        return self[RECORD_FIELDS[self.kind]]

    def _has_proposal(self):
        return bool(self.proposal_code or self.proposal_key)

    @api.depends("kind", *RECORD_FIELDS.values())
    @api.depends_context("lang")
    def _compute_record_name(self):
        for row in self:
            kind = self._kind_model(row.company_id, row.kind)
            # The code of an account depends on the company that asks. Whoever may see the row may read its name.
            record = row.sudo()._record().with_company(row.company_id)
            row.record_name = kind._label(record) if kind is not None else record.display_name

    def _search_record_name(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain.OR(Domain(f"{name}.display_name", operator, value) for name in RECORD_FIELDS.values())

    @api.depends("kind", "current_code", "current_name", "proposal_code", "proposal_name", "candidates")
    @api.depends_context("lang")
    def _compute_texts(self):
        for row in self:
            kind = self._kind_model(row.company_id, row.kind)
            words = kind._words if kind is not None else self.env["netvisor.mapping.kind"]._words
            row.current = words(row.current_code, row.current_name) or False
            row.proposal = words(row.proposal_code, row.proposal_name) or False
            row.netvisor_text = row.current or row.proposal
            row.candidate_count = len(row.candidates or ())

    def _search_netvisor_text(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        columns = ("current_code", "current_name", "proposal_code", "proposal_name")
        return Domain.OR(Domain(name, operator, value) for name in columns)

    @api.depends("evidence")
    @api.depends_context("lang")
    def _compute_evidence_text(self):
        for row in self:
            words = [evidence_text(self.env, code, value) for code, value in row.evidence or ()]
            row.evidence_text = " · ".join(words)

    @api.depends("state", "proposal_code", "proposal_key")
    @api.depends_context("uid")
    def _compute_can(self):
        """Which buttons make sense now. They check again."""
        manager = self.env.user.has_group("account.group_account_manager")
        for row in self:
            row.can_change = manager
            row.can_accept = row.state in ("open", "ignored") and row._has_proposal()
            row.can_undo = row.state in ("accepted", "ignored")

    # --- what remains -----------------------------------------------------------------------------------------------
    @api.model
    def _kind_model(self, company, kind):
        """The proposals of a kind, asked in the books of this company; None while nobody makes them."""
        name = f"netvisor.mapping.{kind}"
        if name not in self.env:
            return None
        return self.env[name].sudo().with_company(company).with_context(active_test=True)

    @api.model
    def _kinds(self):
        return [kind for kind, _label in KINDS if f"netvisor.mapping.{kind}" in self.env]

    @api.model
    def _remaining(self, company, kind):
        """How far the mapping of a kind is, in one statement.

        :return: dict of numbers: total, mapped, open, ignored, without_proposal (of the open ones), open_used (the open ones
            that journals, products or entries use)
        """
        return self._remaining_all(company)[kind]

    @api.model
    def _remaining_all(self, company):
        """:return: dict kind → dict as of ``_remaining``, in one statement for all kinds"""
        root = company._netvisor_root()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT kind, count(*), count(*) FILTER (WHERE state IN %(done)s), count(*) FILTER (WHERE state = 'open'),
                          count(*) FILTER (WHERE state = 'ignored'),
                          count(*) FILTER (WHERE state = 'open' AND proposal_code IS NULL AND COALESCE(proposal_key, 0) = 0),
                          count(*) FILTER (WHERE state = 'open' AND used)
                     FROM netvisor_mapping
                    WHERE company_id = %(company)s AND active
                    GROUP BY kind""",
                done=DONE,
                company=root.id,
            )
        )
        counts = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
        for kind, *numbers in rows:
            counts[kind] = dict(zip(COUNTS, numbers, strict=True))
        return {kind: counts[kind] for kind, _label in KINDS}

    @api.model
    def _count_above(self, company, confidence=SURE, kinds=None):
        """How many open proposals are at least that sure. :return: dict kind → number"""
        domain = self._above(company, confidence, kinds)
        return dict(self.sudo()._read_group(domain, ["kind"], ["__count"]))

    @api.model
    def _above(self, company, confidence, kinds=None):
        domain = Domain("company_id", "=", company._netvisor_root().id) & Domain("state", "=", "open")
        # Not everything in Netvisor has a code; the key is what it is known by then.
        domain &= Domain("proposal_code", "!=", False) | Domain("proposal_key", "!=", 0)
        domain &= Domain("confidence", ">=", confidence)
        return domain & Domain("kind", "in", kinds) if kinds else domain
