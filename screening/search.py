# SPDX-License-Identifier: Apache-2.0
"""A query against an index: forms, candidates, names, facts, designees, in that order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from screening.bounds import Asked
from screening.candidates import CANDIDATES, Bonus, Candidates, Wanted
from screening.ceiling import facts_ceiling, facts_hope, facts_told
from screening.facts import Facts, compare_facts, compare_order, facts_of_entry, facts_of_query
from screening.forms import Form, expand
from screening.layout import Array
from screening.models import Entry
from screening.names import PERSON, NameScore, PreparedName, compare_names
from screening.parameters import PARAMETERS
from screening.results import Hit, Query
from screening.rows import among
from screening.score import SHOWN, Scored, contributions, name_value, score
from screening.similarity import matrix
from screening.stored import KINDS, Stored
from screening.vocabulary import Floats

_FACTS: Final = PARAMETERS["facts"]
# No fact but a number can lift a name by more than this.
_MOST_FACTS: Final = float(_FACTS["birth_exact"] + _FACTS["nationality_same"] + _FACTS["identifier_short"])
_TOLERANCE: Final = 1e-4  # ceilings are computed in single precision
_EQUAL: Final = 1e-9
_NAMES_OF_ONE: Final = 20  # a designee has up to some dozen names
_TOGETHER: Final = 256  # queries whose candidates are looked for at once: megabytes of working memory
_BIRTH_NATS: Final = 10.0  # a birth date tells one of some 25,000 days
_NUMBER_NATS: Final = 14.0


@dataclass(frozen=True, slots=True)
class _Named:
    """The best form of the query for one name of the lists."""

    form: Form
    listed: PreparedName
    name: NameScore


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry with the name that matched it and its score."""

    number: int
    position: int
    entry: Entry
    scored: Scored

    @property
    def rank(self) -> tuple[float, float, int]:
        """Return what the names of an entry are ranked by; of equal ones the list's first one counts."""
        return self.scored.score, self.scored.name.value, -self.position

    @property
    def spelling(self) -> str:
        """Return the name that matched, or the one the entry goes by where a number did."""
        return self.entry.names[self.position].text if self.position >= 0 else self.entry.display_name


def search_many(stored: Stored, queries: Sequence[Query], limit: int, least: float = SHOWN) -> list[tuple[Hit, ...]]:
    """Return for each query the designees that it may be, best first, at most `limit` that score `least`."""
    found: list[tuple[Hit, ...]] = [()] * len(queries)
    for kind in KINDS:
        places = [place for place, query in enumerate(queries) if query.type == kind]
        for start in range(0, len(places), _TOGETHER):
            part = places[start : start + _TOGETHER]
            for place, hits in _answers(stored, kind, {place: queries[place] for place in part}, limit, least):
                found[place] = hits
    return found


def _answers(
    stored: Stored, kind: str, queries: Mapping[int, Query], limit: int, least: float
) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    """Yield what is found for queries of one kind, under their keys; of the others nothing is."""
    readings = ((place, query, expand(query)) for place, query in queries.items())
    parties = {place: _Party(stored, query, forms, least) for place, query, forms in readings if forms}
    chosen = candidates(stored, kind, list(parties.values()))
    for (place, party), names in zip(parties.items(), chosen, strict=True):
        if len(names.names) or party.numbers:
            yield place, _hits(stored, party.found(names), limit, least)


def nearest(stored: Stored, query: Query, limit: int) -> list[tuple[str, ...]]:
    """Return the references of the designees that would be compared first, the most promising first."""
    forms = expand(query)
    if not forms:
        return []
    most = limit * _NAMES_OF_ONE
    (chosen,) = candidates(stored, query.type, [_Party(stored, query, forms, 0.0)], most)
    entries = (entry for name in chosen.names.tolist() for entry, _ in stored.places(query.type, name))
    found = dict.fromkeys(stored.designee(entry) for entry in entries)
    return [tuple(stored.members(designee)) for designee in list(found)[:limit]]


def candidates(stored: Stored, kind: str, parties: Sequence["_Party"], most: int = CANDIDATES) -> list[Candidates]:
    """Return the listed names worth comparing with each party word by word: those that may score its `least`."""
    if not parties:
        return []
    hopes = np.asarray([party.hope for party in parties], dtype=np.float32)
    told = np.asarray([party.told for party in parties], dtype=np.int16)
    numbers = {row: party.numbers for row, party in enumerate(parties) if party.numbers}
    least = np.asarray([party.least for party in parties], dtype=np.float32)
    wanted = Wanted(least, hopes, facts_bonus(stored, kind, hopes, told, numbers), most)
    return stored.names[kind].candidates([party.asked for party in parties], wanted)


