# SPDX-License-Identifier: Apache-2.0
"""Two parties compared: what agrees, what contradicts, and why."""

import pytest

from screening import Comparison, Query, compare


def _compare(first: str, second: str, kind: str = "person", **fields: object) -> Comparison:
    mine = Query.from_json({"id": "1", "type": kind, "names": [first], **fields})
    return compare(mine, Query("2", kind, (second,)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Igoruk Specimovich", "SPECIMOVICH Igoruk"),
        ("Specimovich, Igoruk", "Igoruk Specimovich"),
        ("Igoruk Specimovich", "Igoruk Specimovic"),
        ("Ig0ruk Spec1movich", "Igoruk Specimovich"),
        ("IgorukSpecimovich", "Igoruk Specimovich"),
        ("Igoruk Speci movich", "Igoruk Specimovich"),
        ("Игорук Специмович", "Igoruk Spetsimovich"),
        ("I. Specimovich", "Igoruk Specimovich"),
        ("Dr. Igoruk Specimovich", "Igoruk Specimovich"),
        ("Igoruk Fictifovich Specimovich", "Igoruk Specimovich"),
        ("Igoruk Specimovich", "Igoruk Fictifovich Specimovich"),
        ("Bob Specimov", "Robert Specimov"),
        ("Abdul Aziz Khayali", "'Abd al-Aziz al-Khayali"),
        ("Igroku Specimovich", "Igoruk Specimovich"),
    ],
)
def test_spellings_of_one_person_alert(first: str, second: str) -> None:
    assert _compare(first, second).alert


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Igoruk Specimovich", "Annelise Dupontel"),
        ("Igoruk Fictifovich Specimovich", "Igoruk Testovich Specimovich"),
        ("A. Specimovich", "Igoruk Specimovich"),
        ("Jean Specimovich", "Paul Specimovich"),
        ("Jean Martin", "Jean Specimovich"),
        ("Specimovich", "Igoruk Fictifovich Specimovich"),
        ("Han Spec Imen", "Han Fic Tif"),
        ("", "Igoruk Specimovich"),
    ],
)
def test_other_persons_do_not_alert(first: str, second: str) -> None:
    assert not _compare(first, second).alert


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("SOCIETE PAR ACTIONS SIMPLIFIEE FICTIVE", "FICTIVE S.A.S."),
        ("Fictive Trading OAO", "Open Joint Stock Company Fictive Trading"),
        ("A.B.C. Fictive", "ABC Fictive"),
        ("Fictive & Fils", "Fictive et Fils"),
        ("Brigade Forty-Four", "Brigade 44"),
        ("Fictive Labor Organization", "Fictive Labour Organisation"),
        ("Fictive (Suisse) AG", "Fictive AG"),
    ],
)
def test_spellings_of_one_organisation_alert(first: str, second: str) -> None:
    assert _compare(first, second, "organisation").alert


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Fictive Trading Company", "Specimen Trading Company"),
        ("Fictive National Petroleum Corporation", "Fictive National Pipeline Corporation"),
        ("Fictive Fund I Ltd", "Fictive Fund II Ltd"),
        ("Fictive", "Fictive 3"),
        ("LXC Aviation", "LAU Aviation"),
        ("Limited Company", "Fictive Limited"),
    ],
)
def test_other_organisations_do_not_alert(first: str, second: str) -> None:
    assert not _compare(first, second, "organisation").alert


def test_points_add_up_and_words_explain_them() -> None:
    mine = Query("1", "person", ("MARTYN Igoruk Lise",), birth_date=("1970-05-02",))
    found = compare(mine, Query("2", "person", ("Igoruk MARTIN",), birth_date=("1990",)))
    assert sum(reason.points for reason in found.explanation) == pytest.approx(found.score, abs=1e-6)
    texts = [reason.text_en for reason in found.explanation]
    assert "MARTYN matches MARTIN (one letter differs)" in texts
    assert "Read as first given name: MARTYN Igoruk" in texts
    assert "Birth dates 1970-05-02 and 1990 are more than ten years apart" in texts
    assert any("correspond à" in reason.text_fr for reason in found.explanation)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("Bob Specimov", "Robert Specimov", "forms of one given name"),
        ("Igoruk Spetzimov", "Igoruk Spetsimov", "one letter differs"),
        ("Mouhammad Specimov", "Muhamed Specimov", "same sound"),
        ("Igoruk Bamestein", "Igoruk Barnestein", "letters a machine confuses"),
        ("I. Specimov", "Igoruk Specimov", "initial"),
        ("IgorukSpecimov", "Igoruk Specimov", "written together"),
        ("Igoruk Alexandrovsk", "Igoruk Alexamdrowsk", "letters differ"),
    ],
)
def test_each_way_of_agreeing_has_its_words(first: str, second: str, words: str) -> None:
    assert any(words in reason.text_en for reason in _compare(first, second).explanation)


def test_a_shared_long_identifier_alerts_whatever_the_name() -> None:
    mine = Query("1", "person", ("Igoruk Specimovich",), identifiers=("X-1234567",))
    theirs = Query("2", "person", ("Somebody Else",), identifiers=("x1234567",))
    assert compare(mine, theirs).alert


def test_differing_legal_forms_cost_points() -> None:
    same = _compare("Fictive Holding Alpha AG", "Fictive Holding Alpha AG", "organisation")
    other = _compare("Fictive Holding Alpha AG", "Fictive Holding Alpha GmbH", "organisation")
    assert other.score < same.score
    assert "Legal forms AG and GMBH differ" in [r.text_en for r in other.explanation]


def test_civil_status_of_the_candidate_counts_as_spellings() -> None:
    candidate = Query("2", "person", (), birth_name="SPECIMOVA", given_names="Annelise")
    assert compare(Query("1", "person", ("Annelise SPECIMOVA",)), candidate).alert


def test_nothing_to_compare_gives_nothing() -> None:
    assert compare(Query("1", "person", ()), Query("2", "person", ("",))) == Comparison(0.0, False, ())


def test_comparisons_and_queries_survive_json() -> None:
    found = _compare("Igoruk Specimovich", "Igoruk Specimovic")
    assert Comparison.from_json(found.to_json()) == found
    query = Query("1", "person", ("A B",), "A", "B", "C D", ("1970",), ("FR",), "FR", ("X1",))
    assert Query.from_json(query.to_json()) == query


@pytest.mark.parametrize(
    "data",
    [{"type": "ghost"}, {"names": [1]}, {"names": {"a": 1}}, {"birth_name": ["x"]}],
)
def test_queries_of_wrong_shape_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Query.from_json(data)


def test_a_digit_is_no_initial_of_a_number_and_no_digit_is_a_slip() -> None:
    assert not _compare("Specimen Battalion 5", "Specimen Battalion 55", "organisation").alert
    assert not _compare("A B M 1001", "A B M 1002").alert
