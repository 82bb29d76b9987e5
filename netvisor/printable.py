"""Messages as a person may read them in the log of calls."""

import re

from .formats import clean_text

#: Documents are logged by their size only: a PDF in every row would fill the database and says nothing.
DOCUMENT = re.compile(rb"(<documentdata[^>]*>)([^<]{200,})(</documentdata>)", re.IGNORECASE)
#: An answer with thousands of rows is kept by its beginning.
LIMIT = 200_000


def printable(body):
    """Return the text of a message or an answer for the log.

    body    bytes as sent or received: UTF-8, or ISO-8859-15 where it is not
    Attachments are replaced by their size; what is longer than 200,000 characters is cut, and says so.
    """
    body = DOCUMENT.sub(lambda match: b"%s[%d bytes]%s" % (match[1], len(match[2]) * 3 // 4, match[3]), body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("iso-8859-15")
    text = clean_text(text)
    return text if len(text) <= LIMIT else f"{text[:LIMIT]}\n[… {len(text) - LIMIT} more characters]"
