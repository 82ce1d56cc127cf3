# SPDX-License-Identifier: Apache-2.0
"""The distinct words of all names, and which of them may stand for a word of a query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from screening.layout import Array, stable_hash
from screening.normalise import NICKNAMES, shape, sound
from screening.parameters import PARAMETERS

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

VOCABULARY_ARRAYS: Final = (
    *("written", "heard", "seen", "lengths"),
    *("group_starts", "group_words", "rarity", "sizes"),
    *("key_hashes", "key_words", "heads"),
)

LONGEST: Final = 32
_BASE: Final = 37  # the edge of a word, a-z, 0-9
_CODES: Final = _BASE**3
_RULES: Final = PARAMETERS["blocking"]
_COMPARED: Final = int(_RULES["compared"])
_REMEMBERED: Final = int(_RULES["remembered"])
_MINIMUM: Final = float(PARAMETERS["token"]["minimum"])
_PIECE: Final = float(_RULES["piece"])
_PIECES: Final = int(_RULES["pieces"])
_SOUND: Final = float(PARAMETERS["token"]["sound_factor"])
_LEAST: Final = 0.08  # of the groups of letters of a word: fewer are chance
_SHAPE: Final = float(PARAMETERS["token"]["shape_factor"])
_SHORT: Final = 8  # letters
_LONG_END: Final = 3  # letters
_AKIN: Final = 0.9  # stands for the likeness of words found by a key
_NONE: Final = np.zeros(0, dtype=np.int32)


def trigrams(word: str) -> frozenset[int]:
    """Return the codes of the groups of three letters of a word as it sounds, edges included."""
    digits = [0, *(ord(ch) - (96 if ch >= "a" else 21) for ch in sound(word)), 0]  # "0" is 27
    if len(digits) == 3:
        return frozenset({digits[1] * _BASE * _BASE})
    groups = zip(digits, digits[1:], digits[2:], strict=False)
    return frozenset((high * _BASE + middle) * _BASE + low for high, middle, low in groups)


def _akin(word: str) -> list[str]:
    """Return what words share that stand for each other without a letter in its place."""
    return [f"~{sound(word)}", "".join(sorted(word)), *(f"#{group}" for group in NICKNAMES.get(word, ()))]


def _close(word: str) -> list[str]:
    """Return what short words share that differ in one letter, as written or as a machine reads them.

    Two words one edit apart have a deletion in common (W. Garbe, Symmetric Delete, 2012). Longer
    ones keep a group of three letters.
    """
    readings = {word, shape(word)}
    short = [text for text in readings if len(text) <= _SHORT]
    cut = (text[:place] + text[place + 1 :] for text in short for place in range(len(text)))
    return [f"-{text}" for text in {*readings, *cut}]


@dataclass(frozen=True, slots=True)
class Near:
    """The words near a word, by position in the vocabulary.

    `words` and `likeness` (at least the minimum of a pair) belong together; `wholes` are words it
    may be a piece of, `pieces` words that may be pieces of it.
    """

    text: str
    words: Ints
    likeness: Floats
    wholes: Ints
    pieces: Ints


class Vocabulary:
    """Words in alphabetical order, with their groups of letters, in arrays that may be mapped.

    `written`, `heard` and `seen` are the words, their sounds and their shapes, cut to LONGEST bytes; `lengths` counts
    their letters. The words with the group of code c are `group_words[group_starts[c]:
    group_starts[c + 1]]`; `rarity` is the squared rarity of a code, `sizes` its sum by word.
    `key_hashes` are sorted and belong to `key_words`; the words that begin with character c are
    from `heads[c]` to `heads[c + 1]`.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._written, self._heard, self._seen, self._lengths = (
            arrays[key] for key in ("written", "heard", "seen", "lengths")
        )
        self._group_starts, self._group_words = arrays["group_starts"], arrays["group_words"]
        self._rarity, self._sizes, self._key_hashes, self._key_words, self._heads = (
            arrays[key] for key in ("rarity", "sizes", "key_hashes", "key_words", "heads")
        )
        self.near = lru_cache(maxsize=_REMEMBERED)(self._near)

    def __len__(self) -> int:
        return len(self._sizes)

    def lengths(self, words: Array) -> Array:
        """Return the numbers of letters of the words at some positions."""
        found: Array = self._lengths[words]
        return found

    def alike(self, texts: Sequence[str], words: Array) -> Floats:
        """Return the likeness 0..1 of texts (rows) to words: the best of spelling, sound and shape."""
        best = _likeness(texts, self._written[words])
        for reading, column, factor in ((sound, self._heard, _SOUND), (shape, self._seen, _SHAPE)):
            np.maximum(best, _likeness([reading(text) for text in texts], column[words]) * factor, out=best)
        return best

    def _near(self, word: str) -> Near:
        if len(word) == 1 and word.isalpha():
            return self._beginning(word)
        codes = np.fromiter(trigrams(word), dtype=np.int64)
        whole = float(self._rarity[codes].sum())
        shared = self._shared(codes)
        found = np.flatnonzero(shared > _LEAST * whole)
        shared = shared[found]
        close = shared / np.sqrt(self._sizes[found] * whole)
        compared = np.union1d(found[_top(close, _COMPARED)], self._by_keys(_close(word)))
        likeness = self.alike([word], compared)[0]
        kept = likeness >= _MINIMUM
        akin = np.append(self._by_keys(_akin(word)), self._initial(word))
        lengths = self._lengths[found]
        pieces = (shared >= _PIECE * self._sizes[found]) & (lengths > 1) & (lengths < len(word))
        wholes = (shared >= _PIECE * whole) & (lengths > len(word))
        return Near(
            word,
            np.concatenate([akin, compared[kept]]).astype(np.int32),
            np.concatenate([np.full(len(akin), _AKIN, dtype=np.float32), likeness[kept]]),
            self._closest(found, close, wholes),
            np.union1d(self._closest(found, close, pieces), self._ends_of(word)).astype(np.int32),
        )

    def _shared(self, codes: npt.NDArray[np.int64]) -> Floats:
        """Return the weight of the groups of letters that each word shares with some."""
        places, which = spread(self._group_starts[codes], self._group_starts[codes + 1])
        return np.bincount(self._group_words[places], weights=self._rarity[codes][which], minlength=len(self)).astype(
            np.float32
        )

    @staticmethod
    def _closest(found: Array, close: Array, wanted: Array) -> Ints:
        places = np.flatnonzero(wanted)
        return found[places[_top(close[places], _PIECES)]].astype(np.int32)

    def _beginning(self, letter: str) -> Near:
        """Return the words an initial may stand for."""
        words = np.arange(*self._heads[ord(letter) : ord(letter) + 2], dtype=np.int32)
        return Near(letter, words, np.full(len(words), _AKIN, dtype=np.float32), _NONE, _NONE)

    def _initial(self, word: str) -> Array:
        """Return the word that is the first letter of a word, if there is."""
        first, last = self._heads[ord(word[0]) : ord(word[0]) + 2].tolist()
        return np.arange(first, min(last, first + 1))[: int(first < last and self._lengths[first] == 1)]

    def _by_keys(self, texts: Sequence[str]) -> Array:
        """Return the words stored under some keys."""
        wanted = np.asarray([stable_hash(text) for text in texts], dtype=np.int64)
        firsts, lasts = (self._key_hashes.searchsorted(wanted, side=side) for side in ("left", "right"))
        return self._key_words[spread(firsts, lasts)[0]]

    def _ends_of(self, word: str) -> Array:
        """Return the words that a word begins or ends with.

        With the longer of them come those that sound alike, and those close to the rest of the word.
        """
        texts = [text.encode() for cut in range(2, len(word) - 1) for text in (word[:cut], word[cut:])]
        wanted = np.asarray(texts, dtype=f"S{LONGEST}")
        places = self._written.searchsorted(wanted)
        inside = places < len(self)
        places = places[inside]
        exact = places[self._written[places] == wanted[inside]]
        long = exact[self._lengths[exact] > _LONG_END]
        keys = [f"~{sound_of.decode()}" for sound_of in self._heard[long].tolist()]
        for end in self._written[long].tolist():
            rest = word.removeprefix(end.decode()) if word.startswith(end.decode()) else word.removesuffix(end.decode())
            keys += _close(rest) if len(rest) >= _LONG_END else ()
        return np.union1d(exact, self._by_keys(keys))


