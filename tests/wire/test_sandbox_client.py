"""The module's own client and the sandbox understand each other; their tables, written apart, agree."""

import unittest
from datetime import date
from decimal import Decimal

from sandbox_support import Case

from netvisor import (
    Client,
    Credentials,
    account,
    credit_note_match,
    dimension,
    product,
    rights,
    sales_invoice,
    voucher_type,
)
from netvisor import customer as customers
from netvisor.tables import credit_note_match as match_table
from netvisor.tables import customer as customer_table
from netvisor.tables import dimension as dimension_table
from netvisor.tables import product as product_table
from netvisor.tables import sales_invoice as invoice_table
from sandbox.codes import VAT_CODES
from sandbox.forms_invoice import INVOICE, MATCH
from sandbox.forms_register import CUSTOMER, DIMENSION_ITEM, PRODUCT


class ClientCase(Case):
    language = "FI"

    def setUp(self):
        super().setUp()
        self.client = self.connect(self.language)

    def connect(self, language):
        client = Client(Credentials(**self.sandbox.credentials(), language=language), allow_local=True)
        self.addCleanup(client.close)
        return client

    def done(self, request):
        answer = self.client.call(request)
        self.assertTrue(answer.ok, (answer.code, answer.text))
        return answer


class TestClient(ClientCase):
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


class TestRegisters(ClientCase):
    def tree(self, **options):
        (name,) = dimension.parse_list(self.client.call(dimension.list_request(**options)))
        return name, {item.name: item for item in name.items}

    def test_dimensions(self):
        self.sandbox.user("dimension_add", name="Työmaa")
        self.done(dimension.add(dimension.DimensionItem(name="Työmaa", item="Åbo & Ö, 50 %")))
        name, items = self.tree()
        above = items["Åbo & Ö, 50 %"]
        self.assertEqual((name.name, above.level, above.father_key, above.hidden), ("Työmaa", 1, 0, False))
        below = dimension.DimensionItem(name="Työmaa", item="1", father_key=above.key, father_item=above.name)
        self.done(dimension.add(below))
        _name, items = self.tree()
        key = items["1"].key
        self.assertEqual((items["1"].level, items["1"].father_key), (2, above.key))
        rename = dimension.DimensionItem(name="Työmaa", item="2", old_item="1", father_key=0, hidden=True)
        self.done(dimension.edit(rename))
        _name, items = self.tree()
        self.assertEqual((items["2"].key, items["2"].father_key, items["2"].hidden), (key, 0, True))
        self.done(dimension.hide_request("Työmaa", "Åbo & Ö, 50 %"))
        self.assertEqual(self.tree(show_hidden=False)[1], {})
        self.assertEqual(self.state["warnings"], [])

    def test_items_with_codes(self):
        self.sandbox.set(newer_dimensions=True)
        self.sandbox.user("dimension_add", name="Paikka")
        key = self.sandbox.user("item_add", dimension="Paikka", item="Espoo", code="10")
        name, items = self.tree()
        item = items["10 Espoo"]
        self.assertEqual((item.key, item.code, item.label), (key, "10", "Espoo"))
        values = {"name": "Paikka", "item": "11 Vantaa", "old_item": item.name, "code": "11", "label": "Vantaa"}
        self.done(dimension.edit(dimension.DimensionItem(**values)))
        self.done(dimension.hide_request("Paikka", None, code="11", label="Vantaa"))
        item = self.tree()[1]["11 Vantaa"]
        self.assertEqual((item.key, item.hidden, name.items[0].label), (key, True, "Espoo"))

    def test_voucher_types_and_accounts(self):
        found = voucher_type.parse_list(self.done(voucher_type.list_request()))
        by_key = {one.key: one for one in found.types}
        sales = by_key[found.defaults["salesinvoices"]]
        self.assertEqual((sales.abbreviation, sales.name), ("ML", "Myyntilasku"))
        self.assertIn(("sv", "Försäljningsfaktura"), sales.names)
        self.assertEqual((len(found.defaults), found.unreadable), (7, ()))
        answer = self.done(account.list_request())
        accounts = {one.number: one for one in account.parse_list(answer)}
        names = (("fi", "Myyntisaamiset"), ("en", "Trade receivables"), ("se", "Kundfordringar"))
        self.assertEqual(accounts["1701"].names, names)
        self.assertEqual(accounts["1021"].names, ())
        self.assertEqual(account.parse_defaults(answer)["salesreceivables"], "1701")
        self.assertEqual(len(account.parse_defaults(answer)), 22)

    def test_products(self):
        values = {
            "code": "RUUVI",
            "group": "Tavarat",
            "name": "Ruuvi",
            "unit_price": Decimal("0.25"),
            "ean": "6410000000010",
            "ean2": "x",
            "net_weight": Decimal("1.5"),
            "gross_weight": Decimal(2),
            "weight_unit": "g",
            "origin_country": "FI",
            "dimensions": (sales_invoice.Dimension(name="Projekti", item="P-17"),),
        }
        key = self.done(product.add(product.Product(**values))).key
        for request in (
            product.get_request(key),
            product.get_request((key, 4711)),
            product.get_request(ean="6410000000010"),
            product.get_request(code="RUUVI"),
            product.get_request(codes=("RUUVI", "NAULA")),
        ):
            (card,) = product.parse_get(self.done(request))
            self.assertEqual(card.key, key)
            self.assertEqual({name: getattr(card, name) for name in values}, values)
            self.assertEqual(card.gross_weight_unit, "g")
        self.assertEqual(product.parse_get(self.done(product.get_request(ean="nobody"))), ())
        self.assertEqual(product.parse_get(self.done(product.get_request(4711))), ())


