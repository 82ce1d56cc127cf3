# SPDX-License-Identifier: Apache-2.0
"""The arrays that choose candidates lose nothing that comparing with every entry would show."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import Entry, Identifier, Index, PartialDate, Parties, Query, build_index, compare
from screening.block import Names, build_names
from screening.bounds import TOLERANCE, Asked
from screening.candidates import Met
from screening.names import PERSON, PreparedName, compare_names, weigh_person
from screening.parameters import PARAMETERS
from screening.score import ALERT, SHOWN
from screening.similarity import letters_alike, made_of, matrix
from screening.spelling import MINIMUM, Spelled, alike_enough
from screening.syllables import joined, spelt, spelt_together
from screening.vocabulary import Vocabulary, build_vocabulary
from tests.unit.screening.lists_support import entry, publication

pytestmark = pytest.mark.slow

GIVEN = ("Elvira", "Igoruk", "Annelise", "Muhammad", "Mohamed", "Abdul Rahman", "Specimen", "Aleksei", "Jean")
FAMILY = ("Nielsen", "Specimovich", "Dupontel", "al-Fictif", "Fictivesson", "von Beispiel", "Specimovich Dupontel")
BORN = ((), (PartialDate(1970, 5, 2),), (PartialDate(1955),), (PartialDate(1961, circa=True), PartialDate(1962, 3, 4)))
WORDS = st.sampled_from(
    [*GIVEN, *FAMILY, "Abdulrahman", "AlekseiSpecimovich", "I.", "Specirnen", "Muhamad", "Iogruk", "Esvita", "Nelson"]
)


def _listed() -> list[Entry]:
    made = []
    for number, (given_name, family) in enumerate(product(GIVEN, FAMILY)):
        born = BORN[number % len(BORN)]
        told: dict[str, Any] = {"birth_dates": born, "nationalities": ("FR",) if number % 3 else ()}
        if number % 5 == 0:
            told["identifiers"] = (Identifier("passport", "X1234567"),)
        made.append(entry(number, f"{given_name} {family}", family.upper(), **told))
    return made


LISTED = _listed()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with build_index([publication(*LISTED)], tmp_path_factory.mktemp("index")) as found:
        yield found


def _party(listed: Entry) -> Query:
    return Query(
        listed.ref,
        "person",
        tuple(name.text for name in listed.names),
        birth_date=tuple(str(date) for date in listed.birth_dates),
        nationality=listed.nationalities,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(WORDS, min_size=1, max_size=4).map(" ".join),
    st.sampled_from(["", "1970-05-02", "1975-05-02", "1930"]),
    st.sampled_from([(), ("FR",), ("DE",)]),
)
def test_the_index_shows_what_comparing_with_every_entry_shows(
    index: Index, name: str, born: str, nationality: tuple[str, ...]
) -> None:
    query = Query("1", "person", (name,), birth_date=(born,) if born else (), nationality=nationality)
    scores = {listed.ref: compare(query, _party(listed)).score for listed in LISTED}
    shown = {ref: score for ref, score in scores.items() if score >= SHOWN}
    assert {hit.entry: hit.score for hit in index.search(query, limit=len(LISTED))} == shown


@st.composite
def _cut_or_joined(draw: st.DrawFn) -> tuple[Entry, str]:
    """Draw an entry, and its name with a word cut in two or two words written together."""
    listed = draw(st.sampled_from(LISTED))
    words = listed.names[0].text.replace("-", " ").split()
    place = draw(st.integers(0, len(words) - 1))
    if draw(st.booleans()) and place:
        words[place - 1 : place + 1] = ["".join(words[place - 1 : place + 1])]
    else:
        cut = draw(st.integers(2, max(2, len(words[place]) - 2)))
        words[place] = f"{words[place][:cut]} {words[place][cut:]}"
    return listed, " ".join(words)


@settings(max_examples=150, deadline=None)
@given(_cut_or_joined())
def test_whoever_alerts_with_a_word_cut_or_joined_is_found(index: Index, drawn: tuple[Entry, str]) -> None:
    listed, name = drawn
    query = Query("1", "person", (name,))
    score = compare(query, _party(listed)).score
    for least in (SHOWN, ALERT):
        found = {hit.entry: hit.score for hit in index.search_many([query], limit=len(LISTED), least=least)[0]}
        assert found.get(listed.ref, 0.0) == (score if score >= least else 0.0)


QUERIES = st.builds(
    Query,
    st.just("1"),
    st.sampled_from(["person", "person", "organisation"]),
    st.lists(st.lists(WORDS, max_size=4).map(" ".join), max_size=2).map(tuple),
    birth_date=st.sampled_from([(), ("1970-05-02",), ("1955",)]),
    nationality=st.sampled_from([(), ("FR",)]),
    identifiers=st.sampled_from([(), ("X1234567",)]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(QUERIES, max_size=6), st.sampled_from([1, 50]))
def test_many_queries_together_are_answered_as_each_alone(index: Index, queries: list[Query], limit: int) -> None:
    assert index.search_many(queries, limit) == [index.search(query, limit) for query in queries]


@settings(max_examples=60, deadline=None)
@given(st.lists(QUERIES, min_size=1, max_size=6), st.floats(SHOWN, 1.0) | st.just(ALERT))
def test_what_scores_less_than_asked_for_alone_is_left_out(index: Index, queries: list[Query], least: float) -> None:
    shown = index.search_many(queries)
    assert index.search_many(queries, least=least) == [tuple(h for h in hits if h.score >= least) for hits in shown]


@settings(max_examples=80, deadline=None)
@given(st.lists(QUERIES, max_size=12), st.sampled_from([SHOWN, ALERT]))
def test_nobody_whom_a_search_finds_is_left_out_of_those_concerned(
    index: Index, queries: list[Query], least: float
) -> None:
    met = {place for place, query in enumerate(queries) if any(h.score >= least for h in index.search(query))}
    assert met <= set(index.concerned(Parties.of(queries), least))


SPELLED = st.text("abcdehilmnorstuy7", min_size=1, max_size=12) | st.text("ab", min_size=250, max_size=300)


@st.composite
def _misspelled(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a word, and the same word with up to four letters left out, added or changed."""
    word = letters = draw(SPELLED)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(letters)))
        letters = letters[:place] + draw(st.text("aeinrst", max_size=1)) + letters[place + draw(st.integers(0, 1)) :]
    return word, letters or word


