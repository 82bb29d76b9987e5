"""Which addresses may be called at all.

Only hosts below netvisor.fi, over HTTPS; this machine itself where the caller allows it (sandbox and tests). The
credentials go to whatever address is configured, so the check is strict rather than clever.
"""

import re
from urllib.parse import urlsplit

_NETVISOR = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+netvisor\.fi")
_LOCAL = ("127.0.0.1", "localhost")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")


class BadAddress(ValueError):
    """An address that may not be called. `problem`: malformed, scheme, userinfo, host, port, path."""

    def __init__(self, problem, address):
        self.problem = problem
        self.address = address
        super().__init__(f"{problem}: {address!r}")


def checked(address, allow_local=False):
    """Return the base address in its one normal form, ending in a slash. Raises BadAddress.

    address      "https://isvapi.netvisor.fi/", upper case and a missing slash at the end are mended
    allow_local  also 127.0.0.1 and localhost, any port, HTTP or HTTPS
    """
    if not isinstance(address, str) or not address.isascii() or not address.isprintable() or " " in address:
        raise BadAddress("malformed", address)
    if "\\" in address or "?" in address or "#" in address:
        raise BadAddress("malformed", address)
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise BadAddress("malformed", address) from None
    if not parts.netloc:
        raise BadAddress("malformed", address)
    if "@" in parts.netloc:
        raise BadAddress("userinfo", address)
    if not _PATH.fullmatch(parts.path) or ".." in parts.path:
        raise BadAddress("path", address)
    path = parts.path.rstrip("/") + "/"
    if allow_local and host in _LOCAL:
        if parts.scheme not in ("http", "https"):
            raise BadAddress("scheme", address)
        return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{path}"
    if not _NETVISOR.fullmatch(host):
        raise BadAddress("host", address)
    if parts.scheme != "https":
        raise BadAddress("scheme", address)
    if port not in (None, 443):
        raise BadAddress("port", address)
    return f"https://{host}{path}"
