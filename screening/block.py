# SPDX-License-Identifier: Apache-2.0
"""Candidates: the names whose words can make up enough of the words of a query.

All names are judged at once in arrays by a ceiling: what comparing two names word by word can give
at most. Only names above the wanted value go on to that comparison.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

import numpy as np

from screening.align import Weighted
from screening.layout import Array
from screening.parameters import PARAMETERS
from screening.vocabulary import VOCABULARY_ARRAYS, Floats, Ints, Near, Vocabulary, build_vocabulary, ends, spread

_JOINED: Final = float(PARAMETERS["token"]["joined_minimum"])
_DOUBT: Final = float(PARAMETERS["token"]["doubt"])
_DOUBT_BESIDE_SURE: Final = float(PARAMETERS["token"]["doubt_beside_sure"])
_SURE: Final = float(PARAMETERS["token"]["sure"])
_CANDIDATES: Final = int(PARAMETERS["blocking"]["candidates"])
_REMEMBERED: Final = int(PARAMETERS["blocking"]["remembered"])
_SPLIT: Final = float(PARAMETERS["blocking"]["split"])
_MOST_PIECES: Final = 3
_COUNT: Final = 1024.0  # above the weight of any name: a sum of weights and a count share a number

NAME_ARRAYS: Final = (*VOCABULARY_ARRAYS, "word_starts", "word_names", "word_weights", "totals", "heaviest")

Bonus = Callable[[Array], Floats]


@dataclass(frozen=True, slots=True)
class Asked:
    """The readings of one name: `weights` has a row for each reading, a column for each word.

    `counts` says how often a word stands in a reading, `dropped` what weight a reading leaves out,
    `penalty` what it costs; `runs` are neighbouring words, which may be written together.
    """

    words: tuple[str, ...]
    weights: Floats
    counts: Floats
    dropped: Floats
    penalty: Floats
    runs: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, names: Sequence[Weighted], dropped: Sequence[float], penalty: Sequence[float]) -> Self:
        """Return what to ask for the readings of a name."""
        words = {word: place for place, word in enumerate(dict.fromkeys(w for name in names for w in name.tokens))}
        weights = np.zeros((len(names), len(words)), dtype=np.float32)
        counts = np.zeros_like(weights)
        runs: dict[tuple[str, ...], None] = {}
        for row, name in enumerate(names):
            for word, weight in zip(name.tokens, name.weights, strict=True):
                weights[row, words[word]] += weight
                counts[row, words[word]] += 1
            for size in range(2, _MOST_PIECES + 1):
                runs |= dict.fromkeys(zip(*(name.tokens[start:] for start in range(size)), strict=False))
        lost, costs = (np.asarray(values, dtype=np.float32)[:, None] for values in (dropped, penalty))
        return cls(tuple(words), weights, counts, lost, costs, tuple(runs))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Names by position, the most promising first; `ceilings` has a row for each reading."""

    names: Ints
    ceilings: Floats


@dataclass(slots=True)
class _Met:
    """Which of the words asked for the names hold: one element for each of `names`.

    `weight` and `number` are those of the words of a name that may be paired, `alike` is `weight`
    times likeness; `held` has a row for each word asked for. `stretch` and `split` tell names one
    word of which may stand for several asked for, and the other way round.
    """

    names: Array
    weight: Floats
    number: Floats
    alike: Floats
    held: Floats
    stretch: Floats
    split: Floats


