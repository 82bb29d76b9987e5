"""Products: product.nv, productlist.nv, getproduct.nv.

Source: specification, the pages of those three resources.
"""

from dataclasses import dataclass
from decimal import Decimal

from .payload import objects, rows
from .query import one_or_many, read_request, write_request
from .sales_invoice_line import dimension_values, read_dimensions
from .schema import With, pick


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product card. A product has a VAT percentage but no VAT code."""

    code: str | None = None
    group: str | None = None
    name: str | None = None
    description: str | None = None
    unit_price: Decimal | None = None
    price_type: str = "net"
    unit: str | None = None
    purchase_price: Decimal | None = None
    tariff_heading: str | None = None
    commission: Decimal | None = None
    active: bool | None = True
    sales_product: bool | None = True
    inventory: bool | None = None
    origin_country: str | None = None
    ean: str | None = None
    ean_type: str | None = None  # any, ean8, ean13 or code128
    ean2: str | None = None
    ean2_type: str | None = None
    vat_percent: Decimal | None = None
    account: str | None = None
    eu_account: str | None = None
    outside_eu_account: str | None = None
    net_weight: Decimal | None = None
    gross_weight: Decimal | None = None
    weight_unit: str | None = None
    dimensions: tuple = ()  # of Dimension


@dataclass(frozen=True, kw_only=True)
class ReceivedProduct(Product):
    """A product card as Netvisor gives it."""

    key: int | None = None
    active: bool | None = None
    sales_product: bool | None = None
    price_type: str | None = None
    gross_price: Decimal | None = None
    unit_weight: Decimal | None = None  # kg; older cards have this one instead of the net weight
    gross_weight_unit: str | None = None
    unreadable: tuple = ()


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """One row of productlist.nv."""

    key: int | None = None
    code: str = ""
    name: str = ""
    unit_price: Decimal | None = None
    gross_price: Decimal | None = None
    group_key: int | None = None
    group_name: str = ""
    uri: str = ""
    unreadable: tuple = ()


#: group → {element: field}
WRITE = {
    "productbaseinformation": {
        "productcode": "code",
        "productgroup": "group",
        "name": "name",
        "description": "description",
        "unit": "unit",
        "purchaseprice": "purchase_price",
        "tariffheading": "tariff_heading",
        "comissionpercentage": "commission",
        "isactive": "active",
        "issalesproduct": "sales_product",
        "inventoryenabled": "inventory",
        "countryoforigin": "origin_country",
    },
    "productbookkeepingdetails": {
        "defaultvatpercentage": "vat_percent",
        "defaultdomesticaccountnumber": "account",
        "defaulteuaccountnumber": "eu_account",
        "defaultoutsideeuaccountnumber": "outside_eu_account",
    },
    "productadditionalinformation": {
        "productnetweight": "net_weight",
        "productgrossweight": "gross_weight",
        "productweightunit": "weight_unit",
    },
}

#: element of productbaseinformation → field and the field of its attribute `type`
WITH_TYPE = {
    "unitprice": ("unit_price", "price_type"),
    "primaryeancode": ("ean", "ean_type"),
    "secondaryeancode": ("ean2", "ean2_type"),
}

#: path, field, kind
READ = (
    ("ProductBaseInformation/NetvisorKey", "key", "integer"),
    ("ProductBaseInformation/ProductCode", "code", "text"),
    ("ProductBaseInformation/ProductGroup", "group", "text"),
    ("ProductBaseInformation/Name", "name", "text"),
    ("ProductBaseInformation/Description", "description", "text"),
    ("ProductBaseInformation/UnitPrice", "unit_price", "decimal"),
    ("ProductBaseInformation/UnitPrice@type", "price_type", "text"),
    ("ProductBaseInformation/UnitGrossPrice", "gross_price", "decimal"),
    ("ProductBaseInformation/Unit", "unit", "text"),
    ("ProductBaseInformation/UnitWeight", "unit_weight", "decimal"),
    ("ProductBaseInformation/PurchasePrice", "purchase_price", "decimal"),
    ("ProductBaseInformation/TariffHeading", "tariff_heading", "text"),
    ("ProductBaseInformation/ComissionPercentage", "commission", "decimal"),
    ("ProductBaseInformation/IsActive", "active", "flag"),
    ("ProductBaseInformation/IsSalesProduct", "sales_product", "flag"),
    ("ProductBaseInformation/CountryOfOrigin", "origin_country", "text"),
    ("ProductBookkeepingDetails/DefaultVatPercent", "vat_percent", "decimal"),
    ("ProductBookkeepingDetails/DefaultVatPercentage", "vat_percent", "decimal"),
    ("ProductBookkeepingDetails/DefaultDomesticAccountNumber", "account", "text"),
    ("ProductBookkeepingDetails/DefaultEuAccountNumber", "eu_account", "text"),
    ("ProductBookkeepingDetails/DefaultOutsideEUAccountNumber", "outside_eu_account", "text"),
    ("ProductAdditionalInformation/ProductNetWeight", "net_weight", "decimal"),
    ("ProductAdditionalInformation/ProductNetWeight@weightunit", "weight_unit", "text"),
    ("ProductAdditionalInformation/ProductWeightUnit", "weight_unit", "text"),
    ("ProductAdditionalInformation/ProductGrossWeight", "gross_weight", "decimal"),
    ("ProductAdditionalInformation/ProductGrossWeight@weightunit", "gross_weight_unit", "text"),
    ("ProductAdditionalInformation/PrimaryEanCode", "ean", "text"),
    ("ProductAdditionalInformation/SecondaryEanCode", "ean2", "text"),
    # Where requests have them.
    ("ProductBaseInformation/PrimaryEanCode", "ean", "text"),
    ("ProductBaseInformation/SecondaryEanCode", "ean2", "text"),
)

READ_ROW = (
    ("NetvisorKey", "key", "integer"),
    ("ProductCode", "code", "text"),
    ("Name", "name", "text"),
    ("UnitPrice", "unit_price", "decimal"),
    ("UnitGrossPrice", "gross_price", "decimal"),
    ("ProductGroupID", "group_key", "integer"),
    ("ProductGroupDescription", "group_name", "text"),
    ("Uri", "uri", "text"),
)

#: Old answers say "brutto" where requests say "gross".
PRICE_TYPES = {"brutto": "gross", "netto": "net"}


def add(product, encoding="utf-8"):
    """Return the Request that creates a Product. Raises SchemaError."""
    return write_request("product.nv", _values(product), encoding)


def edit(key, product, encoding="utf-8"):
    """Return the Request that changes the product of that Netvisor key (int): only what is not None.

    Companies with extended product management refuse it.
    """
    return write_request("product.nv", _values(product), encoding, key)


def _values(product):
    values = {name: pick(product, names) for name, names in WRITE.items()}
    for element, (field, kind) in WITH_TYPE.items():
        if (value := getattr(product, field)) is not None:
            typed = With(value, type=getattr(product, kind))
            values["productbaseinformation"] = {**(values["productbaseinformation"] or {}), element: typed}
    if product.dimensions:
        values["productadditionalinformation"] = {
            **(values["productadditionalinformation"] or {}),
            "dimension": dimension_values(product.dimensions),
        }
    return values


def list_request(keyword=None, changed_since=None, *, published=None, unpublished=None, deleted=None):
    """Return the Request of productlist.nv.

    changed_since  date or naive datetime
    published, unpublished, deleted   bool: whether such products are listed; None leaves it to Netvisor
    """
    return read_request(
        "productlist.nv",
        keyword=keyword,
        changedsince=changed_since,
        published=published,
        unpublished=unpublished,
        deleted=deleted,
    )


def parse_list(answer):
    """Return a tuple of ProductRow. Raises ReadError."""
    return tuple(node.build(ProductRow, READ_ROW) for node in rows(answer, "ProductList", "Product"))


def get_request(keys=None, *, code=None, codes=(), ean=None, deleted=None):
    """Return the Request of getproduct.nv: by Netvisor key (int), keys, code (str), codes or EAN (str).

    At most 400 keys or codes. Keys of products that do not exist are left out of the answer. deleted False leaves out
    those that a user has deleted, None leaves it to Netvisor. Raises SchemaError.
    """
    resource = "getproduct.nv"
    option = "1" if deleted is False else None
    if code is not None:
        return read_request(resource, code=code, replyoption=option)
    if ean is not None:
        return read_request(resource, eancode=ean, replyoption=option)
    if codes:
        return read_request(resource, codelist=codes, replyoption=option)
    return read_request(
        resource, **one_or_many(resource, () if keys is None else keys, "id", "idlist"), replyoption=option
    )


def parse_get(answer):
    """Return a tuple of ReceivedProduct, () when there is none. Raises ReadError."""
    return tuple(map(_read, objects(answer, "Products", "Product")))


def _read(node):
    found, unreadable = node.read(READ)
    kind = (found.get("price_type") or "").lower()
    found["price_type"] = PRICE_TYPES.get(kind, kind or None)
    holder = node.find("ProductBookkeepingDetails/ProductDimensions")
    return ReceivedProduct(**found, dimensions=read_dimensions(holder) if holder else (), unreadable=unreadable)
