# SPDX-License-Identifier: Apache-2.0
"""Preparation of pages: measures of quality, pictures for people, flat even pages for OCR."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.child.strips import Gray, Matrix, inverse, level_angle, likely_angles, resized, rotated
from ocr.quality import Measures
from ocr.reply import PICTURE_SIDE

Rgb = NDArray[np.uint8]

_MEASURE_SIDE = 1000
_BAND = 64  # rows
_BLOCK = 50
_JPEG_QUALITY = 80
_SHOWN_SIDE = 1800  # pixels
_HASHED_SIDE = 512  # pixels that are looked at for the hash: 256 for each of 32 x 32 averages
_HALF = 0.5
_PAPER = 75  # percent of the pixels of a line of print that are darker than its bare paper
_TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
_LEAST_SHEET = 0.35  # share of the picture that a photographed sheet covers
_WHOLE_PICTURE = 0.93
_LEAST_FILL = 0.93
_LEAST_CONTRAST = 8.0  # grey levels of paper above table; a scan has 0 to 2, sheets in the dark 30
_MOST_SKEW = 15.0  # degrees; beyond it a page is turned, not skewed
_MOST_ENLARGED = 3.0
_TEXT_SIDE = 2400  # pixels of an A4 page's long side: 200 dpi, more brought nothing
_NARROWED = 0.82  # share of its width in which a dense scan is read
_PAPER_LEVEL = 262  # of paper made even; above 255, so that what is brighter than nearly all print is plain white
_NEARLY_RIGHT = 0.1  # share of the size by which a page may be larger or smaller


@dataclass(frozen=True, slots=True)
class FlatPage:
    """A page ready for OCR and the map from its pixels back to the picture."""

    image: Gray
    back: Matrix

    def there(self, corners: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points of the page where they are in the picture."""
        points = self.back @ np.vstack([corners.T, np.ones(len(corners))])
        return np.asarray((points[:2] / points[2]).T, np.float64)


def darkest_free(rgb: Rgb) -> Gray:
    """Return the brightest channel of each pixel: black print stays, coloured backgrounds fade.

    Some rows at a time, which stay in the cache of the processor: the whole at once takes four times as long.
    """
    brightest = np.empty(rgb.shape[:2], np.uint8)
    for top in range(0, len(rgb), _BAND):
        red, green, blue = cv2.split(rgb[top : top + _BAND])
        cv2.max(cv2.max(red, green, red), blue, brightest[top : top + _BAND])
    return brightest


def reduced(rgb: Rgb) -> Rgb:
    """Return a picture of at most 1,000 pixels a side, enough for measures and perceptual hash."""
    return resized(rgb, min(1.0, _MEASURE_SIDE / max(rgb.shape[:2])))


def measures(page: int, small: Rgb, pitch: float | None) -> Measures:
    """Return the quality measures of a page from its reduced picture; pitch is a zone character's width in pixels."""
    gray = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    blocks = _variances(np.asarray(cv2.Laplacian(gray, cv2.CV_32F), np.float32))
    low, high = _percentiles(gray, (1, 99))
    fewer = cv2.resize(small, None, fx=_HALF, fy=_HALF, interpolation=cv2.INTER_NEAREST)
    saturation = cv2.extractChannel(cv2.cvtColor(fewer, cv2.COLOR_RGB2HSV), 1)
    return Measures(
        page=page,
        sharpness=float(np.percentile(blocks, 90)),
        brightness=cv2.mean(gray)[0],
        contrast=float(high - low),
        saturation=cv2.mean(saturation)[0],
        pitch=pitch,
    )


def _percentiles(gray: Gray, percents: Sequence[float]) -> list[int]:
    """Return the levels of grey that so many percent of the pixels do not exceed."""
    counted = np.cumsum(cv2.calcHist([gray], [0], None, [256], [0, 256]))
    return [int(np.searchsorted(counted, percent / 100 * gray.size)) for percent in percents]


