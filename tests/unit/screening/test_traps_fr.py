# SPDX-License-Identifier: Apache-2.0
"""The French register: each trap of its data, on fictional records in the authority's shape."""

import json
from pathlib import Path
from typing import Any

import pytest

from screening import Entry, EntryType, ListFile, PartialDate
from tests.unit.screening.lists_support import named, parsed


def _record(number: Any, nom: Any = "SPECIMOV", nature: str = "Personne physique", **fields: Any) -> dict[str, Any]:
    details = [{"TypeChamp": field, "Valeur": values} for field, values in fields.items()]
    return {"IdRegistre": number, "Nature": nature, "Nom": nom, "RegistreDetail": details}


def _register(folder: Path, *records: Any) -> ListFile:
    publications = {"DatePublication": "2026-01-01T00:00:00+01:00", "PublicationDetail": records}
    return parsed(folder, json.dumps({"Publications": publications}))


def _one(folder: Path, **fields: Any) -> Entry:
    return _register(folder, _record(1, **fields)).entries[0]


def _born(year: str, month: str = "", day: str = "") -> dict[str, str]:
    return {"Jour": day, "Mois": month, "Annee": year, "Commentaire": ""}


def test_a_person_without_given_name_is_kept_whole_in_unknown_order(tmp_path: Path) -> None:
    found = _one(tmp_path, nom="SPECIM CHOL SAM")
    assert (found.display_name, found.names[0].family) == ("SPECIM CHOL SAM", None)


def test_doubled_and_trailing_spaces_and_repeated_aliases_vanish(tmp_path: Path) -> None:
    aliases = [{"Alias": text} for text in ("Igor  Specimov ", "IGOR SPECIMOV", "Igor Specimov")]
    found = _one(tmp_path, nom="SPECIMOVICH ", PRENOM=[{"Prenom": " Igoruk  Fictif "}], ALIAS=aliases)
    assert [name.text for name in found.names] == ["Igoruk Fictif SPECIMOVICH", "Igor Specimov"]


def test_hijri_years_beside_their_gregorian_twins_are_left_out(tmp_path: Path) -> None:
    found = _one(tmp_path, DATE_DE_NAISSANCE=[_born("1343"), _born("1925"), _born("1402"), _born("1982", "4", "19")])
    assert found.birth_dates == (PartialDate(1925), PartialDate(1982, 4, 19))


def test_several_birth_dates_full_and_partial_are_alternatives(tmp_path: Path) -> None:
    found = _one(tmp_path, DATE_DE_NAISSANCE=[_born("1976", "10", "20"), _born("1977", "06"), _born("1978")])
    assert found.birth_dates == (PartialDate(1976, 10, 20), PartialDate(1977, 6), PartialDate(1978))


@pytest.mark.parametrize(
    ("parts", "read"),
    [
        (("1976", "13", "01"), PartialDate(1976)),
        (("1976", "02", "31"), PartialDate(1976, 2)),
        (("1976", "", "20"), PartialDate(1976)),
        (("²", "", ""), None),
        (("9" * 5000, "", ""), None),
        (("vers 1976", "", ""), None),
    ],
)
def test_impossible_dates_lose_what_is_impossible_and_nothing_else(
    tmp_path: Path, parts: tuple[str, str, str], read: PartialDate | None
) -> None:
    assert _one(tmp_path, DATE_DE_NAISSANCE=[_born(*parts)]).birth_dates == ((read,) if read else ())


@pytest.mark.parametrize(
    ("alias", "text", "quality"),
    [
        ("Abou Specimen (peu fiable)", "Abou Specimen", "low"),
        ("Abou Specimen (fiable)", "Abou Specimen", "good"),
        ("Abou Specimen (pseudonyme peu fiable)", "Abou Specimen", "low"),
        ("سبيسيمن  (orthographe farsi)", "سبيسيمن", "unknown"),
        ("سبيسيمن (orthographe en farsi)", "سبيسيمن", "unknown"),
    ],
)
def test_reliability_of_an_alias_is_a_remark_inside_it(tmp_path: Path, alias: str, text: str, quality: str) -> None:
    assert named(_one(tmp_path, ALIAS=[{"Alias": alias}]))[text].quality == quality


def test_semicolons_part_aliases_and_slashes_do_not(tmp_path: Path) -> None:
    found = _one(tmp_path, ALIAS=[{"Alias": "Specim Un; Specim Deux"}, {"Alias": "Specimen J/V"}, {"Alias": "Sp/Esp"}])
    assert {"Specim Un", "Specim Deux", "Specimen J/V", "Sp/Esp"} <= named(found).keys()


def test_another_script_in_brackets_is_a_name_of_its_own(tmp_path: Path) -> None:
    found = named(_one(tmp_path, ALIAS=[{"Alias": "Larisa SPECIMOVA (СПЕЦИМОВА)"}, {"Alias": "Specimen Group (SG)"}]))
    assert found["СПЕЦИМОВА"].script == "Cyrl"
    assert {"Larisa SPECIMOVA", "Specimen Group (SG)"} <= found.keys()


@pytest.mark.parametrize(("nature", "first"), [("Navire", "FICTION STAR"), ("Personne morale", "Specimen Ltd")])
def test_ship_and_owner_in_one_name_are_parted_and_the_designee_comes_first(
    tmp_path: Path, nature: str, first: str
) -> None:
    found = _one(tmp_path, nom="Specimen Ltd - navire FICTION STAR", nature=nature)
    assert found.display_name == first
    assert named(found).keys() == {"FICTION STAR", "Specimen Ltd"}


