# SPDX-License-Identifier: Apache-2.0
"""Reads the machine-readable zone of a picture: candidates, both ways up, a few ways to look."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import mrz, zone_fit
from ocr.child.engine import Engine, Model, PageMode, ReadWord
from ocr.child.strips import Candidate, Cut, Gray, Strip, find_candidates, flatten
from ocr.models import Mrz

_FIRST_LOOKS = 4  # candidates tried plainly, each both ways up
_HARD_LOOKS = 2  # candidates looked at in other ways when no digits hold
_CREDIBLE_CHECKS = 2  # of digits and codes; one digit in ten holds by chance
_NAME_LOOKS = 4
_SURE_NAME = 0.8  # engine confidence of a name line above which no second look is taken


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """A zone with what is needed to say where each character stands and how surely it was read."""

    zone: Mrz
    confidences: tuple[float, ...]
    boxes: tuple[tuple[int, int, int, int], ...]  # of the lines, in the strip
    strip: Strip
    rivals: tuple[Mrz, ...] = ()

    def outline(self, name: str) -> NDArray[np.float64] | None:
        """Return the four corners of a field in pixels of the picture, None where it has none."""
        span = mrz.SPANS[self.zone.format].get(name)
        if span is None:
            return None
        left, top, right, bottom = self.boxes[span.line]
        pitch = (right - left) / mrz.width_of(self.zone.format)
        x0, x1 = left + span.start * pitch, left + span.end * pitch
        corners = np.array([[x0, top, 1], [x1, top, 1], [x1, bottom, 1], [x0, bottom, 1]]).T
        flat = self.strip.back @ corners
        return np.asarray((flat[:2] / flat[2]).T, np.float64)

    @property
    def pitch(self) -> float:
        """Return the pixels of the picture a character takes."""
        left, _, right, _ = self.boxes[0]
        ends = np.array([[left, 0, 1], [right, 0, 1]]).T
        flat = self.strip.back @ ends
        points = flat[:2] / flat[2]
        return float(np.linalg.norm(points[:, 1] - points[:, 0])) / mrz.width_of(self.zone.format)


def read_zone(gray: Gray, engine: Engine) -> ZoneReading | None:
    """Return the best zone found, valid or not, None where nothing looks like one."""
    best: ZoneReading | None = None
    promising: list[tuple[Candidate, bool]] = []
    for place in islice(find_candidates(gray), _FIRST_LOOKS):
        for half_turn in (False, True):
            found, alike = _look(flatten(gray, place, Cut(), half_turn=half_turn), engine)
            if alike:
                promising.append((place, half_turn))
            best = _better(best, found)
            if best is not None and best.zone.valid:
                return _confirmed(best, gray, place, engine, half_turn=half_turn)
    return _look_harder(gray, best, promising, engine)


def _look_harder(
    gray: Gray, best: ZoneReading | None, promising: list[tuple[Candidate, bool]], engine: Engine
) -> ZoneReading | None:
    for place, half_turn in promising[:_HARD_LOOKS]:
        for strip in _other_looks(gray, place, half_turn=half_turn):
            found, _ = _look(strip, engine)
            best = _better(best, found)
            if best is not None and best.zone.valid:
                return best
    return best


def _other_looks(gray: Gray, place: Candidate, *, half_turn: bool) -> Iterator[Strip]:
    wide = Cut(side=0.07, above=0.6, below=0.6)
    yield flatten(gray, place, wide, half_turn=half_turn)
    yield flatten(gray, place, Cut(above=1.5, below=1.5), half_turn=half_turn)
    yield _treated(flatten(gray, place, Cut(), half_turn=half_turn), _sharpened)
    yield _treated(flatten(gray, place, wide, half_turn=half_turn), _levelled)
    yield flatten(gray, place, Cut(side=0.05, width=800), half_turn=half_turn)


def _treated(strip: Strip, treatment: Callable[[Gray], Gray]) -> Strip:
    return Strip(treatment(strip.image), strip.back, strip.turns)


def _sharpened(image: Gray) -> Gray:
    soft = cv2.GaussianBlur(image, (0, 0), 3)
    return np.asarray(cv2.addWeighted(image, 2.2, soft, -1.2, 0), np.uint8)


def _levelled(image: Gray) -> Gray:
    """Divide by the background, so that print stands on even paper."""
    paper = cv2.morphologyEx(image, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 12)
    return np.asarray(cv2.divide(image, paper, scale=245), np.uint8)


def _look(strip: Strip, engine: Engine) -> tuple[ZoneReading | None, bool]:
    """Read one strip: the zone it gives, and whether its lines look like those of a zone at all."""
    lines = [
        line
        for line in _lines(engine.words(strip.image, Model.ZONE, PageMode.BLOCK))
        if zone_fit.may_belong(_text(line))
    ]
    alike = any("<<" in zone_fit.cleaned(_text(line)) for line in lines)
    fitted = zone_fit.fit([_text(line) for line in lines])
    if fitted is None or not _is_credible(fitted.zone):
        return None, alike
    taken = lines[fitted.first : fitted.first + len(fitted.zone.lines)]
    confidences = tuple(float(np.mean([word.confidence for word in line])) for line in taken)
    return ZoneReading(fitted.zone, confidences, tuple(map(_box, taken)), strip), alike


def _is_credible(zone: Mrz) -> bool:
    """Tell a zone, however badly read or wrongly printed, from other print of the same length."""
    return sum(zone.checks.values()) >= _CREDIBLE_CHECKS


def _lines(words: Sequence[ReadWord]) -> list[list[ReadWord]]:
    return [list(line) for _, line in groupby(words, key=lambda word: word.line)]


def _text(line: Sequence[ReadWord]) -> str:
    return "".join(word.text for word in line)


def _box(line: Sequence[ReadWord]) -> tuple[int, int, int, int]:
    lefts, tops, rights, bottoms = zip(*(word.box for word in line), strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def _better(best: ZoneReading | None, found: ZoneReading | None) -> ZoneReading | None:
    if best is None or found is None:
        return best or found
    return found if zone_fit.rank(found.zone) > zone_fit.rank(best.zone) else best


def _confirmed(first: ZoneReading, gray: Gray, place: Candidate, engine: Engine, *, half_turn: bool) -> ZoneReading:
    """Look again where names, which no check digit covers, were read unsurely; keep the surest."""
    readings = [first]
    for strip in islice(_other_looks(gray, place, half_turn=half_turn), _NAME_LOOKS):
        if min(readings[-1].confidences) >= _SURE_NAME:
            break
        found, _ = _look(strip, engine)
        if found is not None and found.zone.valid:
            readings.append(found)
    surest = max(readings, key=lambda reading: min(reading.confidences))
    rivals = {reading.zone.lines: reading.zone for reading in readings}
    rivals.pop(surest.zone.lines)
    return replace(surest, rivals=tuple(rivals.values()))
