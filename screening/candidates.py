# SPDX-License-Identifier: Apache-2.0
"""What is wanted of the names of a list, and what is known of them on the way to the candidates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from screening.layout import Array
from screening.parameters import PARAMETERS
from screening.rows import Rows
from screening.vocabulary import Floats, Ints

CANDIDATES: Final = int(PARAMETERS["blocking"]["candidates"])

Bonus = Callable[[Array, Array], Floats]
Pairs = tuple[Array, Array, Floats]  # words asked for by row, words of the vocabulary, how alike they are at most


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for with some queries, by row: the least that a name is to be worth (0..1).

    `hopes` has what facts may add to any name, `bonus` gives for pairs of a query and a name, both by position,
    what those of the name may add. No more than `most` names are answered for each.
    """

    least: Floats
    hopes: Floats
    bonus: Bonus
    most: int = CANDIDATES


@dataclass(frozen=True, slots=True)
class Candidates:
    """Names by position, the most promising first; `ceilings` has a row for each reading."""

    names: Ints
    ceilings: Floats

    @classmethod
    def nothing(cls, readings: int) -> Self:
        """Return what is found where nothing is."""
        return cls(np.zeros(0, dtype=np.int32), np.zeros((readings, 0), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Met:
    """Names that share words with a query; where several words may stand for one, `loose` is set.

    `wanted` is what each is to be worth.
    """

    names: Array
    ceilings: Floats
    loose: Array
    wanted: Floats

    def __getitem__(self, places: Array) -> "Met":
        return Met(*(each[places] for each in (self.names, self.ceilings, self.loose, self.wanted)))


@dataclass(frozen=True, slots=True)
class Nearby:
    """What is near some words, each a row.

    `words` may stand for it, `likeness` is how alike they are at most; of `wholes` it may be a piece. `pieces` are
    the names that hold it in pieces, `weights` what the pieces weigh in them. `letters` and `lengths` tell of its
    own readings, as columns.
    """

    letters: Array
    lengths: Array
    words: Rows
    likeness: Floats
    wholes: Rows
    pieces: Rows
    weights: Array

    def of(self, words: Array) -> tuple[Array, Array, Floats]:
        """Return for some of the words, by row, the words near them and how alike these are at most."""
        places, rows = self.words.places(words)
        return rows, self.words.values[places], self.likeness[places]
