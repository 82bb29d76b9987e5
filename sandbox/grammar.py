"""Checks an incoming message: element order, compulsory elements, lengths, attributes, forms of values.

Names are compared without regard to case, as Netvisor does. Everything that is not in the table of
a resource is refused: order matters, and only known elements may be sent.
"""

import base64
import binascii
import datetime
import re
from decimal import Decimal

from lxml import etree

from .codes import COUNTRIES, CURRENCIES
from .refusal import Invalid

_DECIMAL = re.compile(r"-?\d{1,15}([.,]\d{1,12})?\Z")
_INTEGER = re.compile(r"-?\d{1,18}\Z")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z")
_WEEK = re.compile(r"\d{4}-W\d{2}\Z")
_DECLARATION = re.compile(rb"\s*<\?xml", re.I)
_START = re.compile(r"<root[\s>/]", re.I)


class Rule:
    """One element: a leaf with a form, or a group with its children in their order."""

    __slots__ = (
        "attributes",
        "blank",
        "children",
        "choice",
        "form",
        "index",
        "length",
        "loose",
        "many",
        "name",
        "need",
    )

    def __init__(
        self,
        name,
        form="text",
        need=False,
        length=None,
        many=False,
        blank=None,
        attributes=None,
        children=None,
        choice=False,
        loose=False,
    ):
        self.name = name
        self.form = form
        self.need = need  # compulsory when something is added
        self.blank = not need if blank is None else blank  # may stand empty
        self.length = length
        self.many = many
        self.attributes = attributes or {}  # name -> (compulsory, allowed values or None)
        self.children = children
        self.choice = choice  # exactly one of the children
        self.loose = loose  # children in any order
        self.index = {child.name: place for place, child in enumerate(children or ())}


def leaf(name, form="text", **options):
    return Rule(name, form, **options)


def group(name, *children, **options):
    return Rule(name, children=children, **options)


def one_of(*values):
    return (True, values)


def maybe(*values):
    return (False, values or None)