def build_vocabulary(words: Sequence[str]) -> dict[str, Array]:
    """Return the arrays of a vocabulary over distinct words in alphabetical order."""
    groups = [trigrams(word) for word in words]
    owners = np.repeat(np.arange(len(words), dtype=np.int32), [len(group) for group in groups])
    codes = np.fromiter((code for group in groups for code in group), dtype=np.int32, count=len(owners))
    frequency = np.bincount(codes, minlength=_CODES)
    rarity = ((np.log((len(words) + 1.0) / (frequency + 1.0)) + 0.1) ** 2).astype(np.float32)
    keys = [(stable_hash(text), number) for number, word in enumerate(words) for text in (*_akin(word), *_close(word))]
    table = np.asarray(keys, dtype=np.int64).reshape(-1, 2)
    table = table[np.argsort(table[:, 0], kind="stable")]
    firsts = np.fromiter((ord(word[0]) for word in words), dtype=np.int64, count=len(words))
    return {
        "written": np.asarray([word.encode() for word in words], dtype=f"S{LONGEST}"),
        "heard": np.asarray([sound(word).encode() for word in words], dtype=f"S{LONGEST}"),
        "seen": np.asarray([shape(word).encode() for word in words], dtype=f"S{LONGEST}"),
        "lengths": np.fromiter(map(len, words), dtype=np.int32, count=len(words)),
        "group_starts": ends(frequency),
        "group_words": owners[np.argsort(codes, kind="stable")],
        "rarity": rarity,
        "sizes": np.bincount(owners, weights=rarity[codes], minlength=len(words)).astype(np.float32),
        "key_hashes": np.ascontiguousarray(table[:, 0]),
        "key_words": table[:, 1].astype(np.int32),
        "heads": np.searchsorted(firsts, np.arange(129)).astype(np.int64),
    }


