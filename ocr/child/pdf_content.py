# SPDX-License-Identifier: Apache-2.0
"""What a PDF carries beside its pages: things that act when it is opened, things drawn over the pages."""

import re
import zlib
from collections.abc import Iterator

import pypdfium2 as pdfium
from pypdfium2 import raw as pdf

# ISO 32000-1: actions (12.6.4) that reach out of the document, and what can hide another document (7.11.4, 12.7.8).
_ACTING = ("JavaScript", "Launch", "SubmitForm", "ImportData", "GoToE", "RichMedia", "EmbeddedFile", "XFA")
_NAMES = re.compile(rb"/(" + b"|".join(name.encode() for name in _ACTING) + rb")(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"/[A-Za-z]*(?:#[0-9A-Fa-f]{2}[A-Za-z]*)+")
_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_MOST_INFLATED = 16 * 1024 * 1024
_MOST_ANNOTATIONS = 500  # a page

_DRAWN = {
    pdf.FPDF_ANNOT_TEXT: "Text",
    pdf.FPDF_ANNOT_FREETEXT: "FreeText",
    pdf.FPDF_ANNOT_LINE: "Line",
    pdf.FPDF_ANNOT_SQUARE: "Square",
    pdf.FPDF_ANNOT_CIRCLE: "Circle",
    pdf.FPDF_ANNOT_POLYGON: "Polygon",
    pdf.FPDF_ANNOT_POLYLINE: "PolyLine",
    pdf.FPDF_ANNOT_HIGHLIGHT: "Highlight",
    pdf.FPDF_ANNOT_UNDERLINE: "Underline",
    pdf.FPDF_ANNOT_STRIKEOUT: "StrikeOut",
    pdf.FPDF_ANNOT_STAMP: "Stamp",
    pdf.FPDF_ANNOT_INK: "Ink",
    pdf.FPDF_ANNOT_FILEATTACHMENT: "FileAttachment",
    pdf.FPDF_ANNOT_REDACT: "Redact",
}
_STROKES_OF_CODE = 200  # the smallest QR code has 441 modules, its dark ones in some 120 rows of at least two ends
_PICTURES = frozenset({pdf.FPDF_PAGEOBJ_IMAGE, pdf.FPDF_PAGEOBJ_SHADING, pdf.FPDF_PAGEOBJ_FORM})


def actions(data: bytes) -> tuple[str, ...]:
    """Return the names of what a PDF holds that acts or hides a file, sorted; object streams are looked into."""
    found = set[bytes]()
    for part in (data, *_object_streams(data)):
        found |= set(_NAMES.findall(part))
        plain = b" ".join(_CODE.sub(lambda code: bytes([int(code[1], 16)]), name) for name in _ESCAPED.findall(part))
        found |= set(_NAMES.findall(plain))
    return tuple(sorted(name.decode() for name in found))


def _object_streams(data: bytes) -> Iterator[bytes]:
    room = _MOST_INFLATED
    for start in _OBJECT_STREAM.finditer(data):
        try:
            part = zlib.decompressobj().decompress(data[start.end() :], room)
        except zlib.error:
            continue
        yield part
        room -= len(part)
        if room <= 0:
            return


def annotations(page: pdfium.PdfPage) -> set[str]:
    """Return the kinds of annotation that a page shows over its print; links and form fields are none."""
    found = set[str]()
    for index in range(min(pdf.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdf.FPDFPage_GetAnnot(page, index)
        if annotation:
            kind = _DRAWN.get(pdf.FPDFAnnot_GetSubtype(annotation))
            found |= {kind} if kind else set()
            pdf.FPDFPage_CloseAnnot(annotation)
    return found


def may_show_codes(page: pdfium.PdfPage) -> bool:
    """Tell whether a page shows pictures, groups of things that may be some, or as many strokes as a 2D code has."""
    strokes = 0
    for index in range(pdf.FPDFPage_CountObjects(page)):
        thing = pdf.FPDFPage_GetObject(page, index)
        kind = pdf.FPDFPageObj_GetType(thing)
        strokes += pdf.FPDFPath_CountSegments(thing) if kind == pdf.FPDF_PAGEOBJ_PATH else 0
        if kind in _PICTURES or strokes >= _STROKES_OF_CODE:
            return True
    return False
