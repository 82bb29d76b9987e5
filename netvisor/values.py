"""A fingerprint of values, for "has it changed since it was sent"."""

import hashlib
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal


def digest(value, without=()):
    """Return the SHA-256 (hex) of a dataclass, the same in every process and on every machine.

    without: names of fields of the outermost dataclass that do not count. Numbers count by value (1.50 = 1.5).
    None does not count, so a field added later with default None changes no digest. Raises TypeError for types
    that a message cannot hold.
    """
    return hashlib.sha256(_canonical(value, frozenset(without)).encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(value, without=frozenset()):
    if is_dataclass(value) and not isinstance(value, type):
        parts = sorted(
            f"{item.name}={_canonical(content)}"
            for item in fields(value)
            if item.name not in without and (content := getattr(value, item.name)) is not None
        )
        return f"{type(value).__name__}({';'.join(parts)})"
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"no digest for {type(value).__name__}")


def _number(value):
    # Not normalize(): it rounds to the precision of the context.
    whole, _, places = format(Decimal(value), "f").partition(".")
    text = ".".join(filter(None, (whole, places.rstrip("0"))))
    return f"n{'0' if text == '-0' else text}"


#: bool before int, because True is an int.
_WRITERS = (
    (type(None), lambda value: "-"),
    (bool, lambda value: f"b{value:d}"),
    ((int, Decimal), _number),
    (date, lambda value: f"d{value.isoformat()}"),
    # The length in front keeps ("a;b",) and ("a", "b") apart.
    (str, lambda value: f"s{len(value)}:{value}"),
    (bytes, lambda value: f"x{hashlib.sha256(value).hexdigest()}"),
    (tuple, lambda value: f"[{','.join(map(_canonical, value))}]"),
)
