# SPDX-License-Identifier: Apache-2.0
"""From raw lines of an OCR engine to a machine-readable zone: lengths fitted, look-alikes by place.

Only the number of fillers and the margins are adjusted, and only characters that cannot stand at
their place are replaced; among the outcomes the one with the most holding checks is taken.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from ocr import mrz
from ocr.models import Mrz, MrzFormat
from ocr.mrz import FILLER

_NOT_OF_A_ZONE = re.compile(r"[^A-Z0-9<]")
_SHORTEST_LINE = 20
_MOST_FILLERS_ADJUSTED = 6
_MOST_MARGIN_CUT = 3
_CANDIDATES_PER_LINE = 5


@dataclass(frozen=True, slots=True)
class Fitted:
    """A zone and the index of the raw line that became its first."""

    zone: Mrz
    first: int


def cleaned(line: str) -> str:
    """Return a raw line in the alphabet of the zone, angle quotes read as two fillers."""
    return _NOT_OF_A_ZONE.sub("", line.upper().replace("«", "<<").replace("‹", "<"))


def may_belong(line: str) -> bool:
    """Tell whether a raw line is long enough to be fitted into a zone."""
    return len(cleaned(line)) >= _SHORTEST_LINE


def fit(raw: Sequence[str]) -> Fitted | None:
    """Return the best zone that consecutive raw lines can be, None if they can be none."""
    lines = [cleaned(line) for line in raw]
    best: Fitted | None = None
    for name in ("TD3", "TD1", "CNI", "TD2", "MRVA", "MRVB"):
        for first in range(len(lines) - mrz.height_of(name) + 1):
            for zone in _zones(name, lines[first : first + mrz.height_of(name)]):
                if best is None or rank(zone) > rank(best.zone):
                    best = Fitted(zone, first)
        if best is not None and best.zone.valid:
            break
    return best


def rank(zone: Mrz) -> tuple[bool, float, int]:
    """Return a sorting key: valid first, then the share of holding checks, then their number."""
    held = sum(zone.checks.values())
    return (zone.valid, held / len(zone.checks), held)


def _zones(name: MrzFormat, raw: Sequence[str]) -> Iterator[Mrz]:
    options = [list(_fitted(name, index, line)) for index, line in enumerate(raw)]
    for lines in product(*options):
        zone = mrz.verify(lines)
        if zone is not None and zone.format == name:
            yield zone


def _fitted(name: MrzFormat, index: int, raw: str) -> Iterator[str]:
    """Yield a raw line brought to the width of a format, at most a handful of ways."""
    seen: list[str] = []
    for text in _of_width(raw, mrz.width_of(name)):
        placed = mrz.as_placed(name, index, _name_tail_filled(name, index, text))
        if placed not in seen:
            seen.append(placed)
            yield placed
        if len(seen) == _CANDIDATES_PER_LINE:
            return


def _of_width(raw: str, width: int) -> Iterator[str]:
    surplus = len(raw) - width
    if surplus == 0:  # a line of full length is taken as it is: a shifted one could hold by chance
        yield raw
        return
    if 0 < surplus <= _MOST_MARGIN_CUT:  # the edge of the card read as a character
        for start in range(surplus + 1):
            yield raw[start : start + width]
    if abs(surplus) > _MOST_FILLERS_ADJUSTED:
        return
    for cut in range(_MOST_MARGIN_CUT):
        yield from _runs_adjusted(raw[cut:], width)


def _runs_adjusted(text: str, width: int) -> Iterator[str]:
    """Yield the text with its longest, then its last run of fillers lengthened or shortened."""
    runs = [match.span() for match in re.finditer(f"{FILLER}{{2,}}", text)]
    missing = width - len(text)
    for start, end in sorted(runs, key=lambda run: run[0] - run[1])[:2]:
        if end - start + missing >= 1:
            yield text[:start] + FILLER * (end - start + missing) + text[end:]


def _name_tail_filled(name: MrzFormat, index: int, text: str) -> str:
    """Clear what was read into the fillers after a name: three in a row end it (Doc 9303-3, 4.6)."""
    span = mrz.SPANS[name].get("names") or mrz.SPANS[name].get("surname")
    if span is None or span.line != index:
        return text
    field = text[span.start : span.end]
    end = field.find(FILLER * 3)
    tail = field[end:] if end >= 0 else ""
    if not tail or tail.count(FILLER) * 10 < len(tail) * 7:
        return text
    return text[: span.start] + field[:end].ljust(len(field), FILLER) + text[span.end :]
