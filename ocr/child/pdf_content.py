# SPDX-License-Identifier: Apache-2.0
"""What a PDF carries beside its pages: things that act when it is opened, things drawn over the pages."""

import ctypes
import re
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import count, repeat
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw as pdf

from ocr.child.pdfium_calls import NUMBER, PLACE, address, plainly
from ocr.models import Box

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
_LARGEST_CODE = 255.0  # points; 90 mm
_SMALLEST_CODE = 20.0  # 7 mm
_MARGIN = 10.0
_CELL = 4.0
_MOST_CELLS = 1000  # a side
_FINE, _FAR = 64, 1000  # parts of a point and points, so that whole numbers place a box to a thousandth
_STROKES_OF_CODE = 200  # the smallest QR code has 441 modules, its dark ones in some 120 rows of at least two ends
_OBJECT = plainly(pdf.FPDFPage_GetObject, PLACE, PLACE, NUMBER)
_KIND = plainly(pdf.FPDFPageObj_GetType, NUMBER, PLACE)
_SEGMENTS = plainly(pdf.FPDFPath_CountSegments, NUMBER, PLACE)
_BOUNDS = plainly(pdf.FPDFPageObj_GetBounds, NUMBER, PLACE, PLACE, PLACE, PLACE, PLACE)
_FILL = plainly(pdf.FPDFPageObj_GetFillColor, NUMBER, PLACE, PLACE, PLACE, PLACE, PLACE)
_FONT = plainly(pdf.FPDFTextObj_GetFont, PLACE, PLACE)
_FONT_FILE = plainly(pdf.FPDFFont_GetFontData, NUMBER, PLACE, PLACE, ctypes.c_size_t, PLACE)
_GREY_OF_TILES = [191, 191, 191]
_NEVER_DRAWN = frozenset({pdf.FPDF_ANNOT_LINK, pdf.FPDF_ANNOT_POPUP})
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
    kinds = map(pdf.FPDFAnnot_GetSubtype, _annotations(page))
    return {_DRAWN[kind] for kind in kinds if kind in _DRAWN}


