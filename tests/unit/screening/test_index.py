# SPDX-License-Identifier: Apache-2.0
"""Indexes are built, opened, searched and refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening import (
    Category,
    EntryType,
    Hit,
    Identifier,
    Index,
    ListSource,
    Name,
    PartialDate,
    Parties,
    Query,
    UnusableIndex,
    build_index,
    compare,
)
from screening.layout import FORMAT
from screening.score import ALERT, SHOWN
from tests.unit.screening.lists_support import entry, fixture, publication

LISTS = ("fr.json", "eu.xml", "un.xml", "ofac_sdn.xml", "uk.xml", "ch.xml", "demo.csv")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with build_index([fixture(name) for name in LISTS], tmp_path_factory.mktemp("index")) as found:
        yield found


def _search(index: Index, name: str, kind: str = "person", **fields: object) -> tuple[Hit, ...]:
    return index.search(Query.from_json({"id": "1", "type": kind, "names": [name], **fields}))


def test_sources_tell_which_publication_was_searched(index: Index) -> None:
    assert set(index.sources) == {"FR", "EU", "UN", "OFAC", "UK", "CH", "DEMO"}
    french = index.sources["FR"]
    assert french["publication_id"] == "2026-05-31T07:26:40.8593026+02:00"
    assert french["count"] == 4
    assert len(french["content_sha256"]) == 64
    assert index.manifest["engine"]


def test_entries_are_fetched_by_reference(index: Index) -> None:
    assert index.entry("FR:1001") == fixture("fr.json").entries[0]
    with pytest.raises(KeyError):
        index.entry("FR:9999")


def test_one_designee_on_several_lists_is_one_hit_with_all_sources(index: Index) -> None:
    hit = _search(index, "SPECIMOVICH Igoruk Fictif")[0]
    joined = {"CH:9001", "EU:EU.7001.75", "FR:1001", "OFAC:90001", "UK:AQD0901", "UN:QDi.901"}
    assert joined <= set(hit.sources)
    assert hit.alert
    assert hit.category is Category.SANCTION


def test_hits_survive_json_and_their_points_add_up(index: Index) -> None:
    for hit in _search(index, "SPECIMOVICH Igorouk", birth_date="1976-10-20"):
        assert Hit.from_json(json.loads(json.dumps(hit.to_json()))) == hit
        assert sum(r.points for r in hit.explanation) == pytest.approx(hit.score, abs=1e-6)


def test_a_hit_carries_the_fingerprint_of_its_entry(index: Index) -> None:
    hit = _search(index, "Igoruk SPECIMOVICH")[0]
    assert hit.fingerprint == index.entry(hit.entry).fingerprint


def test_every_script_finds_its_entry(index: Index) -> None:
    for name in ("Игорук СПЕЦИМОВИЧ", "سبيسيمن خيالي"):
        assert any("UN:QDi.901" in hit.sources for hit in _search(index, name) if hit.alert)


def test_ships_and_companies_answer_to_organisations(index: Index) -> None:
    assert _search(index, "FICTION STAR", "organisation")[0].alert
    assert _search(index, "SPECIMEN FICTIONAL TRADING LLC", "organisation")[0].alert


def test_an_identifier_alone_finds_its_entry_and_says_so(index: Index) -> None:
    hits = _search(index, "Somebody Unrelated", identifiers=["X 123456"])
    assert hits[0].alert
    assert "Same identifier X123456" in [reason.text_en for reason in hits[0].explanation]


def test_a_contradicting_birth_date_lowers_and_a_missing_one_hides_nothing(index: Index) -> None:
    bare = _search(index, "Igoruk SPECIMOVICH")[0]
    contradicted = _search(index, "Igoruk SPECIMOVICH", birth_date="1931-01-30")[0]
    assert bare.alert
    assert contradicted.score < bare.score
    assert any(reason.feature == "birth_date" for reason in contradicted.explanation)


def test_people_on_no_list_give_no_alert(index: Index) -> None:
    assert not any(hit.alert for hit in _search(index, "Annelise Dupontel"))


@pytest.mark.parametrize(
    "name",
    ["", " ", "\x00", "\u202e\u202d", "'", "a" * 10_000, "a b " * 5_000, "-" * 500, "\ud800", "中", "庄" * 1_000, "1"],
)
def test_no_name_breaks_the_search(index: Index, name: str) -> None:
    for kind in ("person", "organisation"):
        index.search(Query("1", kind, (name,), birth_name=name, given_names=name))


def test_weak_aliases_cost_points_and_say_so(tmp_path: Path) -> None:
    with build_index(
        [publication(entry(1, "Igoruk Specimovich", Name("Abou Fictif", quality="low")))], tmp_path
    ) as found:
        hit = _search(found, "Abou Fictif")[0]
    assert hit.matched_name == "Abou Fictif"
    assert "The list calls this alias weak" in [reason.text_en for reason in hit.explanation]


def test_equal_scores_are_ordered_by_evidence(tmp_path: Path) -> None:
    listed = publication(
        entry(1, "Igoruk Specimovich"),
        entry(2, "Igoruk Specimovich", birth_dates=(PartialDate(1970, 5, 2),)),
        *(entry(10 + n, f"Other{n} Specimen{n}") for n in range(20)),
    )
    with build_index([listed], tmp_path) as found:
        hits = _search(found, "Igoruk Specimovich", birth_date="1970-05-02")
    assert [hit.entry for hit in hits] == ["DEMO:2", "DEMO:1"]
    assert hits[0].score == hits[1].score
    assert hits[0].order > hits[1].order


def test_limit_cuts_the_last_hits(tmp_path: Path) -> None:
    listed = publication(*(entry(n, "Igoruk Specimovich") for n in range(5)))
    with build_index([listed], tmp_path) as found:
        assert len(found.search(Query("1", "person", ("Igoruk Specimovich",)), limit=2)) == 2


def test_the_nearest_designees_are_told_whatever_their_score(index: Index) -> None:
    query = Query("1", "person", ("Igoruk Somebody Quite Different",))
    assert not any("UN:QDi.901" in hit.sources for hit in index.search(query))
    assert any("UN:QDi.901" in refs for refs in index.nearest(query, limit=3))
    assert len(index.nearest(query, limit=1)) == 1
    assert index.nearest(Query("1", "person", ("",))) == []


def test_entries_of_two_lists_join_by_name_and_birth_date_but_never_two_of_one(tmp_path: Path) -> None:
    born = (PartialDate(1970, 5, 2),)
    own = [entry(n, "Igoruk Specimovich", birth_dates=born) for n in (1, 2)]
    other = entry(1, "SPECIMOVICH Igoruk", birth_dates=born, source=ListSource.PROVIDER)
    with build_index([publication(own[0]), publication(other, source=ListSource.PROVIDER)], tmp_path / "a") as found:
        assert _search(found, "Igoruk Specimovich")[0].sources == ("DEMO:1", "PROVIDER:1")
    with build_index([publication(*own)], tmp_path / "b") as found:
        assert len(_search(found, "Igoruk Specimovich")) == 2


def test_a_wrong_cross_reference_joins_nobody(tmp_path: Path) -> None:
    first = entry(1, "Igoruk Specimovich", cross_refs=("DEMO:2", "DEMO:3"))
    other = entry(2, "Annelise Dupontel")
    firm = entry(3, "Specimovich Trading", type=EntryType.ORGANISATION)
    with build_index([publication(first, other, firm)], tmp_path) as found:
        assert _search(found, "Igoruk Specimovich")[0].sources == ("DEMO:1",)


def test_building_the_same_content_again_gives_the_same_index(tmp_path: Path) -> None:
    listed = publication(entry(1, "Igoruk Specimovich"))
    with build_index([listed], tmp_path) as first, build_index([listed], tmp_path) as second:
        assert first.path == second.path
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_new_build_moves_the_pointer_and_keeps_the_old_index(tmp_path: Path) -> None:
    old = build_index([publication(entry(1, "Igoruk Specimovich"))], tmp_path)
    build_index([publication(entry(2, "Annelise Dupontel"), day=2)], tmp_path).close()
    with Index.open(tmp_path) as current, Index.open(old.path) as former:
        assert current.entry("DEMO:2").ref == "DEMO:2"
        assert former.entry("DEMO:1").ref == "DEMO:1"
        assert _search(old, "Igoruk Specimovich")


def test_of_two_publications_of_one_source_the_later_entry_counts(tmp_path: Path) -> None:
    old = publication(entry(1, "Igoruk Specimovich"), entry(2, "Only Before"))
    new = publication(entry(1, "Igoruk Specimovitch"), day=2)
    with build_index([new, old], tmp_path) as found:
        assert found.entry("DEMO:1").names[0].text == "Igoruk Specimovitch"
        assert found.sources["DEMO"]["count"] == 2
        assert found.entry("DEMO:2").ref == "DEMO:2"


def test_a_closed_index_answers_no_more(tmp_path: Path) -> None:
    found = build_index([publication(entry(1, "Igoruk Specimovich"))], tmp_path)
    found.close()
    with pytest.raises(UnusableIndex, match="closed"):
        _search(found, "Igoruk Specimovich")


def test_a_folder_without_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableIndex, match="no index"):
        Index.open(tmp_path)
    (tmp_path / "CURRENT").write_text("../elsewhere\n")
    with pytest.raises(UnusableIndex, match="pointer"):
        Index.open(tmp_path)


def _built(tmp_path: Path) -> Path:
    listed = publication(entry(1, "Igoruk Specimovich", identifiers=(Identifier("x", "X1234567"),)))
    return build_index([listed], tmp_path).path


@pytest.mark.parametrize("name", ["entries.bin", "person_written.npy", "person_traits.npy"])
def test_a_byte_that_changed_anywhere_is_noticed(tmp_path: Path, name: str) -> None:
    file = _built(tmp_path) / name
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(UnusableIndex, match=f"{name} is damaged"):
        Index.open(tmp_path)


def test_an_index_with_a_file_cut_off_or_missing_is_refused(tmp_path: Path) -> None:
    blob = _built(tmp_path) / "entries.bin"
    blob.write_bytes(blob.read_bytes()[:-1])
    with pytest.raises(UnusableIndex, match="cut off"):
        Index.open(tmp_path)
    blob.unlink()
    with pytest.raises(UnusableIndex, match="missing"):
        Index.open(tmp_path)


def test_a_damaged_index_is_replaced_where_the_same_is_built_again(tmp_path: Path) -> None:
    path = _built(tmp_path)
    (path / "entries.bin").unlink()
    assert _built(tmp_path) == path
    with Index.open(tmp_path) as found:
        assert _search(found, "Igoruk Specimovich")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["CURRENT", path.name]


def test_an_index_with_another_manifest_is_refused(tmp_path: Path) -> None:
    manifest = _built(tmp_path) / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "engine": "0.0.1"}))
    with pytest.raises(UnusableIndex, match="damaged manifest"):
        Index.open(tmp_path)
    manifest.write_text("{")
    with pytest.raises(UnusableIndex, match="unreadable manifest"):
        Index.open(tmp_path)
    manifest.write_text(json.dumps({**told, "format": FORMAT + 1}))
    with pytest.raises(UnusableIndex, match="format"):
        Index.open(tmp_path)


def test_a_word_of_any_length_is_found(tmp_path: Path) -> None:
    with build_index([publication(entry(1, f"Igoruk {'庄' * 900}"))], tmp_path) as built:
        assert [hit.score for hit in _search(built, f"Igoruk {'庄' * 900}")] == [1.0]


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    with build_index([], tmp_path) as found:
        assert _search(found, "Igoruk Specimovich") == ()
        assert found.sources == {}


@pytest.mark.parametrize(("family", "asked"), [("Jonnier", "Jennifer"), ("Nielsen", "Nelson"), ("Esvita", "Elvira")])
def test_words_without_three_letters_in_common_are_found_at_the_score_they_have(
    family: str, asked: str, tmp_path: Path
) -> None:
    with build_index([publication(entry(1, f"Igoruk {family}"))], tmp_path) as built:
        query = Query("1", "person", (f"Igoruk {asked}",))
        shown = built.search(query)
        assert shown[0].alert
        assert built.search_many([query], least=shown[0].score) == [shown]
        assert built.concerned(Parties.of([query]), least=shown[0].score) == [0]


@pytest.mark.parametrize(("listed", "asked"), [("Igoruk Esvita", "Elvira Igoruk"), ("Igoruk Nielsen", "Nelson Igoruk")])
def test_a_word_with_two_other_letters_of_six_is_found_beside_another_birth_date(
    listed: str, asked: str, tmp_path: Path
) -> None:
    born = entry(1, listed, birth_dates=(PartialDate(1961, 3, 4),))
    with build_index([publication(born)], tmp_path) as built:
        query = Query("1", "person", (asked,), birth_date=("1963-05-02",))
        expected = compare(query, Query("2", "person", (listed,), birth_date=("1961-03-04",))).score
        assert SHOWN <= expected < ALERT
        assert [hit.score for hit in built.search(query)] == [expected]


def test_two_words_each_with_two_other_letters_of_six_as_heard_alert(tmp_path: Path) -> None:
    with build_index([publication(entry(1, "Igoruk Thelsen Dhelmen"))], tmp_path) as built:
        query = Query("1", "person", ("Igoruk Thielson Dhielmon",))
        score = compare(query, Query("2", "person", ("Igoruk Thelsen Dhelmen",))).score
        assert score >= ALERT
        assert [hit.score for hit in built.search(query)] == [score]


@pytest.mark.parametrize(
    ("listed", "asked"), [("Kim Chong-pa", "Kim Jeongpa"), ("Yi Jeong Pa", "Lee Chong Pa"), ("Si Xie", "Ssu Hsieh")]
)
def test_syllables_spelled_otherwise_are_found_at_the_score_they_have(listed: str, asked: str, tmp_path: Path) -> None:
    with build_index([publication(entry(1, listed))], tmp_path) as built:
        query = Query("1", "person", (asked,))
        shown = built.search(query)
        assert shown[0].alert
        assert built.search_many([query], least=shown[0].score) == [shown]


@pytest.mark.parametrize("asked", ["Igoruk Spec imovich", "Igo ruk Specimovich", "Igoruk Specimovi ch Fictif"])
def test_a_word_of_the_list_is_found_where_it_is_cut(asked: str, tmp_path: Path) -> None:
    listed = f"Igoruk Specimovich{' Fictif' * asked.endswith('Fictif')}"
    with build_index([publication(entry(1, listed))], tmp_path) as built:
        query = Query("1", "person", (asked,))
        score = compare(query, Query("2", "person", (listed,))).score
        assert score >= ALERT
        assert [hit.score for hit in built.search_many([query], least=ALERT)[0]] == [score]
        assert built.concerned(Parties.of([query]), least=ALERT) == [0]


def test_a_short_form_of_a_given_name_alerts_where_alerts_alone_are_asked_for(tmp_path: Path) -> None:
    with build_index([publication(entry(1, "Robert Specimov"))], tmp_path) as built:
        query = Query("1", "person", ("Bob Specimov",))
        assert built.search_many([query], least=ALERT)[0][0].alert


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        ("Kim Jia", "Kim Ji A"),
        ("Kim Ji A", "Kim Jia"),
        ("Ming Wang Xiao", "Hsiaoming Wang"),
        ("Seop Kim Hyeong", "Kim Hyongsop"),
    ],
)
def test_syllables_may_be_written_apart_and_in_another_order(listed: str, asked: str, tmp_path: Path) -> None:
    with build_index([publication(entry(1, listed))], tmp_path) as built:
        assert built.search(Query("1", "person", (asked,)))[0].alert
