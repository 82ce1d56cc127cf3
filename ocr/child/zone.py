# SPDX-License-Identifier: Apache-2.0
"""Reads the machine-readable zone of a picture with two engines that know nothing of each other.

The network of glyphs.py reads first: it is quick and says of every character how sure it is. What no check digit
covers, and what a check digit cannot tell apart, has to be sure or seen alike by tesseract with our own model.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from operator import itemgetter

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import mrz, zone_fit
from ocr.child import look
from ocr.child.engine import Engine, Model, PageMode, ReadWord
from ocr.child.look import Sighting
from ocr.child.strips import Candidate, Cut, Gray, find_candidates, flatten
from ocr.models import Mrz
from ocr.parameters import PARAMETERS

_LIMITS = PARAMETERS["zone"]


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """A zone, where and how surely its characters were seen, and what the other engine read instead."""

    zone: Mrz
    sighting: Sighting
    rivals: tuple[Mrz, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Tell whether this is a zone and no other print: its digits hold, or it is as clear as print can be."""
        return self.sighting.zone.valid or _is_printed_so(self.sighting)

    @property
    def is_doubted(self) -> bool:
        """Tell whether the other engine saw something else where its characters are not sure."""
        return self.zone.checks.get(mrz.SECOND_OPINION) is False

    def outline(self, name: str) -> NDArray[np.float64] | None:
        """Return the four corners of a field in pixels of the picture, None where it has none."""
        span = mrz.SPANS[self.zone.format].get(name)
        return None if span is None else self.sighting.corners(span.line, span.start, span.end)

    def sureness(self, name: str) -> float:
        """Return the least sureness of a field's characters, 0..1."""
        span = mrz.SPANS[self.zone.format][name]
        return min(self.sighting.sureness(span.line, place) for place in range(span.start, span.end))


def read_zone(gray: Gray, engine: Engine) -> ZoneReading | None:
    """Return the best zone found, valid or not, None where nothing looks like one."""
    found: list[tuple[Candidate, Sighting]] = []
    for place in islice(find_candidates(gray), _LIMITS["places"]):
        for half_turn in (False, True):
            sighting = look.sighting(look.at(gray, place, half_turn=half_turn))
            if sighting is None:
                continue
            found.append((place, sighting))
            if sighting.zone.valid:
                return _confirmed(sighting, gray, place, engine)
            if _is_printed_so(sighting):
                return ZoneReading(sighting.zone, sighting)
    found.sort(key=lambda each: _rank(each[1]), reverse=True)
    return _looked_harder(found[: _LIMITS["hard_places"]], gray, engine)


def _is_printed_so(sighting: Sighting) -> bool:
    """Tell whether a zone's digits do not hold as printed: no character is left to be read otherwise."""
    return _is_credible(sighting) and sighting.left < _LIMITS["agreed"]


def _is_credible(sighting: Sighting) -> bool:
    """Tell whether this is a zone though not all its digits hold: it looks printed, and more hold than by chance."""
    enough = _evidence(sighting.zone) >= _LIMITS["credible_checks"]
    return bool(enough and sighting.look.is_print >= _LIMITS["print"])


def _rank(sighting: Sighting) -> tuple[bool, float, float]:
    valid, share, _ = zone_fit.rank(sighting.zone)
    return (valid, sighting.look.is_print * share, sighting.fit)


def _looked_harder(found: Sequence[tuple[Candidate, Sighting]], gray: Gray, engine: Engine) -> ZoneReading | None:
    closer = [(place, look.sighting(look.closer(first.look)) or first) for place, first in found]
    closer.sort(key=lambda each: _rank(each[1]), reverse=True)
    for place, sighting in closer[:1]:
        if sighting.zone.valid:
            return _confirmed(sighting, gray, place, engine)
        other = _read_by_tesseract(sighting, gray, place, engine)
        if other is not None:
            return _weighed(other, (sighting.zone,))
    credible = [each for _, each in closer if _is_credible(each)]
    return ZoneReading(credible[0].zone, credible[0]) if credible else None


