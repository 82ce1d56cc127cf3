# SPDX-License-Identifier: Apache-2.0
"""Draws pieces of machine-readable lines, spoilt as cameras, scanners and web pages spoil them.

Each piece comes with the character that is centred around every fourth column. Characters are random, so that
nothing can be learned but their shapes; lines above and below, security print and edges of the card are drawn too,
because a line is never cut out of a picture without them.
"""

import random
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.child.glyphs import ALPHABET, BLANK, HEIGHT, PITCH, STRIDE

IGNORED = -1  # a column between two characters, of which nothing is asked
WIDTH = 20 * PITCH
_CELL = 24  # pixels a character while drawn
_FONTS = (
    (Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf"), 14),
    (Path("/usr/share/fonts/opentype/ocr-b/OCRBS.otf"), 4),
    (Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"), 1),
)
_TAKES = 3  # pictures taken of a sheet once printed
_CENTRED = 0.24  # of the pitch: a column this near to the middle of a character is told to be its
_BETWEEN = 0.42

Plane = NDArray[np.float32]
Matrix = NDArray[np.float64]


class Painter:
    """Draws pieces of lines; the same seed gives the same pieces."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._noise = np.random.default_rng(seed)

    def lines(self) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
        """Yield grey pieces (HEIGHT x WIDTH) and the class of every STRIDE columns, IGNORED between two, for ever."""
        while True:
            text = self._text(self._chance.randint(14, 28))
            sheet, middle = self._set(text)
            for _ in range(_TAKES):
                yield self._taken_piece(sheet, middle, text)

    def _taken_piece(self, sheet: Plane, middle: float, text: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        chance = self._chance
        pitch = chance.choice([chance.uniform(5.2, 10), chance.uniform(7, 16), chance.uniform(12, 24)])
        taken, to_camera = self._taken(sheet, pitch)
        seen = self._spoilt(taken, pitch)
        places = np.array([[_CELL * (place + 1.5), middle, 1.0] for place in range(len(text))])
        ends = to_camera @ places[[0, -1]].T
        to_piece = self._to_piece(ends[:2, 0], ends[:2, 1], len(text))
        piece = cv2.warpAffine(
            seen, to_piece[:2], (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        centres = (to_piece @ to_camera @ places.T)[0]
        return np.clip(piece, 0, 255).astype(np.uint8), _labels(text, centres)

    def _text(self, count: int) -> str:
        """Return random characters with runs of fillers; digits and letters keep together as in zones."""
        text = ""
        while len(text) < count:
            pool = self._chance.choice([ALPHABET, ALPHABET[:10], ALPHABET[10:36], ALPHABET[10:], "<"])
            text += "".join(self._chance.choice(pool) for _ in range(self._chance.randint(1, 9)))
        return text[:count]

    def _set(self, text: str) -> tuple[Plane, float]:
        """Print three rows on paper; return the sheet and the height of the middle row's centre."""
        chance = self._chance
        cells, size = _cells(_chosen(chance), chance.choice([0.92, 0.97, 1.0, 1.04]))
        step = int(_CELL * chance.choice([chance.uniform(1.3, 1.8), chance.uniform(1.7, 2.8)]))
        ink = np.zeros((2 * step + size, _CELL * (len(text) + 2)), np.float32)
        for row in (-1, 0, 1):
            if row and chance.random() < 0.35:
                continue
            for place, char in enumerate(self._text(len(text)) if row else text):
                top = step + row * step + chance.choice([0, 0, 0, -1, 1])
                left = _CELL * (place + 1) + (_CELL - cells[char].shape[1]) // 2 + chance.choice([0, 0, -1, 1])
                cell = cells[char]
                top = max(0, min(top, ink.shape[0] - size))
                part = ink[top : top + size, left : left + cell.shape[1]]
                np.maximum(part, cell, out=part)
        ink = self._weighted(ink)
        return self._printed(ink), step + size / 2

    def _weighted(self, ink: Plane) -> Plane:
        """Make strokes thicker, thinner, broken or faint in places."""
        chance = self._chance
        draw = chance.random()
        if draw < 0.3:
            wide = chance.choice([2, 3, 3, 4])
            ink = np.asarray(cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))), np.float32)
        elif draw < 0.5:
            ink = np.asarray(cv2.erode(ink, np.ones((2, 2), np.uint8)), np.float32)
        if chance.random() < 0.25:
            worn = self._field(ink.shape, chance.randint(4, 12))
            ink = ink * np.clip(1.0 - chance.uniform(0.2, 0.7) * (worn > chance.uniform(0.2, 1.2)), 0, 1)
        return ink.astype(np.float32)

    def _printed(self, ink: Plane) -> Plane:
        """Lay ink on paper with a pattern, a shade and what stands around it on a card."""
        chance = self._chance
        height, width = ink.shape
        bright = chance.uniform(110, 255)
        dark = chance.uniform(0, 0.68) * bright
        paper = np.full(ink.shape, bright, np.float32)
        if chance.random() < 0.6:
            for _ in range(chance.randint(1, 3)):
                depth = chance.uniform(0.02, 0.28) * (bright - dark)
                paper += np.float32(depth) * self._field(ink.shape, chance.choice([2, 3, 5, 10, 30]))
        if chance.random() < 0.45:
            self._guilloche(paper, chance.uniform(0.05, 0.5) * (bright - dark))
        if chance.random() < 0.2:
            x = chance.choice([0, width - chance.randint(1, 2 * _CELL)])
            paper[:, x : x + chance.randint(4, 2 * _CELL)] = chance.uniform(0, 255)
        if chance.random() < 0.1:
            y = chance.randint(0, height - 1)
            paper[y : y + chance.randint(1, 6)] = chance.uniform(0, 255)
        if chance.random() < 0.35:
            paper = paper * np.linspace(1, chance.uniform(0.5, 1.4), width, dtype=np.float32)[None]
        strength = chance.uniform(0.75, 1.0)
        return np.asarray(paper + (dark - paper) * ink * np.float32(strength), np.float32)

    def _guilloche(self, paper: Plane, depth: float) -> None:
        """Draw bundles of fine waves, as security print has them, or a row of tiny letters."""
        chance = self._chance
        height, width = paper.shape
        xs = np.arange(0, width, 4)
        layer = np.zeros(paper.shape, np.float32)
        for _ in range(chance.randint(3, 24)):
            wave = (
                chance.uniform(-20, height + 20)
                + chance.uniform(2, 60) * np.sin(xs / chance.uniform(15, 160) + chance.uniform(0, 6))
                + xs * chance.uniform(-0.4, 0.4)
            )
            points = np.stack([xs, wave], axis=1).astype(np.int32)
            cv2.polylines(layer, [points], isClosed=False, color=1.0, thickness=chance.choice([1, 1, 2, 3]))
        paper -= np.float32(depth) * layer

    def _field(self, shape: tuple[int, ...], grain: int) -> Plane:
        """Return smooth noise of spread one, the grain in pixels."""
        small = self._noise.normal(0, 1, (shape[0] // grain + 2, shape[1] // grain + 2)).astype(np.float32)
        return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)

    def _taken(self, sheet: Plane, pitch: float) -> tuple[Plane, Matrix]:
        """Take the sheet with a camera that sees a character at a pitch, a little turned and slanted."""
        chance = self._chance
        scale = pitch / _CELL
        tall = scale * chance.uniform(0.82, 1.22)
        angle = np.deg2rad(chance.gauss(0, 0.6))
        slant = chance.gauss(0, 0.05) if chance.random() < 0.85 else chance.uniform(-0.35, 0.35)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        linear = turn @ np.array([[1.0, slant], [0.0, 1.0]]) @ np.diag([scale, tall])
        corners = linear @ np.array([[0, sheet.shape[1], 0, sheet.shape[1]], [0, 0, sheet.shape[0], sheet.shape[0]]])
        offset = -corners.min(axis=1) + [chance.uniform(0, 1), chance.uniform(0, 1)]
        size = np.ceil(corners.max(axis=1) + offset + 1).astype(int)
        forth = np.vstack([np.column_stack([linear, offset]), [0, 0, 1]])
        soft = cv2.GaussianBlur(sheet, (0, 0), 0.42 / min(scale, tall)) if min(scale, tall) < 0.9 else sheet
        taken = cv2.warpAffine(
            soft, forth[:2], (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(taken, np.float32), forth

    def _spoilt(self, image: Plane, pitch: float) -> Plane:
        """Blur, shake, sharpen, add noise and save as JPEG, each as bad as may still be read."""
        chance = self._chance
        if chance.random() < 0.65:
            image = cv2.GaussianBlur(image, (0, 0), max(0.2, pitch * chance.uniform(0.0, 0.2)))  # type: ignore[assignment]
        if chance.random() < 0.2:
            image = _shaken(image, pitch * chance.uniform(0.1, 0.45), chance.choice([0, 0, 90, chance.uniform(0, 180)]))
        if chance.random() < 0.2:
            soft = cv2.GaussianBlur(image, (0, 0), chance.uniform(0.6, 2.0))
            image = np.asarray(image + chance.uniform(0.4, 2.0) * (image - soft), np.float32)
        noise = chance.choice([0, chance.uniform(0, 5), chance.uniform(0, 14)])
        image = image + self._noise.normal(0, noise + 0.1, image.shape).astype(np.float32)
        seen = np.clip(image, 0, 255).astype(np.uint8)
        for _ in range(chance.choice([0, 1, 1, 2])):
            _, data = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, chance.choice([20, 35, 50, 70, 85, 95])])
            seen = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
        return seen.astype(np.float32)

    def _to_piece(self, begin: NDArray[np.float64], end: NDArray[np.float64], count: int) -> Matrix:
        """Return the map that lays the row along the piece, nearly level and nearly at the right size."""
        chance = self._chance
        along = (end - begin) / max(1, count - 1)
        pitch = PITCH * chance.uniform(0.86, 1.17)
        scale = pitch / float(np.linalg.norm(along))
        angle = float(np.arctan2(along[1], along[0])) + np.deg2rad(chance.gauss(0, 0.35))
        cos, sin = scale * np.cos(angle), scale * np.sin(angle)
        tall = chance.uniform(0.92, 1.08)
        linear = np.array([[cos, sin], [-sin * tall, cos * tall]])
        slack = WIDTH - pitch * count
        left = chance.uniform(min(0, slack) - PITCH, max(0, slack) + PITCH)
        target = np.array([left + pitch / 2, HEIGHT / 2 + chance.gauss(0, 1.4)])
        # the anchor is a character in the middle of the piece, so that turning keeps the row inside
        return np.vstack([np.column_stack([linear, target - linear @ begin]), [0, 0, 1]])


def _shaken(image: Plane, length: float, angle: float) -> Plane:
    size = max(1, round(length)) | 1
    kernel = np.zeros((size, size), np.float32)
    kernel[size // 2] = 1
    turn = cv2.getRotationMatrix2D((size / 2 - 0.5, size / 2 - 0.5), angle, 1)
    kernel = np.asarray(cv2.warpAffine(kernel, turn, (size, size)), np.float32)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE), np.float32)


