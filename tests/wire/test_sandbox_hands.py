"""What a person does on the other side, and many made-up objects at once."""

import re
import time
import unittest

from sandbox_support import ORGANISATION, OTHER, Case

from sandbox import clock, seed
from sandbox.handle import SandboxError


class HandsCase(Case):
    def codes(self, resource, query="", tag="Code"):
        return [node.text or "" for node in self.ok(resource, query).root.iter(tag)]

    def changed(self, resource, action, *arguments, **values):
        """Whether changedsince finds what the action touched, and nothing that was before."""
        time.sleep(0.01)
        since = clock.stamp()
        key = self.sandbox.user(action, *arguments, **values)
        tag = {"customerlist.nv": "Netvisorkey", "productlist.nv": "NetvisorKey"}[resource]
        self.assertEqual(self.codes(resource, f"changedsince={since}", tag), [str(key)], action)
        return key

    def wrong(self, words, action, **values):
        with self.assertRaises(SandboxError) as caught:
            self.sandbox.user(action, **values)
        self.assertIn(words, str(caught.exception))


class TestCustomers(HandsCase):
    def card(self, key):
        return self.ok("getcustomer.nv", f"id={key}")

    def test_add_and_change(self):
        key = self.changed("customerlist.nv", "customer_add", code="7", name="Uusi Oy", externalidentifier="2345678-9")
        base = "Customer/CustomerBaseInformation/"
        card = self.card(key)
        self.assertEqual(card.find(base + "Name"), "Uusi Oy")
        self.assertEqual((card.find(base + "IsActive"), card.find(base + "ExternalIdentifier")), ("1", "2345678-9"))
        values = {"name": "Uudempi Oy", "isactive": False, "externalidentifier": None, "customergroupname": "Vanhat"}
        self.changed("customerlist.nv", "customer_change", key=key, **values)
        card = self.card(key)
        self.assertEqual(card.find(base + "Name"), "Uudempi Oy")
        self.assertEqual((card.find(base + "IsActive"), card.find(base + "ExternalIdentifier")), ("0", ""))
        self.assertEqual(card.find(base + "CustomerGroupName"), "Vanhat")

    def test_a_code_twice(self):
        self.sandbox.user("customer_add", code="7", name="A")
        self.changed("customerlist.nv", "customer_add", code="7", name="B")
        self.assertEqual(self.codes("customerlist.nv").count("7"), 2)

    def test_delete(self):
        key, other = self.customer(), self.customer("B", "2")
        self.sandbox.user("customer_delete", key=key)
        self.refused("INVALID_DATA", "getcustomer.nv", f"id={key}")
        self.assertEqual(self.codes("customerlist.nv"), ["TEMP", "2"])
        self.invoice(other)
        self.wrong("has invoices", "customer_delete", key=other)

    def test_mistakes_of_a_test(self):
        self.wrong("Unknown field nmae", "customer_add", nmae="A")
        self.wrong("needs a name", "customer_add", code="7")
        self.wrong("No customer has the key 4711", "customer_change", key=4711, name="A")
        self.wrong("unknown action", "customer_hug", key=1)
        self.assertEqual(self.codes("customerlist.nv"), ["TEMP"])


class TestProducts(HandsCase):
    def test_add_change_delete(self):
        values = {"code": "T1", "name": "Ruuvi", "unitprice": "1.50", "primaryeancode": "6410000000010"}
        key = self.changed("productlist.nv", "product_add", **values)
        found = self.ok("getproduct.nv", "eancode=6410000000010")
        self.assertEqual(found.find("Product/ProductBaseInformation/NetvisorKey"), str(key))
        self.assertEqual(found.find("Product/ProductAdditionalInformation/PrimaryEanCode"), "6410000000010")
        self.changed("productlist.nv", "product_change", key=key, code="T2", name="Mutteri", isactive=0)
        found = self.ok("getproduct.nv", "code=T2")
        self.assertEqual(found.find("Product/ProductBaseInformation/IsActive"), "0")
        self.sandbox.user("product_delete", key=key)
        self.assertEqual(self.codes("productlist.nv", tag="ProductCode"), [])
        self.assertEqual(self.codes("productlist.nv", "deleted=1", tag="ProductCode"), ["T2"])
        self.assertEqual(self.ok("getproduct.nv", f"id={key}").find(".//ProductCode"), "T2")
        self.assertIsNone(self.ok("getproduct.nv", f"id={key}&replyoption=1").find(".//ProductCode"))
        self.assertEqual([item["deleted"] for item in self.state["products"]], [True])

    def test_published(self):
        for code in ("A", "B"):
            self.sandbox.user("product_add", code=code, name=code)
        key = self.sandbox.state(None, "products")["products"][0]["key"]
        self.sandbox.user("product_change", key=key, published=True)
        for query, expected in (
            ("", ["A", "B"]),
            ("published=1", ["A"]),
            ("unpublished=1", ["B"]),
            ("published=1&unpublished=1", ["A", "B"]),
            ("deleted=1", []),
        ):
            self.assertEqual(self.codes("productlist.nv", query, tag="ProductCode"), expected, query)


