"""Dimensions and their items: created by name when they first appear, unless the call forbids it (section 4.12)."""

from .answers import el
from .refusal import Invalid


def use(context, name, item):
    """Make sure that the item exists, or refuse."""
    books = context.books
    name, item = name.strip(), item.strip()
    found = [(key, data) for key, data in books.by_code("dimension", name)]
    known = found and any(data["name"] == item for data in found[0][1]["items"])
    if known:
        return
    if context.flag("useonlyexistingdimensions"):
        raise Invalid("dimension_unknown", name=name, item=item)
    if found:
        key, data = found[0]
    else:
        key, data = books.next_key("dimension"), {"name": name, "hidden": False, "items": []}
    data["items"].append({"key": books.next_key("dimension_item"), "name": item, "hidden": False})
    books.put("dimension", key, data, name, context.stamp)


def read(context, parent):
    """The dimensions below a checked element, each used: [{name, item}]. One item per dimension name is allowed."""
    result = []
    for node in parent.all("dimension"):
        name, item = node.value("dimensionname").strip(), node.value("dimensionitem").strip()
        if not name or not item:
            raise Invalid(detail=f"Element {parent.name}/dimension needs a name and an item")
        if any(other["name"] == name for other in result):
            raise Invalid(detail=f"Dimension {name} is given twice on one line")
        use(context, name, item)
        result.append({"name": name, "item": item})
    return result


def listing(context):
    """dimensionlist.nv"""
    hidden = context.flag("showhidden")
    names = []
    for key, data in context.books.each("dimension"):
        if data["hidden"] and not hidden:
            continue
        details = []
        for sort, item in enumerate(data["items"]):
            if item["hidden"] and not hidden:
                continue
            details.append(
                el(
                    "DimensionDetail",
                    [
                        el("Netvisorkey", item["key"]),
                        el("Name", item["name"]),
                        el("IsHidden", str(item["hidden"])),
                        el("Level", 1),
                        el("Sort", sort),
                        el("EndSort", sort),
                        el("FatherID", 0),
                    ],
                )
            )
        names.append(
            el(
                "DimensionName",
                [
                    el("Netvisorkey", key),
                    el("Name", data["name"]),
                    el("IsHidden", str(data["hidden"])),
                    el("LinkType", 0),
                    el("DimensionDetails", details),
                ],
            )
        )
    return el("DimensionNameList", names), None
