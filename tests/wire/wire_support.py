"""What the tests of `netvisor/` share: the package on the path, official schemas, captured answers.

Schemas and answers are not part of the repository. They are looked for in `../shared/netvisor` beside it, or where
NETVISOR_SHARED says; without them the tests that need them are skipped.
"""

import io
import os
import re
import sys
import unittest
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from netvisor.auth import Credentials  # noqa: E402
from netvisor.client import _judge  # noqa: E402
from netvisor.messages import Answer  # noqa: E402
from netvisor.schema import With  # noqa: E402
from netvisor.tables import BODIES  # noqa: E402

SHARED = Path(os.environ.get("NETVISOR_SHARED") or ROOT.parent / "shared" / "netvisor")


def shared(name):
    """Return the bytes of a file of the shared folder, or skip the test."""
    path = SHARED / name
    if not path.is_file():
        raise unittest.SkipTest(f"{name} is not there; NETVISOR_SHARED names the folder")
    return path.read_bytes()


def fixture(name, resource, safe=True, url=""):
    """Return the Answer that a captured response leads to."""
    return answer(shared(f"fixtures/responses/{name}.xml"), resource, safe=safe, url=url)


def answer(body, resource="customerlist.nv", status=200, safe=True, url=""):
    """Return the Answer that these bytes lead to, without any network."""
    body = body.encode() if isinstance(body, str) else body
    result = _judge(body, status, None, "", safe)
    return Answer(**result, resource=resource, safe=safe, url=url)


def ok(payload="", replies=""):
    """Return an accepting envelope around `payload`."""
    return (
        "<Root><ResponseStatus><Status>OK</Status><TimeStamp>1.2.2026 3:04:05</TimeStamp>"
        f"</ResponseStatus>{replies}{payload}</Root>"
    )


def failed(code, text="Ei käy", details=""):
    """Return a refusing envelope."""
    details = f"<Details>{details}</Details>" if details else ""
    return (
        f"<Root><ResponseStatus><Status>FAILED</Status><Status>{code} :: {text}</Status>{details}"
        "<TimeStamp>1.2.2026 3:04:05</TimeStamp></ResponseStatus></Root>"
    )


def credentials(base_url="https://isvapi.netvisor.fi/", **changes):
    """Return made-up Credentials."""
    return Credentials(
        **{
            "base_url": base_url,
            "sender": "Odoo Netvisor Connector",
            "customer_id": "CU_1234_AB12",
            "customer_key": "0123456789ABCDEF0123456789ABCDEF",
            "partner_id": "PA_demo_001",
            "partner_key": "FEDCBA9876543210FEDCBA9876543210",
            "organisation_id": "1234567-1",
            **changes,
        }
    )


def texts(body, encoding="utf-8"):
    """Return {path: text} of a message, repeated elements numbered: "salesinvoice/…/dimension[2]/dimensionname"."""
    root = etree.fromstring(body.decode(encoding))
    tree = root.getroottree()
    return {tree.getpath(node).removeprefix("/root/"): node.text or "" for node in root.iter() if not len(node)}


def official_problem(name, body, encoding="utf-8"):
    """Return what the official schema `name` says against a message, None when it is valid.

    The schemas are older than the running interface, so elements that the tables call `newer` are taken out first.
    """
    text = shared(f"schemas/{name}.dtd").decode("utf-8")
    inner = text[text.index("[") + 1 : text.rindex("]")]
    # One schema pins an empty namespace, which libxml2 does not take for "none".
    schema = etree.DTD(io.StringIO(re.sub(r"<!ATTLIST\s+\w+\s+xmlns CDATA #FIXED ''>", "", inner)))
    root = etree.fromstring(body.decode(encoding))
    _without_newer(root[0], BODIES[root[0].tag])
    return None if schema.validate(root) else str(schema.error_log.filter_from_errors())


def _without_newer(node, table):
    for child in list(node):
        known = table.child(child.tag)
        if known is None or known.newer:
            node.remove(child)
        elif known.kind == "group" and len(child):
            _without_newer(child, known)
            if not len(child):
                node.remove(child)


def sample(table, optional_attributes=False):
    """Return values for every element of a table: the largest message it allows."""
    if table.kind == "group":
        children = {
            child.name: (sample(child, optional_attributes),) if child.many else sample(child, optional_attributes)
            for child in table.children
        }
        if table.one_of:
            return tuple({name: value} for name, value in children.items())
        return {
            # A repeated group that holds one of several is already a tuple.
            name: value[0] if isinstance(value, tuple) and isinstance(value[0], tuple) else value
            for name, value in children.items()
        }
    attributes = {
        item.name: item.values[0] if item.values else "1"
        for item in table.attributes
        if item.required or (optional_attributes and item.default is None)
    }
    return With(SAMPLES[table.kind](table), **attributes)


SAMPLES = {
    "text": lambda table: "FI" if table.limit == 2 else "ä€ 1",
    "integer": lambda table: 12,
    "decimal": lambda table: Decimal("12.5"),
    "date": lambda table: date(2026, 2, 1),
    "flag": lambda table: True,
    "choice": lambda table: table.values[0],
    "week": lambda table: "2026-W05",
    "data": lambda table: b"%PDF",
}
