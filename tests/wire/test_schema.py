"""The generic writer: right order whatever the order of the values, and a refusal for everything else."""

import re
import unittest
from datetime import date, datetime, timezone
from decimal import Decimal
from fractions import Fraction

from lxml import etree
from wire_support import official_problem, sample

from netvisor.schema import PROBLEMS, SchemaError, With, write
from netvisor.tables import BODIES, RESOURCE, element, limit
from netvisor.tables.rule import KINDS, OCCURRENCES, choice, decimal, flag, group, integer, text

try:
    from hypothesis import given
    from hypothesis import strategies as st
except ImportError:
    given = None

#: body → official schema
SCHEMAS = {
    "customer": "customer",
    "salesinvoice": "salesinvoice",
    "product": "product",
    "matchcreditnote": "matchcreditnote",
}

SMALL = group(
    "thing",
    "1",
    text("name", "1", 5),
    decimal("sum"),
    integer("count", minimum=1),
    flag("on"),
    choice("colour", "?", ("red", "blue")),
    text("tag", "*", 3),
    group("part", "?", text("a", "1"), text("b", "add")),
    group("either", "*", text("x"), text("y"), one_of=True),
    text("left"),
    text("right"),
    text("blank", "?"),
    together=(("left", "right"),),
    any_of=(("sum", "count"),),
)
GOOD = {"name": "n", "count": 1}


def walk(table, path=""):
    for child in table.children:
        here = f"{path}/{child.name}"
        yield here, child
        yield from walk(child, here)


class TestTables(unittest.TestCase):
    def test_largest_message_is_valid(self):
        """Every element at once, checked by the official schemas: names, order and compulsory parts."""
        for body, schema in SCHEMAS.items():
            with self.subTest(body):
                message = write(BODIES[body], sample(BODIES[body]))
                self.assertIsNone(official_problem(schema, message))

    def test_every_element_and_attribute_is_written_in_its_place(self):
        for _body, table in BODIES.items():
            values = sample(table, optional_attributes=True)
            root = etree.fromstring(write(table, values))
            written = [node.tag for node in root.iter()]
            # The same walk over the data; the kinds of invoice lines follow each other there as well.
            lines = table.name == "salesinvoice"
            expected = ["root", table.name]
            for path, item in walk(table):
                if lines and path.endswith("/invoiceline"):
                    continue
                if lines and path.count("/") == 3 and "/invoiceline/" in path:
                    expected.append("invoiceline")
                expected.append(item.name)
            self.assertEqual(written, expected)
            attributes = sum(len(item.attributes) for item in (table, *(item for _path, item in walk(table))))
            self.assertEqual(sum(len(node.attrib) for node in root.iter()), attributes)

    def test_without_one_value_only_that_value_is_missing(self):
        """Take out one value after the other: the element goes, the rest stays byte for byte."""
        for body, table in BODIES.items():
            values = sample(table)
            whole = write(table, values)
            for holder, name, item in _optional(values, table):
                with self.subTest(body, name=name):
                    kept = holder.pop(name)
                    try:
                        shorter = write(table, values)
                    except SchemaError as error:
                        self.assertEqual(error.problem, "together", error)
                        continue
                    finally:
                        holder[name] = kept
                    self.assertNotEqual(shorter, whole)
                    tag = f"<{item.name}[ />]".encode()
                    self.assertEqual(len(re.findall(tag, shorter)), len(re.findall(tag, whole)) - 1)

    def test_order_of_the_values_does_not_matter(self):
        for table in BODIES.values():
            values = sample(table)
            self.assertEqual(write(table, values), write(table, _reversed(values)))

    def test_shape(self):
        for body, table in BODIES.items():
            for path, item in walk(table):
                with self.subTest(body + path):
                    self.assertIn(item.kind, KINDS)
                    self.assertIn(item.occurs, OCCURRENCES)
                    self.assertEqual(item.name, item.name.lower())
                    self.assertEqual(bool(item.children), item.kind == "group")
                    self.assertEqual(bool(item.values), item.kind == "choice")
                    names = [child.name for child in item.children]
                    self.assertEqual(len(names), len(set(names)))
                    for combination in (*item.any_of, *item.together):
                        self.assertLessEqual(set(combination), set(names))

    def test_look_up(self):
        self.assertEqual(limit("salesinvoice", "productname"), 200)
        self.assertEqual(limit("salesinvoice", "salesinvoiceprivatecomment"), 255)
        self.assertEqual(limit("customer", "name"), 250)
        self.assertIsNone(limit("salesinvoice", "salesinvoicecommentline/comment"))
        self.assertEqual(element("product", "unitprice").kind, "decimal")
        for path in ("nothing", "dimensionname/x"):
            with self.assertRaises(KeyError):
                limit("customer", path)
        with self.assertRaises(KeyError):
            element("salesinvoice", "proposedaccount")  # of the invoice or of a line?

    def test_resources(self):
        for name, resource in RESOURCE.items():
            # Hiding an item is a POST without a body.
            posted = resource.table or name == "dimensiondelete.nv"
            self.assertEqual(resource.method, "POST" if posted else "GET", name)


