"""Dimensions and their items (section 4.12): dimensionlist.nv, dimensionitem.nv, dimensiondelete.nv.

Invoices and cards that name an item make it, and its dimension, unless the call forbids it; dimensionitem.nv needs the
dimension to be there already. What has been used is kept by key, so that a rename shows everywhere. Two guesses of ours:
an item that is renamed through the interface keeps its code only when the new name begins with it, and names are
compared letter by letter.
"""

from .answers import el
from .forms_register import DIMENSION_ITEM, NEWER
from .grammar import check
from .refusal import Invalid, Refusal


def ensure(books):
    """Books of an older sandbox had the items inside their dimension."""
    for key, data in list(books.each("dimension")):
        for item in data.pop("items", ()):
            put_item(books, item["key"], {**blank_item(key, item["name"]), "hidden": item["hidden"]})
        if "link_type" not in data:
            books.put("dimension", key, {**blank(data["name"]), "hidden": data["hidden"]}, data["name"])


# what is stored


def blank(name):
    return {"name": name, "hidden": False, "link_type": 0, "start": "", "end": ""}


def blank_item(dimension, label, code="", father=0):
    return {
        "dimension": dimension,
        "code": code,
        "label": label,
        "father": father,
        "hidden": False,
        "guid": "",
        "start": "",
        "end": "",
    }


def name_of(item):
    """Code and label in one, as everybody but the newest elements has it (8.42)."""
    return f"{item['code']} {item['label']}".strip()


def put_item(books, key, item, stamp=""):
    books.put("dimension_item", key, item, f"{item['dimension']}:{name_of(item)}", stamp)


def find(books, name):
    """(key, data) of the dimension, or (None, None)."""
    found = books.by_code("dimension", name)
    return found[0] if found else (None, None)


def find_item(books, dimension, name):
    """(key, data) of the item with that whole name, or (None, None)."""
    found = books.by_code("dimension_item", f"{dimension}:{name}") if dimension else ()
    return found[0] if found else (None, None)


def shown(books, used):
    """[{name, item}] of what a line or a card has used, by the names of today."""
    result = []
    for one in used:
        item = books.get("dimension_item", one["key"]) if one.get("key") else None
        dimension = books.get("dimension", item["dimension"]) if item else None
        names = (dimension["name"], name_of(item)) if dimension else (one["name"], one["item"])
        result.append(dict(zip(("name", "item"), names, strict=True)))
    return result


# used by other messages


def use(context, name, item, father=""):
    """The key of the item; it is made when it is not there, or refused."""
    books = context.books
    dimension, data = find(books, name)
    key, known = find_item(books, dimension, item)
    if key:
        if known["hidden"] or data["hidden"]:
            context.remark(f"Dimension item {item} of {name} is hidden")
        return key
    if context.flag("useonlyexistingdimensions"):
        raise Invalid("dimension_unknown", name=name, item=item)
    if not dimension:
        dimension = books.next_key("dimension")
        books.put("dimension", dimension, blank(name), name, context.stamp)
    above = _father_by_key(books, dimension, int(father)) if father.isdigit() and int(father) else 0
    key = books.next_key("dimension_item")
    put_item(books, key, blank_item(dimension, item, father=above), context.stamp)
    return key


def read(context, parent):
    """The dimensions below a checked element, each used: [{name, item, key}]. One item per dimension is allowed."""
    result = []
    for node in parent.all("dimension"):
        name, item = node.value("dimensionname").strip(), node.value("dimensionitem").strip()
        if not name or not item:
            raise Invalid(detail=f"Element {parent.name}/dimension needs a name and an item")
        if any(other["name"] == name for other in result):
            raise Invalid(detail=f"Dimension {name} is given twice on one line")
        key = use(context, name, item, node.attribute("dimensionitem", "fatherid"))
        result.append({"name": name, "item": item, "key": key})
    return result


# dimensionitem.nv


def write(context):
    """dimensionitem.nv: add to a dimension that exists, or change the item that is called olditem."""
    method = context.method()
    node = check(context.request.body, DIMENSION_ITEM)
    fields = {name: text.strip() for name, text in node.leaves().items()}
    _only_known(context, fields)
    books = context.books
    dimension, _data = find(books, fields["name"])
    if method == "edit" and not (fields.get("olditem") or fields.get("oldlabel")):
        raise Invalid("element_missing", path="root/dimensionitem/olditem")
    if not dimension:
        raise Invalid("dimension_name_unknown", name=fields["name"])
    key, item = _target(context, method, dimension, fields)
    _rename(item, fields)
    other, _other = find_item(books, dimension, name_of(item))
    if other not in (None, key):
        raise Refusal("DUPLICATE_DATA", "duplicate_dimension_item", name=fields["name"], item=name_of(item))
    if method == "add" or _moves(context, fields):
        item["father"] = _father(books, dimension, key, fields)
    for element, name in (("activityperiodstart", "start"), ("activityperiodend", "end")):
        item[name] = fields.get(element, item[name])
    if fields.get("ishidden"):
        item["hidden"] = fields["ishidden"].lower() == "true"
    item["guid"] = fields.get("integrationdimensiondetailguid", item["guid"])
    put_item(books, key, item, context.stamp)
    return None, None


def _only_known(context, fields):
    """An older Netvisor does not know the elements of codes and validity."""
    if not context.options["newer_dimensions"]:
        for name in NEWER:
            if name in fields:
                raise Invalid("element_unknown", path=f"root/dimensionitem/{name}")


