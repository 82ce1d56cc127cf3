# SPDX-License-Identifier: Apache-2.0
"""Ways in which merchants spoil a document: scanned, photographed, blurred, dark, turned, cut off.

A name gives the same picture each time. The first seven act on the drawing itself; "scan" with a
number lays it on the glass of a scanner at so many dots to the inch, the rest are photos on a desk.
"""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.specimens.paint import Picture

Rgb = NDArray[np.uint8]

_PHOTO = (2000, 1500)  # pixels; what a phone sends after shrinking for upload
_SHARE = 0.68  # of the photo's width that the document takes up
_NOISE = 4.0  # grey levels, standard deviation
_MM = 25.4  # millimetres to the inch


def degraded(picture: Picture, how: str | None, unit: float = 12.0) -> Picture:
    """Return the picture spoilt in a named way (see DEGRADATIONS), unchanged for None.

    unit is the number of pixels of a millimetre on the drawing. ValueError for another name.
    """
    if how is None:
        return picture
    if how not in DEGRADATIONS:
        raise ValueError(f"{how!r} is none of {', '.join(DEGRADATIONS)}")
    pixels = np.asarray(picture.convert("RGB"), np.uint8)
    return Image.fromarray(DEGRADATIONS[how](pixels, unit))


def _scan(pixels: Rgb, _: float) -> Rgb:
    """Half a degree askew, slightly soft and noisy, as an office scanner leaves it."""
    return _jpeg(_grainy(cv2.GaussianBlur(_turned(pixels, 0.6, (255, 255, 255)), (0, 0), 0.7), 5), 70)


def _scan_at(pixels: Rgb, unit: float, dots: int) -> Rgb:
    """On the glass of a scanner, half as large again as the document, at so many dots to the inch."""
    height, width = pixels.shape[:2]
    glass = np.full((round(height * 1.5), round(width * 1.5), 3), 252, np.uint8)
    left, top = round(0.16 * width), round(0.2 * height)
    glass[top : top + height, left : left + width] = pixels
    scale = dots / _MM / unit
    small = cv2.resize(_turned(glass, -0.7, (252, 252, 252)), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return _jpeg(_grainy(cv2.GaussianBlur(small, (0, 0), 0.6), 3), 82)


def _photo(pixels: Rgb, _: float) -> Rgb:
    """In perspective on a dark table, under a lamp at one side."""
    height, width = pixels.shape[:2]
    size = (round(width * 1.25), round(height * 1.25))
    corners = np.array([[0.12, 0.1], [0.86, 0.13], [0.9, 0.9], [0.08, 0.87]])
    table = _warped(pixels, corners * size, np.full((size[1], size[0], 3), (70, 62, 58), np.uint8)).astype(np.float32)
    lamp = np.linspace(0.72, 1.05, size[0], dtype=np.float32)[None, :, None]
    return _jpeg(np.clip(table * lamp, 0, 255).astype(np.uint8), 85)


def _on_desk(
    pixels: Rgb,
    _: float,
    *,
    lean: float = 0.0,
    turn: float = 2.0,
    size: tuple[int, int] = _PHOTO,
    after: Callable[[Rgb], Rgb] = lambda view: view,
    quality: int = 88,
) -> Rgb:
    """A photo on a desk: lean is how much the far edge shrinks, turn is in degrees.

    after is done to the view before grain and compression, as the lens or the hand would.
    """
    height, width = pixels.shape[:2]
    share = min(_SHARE * size[0] / width, _SHARE * size[1] / height) if height > width else _SHARE * size[0] / width
    share = min(share, 0.8 * size[1] / height)
    half = np.array([width, height]) * share / 2
    corners = np.array([[-1 + lean, -1], [1 - lean * 0.4, -1 + lean * 0.5], [1, 1], [-1, 1 - lean * 0.3]]) * half
    angle = np.deg2rad(turn)
    corners = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    reach = np.abs(corners).max(axis=0) * 2.1 / size
    corners = corners / max(1.0, *reach) + np.array(size) / 2
    return _jpeg(_grainy(after(_warped(pixels, corners, _desk(size))), _NOISE), quality)


def _desk(size: tuple[int, int]) -> Rgb:
    """A wooden desk: long soft stripes."""
    grain = np.random.default_rng(11).normal(0, 1, (size[1] // 8, 12)).astype(np.float32)
    stripes = cv2.resize(cv2.GaussianBlur(grain, (0, 0), 1.4), size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(np.array([104, 82, 64]) + stripes[:, :, None] * 26, 0, 255), np.uint8)


def _warped(pixels: Rgb, corners: NDArray[np.float64], ground: Rgb) -> Rgb:
    """Return the ground with the picture laid on it, its corners at the places given."""
    height, width = pixels.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    warp = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    size = (ground.shape[1], ground.shape[0])
    shrink = np.linalg.norm(corners[1] - corners[0]) / width
    soft = cv2.GaussianBlur(pixels, (0, 0), max(0.3, 0.35 / shrink)) if shrink < 1 else pixels
    laid = cv2.warpPerspective(soft, warp, size)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), warp, size)[:, :, None] / np.float32(255)
    return np.asarray(laid * mask + ground * (1 - mask), np.uint8)


def _turned(pixels: Rgb, degrees: float, border: tuple[int, int, int]) -> Rgb:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(pixels, turn, (width, height), borderValue=border), np.uint8)


