"""A smaller PDF with the same text: images down-sampled, streams compressed harder, everything else untouched.

Fonts and text are never rewritten: the copy for the books must equal what the customer got.
"""

import io
import logging
import zlib

from PIL import Image

from odoo.tools.pdf import NameObject, NumberObject, PdfFileReader, PdfFileWriter
from odoo.tools.pdf import pypdf as library

_logger = logging.getLogger(__name__)

WIDEST = 1240  # pixels: the width of an A4 page at 150 dots per inch
QUALITY = 75
SMALL = 20 * 1024  # bytes: an image below this is left alone
LOSSLESS = frozenset(("/FlateDecode", "/ASCII85Decode", "/ASCIIHexDecode"))
MODES = {"/DeviceRGB": "RGB", "/DeviceGray": "L"}


def reduced(content):
    """:return: the PDF with less bytes, or ``content`` itself where nothing could be saved or read"""
    try:
        smaller = _rewritten(content)
    except Exception:  # PDFs of other programs can be broken in any way; then the original is the copy
        _logger.info("Netvisor: a PDF could not be reduced", exc_info=True)
        return content
    return smaller if len(smaller) < len(content) else content


def _rewritten(content):
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted or "/AcroForm" in reader.trailer["/Root"]:
        return content  # a signature would not survive
    seen = set()
    for reference, item in _streams(reader):
        if reference in seen:
            continue
        seen.add(reference)
        if item.get("/Subtype") == "/Image":
            _shrink_image(item)
        else:
            _compress(item)
    writer = PdfFileWriter()
    writer.clone_reader_document_root(reader)
    if reader.trailer.get("/Info"):
        writer.add_metadata({key: value for key, value in (reader.metadata or {}).items() if isinstance(value, str)})
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _streams(reader):
    """All indirect streams of the document, each with its number. They are changed in place in the reader's cache."""
    for number in range(1, int(reader.trailer["/Size"])):
        try:
            item = library.generic.IndirectObject(number, 0, reader).get_object()
        except library.errors.PdfReadError:
            continue
        if isinstance(item, library.generic.StreamObject) and item.get("/Type") not in ("/XRef", "/ObjStm"):
            yield number, item


def _compress(stream):
    """Deflate again, harder; only streams that decode without loss and without a predictor, so that no byte can change."""
    plain = _plain(stream)
    if plain is None:
        return
    packed = zlib.compress(plain, 9)
    if len(packed) < len(stream._data):
        _replace(stream, packed, "/FlateDecode")


def _filters(stream):
    names = stream.get("/Filter")
    return [] if names is None else names if isinstance(names, list) else [names]


def _plain(stream):
    """The bytes behind filters that lose nothing; None behind any other."""
    if stream.get("/DecodeParms") or not LOSSLESS.issuperset(_filters(stream)):
        return None
    data = stream.get_data()
    return data.encode("latin-1") if isinstance(data, str) else data


def _shrink_image(stream):
    if len(stream._data) < SMALL or stream.get("/ImageMask") or stream.get("/Mask") or stream.get("/Decode"):
        return
    image = _image(stream)
    if image is None:
        return
    if image.width > WIDEST:
        height = max(1, round(image.height * WIDEST / image.width))
        image = image.resize((WIDEST, height), Image.Resampling.LANCZOS)
    output = io.BytesIO()
    image.save(output, "JPEG", quality=QUALITY, optimize=True)
    packed = output.getvalue()
    if len(packed) >= len(stream._data):
        return
    stream.pop("/DecodeParms", None)
    _replace(stream, packed, "/DCTDecode")
    stream[NameObject("/Width")] = NumberObject(image.width)
    stream[NameObject("/Height")] = NumberObject(image.height)
    stream[NameObject("/BitsPerComponent")] = NumberObject(8)


def _image(stream):
    """The picture of plain colour spaces; None for what could lose its meaning (indexed, CMYK, bi-level)."""
    mode = MODES.get(stream.get("/ColorSpace"))
    if mode is None or stream.get("/BitsPerComponent") != 8:
        return None
    names = _filters(stream)
    if names[-1:] == ["/DCTDecode"] and LOSSLESS.issuperset(names[:-1]) and not stream.get("/DecodeParms"):
        image = Image.open(io.BytesIO(stream.get_data()))
        return image if image.mode == mode else None
    plain = _plain(stream)
    size = (int(stream["/Width"]), int(stream["/Height"]))
    if plain is None or len(plain) != size[0] * size[1] * len(mode):
        return None
    return Image.frombytes(mode, size, plain)


def _replace(stream, data, name):
    stream._data = data
    stream[NameObject("/Filter")] = NameObject(name)