def _target(context, method, dimension, fields):
    """The (key, item) to write."""
    books = context.books
    if method == "add":
        return books.next_key("dimension_item"), blank_item(dimension, "")
    wanted = fields.get("olditem") or f"{fields.get('oldcode', '')} {fields['oldlabel']}".strip()
    key, item = find_item(books, dimension, wanted)
    if not key:
        raise Invalid("dimension_unknown", name=fields["name"], item=wanted)
    return key, item


def _rename(item, fields):
    if fields.get("label"):
        item.update(code=fields.get("code", item["code"]), label=fields["label"])
        return
    name, start = fields["item"], item["code"] + " "
    kept = item["code"] and name.startswith(start)
    item.update(code=item["code"] if kept else "", label=name.removeprefix(start) if kept else name)


def _moves(context, fields):
    given = "fatherid" in fields or "fatheritem" in fields
    allowed = context.query("updateparentreference").lower() == "true"
    if given and not allowed:
        context.remark("A father without updateparentreference=true moves nothing")
    return given and allowed


def _father(books, dimension, key, fields):
    """The key of the item above, 0 at the top; it must be of the same dimension and not below the item itself."""
    father, name = int(fields.get("fatherid") or 0), fields.get("fatheritem", "")
    if father and not name:
        raise Invalid("element_missing", path="root/dimensionitem/fatheritem")
    if not name:
        return 0
    if "fatherid" not in fields:
        raise Invalid("element_missing", path="root/dimensionitem/fatherid")
    found, _item = find_item(books, dimension, name)
    if not found or father not in (0, found):
        raise Invalid("dimension_father_unknown", key=father, item=name)
    above = found
    while above:
        if above == key:
            raise Invalid("dimension_father_below", item=name)
        above = books.get("dimension_item", above)["father"]
    return found


def _father_by_key(books, dimension, father):
    item = books.get("dimension_item", father)
    if not item or item["dimension"] != dimension:
        raise Invalid("dimension_father_unknown", key=father, item="")
    return father


def hide(context):
    """dimensiondelete.nv: hides the item; nothing is ever deleted through the interface."""
    name, wanted = context.query("dimensionname"), context.query("dimensionsubname")
    code, label = context.query("dimensionsubcode"), context.query("dimensionsublabel")
    if not name or not (wanted or (label and context.options["newer_dimensions"])):
        raise Invalid(detail="Parameter dimensionname or dimensionsubname is missing")
    dimension, _data = find(context.books, name)
    if not dimension:
        raise Invalid("dimension_name_unknown", name=name)
    wanted = wanted or f"{code} {label}".strip()
    key, item = find_item(context.books, dimension, wanted)
    if not key:
        raise Invalid("dimension_unknown", name=name, item=wanted)
    put_item(context.books, key, {**item, "hidden": True}, context.stamp)
    return None, None


# dimensionlist.nv


def tree(books):
    """dimension key -> [(key, item, level, sort, end sort)], each father before its children, siblings by key."""
    children = {}
    for key, item in books.each("dimension_item"):
        children.setdefault((item["dimension"], item["father"]), []).append((key, item))
    result = {}
    for dimension, father in children:
        if not father:
            rows = result[dimension] = []
            _walk(children, dimension, rows)
    return result


def _walk(children, dimension, rows):
    # With a stack of its own: nobody knows how deep a Netvisor goes. An item is closed when its subtree has passed.
    waiting = [(one, 1) for one in reversed(children[dimension, 0])]
    open_rows = []
    while waiting:
        (key, item), level = waiting.pop()
        while open_rows and open_rows[-1][2] >= level:
            open_rows.pop()[4] = len(rows) - 1
        row = [key, item, level, len(rows), 0]
        rows.append(row)
        open_rows.append(row)
        waiting += [(one, level + 1) for one in reversed(children.get((dimension, key), ()))]
    for row in open_rows:
        row[4] = len(rows) - 1


def listing(context):
    """dimensionlist.nv: without showhidden, hidden dimensions and items are left out."""
    hidden, newer = context.flag("showhidden"), context.options["newer_dimensions"]
    items = tree(context.books)
    names = []
    for key, data in context.books.each("dimension"):
        if data["hidden"] and not hidden:
            continue
        details = [_detail(row, newer) for row in items.get(key, ()) if hidden or not row[1]["hidden"]]
        names.append(
            el(
                "DimensionName",
                [
                    el("Netvisorkey", key),
                    el("Name", data["name"]),
                    el("IsHidden", str(data["hidden"])),
                    el("LinkType", data["link_type"]),
                    *_period(data, newer),
                    el("DimensionDetails", details),
                ],
            )
        )
    return el("DimensionNameList", names), None


def _detail(row, newer):
    key, item, level, sort, end = row
    return el(
        "DimensionDetail",
        [
            el("Netvisorkey", key),
            el("Name", name_of(item)),
            el("Code", item["code"]) if newer else None,
            el("Label", item["label"]) if newer else None,
            el("IsHidden", str(item["hidden"])),
            el("Level", level),
            el("Sort", sort),
            el("EndSort", end),
            el("FatherID", item["father"]),
            *_period(item, newer),
        ],
    )


def _period(data, newer):
    """Absent where there is no limit."""
    pairs = (("ActivityPeriodStart", data["start"]), ("ActivityPeriodEnd", data["end"]))
    return [el(name, value) for name, value in pairs if value and newer]
