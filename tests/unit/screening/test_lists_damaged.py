# SPDX-License-Identifier: Apache-2.0
"""What fuzzing found (tests/properties/test_list_parsers.py): damage that once lost a listed entry or broke off."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from screening import Category, ListFile, ListSource, UnrecognisedList, check, parse
from tests.unit.screening.lists_support import FIXTURES, named, parsed


def _changed(folder: Path, name: str, *changes: tuple[str, str]) -> ListFile:
    text = (FIXTURES / name).read_bytes().decode("utf-8-sig")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parsed(folder, text)


def _ftm(folder: Path, **fields: Any) -> ListFile:
    lines = (FIXTURES / "ftm.jsonl").read_text().splitlines()
    lines[1] = json.dumps(json.loads(lines[1]) | fields)
    (folder / "list").write_text("\n".join(lines))
    return parse(folder / "list", licensed=[ListSource.OPENSANCTIONS])


@pytest.mark.parametrize("encoding", ["unheard-of", "shift_jis", "utf-7", "hex"])
def test_xml_in_an_encoding_that_cannot_be_read_is_refused(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(UnrecognisedList, match="encoding"):
        _changed(tmp_path, "eu.xml", ('encoding="UTF-8"', f'encoding="{encoding}"'))


@pytest.mark.parametrize(("name", "end"), [("eu.xml", "</sanctionEntity>"), ("uk.xml", "</Designation>")])
def test_a_record_inside_another_is_not_overlooked(tmp_path: Path, name: str, end: str) -> None:
    start = end.replace("/", "").rstrip(">")
    text = (FIXTURES / name).read_text()
    head, _, tail = text.rpartition(start)
    with pytest.raises(UnrecognisedList, match="another place"):
        parsed(tmp_path, head.rstrip().removesuffix(end) + start + tail.replace(end, end * 2, 1))


def test_elements_of_an_unknown_kind_among_the_records_are_named_and_warned_of(tmp_path: Path) -> None:
    listed = _changed(
        tmp_path, "uk.xml", ("</Designations>", "<Listing><UniqueID>X</UniqueID></Listing></Designations>")
    )
    assert [(record.ref, record.reason) for record in listed.skipped] == [("<Listing>", "unknown_element")]
    problem = next(each for each in check(listed, None) if each.code == "unknown_elements")
    assert (problem.severity, "<Listing>" in problem.text) == ("warning", True)


def test_the_count_of_ofac_stands_beside_an_unknown_element(tmp_path: Path) -> None:
    listed = _changed(tmp_path, "ofac_sdn.xml", ("</sdnList>", "<legend/></sdnList>"))
    assert "count_mismatch" not in {problem.code for problem in check(listed, None)}


def test_a_key_told_twice_hides_no_records(tmp_path: Path) -> None:
    with pytest.raises(UnrecognisedList, match="twice"):
        _changed(tmp_path, "fr.json", ('"PublicationDetail":[', '"PublicationDetail":[],"PublicationDetail":['))


@pytest.mark.parametrize(
    ("name", "old", "ref"),
    [
        ("eu.xml", 'code="person"', "EU:EU.7001.75"),
        ("ofac_sdn.xml", "<sdnType>Individual</sdnType>", "OFAC:90001"),
        ("uk.xml", "<IndividualEntityShip>Individual</IndividualEntityShip>", "UK:AQD0901"),
    ],
)
def test_a_party_of_an_unknown_type_is_rejected_and_not_searched_as_another(
    tmp_path: Path, name: str, old: str, ref: str
) -> None:
    listed = _changed(tmp_path, name, (old, old.replace("person", "alien").replace("Individual<", "Alien<")))
    assert ref in [record.ref for record in listed.rejected]


def test_rows_of_one_designation_that_disagree_on_its_type_reject_it(tmp_path: Path) -> None:
    listed = _changed(tmp_path, "uk.csv", ("Individual,,Asset freeze", "Ship,,Asset freeze"))
    assert [record.ref for record in listed.rejected] == ["UK:AQD0901"]


def test_a_freeze_told_by_one_row_is_a_freeze(tmp_path: Path) -> None:
    text = (FIXTURES / "uk.csv").read_text()
    head, _, tail = text.rpartition("Asset freeze|Travel Ban")
    found = {entry.ref: entry for entry in parsed(tmp_path, f"{head}{tail}").entries}
    assert found["UK:AQD0901"].category is Category.SANCTION


PLAIN = "list,id,type,category,name,aliases,birth_dates,nationalities,countries,identifiers,programme,functions,url\n"


def test_a_person_and_an_organisation_under_one_reference_are_not_joined(tmp_path: Path) -> None:
    rows = "PROVIDER,1,person,pep,Fictive Specimen,,,,,,,,\nPROVIDER,1,organisation,pep,Specimen SARL,,,,,,,,\n"
    listed = parsed(tmp_path, PLAIN + rows)
    assert [name.text for name in listed.entries[0].names] == ["Fictive Specimen"]
    assert [record.ref for record in listed.rejected] == ["PROVIDER:1"]


def test_of_two_records_under_one_reference_the_graver_consequence_counts(tmp_path: Path) -> None:
    rows = "PROVIDER,1,person,pep,Fictive Specimen,,,,,,,,\nPROVIDER,1,person,sanction,F. Specimen,,,,,,,,\n"
    assert parsed(tmp_path, PLAIN + rows).entries[0].category is Category.SANCTION


def test_a_row_with_a_comma_too_many_is_not_read_under_wrong_names(tmp_path: Path) -> None:
    with pytest.raises(UnrecognisedList, match="too many columns"):
        parsed(tmp_path, f"{PLAIN}PROVIDER,1,person,pep,Specimen, Fictive,,,,,,,,x\n")


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnrecognisedList, match="twice"):
        parsed(tmp_path, f"{PLAIN.strip()},name\nPROVIDER,1,person,pep,Specimen,,,,,,,,,Other\n")


def test_a_quotation_mark_left_open_swallows_no_members(tmp_path: Path) -> None:
    head, row = (FIXTURES / "ep.csv").read_text().splitlines()
    opened = row.replace('Party "of" Specimens', '"Party of Specimens')
    with pytest.raises(UnrecognisedList, match="left open"):
        parsed(tmp_path, "\n".join([head, opened, row.replace("900001", "900002"), row.replace("900001", "900003")]))


@pytest.mark.parametrize(
    ("companion", "row"), [("alt.csv", '99999,1,"aka","SPECIMEN",-0- \r\n'), ("alt.csv", "90001,1\r\n")]
)
def test_a_companion_that_does_not_fit_its_primary_file_is_refused(tmp_path: Path, companion: str, row: str) -> None:
    shutil.copytree(FIXTURES / "ofac_csv", tmp_path, dirs_exist_ok=True)
    path = tmp_path / companion
    path.write_bytes(path.read_bytes().replace(b"\x1a", row.encode() + b"\x1a"))
    with pytest.raises(UnrecognisedList, match="CSV set"):
        parse(tmp_path / "sdn.csv")


@pytest.mark.parametrize("name", ["everypolitician.csv", "popolo.json"])
def test_what_is_no_date_tells_no_death(tmp_path: Path, name: str) -> None:
    assert len(_changed(tmp_path, name, ("2001-01-01", "unknown")).entries) == 2


def test_a_mandate_that_is_not_known_stays_in(tmp_path: Path) -> None:
    listed = _changed(tmp_path, "hatvp.csv", (";epci;", ";conseil_fictif;"))
    assert "HATVP:specimen-local" in {entry.ref for entry in listed.entries}


@pytest.mark.parametrize("schema", [["Person"], {"a": 1}, None])
def test_an_opensanctions_schema_of_another_type_breaks_nothing_off(tmp_path: Path, schema: Any) -> None:
    listed = _ftm(tmp_path, schema=schema)
    assert ("OPENSANCTIONS:NK-902", "other_schema") in {(record.ref, record.reason) for record in listed.skipped}


@pytest.mark.parametrize(
    "fields",
    [{"target": "true"}, {"target": None}, {"properties": {"name": "Specimen"}}, {"properties": {"name": [1]}}],
)
def test_an_opensanctions_record_of_other_types_is_rejected_and_not_left_out(
    tmp_path: Path, fields: dict[str, Any]
) -> None:
    assert [record.ref for record in _ftm(tmp_path, **fields).rejected] == ["OPENSANCTIONS:NK-902"]


def test_a_french_name_of_another_type_rejects_the_record(tmp_path: Path) -> None:
    listed = _changed(tmp_path, "fr.json", ('"Alias":"Игорук СПЕЦИМОВИЧ"', '"Alias":["Игорук СПЕЦИМОВИЧ"]'))
    assert [record.ref for record in listed.rejected] == ["FR:1001"]


def test_a_publication_from_no_possible_year_is_undated(tmp_path: Path) -> None:
    listed = _changed(tmp_path, "eu.xml", ("2026-05-13T17:44:28.283+02:00", "0001-01-01T00:00:00+14:00"))
    assert listed.published_at is None


def test_ten_thousand_characters_of_a_name_stay_one_name(tmp_path: Path) -> None:
    listed = _changed(tmp_path, "uk.xml", ("<Name6>Igor Specimov</Name6>", f"<Name6>{'Specimov' * 1250}</Name6>"))
    assert max(len(text) for text in named(listed.entries[0])) == 10_000
