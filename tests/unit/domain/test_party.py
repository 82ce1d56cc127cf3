# SPDX-License-Identifier: Apache-2.0
"""What is asked about a company and its people, and what is wrong with an answer."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.domain.errors import FieldProblem
from kyc.domain.party import (
    Address,
    Company,
    Person,
    Roles,
    clean_text,
    compact_siren,
    company_problems,
    is_siren,
    person_problems,
    roles_problems,
    shares_problems,
)
from tests.house import COMPANY, person

TODAY = date(2026, 11, 22)


def test_a_complete_company_and_person_have_no_problem() -> None:
    assert company_problems(COMPANY) == ()
    assert person_problems(person(), TODAY) == ()


def test_an_empty_company_is_told_everything_that_is_missing() -> None:
    fields = {problem.field for problem in company_problems(Company())}
    assert fields == {
        "legal_name",
        "siren",
        "legal_form",
        "activity",
        "address.street",
        "address.postal_code",
        "address.city",
    }


def test_an_empty_person_is_told_everything_that_is_missing() -> None:
    fields = {problem.field for problem in person_problems(Person(), TODAY)}
    assert fields >= {"given_names", "birth_name", "birth_date", "birth_place", "birth_country", "nationalities"}


@pytest.mark.parametrize("number", ["000100057", "732829320", "552100554"])
def test_a_siren_with_its_key_is_accepted(number: str) -> None:
    assert is_siren(number)


@pytest.mark.parametrize("number", ["", "123456789", "73282932", "7328293200", "73282932O", "abcdefghi"])
def test_a_siren_with_a_wrong_key_length_or_letter_is_not(number: str) -> None:
    assert not is_siren(number)


@given(st.integers(0, 8), st.integers(1, 9))
def test_each_single_wrong_digit_of_a_siren_is_found(position: int, shift: int) -> None:
    digits = list("732829320")
    digits[position] = str((int(digits[position]) + shift) % 10)
    assert not is_siren("".join(digits))


def test_a_siren_may_be_typed_with_blanks_and_dots() -> None:
    assert compact_siren(" 732 829\u202f320 ") == compact_siren("732.829.320") == "732829320"


@pytest.mark.parametrize(("changes", "field", "code"), [
    ({"birth_date": date(2027, 1, 1)}, "birth_date", "date_impossible"),
    ({"birth_date": date(1890, 1, 1)}, "birth_date", "date_impossible"),
    ({"nationalities": ("France",)}, "nationalities", "country_invalid"),
    ({"birth_country": "F"}, "birth_country", "country_invalid"),
    ({"birth_name": "x" * 201}, "birth_name", "too_long"),
    ({"address": Address("1 rue", "75001", "Paris", "France")}, "address.country", "country_invalid"),
])  # fmt: skip
def test_an_impossible_answer_is_named(changes: dict[str, object], field: str, code: str) -> None:
    assert FieldProblem(field, code) in person_problems(person(**changes), TODAY)  # type: ignore[arg-type]


def test_a_person_needs_a_role() -> None:
    assert roles_problems(Roles()) == (FieldProblem("roles", "role_required"),)
    assert roles_problems(Roles(representative=True)) == ()


@given(st.lists(st.integers(0, 10_000), max_size=5))
def test_shares_of_all_people_together_stay_within_the_whole(shares: list[int]) -> None:
    problems = shares_problems(tuple(Roles(beneficial_owner=True, capital=share) for share in shares))
    assert bool(problems) == (sum(shares) > 10_000)


@given(st.text())
def test_cleaned_text_has_no_control_or_direction_marks_and_is_stable(text: str) -> None:
    cleaned = clean_text(text)
    assert not any(ord(letter) < 32 or letter in "\u200e\u200f\u202a\u202e\u2066\u2069" for letter in cleaned)
    assert clean_text(cleaned) == cleaned


def test_values_survive_being_stored() -> None:
    someone = person(usage_name="Marié", nationalities=("FR", "BE"))
    assert Person.from_json(someone.to_json()) == someone
    assert Company.from_json(COMPANY.to_json()) == COMPANY
