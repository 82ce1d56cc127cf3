# SPDX-License-Identifier: Apache-2.0
"""One designee on several lists: joined by the lists' cross references and by equal facts."""

from collections.abc import Iterator, Sequence
from typing import Final

from screening.facts import grade, number_key
from screening.models import Entry, EntryType
from screening.normalise import fold, sound

_LONG_NUMBER: Final = 8
# A company may carry the IMO number of its ships, a ship the LEI of its owner.
_OWN_NUMBERS: Final = {EntryType.VESSEL: "imo", EntryType.ORGANISATION: "lei"}
_SHARED_WORDS: Final = 2
_CONTRADICTIONS: Final = frozenset({"birth_other_year", "birth_far"})


class _Union:
    """Disjoint sets over positions; the lowest position stands for its set."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def root(self, position: int) -> int:
        parents = self._parents
        while parents[position] != position:
            parents[position] = parents[parents[position]]
            position = parents[position]
        return position

    def join(self, first: int, second: int) -> None:
        low, high = sorted((self.root(first), self.root(second)))
        self._parents[high] = low


def clusters(entries: Sequence[Entry]) -> list[int]:
    """Return, for each entry, the position of the first entry of its designee.

    A wrong join hides a designee behind another, a missing one shows it twice: what is doubtful
    stays apart. References in the lists are wrong in a few per cent ("UE.1742.75"): see `_akin`.
    Without a reference, entries of different lists are joined by an equal name with an equal full
    birth date or a long number, ships by their IMO number, companies by their LEI; never two of one
    list, which says that they are two.
    """
    union = _Union(len(entries))
    positions = {entry.ref: position for position, entry in enumerate(entries)}
    for position, entry in enumerate(entries):
        for reference in entry.cross_refs:
            other = positions.get(reference)
            if other is not None and _akin(entry, entries[other]):
                union.join(position, other)
    seen: dict[tuple[str, ...], int] = {}
    for position, entry in enumerate(entries):
        for key in _keys(entry):
            other = seen.setdefault(key, position)
            if entries[other].source is not entry.source:
                union.join(position, other)
    return [union.root(position) for position in range(len(entries))]


def _keys(entry: Entry) -> Iterator[tuple[str, ...]]:
    for item in entry.identifiers:
        if item.kind == _OWN_NUMBERS.get(entry.type) and (number := number_key(item.value)):
            yield (item.kind, number)
    facts = {number_key(item.value) for item in entry.identifiers}
    marks = {fact for fact in facts if fact and len(fact) >= _LONG_NUMBER}
    marks |= {str(date) for date in entry.birth_dates if date.day and not date.circa}
    names = {tuple(sorted(fold(name.text))) for name in entry.names} if marks else set()
    for name in names:
        if len(name) > 1:
            for mark in marks:
                yield (_kind(entry), mark, *name)


def _kind(entry: Entry) -> str:
    return "person" if entry.type is EntryType.PERSON else "other"


def _akin(first: Entry, second: Entry) -> bool:
    """Return whether a reference between the two can be right.

    A shared family name is not enough: of wrong references many lead to a namesake on the next line.
    """
    if _kind(first) != _kind(second) or contradict(first, second):
        return False
    mine, theirs = _sounds(first), _sounds(second)
    return len(mine & theirs) >= min(_SHARED_WORDS, len(mine), len(theirs)) > 0


def contradict(first: Entry, second: Entry) -> bool:
    """Return whether both tell birth dates and no pair of them can be one date."""
    grades = {grade(mine, theirs) for mine in first.birth_dates for theirs in second.birth_dates}
    return bool(grades) and grades <= _CONTRADICTIONS


def _sounds(entry: Entry) -> frozenset[str]:
    return frozenset(sound(token) for name in entry.names for token in fold(name.text) if len(token) > 2)
