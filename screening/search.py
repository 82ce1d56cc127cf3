# SPDX-License-Identifier: Apache-2.0
"""A query against an index: forms, candidates, names, facts, designees, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from screening.block import Asked, Candidates
from screening.ceiling import facts_ceiling
from screening.facts import Facts, compare_facts, compare_order, facts_of_entry, facts_of_query
from screening.forms import Form, expand
from screening.layout import Array
from screening.models import Entry
from screening.names import PERSON, NameScore, PreparedName, compare_names
from screening.parameters import PARAMETERS
from screening.results import Hit, Query
from screening.score import SHOWN, Scored, contributions, name_value, score
from screening.similarity import matrix
from screening.stored import Stored
from screening.vocabulary import Floats

_FACTS: Final = PARAMETERS["facts"]
# No fact but a number can lift a name by more than this.
_MOST_FACTS: Final = float(_FACTS["birth_exact"] + _FACTS["nationality_same"] + _FACTS["identifier_short"])
_TOLERANCE: Final = 1e-4  # ceilings are computed in single precision
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


def search(stored: Stored, query: Query, limit: int) -> tuple[Hit, ...]:
    """Return the designees that the query may be, best first, at most `limit`."""
    forms = expand(query)
    facts = facts_of_query(query)
    numbers = _by_number(stored, facts)
    best: dict[int, _Found] = {}
    if forms:
        hope = _Hope(stored, query.type, facts, numbers)
        named = _names(stored, query.type, forms, hope)
        places = [(each, *place) for key, each in named for place in stored.places(query.type, key)]
        more = hope.of_entries(np.asarray([number for _, number, _ in places], dtype=np.int64)).tolist()
        for (each, number, position), points in zip(places, more, strict=True):
            if name_value(each.form, each.name, 0.0) + points + _TOLERANCE >= SHOWN:
                _consider(stored, best, hope, each, number, position)
        for number in numbers:
            _consider_number(stored, best, query.type, facts, forms, number)
    return _hits(stored, best, limit)


def _by_number(stored: Stored, facts: Facts) -> list[int]:
    found = {number for key in facts.numbers for number in stored.find("number", key)}
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Hope:
    """What the facts of entries may add to a name at most, told without reading the entries."""

    stored: Stored
    kind: str
    facts: Facts
    numbers: Sequence[int]

    def of_entries(self, entries: Array) -> Floats:
        """Return the most points the facts of some entries may add."""
        found = facts_ceiling(self.facts, self.stored.born(entries), person=self.kind == PERSON)
        if self.numbers:
            found[np.isin(entries, self.numbers)] = _MOST_FACTS
        return found

    def of_names(self, names: Array) -> Floats:
        """Return the most points the facts of any bearer of some names may add."""
        entries, firsts = self.stored.entries_of(self.kind, names)
        return np.maximum.reduceat(self.of_entries(entries), firsts) if len(names) else self.of_entries(entries)


def candidates(stored: Stored, kind: str, forms: Sequence[Form], hope: _Hope) -> Candidates:
    """Return the listed names worth comparing with the forms word by word."""
    asked = Asked.of(
        [form.name.words for form in forms], [form.dropped for form in forms], [form.penalty for form in forms]
    )
    return stored.names[kind].candidates(asked, SHOWN, hope.of_names)


def _names(stored: Stored, kind: str, forms: Sequence[Form], hope: _Hope) -> list[tuple[int, _Named]]:
    """Return the listed names close enough to a form, each with its best form."""
    chosen = candidates(stored, kind, forms, hope)
    if not len(chosen.names):
        return []
    words = list(dict.fromkeys(word for form in forms for word in form.name.tokens))
    keys = chosen.names.tolist()
    listed = [stored.name(kind, key) for key in keys]
    theirs = list(dict.fromkeys(word for name in listed for word in name.tokens))
    likeness = _Likeness(words, theirs)
    found = []
    for key, name, ceilings in zip(keys, listed, chosen.ceilings.T.tolist(), strict=True):
        named = likeness.best(forms, name, kind, ceilings)
        if named is not None and name_value(named.form, named.name, 0.0) + _MOST_FACTS >= SHOWN:
            found.append((key, named))
    return found


class _Likeness:
    """The likeness of all words of a query to all words of its candidates, computed at once."""

    def __init__(self, mine: Sequence[str], theirs: Sequence[str]) -> None:
        self._rows = matrix(mine, theirs).tolist()
        self._mine = {word: position for position, word in enumerate(mine)}
        self._theirs = {word: position for position, word in enumerate(theirs)}

    def best(self, forms: Sequence[Form], name: PreparedName, kind: str, ceilings: Sequence[float]) -> _Named | None:
        """Return the form that agrees best with the listed name, None if none agrees at all."""
        columns = [self._theirs[word] for word in name.tokens]
        best: _Named | None = None
        most = 0.0
        for form, ceiling in zip(forms, ceilings, strict=True):
            if ceiling + _TOLERANCE <= most:
                continue
            rows = [self._rows[self._mine[word]] for word in form.name.tokens]
            part = [[row[column] for column in columns] for row in rows]
            found = compare_names(form.name, name, part, kind, form.dropped)
            value = found.value - form.penalty
            if value > most + 1e-9:
                best, most = _Named(form, name, found), value
        return best


def _consider(
    stored: Stored,
    best: dict[int, _Found],
    hope: _Hope,
    named: _Named,
    number: int,
    position: int,
) -> None:
    entry = stored.entry(number)
    spelling = entry.names[position]
    weak = float(PARAMETERS[hope.kind]["low_alias"]) if spelling.quality == "low" else 0.0
    findings = compare_facts(hope.facts, facts_of_entry(entry), person=hope.kind == PERSON)
    findings += compare_order(hope.facts, spelling.given, spelling.family)
    scored = score(named.form, named.listed, named.name, weak, findings)
    known = best.get(number)
    found = _Found(number, position, entry, scored)
    if known is None or found.rank > known.rank:
        best[number] = found


def _consider_number(
    stored: Stored,
    best: dict[int, _Found],
    kind: str,
    facts: Facts,
    forms: Sequence[Form],
    number: int,
) -> None:
    """Take an entry met by a number alone, whatever its names and its kind."""
    if number in best:
        return
    entry = stored.entry(number)
    empty = NameScore.nothing()
    findings = compare_facts(facts, facts_of_entry(entry), person=kind == "person")
    scored = score(forms[0], PreparedName.nothing(), empty, 0.0, findings)
    best[number] = _Found(number, -1, entry, scored)


def _hits(stored: Stored, best: dict[int, _Found], limit: int) -> tuple[Hit, ...]:
    designees: dict[int, tuple[float, float, _Found]] = {}
    for found in best.values():
        if found.scored.score < SHOWN:
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
