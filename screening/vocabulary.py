# SPDX-License-Identifier: Apache-2.0
"""The distinct words of all names, and which of them may stand for a word of a query."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from screening.layout import Array, stable_hash
from screening.normalise import NICKNAMES, shape, sound
from screening.parameters import PARAMETERS
from screening.rows import Rows, ends, spread, starts
from screening.similarity import SIX, Readings, cuts, letters_alike, readings
from screening.skeleton import consonants_alike, skeleton

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

VOCABULARY_ARRAYS: Final = (
    *("written", "heard", "seen", "bones", "lengths", "letters"),
    *("group_starts", "group_words", "rarity", "sizes"),
    *("key_hashes", "key_words", "heads"),
)

LONGEST: Final = 32
_BASE: Final = 37  # the edge of a word, a-z, 0-9
_CODES: Final = _BASE**3
_RULES: Final = PARAMETERS["blocking"]
_REMEMBERED: Final = int(_RULES["remembered"])
_MINIMUM: Final = float(PARAMETERS["token"]["minimum"])
_PIECE: Final = float(_RULES["piece"])
# Letters that may be edited for each letter of the longer word, as written, as heard and as seen.
_MOST_EDITS: Final = tuple(
    np.float32(1.001 - _MINIMUM / factor)
    for factor in (1.0, PARAMETERS["token"]["sound_factor"], PARAMETERS["token"]["shape_factor"])
)
_SHORT: Final = 8  # letters
_LONG_END: Final = 3  # letters
_AKIN: Final = np.float32(0.96)  # words found by a key are not more alike than that
_TOGETHER: Final = 64  # words looked up at a time in a large vocabulary: megabytes of working memory
_MOST_TOGETHER: Final = 2048
_SMALL: Final = 50_000  # words of a vocabulary in which more are looked up at a time


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
    may be a piece of, `cuts` words that make it up together.
    """

    words: Ints
    likeness: Floats
    wholes: Ints
    cuts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Spelled:
    """Words with what their letters tell of them, ready to be looked up in any vocabulary.

    `letters` tells in bits which letters are in each of their readings (rows), `groups` has the codes of their
    groups of letters, `close` and `akin` the hashes of the keys under which words like them are stored.
    """

    words: Sequence[str]
    read: Readings
    letters: Array
    groups: Rows
    close: Rows
    akin: Rows

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """Return some words with what their letters tell."""
        read = readings(words)
        close, akin = (Rows.of([[*map(stable_hash, keys(w))] for w in words], np.int64) for keys in (_close, _akin))
        return cls(
            words, read, _letters_of(read), Rows.of([[*trigrams(word)] for word in words], np.int64), close, akin
        )

    def part(self, first: int, last: int) -> Self:
        """Return the words from `first` to before `last`."""
        rows = (each.part(first, last) for each in (self.groups, self.close, self.akin))
        return type(self)(self.words[first:last], self.read.part(first, last), self.letters[:, first:last], *rows)


