"""The mapping assistant for analytic plans: which dimension a plan is, and why."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account_netvisor.models.netvisor_mapping_plan import FOLLOW_UP, NEW, NONE

from .dimension_common import DimensionCase


@tagged("post_install", "-at_install")
class TestDimensionMapping(DimensionCase):
    def setUp(self):
        super().setUp()
        self.mapping = self.env["netvisor.mapping.plan"].sudo().with_company(self.company)

    def plan_of(self, name, *accounts):
        plan = self.env["account.analytic.plan"].create({"name": name})
        for account in accounts:
            self.account(account, plan=plan)
        return plan

    def propose(self, plan):
        """Pairs (dimension, codes of the evidence), the best first."""
        found = self.mapping._propose(plan, self.company).get(plan, [])
        return [(proposal.code, [piece.code for piece in proposal.evidence]) for proposal in found]

    def best(self, plan):
        return self.mapping._propose(plan, self.company)[plan][0]

    def test_same_name_and_items(self):
        self.dimension("Projekti", "P-1", "17 Talo", "P-3")
        self.dimension("Muu", "X")
        self.account("p-1")
        self.account("Talo", code="17")
        self.read()
        self.assertEqual(self.propose(self.plan), [("Projekti", ["same_name", "items_agree"])])
        proposal = self.best(self.plan)
        self.assertEqual(proposal.evidence[1].value, "2 / 2")
        self.assertGreaterEqual(proposal.confidence, 95)

    def test_same_name_but_other_items(self):
        self.dimension("Projekti", "Aivan", "Muuta")
        self.account("P-1")
        self.read()
        self.assertLess(self.best(self.plan).confidence, 95)

    def test_names_in_other_languages(self):
        self.dimension("Kustannuspaikat")
        self.dimension("Työmaa")
        self.read()
        self.assertEqual(self.propose(self.plan_of("Cost Centers")), [("Kustannuspaikat", ["word"])])
        self.assertEqual(self.propose(self.plan_of("Kustannuspaikan")), [("Kustannuspaikat", ["similar_name"])])
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        plan = self.plan_of("Sites of ours")
        plan.with_context(lang="fi_FI").name = "Työmaa"
        self.assertEqual(self.propose(plan), [("Työmaa", ["same_name"])])

    def test_by_items_alone(self):
        self.dimension("Seuranta", *[f"K-{number}" for number in range(10)])
        self.read()
        plan = self.plan_of("Jotain", *[f"k-{number}" for number in range(8)], "Muu", "Toinen")
        proposal = self.best(plan)
        self.assertEqual((proposal.code, proposal.evidence[0].value), ("Seuranta", "8 / 10"))
        self.assertTrue(60 < proposal.confidence < 95, proposal.confidence)

    def test_nothing_speaks_for_it(self):
        self.dimension("Muu", "X")
        self.read()
        self.assertEqual(self.propose(self.plan_of("Jotain", "Y")), [])

    def test_which_plans_need_a_mapping(self):
        empty = self.plan_of("Tyhjä")
        used = self.plan_of("Käytössä", "X")
        self.dimension("Alue")
        same = self.plan_of("alue")
        self.read()
        records = self.mapping._records(self.company)
        self.assertTrue(used | same <= records)
        self.assertFalse(empty & records)
        self.assertEqual(self.mapping._only_in_netvisor(self.company), 1)

    def test_accept_links_and_writes_nothing(self):
        [key] = self.dimension("Projekti", "P-1")
        account, other = self.account("P-1"), self.account("P-2")
        self.read()
        self.mapping._accept([(self.plan, self.best(self.plan))], self.company)
        self.work()
        self.assertEqual((self.binding(account).netvisor_key, self.binding(other).netvisor_key), (key, 0))
        self.assertFalse(self.posts())
        self.assertEqual(self.accounts(), ["P-1", "P-2"])
        current = self.mapping._current(self.plan, self.company)[self.plan]
        self.assertEqual((current.code, bool(current.key)), ("Projekti", True))
        self.mapping._forget(self.plan, self.company)
        self.assertFalse(self.mapping._current(self.plan, self.company))

    def test_choices(self):
        self.dimension("Projekti", "P-1")
        self.dimension("Muu", "X")
        self.account("P-1")
        self.read()
        found = self.mapping._choices(self.plan, self.company)
        self.assertEqual([(proposal.code, proposal.name) for proposal in found[:2]], [("Projekti", ""), ("Muu", "")])
        self.assertEqual({proposal.name for proposal in found[2:]}, {FOLLOW_UP, NONE})
        typed = self.mapping._choices(self.plan, self.company, text="Uusi Ä")
        new = next(proposal for proposal in typed if proposal.name == NEW)
        self.assertEqual(self.mapping._words(new.code, new.name), "Uusi Ä (new in Netvisor)")
        self.mapping._accept([(self.plan, new)], self.company)
        row = self.env["netvisor.plan"].search([("plan_id", "=", self.plan.id)])
        self.assertEqual((row.dimension_name, row.dimension_id.id, row.dimension), ("Uusi Ä", False, "Uusi Ä"))
        for name, use in ((NONE, "none"), (FOLLOW_UP, "accountdimension")):
            choice = next(proposal for proposal in found if proposal.name == name)
            self.mapping._accept([(self.plan, choice)], self.company)
            self.assertEqual(row.use, use)
            self.assertEqual(self.mapping._current(self.plan, self.company)[self.plan].code, choice.code)

    def test_what_cannot_be_accepted(self):
        self.dimension("Projekti", "P-1")
        self.read()
        proposal = self.best(self.plan)
        other = self.plan_of("Projekti 2", "X")
        self.mapping._accept([(self.plan, proposal)], self.company)
        with self.assertRaisesRegex(UserError, "Projekti 2"):
            self.mapping._accept([(other, proposal)], self.company)
        self.person("dimension_change", key="Projekti", hidden=True)
        self.mapping._forget(self.plan, self.company)
        self.read()
        with self.assertRaisesRegex(UserError, "no longer"):
            self.mapping._accept([(other, proposal)], self.company)

    def test_in_the_assistant(self):
        self.dimension("Projekti", "P-1")
        self.account("P-1")
        self.read()
        rows = self.env["netvisor.mapping"]
        rows._refresh(self.company, "plan")
        row = rows.with_user(self.controller).search([("plan_id", "=", self.plan.id)])
        self.assertEqual((row.state, row.proposal_code), ("open", "Projekti"))
        self.assertIn("1 / 1", row.evidence_text)
        row.action_accept()
        self.assertEqual(row.state, "accepted")
        self.assertEqual(rows._remaining(self.company, "plan")["mapped"], 1)
