# SPDX-License-Identifier: Apache-2.0
"""OFAC, the UK lists and SECO, on mini files with the traps of the real ones."""

import shutil
from pathlib import Path

import pytest

from screening import Category, EntryType, ListSource, PartialDate, UnrecognisedList, parse
from screening.lists.ofac_csv import is_companion
from tests.unit.screening.lists_support import FIXTURES, fixture


@pytest.mark.parametrize("name", ["ofac_sdn.xml", "ofac_sdn_old_namespace.xml"])
def test_ofac_is_read_under_either_namespace(name: str) -> None:
    listed = fixture(name)
    assert listed.source is ListSource.OFAC
    assert listed.publication_id == "05/07/2026/4"
    assert listed.counts["declared"] == listed.counts["records"] == 4


def test_ofac_birth_dates_of_all_forms_are_read() -> None:
    assert fixture("ofac_sdn.xml").entries[0].birth_dates == (
        PartialDate(1976, 10, 20),
        PartialDate(1955, circa=True),
        PartialDate(1958, year_to=1960),
        PartialDate(1961),
        PartialDate(1970, 9),
    )


def test_ofac_remarks_kept_among_the_identifiers_are_left_out() -> None:
    kinds = [item.kind for item in fixture("ofac_sdn.xml").entries[0].identifiers]
    assert kinds == ["passport", "wallet"]


def test_ofac_weak_alias_and_undetermined_country() -> None:
    person = fixture("ofac_sdn.xml").entries[0]
    names = {name.text: name for name in person.names}
    assert names["ABU SPECIMEN"].quality == "low"
    assert names["Igor SPECIMOV"].kind == "former"
    assert person.countries == ("CD",)
    assert person.nationalities == ("KP", "RU")


def test_ofac_vessels_and_aircraft_are_told_apart() -> None:
    kinds = [entry.type for entry in fixture("ofac_sdn.xml").entries]
    assert kinds == [
        EntryType.PERSON,
        EntryType.ORGANISATION,
        EntryType.VESSEL,
        EntryType.AIRCRAFT,
    ]
    assert fixture("ofac_sdn.xml").entries[2].identifiers[0].value == "9000001"


def test_ofac_non_sdn_list_freezes_nothing() -> None:
    listed = fixture("ofac_nonsdn.xml")
    assert listed.source is ListSource.OFAC_NONSDN
    assert listed.entries[0].ref == "OFAC:91001"
    assert listed.entries[0].category is Category.RESTRICTION


def test_ofac_csv_set_is_read_with_its_companions() -> None:
    listed = fixture("ofac_csv/sdn.csv")
    person, company, vessel = listed.entries
    assert listed.counts["companions"] == 3
    names = {name.text: name for name in person.names}
    assert person.names[0].family == "SPECIMOVICH"
    assert names["Igor SPECIMOV"].kind == "former"
    assert names["ABU SPECIMEN"].quality == "low"  # stands in the remarks only
    assert "SPECIMEN TAIL" in names  # stands in the continued remarks
    assert person.programmes == ("SDGT", "SYRIA")
    assert person.birth_dates == (PartialDate(1976, 10, 20), PartialDate(1962))
    assert company.type is EntryType.ORGANISATION  # its type is null
    assert company.names[0].text == "SPECIMEN FICTIONAL TRADING, LTD."
    assert company.countries == ("KP",)
    assert vessel.identifiers[0].value == "9000001"


def test_ofac_csv_remark_cut_between_two_files_is_read_as_one() -> None:
    values = {i.value for i in fixture("ofac_csv/sdn.csv").entries[0].identifiers}
    assert {"662317683000", "1027700167000", "X123456"} <= values


def test_ofac_csv_without_its_end_mark_is_cut_off(tmp_path: Path) -> None:
    raw = (FIXTURES / "ofac_csv/sdn.csv").read_bytes()
    (tmp_path / "sdn.csv").write_bytes(raw[:-1])
    with pytest.raises(UnrecognisedList, match="cut off"):
        parse(tmp_path / "sdn.csv")


