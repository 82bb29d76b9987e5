"""The sections of the page; every value from outside goes through ``safe``."""

from decimal import Decimal
from html import escape

from . import dimensions, state
from .invoice_list import open_sum, state_of

ROWS = 100


def safe(value):
    return "" if value is None else escape(str(value))


def _older(view, rows):
    if len(rows) < ROWS:
        return ""
    return f'<p><a href="{view.link(section=view.section, below=rows[-1][0])}">{view.say("Older")}</a></p>'


def _heading(view, title, kind):
    return f"<h2>{view.say(title)} ({view.books.count(kind)})</h2>"


def invoices(view):
    rows = view.books.latest("invoice", view.below, ROWS)
    table = view.table(
        (
            ("Number", False),
            ("Key", True),
            ("Date", False),
            ("Due date", False),
            ("Customer", False),
            ("Reference", False),
            ("Status", False),
            ("Total", True),
            ("Open", True),
        ),
        [
            (
                f'<a href="{view.link(section="invoices", key=key)}">{safe(data["number"] or key)}</a>',
                key,
                safe(data["fields"]["salesinvoicedate"]),
                safe(data["due_date"]),
                safe(data["fields"].get("invoicingcustomername")),
                safe(data["reference"]),
                safe(" / ".join(filter(None, state_of(data)))),
                _money(data["amount"], data["currency"]),
                _money(open_sum(data), data["currency"]),
            )
            for key, data in rows
        ],
    )
    return _heading(view, "Invoices", "invoice") + table + _older(view, rows)


def _money(amount, currency=""):
    shown = f"{Decimal(amount):,.2f}".replace(",", "\u00a0").replace(".", ",")
    return safe(f"{shown} {currency}".strip())


def _number(text):
    return safe(text.replace(".", ","))


def invoice(view):
    data = view.books.get("invoice", view.key)
    back = f'<p><a href="{view.link(section="invoices")}">{view.say("Back to the list")}</a></p>'
    if data is None:
        return f"<p>{view.say('Nothing here yet.')}</p>{back}"
    fields, currency = data["fields"], data["currency"]
    reference = safe(data["reference"])
    if data["reference_invented"]:
        reference += f' <span class="bad">({view.say("invented here")})</span>'
    facts = (
        ("Key", view.key),
        ("Type", safe(data["type"])),
        ("Status", safe(" / ".join(filter(None, state_of(data))))),
        ("Date", safe(fields["salesinvoicedate"])),
        ("Due date", safe(data["due_date"])),
        ("Reference", reference),
        (
            "Customer",
            f"{safe(fields.get('invoicingcustomername'))} ({safe(data['customer_code'])}, {data['customer_key']})",
        ),
        ("Total", _money(data["amount"], currency)),
        ("The sandbox's own total", _money(data["computed"], currency)),
        ("Open", _money(open_sum(data), currency)),
        ("Matched with", ", ".join(_match(view, match, currency) for match in data["matches"])),
        ("Voucher", safe(data["voucher"])),
        ("Private comment", safe(fields.get("salesinvoiceprivatecomment"))),
        ("Transaction id", safe(data["transaction_id"])),
    )
    shown = "".join(f"<dt>{view.say(name)}</dt><dd>{value}</dd>" for name, value in facts if value != "")
    title = f"<h2>{view.say('Sales invoice')} {safe(data['number'])}</h2>"
    return title + f"<dl>{shown}</dl>" + _lines(view, data) + _vat(view, data) + _files(view) + back


def _match(view, match, currency):
    link = view.link(section="invoices", key=match["key"])
    return f'<a href="{link}">{match["key"]}</a>: {_money(match["sum"], currency)}'


def _lines(view, data):
    columns = (
        ("Product", False),
        ("Quantity", True),
        ("Price", True),
        ("Discount %", True),
        ("VAT", False),
        ("Account", False),
        ("Dimensions", False),
        ("Net", True),
        ("Gross", True),
    )
    rows = []
    for item in data["lines"]:
        if item["kind"] != "product":
            text = item.get("text") or ", ".join(filter(None, item.get("fields", {}).values()))
            rows.append((f"<i>{safe(text)}</i>", *[""] * 8))
            continue
        used = _dimensions(view, item["dimensions"])
        rows.append(
            (
                safe(f"{item['name']} {'[' + item['product_code'] + ']' if item['product_code'] else ''}"),
                _number(item["quantity"]),
                _number(item["price"]) + " " + safe(item["price_type"]),
                _number(item["discount"]) if item["discount"] != "0" else "",
                _number(item["vat_percent"]) + safe(f" % {item['vat_code']}"),
                safe(item["account"]),
                used,
                _money(item["net"]),
                _money(item["gross"]),
            )
        )
    return f"<h2>{view.say('Lines')}</h2>" + view.table(columns, rows)


def _dimensions(view, used):
    return safe("; ".join(f"{one['name']}: {one['item']}" for one in dimensions.shown(view.books, used)))


def _vat(view, data):
    rows = [
        (
            _number(row["percent"]) + safe(f" % {row['code']}"),
            _money(row["net"]),
            _money(row["vat"]),
            _money(row["gross"]),
        )
        for row in data["vat"]
    ]
    columns = (("VAT", False), ("Net", True), ("VAT sum", True), ("Gross", True))
    return f"<h2>{view.say('VAT by rate')}</h2>" + view.table(columns, rows)


