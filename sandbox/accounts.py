"""Accounts, periods and payment terms: the lists, and what may be used (section 4.13)."""

import functools

from . import chart, chart_names, clock
from .answers import el
from .refusal import Invalid, Refusal


@functools.lru_cache(maxsize=1)
def _base():
    names = chart_names.NAMES
    return {number: names[number][0] if number in names else f"Tili {number}" for number in chart.NUMBERS}


def _foreign(number, name):
    """ForeignName elements; an account that was renamed has none."""
    known = chart_names.NAMES.get(number)
    if known is None or known[0] != name:
        return []
    finnish, swedish, english = known
    return [
        el("ForeignName", text, {"ISO-3166": code})
        for code, text in zip(("fi", "en", "se"), (finnish, english, swedish), strict=True)
    ]


def table(options):
    """number -> (name, active) for one company."""
    accounts = {number: (name, True) for number, name in _base().items()}
    for number in options["removed_accounts"]:
        accounts.pop(str(number), None)
    for number, name in options["accounts"].items():
        old = accounts.get(number, (f"Tili {number}", True))[0]
        accounts[number] = (old, False) if name is None else (name, True)
    return accounts


def status(options, number):
    """True: usable; False: not active; None: not in the chart. Without building the whole table, for the invoices."""
    if number in options["accounts"]:
        return options["accounts"][number] is not None
    if number in options["removed_accounts"] or number not in _base():
        return None
    return True


def must_be_usable(context, number):
    usable = status(context.options, number.strip())
    if usable is None:
        raise Invalid("account_unknown", number=number)
    if not usable:
        raise Invalid("account_inactive", number=number)


def netvisor_key(number):
    """The key of an account: stable, and unlike any account number."""
    return 2000000 + int(number) if number.isdigit() else 0


def listing(context):
    """accountlist.nv: headings have no number; Accounts stand beside the default accounts (8.29)."""
    accounts = table(context.options)
    numbers = sorted(accounts)
    rows, sort = [], 0
    for place, (digit, (name, cumulative)) in enumerate(chart.GROUPS.items(), start=1):
        members = [number for number in numbers if number.startswith(digit)]
        rows.append(
            _account(
                place,
                "",
                name,
                "accountgroup",
                0,
                True,
                cumulative,
                sort,
                sort + len(members),
                digit,
            )
        )
        sort += 1
        for number in members:
            name, active = accounts[number]
            rows.append(
                _account(
                    netvisor_key(number),
                    number,
                    name,
                    "account",
                    place,
                    active,
                    cumulative,
                    sort,
                    sort,
                    digit,
                )
            )
            sort += 1
    defaults = [el(name, number) for name, number in chart.DEFAULTS.items()]
    return el("AccountList", [el("CompanyDefaultAccounts", defaults), el("Accounts", rows)]), None


def _account(key, number, name, kind, father, active, cumulative, sort, end, digit):
    return el(
        "Account",
        [
            el("NetvisorKey", key),
            el("Number", number),
            el("Name", name),
            *_foreign(number, name),
            el("AccountType", kind),
            el("FatherNetvisorKey", father),
            el("IsActive", int(active)),
            el("IsCumulative", int(cumulative)),
            el("Sort", sort),
            el("EndSort", end),
            el("IsNaturalNegative", int(digit in "23")),
        ],
    )


def periods(options):
    """[(key, name, first day, last day)]; by default last year and this year."""
    given = options["periods"]
    if not given:
        year = clock.today().year
        given = [[f"{y}-01-01", f"{y}-12-31"] for y in (year - 1, year)]
    return [(place, first[:4], first, last) for place, (first, last) in enumerate(given, start=1)]


def must_be_open(context, *days, purchase=False):
    """Refuse dates that fall into a locked period (or, by option, outside all periods).

    :param purchase: whether the lock of the purchase ledger counts too: for vouchers of the class of purchase invoices (a
        guess, for no source says more of that date than its name)
    """
    names = ("accounting_lock", "vat_lock", *(("purchase_lock",) if purchase else ()))
    locks = [lock for lock in (context.options[name] for name in names) if lock]
    for day in days:
        if not day:
            continue
        for lock in locks:
            if day <= lock:
                raise Refusal("PERIOD_LOCK", "locked", date=day, lock=lock)
        spans = periods(context.options) if context.options["require_period"] else None
        if spans and not any(first <= day <= last for _key, _name, first, last in spans):
            raise Invalid("no_period", date=day)


def period_listing(context):
    """accountingperiodlist.nv: sources contradict each other on nesting and date form, hence two switches (8.10)."""
    options = context.options

    def date(name, value):
        if value and options["periods_finnish_dates"]:
            year, month, day = value.split("-")
            value = f"{int(day)}.{int(month)}.{year}"
        return el(name, value or None, {"format": "ansi"})

    locks = [
        date("AccountingPeriodLockDate", options["accounting_lock"]),
        date("VatPeriodLockDate", options["vat_lock"]),
        date("PurchaseLockDate", options["purchase_lock"]),
    ]
    rows = [
        el(
            "Period",
            [
                el("NetvisorKey", key),
                el("Name", name),
                date("BeginDate", first),
                date("EndDate", last),
            ],
        )
        for key, name, first, last in periods(options)
    ]
    if options["periods_nested"]:
        return el("AccountingPeriodList", [el("PeriodLockInformation", locks + rows)]), None
    return el("AccountingPeriodList", [el("PeriodLockInformation", locks), *rows]), None


TERMS = ((1, "7 pv netto", 7, 0, 0), (2, "14 pv netto", 14, 0, 1), (3, "30 pv netto", 30, 0, 0))


def terms_listing(context):
    """paymenttermlist.nv"""
    return el(
        "PaymentTermList",
        [
            el(
                "PaymentTerm",
                [
                    el("NetvisorKey", key),
                    el("Description", name),
                    el("NetDays", days),
                    el("DiscountDays", discount),
                    el("DiscountPercent", 0),
                    el("IsDefault", default),
                ],
            )
            for key, name, days, discount, default in TERMS
        ],
    ), None
