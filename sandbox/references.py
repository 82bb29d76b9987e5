"""Finnish reference numbers (weights 7, 3, 1) and RF references (ISO 11649)."""

import re

_FINNISH = re.compile(r"\d{4,20}\Z")
_RF = re.compile(r"RF\d\d[0-9A-Z]{1,21}\Z")


def check_digit(stem):
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(stem)))
    return str(-total % 10)


def is_reference(text):
    if _FINNISH.match(text):
        return check_digit(text[:-1]) == text[-1]
    if not _RF.match(text):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1
