"""Dimensions and their items."""

import dataclasses
import unittest
from datetime import date, datetime, timezone

from lxml import etree
from wire_support import answer, credentials, failed, fixture, ok, shared, texts

from netvisor import Client, ReadError, SchemaError
from netvisor.dimension import (
    DimensionDetail,
    DimensionItem,
    DimensionName,
    add,
    edit,
    hide_request,
    list_request,
    parse_list,
)
from netvisor.tables.dimension import DIMENSION_ITEM

FULL = DimensionItem(
    name="Projekti",
    item="P-17 Ääkköset",
    old_item="P-17",
    father_key=40,
    father_item="Työmaat",
    hidden=False,
    guid="4f1c",
    code="P-17",
    label="Ääkköset",
    old_code="P",
    old_label="17",
    father_code="T",
    father_label="Työmaat",
    start=date(2026, 1, 1),
    end=date(2026, 12, 31),
)


class TestWrite(unittest.TestCase):
    def test_every_field_in_its_place(self):
        self.assertEqual(
            list(texts(edit(FULL).body).items()),
            [
                ("dimensionitem/name", "Projekti"),
                ("dimensionitem/item", "P-17 Ääkköset"),
                ("dimensionitem/olditem", "P-17"),
                ("dimensionitem/integrationdimensiondetailguid", "4f1c"),
                ("dimensionitem/code", "P-17"),
                ("dimensionitem/label", "Ääkköset"),
                ("dimensionitem/oldcode", "P"),
                ("dimensionitem/oldlabel", "17"),
                ("dimensionitem/fatherid", "40"),
                ("dimensionitem/fatheritem", "Työmaat"),
                ("dimensionitem/fathercode", "T"),
                ("dimensionitem/fatherlabel", "Työmaat"),
                ("dimensionitem/activityperiodstart", "2026-01-01"),
                ("dimensionitem/activityperiodend", "2026-12-31"),
                ("dimensionitem/ishidden", "false"),
            ],
        )

    def test_order_is_that_of_the_captured_request(self):
        known = [child.name for child in DIMENSION_ITEM.children]
        root = etree.fromstring(shared("fixtures/requests/Dimension.xml"))
        sent = [node.tag.lower() for node in root[0] if isinstance(node.tag, str)]
        self.assertEqual(sent, sorted(sent, key=known.index))

    def test_add(self):
        request = add(DimensionItem(name="Projekti", item="P-17", old_item="was something"))
        self.assertEqual(
            (request.resource, request.method, request.safe, request.query),
            ("dimensionitem.nv", "POST", False, (("method", "add"),)),
        )
        self.assertEqual(
            request.body, b"<root><dimensionitem><name>Projekti</name><item>P-17</item></dimensionitem></root>"
        )
        below = add(DimensionItem(name="A", item="B", father_key=3, father_item="C"))
        self.assertEqual(below.query, (("method", "add"),))

    def test_edit(self):
        rename = DimensionItem(name="A", item="C", old_item="B")
        self.assertEqual(edit(rename).query, (("method", "edit"),))
        move = (("method", "edit"), ("updateparentreference", "true"))
        for father in ({"father_key": 0}, {"father_key": 7, "father_item": "D"}):
            self.assertEqual(edit(dataclasses.replace(rename, **father)).query, move)
        self.assertEqual(texts(edit(dataclasses.replace(rename, father_key=0)).body)["dimensionitem/fatherid"], "0")
        hide = dataclasses.replace(rename, hidden=True)
        self.assertEqual(texts(edit(hide).body)["dimensionitem/ishidden"], "true")

    def test_encoding(self):
        item = DimensionItem(name="Työmaa", item="Š")
        self.assertIn("Työmaa".encode("iso-8859-15"), add(item, "iso-8859-15").body)
        self.assertIn("Työmaa".encode(), add(item).body)

    def test_refused(self):
        good = DimensionItem(name="A", item="B", old_item="B")
        for call, changes, path, problem in (
            (edit, {"old_item": None}, "olditem", "missing"),
            (edit, {"old_item": " "}, "olditem", "missing"),
            (edit, {"item": ""}, "item", "empty"),
            (add, {"name": None}, "name", "missing"),
            (add, {"name": " "}, "name", "empty"),
            (add, {"name": "x" * 51}, "name", "too_long"),
            (add, {"item": "x" * 201}, "item", "too_long"),
            (edit, {"old_item": "x" * 201}, "olditem", "too_long"),
            (add, {"father_key": "7", "father_item": "D"}, "fatherid", "type"),
            (add, {"father_key": -1, "father_item": "D"}, "fatherid", "minimum"),
            (add, {"father_key": 7}, "fatheritem", "missing"),
            (edit, {"father_item": "D"}, "fatherid", "missing"),
        ):
            with self.subTest(path=path, problem=problem), self.assertRaises(SchemaError) as caught:
                call(dataclasses.replace(good, **changes))
            self.assertEqual((caught.exception.path, caught.exception.problem), (f"dimensionitem/{path}", problem))