@settings(max_examples=1500, deadline=None)
@given(_misspelled())
def test_words_that_are_alike_never_differ_in_too_many_letters_to_be(words: tuple[str, str]) -> None:
    one, other = (Spelled.of([word]) for word in words)
    alike = letters_alike(one.read, other.read)[0, 0] >= MINIMUM
    sides = [(word.letters, word.read.lengths) for word in (one, other)]
    assert alike_enough(*sides)[0] or not alike


@settings(max_examples=60, deadline=None)
@given(st.lists(SPELLED, min_size=1, max_size=20, unique=True), st.lists(SPELLED, min_size=1, max_size=6, unique=True))
def test_what_is_near_words_asked_for_together_is_what_is_near_each_alone(words: list[str], asked: list[str]) -> None:
    arrays = build_vocabulary(sorted(words))
    alone = [Vocabulary(arrays).near([word])[0] for word in asked]
    together = Vocabulary(arrays).near(asked)
    for one, other in zip(alone, together, strict=True):
        assert (one.words.tolist(), one.wholes.tolist(), one.cuts) == (
            other.words.tolist(),
            other.wholes.tolist(),
            other.cuts,
        )
        assert one.likeness == pytest.approx(other.likeness)


SYLLABLES = st.lists(st.sampled_from(["xiao", "hsiao", "ming", "wei", "ji", "a", "jeong", "chong", "min", "o"]))
WRITTEN = st.lists(SYLLABLES.map("".join).filter(bool), max_size=5)


@settings(max_examples=400, deadline=None)
@given(WRITTEN, WRITTEN)
def test_words_of_which_one_may_be_others_written_together_share_how_they_are_spelt(
    words: list[str], runs: list[str]
) -> None:
    for word, run in product(words, runs):
        assert not spelt_together(run).isdisjoint(spelt(word)) or not made_of(run, word, joined)


TOKENS = st.lists(
    st.sampled_from(
        [
            "ahmed",
            "ahmad",
            "hamid",
            "hussein",
            "hussain",
            "hassan",
            "tarek",
            "tariq",
            "ali",
            "al",
            "bin",
            "a",
            "h",
            "jo",
        ]
    ),
    min_size=1,
    max_size=5,
).map(tuple)


@settings(max_examples=400, deadline=None)
@given(TOKENS, st.floats(0, 2), st.lists(TOKENS, min_size=1, max_size=8))
def test_no_name_is_worth_more_than_it_is_judged_to_be_at_most(
    tokens: tuple[str, ...], dropped: float, listed: list[tuple[str, ...]]
) -> None:
    asked = Asked((weigh_person(tokens), weigh_person(tokens[:2])), (0.0, dropped), (0.0, 0.0))
    names = [PreparedName(weigh_person(words)) for words in listed]
    index = Names(build_names([name.words for name in names], person=True), PARAMETERS[PERSON], person=True)
    near = index.near(asked.words).of(np.arange(len(asked.words)))
    none = np.zeros(len(names), dtype=np.float32)
    met = Met(np.arange(len(names)), none + np.float32(1.0), none.astype(bool), none)
    ceilings = index._judge(asked, near, met)
    for reading, left_out, most in zip(asked.names, asked.dropped, ceilings.tolist(), strict=True):
        for name, ceiling in zip(names, most, strict=True):
            likeness = matrix(reading.tokens, name.tokens).tolist()
            assert compare_names(PreparedName(reading), name, likeness, PERSON, left_out).value <= ceiling + TOLERANCE
