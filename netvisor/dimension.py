"""Dimensions and their items: dimensionlist.nv, dimensionitem.nv, dimensiondelete.nv.

Source: specification, "Dimensions", and the official pages of the three resources. Netvisor lists items with keys, but
takes them by name only, and its answer to a new item is a plain OK without a key: the list has to be read to learn it.
Dimensions themselves are made in Netvisor, or by an invoice that names one; no resource adds or changes them.
"""

from dataclasses import dataclass
from datetime import date as Date

from .messages import Request
from .payload import rows
from .query import query, read_request
from .schema import SchemaError, pick, write
from .tables import RESOURCE

LIST = "dimensionlist.nv"
ITEM = "dimensionitem.nv"
DELETE = "dimensiondelete.nv"


@dataclass(frozen=True, kw_only=True)
class DimensionDetail:
    """One item of a dimension.

    name        what invoices and vouchers have to say: "CODE label" where the item has a code (8.42)
    code, label the two parts of it; None where Netvisor is too old to tell them apart
    level       1 at the top; sort and end_sort enclose those of the items below (a nested set)
    father_key  Netvisor key of the item above, 0 at the top
    start, end  when it may be used; None = no limit
    """

    key: int | None = None
    name: str = ""
    code: str | None = None
    label: str | None = None
    hidden: bool | None = None
    level: int | None = None
    sort: int | None = None
    end_sort: int | None = None
    father_key: int | None = None
    start: Date | None = None
    end: Date | None = None
    unreadable: tuple = ()


@dataclass(frozen=True, kw_only=True)
class DimensionName:
    """One dimension with its items, in Netvisor's order."""

    key: int | None = None
    name: str = ""
    hidden: bool | None = None
    link_type: int | None = None
    start: Date | None = None
    end: Date | None = None
    items: tuple = ()  # of DimensionDetail
    unreadable: tuple = ()


@dataclass(frozen=True, kw_only=True)
class DimensionItem:
    """An item to write.

    name        of the dimension, which has to exist
    item        of the item, as it is to be called
    old_item    as it is called now: edits find the item by it
    father_key, father_item   Netvisor key and name of the item above, always both; key 0 alone: at the top
    hidden      None leaves it as it is
    code, label, old_code, old_label, father_code, father_label, start, end
                newer; the two parts of the names of items that have a code, and when the item may be used
    """

    name: str
    item: str
    old_item: str | None = None
    father_key: int | None = None
    father_item: str | None = None
    hidden: bool | None = None
    guid: str | None = None
    code: str | None = None
    label: str | None = None
    old_code: str | None = None
    old_label: str | None = None
    father_code: str | None = None
    father_label: str | None = None
    start: Date | None = None
    end: Date | None = None


READ = (
    ("Netvisorkey", "key", "integer"),
    ("Name", "name", "text"),
    ("IsHidden", "hidden", "flag"),
    ("LinkType", "link_type", "integer"),
    ("ActivityPeriodStart", "start", "date"),
    ("ActivityPeriodEnd", "end", "date"),
)
READ_DETAIL = (
    ("Netvisorkey", "key", "integer"),
    ("Name", "name", "text"),
    ("Code", "code", "text"),
    ("Label", "label", "text"),
    ("IsHidden", "hidden", "flag"),
    ("Level", "level", "integer"),
    ("Sort", "sort", "integer"),
    ("EndSort", "end_sort", "integer"),
    ("FatherID", "father_key", "integer"),
    ("ActivityPeriodStart", "start", "date"),
    ("ActivityPeriodEnd", "end", "date"),
)

#: {element: field}
WRITE = {
    "name": "name",
    "item": "item",
    "integrationdimensiondetailguid": "guid",
    "code": "code",
    "label": "label",
    "oldcode": "old_code",
    "oldlabel": "old_label",
    "fatherid": "father_key",
    "fatheritem": "father_item",
    "fathercode": "father_code",
    "fatherlabel": "father_label",
    "activityperiodstart": "start",
    "activityperiodend": "end",
}


def list_request(show_hidden=True):
    """Return the Request of dimensionlist.nv. It always lists everything; show_hidden adds what is hidden."""
    return read_request(LIST, showhidden=True if show_hidden else None)


def parse_list(answer):
    """Return a tuple of DimensionName. Raises ReadError."""
    return tuple(
        node.build(
            DimensionName,
            READ,
            items=tuple(item.build(DimensionDetail, READ_DETAIL) for item in node.everywhere("DimensionDetail")),
        )
        for node in rows(answer, "DimensionNameList", "DimensionName")
    )


def add(item, encoding="utf-8"):
    """Return the Request that creates a DimensionItem in an existing dimension. Raises SchemaError.

    `old_item` says nothing here and is not sent.
    """
    return _request("add", item, encoding)


def edit(item, encoding="utf-8"):
    """Return the Request that changes the item called `old_item`; its key stays. Raises SchemaError.

    Without `old_item` Netvisor could not know which item is meant. A father that is given moves the item.
    """
    if not (item.old_item or "").strip():
        raise SchemaError("dimensionitem/olditem", "missing")
    return _request("edit", item, encoding, olditem=item.old_item)


def _request(method, item, encoding, **extra):
    # Both are compulsory for an item below another: the key alone could be of another dimension.
    if item.father_key and not item.father_item:
        raise SchemaError("dimensionitem/fatheritem", "missing")
    if item.father_item and item.father_key is None:
        raise SchemaError("dimensionitem/fatherid", "missing")
    values = {**(pick(item, WRITE) or {}), **extra}
    if item.hidden is not None:
        values["ishidden"] = "true" if item.hidden else "false"
    moves = method == "edit" and item.father_key is not None
    parameters = {"method": method, "updateparentreference": "true" if moves else None}
    return Request(ITEM, query(ITEM, parameters), write(RESOURCE[ITEM].table, values, encoding))


def hide_request(dimension, item, code=None, label=None):
    """Return the Request of dimensiondelete.nv: it hides an item, Netvisor deletes none. Raises SchemaError.

    dimension    name of the dimension
    item         name of the item as the list has it; None where code and label say it
    code, label  its two parts; newer, only for items that have a code
    """
    # Nobody knows what Netvisor hides when no item is named.
    if not any((text or "").strip() for text in (item, code, label)):
        raise SchemaError(f"{DELETE}?dimensionsubname", "missing")
    parameters = {
        "dimensionname": dimension,
        "dimensionsubname": item,
        "dimensionsubcode": code,
        "dimensionsublabel": label,
    }
    return Request(DELETE, query(DELETE, parameters), post_empty=True)
