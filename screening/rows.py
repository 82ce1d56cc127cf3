# SPDX-License-Identifier: Apache-2.0
"""Rows of values of different lengths, one behind the other in an array."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from screening.layout import Array


@dataclass(frozen=True, slots=True)
class Rows:
    """Row r is `values[starts[r]:starts[r + 1]]`."""

    starts: Array
    values: Array

    @classmethod
    def joined(cls, parts: Sequence[Array]) -> Self:
        """Return some arrays as rows."""
        return cls(ends([*map(len, parts)]), np.concatenate(parts) if parts else np.zeros(0, np.int32))

    @classmethod
    def of(cls, parts: Sequence[Sequence[Any]], dtype: type[np.generic] = np.int32) -> Self:
        """Return some sequences of numbers as rows."""
        starts = ends([*map(len, parts)])
        return cls(starts, np.fromiter(chain.from_iterable(parts), dtype, count=int(starts[-1])))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def part(self, first: int, last: int) -> Self:
        """Return the rows from `first` to before `last`, without copying their values."""
        return type(self)(self.starts[first : last + 1], self.values)

    def row(self, row: int) -> Array:
        """Return the values of one row."""
        found: Array = self.values[self.starts[row] : self.starts[row + 1]]
        return found

    def flat(self) -> tuple[Array, Array]:
        """Return the row of each value, and the values."""
        sizes = self.starts[1:] - self.starts[:-1]
        return np.arange(len(sizes)).repeat(sizes), self.values[self.starts[0] : self.starts[-1]]

    def places(self, rows: Array) -> tuple[Array, Array]:
        """Return where the values of some rows stand in `values`, and for which of these each is."""
        return spread(self.starts[rows], self.starts[rows + 1])


def ends(lengths: Sequence[int] | Array) -> npt.NDArray[np.int64]:
    """Return where each of some stretches begins, and where the last one ends."""
    found = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.add.accumulate(lengths, out=found[1:])
    return found


def spread(begins: Array, stops: Array) -> tuple[Array, Array]:
    """Return the positions inside some stretches one after the other, and which stretch each is of."""
    sizes = stops - begins
    which = np.arange(len(sizes)).repeat(sizes)
    return np.arange(len(which)) + (begins - sizes.cumsum() + sizes)[which], which


def starts(ordered: Array) -> Array:
    """Return where each stretch of equal values begins."""
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new.nonzero()[0]


def by_group(join: np.ufunc, values: Array, firsts: Array) -> Array:
    """Return what the values of each group come to, the groups beginning at `firsts`."""
    found: Array = join.reduceat(values, firsts) if len(firsts) else values
    return found


def among(values: Array, wanted: Array) -> npt.NDArray[np.bool_]:
    """Return which values are some of the wanted ones, in whatever order these are."""
    ordered = np.sort(wanted)
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    found: npt.NDArray[np.bool_] = ordered.take(ordered.searchsorted(values), mode="clip") == values
    return found
