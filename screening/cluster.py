# SPDX-License-Identifier: Apache-2.0
"""One designee on several lists: entries joined by the lists' own cross references."""

from collections.abc import Sequence

from screening.models import Entry
from screening.normalise import fold, sound


def clusters(entries: Sequence[Entry]) -> list[int]:
    """Return, for each entry, the position of the first entry of its designee.

    References in the lists are wrong in a few per cent ("UE.1742.75"): a reference joins only
    entries of one kind whose names share a word by sound.
    """
    positions = {entry.ref: position for position, entry in enumerate(entries)}
    parents = list(range(len(entries)))

    def root(position: int) -> int:
        while parents[position] != position:
            parents[position] = parents[parents[position]]
            position = parents[position]
        return position

    for position, entry in enumerate(entries):
        for reference in entry.cross_refs:
            other = positions.get(reference)
            if other is None or not _akin(entry, entries[other]):
                continue
            low, high = sorted((root(position), root(other)))
            parents[high] = low
    return [root(position) for position in range(len(entries))]


def _akin(first: Entry, second: Entry) -> bool:
    if (first.type == "person") != (second.type == "person"):
        return False
    return not _sounds(first).isdisjoint(_sounds(second))


def _sounds(entry: Entry) -> frozenset[str]:
    return frozenset(sound(token) for name in entry.names for token in fold(name.text) if len(token) > 2)
