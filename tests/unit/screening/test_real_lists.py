# SPDX-License-Identifier: Apache-2.0
"""Counts and changes of the real snapshots."""

import csv
import io
import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from screening import (
    Delta,
    Entry,
    EntryType,
    ListFile,
    ListSource,
    UnrecognisedList,
    check,
    diff,
    parse,
)
from screening.bench.lists import SANCTIONS
from screening.cluster import clusters
from screening.countries import alpha2
from screening.lists.text import script_of
from tests.paths import shared_data

pytestmark = pytest.mark.slow
CODES = {"FR_GELS": "FR", "EU_FSF": "EU", "UN_SC": "UN", "UK_SL": "UK"}


def _parse(name: str) -> ListFile:
    return parse(shared_data() / "lists" / name)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (
            "fr_gels/reconstructed_Registrenationaldesgels_2026-05-31.json.xz",
            {"person": 4505, "organisation": 1669, "vessel": 38, "with_birth_date": 3860, "with_nationality": 2685},
        ),
        ("eu_fsf/20240513-FULL-1_1.xml.xz", {"records": 4811, "merged": 3}),
        ("eu_fsf/reconstructed_2026-05-01-FULL-1_1.xml.xz", {"person": 4341, "organisation": 1519}),
        ("un/un_consolidated_2026-08.xml.xz", {"person": 736, "organisation": 275}),
        (
            "ofac/sdn_2024-05.xml.xz",
            {"declared": 14966, "person": 6855, "organisation": 6884, "vessel": 851, "aircraft": 376},
        ),
        ("ofac/consolidated_nonsdn_2024-05.xml.xz", {"total": 443}),
        ("ofac/triple_2021-07/sdn.csv.xz", {"total": 8976, "companions": 2}),
        ("ofac/nonsdn_2025-12/cons_prim.csv.xz", {"total": 442, "companions": 3}),
        ("uk/reconstructed_UK-Sanctions-List_2026-08-22.csv.xz", {"person": 4036, "organisation": 1647, "vessel": 666}),
        ("uk/reconstructed_UK-Sanctions-List_2026-08-22.xml.xz", {"person": 4036, "organisation": 1647, "vessel": 666}),
        ("uk/ConList_2022format_2025-04-10.csv.xz", {"person": 3662, "organisation": 1009, "vessel": 15}),
        ("uk/ConList_legacy_2018-04-13.csv.xz", {"person": 1426, "organisation": 680}),
        ("ch_seco/reconstructed_consolidated-list_2026-02-18.xml.xz", {"person": 4518, "organisation": 3090}),
        ("eu_fsf/2021-03-05-FULL-1_1.xml.xz", {"records": 2269, "merged": 21}),
        ("un/un_consolidated_2024-05.xml.xz", {"person": 682, "organisation": 193}),
        ("un/un_consolidated_2026-02.xml.xz", {"person": 730, "organisation": 273}),
        ("ofac/sdn_2024-05-02.csv.xz", {"total": 14973, "companions": 0}),
        ("ofac/sdn_2024-05-03.csv.xz", {"total": 14965, "companions": 0}),
        ("fr_gels/raw_excerpt_Registrenationaldesgels_2025-11-21.json", {"total": 10}),
        (
            "ch_seco/reconstructed_consolidated-list_2026-02-18.xml.xz",
            {"records": 8254, "skipped_nameless_object": 646},
        ),
        ("pep/us_legislators-current.csv.xz", {"total": 537}),
        ("pep/us_legislators-historical_2026-04-22.csv.xz", {"records": 12230}),
        ("pep/everypolitician_persons_2015-11-30.csv.xz", {"records": 49484}),
        ("pep/mep_meps_all_2024-10.csv.xz", {"total": 4589}),
        ("pep/mep_meps_current_2024-10.csv.xz", {"total": 718}),
    ],
)
def test_real_snapshots_give_the_counts_of_their_authority(name: str, counts: Mapping[str, int]) -> None:
    listed = _parse(name)
    assert listed.rejected == ()
    assert {key: listed.counts.get(key) for key in counts} == counts


