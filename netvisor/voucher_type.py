"""vouchertypelist.nv: the classes of vouchers, and which of them Netvisor uses for what.

Source: specification, "Accounting". Vouchers have to name their class in Finnish, so the name is kept and bound by the
key, which a renaming does not change (8.41).
"""

from dataclasses import dataclass, field

from .payload import container_node, foreign_names
from .query import read_request

RESOURCE = "vouchertypelist.nv"


@dataclass(frozen=True, kw_only=True)
class VoucherType:
    """One class of vouchers. names: ((language, name), …) of the foreign names."""

    key: int | None = None
    abbreviation: str = ""
    name: str = ""
    names: tuple = ()
    unreadable: tuple = ()


@dataclass(frozen=True, kw_only=True)
class VoucherTypes:
    """What the list says. defaults: {"salesinvoices": Netvisor key, …}, lower-case names of those that are set."""

    defaults: dict = field(default_factory=dict)
    types: tuple = ()  # of VoucherType
    unreadable: tuple = ()


READ = (
    ("NetvisorKey", "key", "integer"),
    ("Abbreviation", "abbreviation", "text"),
    ("Name", "name", "text"),
)


def list_request():
    """Return the Request; the resource takes no parameters."""
    return read_request(RESOURCE)


def parse_list(answer):
    """Return the VoucherTypes. Raises ReadError."""
    holder = container_node(answer, "VoucherTypeList")
    defaults, unreadable = _defaults(holder.find("DefaultVoucherTypes"))
    return VoucherTypes(
        defaults=defaults,
        types=tuple(
            node.build(VoucherType, READ, names=foreign_names(node)) for node in holder.everywhere("VoucherType")
        ),
        unreadable=unreadable,
    )


def _defaults(node):
    found, unreadable = {}, []
    # The list of types may stand inside as well, as other lists of this family do.
    uses = [item for item in node.children() if item.name != "vouchertypes"] if node else []
    for item in uses:
        read, broken = item.read((("NetvisorKey", "key", "integer"),))
        if read.get("key"):
            found[item.name] = read["key"]
        unreadable += ((f"{item.name}/{path}", text) for path, text in broken)
    return found, tuple(unreadable)
