# SPDX-License-Identifier: Apache-2.0
"""Ways in which merchants spoil a document: scanned, photographed, blurred, dark, turned."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.specimens.paint import Picture

Rgb = NDArray[np.uint8]


def degraded(picture: Picture, how: str | None) -> Picture:
    """Return the picture spoilt in a named way (see DEGRADATIONS), unchanged for None."""
    if how is None:
        return picture
    if how not in DEGRADATIONS:
        raise ValueError(f"{how!r} is none of {', '.join(DEGRADATIONS)}")
    pixels = np.asarray(picture.convert("RGB"), np.uint8)
    return Image.fromarray(DEGRADATIONS[how](pixels))


def _scan(pixels: Rgb) -> Rgb:
    """Half a degree askew, slightly soft and noisy, as an office scanner leaves it."""
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 0.6, 1.0)
    askew = cv2.warpAffine(pixels, turn, (width, height), borderValue=(255, 255, 255))
    soft = cv2.GaussianBlur(askew, (0, 0), 0.7).astype(np.float32)
    soft += np.random.default_rng(7).normal(0, 5, soft.shape)
    return _jpeg(np.clip(soft, 0, 255).astype(np.uint8), 70)


def _photo(pixels: Rgb) -> Rgb:
    """In perspective on a dark table, under a lamp at one side."""
    height, width = pixels.shape[:2]
    size = (round(width * 1.25), round(height * 1.25))
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shift = np.array([[0.12, 0.1], [0.86, 0.13], [0.9, 0.9], [0.08, 0.87]], np.float32)
    target = (shift * np.array(size, np.float32)).astype(np.float32)
    warp = cv2.getPerspectiveTransform(source, target)
    table = cv2.warpPerspective(pixels, warp, size, borderValue=(70, 62, 58)).astype(np.float32)
    lamp = np.linspace(0.72, 1.05, size[0], dtype=np.float32)[None, :, None]
    return _jpeg(np.clip(table * lamp, 0, 255).astype(np.uint8), 85)


def _blur(pixels: Rgb) -> Rgb:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 6), np.uint8)


def _dark(pixels: Rgb) -> Rgb:
    return np.asarray(cv2.convertScaleAbs(pixels, alpha=0.3, beta=0), np.uint8)


def _jpeg(pixels: Rgb, quality: int) -> Rgb:
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _grey(pixels: Rgb) -> Rgb:
    return np.repeat(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)[:, :, None], 3, 2)


DEGRADATIONS: dict[str, Callable[[Rgb], Rgb]] = {
    "scan": _scan,
    "photo": _photo,
    "blur": _blur,
    "dark": _dark,
    "grey": _grey,
    "rotate90": lambda pixels: np.ascontiguousarray(np.rot90(pixels, 1)),
    "rotate180": lambda pixels: np.ascontiguousarray(np.rot90(pixels, 2)),
}