class Names:
    """Weighted names of one kind by their words, in arrays that may lie in mapped files.

    The names with word w are `word_names[word_starts[w]:word_starts[w + 1]]`, `word_weights` the
    weights it has in them; `totals` is the weight of each name, `heaviest` that of the weightiest
    word. `rules` are the parameters of the kind.
    """

    def __init__(self, arrays: Mapping[str, Array], rules: Mapping[str, Any]) -> None:
        self._vocabulary = Vocabulary(arrays)
        self._starts = arrays["word_starts"]
        self._names = arrays["word_names"]
        self._weights = arrays["word_weights"]
        self._totals = arrays["totals"]
        self._heaviest = float(arrays["heaviest"][0])
        self._rules = rules
        self._in_pieces = lru_cache(maxsize=_REMEMBERED)(self._pieces)

    def __len__(self) -> int:
        return len(self._totals)

    def candidates(self, asked: Asked, least: float, bonus: Bonus, most: int = _CANDIDATES) -> Candidates:
        """Return the names that may be worth `least` (0..1), at most `most` of them.

        `bonus` gives for some names by position what their facts may add.
        """
        met = self._met(asked)
        ceilings, guesses = self._judge(asked, met)
        added = bonus(met.names)
        kept = np.flatnonzero(ceilings.max(axis=0, initial=0.0) + added >= least - 1e-4)
        guess = guesses[:, kept].max(axis=0, initial=0.0) + added[kept]
        best = kept[np.argsort(-guess, kind="stable")[:most]]
        return Candidates(met.names[best].astype(np.int32), ceilings[:, best])

    def _met(self, asked: Asked) -> _Met:
        near = [self._vocabulary.near(word) for word in asked.words]
        together = self._together(asked, near)
        words = np.unique(
            np.concatenate([*(each.words for each in near), np.asarray(list(set().union(*together)), int)])
        )
        likeness = np.zeros((len(near), len(words)), dtype=np.float32)
        several = np.ones(len(words), dtype=np.float32)
        for row, each in enumerate(near):
            likeness[row, np.searchsorted(words, each.words)] = each.likeness
            if together[row]:
                columns = np.searchsorted(words, list(together[row]))
                likeness[row, columns] = 1.0
                several[columns] = _MOST_PIECES
        return self._gather(near, words, likeness, several)

    def _together(self, asked: Asked, near: Sequence[Near]) -> list[set[int]]:
        """Return for each word asked for those that it forms with its neighbours, by position."""
        found: list[set[int]] = [set() for _ in near]
        place = {word: row for row, word in enumerate(asked.words)}
        texts = ["".join(run) for run in asked.runs]
        wholes = np.unique(np.concatenate([each.wholes for each in near]))
        if not texts or not len(wholes):
            return found
        rows, columns = np.nonzero(self._vocabulary.alike(texts, wholes) >= _JOINED)
        for row, word in zip(rows.tolist(), wholes[columns].tolist(), strict=True):
            for part in asked.runs[row]:
                found[place[part]].add(word)
        return found

    def _postings(self, words: Array) -> tuple[Array, Floats, Array]:
        """Return the names that hold some words, with the weights, and which of the words it is."""
        places, which = spread(self._starts[words], self._starts[words + 1])
        return self._names[places], self._weights[places], which

    def _gather(self, near: Sequence[Near], words: Array, likeness: Floats, several: Floats) -> _Met:
        names, weights, which = self._postings(words)
        pieces = [self._in_pieces(each.text) for each in near]
        everyone = np.concatenate([names, *(part for part, _ in pieces)])
        extra = np.concatenate([part for _, part in pieces])
        counted = np.concatenate([weights + _COUNT * several[which], extra + _COUNT])
        sums = np.bincount(everyone, weights=counted, minlength=len(self))
        alike = np.concatenate([weights * likeness.max(axis=0)[which], extra])
        alike = np.bincount(everyone, weights=alike, minlength=len(self))
        found = np.flatnonzero(sums > 0)
        number = np.floor(sums[found] / _COUNT)
        position = np.empty(len(self), dtype=np.int32)
        position[found] = np.arange(len(found), dtype=np.int32)
        held = np.zeros((len(near), len(found)), dtype=np.float32)
        split = np.zeros_like(held)
        for row, (part, _) in enumerate(pieces):
            held[row, position[names[likeness[row, which] > 0]]] = 1.0
            held[row, position[part]] = split[row, position[part]] = 1.0
        stretch = np.ones(len(found), dtype=np.float32)
        stretch[position[names[several[which] > 1]]] = _MOST_PIECES
        weight = sums[found] - number * _COUNT
        return _Met(found, *(_floats(each) for each in (weight, number, alike[found], held, stretch, split)))

    def _pieces(self, word: str) -> tuple[Array, Floats]:
        """Return the names that may hold a word in pieces, with the weight of the pieces."""
        near = self._vocabulary.near(word)
        names, weights, which = self._postings(near.pieces)
        order = np.argsort(names, kind="stable")
        first = np.flatnonzero(np.diff(names[order], prepend=-1))
        if not len(first):
            return names, weights
        shares = np.add.reduceat(self._vocabulary.lengths(near.pieces)[which][order], first) / len(word)
        enough = (np.diff(first, append=len(names)) > 1) & (shares >= _SPLIT)
        return names[order][first][enough], np.add.reduceat(weights[order], first)[enough]

    def _judge(self, asked: Asked, met: _Met) -> tuple[Floats, Floats]:
        """Return for each reading and name the most the pair can be worth, and a guess of it."""
        rules = self._rules
        whole = asked.weights.sum(axis=1, keepdims=True)
        heaviest = (asked.weights / np.maximum(asked.counts, 1.0)).max(axis=1, keepdims=True, initial=0.0)
        totals = self._totals[met.names]
        held = asked.weights @ met.held
        number = asked.counts @ (met.held + (_MOST_PIECES - 1) * met.split)
        matched = np.minimum(
            held * (1.0 + (_MOST_PIECES - 1) * met.split.max(axis=0, initial=0.0)), met.weight * met.stretch
        )
        left = whole - np.minimum(held, heaviest * met.number)
        theirs = totals - np.minimum(met.weight, self._heaviest * number)
        both = np.minimum(np.maximum(left, 0.0) + asked.dropped, theirs)
        alone = np.maximum(left - both, 0.0) * min(rules["extra"], rules.get("extra_middle", rules["extra"]))
        alone += (theirs - both) * min(rules["omitted"], rules.get("omitted_middle", rules["omitted"]))
        contradicted = (
            both * rules["contradiction"] * np.maximum(matched, 1.0) ** rules.get("contradiction_length", 0.0)
        )
        gain = rules.get("form_agrees", 0.0) - asked.penalty
        spared = np.where(matched >= _SURE, _DOUBT_BESIDE_SURE, _DOUBT)
        ceilings = _share(matched, alone + (1.0 - spared) * contradicted) + gain
        guesses = _share(matched, alone + contradicted) * (met.alike / np.maximum(met.weight, 1e-6)) + gain
        return ceilings, guesses


def _floats(values: Array) -> Floats:
    return values.astype(np.float32, copy=False)


def _share(matched: Floats, lost: Floats) -> Floats:
    found: Floats = matched / np.maximum(matched + lost, 1e-6)
    return found


def build_names(names: Sequence[Weighted]) -> dict[str, Array]:
    """Return the arrays of weighted names, by position."""
    words = sorted({word for name in names for word in name.tokens})
    number = {word: place for place, word in enumerate(words)}
    sizes = np.fromiter((len(name.tokens) for name in names), dtype=np.int64, count=len(names))
    total = int(sizes.sum())
    of = np.fromiter((number[word] for name in names for word in name.tokens), dtype=np.int32, count=total)
    weights = np.fromiter((weight for name in names for weight in name.weights), dtype=np.float32, count=total)
    owners = np.repeat(np.arange(len(names), dtype=np.int32), sizes)
    order = np.argsort(of, kind="stable")
    return {
        **build_vocabulary(words),
        "word_starts": ends(np.bincount(of, minlength=len(words))),
        "word_names": owners[order],
        "word_weights": weights[order],
        "totals": np.bincount(owners, weights=weights, minlength=len(names)).astype(np.float32),
        "heaviest": weights.max(keepdims=True, initial=0.0),
    }
