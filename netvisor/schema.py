"""The generic writer: values in any order → the message in the order of the table.

Values are nested dicts of element names. A value is str, int, Decimal, date, bool, bytes, a dict (group), a tuple
of those (repeated element), or `With(value, attribute=…)`. None = the element is left out, "" = it is written
empty. Whatever the table does not allow raises `SchemaError`; nothing is corrected silently but characters that
cannot be sent at all (`formats.clean_text`).
"""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from decimal import Decimal

from lxml import etree

from . import formats
from .node import Node, ReadError  # noqa: F401  (the two halves belong together for whoever imports them)

#: problem → sentence; the rest of `SchemaError.data` fills it. The Odoo side has its own words for them.
PROBLEMS = {
    "unknown": "no such element",
    "attribute": "no such attribute, or a value it may not have: {attribute}",
    "missing": "compulsory, but not given",
    "empty": "compulsory, but empty",
    "type": "wrong type {type}, {kind} expected",
    "too_long": "{length} characters, at most {limit} allowed",
    "too_many": "{count} values, at most {limit} allowed",
    "decimals": "more than {decimals} decimals",
    "number": "not a finite number",
    "comma": "a comma inside would make two values of it",
    "minimum": "less than {minimum}",
    "choice": "not one of {values}",
    "repeated": "may occur only once",
    "one_of": "exactly one of {values} is needed",
    "any_of": "at least one of {values} is needed",
    "unbalanced": "debit and credit differ by {difference}",
    "together": "all or none of {values} are needed",
}


class SchemaError(ValueError):
    """A value that cannot be written. `path` of the element, `problem` (a key of PROBLEMS), `value`, `data`."""

    def __init__(self, path, problem, value=None, **data):
        self.path = path
        self.problem = problem
        self.value = value
        self.data = data
        shown = "" if value is None else f" ({_short(value)})"
        super().__init__(f"{path}: {PROBLEMS[problem].format(**data)}{shown}")


def _short(value):
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


@dataclass(frozen=True)
class With:
    """A value with attributes: With("1000", type="netvisor")."""

    value: object
    attributes: dict = field(default_factory=dict)

    def __init__(self, value, **attributes):
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "attributes", attributes)


def pick(source, names):
    """Return {element: value} for the pairs {element: field} of `names` whose field is not None, else None."""
    found = {name: value for name, field_name in names.items() if (value := getattr(source, field_name)) is not None}
    return found or None


def write(table, values, encoding="utf-8", adding=True):
    """Return the message as bytes: `<root>` around the element that `table` describes.

    encoding  utf-8 or iso-8859-15 (specification, "Request body encoding")
    adding    False for an edit: what is compulsory only for new objects may be absent
    Raises SchemaError.
    """
    root = etree.Element("root")
    _Writer(encoding, adding).element(root, table, values, table.name)
    return etree.tostring(root, encoding=encoding, xml_declaration=False)


