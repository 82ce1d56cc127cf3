# SPDX-License-Identifier: Apache-2.0
"""What speaks for or against a match beside the name: birth date, nationality, numbers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from screening.countries import alpha2, country_name
from screening.dates import read_date
from screening.models import Entry, PartialDate
from screening.normalise import person_tokens, sound
from screening.parameters import PARAMETERS
from screening.results import Query

_RULES: Final = PARAMETERS["facts"]
_NOT_NUMBER = re.compile(r"[^0-9a-z]")
_SHORTEST: Final = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """One finding: feature, points (before any limit) and its words in two languages."""

    feature: str
    points: float
    text_en: str
    text_fr: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a party or an entry tells beside its names, ready to be compared."""

    births: tuple[PartialDate, ...]
    nationalities: frozenset[str]
    countries: frozenset[str]
    numbers: frozenset[str]
    given: str = ""
    family: str = ""


def number_key(value: str) -> str | None:
    """Return the digits and letters of an identifier; None when too short to mean anything."""
    key = _NOT_NUMBER.sub("", value.casefold())
    return key if len(key) >= _SHORTEST and any(ch.isdigit() for ch in key) else None


def _numbers(values: Iterable[str]) -> frozenset[str]:
    return frozenset(key for value in values if (key := number_key(value)))


def _codes(values: Iterable[str | None]) -> frozenset[str]:
    return frozenset(code for value in values if (code := alpha2(value)))


def facts_of_entry(entry: Entry) -> Facts:
    """Return the facts of a list entry."""
    return Facts(
        entry.birth_dates,
        frozenset(entry.nationalities),
        frozenset(entry.countries) | frozenset(entry.nationalities),
        _numbers(identifier.value for identifier in entry.identifiers),
    )


def facts_of_query(query: Query) -> Facts:
    """Return the facts of a query; an unreadable date or country counts as missing."""
    births = (read_date(text) for text in query.birth_date)
    nationalities = _codes(query.nationality)
    return Facts(
        tuple(date for date in births if date),
        nationalities,
        _codes([query.country]) | nationalities,
        _numbers(query.identifiers),
        query.given_names or "",
        query.birth_name or "",
    )


def compare_facts(query: Facts, listed: Facts, *, person: bool) -> tuple[Fact, ...]:
    """Return the findings; a fact missing on either side gives none."""
    found = []
    if person and query.births and listed.births:
        found.append(_birth(query.births, listed.births))
    if person and query.nationalities and listed.nationalities:
        found.append(_nationality(query.nationalities, listed.nationalities))
    if not person and query.countries and listed.countries:
        found.append(_country(query.countries, listed.countries))
    if shared := query.numbers & listed.numbers:
        found.append(_identifier(max(shared, key=lambda key: (len(key), key))))
    return tuple(found)


def compare_order(query: Facts, given: str | None, family: str | None) -> tuple[Fact, ...]:
    """Return the finding that the parts of a name are exchanged, where both sides tell which is which."""
    if not (query.given and query.family and given and family):
        return ()
    mine, theirs = (_heard(query.given), _heard(query.family)), (_heard(given), _heard(family))
    straight = mine[0] & theirs[0] or mine[1] & theirs[1]
    if straight or not (mine[0] & theirs[1] and mine[1] & theirs[0]):
        return ()
    return (
        Fact(
            "name_order",
            float(_RULES["given_and_family"]),
            f"Given name {query.given} is the family name in the list",
            f"Le prénom {query.given} est le nom de famille dans la liste",
        ),
    )


def _heard(name: str) -> frozenset[str]:
    return frozenset(map(sound, person_tokens(name)))


def _birth(query: Sequence[PartialDate], listed: Sequence[PartialDate]) -> Fact:
    """Dates are alternatives on both sides: the best pair counts."""
    graded = [(grade(mine, theirs), mine, theirs) for mine in query for theirs in listed]
    best = max(graded, key=lambda item: _RULES[item[0]])
    code, mine, theirs = best
    text_en, text_fr = _BIRTH_TEXTS[code]
    values = {"mine": mine, "theirs": theirs}
    return Fact(
        "birth_date",
        float(_RULES[code]),
        text_en.format(**values),
        text_fr.format(**values),
    )


