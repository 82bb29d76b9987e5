"""getsalesinvoice.nv and getorder.nv: the irregular names and forms of section 4.7."""

import base64
from decimal import Decimal

from . import accounts, dimensions, pdf
from .answers import ansi, comma, el
from .codes import COUNTRY_NAMES, VAT_OUTPUT
from .invoice_list import state_of
from .refusal import Invalid

#: The text of InvoiceStatus is for people; only the attribute is for programs (8.23).
_STATUS_TEXTS = {
    "EN": {
        "open": "Open",
        "unsent": "Unsent",
        "overdue": "Overdue",
        "paid": "Paid",
        "reminded": "Reminded",
        "requested": "Requested",
        "collected": "In collection",
        "creditloss": "Credit loss",
        "draft": "Draft",
        "delivered": "Delivered",
        "undelivered": "Undelivered",
    },
    "FI": {
        "open": "Avoin",
        "unsent": "Lähettämätön",
        "overdue": "Erääntynyt",
        "paid": "Maksettu",
        "reminded": "Muistutettu",
        "requested": "Vaadittu",
        "collected": "Perinnässä",
        "creditloss": "Luottotappio",
        "draft": "Luonnos",
        "delivered": "Toimitettu",
        "undelivered": "Toimittamatta",
    },
    "SE": {
        "open": "Öppen",
        "unsent": "Oskickad",
        "overdue": "Förfallen",
        "paid": "Betald",
        "reminded": "Påmind",
        "requested": "Krävd",
        "collected": "I indrivning",
        "creditloss": "Kreditförlust",
        "draft": "Utkast",
        "delivered": "Levererad",
        "undelivered": "Olevererad",
    },
}
_TRUTH = {"EN": ("No", "Yes"), "FI": ("Ei", "Kyllä"), "SE": ("Nej", "Ja")}


def get(context):
    """One key gives SalesInvoice (empty when unknown), a list of several gives SalesInvoices."""
    keys = context.keys("netvisorkeylist", 500)
    wanted = ("order",) if context.request.resource == "getorder.nv" else ("invoice", "invoicedraft")
    image = context.query("pdfimage", "lastsentprintservice").lower()
    if image not in ("lastsentprintservice", "pdf", "nopdf", ""):
        raise Invalid(detail=f"Parameter pdfimage is not valid: {image}")
    name = "SalesOrder" if wanted == ("order",) else "SalesInvoice"
    single = not keys
    keys = keys or [context.key("netvisorkey")]
    found = []
    for key in keys:
        data = context.books.get("invoice", key)
        if data is not None and data["type"] in wanted:
            found.append(_invoice(context, key, data, name, image))
    if single or len(keys) == 1:
        return (found[0] if found else el(name)), None
    return el(name + "s", found), None


def _text(fields, element, source=None):
    return el(element, fields.get(source or element.lower()))


def _invoice(context, key, data, name, image):
    fields, language = data["fields"], context.language
    status = state_of(data)[1] or state_of(data)[0]
    country = fields.get("invoicingcustomercountrycode", "").upper()
    delivery = fields.get("deliveryaddresscountrycode", "").upper()
    partial = fields.get("expectpartialpayments") == "1"
    rate = Decimal(data["currency_rate"])
    foreign = data["currency"] != "EUR"
    children = [
        el("SalesInvoiceNetvisorKey", key),
        el("SalesInvoiceNumber", data["number"]),
        ansi("SalesInvoiceDate", fields["salesinvoicedate"]),
        ansi(
            "SalesInvoiceEventDate",
            fields.get("salesinvoiceeventdate") or fields["salesinvoicedate"],
        ),
        ansi("SalesInvoiceValueDate", fields.get("salesinvoicevaluedate")),
        ansi("SalesInvoiceDeliveryDate", fields.get("salesinvoicedeliverydate")),
        ansi("SalesInvoiceDueDate", data["due_date"]),
        el("SalesInvoiceReferencenumber", data["reference"]),
        el(
            "SalesInvoiceAmount",
            comma(Decimal(data["amount"]) / rate, 2),
            {"iso4217currencycode": data["currency"], "currencyrate": comma(rate)},
        ),
        el("ForeignCurrencyAmount", comma(Decimal(data["amount"]), 2)) if foreign else None,
        el("SellerIdentifier", fields.get("sellername"), {"type": "name"}),
        el("InvoiceStatus", _STATUS_TEXTS[language].get(status, status), {"status": status}),
        el("InvoiceVoucher", None, {"netvisorkey": data["voucher"]}) if data["voucher"] else None,
        _text(fields, "SalesInvoiceFreeTextBeforeLines"),
        _text(fields, "SalesInvoiceFreeTextAfterLines"),
        _text(fields, "SalesInvoiceOurReference"),
        _text(fields, "SalesInvoiceYourReference"),
        _text(fields, "SalesInvoicePrivateComment"),
        _text(fields, "SalesInvoiceAgreementIdentifier"),
        el("InvoicingCustomerCode", data["customer_code"]),
        _text(fields, "InvoicingCustomerName"),
        _text(fields, "InvoicingCustomerNameExtension"),
        el("InvoicingCustomerNetvisorKey", data["customer_key"]),
        el("InvoicingCustomerOrganizationIdentifier", data.get("customer_business_id")),
        _text(fields, "InvoicingCustomerAddressline"),
        _text(fields, "InvoicingCustomerAdditionalAddressLine"),
        _text(fields, "InvoicingCustomerPostnumber"),
        _text(fields, "InvoicingCustomerTown"),
        el(
            "InvoicingCustomerCountryCode",
            COUNTRY_NAMES.get(country, country),
            {"ISO-3166": country} if country else None,
        ),
        el("MatchPartialPaymentsByDefault", _TRUTH[language][partial]),
        _text(fields, "DeliveryAddressName"),
        _text(fields, "DeliveryAddressLine"),
        _text(fields, "DeliveryAddressPostnumber"),
        _text(fields, "DeliveryAddressTown"),
        el("DeliveryAddressCountryCode", COUNTRY_NAMES.get(delivery, delivery).upper()),
        _text(fields, "DeliveryMethod"),
        _text(fields, "DeliveryTerm"),
        _text(fields, "PaymentTermNetDays"),
        _text(fields, "PaymentTermCashDiscountDays"),
        el("PaymentTermCashDiscount", fields.get("paymenttermcashdiscount"), {"type": "percentage"}),
        _text(fields, "WaybillIdentifier", "salesinvoicewaybillidentifier"),
        el("TaxHandlingClause", None, {"netvisorkey": ""}),
        _picture(data, image),
        _credited(context, data),
        # One InvoiceLine holds all lines, unlike in the request.
        el("InvoiceLines", [el("InvoiceLine", _lines(context, data))]),
        _attachments(context, key),
    ]
    return el(name, children)