def test_ofac_csv_alone_still_reads_and_tells_that_companions_are_missing(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "ofac_csv/sdn.csv", tmp_path)
    assert parse(tmp_path / "sdn.csv").counts["companions"] == 0


def test_ofac_companion_files_are_known_by_name() -> None:
    assert is_companion(Path("ALT.CSV"))
    assert is_companion(Path("cons_add.csv.xz"))
    assert not is_companion(Path("sdn.csv"))


def test_uk_rows_of_one_designation_are_one_entry() -> None:
    listed = fixture("uk.csv")
    assert [entry.ref for entry in listed.entries] == ["UK:AQD0901", "UK:DPR0901"]
    person = listed.entries[0]
    assert person.names[0].text == "Igoruk Fictif SPECIMOVICH"  # Name 6 stands first in the file
    assert person.cross_refs == ("UN:QDi.901",)
    assert listed.publication_id == "13-Feb-2026"


def test_uk_birth_dates_with_placeholders_and_typing_errors() -> None:
    assert fixture("uk.csv").entries[0].birth_dates == (
        PartialDate(1976, 10, 20),
        PartialDate(1968),
        PartialDate(1970, 2, 1),
        PartialDate(1980, 3),
    )


def test_uk_name_types_are_compared_without_case() -> None:
    names = {name.text: name for name in fixture("uk.csv").entries[0].names}
    assert names["Igor Specimov"].quality == "low"
    assert [name.kind for name in names.values()].count("primary") == 1


@pytest.mark.parametrize(("name", "ref"), [("uk.csv", "UK:DPR0901"), ("uk.xml", "UK:CYB0901")])
def test_uk_designation_without_asset_freeze_is_a_restriction(name: str, ref: str) -> None:
    categories = {entry.ref: entry.category for entry in fixture(name).entries}
    assert categories[ref] is Category.RESTRICTION
    assert categories["UK:AQD0901"] is Category.SANCTION


def test_uk_xml_tells_the_same_as_the_csv() -> None:
    person = fixture("uk.xml").entries[0]
    assert person.names[0].text == "Igoruk Fictif Specimovich"
    assert person.birth_dates == (PartialDate(1976),)
    assert person.countries == ("MM",)
    assert person.identifiers[0].value == "X123456"


def test_conlist_2022_keys_on_the_uk_reference_and_reads_numbered_cells() -> None:
    listed = fixture("uk_conlist_2022.csv")
    person = listed.entries[0]
    assert person.ref == "UK:AQD0901"
    assert person.nationalities == ("DE", "MA")
    assert person.birth_dates == (PartialDate(1965), PartialDate(1965, 3))
    assert person.cross_refs == ("UN:QDi.901",)
    assert {name.quality for name in person.names} == {"unknown", "low"}


def test_conlist_2018_is_read_from_windows_bytes() -> None:
    person = fixture("uk_conlist_2018.csv").entries[0]
    assert person.ref == "UK:OFSI-90009"
    assert person.names[0].text == "Zoé’s SPÉCIMEN"


def test_seco_delisted_targets_and_old_states_are_left_out() -> None:
    listed = fixture("ch.xml")
    assert [entry.ref for entry in listed.entries] == ["CH:9001"]
    assert listed.counts["skipped_delisted"] == 1
    assert listed.counts["skipped_nameless_object"] == 1
    assert "Old State" not in {name.text for name in listed.entries[0].names}


def test_seco_names_are_put_in_order_and_identities_joined() -> None:
    person = fixture("ch.xml").entries[0]
    names = {name.text: name for name in person.names}
    assert person.names[0].text == "Igoruk Fictifovich Specimovich"  # no title
    assert names["Second Specimen"].kind == "alias"
    assert names["Abu Specimen"].quality == "low"
    assert "Игорук Fictifovich Специмович" in names
    assert person.birth_dates == (PartialDate(1976, 10, 20),)
    assert (person.nationalities, person.countries) == (("KP",), ("MM",))
    assert person.programmes == ("Specimen ordinance",)
    assert person.cross_refs == ("UN:QDi.901",)
