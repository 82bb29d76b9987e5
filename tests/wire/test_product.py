"""Products, both ways."""

import dataclasses
import unittest
from datetime import date
from decimal import Decimal

from wire_support import answer, fixture, official_problem, ok, texts

from netvisor import ReadError, SchemaError, is_not_found
from netvisor.product import (
    Product,
    ProductRow,
    ReceivedProduct,
    add,
    edit,
    get_request,
    list_request,
    parse_get,
    parse_list,
)
from netvisor.sales_invoice import Dimension

BASE = "product/productbaseinformation/"
BOOKS = "product/productbookkeepingdetails/"
MORE = "product/productadditionalinformation/"

FIELDS = (
    ("code", "ASENNUS", BASE + "productcode", "ASENNUS"),
    ("group", "Palvelut", BASE + "productgroup", "Palvelut"),
    ("name", "Asennustyö", BASE + "name", "Asennustyö"),
    ("description", "Tunti", BASE + "description", "Tunti"),
    ("unit_price", Decimal("100.1234"), BASE + "unitprice", "100,1234"),
    ("unit", "h", BASE + "unit", "h"),
    ("purchase_price", Decimal(60), BASE + "purchaseprice", "60"),
    ("tariff_heading", "1234", BASE + "tariffheading", "1234"),
    ("commission", Decimal("1.5"), BASE + "comissionpercentage", "1,5"),
    ("active", False, BASE + "isactive", "0"),
    ("sales_product", True, BASE + "issalesproduct", "1"),
    ("inventory", False, BASE + "inventoryenabled", "0"),
    ("origin_country", "FI", BASE + "countryoforigin", "FI"),
    ("ean", "6410000000000", BASE + "primaryeancode", "6410000000000"),
    ("ean2", "6410000000001", BASE + "secondaryeancode", "6410000000001"),
    ("vat_percent", Decimal("25.5"), BOOKS + "defaultvatpercentage", "25,5"),
    ("account", "3000", BOOKS + "defaultdomesticaccountnumber", "3000"),
    ("eu_account", "3360", BOOKS + "defaulteuaccountnumber", "3360"),
    ("outside_eu_account", "3380", BOOKS + "defaultoutsideeuaccountnumber", "3380"),
    ("net_weight", Decimal("1.5"), MORE + "productnetweight", "1,5"),
    ("gross_weight", Decimal(2), MORE + "productgrossweight", "2"),
    ("weight_unit", "kg", MORE + "productweightunit", "kg"),
)
FULL = Product(
    **{name: value for name, value, _path, _text in FIELDS},
    price_type="gross",
    dimensions=(Dimension("Projekti", "P-17"),),
)
MINIMAL = Product(group="Odoo", name="Odoo", unit_price=Decimal(0))


class TestWrite(unittest.TestCase):
    def test_every_field_in_its_place(self):
        found = texts(add(FULL).body)
        for name, _value, path, expected in FIELDS:
            self.assertEqual(found.pop(path), expected, name)
        self.assertEqual(
            found,
            {
                MORE + "dimension/dimensionname": "Projekti",
                MORE + "dimension/dimensionitem": "P-17",
            },
        )
        self.assertIn('<unitprice type="gross">', add(FULL).body.decode())

    def test_the_table_above_is_complete(self):
        fields = {item.name for item in dataclasses.fields(Product)}
        self.assertEqual(fields - {row[0] for row in FIELDS}, {"price_type", "ean_type", "ean2_type", "dimensions"})

    def test_ean_codes_say_what_they_are(self):
        body = add(dataclasses.replace(FULL, ean_type="ean13", ean2_type="code128")).body.decode()
        self.assertIn('<primaryeancode type="ean13">6410000000000<', body)
        self.assertIn('<secondaryeancode type="code128">6410000000001<', body)
        self.assertIn("<primaryeancode>", add(FULL).body.decode())
        with self.assertRaises(SchemaError):
            add(dataclasses.replace(FULL, ean_type="upc"))

    def test_official_schema(self):
        for product in (FULL, dataclasses.replace(FULL, ean_type="ean13", ean2_type="any"), MINIMAL):
            self.assertIsNone(official_problem("product", add(product).body))

    def test_edit_sends_only_what_is_given(self):
        request = edit(210, Product(description="", active=None, sales_product=None))
        self.assertEqual(request.query, (("method", "edit"), ("id", "210")))
        self.assertEqual(texts(request.body), {BASE + "description": ""})

    def test_refused(self):
        for product, path, problem in (
            (Product(name="A", unit_price=Decimal(1)), BASE + "productgroup", "missing"),
            (Product(group="A", unit_price=Decimal(1)), BASE + "name", "missing"),
            (Product(group="A", name="A"), BASE + "unitprice", "missing"),
            (dataclasses.replace(MINIMAL, active=None), BASE + "isactive", "missing"),
            (
                dataclasses.replace(MINIMAL, account="3000"),
                BOOKS + "defaultvatpercentage",
                "missing",
            ),
            (dataclasses.replace(MINIMAL, unit_price=1.0), BASE + "unitprice", "type"),
            (dataclasses.replace(MINIMAL, price_type="brutto"), BASE + "unitprice", "attribute"),
            (dataclasses.replace(MINIMAL, weight_unit="lb"), MORE + "productweightunit", "choice"),
        ):
            with self.subTest(path), self.assertRaises(SchemaError) as caught:
                add(product)
            self.assertEqual((caught.exception.path, caught.exception.problem), (path, problem))


