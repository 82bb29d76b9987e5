"""The frame of the mapping assistant: rows, accept, change, ignore, undo, what remains, who may."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .mapping_common import MappingCommon


@tagged("post_install", "-at_install")
class TestMapping(MappingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.give_codes(cls.env["account.tax"].search([("company_id", "=", cls.company.id)]))
        cls.tax = cls.env["account.tax"].create(
            {"name": "Oma 13,5", "amount": 13.5, "type_tax_use": "sale", "company_id": cls.company.id}
        )
        cls.other_tax = cls.tax.copy({"name": "Oma 10", "amount": 10})

    def setUp(self):
        super().setUp()
        self.refresh("tax")

    # --- rows ---------------------------------------------------------------------------------------------------------
    def test_one_row_per_record_with_proposal_and_reason(self):
        row = self.row(self.tax)
        self.assertEqual([row.state, row.proposal_code, row.current_code], ["open", "KOMY", False])
        self.assertIn("13.5", row.evidence_text)
        self.assertEqual(row.record_name, "Oma 13,5 (Sales)", "its use tells it from another of the same name")
        self.assertIn("domestic", row.proposal)
        self.refresh("tax")
        self.assertEqual(len(self.row(self.tax)), 1)

    def test_nothing_is_written_where_nothing_changed(self):
        before = self.versions()
        self.refresh("tax")
        self.assertEqual(self.versions(), before)
        self.tax.amount = 14
        self.refresh("tax")
        after = self.versions()
        changed = {row_id for row_id in after if after[row_id] != before[row_id]}
        self.assertEqual(changed, {self.row(self.tax).id})

    def versions(self):
        """Of PostgreSQL: they change with every write."""
        self.env.flush_all()
        self.env.cr.execute("SELECT id, ctid::text FROM netvisor_mapping WHERE kind = 'tax'")
        return dict(self.env.cr.fetchall())

    def test_a_mapping_made_on_the_form_counts(self):
        self.tax.netvisor_vat_code = "MUUL"
        self.refresh("tax")
        row = self.row(self.tax)
        self.assertEqual([row.state, row.current_code, row.proposal_code], ["mapped", "MUUL", False])
        self.tax.netvisor_vat_code = False
        self.refresh("tax")
        self.assertEqual([row.state, row.current_code, row.proposal_code], ["open", False, "KOMY"])

    def test_a_deleted_record_takes_its_row_along(self):
        row = self.row(self.other_tax)
        self.other_tax.unlink()
        self.assertFalse(row.exists())

    def test_an_archived_record_needs_nothing_and_what_was_decided_is_kept(self):
        row = self.row(self.other_tax)
        row.action_ignore()
        total = self.remaining("tax")["total"]
        self.other_tax.active = False
        self.refresh("tax")
        self.assertFalse(row.active)
        self.assertEqual(self.remaining("tax")["total"], total - 1)
        self.other_tax.active = True
        self.refresh("tax")
        self.assertEqual([row.active, row.state], [True, "ignored"])

    def test_without_asking_anew_known_proposals_stay(self):
        self.tax.name = "Toinen nimi"
        self.tax.amount = 22
        new = self.tax.copy({"name": "Uusi", "amount": 25.5})
        self.env["netvisor.mapping"]._refresh(self.company, "tax", anew=False)
        self.assertGreater(self.row(self.tax).confidence, 55, "not asked again")
        self.assertEqual(self.row(new).proposal_code, "KOMY", "a new record is asked about")
        self.refresh("tax")
        self.assertEqual(self.row(self.tax).confidence, 55)

    # --- what remains -------------------------------------------------------------------------------------------------
    def test_remaining_in_one_statement(self):
        self.env.flush_all()
        with self.assertQueryCount(1):
            counts = self.remaining("tax")
        open_rows = self.mapping.search([("kind", "=", "tax"), ("state", "=", "open")])
        self.assertEqual(open_rows.tax_id, self.tax + self.other_tax)
        self.assertEqual([counts["open"], counts["ignored"], counts["without_proposal"]], [2, 0, 0])
        self.assertEqual(counts["mapped"], counts["total"] - 2)
        self.row(self.tax).action_ignore()
        self.assertEqual([self.remaining("tax")[name] for name in ("open", "ignored")], [1, 1])

    # --- accept, ignore, undo -----------------------------------------------------------------------------------------
    def test_accept_and_undo(self):
        row = self.row(self.tax)
        row.action_accept()
        self.assertEqual([self.tax.netvisor_vat_code, row.state, row.current_code], ["KOMY", "accepted", "KOMY"])
        self.assertIn(self.controller.name, row.evidence_text, "who decided")
        self.assertIn("13.5", row.evidence_text, "and on what")
        self.refresh("tax")
        self.assertEqual(row.state, "accepted")
        self.assertIn(self.controller.name, row.evidence_text)
        row.action_undo()
        self.assertEqual([self.tax.netvisor_vat_code, row.state, row.proposal_code], [False, "open", "KOMY"])

    def test_what_was_accepted_and_then_changed_on_the_form_is_mapped_otherwise(self):
        row = self.row(self.tax)
        row.action_accept()
        self.tax.netvisor_vat_code = "MUUL"
        self.refresh("tax")
        self.assertEqual([row.state, row.current_code], ["mapped", "MUUL"])
        self.assertNotIn(self.controller.name, row.evidence_text)

    def test_ignored_stays_ignored_and_can_be_undone(self):
        row = self.row(self.tax)
        row.action_ignore()
        self.tax.amount = 14
        self.refresh("tax")
        self.assertEqual(row.state, "ignored")
        row.action_undo()
        self.assertEqual(row.state, "open")

    def test_ignored_but_mapped_after_all(self):
        row = self.row(self.tax)
        row.action_ignore()
        self.tax.netvisor_vat_code = "KOMY"
        self.refresh("tax")
        self.assertEqual(row.state, "mapped")

    def test_without_a_proposal_there_is_nothing_to_accept(self):
        tax = self.tax.copy({"name": "Kiinteä", "amount_type": "fixed"})
        self.refresh("tax")
        row = self.row(tax)
        self.assertFalse(row.can_accept)
        with self.assertRaisesRegex(UserError, "Change"):
            row.action_accept()
        self.assertEqual(self.remaining("tax")["without_proposal"], 1)

    # --- change -------------------------------------------------------------------------------------------------------
    def test_choose_another(self):
        row = self.row(self.tax)
        choices = row.choices()
        self.assertEqual(choices[0]["code"], "KOMY", "what was proposed comes first")
        self.assertIn("MUUL", [choice["code"] for choice in choices])
        self.assertNotIn("KOOS", [choice["code"] for choice in choices], "this tax is for sales")
        self.assertEqual([choice["code"] for choice in row.choices("turnover")], ["MUUL"])
        row.action_choose("MUUL")
        self.assertEqual([self.tax.netvisor_vat_code, row.state], ["MUUL", "accepted"])
        row.action_choose("KOMY")
        self.assertEqual([self.tax.netvisor_vat_code, row.current_code], ["KOMY", "KOMY"])

    def test_what_is_not_offered_cannot_be_chosen(self):
        with self.assertRaisesRegex(UserError, "KOOS"):
            self.row(self.tax).action_choose("KOOS")
        self.assertFalse(self.tax.netvisor_vat_code)

    # --- accept all above ---------------------------------------------------------------------------------------------
    def accept_above(self, confidence, kind="tax"):
        wizard = Form(self.env["netvisor.mapping.accept"].with_user(self.controller).with_company(self.company))
        wizard.kind = kind
        wizard.confidence = confidence
        return wizard.save()

    def test_accept_all_above_says_how_many_before(self):
        self.tax.repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        ).account_id = self.vat_account
        self.refresh("tax")
        self.assertGreaterEqual(self.row(self.tax).confidence, 95)
        self.assertEqual(self.row(self.other_tax).confidence, 80)
        wizard = self.accept_above(95)
        self.assertEqual([wizard.count, wizard.left_count], [1, 1])
        wizard.confidence = 80
        self.assertEqual([wizard.count, wizard.left_count], [2, 0])
        wizard.confidence = 95
        action = wizard.action_accept()
        self.assertEqual([wizard.done_count, wizard.failed_count], [1, 0])
        self.assertIn("1 accepted", action["params"]["message"])
        self.assertEqual([self.tax.netvisor_vat_code, self.other_tax.netvisor_vat_code], ["KOMY", False])

    @property
    def vat_account(self):
        chart = self.env["account.chart.template"].with_company(self.company)
        return chart.ref("tax_dom_sales_goods_25_5").repartition_line_ids.account_id[:1]

    def test_one_that_fails_costs_the_others_nothing_and_is_named(self):
        row = self.row(self.tax)
        row.sudo().proposal_code = "KOOS"  # what cannot be: a purchase code for a sales tax
        wizard = self.accept_above(1)
        action = wizard.action_accept()
        self.assertEqual([wizard.done_count, wizard.failed_count], [1, 1])
        self.assertEqual([self.tax.netvisor_vat_code, self.other_tax.netvisor_vat_code], [False, "KOMY"])
        self.assertIn("Oma 13,5", wizard.report)
        self.assertIn("KOOS", wizard.report)
        self.assertEqual(action["res_id"], wizard.id, "the report stays to be read")
        self.assertEqual(row.state, "open")

    def test_a_confidence_is_a_percentage(self):
        with self.assertRaisesRegex(UserError, "1 to 100"):
            self.accept_above(0)

    def test_selected_rows_with_one_that_cannot_be(self):
        rows = self.row(self.tax) + self.row(self.other_tax)
        rows[0].sudo().proposal_code = "KOOS"
        action = rows.action_accept()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("Oma 13,5", action["params"]["message"])
        self.assertEqual(self.other_tax.netvisor_vat_code, "KOMY")

    def test_a_record_deleted_meanwhile_costs_the_others_nothing(self):
        rows = self.row(self.tax) + self.row(self.other_tax)
        pairs = [(row, row._own_proposal()) for row in rows]
        self.other_tax.unlink()
        done, failed = self.mapping._accept_pairs(pairs)
        self.assertEqual([done, len(failed), self.tax.netvisor_vat_code], [1, 1, "KOMY"])
        self.assertIn("deleted", self.mapping._accept_report(done, failed))

    # --- the whole list -----------------------------------------------------------------------------------------------
    def test_opening_shows_what_is_new(self):
        new = self.tax.copy({"name": "Uusi", "amount": 25.5})
        self.assertFalse(self.row(new))
        action = self.mapping.action_open("tax")
        self.assertEqual(self.row(new).proposal_code, "KOMY")
        self.assertEqual(action["context"], {"search_default_tax": 1, "search_default_open": 1})

    def test_propose_again(self):
        self.tax.amount = 22
        action = self.mapping.action_propose_again("tax")
        self.assertIn("2 proposals", action["params"]["message"])
        self.assertEqual(self.row(self.tax).confidence, 55)

    def test_header(self):
        data = self.mapping.netvisor_dashboard()
        taxes = next(kind for kind in data["kinds"] if kind["kind"] == "tax")
        self.assertEqual([taxes["open"], taxes["label"], taxes["ready"]], [2, "Taxes", True])
        self.assertTrue(data["manager"] and data["connected"])
        accounts = next(kind for kind in data["kinds"] if kind["kind"] == "account")
        self.assertFalse(accounts["ready"], "Netvisor's chart was never read")
        self.run_netvisor()
        accounts = next(kind for kind in self.mapping.netvisor_dashboard()["kinds"] if kind["kind"] == "account")
        self.assertTrue(accounts["ready"])
        self.assertGreater(accounts["total"], 900)

    def test_read_now(self):
        action = self.mapping.action_read_now("account")
        self.assertIn("minute", action["params"]["message"])
        feed = self.env["netvisor.feed"].search([("company_id", "=", self.company.id), ("kind", "=", "account")])
        self.assertTrue(feed.next_due)

    def test_a_reading_refreshes_once_per_change_of_the_list(self):
        self.run_netvisor()
        account = self.new_account("9999")
        mapping = self.env["netvisor.mapping"]
        mapping._feed_read(self.company, "account")
        self.assertFalse(self.row(account), "the list is the same: nothing was asked again")
        self.env.cr.execute(
            "UPDATE netvisor_account SET write_date = write_date + interval '1 second' WHERE number = '3000'"
        )
        mapping._feed_read(self.company, "account")
        self.assertTrue(self.row(account))

    # --- who may ------------------------------------------------------------------------------------------------------
    def test_invoicing_users_see_and_accounting_administrators_map(self):
        seen = self.row(self.tax).with_user(self.bookkeeper)
        self.assertEqual(seen.proposal_code, "KOMY")
        self.assertTrue(seen.record_name)
        self.assertFalse(seen.netvisor_dashboard()["manager"])
        self.mapping.with_user(self.bookkeeper).action_open()
        calls = {
            "accept": seen.action_accept,
            "ignore": seen.action_ignore,
            "undo": seen.action_undo,
            "choices": seen.choices,
            "choose": lambda: seen.action_choose("KOMY"),
            "propose": seen.action_propose_again,
            "above": seen.action_accept_above,
            "write": lambda: seen.write({"state": "ignored"}),
            "wizard": lambda: self.env["netvisor.mapping.accept"].with_user(self.bookkeeper).create({}),
        }
        for name, call in calls.items():
            with self.subTest(call=name), self.assertRaises(AccessError):
                call()
        self.assertEqual(self.row(self.tax).state, "open")
        with self.assertRaises(AccessError):
            self.controller.with_user(self.controller).env["netvisor.mapping"].browse(seen.id).write({"state": "open"})

    def test_others_see_nothing(self):
        stranger = self.env.ref("base.public_user")
        with self.assertRaises(AccessError):
            self.env["netvisor.mapping"].with_user(stranger).netvisor_dashboard()
        with self.assertRaises(AccessError):
            self.env["netvisor.mapping"].with_user(stranger).action_open()
