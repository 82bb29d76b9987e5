"""Netvisor's sums, as far as they are known (interface description, 4.5 and 8.4).

A line is rounded to cents: net = price × quantity × (1 − discount), VAT = net × percentage. A
gross price gives the gross sum, and the VAT is taken out of it. Where the message gives both VAT
sum and (gross) line sum, Netvisor does not compute the line. The total is the sum of the gross
lines.
"""

from decimal import ROUND_HALF_UP, Decimal

from .grammar import number

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(value):
    """Rounded to two decimals, half away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP)


def line(price, quantity, discount, percent, gross, given=None):
    """(net, VAT, gross) of one product line; ``given`` = (VAT sum, gross sum) when the message carries both."""
    if given:
        vat, total = given
        return total - vat, vat, total
    amount = cents(price * quantity * (100 - discount) / 100)
    if gross:
        vat = cents(amount * percent / (100 + percent))
        return amount - vat, vat, amount
    vat = cents(amount * percent / 100)
    return amount, vat, amount + vat


def of_node(node):
    """The sums of a checked salesinvoiceproductline."""
    vat_sum = node.value("salesinvoiceproductlinevatsum")
    line_sum = node.value("salesinvoiceproductlinesum")
    return line(
        number(node.value("productunitprice") or "0"),
        number(node.value("salesinvoiceproductlinequantity")),
        number(node.value("salesinvoiceproductlinediscountpercentage") or "0"),
        number(node.value("productvatpercentage")),
        node.attribute("productunitprice", "type").lower() == "gross",
        (number(vat_sum), number(line_sum)) if vat_sum and line_sum else None,
    )


def summary(lines):
    """Total, and the sums per VAT code and percentage: what a VAT return would be made of."""
    groups = {}
    total = ZERO
    for item in lines:
        if item["kind"] != "product":
            continue
        key = (item["vat_code"], item["vat_percent"])
        sums = groups.setdefault(key, [ZERO, ZERO, ZERO])
        for place, name in enumerate(("net", "vat", "gross")):
            sums[place] += Decimal(item[name])
        total += Decimal(item["gross"])
    table = [
        {"code": code, "percent": percent, "net": str(net), "vat": str(vat), "gross": str(gross)}
        for (code, percent), (net, vat, gross) in sorted(groups.items())
    ]
    return total, table