class TestRights(ClientCase):
    """The questions about rights, asked of a server that has them all, lacks one, or was bought too small."""

    def verdicts(self, client=None):
        client = client or self.client
        return {probe.resource: rights.verdict(client.call(probe.request)) for probe in rights.PROBES}

    def books(self):
        parts = ("customers", "products", "invoices", "deleted_invoices", "vouchers", "dimension_items", "dimensions")
        return self.sandbox.state(None, *parts)

    def fill(self):
        self.sandbox.seed(customers=20, products=20, dimension_items=20)
        self.invoice(self.sandbox.state(None, "customers")["customers"][5]["key"])

    def test_nothing_changes(self):
        self.fill()
        before = self.books()
        self.assertEqual(set(self.verdicts().values()), {rights.ALLOWED})
        self.assertEqual(self.books(), before)

    def test_one_right_missing(self):
        for language in ("FI", "EN", "SE"):
            client = self.connect(language)
            for code in ("AUTHENTICATION_FAILED", "SERVICE_ACCESS_ERROR"):
                for probe in rights.PROBES:
                    self.sandbox.set(rights={probe.resource: False}, right_answer=code)
                    answer = client.call(probe.request)
                    self.assertEqual(rights.verdict(answer), rights.REFUSED, (probe.resource, answer.text))
        self.sandbox.set(rights={"dimensionitem.nv": False, "product.nv": False})
        lacking = {name for name, found in self.verdicts().items() if found != rights.ALLOWED}
        self.assertEqual(lacking, {"dimensionitem.nv", "product.nv"})

    def test_the_package_lacks_it(self):
        for language in ("FI", "EN", "SE"):
            self.sandbox.set(package={"vouchertypelist.nv": False})
            found = self.verdicts(self.connect(language))
            self.assertEqual(found.pop("vouchertypelist.nv"), rights.NO_INTERFACE)
            self.assertEqual(set(found.values()), {rights.ALLOWED})
            self.sandbox.set(package={"*": False, "accountlist.nv": True})
            found = self.verdicts(self.connect(language))
            self.assertEqual(found.pop("accountlist.nv"), rights.ALLOWED)
            self.assertEqual(set(found.values()), {rights.NO_INTERFACE})

    def test_wrong_keys_say_nothing_about_rights(self):
        self.sandbox.set(keys_valid=False)
        for language in ("FI", "EN", "SE"):
            self.assertEqual(set(self.verdicts(self.connect(language)).values()), {rights.UNKNOWN})


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
        self.compare(DIMENSION_ITEM, dimension_table.DIMENSION_ITEM, "dimensionitem")
        self.compare(MATCH, match_table.MATCH_CREDIT_NOTE, "matchcreditnote")

    def test_vat_codes(self):
        from netvisor.tables.vat_code import VAT_CODE_NAMES

        self.assertEqual(set(VAT_CODE_NAMES), set(VAT_CODES))


if __name__ == "__main__":
    unittest.main()
