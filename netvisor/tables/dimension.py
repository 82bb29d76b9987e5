"""dimensionitem.nv: the body, in order. Source: specification, "Dimensions"; no official schema is known."""

from .rule import choice, group, integer, text

#: Longest name of a dimension and of an item (specification, "accountingedit.nv").
NAME = 50
ITEM = 200

DIMENSION_ITEM = group(
    "dimensionitem",
    "1",
    text("name", "1", NAME),
    text("item", "1", ITEM),
    text("olditem", "?", ITEM),
    text("integrationdimensiondetailguid"),
    # 0 is the top of the tree.
    integer("fatherid", minimum=0),
    text("fatheritem", "?", ITEM),
    text("integrationdimensiondetailfatherguid"),
    # A flag, but written in words here.
    choice("ishidden", "?", ("true", "false")),
    group("metadata", "*", text("data", "1"), text("type")),
)