def _files(view):
    found = view.books.attachments(view.key)
    if not found:
        return ""
    rows = [
        (
            f'<a href="{view.link("/attachment", key=view.key, place=place)}">{safe(meta["filename"])}</a>',
            safe(meta["description"]),
            safe(meta["mime_type"]),
            f"{meta['size'] / 1024:.1f} kB",
        )
        for place, (meta, _content) in enumerate(found)
    ]
    columns = (("Name", False), ("Description", False), ("Type", False), ("Size", True))
    return f"<h2>{view.say('Attachments')}</h2>" + view.table(columns, rows)


def customers(view):
    rows = view.books.latest("customer", view.below, ROWS)
    table = view.table(
        (
            ("Name", False),
            ("Key", True),
            ("Code", False),
            ("Business ID", False),
            ("E-invoice address", False),
            ("Operator", False),
        ),
        [
            (
                safe(data["fields"].get("name")),
                key,
                safe(data["code"]),
                safe(data["fields"].get("externalidentifier")),
                safe(data["fields"].get("finvoiceaddress")),
                safe(data["fields"].get("finvoiceroutercode")),
            )
            for key, data in rows
        ],
    )
    return _heading(view, "Customers", "customer") + table + _older(view, rows)


def products(view):
    rows = view.books.latest("product", view.below, ROWS)
    table = view.table(
        (("Name", False), ("Key", True), ("Code", False), ("Price", True)),
        [
            (
                safe(data["fields"].get("name")),
                key,
                safe(data["code"]),
                safe(f"{data['fields'].get('unitprice')} {data['price_type']}"),
            )
            for key, data in rows
        ],
    )
    return _heading(view, "Products", "product") + table + _older(view, rows)


def dimension_items(view):
    rows = view.books.latest("dimension_item", view.below, ROWS)
    items = [state.dimension_item(view.books, key, data) for key, data in rows]
    table = view.table(
        (("Dimension", False), ("Item", False), ("Key", True), ("Below", False), ("Status", False)),
        [
            (
                safe(item["dimension"]),
                safe(item["item"]),
                item["key"],
                safe(item["father_item"]),
                view.say("Hidden") if item["hidden"] else "",
            )
            for item in items
        ],
    )
    types = view.table(
        (("Name", False), ("Abbreviation", False), ("Key", True)),
        [(safe(data["name"]), safe(data["abbreviation"]), key) for key, data in view.books.each("voucher_type")],
    )
    classes = _heading(view, "Voucher types", "voucher_type") + types
    return _heading(view, "Dimensions", "dimension_item") + table + _older(view, rows) + classes


def vouchers(view):
    rows = view.books.latest("voucher", view.below, ROWS)
    columns = (
        ("Account", False),
        ("VAT", False),
        ("Dimensions", False),
        ("Debit", True),
        ("Credit", True),
    )
    parts = []
    for key, data in rows:
        lines = []
        for line in data["lines"]:
            amount = Decimal(line["sum"])
            lines.append(
                (
                    safe(line["account"]),
                    _number(line["vat_percent"]) + safe(f" % {line['vat_code']}"),
                    _dimensions(view, line["dimensions"]),
                    _money(amount) if amount >= 0 else "",
                    _money(-amount) if amount < 0 else "",
                )
            )
        status = "" if data["status"] == "valid" else f' <span class="bad">{safe(data["status"])}</span>'
        title = safe(f"{data['date']} {data['number']} {data['description']} ({key})")
        parts.append(f"<h2>{title}{status}</h2>{view.table(columns, lines)}")
    nothing = f"<p>{view.say('Nothing here yet.')}</p>"
    return _heading(view, "Vouchers", "voucher") + ("".join(parts) or nothing) + _older(view, rows)


def calls(view):
    violations = state.violations(view.app, view.organisation)
    overlaps = sum(item["kind"] == "overlap" for item in violations)
    rows = state.calls(view.app, {"organisation": view.organisation, "limit": ROWS})
    table = view.table(
        (
            ("Time", False),
            ("Resource", False),
            ("Answer", False),
            ("Message", False),
            ("Transaction id", False),
            ("ms", True),
        ),
        [
            (
                safe(row["at"].replace("T", " ")),
                safe(f"{row['method']} {row['target'].lstrip('/')[:120]}"),
                f'<span class="{"ok" if row["outcome"] == "ok" else "bad"}">{safe(row["code"] or row["outcome"])}'
                f"{safe(' [' + row['fault'] + ']' if row['fault'] else '')}</span>",
                safe(row["text"]),
                safe(row["transaction_id"]),
                safe(row["duration_ms"]),
            )
            for row in rows
        ],
    )
    warning = f'<p class="bad">{view.say("Overlapping calls")}: {overlaps}</p>' if overlaps else ""
    return f"<h2>{view.say('Calls')}</h2>{warning}{table}"


LISTS = {
    "invoices": invoices,
    "customers": customers,
    "products": products,
    "dimensions": dimension_items,
    "vouchers": vouchers,
    "calls": calls,
}
