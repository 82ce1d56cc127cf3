# SPDX-License-Identifier: Apache-2.0
"""Decoding of pictures and PDF into sheets: pixels of bounded size and the words of a text layer."""

import io
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import count, repeat
from math import ceil

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image
from pypdfium2 import raw as pdf

from ocr.child import pdf_content
from ocr.child.pdfium_calls import NUMBER, PLACE, address, plainly
from ocr.child.signatures import Trust, signatures
from ocr.child.strips import resized
from ocr.layout import Word
from ocr.models import Box, Limits, Media, Refusal
from ocr.pdf_facts import PdfFacts

Rgb = NDArray[np.uint8]

PICTURE_SIDE = 3000  # pixels; an A4 scan at 250 dpi, beyond which no measured reading improved
_LEAST_SIDE = 32  # pixels; a single line of print is as high
_SCAN_DPI = 200
_POINTS_PER_INCH = 72
_ORIENTATION = 0x0112  # tag of EXIF 2.32
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})
_SET_UPRIGHT: dict[int, Callable[[Rgb], cv2.typing.MatLike]] = {
    2: partial(cv2.flip, flipCode=1),
    3: partial(cv2.rotate, rotateCode=cv2.ROTATE_180),
    4: partial(cv2.flip, flipCode=0),
    5: cv2.transpose,
    6: partial(cv2.rotate, rotateCode=cv2.ROTATE_90_CLOCKWISE),
    7: lambda pixels: cv2.transpose(cv2.rotate(pixels, cv2.ROTATE_180)),
    8: partial(cv2.rotate, rotateCode=cv2.ROTATE_90_COUNTERCLOCKWISE),
}
_NOTES = frozenset({"exif", "Raw profile type exif", "XML:com.adobe.xmp"})  # in which Pillow looks for it in a PNG
_ANIMATED = b"acTL"  # the chunk of PNG (third edition, 11.3.5.1); elsewhere by chance once in a thousand files
_QUICK = frozenset({Media.JPEG, Media.PNG})
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_BOX_OF = plainly(pdf.FPDFText_GetLooseCharBox, NUMBER, PLACE, NUMBER, PLACE)
_FORMATS = {Media.JPEG: "JPEG", Media.PNG: "PNG", Media.WEBP: "WEBP", Media.HEIC: "HEIF"}


