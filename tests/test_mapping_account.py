"""Accounts: the Finnish chart against the sandbox's, a chart with other numbers, defaults, contradictions, two companies."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.account_netvisor.models.netvisor_account_match import AccountMatcher, Ours, Theirs, plain
from odoo.addons.account_netvisor.models.netvisor_mapping_kind import LIKELY, SURE, WEAK

from .common import ORGANISATION, OTHER_ORGANISATION
from .mapping_common import MappingCommon


@tagged("post_install", "-at_install")
class TestMappingAccount(MappingCommon):
    def setUp(self):
        super().setUp()
        self.run_netvisor()

    # --- the Finnish chart --------------------------------------------------------------------------------------------
    def test_the_finnish_chart_is_mapped_by_number(self):
        counts = self.remaining("account")
        self.assertGreater(counts["mapped"], 950)
        income = self.row(self.income_account)
        self.assertEqual([income.state, income.current_code, income.proposal_code], ["mapped", "3000", False])
        self.assertIn("Same number: 3000", income.evidence_text)
        self.assertFalse(self.income_account.with_company(self.company).netvisor_account_number, "nothing is written")
        chart = self.env["account.chart.template"].with_company(self.company)
        for name in ("account_1701", "account_2871", "account_2930", "account_1763", "account_3000", "account_4000"):
            self.assertEqual([self.row(chart.ref(name)).used, self.row(chart.ref(name)).state], [True, "mapped"])

    def test_what_netvisor_has_not_or_no_longer_uses_is_open(self):
        missing, retired = self.new_account("3999", "Tutkimus"), self.new_account("3998", "Vanha")
        self.sandbox.set(ORGANISATION, accounts={"3998": None})
        self.env["netvisor.account"]._read_again(self.company)
        self.run_netvisor()
        for account in (missing, retired):
            self.assertEqual([self.row(account).state, self.row(account).current_code], ["open", False])
        self.sandbox.set(ORGANISATION, accounts={"3998": None, "3999": "Tutkimus"})
        self.env["netvisor.account"]._read_again(self.company)
        self.run_netvisor()
        self.assertEqual(self.row(missing).state, "mapped", "Netvisor got the account")

    def test_the_same_number_in_the_other_statement_is_open(self):
        account = self.new_account("1910999", "Myyntitulot", "income")
        self.mirrored("1910999", "Pankkitili 9", statement="balance")
        self.refresh("account")
        row = self.row(account)
        self.assertEqual([row.state, row.proposal_code], ["open", "1910999"])
        self.assertLess(row.confidence, LIKELY)
        self.assertIn("Balance sheet", row.evidence_text)
        row.action_accept()  # a person says that it is the same after all
        self.assertEqual(account.with_company(self.company).netvisor_account_number, "1910999")
        self.refresh("account")
        self.assertEqual(row.state, "accepted")

    def test_the_same_number_and_name_are_the_same_account_whatever_its_type(self):
        account = self.new_account("1910999", "Pankkitili 9", "income")
        self.mirrored("1910999", "Pankkitili 9", statement="balance")
        self.refresh("account")
        self.assertEqual(self.row(account).state, "mapped")

    # --- other numbers ------------------------------------------------------------------------------------------------
    def test_the_same_name_in_any_language(self):
        for number, names, code in (
            ("8801", {"name": "Erikoismyynti"}, "same_name"),
            ("8802", {"name": "Tili A", "name_en": "Special sales"}, "same_name_en"),
            ("8803", {"name": "Tili B", "name_sv": "Specialförsäljning"}, "same_name_sv"),
        ):
            with self.subTest(evidence=code):
                text = list(names.values())[-1]
                self.mirrored(number, **names)
                account = self.new_account(f"77{number}", text.upper())
                self.refresh("account", account)
                row = self.row(account)
                self.assertEqual([row.proposal_code, row.evidence[0][0]], [number, code])
                self.assertGreaterEqual(row.confidence, LIKELY)

    def test_names_of_the_account_in_installed_languages_count(self):
        self.env["res.lang"].sudo()._activate_lang("fi_FI")
        self.mirrored("8801", "Erikoismyynti")
        account = self.new_account("778801", "Special sales")
        account.with_context(lang="fi_FI").name = "Erikoismyynti"
        self.refresh("account", account)
        self.assertEqual(self.row(account).proposal_code, "8801")

    def test_finnish_names_of_the_chart_count_without_the_language(self):
        account = self.env["account.chart.template"].with_company(self.company).ref("account_1021")
        self.assertEqual(account.name, "Development costs")
        mirror = self.env["netvisor.account"].sudo().search([("company_id", "=", self.company.id)])
        mirror.filtered(lambda row: row.number == "1021").write({"number": "991021", "name": "Kehittämismenot"})
        self.refresh("account", account)
        row = self.row(account)
        self.assertEqual([row.state, row.proposal_code], ["open", "991021"])
        self.assertEqual(row.evidence[0], ["same_name", "Kehittämismenot"])
        account.name = "Something else"
        self.refresh("account", account)
        self.assertNotEqual(self.row(account).proposal_code, "991021", "renamed, it is no longer the chart's")

    def test_accept_writes_the_number_of_this_company_where_it_differs(self):
        self.mirrored("8801", "Erikoismyynti")
        account = self.new_account("778801", "Erikoismyynti")
        self.refresh("account", account)
        self.row(account).action_accept()
        self.assertEqual(account.with_company(self.company).netvisor_account_number, "8801")
        self.assertEqual(account._netvisor_number(self.company), "8801")
        self.assertEqual(self.row(account).state, "accepted")
        self.row(account).action_undo()
        self.assertFalse(account.with_company(self.company).netvisor_account_number)
        self.row(account).action_choose("3010")
        self.assertEqual(account._netvisor_number(self.company), "3010")

    def test_choosing_the_own_number_writes_nothing(self):
        account = self.income_account.with_company(self.company)
        account.netvisor_account_number = "3010"
        self.refresh("account", account)
        row = self.row(account)
        self.assertEqual([row.state, row.current_code], ["mapped", "3010"])
        row.action_choose("3000")
        self.assertFalse(account.netvisor_account_number)

    def test_search_by_number_name_and_heading(self):
        row = self.row(self.income_account)
        self.assertEqual(row.choices("3010")[0]["code"], "3010")
        self.assertIn("1701", [choice["code"] for choice in row.choices("myyntisaam")])
        by_heading = [choice["code"] for choice in row.choices("liikevaihto")]
        self.assertTrue(by_heading and all(code.startswith("3") for code in by_heading))
        self.assertFalse(row.choices("ei sellaista"))

    def test_an_account_that_left_netvisor_cannot_be_accepted(self):
        mirrored = self.mirrored("8801", "Erikoismyynti")
        account = self.new_account("778801", "Erikoismyynti")
        self.refresh("account", account)
        mirrored.active = False
        with self.assertRaisesRegex(UserError, "8801"):
            self.row(account).action_accept()
        self.assertEqual(self.row(account).state, "open")

    def test_a_mapping_to_an_account_that_left_is_open_again(self):
        mirrored = self.mirrored("8801", "Erikoismyynti")
        account = self.new_account("778801", "Erikoismyynti")
        self.refresh("account", account)
        self.row(account).action_accept()
        mirrored.active = False
        self.refresh("account")
        self.assertEqual(self.row(account).state, "open")

    # --- what the list says ---------------------------------------------------------------------------------------------
    def test_headings_statements_and_defaults_are_mirrored(self):
        accounts = self.env["netvisor.account"].search([("company_id", "=", self.company.id)])
        receivable = accounts.filtered(lambda account: account.number == "1701")
        self.assertEqual([receivable.statement, receivable.heading], ["balance", "Vastaavaa"])
        self.assertIn("salesreceivables", receivable.roles.split())
        self.assertIn("sales receivables", receivable.role_text)
        sales = accounts.filtered(lambda account: account.number == "3000")
        self.assertEqual([sales.statement, sales.role_text], ["result", "domestic sales"])

    def test_the_default_of_both_is_proposed(self):
        account = self.new_account("170199", "Debtors", "asset_receivable")
        partner_default = self.env["ir.default"].sudo()
        partner_default.set("res.partner", "property_account_receivable_id", account.id, company_id=self.company.id)
        self.refresh("account", account)
        row = self.row(account)
        self.assertEqual(row.proposal_code, "1701")
        self.assertIn(["default_of_netvisor", "salesreceivables"], row.evidence)
        self.assertIn("sales receivables", row.evidence_text)
        self.assertGreaterEqual(row.confidence, LIKELY)

    def test_used_accounts_come_first(self):
        unused = self.new_account("300001")
        self.refresh("account", unused)
        self.assertFalse(self.row(unused).used)
        self.assertTrue(self.row(self.income_account).used)
        before = self.remaining("account")["open_used"]
        self.invoice({"account_id": unused.id})
        self.refresh("account", unused)
        self.assertTrue(self.row(unused).used)
        self.assertEqual(self.remaining("account")["open_used"], before + 1)

    def test_only_in_netvisor(self):
        kind = self.env["netvisor.mapping.account"].sudo()
        before = kind._only_in_netvisor(self.company)
        self.mirrored("8801", "Erikoismyynti")
        self.assertEqual(kind._only_in_netvisor(self.company), before + 1)
        self.new_account("8801")
        self.assertEqual(kind._only_in_netvisor(self.company), before)

    # --- two companies --------------------------------------------------------------------------------------------------
    def test_each_company_has_its_own_mapping_of_a_shared_account(self):
        other = (
            self.env["res.company"]
            .sudo()
            .create(
                {
                    "name": "Toinen Oy",
                    "currency_id": self.env.ref("base.EUR").id,
                    "country_id": self.env.ref("base.fi").id,
                }
            )
        )
        self.connect(other, OTHER_ORGANISATION)
        account = self.new_account("778801", "Erikoismyynti")
        account.sudo().with_company(other).write({"company_ids": [Command.link(other.id)], "code": "778802"})
        for company, number in ((self.company, "8801"), (other, "8802")):
            self.mirrored(number, "Erikoismyynti", company=company)
            self.refresh("account", account, company)
        rows = self.env["netvisor.mapping"].sudo().search([("account_id", "=", account.id)])
        self.assertEqual({row.company_id: row.proposal_code for row in rows}, {self.company: "8801", other: "8802"})
        self.row(account).action_accept()
        self.assertEqual(account._netvisor_number(self.company), "8801")
        self.assertEqual(account.sudo()._netvisor_number(other), "778802")
        foreign = rows.filtered(lambda row: row.company_id == other)
        self.assertEqual(foreign.state, "open")
        self.assertNotIn(foreign, self.mapping.search([]), "users see the rows of their companies")


@tagged("post_install", "-at_install")
class TestAccountMatcher(TransactionCase):
    """How sure, by what agrees. No records: the numbers are judged by themselves."""

    def theirs(self, number, name="", heading="", statement="", roles=(), **names):
        return Theirs(
            int(number), number, name, names.get("en", ""), names.get("sv", ""), heading, statement, frozenset(roles)
        )

    def best(self, ours, *theirs, here=()):
        found = AccountMatcher(list(theirs), here).all_proposals({"x": ours})
        return found["x"][0] if "x" in found else None

    def test_words_are_compared_and_not_signs(self):
        self.assertEqual(plain("Myynti, ALV-0 %"), plain("myynti ALV 0"))

    def test_name_alone_name_and_heading(self):
        ours = Ours("400000", ("Product Sales",), "income", "income")
        alone = self.best(ours, self.theirs("3000", en="Product sales"))
        self.assertLess(alone.confidence, SURE)
        both = self.best(ours, self.theirs("3000", en="Product sales", heading="LIIKEVAIHTO", statement="result"))
        self.assertGreaterEqual(both.confidence, SURE)
        self.assertEqual([piece.code for piece in both.evidence], ["same_name_en", "same_type"])

    def test_a_name_that_two_accounts_have_proves_less(self):
        ours = Ours("5", ("Lisenssimaksut",), "expense", "expense")
        one, two = self.theirs("41", "Lisenssimaksut"), self.theirs("42", "Lisenssimaksut")
        self.assertLess(self.best(ours, one, two).confidence, LIKELY)
        matcher = AccountMatcher([one], ())
        twins = {"a": ours, "b": Ours("6", ("Lisenssimaksut",), "expense", "expense")}
        self.assertLess(matcher.all_proposals(twins)["a"][0].confidence, LIKELY, "two of ours have it")

    def test_another_statement_is_said_and_never_likely(self):
        ours = Ours("1", ("Vuokrat",), "expense", "expense")
        proposal = self.best(ours, self.theirs("2", "Vuokrat", statement="balance"))
        self.assertLess(proposal.confidence, LIKELY)
        self.assertEqual(proposal.evidence[-1].code, "other_statement")

    def test_zeros_at_the_end(self):
        ours = Ours("300000", ("Tuotot A",), "income", "income")
        proposal = self.best(ours, self.theirs("3000", "Myynti", "Liikevaihto", "result"))
        self.assertEqual([proposal.code, proposal.evidence[0].code], ["3000", "padded_number"])
        self.assertLess(proposal.confidence, LIKELY)

    def test_similar_names_are_weak(self):
        ours = Ours("1", ("Markkinointi ja mainonta",), "expense", "expense")
        proposal = self.best(ours, self.theirs("8050", "Mainonta ja markkinointi"))
        self.assertEqual(proposal.evidence[0].code, "similar_name")
        self.assertLess(proposal.confidence, LIKELY)
        self.assertIsNone(self.best(ours, self.theirs("8050", "Vuokrat")))

    def test_near_numbers_only_where_the_charts_are_alike(self):
        ours = Ours("3005", ("Oma",), "income", "income")
        known = self.theirs("3010", "Myynti", statement="result")
        self.assertIsNone(self.best(ours, known, here=["1", "2", "3", "4"]))
        proposal = self.best(ours, known, self.theirs("1701", statement="balance"), here=["3005", "3010"])
        self.assertEqual([proposal.code, proposal.confidence], ["3010", WEAK])

    def test_the_nearest_heading_that_says_something_counts(self):
        ours = Ours("1", ("Korot",), "liability", "liability_current")
        proposal = self.best(ours, self.theirs("2", "Korot", "VASTATTAVAA / VIERAS PÄÄOMA / Muut", "balance"))
        self.assertIn("same_type", [piece.code for piece in proposal.evidence])
        proposal = self.best(ours, self.theirs("2", "Korot", "VASTATTAVAA / OMA PÄÄOMA", "balance"))
        self.assertNotIn("same_type", [piece.code for piece in proposal.evidence])
