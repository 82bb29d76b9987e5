"""Requests from named values, checked against the tables of parameters."""

from . import formats
from .messages import Request
from .schema import SchemaError, write
from .tables import RESOURCE


def read_request(resource, stream=False, **values):
    """Return the GET request of a reading resource; values of None are left out. Raises SchemaError.

    stream: the answer may be too large for memory (see `stream`).
    """
    return Request(resource, query(resource, values), safe=True, stream=stream)


def one_or_many(resource, keys, one, many):
    """Return the parameters for one Netvisor key (int) or several: {one: …} or {many: …}.

    No key at all would read everything there is, so it raises SchemaError.
    """
    if isinstance(keys, int):
        return {one: keys}
    keys = tuple(keys)
    if not keys:
        raise SchemaError(f"{resource}?{many}", "missing")
    return {many: keys}


def batches(keys, size=100):
    """Yield tuples of at most `size` keys: as many as keep the address well below 2 kB."""
    keys = tuple(keys)
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def write_request(resource, values, encoding="utf-8", key=None, **parameters):
    """Return the POST request of a writing resource, body included.

    key: Netvisor key of the object to edit, None to add one (ignored by resources without `method`).
    parameters: further ones of the query. Raises SchemaError.
    """
    adding = key is None
    if RESOURCE[resource].parameter("method"):
        parameters = {"method": "add" if adding else "edit", "id": key, **parameters}
    body = write(RESOURCE[resource].table, values, encoding, adding)
    return Request(resource, query(resource, parameters), body)


def query(resource, values):
    """Return the pairs of a query in the order of the table. Raises SchemaError."""
    table = RESOURCE[resource]
    for name in values:
        if table.parameter(name) is None:
            raise SchemaError(f"{resource}?{name}", "unknown")
    pairs = []
    for parameter in table.parameters:
        value = values.get(parameter.name)
        path = f"{resource}?{parameter.name}"
        if value is None or value in ((), []):
            if parameter.required:
                raise SchemaError(path, "missing")
            continue
        pairs.append((parameter.name, _text(parameter, value, path)))
    return tuple(pairs)


def _text(parameter, value, path):
    try:
        text = _WRITERS[parameter.kind](value)
    except TypeError:
        raise SchemaError(path, "type", value, type=type(value).__name__, kind=parameter.kind) from None
    if parameter.kind == "codes" and text.count(",") >= len(value):
        raise SchemaError(path, "comma", value)
    if parameter.values and text not in parameter.values:
        raise SchemaError(path, "choice", value, values=", ".join(parameter.values))
    if parameter.most is not None and len(value) > parameter.most:
        raise SchemaError(path, "too_many", count=len(value), limit=parameter.most)
    if not text.strip():
        raise SchemaError(path, "empty", value)
    return text


def _plain(value):
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError
    return formats.clean_text(str(value))


def _integer(value):
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return str(value)


def _keys(values):
    return ",".join(map(_integer, _several(values)))


def _codes(values):
    return ",".join(map(_plain, _several(values)))


def _several(values):
    if not isinstance(values, (tuple, list)):
        raise TypeError
    return values


_WRITERS = {
    "text": _plain,
    "choice": _plain,
    "integer": _integer,
    "date": formats.write_date,
    "datetime": formats.write_datetime,
    "flag": formats.write_flag,
    "keys": _keys,
    "codes": _codes,
}
