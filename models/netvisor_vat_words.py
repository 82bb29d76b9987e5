"""What is said about a VAT rate and the day by which it was judged: codes become words where they are read."""

from collections import defaultdict

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# Which day was looked at: (of the invoice itself, of the invoice that a credit note credits).
BASES = {
    "taxable_supply": (_lt("taxable supply date"), _lt("taxable supply date of %(document)s")),
    "delivery": (_lt("delivery date"), _lt("delivery date of %(document)s")),
    "invoice": (_lt("invoice date; no delivery date is known"), _lt("invoice date of %(document)s")),
    "accounting": (_lt("accounting date"), _lt("accounting date of %(document)s")),
    "today": (_lt("today; the draft has no date"), _lt("today; %(document)s has no date")),
    "advance": (_lt("invoice date of the advance payment"), _lt("invoice date of the advance payment")),
    "period": (_lt("last day of the invoiced period"), _lt("last day of the invoiced period")),
}
_NOT_LAW = _lt("Tax %(tax)s: %(percent)s %% was not the law on %(date)s (%(basis)s).")
# code → (what is wrong, what to do), like those of ``netvisor_problem``, of which they are a part.
VAT_PROBLEMS = {
    "vat_rate_date": (
        _NOT_LAW,
        _lt(
            "If it was supplied on another day, give the invoice its delivery date. Otherwise it needs a tax of"
            " %(expected)s %%: reset it to draft, replace the tax and post it again."
        ),
    ),
    "vat_rate_near_change": (
        _lt("Tax %(tax)s: %(percent)s %% was not the law on %(date)s (%(basis)s), but the rate changed on %(change)s."),
        _lt(
            "Nothing to do if it was supplied at %(percent)s %%; a delivery date on the invoice says so. Otherwise it"
            " needs a tax of %(expected)s %%."
        ),
    ),
    "vat_rate_original": (
        _lt(
            "Tax %(tax)s: %(document)s, which this credits, has no %(percent)s %%, and it was not the law on %(date)s"
            " (%(basis)s)."
        ),
        _lt(
            "Credit at the rate that was invoiced: reset it to draft, replace the tax and post it again. The law then"
            " was %(expected)s %%."
        ),
    ),
    "vat_rate_other": (
        _lt("Tax %(tax)s: %(document)s, which this credits, has no %(percent)s %%."),
        _lt("Look whether the credit note has the rate that was invoiced."),
    ),
    "vat_rate_no_original": (
        _lt(
            "Tax %(tax)s: %(percent)s %% was not the law on %(date)s (%(basis)s), and Odoo does not know which invoice"
            " is credited."
        ),
        _lt("Nothing to do if that invoice had %(percent)s %%. Otherwise use a tax of %(expected)s %%."),
    ),
    "vat_rate_guess": (
        _lt(
            "Tax %(tax)s: %(percent)s %% was not the law on %(date)s (%(basis)s). It seems to credit %(document)s,"
            " which has no %(percent)s %%."
        ),
        _lt("Nothing to do if the credited invoice had %(percent)s %%. Otherwise use a tax of %(expected)s %%."),
    ),
    "vat_rate_deducted": (
        _lt(
            "“%(line)s” takes off an amount at %(percent)s %%, which had ended on %(date)s (%(basis)s). That is right"
            " for an advance payment that was invoiced at %(percent)s %%."
        ),
        _lt("Nothing to do if so. Otherwise use a tax of %(expected)s %%."),
    ),
    "vat_rate_advance": (
        _lt(
            "Tax %(tax)s: %(percent)s %% was not the law on %(date)s (%(basis)s), but it is on the invoice date. That"
            " is right for an advance payment."
        ),
        _lt("Nothing to do if it is one. Otherwise use a tax of %(expected)s %%."),
    ),
    "vat_rate_period": (
        _lt(
            "“%(line)s” is for a period in which %(percent)s %% ends: on %(date)s (%(basis)s) it is no longer the law."
        ),
        _lt("Look whether what falls after the change needs a tax of %(expected)s %%."),
    ),
    "vat_rate_unknown": (
        _lt("Tax %(tax)s: %(percent)s %% is no Finnish rate that this version knows."),
        _lt("Look whether the percentage is right."),
    ),
}

# Why a document at the border of a change is right, to be checked or wrong.
REASONS = {
    "fits": _lt("The rate is that of the day."),
    "fits_undated": _lt("The rate is that of the day, if it was supplied then: no delivery date is known."),
    "kept": _lt("It keeps the rate of %(document)s, which it credits."),
    "other_rate": _lt("%(document)s, which it credits, has another rate."),
    "other_rate_wrong": _lt(
        "%(document)s, which it credits, has another rate, and the law of its day was another, too."
    ),
    "no_original": _lt("Not the rate of the day, and Odoo does not know which invoice it credits."),
    "guess": _lt("Not the rate of the day. It seems to credit %(document)s, which has another rate."),
    "deducted_advance": _lt("It takes off a down payment at the rate at which that was invoiced."),
    "deducted": _lt("It takes off an amount at the old rate: right for an advance payment invoiced at that rate."),
    "maybe_advance": _lt("The rate of the invoice date, not of the delivery: right for an advance payment."),
    "period": _lt("The invoiced period reaches across the change."),
    "near": _lt(
        "Not the rate of the invoice date. Right if it was supplied on the other side: enter the delivery date."
    ),
    "groups": _lt("On %(date)s these moved from %(old)s: %(moved)s. These stayed: %(stayed)s."),
    "wrong": _lt("Not the rate of that day."),
}

# The goods and services of a change that did not move everything.
GROUPS = {
    "books": _lt("books"),
    "medicines": _lt("medicines"),
    "transport": _lt("passenger transport"),
    "accommodation": _lt("accommodation"),
    "sports": _lt("sports and exercise"),
    "culture": _lt("culture and entertainment"),
    "newspapers": _lt("newspapers"),
    "magazines": _lt("magazines"),
}


def basis_text(env, basis, document=""):
    """Which day was looked at, in words; an unknown code as it is."""
    if basis not in BASES:
        return basis
    own, of_original = BASES[basis]
    return env._(of_original if document else own) % defaultdict(str, document=document)


def groups_text(env, groups):
    return ", ".join(env._(GROUPS[group]) if group in GROUPS else group for group in groups)
