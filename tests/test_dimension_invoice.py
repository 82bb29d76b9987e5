"""Analytic distributions of plans that are mapped: linked by key, named as Netvisor names them now, to the cent."""

from decimal import Decimal

from odoo.tests import tagged

from .common import ORGANISATION
from .dimension_common import DimensionCase
from .test_sales_invoice_amounts import CentCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestDimensionInvoice(CentCommon, DimensionCase):
    def setUp(self):
        super().setUp()
        self.dimension("Projekti", "P-1", "P-2", "P-3")
        self.centre = self.env["account.analytic.plan"].create({"name": "Kustannuspaikka"})
        self.region = self.env["account.analytic.plan"].create({"name": "Alue"})
        self.p1, self.p2, self.p3 = (self.account(f"P-{number}") for number in (1, 2, 3))
        self.sales, self.service = (self.account(name, plan=self.centre) for name in ("Myynti", "Huolto"))
        self.south = self.account("Etelä", plan=self.region)

    def distribution(self, *pairs):
        """Pairs of accounts (one or several) and percentage."""
        return {",".join(str(account.id) for account in accounts): percentage for accounts, percentage in pairs}

    def pieces(self, remote):
        """Set of (names of the items, net)."""
        return sorted(
            (tuple(sorted(f"{row['name']}: {row['item']}" for row in line["dimensions"])), line["net"])
            for line in remote["lines"]
            if line["kind"] == "product"
        )

    def sent(self, distribution=None, **line):
        return self.to_the_cent(self.invoice({"price_unit": 100, "analytic_distribution": distribution, **line}))

    def test_the_current_name_of_what_is_linked(self):
        self.mapped("link", item_form="name")
        self.p1.name = "Odoossa muu"
        self.person("item_change", key=self.key("P-1"), item="Netvisorissa Ä")
        self.person("dimension_change", key="Projekti", new_name="Työmaat")
        self.read()
        remote = self.sent(self.distribution((self.p1, 100)))
        self.assertEqual(self.pieces(remote), [(("Työmaat: Netvisorissa Ä",), "100.00")])
        self.assertEqual(self.names(), ["Netvisorissa Ä", "P-2", "P-3"], "no item was made")

    def test_a_new_name_does_not_make_another_invoice(self):
        self.mapped("link")
        move = self.invoice({"analytic_distribution": self.distribution((self.p1, 100))})
        self.to_the_cent(move)
        self.person("item_change", key=self.key("P-1"), item="Uusi nimi")
        self.read()
        move.narration = "x"
        move.narration = False
        document = self.document(move).sudo()
        self.env["netvisor.kind.sales_invoice"].sudo()._mark_changed(document)
        self.assertEqual(document.state, "done")
        move.invoice_line_ids.analytic_distribution = self.distribution((self.p2, 100))
        self.env["netvisor.kind.sales_invoice"].sudo()._mark_changed(document)
        self.assertEqual(document.state, "changed")

    def test_thirds_and_three_plans_at_once(self):
        self.mapped("both")
        self.mapped("odoo", plan=self.centre)
        self.person("dimension_add", name="Kustannuspaikka")
        distribution = self.distribution(
            (self.p1 | self.sales, 33.33),
            (self.p2 | self.service, 33.33),
            (self.p3 | self.sales, 33.34),
            (self.south, 100),
        )
        for move_type in ("out_invoice", "out_refund"):
            lines = [
                {"price_unit": 99.99, "quantity": 7, "analytic_distribution": distribution},
                {"price_unit": -11.11, "analytic_distribution": distribution},
                {"price_unit": 0.01, "analytic_distribution": distribution},
            ]
            remote = self.to_the_cent(self.invoice(*lines, move_type=move_type))
            self.assertEqual(
                {names for names, _net in self.pieces(remote)},
                {
                    ("Alue: Etelä", "Kustannuspaikka: Myynti", "Projekti: P-1"),
                    ("Alue: Etelä", "Kustannuspaikka: Huolto", "Projekti: P-2"),
                    ("Alue: Etelä", "Kustannuspaikka: Myynti", "Projekti: P-3"),
                },
            )
        self.items()  # none twice

    def test_sixty_forty_over_a_cent(self):
        self.mapped("link")
        remote = self.to_the_cent(
            self.invoice(
                {"price_unit": 0.01, "analytic_distribution": self.distribution((self.p1, 60), (self.p2, 40))},
                {"price_unit": 5},
            )
        )
        nets = [Decimal(net) for names, net in self.pieces(remote) if names]
        self.assertEqual((sum(nets), sorted(nets)), (Decimal("0.01"), [Decimal(0), Decimal("0.01")]))

    def test_what_is_left_has_no_such_dimension(self):
        self.mapped("link")
        remote = self.sent(self.distribution((self.p1, 25)))
        self.assertEqual(self.pieces(remote), [((), "75.00"), (("Projekti: P-1",), "25.00")])

    def test_a_plan_that_is_not_sent(self):
        self.mapped("both", use="none")
        remote = self.sent(self.distribution((self.p1 | self.sales, 60), (self.p2, 40)))
        self.assertEqual(self.pieces(remote), [((), "40.00"), (("Kustannuspaikka: Myynti",), "60.00")])

    def test_new_accounts_go_before_the_invoice(self):
        """The item is made by its own message, under its code, and the invoice only names it."""
        self.mapped("odoo")
        account = self.account("Uusi", code="44")
        self.item_document(account).unlink()
        remote = self.sent(self.distribution((account, 100)))
        self.assertEqual(self.pieces(remote), [(("Projekti: 44 Uusi",), "100.00")])
        calls = [row["resource"] for row in reversed(self.sandbox.calls(ORGANISATION, limit=500))]
        self.assertLess(calls.index("dimensionitem.nv"), calls.index("salesinvoice.nv"))
        self.env.invalidate_all()
        self.assert_linked(account, "44 Uusi")

    def test_a_new_name_on_its_way_goes_first(self):
        """The old name sent meanwhile would be a second item."""
        self.mapped("odoo")
        self.p1.name = "Uusi nimi"
        remote = self.sent(self.distribution((self.p1, 100)))
        self.assertEqual(self.pieces(remote), [(("Projekti: Uusi nimi",), "100.00")])
        self.assertEqual(self.names(), ["P-2", "P-3", "Uusi nimi"])

    def test_an_invoice_waits_for_a_lost_answer(self):
        self.mapped("odoo")
        self.sandbox.fault("drop_after", "dimensionitem.nv")
        self.p1.name = "Uusi nimi"
        move = self.invoice({"analytic_distribution": self.distribution((self.p1, 100))})
        self.work()
        self.assertEqual(self.document(move).state, "todo")
        self.work()
        self.document(move).sudo().next_try = False  # it looks again in half a minute
        self.to_the_cent(move)
        self.assertEqual(self.names(), ["P-2", "P-3", "Uusi nimi"])

    def test_an_item_that_cannot_be_sent_holds_the_invoice(self):
        self.mapped("odoo")
        account = self.account("x" * 201)
        move = self.invoice({"analytic_distribution": self.distribution((account, 100))})
        self.work()
        document = self.document(move)
        self.assertEqual((document.state, self.codes(document)), ("blocked", ["needs"]))
        self.assertIn("201", document.problem)
        account.name = "Lyhyt"
        self.to_the_cent(move)

    def test_names_that_netvisor_does_not_take(self):
        self.region.name = "Alue " * 11
        self.sales.name = "Myynti " * 30
        move = self.invoice({"analytic_distribution": self.distribution((self.south | self.sales, 100))})
        self.work()
        document = self.document(move)
        self.assertEqual(set(self.codes(document)), {"dimension_name_too_long", "dimension_item_too_long"})
        self.assertIn("50", document.problem)

    # --- missing ones are not to be created -----------------------------------------------------------------------------
    def test_all_missing_items_at_once_with_the_remedy(self):
        self.company.sudo().netvisor_create_dimensions = False
        self.mapped("link")
        unknown = self.account("P-9")
        lines = [
            {"analytic_distribution": self.distribution((unknown | self.sales, 100))},
            {"analytic_distribution": self.distribution((self.p1 | self.service, 100))},
        ]
        move = self.invoice(*lines)
        self.work()
        document = self.document(move)
        self.assertEqual(self.codes(document), ["dimensions_missing"])
        for name in ("Projekti: P-9", "Kustannuspaikka: Myynti", "Kustannuspaikka: Huolto"):
            self.assertIn(name, document.problem)
        self.assertNotIn("P-1", document.problem)
        alerts = document.with_user(self.bookkeeper)._netvisor_alerts()
        [alert] = [row for row in alerts.values() if "P-9" in row["message"]]
        model, method, ids = alert["action_call"]
        self.dimension("Kustannuspaikka", "Myynti", "Huolto")
        self.person("item_add", dimension="Projekti", item="P-9")
        getattr(self.env[model].browse(ids).with_user(self.bookkeeper), method)()
        self.to_the_cent(move)

    def test_the_list_was_never_read(self):
        self.company.sudo().netvisor_create_dimensions = False
        self.env["netvisor.feed"].sudo().search([("kind", "=", "dimension")]).unlink()
        self.sandbox.fault("refuse", "dimensionlist.nv", times=None, code="INVALID_DATA", text="Ei oikeutta")
        move = self.invoice({"analytic_distribution": self.distribution((self.p1, 100))})
        unknown = self.invoice({"analytic_distribution": self.distribution((self.sales, 100))})
        self.to_the_cent(move)
        self.assertIn("Myynti", self.document(unknown).message, "Netvisor itself says what it misses")

    # --- defaults ---------------------------------------------------------------------------------------------------------
    def test_defaults_of_the_company_and_of_the_journal(self):
        self.mapped("link", default_account_id=self.p1.id)
        self.mapped("link", plan=self.centre, default_account_id=self.sales.id)
        self.journal.netvisor_analytic_account_ids = self.service
        lines = [
            {},
            {"analytic_distribution": self.distribution((self.p2, 100))},
            {"analytic_distribution": self.distribution((self.p2, 50), (self.south, 100))},
        ]
        remote = self.to_the_cent(self.invoice(*lines))
        self.assertEqual(
            {names for names, _net in self.pieces(remote)},
            {
                ("Kustannuspaikka: Huolto", "Projekti: P-1"),
                ("Kustannuspaikka: Huolto", "Projekti: P-2"),
                ("Alue: Etelä", "Kustannuspaikka: Huolto", "Projekti: P-2"),
                ("Alue: Etelä", "Kustannuspaikka: Huolto"),
            },
        )

    # --- follow-up objects ----------------------------------------------------------------------------------------------
    def test_a_follow_up_object_stays_off_invoices(self):
        self.mapped("link", plan=self.region, use="accountdimension")
        distribution = self.distribution((self.p1 | self.south, 100))
        remote = self.sent(distribution)
        self.assertEqual(self.pieces(remote), [(("Projekti: P-1",), "100.00")])
        self.assertNotIn("accountdimensiontext", self.last_invoice())

    def test_a_follow_up_object_as_text_for_the_buyer(self):
        self.mapped("link", plan=self.region, use="accountdimension", on_invoices=True)
        north = self.account("Pohjoinen", plan=self.region)
        self.sent(self.distribution((self.p1 | self.south, 60), (self.p1 | north, 40)))
        message = self.last_invoice()
        for name in ("Etelä", "Pohjoinen"):
            self.assertIn(f"<accountdimensiontext>{name}</accountdimensiontext>", message)

    def last_invoice(self):
        [call] = self.sandbox.calls(ORGANISATION, "salesinvoice.nv", limit=1)
        return call["request"]

    def test_the_coding_of_vouchers(self):
        """What vouchers ask for: dimensions, and the follow-up object by name or key."""
        self.mapped("link")
        self.mapped("link", plan=self.region, use="accountdimension")
        self.south.sudo().with_company(self.company).netvisor_follow_up_key = 71
        targets, defaults, there = self.env["netvisor.plan"]._coding(self.company, self.p1 | self.south | self.sales)
        self.assertEqual(
            (targets[self.south.id].dimension, targets[self.south.id].item, targets[self.south.id].key),
            (None, "Etelä", 71),
        )
        self.assertEqual(targets[self.sales.id].dimension, "Kustannuspaikka")
        self.assertEqual((defaults, there), ([], {self.p1.id}))

    # --- budget -------------------------------------------------------------------------------------------------------------
    def test_no_statement_per_invoice(self):
        """Mapping and names are read once for the wave, whatever its size."""
        self.mapped("link", default_account_id=self.p3.id)
        self.mapped("link", plan=self.centre)
        kind = self.env["netvisor.kind.sales_invoice"].sudo().with_company(self.company)

        def count(moves):
            documents = self.env["netvisor.document"].sudo().search([("move_id", "in", moves.ids)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            kind._requirements(documents)
            self.env.invalidate_all()
            kind._prepare(documents)
            return self.env.cr.sql_log_count - before

        moves = self.env["account.move"]
        for number in range(12):
            accounts = (self.p1 | self.sales, self.p2 | self.service)[number % 2]
            moves |= self.invoice({"analytic_distribution": self.distribution((accounts, 70), (self.south, 100))})
        few, many = count(moves[:2]), count(moves)
        self.assertLessEqual(many - few, 3, "a statement more or less for other records, none for each invoice")
