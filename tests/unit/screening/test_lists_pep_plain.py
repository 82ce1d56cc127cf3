# SPDX-License-Identifier: Apache-2.0
"""Holders of public functions and the plain CSV."""

from pathlib import Path

import pytest

from screening import Category, Function, ListSource, PartialDate, UnrecognisedList, parse
from tests.unit.screening.lists_support import FIXTURES, fixture


def test_hatvp_declarations_of_one_person_are_one_entry_and_local_mandates_none() -> None:
    listed = fixture("hatvp.csv")
    assert [entry.ref for entry in listed.entries] == ["HATVP:specimen-fictive"]
    assert listed.counts["skipped_local_mandate"] == 1
    assert listed.entries[0].functions == (Function("Députée du Nord"),)
    assert listed.entries[0].category is Category.PEP


def test_european_parliament_csv_survives_stray_quotation_marks() -> None:
    member = fixture("ep.csv").entries[0]
    assert member.ref == "EP:900001"
    assert member.birth_dates == (PartialDate(1976, 10, 20),)
    assert member.functions[0].start == "2024-07-16"


def test_european_parliament_xml_has_no_birth_date() -> None:
    member = fixture("ep.xml").entries[0]
    assert (member.ref, member.nationalities, member.birth_dates) == ("EP:900001", ("FR",), ())


def test_members_of_congress_that_must_be_dead_are_left_out() -> None:
    listed = fixture("us.csv")
    assert [entry.ref for entry in listed.entries] == ["US_LEGISLATORS:S900001"]
    assert listed.counts["skipped_deceased"] == 1
    assert "Bob Specimen" in {name.text for name in listed.entries[0].names}


def test_everypolitician_other_names_are_aliases_and_the_dead_are_left_out() -> None:
    listed = fixture("everypolitician.csv")
    assert len(listed.entries) == 1
    person = listed.entries[0]
    assert (person.nationalities, person.birth_dates) == (("XK",), (PartialDate(1976),))
    assert {name.script for name in person.names} == {"Latn", "Cyrl"}


def test_popolo_memberships_carry_the_dates_of_their_period() -> None:
    person = fixture("popolo.json").entries[0]
    assert person.functions == (Function("Assembly of Specimens", "2014-12-02", "2019-11-13"),)


def test_plain_csv_reads_every_documented_column() -> None:
    listed = fixture("plain.csv")
    person = listed.entries[0]
    assert listed.source is ListSource.PROVIDER
    assert person.ref == "PROVIDER:1"
    assert person.nationalities == ("FR", "BE")
    assert person.birth_dates == (PartialDate(1976, 10, 20), PartialDate(1977))
    assert [(i.kind, i.value) for i in person.identifiers] == [
        ("passport", "X123456"),
        ("other", "998877"),
    ]
    assert person.functions == (
        Function("Minister", "2020-01-01", "2024-06-30"),
        Function("Deputy", "2018-01-01"),
    )
    assert not person.fictional


def test_plain_csv_rows_with_unknown_types_and_countries_are_rejected() -> None:
    assert [record.ref for record in fixture("plain.csv").rejected] == ["PROVIDER:2", "PROVIDER:3"]


def test_every_row_of_the_demo_source_is_marked_fictional() -> None:
    listed = fixture("demo.csv")
    assert listed.source is ListSource.DEMO
    assert all(entry.fictional for entry in listed.entries)


def test_demo_rows_may_not_hide_among_others(tmp_path: Path) -> None:
    text = (FIXTURES / "demo.csv").read_text() + "PROVIDER,9,person,pep,Other Specimen,,,,,,,,\n"
    (tmp_path / "mixed.csv").write_text(text)
    with pytest.raises(UnrecognisedList, match="demo"):
        parse(tmp_path / "mixed.csv")
