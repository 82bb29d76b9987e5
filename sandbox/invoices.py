"""salesinvoice.nv: invoices, orders, drafts and credit notes (section 4.5)."""

import base64
import datetime
import hashlib
from decimal import Decimal

from . import accounts, arithmetic, customers, dimensions, products, vouchers
from .codes import CURRENCIES, vat_fits, vat_in_force
from .forms_invoice import INVOICE
from .grammar import check, day, number
from .references import check_digit, is_reference
from .refusal import Invalid, Refusal

_STATUSES = {
    "invoice": ("open", "unsent", "rejected"),
    "order": ("delivered", "undelivered"),
    "invoicedraft": ("",),
}
_DATES = (
    "salesinvoicedate",
    "salesinvoiceeventdate",
    "salesinvoiceduedate",
    "salesinvoicevaluedate",
    "salesinvoicedeliverydate",
)
_ADDRESS = {
    "invoicingcustomername": "name",
    "invoicingcustomernameextension": "nameextension",
    "invoicingcustomeraddressline": "streetaddress",
    "invoicingcustomeradditionaladdressline": "additionaladdressline",
    "invoicingcustomerpostnumber": "postnumber",
    "invoicingcustomertown": "city",
    "invoicingcustomercountrycode": "country",
}
#: Foreign units per euro, for invoices that name a currency without a rate.
_RATES = {"EUR": "1", "SEK": "11.20", "NOK": "11.60", "DKK": "7.46", "USD": "1.10", "GBP": "0.85"}


def write(context):
    """Add an invoice, or replace one."""
    method = context.query("method", "add").lower()  # old clients leave it out when they add
    if method not in ("add", "edit"):
        raise Invalid(detail="Parameter method is neither add nor edit")
    if method == "add":
        node = check(context.request.body, INVOICE)
        data = _build(context, node, None, None)
        key = context.books.next_key("invoice")
        data.update(created=context.stamp, transaction_id=context.request.transaction_id)
        _store(context, key, data, node)
        return None, key
    key = context.key("id")
    old = context.books.get("invoice", key)
    if old is None:
        raise Invalid("invoice_unknown", key=key)
    replaces = context.options["edit_replaces"]
    node = check(context.request.body, INVOICE, patch=not replaces)
    data = _build(context, node, key, old)
    data.update(
        created=old["created"],
        transaction_id=old["transaction_id"],
        edits=old["edits"] + 1,
        matches=old["matches"],
        edit_transaction_id=context.request.transaction_id,
    )
    if old["voucher"]:
        vouchers.withdraw(context, old["voucher"])
    _store(context, key, data, node, keep_attachments=not replaces)
    return None, None


def _store(context, key, data, node, keep_attachments=False):
    if node.get("salesinvoiceattachments") is not None or not keep_attachments:
        context.books.attach(key, _attachments(node))
    data["voucher"] = None
    if data["type"] == "invoice" and data["status"] != "unsent":
        data["voucher"] = vouchers.form(context, key, data)
    data["modified"] = context.stamp
    context.books.put("invoice", key, data, data["number"], context.stamp)


def _build(context, node, key, old):
    """The stored form of a checked message; refuses what Netvisor would refuse."""
    fields = dict(old["fields"]) if old and not context.options["edit_replaces"] else {}
    for name, text in node.leaves().items():
        fields[name] = text.strip() if name != "salesinvoiceprivatecomment" else text
    for name in _DATES:
        if fields.get(name):
            fields[name] = day(fields[name]).isoformat()
    data = {
        "fields": fields,
        "edits": 0,
        "matches": [],
        "remarks": [],
        "due_date": _due_date(fields),
    }
    _kind_and_status(fields, data)
    _customer(context, node, fields, data, old)
    _currency(node, data, old)
    data["number_given"] = bool(fields.get("salesinvoicenumber"))
    accounts.must_be_open(context, fields["salesinvoicedate"], fields.get("salesinvoiceeventdate"))
    lines = node.get("invoicelines")
    if lines is None:  # only where an edit may leave them out
        data["lines"] = old["lines"]
    else:
        data["lines"] = [_line(context, item, data) for item in lines.children]
    if not any(item["kind"] == "product" for item in data["lines"]):
        raise Invalid(detail="The invoice needs at least one product line")
    _total(context, fields, data)
    _receivable(context, fields)
    _voucher_lines(context, node, data)
    _number(context, fields, data, key, old)
    _reference(context, fields, data, old)
    return data


