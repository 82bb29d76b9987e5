"""VAT codes, and which percentage goes with which of them when.

Source: specification, "Codes accepted on input" and "Percentages since 2024". That the codes take the new
percentages is inferred, not documented, so this table warns; it is never the reason to call a percentage illegal
for all time. Legal rates before 2013 are not judged.
"""

from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta
from decimal import Decimal

SALE, PURCHASE, BOTH = "sale", "purchase", "both"


@dataclass(frozen=True)
class VatCode:
    """One code. `rated`: takes the standard and reduced rates as well as 0; otherwise 0 only."""

    code: str
    direction: str
    rated: bool
    en: str
    fi: str


@dataclass(frozen=True)
class Rate:
    """One legal percentage, from one day to another; None = without end."""

    percent: Decimal
    since: Date
    until: Date | None = None


_SOURCE = (
    ("NONE", BOTH, False, "No VAT processing", "Ei ALV-käsittelyä"),
    ("KOMY", SALE, True, "Domestic sales", "Kotimaan myynti"),
    ("KOMY0", SALE, False, "Domestic sales, zero rate", "Kotimaan nollaverokannan myynti"),
    ("EUMY", SALE, False, "Sales of goods to the EU", "Tavaramyynti EU-maihin"),
    (
        "EUPM312",
        SALE,
        False,
        "Sales of services to the EU (box 312)",
        "Palvelumyynti EU-maihin (kohta 312)",
    ),
    (
        "EUPM309",
        SALE,
        False,
        "Sales of services to the EU (box 309)",
        "Palvelumyynti EU-maihin (kohta 309)",
    ),
    ("EUUM", SALE, False, "Sales outside the EU", "Myynti EU:n ulkopuolelle"),
    (
        "MUUL",
        SALE,
        True,
        "Other turnover free of VAT (box 310)",
        "Muu arvonlisäveroton liikevaihto (kohta 310)",
    ),
    ("RAMY", SALE, False, "Sales of construction services", "Rakentamispalvelun myynti"),
    ("KOOS", PURCHASE, True, "Domestic purchases", "Kotimaan osto"),
    ("EUOS", PURCHASE, True, "Purchases of goods from the EU", "Tavaraosto EU-maista"),
    ("EUPO", PURCHASE, True, "Purchases of services from the EU", "Palveluosto EU-maista"),
    ("EUUO", PURCHASE, True, "Purchases from outside the EU", "Osto EU:n ulkopuolelta"),
    ("RAOS", PURCHASE, True, "Purchases of construction services", "Rakentamispalvelun osto"),
    ("MAAL", PURCHASE, True, "Import from outside the EU", "Maahantuonti EU:n ulkopuolelta"),
    ("KAVE", BOTH, False, "Reverse charge", "Käännetty verovelvollisuus"),
    ("100", PURCHASE, False, "Deductible tax, 100 %", "Vähennettävä vero 100 %"),
    (
        "EVTO",
        PURCHASE,
        True,
        "Purchases of goods from the EU, not deductible",
        "Tavaraosto EU-maista, ei vähennettävä",
    ),
    (
        "EVPO",
        PURCHASE,
        True,
        "Purchases of services from the EU, not deductible",
        "Palveluosto EU-maista, ei vähennettävä",
    ),
    (
        "EVKV",
        PURCHASE,
        True,
        "Reverse charge, not deductible",
        "Käännetty verovelvollisuus, ei vähennettävä",
    ),
    (
        "EVRO",
        PURCHASE,
        True,
        "Construction services, not deductible",
        "Rakentamispalvelun osto, ei vähennettävä",
    ),
    ("EVMA", PURCHASE, True, "Import, not deductible", "Maahantuonti, ei vähennettävä"),
)

#: code → VatCode, in the order of the specification.
VAT_CODES = {row[0]: VatCode(*row) for row in _SOURCE}

_JUDGED_SINCE = Date(2013, 1, 1)
_DAY = timedelta(days=1)
#: Within so many days of a change a percentage that does not fit deserves a warning and no more.
NEAR_DAYS = 92


@dataclass(frozen=True)
class Change:
    """From `day` on, `new` instead of `old`: for everything, or for the groups that `moved`; `stayed` keep `old`."""

    day: Date
    old: Decimal
    new: Decimal
    moved: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()

    @property
    def whole(self):
        """Whether the old percentage ended that day."""
        return not self.moved


#: The changes of Finland's rates, oldest first (specification, "Percentages since 2024").
CHANGES = (
    Change(Date(2024, 9, 1), Decimal("24"), Decimal("25.5")),
    Change(
        Date(2025, 1, 1),
        Decimal("10"),
        Decimal("14"),
        moved=("books", "medicines", "transport", "accommodation", "sports", "culture"),
        stayed=("newspapers", "magazines"),
    ),
    Change(Date(2026, 1, 1), Decimal("14"), Decimal("13.5")),
)
_RATES_BEFORE = (Decimal("0"), Decimal("24"), Decimal("14"), Decimal("10"))


