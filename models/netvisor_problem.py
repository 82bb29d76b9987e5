"""Every reason why something is not in Netvisor, in the bookkeeper's words: what is wrong, and what to do.

The wire and the kinds only know codes; Netvisor's own words are stored beside them, unchanged.
"""

from collections import defaultdict

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# code → (what is wrong, what to do). Placeholders are named; a kind passes their values with the code.
PROBLEMS = {
    # the engine
    "internal": (
        _lt("The record could not be read: %(error)s"),
        _lt("Report this to your administrator; the invoice was not sent."),
    ),
    "refused": (_lt("Netvisor refused the message."), _lt("Mend what Netvisor names, then try again.")),
    "period_locked": (
        _lt("The accounting period of %(date)s is locked in Netvisor."),
        _lt("Open the period in Netvisor, or change the accounting date, then try again."),
    ),
    "needs": (
        _lt("%(name)s must be in Netvisor first: %(problem)s"),
        _lt("Mend that first; this one follows by itself."),
    ),
    "several_candidates": (
        _lt("The answer was lost, and Netvisor has several objects that could be this one."),
        _lt("Compare them and choose the right one."),
    ),
    "number_taken": (
        _lt("Netvisor already has number %(number)s, and it is not this invoice."),
        _lt("Give the number series another prefix on the journal, then try again."),
    ),
    "reset_to_draft": (_lt("The invoice was reset to draft before it was sent."), _lt("It is sent when it is posted again.")),
    "number_used": (
        _lt("Number %(number)s was already sent to Netvisor for another invoice."),
        _lt("Two number series have the same digits: give one of them a prefix on its journal, then try again."),
    ),
    "message_invalid": (
        _lt("%(where)s: %(what)s"),
        _lt("Correct the value named here, then try again."),
    ),
}


def describe(env, problem):
    """:return: (what is wrong, what to do) in the user's language. An unknown code is shown as it is."""
    text, remedy = PROBLEMS.get(problem.get("code"), (None, None))
    if text is None:
        return problem.get("code") or "", ""
    values = defaultdict(str, problem.get("values") or {})
    return env._(text) % values, env._(remedy) % values
