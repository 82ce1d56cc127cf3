# SPDX-License-Identifier: Apache-2.0
"""Many queries in arrays, to be looked up together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np

from screening.bounds import Asked
from screening.layout import Array
from screening.rows import Rows
from screening.spelling import bits, made_up


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that some queries have, each once: those of query q are `texts[n]` for n in row q."""

    texts: tuple[str, ...]
    rows: Rows
    lengths: Array

    @classmethod
    def made(cls, texts: tuple[str, ...], rows: Rows) -> Self:
        """Return texts with how many letters each has."""
        return cls(texts, rows, np.fromiter(map(len, texts), dtype=np.int32, count=len(texts)))

    @classmethod
    def of(cls, own: Sequence[Sequence[str]]) -> Self:
        """Return the texts of some queries."""
        distinct = tuple(dict.fromkeys(chain.from_iterable(own)))
        place = {text: number for number, text in enumerate(distinct)}
        return cls.made(distinct, Rows.of([[place[text] for text in texts] for texts in own]))

    def letters(self, chosen: Array) -> Array:
        """Return in bits which letters are in some of the texts."""
        found = np.zeros(len(self.texts), dtype=np.uint64)
        distinct = np.bincount(chosen).nonzero()[0]
        found[distinct] = [bits(self.texts[text]) for text in distinct.tolist()]
        return found[chosen]

    def part(self, first: int, last: int) -> Self:
        """Return those of the queries from `first` to before `last`."""
        return type(self)(self.texts, self.rows.part(first, last), self.lengths)


@dataclass(frozen=True, slots=True)
class Batch:
    """The different words of each query, its neighbouring words written together, and its `weights` as a column.

    `traits` has those of any reading, `made_up` for each of the texts written together the keys of what word it may be.
    """

    words: Texts
    runs: Texts
    made_up: Rows
    weights: Array
    traits: Array

    @classmethod
    def of(cls, asked: Sequence[Asked], *, person: bool) -> Self:
        """Return some queries as a batch."""
        traits = [np.bitwise_or.reduce(query.traits(person=person), axis=None) for query in asked]
        weights = np.asarray([query.weights for query in asked]).reshape(-1, 4).T
        words, runs = Texts.of([query.words for query in asked]), Texts.of([query.runs for query in asked])
        keys = Rows.of([*map(made_up, runs.texts)], np.int64)
        return cls(words, runs, keys, weights, np.asarray(traits, dtype=np.uint8))

    def part(self, first: int, last: int) -> Self:
        """Return the queries from `first` to before `last`, under the same texts."""
        parts = self.words.part(first, last), self.runs.part(first, last)
        return type(self)(*parts, self.made_up, self.weights[:, first:last], self.traits[first:last])