def _variances(edges: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the variance of each whole block; the edges are squared where they are, for new memory costs as much."""
    rows, columns = (max(1, side // _BLOCK) for side in edges.shape)
    whole = edges[: rows * _BLOCK, : columns * _BLOCK]
    mean = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    of_squares = cv2.resize(cv2.multiply(whole, whole, whole), (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(of_squares - mean**2, np.float32)


def turned(rgb: Rgb, quarters: int) -> Rgb:
    """Return a picture turned counter-clockwise by quarter turns."""
    if quarters % 4 == 0:
        return rgb
    return np.asarray(cv2.rotate(np.ascontiguousarray(rgb), _TURNS[quarters % 4]), np.uint8)


def cut_out(gray: Gray, corners: NDArray[np.float64], scale: float) -> FlatPage:
    """Return what lies within four corners, from the top left one on, so many times as large."""
    across, down = np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[3] - corners[0])
    width, height = max(1, round(float(across) * scale)), max(1, round(float(down) * scale))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    forth = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    image = cv2.warpPerspective(gray, forth, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return FlatPage(np.asarray(image, np.uint8), inverse(np.asarray(forth, np.float64)))


def covered(rgb: Rgb, outlines: Sequence[NDArray[np.float64]]) -> Rgb:
    """Return a copy of a picture with some pieces of it painted in the colour of the paper under them."""
    copy = np.array(rgb, np.uint8)
    for outline in outlines:
        left, top, width, height = cv2.boundingRect(outline.astype(np.int32))
        piece = rgb[max(0, top) : top + height, max(0, left) : left + width]
        paper = np.percentile(piece[::2, ::2], _PAPER, axis=(0, 1)) if piece.size else (255, 255, 255)
        cv2.fillConvexPoly(copy, outline.astype(np.int32), [float(value) for value in paper])
    return copy


def lies_on_its_side(rgb: Rgb) -> bool:
    """Tell whether lines of print run up and down: the rows differ less than the columns do."""
    gray = np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.uint8)
    return abs(likely_angles(gray)[0]) > 45


def picture(rgb: Rgb) -> bytes:
    """Return a JPEG of at most 2,000 pixels a side, drawn anew without metadata.

    A larger one is made 1,800 pixels long. One between the two stays as it is: making it smaller costs more than what
    its code takes longer.
    """
    scale = 1.0 if max(rgb.shape[:2]) <= PICTURE_SIDE else _SHOWN_SIDE / max(rgb.shape[:2])
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    means = cv2.INTER_AREA if scale < _HALF else cv2.INTER_LINEAR  # which costs a fifth and looks the same
    small = cv2.resize(rgb, size, interpolation=means) if scale < 1 else rgb
    bgr = cv2.cvtColor(np.ascontiguousarray(small), cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        raise RuntimeError("JPEG encoding failed")
    return data.tobytes()


def perceptual_hash(rgb: Rgb) -> str:
    """Return 64 bits in hexadecimal: which of the 8 x 8 slowest waves of the picture are above their median.

    The usual pHash: grey, 32 x 32, cosine transform, the constant left out of the median.
    """
    small = cv2.resize(rgb, (_HASHED_SIDE, _HASHED_SIDE), interpolation=cv2.INTER_LINEAR)
    gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    tiny = cv2.resize(gray, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    waves = cv2.dct(tiny)[:8, :8].ravel()
    bits = waves > np.median(waves[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def flat_page(rgb: Rgb, most: float = _MOST_ENLARGED, *, dense: bool = False) -> FlatPage:
    """Return a page cut out of its surroundings, level, on even paper, at about 200 dpi were it A4.

    most bounds its size in shares of the picture's: print larger than that of a page need not be so large.
    A scan dense with lines is made narrower, since the engine's time goes with the width of a line for its height: as
    many fields are read as at full width, and more than of a page that is smaller in both directions.
    """
    gray = np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.uint8)
    sheet = _sheet_corners(gray)
    most = min(most, _MOST_ENLARGED)
    image, forth = _enlarged(gray, most) if sheet is None else _cut_out(gray, sheet, most)
    spared = dense and sheet is None and forth[0, 0] <= 1  # what had to be enlarged needs its width
    image = _on_even_paper(image)
    angle = level_angle(image, _MOST_SKEW)
    if abs(angle) >= 0.15:
        image, turn = rotated(image, angle)
        forth = turn @ forth
    if spared:
        image = np.asarray(cv2.resize(image, None, fx=_NARROWED, fy=1, interpolation=cv2.INTER_LINEAR), np.uint8)
        forth = np.diag([_NARROWED, 1.0, 1.0]) @ forth
    return FlatPage(image, inverse(forth))


def _sheet_corners(gray: Gray) -> NDArray[np.float32] | None:
    """Return the corners of a bright sheet on a darker table, None where there is no table.

    Light falls unevenly, so several levels between table (the margin of the picture) and paper are
    tried; the one whose outline fills its quadrilateral best is taken.
    """
    scale = _BLOCK * 10 / max(gray.shape)
    small = resized(gray, scale)
    table, paper = _table_and_paper(small)
    if paper - table < _LEAST_CONTRAST:  # of a scan, whose noise need not be smoothed to see that
        return None
    small = np.asarray(cv2.medianBlur(small, 7), np.uint8)
    table, paper = _table_and_paper(small)
    if paper - table < _LEAST_CONTRAST:
        return None
    found = [_quad_above(small, table + share * (paper - table)) for share in (0.2, 0.35, 0.5)]
    fills = [entry for entry in found if entry is not None]
    if not fills:
        return None
    fill, corners = max(fills, key=lambda entry: entry[0])
    return corners / scale if fill > _LEAST_FILL else None


def _table_and_paper(small: Gray) -> tuple[float, float]:
    """Return the levels of grey of what a picture shows at its margin and of its brightest twentieth."""
    margin = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    return float(np.median(margin)), float(_percentiles(small, (95,))[0])


def _quad_above(small: Gray, level: float) -> tuple[float, NDArray[np.float32]] | None:
    """Return how well the largest bright area fills four corners, and these, in reading order."""
    mask = np.where(small > level, 255, 0).astype(np.uint8)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    area = cv2.contourArea(largest)
    if not _LEAST_SHEET < area / mask.size < _WHOLE_PICTURE:
        return None
    outline = cv2.convexHull(largest)
    corners = cv2.approxPolyDP(outline, 0.03 * cv2.arcLength(outline, closed=True), closed=True)
    if len(corners) != 4:
        return None
    points = np.asarray(corners.reshape(4, 2), np.float32)
    by_sum, by_difference = points.sum(axis=1), points[:, 0] - points[:, 1]
    order = [by_sum.argmin(), by_difference.argmax(), by_sum.argmax(), by_difference.argmin()]
    return area / max(1.0, cv2.contourArea(corners)), np.asarray(points[order], np.float32)


def _enlarged(gray: Gray, most: float) -> tuple[Gray, Matrix]:
    """Return the whole picture at about 200 dpi; one that is nearly so stays as it is."""
    scale = min(_TEXT_SIDE / max(gray.shape), most)
    if abs(scale - 1) < _NEARLY_RIGHT:
        return gray, np.eye(3)
    means = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    image = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=means)
    return np.asarray(image, np.uint8), np.diag([scale, scale, 1.0])


def _cut_out(gray: Gray, corners: NDArray[np.float32], most: float) -> tuple[Gray, Matrix]:
    width = max(float(np.linalg.norm(corners[1] - corners[0])), float(np.linalg.norm(corners[2] - corners[3])))
    height = max(float(np.linalg.norm(corners[3] - corners[0])), float(np.linalg.norm(corners[2] - corners[1])))
    scale = min(_TEXT_SIDE / max(width, height), most)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    forth = cv2.getPerspectiveTransform(corners, target)
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    flat = cv2.warpPerspective(gray, forth, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8), np.asarray(forth, np.float64)


def _on_even_paper(gray: Gray) -> Gray:
    """Divide by the brightness of the paper (31-pixel median at a quarter of the size); its grain becomes white."""
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(np.asarray(small, np.uint8), 31)
    full = cv2.resize(paper, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, full, scale=_PAPER_LEVEL), np.uint8)
