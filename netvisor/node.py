"""The tolerant reader: one element of an answer, asked for by path, without regard to case or namespace.

Netvisor's own spelling varies (Netvisorkey, NetvisorKey); so does where an element stands. A value that cannot be
understood is kept as text in `unreadable`, never dropped and never guessed.
"""

from . import formats


class ReadError(ValueError):
    """An answer that does not say what was asked for, so that nothing may be concluded from it."""


class Node:
    """A wrapped lxml element. Paths are "A/B/C", their case does not matter."""

    __slots__ = ("_children", "xml")

    def __init__(self, xml):
        self.xml = xml
        self._children = None

    @property
    def name(self):
        """str: lower-case name without namespace."""
        return _local(self.xml.tag)

    @property
    def value(self):
        """str: the text directly inside, stripped; "" when there is none."""
        return (self.xml.text or "").strip()

    def children(self, name=None):
        """Return the list of child Nodes, of that name or all, in document order."""
        if name is None:
            return [Node(child) for child in self.xml if isinstance(child.tag, str)]
        if self._children is None:
            self._children = {}
            for child in self.children():
                self._children.setdefault(child.name, []).append(child)
        return self._children.get(name.lower(), [])

    def find(self, path):
        """Return the first Node at `path`, or None."""
        node = self
        for name in path.split("/"):
            found = node.children(name)
            if not found:
                return None
            node = found[0]
        return node

    def everywhere(self, name):
        """Return all Nodes of that name at any depth below, in document order."""
        wanted = name.lower()
        return [
            Node(item)
            for item in self.xml.iterdescendants()
            if isinstance(item.tag, str) and _local(item.tag) == wanted
        ]

    def text(self, path, default=None):
        """Return the text at `path` ("" for an empty element), `default` when there is no such element."""
        node = self.find(path)
        return default if node is None else node.value

    def attribute(self, name, path=None, default=None):
        """Return an attribute of this element or of the one at `path`, or `default`."""
        node = self.find(path) if path else self
        if node is None:
            return default
        wanted = name.lower()
        return next((value for key, value in node.xml.attrib.items() if _local(key) == wanted), default)

    def read(self, rules):
        """Return ({field: value}, unreadable) by rows (path, field, kind); "path@attribute" reads an attribute.

        kind: text, integer, decimal, date, flag. An absent element leaves its field out; an empty one is "" for
        texts and None for the rest. Of two rows for one field the first that finds something counts.
        """
        found, unreadable = {}, []
        for path, field_name, kind in rules:
            if found.get(field_name) not in (None, ""):
                continue
            path, _, attribute = path.partition("@")
            text = self.attribute(attribute, path) if attribute else self.text(path)
            if text is None:
                continue
            try:
                found[field_name] = READERS[kind](text)
            except ValueError:
                found[field_name] = None
                unreadable.append((f"{path}@{attribute}" if attribute else path, text))
        return found, tuple(unreadable)

    def build(self, dataclass, rules, **rest):
        """Return dataclass(**what `rules` found, unreadable=…, **rest)."""
        found, unreadable = self.read(rules)
        return dataclass(**found, **rest, unreadable=unreadable)


READERS = {
    "text": str,
    "integer": formats.read_integer,
    "decimal": formats.read_decimal,
    "date": formats.read_date,
    "flag": formats.read_flag,
}


def _local(name):
    return name.rpartition("}")[2].lower()
