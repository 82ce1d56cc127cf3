# SPDX-License-Identifier: Apache-2.0
"""A query against an index: forms, candidates, names, facts, designees, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from screening.facts import Facts, compare_facts, facts_of_entry, facts_of_query
from screening.forms import Form, expand
from screening.models import Entry
from screening.names import NameScore, PreparedName, compare_names
from screening.parameters import PARAMETERS
from screening.results import Hit, Query
from screening.score import SHOWN, Scored, contributions, name_value, score
from screening.similarity import Matrix, matrix
from screening.stored import Stored

_FACTS: Final = PARAMETERS["facts"]
# No fact but a number can lift a name by more than this.
_MOST_FACTS: Final = float(_FACTS["birth_exact"] + _FACTS["nationality_same"] + _FACTS["identifier_short"])
_MINIMUM: Final = float(PARAMETERS["token"]["minimum"])
_LEAST_COVERED: Final = 0.4
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
    entry: Entry
    spelling: str
    scored: Scored


def search(stored: Stored, query: Query, limit: int) -> tuple[Hit, ...]:
    """Return the designees that the query may be, best first, at most `limit`."""
    forms = expand(query)
    facts = facts_of_query(query)
    numbers = _by_number(stored, facts)
    best: dict[int, _Found] = {}
    for key, named in _names(stored, query.type, forms):
        for number, position in stored.places(query.type, key):
            _consider(stored, best, query.type, facts, named, number, position)
    for number in numbers:
        _consider_number(stored, best, query.type, facts, forms, number)
    return _hits(stored, best, limit)


def _by_number(stored: Stored, facts: Facts) -> list[int]:
    found = {number for key in facts.numbers for number in stored.find("number", key)}
    return sorted(found)


def _names(stored: Stored, kind: str, forms: Sequence[Form]) -> list[tuple[int, _Named]]:
    """Return the listed names close enough to a form, each with its best form."""
    words = list(dict.fromkeys(word for form in forms for word in form.name.tokens))
    keys = stored.blocks[kind].candidates(words)
    if not keys:
        return []
    listed = [stored.name(kind, key) for key in keys]
    theirs = list(dict.fromkeys(word for name in listed for word in name.tokens))
    likeness = _Likeness(words, theirs)
    found = []
    for key, name in zip(keys, listed, strict=True):
        if likeness.covered(name) < _LEAST_COVERED:
            continue
        named = likeness.best(forms, name, kind)
        if named is not None and name_value(named.form, named.name, 0.0) + _MOST_FACTS >= SHOWN:
            found.append((key, named))
    return found


class _Likeness:
    """The likeness of all words of a query to all words of its candidates, computed at once."""

    def __init__(self, mine: Sequence[str], theirs: Sequence[str]) -> None:
        table: Matrix = matrix(mine, theirs)
        self._rows = table.tolist()
        self._best = table.max(axis=0).tolist() if len(mine) else [0.0] * len(theirs)
        self._long = [word for word in mine if len(word) > 6]
        self._mine = {word: position for position, word in enumerate(mine)}
        self._theirs = {word: position for position, word in enumerate(theirs)}

    def covered(self, name: PreparedName) -> float:
        """Return the share of the listed name's weight that some word of the query may meet.

        Words that may be written together with a neighbour count in part.
        """
        whole = met = 0.0
        for word, weight in zip(name.tokens, name.words.weights, strict=True):
            whole += weight
            value = self._best[self._theirs[word]]
            if value >= _MINIMUM:
                met += weight
            elif len(word) > 2 and any(word in long for long in self._long):
                met += weight * 0.75
            elif value >= 0.4:
                met += weight * 0.5
        return met / whole if whole else 0.0

    def best(self, forms: Sequence[Form], name: PreparedName, kind: str) -> _Named | None:
        """Return the form that agrees best with the listed name, None if none agrees at all."""
        columns = [self._theirs[word] for word in name.tokens]
        best: _Named | None = None
        most = 0.0
        for form in forms:
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
    kind: str,
    facts: Facts,
    named: _Named,
    number: int,
    position: int,
) -> None:
    entry = stored.entry(number)
    spelling = entry.names[position]
    weak = float(PARAMETERS[kind]["low_alias"]) if spelling.quality == "low" else 0.0
    findings = compare_facts(facts, facts_of_entry(entry), person=kind == "person")
    scored = score(named.form, named.listed, named.name, weak, findings)
    known = best.get(number)
    if known is None or _rank(scored) > _rank(known.scored):
        best[number] = _Found(number, entry, spelling.text, scored)


def _rank(scored: Scored) -> tuple[float, float]:
    return scored.score, scored.name.value


def _consider_number(
    stored: Stored,
    best: dict[int, _Found],
    kind: str,
    facts: Facts,
    forms: Sequence[Form],
    number: int,
) -> None:
    """Take an entry met by a number alone, whatever its names and its kind."""
    if number in best or not forms:
        return
    entry = stored.entry(number)
    empty = NameScore.nothing()
    findings = compare_facts(facts, facts_of_entry(entry), person=kind == "person")
    scored = score(forms[0], PreparedName.nothing(), empty, 0.0, findings)
    best[number] = _Found(number, entry, entry.display_name, scored)


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
    sources = {stored.entry(number).ref for number in stored.members(designee)}
    scored = found.scored
    return Hit(
        entry=found.entry.ref,
        sources=tuple(sorted(sources)),
        category=found.entry.category,
        name=found.entry.display_name,
        matched_name=found.spelling,
        score=scored.score,
        order=order,
        alert=scored.alert,
        form=scored.form.code,
        explanation=contributions(scored),
        fingerprint=found.entry.fingerprint,
    )