class TestDimensions(HandsCase):
    def test_dimension(self):
        key = self.sandbox.user("dimension_add", name="Alue", link_type=1, start="2026-01-01")
        self.sandbox.set(newer_dimensions=True)
        shown = self.ok("dimensionlist.nv").root.find("DimensionNameList/DimensionName")
        self.assertEqual([shown.findtext(tag) for tag in ("LinkType", "ActivityPeriodStart")], ["1", "2026-01-01"])
        self.assertIsNone(shown.find("ActivityPeriodEnd"))
        self.assertEqual(self.sandbox.user("dimension_change", key="Alue", new_name="Seutu", hidden=True), key)
        self.assertEqual(self.codes("dimensionlist.nv", tag="Name"), [])
        self.assertEqual(self.codes("dimensionlist.nv", "showhidden=1", tag="Name"), ["Seutu"])
        self.wrong("already a dimension", "dimension_add", name="Seutu")
        self.wrong("No dimension is called", "dimension_change", key="Alue", hidden=False)

    def test_items(self):
        user = self.sandbox.user
        user("dimension_add", name="Alue")
        top = user("item_add", dimension="Alue", item="Etelä")
        low = user("item_add", dimension="Alue", item="Espoo", code="10", father=top)
        self.wrong("already has the item", "item_add", dimension="Alue", item="Etelä")
        self.wrong("items below", "item_delete", key=top)
        self.wrong("cannot stand below", "item_change", key=top, father=low)
        user("item_change", key=low, item="Vantaa", hidden=True, father=0)
        (changed,) = (item for item in self.state["dimension_items"] if item["key"] == low)
        expected = {"item": "10 Vantaa", "hidden": True, "father": 0, "dimension": "Alue", "father_item": None}
        self.assertEqual({name: changed[name] for name in expected}, expected)
        user("item_delete", key=low)
        self.assertEqual(self.state["dimensions"], {"Alue": ["Etelä"]})


class TestVoucherTypes(HandsCase):
    def test_list(self):
        root = self.ok("vouchertypelist.nv").root
        types = {node.findtext("NetvisorKey"): node for node in root.iter("VoucherType")}
        uses = root.find("VoucherTypeList/DefaultVoucherTypes")
        used = {node.tag: types[node.findtext("NetvisorKey")].findtext("Name") for node in uses}
        self.assertEqual(used["SalesInvoices"], "Myyntilasku")
        self.assertEqual(used["Accruals"], "Jaksotukset")
        self.assertEqual(len(used), 7)
        names = [node.findtext("Name") for node in types.values()]
        for name in ("Myyntisuoritus", "Pankki", "Kassa", "Tuodut tapahtumat", "Ostolasku", "Ostosuoritus", "Muut"):
            self.assertIn(name, names)
        sales = next(node for node in types.values() if node.findtext("Abbreviation") == "ML")
        self.assertEqual(
            {node.get("ISO-639-1"): node.text for node in sales.findall("ForeignName")},
            {"en": "Sales invoice", "sv": "Försäljningsfaktura"},
        )
        other = self.ok("vouchertypelist.nv", organisation=OTHER).root
        self.assertFalse(types.keys() & {node.findtext("NetvisorKey") for node in other.iter("VoucherType")})

    def test_rename(self):
        key = self.sandbox.user("voucher_type_change", key="ML", name="Laskutus")
        own = self.sandbox.user("voucher_type_add", name="Vuokrat", abbreviation="VU", en="Rents")
        self.invoice(self.customer())
        voucher = self.state["vouchers"][0]
        self.assertEqual((voucher["class"], voucher["type_key"]), ("Laskutus", key))
        self.assertIn("Vuokrat", self.codes("vouchertypelist.nv", tag="Name"))
        self.wrong("abbreviation", "voucher_type_change", key="XX", name="A")
        self.assertGreater(own, key)