_BIRTH_TEXTS: Final = {
    "birth_exact": ("Same birth date {mine}", "Même date de naissance {mine}"),
    "birth_month": (
        "Birth dates {mine} and {theirs} agree in year and month",
        "Les dates de naissance {mine} et {theirs} concordent en année et mois",
    ),
    "birth_year": (
        "Birth dates {mine} and {theirs} agree in the year",
        "Les dates de naissance {mine} et {theirs} concordent en année",
    ),
    "birth_near": (
        "Birth dates {mine} and {theirs} nearly agree",
        "Les dates de naissance {mine} et {theirs} concordent presque",
    ),
    "birth_other_day": (
        "Birth dates {mine} and {theirs} differ in day or month",
        "Les dates de naissance {mine} et {theirs} diffèrent en jour ou mois",
    ),
    "birth_other_year": (
        "Birth dates {mine} and {theirs} contradict each other",
        "Les dates de naissance {mine} et {theirs} se contredisent",
    ),
    "birth_far": (
        "Birth dates {mine} and {theirs} are more than ten years apart",
        "Les dates de naissance {mine} et {theirs} ont plus de dix ans d'écart",
    ),
}


def grade(mine: PartialDate, theirs: PartialDate) -> str:
    """Return how well two dates agree, as the name of the parameter with its points."""
    gap = _year_gap(mine, theirs)
    vague = mine.circa or theirs.circa or mine.year_to is not None or theirs.year_to is not None
    if gap == 0:
        return "birth_year" if vague else _same_year(mine, theirs)
    # A bare year is often an age counted back: it may be one off.
    bare = mine.month is None or theirs.month is None
    if (vague and gap <= 2) or (bare and gap == 1):
        return "birth_near"
    if gap > 10:
        return "birth_far"
    if _one_digit(mine, theirs):
        return "birth_near"
    return "birth_other_day" if vague and gap <= 5 else "birth_other_year"


def _year_gap(mine: PartialDate, theirs: PartialDate) -> int:
    low = max(mine.year, theirs.year)
    high = min(mine.year_to or mine.year, theirs.year_to or theirs.year)
    return max(0, low - high)


def _filler(date: PartialDate) -> bool:
    """The first of January stands for an unknown day in the lists (77 times in the French one)."""
    return date.day == 1 and date.month == 1


def _same_year(mine: PartialDate, theirs: PartialDate) -> str:
    if mine.month is None or theirs.month is None:
        return "birth_year"
    if mine.month == theirs.month:
        if mine.day is None or theirs.day is None:
            return "birth_month"
        if mine.day == theirs.day:
            return "birth_exact"
    if _filler(mine) or _filler(theirs):
        return "birth_year"
    swapped = mine.day == theirs.month and mine.month == theirs.day
    return "birth_near" if swapped or _one_digit(mine, theirs) else "birth_other_day"


def _one_digit(mine: PartialDate, theirs: PartialDate) -> bool:
    """Return whether two full dates differ in one digit only, as a typing error leaves them."""
    first, second = str(mine), str(theirs)
    if len(first) != 10 or len(second) != 10:
        return False
    return sum(a != b for a, b in zip(first, second, strict=True)) == 1


def _names(codes: Iterable[str], language: str) -> str:
    return ", ".join(country_name(code, language) for code in sorted(codes))


def _nationality(query: frozenset[str], listed: frozenset[str]) -> Fact:
    if shared := query & listed:
        return Fact(
            "nationality",
            float(_RULES["nationality_same"]),
            f"Same nationality: {_names(shared, 'en')}",
            f"Même nationalité : {_names(shared, 'fr')}",
        )
    return Fact(
        "nationality",
        float(_RULES["nationality_other"]),
        f"Nationality {_names(query, 'en')} is not among {_names(listed, 'en')}",
        f"La nationalité {_names(query, 'fr')} n'est pas parmi {_names(listed, 'fr')}",
    )


def _country(query: frozenset[str], listed: frozenset[str]) -> Fact:
    if shared := query & listed:
        return Fact(
            "country",
            float(_RULES["country_same"]),
            f"Same country: {_names(shared, 'en')}",
            f"Même pays : {_names(shared, 'fr')}",
        )
    return Fact(
        "country",
        float(_RULES["country_other"]),
        f"Country {_names(query, 'en')} is not among {_names(listed, 'en')}",
        f"Le pays {_names(query, 'fr')} n'est pas parmi {_names(listed, 'fr')}",
    )


def _identifier(key: str) -> Fact:
    # The points of a long number are a floor that `score` lifts the sum to.
    long = len(key) >= _RULES["identifier_long"]
    return Fact(
        "identifier" if long else "identifier_short",
        0.0 if long else float(_RULES["identifier_short"]),
        f"Same identifier {key.upper()}",
        f"Même identifiant {key.upper()}",
    )
