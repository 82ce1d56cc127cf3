# SPDX-License-Identifier: Apache-2.0
"""What is seen on one page: zone, codes, print, measures and a clean picture, in upright units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from ocr import mrz
from ocr.child import prepare, strips
from ocr.child.decode import Rgb, Sheet
from ocr.child.engine import Engine, Model, PageMode
from ocr.child.look import Sighting
from ocr.child.prepare import FlatPage
from ocr.child.zone import ZoneReading, read_zone
from ocr.layout import Line, Word, lines_of, outside, squeezed, union
from ocr.models import Box, Page
from ocr.quality import Measures

_TEXT_PAGE_LINES = 40  # lines above which a page is read as text first; passports show up to 30, a full extract 67
_CARD_HEIGHT = 0.7  # of its width: ID-1 0.63, ID-2 0.7 (ISO/IEC 7810)
_OTHER_SIDE = 0.55
_OTHER_SIDE_LINES = 2  # of print, that can be told apart in a blurred picture; the back of a CNI has four and more
TEXT_LAYER_LETTERS = 200  # fewer are a stamp or a footer on a scan
_LARGER = 1.5  # at 1.0 photographed codes of 2.5 pixels a module are found or missed by chance
_COARSE_SIDE = 1500  # pixels; A4 at 128 dpi: small print stays legible
_FARTHER = 0.6  # a large code whose modules are noisy shows better in a smaller picture
_SMALL_AREA = 300.0  # points; a code of 90 mm and its margins
_MOST_AREAS = 12
_MORE_LINES = 6  # lines of print beside a short text layer: a picture of a page
_WORD_TRUSTED = 0.3
_CORNERS = (0, 1, 2, 1, 2, 3, 0, 3)  # of a box: its left and top, right and top, right and bottom, left and bottom
_FACE_PITCH = 40.0  # pixels a character of its zone at which codes on a card are looked for; 400 dpi
_ZONE_PITCH = 30.0  # pixels; 300 dpi, since a character of a zone takes 2.54 mm (Doc 9303-3, 4.4)
_LINE_HEIGHT = 32.0  # pixels, of capitals and descenders; those of an extract have 22 to 26 at 200 dpi
_READABLE = 0.4  # share of sure words (measured: upright 0.74, on its head 0.11)


@dataclass(frozen=True, slots=True)
class Code:
    """A 2D code: its text, its bytes and its box in the units of the page."""

    text: str
    data: bytes
    box: Box


@dataclass(slots=True)
class Seen:
    """A page under the eye of the reader; each look is taken once and kept."""

    sheet: Sheet
    engine: Engine
    pictured: bool = True
    turns: int = 0
    zone_sought: bool = False
    zone: ZoneReading | None = None
    flat: FlatPage | None = None
    lines: tuple[Line, ...] = ()
    codes: tuple[Code, ...] = ()
    drawn: Rgb | None = None
    darkened: NDArray[np.uint8] | None = None
    shrunk: Rgb | None = None
    coarse: bool = False  # drawn only for people, since all print is in the text layer
    scanned: bool | None = None
    dense: bool | None = None
    heights: Sequence[float] | None = None
    layer: tuple[Line, ...] | None = None

    @property
    def text_layer(self) -> tuple[Line, ...]:
        """Return the lines of the page's text layer."""
        if self.layer is None:
            self.layer = tuple(lines_of(self.sheet.number, self.sheet.words))
        return self.layer

    @property
    def pixels(self) -> Rgb:
        """Return the picture of the page, drawn at the first look."""
        if self.drawn is None:
            self.drawn = self.sheet.draw(self.scale)
        return self.drawn

    @property
    def scale(self) -> float:
        """Return the pixels of the picture per unit of the page."""
        sheet = self.sheet
        return min(sheet.scale, _COARSE_SIDE / max(sheet.width, sheet.height)) if self.coarse else sheet.scale

    @property
    def dark(self) -> NDArray[np.uint8]:
        """Return the picture in grey without coloured backgrounds, kept for the next look."""
        if self.darkened is None:
            self.darkened = prepare.darkest_free(self.pixels)
        return self.darkened

    @property
    def small(self) -> Rgb:
        """Return a small picture of the page, which is all that its measures and its hash need."""
        if self.shrunk is None:
            self.shrunk = prepare.reduced(self.pixels)
        return self.shrunk

    def put_away(self) -> None:
        """Let go of the picture: thirty drawn pages would not fit into the memory allowed."""
        self.drawn = self.flat = self.darkened = self.shrunk = None

    @property
    def is_scanned(self) -> bool:
        """Tell whether the print of the page is a picture: a text layer of a few words is only a stamp on it."""
        if self.scanned is None:
            letters = sum(len(squeezed(word.text)) for word in self.sheet.words)
            self.scanned = letters < TEXT_LAYER_LETTERS and (letters == 0 or self._shows_more_than_its_words())
        return self.scanned

    def _shows_more_than_its_words(self) -> bool:
        """Tell whether lines of print are left on the picture where the words of the text layer are wiped out."""
        rest, scale = self.dark.copy(), self.scale
        for word in self.sheet.words:
            left, top, right, bottom = (round(side * scale) for side in word.box)
            rest[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = 255
        return len(strips.line_heights(rest)) > _MORE_LINES

    @property
    def looks_like_text(self) -> bool:
        """Tell whether the page is full of lines, as an extract is and a card is not."""
        if self.dense is None:
            self.dense = len(self.line_heights) > _TEXT_PAGE_LINES
        return self.dense

    @property
    def line_heights(self) -> Sequence[float]:
        """Return the height of about each line of print in pixels of the picture, as it stands."""
        if self.heights is None:
            self.heights = strips.line_heights(self.dark)
        return self.heights

    def look_for_zone(self) -> None:
        """Read the machine-readable zone, once, and set the page upright by it."""
        if self.zone_sought:
            return
        self.zone_sought = True
        found = read_zone(self.dark, self.engine)
        if found is not None:
            self.zone, self.turns = found, found.sighting.look.turns

    def look_for_print(self) -> None:
        """Read all print of the page with the French model, or take its text layer."""
        if not self.is_scanned:
            self.lines = self.text_layer
            self.coarse = self.coarse or self.drawn is None
            return
        surely_upright, dense = self._sure_zone is not None, self.looks_like_text
        on_its_side = not (surely_upright or dense) and prepare.lies_on_its_side(self.pixels)
        if not surely_upright and on_its_side != self.turns % 2:
            self.turns = 1 - self.turns % 2  # what was taken for a zone may have been rows of print, or none
        flat, words = self._print_as_it_lies()
        unreadable = not surely_upright and _readable(words) < _READABLE * len(words)
        unread = unreadable or not (surely_upright or words)
        if dense and unread and prepare.lies_on_its_side(self.pixels):
            self.dense = False  # what was counted as lines were none
            self.look_for_print()
            return
        if unreadable:
            self.turns = (self.turns + 2) % 4
            other_flat, other_words = self._print_as_it_lies()
            if _readable(other_words) > _readable(words):
                flat, words = other_flat, other_words
            else:
                self.turns = (self.turns + 2) % 4
        self.lines = self._placed(lines_of(self.sheet.number, words), flat)
        self.flat = flat

    def _print_as_it_lies(self) -> tuple[FlatPage, list[Word]]:
        upright = prepare.turned(self._pixels_to_read, self.turns)
        flat = prepare.flat_page(upright, self._enough, dense=self.looks_like_text)
        words = [
            Word(word.text, _box_of(word.box), word.confidence)
            for word in self.engine.words(flat.image, Model.FRENCH, PageMode.COLUMN)
            if word.confidence >= _WORD_TRUSTED or word.text.strip("|-_~.,'")
        ]
        return flat, words

    @property
    def _sure_zone(self) -> ZoneReading | None:
        return self.zone if self.zone is not None and self.zone.is_sure else None

    @property
    def _pixels_to_read(self) -> Rgb:
        """Return the picture without its zone, which has been read and which the model of French is slow to read."""
        if self._sure_zone is None:
            return self.pixels
        return prepare.covered(self.pixels, self._sure_zone.sighting.outlines())

    @property
    def _enough(self) -> float:
        """Return the scale at which the print is large enough to be read, by its zone or by its own height."""
        if self._sure_zone is not None:
            return _ZONE_PITCH / self._sure_zone.sighting.pitch
        return _LINE_HEIGHT / median(self.line_heights) if self.line_heights else inf

    def look_for_codes(self) -> None:
        """Decode QR and DataMatrix codes; last of all looks, when the page stands upright.

        What the engine took for words on them is dropped.
        """
        if self.is_scanned:
            self.codes = next((codes for codes in self._looks_for_codes() if codes), ())
            self.lines = tuple(outside(self.lines, [code.box for code in self.codes]))
        else:
            self.codes = self._codes_in_areas()

    def _codes_in_areas(self) -> tuple[Code, ...]:
        """Return the codes on a page of a PDF: closely seen in small areas and, where there are larger ones, in all.

        What is in the small ones must not hide another code in a large one, which the picture for people shows as well.
        """
        areas = self.sheet.code_areas()
        small = [area for area in areas if max(area[2] - area[0], area[3] - area[1]) <= _SMALL_AREA][:_MOST_AREAS]
        found = [code for area in small for code in self._codes_in(area)]
        if len(areas) > len(small) and (whole := union(areas)) is not None:
            found += self._codes_at_a_glance(thorough=False) if found else self._codes_in(whole)
        return tuple({code.data: code for code in reversed(found)}.values())[::-1]

    def _codes_in(self, area: Box) -> tuple[Code, ...]:
        """Return the codes in an area of a page of a PDF, seen closely or else from farther away."""
        near = _gray(self.sheet.draw(self.sheet.scale, area))
        for smaller in (1.0, _FARTHER):
            found = _codes(strips.resized(near, smaller), thorough=False)
            if found:
                places = [corners / (smaller * self.sheet.scale) + area[:2] for *_, corners in found]
                boxes = (self.upright(place * self.scale) for place in places)
                return tuple(Code(text, data, box) for (text, data, _), box in zip(found, boxes, strict=True))
        return ()

    def _codes_at_a_glance(self, *, thorough: bool) -> tuple[Code, ...]:
        found = _codes(_gray(self.pixels), thorough=thorough)
        return tuple(Code(text, data, self.upright(corners)) for text, data, corners in found)

    def _looks_for_codes(self) -> Iterator[tuple[Code, ...]]:
        """Yield the codes of one look after the other, the cheapest first."""
        if self.zone is not None and self.zone.zone.valid:
            yield from self._looks_at_face(self.zone.sighting)
            return
        yield self._codes_at_a_glance(thorough=False)
        if len(self.lines) < _TEXT_PAGE_LINES:  # the codes of cards are small, those of extracts are not
            yield self._codes_at_a_glance(thorough=True)
        if (flat := self.flat) is not None:  # evenly lit: a second chance for a code in the shade
            for larger in (1.0, _LARGER):
                found = _codes(strips.resized(flat.image, larger), thorough=True)
                yield tuple(Code(text, data, self._back(flat, corners / larger)) for text, data, corners in found)

    def _looks_at_face(self, sighting: Sighting) -> Iterator[tuple[Code, ...]]:
        """Yield the codes on the face of a CNIe, whose own stands above its zone: a sixth of the picture, and level."""
        gray = _gray(self.pixels)
        for larger in (1.0, _LARGER):
            face = prepare.cut_out(gray, sighting.card(), larger * min(1.0, _FACE_PITCH / sighting.pitch))
            found = _codes(face.image, thorough=False)
            yield tuple(Code(text, data, self.upright(face.there(corners))) for text, data, corners in found)

    def page(self) -> Page:
        """Return the size of the upright page, with its clean picture and perceptual hash where they are wanted."""
        width, height = self.sheet.width, self.sheet.height
        if self.turns % 2:
            width, height = height, width
        if not self.pictured:
            return Page(self.sheet.number, width, height, b"")
        picture = prepare.picture(prepare.turned(self.pixels, self.turns))
        alike = prepare.perceptual_hash(prepare.turned(self.small, self.turns))
        return Page(self.sheet.number, width, height, picture, alike)

    def measures(self) -> Measures:
        """Return the quality measures of the page."""
        pitch = None if self.zone is None else self.zone.sighting.pitch / min(1.0, self.scale)
        return prepare.measures(self.sheet.number, self.small, pitch)

    def locate(self, name: str) -> Box | None:
        """Return the box of a field of the zone in upright units."""
        outline = None if self.zone is None else self.zone.outline(name)
        return None if outline is None else self.upright(outline)

    def upright(self, points: NDArray[np.float64]) -> Box:
        """Return the box around points of the picture, in the units of the upright page."""
        x, y = points[:, 0], points[:, 1]
        height, width = self.pixels.shape[:2] if self.turns % 4 else (0, 0)
        for _ in range(self.turns % 4):  # a quarter turn counter-clockwise: (x, y) to (y, w - x)
            x, y = y, width - x
            width, height = height, width
        scale = self.scale
        return tuple_of(x.min() / scale, y.min() / scale, x.max() / scale, y.max() / scale)

    def shows_both_sides(self) -> bool:
        """Tell whether the other side of the card read is in the picture: room above or below, and print there."""
        if self.zone is None:
            return False
        sighting, last = self.zone.sighting, len(self.zone.zone.lines) - 1
        card = sighting.pitch * mrz.width_of(self.zone.zone.format) * 1.12 / self.scale
        *_, foot = self.upright(sighting.corners(last, 0, len(self.zone.zone.lines[last])))
        height = self.sheet.width if self.turns % 2 else self.sheet.height
        room = max(foot - _CARD_HEIGHT * card, height - foot)
        return room > _OTHER_SIDE * card and strips.count_lines_beside(self.dark, sighting.card()) >= _OTHER_SIDE_LINES

    def _placed(self, lines: Sequence[Line], flat: FlatPage) -> tuple[Line, ...]:
        """Map lines of the flat page back to the upright page."""
        boxes = np.array([word.box for line in lines for word in line.words]).reshape(-1, 4)
        corners = flat.there(boxes[:, _CORNERS].reshape(-1, 2)).reshape(-1, 4, 2) / self.scale
        placed = iter(np.hstack([corners.min(axis=1), corners.max(axis=1)]).tolist())
        return tuple(
            Line(line.page, tuple(Word(word.text, tuple_of(*next(placed)), word.confidence) for word in line.words))
            for line in lines
        )

    def _back(self, flat: FlatPage, corners: NDArray[np.float64]) -> Box:
        """Return the box around points of the flat page, in the units of the upright page."""
        x, y = flat.there(corners).T / self.scale
        return tuple_of(x.min(), y.min(), x.max(), y.max())


def tuple_of(left: float, top: float, right: float, bottom: float) -> Box:
    """Return a box of plain numbers, to a tenth of a unit."""
    return (round(float(left), 1), round(float(top), 1), round(float(right), 1), round(float(bottom), 1))


def _readable(words: Sequence[Word]) -> int:
    """Count the words of some length that the engine is sure of."""
    return sum(1 for word in words if word.confidence > 0.6 and len(squeezed(word.text)) >= 3)


def _box_of(box: Sequence[int]) -> Box:
    left, top, right, bottom = box
    return (float(left), float(top), float(right), float(bottom))


def _gray(rgb: Rgb) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.uint8)


def _codes(gray: NDArray[np.uint8], *, thorough: bool) -> list[tuple[str, bytes, NDArray[np.float64]]]:
    """Return text, bytes and corners of the QR and DataMatrix codes on a grey picture.

    A thorough look, for small and noisy ones, costs twice as much. Documents print codes dark on light.
    """
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix])
    found = zxingcpp.read_barcodes(gray, formats=formats, try_rotate=thorough, try_downscale=thorough, try_invert=False)
    return [(code.text, code.bytes, _corners(code.position)) for code in found if code.text]


def _corners(position: zxingcpp.Position) -> NDArray[np.float64]:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([[corner.x, corner.y] for corner in corners], np.float64)
