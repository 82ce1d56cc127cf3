# SPDX-License-Identifier: Apache-2.0
"""Stored parties are prepared once, kept in files, and asked whom a change of the lists concerns."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from screening import PARAMETERS, Identifier, Index, Parties, Query, UnusableIndex, build_index
from screening.align import Weighted
from screening.batch import Batch, Texts
from screening.block import Names, build_names
from screening.bounds import Asked
from screening.candidates import Wanted
from screening.layout import Array
from screening.rows import Rows
from screening.score import SHOWN
from screening.vocabulary import Floats
from tests.unit.screening.lists_support import entry, publication

CHANGE = (
    entry(1, "SPECIMOVICH Igoruk Fictif"),
    entry(2, "Annelise VON BEISPIEL", identifiers=(Identifier("passport", "X1234567"),)),
)
PARTIES = (
    Query("nobody", "person", ("Dupontel Aristide",)),
    Query("same", "person", ("Igoruk Specimovich",)),
    Query("nameless", "person", ()),
    Query("joined", "person", ("IgorukSpecimovich",)),
    Query("number", "person", ("Dupontel Aristide",), identifiers=("X 1234 567",)),
    Query("maiden", "person", ("MARTENOT Annelise née VON BEISPIEL",)),
    Query("company", "organisation", ("Igoruk Specimovich",)),
    Query("company number", "organisation", ("Boulangerie Fictive",), identifiers=("X1234567",)),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with build_index([publication(*CHANGE)], tmp_path_factory.mktemp("change")) as found:
        yield found


def _ids(places: list[int]) -> list[str]:
    return [PARTIES[place].id for place in places]


def test_those_whom_a_change_concerns_are_told_in_order(index: Index) -> None:
    assert _ids(index.concerned(Parties.of(PARTIES))) == ["same", "joined", "number", "maiden", "company number"]


def test_nobody_is_concerned_where_a_search_finds_nothing_and_all_are_where_it_does(index: Index) -> None:
    met = [place for place, hits in enumerate(index.search_many(PARTIES)) if hits]
    assert index.concerned(Parties.of(PARTIES), SHOWN) == met


def test_prepared_parties_are_kept_in_files(index: Index, tmp_path: Path) -> None:
    prepared = Parties.of(PARTIES)
    prepared.save(tmp_path)
    opened = Parties.open(tmp_path)
    assert len(opened) == len(PARTIES)
    assert index.concerned(opened) == index.concerned(prepared)


def test_nobody_at_all_may_be_stored(index: Index, tmp_path: Path) -> None:
    Parties.of([]).save(tmp_path)
    assert index.concerned(Parties.open(tmp_path)) == []


def test_files_that_are_damaged_or_of_an_index_are_refused(index: Index, tmp_path: Path) -> None:
    with pytest.raises(UnusableIndex):
        Parties.open(index.path)
    folder = Parties.of(PARTIES).save(tmp_path)
    with pytest.raises(UnusableIndex):
        Index.open(folder)
    (folder / "person_words.bin").write_bytes(b"somebody\n")
    with pytest.raises(UnusableIndex):
        Parties.open(tmp_path)


def test_parties_prepared_by_other_rules_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Parties.of(PARTIES).save(tmp_path)
    monkeypatch.setattr("screening.parties.parameters_sha256", lambda: "other")
    with pytest.raises(UnusableIndex, match="prepare"):
        Parties.open(tmp_path)


def test_a_short_name_beside_a_long_one_hides_nobody(tmp_path: Path) -> None:
    words = ("Aa", "Bb", "Cc", "Dd", "Ee", "Ff", "Gg", "Hh", "Ii", "Jj", "Kk", "Ll")
    listed = entry(1, f"Igoruk {' '.join(f'Beispiel{word}' for word in words)} Specimovich")
    query = Query("1", "person", ("Ana", "Igoruk Specimovich"))
    with build_index([publication(listed)], tmp_path) as index:
        assert [hit.entry for hit in index.search(query)] == [listed.ref]
        assert index.concerned(Parties.of([query]), SHOWN) == [0]


def test_words_written_together_are_found_among_more_of_them_than_32_bits_can_number() -> None:
    chance, syllables = random.Random(20261128), [f"{a}{b}" for a, b in product("bdfghklmnprstvz", "aeiou")]
    listed = sorted({"".join(chance.choices(syllables, k=5)) for _ in range(2000)})
    names = Names(
        build_names([Weighted((word,), (1.0,)) for word in listed], person=True), PARAMETERS["person"], person=True
    )
    query = Asked((Weighted((listed[-1][:6], listed[-1][6:]), (1.0, 1.0)),), (0.0,), (0.0,))
    batch = Batch.of([query], person=True)
    wanted = Wanted(np.full(1, SHOWN, np.float32), np.zeros(1, np.float32), _nothing)
    others = 2**31 // len(names) + 1
    rows = Rows(batch.runs.rows.starts, batch.runs.rows.values + others)
    keys = Rows(np.concatenate([np.zeros(others, np.int64), batch.made_up.starts]), batch.made_up.values)
    among = replace(batch, runs=Texts.made(("zz",) * others + batch.runs.texts, rows), made_up=keys)
    near = names.near(batch.words.texts)
    alone = names.chosen(batch, near, lambda _: query, wanted)[0]
    assert len(listed) - 1 in alone.names
    assert names.chosen(among, near, lambda _: query, wanted)[0].names.tolist() == alone.names.tolist()


def _nothing(_: Array, names: Array) -> Floats:
    return np.zeros(len(names), dtype=np.float32)