def _annotations(page: pdfium.PdfPage) -> Iterator[Any]:
    for index in range(min(pdf.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdf.FPDFPage_GetAnnot(page, index)
        if annotation:
            yield annotation
            pdf.FPDFPage_CloseAnnot(annotation)


def code_areas(page: pdfium.PdfPage) -> list[Box]:
    """Return the boxes on a page, in points from its top left corner, in which a 2D code can stand, the smallest first.

    A code is a picture or a part of one, or drawn of many strokes; what stands close together is one area. A group of
    things may hold either, and so may an annotation, the glyphs of a font that are drawn, and a tiled pattern.
    """
    things = list(map(_OBJECT, repeat(address(page.raw)), range(pdf.FPDFPage_CountObjects(page))))
    kinds = list(map(_KIND, things))
    pictures = [thing for thing, kind in zip(things, kinds, strict=True) if kind in _PICTURES]
    texts = [thing for thing, kind in zip(things, kinds, strict=True) if kind == pdf.FPDF_PAGEOBJ_TEXT]
    paths = [thing for thing, kind in zip(things, kinds, strict=True) if kind == pdf.FPDF_PAGEOBJ_PATH]
    bounds = np.vstack([_bounds([*paths, *pictures, *_of_drawn_glyphs(texts)]), _annotation_bounds(page)])
    boxes = _placed(page, bounds)
    strokes, others = boxes[: len(paths)], boxes[len(paths) :]
    return _gathered(np.vstack([others, _of_strokes(paths, strokes)]), page.get_size())


def _of_strokes(paths: Sequence[int], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the boxes of the paths that can be a code or, where there are enough of them, a part of one."""
    segments = np.fromiter(map(_SEGMENTS, paths), np.int64, len(paths))
    sides = boxes[:, 2:] - boxes[:, :2]
    kept = segments >= _STROKES_OF_CODE
    for place in np.flatnonzero(sides.min(axis=1) >= _SMALLEST_CODE).tolist():
        kept[place] |= _is_tiled(paths[place])
    if segments.sum() >= _STROKES_OF_CODE:
        kept |= sides.max(axis=1) <= _LARGEST_CODE
    return boxes[kept]


def _is_tiled(path: int) -> bool:
    """Tell whether a path is filled with a coloured tiling pattern, for which pdfium names this grey."""
    color = np.zeros(4, np.uint32)
    start, step = color.ctypes.data, color.itemsize
    return bool(_FILL(path, *range(start, start + 4 * step, step))) and color[:3].tolist() == _GREY_OF_TILES


def _of_drawn_glyphs(texts: Sequence[int]) -> Iterator[int]:
    """Yield the texts in a Type 3 font, whose glyphs are content of their own: the only ones without a font file."""
    length = ctypes.c_size_t()
    drawn: dict[int, bool] = {}
    for text, font in zip(texts, map(_FONT, texts), strict=True):
        if font not in drawn:
            length.value = 0
            _FONT_FILE(font, None, 0, ctypes.addressof(length))
            drawn[font] = length.value == 0
        if drawn[font]:
            yield text


def _annotation_bounds(page: pdfium.PdfPage) -> NDArray[np.float64]:
    """Return left, bottom, right, top of what is drawn over a page: annotations of all kinds but links."""
    box = pdf.FS_RECTF()
    found = [
        (box.left, box.bottom, box.right, box.top)
        for annotation in _annotations(page)
        if pdf.FPDFAnnot_GetSubtype(annotation) not in _NEVER_DRAWN and pdf.FPDFAnnot_GetRect(annotation, box)
    ]
    return np.array(found, np.float64).reshape(-1, 4)


def _bounds(things: Sequence[int]) -> NDArray[np.float64]:
    """Return left, bottom, right, top of things in the coordinates of their page."""
    sides = np.zeros((len(things), 4), np.float32)
    starts = (
        count(sides.ctypes.data + offset, sides.strides[0]) for offset in range(0, sides.strides[0], sides.itemsize)
    )
    deque(map(_BOUNDS, things, *starts), maxlen=0)
    return sides.astype(np.float64)


def _placed(page: pdfium.PdfPage, bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return left, top, right, bottom of boxes on the page as it is shown: turned and cut as it says."""
    width, height = page.get_size()
    device = pdfium.PdfPosConv(page, (0, 0, round(width * _FINE), round(height * _FINE), 0))
    shown = [device.to_bitmap(*point) for point in ((0, 0), (_FAR, 0), (0, _FAR))]
    origin, along, up = np.array(shown, np.float64) / _FINE
    steps = np.stack([along - origin, up - origin]) / _FAR
    corners = np.stack([bounds[:, :2] @ steps + origin, bounds[:, 2:] @ steps + origin])
    sides = np.hstack([corners.min(axis=0), corners.max(axis=0)])
    return np.asarray(np.nan_to_num(sides).clip(0, [width, height, width, height]), np.float64)


def _gathered(boxes: NDArray[np.float64], size: tuple[float, float]) -> list[Box]:
    """Return the boxes around those that stand close together, with the white margin that a code needs."""
    cell = max(_CELL, max(size) / _MOST_CELLS)
    width, height = (int(side // cell) + 1 for side in size)
    taken = np.zeros((height, width), np.uint8)
    first = ((boxes[:, :2] - _MARGIN) // cell).clip(0).astype(int).tolist()
    last = ((boxes[:, 2:] + _MARGIN) // cell).astype(int).tolist()
    for (left, top), (right, bottom) in zip(first, last, strict=True):
        taken[top : bottom + 1, left : right + 1] = 1
    areas = cv2.connectedComponentsWithStats(taken)[2][1:, :4].astype(np.float64) * cell
    areas = areas[areas[:, 2:].max(axis=1) >= _SMALLEST_CODE + 2 * _MARGIN]
    areas = areas[areas[:, 2:].prod(axis=1).argsort()]
    ends = np.minimum(areas[:, :2] + areas[:, 2:], size)
    return [
        (left, top, right, bottom)
        for (left, top), (right, bottom) in zip(areas[:, :2].tolist(), ends.tolist(), strict=True)
    ]