def _kind_and_status(fields, data):
    kind = fields.get("invoicetype", "").lower() or "invoice"
    status = fields["salesinvoicestatus"].lower()
    if status not in _STATUSES[kind]:
        raise Invalid(detail=f"Status {status or '(empty)'} does not fit the type {kind}")
    if status == "rejected":
        data["remarks"].append("status rejected is not in the documentation")
        status = "unsent"
    data.update(type=kind, status=status or "draft")


def _due_date(fields):
    if fields.get("salesinvoiceduedate"):
        return fields["salesinvoiceduedate"]
    days = fields.get("paymenttermnetdays")
    if not days and not fields.get("paymentterm"):
        raise Invalid(detail="One of salesinvoiceduedate, paymenttermnetdays and paymentterm is compulsory")
    start = datetime.date.fromisoformat(fields["salesinvoicedate"])
    return (start + datetime.timedelta(days=int(days or 14))).isoformat()


def _customer(context, node, fields, data, old):
    link = node.get("invoicingcustomeridentifier")
    if link is None:
        data.update(customer_key=old["customer_key"], customer_code=old["customer_code"])
        return
    key, card = customers.find(context, link.text.strip(), link.attributes["type"].lower())
    data.update(
        customer_key=key,
        customer_code=card["code"],
        customer_business_id=card["fields"].get("externalidentifier", ""),
    )
    if not any(fields.get(name) for name in _ADDRESS):
        # Only the link is given: names and addresses come from the register. With any detail given, nothing does.
        for name, source in _ADDRESS.items():
            fields[name] = card["fields"].get(source, "")
    if context.options["require_address"]:
        for name in (
            "invoicingcustomername",
            "invoicingcustomeraddressline",
            "invoicingcustomertown",
        ):
            if not fields.get(name):
                raise Invalid("address", name=name)


def _currency(node, data, old):
    amount = node.get("salesinvoiceamount")
    if amount is None:
        data.update(
            currency=old["currency"],
            currency_rate=old["currency_rate"],
            rate_given=old["rate_given"],
        )
        return
    currency = amount.attributes.get("iso4217currencycode", "").strip().upper() or "EUR"
    if currency not in CURRENCIES:
        raise Invalid(detail=f"Attribute iso4217currencycode is not an ISO 4217 code: {currency}")
    rate = amount.attributes.get("currencyrate", "").strip()
    try:
        value = Decimal((rate or _RATES.get(currency, "1")).replace(",", "."))
    except ArithmeticError:
        raise Invalid(detail=f"Attribute currencyrate is not a number: {rate}") from None
    if not value.is_finite() or value <= 0:
        raise Invalid(detail=f"Attribute currencyrate must be positive: {rate}")
    data.update(currency=currency, currency_rate=str(value), rate_given=bool(rate))


def _line(context, node, data):
    item = node.children[0]
    if item.name == "salesinvoicecommentline":
        return {"kind": "comment", "text": item.value("comment")}
    if item.name == "salesinvoicesubline":
        return {"kind": "subline", "fields": item.leaves()}
    sums = [bool(item.value(name)) for name in ("salesinvoiceproductlinevatsum", "salesinvoiceproductlinesum")]
    if sums[0] != sums[1]:
        raise Invalid(detail="salesinvoiceproductlinevatsum and salesinvoiceproductlinesum: give both or neither")
    kind = item.attribute("productidentifier", "type").lower()
    product_key, product = products.find(context, item.value("productidentifier"), kind)
    percent = number(item.value("productvatpercentage"))
    code = item.attribute("productvatpercentage", "vatcode").upper()
    if not code:
        code = "KOMY" if percent else "NONE"
        data["remarks"].append("a product line has no VAT code")
    if not vat_fits(code, percent):
        raise Invalid("vat", code=code, percent=item.value("productvatpercentage"))
    date = datetime.date.fromisoformat(
        data["fields"].get("salesinvoicedeliverydate") or data["fields"]["salesinvoicedate"]
    )
    if not vat_in_force(percent, date):
        data["remarks"].append(f"VAT percentage {percent} is not in force on {date}")
    discount = number(item.value("salesinvoiceproductlinediscountpercentage") or "0")
    if not 0 <= discount <= 100:
        raise Invalid(detail=f"Discount percentage must be from 0 to 100: {discount}")
    account = item.value("accountingaccountsuggestion")
    if account:
        accounts.must_be_usable(context, account)
    net, vat, gross = arithmetic.of_node(item)
    fields = item.leaves()
    return {
        "kind": "product",
        "key": context.books.next_key("line"),
        "fields": fields,
        "product_key": product_key,
        "product_code": product["code"] if product else "",
        "name": item.value("productname") or (product["fields"]["name"] if product else ""),
        "price": item.value("productunitprice").replace(",", "."),
        "price_type": item.attribute("productunitprice", "type").lower(),
        "quantity": item.value("salesinvoiceproductlinequantity").replace(",", "."),
        "discount": str(discount),
        "vat_percent": str(percent.normalize() + 0),
        "vat_code": code,
        "account": account,
        "sums_given": sums[0],
        "net": str(net),
        "vat": str(vat),
        "gross": str(gross),
        "dimensions": dimensions.read(context, item),
    }