class RefusedError(Exception):
    """The document cannot be read, for a reason that its owner can do something about."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.refusal = Refusal(code, text)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: size in its own units, words of its text layer, and its pixels on demand.

    scale is the number of pixels per unit of width and height at which to look for print; draw() takes it or, of a
    page of a PDF, any other, and a box of the page to draw alone. code_areas() are those in which a 2D code can stand,
    the smallest first.
    """

    number: int
    width: float
    height: float
    scale: float
    words: tuple[Word, ...]
    draw: Callable[..., Rgb]
    code_areas: Callable[[], list[Box]] = list


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as sheets, with what its container says; facts are None for a picture."""

    sheets: tuple[Sheet, ...]
    facts: PdfFacts | None = None
    trust: Trust = ()


@contextmanager
def opened(data: bytes, media: Media, limits: Limits, trust: Trust = ()) -> Iterator[Decoded]:
    """Open a document of a sniffed type; RefusedError where it is damaged, locked or too large."""
    if media is not Media.PDF:
        yield Decoded((_picture(data, media, limits),), None, trust)
        return
    document = _open_pdf(data)
    try:
        if len(document) > limits.max_pages:
            raise RefusedError("document_too_large", f"The file has more than {limits.max_pages} pages.")
        if len(document) == 0:
            raise RefusedError("document_corrupt", "The file has no pages.")
        pages = [_pdf_page(document, index) for index in range(len(document))]
        sheets = tuple(_pdf_sheet(page, number) for number, page in enumerate(pages, 1))
        yield Decoded(sheets, _facts(document, pages, data, trust), trust)
    finally:
        document.close()


def _facts(document: pdfium.PdfDocument, pages: Sequence[pdfium.PdfPage], data: bytes, trust: Trust) -> PdfFacts:
    drawn = set[str]().union(*(pdf_content.annotations(page) for page in pages))
    return PdfFacts(
        revisions=_revisions(data),
        producer=str(document.get_metadata_value("Producer"))[:200],
        annotations=tuple(sorted(drawn)),
        actions=pdf_content.actions(data),
        signatures=signatures(data, trust),
        trusts=bool(trust),
    )


def _revisions(data: bytes) -> int:
    """Return how often a PDF was written, beyond signing and the first half of a linearized file."""
    expected = data.count(b"/ByteRange") + (b"/Linearized" in data[:1024])
    return max(1, data.count(b"%%EOF") - expected)


def _picture(data: bytes, media: Media, limits: Limits) -> Sheet:
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    if media is Media.HEIC:
        import_module("pi_heif").register_heif_opener()
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=[_FORMATS[media]]) as image:
                turn = _orientation(image, media)
                natural = image.size[:: -1 if turn in _ON_ITS_SIDE else 1]
                pixels = _quickly(data) if _is_plain(image, media, data) else _carefully(image)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise RefusedError("document_too_large", "The picture has too many pixels.") from error
        except (OSError, ValueError, SyntaxError, EOFError, RuntimeError) as error:
            raise RefusedError("document_corrupt", "The picture is damaged.") from error
    upright = np.asarray(_SET_UPRIGHT[turn](pixels), np.uint8) if turn in _SET_UPRIGHT else pixels
    _refuse_tiny(upright.shape[:2])
    width, height = natural
    return Sheet(1, width, height, upright.shape[1] / width, (), lambda _scale: upright)


def _orientation(image: Image.Image, media: Media) -> int:
    """Return how the camera was held by EXIF; of PNG only what stands before the pixels, which Pillow would decode."""
    if media is Media.PNG and image.info.keys().isdisjoint(_NOTES):
        return 1
    noted = image.getexif().get(_ORIENTATION)
    return noted if isinstance(noted, int) else 1


def _refuse_tiny(sides: Sequence[int]) -> None:
    if min(sides) < _LEAST_SIDE:
        raise RefusedError("document_not_readable", "The picture is too small to show a document.")


def _is_plain(image: Image.Image, media: Media, data: bytes) -> bool:
    """Tell whether a picture is such as OpenCV decodes to the same pixels, and not too large to be decoded whole.

    Of an animated PNG it takes a frame of the animation instead of the picture that others show.
    """
    plain = image.mode in {"RGB", "L"} and "transparency" not in image.info and _ANIMATED not in data
    return plain and media in _QUICK and max(image.size) < 2 * PICTURE_SIDE


def _quickly(data: bytes) -> Rgb:
    """Return the pixels of a plain picture in one array: Pillow's blocks and copies cost as much as the decoding."""
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        raise ValueError("OpenCV cannot decode the picture") from error
    if found is None:
        raise ValueError("the picture is cut short")
    pixels = np.asarray(found, np.uint8)
    return pixels if max(pixels.shape) <= PICTURE_SIDE else resized(pixels, PICTURE_SIDE / max(pixels.shape))


def _carefully(image: Image.Image) -> Rgb:
    """Return the pixels of a picture of any form, transparent parts on white; a large JPEG shrinks as it is decoded."""
    image.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
    image.load()
    if image.mode.startswith("I") or image.mode == "F":
        image = image.point(lambda value: value / 257).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    if image.mode != "RGB":
        image = image.convert("RGB")
    image.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    return np.asarray(image, np.uint8)