def _evidence(zone: Mrz) -> int:
    """Return how many checks hold that chance seldom passes; the layout itself gives a CNI its issuer."""
    told = {"sex_code", *(["issuer_code"] if zone.format == "CNI" else [])}
    return sum(held for name, held in zone.checks.items() if name not in told)


def _confirmed(sighting: Sighting, gray: Gray, place: Candidate, engine: Engine) -> ZoneReading:
    """Ask tesseract about the characters that are not sure, until it sees them alike or its pictures are used up."""
    doubtful = sighting.doubtful(_LIMITS["sure"])
    if not doubtful:
        return ZoneReading(sighting.zone, sighting)
    if _is_seen_alike_closely(sighting, doubtful, gray, engine):
        return ZoneReading(_judged(sighting.zone, agreed=True), sighting)
    rivals: dict[tuple[str, ...], Mrz] = {}
    for zone in _second_opinions(sighting, gray, place, engine, sorted({line for line, _ in doubtful})):
        if zone.format == sighting.zone.format:
            if all(zone.lines[line][at] == sighting.zone.lines[line][at] for line, at in doubtful):
                return ZoneReading(_judged(sighting.zone, agreed=True), sighting)
            rivals[zone.lines] = zone
    return ZoneReading(_judged(sighting.zone, agreed=False), sighting, tuple(rivals.values()))


def _is_seen_alike_closely(sighting: Sighting, doubtful: Sequence[tuple[int, int]], gray: Gray, engine: Engine) -> bool:
    """Tell whether tesseract sees the same in a picture of each doubt and its neighbours: a third of a line's time."""
    pieces = list(_pieces(sighting, doubtful))
    if sum(end - start for _, start, end in pieces) > _LIMITS["piece_characters"]:
        return False
    return all(
        _is_seen_alike(sighting, piece, [place for line, place in doubtful if line == piece[0]], gray, engine)
        for piece in pieces
    )


