from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account_netvisor.models.netvisor_mapping_kind import Proposal

from .product_common import ProductCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestProductMapping(ProductCommon):
    """Proposals for products, with their evidence; nothing is linked before a person has agreed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mapping = cls.env["netvisor.mapping.product"].sudo().with_company(cls.company)
        cls.chair = cls.make_product("T-1", "Tuoli", barcode="6410405082657")

    def setUp(self):
        super().setUp()
        self.mode("link")

    def read(self):
        self.env["netvisor.feed"].sudo().search([("kind", "=", "product")]).write(
            {"next_due": False, "bookmark": False}
        )
        self.run_all()

    def proposals(self, product=None):
        return self.mapping._propose(product or self.chair, self.company).get(product or self.chair, [])

    def evidence(self, proposal):
        return [piece.code for piece in proposal.evidence]

    def test_evidence_and_its_weight(self):
        for values, evidence, confidence in (
            (
                {"code": "T-1", "name": "Tuoli", "primaryeancode": "6410405082657"},
                ["same_code", "ean", "same_name"],
                100,
            ),
            ({"code": "t-1", "name": "Jakkara"}, ["same_code", "other_name"], 95),
            ({"code": "X", "name": "TUOLI", "secondaryeancode": "6410405082657"}, ["ean", "same_name"], 97),
            ({"code": "Y", "name": "tuoli."}, ["same_name"], 82),
            ({"code": "T1", "name": "Penkki"}, ["other_name", "near_code"], 75),
            ({"code": "T-1", "name": "Tuoli", "isactive": False}, ["same_code", "same_name", "inactive"], 82),
        ):
            with self.subTest(values):
                self.sandbox.reset()
                key = self.add_there(**values)
                self.read()
                (proposal,) = self.proposals()
                self.assertEqual((proposal.key, proposal.code), (key, values["code"]))
                self.assertEqual((self.evidence(proposal), proposal.confidence), (evidence, confidence))

    def test_the_best_first_and_linked_ones_not_at_all(self):
        self.add_there("Y", "Tuoli")
        self.add_there("T-1", "Tuoli")
        taken = self.add_there("Z", "Tuoli")
        self.read()
        other = self.make_product("Z", "Toinen")
        self.mapping._accept([(other, self.mapping._choices(other, self.company, "Z")[0])], self.company)
        self.assertEqual([proposal.code for proposal in self.proposals()], ["T-1", "Y"])
        self.assertNotIn(taken, [proposal.key for proposal in self.mapping._choices(self.chair, self.company)])

    def test_accept_and_take_back(self):
        key = self.add_there("Y", "Tuoli")
        self.read()
        (proposal,) = self.proposals()
        self.mapping._accept([(self.chair, proposal)], self.company)
        self.assertEqual(self.mapping._current(self.chair, self.company)[self.chair].key, key)
        move = self.sold(self.chair)
        self.run_all()
        self.assertEqual(self.line_keys(move), [key])
        self.assertFalse(self.posts(), "linking writes nothing to Netvisor")
        self.mapping._forget(self.chair, self.company)
        self.assertFalse(self.mapping._current(self.chair, self.company))
        self.assertEqual([proposal.key for proposal in self.proposals()], [key])

    def test_accepting_frees_an_invoice(self):
        """In the mode by code: the product waits for a decision, and the assistant is where it is made."""
        self.mode("code")
        key = self.add_there("999", "Jakkara", primaryeancode="6410405082657")
        move = self.sold(self.chair)
        self.read()
        self.assertEqual((self.sent(self.chair).state, self.document(move).state), ("review", "blocked"))
        (proposal,) = self.proposals()
        self.mapping._accept([(self.chair, proposal)], self.company)
        self.run_all()
        self.assertEqual((self.sent(self.chair).state, self.document(move).state), ("done", "done"))
        self.assertEqual(self.line_keys(move), [key])

    def test_what_cannot_be_accepted(self):
        self.add_there("A", "Aa")
        self.read()
        (proposal,) = self.mapping._choices(self.chair, self.company, "A")
        other = self.make_product("A-2", "Toinen")
        with self.assertRaisesRegex(UserError, "for another one"):
            self.mapping._accept([(self.chair, proposal), (other, proposal)], self.company)
        self.assertFalse(self.link_of(self.chair).netvisor_key)
        self.mapping._accept([(other, proposal)], self.company)
        with self.assertRaisesRegex(UserError, "Toinen"):
            self.mapping._accept([(self.chair, proposal)], self.company)
        self.invoice()
        self.run_all()
        self.read()
        generic = Proposal("Odoo", "Odoo", self.there()["Odoo"]["key"])
        with self.assertRaisesRegex(UserError, "generic product"):
            self.mapping._accept([(self.chair, generic)], self.company)
        with self.assertRaisesRegex(UserError, "no longer"):
            self.mapping._accept([(self.chair, Proposal("Z", "Zeta", 424242))], self.company)

    def test_a_product_linked_to_the_generic_one(self):
        """Before it is used: whoever links a product to Netvisor's "Odoo" has lines without product there, too."""
        key = self.add_there("Odoo", "Odoo")
        self.read()
        (proposal,) = self.mapping._choices(self.chair, self.company, "Odoo")
        self.mapping._accept([(self.chair, proposal)], self.company)
        move = self.invoice({"product_id": self.chair.id}, {"name": "Vapaa rivi"})
        self.run_all()
        self.assertEqual(self.line_keys(move), [key, key])
        self.kind._forget_keys(self.company, [key])
        self.assertTrue(self.kind._ensure(self.company))
        later = self.invoice()
        self.run_all()
        self.assertEqual(self.line_keys(later), [key])

    def test_what_needs_a_mapping(self):
        self.make_product("O-1", "Vain osto", sale_ok=False)
        self.assertIn(self.chair, self.mapping._records(self.company))
        self.assertFalse(self.mapping._records(self.company).filtered(lambda product: not product.sale_ok))
        self.assertFalse(self.mapping._ready(self.company))
        self.add_there("Y", "Muu")
        self.read()
        self.assertTrue(self.mapping._ready(self.company))
        self.assertEqual(self.mapping._only_in_netvisor(self.company), 1)
        self.assertFalse(self.mapping._used(self.chair, self.company))
        self.sold(self.chair)
        self.assertEqual(self.mapping._used(self.chair, self.company), self.chair)
        self.mode("code")
        self.assertFalse(self.mapping._records(self.company), "what will be created is nobody's decision")
        self.chair.name = "Muu"
        self.assertEqual(self.mapping._records(self.company), self.chair)
        self.mode("generic")
        self.assertFalse(self.mapping._records(self.company))

    def test_choices_by_text(self):
        for code, name in (("A-1", "Pöytä"), ("A-2", "Lamppu"), ("B-1", "Pöytälamppu")):
            self.add_there(code, name)
        self.read()

        def codes(text):
            return {proposal.code for proposal in self.mapping._choices(self.chair, self.company, text)}

        self.assertEqual(codes("A-"), {"A-1", "A-2"})
        self.assertEqual(codes("pöytä"), {"A-1", "B-1"})
        self.assertEqual(codes(""), {"A-1", "A-2", "B-1"})

    def test_rows_of_the_assistant(self):
        self.add_there("T-1", "Tuoli")
        self.read()
        assistant = self.env["netvisor.mapping"].sudo().with_company(self.company)
        assistant._refresh(self.company, "product")
        row = assistant.search([("product_id", "=", self.chair.id)])
        self.assertEqual((row.proposal_code, row.state), ("T-1", "open"))
        self.assertIn("Same code: T-1", row.with_context(lang="en_US").evidence_text)
        remaining = assistant._remaining(self.company, "product")
        self.assertEqual(remaining["open"], remaining["total"] - remaining["mapped"])

    def test_thousands_against_thousands(self):
        """Matching is done in memory: statements do not grow with the number of products."""
        self.sandbox.seed(products=1500)
        self.read()
        rows = self.env["netvisor.product"].sudo().search([("company_id", "=", self.company.id)], limit=400)
        templates = self.env["product.template"].create(
            [{"name": row.name, "default_code": row.code, "sale_ok": True} for row in rows if row.code]
        )
        products = self.env["product.product"].browse(templates.product_variant_ids.ids)
        costs = []
        for some in (products[:20], products):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.mapping._propose(some, self.company)
            costs.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), len(some))
        self.assertLessEqual(costs[1] - costs[0], 6, costs)