def _persons(listed: ListFile) -> list[Entry]:
    return [entry for entry in listed.entries if entry.type is EntryType.PERSON]


def test_facts_of_the_french_register_are_those_counted_in_its_file() -> None:
    listed = _parse("fr_gels/reconstructed_Registrenationaldesgels_2026-05-31.json.xz")
    persons = _persons(listed)
    assert sum(bool(entry.birth_dates) for entry in persons) == 3860
    assert sum(bool(entry.nationalities) for entry in persons) == 2685
    assert sum(entry.names[0].given is None for entry in persons) == 514
    assert sum(name.quality == "low" for entry in listed.entries for name in entry.names) == 12
    assert all(entry.identifiers for entry in listed.entries if entry.type is EntryType.VESSEL)
    assert sum(any(i.kind == "passport" for i in entry.identifiers) for entry in persons) >= 532  # two tell no number
    assert sum(len(entry.names) > 1 for entry in persons) >= 2774  # one alias repeats the name


def test_every_country_of_the_french_register_is_known() -> None:
    path = shared_data() / "lists/fr_gels/reconstructed_Registrenationaldesgels_2026-05-31.json.xz"
    records = json.loads(lzma.decompress(path.read_bytes()))["Publications"]["PublicationDetail"]
    values = [v for r in records for detail in r["RegistreDetail"] for v in detail["Valeur"]]
    nationalities = {
        v["Pays"]
        for r in records
        for detail in r["RegistreDetail"]
        if detail["TypeChamp"] == "NATIONALITE"
        for v in detail["Valeur"]
    }
    assert len(nationalities) == 88
    assert {text for text in nationalities | {v.get("Pays") for v in values} if text and alpha2(text) is None} == set()


def test_european_references_of_the_french_register_lead_to_the_european_list() -> None:
    known = {entry.ref for entry in _parse("eu_fsf/reconstructed_2026-05-01-FULL-1_1.xml.xz").entries}
    register = _parse("fr_gels/reconstructed_Registrenationaldesgels_2026-05-31.json.xz")
    refs = {ref for entry in register.entries for ref in entry.cross_refs}
    assert len(refs & known) / len(refs) >= 0.97


def test_facts_of_the_european_list_are_those_counted_in_its_file() -> None:
    listed = _parse("eu_fsf/20240513-FULL-1_1.xml.xz")
    assert sum(bool(entry.nationalities) for entry in _persons(listed)) >= 2033  # 2,036 before three are merged
    assert 180 <= sum(name.quality == "low" for entry in listed.entries for name in entry.names) <= 185
    rebuilt = _parse("eu_fsf/reconstructed_2026-05-01-FULL-1_1.xml.xz")
    assert sum(bool(entry.birth_dates) for entry in _persons(rebuilt)) == 3668
    assert rebuilt.counts["with_nationality"] == 2529  # one of them an enterprise


@pytest.mark.parametrize("name", ["20240513-FULL-1_1", "reconstructed_2026-05-01-FULL-1_1"])
def test_every_european_entity_with_a_latin_name_shows_one(name: str) -> None:
    for entry in _parse(f"eu_fsf/{name}.xml.xz").entries:
        if any(said.script == "Latn" for said in entry.names):
            assert script_of(entry.display_name) == "Latn"


def test_facts_of_the_un_list_are_those_counted_in_its_file() -> None:
    listed = _parse("un/un_consolidated_2026-08.xml.xz")
    persons = _persons(listed)
    assert sum(bool(entry.nationalities) for entry in persons) == 634
    assert sum(bool(entry.birth_dates) for entry in persons) >= 683
    assert sum(name.quality == "low" for entry in listed.entries for name in entry.names) >= 623  # joined ones parted


def test_facts_of_the_sdn_list_are_those_counted_in_its_file() -> None:
    persons = _persons(_parse("ofac/sdn_2024-05.xml.xz"))
    assert sum(bool(entry.birth_dates) for entry in persons) == 6736
    assert sum(len(entry.birth_dates) > 1 for entry in persons) == 547
    assert sum(bool(entry.nationalities) for entry in persons) == 5172


