"""Answers too large for a tree: spooled to disk as they arrive, read element by element, memory flat.

Source: specification, "Accounting" (accountingledger.nv) and the open question about illegal control characters. Such
an answer is walked twice: once to learn whether it is whole and says OK, once more for its rows. So nothing is ever
concluded from the beginning of an answer whose end is missing.
"""

import codecs
import re
import tempfile

from lxml import etree

from .envelope import BEFORE_XML, Envelope, clean_bytes, read_envelope, split
from .formats import read_integer
from .node import Node, ReadError
from .outcome import ACCEPTED, FAILED, NO_ENVELOPE, OK

_MEMORY = 1024 * 1024  # smaller answers never touch the disk
_CHUNK = 65536
#: What is kept of the answer for the log of calls.
_HEAD = 16 * 1024
#: A reference such as &#x2; may be cut by the end of a chunk; none is longer.
_CUT_REFERENCE = re.compile(rb"&[^;]{0,9}$")


class Spool:
    """The bytes of one answer on their way: grows by `+=`, has a length, can be cut with `del spool[n:]`."""

    def __init__(self):
        self._file = tempfile.SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115  lives as long as its answer
        self._size = 0

    def __del__(self):
        self._file.close()

    def __iadd__(self, chunk):
        self._file.write(chunk)
        self._size += len(chunk)
        return self

    def __len__(self):
        return self._size

    def __delitem__(self, part):
        self._file.truncate(part.start)
        self._file.seek(part.start)
        self._size = part.start

    @property
    def head(self):
        """bytes: the beginning, for people."""
        self._file.seek(0)
        return self._file.read(_HEAD)

    def chunks(self, encoding=None):
        """Yield what an XML parser can take: illegal control characters out, recoded to UTF-8 from `encoding`."""
        self._file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
        left, first = b"", True
        while chunk := self._file.read(_CHUNK):
            if decoder:
                chunk = decoder.decode(chunk).encode("utf-8")
            chunk = left + (chunk.lstrip(BEFORE_XML) if first else chunk)
            first = False
            cut = _CUT_REFERENCE.search(chunk)
            left = cut[0] if cut else b""
            yield clean_bytes(chunk[: len(chunk) - len(left)])
        if left:
            yield clean_bytes(left)


def walk(spool, encoding=None):
    """Yield (name of the parent, Node) of every element two levels below the root, then forget it.

    Raises ReadError for what is not well-formed, has a document type or is cut.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    try:
        for data in spool.chunks(encoding):
            parser.feed(data)
            for event, element in parser.read_events():
                if event == "start":
                    depth += 1
                    if depth == 1 and element.getroottree().docinfo.internalDTD is not None:
                        raise ReadError("a document type in an answer")
                    continue
                depth -= 1
                if depth != 2:
                    continue
                parent = element.getparent()
                yield Node(parent).name, Node(element)
                element.clear()
                while element.getprevious() is not None:
                    del parent[0]
        if depth:
            raise ReadError("the answer is cut")
        parser.close()
    except etree.XMLSyntaxError as error:
        raise ReadError(str(error)) from error


def read_stream(spool):
    """Return (Envelope without tree, encoding to read the spool again with). Does not raise: see `read_envelope`."""
    for encoding in (None, "iso-8859-15"):
        try:
            return _envelope(walk(spool, encoding)), encoding
        except ReadError:
            if _is_utf8(spool):
                break
    # Not well-formed: the words at its beginning decide, as for every other answer. It can only count as a failure.
    found = read_envelope(spool.head)
    return Envelope(FAILED if found.seen == FAILED else NO_ENVELOPE, found.code, found.text, malformed=True), None


def elements(answer, container, name):
    """Yield the Nodes called `name` in `container` of a streamed answer, one at a time. Raises ReadError."""
    if answer.outcome != OK or answer.spool is None:
        raise ReadError(f"{answer.resource}: {answer.outcome} {answer.code} {answer.text}".rstrip())
    for parent, node in walk(answer.spool, answer.spool_encoding):
        if parent == container.lower() and node.name == name.lower():
            yield node


def _envelope(walked):
    words, key, details = [], None, ""
    for parent, node in walked:
        if parent == "responsestatus" and node.name == "status":
            words.append("".join(node.xml.itertext()).strip())
        elif parent == "responsestatus" and node.name == "details":
            details = node.value
        elif parent == "replies" and node.name == "inserteddataidentifier":
            key = read_integer(node.value)
    if words and words[0].upper() == "OK":
        return Envelope(ACCEPTED, key=key)
    if words and words[0].upper() == "FAILED":
        code, text = split(words[1] if len(words) > 1 else "")
        return Envelope(FAILED, code, " ".join(filter(None, (text, details))))
    raise ReadError("no status in the answer")


def _is_utf8(spool):
    decoder = codecs.getincrementaldecoder("utf-8")()
    spool._file.seek(0)
    try:
        while chunk := spool._file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
