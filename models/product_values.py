"""From a product variant to the values of a Netvisor product. Nothing here searches, writes or calls."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from ..netvisor import formats, vat
from ..netvisor.product import Product
from . import sales_invoice_amounts as amounts
from .netvisor_kind import Problem

# Netvisor documents no limit for products. A customer code has 50, the name on an invoice line 200 (8.47), and others cut the
# description at 4,000 characters.
CODE_LENGTH, NAME_LENGTH, DESCRIPTION_LENGTH = 50, 200, 4000
KNOWN_RATES = {rate.percent for rate in vat.RATES}
# Codes of Odoo's intrastat that are not in ISO 3166.
COUNTRIES = {"XI": "GB", "XU": "GB"}
# Fields of other modules, the more specific one first.
ORIGINS = ("intrastat_origin_country_id", "country_of_origin")
TARIFFS = ("intrastat_code_id.code", "hs_code")
PRICE = Decimal("0.0000000001")


def code_key(code):
    """A code as a person compares it: case, spaces and signs do not count."""
    return re.sub(r"[\W_]+", "", formats.clean_text(code or "").casefold())


def folded(code):
    """Without what no register of products tells apart: case, and spaces around or in a row."""
    return " ".join((code or "").split()).casefold()


def same_code(code, other):
    return folded(code) == folded(other)


def product_code(product):
    return " ".join(formats.clean_text(product.default_code or "").split())


def ean(barcode):
    """:return: (EAN code, type for Netvisor), both None without a barcode"""
    code = (barcode or "").strip()
    if not code:
        return None, None
    if code.isascii() and code.isdigit() and len(code) in (8, 13) and _check_digit(code[:-1]) == code[-1]:
        return code, f"ean{len(code)}"
    return code, "code128" if code.isascii() and code.isprintable() else "any"


def _check_digit(digits):
    total = sum(int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(reversed(digits)))
    return str(-total % 10)


@dataclass(frozen=True, eq=False)
class Frame:
    """What all products of a company share, read once for a wave."""

    company: object  # the connected company, with the rights to read its settings
    lang: str  # of the texts
    weight: Decimal  # kilograms in one of Odoo's units of weight
    eu: object = None  # fiscal positions that give the accounts of sales abroad, None where none gives any
    outside: object = None
    numbers: dict = field(
        default_factory=dict
    )  # account id → number in Netvisor, "" where Netvisor has no such account
    not_ready: object = None  # NotReady while Netvisor's chart has not been read


class ProductReader:
    """Reads one variant; collects everything that is wrong with it instead of stopping at the first."""

    def __init__(self, product, frame):
        self.frame, self.company = frame, frame.company
        self.product = product.with_company(frame.company).with_context(lang=frame.lang, display_default_code=False)
        self.problems, self.warnings = [], []

    def read(self, adding=False):
        """:return: Product. What Odoo does not know is None, which leaves what Netvisor has.

        The purchase price is never sent: what a product costs is nobody's business who reads Netvisor's price list, and it
        changes with every delivery.

        :param adding: an invoice needs it now, so it is in use, whatever has become of it in Odoo
        """
        product = self.product
        percent, price_type = self._vat()
        code, kind = ean(product.barcode)
        values = {} if percent is None else {"vat_percent": percent, **self._accounts()}
        return Product(
            code=self._code(),
            group=self._group(),
            name=self._cut(product.display_name, NAME_LENGTH, "name") or self._code(),
            description=self._cut(product.description_sale, DESCRIPTION_LENGTH, "description_sale"),
            unit_price=self._price(),
            price_type=price_type,
            unit=self._text(product.uom_id._netvisor_unit_name()),
            active=True if adding else product.active,
            sales_product=product.sale_ok,
            tariff_heading=self._text(self._first(TARIFFS)),
            origin_country=self._origin(),
            ean=code,
            ean_type=kind,
            **self._weights(),
            **values,
        )

    def problem(self, code, /, **values):
        self.problems.append(Problem(code, {"product": self.product.display_name or "", **values}))

    def warn(self, code, /, **values):
        self.warnings.append(Problem(code, {"product": self.product.display_name or "", **values}))

    # --- texts --------------------------------------------------------------------------------------------------------
    def _text(self, text):
        """One line without control characters, None when nothing is left."""
        return " ".join(formats.clean_text(text or "", self.company.netvisor_encoding).split()) or None

    def _cut(self, text, limit, name):
        text = formats.clean_text(text or "", self.company.netvisor_encoding).strip()
        if formats.length(text) > limit:
            self.warnings.append(Problem("text_cut", {"field": name, "limit": limit}))
            text = formats.shorten(text, limit)
        return text or None

    def _code(self):
        code = product_code(self.product)
        if not code:
            self.problem("product_code_missing")
        elif len(code) > CODE_LENGTH:
            self.problem("product_code_long", code=code, length=len(code), limit=CODE_LENGTH)
        return code or None

    def _group(self):
        """The nearest category with a group of its own decides; else the whole path, as two branches may end alike."""
        category = self.product.categ_id
        while category:
            if group := self._text(category.netvisor_product_group):
                return group
            category = category.parent_id
        path = self._text(self.product.categ_id.complete_name)
        return path or self._text(self.company.netvisor_product_group) or "Odoo"

    def _first(self, paths):
        """The first of these fields that another module has and somebody has filled in."""
        for path in paths:
            name, _dot, rest = path.partition(".")
            if name in self.product._fields and (value := self.product[name]):
                return value[rest] if rest else value
        return None

    def _origin(self):
        country = self._first(ORIGINS)
        return COUNTRIES.get(country.code, country.code) if country else None

    # --- figures ------------------------------------------------------------------------------------------------------
    def _price(self):
        product, currency = self.product, self.company.currency_id
        price = product.lst_price
        if product.currency_id and product.currency_id != currency:
            price = product.currency_id._convert(price, currency, self.company, round=False)
        return amounts.decimal(price, PRICE)

    def _weights(self):
        if self.product.weight <= 0:
            return {}
        weight = amounts.decimal(amounts.decimal(self.product.weight) * self.frame.weight, Decimal("0.000001"))
        return {"net_weight": weight, "weight_unit": "kg"}

    def _vat(self):
        """:return: (percentage, price type). A product in Netvisor has a percentage and no code (4.10); None: it cannot be
        said with one Finnish percentage, and each invoice line carries its own anyway"""
        taxes = self.product.taxes_id._filter_taxes_by_company(self.company).flatten_taxes_hierarchy()
        rated = taxes.filtered(lambda tax: tax.amount_type == "percent" and tax.amount)
        gross = "gross" if any(tax.price_include for tax in rated) else "net"
        percents = {tax._netvisor_percent() for tax in rated} or {Decimal(0)}
        if len(rated) > 1 or not percents <= KNOWN_RATES:
            self.warn("product_vat", taxes=", ".join(taxes.mapped("name")))
            return None, gross
        return percents.pop(), gross

    def _accounts(self):
        """Where Odoo books sales at home; abroad only where a fiscal position says so: Netvisor has defaults of its own."""
        template = self.product.product_tmpl_id
        home = template.get_product_accounts()["income"]
        found = {"account": home}
        for name, position in (("eu_account", self.frame.eu), ("outside_eu_account", self.frame.outside)):
            mapped = position and position.map_account(home)
            found[name] = mapped if mapped and mapped != home else None
        return {name: self._number(account) for name, account in found.items() if account}

    def _number(self, account):
        number = self.frame.numbers.get(account.id)
        if number == "":
            self.warn("product_account", account=account.display_name)
        return number or None
