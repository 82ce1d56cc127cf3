# SPDX-License-Identifier: Apache-2.0
"""How alike two words are: as written, as heard, as a machine reads them, as short forms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
Together = Callable[[str, str], float]

_TOKEN: Final = PARAMETERS["token"]
_BELOW: Final = np.float32(_TOKEN["minimum"] - 0.01)
_SHORT: Final = int(_TOKEN["short"])
MIDDLE: Final = int(_TOKEN["middle"])
SIX: Final = 6  # letters of which two may be wrong
_TWO_OF_SIX: Final = np.float32(_TOKEN["two_of_six"])
_ONE_THIRD_WRONG: Final = np.float32(0.66)
_VOWELS: Final = frozenset("aeiouy")
_SHORT_SOUND: Final = np.float32(_TOKEN["sound_short"] / _TOKEN["sound_factor"])
_FEW_SOUNDS: Final = 3
_OTHERWISE: Final = 0.5
_SOUND_FACTOR: Final = np.float32(_TOKEN["sound_factor"])
_SHORT_FACTOR: Final = np.float32(_TOKEN["short_factor"])
_SHAPE_FACTOR: Final = np.float32(_TOKEN["shape_factor"])
JOINED_WRITTEN: Final = float(_TOKEN["joined_written"])
_JOINED_MINIMUM: Final = float(_TOKEN["joined_minimum"])
JOINED_EXACT: Final = int(_TOKEN["joined_exact"])
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


@dataclass(frozen=True, slots=True)
class Readings:
    """Words as written, as heard and as a machine reads them; `lengths` counts the letters of each (3 rows).

    `vowels` tells which are written with one.
    """

    texts: tuple[Texts, Texts, Texts]
    lengths: npt.NDArray[np.int16]
    vowels: npt.NDArray[np.bool_]

    def part(self, first: int, last: int) -> "Readings":
        """Return the words from `first` to before `last`."""
        written, heard, seen = (texts[first:last] for texts in self.texts)
        return Readings((written, heard, seen), self.lengths[:, first:last], self.vowels[first:last])


def readings(tokens: Sequence[str]) -> Readings:
    """Return the readings of some words."""
    texts = tokens, [sound(token) for token in tokens], [shape(token) for token in tokens]
    vowels = [not _VOWELS.isdisjoint(token) for token in tokens]
    lengths = [[*map(len, reading)] for reading in texts]
    return Readings(texts, np.asarray(lengths, dtype=np.int16), np.asarray(vowels, dtype=bool))


def letters_alike(first: Readings, second: Readings) -> Matrix:
    """Return the likeness of words (rows) to others, before what their letters do not tell."""
    longest = np.maximum(first.lengths[:, :, None], second.lengths[:, None, :])
    return graded(compared(first.texts, second.texts), longest, first.vowels[:, None] & second.vowels)


def compared(first: Sequence[Texts], second: Sequence[Texts]) -> Matrix:
    """Return for each reading how alike that of words (rows) is to that of others."""
    return np.asarray([_compare(mine, theirs) for mine, theirs in zip(first, second, strict=True)])


def graded(found: Matrix, longest: npt.NDArray[np.int16], vowels: npt.NDArray[np.bool_]) -> Matrix:
    """Return the likeness of pairs of words of which `found` is that of each reading; it is overwritten.

    `longest` counts the letters of the longer one of each reading, `vowels` tells where both are written with vowels.
    """
    written, heard = found[:2]
    # Short words must read the same, nearly the same is another word.
    np.minimum(found[1:], _BELOW, out=found[1:], where=(longest[1:] <= MIDDLE) & (found[1:] < 1.0))
    np.multiply(heard, _SHORT_SOUND, out=heard, where=(longest[1] <= _FEW_SOUNDS) & (written <= _OTHERWISE))
    # Of words of six letters may differ in two as much as in seven. Without vowels these are a third of all heard.
    six = (longest[0] == SIX) & (written > _ONE_THIRD_WRONG) & (written < _TWO_OF_SIX) & vowels
    best: Matrix = np.maximum(written, np.maximum(heard * _SOUND_FACTOR, found[2] * _SHAPE_FACTOR))
    np.maximum(best, _TWO_OF_SIX, out=best, where=six)
    np.multiply(best, _SHORT_FACTOR, out=best, where=(longest[0] <= _SHORT) & (best < 1.0))
    return best


def _compare(first: Texts, second: Texts) -> Matrix:
    return np.asarray(cdist(first, second, scorer=OSA.normalized_similarity, dtype=np.float32), dtype=np.float32)


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
        if len(token) == 1 and token.isalpha():
            same = [value if other[0] == token and len(other) > 1 else 0.0 for other in second]
            best[row] = np.maximum(best[row], np.asarray(same, dtype=np.float32))
    for column, other in enumerate(second):
        if len(other) == 1 and other.isalpha():
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


def written_together(texts: Sequence[str], words: Sequence[bytes]) -> npt.NDArray[np.bool_]:
    """Return which texts, put together of pieces, may be the word in their place, of nearly as many letters."""
    found = np.asarray(cpdist(texts, words, scorer=OSA.normalized_similarity) >= JOINED_WRITTEN)
    for place in np.flatnonzero(found).tolist():
        found[place] = made_of(texts[place], words[place].decode()) > 0
    return found


def cuts(word: str, pieces: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the pairs of pieces, and those with a third between them, that may be a word that was cut.

    `pieces` come with how they sound: joined, they must be written or sound like the word.
    """
    sizes: dict[int, list[str]] = {}
    for piece in pieces:
        sizes.setdefault(len(piece), []).append(piece)
    heads = [piece for size, own in sizes.items() for piece in _slightly_apart(word[:size], own, pieces)]
    if not heads:
        return []
    tails = [piece for size, own in sizes.items() for piece in _slightly_apart(word[-size:], own, pieces)]
    found: list[tuple[str, ...]] = []
    for head, tail in product(heads, tails):
        gap = len(word) - len(head) - len(tail)
        if abs(gap) <= JOINED_LETTERS:
            found.append((head, tail))
        elif gap > 0 and (word.startswith(head) or word.endswith(tail)):
            found += [(head, piece, tail) for size in range(gap - 1, gap + 2) for piece in sizes.get(size, ())]
    return _alike_together(word, found, pieces)