def _total(context, fields, data):
    computed, table = arithmetic.summary(data["lines"])
    given = fields.get("salesinvoiceamount", "")
    data.update(computed=str(computed), vat=table, amount_given=given or None)
    total = arithmetic.cents(number(given)) if given else computed
    data["amount"] = str(total)
    if data["remarks"]:
        for words in data["remarks"]:
            context.remark(words)
    if total != computed:
        if context.options["strict_total"]:
            raise Invalid("total", given=given, computed=str(computed).replace(".", ","))
        context.remark(f"total {total} differs from the lines' {computed}")
    if not total and context.options["refuse_zero_sum"]:
        raise Invalid(detail="A zero-sum invoice cannot be sent")
    if total < 0 and any(Decimal(item["price"]) < 0 for item in data["lines"] if item["kind"] == "product"):
        # The price of a credit note stays positive; its quantity is negative.
        raise Invalid(detail="The unit price of a credit note must be positive, its quantity negative")


def _receivable(context, fields):
    number = fields.get("overridevouchersalesreceivablesaccountnumber")
    if number:
        accounts.must_be_usable(context, number)


def _voucher_lines(context, node, data):
    lines = node.get("invoicevoucherlines")
    data["own_voucher_lines"] = bool(lines)
    for item in lines.children if lines else ():
        accounts.must_be_usable(context, item.value("accountnumber"))
        dimensions.read(context, item)


def _number(context, fields, data, key, old):
    books = context.books
    given = fields.get("salesinvoicenumber")
    if data["type"] == "invoicedraft":
        if given:
            raise Invalid(detail="A draft must not have a number")
        data["number"] = None
        return
    if given:
        value = int(given)
        if value <= 0:
            raise Invalid(detail=f"salesinvoicenumber must be positive: {given}")
        if any(other != key for other, _data in books.by_code("invoice", value)):
            raise Refusal("DUPLICATE_DATA", "duplicate_invoice", number=value)
    elif old and old["number"]:
        value = old["number"]
    else:
        value = books.next("invoice number")
        while books.by_code("invoice", value):
            value = books.next("invoice number")
    data["number"] = value


def _reference(context, fields, data, old):
    """A missing reference number is invented: nobody would recognise the payment of a customer who has another."""
    given = fields.get("salesinvoicereferencenumber", "").replace(" ", "")
    if given and fields["salesinvoicereferencenumber"] != given:
        raise Invalid(detail="salesinvoicereferencenumber must be given without spaces")
    if given and context.options["check_reference"] and not is_reference(given):
        raise Invalid("reference", given=given)
    data["reference_invented"] = False
    if not given and data["number"]:
        if old and old["reference"]:
            given, data["reference_invented"] = old["reference"], old["reference_invented"]
        else:
            stem = str(data["number"]).rjust(3, "1")
            given, data["reference_invented"] = stem + check_digit(stem), True
    data["reference"] = given


def _attachments(node):
    holder = node.get("salesinvoiceattachments")
    result = []
    for item in holder.children if holder else ():
        content = base64.b64decode("".join(item.value("documentdata").split()))
        kind = item.attribute("documentdata", "type").lower() or "pdf"
        if kind == "finvoice" and item.get("printbydefault") is not None:
            raise Invalid(detail="printbydefault must not be given with the type finvoice")
        result.append(
            (
                {
                    "mime_type": item.value("mimetype"),
                    "description": item.value("attachmentdescription"),
                    "filename": item.value("filename"),
                    "type": kind,
                    "print_by_default": item.value("printbydefault") == "1",
                    "size": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "is_pdf": content[:5] == b"%PDF-",
                },
                content,
            )
        )
    return result
