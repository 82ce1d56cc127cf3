# SPDX-License-Identifier: Apache-2.0
"""Finds the machine-readable zone in a picture: skew, long evenly printed lines, flat strips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, pairwise
from math import atan2, cos, degrees, radians, sin
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Matrix = NDArray[np.float64]

_SKEW_SIDE = 500  # pixels; enough to see the direction of lines
_WORK_SIDE = 1200
_COARSE_ANGLES = np.arange(-45.0, 45.0, 3.0)
_FINE_ANGLES = np.arange(-2.0, 2.01, 0.5)
_NEARLY_LEVEL = 1.0  # degree; a zone as wide as the work picture rises by half a line
_HALF = 0.5
_LIKELY_ANGLES = 6  # that half of the print tells, of which all of it tells the best; from 4 on none was missed
_MOST_CANDIDATES = 4
_PAPER_SHARE = 88  # percent of a picture that is not print
_REACHES = (25, 13, 41)  # pixels between characters that are bridged; 25 fits a card's width


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place in a picture that may hold the zone: its corners, straightened, and the way there."""

    corners: NDArray[np.float32]  # top left, top right, bottom right, bottom left
    to_straight: Matrix
    angle: float  # degrees, counter-clockwise, that turn the picture level
    step: float  # distance of two lines
    lines: tuple[NDArray[np.float32], ...]  # corners of each line, straightened, top down

    def line(self, index: int) -> "Candidate":
        """Return the place of one line alone, counted from the top of the straightened picture."""
        return replace(self, corners=self.lines[index], lines=(self.lines[index],))


@dataclass(frozen=True, slots=True)
class Cut:
    """How much to take around a candidate: shares of its width and steps of its lines."""

    side: float = 0.025
    above: float = 0.45
    below: float = 0.45
    width: int = 1100  # pixels; 25 a character for 44, the size the model was trained on


@dataclass(frozen=True, slots=True)
class Strip:
    """A flat picture of the zone and the map from its pixels back to the picture it was cut from."""

    image: Gray
    back: Matrix
    turns: int  # quarter turns, counter-clockwise, that set the picture upright


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of print in the straightened work picture: its rotated rectangle."""

    center: tuple[float, float]
    width: float
    height: float
    corners: NDArray[np.float32]  # top left, top right, bottom right, bottom left


def find_candidates(gray: Gray) -> Iterator[Candidate]:
    """Yield places that may hold the zone, likeliest first, in the likelier direction first."""
    scale = min(_WORK_SIDE / max(gray.shape), 2.0)
    work = resized(gray, scale)
    to_work = np.diag([scale, scale, 1.0])
    for angle in map(_as_good_as_level, likely_angles(work)):
        straight, to_straight = rotated(work, angle)
        for group in islice(_zone_groups(straight), _MOST_CANDIDATES):
            step = float(np.diff([line.center[1] for line in group]).mean())
            lines = tuple(line.corners for line in group)
            yield Candidate(_corners(group), to_straight @ to_work, angle, step, lines)


def _as_good_as_level(angle: float) -> float:
    """Return an angle, or the quarter turn that it is nearly: lines a little off level are found, and turning costs."""
    quarter = 90.0 * round(angle / 90)
    return quarter if abs(angle - quarter) <= _NEARLY_LEVEL else angle


def flatten(gray: Gray, place: Candidate, cut: Cut, *, half_turn: bool) -> Strip:
    """Return the flat strip around a candidate, upside down where a half turn is asked for."""
    side = cut.side * float(np.linalg.norm(place.corners[1] - place.corners[0]))
    above, below = cut.above * place.step, cut.below * place.step
    grown = place.corners + np.array([[-side, -above], [side, -above], [side, below], [-side, below]], np.float32)
    width = float(np.linalg.norm(grown[1] - grown[0]))
    height = float(np.linalg.norm(grown[3] - grown[0]))
    size = (cut.width, max(20, round(cut.width * height / width)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    if half_turn:
        target = np.roll(target, 2, axis=0)
    to_strip = cv2.getPerspectiveTransform(grown, target) @ place.to_straight
    strip = cv2.warpPerspective(gray, to_strip, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    turns = (round(place.angle / 90) + (2 if half_turn else 0)) % 4
    return Strip(np.asarray(strip, np.uint8), inverse(to_strip), turns)


def resized(image: Gray, scale: float) -> Gray:
    """Return a picture, grey or in colours, larger or smaller; averages of whole pixels and then lines between them.

    OpenCV's averages of parts of pixels cost ten times as much and look the same: a row or column at the far edges that
    fills no whole pixel is left out.
    """
    if scale > 1:
        return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    whole = int(1 / scale)
    if whole > 1:
        fewer = (max(1, width // whole), max(1, height // whole))
        even = image[: fewer[1] * whole, : fewer[0] * whole]
        image = np.asarray(cv2.resize(even, fewer, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def likely_angles(work: Gray) -> list[float]:
    """Return the likely angles, in degrees, that turn lines of print level; at most two."""
    small = resized(work, _SKEW_SIDE / max(work.shape))
    ink = np.asarray(cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, np.ones((9, 9), np.uint8)), np.uint8)
    print_ink = _Print.of(ink)
    best: list[tuple[float, float]] = []
    for base in (0.0, 90.0):
        angle = print_ink.level(base + _COARSE_ANGLES, _FINE_ANGLES)
        best.append((print_ink.levelness(angle), angle))
    return [angle for _, angle in sorted(best, reverse=True)]


# Points of a grid fall into even rows at 45 degrees, as print does; moved about a little they do not.
_CHANCE = np.random.default_rng(0)
_MOST_POINTS = 1 << 17  # more than what is not paper on a picture of a megapixel
_MOVED = _CHANCE.random((2, _MOST_POINTS), np.float32) + _CHANCE.random((2, _MOST_POINTS), np.float32)
_TAKEN = _CHANCE.random(_MOST_POINTS, np.float32) < _HALF


@dataclass(frozen=True, slots=True)
class _Print:
    """The most inked points of a small picture; turning them costs a seventh of turning the picture."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    ink: NDArray[np.float64]

    @classmethod
    def of(cls, ink: Gray) -> "_Print":
        counted = np.cumsum(cv2.calcHist([ink], [0], None, [256], [0, 256]))
        level = max(8, int(np.searchsorted(counted, _PAPER_SHARE / 100 * ink.size)))
        inked = np.flatnonzero(ink > level)
        y, x = (each.astype(np.float32) for each in np.divmod(inked.astype(np.int32), ink.shape[1]))
        moved = _MOVED[:, : len(inked)]
        return cls(x + moved[0], y + moved[1], ink.ravel()[inked].astype(np.float64))

    def level(self, coarse: NDArray[np.float64], fine: NDArray[np.float64]) -> float:
        """Return the angle that turns the lines most level: the likeliest of coarse ones, then moved by a fine one."""
        likely = sorted(coarse, key=self._half().levelness)[-_LIKELY_ANGLES:]
        best = max(likely, key=self.levelness)
        return float(max(best + fine, key=self.levelness))

    def _half(self) -> "_Print":
        """Return half of the points, taken by chance: every other one would show a rhythm of its own."""
        taken = _TAKEN[: len(self.x)]
        return _Print(self.x[taken], self.y[taken], self.ink[taken])

    def levelness(self, angle: float) -> float:
        """Return how much neighbouring rows differ once the picture is turned counter-clockwise."""
        if not len(self.x):
            return 0.0
        turn = radians(angle)
        rows = self.y * np.float32(cos(turn))
        rows -= self.x * np.float32(sin(turn))
        rows -= rows.min()
        steps = np.diff(np.bincount(rows.astype(np.intp), weights=self.ink))
        return float(steps @ steps)