def _alike_together(word: str, found: Sequence[tuple[str, ...]], pieces: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the cuts whose pieces may be written together as a word."""
    together = [("".join(cut), cut) for cut in found]
    long = [(text, cut) for text, cut in together if _may_be_made_of(text, word)]
    if not long:
        return []
    texts, found = zip(*long, strict=True)
    written = _compare(texts, [word])[:, 0]
    unsure = np.flatnonzero((written >= JOINED_WRITTEN) & (written < _JOINED_MINIMUM))
    if len(unsure):
        heard = ["".join([pieces[piece] for piece in found[row]]) for row in unsure.tolist()]
        unsure = unsure[_compare(heard, [sound(word)])[:, 0] >= _JOINED_HEARD]
    also = {row for row in unsure.tolist() if joined(texts[row], word) >= _JOINED_MINIMUM}
    sure = (written >= _JOINED_MINIMUM).tolist()
    return [cut for row, cut in enumerate(found) if sure[row] or row in also]


def _slightly_apart(part: str, pieces: Sequence[str], sounds: Mapping[str, str]) -> list[str]:
    """Return the pieces of one length that are like a part of a word; short ones must sound the same."""
    letters = len(pieces[0])
    if letters <= _FEW_LETTERS:
        heard = sound(part)
        return [piece for piece in pieces if sounds[piece] == heard]
    return [piece for piece in pieces if OSA.distance(part, piece) <= letters // _FEW_LETTERS]


@lru_cache(maxsize=65536)
def joined(first: str, second: str) -> float:
    """Return the likeness of two words of which one was written in pieces."""
    if other_pinyin(first, second):
        return 0.0
    plain = OSA.normalized_similarity(first, second)
    heard = 0.0
    if plain >= JOINED_WRITTEN:
        heard = OSA.normalized_similarity(sound(first), sound(second)) * float(_TOKEN["sound_factor"])
    seen = float(_TOKEN["shape_factor"]) * (shape(first) == shape(second))
    return float(max(plain, heard, seen, _TOKEN["syllables_same"] * same_chinese(first, second)))


def made_of(text: str, word: str, together: Together = joined) -> float:
    """Return how alike a word is to some written together; 0 where it is not made of them."""
    value = together(text, word) if _may_be_made_of(text, word) else 0.0
    return value if value >= _JOINED_MINIMUM else 0.0


def _may_be_made_of(text: str, word: str) -> bool:
    """Return whether a word is long enough to differ from some written together."""
    return len(text) >= JOINED_EXACT or text == word
