"""The forms of accounting.nv, accountingedit.nv and invalidatevouchers.nv (section 4.13), in their order."""

from .codes import VAT_CODES
from .grammar import group, leaf, maybe, one_of

LINE = group(
    "voucherline",
    leaf("linesum", "sum", need=True, attributes={"type": maybe("net", "gross")}),
    leaf("description", length=255),
    leaf("accountnumber", "integer", need=True),
    leaf("vatpercent", "decimal", need=True, attributes={"vatcode": maybe(*sorted(VAT_CODES))}),
    leaf("accountdimension", attributes={"type": one_of("name", "netvisorkey")}),
    group(
        "dimension",
        leaf("dimensionname", need=True, length=50),
        leaf("dimensionitem", need=True, length=200),
        many=True,
    ),
    many=True,
)

ATTACHMENTS = group(
    "voucherattachments",
    group(
        "voucherattachment",
        leaf("mimetype", need=True),
        leaf("attachmentdescription", need=True, length=100),
        leaf("filename", need=True, length=255),
        leaf("documentdata", "base64", need=True),
        need=True,
        many=True,
    ),
)

_CONTENT = (
    leaf("calculationmode", ("net", "gross"), need=True),
    leaf("voucherdate", "date", need=True, attributes={"format": one_of("ansi")}),
    leaf("number", "integer", length=9),
    leaf("description", length=255),
    leaf("voucherclass", need=True),
    leaf("checked", "truth"),
    leaf("comment"),
    LINE,
    ATTACHMENTS,
)

VOUCHER = group("voucher", *_CONTENT)
VOUCHER_EDIT = group("voucher", leaf("netvisorkey", "integer", need=True), *_CONTENT)

INVALIDATE = group(
    "invalidatevouchers",
    leaf("comment", length=255),
    leaf("invalidatevoucher", "integer", need=True, many=True),
    attributes={"identifier": one_of("netvisorkey")},
)
