"""dimensionitem.nv: the body, in order.

Source: specification, "Dimensions", and the official page of the resource; no official schema is known. The official
page has no guids, an old client of Visma's has no codes: where both are, the order is ours.
"""

from .rule import Element, choice, group, integer, text

#: Longest name of a dimension, of an item, and of the code in front of an item's name.
NAME = 50
ITEM = 200
CODE = 50

DIMENSION_ITEM = group(
    "dimensionitem",
    "1",
    text("name", "1", NAME),
    text("item", "1", ITEM),
    text("olditem", "?", ITEM),
    text("integrationdimensiondetailguid"),
    text("code", "?", CODE, newer=True),
    text("label", "?", ITEM, newer=True),
    text("oldcode", "?", CODE, newer=True),
    text("oldlabel", "?", ITEM, newer=True),
    # 0 is the top of the tree.
    integer("fatherid", minimum=0),
    text("fatheritem", "?", ITEM),
    text("fathercode", "?", CODE, newer=True),
    text("fatherlabel", "?", ITEM, newer=True),
    text("integrationdimensiondetailfatherguid"),
    Element("activityperiodstart", "date", newer=True),
    Element("activityperiodend", "date", newer=True),
    # A flag, but written in words here.
    choice("ishidden", "?", ("true", "false")),
    group("metadata", "*", text("data", "1"), text("type")),
)