def facts_bonus(stored: Stored, kind: str, hopes: Floats, told: Array, numbers: Mapping[int, Sequence[int]]) -> Bonus:
    """Return what the facts of names may add at most to what queries, by row, share with them.

    `hopes` and `told` are what `facts_hope` and `facts_told` give for each query, `numbers` the entries that have
    a number of it.
    """

    def bonus(rows: Array, names: Array) -> Floats:
        if not hopes.any() or not len(names):
            return np.zeros(len(names), dtype=np.float32)
        entries, firsts, which = stored.entries_of(kind, names)
        points = facts_ceiling(told[rows[which]], stored.told(entries), person=kind == PERSON)
        for row, own in numbers.items():
            points[(rows[which] == row) & among(entries, np.asarray(own))] = _MOST_FACTS
        found: Floats = np.maximum.reduceat(points, firsts)
        return found

    return bonus


def asked_of(forms: Sequence[Form]) -> Asked:
    """Return what to ask for some readings of one name."""
    names, dropped, penalty = zip(*((form.name.words, form.dropped, form.penalty) for form in forms), strict=True)
    return Asked(names, dropped, penalty)


def told_of(facts: Facts, kind: str) -> tuple[int, ...]:
    """Return what the facts of a party tell, as an index keeps it of its entries."""
    return facts_told(facts.births, facts.nationalities if kind == PERSON else facts.countries)


class _Party:
    """A query with its readings, and what is found for it."""

    def __init__(self, stored: Stored, query: Query, forms: Sequence[Form], least: float) -> None:
        self._stored, self._query, self.forms, self._least = stored, query, forms, least
        self._person = query.type == PERSON

    @cached_property
    def facts(self) -> Facts:
        """Return the facts of the query."""
        return facts_of_query(self._query)

    @cached_property
    def numbers(self) -> list[int]:
        """Return the entries that have a number of the query, in order."""
        if not self._query.identifiers:
            return []
        return sorted({number for key in self.facts.numbers for number in self._stored.find("number", key)})

    @property
    def least(self) -> float:
        """Return the least score that is looked for; what a number lifts is told by whatever name is shown."""
        return min(self._least, SHOWN) if self.numbers else self._least

    @cached_property
    def asked(self) -> Asked:
        """Return what to ask for the readings."""
        return asked_of(self.forms)

    @cached_property
    def hope(self) -> float:
        """Return what facts may add to any name at most."""
        return _MOST_FACTS if self.numbers else facts_hope(self._query)

    @cached_property
    def told(self) -> tuple[int, ...]:
        """Return what the facts tell, as an index keeps it of its entries."""
        return told_of(self.facts, self._query.type)

    def hope_of_entries(self, entries: Array) -> Floats:
        """Return the most points the facts of some entries may add, told without reading the entries."""
        found = facts_ceiling(np.asarray(self.told, dtype=np.int16), self._stored.told(entries), person=self._person)
        if self.numbers:
            found[among(entries, np.asarray(self.numbers))] = _MOST_FACTS
        return found

    def found(self, chosen: Candidates) -> dict[int, _Found]:
        """Return the entries that bear the chosen names or have a number of the query, each with its best name."""
        best: dict[int, _Found] = {}
        named = self._named(chosen)
        places = [(each, *place) for key, each in named for place in self._stored.places(self._query.type, key)]
        more = self.hope_of_entries(np.asarray([number for _, number, _ in places], dtype=np.int64)).tolist()
        for (each, number, position), points in zip(places, more, strict=True):
            if name_value(each.form, each.name, 0.0) + points + _TOLERANCE >= self.least:
                self._consider(best, each, number, position)
        for number in self.numbers:
            if number not in best:
                best[number] = self._by_number(number)
        return best

    def _named(self, chosen: Candidates) -> list[tuple[int, _Named]]:
        """Return the names close enough to a form, each with its best form."""
        keys = chosen.names.tolist()
        listed = [self._stored.name(self._query.type, key) for key in keys]
        likeness = _Likeness(self.asked.words, list(dict.fromkeys(word for name in listed for word in name.tokens)))
        least = min(self.least, SHOWN) - self.hope - _TOLERANCE  # not all ceilings hold above
        pairs = zip(keys, listed, chosen.ceilings.T.tolist(), strict=True)
        found = (
            (key, likeness.best(self.forms, name, self._query.type, highest, least)) for key, name, highest in pairs
        )
        return [(key, named) for key, named in found if named is not None]

    def _consider(self, best: dict[int, _Found], named: _Named, number: int, position: int) -> None:
        entry = self._stored.entry(number)
        spelling = entry.names[position]
        weak = float(PARAMETERS[self._query.type]["low_alias"]) if spelling.quality == "low" else 0.0
        findings = compare_facts(self.facts, facts_of_entry(entry), person=self._person)
        findings += compare_order(self.facts, spelling.given, spelling.family)
        scored = score(named.form, named.listed, named.name, weak, findings)
        known = best.get(number)
        found = _Found(number, position, entry, scored)
        if known is None or found.rank > known.rank:
            best[number] = found

    def _by_number(self, number: int) -> _Found:
        """Return an entry met by a number alone, whatever its names and its kind."""
        entry = self._stored.entry(number)
        findings = compare_facts(self.facts, facts_of_entry(entry), person=self._person)
        scored = score(self.forms[0], PreparedName.nothing(), NameScore.nothing(), 0.0, findings)
        return _Found(number, -1, entry, scored)


