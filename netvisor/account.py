"""accountlist.nv: the chart of accounts and the accounts that Netvisor posts to by default.

Source: specification, "Accounting". `Accounts` stands beside `CompanyDefaultAccounts` in answers that were seen and
inside it in the text of the page, so accounts are found anywhere.
"""

from dataclasses import dataclass

from .payload import container_node, foreign_names
from .query import read_request

RESOURCE = "accountlist.nv"


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account. Headings have an empty number. `names`: ((language, name), …) of the foreign names."""

    key: int | None = None
    number: str = ""
    name: str = ""
    type: str = ""  # account or accountgroup
    parent_key: int | None = None
    active: bool | None = None
    cumulative: bool | None = None
    sort: int | None = None
    end_sort: int | None = None
    natural_negative: bool | None = None
    names: tuple = ()
    unreadable: tuple = ()


READ = (
    ("NetvisorKey", "key", "integer"),
    ("Number", "number", "text"),
    ("Name", "name", "text"),
    ("AccountType", "type", "text"),
    ("FatherNetvisorKey", "parent_key", "integer"),
    ("IsActive", "active", "flag"),
    ("IsCumulative", "cumulative", "flag"),
    ("Sort", "sort", "integer"),
    ("EndSort", "end_sort", "integer"),
    ("IsNaturalNegative", "natural_negative", "flag"),
)

#: The page spells some names of default accounts differently from the answers.
SPELLINGS = {
    "salesexchangeratediffereces": "salesexchangeratedifferences",
    "purchasediscounts": "purchasesdiscounts",
}


def list_request():
    """Return the Request for the whole chart; the resource takes no parameters."""
    return read_request(RESOURCE)


def parse_list(answer):
    """Return a tuple of Account, headings included. Raises ReadError."""
    return tuple(
        node.build(Account, READ, names=foreign_names(node))
        for node in container_node(answer, "AccountList").everywhere("Account")
    )


def parse_defaults(answer):
    """Return {lower-case name: account number} of the default accounts that are set. Raises ReadError."""
    defaults = container_node(answer, "AccountList").find("CompanyDefaultAccounts")
    return {
        SPELLINGS.get(node.name, node.name): node.value
        for node in (defaults.children() if defaults else ())
        if node.value
    }
