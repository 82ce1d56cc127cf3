# SPDX-License-Identifier: Apache-2.0
"""How alike two words are: as written, as heard, as a machine reads them, as short forms."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from screening.normalise import NICKNAMES, PARTICLES, shape, sound
from screening.parameters import PARAMETERS
from screening.syllables import other_pinyin, same_chinese

Matrix = npt.NDArray[np.float32]

_TOKEN: Final = PARAMETERS["token"]
_BELOW: Final = np.float32(_TOKEN["minimum"] - 0.01)
_SHORT: Final = int(_TOKEN["short"])
_MIDDLE: Final = int(_TOKEN["middle"])
_SHORT_SOUND: Final = np.float32(_TOKEN["sound_short"] / _TOKEN["sound_factor"])
_FEW_SOUNDS: Final = 3
_OTHERWISE: Final = 0.5
_JOINED_WRITTEN: Final = float(_TOKEN["joined_written"])
_TURNED: Final = {1: float(_TOKEN["turned_once"]), 2: float(_TOKEN["turned_twice"])}


def matrix(first: Sequence[str], second: Sequence[str]) -> Matrix:
    """Return the likeness 0..1 of every token of `first` (rows) to every one of `second`."""
    best = _compare(first, second)
    longest = np.maximum.outer(list(map(len, first)), list(map(len, second)))
    written = best.copy()
    for reading, factor in ((sound, "sound_factor"), (shape, "shape_factor")):
        mine, theirs = [reading(t) for t in first], [reading(t) for t in second]
        read = _compare(mine, theirs)
        # Short words must read the same; nearly the same is another word.
        heard = np.maximum.outer(list(map(len, mine)), list(map(len, theirs)))
        unsure = (heard <= _MIDDLE) & (read < 1.0)
        read[unsure] = np.minimum(read[unsure], _BELOW)
        if reading is sound:
            read[(heard <= _FEW_SOUNDS) & (written <= _OTHERWISE)] *= _SHORT_SOUND
        np.maximum(best, read * np.float32(_TOKEN[factor]), out=best)
    best[(longest <= _SHORT) & (best < 1.0)] *= np.float32(_TOKEN["short_factor"])
    _swapped(best, first, second)
    _numbers(best, first, second)
    _initials(best, first, second)
    _nicknames(best, first, second)
    return best


def _compare(first: Sequence[str], second: Sequence[str]) -> Matrix:
    found = cdist(first, second, scorer=OSA.normalized_similarity, dtype=np.float32)
    return np.asarray(found, dtype=np.float32)


def _swapped(best: Matrix, first: Sequence[str], second: Sequence[str]) -> None:
    """Raise the likeness of words that differ in the order of some letters only (Igroku, never Diana and Nadia)."""
    letters: dict[str, list[int]] = {}
    for column, other in enumerate(second):
        if len(other) > 1:
            letters.setdefault("".join(sorted(other)), []).append(column)
    for row, token in enumerate(first):
        for column in letters.get("".join(sorted(token)), ()):
            turned = OSA.distance(token, second[column])
            if turned in _TURNED:
                best[row, column] = max(best[row, column], _TURNED[turned])


def _numbers(best: Matrix, first: Sequence[str], second: Sequence[str]) -> None:
    for row, token in enumerate(first):
        if token.isdigit():
            best[row] = [_number(token, other) for other in second]
    for column, other in enumerate(second):
        if other.isdigit():
            best[:, column] = [_number(token, other) for token in first]


def _number(first: str, second: str) -> float:
    """Return the likeness of a number and a word: numbers next to each other are doubtful."""
    if first == second:
        return 1.0
    if not (first.isdigit() and second.isdigit()):
        return 0.0
    near = abs(int(first) - int(second)) == 1 or (len(first) > 2 and OSA.distance(first, second) == 1)
    return float(_TOKEN["number_near"]) if near else 0.0


def _initials(best: Matrix, first: Sequence[str], second: Sequence[str]) -> None:
    value = float(_TOKEN["initial"])
    for row, token in enumerate(first):
        if len(token) == 1:
            same = [value if other[0] == token and len(other) > 1 else 0.0 for other in second]
            best[row] = np.maximum(best[row], np.asarray(same, dtype=np.float32))
    for column, other in enumerate(second):
        if len(other) == 1:
            same = [value if token[0] == other and len(token) > 1 else 0.0 for token in first]
            best[:, column] = np.maximum(best[:, column], np.asarray(same, dtype=np.float32))


def _nicknames(best: Matrix, first: Sequence[str], second: Sequence[str]) -> None:
    for row, token in enumerate(first):
        groups = NICKNAMES.get(token)
        if groups is None or token in PARTICLES:  # the al of al-Fictif is no Albert
            continue
        for column, other in enumerate(second):
            others = NICKNAMES.get(other)
            if others is not None and other not in PARTICLES and not groups.isdisjoint(others):
                best[row, column] = max(best[row, column], _TOKEN["nickname"])


@lru_cache(maxsize=65536)
def joined(first: str, second: str) -> float:
    """Return the likeness of two words of which one was written in pieces."""
    if other_pinyin(first, second):
        return 0.0
    plain = OSA.normalized_similarity(first, second)
    heard = 0.0
    if plain >= _JOINED_WRITTEN:
        heard = OSA.normalized_similarity(sound(first), sound(second)) * float(_TOKEN["sound_factor"])
    seen = float(_TOKEN["shape_factor"]) * (shape(first) == shape(second))
    return float(max(plain, heard, seen, _TOKEN["syllables_same"] * same_chinese(first, second)))
