"""Checks the headers and the MAC of a request, for all three algorithms.

The string that is hashed begins with the URL as the client wrote it. The sandbox knows its own
address (or the public one it was told) and adds the request target exactly as it came over the
wire; where that does not match, its percent-decoded form is tried, because clients exist that sign
the one or the other (interface description, sections 2.2 to 2.4).
"""

import calendar
import contextlib
import hashlib
import hmac
import re
import time
from urllib.parse import unquote_to_bytes

from . import defaults
from .refusal import Refusal

PREFIX = "x-netvisor-authentication-"
SENDER = PREFIX + "sender"
CUSTOMER = PREFIX + "customerid"
PARTNER = PREFIX + "partnerid"
TIMESTAMP = PREFIX + "timestamp"
UNIX = PREFIX + "timestampunix"
TRANSACTION = PREFIX + "transactionid"
MAC = PREFIX + "mac"
ALGORITHM = PREFIX + "machashcalculationalgorithm"
STATUS_CODES = PREFIX + "usehttpresponsestatuscodes"
LANGUAGE = "x-netvisor-interface-language"
ORGANISATION = "x-netvisor-organisation-id"

_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}\Z")
_UNIX = re.compile(r"\d{1,12}\Z")
_ORGANISATION = re.compile(r"\d{7}-\d\Z")
#: Documented: 8859-15. Clients also use the other two, and for ASCII they are the same.
_ENCODINGS = ("iso-8859-15", "iso-8859-1", "utf-8")


def _fail(key, **values):
    raise Refusal("AUTHENTICATION_FAILED", key, **values)


def check(headers, target, bases, options, organisations, resource, remember):
    """Refuse the request, or return. ``remember(partner, transaction)`` says whether the id is new, and keeps it."""
    algorithm = headers.get(ALGORITHM, "").upper() or "MD5"
    if algorithm not in ("HMACSHA256", "SHA256", "MD5"):
        _fail("algorithm", value=algorithm)
    if algorithm != "HMACSHA256" and not options["allow_legacy_algorithms"]:
        _fail("algorithm", value=algorithm)
    for name in (SENDER, CUSTOMER, PARTNER, TIMESTAMP, TRANSACTION, LANGUAGE, ORGANISATION, MAC):
        if not headers.get(name, "").strip():
            _fail("header_missing", name=name)
    _check_forms(headers, algorithm)
    if headers[PARTNER] != defaults.PARTNER_ID:
        _fail("partner")
    if headers[CUSTOMER] != defaults.CUSTOMER_ID or not options["keys_valid"]:
        _fail("keys")
    if headers[ORGANISATION] not in organisations:
        _fail("organisation", organisation=headers[ORGANISATION])
    _check_clock(headers, algorithm, options["max_skew_seconds"])
    _check_mac(headers, target, bases, algorithm, options["mac_hint"])
    # Only a request that is really from the partner may use up an id.
    if not remember(headers[PARTNER], headers[TRANSACTION]):
        raise Refusal("REQUEST_NOT_UNIQUE", "not_unique", value=headers[TRANSACTION])
    package = options["package"]
    if package.get(resource, package.get("*", True)) is False:
        raise Refusal("SERVICE_ACCESS_ERROR", "package", resource=resource)
    if options["rights"].get(resource, True) is False:
        raise Refusal(options["right_answer"], "right", resource=resource)


def _check_forms(headers, algorithm):
    if headers[LANGUAGE] not in ("FI", "EN", "SE"):
        _fail("header_form", name=LANGUAGE, value=headers[LANGUAGE])
    if not _ORGANISATION.match(headers[ORGANISATION]):
        _fail("header_form", name=ORGANISATION, value=headers[ORGANISATION])
    if algorithm == "HMACSHA256" and not headers.get(UNIX, "").strip():
        _fail("header_missing", name=UNIX)
    stamp = headers[TIMESTAMP]
    if not _TIMESTAMP.match(stamp):
        _fail("header_form", name=TIMESTAMP, value=stamp)
    try:
        time.strptime(stamp[:19], "%Y-%m-%d %H:%M:%S")
    except ValueError:
        _fail("header_form", name=TIMESTAMP, value=stamp)
    if UNIX in headers and not _UNIX.match(headers[UNIX]):
        _fail("header_form", name=UNIX, value=headers[UNIX])
    if len(headers[TRANSACTION]) > 200:
        _fail("header_form", name=TRANSACTION, value=headers[TRANSACTION][:200])
    if headers.get(STATUS_CODES, "0") not in ("0", "1"):
        _fail("header_form", name=STATUS_CODES, value=headers[STATUS_CODES])


