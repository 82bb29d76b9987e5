"""accounting.nv, accountingedit.nv and invalidatevouchers.nv: the bodies, in order.

Source: specification, "Accounting" (import, edit and invalidate accounting data).
"""

from .rule import Attribute, Element, choice, date, decimal, group, integer, text
from .vat_code import VAT_CODE_NAMES

LARGEST_NUMBER = 999_999_999  # nine digits

VOUCHER_LINE = group(
    "voucherline",
    "*",
    decimal("linesum", "1", 2, attributes=(Attribute("type", ("net", "gross")),)),
    text("description", "?", 255),
    text("accountnumber", "1"),
    # A code is always sent: without one Netvisor takes that of the account.
    decimal("vatpercent", "1", attributes=(Attribute("vatcode", VAT_CODE_NAMES, required=True),)),
    text("accountdimension", "?", attributes=(Attribute("type", ("name", "netvisorkey"), required=True),)),
    group("dimension", "*", text("dimensionname", "1", 50), text("dimensionitem", "1", 200)),
)

ATTACHMENTS = group(
    "voucherattachments",
    "?",
    group(
        "voucherattachment",
        "+",
        text("mimetype", "1"),
        text("attachmentdescription", "1", 100),
        text("filename", "1", 255),
        Element("documentdata", "data", "1"),
    ),
)

CONTENT = (
    choice("calculationmode", "add", ("net", "gross")),
    date("voucherdate", "add"),
    integer("number", "?", minimum=1),
    text("description", "?", 255),
    text("voucherclass", "add"),
    choice("checked", "?", ("true", "false")),
    text("comment", newer=True),
    VOUCHER_LINE,
    ATTACHMENTS,
)

VOUCHER = group("voucher", "1", *CONTENT)
#: The same, of a voucher that exists. What is absent stays; lines that are given replace all lines.
VOUCHER_EDIT = group("voucher", "1", integer("netvisorkey", "1", minimum=1), *CONTENT)

INVALIDATE = group(
    "invalidatevouchers",
    "1",
    text("comment", "?", 255),
    integer("invalidatevoucher", "+", minimum=1),
    attributes=(Attribute("identifier", ("netvisorkey",), required=True, default="netvisorkey"),),
)