class _Likeness:
    """The likeness of all words of a query to all words of its candidates, computed at once."""

    def __init__(self, mine: Sequence[str], theirs: Sequence[str]) -> None:
        self._rows = matrix(mine, theirs).tolist()
        self._mine = {word: position for position, word in enumerate(mine)}
        self._theirs = {word: position for position, word in enumerate(theirs)}

    def best(
        self, forms: Sequence[Form], name: PreparedName, kind: str, highest: Sequence[float], least: float
    ) -> _Named | None:
        """Return the form that agrees best with the listed name, the first of equal ones; None below `least`.

        `highest` has what each form can reach: a form that cannot be the best is not compared.
        """
        columns = [self._theirs[word] for word in name.tokens]
        best: _Named | None = None
        most, first = least, 0
        for place in sorted(range(len(forms)), key=lambda place: -highest[place]):
            form = forms[place]
            if highest[place] + _TOLERANCE <= most:
                break
            rows = [self._rows[self._mine[word]] for word in form.name.tokens]
            part = [[row[column] for column in columns] for row in rows]
            found = compare_names(form.name, name, part, kind, form.dropped)
            value = found.value - form.penalty
            if value > most + _EQUAL or (place < first and value > most - _EQUAL):
                best, most, first = _Named(form, name, found), value, place
        return best


def _hits(stored: Stored, best: dict[int, _Found], limit: int, least: float) -> tuple[Hit, ...]:
    designees: dict[int, tuple[float, float, _Found]] = {}
    for found in best.values():
        if found.scored.score < least:
            continue
        ranked = (found.scored.score, _order(stored, found.scored), found)
        key = stored.designee(found.number)
        known = designees.get(key)
        if known is None or (ranked[:2], -found.number) > (known[:2], -known[2].number):
            designees[key] = ranked
    ordered = sorted(designees.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
    return tuple(_hit(stored, key, found, order) for key, (_, order, found) in ordered[:limit])


def _order(stored: Stored, scored: Scored) -> float:
    """Return the evidence in nats: sorts hits whose scores are equal, has no upper limit."""
    total = sum(
        pair.likeness * pair.weight * stored.rarity(scored.listed.tokens[position])
        for pair in scored.name.alignment.pairs
        for position in pair.second
    )
    for fact in scored.facts:
        if fact.feature == "birth_date":
            total += _BIRTH_NATS * fact.points / float(_FACTS["birth_exact"])
        elif fact.feature.startswith("identifier"):
            total += _NUMBER_NATS
        else:
            total += 1.0 if fact.points > 0 else -1.0
    return round(total, 4)


def _hit(stored: Stored, designee: int, found: _Found, order: float) -> Hit:
    scored = found.scored
    return Hit(
        entry=found.entry.ref,
        sources=tuple(stored.members(designee)),
        category=found.entry.category,
        name=found.entry.display_name,
        matched_name=found.spelling,
        score=scored.score,
        order=order,
        alert=scored.alert,
        form=scored.form.code,
        explanation=contributions(scored, found.spelling),
        fingerprint=found.entry.fingerprint,
    )
