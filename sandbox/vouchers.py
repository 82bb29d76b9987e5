"""The double-entry books: vouchers in euros, debit positive and credit negative.

Vouchers of invoices are formed when the invoice becomes open; those of the interface and of people come from
``voucher_write`` and ``hands_ledger``. A voucher that is withdrawn stays in the books without effect.
"""

from decimal import Decimal

from . import chart, voucher_types
from .arithmetic import cents

#: VAT codes whose tax a buyer deducts; with the last group the buyer owes it as well (reverse charge).
DEDUCTED = ("KOOS", "MAAL", "100")
REVERSED = ("EUOS", "EUPO", "EUUO", "RAOS")


def form(context, key, data):
    """Book the invoice: receivable against revenue per account and dimensions, and VAT per percentage."""
    rate = Decimal(data["currency_rate"])

    def euros(amount):
        return cents(Decimal(amount) / rate)

    fields = data["fields"]
    receivable = fields.get("overridevouchersalesreceivablesaccountnumber") or chart.DEFAULTS["SalesReceivables"]
    lines = [line(receivable, euros(data["amount"]))]
    taxes = {}
    for item in data["lines"]:
        if item["kind"] != "product":
            continue
        account = item["account"] or chart.DEFAULTS["SalesDomesticDefault"]
        lines.append(
            line(
                account,
                -euros(item["net"]),
                item["vat_code"],
                item["vat_percent"],
                item["dimensions"],
                account_dimension=follow_up(context.books, item["fields"].get("accountdimensiontext", "")),
            )
        )
        place = (item["vat_code"], item["vat_percent"])
        taxes[place] = taxes.get(place, Decimal(0)) + euros(item["vat"])
    for (code, percent), amount in taxes.items():
        if amount:
            lines.append(line(chart.DEFAULTS["SalesVATDebt"], -amount, code, percent))
    # Conversion by line, or a total that was given: Netvisor too books what is left over to rounding differences.
    balance(lines)
    return store(
        context.books,
        context.stamp,
        voucher_types.default(context.books, "SalesInvoices"),
        date=fields.get("salesinvoiceeventdate") or fields["salesinvoicedate"],
        description=f"Myyntilasku {data['number']}",
        lines=lines,
        source={"kind": "salesinvoice", "key": key},
    )


def line(account, amount, code="NONE", percent="0", dimensions=(), description="", account_dimension=None):
    return {
        "account": account,
        "sum": str(amount),
        "vat_code": code,
        "vat_percent": percent,
        "dimensions": list(dimensions),
        "description": description,
        "account_dimension": account_dimension,
    }


def balance(lines):
    """Netvisor books what debit and credit differ by to rounding differences, without a word (8.40)."""
    difference = sum(Decimal(item["sum"]) for item in lines)
    if difference:
        lines.append(line(chart.DEFAULTS["RoundingOffDifference"], -difference))


def with_tax(item):
    """The lines of one gross line: its VAT is taken out of it and booked on the accounts of the chart."""
    gross, percent, code = Decimal(item["sum"]), Decimal(item["vat_percent"]), item["vat_code"]
    if not percent:
        return [item]
    if code in REVERSED:
        tax = cents(gross * percent / 100)
        return [
            item,
            line(chart.DEFAULTS["PurchaseVATReceivable"], tax, code, item["vat_percent"]),
            line(chart.DEFAULTS["SalesVATDebt"], -tax, code, item["vat_percent"]),
        ]
    tax = cents(gross * percent / (100 + percent))
    account = "PurchaseVATReceivable" if code in DEDUCTED else "SalesVATDebt"
    return [
        {**item, "sum": str(gross - tax)},
        line(chart.DEFAULTS[account], tax, code, item["vat_percent"]),
    ]


def follow_up(books, name):
    """The follow-up object (seurantakohde) of that name, made when missing: {key, name}, or None without a name."""
    name = name.strip()
    if not name:
        return None
    found = books.by_code("account_dimension", name)
    if found:
        return {"key": found[0][0], "name": name}
    key = books.next_key("account_dimension")
    books.put("account_dimension", key, {"name": name}, name)
    return {"key": key, "name": name}


def store(books, stamp, voucher_type, *, date, description, lines, number=None, source=None, **more):
    """A new voucher; each class has its own numbers. Returns its key."""
    type_key, data = voucher_type
    voucher = {
        "date": date,
        "class": data["name"],
        "type_key": type_key,
        "description": description,
        "number": number or next_number(books, type_key),
        "status": "valid",
        "source": source,
        "lines": numbered(books, lines),
        "history": [{"at": stamp, "comment": more.pop("comment", "") or "Luotu", "editor": more.get("generator", "")}],
        "attachments": [],
        "generator": "",
        **more,
    }
    key = books.next_key("voucher")
    save(books, key, voucher, stamp)
    return key


def next_number(books, type_key):
    return books.next(f"voucher number {type_key}")


def numbered(books, lines):
    """Every line that is booked gets a key of its own, also the one that replaces another."""
    keys = books.next_keys("voucher_line", len(lines)) if lines else ()
    return [{**item, "key": key} for item, key in zip(lines, keys, strict=True)]


def save(books, key, voucher, stamp):
    """The date is what the ledger looks for."""
    books.put("voucher", key, voucher, voucher["date"], stamp)


def withdraw(context, key, status="invalidated", comment=""):
    """An invoice was changed or deleted, or the voucher itself: it stays in the books without effect."""
    voucher = context.books.get("voucher", key)
    if voucher:
        take_back(context.books, context.stamp, key, voucher, status, comment)


def take_back(books, stamp, key, voucher, status, comment=""):
    voucher["status"] = status
    voucher.setdefault("history", []).append({"at": stamp, "comment": comment or status, "editor": ""})
    save(books, key, voucher, stamp)
    if status == "deleted":
        books.put("deleted voucher", key, {"at": stamp}, modified=stamp)
