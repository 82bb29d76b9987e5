"""The wire to Visma Netvisor: signature, client, outcomes, formats, one file per family of resources.

A plain Python package without any Odoo: standard library, lxml and requests. It loads as
`odoo.addons.account_netvisor.netvisor` and alone as `netvisor`.
"""

from .address import BadAddress
from .auth import BadCredentials, Credentials
from .client import Client
from .messages import Answer, Request
from .node import ReadError
from .payload import is_not_found
from .printable import printable
from .schema import SchemaError

__all__ = [
    "Answer",
    "BadAddress",
    "BadCredentials",
    "Client",
    "Credentials",
    "ReadError",
    "Request",
    "SchemaError",
    "is_not_found",
    "printable",
]