def _likeness(first: Sequence[str], second: Array) -> Floats:
    texts = [text.encode() for text in first]
    found = cdist(texts, second.tolist(), scorer=OSA.normalized_similarity, dtype=np.float32)
    return np.asarray(found, dtype=np.float32)


def ends(lengths: Sequence[int] | Array) -> npt.NDArray[np.int64]:
    """Return where each of some stretches begins, and where the last one ends."""
    found = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=found[1:])
    return found


def spread(begins: Array, stops: Array) -> tuple[Array, Array]:
    """Return the positions inside some stretches one after the other, and which stretch each is of."""
    sizes = stops - begins
    which = np.repeat(np.arange(len(sizes)), sizes)
    return np.arange(len(which)) + (begins - np.cumsum(sizes) + sizes)[which], which


def within(hashes: Array, values: Array, wanted: int) -> list[int]:
    """Return the values of one hash, where `hashes` is sorted."""
    key = np.int64(wanted)
    low, high = hashes.searchsorted(key), hashes.searchsorted(key, side="right")
    found: list[int] = values[low:high].tolist()
    return found


def _top(values: Array, size: int) -> npt.NDArray[np.intp]:
    """Return the positions of the largest values, in no order."""
    return np.arange(len(values)) if len(values) <= size else np.argpartition(-values, size)[:size]