def _labels(text: str, centres: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the class around every STRIDE columns: a character, BLANK, or IGNORED between and at the edges."""
    columns = np.arange(WIDTH // STRIDE) * STRIDE + (STRIDE - 1) / 2
    distance = np.abs(columns[:, None] - centres[None])
    pitch = float(np.abs(np.diff(centres)).mean())
    nearest = distance.argmin(axis=1)
    away = distance.min(axis=1) / pitch
    classes = np.array([ALPHABET.index(char) for char in text])
    labels = np.where(away < _CENTRED, classes[nearest], np.where(away > _BETWEEN, BLANK, IGNORED))
    at_edge = (centres[nearest] < 0.5 * pitch) | (centres[nearest] > WIDTH - 0.5 * pitch)
    return np.where(at_edge & (away < 1.0), IGNORED, labels).astype(np.int64)


def _chosen(chance: random.Random) -> Path:
    return chance.choices([path for path, _ in _FONTS], [weight for _, weight in _FONTS])[0]


@lru_cache(maxsize=32)
def _cells(font: Path, share: float) -> tuple[dict[str, Plane], int]:
    """Return each character drawn at full ink, centred in height by the capitals, and that height."""
    trial = ImageFont.truetype(str(font), 100)
    face = ImageFont.truetype(str(font), round(100 * share * _CELL / trial.getlength("0")))
    _, top, _, bottom = face.getbbox("H")
    middle, size = (top + bottom) / 2, int(1.5 * _CELL)
    cells = {}
    for char in ALPHABET:
        sheet = Image.new("L", (int(1.25 * _CELL), size), 0)
        x = (sheet.width - face.getlength(char)) / 2
        ImageDraw.Draw(sheet).text((x, size / 2 - middle), char, font=face, fill=255)
        cells[char] = np.asarray(sheet, np.float32) / np.float32(255)
    return cells, size