class TestHide(unittest.TestCase):
    def test_request(self):
        request = hide_request("Kustannuspaikka", "10 Hämeenlinna")
        self.assertEqual((request.resource, request.method, request.body), ("dimensiondelete.nv", "POST", None))
        self.assertFalse(request.safe)
        self.assertEqual(request.query, (("dimensionname", "Kustannuspaikka"), ("dimensionsubname", "10 Hämeenlinna")))
        self.assertEqual(
            hide_request("K", None, code="10", label="Hämeenlinna").query,
            (("dimensionname", "K"), ("dimensionsubcode", "10"), ("dimensionsublabel", "Hämeenlinna")),
        )

    def test_letters_are_percent_encoded_in_what_is_signed(self):
        """The signature is over the address as it goes out (8.2), so it must hold nothing but ASCII."""
        with Client(credentials()) as client:
            request = hide_request("Työmaa", "Åbo & Ö, 50 %")
            prepared = client._prepared(request, "t", datetime.now(timezone.utc))
        self.assertTrue(prepared.url.isascii())
        self.assertIn("dimensionname=Ty%C3%B6maa&dimensionsubname=%C3%85bo+%26+%C3%96%2C+50+%25", prepared.url)
        self.assertEqual((prepared.method, prepared.headers["Content-Length"]), ("POST", "0"))

    def test_refused(self):
        for dimension, item in ((None, "B"), ("", "B"), ("A", None), ("A", ""), ("A", "  ")):
            with self.assertRaises(SchemaError):
                hide_request(dimension, item)


class TestRead(unittest.TestCase):
    def test_request(self):
        self.assertEqual(list_request().query, (("showhidden", "1"),))
        self.assertEqual(list_request(show_hidden=False).query, ())
        self.assertTrue(list_request().safe)

    def test_captures(self):
        students = DimensionDetail(key=17, name="Opiskelijat", hidden=False, level=1, sort=0, end_sort=0, father_key=0)
        self.assertEqual(
            parse_list(fixture("DimensionList", "dimensionlist.nv")),
            (
                DimensionName(
                    key=14,
                    name="Hinnastoryhmä",
                    hidden=False,
                    link_type=0,
                    items=(
                        students,
                        dataclasses.replace(students, key=23, name="Eläkeläiset", sort=1, end_sort=1),
                    ),
                ),
                DimensionName(
                    key=9,
                    name="KP1",
                    hidden=True,
                    link_type=0,
                    items=(dataclasses.replace(students, key=12, name="PL100", hidden=True),),
                ),
            ),
        )
        self.assertEqual(parse_list(fixture("DimensionListMinimal", "dimensionlist.nv")), ())
        self.assertTrue(fixture("DimensionCreate", "dimensionitem.nv", safe=False).ok)
        self.assertIsNone(fixture("DimensionCreate", "dimensionitem.nv", safe=False).key)

    def test_newer_elements(self):
        body = ok(
            "<DimensionNameList><DimensionName><Netvisorkey>2</Netvisorkey><Name>Kustannuspaikka</Name>"
            "<IsHidden>Kyllä</IsHidden><LinkType>1</LinkType><ActivityPeriodStart>2026-01-01</ActivityPeriodStart>"
            "<ActivityPeriodEnd>31.12.2026</ActivityPeriodEnd><DimensionDetails><DimensionDetail>"
            "<NetvisorKey>20</NetvisorKey><Name>10 Espoo</Name><Code>10</Code><Label>Espoo</Label>"
            "<IsHidden>no</IsHidden><Level>2</Level><Sort>1</Sort><EndSort>1</EndSort><FatherID>19</FatherID>"
            "<ActivityPeriodStart>1.2.2026</ActivityPeriodStart><ActivityPeriodEnd/>"
            "</DimensionDetail><DimensionDetail><Netvisorkey>21</Netvisorkey><Name>Vantaa</Name><Code/><Label/>"
            "<Sort>x</Sort></DimensionDetail></DimensionDetails></DimensionName></DimensionNameList>"
        )
        (name,) = parse_list(answer(body, "dimensionlist.nv"))
        self.assertEqual((name.hidden, name.link_type), (True, 1))
        self.assertEqual((name.start, name.end), (date(2026, 1, 1), date(2026, 12, 31)))
        first, second = name.items
        self.assertEqual((first.key, first.name, first.code, first.label), (20, "10 Espoo", "10", "Espoo"))
        self.assertEqual((first.hidden, first.level, first.father_key), (False, 2, 19))
        self.assertEqual((first.start, first.end), (date(2026, 2, 1), None))
        self.assertEqual((second.code, second.label, second.hidden), ("", "", None))
        self.assertEqual((second.sort, second.unreadable), (None, (("Sort", "x"),)))

    def test_items_without_their_holder_and_names_without_items(self):
        body = ok(
            "<DimensionNameList><DimensionName><Netvisorkey>2</Netvisorkey><Name>A</Name></DimensionName>"
            "<DimensionName><Netvisorkey>3</Netvisorkey><Name>B</Name>"
            "<DimensionDetail><Netvisorkey>4</Netvisorkey><Name>C</Name></DimensionDetail></DimensionName>"
            "</DimensionNameList>"
        )
        first, second = parse_list(answer(body, "dimensionlist.nv"))
        self.assertEqual((first.key, first.items), (2, ()))
        self.assertEqual((second.name, second.items), ("B", (DimensionDetail(key=4, name="C"),)))

    def test_failure_is_not_an_empty_list(self):
        for body in (failed("SERVICE_ACCESS_ERROR"), ok(), "<html/>", ok("<DimensionNameList>")[:-30]):
            with self.assertRaises(ReadError):
                parse_list(answer(body, "dimensionlist.nv"))


if __name__ == "__main__":
    unittest.main()
