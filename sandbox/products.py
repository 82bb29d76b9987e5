"""product.nv, productlist.nv and getproduct.nv (sections 4.10 and 4.11)."""

from decimal import Decimal

from . import accounts, dimensions
from .answers import comma, el
from .arithmetic import cents
from .codes import VAT_PERCENTAGES
from .forms_register import PRODUCT
from .grammar import check, number
from .refusal import Invalid, Refusal

STATES = ("published", "unpublished", "deleted")
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
        if context.options["extended_products"]:
            raise Refusal("INVALID_DATA", "extended_products")
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
            # Some clients put the unit there instead of into an element of its own (8.8).
            if child.attributes.get("weightunit"):
                fields["productweightunit"] = child.attributes["weightunit"].lower()
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


def state_of(data):
    """One of STATES. Published is what stands in the web shop; a deleted card is kept for its invoices."""
    return next((state for state in ("deleted", "published") if data.get(state)), "unpublished")


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
    """productlist.nv: what a user has deleted is listed only when asked for."""
    keyword = context.query("keyword").lower()
    states = [state for state in STATES if context.flag(state)] or STATES[:2]
    found = []
    for key, data in context.books.each("product", since=context.moment("changedsince")):
        fields = data["fields"]
        if state_of(data) not in states:
            continue
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
    keys, codes = context.keys("idlist", 400), [code for code in context.query("codelist").split(",") if code]
    if len(codes) > 400:
        raise Invalid(detail="Parameter codelist may hold at most 400 values")
    if keys or codes:
        found = [(key, context.books.get("product", key)) for key in keys]
        found += [item for code in codes for item in context.books.by_code("product", code.strip())]
        cards = [_card(context, key, data) for key, data in found if _is_wanted(context, data)]
        return (cards[0], None) if len(keys) + len(codes) == len(cards) == 1 else (el("Products", cards), None)
    key, data = _one(context)
    return (_card(context, key, data) if _is_wanted(context, data) else el("Product")), None


def _one(context):
    if context.query("code") or context.query("eancode"):
        field = "customer" if context.query("code") else "primaryeancode"
        try:
            return find(context, context.query("code") or context.query("eancode"), field)
        except Invalid:
            return None, None
    key = context.key("id")
    return key, context.books.get("product", key)


def _is_wanted(context, data):
    """replyoption=1: no deleted cards."""
    return data is not None and not (data.get("deleted") and context.query("replyoption") == "1")


def _card(context, key, data):
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
                    _country(fields.get("countryoforigin")),
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
                    _dimensions(context, data),
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
            el("ProductAdditionalInformation", _additional(fields)),
        ],
    )


def _country(value):
    return el("CountryOfOrigin", value.upper(), {"type": "ISO-3166"}) if value else None


def _dimensions(context, data):
    used = dimensions.shown(context.books, data["dimensions"])
    rows = [el("Dimension", [el("DimensionName", one["name"]), el("DimensionItem", one["item"])]) for one in used]
    return el("ProductDimensions", rows) if rows else None


def _additional(fields):
    """Weights carry their unit as an attribute here, whichever way they came (8.8)."""
    unit = {"weightunit": fields.get("productweightunit") or "kg"}
    weights = [
        el(name, comma(number(fields[name.lower()])), unit) if fields.get(name.lower()) else None
        for name in ("ProductNetWeight", "ProductGrossWeight")
    ]
    codes = [el(name, fields.get(name.lower())) for name in ("PrimaryEanCode", "SecondaryEanCode")]
    return weights + codes
