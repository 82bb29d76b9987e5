"""The module's own client and the sandbox understand each other; their tables, written apart, agree."""

import unittest
from datetime import date
from decimal import Decimal

from sandbox_support import Case

from netvisor import Client, Credentials, credit_note_match, sales_invoice
from netvisor import customer as customers
from netvisor.tables import credit_note_match as match_table
from netvisor.tables import customer as customer_table
from netvisor.tables import product as product_table
from netvisor.tables import sales_invoice as invoice_table
from sandbox.codes import VAT_CODES
from sandbox.forms_invoice import INVOICE, MATCH
from sandbox.forms_register import CUSTOMER, PRODUCT


class TestClient(Case):
    def setUp(self):
        super().setUp()
        self.client = Client(Credentials(**self.sandbox.credentials()), allow_local=True)
        self.addCleanup(self.client.close)

    def test_from_customer_to_match(self):
        card = customers.Customer(code="10045", name="Pihlajan Puutyö Oy €", country="FI")
        added = self.client.call(customers.add(card))
        self.assertTrue(added.ok, added)
        line = sales_invoice.ProductLine(
            name="Asennustyö",
            unit_price=Decimal("100"),
            vat_percent=Decimal("25.5"),
            vat_code="KOMY",
            quantity=Decimal(2),
            account="3000",
            dimensions=(sales_invoice.Dimension(name="Projekti", item="P-17"),),
        )
        values = {
            "number": 20260042,
            "date": date(2026, 2, 2),
            "due_date": date(2026, 2, 16),
            "reference": "202600428",
            "amount": Decimal("251.00"),
            "status": "open",
            "customer_key": added.key,
            "private_comment": "INV/2026/00042 marker",
            "lines": (line, sales_invoice.CommentLine(text="Viikko 5")),
        }
        original = self.client.call(sales_invoice.add(sales_invoice.SalesInvoice(**values)))
        self.assertTrue(original.ok, original)
        values.update(number=20260043, amount=Decimal("-251.00"), reference="202600431", private_comment="x")
        values["lines"] = (sales_invoice.ProductLine(**{**vars_of(line), "quantity": Decimal(-2)}),)
        credit = self.client.call(sales_invoice.add(sales_invoice.SalesInvoice(**values)))
        self.assertTrue(credit.ok, credit)
        matched = self.client.call(credit_note_match.match(credit.key, original.key))
        self.assertTrue(matched.ok, matched)
        self.assertEqual(self.state["matches"][0]["sum"], "251.00")
        self.assertEqual(self.state["overlaps"], 0)
        self.assertEqual(self.state["warnings"], [])


def vars_of(value):
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


class TestTables(unittest.TestCase):
    """Two readings of the same description: the module's tables must not order what the sandbox orders otherwise."""

    def compare(self, mine, theirs, path):
        if not mine.children or not theirs.children:
            return
        names = [child.name for child in theirs.children]
        with self.subTest(path=path):
            known = [child.name for child in mine.children]
            self.assertEqual([name for name in names if name not in known], [])
            if not mine.loose and not mine.choice:
                self.assertEqual(names, [name for name in known if name in names])
        for child in theirs.children:
            if child.name in mine.index:
                inner = mine.children[mine.index[child.name]]
                with self.subTest(path=f"{path}/{child.name}"):
                    if inner.length and child.children is None:
                        self.assertIsNotNone(child.length)
                        self.assertLessEqual(child.length, inner.length)
                self.compare(inner, child, f"{path}/{child.name}")

    def test_order_and_lengths(self):
        self.compare(INVOICE, invoice_table.SALES_INVOICE, "salesinvoice")
        self.compare(CUSTOMER, customer_table.CUSTOMER, "customer")
        self.compare(PRODUCT, product_table.PRODUCT, "product")
        self.compare(MATCH, match_table.MATCH_CREDIT_NOTE, "matchcreditnote")

    def test_vat_codes(self):
        from netvisor.tables.vat_code import VAT_CODE_NAMES

        self.assertEqual(set(VAT_CODE_NAMES), set(VAT_CODES))


if __name__ == "__main__":
    unittest.main()
