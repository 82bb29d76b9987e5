"""What a person does in Netvisor's own screens while the interface is used from elsewhere.

A person may do what the interface may not: make and rename dimensions, give items codes, move and delete them, use a
customer code twice, delete a product. Every change gives the card a new stamp, so that changedsince finds it.
Each function takes the books and the values of one action, and returns the key of what it touched.

customer_add      fields…                        product_add      fields… (code, name, group, unitprice and price_type too)
customer_change   key, fields… (None blanks)     product_change   key, fields…
customer_delete   key                            product_delete   key (the card stays for its invoices)
dimension_add     name, link_type, start, end    dimension_change key or name, new_name, hidden, start, end
item_add          dimension, item, code, father, hidden, start, end
item_change       key, item, code, father (key, 0 = top), hidden, start, end
item_delete       key (only when nothing is below it)
voucher_type_add  name, abbreviation, en, sv     voucher_type_change   key or abbreviation, name

Fields are called as the elements of customer.nv and product.nv, in lower case.
"""

from . import clock, dimensions
from .customers import find_group
from .forms_register import CUSTOMER, PRODUCT

_CUSTOMER_START = {"isactive": "1", "isprivatecustomer": "0"}
_PRODUCT_START = {"productgroup": "Tuotteet", "unitprice": "0", "isactive": "1", "issalesproduct": "1"}


def _leaves(rule):
    for child in rule.children or ():
        yield from _leaves(child) if child.children else [child.name]


_CUSTOMER_FIELDS = frozenset(_leaves(CUSTOMER)) - {"internalidentifier", "dimensionname", "dimensionitem"}
_PRODUCT_FIELDS = frozenset(_leaves(PRODUCT)) - {"productcode", "dimensionname", "dimensionitem"}


def _fill(data, values, allowed):
    """Put the values into a card's fields, as texts; None blanks."""
    for name, value in values.items():
        if name not in allowed:
            raise ValueError(f"Unknown field {name}; known: {', '.join(sorted(allowed))}")
        if isinstance(value, bool):
            value = int(value)
        data["fields"][name] = "" if value is None else str(value)


def _get(books, kind, key):
    data = books.get(kind, key)
    if data is None:
        raise ValueError(f"No {kind.replace('_', ' ')} has the key {key}")
    return data


# customers


def customer_add(books, code="", **fields):
    data = {"code": code, "group": None, "dimensions": [], "fields": dict(_CUSTOMER_START)}
    return _put_customer(books, books.next_key("customer"), data, fields)


def customer_change(books, key, code=None, **fields):
    data = _get(books, "customer", key)
    if code is not None:
        data["code"] = code
    return _put_customer(books, key, data, fields)


def _put_customer(books, key, data, fields):
    _fill(data, fields, _CUSTOMER_FIELDS)
    if not data["fields"].get("name"):
        raise ValueError("A customer needs a name")
    group = data["fields"].get("customergroupname")
    data["group"] = find_group(books, group, clock.stamp()) if group else None
    books.put("customer", key, data, data["code"], clock.stamp())
    return key


def customer_delete(books, key):
    _get(books, "customer", key)
    if any(data["customer_key"] == key for _key, data in books.each("invoice")):
        raise ValueError(f"Customer {key} has invoices and cannot be deleted")
    books.remove("customer", key)
    return key


# products


def product_add(books, code="", price_type="net", **fields):
    data = {"code": code, "dimensions": [], "fields": dict(_PRODUCT_START), "price_type": price_type}
    return _put_product(books, books.next_key("product"), data, fields)


def product_change(books, key, code=None, price_type=None, published=None, **fields):
    data = _get(books, "product", key)
    given = {"code": code, "price_type": price_type, "published": published}
    data.update({name: value for name, value in given.items() if value is not None})
    return _put_product(books, key, data, fields)


