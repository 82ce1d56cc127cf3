# SPDX-License-Identifier: Apache-2.0
"""How alike two words are: as written, as heard, as a machine reads them, as short forms."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist, cpdist

from screening.normalise import NICKNAMES, PARTICLES, shape, sound
from screening.parameters import PARAMETERS
from screening.syllables import other_pinyin, same_chinese

Matrix = npt.NDArray[np.float32]
Texts = Sequence[str] | Sequence[bytes]

_TOKEN: Final = PARAMETERS["token"]
_BELOW: Final = np.float32(_TOKEN["minimum"] - 0.01)
_SHORT: Final = int(_TOKEN["short"])
_MIDDLE: Final = int(_TOKEN["middle"])
SIX: Final = 6  # letters of which two may be wrong
_TWO_OF_SIX: Final = np.float32(_TOKEN["two_of_six"])
_ONE_THIRD_WRONG: Final = np.float32(0.66)
_VOWELS: Final[frozenset[str | int]] = frozenset("aeiouy") | frozenset(b"aeiouy")
_SHORT_SOUND: Final = np.float32(_TOKEN["sound_short"] / _TOKEN["sound_factor"])
_FEW_SOUNDS: Final = 3
_OTHERWISE: Final = 0.5
_SOUND_FACTOR: Final = np.float32(_TOKEN["sound_factor"])
_SHAPE_FACTOR: Final = np.float32(_TOKEN["shape_factor"])
_JOINED_WRITTEN: Final = float(_TOKEN["joined_written"])
_JOINED_MINIMUM: Final = float(_TOKEN["joined_minimum"])
_FEW_LETTERS: Final = 3
_JOINED_HEARD: Final = 0.85  # pieces may sound a little otherwise alone than joined
JOINED_LETTERS: Final = 2  # that a word may have more or fewer than its pieces
_TURNED: Final = {1: float(_TOKEN["turned_once"]), 2: float(_TOKEN["turned_twice"])}


def matrix(first: Sequence[str], second: Sequence[str]) -> Matrix:
    """Return the likeness 0..1 of every token of `first` (rows) to every one of `second`."""
    best = letters_alike(readings(first), readings(second))
    _swapped(best, first, second)
    _numbers(best, first, second)
    _initials(best, first, second)
    _nicknames(best, first, second)
    return best


def readings(tokens: Sequence[str]) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Return tokens as written, as heard, and as a machine reads them."""
    return tokens, [sound(token) for token in tokens], [shape(token) for token in tokens]


def letters_alike(first: Sequence[Texts], second: Sequence[Texts], *, pairs: bool = False) -> Matrix:
    """Return the likeness of tokens in three readings, before what their letters do not tell.

    Each of `first` (rows) is compared with each of `second`; with `pairs` only with the one in its place.
    """
    written = _compare(first[0], second[0], pairs=pairs)
    heard, seen = (_read(mine, theirs, pairs=pairs) for mine, theirs in zip(first[1:], second[1:], strict=True))
    few = _up_to(_FEW_SOUNDS, first[1], second[1], pairs=pairs)
    if few is not None:
        heard[few & (written <= _OTHERWISE)] *= _SHORT_SOUND
    best: Matrix = np.maximum(written, np.maximum(heard * _SOUND_FACTOR, seen * _SHAPE_FACTOR))
    _two_of_six(best, written, first[0], second[0], pairs=pairs)
    short = _up_to(_SHORT, first[0], second[0], pairs=pairs)
    if short is not None:
        best[short & (best < 1.0)] *= np.float32(_TOKEN["short_factor"])
    return best


def _two_of_six(best: Matrix, written: Matrix, first: Texts, second: Texts, *, pairs: bool) -> None:
    """Raise the likeness of words of six letters that differ in two: as much as may differ in seven.

    Of a word without vowels two letters of six are a third of all that is heard.
    """
    most = _up_to(SIX, first, second, pairs=pairs)
    if most is None:
        return
    for place in np.argwhere(most & (written > _ONE_THIRD_WRONG) & (written < _TWO_OF_SIX)).tolist():
        mine, theirs = first[place[0]], second[place[-1]]
        if max(len(mine), len(theirs)) == SIX and not (_VOWELS.isdisjoint(mine) or _VOWELS.isdisjoint(theirs)):
            best[tuple(place)] = max(best[tuple(place)], _TWO_OF_SIX)