class TestSeed(HandsCase):
    def test_counts_keys_and_time(self):
        begin = time.monotonic()
        counts = self.sandbox.seed(customers=20000, products=5000, dimension_items=5000)
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(counts, {"customer": 20001, "product": 5000, "dimension": 3, "dimension_item": 5000})
        kinds = {
            "customerlist.nv": ("Netvisorkey", 20001),
            "productlist.nv": ("NetvisorKey", 5000),
            "dimensionlist.nv": ("Netvisorkey", None),
        }
        keys = {resource: self.codes(resource, tag=tag) for resource, (tag, _count) in kinds.items()}
        for resource, (_tag, count) in kinds.items():
            self.assertEqual(len(set(keys[resource])), count or len(keys[resource]))
        everything = [key for found in keys.values() for key in found]
        self.assertEqual(len(set(everything)), len(everything))
        # Whatever is added afterwards gets a key of its own.
        self.assertNotIn(str(self.customer(code="x")), everything)

    def test_realistic_and_the_same_every_time(self):
        def cards(organisation):
            self.sandbox.seed(organisation, customers=2000)
            found = self.sandbox.state(organisation, "customers")["customers"][1:]
            return [{name: value for name, value in card.items() if name != "key"} for card in found]

        first = cards(ORGANISATION)
        self.assertEqual(first, cards(OTHER))
        ids = [card["business_id"] for card in first if card["business_id"]]
        self.assertTrue(all(re.fullmatch(r"\d{7}-\d", one) and _right(one) for one in ids))
        self.assertTrue(5 <= len(ids) - len(set(ids)) <= 60)
        without = [card for card in first if not card["business_id"]]
        self.assertTrue(200 <= len(without) <= 500)
        towns = [(card["name"], card["fields"]["city"]) for card in first]
        self.assertGreater(len(towns), len(set(towns)))
        self.assertTrue(any(card["fields"]["isactive"] == "0" for card in first))
        self.assertTrue(any(not card["code"] for card in first))
        self.assertTrue(all(card["fields"]["email"].isascii() for card in first))
        self.assertNotEqual(cards_names(first), cards_names(self._other_seed()))

    def _other_seed(self):
        self.sandbox.reset()
        self.sandbox.seed(customers=2000, seed=2)
        return self.sandbox.state(None, "customers")["customers"][1:]

    def test_what_is_seeded_can_be_written_again(self):
        """Every seeded card would have been taken from the interface, too."""
        self.sandbox.seed(customers=60, products=60, dimension_items=60, names=["Projekti"])
        for card in self.state["customers"][1:]:
            self.ok(
                "customer.nv",
                f"method=edit&id={card['key']}",
                "<root><customer><customerbaseinformation><city>Espoo</city></customerbaseinformation></customer></root>",
            )
        for card in self.state["products"]:
            body = "<root><product><productbaseinformation><unit>m</unit></productbaseinformation></product></root>"
            self.ok("product.nv", f"method=edit&id={card['key']}", body)
        items = self.state["dimension_items"]
        self.assertTrue(any(item["father"] for item in items) and any(item["code"] for item in items))

    def test_nothing_asked_for(self):
        self.assertEqual(self.sandbox.seed()["customer"], 1)


class TestNumbers(unittest.TestCase):
    def test_business_ids(self):
        self.assertEqual(seed.business_id(1234567), "1234567-1")
        self.assertEqual(seed.business_id(737546), "0737546-2")
        missing = [number for number in range(2000000, 2000100) if seed.business_id(number) is None]
        self.assertTrue(5 <= len(missing) <= 15, "about one number in eleven has no check digit")

    def test_ean(self):
        self.assertEqual(seed.ean(400638133393), "4006381333931")


def _right(number):
    digits = [int(digit) for digit in number if digit.isdigit()]
    return sum(map(int.__mul__, digits[:7], (7, 9, 10, 5, 8, 4, 2))) % 11 == (11 - digits[7]) % 11


def cards_names(cards):
    return [card["name"] for card in cards]


if __name__ == "__main__":
    unittest.main()