class TestRefusals(unittest.TestCase):
    def refused(self, path, problem, values, **options):
        with self.assertRaises(SchemaError) as caught:
            write(SMALL, values, **options)
        error = caught.exception
        self.assertEqual((error.path, error.problem), (path, problem))
        self.assertIn(path, str(error))
        self.assertIsInstance(error, ValueError)
        return error

    def test_good(self):
        self.assertEqual(write(SMALL, GOOD), b"<root><thing><name>n</name><count>1</count></thing></root>")
        self.assertEqual(write(SMALL, {**GOOD, "sum": None, "tag": ()}), write(SMALL, GOOD))

    def test_unknown_names(self):
        self.refused("thing/colour2", "unknown", {**GOOD, "colour2": "x"})
        self.refused("thing/part/c", "unknown", {**GOOD, "part": {"a": "1", "b": "1", "c": None}})
        self.refused("thing/name", "attribute", {**GOOD, "name": With("n", type="x")})

    def test_compulsory(self):
        self.refused("thing/name", "missing", {"count": 1})
        self.refused("thing/name", "missing", {"count": 1, "name": None})
        self.refused("thing/name", "empty", {"count": 1, "name": ""})
        self.refused("thing/name", "empty", {"count": 1, "name": " \t"})
        self.refused("thing/name", "empty", {"count": 1, "name": "\x02"})
        self.refused("thing/part/a", "missing", {**GOOD, "part": {"b": "1"}})
        self.refused("thing/part/b", "missing", {**GOOD, "part": {"a": "1"}})
        self.assertIn(b"<a>1</a></part>", write(SMALL, {**GOOD, "part": {"a": "1"}}, adding=False))
        self.assertIn(b"<blank/>", write(SMALL, {**GOOD, "blank": ""}), "empty means blank, not absent")
        self.assertIn(b"<sum/>", write(SMALL, {**GOOD, "sum": ""}))

    def test_types(self):
        for name, value in (
            ("sum", 1.5),
            ("sum", "1,5"),
            ("sum", True),
            ("count", Decimal(1)),
            ("count", True),
            ("count", "1"),
            ("on", 1),
            ("on", "1"),
            ("name", 1.5),
            ("name", True),
            ("name", b"n"),
            ("name", Decimal(1)),
            ("name", {"a": "b"}),
            ("colour", 1.0),
            ("part", "text"),
            ("part", With("text")),
        ):
            with self.subTest(name, value=value):
                self.refused(f"thing/{name}", "type", {**GOOD, name: value})

    def test_numbers(self):
        self.refused("thing/sum", "decimals", {**GOOD, "sum": Decimal("1.005")})
        self.refused("thing/sum", "number", {**GOOD, "sum": Decimal("NaN")})
        self.refused("thing/count", "minimum", {**GOOD, "count": 0})
        self.assertIn(b"<sum>1,50</sum>", write(SMALL, {**GOOD, "sum": Decimal("1.500")}))
        self.assertIn(b"<sum>3</sum>", write(SMALL, {**GOOD, "sum": 3}))

    def test_lengths(self):
        error = self.refused("thing/name", "too_long", {**GOOD, "name": "ääkkö" + "x"})
        self.assertEqual(error.data, {"length": 6, "limit": 5})
        write(SMALL, {**GOOD, "name": "ääkkö"})
        write(SMALL, {**GOOD, "name": "\x02ääkkö\x00"})  # counted as it is sent
        self.refused("thing/name", "too_long", {**GOOD, "name": "😀😀😀"})
        self.refused("thing/name", "too_long", {**GOOD, "name": "ab…cd"}, encoding="iso-8859-15")
        self.refused("thing/tag[2]", "too_long", {**GOOD, "tag": ("abc", "abcd")})

    def test_choices_and_combinations(self):
        self.refused("thing/colour", "choice", {**GOOD, "colour": "green"})
        self.refused("thing", "together", {**GOOD, "left": "1"})
        self.refused("thing", "any_of", {"name": "n"})
        write(SMALL, {"name": "n"}, adding=False)
        self.refused("thing/either[1]", "one_of", {**GOOD, "either": ({"x": "1", "y": "2"},)})
        self.refused("thing/either[2]", "one_of", {**GOOD, "either": ({"x": "1"}, {})})
        self.refused("thing/name", "repeated", {**GOOD, "name": ("a", "b")})

    def test_dates(self):
        table = BODIES["salesinvoice"]
        good = sample(table)
        for value in (datetime(2026, 1, 1, tzinfo=timezone.utc), "2026-01-01", 20260101):
            with self.assertRaises(SchemaError) as caught:
                write(table, {**good, "salesinvoicedate": value})
            self.assertEqual(caught.exception.problem, "type")
        with self.assertRaises(SchemaError):
            write(
                table,
                {**good, "salesinvoicedeliverytocustomerdate": With("2026-W54", type="weeknumber")},
            )
        body = write(
            table,
            {**good, "salesinvoicedeliverytocustomerdate": With(date(2026, 3, 1), type="date")},
        )
        self.assertIn(b'format="ansi" type="date">2026-03-01<', body)

    def test_attributes(self):
        table = BODIES["salesinvoice"]
        good = sample(table)
        for value in (
            Decimal(1),  # no type
            With(1, type="else"),
            With(1, type=None),
        ):
            with self.subTest(value), self.assertRaises(SchemaError) as caught:
                write(table, {**good, "invoicingcustomeridentifier": value})
            self.assertIn(caught.exception.problem, ("attribute", "type"))
        rate = With(Decimal(5), iso4217currencycode="SEK", currencyrate=Decimal("11.2"))
        body = write(table, {**good, "salesinvoiceamount": rate})
        self.assertIn(b'iso4217currencycode="SEK" currencyrate="11,2">5<', body)
        with self.assertRaises(SchemaError):
            write(table, {**good, "salesinvoiceamount": With(Decimal(5), currencyrate=11.2)})

    def test_every_problem_has_words(self):
        self.assertEqual(
            set(PROBLEMS) - {"too_many", "comma", "unbalanced"},
            {
                "unknown",
                "attribute",
                "missing",
                "empty",
                "type",
                "too_long",
                "decimals",
                "number",
                "minimum",
                "choice",
                "repeated",
                "one_of",
                "any_of",
                "together",
            },
        )
        secret = SchemaError("a", "type", "x" * 1000, type="str", kind="int")
        self.assertLess(len(str(secret)), 200)