def inverse(matrix: NDArray[np.floating[Any]]) -> Matrix:
    """Return the inverse of a plane map in double precision."""
    return np.asarray(np.linalg.inv(matrix), np.float64)


def level_angle(gray: Gray, most: float) -> float:
    """Return the angle within a bound, in degrees counter-clockwise, that turns lines level."""
    small = resized(gray, min(1.0, 2 * _SKEW_SIDE / max(gray.shape)))
    kernel = np.ones((9, 9), np.uint8)
    ink = np.asarray(cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, kernel), np.uint8)
    print_ink = _Print.of(ink)
    nearly = print_ink.level(np.arange(-most, most + 0.1, 1.0), np.arange(-0.9, 0.91, 0.3))
    return float(max(nearly + np.arange(-0.2, 0.21, 0.1), key=print_ink.levelness))


def line_heights(gray: Gray) -> list[float]:
    """Return the height in pixels of about each line of print that a picture has, as it stands."""
    scale = _work_scale(gray)
    return [height / scale for height in _line_heights(resized(gray, scale))]


def count_lines_beside(gray: Gray, card: NDArray[np.float64]) -> int:
    """Return about how many lines run as a card's do, but not on it; card is its outline from the top left corner."""
    scale = _work_scale(gray)
    right, down = card[1] - card[0]
    straight, turn = rotated(resized(gray, scale), degrees(atan2(down, right)))
    flat = turn @ np.vstack([card.T * scale, np.ones(len(card))])
    return len(_line_heights(straight, without=flat[:2].T))


def _work_scale(gray: Gray) -> float:
    return min(1.0, float(_WORK_SIDE / max(gray.shape)))


def _line_heights(work: Gray, without: NDArray[np.float64] | None = None) -> list[int]:
    ink = _print_mask(work)
    if without is not None:
        cv2.fillConvexPoly(ink, without.astype(np.int32), 0)
    mask = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 13), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    sizes = [cv2.boundingRect(contour) for contour in contours]
    return [height for _, _, width, height in sizes if width > 60 and 5 < height < 30]


def rotated(image: Gray, angle: float) -> tuple[Gray, Matrix]:
    """Return the picture turned counter-clockwise on a canvas that holds all of it, and the map."""
    height, width = image.shape
    if angle % 90 == 0:
        quarters = int(angle // 90) % 4
        return np.ascontiguousarray(np.rot90(image, quarters)), _quarter_turn(width, height, quarters)
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), [0, 0, 1]])
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = (int(height * sine + width * cosine), int(height * cosine + width * sine))
    turn[0, 2] += size[0] / 2 - width / 2
    turn[1, 2] += size[1] / 2 - height / 2
    fill = int(np.median(image[::16, ::16]))
    turned = cv2.warpAffine(image, turn[:2], size, flags=cv2.INTER_LINEAR, borderValue=fill)
    return np.asarray(turned, np.uint8), turn


