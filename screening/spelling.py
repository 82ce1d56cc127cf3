# SPDX-License-Identifier: Apache-2.0
"""What the letters of a word tell: by what words like it are found, and which cannot be like it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from screening.layout import Array
from screening.normalise import NICKNAMES, shape, sound
from screening.parameters import PARAMETERS
from screening.rows import Rows
from screening.similarity import JOINED_EXACT, MIDDLE, SIX, Readings, readings
from screening.syllables import syllable_keys

MINIMUM: Final = float(PARAMETERS["token"]["minimum"])
_BASE: Final = 37  # the edge of a word, a-z, 0-9
CODES: Final = _BASE**3
_SHORT: Final = 8  # letters
_HEARD, _LETTERS, _GROUP, _LESS, _KEPT, _WHOLE, _SYLLABLES = "1234567"  # kinds of keys
KINDS: Final = 3  # rows of keys of a word
_PRIME: Final = (1 << 61) - 1
_TOLD: Final = 64  # letters of which a key tells: words that long differ in those, or are the same for all we know
_COUNTED: Final = 255  # letters that are counted in a word
# How much likeness counts as written, as heard and as seen.
_FACTORS: Final = (1.0, PARAMETERS["token"]["sound_factor"], PARAMETERS["token"]["shape_factor"])


def _most_edits() -> npt.NDArray[np.int16]:
    """Return how many letters may be edited in words of so many letters that are alike enough, for each reading."""
    longest, apart = (each.outer(*[np.arange(_COUNTED + 1)] * 2) for each in (np.maximum, np.subtract))
    most = np.asarray([longest * np.float32(1.001 - MINIMUM / factor) for factor in _FACTORS])
    most[0, longest == SIX] = 2.0
    most[1:, longest <= MIDDLE] = 0.0  # short words must read the same
    found = np.where(np.abs(apart) <= most, most, -_COUNTED).astype(np.int16)
    found[:, longest == _COUNTED] = _COUNTED
    return found


_EDITS: Final = _most_edits()
_READING: Final = np.arange(len(_EDITS))[:, None] * (_COUNTED + 1)  # where the rows of a reading begin


def trigrams(word: str) -> frozenset[int]:
    """Return the codes of the groups of three letters of a word as it sounds, edges included."""
    digits = [0, *(ord(ch) - (96 if ch >= "a" else 21) for ch in sound(word)), 0]  # "0" is 27
    if len(digits) == 3:
        return frozenset({digits[1] * _BASE * _BASE})
    groups = zip(digits, digits[1:], digits[2:], strict=False)
    return frozenset((high * _BASE + middle) * _BASE + low for high, middle, low in groups)


def akin(word: str) -> list[int]:
    """Return the keys that words share which stand for each other without a letter in its place."""
    groups = (_key(_GROUP, str(each)) for each in NICKNAMES.get(word, ()))
    syllables = (_key(_SYLLABLES, each) for each in syllable_keys(word))
    return [heard_as(sound(word)), _key(_LETTERS, "".join(sorted(word))), *groups, *syllables]


def heard_as(heard: str) -> int:
    """Return the key that words share which sound like this."""
    return _key(_HEARD, heard)


def whole(word: str) -> int:
    """Return the key that is the word's alone."""
    return _key(_WHOLE, word)


def made_up(text: str) -> list[int]:
    """Return the keys of the words that pieces written together may be: few letters must be the same.

    Others sound the same, look the same or have one letter more, less or another.
    """
    return [whole(text)] if len(text) < JOINED_EXACT else [heard_as(sound(text)), *close(text)]


def close(word: str) -> list[int]:
    """Return the keys that short words share which differ in one letter, as written or as a machine reads them.

    Two words one edit apart have a deletion in common (W. Garbe, Symmetric Delete, 2012). Longer
    ones keep a group of three letters.
    """
    readings = {word, shape(word)}
    short = [text for text in readings if len(text) <= _SHORT]
    cut = (text[:place] + text[place + 1 :] for text in short for place in range(len(text)))
    return [_key(_LESS, text) for text in {*readings, *cut}]


