"""Thousands of accounts and items: statements per thousand, never per record, and no list read for each."""

from odoo.tests import tagged

from .dimension_common import DimensionCase

COUNT = 5000


@tagged("post_install", "-at_install")
class TestDimensionScale(DimensionCase):
    def many(self, count=COUNT):
        return self.env["account.analytic.account"].create(
            [{"name": f"Kohde {number:05d}", "plan_id": self.plan.id, "company_id": False} for number in range(count)]
        )

    def statements(self, method, *arguments):
        """:return: (result, number of statements)"""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = method(*arguments)
        self.env.flush_all()
        return result, self.env.cr.sql_log_count - before

    def mirrored(self, names):
        """The mirror as a reading would leave it: {name: key}."""
        dimension = self.env["netvisor.dimension"].sudo()
        items = self.env["netvisor.dimension.item"].sudo()
        dimension._upsert(self.company, {900000: {"name": "Projekti"}})
        kind = self.env["netvisor.kind.dimension"].sudo()
        kind._feed(self.company).bookmark = "2026-01-01 00:00:00"
        rows = {
            910000 + number: {"name": name, "dimension_key": 900000, "father_key": 0, "hidden": False}
            for number, name in enumerate(names)
        }
        items._upsert(self.company, rows)
        items._connect(self.company)
        return dimension.search([("netvisor_key", "=", 900000)])

    def row(self, direction, dimension):
        return self.env["netvisor.plan"].create(
            {
                "plan_id": self.plan.id,
                "company_id": self.company.id,
                "direction": direction,
                "dimension_id": dimension.id,
            }
        )

    def test_linking_five_thousand(self):
        accounts = self.many()
        row = self.row("both", self.mirrored(accounts.mapped("name")))
        documents, first = self.statements(row._sync)
        self.assertFalse(documents)
        self.assertEqual((row.linked_count, row.conflict_count), (COUNT, 0))
        _documents, second = self.statements(row._sync)
        self.assertLess(first, COUNT / 20)
        self.assertLess(second, 100, "nothing has changed")

    def test_enqueueing_five_thousand(self):
        self.many()
        row = self.row("odoo", self.mirrored([]))
        documents, count = self.statements(row._sync)
        self.assertEqual(len(documents), COUNT)
        self.assertLess(count, COUNT / 20)
        again, count = self.statements(row._sync)
        self.assertEqual(set(again.mapped("state")), {"todo"})
        self.assertLess(count, 200)

    def test_creating_five_thousand_accounts(self):
        row = self.row("netvisor", self.mirrored([f"Kohde {number:05d}" for number in range(COUNT)]))
        _documents, count = self.statements(row._sync)
        self.assertEqual(len(self.accounts()), COUNT)
        self.assertLess(count, COUNT / 10)

    def test_reading_five_thousand_from_the_sandbox(self):
        self.sandbox.seed(dimension_items=COUNT, names=["Projekti"])
        row, count = self.statements(self.mapped, "netvisor")
        self.assertLess(count, COUNT / 5, "most of them stand below others")
        hidden = sum(item["hidden"] for item in self.items().values())
        self.assertEqual(len(self.accounts()), COUNT - hidden)
        self.assertEqual(row.linked_count, COUNT - hidden)
        lists = self.sandbox.calls(resource="dimensionlist.nv", limit=50)
        self.assertEqual(len(lists), 1)

    def test_sending_many_reads_the_list_twice(self):
        """Before the first and after the last: not for each, although no invoice has been read back yet."""
        self.dimension("Projekti")
        self.many(250)
        row = self.mapped("link")
        before = len(self.sandbox.calls(resource="dimensionlist.nv", limit=1000))
        row.direction = "odoo"
        self.read()
        self.assertEqual(row.linked_count, 250)
        self.assertEqual(len(self.names()), 250)
        lists = self.sandbox.calls(resource="dimensionlist.nv", limit=1000)
        self.assertLessEqual(len(lists) - before, 3)