def _put_product(books, key, data, fields):
    _fill(data, fields, _PRODUCT_FIELDS)
    data["fields"]["productcode"] = data["code"]
    if not data["fields"].get("name"):
        raise ValueError("A product needs a name")
    books.put("product", key, data, data["code"], clock.stamp())
    return key


def product_delete(books, key):
    data = _get(books, "product", key)
    books.put("product", key, {**data, "deleted": True}, data["code"], clock.stamp())
    return key


# dimensions


def _dimension(books, key):
    """(key, data) by key or by name."""
    if isinstance(key, int):
        return key, _get(books, "dimension", key)
    found, data = dimensions.find(books, key)
    if not found:
        raise ValueError(f"No dimension is called {key}")
    return found, data


def dimension_add(books, name, link_type=0, start="", end=""):
    if dimensions.find(books, name)[0]:
        raise ValueError(f"There is already a dimension {name}")
    key = books.next_key("dimension")
    data = {**dimensions.blank(name), "link_type": link_type, "start": start, "end": end}
    books.put("dimension", key, data, name, clock.stamp())
    return key


def dimension_change(books, key, new_name=None, hidden=None, start=None, end=None):
    key, data = _dimension(books, key)
    given = {"name": new_name, "hidden": hidden, "start": start, "end": end}
    data.update({name: value for name, value in given.items() if value is not None})
    books.put("dimension", key, data, data["name"], clock.stamp())
    return key


def item_add(books, dimension, item, code="", father=0, hidden=False, start="", end=""):
    dimension, _data = _dimension(books, dimension)
    data = dimensions.blank_item(dimension, item, code)
    data.update(hidden=hidden, start=start, end=end)
    return _put_item(books, books.next_key("dimension_item"), data, father)


def item_change(books, key, item=None, code=None, father=None, hidden=None, start=None, end=None):
    data = _get(books, "dimension_item", key)
    given = {"label": item, "code": code, "hidden": hidden, "start": start, "end": end}
    data.update({name: value for name, value in given.items() if value is not None})
    return _put_item(books, key, data, data["father"] if father is None else father)


def _put_item(books, key, data, father):
    other, _item = dimensions.find_item(books, data["dimension"], dimensions.name_of(data))
    if other not in (None, key):
        raise ValueError(f"The dimension already has the item {dimensions.name_of(data)}")
    above = father
    while above:
        item = _get(books, "dimension_item", above)
        if above == key or item["dimension"] != data["dimension"]:
            raise ValueError(f"Item {key} cannot stand below {father}")
        above = item["father"]
    dimensions.put_item(books, key, {**data, "father": father}, clock.stamp())
    return key


def item_delete(books, key):
    _get(books, "dimension_item", key)
    if any(item["father"] == key for _key, item in books.each("dimension_item")):
        raise ValueError(f"Item {key} has items below it")
    books.remove("dimension_item", key)
    return key


# classes of vouchers


def voucher_type_add(books, name, abbreviation, en="", sv=""):
    key = books.next_key("voucher_type")
    foreign = {code: text for code, text in (("en", en), ("sv", sv)) if text}
    data = {"abbreviation": abbreviation, "name": name, "foreign": foreign}
    books.put("voucher_type", key, data, abbreviation, clock.stamp())
    return key


def voucher_type_change(books, key, name):
    if not isinstance(key, int):
        found = books.by_code("voucher_type", key)
        if not found:
            raise ValueError(f"No class of vouchers has the abbreviation {key}")
        key = found[0][0]
    data = _get(books, "voucher_type", key)
    books.put("voucher_type", key, {**data, "name": name}, data["abbreviation"], clock.stamp())
    return key


ACTIONS = {
    function.__name__: function
    for function in (
        *(customer_add, customer_change, customer_delete),
        *(product_add, product_change, product_delete),
        *(dimension_add, dimension_change, item_add, item_change, item_delete),
        *(voucher_type_add, voucher_type_change),
    )
}