def _pieces(sighting: Sighting, doubtful: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield line, start and end of what is around the doubts; those that are close to each other lie in one piece."""
    around = _LIMITS["piece_around"]
    for line, places in groupby(doubtful, key=itemgetter(0)):
        start = end = 0
        for _, place in places:
            if end and place - around > end:
                yield line, start, end
                end = 0
            start = start if end else max(0, place - around)
            end = min(len(sighting.zone.lines[line]), place + around + 1)
        yield line, start, end


def _is_seen_alike(
    sighting: Sighting, piece: tuple[int, int, int], places: Sequence[int], gray: Gray, engine: Engine
) -> bool:
    line, start, end = piece
    words = engine.words(_piece_picture(sighting, gray, piece), Model.ZONE, PageMode.BLOCK)
    text = zone_fit.cleaned("".join(word.text for word in words))
    expected = sighting.zone.lines[line]
    inside = [place for place in places if start <= place < end]
    return len(text) == end - start and all(text[place - start] == expected[place] for place in inside)


def _piece_picture(sighting: Sighting, gray: Gray, piece: tuple[int, int, int]) -> Gray:
    """Return some characters of a line with half a character around them, the size that our model was trained on."""
    line, start, end = piece
    corners = sighting.corners(line, start, end).astype(np.float32)
    place = Candidate(corners, np.eye(3), 0.0, sighting.pitch, (corners,))
    sized = Cut(side=0.5 / (end - start), above=0.5, below=0.5, width=_TRAINED_PITCH * (end - start + 1))
    return flatten(gray, place, sized, half_turn=False).image


def _read_by_tesseract(sighting: Sighting, gray: Gray, place: Candidate, engine: Engine) -> Sighting | None:
    """Return what tesseract reads where the network's digits do not hold, None unless its digits do."""
    if sighting.look.is_print < _LIMITS["print"] or sighting.left_to_mend < _LIMITS["agreed"]:
        return None
    for zone in _zones_read(sighting, gray, place, engine):
        if zone.valid:
            return sighting.read_as(zone)
    return None


def _weighed(sighting: Sighting, rivals: tuple[Mrz, ...]) -> ZoneReading:
    """Let tesseract's reading be valid only where the network is not sure of something else."""
    lines = enumerate(sighting.zone.lines)
    shares = (sighting.share(line, place, char) for line, text in lines for place, char in enumerate(text))
    agreed = min(shares) >= _LIMITS["agreed"]
    return ZoneReading(_judged(sighting.zone, agreed=agreed), sighting, rivals)


def _judged(zone: Mrz, *, agreed: bool) -> Mrz:
    return replace(zone, valid=zone.valid and agreed, checks={**zone.checks, mrz.SECOND_OPINION: agreed})


def _second_opinions(
    sighting: Sighting, gray: Gray, place: Candidate, engine: Engine, lines: Sequence[int]
) -> Iterator[Mrz]:
    """Yield the zone with some of its lines as tesseract reads them in pictures of each; the rest is time saved."""
    for cut, treatment in islice(_LINE_PICTURES, _LIMITS["opinions"]):
        raw = list(sighting.zone.lines)
        for line in lines:
            image = treatment(_line_picture(sighting, gray, place, line, cut))
            raw[line] = "".join(word.text for word in engine.words(image, Model.ZONE, PageMode.BLOCK))
        fitted = zone_fit.fit(raw)
        if fitted is not None:
            yield fitted.zone


def _line_picture(sighting: Sighting, gray: Gray, place: Candidate, line: int, cut: Cut) -> Gray:
    half_turn = _stands_on_its_head(sighting, place)
    at = len(place.lines) - 1 - line if half_turn else line
    sized = replace(cut, width=_TRAINED_PITCH * len(sighting.zone.lines[line]))
    return flatten(gray, place.line(at), sized, half_turn=half_turn).image


def _zones_read(sighting: Sighting, gray: Gray, place: Candidate, engine: Engine) -> Iterator[Mrz]:
    """Yield the zones that tesseract reads in pictures of a candidate, the way up that the network saw it."""
    half_turn = _stands_on_its_head(sighting, place)
    for cut, treatment in islice(_PICTURES, _LIMITS["fallbacks"]):
        image = flatten(gray, place, cut, half_turn=half_turn).image
        words = engine.words(treatment(image), Model.ZONE, PageMode.BLOCK)
        lines = ["".join(word.text for word in line) for _, line in groupby(words, key=_line_of)]
        fitted = zone_fit.fit([line for line in lines if zone_fit.may_belong(line)])
        if fitted is not None:
            yield fitted.zone


def _stands_on_its_head(sighting: Sighting, place: Candidate) -> bool:
    return sighting.look.turns != round(place.angle / 90) % 4


def _line_of(word: ReadWord) -> tuple[int, int, int]:
    return word.line


def _as_it_is(image: Gray) -> Gray:
    return image


def _sharpened(image: Gray) -> Gray:
    soft = cv2.GaussianBlur(image, (0, 0), 3)
    return np.asarray(cv2.addWeighted(image, 2.2, soft, -1.2, 0), np.uint8)


_TRAINED_PITCH = 25  # pixels a character in the pictures that our model was trained on
_PICTURES: tuple[tuple[Cut, Callable[[Gray], Gray]], ...] = (
    (Cut(), _as_it_is),
    (Cut(side=0.07, above=0.6, below=0.6), _sharpened),
)
_LINE_PICTURES: tuple[tuple[Cut, Callable[[Gray], Gray]], ...] = (
    (Cut(side=0.04, above=0.3, below=0.3), _as_it_is),
    (Cut(side=0.07, above=0.4, below=0.4), _sharpened),
    (Cut(side=0.05, above=0.2, below=0.2), _as_it_is),
)