def _open_pdf(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR:
            raise RefusedError("document_password_protected", "The file asks for a password.") from error
        raise RefusedError("document_corrupt", "The file is damaged.") from error


def _pdf_page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    try:
        return document[index]
    except pdfium.PdfiumError as error:
        raise RefusedError("document_corrupt", "A page of the file is damaged.") from error


def _pdf_sheet(page: pdfium.PdfPage, number: int) -> Sheet:
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise RefusedError("document_corrupt", "A page of the file has no size.")
    scale = min(_SCAN_DPI / _POINTS_PER_INCH, PICTURE_SIDE / max(width, height))
    words = tuple(_text_layer(page, height))

    return Sheet(
        *(number, width, height, scale, words),
        draw=partial(_pdf_pixels, page),
        code_areas=partial(pdf_content.code_areas, page),
    )


def _pdf_pixels(page: pdfium.PdfPage, scale: float, area: Box | None = None) -> Rgb:
    """Draw a page, or an area of it, into an array of ours: one of the library's would be cleared again and copied."""
    whole = [max(1, ceil(side * scale)) for side in page.get_size()]
    _refuse_tiny(whole)
    left, top, right, bottom = (0, 0, *whole) if area is None else (round(side * scale) for side in area)
    width, height = max(1, right - left), max(1, bottom - top)
    pixels: Rgb = np.full((height, width, 3), 255, np.uint8)
    bitmap = pdf.FPDFBitmap_CreateEx(width, height, pdf.FPDFBitmap_BGR, pixels.ctypes.data, pixels.strides[0])
    if not bitmap:
        raise RefusedError("document_corrupt", "A page of the file cannot be drawn.")
    pdf.FPDF_RenderPageBitmap(bitmap, page.raw, -left, -top, *whole, 0, pdf.FPDF_ANNOT | pdf.FPDF_REVERSE_BYTE_ORDER)
    pdf.FPDFBitmap_Destroy(bitmap)
    return pixels


def _text_layer(page: pdfium.PdfPage, height: float) -> Iterator[Word]:
    """Yield the words of a page's text layer, boxes in points from the top left corner."""
    layer = page.get_textpage()
    try:
        chars = _characters(layer)
        unseen = {char for char in set(chars) if char.isspace() or not char.isprintable()}
        places = [place for place, char in enumerate(chars) if char not in unseen]
        boxes = _boxes(layer.raw, places)
    finally:
        layer.close()
    if not places:
        return
    starts = np.flatnonzero(np.append(True, (np.diff(places) > 1) | _apart(boxes[:-1], boxes[1:])))
    least, most = (extreme.reduceat(boxes, starts).tolist() for extreme in (np.minimum, np.maximum))
    text = "".join(chars[place] for place in places)
    ends = [*starts[1:].tolist(), len(text)]
    for start, end, (left, bottom, _, _), (_, _, right, top) in zip(starts.tolist(), ends, least, most, strict=True):
        yield Word(text[start:end], (left, height - top, right, height - bottom), 1.0)


def _characters(layer: pdfium.PdfTextPage) -> Sequence[str]:
    """Return the characters of a text layer: all in one call where it leaves none out, else one by one."""
    total = layer.count_chars()
    text = str(layer.get_text_range())
    return text if len(text) == total else [chr(pdf.FPDFText_GetUnicode(layer, index)) for index in range(total)]


def _boxes(layer: pdf.FPDF_TEXTPAGE, places: Sequence[int]) -> NDArray[np.float64]:
    """Return left, bottom, right, top of characters of a text layer, as their font says, not their ink."""
    sides = np.zeros((len(places), 4), np.float32)
    deque(map(_BOX_OF, repeat(address(layer)), places, count(sides.ctypes.data, sides.strides[0])), maxlen=0)
    return sides[:, [0, 3, 2, 1]].astype(np.float64)  # FS_RECTF has the top second


def _apart(last: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell of pairs of characters in a row whether they stand too far apart to be of one word."""
    size = np.maximum(last[:, 3] - last[:, 1], 0.1)
    step = box[:, 0] - last[:, 2]
    raised = np.abs(box[:, 1] - last[:, 1]) > 0.6 * size
    return np.asarray(raised | (step <= -size) | (step >= 0.3 * size), np.bool_)
