"""What a person does in the books: a voucher typed in, changed, invalidated or deleted, a payment booked.

voucher_add         date, lines [[account, sum], …] or [[account, sum, code, percent], …], description, abbreviation (MU)
voucher_change      key, date, description, lines (lines without keys: all are replaced)
voucher_invalidate  key, comment                 voucher_delete  key
payment_add         invoice (key), amount, date, account (1910)
"""

from decimal import Decimal

from . import chart, clock, vouchers

_GENERATOR = "Maija Kirjanpitäjä"


def voucher_add(books, date, lines, description="", abbreviation="MU"):
    kind = books.by_code("voucher_type", abbreviation)[0]
    return vouchers.store(
        books,
        clock.stamp(),
        kind,
        date=date,
        description=description,
        lines=_lines(lines),
        generator=_GENERATOR,
    )


def voucher_change(books, key, date=None, description=None, lines=None):
    """A person may change whatever the period allows; also the voucher that an interface has sent."""
    voucher = _voucher(books, key)
    voucher["date"] = date or voucher["date"]
    voucher["description"] = voucher["description"] if description is None else description
    if lines is not None:
        voucher["lines"] = vouchers.numbered(books, _lines(lines))
    stamp = clock.stamp()
    voucher.setdefault("history", []).append({"at": stamp, "comment": "Muokattu", "editor": _GENERATOR})
    vouchers.save(books, key, voucher, stamp)
    return key


def voucher_invalidate(books, key, comment=""):
    vouchers.take_back(books, clock.stamp(), key, _voucher(books, key), "invalidated", comment)
    return key


def voucher_delete(books, key):
    vouchers.take_back(books, clock.stamp(), key, _voucher(books, key), "deleted")
    return key


def payment_add(books, invoice, amount, date, account="1910"):
    """Money for an invoice arrives: bank against receivable."""
    data = books.get("invoice", invoice)
    if data is None:
        raise ValueError(f"No invoice has the key {invoice}")
    amount = Decimal(str(amount))
    data.setdefault("payments", []).append({"amount": str(amount), "date": date})
    stamp = clock.stamp()
    books.put("invoice", invoice, {**data, "modified": stamp}, data["number"], stamp)
    receivable = data["fields"].get("overridevouchersalesreceivablesaccountnumber")
    lines = [
        vouchers.line(account, amount),
        vouchers.line(receivable or chart.DEFAULTS["SalesReceivables"], -amount),
    ]
    kind = books.by_code("voucher_type", "MS")[0]
    return vouchers.store(
        books,
        stamp,
        kind,
        date=date,
        description=f"Suoritus laskulle {data['number']}",
        lines=lines,
        generator=_GENERATOR,
    )


def _voucher(books, key):
    voucher = books.get("voucher", key)
    if voucher is None:
        raise ValueError(f"No voucher has the key {key}")
    return voucher


def _lines(rows):
    lines = [vouchers.line(str(row[0]), Decimal(str(row[1])), *map(str, row[2:4])) for row in rows]
    if sum(Decimal(line["sum"]) for line in lines):
        raise ValueError("Debit and credit differ")
    return lines


ACTIONS = {
    function.__name__: function
    for function in (voucher_add, voucher_change, voucher_invalidate, voucher_delete, payment_add)
}