def _grainy(pixels: cv2.typing.MatLike, strength: float) -> Rgb:
    noise = np.random.default_rng(7).normal(0, strength, pixels.shape)
    return np.asarray(np.clip(pixels.astype(np.float32) + noise, 0, 255), np.uint8)


def _soft(view: Rgb, sigma: float) -> Rgb:
    return np.asarray(cv2.GaussianBlur(view, (0, 0), sigma), np.uint8)


def _dimmed(view: Rgb, share: float) -> Rgb:
    return np.asarray(cv2.convertScaleAbs(view, alpha=share, beta=0), np.uint8)


def _moved(view: Rgb, pixels: int) -> Rgb:
    """Drawn along a line, as a hand that moves during the exposure does."""
    kernel = np.zeros((pixels, pixels), np.float32)
    cv2.line(kernel, (0, pixels // 2), (pixels - 1, pixels // 2 - pixels // 4), 1.0)
    return np.asarray(cv2.filter2D(view, -1, kernel / kernel.sum()), np.uint8)


def _glared(view: Rgb) -> Rgb:
    """A lamp mirrored over part of the zone, which stands in the lower part of the document."""
    height, width = view.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = ((columns - 0.54 * width) / (0.13 * width)) ** 2 + ((rows - 0.66 * height) / (0.09 * height)) ** 2
    light = np.clip(1.6 - distance, 0, 1)[:, :, None]
    return np.asarray(view * (1 - light) + 255 * light, np.uint8)


def _shaded(view: Rgb) -> Rgb:
    """The shadow of a hand over one side, its edge soft."""
    width = view.shape[1]
    edge = 1 / (1 + np.exp(-(np.arange(width) - 0.55 * width) / (0.02 * width)))
    return np.asarray(view * (0.42 + 0.58 * edge)[None, :, None], np.uint8)


def _on_screen(view: Rgb) -> Rgb:
    """Photographed off a screen: rows and columns of its dots beat with those of the camera."""
    rows, columns = np.mgrid[0 : view.shape[0], 0 : view.shape[1]].astype(np.float32)
    beat = 0.5 * np.sin(columns * 2.09 + rows * 0.03) + 0.5 * np.sin(rows * 2.09 - columns * 0.02)
    return np.asarray(np.clip(view * (1 + 0.16 * beat)[:, :, None] + 6, 0, 255), np.uint8)


def _screenshot(pixels: Rgb, _: float) -> Rgb:
    """The picture shown on a phone of 1170 x 2532 pixels, between the bars of a viewer."""
    view = np.full((2532, 1170, 3), 18, np.uint8)
    scale = min(1170 / pixels.shape[1], 1900 / pixels.shape[0])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (2532 - small.shape[0]) // 2, (1170 - small.shape[1]) // 2
    view[top : top + small.shape[0], left : left + small.shape[1]] = small
    view[:110] = view[-160:] = 244
    return view


def _cut_off(pixels: Rgb, unit: float) -> Rgb:
    """The right edge lies outside the photo, and with it the ends of the lines."""
    view = _on_desk(pixels, unit)
    return np.ascontiguousarray(view[:, : round(0.74 * view.shape[1])])


def _jpeg(pixels: Rgb, quality: int) -> Rgb:
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _grey(pixels: Rgb, _: float) -> Rgb:
    return np.repeat(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)[:, :, None], 3, 2)


def _quarter_turns(pixels: Rgb, _: float, turns: int) -> Rgb:
    return np.ascontiguousarray(np.rot90(pixels, turns))


def _photo_quarter_turns(pixels: Rgb, unit: float, turns: int) -> Rgb:
    return np.ascontiguousarray(np.rot90(_on_desk(pixels, unit), turns))


DEGRADATIONS: dict[str, Callable[[Rgb, float], Rgb]] = {
    "scan": _scan,
    "photo": _photo,
    "blur": lambda pixels, _: _soft(pixels, 6),
    "dark": lambda pixels, _: _dimmed(pixels, 0.3),
    "grey": _grey,
    "rotate90": partial(_quarter_turns, turns=1),
    "rotate180": partial(_quarter_turns, turns=2),
    **{f"scan{dots}": partial(_scan_at, dots=dots) for dots in (300, 200, 150, 100)},
    "photo_easy": _on_desk,
    "photo_perspective": partial(_on_desk, lean=0.16, turn=-6.0),
    "photo_rot10": partial(_on_desk, turn=10.0),
    "photo_rot25": partial(_on_desk, turn=25.0),
    "photo_rot90": partial(_photo_quarter_turns, turns=1),
    "photo_rot180": partial(_photo_quarter_turns, turns=2),
    "photo_blur1.5": partial(_on_desk, after=partial(_soft, sigma=1.5)),
    "photo_blur3": partial(_on_desk, after=partial(_soft, sigma=3)),
    "photo_motion9": partial(_on_desk, after=partial(_moved, pixels=9)),
    "photo_glare": partial(_on_desk, after=_glared),
    "photo_dark": partial(_on_desk, after=partial(_dimmed, share=0.25)),
    "photo_shade": partial(_on_desk, after=_shaded),
    "photo_jpeg20": partial(_on_desk, quality=20),
    "photo_small900": partial(_on_desk, size=(900, 675)),
    "photo_small700": partial(_on_desk, size=(700, 525)),
    "photo_screen": partial(_on_desk, after=_on_screen),
    "photo_cut_off": _cut_off,
    "screenshot": _screenshot,
}
