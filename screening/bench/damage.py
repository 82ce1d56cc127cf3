# SPDX-License-Identifier: Apache-2.0
"""Names of listed persons, damaged in one way each: the hard query sets."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from screening.models import Entry, EntryType
from screening.results import Query

ORIGINAL_SCRIPT: Final = "Arabic/Cyrillic"
MIXED: Final = "mixed treatments"
# What a reading machine confuses (screening.md, "Where the best peer still errs", class 6).
_CONFUSED: Final = (("0", "O"), ("1", "I"), ("5", "S"), ("8", "B"), ("rn", "m"), ("cl", "d"), ("1", "l"))
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"

Damage = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Case:
    """A query and the reference of the entry it must find."""

    query: Query
    ref: str


def edit(text: str, chance: random.Random) -> str:
    """Return the text with a letter left out, added, exchanged, or swapped with the next one."""
    at = chance.choice([i for i, ch in enumerate(text) if ch.isalpha()])
    letter = chance.choice(_LETTERS)
    match chance.randrange(4):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + letter + text[at:]
        case 2 if text[at + 1 : at + 2].isalpha():
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case _:
            return text[:at] + letter + text[at + 1 :]


def misread(text: str, chance: random.Random) -> str:
    """Return the text with one confusion of a reading machine; as it is where none applies."""
    both = [*_CONFUSED, *((right, wrong) for wrong, right in _CONFUSED)]
    places = [
        (at, seen, printed)
        for seen, printed in both
        for at in range(len(text))
        if text[at : at + len(printed)].casefold() == printed.casefold()
    ]
    if not places:
        return text
    at, seen, printed = chance.choice(places)
    return text[:at] + seen + text[at + len(printed) :]


def _edit_twice(text: str, chance: random.Random) -> str:
    return edit(edit(text, chance), chance)


def _misread_twice(text: str, chance: random.Random) -> str:
    return misread(misread(text, chance), chance)


def _middle_dropped(text: str, chance: random.Random) -> str:
    words = text.split()
    del words[chance.randrange(1, len(words) - 1)]
    return " ".join(words)


def _first_last(text: str, _: random.Random) -> str:
    words = text.split()
    return f"{words[0]} {words[-1]}"


def _last_first(text: str, _: random.Random) -> str:
    words = text.split()
    return " ".join([words[-1].upper(), *words[:-1]])


def _initial(text: str, _: random.Random) -> str:
    words = text.split()
    return " ".join([f"{words[0][0]}.", *words[1:]])


def _joined(text: str, chance: random.Random) -> str:
    words = text.split()
    at = chance.randrange(len(words) - 1)
    words[at : at + 2] = [words[at] + words[at + 1]]
    return " ".join(words)


def _as_it_is(text: str, _: random.Random) -> str:
    return text


_LONG: Final = ("middle dropped", "first+last")  # need a word between the first and the last
DAMAGES: Final[Mapping[str, Damage]] = MappingProxyType(
    {
        "exact": _as_it_is,
        "edits x1": edit,
        "edits x2": _edit_twice,
        "OCR x2": _misread_twice,
        "middle dropped": _middle_dropped,
        "first+last": _first_last,
        "LAST First": _last_first,
        "initial": _initial,
        "joined": _joined,
    }
)
# Two of these in this order; "joined" comes late, for it hides where a word ends.
_MIXABLE: Final[Sequence[Damage]] = (_middle_dropped, _last_first, edit, misread, _joined)


def _mixed(text: str, chance: random.Random) -> str:
    fit = _MIXABLE if len(text.split()) > 2 else _MIXABLE[1:]
    for position in sorted(chance.sample(range(len(fit)), 2)):
        text = fit[position](text, chance)
    return text


def _latin(persons: Sequence[Entry]) -> list[tuple[str, str]]:
    found = []
    for entry in persons:
        name = next((name for name in entry.names if name.kind == "primary"), entry.names[0])
        if name.script == "Latn" and name.text.isascii() and 2 <= len(name.text.split()) <= 5:
            found.append((entry.ref, name.text))
    return found


def hard_sets(entries: Sequence[Entry], count: int, seed: int) -> dict[str, list[Case]]:
    """Return eleven query sets of `count` listed persons each, the same for the same seed.

    Persons have a Latin primary name of two to five words; the set in Arabic or Cyrillic letters
    takes the spelling of the list itself.
    """
    persons = [entry for entry in entries if entry.type is EntryType.PERSON]
    latin = _latin(persons)
    longer = [(ref, text) for ref, text in latin if len(text.split()) > 2]
    foreign = [(e.ref, n.text) for e in persons for n in e.names if n.script in {"Arab", "Cyrl"}]
    wanted: dict[str, tuple[list[tuple[str, str]], Damage]] = {
        **{name: (longer if name in _LONG else latin, damage) for name, damage in DAMAGES.items()},
        ORIGINAL_SCRIPT: (foreign, _as_it_is),
        MIXED: (latin, _mixed),
    }
    made = {}
    for name, (source, damage) in wanted.items():
        chance = random.Random(f"{seed} {name}")
        made[name] = [
            Case(Query(ref, "person", (damage(text, chance),)), ref)
            for ref, text in chance.sample(source, min(count, len(source)))
        ]
    return made