def test_sdn_list_tells_the_same_in_both_of_its_formats() -> None:
    """The CSV of 3 May and the XML of 7 May differ by one party."""
    table, tree = _parse("ofac/sdn_2024-05-03.csv.xz"), _parse("ofac/sdn_2024-05.xml.xz")
    by_ref = {entry.ref: entry for entry in tree.entries}
    shared = [(entry, by_ref[entry.ref]) for entry in table.entries if entry.ref in by_ref]
    assert len(shared) >= 14_960
    for field in ("type", "display_name", "birth_dates", "nationalities", "programmes"):
        differing = sum(_as_set(getattr(one, field)) != _as_set(getattr(two, field)) for one, two in shared)
        assert differing <= 30, field


def _as_set(value: Any) -> Any:
    return set(value) if isinstance(value, tuple) else value


def test_hatvp_persons_by_mandate_are_those_counted_in_its_file() -> None:
    path = shared_data() / "lists/pep/fr_hatvp_liste_2025-08-09.csv.xz"
    rows = list(csv.DictReader(io.StringIO(lzma.decompress(path.read_bytes()).decode("utf-8-sig")), delimiter=";"))
    refs = {entry.ref for entry in parse(path).entries}
    persons = {
        mandate: {row["url_dossier"].rpartition("/")[2] for row in rows if row["type_mandat"] == mandate}
        for mandate in ("gouvernement", "depute", "senateur", "europe", "president")
    }
    counts = {mandate: len(slugs) for mandate, slugs in persons.items()}
    assert counts == {"gouvernement": 36, "depute": 575, "senateur": 349, "europe": 81, "president": 1}
    assert {f"HATVP:{slug}" for slugs in persons.values() for slug in slugs} <= refs


def test_us_congress_of_opensanctions_is_read_where_licensed() -> None:
    path = shared_data() / "lists/pep/openSanctions_us_congress_senzing_2026-01.json.xz"
    listed = parse(path, licensed=[ListSource.OPENSANCTIONS])
    assert (listed.counts["records"], listed.counts["person"], len(listed.skipped)) == (1319, 1317, 2)


@pytest.mark.parametrize(
    "name", ["pep/cia_world_leaders_2019-06.csv.xz", "eu_fsf/csv_1_0_2018-07-04_excel_mangled.csv.xz"]
)
def test_files_of_other_shapes_are_refused(name: str) -> None:
    with pytest.raises(UnrecognisedList):
        _parse(name)


@pytest.mark.parametrize(
    "name",
    [
        "fr_gels/reconstructed_Registrenationaldesgels_2026-05-31.json.xz",
        "eu_fsf/20240513-FULL-1_1.xml.xz",
        "un/un_consolidated_2026-08.xml.xz",
        "ofac/sdn_2024-05.xml.xz",
        "ofac/consolidated_nonsdn_2024-05.xml.xz",
        "uk/reconstructed_UK-Sanctions-List_2026-08-22.xml.xz",
        "uk/ConList_2022format_2025-04-10.csv.xz",
        "ch_seco/reconstructed_consolidated-list_2026-02-18.xml.xz",
        "pep/fr_hatvp_liste_2025-08-09.csv.xz",
        "pep/mep_meps_current_2024-10.csv.xz",
    ],
)
def test_whole_real_publications_pass_every_gate(name: str) -> None:
    assert [problem for problem in check(_parse(name), None) if problem.severity != "warning"] == []