class TestEncoding(unittest.TestCase):
    def test_body(self):
        for encoding in ("utf-8", "iso-8859-15"):
            body = write(SMALL, {**GOOD, "name": "äö€"}, encoding)
            self.assertTrue(body.startswith(b"<root>"), "no XML declaration")
            self.assertIn("äö€".encode(encoding), body)
        self.assertIn("😀".encode(), write(SMALL, {**GOOD, "name": "😀"}))
        self.assertIn(b"<name>?-'</name>", write(SMALL, {**GOOD, "name": "😀–’"}, "iso-8859-15"))

    def test_markup_is_only_text(self):
        body = write(SMALL, {**GOOD, "left": "]]><a>&amp;", "right": "\"'"})
        root = etree.fromstring(body)
        self.assertEqual(root.findtext("thing/left"), "]]><a>&amp;")


if given:

    class TestProperties(unittest.TestCase):
        @given(st.text(), st.sampled_from(["utf-8", "iso-8859-15"]))
        def test_any_text_makes_well_formed_xml(self, content, encoding):
            """Control characters, lone surrogates, emoji: the message can always be parsed, and says the same."""
            from netvisor.formats import clean_text

            body = write(SMALL, {**GOOD, "left": content, "right": "x"}, encoding)
            root = etree.fromstring(body.decode(encoding))
            self.assertEqual(root.findtext("thing/left") or "", clean_text(content, encoding))

        @given(st.decimals(allow_nan=True, allow_infinity=True) | st.integers() | st.floats())
        def test_sums_are_exact_or_refused(self, value):
            from netvisor.formats import read_decimal

            try:
                body = write(SMALL, {**GOOD, "sum": value})
            except SchemaError as error:
                finite = not isinstance(value, float) and Decimal(value).is_finite()
                exact = finite and Fraction(value) * 100 % 1 == 0
                self.assertFalse(exact, error)
            else:
                self.assertEqual(read_decimal(etree.fromstring(body).findtext("thing/sum")), value)


def _optional(values, table):
    """Yield (dict, name, Element) of every value that is not compulsory."""
    for name, value in list(values.items()):
        item = table.child(name)
        if item.occurs in "?*":
            yield values, name, item
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, dict):
                if item.one_of:
                    ((inner, content),) = part.items()
                    yield from _optional(content, item.child(inner))
                else:
                    yield from _optional(part, item)


def _reversed(values):
    if isinstance(values, tuple):
        return tuple(map(_reversed, values))
    if isinstance(values, dict):
        return {name: _reversed(value) for name, value in reversed(values.items())}
    return values


if __name__ == "__main__":
    unittest.main()
