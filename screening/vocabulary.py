# SPDX-License-Identifier: Apache-2.0
"""The distinct words of all names, and which of them may stand for a word of a query."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from screening.layout import Array
from screening.normalise import shape, sound
from screening.parameters import PARAMETERS
from screening.rows import Rows, by_group, ends, spread, starts
from screening.similarity import Readings, Texts, compared, cuts, graded, letters_alike, readings
from screening.skeleton import consonants_alike, skeleton
from screening.spelling import (
    CODES,
    KINDS,
    MINIMUM,
    Spelled,
    akin,
    alike_enough,
    close,
    heard_as,
    letters_of,
    trigrams,
    two_apart,
    whole,
    written_alike,
)

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

VOCABULARY_ARRAYS: Final = (
    *("written", "heard", "seen", "bones", "lengths", "vowels", "letters"),
    *("group_starts", "group_words", "rarity", "sizes"),
    *("keys", "key_starts", "key_words", "heads"),
)

LONGEST: Final = 32
_RULES: Final = PARAMETERS["blocking"]
_REMEMBERED: Final = int(_RULES["remembered"])
_PIECE: Final = float(_RULES["piece"])
_LONG_END: Final = 3  # letters
_AKIN: Final = np.float32(0.96)  # words found by a key are not more alike than that
_LARGE: Final = 100_000  # words of a vocabulary in which many enough share letters with one word
_TOGETHER: Final = 1024  # words looked up at a time: megabytes of working memory
_NO_LIKENESS: Final = np.zeros((3, 0), dtype=np.float32)
_Pairs = tuple[Array, Array]  # words asked for by row, words of the vocabulary


@dataclass(frozen=True, slots=True)
class Near:
    """The words near a word, by position in the vocabulary.

    `words` and `likeness` (at least the minimum of a pair) belong together; `wholes` are words it
    may be a piece of, `cuts` words that make it up together. `letters` and `lengths` tell of its own readings.
    """

    letters: Array
    lengths: Array
    words: Ints
    likeness: Floats
    wholes: Ints
    cuts: tuple[tuple[int, ...], ...]


class Vocabulary:
    """Words in alphabetical order, with their groups of letters, in arrays that may be mapped.

    `written`, `heard`, `seen` and `bones` are the words, their sounds, shapes and consonants, cut to LONGEST bytes;
    `lengths` counts the letters of the first three (rows), `letters` tells in bits which they are, `vowels` which
    words have one. The words with the group of code c are `group_words[group_starts[c]:
    group_starts[c + 1]]`; `rarity` is the squared rarity of a code, `sizes` its sum by word.
    `keys` are sorted: under key k are `key_words[key_starts[k]:key_starts[k + 1]]`; the words that begin with
    character c are from `heads[c]` to `heads[c + 1]`.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._written, self._heard, self._seen, self._bones = (
            arrays[key] for key in ("written", "heard", "seen", "bones")
        )
        self._read_lengths, self._vowels, self._letters = (arrays[key] for key in ("lengths", "vowels", "letters"))
        self._group_starts, self._group_words = arrays["group_starts"], arrays["group_words"]
        self._rarity, self._sizes, self._heads = (arrays[key] for key in ("rarity", "sizes", "heads"))
        self._keys, self._key_starts, self._key_words = (arrays[key] for key in ("keys", "key_starts", "key_words"))
        self._lengths = self._read_lengths[0]
        self._few = max(1, _LARGE // max(1, len(self._sizes)))
        self._known: dict[str, Near] = {}
        self._older: dict[str, Near] = {}

    def __len__(self) -> int:
        return len(self._sizes)

    def lengths(self, words: Array) -> Array:
        """Return the numbers of letters of the words at some positions."""
        found: Array = self._lengths[words]
        return found

    def texts(self, words: Array) -> list[str]:
        """Return the words at some positions, cut to LONGEST letters."""
        return [text.decode() for text in self.written(words)]

    def written(self, words: Array) -> list[bytes]:
        """Return the words at some positions, cut to LONGEST letters, as bytes."""
        found: list[bytes] = self._written[words].tolist()
        return found

    def alike(self, texts: Sequence[str], words: Array) -> Floats:
        """Return the likeness 0..1 of texts (rows) to words, as letters alone tell it."""
        theirs = Readings(self._texts(words), self._read_lengths.take(words, axis=1), self._vowels.take(words))
        return letters_alike(readings(texts), theirs)

    def alike_without_vowels(self, texts: Sequence[str], words: Array) -> Floats:
        """Return the likeness 0..1 that the consonants of texts (rows) may have to those of words at most."""
        return consonants_alike([skeleton(text) for text in texts], self._bones[words].tolist())

    def written_alike(self, least: float, letters: Array, lengths: Array, words: Array) -> npt.NDArray[np.bool_]:
        """Return which words may be alike by `least` to the one in their place, by how few letters differ as written.

        `letters` tells in bits which letters these have, `lengths` how many.
        """
        return written_alike(least, (letters, lengths), (self._letters[0].take(words), self.lengths(words)))

    def near(self, words: Sequence[str]) -> list[Near]:
        """Return what is near each of some words."""
        if len(self._known) > _REMEMBERED:  # words asked for again since the last time stay known
            self._older, self._known = self._known, {}
        unseen = [word for word in dict.fromkeys(words) if word not in self._known]
        self._known.update({word: self._older[word] for word in unseen if word in self._older})
        fresh = [word for word in unseen if word not in self._known]
        self._known.update(zip(fresh, self.look_up(Spelled.of(fresh)) if fresh else (), strict=True))
        return [self._known[word] for word in words]

    def look_up(self, words: Spelled) -> Iterator[Near]:
        """Yield what is near each of some words."""
        for first in range(0, len(words.groups), _TOGETHER):
            yield from self._near(words.part(first, first + _TOGETHER))

    def _near(self, asked: Spelled) -> list[Near]:
        words = asked.words
        alike, parts, wholes = self._sharing(asked)
        akin, keyed, ends = self._keyed(asked.keys)
        stands = self._initials(words)
        compared = self._union(alike, keyed)
        likeness = self._likeness(asked, *compared)
        kept = (likeness >= MINIMUM).nonzero()[0]
        near = (np.concatenate([akin[side], stands[side], compared[side][kept]]) for side in (0, 1))
        alike_by = np.concatenate([np.full(len(akin[0]) + len(stands[0]), _AKIN), likeness[kept]])
        columns = (
            _by_row(len(words), *near, alike_by),
            _split(len(words), *wholes),
            _split(len(words), *self._union(parts, self._beside(words, ends))),
        )
        return [
            Near(letters, lengths, near, likeness, wholes, self._cuts(word, parts))
            for word, letters, lengths, (near, likeness), (wholes,), (parts,) in zip(
                words, asked.letters.T, asked.read.lengths.T, *columns, strict=True
            )
        ]

    def _likeness(self, asked: Spelled, rows: Array, others: Array) -> Floats:
        """Return the likeness of words, by row and in the order of these, to others as their letters tell it."""
        bounds = pairwise(rows.searchsorted(np.arange(len(asked.words) + 1)).tolist())
        found = [
            compared([texts[row : row + 1] for texts in asked.read.texts], self._texts(others[first:last]))[:, 0]
            for row, (first, last) in enumerate(bounds)
            if first < last
        ]
        longest = np.maximum(asked.read.lengths.take(rows, axis=1), self._read_lengths.take(others, axis=1))
        vowels = asked.read.vowels.take(rows) & self._vowels.take(others)
        return graded(np.concatenate([_NO_LIKENESS, *found], axis=1), longest, vowels)

    def _sharing(self, asked: Spelled) -> tuple[_Pairs, ...]:
        """Return which words (by row) may be alike enough to which others, may be made of them, and be part of them.

        All share groups of letters. Few words at a time: what is told of some thousand others stays in the nearest
        memory.
        """
        bounds = pairwise([*range(0, len(asked.groups), self._few), len(asked.groups)])
        found = zip(*(self._sharing_few(asked, *each) for each in bounds), strict=True)
        return tuple(
            (np.concatenate(rows), np.concatenate(words)) for rows, words in (zip(*each, strict=True) for each in found)
        )

    def _sharing_few(self, asked: Spelled, first: int, last: int) -> tuple[_Pairs, ...]:
        shared = [self._shared(asked.groups.row(row)) for row in range(first, last)]
        found, weights = (np.concatenate([each[side] for each in shared]) for side in (0, 1))
        rows = np.arange(last - first).repeat([len(each[0]) for each in shared])
        told: list[Array] = [asked.letters[:, first:last], asked.read.lengths[:, first:last]]
        told.append(_PIECE * np.asarray([each[2] for each in shared]))
        letters, lengths, least = told if last - first == 1 else [each.take(rows, axis=-1) for each in told]
        mine = asked.read.lengths[0, first:last]
        alike = self.alike_enough(letters, lengths, found).nonzero()[0]
        parts = (weights >= _PIECE * self._sizes.take(found)).nonzero()[0]
        long = self._lengths.take(found.take(parts))
        parts = parts[(long > 1) & (long < mine.take(rows.take(parts)))]
        wholes = (weights >= least).nonzero()[0]
        wholes = wholes[self._lengths.take(found.take(wholes)) > mine.take(rows.take(wholes))]
        return tuple((rows.take(places) + first, found.take(places)) for places in (alike, parts, wholes))

    def _shared(self, codes: Array) -> tuple[Array, Array, float]:
        """Return the words that have some groups of letters, in order, the weight of those of each, and of all."""
        firsts, lasts = self._group_starts[codes].tolist(), self._group_starts[codes + 1].tolist()
        owners = [self._group_words[first:last] for first, last in zip(firsts, lasts, strict=True)]
        rarity = self._rarity[codes]
        words, weights = np.concatenate(owners), rarity.astype(np.float64).repeat([*map(len, owners)])
        order = words.argsort()
        words = words[order]
        begins = starts(words)
        sums = by_group(np.add, weights[order], begins)
        return words[begins], sums.astype(np.float32), float(rarity.sum())

    def alike_enough(self, letters: Array, lengths: Array, others: Array) -> npt.NDArray[np.bool_]:
        """Return which words may be alike to one, or to the one in their place, by how few letters differ.

        `letters` and `lengths` tell of the readings (rows) of these.
        """
        theirs = self._letters.take(others, axis=1), self._read_lengths.take(others, axis=1)
        return alike_enough((letters, lengths), theirs)

    def _cuts(self, word: str, pieces: Array) -> tuple[tuple[int, ...], ...]:
        """Return the pieces that make up a word together, in whatever order a name has them."""
        if not len(pieces):
            return ()
        texts, heard = self.texts(pieces), [text.decode() for text in self._heard[pieces].tolist()]
        place = dict(zip(texts, pieces.tolist(), strict=True))
        found = cuts(word, dict(zip(texts, heard, strict=True)))
        return tuple(tuple(place[piece] for piece in cut) for cut in found)

    def _union(self, first: _Pairs, second: _Pairs) -> _Pairs:
        """Return the pairs of a row and a word that are in either, each once, in order."""
        keys = np.concatenate([rows * len(self) + words for rows, words in (first, second)])
        keys.sort()
        return np.divmod(keys[starts(keys)], len(self))

    def _texts(self, words: Array) -> tuple[Texts, Texts, Texts]:
        """Return words as they are written, heard and seen, in bytes."""
        written, heard, seen = (column.take(words).tolist() for column in (self._written, self._heard, self._seen))
        return written, heard, seen

    def _initials(self, words: Sequence[str]) -> _Pairs:
        """Return the words (by row) with their initials, and initials with the words that they may stand for."""
        letters = np.fromiter([ord(word[0]) for word in words], dtype=np.int64, count=len(words))
        firsts, lasts = self._heads.take(letters), self._heads.take(letters + 1)
        alone = (firsts < lasts) & (self._lengths.take(firsts, mode="clip") == 1)
        begun = [len(word) == 1 and word.isalpha() for word in words]
        places, rows = spread(firsts, np.where(begun, lasts, firsts + alone))
        return rows, places

    def _keyed(self, keys: Rows) -> list[_Pairs]:
        """Return the words (by row) and those under their keys, for each kind of key."""
        rows, found = self._under(keys)
        rows, kinds = np.divmod(rows, KINDS)
        places = [(kinds == kind).nonzero()[0] for kind in range(KINDS)]
        return [(rows[own], found[own]) for own in places]

    def _under(self, keys: Rows) -> _Pairs:
        """Return the words stored under some keys, behind the rows of these."""
        first, last = keys.starts[0], keys.starts[-1]
        held, words = self.under(keys.values[first:last])
        return keys.starts.searchsorted(held + first, side="right") - 1, words

    def under(self, keys: Array) -> _Pairs:
        """Return the words stored under some keys, behind the places of these."""
        places = self._keys.searchsorted(keys)
        held = (self._keys.take(places, mode="clip") == keys).nonzero()[0]
        at = places.take(held)
        places, which = spread(self._key_starts.take(at), self._key_starts.take(at + 1))
        return held.take(which), self._key_words.take(places)

    def _beside(self, words: Sequence[str], ends: _Pairs) -> _Pairs:
        """Return the words (by row) with those at their ends.

        With the longer of them come those that sound alike, and those close to the rest of the word.
        """
        long = (self._lengths.take(ends[1]) > _LONG_END).nonzero()[0]
        if not len(long):
            return ends
        owners, exact = (side.take(long) for side in ends)
        found = zip(owners.tolist(), self._written[exact].tolist(), self._heard[exact].tolist(), strict=True)
        keys = [_beside(words[row], end.decode(), heard.decode()) for row, end, heard in found]
        which, beside = self._under(Rows.of(keys, np.int64))
        return np.concatenate([ends[0], owners[which]]), np.concatenate([ends[1], beside])


def _beside(word: str, end: str, heard: str) -> list[int]:
    """Return the keys of what sounds like an end of a word, and of what is close to the rest of it."""
    rest = word.removeprefix(end) if word.startswith(end) else word.removesuffix(end)
    return [heard_as(heard), *(close(rest) if len(rest) >= _LONG_END else ())]


def build_vocabulary(words: Sequence[str]) -> dict[str, Array]:
    """Return the arrays of a vocabulary over distinct words in alphabetical order."""
    groups, read = [trigrams(word) for word in words], readings(words)
    owners = np.repeat(np.arange(len(words), dtype=np.int32), [len(group) for group in groups])
    codes = np.fromiter((code for group in groups for code in group), dtype=np.int32, count=len(owners))
    frequency = np.bincount(codes, minlength=CODES)
    rarity = ((np.log((len(words) + 1.0) / (frequency + 1.0)) + 0.1) ** 2).astype(np.float32)
    keyed = Rows.of([[*akin(word), *close(word), *two_apart(word), whole(word)] for word in words], np.int64)
    of, keys = keyed.flat()
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    at = starts(keys)
    firsts = np.fromiter((ord(word[0]) for word in words), dtype=np.int64, count=len(words))
    return {
        "written": np.asarray([word.encode() for word in words], dtype=f"S{LONGEST}"),
        "heard": np.asarray([sound(word).encode() for word in words], dtype=f"S{LONGEST}"),
        "bones": np.asarray([skeleton(word).encode() for word in words], dtype=f"S{LONGEST}"),
        "seen": np.asarray([shape(word).encode() for word in words], dtype=f"S{LONGEST}"),
        "lengths": read.lengths,
        "vowels": read.vowels,
        "letters": letters_of(read),
        "group_starts": ends(frequency),
        "group_words": owners[np.argsort(codes, kind="stable")],
        "rarity": rarity,
        "sizes": np.bincount(owners, weights=rarity[codes], minlength=len(words)).astype(np.float32),
        "keys": keys[at],
        "key_starts": np.append(at, len(keys)).astype(np.int32),
        "key_words": of[order].astype(np.int32),
        "heads": np.searchsorted(firsts, np.arange(129)).astype(np.int64),
    }


def within(hashes: Array, values: Array, wanted: int) -> list[int]:
    """Return the values of one hash, where `hashes` is sorted."""
    key = np.int64(wanted)
    low, high = hashes.searchsorted(key), hashes.searchsorted(key, side="right")
    found: list[int] = values[low:high].tolist()
    return found


def _by_row(count: int, rows: Array, *columns: Array) -> list[tuple[Array, ...]]:
    """Return the columns cut into those of each row."""
    order = rows.argsort(kind="stable")
    return _split(count, rows[order], *(column[order] for column in columns))


def _split(count: int, rows: Array, *columns: Array) -> list[tuple[Array, ...]]:
    """Return the columns, in the order of the rows, cut into those of each row."""
    bounds = rows.searchsorted(np.arange(count + 1)).tolist()
    return [tuple([column[first:last] for column in columns]) for first, last in pairwise(bounds)]