@pytest.mark.parametrize(
    ("old", "new", "added", "removed"),
    [
        ("un/un_consolidated_2026-02.xml.xz", "un/un_consolidated_2026-08.xml.xz", 16, 8),
        ("ofac/sdn_2024-05-02.csv.xz", "ofac/sdn_2024-05-03.csv.xz", 0, 8),
        ("eu_fsf/2021-03-05-FULL-1_1.xml.xz", "eu_fsf/20240513-FULL-1_1.xml.xz", 2738, 178),
        ("eu_fsf/20240513-FULL-1_1.xml.xz", "eu_fsf/reconstructed_2026-05-01-FULL-1_1.xml.xz", 1163, 111),
    ],
)
def test_real_changes_are_told_and_pass_the_drop_guard(old: str, new: str, added: int, removed: int) -> None:
    before, after = _parse(old), _parse(new)
    delta = diff(before, after)
    assert (len(delta.added), len(delta.removed)) == (added, removed)
    assert Delta.from_json(json.loads(json.dumps(delta.to_json()))).to_json() == delta.to_json()
    assert not any(problem.code == "drop" for problem in check(after, before))


def _register(day: str, folder: Path) -> ListFile:
    """Bring a mirror's index of the French register back into the authority's shape."""
    path = shared_data() / f"lists/fr_gels/index_2026-05-{day}.json.xz"
    index = json.loads(lzma.decompress(path.read_bytes()))
    records = [_record(item) for item in index["entries"]]
    document = {"Publications": {"DatePublication": index["as_of"], "PublicationDetail": records}}
    (folder / f"{day}.json").write_text(json.dumps(document, ensure_ascii=False))
    return parse(folder / f"{day}.json")


def _record(item: Mapping[str, Any]) -> dict[str, Any]:
    births = [{"Jour": d.get("jour"), "Mois": d.get("mois"), "Annee": d.get("annee")} for d in item["DatesNaissance"]]
    details = [
        {"TypeChamp": "PRENOM", "Valeur": [{"Prenom": text} for text in item["Prenoms"]]},
        {"TypeChamp": "ALIAS", "Valeur": [{"Alias": text} for text in item["Alias"]]},
        {"TypeChamp": "DATE_DE_NAISSANCE", "Valeur": births},
        {"TypeChamp": "NATIONALITE", "Valeur": [{"Pays": text} for text in item["Nationalites"]]},
    ]
    kept = {key: item[key] for key in ("IdRegistre", "Nature", "Nom")}
    return {**kept, "RegistreDetail": details}


def test_french_publications_of_may_2026_differ_as_the_authority_changed_them(tmp_path: Path) -> None:
    delta = diff(_register("13", tmp_path), _register("31", tmp_path))
    assert (len(delta.added), len(delta.removed)) == (19, 11)
    assert 10 <= sum(change.identifying for change in delta.changed) <= 20


@pytest.mark.parametrize(
    "name",
    ["eu_fsf/20240513-FULL-1_1.xml.xz", "un/un_consolidated_2026-08.xml.xz", "ofac/sdn_2024-05-03.csv.xz",
     "fr_gels/reconstructed_Registrenationaldesgels_2026-05-31.json.xz"],
)  # fmt: skip
def test_half_a_real_file_is_never_read(name: str, tmp_path: Path) -> None:
    raw = lzma.decompress((shared_data() / "lists" / name).read_bytes())
    path = tmp_path / "half"
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(ValueError, match=r"cut|broken"):
        parse(path)


def test_one_designee_on_several_lists_is_joined_and_namesakes_are_not() -> None:
    lists = [_parse(name) for name in SANCTIONS]
    entries = [entry for item in lists for entry in item.entries]
    found = dict(zip((entry.ref for entry in entries), clusters(entries), strict=True))
    wrong: list[str] = []
    true = joined = 0
    with (shared_data() / "screening/crosslist_pairs.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            refs = [f"{CODES[row[f'list_{side}']]}:{row[f'id_{side}']}" for side in "ab"]
            if not all(ref in found for ref in refs):
                continue
            same = found[refs[0]] == found[refs[1]]
            if row["label"] == "1":
                true, joined = true + 1, joined + same
            elif same:
                wrong.append(" ".join(refs))
    assert wrong == []
    assert true > 1500
    assert joined / true >= 0.985  # one in a hundred of the labels is wrong in the sources
