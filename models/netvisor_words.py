"""What is stored as a code and read as a word: names of fields, rules of the wire, statuses in Netvisor.

A problem is found by the company's job, whose language is nobody's; only the reader's screen knows which words to use.
"""

import re
from collections import defaultdict

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)
NUMBER = re.compile(r"-?\d+(\.\d+)?")

# Where a problem's field may be, in this order. A name that none of them has is a word of its own.
FIELD_MODELS = ("res.partner", "account.move", "account.move.line", "product.template")
FIELDS = {
    "dimension": _lt("Dimension"),
    "narration": _lt("Terms of the invoice"),
    "voucher_text": _lt("The text of the voucher or of a line"),
}

# Rules that a message breaks (``netvisor.schema``); what only a mistake in the code can break has one word for all.
RULES = {
    "missing": _lt("something compulsory is missing"),
    "empty": _lt("something compulsory is empty"),
    "too_long": _lt("%(length)s characters, Netvisor takes %(limit)s"),
    "too_many": _lt("%(count)s values, Netvisor takes %(limit)s"),
    "decimals": _lt("more than %(decimals)s decimals"),
    "minimum": _lt("less than %(minimum)s"),
    "choice": _lt("Netvisor takes only one of these: %(values)s"),
}
OTHER_RULE = _lt("it does not keep to the rules of Netvisor's messages")

# Statuses as getsalesinvoice, salesinvoicelist and our own look at customers give them. An unknown one is shown as it is.
STATUSES = {
    "open": _lt("Open"),
    "unsent": _lt("Unsent"),
    "paid": _lt("Paid"),
    "overdue": _lt("Overdue"),
    "reminded": _lt("Reminder sent"),
    "requested": _lt("Payment demanded"),
    "collected": _lt("In debt collection"),
    "creditloss": _lt("Credit loss"),
    "rejected": _lt("Rejected"),
    "archived": _lt("Archived"),
    "active": _lt("Active"),
    "inactive": _lt("Not in use"),
    "invalidated": _lt("Invalidated"),
    "deleted": _lt("Deleted"),
}


def field_label(env, name):
    if name in FIELDS:
        return env._(FIELDS[name])
    for model in FIELD_MODELS:
        if field := env[model]._fields.get(name):
            return field._description_string(env)
    return name


def move_type_label(env, code):
    return dict(env["account.move"]._fields["move_type"]._description_selection(env)).get(code, code)


def rule_text(env, code, values):
    return env._(RULES.get(code, OTHER_RULE)) % defaultdict(str, values)


def number_text(env, number):
    """A number that is kept with a point, as the reader writes it. Anything else is left alone."""
    text = str(number)
    if not NUMBER.fullmatch(text):
        return text
    return text.replace(".", env["res.lang"]._get_data(code=env.lang or "en_US").decimal_point or ".")


def status_label(env, code):
    return env._(STATUSES[code]) if code in STATUSES else code