def _check_clock(headers, algorithm, skew):
    """The tolerance of the real server is not known, so there is none unless a test sets it (8.3)."""
    if not skew:
        return
    if algorithm == "HMACSHA256":
        value, sent = headers[UNIX], int(headers[UNIX])
    else:
        value = headers[TIMESTAMP]
        sent = calendar.timegm(time.strptime(value[:19], "%Y-%m-%d %H:%M:%S"))
    now = int(time.time())
    if abs(now - sent) > skew:
        _fail("clock", value=value, server=now)


def _parts(headers, algorithm):
    parts = [
        headers[SENDER],
        headers[CUSTOMER],
        headers[TIMESTAMP],
        headers[LANGUAGE],
        headers[ORGANISATION],
        headers[TRANSACTION],
    ]
    if algorithm == "HMACSHA256":
        parts.append(headers[UNIX])
    return parts + [defaults.CUSTOMER_KEY, defaults.PARTNER_KEY]


def _digest(algorithm, message):
    if algorithm == "HMACSHA256":
        key = f"{defaults.CUSTOMER_KEY}&{defaults.PARTNER_KEY}".encode("ascii")
        return hmac.new(key, message, hashlib.sha256).hexdigest()
    return hashlib.new(algorithm.lower(), message).hexdigest()


def _messages(headers, target, bases, algorithm):
    """Every message that a correct client may have hashed, most likely first."""
    tail = "&" + "&".join(_parts(headers, algorithm))
    seen = set()
    for encoding in _ENCODINGS:
        try:
            # http.server hands over header bytes as Latin-1 characters; as sent they are 8859-x or UTF-8 bytes, and
            # a client may have hashed the same text in another encoding than it put into the header.
            raw = tail.encode("iso-8859-1")
        except UnicodeEncodeError:
            raw = tail.encode("utf-8")
        variants = [raw]
        for source in ("utf-8", "iso-8859-15"):
            try:
                variants.append(raw.decode(source).encode(encoding))
            except UnicodeError:
                continue
        plain = unquote_to_bytes(target)
        targets = [target.encode("iso-8859-1", "replace"), plain]
        with contextlib.suppress(UnicodeError):
            targets.append(plain.decode("utf-8").encode(encoding))
        for base in bases:
            for path in targets:
                for variant in variants:
                    message = base.encode("ascii") + path + variant
                    if message not in seen:
                        seen.add(message)
                        yield message


def _check_mac(headers, target, bases, algorithm, hint):
    given = headers[MAC].strip().lower()
    for message in _messages(headers, target, bases, algorithm):
        if hmac.compare_digest(_digest(algorithm, message).encode(), given.encode("utf-8", "replace")):
            return
    if hint == "off":
        _fail("keys")
    # The test environment prints the string to hash, with TRANSID before the id and a placeholder for the keys. The
    # captured answer does not escape its ampersands and is therefore not XML (section 2.6, 8.45).
    shown = [bases[0] + target] + _parts(headers, algorithm)[:-2] + ["YOUR_PRIVATE_KEY_HERE"]
    shown[6] = "TRANSID" + shown[6]
    refusal = Refusal("AUTHENTICATION_FAILED", "mac")
    language = headers[LANGUAGE]
    words = refusal.words(language) + "&".join(shown)
    words += " :: " + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest().upper()
    refusal.raw = words
    refusal.literal_xml = hint == "raw"
    raise refusal