def _picture(data, image):
    if image != "pdf":
        return None  # nothing was ever sent through the print service here
    rows = [f"Invoice {data['number'] or ''}", data["fields"].get("invoicingcustomername", "")]
    rows += [f"{item['name']}  {item['gross']}" for item in data["lines"] if item["kind"] == "product"]
    rows.append(f"Total {data['amount']} {data['currency']}")
    return el("LastSentInvoicePDFBase64Data", base64.b64encode(pdf.write(rows)).decode("ascii"))


def _credited(context, data):
    """replyoption 32: the other side of the matches."""
    option = context.query("replyoption", "0")
    if not option.isdigit() or not int(option) & 32 or not data["matches"]:
        return None
    return el(
        "MatchedCreditNotes",
        [
            el(
                "MatchedCreditNote",
                [el("NetvisorKey", match["key"]), el("Sum", comma(Decimal(match["sum"]), 2))],
            )
            for match in data["matches"]
        ],
    )


def _lines(context, data):
    comments = context.flag("showcommentlines")
    result = []
    for item in data["lines"]:
        if item["kind"] == "comment":
            if comments:
                result.append(el("SalesInvoiceCommentLine", [el("Comment", item["text"])]))
        elif item["kind"] == "product":
            result.append(_product_line(context, item))
    return result


def _product_line(context, item):
    fields = item["fields"]
    account = item["account"]
    return el(
        "SalesInvoiceProductLine",
        [
            el("NetvisorKey", item["key"]),
            el("productidentifier", item["product_code"], {"type": "customer"}),  # lower case, as in every capture
            el("ProductName", item["name"]),
            el("ProductNetvisorKey", item["product_key"]),
            el("ProductUnitPrice", comma(Decimal(item["price"]), 4)),
            el(
                "ProductVatPercentage",
                comma(Decimal(item["vat_percent"])),
                {"vatcode": VAT_OUTPUT.get(item["vat_code"], item["vat_code"])},
            ),
            el("SalesInvoiceProductLineQuantity", comma(Decimal(item["quantity"]))),
            el("SalesInvoiceProductLineUnit", fields.get("productunitname")),
            el("SalesInvoiceProductLineDiscountPercentage", comma(Decimal(item["discount"]))),
            el("SalesInvoiceProductLineFreeText", fields.get("salesinvoiceproductlinefreetext")),
            el("SalesInvoiceProductLineVatSum", comma(Decimal(item["vat"]), 2)),
            el("SalesInvoiceProductLineSum", comma(Decimal(item["gross"]), 2)),
            # A Netvisor key here; the account number stands in the newer element (8.25).
            el("AccountingAccountSuggestion", accounts.netvisor_key(account) if account else None),
            el("AccountingAccountSuggestionAccountNumber", account) if account else None,
            *(
                el(
                    "Dimension",
                    [el("DimensionName", one["name"]), el("DimensionItem", one["item"])],
                )
                for one in dimensions.shown(context.books, item["dimensions"])
            ),
            el("ProvisionPercentage", fields.get("provisionpercentage")),
        ],
    )


def _attachments(context, key):
    if not context.flag("includeattachments"):
        return None
    found = context.books.attachments(key, content=True)
    return el(
        "SalesInvoiceAttachments",
        [
            el(
                "SalesInvoiceAttachment",
                [
                    el("MimeType", meta["mime_type"]),
                    el("AttachmentDescription", meta["description"]),
                    el("FileName", meta["filename"]),
                    el(
                        "DocumentData",
                        base64.b64encode(content).decode("ascii"),
                        {"type": meta["type"]},
                    ),
                ],
            )
            for meta, content in found
        ],
    )
