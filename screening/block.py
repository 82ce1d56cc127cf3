# SPDX-License-Identifier: Apache-2.0
"""Candidates: the names whose words can make up enough of the words of a query.

All names are judged in arrays by ceilings, what comparing two names word by word can give at most:
first by how many words they share and what these weigh, for many queries at once; the few that
are left by how alike their words are. Only what stays above the wanted value goes on to that comparison.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

from screening.align import APART_LETTERS, Weighted
from screening.batch import Batch, Texts
from screening.bounds import (
    MOST_PIECES,
    SINGLE,
    SLIP_LETTERS,
    TOLERANCE,
    VOWELLESS,
    Asked,
    Bounds,
    Listed,
    Shared,
    by_syllables,
    neighbours,
    neighbours_or_any,
    shortest_run,
    traits,
)
from screening.candidates import Candidates, Met, Nearby, Pairs, Wanted
from screening.layout import Array
from screening.parameters import PARAMETERS
from screening.rows import Rows, among, by_group, ends, spread, starts
from screening.similarity import JOINED_EXACT, JOINED_LETTERS, JOINED_WRITTEN, SIX, number_likeness, written_together
from screening.spelling import Spelled
from screening.syllables import limits, spelt, spelt_together
from screening.vocabulary import VOCABULARY_ARRAYS, Floats, Near, Vocabulary, build_vocabulary

_SHOWN: Final = np.float32(PARAMETERS["threshold"]["shown"])
_REMEMBERED: Final = int(PARAMETERS["blocking"]["remembered"])
_COUNT: Final = 1024.0  # above the weight of any name: a sum of weights and a count share a number
_PAIRS: Final = 1 << 16  # of a query and a name, whose words are looked at together: megabytes of working memory
_NONE: Final = np.zeros(0, dtype=np.int64)
_NOTHING: Final = np.zeros(0)
_NOWHERE: Final = _NONE, _NOTHING
_Runs = tuple[Array, Array, Array]  # queries, texts written together, words of the vocabulary

NAME_ARRAYS: Final = (
    *VOCABULARY_ARRAYS,
    *("word_starts", "word_names", "word_weights"),
    *("name_starts", "name_words", "name_weights", "traits", "totals"),
)


class Names:
    """Weighted names of one kind by their words, in arrays that may lie in mapped files.

    The names with word w are `word_names[word_starts[w]:word_starts[w + 1]]`, `word_weights` the
    weights it has in them. The words of name n in order are `name_words[name_starts[n]:name_starts[n + 1]]`,
    with `name_weights`; `traits` tells which are not compared by their letters alone, `totals` is the
    weight of each. `rules` are the parameters of the kind.
    """

    def __init__(self, arrays: Mapping[str, Array], rules: Mapping[str, Any], *, person: bool) -> None:
        self._person = person
        self._vocabulary = Vocabulary(arrays)
        self._starts, self._names, self._weights = (arrays[f"word_{part}"] for part in ("starts", "names", "weights"))
        self._name_starts, self._words, self._word_weights = (
            arrays[f"name_{part}"] for part in ("starts", "words", "weights")
        )
        self._traits, self._totals = arrays["traits"], arrays["totals"]
        self._bounds = Bounds(rules)
        self._in_pieces = lru_cache(maxsize=_REMEMBERED)(self._pieces)

    def __len__(self) -> int:
        return len(self._totals)

    def candidates(self, asked: Sequence[Asked], wanted: Wanted) -> list[Candidates]:
        """Return for each query the names that may be worth what is wanted."""
        if not len(self):
            return [Candidates.nothing(len(query.names)) for query in asked]
        batch = Batch.of(asked, person=self._person)
        found = self.chosen(batch, self.near(batch.words.texts), asked.__getitem__, wanted)
        return [found.get(row) or Candidates.nothing(len(query.names)) for row, query in enumerate(asked)]

    def chosen(
        self, batch: Batch, near: Nearby, asked: Callable[[int], Asked], wanted: Wanted
    ) -> dict[int, Candidates]:
        """Return the candidates of those queries of a batch, by row, that meet any name.

        `near` is what is near the words of the batch, `asked` gives the readings of a row.
        """
        rows, met = self._met(batch, near, wanted)
        added = wanted.bonus(rows, met.names)
        kept = self._worth(batch, near, rows, met, added)
        firsts, own = starts(rows[kept]), batch.words.rows
        parts = zip(rows[kept][firsts].tolist(), np.split(kept, firsts)[1:], strict=True)
        return {
            row: self._closest(asked(row), near.of(own.row(row)), met[part], added[part], wanted.most)
            for row, part in parts
        }

    def _worth(self, batch: Batch, near: Nearby, rows: Array, met: Met, added: Floats) -> Array:
        """Return the places of the names met that may be worth what is wanted.

        Words may be alike that no key brings together (Jennifer, Jonnier). Of names that are worth less than wanted
        by the words met, but enough to be shown, those stay that have another word which may be so alike.
        """
        hope = met.ceilings + added + TOLERANCE
        kept = hope >= met.wanted
        less = np.flatnonzero(~kept & (hope >= _SHOWN))
        for first in range(0, len(less), _PAIRS):
            part = less[first : first + _PAIRS]
            kept[part] = self._alike_unmet(batch, near, rows[part], met.names[part])
        return kept.nonzero()[0]

    def _alike_unmet(self, batch: Batch, near: Nearby, rows: Array, names: Array) -> Array:
        """Return for pairs of a query and a name whether words of them may be alike that are not near each other."""
        found = np.zeros(len(rows), dtype=bool)
        places, of = batch.words.rows.places(rows)
        own = batch.words.rows.values[places].astype(np.int64)  # times the words: beyond 32 bits for many parties
        places, which = spread(self._name_starts[names[of]], self._name_starts[names[of] + 1])
        words, own, of = self._words[places], own[which], of[which]
        long = np.flatnonzero(np.maximum(near.lengths[0, own], self._vocabulary.lengths(words)) >= SIX)
        words, own, of = words[long], own[long], of[long]
        alike = np.flatnonzero(self._vocabulary.alike_enough(near.letters[:, own], near.lengths[:, own], words))
        words, own, of = words[alike], own[alike], of[alike]
        size, asked = len(self._vocabulary), np.sort(own)
        asked = asked[starts(asked)]
        places, which = near.words.places(asked)
        found[of[~among(own * size + words, asked[which] * size + near.words.values[places])]] = True
        return found

    def near(self, texts: Sequence[str]) -> Nearby:
        """Return what is near each of some words."""
        return self._nearby(self._vocabulary.near(texts))

    def look_up(self, words: Spelled) -> Nearby:
        """Return what is near each of some words that were made ready."""
        return self._nearby([*self._vocabulary.look_up(words)])

    def _nearby(self, found: Sequence[Near]) -> Nearby:
        pieces = [self._in_pieces(each.cuts) if each.cuts else _NOWHERE for each in found]
        return Nearby(
            np.asarray([each.letters for each in found], dtype=np.uint64).reshape(-1, 3).T,
            np.asarray([each.lengths for each in found], dtype=np.int64).reshape(-1, 3).T,
            Rows.joined([each.words for each in found]),
            np.concatenate([_NOTHING, *(each.likeness for each in found)]).astype(np.float32),
            Rows.joined([each.wholes for each in found]),
            Rows.joined([names for names, _ in pieces]),
            np.concatenate([_NOTHING, *(weights for _, weights in pieces)]),
        )

    def _closest(self, asked: Asked, near: Pairs, met: Met, added: Floats, most: int) -> Candidates:
        """Return those of the names met whose words are alike enough; `near` are the words near those asked for."""
        ceilings = self._judge(asked, near, met)
        hope = ceilings.max(axis=0) + added
        best = np.flatnonzero(hope >= met.wanted - TOLERANCE)
        # What single precision alone tells apart is as promising: in the order of the list.
        best = best[np.argsort(-hope[best].round(5), kind="stable")[:most]]
        return Candidates(met.names[best].astype(np.int32), ceilings[:, best])

    def _met(self, batch: Batch, near: Nearby, wanted: Wanted) -> tuple[Array, Met]:
        """Return the names that may be worth what each query (by row) wants, by the words they share."""
        keys, values, loose = self._postings(batch, near)
        order = keys.argsort()
        ordered = keys[order]
        firsts = starts(ordered)
        sums, several = by_group(np.add, values[order], firsts), by_group(np.logical_or, loose[order], firsts)
        rows, names = np.divmod(ordered[firsts], len(self))
        number, totals = np.floor(sums / _COUNT), self._totals[names]
        shared = Shared(
            weight=np.minimum(sums - number * _COUNT, totals),
            number=number,
            several=several,
            single=~several & (self._traits[names] & ~batch.traits[rows] & SINGLE > 0),
        )
        ceilings = self._bounds.by_weight(batch.weights.take(rows, axis=1), totals, shared)
        # Words may be alike that no key brings together: not yet by the score asked for.
        shown = np.minimum(wanted.least, _SHOWN)[rows]
        kept = np.flatnonzero(ceilings >= shown - wanted.hopes[rows] - TOLERANCE)
        rows, names = rows[kept], names[kept]
        least = np.where(self._by_letters(batch.traits[rows], self._traits[names]), wanted.least[rows], shown[kept])
        return rows, Met(names, ceilings[kept], several[kept], least)

    def _by_letters(self, mine: Array, theirs: Array) -> Array:
        """Return which pairs of a query and a name, by their traits, are worth no more than how alike their words are.

        Syllables, consonants and acronyms agree beyond that.
        """
        if not self._person:
            return np.zeros(len(mine), dtype=bool)
        found: Array = ~(by_syllables(mine, theirs) | ((mine | theirs) & VOWELLESS > 0))
        return found

    def _postings(self, batch: Batch, near: Nearby) -> tuple[Array, Array, Array]:
        """Return the places where names hold words that queries meet.

        A key is made of query and name, a value of the weight of the word and for how many of the
        query's words it may stand. Last comes where several words may stand for one.
        """
        queries, words, together = self._meeting(batch, near)
        places, which = spread(self._starts[words], self._starts[words + 1])
        keys = queries[which] * len(self) + self._names[places]
        values = self._weights[places] + _COUNT * np.where(together, MOST_PIECES, 1.0)[which]
        owners, own = batch.words.rows.flat()
        places, of = near.pieces.places(own)
        pieces = owners[of] * len(self) + near.pieces.values[places]
        return (
            np.concatenate([keys, pieces]),
            np.concatenate([values, near.weights[places] + _COUNT]),
            np.concatenate([together[which], np.ones(len(pieces), dtype=bool)]),
        )

    def _meeting(self, batch: Batch, near: Nearby) -> tuple[Array, Array, Array]:
        """Return the words that queries meet, once for each, and whether they stand for several of its words."""
        owners, own = batch.words.rows.flat()
        places, which = near.words.places(own)
        queries, wholes = self._together(batch, near)
        size = len(self._vocabulary)
        keys = np.concatenate([owners[which] * size + near.words.values[places], queries * size + wholes])
        together = np.zeros(len(keys), dtype=bool)
        together[len(places) :] = True
        order = keys.argsort()
        ordered = keys[order]
        firsts = starts(ordered)
        queries, words = np.divmod(ordered[firsts], size)
        return queries, words, by_group(np.logical_or, together[order], firsts)

    def _together(self, batch: Batch, near: Nearby) -> tuple[Array, Array]:
        """Return the queries whose neighbouring words form a word together, and the word."""
        queries, runs, wholes = (
            np.concatenate(sides) for sides in zip(self._looked_up(batch), self._by_pieces(batch, near), strict=True)
        )
        for fitting in (self._as_long, self._written_alike):
            fit = fitting(batch.runs, runs, wholes).nonzero()[0]
            if not len(fit):
                return _NONE, _NONE
            runs, wholes, queries = runs[fit], wholes[fit], queries[fit]
        texts = [batch.runs.texts[run] for run in runs.tolist()]
        formed = written_together(texts, self._vocabulary.written(wholes))
        return queries[formed], wholes[formed]

    def _looked_up(self, batch: Batch) -> _Runs:
        """Return the queries, their neighbouring words written together, and the words which these may be by a key."""
        queries, runs = batch.runs.rows.flat()
        places, which = batch.made_up.places(runs)
        held, words = self._vocabulary.under(batch.made_up.values[places])
        which = which[held]
        return queries[which], runs[which], words

    def _by_pieces(self, batch: Batch, near: Nearby) -> _Runs:
        """Return the same with the words of which a word of the query may be a piece."""
        owners, own = batch.words.rows.flat()
        places, which = near.wholes.places(own)
        wholes, of = near.wholes.values[places], owners[which]
        places, which = batch.runs.rows.places(of)
        return of[which], batch.runs.rows.values[places], wholes[which]

    def _as_long(self, runs: Texts, chosen: Array, words: Array) -> Array:
        """Return which of some runs have nearly as many letters as the word in their place."""
        found: Array = np.abs(runs.lengths[chosen] - self._vocabulary.lengths(words)) <= JOINED_LETTERS
        return found

    def _written_alike(self, runs: Texts, chosen: Array, words: Array) -> Array:
        """Return which of some runs may be written like the word in their place, by how few letters differ."""
        letters = runs.letters(chosen)
        return self._vocabulary.written_alike(JOINED_WRITTEN, letters, runs.lengths[chosen], words)

    def _pieces(self, cuts: tuple[tuple[int, ...], ...]) -> tuple[Array, Array]:
        """Return the names that hold a word cut in one of some ways, with the weight of the pieces."""
        parts = [self._holding(cut) for cut in cuts]
        return np.concatenate([names for names, _ in parts]), np.concatenate([weights for _, weights in parts])

    def _holding(self, words: Sequence[int]) -> tuple[Array, Array]:
        """Return the names that hold all of some words, with the weight these have in them."""
        own = [slice(*self._starts[word : word + 2].tolist()) for word in words]
        first, *others = sorted(own, key=lambda part: part.stop - part.start)
        names = self._names[first]
        for part in others:
            names = names[self._names[part].take(self._names[part].searchsorted(names), mode="clip") == names]
            if not len(names):
                return _NOWHERE
        places = [part.start + self._names[part].searchsorted(names) for part in own]
        return names, sum((self._weights[place] for place in places), np.zeros(len(names)))

    def _judge(self, asked: Asked, near: Pairs, met: Met) -> Floats:
        """Return for each reading and name the most the pair can be worth."""
        begins, stops = self._name_starts[met.names], self._name_starts[met.names + 1]
        places, _ = spread(begins, stops)
        words, of = np.unique(self._words[places], return_inverse=True)
        mine, theirs = asked.traits(person=self._person), self._traits[met.names]
        without = _without_vowels(asked, mine), np.repeat((theirs & VOWELLESS) > 0, stops - begins)
        likeness = self._likeness(asked.words, near, words, of, without)
        syllables = by_syllables(mine, theirs)
        firsts = np.cumsum(stops - begins) - (stops - begins)
        certain = self._one_by_one(asked, words, of, firsts, np.flatnonzero(syllables.all(axis=0)))
        self._regrade(asked, words, of, np.repeat(certain, stops - begins), likeness)
        listed = Listed(
            self._totals[met.names],
            theirs,
            firsts,
            self._word_weights[places],
            (self._vocabulary.lengths(words) <= SLIP_LETTERS)[of],
            likeness,
        )
        ceilings = self._bounds.by_likeness(asked, mine, listed, certain)
        loose = met.loose | (syllables & ~certain)
        penalty = np.asarray(asked.penalty, dtype=np.float32)[:, None]
        found: Floats = np.where(loose, met.ceilings - penalty, ceilings)
        return found

    def _one_by_one(self, asked: Asked, words: Array, of: Array, begins: Array, names: Array) -> Array:
        """Return which of some `names` are sure to be paired word by word with a query, no syllables being joined.

        The names have the `words` that `of` tells, each from one of `begins` on.
        """
        found = np.zeros(len(begins), dtype=bool)
        if not len(names):
            return found
        lengths, longest = self._vocabulary.lengths(words), max(map(len, asked.words))
        found[names] = ~np.logical_or.reduceat(self._together_of(asked.runs, words, lengths)[of], begins)[names]
        brief = shortest_run(lengths[of], begins) <= longest + JOINED_LETTERS
        unsure = np.flatnonzero(found & (brief | (longest >= APART_LETTERS))).tolist()
        written = neighbours_or_any if longest >= APART_LETTERS else neighbours
        apart, bounds = frozenset().union(*map(spelt, asked.words)), [*begins.tolist(), len(of)]
        for name in unsure:
            runs = written(self._vocabulary.texts(words[of[bounds[name] : bounds[name + 1]]]))
            found[name] = all(map(apart.isdisjoint, map(spelt_together, runs)))
        return found

    def _together_of(self, runs: Sequence[str], words: Array, lengths: Array) -> Array:
        """Return which words, of so many letters, may be one of `runs` of syllables, written together."""
        together = frozenset().union(*map(spelt_together, runs))
        apart = range(-JOINED_LETTERS, JOINED_LETTERS + 1)
        sizes = {len(run) + more for run in runs for more in (apart if len(run) >= JOINED_EXACT else (0,))}
        found = among(lengths, np.asarray([*sizes]))
        found[found] = [not together.isdisjoint(spelt(text)) for text in self._vocabulary.texts(words[found])]
        return found

    def _regrade(self, asked: Asked, words: Array, of: Array, places: Array, likeness: Floats) -> None:
        """Set the likeness of words at the places that are compared by their syllables."""
        if places.any():
            distinct, which = np.unique(of[places], return_inverse=True)
            bounds = np.asarray(limits(asked.words, self._vocabulary.texts(words[distinct])), dtype=np.float32)
            least, most = bounds[:, which, 0], bounds[:, which, 1]
            likeness[:, places] = np.minimum(np.maximum(likeness[:, places], least), most)

    def _likeness(
        self, mine: Sequence[str], near: Pairs, theirs: Array, of: Array, without_vowels: tuple[Array, Array]
    ) -> Floats:
        """Return the most that words (rows) may be alike to words of the vocabulary, these as `of` repeats them."""
        found = self._vocabulary.alike(mine, theirs)
        rows, words, likeness = near
        places = np.minimum(theirs.searchsorted(words), len(theirs) - 1)
        same = theirs[places] == words
        np.maximum.at(found, (rows[same], places[same]), likeness[same])
        for row, word in enumerate(mine):
            if word.isdigit():
                found[row] = [number_likeness(word, text) for text in self._vocabulary.texts(theirs)]
        found = found[:, of]
        bare, columns = without_vowels
        if bare.any() or columns.any():
            raised = self._vocabulary.alike_without_vowels(mine, theirs)[:, of]
            np.maximum(found, raised, out=found, where=bare | columns)
        return found


def _without_vowels(asked: Asked, mine: Array) -> Array:
    """Return as a column which words stand in a reading written without vowels."""
    bare = [set(name.tokens) for name, own in zip(asked.names, mine[:, 0].tolist(), strict=True) if own & VOWELLESS]
    return np.asarray([[any(word in name for name in bare)] for word in asked.words])


def build_names(names: Sequence[Weighted], *, person: bool) -> dict[str, Array]:
    """Return the arrays of weighted names of persons or organisations, by position."""
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
        "name_starts": ends(sizes),
        "name_words": of,
        "name_weights": weights,
        "traits": np.fromiter((traits(n, person=person) for n in names), dtype=np.uint8, count=len(names)),
        "totals": np.bincount(owners, weights=weights, minlength=len(names)).astype(np.float32),
    }
