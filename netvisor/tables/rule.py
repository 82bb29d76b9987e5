"""The words the tables are written in: `Element`, `Attribute`, `Parameter`, `Resource`.

Nothing here knows how a message is built or judged; the builder and the sandbox each have their own code for that.
"""

from dataclasses import dataclass
from functools import cached_property

#: How a value is written. `group` holds children, `data` is Base64, `week` is a date or a week number.
KINDS = ("text", "integer", "decimal", "date", "flag", "choice", "week", "data", "group")

#: How often an element occurs. `add` = compulsory when the object is created, optional when it is edited.
OCCURRENCES = ("1", "?", "*", "+", "add")


@dataclass(frozen=True)
class Attribute:
    """One attribute of an element.

    `default` is written when the caller gives nothing; an attribute without default and not `required`
    is then left out. `values` empty = any text. `kind` is `text` or `decimal`.
    """

    name: str
    values: tuple = ()
    required: bool = False
    default: str | None = None
    kind: str = "text"


@dataclass(frozen=True)
class Element:
    """One element of a request, in the place where the specification wants it.

    limit      longest text, in characters
    decimals   most decimal places that mean something
    values     allowed texts of a `choice`
    minimum    smallest number
    blank      may be empty although it is compulsory
    newer      newer than the official DTD, so a DTD check must leave it out
    one_of     a group that holds exactly one of its children
    any_of     sets of children of which at least one must be there when the object is created
    together   sets of children that are given all or none
    """

    name: str
    kind: str = "text"
    occurs: str = "?"
    limit: int | None = None
    decimals: int | None = None
    values: tuple = ()
    minimum: int | None = None
    attributes: tuple = ()
    children: tuple = ()
    blank: bool = False
    newer: bool = False
    one_of: bool = False
    any_of: tuple = ()
    together: tuple = ()

    @property
    def many(self):
        """bool: the element may be repeated."""
        return self.occurs in "*+"

    def child(self, name):
        """Return the child `Element` of that lower-case name, or None."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self):
        return {child.name: child for child in self.children}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query string. `kind`: text, integer, date, datetime, flag, choice, keys, codes."""

    name: str
    kind: str = "text"
    required: bool = False
    values: tuple = ()
    most: int | None = None


@dataclass(frozen=True)
class Resource:
    """One address: how it is called, what its query may hold, which table describes its body."""

    name: str
    method: str
    parameters: tuple = ()
    table: Element | None = None

    def parameter(self, name):
        """Return the `Parameter` of that name, or None."""
        return next((item for item in self.parameters if item.name == name), None)


def text(name, occurs="?", limit=None, **rest):
    """A text element of at most `limit` characters."""
    return Element(name, "text", occurs, limit=limit, **rest)


def integer(name, occurs="?", **rest):
    """A whole number."""
    return Element(name, "integer", occurs, **rest)


def decimal(name, occurs="?", decimals=2, **rest):
    """A number with at most `decimals` places."""
    return Element(name, "decimal", occurs, decimals=decimals, **rest)


def date(name, occurs="?", **rest):
    """A date, written as year-month-day with the attribute that says so."""
    return Element(name, "date", occurs, attributes=(ANSI,), **rest)


def flag(name, occurs="?", **rest):
    """A yes or no, written as 1 or 0."""
    return Element(name, "flag", occurs, **rest)


def choice(name, occurs, values, **rest):
    """One of a few texts."""
    return Element(name, "choice", occurs, values=tuple(values), **rest)


def group(name, occurs, *children, **rest):
    """An element that holds others, in this order."""
    return Element(name, "group", occurs, children=children, **rest)


#: Attributes that several tables share.
ANSI = Attribute("format", ("ansi",), default="ansi")
COUNTRY = Attribute("type", ("ISO-3166",), default="ISO-3166")
NETVISOR = Attribute("type", ("netvisor",), required=True, default="netvisor")
NETVISOR_OR_CUSTOMER = Attribute("type", ("netvisor", "customer"), required=True)
