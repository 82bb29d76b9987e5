"""Dimensions of the sandbox: written through the interface, moved by hand, listed as a tree."""

import unittest
import urllib.parse

from sandbox_support import OTHER, Case, customer, invoice, line

from sandbox import dimensions
from sandbox.store import Books, Store

PAIR = "<dimension><dimensionname>{}</dimensionname><dimensionitem>{}</dimensionitem></dimension>"


def body(item, name="Projekti", old="", **more):
    parts = {"name": name, "item": item, "olditem": old, **more}
    order = ("name", "item", "olditem", "code", "label", "oldcode", "oldlabel", "fatherid", "fatheritem")
    order += ("activityperiodstart", "activityperiodend", "ishidden")
    written = "".join(f"<{tag}>{parts[tag]}</{tag}>" for tag in order if parts.get(tag) not in (None, ""))
    return f"<root><dimensionitem>{written}</dimensionitem></root>"


class DimensionCase(Case):
    def setUp(self):
        super().setUp()
        self.dimension = self.sandbox.user("dimension_add", name="Projekti")

    def add(self, item, code="OK", **more):
        return self.write("add", item, code, **more)

    def edit(self, old, item, code="OK", move=False, **more):
        return self.write("edit&updateparentreference=true" if move else "edit", item, code, old=old, **more)

    def write(self, method, item, code="OK", **more):
        answer = self.call("dimensionitem.nv", f"method={method}", body(item, **more))
        self.assertEqual(answer.code, code, answer.body.decode())
        return answer

    def hide(self, item, code="OK", name="Projekti", **more):
        query = urllib.parse.urlencode({"dimensionname": name, "dimensionsubname": item, **more})
        answer = self.call("dimensiondelete.nv", query, b"")
        self.assertEqual(answer.code, code, answer.body.decode())
        return answer

    def items(self, hidden=True):
        """{name: {element: text}} of the one dimension."""
        root = self.ok("dimensionlist.nv", "showhidden=1" if hidden else "").root
        return {
            node.findtext("Name"): {child.tag: child.text or "" for child in node}
            for node in root.iter("DimensionDetail")
        }


