"""Rights of Netvisor's resources: tried without harm, kept, and what a missing one stops (and what it does not)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.account_netvisor.models.netvisor_right import NEEDED_FOR
from odoo.addons.account_netvisor.netvisor import rights

from .common import ORGANISATION
from .test_connection import ConnectionCommon
from .test_engine import EngineCase

ANSWERS = ("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR")


@tagged("post_install", "-at_install", "post_install_l10n")
class TestRightsProbe(ConnectionCommon):
    def setUp(self):
        super().setUp()
        self.rights = self.env["netvisor.right"].with_user(self.controller).with_company(self.company)

    def ask(self):
        """Part by part, as the screen does it. :return: the last part"""
        part = {"position": 0}
        with self.enter_registry_test_mode():
            while not part.keys() & {"action", "problem"}:
                part = self.rights.try_part(part["position"])
        return part

    def try_all(self):
        """:return: dict resource → verdict"""
        rows = self.rights.search(self.ask()["action"]["domain"])
        return {right.resource: right.verdict for right in rows}

    def right(self, resource):
        return self.rights.search([("resource", "=", resource)])

    def test_every_resource_is_tried_and_has_words(self):
        untried = {probe.resource: rights.UNTRIED for probe in rights.NOT_TRIED}
        self.assertEqual(self.try_all(), {probe.resource: rights.ALLOWED for probe in rights.PROBES} | untried)
        for probe in (*rights.PROBES, *rights.NOT_TRIED):
            self.assertIn(probe.resource, NEEDED_FOR, "say what it is for")
        rows = self.rights.search([])
        self.assertFalse(any(rows.filtered(lambda row: row.verdict == rights.ALLOWED).mapped("remedy")))
        [row] = rows.filtered(lambda row: row.verdict == rights.UNTRIED)
        self.assertIn("Rajapintaresurssien", row.remedy)
        self.assertFalse(row.checked or row.words)
        self.assertTrue(self.company._netvisor_is_tested())

    def test_nothing_is_changed(self):
        self.invoice()
        self.run_netvisor()
        before = self.sandbox.state(ORGANISATION)
        self.try_all()
        after = self.sandbox.state(ORGANISATION)
        for state in (before, after):
            state.pop("calls")
        self.assertEqual(after, before)
        self.assertTrue(after["invoices"] and after["customers"] and after["products"])

    def test_each_missing_right_is_named(self):
        for answer in ANSWERS:
            for probe in rights.PROBES:
                with self.subTest(resource=probe.resource, answer=answer):
                    self.sandbox.set(rights={probe.resource: False}, right_answer=answer)
                    verdicts = self.try_all()
                    self.assertEqual(
                        [name for name, one in verdicts.items() if one not in (rights.ALLOWED, rights.UNTRIED)],
                        [probe.resource],
                    )
                    right = self.right(probe.resource)
                    self.assertEqual((right.verdict, right.compulsory), (rights.REFUSED, probe.compulsory))
                    self.assertIn(answer, right.words)
                    self.assertIn("Rajapintaresurssien", right.remedy)
                    self.assertFalse(self.company.netvisor_pause_code, "asking pauses nothing")

    def test_an_optional_right_leaves_the_connection_usable(self):
        self.sandbox.set(rights={"dimensionitem.nv": False})
        with self.enter_registry_test_mode():
            findings = self.connection._netvisor_probe()
        self.assertEqual([finding.level for finding in findings], ["warning", "success", "success"])
        self.assertIn("Only this does not work: Creating and renaming dimension items", findings[0].text)
        move = self.invoice()
        self.run_netvisor()
        self.assertEqual(move.sudo().netvisor_state, "done")

    def test_a_package_without_the_interface(self):
        """In whatever language Netvisor says it: that is no right that somebody forgot, it has to be bought."""
        self.sandbox.set(package={"dimensionitem.nv": False})
        for language in ("FI", "EN", "SE"):
            with self.subTest(language):
                self.connection.netvisor_language = language
                self.try_all()
                right = self.right("dimensionitem.nv")
                self.assertEqual(right.verdict, rights.NO_INTERFACE, right.words)
                self.assertIn("licence", right.remedy)
        with self.enter_registry_test_mode():
            findings = self.connection._netvisor_probe()
        self.assertIn("licence", findings[0].remedy)

    def test_a_package_without_any_interface(self):
        self.sandbox.set(package={"*": False})
        self.assertIn("problem", self.ask())

    def test_wrong_credentials_are_no_missing_rights(self):
        self.try_all()
        self.sandbox.set(keys_valid=False)
        self.assertIn("does not accept the credentials", self.ask()["problem"])
        self.assertFalse(self.company._netvisor_is_tested())

    def test_service_break_in_the_middle(self):
        self.try_all()
        self.sandbox.fault("maintenance", times=None, after=3)
        self.assertIn("service break", self.ask()["problem"])
        self.assertEqual(self.right("dimensionlist.nv").verdict, rights.ALLOWED, "what was not asked stays as it was")

    def test_other_credentials_are_not_tested(self):
        self.try_all()
        self.assertTrue(self.rights._of(self.company))
        self.connection.netvisor_customer_key = "F" * 32
        self.assertFalse(self.company._netvisor_is_tested())
        self.assertFalse(self.rights._of(self.company))
        self.assertNotIn("F" * 32, self.company.sudo().netvisor_tested or "")

    def test_who_may_test(self):
        for method in (
            self.rights.with_user(self.bookkeeper).try_part,
            self.rights.with_user(self.bookkeeper).action_test,
        ):
            with self.assertRaises(AccessError):
                method()
        self.try_all()
        self.assertTrue(self.rights.with_user(self.bookkeeper).search([]), "whoever sends may see")

    def test_not_connected(self):
        self.connection.netvisor_mode = "disabled"
        with self.assertRaises(UserError) as error:
            self.rights.try_part()
        self.assertIn("Not connected", str(error.exception))

    def test_rights_of_another_company_stay_hidden(self):
        self.try_all()
        other = self.new_company()
        self.controller.sudo().write({"company_id": other.id, "company_ids": [Command.set(other.ids)]})
        self.assertFalse(self.env["netvisor.right"].with_user(self.controller).search([]))


@tagged("post_install", "-at_install", "post_install_l10n")
class TestRightsOfDocuments(EngineCase):
    """A right that one kind of document lacks stops those documents, not the company."""

    def setUp(self):
        super().setUp()
        self.run_netvisor()  # the readings are done: what follows is about documents only
        self.company.sudo().netvisor_checked_count = 20

    def allow_everything(self):
        self.sandbox.set(rights={})
        with self.enter_registry_test_mode():
            self.env["netvisor.right"]._try(self.company)
        self.env.invalidate_all()

    def other_customer(self, **values):
        return self.customer.sudo().copy({"name": "Toinen Oy", "ref": "20045", "company_registry": False, **values})

    def test_customers_wait_and_invoices_of_known_ones_go(self):
        known = self.invoice()
        self.run_netvisor()
        for answer in ANSWERS:
            with self.subTest(answer):
                partner = self.other_customer(ref=f"2{len(answer)}")
                self.sandbox.set(rights={"customer.nv": False}, right_answer=answer)
                moves = self.invoice(partner_id=partner.id) | self.invoice()
                self.run_netvisor()
                self.assertEqual([self.state(move) for move in moves], ["blocked", "done"])
                self.assertFalse(self.company.netvisor_pause_code)
                self.assertEqual(self.codes(moves[0]), ["needs"])
                document = self.document(moves[0])
                self.assertIn("customer.nv", document.problem)
                needed = document.browse(int(document.problems[0]["values"]["document"]))
                self.assertEqual(needed.problems[0]["code"], "right_missing")
                self.assertIn("Rajapintaresurssien", needed.remedy)
                self.assertIn(answer, needed.message)
                self.allow_everything()
                self.assertEqual(self.state(moves[0]), "blocked", "its customer goes first")
                self.run_netvisor()
                self.assertEqual(self.state(moves[0]), "done", "nobody had to do anything more")
        self.assertEqual(self.state(known), "done")

    def test_one_refusal_is_enough_to_know(self):
        self.sandbox.set(rights={"customer.nv": False})
        partners = [self.other_customer(name=f"Asiakas {number}", ref=f"3{number}") for number in range(4)]
        moves = self.env["account.move"].union(*(self.invoice(partner_id=partner.id) for partner in partners))
        self.run_netvisor()
        self.assertEqual({self.state(move) for move in moves}, {"blocked"})
        self.assertEqual(len(self.posts("customer.nv")), 1)

    def test_a_look_up_that_is_not_allowed_proves_no_absence(self):
        self.sandbox.set(rights={"customerlist.nv": False})
        move = self.invoice()
        self.run_netvisor()
        self.assertEqual(self.state(move), "blocked")
        self.assertIn("customerlist.nv", self.document(move).problem)
        self.assertFalse(self.posts("customer.nv"), "it may be there already: it is not created on suspicion")

    def test_what_may_have_left_is_never_sent_again_for_want_of_a_right(self):
        move = self.invoice()
        self.run_netvisor()
        documents = self.env["netvisor.document"].sudo()
        customer = documents.search([("kind", "=", "customer"), ("binding_id.partner_id", "=", self.customer.id)])
        customer.write({"state": "in_doubt", "outcome": "unknown"})
        self.sandbox.set(rights={"customerlist.nv": False, "getcustomer.nv": False})
        self.run_netvisor()
        self.assertEqual(customer.state, "in_doubt")
        self.assertGreater(customer.next_try, fields.Datetime.now() + timedelta(minutes=50))
        self.assertIn(".nv", customer.warning)
        self.assertFalse(self.company.netvisor_pause_code)
        self.allow_everything()
        self.later()
        self.assertEqual((customer.state, self.state(move)), ("done", "done"))
        names = [row["name"] for row in self.remote()["customers"]]
        self.assertEqual(names.count(self.customer.name), 1)

    def test_matches(self):
        move = self.invoice()
        self.run_netvisor()
        self.sandbox.set(rights={"matchcreditnote.nv": False})
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=move.ids)
        note = move.browse(wizard.create({"journal_id": self.journal.id}).reverse_moves()["res_id"])
        note.action_post()
        self.run_netvisor()
        match = self.env["netvisor.document"].sudo().search([("kind", "=", "credit_note_match")])
        self.assertEqual((self.state(note), match.state), ("done", "blocked"))
        self.assertEqual(match.problems[0]["code"], "right_missing")
        self.assertFalse(self.company.netvisor_pause_code)

    def test_credentials_still_pause_the_company(self):
        move = self.invoice()
        self.sandbox.set(keys_valid=False)
        self.run_netvisor()
        self.assertEqual(self.company.netvisor_pause_code, "authentication")
        self.assertEqual(self.state(move), "todo")
        kinds = self.env["netvisor.document"].sudo().search([("root_company_id", "=", self.company.id)])
        self.assertNotIn("blocked", kinds.mapped("state"))

    def test_invoices_themselves_still_pause_the_company(self):
        for resource in ("salesinvoice.nv", "salesinvoicelist.nv"):
            with self.subTest(resource):
                move = self.invoice()
                self.run_netvisor() if resource == "salesinvoicelist.nv" else None
                self.sandbox.set(rights={resource: False})
                if resource == "salesinvoicelist.nv":
                    self.document(move).state = "in_doubt"
                self.run_netvisor()
                self.assertEqual(self.company.netvisor_pause_code, "authentication")
                self.assertNotIn("right_missing", self.codes(move))
                self.sandbox.set(rights={})
                self.later()

    def test_a_service_break_during_the_proof_is_a_service_break(self):
        move = self.invoice()
        self.sandbox.set(rights={"customer.nv": False})
        self.sandbox.fault("maintenance", "accountingperiodlist.nv")
        self.run_netvisor()
        self.assertEqual(self.company.netvisor_pause_code, "maintenance")
        self.assertEqual(self.state(move), "todo")