def _quarter_turn(width: int, height: int, quarters: int) -> Matrix:
    """Return where pixels of a picture go when it is turned counter-clockwise by quarters."""
    right, bottom = width - 1, height - 1
    rows = (
        ((1, 0, 0), (0, 1, 0)),
        ((0, 1, 0), (-1, 0, right)),
        ((-1, 0, right), (0, -1, bottom)),
        ((0, -1, bottom), (1, 0, 0)),
    )
    return np.array([*rows[quarters], (0, 0, 1)], np.float64)


def _zone_groups(straight: Gray) -> Iterator[tuple[_Line, ...]]:
    """Yield groups of two or three like lines: the likeliest of the usual reach, then the likeliest of all.

    Nine zones of ten are the first, and the other reaches are not tried.
    """
    mask = _print_mask(straight)
    found: list[tuple[float, tuple[_Line, ...]]] = []
    kept: list[tuple[_Line, ...]] = []
    for last, reaches in ((False, _REACHES[:1]), (True, _REACHES[1:])):
        found += [
            (_likelihood(group, straight), group) for reach in reaches for group in _groups(_long_lines(mask, reach))
        ]
        found.sort(key=lambda entry: -entry[0])
        for _, group in found if last else found[:1]:
            if _is_distinct(group, kept):
                kept.append(group)
                yield group


def _print_mask(work: Gray) -> Gray:
    """Return where dark print is on a brighter ground, 255 or 0."""
    ink = cv2.morphologyEx(work, cv2.MORPH_BLACKHAT, np.ones((15, 15), np.uint8))
    return np.asarray(cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1], np.uint8)


def _long_lines(print_mask: Gray, reach: int) -> list[_Line]:
    """Return long thin blobs of print; reach is the gap between characters that is bridged."""
    mask = cv2.morphologyEx(print_mask, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, reach), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    least = 0.2 * print_mask.shape[1]
    long = [contour for contour in contours if len(contour) >= 4 and sum(cv2.boundingRect(contour)[2:]) > least]
    lines = [_line(np.asarray(contour, np.int32)) for contour in long]
    return [line for line in lines if line.width > max(least, 9 * line.height)]


def _line(contour: NDArray[np.int32]) -> _Line:
    center, _, _ = rectangle = cv2.minAreaRect(contour)
    points = cv2.boxPoints(rectangle)
    order = points[np.argsort(points[:, 0])]
    left, right = order[:2], order[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    corners = np.array([left[0], right[0], right[1], left[1]], np.float32)
    width = float(np.linalg.norm(corners[1] - corners[0]))
    height = float(np.linalg.norm(corners[3] - corners[0]))
    return _Line((float(center[0]), float(center[1])), width, height, corners)


def _groups(lines: list[_Line]) -> Iterator[tuple[_Line, ...]]:
    """Yield runs of two or three lines of like width, aligned and closely spaced, top down."""
    ordered = sorted(lines, key=lambda line: line.center[1])[:40]
    for count in (3, 2):
        for group in combinations(ordered, count):
            if all(_belong(a, b) for a, b in pairwise(group)):
                yield group


def _belong(upper: _Line, lower: _Line) -> bool:
    tall = max(upper.height, lower.height)
    step = lower.center[1] - upper.center[1]
    return (
        abs(upper.width - lower.width) < 0.12 * upper.width
        and abs(upper.center[0] - lower.center[0]) < 0.08 * upper.width
        and 1.1 * tall < step < 4.5 * tall
        and min(upper.height, lower.height) > 0.5 * tall
    )


def _likelihood(group: tuple[_Line, ...], straight: Gray) -> float:
    """Score a group: wide, three lines, evenly spaced, of the proportion of 30 to 44 characters."""
    width = max(line.width for line in group)
    steps = np.diff([line.center[1] for line in group])
    even = 1.0 - float(np.ptp(steps)) / float(steps.mean())
    proportion = width / float(steps.mean())
    fits = 1.0 if 10 < proportion < 32 else 0.4
    return fits * even * float(width / straight.shape[1]) * (1.3 if len(group) == 3 else 1.0)


def _corners(group: tuple[_Line, ...]) -> NDArray[np.float32]:
    top, bottom = group[0].corners, group[-1].corners
    return np.array([top[0], top[1], bottom[2], bottom[3]], np.float32)


def _is_distinct(group: tuple[_Line, ...], others: Sequence[tuple[_Line, ...]]) -> bool:
    """Tell whether a group lies elsewhere than all the others, or has a line between those of another."""
    corners = _corners(group)
    near = 0.04 * float(np.linalg.norm(corners[1] - corners[0]))
    return all(len(group) > len(other) or float(np.abs(corners - _corners(other)).max()) > near for other in others)
