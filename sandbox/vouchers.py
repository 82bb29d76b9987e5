"""The voucher of an invoice: formed when the invoice becomes open, in euros, debit positive and credit negative."""

from decimal import Decimal

from . import chart, voucher_types
from .arithmetic import cents


def form(context, key, data):
    """Book the invoice: receivable against revenue per account and dimensions, and VAT per percentage."""
    rate = Decimal(data["currency_rate"])

    def euros(amount):
        return cents(Decimal(amount) / rate)

    fields = data["fields"]
    receivable = fields.get("overridevouchersalesreceivablesaccountnumber") or chart.DEFAULTS["SalesReceivables"]
    lines = [_line(receivable, euros(data["amount"]), "NONE", "0", [])]
    taxes = {}
    for item in data["lines"]:
        if item["kind"] != "product":
            continue
        account = item["account"] or chart.DEFAULTS["SalesDomesticDefault"]
        lines.append(
            _line(
                account,
                -euros(item["net"]),
                item["vat_code"],
                item["vat_percent"],
                item["dimensions"],
            )
        )
        place = (item["vat_code"], item["vat_percent"])
        taxes[place] = taxes.get(place, Decimal(0)) + euros(item["vat"])
    for (code, percent), amount in taxes.items():
        if amount:
            lines.append(_line(chart.DEFAULTS["SalesVATDebt"], -amount, code, percent, []))
    difference = sum(Decimal(line["sum"]) for line in lines)
    if difference:
        # Conversion by line, or a total that was given: Netvisor too books what is left over to rounding differences.
        lines.append(_line(chart.DEFAULTS["RoundingOffDifference"], -difference, "NONE", "0", []))
    books = context.books
    type_key, voucher_type = voucher_types.default(books, "SalesInvoices")
    voucher = {
        "date": fields.get("salesinvoiceeventdate") or fields["salesinvoicedate"],
        "class": voucher_type["name"],
        "type_key": type_key,
        "description": f"Myyntilasku {data['number']}",
        "number": books.next("voucher number"),
        "status": "valid",
        "source": {"kind": "salesinvoice", "key": key},
        "lines": lines,
    }
    voucher_key = books.next_key("voucher")
    books.put("voucher", voucher_key, voucher, voucher["number"], context.stamp)
    return voucher_key


def _line(account, amount, code, percent, dimensions):
    return {
        "account": account,
        "sum": str(amount),
        "vat_code": code,
        "vat_percent": percent,
        "dimensions": dimensions,
    }


def withdraw(context, key, status="invalidated"):
    """An invoice was changed or deleted: its voucher stays in the books without effect."""
    voucher = context.books.get("voucher", key)
    if voucher:
        voucher["status"] = status
        context.books.put("voucher", key, voucher, voucher["number"], context.stamp)
