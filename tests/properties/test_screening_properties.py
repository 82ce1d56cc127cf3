# SPDX-License-Identifier: Apache-2.0
"""What holds for any party: reasons add up, facts move a score one way, nothing breaks."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import Comparison, PartialDate, Query, compare
from screening.dates import read_date
from screening.facts import grade
from screening.forms import expand
from screening.models import Entry
from screening.normalise import fold, person_tokens, word_tokens
from tests.unit.screening.lists_support import fixture

pytestmark = pytest.mark.slow

LETTERS = st.text("abcdefgiklmnoprstuvyzéç'-", min_size=1, max_size=12)
NAMES = st.one_of(
    st.lists(LETTERS, min_size=1, max_size=5).map(" ".join),
    st.text(max_size=40),
    st.sampled_from(["Игорук Специмович", "DUPONT Marie née MARTIN", "Fictive S.A.S.", "中文 名"]),
)
DATES = st.dates().map(str)
NUMBERS = st.from_regex(r"[A-Z][0-9]{7,9}", fullmatch=True)
KINDS = st.sampled_from(["person", "organisation"])
COUNTRIES = st.sampled_from([(), ("FR",), ("DE", "FR")])


@st.composite
def parties(draw: st.DrawFn, kind: str | None = None) -> Query:
    """Draw a party with any mix of names and facts."""
    return Query(
        id="1",
        type=kind or draw(KINDS),
        names=tuple(draw(st.lists(NAMES, max_size=3))),
        birth_name=draw(st.none() | NAMES),
        given_names=draw(st.none() | NAMES),
        birth_date=tuple(draw(st.lists(DATES, max_size=2))),
        nationality=draw(COUNTRIES),
        identifiers=tuple(draw(st.lists(NUMBERS, max_size=2))),
    )


def _sound(found: Comparison) -> None:
    assert 0.0 <= found.score <= 1.0
    assert sum(reason.points for reason in found.explanation) == pytest.approx(found.score, abs=1e-6)
    assert all(reason.text_en and reason.text_fr for reason in found.explanation)


@given(parties(), parties())
def test_points_add_up_to_a_score_between_zero_and_one(first: Query, second: Query) -> None:
    _sound(compare(first, second))


@given(parties(), parties())
def test_the_same_question_has_the_same_answer(first: Query, second: Query) -> None:
    assert compare(first, second) == compare(first, second)


@given(parties(), parties(), NUMBERS)
def test_a_matching_identifier_never_lowers(first: Query, second: Query, number: str) -> None:
    bare = compare(first, second)
    first = replace(first, identifiers=(*first.identifiers, number))
    second = replace(second, identifiers=(*second.identifiers, number))
    assert compare(first, second).score >= bare.score


@given(parties("person"), parties("person"), st.dates(), st.dates())
def test_a_missing_birth_date_never_hides_what_a_contradicting_one_shows(
    first: Query, second: Query, mine: object, theirs: object
) -> None:
    bare = compare(replace(first, birth_date=()), second)
    full = compare(replace(first, birth_date=(str(mine),)), replace(second, birth_date=(str(theirs),)))
    dates = read_date(str(mine)), read_date(str(theirs))
    if dates[0] and dates[1] and grade(dates[0], dates[1]) in {"birth_far", "birth_other_year"}:
        assert bare.score >= full.score
    assert compare(first, replace(second, birth_date=())).score == bare.score


@given(parties("person"), parties("person"), st.dates())
def test_an_equal_birth_date_never_lowers(first: Query, second: Query, day: object) -> None:
    bare = compare(replace(first, birth_date=()), replace(second, birth_date=()))
    both = compare(replace(first, birth_date=(str(day),)), replace(second, birth_date=(str(day),)))
    assert both.score >= bare.score


@given(st.lists(LETTERS, min_size=2, max_size=4).map(" ".join))
def test_a_person_is_always_found_under_the_own_name(name: str) -> None:
    party = Query("1", "person", (name,))
    if person_tokens(name):
        assert compare(party, party).score == 1.0


@given(st.lists(NAMES, min_size=1, max_size=3), NAMES, KINDS)
def test_a_further_name_never_hides_a_match(names: list[str], name: str, kind: str) -> None:
    listed = Query("2", kind, ("Igoruk Specimovich",))
    fewer, more = Query("1", kind, tuple(names)), Query("1", kind, (*names, name))
    assert compare(more, listed).score >= compare(fewer, listed).score


@settings(max_examples=200)
@given(st.text(st.characters(), max_size=300))
def test_any_text_folds_to_plain_letters_and_digits(text: str) -> None:
    for token in (*fold(text), *person_tokens(text), *word_tokens(text)):
        assert token.isascii()
        assert token.isalnum()
        assert token == token.lower()


@given(st.text(max_size=80))
def test_any_line_has_a_bounded_number_of_forms(text: str) -> None:
    assert len(expand(Query("1", "person", (text,)))) <= 17


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = read_date(text)
    assert found is None or isinstance(found, PartialDate)


@given(st.sampled_from(fixture("eu.xml").entries + fixture("ch.xml").entries))
def test_entries_survive_json(entry: Entry) -> None:
    assert Entry.from_json(entry.to_json()) == entry
