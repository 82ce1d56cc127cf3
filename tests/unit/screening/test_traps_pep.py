# SPDX-License-Identifier: Apache-2.0
"""PEP sources and the licensed ones: each trap of their data, on fictional records."""

import json
from pathlib import Path
from typing import Any

import pytest

from screening import Category, EntryType, Function, ListFile, ListSource, PartialDate, UnrecognisedList, parse
from tests.unit.screening.lists_support import FIXTURES, named, parsed

HATVP_HEAD = (FIXTURES / "hatvp.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def _hatvp(folder: Path, *rows: tuple[str, str, str]) -> ListFile:
    lines = [
        f"Mme;Fictive;SPECIMEN;{slug};{mandate};{role};di;59;2024-01-01;2024-01-01;x.pdf;/pages/{slug};;Livrée;;"
        for slug, mandate, role in rows
    ]
    return parsed(folder, "\ufeff" + "\n".join([HATVP_HEAD, *lines]))


def test_hatvp_rows_are_declarations_and_persons_are_told_by_their_page(tmp_path: Path) -> None:
    listed = _hatvp(tmp_path, ("a", "depute", "Députée"), ("a", "gouvernement", "Ministre"), ("b", "depute", "Députée"))
    assert [entry.ref for entry in listed.entries] == ["HATVP:a", "HATVP:b"]
    assert listed.entries[0].functions == (Function("Députée"), Function("Ministre"))


@pytest.mark.parametrize("mandate", ["epci", "commune", "departement", "region", "ctsp"])
def test_hatvp_local_mandates_are_outside_the_article_and_named_as_left_out(tmp_path: Path, mandate: str) -> None:
    listed = _hatvp(tmp_path, ("a", mandate, "Adjointe"), ("b", "senateur", "Sénatrice"))
    assert [entry.ref for entry in listed.entries] == ["HATVP:b"]
    assert [(record.ref, record.reason) for record in listed.skipped] == [("HATVP:a", "local_mandate")]


def test_everypolitician_member_without_id_is_rejected(tmp_path: Path) -> None:
    head, row = (FIXTURES / "everypolitician.csv").read_text().splitlines()[:2]
    nobody = "," + row.split(",", 1)[1]
    assert [record.reason for record in parsed(tmp_path, f"{head}\n{row}\n{nobody}").rejected] == ["member without id"]


def test_popolo_of_wrong_types_rejects_persons_and_survives(tmp_path: Path) -> None:
    document = {
        "persons": [{"id": "p1", "name": "Fictive Specimen", "other_names": [1, {"name": 2}]}, "x", {"name": "No Id"}],
        "memberships": ["x", {"person_id": "p1", "organization_id": ["o"]}],
        "events": {"a": 1},
    }
    listed = parsed(tmp_path, json.dumps(document))
    assert [entry.ref for entry in listed.entries] == ["EVERYPOLITICIAN:p1"]
    assert len(listed.rejected) == 2


def _ftm(schema: str, key: str = "NK-1", *, target: bool = True, **properties: Any) -> dict[str, Any]:
    said = {"name": ["Igor Specimov"], "topics": ["sanction"], **properties}
    return {"id": key, "caption": "Igor Specimov", "schema": schema, "properties": said, "target": target}


def _lines(folder: Path, *records: Any) -> ListFile:
    path = folder / "entities.ftm.json"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return parse(path, licensed=[ListSource.OPENSANCTIONS])


def test_opensanctions_is_read_only_where_the_licence_is_confirmed(tmp_path: Path) -> None:
    listed = _lines(tmp_path, _ftm("Person"))
    assert listed.entries[0].ref == "OPENSANCTIONS:NK-1"
    with pytest.raises(UnrecognisedList, match="licence"):
        parse(tmp_path / "entities.ftm.json")


def test_ftm_properties_become_names_dates_countries_and_numbers(tmp_path: Path) -> None:
    found = _lines(
        tmp_path,
        _ftm(
            "Person",
            weakAlias=["Abu Specimen"],
            previousName=["Igor Avant"],
            birthDate=["1976-10", "1977"],
            nationality=["ru"],
            passportNumber=["X123456"],
            position=["Fictional minister"],
            sanctions=[{"schema": "Sanction", "properties": {"program": ["SPECIMEN"]}}],
        ),
    ).entries[0]
    assert named(found)["Abu Specimen"].quality == "low"
    assert named(found)["Igor Avant"].kind == "former"
    assert found.birth_dates == (PartialDate(1976, 10), PartialDate(1977))
    assert (found.nationalities, found.programmes) == (("RU",), ("SPECIMEN",))
    assert [(item.kind, item.value) for item in found.identifiers] == [("passport", "X123456")]
    assert found.functions == (Function("Fictional minister"),)


@pytest.mark.parametrize(
    ("topics", "category"),
    [
        (["sanction"], Category.SANCTION),
        (["role.pep"], Category.PEP),
        (["sanction.linked"], Category.RESTRICTION),
        (["sanction.counter", "role.pep"], Category.PEP),
        ([], Category.RESTRICTION),
    ],
)
def test_ftm_topics_tell_the_consequence(tmp_path: Path, topics: list[str], category: Category) -> None:
    assert _lines(tmp_path, _ftm("Person", topics=topics)).entries[0].category is category


def test_ftm_lines_that_are_no_targets_are_named_as_left_out_and_broken_ones_rejected(tmp_path: Path) -> None:
    listed = _lines(
        tmp_path,
        _ftm("Vessel"),
        _ftm("Address", "addr-1", target=False),
        _ftm("CryptoWallet", "w-1"),
        "no record",
        {**_ftm("Person", "NK-9"), "properties": "x"},
    )
    assert listed.entries[0].type is EntryType.VESSEL
    assert [record.ref for record in listed.skipped] == ["OPENSANCTIONS:addr-1", "OPENSANCTIONS:w-1"]
    assert [record.ref for record in listed.rejected] == [None, "OPENSANCTIONS:NK-9"]


def test_senzing_lines_are_read(tmp_path: Path) -> None:
    record = {
        "DATA_SOURCE": "OS_SPECIMEN",
        "RECORD_ID": "NK-2",
        "RECORD_TYPE": "PERSON",
        "LAST_CHANGE": "2026-03-21T08:44:01",
        "NAMES": [{"NAME_TYPE": "PRIMARY", "NAME_FULL": "Fictive Specimen"}, {"NAME_FULL": "F. Specimen"}],
        "RISKS": [{"TOPIC": "role.pep"}],
        "DATES": [{"DATE_OF_BIRTH": "1972"}],
        "COUNTRIES": [{"NATIONALITY": "us"}],
        "IDENTIFIERS": [{"PASSPORT_NUMBER": "X123456"}, {"OTHER_ID_TYPE": "OPEN_SANCTIONS", "OTHER_ID_NUMBER": "NK-2"}],
    }
    position = {"DATA_SOURCE": "OS_SPECIMEN", "RECORD_ID": "Q1", "NAMES": [{"NAME_FULL": "Member"}]}
    listed = _lines(tmp_path, record, position)
    found = listed.entries[0]
    assert (found.category, found.nationalities, found.birth_dates) == (Category.PEP, ("US",), (PartialDate(1972),))
    assert [(item.kind, item.value) for item in found.identifiers] == [("passport", "X123456")]
    assert [name.kind for name in found.names] == ["primary", "alias"]
    assert [record.ref for record in listed.skipped] == ["OPENSANCTIONS:Q1"]
    assert str(listed.published_at) == "2026-03-21 08:44:01+00:00"