class TestItems(DimensionCase):
    def test_add_gives_no_key(self):
        self.assertIsNone(self.add("P-17").key)
        item = self.items()["P-17"]
        self.assertEqual(list(item), ["Netvisorkey", "Name", "IsHidden", "Level", "Sort", "EndSort", "FatherID"])
        self.assertEqual([item[name] for name in list(item)[2:]], ["False", "1", "0", "0", "0"])

    def test_rename_keeps_the_key_and_shows_everywhere(self):
        self.add("P-17")
        key = self.items()["P-17"]["Netvisorkey"]
        card = f"<customerdimensiondetails>{PAIR.format('Projekti', 'P-17')}</customerdimensiondetails>"
        customer_key = self.customer(more=card)
        invoice_key = self.invoice(customer_key, lines=line(dimensions=PAIR.format("Projekti", "P-17")))
        self.edit("P-17", "P-17 Silta")
        self.assertEqual(self.items()["P-17 Silta"]["Netvisorkey"], key)
        self.sandbox.user("dimension_change", key="Projekti", new_name="Hanke")
        shown = self.ok("getsalesinvoice.nv", f"netvisorkey={invoice_key}")
        self.assertEqual(shown.find(".//Dimension/DimensionName"), "Hanke")
        self.assertEqual(shown.find(".//Dimension/DimensionItem"), "P-17 Silta")
        shown = self.ok("getcustomer.nv", f"id={customer_key}")
        self.assertEqual(shown.find(".//CustomerDimensions/Dimension/DimensionItem"), "P-17 Silta")
        state = self.state
        today = [{"name": "Hanke", "item": "P-17 Silta"}]
        self.assertEqual(state["invoices"][0]["lines"][0]["dimensions"], today)
        self.assertEqual(state["customers"][-1]["dimensions"], today)
        self.assertIn(today, [one["dimensions"] for one in state["vouchers"][0]["lines"]])
        self.assertEqual(state["dimensions"], {"Hanke": ["P-17 Silta"]})
        # The old name is a new item now.
        self.invoice(customer_key, lines=line(dimensions=PAIR.format("Hanke", "P-17")))
        self.assertEqual(set(self.items()), {"P-17 Silta", "P-17"})

    def test_hiding_and_showing_again(self):
        self.add("P-17")
        self.add("P-18", ishidden="true")
        self.hide("P-17")
        self.hide("P-17")
        self.assertEqual(self.items(hidden=False), {})
        self.assertEqual({item["IsHidden"] for item in self.items().values()}, {"True"})
        self.edit("P-17", "P-17", ishidden="false")
        self.assertEqual(set(self.items(hidden=False)), {"P-17"})
        self.edit("P-17", "P-17", ishidden="TRUE")
        self.edit("P-17", "P-19")
        self.assertEqual(self.items()["P-19"]["IsHidden"], "True")
        # It may still be used, which a careful client does not do.
        self.invoice(self.customer(), lines=line(dimensions=PAIR.format("Projekti", "P-19")))
        self.assertEqual(self.state["warnings"], ["Dimension item P-19 of Projekti is hidden"])

    def test_refusals_in_three_languages(self):
        self.add("P-17")
        self.add("P-18")
        for method, arguments, code, words in (
            ("add", {"item": "A", "name": "Ei ole"}, "INVALID_DATA", ("Dimension Ei ole", "otsikkoa", "finns inte")),
            ("edit", {"item": "A", "old": "Ei ole"}, "INVALID_DATA", ("Dimension item", "Laskentakohdetta", "posten")),
            ("edit", {"item": "P-17"}, "INVALID_DATA", ("olditem", "olditem", "olditem")),
            ("add", {"item": "P-17"}, "DUPLICATE_DATA", ("already has", "on jo", "har redan")),
            ("edit", {"item": "P-17", "old": "P-18"}, "DUPLICATE_DATA", ("already has", "on jo", "har redan")),
            (
                "add",
                {"item": "A", "fatherid": 4711, "fatheritem": "Ei ole"},
                "INVALID_DATA",
                ("Father dimension item", "Ylempää laskentakohdetta", "överordnade"),
            ),
        ):
            for language, expected in zip(("EN", "FI", "SE"), words, strict=True):
                with self.subTest(arguments=arguments, language=language):
                    answer = self.refused(
                        code, "dimensionitem.nv", f"method={method}", body(**arguments), Language=language
                    )
                    self.assertIn(expected, answer.text)
        for message in (body(""), body("A", name=""), body("x" * 201), body("A", ishidden="1"), "<root/>"):
            self.assertNotEqual(self.call("dimensionitem.nv", "method=add", message).code, "OK")
        self.refused("INVALID_DATA", "dimensionitem.nv", "", body("A"))
        self.hide("Ei ole", "INVALID_DATA")
        self.hide("P-17", "INVALID_DATA", name="Ei ole")
        self.hide("", "INVALID_DATA")
        self.assertEqual(self.state["dimensions"], {"Projekti": ["P-17", "P-18"]})

    def test_same_name_in_another_dimension_or_company(self):
        self.sandbox.user("dimension_add", name="Alue")
        self.add("E")
        self.add("E", name="Alue")
        self.sandbox.user("dimension_add", OTHER, name="Projekti")
        self.ok("dimensionitem.nv", "method=add", body("E"), organisation=OTHER)
        self.assertEqual(self.state["dimensions"], {"Projekti": ["E"], "Alue": ["E"]})

    def test_letters_in_the_query(self):
        self.add("Työmaa Åbo & 50 %".replace("&", "&amp;"))
        self.hide("Työmaa Åbo & 50 %")
        self.assertEqual(self.items(hidden=False), {})

    def test_made_by_use_unless_forbidden(self):
        key = self.customer()
        self.invoice(key, lines=line(dimensions=PAIR.format("Alue", "Etelä")))
        forbidden = invoice(key, lines=line(dimensions=PAIR.format("Alue", "Länsi")))
        self.refused("INVALID_DATA", "salesinvoice.nv", "method=add&useonlyexistingdimensions=1", forbidden)
        details = "<customerdimensiondetails>" + PAIR.replace("<dimensionitem>", '<dimensionitem fatherid="{}">')
        details += "</customerdimensiondetails>"
        south = self.items()["Etelä"]["Netvisorkey"]
        self.ok("customer.nv", "method=add", customer(code="2", more=details.format("Alue", south, "Helsinki")))
        self.assertEqual(self.items()["Helsinki"]["FatherID"], south)
        wrong = customer(code="3", more=details.format("Projekti", south, "Oulu"))
        self.refused("INVALID_DATA", "customer.nv", "method=add", wrong)


