# SPDX-License-Identifier: Apache-2.0
"""Names and persons made by chance from lists of given and family names, for sizes no list has."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from screening.bench.labelled import read_table, read_words
from screening.models import Category, Entry, EntryType, ListFile, ListSource, Name
from screening.results import Query

_NATIONS: Final = ("FR", "BE", "NL", "DE", "ES", "IT", "MA", "DZ", "TN", "TR", "GB", "US", "PL", "RO", "CN")


class MadeNames:
    """Draws full names: every second part is one of the commonest of its country, as on real lists."""

    def __init__(self, data: Path, chance: random.Random) -> None:
        self._chance = chance
        names = data / "names"
        self._common_given = _column(names / "common_forenames_by_country.csv", "Romanized Name")
        self._common_family = _column(names / "common_surnames_by_country.csv", "Romanized Name")
        self._rare_given = _column(names / "insee_prenoms_1900_2021.csv.xz", "prenom")
        self._rare_family = read_words(names / "solvenium_Surnames.txt.xz")

    def draw(self) -> str:
        """Return one given name or two, and a family name."""
        chance = self._chance
        given = [chance.choice(chance.choice((self._common_given, self._rare_given)))]
        if chance.random() < 0.4:
            given.append(chance.choice(self._common_given))
        family = chance.choice(chance.choice((self._common_family, self._rare_family)))
        return " ".join([*given, family])


def _column(path: Path, column: str) -> list[str]:
    return [row[column] for row in read_table(path) if row[column]]


def made_list(data: Path, count: int, chance: random.Random) -> ListFile:
    """Return a list of persons with `count` different names in all, one to four each."""
    names, left = MadeNames(data, chance), count
    entries: list[Entry] = []
    known: set[str] = set()
    while left:
        own: list[Name] = []
        for _ in range(min(left, chance.randint(1, 4))):
            while (text := names.draw()) in known:
                pass
            known.add(text)
            own.append(Name(text, kind="alias" if own else "primary"))
        left -= len(own)
        ref = f"DEMO:{len(entries)}"
        entry = Entry(ref, ListSource.DEMO, EntryType.PERSON, Category.SANCTION, tuple(own), fictional=True)
        entries.append(entry.with_fingerprint())
    return ListFile(ListSource.DEMO, f"made {count}", None, tuple(entries), (), "", f"made {count}")


def made_persons(data: Path, count: int, chance: random.Random) -> Iterator[Query]:
    """Yield `count` persons on no list with birth date and nationality."""
    names = MadeNames(data, chance)
    for number in range(count):
        day = f"{chance.randint(1940, 2006)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        nation = chance.choice(_NATIONS)
        yield Query(f"made-{number}", "person", (names.draw(),), birth_date=(day,), nationality=(nation,))