def _read(first: Texts, second: Texts, *, pairs: bool) -> Matrix:
    """Return the likeness of readings; short words must read the same, nearly the same is another word."""
    found = _compare(first, second, pairs=pairs)
    short = _up_to(_MIDDLE, first, second, pairs=pairs)
    if short is not None:
        unsure = short & (found < 1.0)
        found[unsure] = np.minimum(found[unsure], _BELOW)
    return found


def _up_to(letters: int, first: Texts, second: Texts, *, pairs: bool) -> npt.NDArray[np.bool_] | None:
    """Return which pairs have no word of more letters; None where that is none."""
    mine, theirs = (
        np.fromiter(map(len, texts), dtype=np.int32, count=len(texts)) <= letters for texts in (first, second)
    )
    if not mine.any():
        return None
    return mine & theirs if pairs else np.logical_and.outer(mine, theirs)


def _compare(first: Texts, second: Texts, *, pairs: bool = False) -> Matrix:
    compare = cpdist if pairs else cdist
    found = compare(first, second, scorer=OSA.normalized_similarity, dtype=np.float32)
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
            best[row] = [number_likeness(token, other) for other in second]
    for column, other in enumerate(second):
        if other.isdigit():
            best[:, column] = [number_likeness(token, other) for token in first]


def number_likeness(first: str, second: str) -> float:
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


def written_together(texts: Sequence[str], words: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which texts, put together of pieces, may be the word in their place."""
    mine, theirs = (np.fromiter(map(len, each), dtype=np.int32, count=len(each)) for each in (texts, words))
    found = np.abs(mine - theirs) <= JOINED_LETTERS
    for keep in (_nearly_written, _joined_enough):
        places = np.flatnonzero(found).tolist()
        found[places] = keep([texts[place] for place in places], [words[place] for place in places])
    return np.asarray(found)


def _nearly_written(texts: Sequence[str], words: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.asarray(_compare(texts, words, pairs=True) >= _JOINED_WRITTEN)


def _joined_enough(texts: Sequence[str], words: Sequence[str]) -> list[bool]:
    return [joined(text, word) >= _JOINED_MINIMUM for text, word in zip(texts, words, strict=True)]


def cuts(word: str, pieces: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the pairs of pieces, and those with a third between them, that may be a word that was cut.

    `pieces` come with how they sound: joined, they must be written or sound like the word.
    """
    heads = [piece for piece in pieces if _slightly_apart(word[: len(piece)], piece)]
    tails = [piece for piece in pieces if heads and _slightly_apart(word[-len(piece) :], piece)]
    found: list[tuple[str, ...]] = []
    for head, tail in product(heads, tails):
        gap = len(word) - len(head) - len(tail)
        if abs(gap) <= JOINED_LETTERS:
            found.append((head, tail))
        elif gap > 0 and (word.startswith(head) or word.endswith(tail)):
            found += [(head, piece, tail) for piece in pieces if abs(gap - len(piece)) <= 1]
    if not found:
        return []
    written = _compare(["".join(cut) for cut in found], [word])[:, 0]
    heard = _compare(["".join(map(pieces.__getitem__, cut)) for cut in found], [sound(word)])[:, 0]
    sure = written >= _JOINED_MINIMUM
    kept = np.flatnonzero(sure | (written >= _JOINED_WRITTEN) & (heard >= _JOINED_HEARD)).tolist()
    return [found[row] for row in kept if sure[row] or joined("".join(found[row]), word) >= _JOINED_MINIMUM]


def _slightly_apart(first: str, second: str) -> bool:
    """Return whether beginnings or ends of two words are alike; short ones must sound the same."""
    if first == second:
        return True
    if len(second) <= _FEW_LETTERS:
        return sound(first) == sound(second)
    return OSA.distance(first, second) <= len(second) // _FEW_LETTERS


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