def _rates():
    """The legal rates, as the changes made them; the new one stands where the old one stood."""
    rates = [Rate(percent, _JUDGED_SINCE) for percent in _RATES_BEFORE]
    for change in CHANGES:
        place = next(index for index, rate in enumerate(rates) if rate.percent == change.old)
        if change.whole:
            rates[place] = replace(rates[place], until=change.day - _DAY)
        if change.new not in {rate.percent for rate in rates}:
            rates.insert(place + 1, Rate(change.new, change.day))
    return tuple(rates)


#: The legal rates of Finland.
RATES = _rates()

#: How Netvisor spells some codes in its answers.
_OUTPUT = {"-": "NONE", "100%": "100", "100 %": "100", "KÄVE": "KAVE"}


class Misfit(str):
    """Why code, percentage and date do not go together: a str (the reason) with `data` for the message.

    unknown_code                 no such code
    zero_only                    the code takes 0 % only
    unknown_percent              no legal rate at any time since 2013; data: rates
    not_yet (since)              the rate begins later
    expired (until)              the rate has ended
    """

    def __new__(cls, reason, **data):
        self = super().__new__(cls, reason)
        self.data = data
        return self


def fits(code, percent, on_date):
    """Return None when code and percentage go together on that day, else a `Misfit`.

    code: str; percent: Decimal or int; on_date: date of the supply.
    """
    known = VAT_CODES.get(code)
    if known is None:
        return Misfit("unknown_code", code=code)
    if not percent:
        return None
    if not known.rated:
        return Misfit("zero_only", code=code, percent=percent)
    if on_date < _JUDGED_SINCE:
        return None
    rate = next((rate for rate in RATES if rate.percent == percent), None)
    if rate is None:
        return Misfit("unknown_percent", percent=percent, rates=rates_on(on_date))
    if on_date < rate.since:
        return Misfit("not_yet", percent=percent, since=rate.since, rates=rates_on(on_date))
    if rate.until and on_date > rate.until:
        return Misfit("expired", percent=percent, until=rate.until, rates=rates_on(on_date))
    return None


def rates_on(on_date):
    """Return the tuple of legal percentages (Decimal) of a day, from 2013 on; () before."""
    return tuple(rate.percent for rate in RATES if rate.since <= on_date and (not rate.until or on_date <= rate.until))


def codes_on(on_date):
    """Return code → tuple of the percentages (Decimal) that it takes on a day; from 2013 on, () for rated codes before."""
    rates = rates_on(on_date)
    return {code: rates if known.rated else (Decimal(0),) for code, known in VAT_CODES.items()}


def accepted(code):
    """Return the tuple of `Rate` that a code takes, with their days; () for an unknown code."""
    known = VAT_CODES.get(code)
    return tuple(rate for rate in RATES if known.rated or not rate.percent) if known else ()


def changes():
    """Return the tuple of all `Change`, oldest first."""
    return CHANGES


def successor(percent, on_date):
    """Return the percentage that took this one's place by that day, or None when it still holds (or nothing did).

    Only where a rate ended: what moved from 10 to 14 in 2025 depends on the goods.
    """
    return _moved(percent, [(change.old, change.new) for change in CHANGES if change.whole and change.day <= on_date])


def predecessor(percent, on_date):
    """Return the percentage whose place this one took after that day, or None when it held already (or took none's)."""
    later = [(change.new, change.old) for change in reversed(CHANGES) if change.whole and change.day > on_date]
    return _moved(percent, later)


def _moved(percent, steps):
    current = percent
    for source, target in steps:
        if current == source:
            current = target
    return None if current == percent else current


def near_change(percent, on_date, days=NEAR_DAYS):
    """Return the first day of the new rate when this percentage begins or ends within `days` of that day, else None.

    Near a change a percentage that does not fit deserves a warning and no more: what was delivered in December is
    invoiced in January at the old rate.
    """
    window = timedelta(days=days)
    for rate in RATES:
        if rate.percent != percent:
            continue
        days_of_change = [
            rate.since if rate.since != _JUDGED_SINCE else None,
            rate.until and rate.until + _DAY,
        ]
        return next((day for day in days_of_change if day and abs(day - on_date) <= window), None)
    return None


def normalise(output_code):
    """Return the code as a request spells it ("-" → NONE, "100%" → 100, "KÄVE" → KAVE); unknown texts unchanged."""
    text = output_code.strip()
    upper = text.upper()
    return _OUTPUT.get(upper, upper if upper in VAT_CODES else text)
