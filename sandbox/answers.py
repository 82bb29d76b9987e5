"""Writes answers in the form of Netvisor: envelope, indentation by four spaces, CRLF, odd names and number forms."""

import datetime
import json

from . import clock
from .refusal import HTTP_STATUS

DECLARATION = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>'
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_QUOTED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def el(name, content=None, attributes=None):
    """An element: content is a text, a list of elements, or nothing. ``None`` inside a list is skipped."""
    return (name, content, attributes)


def _write(element, depth, out):
    name, content, attributes = element
    space = "    " * depth
    opening = name
    for key, value in (attributes or {}).items():
        opening += f' {key}="{str(value).translate(_QUOTED)}"'
    if content is None or content == "" or content == []:
        out.append(f"{space}<{opening} />")
    elif isinstance(content, list):
        out.append(f"{space}<{opening}>")
        for child in content:
            if child is not None:
                _write(child, depth + 1, out)
        out.append(f"{space}</{name}>")
    else:
        out.append(f"{space}<{opening}>{str(content).translate(_TEXT)}</{name}>")


def document(element):
    out = [DECLARATION]
    _write(element, 0, out)
    return "\r\n".join(out)


def timestamp(iso=False):
    """Finnish local time without padding, as in every capture but one (section 3.1)."""
    if iso:
        return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    now = clock.now()
    return f"{now.day}.{now.month}.{now.year} {now.hour}:{now:%M:%S}"


def success(payload=None, key=None, iso=False):
    """An OK envelope with the new key, or with what was asked for."""
    children = [el("ResponseStatus", [el("Status", "OK"), el("TimeStamp", timestamp(iso))])]
    if key is not None:
        children.append(el("Replies", [el("InsertedDataIdentifier", key)]))
    if payload is not None:
        children.append(payload)
    return document(el("Root", children)).encode("utf-8", "xmlcharrefreplace")


def failure(refusal, language, iso=False):
    """A FAILED envelope: the second Status is ``CODE :: text``."""
    words = f"{refusal.code} :: {refusal.words(language)}"
    marker = "\0" if refusal.literal_xml else words
    written = document(
        el(
            "Root",
            [
                el(
                    "ResponseStatus",
                    [
                        el("Status", "FAILED"),
                        el("Status", marker),
                        el("TimeStamp", timestamp(iso)),
                    ],
                )
            ],
        )
    )
    if refusal.literal_xml:
        written = written.replace("\0", words)
    return written.encode("utf-8", "xmlcharrefreplace")


def status_number(code):
    return HTTP_STATUS.get(code, 400)


def comma(value, places=None):
    """A number as Netvisor prints it, with a comma."""
    if value is None or value == "":
        return ""
    if places is not None:
        value = f"{value:.{places}f}"
    else:
        value = format(value, "f")
        if "." in value:
            value = value.rstrip("0").rstrip(".")
    return str(value).replace(".", ",")


def ansi(name, value):
    """A date element; empty stays an empty element without the attribute's sense being lost."""
    return el(name, value or None, {"format": "ansi"})


def json_text(value):
    return json.dumps(value, ensure_ascii=False)


def json_value(text):
    return json.loads(text)