class TestTree(DimensionCase):
    def tree(self):
        rows = self.items().values()
        return [
            (row["Name"], int(row["Level"]), int(row["Sort"]), int(row["EndSort"]), int(row["FatherID"]))
            for row in rows
        ]

    def key(self, name):
        return int(self.items()[name]["Netvisorkey"])

    def test_levels_and_order(self):
        for name in ("A", "B"):
            self.add(name)
        a, b = self.key("A"), self.key("B")
        self.add("A1", fatherid=a, fatheritem="A")
        self.add("B1", fatherid=0, fatheritem="B")
        self.add("A2", fatherid=a, fatheritem="A")
        a1 = self.key("A1")
        self.add("A11", fatherid=a1, fatheritem="A1")
        self.assertEqual(
            self.tree(),
            [
                ("A", 1, 0, 3, 0),
                ("A1", 2, 1, 2, a),
                ("A11", 3, 2, 2, a1),
                ("A2", 2, 3, 3, a),
                ("B", 1, 4, 5, 0),
                ("B1", 2, 5, 5, b),
            ],
        )

    def test_moving(self):
        for name in ("A", "B"):
            self.add(name)
        a = self.key("A")
        self.edit("B", "B", fatherid=a, fatheritem="A")
        self.assertEqual(self.items()["B"]["FatherID"], "0")
        self.assertIn("updateparentreference", self.state["warnings"][0])
        self.edit("B", "B", move=True, fatherid=a, fatheritem="A")
        self.assertEqual(self.items()["B"]["FatherID"], str(a))
        self.edit("B", "B2")
        self.assertEqual(self.items()["B2"]["FatherID"], str(a))
        answer = self.edit("A", "A", "INVALID_DATA", move=True, fatherid=self.key("B2"), fatheritem="B2")
        self.assertIn("below it", answer.text)
        self.edit("A", "A", "INVALID_DATA", move=True, fatherid=a, fatheritem="A")
        self.edit("B2", "B2", move=True, fatherid=0)
        self.assertEqual([row[1] for row in self.tree()], [1, 1])

    def test_key_and_name_of_the_father_go_together(self):
        self.add("A")
        self.add("B")
        self.add("C", "INVALID_DATA", fatherid=self.key("A"))
        self.add("C", "INVALID_DATA", fatheritem="A")
        self.add("C", "INVALID_DATA", fatherid=self.key("B"), fatheritem="A")
        other = self.sandbox.user("dimension_add", name="Alue")
        south = self.sandbox.user("item_add", dimension=other, item="Etelä")
        self.add("C", "INVALID_DATA", fatherid=south, fatheritem="Etelä")

    def test_a_hidden_father_keeps_its_place(self):
        self.add("A")
        self.add("A1", fatherid=self.key("A"), fatheritem="A")
        self.hide("A")
        shown = self.items(hidden=False)["A1"]
        self.assertEqual((shown["Level"], shown["Sort"]), ("2", "1"))

    def test_deep(self):
        above = 0
        for level in range(1, 41):
            above = self.sandbox.user("item_add", dimension="Projekti", item=f"T{level}", father=above)
        self.assertEqual(self.items()["T40"]["Level"], "40")


class TestCodes(DimensionCase):
    """Items with a code: the two in one name, and apart only in the newest Netvisor (8.42)."""

    def setUp(self):
        super().setUp()
        self.key = self.sandbox.user("item_add", dimension="Projekti", item="Espoo", code="10", start="2026-01-01")

    def test_older(self):
        item = self.items()["10 Espoo"]
        self.assertNotIn("Code", item)
        self.assertNotIn("ActivityPeriodStart", item)
        self.invoice(self.customer(), lines=line(dimensions=PAIR.format("Projekti", "10 Espoo")))
        self.assertEqual(list(self.items()), ["10 Espoo"])
        message = body("X", label="X")
        self.assertIn("label", self.refused("INVALID_DATA", "dimensionitem.nv", "method=add", message).text)
        self.hide("10 Espoo")
        self.assertEqual(self.items(hidden=False), {})

    def test_newer(self):
        self.sandbox.set(newer_dimensions=True)
        item = self.items()["10 Espoo"]
        self.assertEqual((item["Code"], item["Label"], item["ActivityPeriodStart"]), ("10", "Espoo", "2026-01-01"))
        self.assertNotIn("ActivityPeriodEnd", item)
        message = body("x", old="10 Espoo", code="11", label="Vantaa", activityperiodend="2026-12-31")
        self.ok("dimensionitem.nv", "method=edit", message)
        item = self.items()["11 Vantaa"]
        self.assertEqual((item["Netvisorkey"], item["Code"]), (str(self.key), "11"))
        self.assertEqual(item["ActivityPeriodEnd"], "2026-12-31")
        message = body("x", oldcode="11", oldlabel="Vantaa", label="Kerava")
        self.ok("dimensionitem.nv", "method=edit", message)
        query = "dimensionname=Projekti&dimensionsubcode=11&dimensionsublabel=Kerava"
        self.ok("dimensiondelete.nv", query, b"")
        self.assertEqual(self.items()["11 Kerava"]["IsHidden"], "True")

    def test_what_a_new_name_does_to_the_code(self):
        self.sandbox.set(newer_dimensions=True)
        self.edit("10 Espoo", "10 Kauniainen")
        self.assertEqual(self.items()["10 Kauniainen"]["Code"], "10")
        self.edit("10 Kauniainen", "Kirkkonummi")
        self.assertEqual(self.items()["Kirkkonummi"]["Code"], "")


class TestOlderBooks(unittest.TestCase):
    def test_items_leave_their_dimension(self):
        store = Store()
        self.addCleanup(store.close)
        store.add_organisation("1234567-1", "Hiekkalaatikko Oy")
        books = Books(store, "1234567-1")
        items = [{"key": 7, "name": "P-17", "hidden": True}]
        books.put("dimension", 3, {"name": "Projekti", "hidden": False, "items": items}, "Projekti")
        for _turn in range(2):
            dimensions.ensure(books)
            self.assertEqual(dimensions.find(books, "Projekti"), (3, dimensions.blank("Projekti")))
            key, item = dimensions.find_item(books, 3, "P-17")
            self.assertEqual((key, item["hidden"], item["label"]), (7, True, "P-17"))
        self.assertEqual(books.count("dimension_item"), 1)


if __name__ == "__main__":
    unittest.main()
