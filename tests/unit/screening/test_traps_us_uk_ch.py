# SPDX-License-Identifier: Apache-2.0
"""OFAC, the UK lists and SECO: each trap of their data, on fictional records in the official shapes."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from screening import Category, Entry, EntryType, ListFile, ListSource, PartialDate, build_index
from screening.lists.ofac import identifier_kind
from tests.unit.screening.lists_support import FIXTURES, named, parsed


def _ofac(folder: Path, body: str, *, programme: str = "SDGT", namespace: str = "https://example.org/XML") -> ListFile:
    head = (
        "<publshInformation><Publish_Date>05/07/2026</Publish_Date><Record_Count>1</Record_Count></publshInformation>"
    )
    entry = (
        "<sdnEntry><uid>90001</uid><firstName>Igor</firstName><lastName>SPECIMOV</lastName>"
        f"<sdnType>Individual</sdnType><programList><program>{programme}</program></programList>{body}</sdnEntry>"
    )
    return parsed(folder, f'<sdnList xmlns="{namespace}">{head}{entry}</sdnList>', programme)


@pytest.mark.parametrize(
    "namespace",
    [
        "http://tempuri.org/sdnList.xsd",
        "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML",
    ],
)
def test_ofac_namespaces_come_and_go(tmp_path: Path, namespace: str) -> None:
    assert _ofac(tmp_path, "", namespace=namespace).entries[0].ref == "OFAC:90001"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("24 Mar 1965", PartialDate(1965, 3, 24)),
        ("1962", PartialDate(1962)),
        ("Sep 1970", PartialDate(1970, 9)),
        ("circa 1955", PartialDate(1955, circa=True)),
        ("1958 to 1960", PartialDate(1958, year_to=1960)),
        ("01 Jan 1961 to 31 Dec 1961", PartialDate(1961)),
        ("circa 1979-1982", PartialDate(1979, circa=True, year_to=1982)),
    ],
)
def test_ofac_birth_dates_of_every_form(tmp_path: Path, text: str, date: PartialDate) -> None:
    item = f"<dateOfBirthItem><dateOfBirth>{text}</dateOfBirth></dateOfBirthItem>"
    assert _ofac(tmp_path, f"<dateOfBirthList>{item}</dateOfBirthList>").entries[0].birth_dates == (date,)


@pytest.mark.parametrize(
    "label", ["Gender", "Secondary sanctions risk:", "Website", "Organization Established Date", "Organization Type:"]
)
def test_ofac_remarks_among_the_numbers_are_no_numbers(label: str) -> None:
    assert identifier_kind(label) is None


@pytest.mark.parametrize("label", ["Passport", "US FEIN", "Personal ID Card", "Digital Currency Address - XBT"])
def test_ofac_numbers_are_numbers(label: str) -> None:
    assert identifier_kind(label) is not None


def test_ofac_list_without_freeze_is_a_list_of_its_own_under_the_same_numbers(tmp_path: Path) -> None:
    listed = _ofac(tmp_path, "", programme="CMIC-EO13959")
    assert listed.source is ListSource.OFAC_NONSDN
    assert (listed.entries[0].ref, listed.entries[0].category) == ("OFAC:90001", Category.RESTRICTION)


def test_ofac_party_on_both_lists_stays_sanctioned(tmp_path: Path) -> None:
    both = [_ofac(tmp_path, ""), _ofac(tmp_path, "", programme="NS-PLC")]
    for lists in (both, both[::-1]):
        with build_index(lists, tmp_path / "index") as index:
            assert index.entry("OFAC:90001").category is Category.SANCTION
            assert {source: said["count"] for source, said in index.sources.items()} == {"OFAC": 1, "OFAC_NONSDN": 1}


def _primary(folder: Path, rows: Sequence[Sequence[str]], *, end: str = "\x1a") -> Entry:
    text = "".join(",".join(row) + "\r\n" for row in rows) + end
    return parsed(folder, text, "sdn.csv").entries[0]


def _row(name: str, kind: str, remarks: str, *, programme: str = "SDGT") -> list[str]:
    return ["90001", f'"{name}"', kind, f'"{programme}"', *["-0- "] * 7, f'"{remarks}"' if remarks else "-0- "]


def test_ofac_csv_null_has_a_trailing_space_and_organisations_have_no_type(tmp_path: Path) -> None:
    found = _primary(tmp_path, [_row("SPECIMEN TRADING, LTD.", "-0- ", "", programme="SDGT] [SYRIA")])
    assert found.type is EntryType.ORGANISATION
    assert (found.display_name, found.programmes) == ("SPECIMEN TRADING, LTD.", ("SDGT", "SYRIA"))


def test_ofac_csv_weak_aliases_stand_in_the_remarks_alone(tmp_path: Path) -> None:
    remarks = "DOB 1962; alt. DOB Sep 1970; a.k.a. 'ABU SPECIMEN'; f.k.a. 'SPECIMEN THE OLD'."
    found = _primary(tmp_path, [_row("SPECIMOV, Igor", '"individual"', remarks)])
    assert named(found)["ABU SPECIMEN"].quality == "low"
    assert named(found)["SPECIMEN THE OLD"].kind == "former"
    assert found.birth_dates == (PartialDate(1962), PartialDate(1970, 9))


def test_ofac_csv_person_is_family_comma_given_and_company_is_not(tmp_path: Path) -> None:
    person = _primary(tmp_path, [_row("SPECIMOV, Igor", '"individual"', "")])
    assert (person.display_name, person.names[0].family) == ("Igor SPECIMOV", "SPECIMOV")


UK_COLUMNS = (FIXTURES / "uk.csv").read_text().splitlines()[1].split(",")


def _uk(folder: Path, *rows: dict[str, str]) -> ListFile:
    out = io.StringIO()
    out.write("Report Date: 13-Feb-2026\n")
    table = csv.DictWriter(out, UK_COLUMNS)
    table.writeheader()
    base = {"Unique ID": "RUS0901", "Name 6": "SPECIMOV", "Name type": "Primary Name", "Designation Type": "Individual"}
    for row in rows:
        table.writerow(base | {"Sanctions Imposed": "Asset freeze"} | row)
    return parsed(folder, out.getvalue())


def test_uk_name_6_comes_first_and_is_the_family_name(tmp_path: Path) -> None:
    row = {f"Name {number}": word for number, word in enumerate(("Igor", "F", "Von", "Der", "Zu"), 1)}
    found = _uk(tmp_path, row).entries[0]
    assert (found.display_name, found.names[0].family) == ("Igor F Von Der Zu SPECIMOV", "SPECIMOV")


def test_uk_name_6_alone_is_a_whole_name(tmp_path: Path) -> None:
    assert _uk(tmp_path, {"Name 6": "Abou Specimen"}).entries[0].display_name == "Abou Specimen"


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Primary Name", "primary"),
        ("Primary name", "primary"),
        ("Primary Name Variation", "alias"),
        ("Primary name variation", "alias"),
        ("Alias", "alias"),
        ("ALias", "alias"),
    ],
)
def test_uk_name_types_have_six_spellings(tmp_path: Path, label: str, kind: str) -> None:
    assert _uk(tmp_path, {"Name type": label}).entries[0].names[0].kind == kind


@pytest.mark.parametrize(
    ("text", "quality"),
    [("Good quality a.k.a", "good"), ("Low quality a.k.a", "low"), ("", "unknown")],
)
def test_uk_alias_strength_is_mostly_blank(tmp_path: Path, text: str, quality: str) -> None:
    assert _uk(tmp_path, {"Alias strength": text}).entries[0].names[0].quality == quality


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("dd/mm/1968", PartialDate(1968)),
        ("dd/03/1980", PartialDate(1980, 3)),
        ("20/10/1976", PartialDate(1976, 10, 20)),
        ("1976", PartialDate(1976)),
        ("'01/02/1970", PartialDate(1970, 2, 1)),
        ("00/00/1965", PartialDate(1965)),
        ("00/03/1965", PartialDate(1965, 3)),
        ("05/1973", PartialDate(1973, 5)),
        ("15/03/19yy", None),
        ("31/02/1970", PartialDate(1970, 2)),
    ],
)
def test_uk_birth_dates_with_placeholders_and_typing_errors(
    tmp_path: Path, text: str, date: PartialDate | None
) -> None:
    assert _uk(tmp_path, {"D.O.B": text}).entries[0].birth_dates == ((date,) if date else ())


def test_uk_rows_are_combinations_and_one_designation(tmp_path: Path) -> None:
    rows = [{"D.O.B": "1976", "Address Country": "Iran"}, {"D.O.B": "1977", "Address Country": "Iran"}]
    listed = _uk(tmp_path, *rows)
    assert len(listed.entries) == 1
    assert listed.entries[0].birth_dates == (PartialDate(1976), PartialDate(1977))


@pytest.mark.parametrize(
    ("measures", "category"),
    [
        ("Asset freeze|Travel Ban", Category.SANCTION),
        ('Shipping sanctions: (see "Other information")', Category.RESTRICTION),
        ("Travel Ban", Category.RESTRICTION),
    ],
)
def test_uk_designation_is_not_always_an_asset_freeze(tmp_path: Path, measures: str, category: Category) -> None:
    assert _uk(tmp_path, {"Sanctions Imposed": measures}).entries[0].category is category


def test_uk_html_entities_in_names_are_read(tmp_path: Path) -> None:
    assert _uk(tmp_path, {"Name 6": "Specimen &amp; Sons"}).entries[0].display_name == "Specimen & Sons"


def test_uk_successor_of_an_ended_state_is_the_country(tmp_path: Path) -> None:
    row = {"Nationality(/ies)": "(1) Germany. (2) Morocco", "Country of birth": "Former USSR (now Belarus)"}
    found = _uk(tmp_path, row).entries[0]
    assert (found.nationalities, found.countries) == (("DE", "MA"), ("BY",))


def test_uk_row_without_unique_id_is_rejected(tmp_path: Path) -> None:
    assert [record.reason for record in _uk(tmp_path, {}, {"Unique ID": ""}).rejected] == ["row without Unique ID"]


@pytest.mark.parametrize("said", ["(UN Ref):CFi.901.", "UN Ref CFi.901.", "UN Reference: CFi.901"])
def test_conlist_ids_are_packed_in_other_information(tmp_path: Path, said: str) -> None:
    text = (FIXTURES / "uk_conlist_2022.csv").read_text().replace("UN Ref QDi.901.", said)
    found = parsed(tmp_path, text).entries[0]
    assert (found.ref, found.cross_refs) == ("UK:AQD0901", ("UN:CFi.901",))


def _seco(folder: Path, targets: str) -> ListFile:
    return parsed(folder, f'<swiss-sanctions-list date="2026-02-18">{targets}</swiss-sanctions-list>')


def _identity(*parts: tuple[str, str], main: str = "true") -> str:
    told = "".join(
        f'<name-part order="{order}" name-part-type="{kind}"><value>{kind}</value></name-part>' for order, kind in parts
    )
    return f'<identity main="{main}"><name name-type="primary-name" quality="good">{told}</name></identity>'


WHOLE = _identity(("1", "whole-name"))


def test_seco_status_is_the_first_modification(tmp_path: Path) -> None:
    off = '<modification modification-type="de-listed"/><modification modification-type="listed"/>'
    on = '<modification modification-type="listed"/><modification modification-type="de-listed"/>'
    targets = "".join(
        f'<target ssid="{ssid}"><individual>{WHOLE}</individual>{states}</target>'
        for ssid, states in (("1", off), ("2", on))
    )
    listed = _seco(tmp_path, targets)
    assert [entry.ref for entry in listed.entries] == ["CH:2"]
    assert [(record.ref, record.reason) for record in listed.skipped] == [("CH:1", "delisted")]


def test_seco_old_states_nested_in_modifications_are_no_targets(tmp_path: Path) -> None:
    old = f'<removed><target ssid="1"><individual>{_identity(("1", "given-name"))}</individual></target></removed>'
    target = (
        f'<target ssid="1"><individual>{WHOLE}</individual>'
        f'<modification modification-type="amended">{old}</modification></target>'
    )
    listed = _seco(tmp_path, target)
    assert listed.counts["records"] == 1
    assert named(listed.entries[0]).keys() == {"whole-name"}


def test_seco_family_name_first_in_the_file_and_last_in_the_name(tmp_path: Path) -> None:
    parts = (("x", "title"), ("1", "family-name"), ("3", "father-name"), ("2", "given-name"))
    found = _seco(tmp_path, f'<target ssid="1"><individual>{_identity(*parts)}</individual></target>').entries[0]
    assert found.display_name == "given-name father-name family-name"


def test_seco_identities_beside_the_main_one_are_aliases(tmp_path: Path) -> None:
    body = _identity(("1", "given-name"), main="false") + WHOLE
    found = named(_seco(tmp_path, f'<target ssid="1"><individual>{body}</individual></target>').entries[0])
    assert {name: said.kind for name, said in found.items()} == {"whole-name": "primary", "given-name": "alias"}


def test_seco_ship_number_stands_in_a_remark_and_stands_for_a_missing_name(tmp_path: Path) -> None:
    remark = "<other-information>IMO number: 9000001</other-information>"
    listed = _seco(
        tmp_path,
        f'<target ssid="1"><object object-type="vessel">{remark}</object></target>'
        f'<target ssid="2"><object object-type="vessel">{WHOLE}{remark}</object></target>'
        '<target ssid="3"><object object-type="vessel"/></target>',
    )
    assert [entry.display_name for entry in listed.entries] == ["IMO 9000001", "whole-name"]
    assert all(entry.identifiers[0].value == "9000001" for entry in listed.entries)
    assert [(record.ref, record.reason) for record in listed.skipped] == [("CH:3", "nameless_object")]


def test_seco_company_has_a_founding_date_and_no_birth_date(tmp_path: Path) -> None:
    dated = WHOLE.replace("</identity>", '<day-month-year day="1" month="2" year="1990"/></identity>')
    targets = "".join(f'<target ssid="{kind}"><{kind}>{dated}</{kind}></target>' for kind in ("individual", "entity"))
    births = [entry.birth_dates for entry in _seco(tmp_path, targets).entries]
    assert births == [(PartialDate(1990, 2, 1),), ()]
