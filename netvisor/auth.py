"""Who calls, and the proof of it: `Credentials`, and the signature on the request as it goes out.

Source: specification, "Request headers", "The string that is hashed", "URL normalisation". Only HMACSHA256 is
made; the older algorithms are being retired.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timezone

from requests.auth import AuthBase

from .formats import ENCODINGS

LANGUAGES = ("FI", "EN", "SE")
ALGORITHM = "HMACSHA256"

#: Documented for the string that is hashed. All encodings agree for ASCII, which is why the parts that go over the
#: wire have to be ASCII; the two keys, which do not, may hold whatever this encoding can.
_ENCODING = "iso-8859-15"


class BadCredentials(ValueError):
    """Credentials that cannot be sent. `field_name`, and `problem`: missing, not_ascii, control, choice."""

    def __init__(self, field_name, problem):
        self.field_name = field_name
        self.problem = problem
        super().__init__(f"{field_name}: {problem}")


@dataclass(frozen=True)
class Credentials:
    """Everything that identifies one connection to one company. Raises BadCredentials.

    language  of Netvisor's messages: FI, EN or SE
    encoding  of message bodies: utf-8 or iso-8859-15
    """

    base_url: str
    sender: str
    customer_id: str
    customer_key: str = field(repr=False)
    partner_id: str
    partner_key: str = field(repr=False)
    organisation_id: str
    language: str = "FI"
    encoding: str = "utf-8"

    def __post_init__(self):
        for name in ("sender", "customer_id", "partner_id", "organisation_id"):
            _check(name, getattr(self, name), "ascii")
        for name in ("customer_key", "partner_key"):
            _check(name, getattr(self, name), _ENCODING)
        if self.language not in LANGUAGES:
            raise BadCredentials("language", "choice")
        if self.encoding not in ENCODINGS:
            raise BadCredentials("encoding", "choice")


def _check(name, value, encoding):
    if not isinstance(value, str) or not value.strip():
        raise BadCredentials(name, "missing")
    if not value.isprintable() or value != value.strip():
        raise BadCredentials(name, "control")
    try:
        value.encode(encoding)
    except UnicodeEncodeError:
        raise BadCredentials(name, "not_ascii") from None


class NetvisorAuth(AuthBase):
    """Puts identity and signature on a prepared request.

    It signs `prepared.url`, the very text that goes over the wire, and writes both timestamps from one reading of
    the clock. One instance signs one request.
    """

    def __init__(self, credentials, transaction_id, moment):
        """credentials: Credentials; transaction_id: str, never used before; moment: aware datetime."""
        self.credentials = credentials
        self.transaction_id = transaction_id
        self.moment = moment.astimezone(timezone.utc)

    def __call__(self, prepared):
        """Return the same PreparedRequest with its headers set."""
        own = self.credentials
        stamp = self.moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{self.moment.microsecond // 1000:03d}"
        unix = str(int(self.moment.timestamp()))
        prefix = "X-Netvisor-Authentication-"
        prepared.headers.update(
            {
                prefix + "Sender": own.sender,
                prefix + "CustomerId": own.customer_id,
                prefix + "PartnerId": own.partner_id,
                prefix + "Timestamp": stamp,
                prefix + "TimestampUnix": unix,
                prefix + "TransactionId": self.transaction_id,
                "X-Netvisor-Interface-Language": own.language,
                "X-Netvisor-Organisation-ID": own.organisation_id,
                prefix + "MACHashCalculationAlgorithm": ALGORITHM,
                # Refusals come with a 4xx or 5xx number then, which proxies and logs understand; we read the XML.
                prefix + "UseHTTPResponseStatusCodes": "1",
                prefix + "MAC": sign(own, prepared.url, stamp, unix, self.transaction_id),
            }
        )
        return prepared


def sign(credentials, url, timestamp, timestamp_unix, transaction_id):
    """Return the signature (lower-case hex) over the exact texts of one request.

    The partner id is sent but not signed; both keys are in the message and in the key of the hash.
    """
    message = "&".join(
        (
            url,
            credentials.sender,
            credentials.customer_id,
            timestamp,
            credentials.language,
            credentials.organisation_id,
            transaction_id,
            timestamp_unix,
            credentials.customer_key,
            credentials.partner_key,
        )
    )
    key = f"{credentials.customer_key}&{credentials.partner_key}"
    return hmac.new(key.encode(_ENCODING), message.encode(_ENCODING), hashlib.sha256).hexdigest()
