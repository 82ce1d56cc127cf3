# SPDX-License-Identifier: Apache-2.0
"""Facts beside the name: present ones speak, missing ones are silent."""

import pytest

from screening.facts import Facts, compare_facts, facts_of_query, grade, number_key
from screening.models import PartialDate
from screening.results import Query


@pytest.mark.parametrize(
    ("mine", "theirs", "code"),
    [
        (PartialDate(1970, 5, 2), PartialDate(1970, 5, 2), "birth_exact"),
        (PartialDate(1970, 5, 2), PartialDate(1970, 5), "birth_month"),
        (PartialDate(1970, 5, 2), PartialDate(1970), "birth_year"),
        (PartialDate(1970, 5, 2), PartialDate(1970, 1, 1), "birth_year"),
        (PartialDate(1970, 5, 2), PartialDate(1970, 2, 5), "birth_near"),
        (PartialDate(1970, 5, 2), PartialDate(1970, 5, 3), "birth_near"),
        (PartialDate(1970, 5, 2), PartialDate(1970, 8, 14), "birth_other_day"),
        (PartialDate(1970, 5, 2), PartialDate(1971, 5, 2), "birth_near"),
        (PartialDate(1970, 5, 2), PartialDate(1975, 8, 2), "birth_other_year"),
        (PartialDate(1970, 5, 2), PartialDate(1985, 5, 2), "birth_far"),
        (PartialDate(1970, 5, 2), PartialDate(1968, year_to=1972), "birth_year"),
        (PartialDate(1970), PartialDate(1971, circa=True), "birth_near"),
        (PartialDate(1970), PartialDate(1974, circa=True), "birth_other_day"),
        (PartialDate(1970), PartialDate(1995, circa=True), "birth_far"),
        (PartialDate(1970), PartialDate(1973), "birth_other_year"),
        (PartialDate(1970), PartialDate(1971), "birth_near"),
    ],
)
def test_birth_dates_are_graded(mine: PartialDate, theirs: PartialDate, code: str) -> None:
    assert grade(mine, theirs) == grade(theirs, mine) == code


def _facts(**fields: object) -> Facts:
    return facts_of_query(Query.from_json({"names": ["x"], **fields}))


def _points(mine: dict[str, object], theirs: dict[str, object], *, person: bool = True) -> dict[str, float]:
    found = compare_facts(_facts(**mine), _facts(**theirs), person=person)
    return {fact.feature: fact.points for fact in found}


def test_of_alternative_birth_dates_the_best_counts() -> None:
    points = _points({"birth_date": ["1950", "1970-05-02"]}, {"birth_date": ["1970-05-02", "1990"]})
    assert points["birth_date"] > 0


def test_a_fact_missing_on_either_side_says_nothing() -> None:
    assert _points({"birth_date": "1970", "nationality": "FR"}, {}) == {}
    assert _points({}, {"birth_date": "1970", "identifiers": ["X123456"]}) == {}


def test_unreadable_facts_are_missing_ones() -> None:
    assert _points({"birth_date": "soon", "nationality": "??"}, {"birth_date": "1970"}) == {}


def test_nationalities_speak_for_persons_and_countries_for_organisations() -> None:
    assert _points({"nationality": "FR"}, {"nationality": ["FR", "DE"]})["nationality"] > 0
    assert _points({"nationality": "FR"}, {"nationality": "DE"})["nationality"] < 0
    assert _points({"country": "FR"}, {"country": "FR"}, person=False)["country"] > 0
    assert _points({"country": "FR"}, {"country": "DE"}, person=False)["country"] < 0
    assert _points({"country": "FR"}, {"country": "DE"}) == {}


def test_identifiers_are_compared_without_punctuation_and_short_ones_say_less() -> None:
    assert "identifier" in _points({"identifiers": ["X-123 456"]}, {"identifiers": ["x123456"]})
    assert "identifier_short" in _points({"identifiers": ["12345"]}, {"identifiers": ["12345"]})
    assert number_key("1234") is None
    assert number_key("ABCDEFG") is None


def test_every_finding_is_told_in_both_languages() -> None:
    found = compare_facts(
        _facts(birth_date="1970-05-02", nationality="FR", identifiers=["X123456"]),
        _facts(birth_date="1970-05-02", nationality="DE", identifiers=["X123456"]),
        person=True,
    )
    assert [fact.text_en for fact in found] == [
        "Same birth date 1970-05-02",
        "Nationality France is not among Germany",
        "Same identifier X123456",
    ]
    assert [fact.text_fr for fact in found][1] == "La nationalité France n'est pas parmi Allemagne"
