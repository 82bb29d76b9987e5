"""From an answer to the objects in it.

The rule behind every function: absence is only ever concluded from an answer that proves it. A list that failed,
was cut or lacks its element raises; otherwise "not in the list" would make the engine send an invoice twice.
"""

from urllib.parse import parse_qsl, urlsplit

from .node import Node, ReadError
from .outcome import OK
from .tables import RESOURCE

_FRAME = ("responsestatus", "replies")
_LANGUAGE = ("ISO-3166", "ISO-639-1", "language")


def is_not_found(answer):
    """Return True when a get of one object was answered "there is none".

    Three forms are in use (specification, "Codes"): an empty element in an OK answer; INVALID_DATA; and
    DATA_NOT_FOUND, in case it exists. INVALID_DATA for several keys at once proves nothing about any of them.
    """
    if not answer.resource.lower().startswith("get"):
        return False
    if answer.outcome == OK:
        return any(_empty(node) for node in _payload(answer))
    return answer.code in ("INVALID_DATA", "DATA_NOT_FOUND") and not _several(answer)


def rows(answer, container, name):
    """Return the Nodes of a list answer; `container` may be empty but has to be there. Raises ReadError."""
    return container_node(answer, container).children(name)


def container_node(answer, name):
    """Return the Node of that name directly below the root of an OK answer. Raises ReadError."""
    if answer.outcome != OK or answer.root is None:
        raise ReadError(f"{answer.resource}: {answer.outcome} {answer.code} {answer.text}".rstrip())
    found = Node(answer.root).find(name)
    if found is None:
        raise ReadError(f"{answer.resource}: the answer has no {name}")
    return found


def objects(answer, many, one):
    """Return the Nodes of a get answer in its list form or its single form, [] when there is none.

    One key in a list is answered in the single form, so the form says nothing. Raises ReadError.
    """
    if is_not_found(answer):
        return []
    if answer.outcome == OK and answer.root is not None and (holder := Node(answer.root).find(many)):
        return [node for node in holder.children(one) if not _empty(node)]
    return [container_node(answer, one)]


def foreign_names(node):
    """Return ((language, name), …) of the `ForeignName` elements of a Node; the language as Netvisor writes it.

    The attribute is called ISO-3166 in one list and ISO-639-1 in another, and Swedish is "se" here and "sv" there.
    """
    return tuple(
        (next(filter(None, (item.attribute(name) for name in _LANGUAGE)), ""), item.value)
        for item in node.children("ForeignName")
    )


def _payload(answer):
    return [node for node in Node(answer.root).children() if node.name not in _FRAME] if answer.root is not None else []


def _empty(node):
    return not node.children() and not node.value


def _several(answer):
    resource = RESOURCE.get(answer.resource)
    listed = {item.name for item in resource.parameters if item.kind in ("keys", "codes")} if resource else set()
    return any(name in listed and "," in value for name, value in parse_qsl(urlsplit(answer.url).query))
