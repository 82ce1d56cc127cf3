# SPDX-License-Identifier: Apache-2.0
"""What comparing names word by word can give at most, for many names at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, permutations
from operator import add
from typing import Any, Final

import numpy as np

from screening.align import Weighted
from screening.layout import Array
from screening.names import COUNTED, SIGNIFICANT, Prices
from screening.parameters import PARAMETERS
from screening.skeleton import vowelless
from screening.syllables import syllabic, syllables_only
from screening.vocabulary import Floats

MOST_PIECES: Final = 3
TOLERANCE: Final = 1e-4  # ceilings are computed in single precision
SYLLABIC: Final = 1
VOWELLESS: Final = 2
SINGLE: Final = 4
SYLLABLES: Final = 8  # may be compared with a syllabic name
_TOKEN: Final = PARAMETERS["token"]
_MINIMUM: Final = np.float32(_TOKEN["minimum"] - TOLERANCE)
_DOUBTFUL: Final = np.float32(_TOKEN["doubtful"])
_DOUBT: Final = np.float32(_TOKEN["doubt"])
_RISE: Final = np.float32(_TOKEN["doubt"] / (_TOKEN["minimum"] - _TOKEN["doubtful"]))
_SAME: Final = np.float32(1.0 - TOLERANCE)
_COMPARABLE: Final = np.float32(_TOKEN["comparable"])
_SURE: Final = np.float32(_TOKEN["sure"] - TOLERANCE)
_SLIP: Final = np.float32(_TOKEN["doubt_beside_sure"])
_TWO_WORDS: Final = np.float32(2 * SIGNIFICANT - TOLERANCE)
SLIP_LETTERS: Final = 3  # in longer words one letter is no doubt
_SLIP_LEAST: Final = np.float32(0.45)  # the likeness of "ab" and "ac"


def traits(name: Weighted, *, person: bool) -> int:
    """Return in bits what makes a name compared otherwise than by its letters alone."""
    found = SINGLE * (sum(weight >= COUNTED for weight in name.weights) < 2)
    if person:
        found |= SYLLABIC * syllabic(name.tokens) | SYLLABLES * any(syllables_only(name.tokens))
        found |= VOWELLESS * vowelless(name.tokens)
    return found


def by_syllables(mine: Array, theirs: Array) -> Array:
    """Return which pairs of names with these traits are compared by their syllables."""
    found: Array = ((mine & SYLLABIC) * (theirs & SYLLABLES) | (theirs & SYLLABIC) * (mine & SYLLABLES)) > 0
    return found


def neighbours(tokens: Sequence[str]) -> list[str]:
    """Return the neighbouring words of a name, two or three of them, written together."""
    sizes = range(2, MOST_PIECES + 1)
    found = (zip(*(tokens[at:] for at in range(size)), strict=False) for size in sizes)
    return [*map("".join, chain.from_iterable(found))]


def neighbours_or_any(tokens: Sequence[str]) -> list[str]:
    """Return the neighbouring words of a name, and any two of it in either order, written together."""
    return [*neighbours(tokens), *map("".join, permutations(tokens, 2))]


def shortest_run(lengths: Array, begins: Array) -> Array:
    """Return how many letters the shortest two neighbouring words have of names that begin at some places."""
    runs = lengths.astype(np.int64)
    runs[:-1] += lengths[1:]
    runs[begins[1:] - 1] = runs[-1] = np.iinfo(np.int64).max  # the last word of a name has none beside it
    found: Array = np.minimum.reduceat(runs, begins)
    return found


@dataclass(frozen=True)
class Asked:
    """The readings of one name.

    `dropped` says what weight a reading leaves out, `penalty` what it costs.
    """

    names: tuple[Weighted, ...]
    dropped: tuple[float, ...]
    penalty: tuple[float, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the different words of all readings."""
        return tuple(dict.fromkeys(chain.from_iterable(name.tokens for name in self.names)))

    @property
    def weights(self) -> tuple[float, float, float, float]:
        """Return the least weight of a reading, alone and with what it leaves out, the most of one and of a word."""
        weights = [sum(name.weights) for name in self.names]
        return min(weights), min(map(add, weights, self.dropped)), max(weights), self.heaviest

    @property
    def heaviest(self) -> float:
        """Return the weight of the weightiest word."""
        return max(max(name.weights) for name in self.names)

    @property
    def runs(self) -> list[str]:
        """Return the neighbouring words written together."""
        return list(dict.fromkeys(chain.from_iterable(neighbours(name.tokens) for name in self.names)))

    @cached_property
    def table(self) -> tuple[Floats, Floats]:
        """Return what each word (columns) weighs in each reading (rows), and how often it stands there."""
        place = {word: column for column, word in enumerate(self.words)}
        weights = np.zeros((len(self.names), len(place)), dtype=np.float32)
        counts = np.zeros_like(weights)
        for row, name in enumerate(self.names):
            for word, weight in zip(name.tokens, name.weights, strict=True):
                weights[row, place[word]] += weight
                counts[row, place[word]] += 1
        return weights, counts

    @property
    def even(self) -> Floats:
        """Return as a column what each word weighs in every reading that has it, 0 where not the same."""
        weights, _ = self.table
        most, least = weights.max(axis=0), np.where(weights > 0, weights, np.inf).min(axis=0)
        found: Floats = np.where(most == least, most, np.float32(0.0))[:, None]
        return found

    def traits(self, *, person: bool) -> Array:
        """Return the traits of each reading as a column."""
        return np.asarray([[traits(name, person=person)] for name in self.names], dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Listed:
    """Listed names: their words one after the other, and from where on those of each stand.

    `likeness` has a row for each word asked for, a column for each word; `short` tells the short ones.
    """

    totals: Array
    traits: Array
    firsts: Array
    weights: Array
    short: Array
    likeness: Floats

    def any(self, values: Array) -> Array:
        """Return which names have any word with a value."""
        found: Array = np.logical_or.reduceat(values, self.firsts)
        return found

    def summed(self, values: Array) -> Array:
        """Return the sums over the words of each name."""
        found: Array = np.add.reduceat(values, self.firsts, axis=-1)
        return found


@dataclass(frozen=True, slots=True)
class Shared:
    """What names share with a query: the weight of their words, how many of the query's these stand for.

    `several` tells where one word may stand for some, `single` where the name
    is one word, not of several of the query, and no reading of the query is.
    """

    weight: Array
    number: Array
    several: Array
    single: Array


class Bounds:
    """The ceilings under the rules of one kind."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._heaviest = max(float(rules[key]) for key in ("word", "number"))
        self._contradiction = float(rules["contradiction"])
        self._length = float(rules["contradiction_length"])
        self._sides = [Prices.of(rules, side) for side in ("extra", "omitted")]
        self._single = np.float32(rules["single_word"])
        self._gain = np.float32(rules.get("form_agrees", 0.0))

    def by_weight(self, asked: Array, totals: Array, shared: Shared) -> Floats:
        """Return the most that names can be worth by the words they share with a query.

        `asked` has the four values of `Asked.weights` in rows.
        """
        alone, whole, most, heaviest = asked
        held = np.minimum(heaviest * shared.number, whole)
        matched = np.minimum(np.minimum(heaviest * shared.number, most), shared.weight)
        matched = matched * np.where(shared.several, MOST_PIECES, 1.0)
        left, theirs = np.maximum(alone - held, 0.0), totals - shared.weight
        spared = np.where(matched >= _SURE, _SLIP, _DOUBT) * np.minimum(whole - held, theirs)
        share = self._share(matched, left, theirs, whole - held - left, spared, [side.middle for side in self._sides])
        found: Floats = share + self._gain
        return np.where(shared.single, found * self._single, found)

    def by_likeness(self, asked: Asked, mine: Array, listed: Listed, syllables: Array) -> Floats:
        """Return for each reading and name the most the pair can be worth, by how alike its words are.

        Words are paired where alike enough, one with one; no pair of words left over is spared more of
        a contradiction than the better of its two. `mine` are the traits of the readings, `syllables` tells which
        names are compared by them.
        """
        weights, counts = asked.table
        best = np.maximum.reduceat(listed.likeness, listed.firsts, axis=1)
        brief = listed.short & (listed.weights >= SIGNIFICANT)
        briefly = np.maximum.reduceat(listed.likeness * brief, listed.firsts, axis=1)
        short = np.asarray([[len(word) <= SLIP_LETTERS] for word in asked.words])
        paired, doubt, slip = _judged(best, short & (briefly >= _SLIP_LEAST))
        held, number, doubt, slip = weights @ paired, counts @ paired, weights @ doubt, weights @ slip
        covered = _covered(weights, self._heaviest * counts)
        covered = covered @ paired + (self._heaviest * counts - covered) @ (best >= _SAME)
        other = _best(weights, listed.likeness)
        theirs = _judged(other, brief & (other >= _SLIP_LEAST))
        weight, count = listed.summed(listed.weights * theirs[0]), listed.summed(theirs[0])
        matched = np.minimum(held, weight)
        uneven = listed.any(((listed.likeness >= _MINIMUM) & (asked.even != listed.weights)).any(axis=0))
        covers = np.where(other >= _SAME, asked.heaviest, _covered(listed.weights, asked.heaviest))
        left = weights.sum(axis=1, keepdims=True) - np.minimum(held, listed.summed(covers * theirs[0]))
        rest = listed.totals - np.minimum(weight, covered)
        sure = (matched >= _SURE) & ~syllables
        spared = _least(
            doubt + np.where(sure, slip, 0.0),
            listed.summed(listed.weights * theirs[1]) + np.where(sure, listed.summed(listed.weights * theirs[2]), 0.0),
            *(number, count),
            *(np.where(uneven, np.inf, _SLIP * (side - matched)) for side in (held, weight)),
        )
        dropped, penalty = (np.asarray(each, dtype=np.float32)[:, None] for each in (asked.dropped, asked.penalty))
        alone = self._prices(matched, syllables)
        share = self._share(matched, np.maximum(left, 0.0), np.maximum(rest, 0.0), dropped, spared, alone)
        share = share * _best(weights, best) + self._gain
        share = np.where((mine ^ listed.traits) & SINGLE, share * self._single, share)
        found: Floats = share - penalty
        return found

    def _prices(self, matched: Array, syllables: Array) -> list[Array]:
        """Return the least prices of words left over in the query alone and in the list alone.

        Between matched words they cost less: there must be two of these.
        """
        between = matched >= _TWO_WORDS
        plain = [np.where(between, side.middle, side.plain) for side in self._sides]
        return [np.where(syllables, side.syllable, price) for side, price in zip(self._sides, plain, strict=True)]

    def _share(
        self, matched: Array, left: Array, theirs: Array, dropped: Array, spared: Array, alone: Sequence[Array | float]
    ) -> Floats:
        """Return the share of the weight matched in it and what is lost for words left over on either side.

        `alone` are the prices of words left over in the query alone and in the list alone.
        """
        both = np.minimum(left + dropped, theirs)
        lost = np.maximum(both - spared, 0.0) * self._contradiction * np.maximum(matched, 1.0) ** self._length
        lost += np.maximum(left - both, 0.0) * alone[0] + (theirs - both) * alone[1]
        share: Floats = (matched / np.maximum(matched + lost, 1e-6)).astype(np.float32)
        return share


def _covered(weights: Array, most: Array | float) -> Array:
    """Return what words may cover of the other side, `most` at most: a particle covers little of a word."""
    found: Array = np.minimum(weights / _COMPARABLE, most)
    return found


def _best(weights: Floats, likeness: Floats) -> Floats:
    """Return the best likeness of any word of each reading."""
    found: Floats = np.zeros((len(weights), likeness.shape[1]), dtype=np.float32)
    for held, row in zip((weights > 0).T, likeness, strict=True):
        np.maximum(found, held[:, None] * row, out=found)
    return found


def _judged(likeness: Floats, slips: Array) -> tuple[Floats, Floats, Floats]:
    """Return which words are paired, what share of a contradiction the others are spared, and what more beside sure.

    `slips` tells the words that may differ in one letter from another short one that says something.
    """
    paired = likeness >= _MINIMUM
    doubt = np.minimum(np.maximum((likeness - _DOUBTFUL) * _RISE, np.float32(0.0)), _DOUBT)
    doubt[paired] = 0.0
    slip = np.maximum(_SLIP - doubt, np.float32(0.0)) * (slips & ~paired)
    return paired.astype(np.float32), doubt, slip


def _least(mine: Array, theirs: Array, number: Array, count: Array, mine_more: Array, theirs_more: Array) -> Array:
    """Return the most that pairs of words left over are spared.

    Each has a word that is alike enough to none, of this side or of that, which is spared `mine` or `theirs`; the
    other word is such a one as well or one of those, of their weight `mine_more` or `theirs_more`, that are more
    than can be paired. Where one side has one word that is paired, all have a word of that side that is not.
    """
    both = np.minimum(mine + np.minimum(theirs, mine_more), theirs + np.minimum(mine, theirs_more))
    both = np.minimum(both, np.where(number > 1, np.inf, mine))
    least: Array = np.minimum(both, np.where(count > 1, np.inf, theirs))
    return least
