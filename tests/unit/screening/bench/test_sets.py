# SPDX-License-Identifier: Apache-2.0
"""The query sets: the same for the same seed, and damaged as they say."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.bench import civil, damage
from screening.models import Category, Entry, EntryType, ListSource, Name

NAMES = civil.FrenchNames(["Specimen"], ["Essai"])
CHANCE = st.integers(0, 10_000).map(random.Random)


def entry(number: int, *names: Name) -> Entry:
    return Entry(f"DEMO:{number}", ListSource.DEMO, EntryType.PERSON, Category.SANCTION, names, fictional=True)


def specimens() -> list[Entry]:
    """Thirty invented persons, every second with a middle name, each with a spelling of its own script."""
    letters = "abcdefghijklmnopqrstuvwxyzabcd"
    return [
        entry(
            number,
            Name(
                f"Given{letter} {'Middle ' if number % 2 else ''}Family{letter}",
                given=f"Given{letter}",
                family=f"Family{letter}",
            ),
            Name("Образец", script="Cyrl", kind="alias"),
        )
        for number, letter in enumerate(letters)
    ]


def test_there_are_eleven_hard_sets_of_the_size_wanted() -> None:
    made = damage.hard_sets(specimens(), 10, seed=1)
    assert len(made) == 11
    assert {len(cases) for cases in made.values()} == {10}


def test_sets_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    first, again, other = (damage.hard_sets(specimens(), 10, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    forms = [civil.listed_forms(specimens(), NAMES, 10, seed) for seed in (1, 1, 2)]
    assert forms[0] == forms[1]
    assert forms[0] != forms[2]


def test_each_case_names_the_entry_it_was_made_from() -> None:
    texts = {each.ref: each.names[0].text for each in specimens()}
    for case in damage.hard_sets(specimens(), 30, seed=1)["exact"]:
        assert case.query.names == (texts[case.ref],)


def test_sets_that_drop_a_word_take_longer_names_only() -> None:
    made = damage.hard_sets(specimens(), 30, seed=1)
    assert {len(case.query.names[0].split()) for case in made["middle dropped"]} == {2}
    assert all("Middle" not in case.query.names[0] for case in made["first+last"])
    assert len(made["first+last"]) == 15


@pytest.mark.parametrize(
    ("name", "text", "made"),
    [
        ("LAST First", "Ann Bea Coe", "COE Ann Bea"),
        ("initial", "Ann Bea Coe", "A. Bea Coe"),
        ("first+last", "Ann Bea Coe", "Ann Coe"),
        ("middle dropped", "Ann Bea Coe", "Ann Coe"),
        ("joined", "Ann Coe", "AnnCoe"),
    ],
)
def test_a_treatment_does_what_its_name_says(name: str, text: str, made: str) -> None:
    assert damage.DAMAGES[name](text, random.Random(0)) == made


@given(st.text("abcdeé ", min_size=3).filter(lambda text: any(ch.isalpha() for ch in text)), CHANCE)
def test_an_edit_touches_one_letter_or_swaps_two(text: str, chance: random.Random) -> None:
    made = damage.edit(text, chance)
    assert abs(len(made) - len(text)) <= 1
    lost = Counter(text) - Counter(made)
    gained = Counter(made) - Counter(text)
    assert lost.total() <= 1
    assert gained.total() <= 1


@given(CHANCE)
def test_a_misreading_is_one_of_those_a_machine_makes(chance: random.Random) -> None:
    assert damage.misread("tom", chance) in {"t0m", "torn"}


def test_a_name_without_confusable_letters_stays() -> None:
    assert damage.misread("pat", random.Random(0)) == "pat"


def test_french_forms_keep_the_listed_name_in_them() -> None:
    made = civil.forms("Ann", "Coe", NAMES, random.Random(0))
    assert made["LAST First +2"] == "COE Ann Specimen Specimen"
    assert made["X First épouse LAST"] == "Essai Ann épouse COE"
    assert made["LAST-X First"] == "COE-Essai Ann"


def test_people_written_in_french_forms_keep_their_facts() -> None:
    case = damage.hard_sets(specimens(), 1, seed=1)["exact"][0]
    (made,) = civil.french_look([case.query], NAMES, seed=1)
    assert made.id == case.query.id
    assert made.names != case.query.names
