# SPDX-License-Identifier: Apache-2.0
"""A candidate as the network sees it: its rows, and the zone of each format that they can be."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import mrz, zone_fit
from ocr.child import glyphs, rows
from ocr.child.glyphs import ALPHABET, PITCH, STRIDE
from ocr.child.rows import Row, Seen, Shares
from ocr.child.strips import Candidate, Gray, inverse
from ocr.models import Mrz, MrzFormat
from ocr.mrz import Span
from ocr.parameters import PARAMETERS

_CHARACTERS = {3: 30, 2: 40}  # by lines; 40 lies between 36 and 44 and near enough to both
_SURELY_READ: float = PARAMETERS["zone"]["surely_read"]
_CRAMPED: float = PARAMETERS["zone"]["cramped"]
_SHIFTS = (-2, 2)  # rows
_INDEX = {char: index for index, char in enumerate(ALPHABET)}
_ABOVE_ZONE = {3: 0.6, 2: 0.75}  # of its width, by its lines: ID-1, ID-2 and ID-3 with some room (Doc 9303-4 to -6)
_BELOW_ZONE, _BESIDE_ZONE = 0.15, 0.1


@dataclass(frozen=True, slots=True)
class Look:
    """The lines of a candidate, what the network says of each, and their even pitch in its answers."""

    rows: tuple[Row, ...]
    likelihoods: tuple[Shares, ...]
    pitch: float
    turns: int  # quarter turns, counter-clockwise, that set the picture upright

    @property
    def is_print(self) -> float:
        """Return how sure the network is of what is printed where there is print, 0..1."""
        inked = [np.exp(shares[:, :-1]) for shares in self.likelihoods]
        best, total = (np.concatenate([np.asarray(f(x, axis=1)) for x in inked]) for f in (np.max, np.sum))
        return float(np.average(best / np.maximum(total, 1e-6), weights=total + 1e-6))


@dataclass(frozen=True, slots=True)
class Sighting:
    """A zone that a look can be, where each of its characters stands and how large its share is."""

    zone: Mrz
    look: Look
    seen: tuple[Seen, ...]

    def corners(self, line: int, start: int, end: int) -> NDArray[np.float64]:
        """Return the four corners in the picture of some characters of a line."""
        places = self.seen[line].places
        left, right = places[start] - PITCH / 2, places[end - 1] + PITCH / 2
        return self.look.rows[line].corners(float(left), float(right))

    def outlines(self) -> list[NDArray[np.float64]]:
        """Return the four corners in the picture of each line."""
        return [self.corners(line, 0, len(text)) for line, text in enumerate(self.zone.lines)]

    def card(self) -> NDArray[np.float64]:
        """Return the corners in the picture of all that can belong to the face of the card that the zone stands on."""
        top, bottom = (self.corners(line, 0, len(self.zone.lines[line])) for line in (0, -1))
        along = (top[1] - top[0] + bottom[2] - bottom[3]) / 2
        down = np.array([-along[1], along[0]])
        up, below, side = _ABOVE_ZONE[len(self.zone.lines)] * down, _BELOW_ZONE * down, _BESIDE_ZONE * along
        return np.array([top[0] - side - up, top[1] + side - up, bottom[2] + side + below, bottom[3] - side + below])

    def share(self, line: int, place: int, chars: str) -> float:
        """Return the share that the network gives to one of some characters at a place."""
        shares = self.seen[line].shares[place]
        return float(sum(shares[_INDEX[char]] for char in chars))

    def sureness(self, line: int, place: int) -> float:
        """Return how sure the character of the zone is once its check digit, where it has one, holds."""
        char = self.zone.lines[line][place]
        if mrz.is_covered(self.zone.format, line, place):
            return 1 - self.share(line, place, mrz.undetectable(char))
        return self.share(line, place, char)

    def doubtful(self, sure: float) -> list[tuple[int, int]]:
        """Return line and place of each character that is less sure, or too close to others not to be seen twice."""
        places = [(line, place) for line, text in enumerate(self.zone.lines) for place in range(len(text))]
        cramped = [self._cramped(row.places) for row in self.seen]
        return [(line, at) for line, at in places if at in cramped[line] or self.sureness(line, at) < sure]

    def _cramped(self, places: NDArray[np.float64]) -> set[int]:
        """Return the characters of a row of which four take the room of three: a line that lacks one is filled so."""
        first = np.flatnonzero(places[3:] - places[:-3] < _CRAMPED * self.look.pitch * STRIDE)
        return {int(place) for start in first for place in range(start, start + 4)}

    def read_as(self, zone: Mrz) -> "Sighting | None":
        """Return the same look with a zone that another engine read in it, None where it has another shape."""
        if len(zone.lines) != len(self.look.rows):
            return None
        width = len(zone.lines[0])
        same = width == len(self.seen[0].places)
        return replace(self, zone=zone, seen=self.seen if same else _seen(self.look, {width})[width])

    @property
    def left(self) -> float:
        """Return the most that the network leaves to anything else at a place: no other reading has a larger share."""
        return max(map(self._left, _whole(self.zone)))

    @property
    def left_to_mend(self) -> float:
        """Return the most that it leaves where each of the checks that fail could be made to hold."""
        failing = [name for name, holds in self.zone.checks.items() if not holds]
        return min((max(map(self._left, _under(self.zone, name))) for name in failing), default=self.left)

    def _left(self, span: Span) -> float:
        places = range(span.start, span.end)
        return 1 - min(self.share(span.line, place, self.zone.lines[span.line][place]) for place in places)

    @property
    def pitch(self) -> float:
        """Return the pixels of the picture that a character takes."""
        places = self.seen[0].places
        left, right = self.look.rows[0].corners(float(places[0]), float(places[-1]))[:2]
        return float(np.linalg.norm(right - left)) / (len(places) - 1)

    @property
    def fit(self) -> float:
        """Return how well the number of characters fits the rows."""
        return sum(row.fit for row in self.seen)


_FIELDS = {"issuer_code": "issuing_country", "nationality_code": "nationality", "sex_code": "sex"}


def _under(zone: Mrz, check: str) -> tuple[Span, ...]:
    """Return where a character could change the outcome of a check: its field with its digit, or anywhere."""
    span = mrz.SPANS[zone.format].get(_FIELDS.get(check, check))
    if span is None or (zone.format == "TD1" and check == "document_number"):  # which may go on further right
        return _whole(zone)
    return (replace(span, end=span.end + (check not in _FIELDS)),)


def _whole(zone: Mrz) -> tuple[Span, ...]:
    return tuple(Span(line, 0, len(text)) for line, text in enumerate(zone.lines))


def at(gray: Gray, place: Candidate, *, half_turn: bool) -> Look:
    """Return the look at a candidate, upside down where a half turn is asked for."""
    back = inverse(place.to_straight)
    ends = [_ends(corners, back) for corners in place.lines]
    if half_turn:
        ends = [(right, left) for left, right in reversed(ends)]
    count = _CHARACTERS[len(ends)]
    cut = tuple(rows.cut(gray, left, right, count) for left, right in ends)
    turns = (round(place.angle / 90) + (2 if half_turn else 0)) % 4
    return _looked(cut, turns, [rows.read(row) for row in cut])


def _looked(cut: tuple[Row, ...], turns: int, likelihoods: Sequence[Shares]) -> Look:
    return Look(cut, tuple(likelihoods), rows.pitch_of(likelihoods), turns)


def closer(look: Look) -> Look:
    """Return the look with the rows seen a little higher, lower and sharper as well, and all that averaged."""
    likelihoods = []
    for row, first in zip(look.rows, look.likelihoods, strict=True):
        shifted = [np.roll(row.image, shift, axis=0) for shift in _SHIFTS]
        soft = cv2.GaussianBlur(row.image, (0, 0), 2)
        sharp = np.asarray(cv2.addWeighted(row.image, 2.0, soft, -1.0, 0), np.uint8)
        others = [glyphs.log_likelihoods(image) for image in (*shifted, sharp)]
        told = np.exp(np.stack([first, *others])).mean(axis=0)
        likelihoods.append(np.log(told + 1e-9).astype(np.float32))
    return _looked(look.rows, look.turns, likelihoods)


def _ends(corners: NDArray[np.float32], back: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends, in the picture, of the middle line of a line's rectangle."""
    middles = np.array([(corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2])
    flat = back @ np.column_stack([middles, [1, 1]]).T
    points = (flat[:2] / flat[2]).T
    return points[0], points[1]


def sighting(look: Look) -> Sighting | None:
    """Return the best zone that a look can be, None where its lines can be none."""
    found = list(_sightings(look))
    return max(found, key=lambda each: (*zone_fit.rank(each.zone), each.fit), default=None)


def _sightings(look: Look) -> Iterator[Sighting]:
    names = mrz.layouts_of(len(look.rows))
    seen = _seen(look, {mrz.width_of(name) for name in names})
    for name in names:
        characters = seen[mrz.width_of(name)]
        zone = mrz.verify([_placed(name, index, row) for index, row in enumerate(characters)])
        if zone is not None and zone.format == name:
            yield Sighting(zone, look, characters)


def _seen(look: Look, widths: Collection[int]) -> dict[int, tuple[Seen, ...]]:
    """Return the characters of all lines for each width that they can have."""
    lines = [rows.characters(each, widths, look.pitch) for each in look.likelihoods]
    return {width: tuple(line[width] for line in lines) for width in widths}


def _placed(name: MrzFormat, line: int, seen: Seen) -> str:
    """Return a line's likeliest characters among those that may stand at each place."""
    return "".join(
        _chosen(shares, allowed) for shares, allowed in zip(seen.shares, mrz.allowed(name, line), strict=True)
    )


def _chosen(shares: Shares, allowed: str) -> str:
    free = int(shares.argmax())
    if ALPHABET[free] in allowed:
        return ALPHABET[free]
    best = max(allowed, key=lambda char: float(shares[ALPHABET.index(char)]))
    # What is surely something else stays, so that a wrongly printed zone is seen to be one.
    return ALPHABET[free] if shares[free] > _SURELY_READ and not mrz.are_alike(ALPHABET[free], best) else best
