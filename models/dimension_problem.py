"""Why an analytic account is not an item in Netvisor, and why an invoice waits for one: rows of ``PROBLEMS``."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

DIMENSION_PROBLEMS = {
    "dimension_not_mapped": (
        _lt("%(account)s belongs to plan %(plan)s, which is no dimension in Netvisor."),
        _lt("Map the plan under Configuration, Netvisor, Dimensions."),
    ),
    "dimension_item_archived": (
        _lt("%(account)s is archived and never was in Netvisor: there is nothing to send."),
        "",
    ),
    "dimension_item_moved": (
        _lt("%(account)s is in plan %(plan)s now, its item in Netvisor is in dimension %(dimension)s."),
        _lt("Decide on the analytic account which of the two is right."),
    ),
    "dimension_missing": (
        _lt("Netvisor has no dimension %(dimension)s, and items are only added to one that is there."),
        _lt(
            "Add it in Netvisor: Financial Management, Settings, Cost Object Management. Or let the first invoice that uses "
            "it create it: Create missing dimensions, in the settings."
        ),
    ),
    "dimension_name_too_long": (
        _lt("Dimension %(name)s has %(length)s characters, Netvisor takes %(limit)s."),
        _lt("Map plan %(plan)s to a dimension with a shorter name: Configuration, Netvisor, Dimensions."),
    ),
    "dimension_item_too_long": (
        _lt("%(account)s: its name in Netvisor would have %(length)s characters, Netvisor takes %(limit)s."),
        _lt("Shorten the name or the reference of the analytic account."),
    ),
    "dimension_item_taken": (
        _lt("Netvisor's item %(item)s is already linked to %(other)s."),
        _lt("Give one of the two accounts another name, or decide which of them is the item."),
    ),
    "dimension_item_duplicate": (
        _lt("Netvisor already has %(item)s in dimension %(dimension)s, and it is not this account's."),
        _lt("Give the analytic account another name."),
    ),
    "dimension_item_gone": (
        _lt("Netvisor no longer has item %(item)s."),
        _lt("Use Send to Netvisor on the analytic account: it is created anew. Or archive the account."),
    ),
    "dimensions_missing": (
        _lt("Netvisor does not have these items, and missing ones are not to be created: %(items)s."),
        _lt(
            "Add them in Netvisor and read the dimensions again, send the analytic accounts to Netvisor, or switch on Create "
            "missing dimensions in the settings."
        ),
    ),
}
