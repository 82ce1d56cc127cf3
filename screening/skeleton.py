# SPDX-License-Identifier: Apache-2.0
"""Names from Arabic and Hebrew script, whose vowels are not written, against spellings that have them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from screening.normalise import PARTICLES
from screening.parameters import PARAMETERS
from screening.similarity import Matrix, Texts

_FACTOR: Final = float(PARAMETERS["token"]["skeleton"])
_FEW: Final = 3
_FEW_FACTOR: Final = float(PARAMETERS["token"]["skeleton_few"])
_SERVANT: Final = frozenset({"abdul", "abd", "allah"})
_PAIRS: Final = (
    ("sch", "s"), ("sh", "s"), ("ch", "s"), ("kh", "h"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("ph", "f"),
    ("dj", "g"), ("j", "g"), ("q", "k"), ("c", "k"), ("x", "ks"), ("p", "b"), ("z", "s"),
)  # fmt: skip
_UNWRITTEN: Final = str.maketrans("", "", "aeiouywv")


@lru_cache(maxsize=32768)
def skeleton(token: str) -> str:
    """Return the consonants of a word as its Arabic spelling keeps them, doubled ones once."""
    for written, kept in _PAIRS:
        if written in token:
            token = token.replace(written, kept)
    bare = token.translate(_UNWRITTEN)
    single = "".join(ch for position, ch in enumerate(bare) if position == 0 or ch != bare[position - 1])
    return single[:-1] if len(single) > 2 and single[-1] == "h" else single


@lru_cache(maxsize=16384)
def vowelless(tokens: tuple[str, ...]) -> bool:
    """Return whether a name was written without vowels: none of its words has one."""
    words = [token for token in tokens if token not in PARTICLES and token not in _SERVANT]
    return len(words) > 1 and all(len(word) > 1 and not set(word) & set("aeiou") for word in words)


def regraded(first: Sequence[str], second: Sequence[str], likeness: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the likeness of the words of two names, one without vowels, by their consonants."""
    return [
        [max(value, _alike(mine, theirs)) for theirs, value in zip(second, values, strict=True)]
        for mine, values in zip(first, likeness, strict=True)
    ]


def consonants_alike(first: Texts, second: Texts) -> Matrix:
    """Return the likeness 0..1 that consonants (rows) may have to others at most."""
    found = np.asarray(cdist(first, second, scorer=OSA.normalized_similarity, dtype=np.float32), dtype=np.float32)
    return found * np.float32(_FACTOR)


@lru_cache(maxsize=65536)
def _alike(mine: str, theirs: str) -> float:
    """Return the likeness of two words; one or two consonants must be the same, and say less."""
    bones = skeleton(mine), skeleton(theirs)
    if not all(bones):
        return 0.0
    if min(map(len, bones)) < _FEW:
        return _FEW_FACTOR if bones[0] == bones[1] else 0.0
    return _FACTOR * float(OSA.normalized_similarity(*bones))