class Vocabulary:
    """Words in alphabetical order, with their groups of letters, in arrays that may be mapped.

    `written`, `heard`, `seen` and `bones` are the words, their sounds, shapes and consonants, cut to LONGEST bytes;
    `lengths` counts the letters of the first three (rows), `letters` tells in bits which they are. The words
    with the group of code c are `group_words[group_starts[c]:
    group_starts[c + 1]]`; `rarity` is the squared rarity of a code, `sizes` its sum by word.
    `key_hashes` are sorted and belong to `key_words`; the words that begin with character c are
    from `heads[c]` to `heads[c + 1]`.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._written, self._heard, self._seen, self._bones, self._read_lengths, self._letters = (
            arrays[key] for key in ("written", "heard", "seen", "bones", "lengths", "letters")
        )
        self._group_starts, self._group_words = arrays["group_starts"], arrays["group_words"]
        self._rarity, self._sizes, self._key_hashes, self._key_words, self._heads = (
            arrays[key] for key in ("rarity", "sizes", "key_hashes", "key_words", "heads")
        )
        self._lengths = self._read_lengths[0]
        self._together = max(_TOGETHER, min(_MOST_TOGETHER, _TOGETHER * _SMALL // max(1, len(self._sizes))))
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
        return [text.decode() for text in self._written[words].tolist()]

    def alike(self, texts: Sequence[str], words: Array) -> Floats:
        """Return the likeness 0..1 of texts (rows) to words, as letters alone tell it."""
        return letters_alike(readings(texts), self._readings(words))

    def alike_without_vowels(self, texts: Sequence[str], words: Array) -> Floats:
        """Return the likeness 0..1 that the consonants of texts (rows) may have to those of words at most."""
        return consonants_alike([skeleton(text) for text in texts], self._bones[words].tolist())

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
        for first in range(0, len(words.groups), self._together):
            yield from self._near(words.part(first, first + self._together))

    def _near(self, asked: Spelled) -> list[Near]:
        words, read = asked.words, asked.read
        rows, found, shared, whole = self._shared(asked.groups)
        keyed, akin = self._under(asked.close), self._under(asked.akin)
        compared = self._union(self._alike_enough(asked, rows, found), rows, found, keyed)
        likeness = letters_alike(read[compared[0]], self._readings(compared[1]), pairs=True)
        kept = likeness >= _MINIMUM
        stands, long = self._initials(words), self._lengths[found]
        near = (np.concatenate([akin[side], stands[side], compared[side][kept]]) for side in (0, 1))
        alike = np.concatenate([np.full(len(akin[0]) + len(stands[0]), _AKIN), likeness[kept]])
        mine = read.lengths[0][rows]
        parts = np.flatnonzero((shared >= _PIECE * self._sizes[found]) & (long > 1) & (long < mine))
        longer = np.flatnonzero((shared >= _PIECE * whole[rows]) & (long > mine))
        columns = (
            _by_row(len(words), *near, alike),
            _split(len(words), rows[longer], found[longer]),
            _split(len(words), *self._union(parts, rows, found, self._ends_of(words))),
        )
        return [
            Near(near, likeness, wholes, self._cuts(word, parts))
            for word, (near, likeness), (wholes,), (parts,) in zip(words, *columns, strict=True)
        ]

    def _alike_enough(self, asked: Spelled, rows: Array, found: Array) -> Array:
        """Return the places of pairs that differ in so few letters that they may be alike enough.

        An edit adds or takes one letter, or changes one for another: as many as are in one word only.
        """
        kept = np.zeros(len(rows), dtype=bool)
        for reading, (letters, lengths) in enumerate(zip(asked.letters, asked.read.lengths, strict=True)):
            mine, long = letters[rows], lengths[rows]
            theirs, other = self._letters[reading][found], self._read_lengths[reading][found]
            least = np.maximum(np.bitwise_count(mine & ~theirs), np.bitwise_count(theirs & ~mine))
            longest = np.maximum(long, other)
            most = np.where(longest == SIX, np.float32(2.0), longest * _MOST_EDITS[reading])
            kept |= np.maximum(least, longest - np.minimum(long, other)) <= most
        return np.flatnonzero(kept)

    def _cuts(self, word: str, pieces: Array) -> tuple[tuple[int, ...], ...]:
        """Return the pieces that make up a word together, in whatever order a name has them."""
        if len(pieces) < 2:
            return ()
        texts, heard = self.texts(pieces), [text.decode() for text in self._heard[pieces].tolist()]
        place = dict(zip(texts, pieces.tolist(), strict=True))
        found = cuts(word, dict(zip(texts, heard, strict=True)))
        return tuple(tuple(place[piece] for piece in cut) for cut in found)

    def _shared(self, groups: Rows) -> tuple[Array, Array, Array, Array]:
        """Return which words (by row) share groups of letters with which others, their weight, and that of all."""
        owners, codes = groups.flat()
        whole = np.bincount(owners, weights=self._rarity[codes], minlength=len(groups))
        begins, stops = self._group_starts[codes], self._group_starts[codes + 1]
        places, which = spread(begins, stops)
        others, weights = self._group_words[places], self._rarity[codes][which]
        cuts = ends(np.bincount(owners, weights=stops - begins, minlength=len(groups)).astype(np.int64)).tolist()
        summed = [self._summed(others[a:b], weights[a:b]) for a, b in pairwise(cuts)]
        rows = np.repeat(np.arange(len(groups)), [len(found) for found, _ in summed])
        found, shared = (np.concatenate(column) for column in zip(*summed, strict=True))
        return rows, found, shared, whole

    def _summed(self, words: Array, weights: Array) -> tuple[Array, Array]:
        """Return each of some words once, in order, and the sum of its weights."""
        sums = np.bincount(words, weights=weights, minlength=len(self))
        found = (sums > 0).nonzero()[0]
        return found, sums[found].astype(np.float32)

    def _union(self, places: Array, rows: Array, words: Array, more: tuple[Array, Array]) -> tuple[Array, Array]:
        """Return the pairs at some places and some more, each once, in the order of the rows."""
        keys = np.concatenate([rows[places] * len(self) + words[places], more[0] * len(self) + more[1]])
        keys.sort()
        return np.divmod(keys[starts(keys)], len(self))

    def _readings(self, words: Array) -> Readings:
        """Return the readings of words, in bytes."""
        written, heard, seen = (column[words].tolist() for column in (self._written, self._heard, self._seen))
        return Readings((written, heard, seen), self._read_lengths[:, words])

    def _initials(self, words: Sequence[str]) -> tuple[Array, Array]:
        """Return the initials of words, and the words that initials may stand for."""
        firsts, lasts = self._beginnings([word[0] for word in words])
        alone = np.flatnonzero((firsts < lasts) & (self._lengths.take(firsts, mode="clip") == 1))
        begun = [row for row, word in enumerate(words) if len(word) == 1 and word.isalpha()]
        places, which = spread(firsts[begun], lasts[begun])
        rows = np.asarray(begun, dtype=np.int64)[which]
        return np.concatenate([alone, rows]), np.concatenate([firsts[alone], places])

    def _beginnings(self, letters: Sequence[str]) -> tuple[Array, Array]:
        """Return from where to where the words begin with some letters."""
        codes = np.fromiter(map(ord, letters), dtype=np.int64, count=len(letters))
        return self._heads[codes], self._heads[codes + 1]

    def _under(self, keys: Rows) -> tuple[Array, Array]:
        """Return the words stored under the hashes of some keys, behind the rows of these."""
        rows, wanted = keys.flat()
        firsts, lasts = (self._key_hashes.searchsorted(wanted, side=side) for side in ("left", "right"))
        places, which = spread(firsts, lasts)
        return rows[which], self._key_words[places]

    def _ends_of(self, words: Sequence[str]) -> tuple[Array, Array]:
        """Return the words that others begin or end with.

        With the longer of them come those that sound alike, and those close to the rest of the word.
        """
        texts = [[text.encode() for cut in range(2, len(w) - 1) for text in (w[:cut], w[cut:])] for w in words]
        rows = np.repeat(np.arange(len(words)), [len(own) for own in texts])
        wanted = np.fromiter(chain.from_iterable(texts), dtype=f"S{LONGEST}", count=len(rows))
        places = self._written.searchsorted(wanted)
        same = np.flatnonzero(self._written.take(places, mode="clip") == wanted)
        rows, exact = rows[same], places[same]
        long = self._lengths[exact] > _LONG_END
        owners = rows[long]
        found = zip(
            owners.tolist(), self._written[exact[long]].tolist(), self._heard[exact[long]].tolist(), strict=True
        )
        keys = [[*map(stable_hash, _beside(words[row], end.decode(), heard.decode()))] for row, end, heard in found]
        which, beside = self._under(Rows.of(keys, np.int64))
        return np.concatenate([rows, owners[which]]), np.concatenate([exact, beside])


def _beside(word: str, end: str, heard: str) -> list[str]:
    """Return the keys of what sounds like an end of a word, and of what is close to the rest of it."""
    rest = word.removeprefix(end) if word.startswith(end) else word.removesuffix(end)
    return [f"~{heard}", *(_close(rest) if len(rest) >= _LONG_END else ())]


def build_vocabulary(words: Sequence[str]) -> dict[str, Array]:
    """Return the arrays of a vocabulary over distinct words in alphabetical order."""
    groups, read = [trigrams(word) for word in words], readings(words)
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
        "bones": np.asarray([skeleton(word).encode() for word in words], dtype=f"S{LONGEST}"),
        "seen": np.asarray([shape(word).encode() for word in words], dtype=f"S{LONGEST}"),
        "lengths": read.lengths,
        "letters": _letters_of(read),
        "group_starts": ends(frequency),
        "group_words": owners[np.argsort(codes, kind="stable")],
        "rarity": rarity,
        "sizes": np.bincount(owners, weights=rarity[codes], minlength=len(words)).astype(np.float32),
        "key_hashes": np.ascontiguousarray(table[:, 0]),
        "key_words": table[:, 1].astype(np.int32),
        "heads": np.searchsorted(firsts, np.arange(129)).astype(np.int64),
    }


def within(hashes: Array, values: Array, wanted: int) -> list[int]:
    """Return the values of one hash, where `hashes` is sorted."""
    key = np.int64(wanted)
    low, high = hashes.searchsorted(key), hashes.searchsorted(key, side="right")
    found: list[int] = values[low:high].tolist()
    return found


def _letters_of(read: Readings) -> npt.NDArray[np.uint64]:
    """Return in bits which letters are in some words, which twice, and which digits, for each reading (rows)."""
    return np.asarray([[_bits(text) for text in texts] for texts in read.texts], dtype=np.uint64)


@lru_cache(maxsize=1 << 16)
def _bits(text: str) -> int:
    found = 0
    for letter in text:
        bit = 1 << (ord(letter) - 97 if letter >= "a" else ord(letter) + 4)  # "0" is 52
        found |= bit << 26 if found & bit and letter >= "a" else bit
    return found


def _by_row(count: int, rows: Array, *columns: Array) -> list[tuple[Array, ...]]:
    """Return the columns cut into those of each row."""
    order = rows.argsort(kind="stable")
    return _split(count, rows[order], *(column[order] for column in columns))


def _split(count: int, rows: Array, *columns: Array) -> list[tuple[Array, ...]]:
    """Return the columns, in the order of the rows, cut into those of each row."""
    bounds = rows.searchsorted(np.arange(count + 1)).tolist()
    return [tuple([column[first:last] for column in columns]) for first, last in pairwise(bounds)]