def two_apart(word: str) -> list[int]:
    """Return the keys that words share of which two letters of six or seven differ: four or five in the same order.

    As heard those of six letters are looked at too: of words that are longer as written the groups of three that
    they keep may sound otherwise (Thelsen, Thielson).
    """
    written = [(word, kept) for kept in (SIX - 2, SIX - 1) if len(word) <= kept + 2]
    heard = [(sound(word), SIX - 2)] if len(sound(word)) <= SIX else []
    return [*{_key(_KEPT, "".join(each)) for text, kept in (*written, *heard) for each in combinations(text, kept)}]


def ends_of(word: str) -> list[int]:
    """Return the keys of the words that one may begin or end with, the rest being another."""
    told = word[:_TOLD]
    return [whole(text) for cut in range(2, len(told) - 1) for text in (told[:cut], told[cut:])]


def _key(kind: str, text: str) -> int:
    """Return what is found under a text as a number: its digits and letters themselves, of long ones what is left."""
    return int(kind + text[:_TOLD], 36) % _PRIME


@dataclass(frozen=True, slots=True)
class Spelled:
    """Words with what their letters tell of them, ready to be looked up in any vocabulary.

    `letters` tells in bits which letters are in each of their readings (rows), `groups` has the codes of their
    groups of letters, `keys` those under which other words are stored: for each word a row of what is `akin`, one of
    what is close, and one of the words at its ends.
    """

    words: Sequence[str]
    read: Readings
    letters: Array
    groups: Rows
    keys: Rows

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """Return some words with what their letters tell."""
        read, groups = readings(words), Rows.of([[*trigrams(word)] for word in words], np.int64)
        keys = [own for word in words for own in (akin(word), [*close(word), *two_apart(word)], ends_of(word))]
        return cls(words, read, letters_of(read), groups, Rows.of(keys, np.int64))

    def part(self, first: int, last: int) -> Self:
        """Return the words from `first` to before `last`."""
        groups, keys = self.groups.part(first, last), self.keys.part(first * KINDS, last * KINDS)
        return type(self)(
            self.words[first:last], self.read.part(first, last), self.letters[:, first:last], groups, keys
        )


def alike_enough(mine: tuple[Array, Array], theirs: tuple[Array, Array]) -> npt.NDArray[np.bool_]:
    """Return which words differ in so few letters, by one of their readings (rows), that they may be alike.

    Of both sides, or of one word and many, come the bits of the letters and their number. An edit adds or takes one
    letter, or changes one for another: as many as are in one word only.
    """
    (letters, long), (others, other) = mine, theirs
    sizes = (np.minimum(long, _COUNTED) + _READING) * (_COUNTED + 1) + np.minimum(other, _COUNTED)
    most = np.maximum(np.bitwise_count(others), np.bitwise_count(letters))
    in_both = np.bitwise_count(others & letters)
    found: npt.NDArray[np.bool_] = np.logical_or.reduce(in_both >= most - _EDITS.take(sizes), axis=0)
    return found


def written_alike(least: float, mine: tuple[Array, Array], theirs: tuple[Array, Array]) -> npt.NDArray[np.bool_]:
    """Return which words differ in so few letters as written that they may be alike by `least`.

    Of both sides come the bits of the letters and their number.
    """
    (letters, long), (others, other) = mine, theirs
    most = np.maximum(np.bitwise_count(others), np.bitwise_count(letters))
    edits = np.maximum(long, other) * np.float32(1.001 - least)
    found: npt.NDArray[np.bool_] = np.bitwise_count(others & letters) >= most - edits
    return found


def letters_of(read: Readings) -> npt.NDArray[np.uint64]:
    """Return in bits which letters are in some words, which twice, and which digits, for each reading (rows)."""
    return np.asarray([[bits(text) for text in texts] for texts in read.texts], dtype=np.uint64)


@lru_cache(maxsize=1 << 16)
def bits(text: str) -> int:
    """Return in bits which letters are in a word, which twice, and which digits."""
    found = 0
    for letter in text:
        bit = 1 << (ord(letter) - 97 if letter >= "a" else ord(letter) + 4)  # "0" is 52
        found |= bit << 26 if found & bit and letter >= "a" else bit
    return found
