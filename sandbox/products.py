"""product.nv, productlist.nv and getproduct.nv (sections 4.10 and 4.11)."""

from decimal import Decimal

from . import accounts, dimensions
from .answers import comma, el
from .arithmetic import cents
from .codes import VAT_PERCENTAGES
from .forms_register import PRODUCT
from .grammar import check, number
from .refusal import Invalid, Refusal

_ACCOUNTS = (
    "defaultdomesticaccountnumber",
    "defaulteuaccountnumber",
    "defaultoutsideeuaccountnumber",
)


def write(context):
    """product.nv: add, or change what is given."""
    if context.method() == "edit":
        key = context.key("id")
        data = context.books.get("product", key)
        if data is None:
            raise Invalid("product_unknown", key=key)
        _apply(context, check(context.request.body, PRODUCT, patch=True), key, data)
        return None, None
    node = check(context.request.body, PRODUCT)
    key = context.books.next_key("product")
    _apply(context, node, key, {"code": "", "dimensions": [], "fields": {}, "price_type": "net"})
    return None, key


def _apply(context, node, key, data):
    fields = data["fields"]
    for part in node.children:
        if part.name == "productadditionalinformation" and part.all("dimension"):
            data["dimensions"] = dimensions.read(context, part)
        for child in part.children:
            if not child.children:
                fields[child.name] = child.text.strip()
    price = node.get("productbaseinformation/unitprice")
    if price is not None:
        data["price_type"] = price.attributes["type"].lower()
    vat = fields.get("defaultvatpercentage")
    if vat and number(vat) not in VAT_PERCENTAGES:
        raise Invalid("vat", code="", percent=vat)
    for name in _ACCOUNTS:
        if fields.get(name):
            accounts.must_be_usable(context, fields[name])
    code = data["code"] = fields.get("productcode", "")
    if code and any(other != key for other, _data in context.books.by_code("product", code)):
        raise Refusal("DUPLICATE_DATA", "duplicate_product", code=code)
    context.books.put("product", key, data, code, context.stamp)


def find(context, identifier, kind):
    """The (key, data) an invoice line means; an empty code is a free line without product."""
    identifier = identifier.strip()
    if not identifier:
        return None, None
    if kind == "netvisor":
        data = context.books.get("product", int(identifier)) if identifier.isdigit() else None
        if data is None:
            raise Invalid("product_unknown", key=identifier)
        return int(identifier), data
    if kind == "customer":
        found = context.books.by_code("product", identifier)
    else:
        name = "primaryeancode" if kind == "primaryeancode" else "secondaryeancode"
        found = [item for item in context.books.each("product") if item[1]["fields"].get(name) == identifier]
    if not found:
        raise Invalid("product_unknown", key=identifier)
    return found[0]


def listing(context):
    """productlist.nv"""
    keyword = context.query("keyword").lower()
    found = []
    for key, data in context.books.each("product", since=context.moment("changedsince")):
        fields = data["fields"]
        if keyword and keyword not in (data["code"] + " " + fields["name"]).lower():
            continue
        net, gross = _prices(data)
        found.append(
            el(
                "Product",
                [
                    el("NetvisorKey", key),
                    el("ProductCode", data["code"]),
                    el("Name", fields["name"]),
                    el("UnitPrice", comma(net)),
                    el("UnitGrossPrice", comma(gross)),
                    el("ProductGroupDescription", fields["productgroup"]),
                    el("Uri", context.uri("getproduct.nv", id=key)),
                ],
            )
        )
    return el("ProductList", found), None


def _prices(data):
    price = number(data["fields"]["unitprice"])
    percent = number(data["fields"].get("defaultvatpercentage") or "0")
    if data["price_type"] == "gross":
        return cents(price * 100 / (100 + percent)), price
    return price, cents(price * (100 + percent) / 100)


def get(context):
    """getproduct.nv: what is not found is an empty Product, with status OK."""
    keys, codes = (
        context.keys("idlist", 400),
        [code for code in context.query("codelist").split(",") if code],
    )
    if len(codes) > 400:
        raise Invalid(detail="Parameter codelist may hold at most 400 values")
    if keys or codes:
        found = [(key, context.books.get("product", key)) for key in keys]
        found += [item for code in codes for item in context.books.by_code("product", code.strip())]
        cards = [_card(key, data) for key, data in found if data is not None]
        return (cards[0], None) if len(keys) + len(codes) == len(cards) == 1 else (el("Products", cards), None)
    if context.query("code") or context.query("eancode"):
        field = "customer" if context.query("code") else "primaryeancode"
        try:
            found = find(context, context.query("code") or context.query("eancode"), field)
        except Invalid:
            return el("Product"), None
        return _card(*found), None
    key = context.key("id")
    data = context.books.get("product", key)
    return (el("Product") if data is None else _card(key, data)), None


def _card(key, data):
    fields = data["fields"]
    net, gross = _prices(data)

    def decimals(name, places=None):
        return comma(number(fields[name]), places) if fields.get(name) else None

    return el(
        "Product",
        [
            el(
                "ProductBaseInformation",
                [
                    el("NetvisorKey", key),
                    el("ProductCode", data["code"]),
                    el("ProductGroup", fields["productgroup"]),
                    el("Name", fields["name"]),
                    el("Description", fields.get("description")),
                    el("UnitPrice", comma(net), {"type": "net"}),
                    el("UnitGrossPrice", comma(gross), {"type": "gross"}),
                    el("Unit", fields.get("unit")),
                    el("UnitWeight", decimals("unitweight")),
                    el("PurchasePrice", decimals("purchaseprice", 4)),
                    el("TariffHeading", fields.get("tariffheading")),
                    el("ComissionPercentage", decimals("comissionpercentage")),
                    el("IsActive", fields["isactive"]),
                    el("IsSalesProduct", fields["issalesproduct"]),
                ],
            ),
            el(
                "ProductBookkeepingDetails",
                [
                    # The answer's name for the request's defaultvatpercentage (4.11).
                    el(
                        "DefaultVatPercent",
                        comma(number(fields.get("defaultvatpercentage") or "0")),
                    ),
                    el(
                        "DefaultDomesticAccountNumber",
                        fields.get("defaultdomesticaccountnumber") or "3000",
                    ),
                    el("DefaultEuAccountNumber", fields.get("defaulteuaccountnumber") or "3360"),
                    el(
                        "DefaultOutsideEUAccountNumber",
                        fields.get("defaultoutsideeuaccountnumber") or "3380",
                    ),
                ],
            ),
            el(
                "ProductInventoryDetails",
                [
                    el(name, comma(Decimal(0), 2))
                    for name in (
                        "InventoryAmount",
                        "InventoryMidPrice",
                        "InventoryValue",
                        "InventoryReservedAmount",
                        "InventoryOrderedAmount",
                    )
                ],
            ),
        ],
    )
