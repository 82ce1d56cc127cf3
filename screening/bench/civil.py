# SPDX-License-Identifier: Apache-2.0
"""Names as French civil status writes them, of listed persons and of people on no list."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from screening.bench.damage import Case
from screening.bench.labelled import read_table, read_words
from screening.models import Entry, EntryType
from screening.results import Query


@dataclass(frozen=True, slots=True)
class FrenchNames:
    """The 400 commonest given names of France and family names of every frequency."""

    given: Sequence[str]
    family: Sequence[str]

    @classmethod
    def read(cls, data: Path) -> "FrenchNames":
        """Read the names of INSEE in the data folder."""
        rows = read_table(data / "names/insee_prenoms_1900_2021.csv.xz")
        return cls([row["prenom"] for row in rows[:400]], read_words(data / "names/insee_noms_2008_list.txt.xz")[::90])


def forms(first: str, last: str, names: FrenchNames, chance: random.Random) -> dict[str, str]:
    """Return a name of two parts in each form a Kbis or an identity card prints.

    The first six are those of screening.md; the others come with them on the same documents.
    """
    other = chance.choice(names.family)
    more = [chance.choice(names.given) for _ in range(3)]
    upper = last.upper()
    return {
        "LAST First +1": f"{upper} {first} {more[0]}",
        "LAST First +2": f"{upper} {first} {' '.join(more[:2])}",
        "LAST First +3": f"{upper} {first} {' '.join(more)}",
        "LAST First née X": f"{upper} {first} née {other}",
        "X First épouse LAST": f"{other} {first} épouse {upper}",
        "LAST-X First": f"{upper}-{other} {first}",
        "LAST FIRST +3 capitals": f"{upper} {first} {' '.join(more)}".upper(),
        "X First née LAST": f"{other} {first} née {upper}",
        "X-LAST First": f"{other}-{upper} {first}",
    }


def listed_forms(entries: Sequence[Entry], names: FrenchNames, count: int, seed: int) -> dict[str, list[Case]]:
    """Return the forms of `count` listed persons with one given and one family name."""
    chance = random.Random(f"{seed} forms")
    plain = _two_words(entries)
    made: dict[str, list[Case]] = {}
    for ref, first, last in chance.sample(plain, min(count, len(plain))):
        for form, text in forms(first, last, names, chance).items():
            made.setdefault(form, []).append(Case(Query(ref, "person", (text,)), ref))
    return made


def _two_words(entries: Sequence[Entry]) -> list[tuple[str, str, str]]:
    found = []
    for entry in entries:
        name = entry.names[0]
        if entry.type is EntryType.PERSON and name.given and name.family and name.script == "Latn":
            first, last = name.given, name.family
            if first.isalpha() and last.isalpha() and min(len(first), len(last)) > 2:
                found.append((entry.ref, first, last))
    return found


def french_look(queries: Sequence[Query], names: FrenchNames, seed: int) -> list[Query]:
    """Return people in a form drawn for each by chance; the last word is taken as family name."""
    chance = random.Random(f"{seed} look")
    made = []
    for query in queries:
        words = query.names[0].split()
        written = forms(" ".join(words[:-1]) or words[0], words[-1], names, chance)
        made.append(replace(query, names=(chance.choice(list(written.values())),)))
    return made
