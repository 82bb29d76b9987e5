"""Sales invoices and credit notes: salesinvoice.nv, salesinvoicelist.nv, getsalesinvoice.nv.

Source: specification, the pages of those three resources. An edit replaces the whole document, so it is always
sent complete. A credit note is an invoice with negative quantities and a negative total.
"""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal

from .payload import objects, rows
from .query import one_or_many, read_request, write_request
from .sales_invoice_fields import READ, READ_ROW, WRITE
from .sales_invoice_line import (
    CommentLine,
    Dimension,
    ProductLine,
    ReceivedLine,
    line_values,
    read_lines,
)
from .schema import With, pick

__all__ = [
    "Attachment",
    "CommentLine",
    "Dimension",
    "InvoiceRow",
    "ProductLine",
    "ReceivedInvoice",
    "ReceivedLine",
    "SalesInvoice",
    "add",
    "edit",
    "get_request",
    "list_request",
    "parse_get",
    "parse_list",
]

#: Most rows that one answer of salesinvoicelist.nv holds; go on with `above_key`.
LIST_SIZE = 500


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file kept with the invoice. `type`: pdf, finvoice or another ending; a finvoice has no print_by_default."""

    mime_type: str = "application/pdf"
    description: str
    filename: str
    data: bytes
    print_by_default: bool = False
    type: str = "pdf"


@dataclass(frozen=True, kw_only=True)
class SalesInvoice:
    """An invoice or credit note as it is sent. None = the element is left out.

    customer_key or customer_code: one of them, the key wins. currency_rate is foreign units per euro.
    payment_term_days or due_date: at least one. amount "" lets Netvisor add up the lines.
    """

    number: int | None = None
    date: Date | None = None
    event_date: Date | None = None
    due_date: Date | None = None
    value_date: Date | None = None
    delivery_date: Date | None = None
    reference: str | None = None
    amount: Decimal | None = None
    currency: str = "EUR"
    currency_rate: Decimal | None = None
    seller_name: str | None = None
    invoice_type: str = "invoice"
    status: str = "unsent"
    text_before: str | None = None
    text_after: str | None = None
    our_reference: str | None = None
    your_reference: str | None = None
    private_comment: str | None = None
    customer_key: int | None = None
    customer_code: str | None = None
    invoicing_name: str | None = None
    invoicing_name_extension: str | None = None
    invoicing_address: str | None = None
    invoicing_address2: str | None = None
    invoicing_postcode: str | None = None
    invoicing_town: str | None = None
    invoicing_country: str | None = None
    delivery_name: str | None = None
    delivery_name_extension: str | None = None
    delivery_address: str | None = None
    delivery_postcode: str | None = None
    delivery_town: str | None = None
    delivery_country: str | None = None
    delivery_method: str | None = None
    delivery_term: str | None = None
    tax_handling: str | None = None
    payment_term_days: int | None = None
    cash_discount_days: int | None = None
    cash_discount: Decimal | None = None
    expect_partial_payments: bool | None = None
    receivable_account: str | None = None
    agreement: str | None = None
    print_format: str | None = None
    order_number: str | None = None
    overdue_interest: Decimal | None = None
    lines: tuple = ()  # of ProductLine and CommentLine
    attachments: tuple = ()  # of Attachment


@dataclass(frozen=True, kw_only=True)
class ReceivedInvoice(SalesInvoice):
    """An invoice as Netvisor gives it. `status` is the code, `status_text` the localised word."""

    key: int | None = None
    number: str | None = None
    status: str | None = None
    status_text: str | None = None
    currency: str | None = None
    invoice_type: str | None = None
    voucher_key: int | None = None
    foreign_amount: Decimal | None = None
    business_id: str | None = None
    credited_key: int | None = None
    unreadable: tuple = ()


@dataclass(frozen=True, kw_only=True)
class InvoiceRow:
    """One row of salesinvoicelist.nv."""

    key: int | None = None
    number: str = ""
    date: Date | None = None
    due_date: Date | None = None
    status: str = ""
    substatus: str = ""
    in_collection: bool | None = None
    customer_key: int | None = None
    customer_code: str = ""
    customer_name: str = ""
    reference: str = ""
    amount: Decimal | None = None
    open_amount: Decimal | None = None
    private_comment: str | None = None
    currency_amount: Decimal | None = None
    open_currency_amount: Decimal | None = None
    currency: str | None = None
    uri: str = ""
    unreadable: tuple = ()


def add(invoice, encoding="utf-8", **parameters):
    """Return the Request that creates a SalesInvoice. parameters: `useonlyexistingdimensions`… Raises SchemaError."""
    return write_request("salesinvoice.nv", _values(invoice), encoding, **parameters)


def edit(key, invoice, encoding="utf-8", **parameters):
    """Return the Request that replaces the invoice of that Netvisor key (int) by a complete SalesInvoice."""
    return write_request("salesinvoice.nv", _values(invoice), encoding, key, **parameters)


def _values(invoice):
    values = pick(invoice, WRITE) or {}
    if invoice.amount is not None:
        values["salesinvoiceamount"] = With(
            invoice.amount, iso4217currencycode=invoice.currency, currencyrate=invoice.currency_rate
        )
    if invoice.customer_key is not None:
        values["invoicingcustomeridentifier"] = With(invoice.customer_key, type="netvisor")
    elif invoice.customer_code is not None:
        values["invoicingcustomeridentifier"] = With(invoice.customer_code, type="customer")
    if invoice.print_format is not None:
        kind = "netvisor" if str(invoice.print_format) in ("1", "2") else "customer"
        values["printchannelformat"] = With(invoice.print_format, type=kind)
    values["invoicelines"] = {"invoiceline": tuple(map(line_values, invoice.lines))}
    if invoice.attachments:
        values["salesinvoiceattachments"] = {
            "salesinvoiceattachment": tuple(map(_attachment_values, invoice.attachments))
        }
    return values


def _attachment_values(attachment):
    return {
        "mimetype": attachment.mime_type,
        "attachmentdescription": attachment.description,
        "filename": attachment.filename,
        "documentdata": With(attachment.data, type=attachment.type),
        # With a finvoice the whole request is refused if this element is there.
        "printbydefault": None if attachment.type == "finvoice" else attachment.print_by_default,
    }


def list_request(
    *,
    above_key=None,
    begin=None,
    end=None,
    number=None,
    status=None,
    modified_start=None,
    modified_end=None,
    customer_code=None,
    customer_key=None,
    private_comment=True,
    currency=False,
    modified_payments=None,
    orders=False,
):
    """Return the Request of salesinvoicelist.nv.

    above_key        only larger keys: the cursor for the next `LIST_SIZE` rows
    begin, end       invoice date from and to, both included
    number           int or digits
    status           open, overdue, paid, unsent, …: status or substatus
    modified_start, modified_end   date or naive datetime; with modified_payments also where only a payment changed
    private_comment  ask for the private comment, where the marker of a document is
    currency         ask for the sums in the invoice's currency
    """
    return read_request(
        "salesinvoicelist.nv",
        listtype="preinvoice" if orders else None,
        invoicesabovenetvisorkey=above_key,
        begininvoicedate=begin,
        endinvoicedate=end,
        invoicenumber=number,
        invoicestatus=status,
        lastmodifiedstart=modified_start,
        lastmodifiedend=modified_end,
        customercode=customer_code,
        customernetvisorkey=customer_key,
        # A sum of bits: 1 the comment, 2 the currency.
        replyoption=str(bool(private_comment) + 2 * bool(currency)) if private_comment or currency else None,
        includemodifiedpayments=modified_payments or None,
    )


def parse_list(answer):
    """Return a tuple of InvoiceRow. Raises ReadError."""
    return tuple(node.build(InvoiceRow, READ_ROW) for node in rows(answer, "SalesInvoiceList", "SalesInvoice"))


def get_request(
    keys,
    *,
    pdf="nopdf",
    comment_lines=True,
    attachments=None,
    history=None,
    documents=None,
    reply_option=None,
):
    """Return the Request of getsalesinvoice.nv for one Netvisor key (int) or several (at most 500).

    pdf: nopdf, pdf or lastsentprintservice. reply_option: sum of 1 events … 32 matched invoices.
    """
    resource = "getsalesinvoice.nv"
    return read_request(
        resource,
        **one_or_many(resource, keys, "netvisorkey", "netvisorkeylist"),
        pdfimage=pdf,
        showprocesshistory=history,
        includeattachments=attachments,
        showcommentlines=comment_lines,
        includedocuments=documents,
        replyoption=reply_option,
    )


def parse_get(answer):
    """Return a tuple of ReceivedInvoice, () when there is none. Raises ReadError."""
    return tuple(
        node.build(ReceivedInvoice, READ, lines=read_lines(node), attachments=_read_attachments(node))
        for node in objects(answer, "SalesInvoices", "SalesInvoice")
    )


def _read_attachments(node):
    return tuple(
        Attachment(
            mime_type=item.text("MimeType") or item.text("ContentType", ""),
            description=item.text("AttachmentDescription") or item.text("Comment", ""),
            filename=item.text("FileName", ""),
            data=_decoded(item.text("DocumentData") or item.text("AttachmentBase64Data", "")),
        )
        for item in node.everywhere("SalesInvoiceAttachment")
    )


def _decoded(text):
    try:
        return b64decode(text)
    except (binascii.Error, ValueError):
        return b""