class TestRequests(unittest.TestCase):
    def test_list(self):
        self.assertEqual(
            list_request("Työ", date(2026, 1, 2)).query,
            (("changedsince", "2026-01-02T00:00:00"), ("keyword", "Työ")),
        )
        self.assertEqual(
            list_request(published=True, unpublished=True, deleted=False).query,
            (("published", "1"), ("unpublished", "1"), ("deleted", "0")),
        )
        self.assertEqual(list_request().query, ())

    def test_get(self):
        self.assertEqual(get_request(210).query, (("id", "210"),))
        self.assertEqual(get_request((210, 211)).query, (("idlist", "210,211"),))
        self.assertEqual(get_request(code="ODOO").query, (("code", "ODOO"),))
        self.assertEqual(get_request(codes=("A", "B")).query, (("codelist", "A,B"),))
        self.assertEqual(get_request(ean="6410000000000").query, (("eancode", "6410000000000"),))
        self.assertEqual(get_request(code="A", deleted=False).query, (("code", "A"), ("replyoption", "1")))
        self.assertEqual(get_request((1, 2), deleted=False).query, (("idlist", "1,2"), ("replyoption", "1")))
        self.assertEqual(get_request(0).query, (("id", "0"),))
        self.assertEqual(get_request(range(400)).query[0][1].count(","), 399)
        for call in (
            lambda: get_request(),
            lambda: get_request(range(401)),
            lambda: get_request(code=""),
            lambda: get_request(ean=""),
            lambda: get_request(()),
            lambda: get_request(codes=["A"] * 401),
        ):
            with self.assertRaises(SchemaError):
                call()


class TestRead(unittest.TestCase):
    def test_list(self):
        uri = "https://koulutus.netvisor.fi/getproduct.nv?id=165"
        row = ProductRow(key=165, code="TT", name="Testituote", unit_price=Decimal("1.96"), uri=uri)
        self.assertEqual(parse_list(fixture("ProductList", "productlist.nv")), (row,))
        self.assertEqual(
            parse_list(fixture("ProductListMinimal", "productlist.nv")),
            (dataclasses.replace(row, code=""),),
        )
        self.assertEqual(parse_list(fixture("ProductListEmpty", "productlist.nv")), ())

    def test_get(self):
        self.assertEqual(
            parse_get(fixture("GetProduct", "getproduct.nv")),
            (
                ReceivedProduct(
                    key=165,
                    code="CC",
                    group="Kirjat",
                    name="Code Complete",
                    description="Toinen painos",
                    unit_price=Decimal("42.5"),
                    price_type="gross",  # "brutto" in the answer
                    unit="kpl",
                    purchase_price=Decimal(25),
                    tariff_heading="Code Complete",
                    commission=Decimal(11),
                    active=True,
                    sales_product=False,
                    vat_percent=Decimal(22),
                    account="3000",
                    eu_account="3360",
                    outside_eu_account="3380",
                    unit_weight=Decimal("0.2"),
                ),
            ),
        )

    def test_get_minimal(self):
        (got,) = parse_get(fixture("GetProductMinimal", "getproduct.nv"))
        self.assertEqual((got.key, got.code, got.active, got.sales_product), (165, "", False, None))
        self.assertEqual((got.unit_price, got.purchase_price), (Decimal(0), None))

    def test_not_found(self):
        got = fixture("GetProductNotFound", "getproduct.nv")
        self.assertTrue(is_not_found(got))
        self.assertEqual(parse_get(got), ())
        with self.assertRaises(ReadError):
            parse_get(answer("", "getproduct.nv", 502))

    def test_several(self):
        body = ok(
            "<Products><Product><ProductBaseInformation><NetvisorKey>1</NetvisorKey>"
            "<UnitPrice type='net'>1,00</UnitPrice>"
            "</ProductBaseInformation><ProductAdditionalInformation><PrimaryEanCode>64</PrimaryEanCode>"
            "<ProductNetWeight weightunit='kg'>1,5</ProductNetWeight></ProductAdditionalInformation></Product>"
            "<Product></Product><Product><ProductBaseInformation><NetvisorKey>2</NetvisorKey></ProductBaseInformation>"
            "</Product></Products>"
        )
        first, second = parse_get(answer(body, "getproduct.nv"))
        self.assertEqual((first.key, first.price_type, first.ean), (1, "net", "64"))
        self.assertEqual((first.net_weight, first.weight_unit), (Decimal("1.5"), "kg"))
        self.assertEqual((second.key, second.price_type), (2, None))

    def test_weights_and_codes_wherever_they_stand(self):
        body = ok(
            "<Product><ProductBaseInformation><NetvisorKey>1</NetvisorKey><UnitWeight>0,75</UnitWeight>"
            "<PrimaryEanCode type='ean13'>6410000000000</PrimaryEanCode><SecondaryEanCode>x</SecondaryEanCode>"
            "</ProductBaseInformation><ProductAdditionalInformation><ProductNetWeight>750</ProductNetWeight>"
            "<ProductGrossWeight weightunit='kg'>0,8</ProductGrossWeight><ProductWeightUnit>g</ProductWeightUnit>"
            "</ProductAdditionalInformation></Product>"
        )
        (got,) = parse_get(answer(body, "getproduct.nv"))
        self.assertEqual((got.ean, got.ean2), ("6410000000000", "x"))
        self.assertEqual((got.net_weight, got.weight_unit), (Decimal(750), "g"))
        self.assertEqual((got.gross_weight, got.gross_weight_unit), (Decimal("0.8"), "kg"))
        self.assertEqual(got.unit_weight, Decimal("0.75"))


if __name__ == "__main__":
    unittest.main()
