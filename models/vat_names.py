"""Names of taxes and groups say their percentage: 14 % becomes 13,5 % in each language. No Odoo in here."""

import re
from decimal import Decimal

# Any percentage in a name.
PERCENTAGE = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)?\s*%")


def _number(percent):
    """A pattern for this percentage on its own, however it is written: 14, 14.0, 25,50. Not the 14 of 2014 or of 14.5."""
    digits = format(Decimal(percent).normalize(), "f")
    whole, _point, fraction = digits.partition(".")
    decimals = rf"[.,]{fraction}0*" if fraction else r"(?:[.,]0+)?"
    return rf"(?<![\d.,]){whole}{decimals}(?!\d)(?![.,]\d)"


def names(text, percent):
    """Whether a name says this percentage."""
    return bool(re.search(_number(percent), text or ""))


def names_any(text):
    return bool(PERCENTAGE.search(text or ""))


def number(percent, point="."):
    return format(Decimal(percent).normalize(), "f").replace(".", point)


def renamed(text, old, new, point="."):
    """The same text with the new percentage. Only what stands before a % sign when there is such; otherwise every such number."""
    if not text:
        return text
    pattern = _number(old)
    with_sign = pattern + r"(?=\s*%)"
    chosen = with_sign if re.search(with_sign, text) else pattern
    return re.sub(chosen, number(new, point), text)


def named(text, old, new, point="."):
    """A name that surely says the new percentage, for what must not be mistaken for something else."""
    result = renamed(text or "", old, new, point)
    if not names(result, new) and names_any(result):
        result = PERCENTAGE.sub(f"{number(new, point)} %", result, count=1)
    return result if names(result, new) else f"{result} {number(new, point)} %".strip()
