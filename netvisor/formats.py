"""How single values are written and read: numbers, dates, yes and no, texts.

Writers are strict and refuse what they cannot write exactly; readers take every form that Netvisor is known to use
(specification, "Protocol facts" and "Open questions": decimal comma and point, three forms of date, localised
booleans, illegal control characters).
"""

import re
import unicodedata
from datetime import date as Date
from datetime import datetime
from decimal import Decimal, InvalidOperation

ENCODINGS = ("utf-8", "iso-8859-15")

#: What XML 1.0 cannot hold, and the control characters that it can but nobody wants; tab and line feed stay.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")

#: Typographic characters outside ISO-8859-15 with a plain equivalent.
_PLAIN = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "‛": "'",
        "′": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "‟": '"',
        "″": '"',
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "―": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "⁄": "/",
        "‹": "<",
        "›": ">",
        "™": "TM",
        "\u2002": " ",
        "\u2003": " ",
        "\u2007": " ",
        "\u2009": " ",
        "\u200a": " ",
        "\u202f": " ",
        "\u200b": "",
        "\u200c": "",
        "\u200d": "",
        "\u2060": "",
        "\ufeff": "",
    }
)

_TRUE = frozenset(("1", "true", "yes", "kyllä", "kylla", "ja"))
_FALSE = frozenset(("0", "false", "no", "ei", "nej"))

_ANSI = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_FINNISH = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s.*)?")


def clean_text(text, encoding="utf-8"):
    """Return `text` as it can be sent: str in, str out, never an error.

    Control characters, lone surrogates and non-characters vanish, line ends become line feeds, combined letters are
    composed (ä as one character). Under ISO-8859-15, quotes and dashes get their plain form, letters with unknown
    accents lose them, and what is left outside (emoji) becomes "?".
    """
    if text.isascii() and text.isprintable():
        return text  # nearly every text; the rest of this costs ten times as much
    cleaned = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    if not cleaned.isascii():
        cleaned = unicodedata.normalize("NFC", cleaned)
        if encoding == "iso-8859-15":
            cleaned = "".join(map(_fit, cleaned.translate(_PLAIN)))
    return cleaned


def _fit(character):
    if _in_8859_15(character):
        return character
    parts = unicodedata.normalize("NFKD", character).translate(_PLAIN)
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return plain if plain and _in_8859_15(plain) else "?"


def _in_8859_15(text):
    try:
        text.encode("iso-8859-15")
    except UnicodeEncodeError:
        return False
    return True


def length(text):
    """Return the length as Netvisor counts it, as far as anybody knows: UTF-16 units, so an emoji counts two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text, limit, encoding="utf-8"):
    """Return `text`, cleaned and cut so that the writer accepts it; `limit` None only cleans."""
    cleaned = clean_text(text, encoding)
    if limit is None or length(cleaned) <= limit:
        return cleaned
    cut = cleaned[:limit]
    while length(cut) > limit:
        cut = cut[:-1]
    return cut.rstrip()


def write_decimal(value, decimals=None):
    """Return a Decimal or int as text with a decimal comma: Decimal("25.50") → "25,50".

    decimals: most places that may carry a digit other than 0. Raises TypeError for anything else (floats, bools),
    ValueError for infinities and for more places than allowed.
    """
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise TypeError(f"not a Decimal: {type(value).__name__}")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"not a finite number: {number}")
    text = format(number if number else abs(number), "f")  # no "-0"
    if decimals is not None:
        whole, _, places = text.partition(".")
        if places[decimals:].strip("0"):
            raise ValueError(f"more than {decimals} decimals: {text}")
        text = ".".join(filter(None, (whole, places[:decimals])))
    return text.replace(".", ",")


def write_date(value):
    """Return a date as year-month-day. Raises TypeError for datetimes and anything else."""
    if isinstance(value, datetime) or not isinstance(value, Date):
        raise TypeError(f"not a date: {type(value).__name__}")
    return value.isoformat()


def write_datetime(value):
    """Return a naive datetime (or a date) as Netvisor's parameters want it: 2026-02-01T00:00:00.

    The specification does not say in which time zone Netvisor reads it; nothing is converted, callers ask with an
    overlap. Raises TypeError for aware datetimes and anything else.
    """
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise TypeError("a naive datetime is needed")
        return value.replace(microsecond=0).isoformat()
    return write_date(value) + "T00:00:00"


def write_flag(value):
    """Return True as "1" and False as "0". Raises TypeError for anything else."""
    if not isinstance(value, bool):
        raise TypeError(f"not a bool: {type(value).__name__}")
    return "1" if value else "0"


def read_decimal(text):
    """Return a Decimal, None for an empty text; comma or point, spaces and nbsp dropped. Raises ValueError."""
    squeezed = "".join(text.split()).replace("−", "-").replace(",", ".")
    if not squeezed:
        return None
    try:
        number = Decimal(squeezed)
    except InvalidOperation:
        raise ValueError(f"not a number: {text!r}") from None
    if not number.is_finite() or "_" in squeezed:
        raise ValueError(f"not a number: {text!r}")
    return number


def read_integer(text):
    """Return an int, None for an empty text ("12,00" is 12). Raises ValueError."""
    number = read_decimal(text)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueError(f"not a whole number: {text!r}")
    return int(number)


def read_date(text):
    """Return a date from 2026-2-1, 1.2.2026 or either with a time behind it; None when empty. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    if match := _ANSI.fullmatch(text):
        year, month, day = match.groups()
    elif match := _FINNISH.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise ValueError(f"not a date: {text!r}")
    return Date(int(year), int(month), int(day))


def read_flag(text):
    """Return a bool from 1/0, true/false, yes/no, Kyllä/Ei, Ja/Nej; None when empty. Raises ValueError."""
    word = text.strip().casefold()
    if not word:
        return None
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"not a yes or no: {text!r}")