class Node:
    """A checked element: lower-case names, text, attributes, children."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name, text, attributes):
        self.name = name
        self.text = text
        self.attributes = attributes
        self.children = []

    def get(self, path):
        """The first element at ``a/b/c``, or None."""
        node = self
        for name in path.split("/"):
            node = next((child for child in node.children if child.name == name), None)
            if node is None:
                return None
        return node

    def all(self, name):
        return [child for child in self.children if child.name == name]

    def value(self, path, default=""):
        node = self.get(path)
        return default if node is None else node.text

    def attribute(self, path, name, default=""):
        node = self.get(path)
        return default if node is None else node.attributes.get(name, default)

    def leaves(self):
        """Name -> text of the children that hold no others."""
        return {child.name: child.text for child in self.children if not child.children}


def number(text):
    """A Decimal from a number with comma or point."""
    return Decimal(text.replace(",", "."))


def day(text):
    """A date from YYYY-MM-DD; single-digit months and days are tolerated, as Netvisor does."""
    match = _DATE.match(text)
    if not match:
        raise ValueError(text)
    return datetime.date(*map(int, match.groups()))


def read(body):
    """Parse a body into an lxml tree, or refuse it."""
    if not body:
        raise Invalid(detail="The message is empty")
    if _DECLARATION.match(body) or body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Invalid(detail="The message must begin with the element root, without an XML declaration")
    try:
        written = body.decode("utf-8")
    except UnicodeDecodeError:
        # The documented encoding; most clients send UTF-8 and that works too, so UTF-8 is tried first.
        written = body.decode("iso-8859-15")
    if not _START.match(written):
        raise Invalid(detail="The message must begin with the element root")
    if "<!" in written:
        raise Invalid(detail="Comments, CDATA sections and document types are not accepted")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(written, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Invalid(detail=f"The message is not well-formed XML: {error}") from None


def check(body, rule, patch=False):
    """The checked content of ``<root>``; with ``patch``, compulsory elements may be absent (but not empty)."""
    top = Rule("root", children=(rule,), need=True)
    return _element(read(body), top, patch, "root").children[0]


def _element(source, rule, patch, path):
    node = Node(rule.name, "", _attributes(source, rule, path))
    if rule.children is None:
        if len(source):
            raise Invalid(detail=f"Element {path} must not contain other elements")
        node.text = _leaf(source.text or "", rule, path)
        return node
    if (source.text or "").strip() or any((child.tail or "").strip() for child in source):
        raise Invalid(detail=f"Element {path} must not contain text")
    place, seen = 0, set()
    for child in source:
        inner, here, place = _place(child, rule, place, seen, path)
        node.children.append(_element(child, inner, patch, here))
    if rule.choice and len(source) != 1:
        raise Invalid(detail=f"Element {path} must contain exactly one element")
    if not patch or path == "root":
        for child in rule.children:
            if child.need and child.name not in seen:
                raise Invalid("element_missing", path=f"{path}/{child.name}")
    return node


def _place(source, rule, place, seen, path):
    """The rule of a child and its path; refuses unknown, misplaced and repeated ones."""
    if not isinstance(source.tag, str):
        raise Invalid(detail=f"Only elements are accepted inside {path}")
    name = source.tag.lower()
    here = f"{path}/{name}"
    found = rule.index.get(name)
    if found is None:
        raise Invalid("element_unknown", path=here)
    if found < place and not rule.loose:
        before = rule.children[place].name
        raise Invalid("element_place", path=here, before=before)
    inner = rule.children[found]
    if name in seen and not inner.many:
        raise Invalid(detail=f"Element {here} is given more than once")
    seen.add(name)
    return inner, here, found


def _attributes(source, rule, path):
    given = {}
    for name, value in source.attrib.items():
        lowered = name.lower()
        if lowered not in rule.attributes:
            raise Invalid(detail=f"Unknown attribute {name} of element {path}")
        given[lowered] = value
    for name, (compulsory, values) in rule.attributes.items():
        if name not in given:
            if compulsory:
                raise Invalid(detail=f"Attribute {name} of element {path} is missing")
        elif values is not None and given[name].lower() not in [value.lower() for value in values]:
            raise Invalid(detail=f"Attribute {name} of element {path} has an unknown value: {given[name]}")
    return given


def _leaf(text, rule, path):
    if rule.form != "text":
        text = text.strip()
    if not text.strip():
        if not rule.blank:
            raise Invalid("element_empty", path=path)
        return ""
    if rule.length and len(text) > rule.length:
        raise Invalid("too_long", error="INVALID_DATA_SIZE", path=path, length=len(text), most=rule.length)
    problem = FORMS[rule.form](text) if isinstance(rule.form, str) else _enumeration(rule.form, text)
    if problem:
        raise Invalid("value", path=path, expected=problem, given=text[:100])
    return text


def _enumeration(values, text):
    return "" if text.lower() in values else "one of " + ", ".join(values)


def _date(text):
    try:
        day(text)
    except ValueError:
        return "a date YYYY-MM-DD"
    return ""


def _sum(text):
    if not _DECIMAL.match(text):
        return "a number"
    return "" if -number(text).as_tuple().exponent <= 2 else "a number with at most two decimals"


def _base64(text):
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return "Base64"
    return ""


#: Form -> function that returns what it should have been, or nothing.
FORMS = {
    "text": lambda text: "",
    "integer": lambda text: "" if _INTEGER.match(text) else "a whole number",
    "decimal": lambda text: "" if _DECIMAL.match(text) else "a number",
    "sum": _sum,
    "date": _date,
    "day_or_week": lambda text: "" if _WEEK.match(text) else _date(text),
    "flag": lambda text: "" if text in ("0", "1") else "1 or 0",
    "truth": lambda text: "" if text.lower() in ("true", "false") else "true or false",
    "country": lambda text: "" if text.upper() in COUNTRIES else "ISO 3166 alpha-2",
    "currency": lambda text: "" if text.upper() in CURRENCIES else "ISO 4217",
    "base64": _base64,
}