def test_french_country_names_in_capitals_are_read_and_empty_ones_are_none(tmp_path: Path) -> None:
    names = ("BIRMANIE/MYANMAR", "CORÉE DU NORD", "RÉPUBLIQUE DÉMOCRATIQUE DU CONGO", "")
    assert _one(tmp_path, NATIONALITE=[{"Pays": text} for text in names]).nationalities == ("MM", "KP", "CD")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (" série 1808 n° 123456", "1808 123456"),
        ("a) X123456, délivré le 14 juillet 2011 à Villefictive", "X123456"),
        ("0802 562000", "0802 562000"),
        ("B00018000 (Soudan)", "B00018000"),
        ("Italy number YB7731000, expires 01 Mar 2031", "YB7731000"),
    ],
)
def test_passport_numbers_are_found_in_free_text(tmp_path: Path, text: str, number: str) -> None:
    found = _one(tmp_path, PASSEPORT=[{"NumeroPasseport": text}])
    assert [(item.kind, item.value) for item in found.identifiers] == [("passport", number)]


@pytest.mark.parametrize(
    ("text", "label", "read"),
    [
        ("1027700000000", "Numéro OGRN", [("registration", "1027700000000")]),
        ("Numéro d’identification fiscale: 6663003000", "", [("tax", "6663003000")]),
        ("1207700173000 - Numéro d'enregistrement", "", [("registration", "1207700173000")]),
        ("INN 7751002000 KPP 775101000", "", [("tax", "7751002000"), ("tax", "775101000")]),
        ("Date d'enregistrement: 28.1.2003", "", []),
        ("Fédération de Russie", "Principal établissement", []),
        ("12/34567", "Principal établissement: Fédération de Russie", []),
        ("Lieu d'enregistrement: Iran. Numéro d'enregistrement: IR0052586000.", "", [("registration", "IR0052586000")]),
        ("/", "Numéro d'enregistrement", []),
    ],
)
def test_identification_mixes_labels_numbers_dates_and_places(
    tmp_path: Path, text: str, label: str, read: list[tuple[str, str]]
) -> None:
    found = _one(tmp_path, IDENTIFICATION=[{"Identification": text, "Commentaire": label}])
    assert [(item.kind, item.value) for item in found.identifiers] == read


@pytest.mark.parametrize(
    ("text", "ref"), [("UE.7001.75", "EU:EU.7001.75"), ("736.10", "EU:EU.736.10"), ("EU.1.2", "EU:EU.1.2")]
)
def test_dirty_european_references_are_repaired(tmp_path: Path, text: str, ref: str) -> None:
    assert _one(tmp_path, REFERENCE_UE=[{"ReferenceUe": text}]).cross_refs == (ref,)


def test_a_european_reference_beyond_repair_refers_to_nothing(tmp_path: Path) -> None:
    assert _one(tmp_path, REFERENCE_UE=[{"ReferenceUe": "1646"}]).cross_refs == ()


@pytest.mark.parametrize(
    "basis",
    ["Dispositif national de gel des avoirs - art L. 562-3 du code monétaire et financier",
     "UE Ukraine intégrité territoriale - R (UE", "ONU Corée du Nord - RCSNU 1718"],
)  # fmt: skip
def test_national_european_and_un_measures_are_told_by_the_bracket_of_the_act(tmp_path: Path, basis: str) -> None:
    act = {"FondementJuridique": 1, "FondementJuridiqueLabel": f"Arrêté du 02/01/2026 ({basis})"}
    found = _one(tmp_path, FONDEMENT_JURIDIQUE=[act])
    assert found.programmes == (basis,)
    assert found.legal_basis == (f"Arrêté du 02/01/2026 ({basis})",)


def test_a_ship_number_may_be_a_number(tmp_path: Path) -> None:
    found = _one(tmp_path, nature="Navire", NUMERO_OMI=[{"NumeroOMI": 9000001}])
    assert found.type is EntryType.VESSEL
    assert found.identifiers[0].value == "9000001"


def test_every_unreadable_record_is_named_with_a_reason(tmp_path: Path) -> None:
    listed = _register(
        tmp_path,
        _record(1),
        _record(2, nom=["x"]),
        _record(3, nature="Avion"),
        _record(4, nom=" \u200e "),
        _record("5"),
        _record(True),
        "no record",
        {"IdRegistre": 6, "Nature": "Navire", "Nom": "X"},
    )
    assert [entry.ref for entry in listed.entries] == ["FR:1"]
    assert [record.ref for record in listed.rejected] == ["FR:2", "FR:3", "FR:4", None, None, None, "FR:6"]
    assert [record.position for record in listed.rejected] == list(range(1, 8))
    assert all(record.reason for record in listed.rejected)


def test_direction_marks_control_characters_and_very_long_names_are_survived(tmp_path: Path) -> None:
    listed = _register(tmp_path, _record(1, nom="SPECI\u202eMOV\x00\x07 Igor"), _record(2, nom="SPECIM " * 1500))
    assert listed.entries[0].display_name == "SPECIMOV Igor"
    assert len(listed.entries[1].display_name) > 10_000