class _Writer:
    def __init__(self, encoding, adding):
        self.encoding = encoding
        self.adding = adding

    def group(self, node, table, values, path):
        if not isinstance(values, dict):
            raise SchemaError(path, "type", values, type=type(values).__name__, kind="group")
        for name in values:
            if table.child(name) is None:
                raise SchemaError(f"{path}/{name}", "unknown")
        given = {name for name, value in values.items() if value is not None}
        self.combinations(table, given, path)
        for child in table.children:
            self.occurrences(node, child, values.get(child.name), f"{path}/{child.name}")

    def combinations(self, table, given, path):
        if table.one_of and len(given) != 1:
            raise SchemaError(path, "one_of", values=", ".join(child.name for child in table.children))
        for names in table.any_of if self.adding else ():
            if not given.intersection(names):
                raise SchemaError(path, "any_of", values=", ".join(names))
        for names in table.together:
            if len(given.intersection(names)) not in (0, len(names)):
                raise SchemaError(path, "together", values=", ".join(names))

    def occurrences(self, node, table, value, path):
        if value is None or (isinstance(value, (tuple, list)) and not value):
            if table.occurs in "1+" or table.occurs == "add" and self.adding:
                raise SchemaError(path, "missing")
        elif isinstance(value, (tuple, list)):
            if not table.many:
                raise SchemaError(path, "repeated", value)
            for position, item in enumerate(value, 1):
                self.element(node, table, item, f"{path}[{position}]")
        else:
            self.element(node, table, value, path)

    def element(self, parent, table, value, path):
        attributes = {}
        if isinstance(value, With):
            value, attributes = value.value, value.attributes
        node = etree.SubElement(parent, table.name)
        self.attributes(node, table, attributes, path)
        if table.kind == "group":
            self.group(node, table, value, path)
        else:
            node.text = self.text(table, value, path)

    def attributes(self, node, table, given, path):
        known = {attribute.name for attribute in table.attributes}
        for name in given:
            if name not in known:
                raise SchemaError(path, "attribute", attribute=name)
        for attribute in table.attributes:
            value = given.get(attribute.name)
            if value is None:
                value = attribute.default
            if value is None:
                if attribute.required:
                    raise SchemaError(path, "attribute", attribute=attribute.name)
                continue
            text = self.attribute_text(attribute, value, path)
            if attribute.values and text not in attribute.values:
                raise SchemaError(path, "attribute", value, attribute=attribute.name)
            node.set(attribute.name, text)

    def attribute_text(self, attribute, value, path):
        if attribute.kind == "decimal" and not isinstance(value, str):
            return _converted(formats.write_decimal, path, value, "decimal", 10)
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            raise SchemaError(path, "type", value, type=type(value).__name__, kind="text")
        return formats.clean_text(str(value), self.encoding)

    def text(self, table, value, path):
        if value == "" and isinstance(value, str):
            if table.blank or table.occurs == "?":
                return None
            raise SchemaError(path, "empty")
        text = _KINDS[table.kind](self, table, value, path)
        if table.limit is not None and formats.length(text) > table.limit:
            raise SchemaError(path, "too_long", value, length=formats.length(text), limit=table.limit)
        if not text.strip() and not (table.blank or table.occurs == "?"):
            raise SchemaError(path, "empty", value)
        return text

    def plain(self, table, value, path):
        # Keys and account numbers are texts here and whole numbers there.
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise SchemaError(path, "type", value, type=type(value).__name__, kind=table.kind)
        return formats.clean_text(str(value), self.encoding)

    def choice(self, table, value, path):
        text = self.plain(table, value, path)
        if text not in table.values:
            raise SchemaError(path, "choice", value, values=", ".join(table.values))
        return text

    def integer(self, table, value, path):
        if isinstance(value, bool) or not isinstance(value, int):
            raise SchemaError(path, "type", value, type=type(value).__name__, kind="integer")
        self.minimum(table, value, path)
        return str(value)

    def decimal(self, table, value, path):
        text = _converted(formats.write_decimal, path, value, "decimal", table.decimals)
        self.minimum(table, value, path)
        return text

    def minimum(self, table, value, path):
        if table.minimum is not None and value < table.minimum:
            raise SchemaError(path, "minimum", value, minimum=table.minimum)

    def date(self, table, value, path):
        return _converted(formats.write_date, path, value, "date")

    def flag(self, table, value, path):
        return _converted(formats.write_flag, path, value, "flag")

    def week(self, table, value, path):
        if isinstance(value, str) and re.fullmatch(r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])", value):
            return value
        return _converted(formats.write_date, path, value, "date or week")

    def data(self, table, value, path):
        if not isinstance(value, bytes):
            raise SchemaError(path, "type", type=type(value).__name__, kind="bytes")
        if not value:
            raise SchemaError(path, "empty")
        return b64encode(value).decode("ascii")


_KINDS = {
    "text": _Writer.plain,
    "integer": _Writer.integer,
    "decimal": _Writer.decimal,
    "date": _Writer.date,
    "flag": _Writer.flag,
    "choice": _Writer.choice,
    "week": _Writer.week,
    "data": _Writer.data,
}


def _converted(writer, path, value, kind, decimals=None):
    """Call a writer of `formats` and turn its complaint into one that names the element."""
    try:
        return writer(value) if decimals is None else writer(value, decimals)
    except TypeError:
        raise SchemaError(path, "type", value, type=type(value).__name__, kind=kind) from None
    except ValueError:
        finite = not isinstance(value, Decimal) or value.is_finite()
        problem = "decimals" if finite else "number"
        raise SchemaError(path, problem, value, decimals=decimals) from None
