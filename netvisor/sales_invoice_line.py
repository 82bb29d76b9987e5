"""Lines of a sales invoice: product lines, comment lines, dimensions.

Source: specification, "salesinvoiceproductline" and "getsalesinvoice.nv".
"""

from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal

from .schema import With, pick
from .vat import normalise


@dataclass(frozen=True)
class Dimension:
    """A follow-up item by its names: Netvisor knows no other way to address one in a message."""

    name: str
    item: str


@dataclass(frozen=True)
class CommentLine:
    """A printed line without a sum."""

    text: str


@dataclass(frozen=True, kw_only=True)
class ProductLine:
    """A line with a sum. In a credit note the price stays positive, quantity and sums are negative.

    product_code or product_key, the key wins; neither = a free line with an empty code.
    line_sum is gross; vat_sum and line_sum are given both or neither: then Netvisor does not calculate the line.
    """

    product_code: str | None = None
    product_key: int | None = None
    name: str = ""
    unit_price: Decimal | None = None
    price_type: str = "net"
    purchase_price: Decimal | None = None
    vat_percent: Decimal | None = None
    vat_code: str | None = None
    quantity: Decimal | None = None
    discount: Decimal | None = None
    text: str | None = None
    vat_sum: Decimal | None = None
    line_sum: Decimal | None = None
    inventory_key: int | None = None
    account: str | None = None
    dimensions: tuple = ()  # of Dimension
    unit: str | None = None
    delivery_date: Date | None = None
    order_number: str | None = None
    account_dimension: str | None = None  # for the posting of the buyer, who sees it


@dataclass(frozen=True, kw_only=True)
class ReceivedLine(ProductLine):
    """A product line as Netvisor gives it.

    account is an account number, where Netvisor gives one; account_key what older answers give instead.
    """

    key: int | None = None
    account_key: int | None = None
    unreadable: tuple = ()


#: element → field
WRITE = {
    "productname": "name",
    "productunitpurchaseprice": "purchase_price",
    "salesinvoiceproductlinequantity": "quantity",
    "salesinvoiceproductlinediscountpercentage": "discount",
    "salesinvoiceproductlinefreetext": "text",
    "salesinvoiceproductlinevatsum": "vat_sum",
    "salesinvoiceproductlinesum": "line_sum",
    "salesinvoiceproductlineinventoryid": "inventory_key",
    "accountingaccountsuggestion": "account",
    "productunitname": "unit",
    "deliverydate": "delivery_date",
    "ordernumber": "order_number",
    "accountdimensiontext": "account_dimension",
}

#: element, field, kind
READ = (
    ("NetvisorKey", "key", "integer"),
    ("ProductNetvisorKey", "product_key", "integer"),
    ("ProductName", "name", "text"),
    ("ProductUnitPrice", "unit_price", "decimal"),
    ("ProductPurchasePrice", "purchase_price", "decimal"),
    ("ProductVatPercentage", "vat_percent", "decimal"),
    ("SalesInvoiceProductLineQuantity", "quantity", "decimal"),
    ("SalesInvoiceProductLineUnit", "unit", "text"),
    ("SalesInvoiceProductLineDeliveryDate", "delivery_date", "date"),
    ("SalesInvoiceProductLineDiscountPercentage", "discount", "decimal"),
    ("SalesInvoiceProductLineFreeText", "text", "text"),
    ("SalesInvoiceProductLineVatSum", "vat_sum", "decimal"),
    ("SalesInvoiceProductLineSum", "line_sum", "decimal"),
    ("SalesInvoiceProductLineInventoryID", "inventory_key", "integer"),
    ("AccountingAccountSuggestion", "account_key", "integer"),
    ("AccountingAccountSuggestionAccountNumber", "account", "text"),
    ("OrderNumber", "order_number", "text"),
)


def line_values(line):
    """Return the nested values of one `invoiceline` for a ProductLine or CommentLine."""
    if isinstance(line, CommentLine):
        return {"salesinvoicecommentline": {"comment": line.text}}
    values = pick(line, WRITE) or {}
    values["productidentifier"] = _product(line)
    values["productunitprice"] = _with(line.unit_price, type=line.price_type)
    values["productvatpercentage"] = _with(line.vat_percent, vatcode=line.vat_code)
    values["dimension"] = dimension_values(line.dimensions)
    return {"salesinvoiceproductline": values}


def _product(line):
    if line.product_key is not None:
        return With(line.product_key, type="netvisor")
    return With(line.product_code or "", type="customer")


def _with(value, **attributes):
    return None if value is None else With(value, **attributes)


def dimension_values(dimensions):
    """Return the values of repeated `dimension` elements."""
    return tuple({"dimensionname": item.name, "dimensionitem": item.item} for item in dimensions)


def read_dimensions(node):
    """Return a tuple of Dimension from the `Dimension` elements directly below a Node."""
    return tuple(
        Dimension(item.text("DimensionName", ""), item.text("DimensionItem", "")) for item in node.children("Dimension")
    )


def read_lines(node):
    """Return the lines of an invoice Node in document order.

    Netvisor puts all lines into one `InvoiceLine`; one line per `InvoiceLine` is read as well.
    """
    lines = []
    for holder in node.everywhere("InvoiceLine"):
        for item in holder.children():
            if item.name == "salesinvoiceproductline":
                lines.append(_read_product_line(item))
            elif item.name == "salesinvoicecommentline":
                lines.append(CommentLine(item.text("Comment", "")))
    return tuple(lines)


def _read_product_line(node):
    kind = node.attribute("type", "ProductIdentifier", "customer").lower()
    identifier = node.text("ProductIdentifier")
    found, unreadable = node.read(READ)
    if kind == "netvisor":
        found.setdefault("product_key", int(identifier) if identifier and identifier.isdigit() else None)
    else:
        found["product_code"] = identifier
    code = node.attribute("vatcode", "ProductVatPercentage")
    return ReceivedLine(
        **found,
        vat_code=None if code is None else normalise(code),
        dimensions=read_dimensions(node),
        unreadable=unreadable,
    )
