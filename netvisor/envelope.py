"""From bytes to an envelope: did Netvisor say OK or FAILED, with which code and words.

Source: specification, "Response envelope" and the open questions about answers that are not well-formed.
"""

import html
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from .formats import clean_text, read_integer
from .node import Node
from .outcome import ACCEPTED, FAILED, NO_ENVELOPE

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_STATUS = re.compile(r"<Status\s*>\s*(.*?)\s*</Status\s*>", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"[A-Z][A-Z0-9_]*")
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)

#: A byte order mark and blanks, which no parser takes before a declaration.
BEFORE_XML = b"\xef\xbb\xbf\r\n\t "
#: How much of an answer without envelope is worth showing to a person; the body itself is kept whole.
_SNIPPET = 500


@dataclass(frozen=True)
class Envelope:
    """What an answer says. `seen` is ACCEPTED, FAILED or NO_ENVELOPE, as `outcome.classify` wants it."""

    seen: str
    code: str = ""
    text: str = ""
    key: int | None = None
    root: Any = None
    malformed: bool = False


def read_envelope(body):
    """Return the Envelope of the bytes of an answer; whatever the bytes are, it does not raise.

    An answer that is not well-formed counts only when it plainly says FAILED with a code: Netvisor's authentication
    error is like that. One that seems to say OK but is cut or broken says nothing.
    """
    root = parse(body)
    if root is None:
        return _from_text(decode(body))
    node = Node(root)
    status = node.find("ResponseStatus")
    words = ["".join(item.xml.itertext()).strip() for item in status.children("Status")] if status else []
    if node.name != "root" or not words:
        return Envelope(NO_ENVELOPE, text=snippet(decode(body)), root=root)
    if words[0].upper() == "OK":
        return Envelope(ACCEPTED, key=_inserted(node), root=root)
    if words[0].upper() == "FAILED":
        code, text = split(words[1] if len(words) > 1 else "")
        details = node.text("ResponseStatus/Details", "")
        return Envelope(FAILED, code, " ".join(filter(None, (text, details))), root=root)
    return Envelope(NO_ENVELOPE, text=" :: ".join(words), root=root)


def split(status):
    """Return (code, text) of a second Status, split at the first " :: " only: the text may hold more of them."""
    code, separator, text = status.partition(" :: ")
    if not separator and not _CODE.fullmatch(code.strip()):
        return "", status
    return code.strip(), text


def parse(body):
    """Return the lxml root of an answer, None when it is not well-formed.

    Control characters that XML forbids are taken out first. Entities are not resolved, nothing is loaded from
    anywhere, and a document type is refused.
    """
    data = clean_bytes(body).lstrip(BEFORE_XML)
    root = _parse(data)
    if root is None and not _is_utf8(data):
        # Declared as UTF-8 but not: seen when a proxy or an old resource answers in ISO-8859-15.
        root = _parse(_DECLARATION.sub("", decode(data)).encode("utf-8"))
    return root


def clean_bytes(body):
    """Return the bytes without the control characters that XML forbids, as such and as references (8.31)."""
    return _CONTROL.sub(b"", _REFERENCE.sub(_allowed, body))


def _parse(data):
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def _allowed(match):
    code = int(match[1], 16) if match[1] else int(match[2])
    legal = code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return match[0] if legal else b""


def _is_utf8(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decode(body):
    """Return the text of an answer: UTF-8, else as declared, else ISO-8859-15, which takes everything."""
    declared = _DECLARED.match(body[:200])
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "iso-8859-15"):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("iso-8859-15")


def _from_text(text):
    words = [html.unescape(word) for word in _STATUS.findall(text)[:2]]
    if len(words) == 2 and words[0].upper() == "FAILED":
        code, words_of_netvisor = split(words[1])
        if code:
            return Envelope(FAILED, code, words_of_netvisor, malformed=True)
    return Envelope(NO_ENVELOPE, text=snippet(text), malformed=True)


def snippet(text):
    """Return the readable beginning of an answer without envelope, for a person."""
    words = " ".join(clean_text(html.unescape(_TAG.sub(" ", _DECLARATION.sub("", text)))).split())
    return words if len(words) <= _SNIPPET else words[: _SNIPPET - 1] + "…"


def _inserted(node):
    try:
        return read_integer(node.text("Replies/InsertedDataIdentifier", ""))
    except ValueError:
        return None
