# SPDX-License-Identifier: Apache-2.0
"""Counts and changes of the real snapshots."""

import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from screening import ListFile, check, diff, parse
from tests.paths import shared_data

pytestmark = pytest.mark.slow


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
        ("pep/mep_meps_all_2024-10.csv.xz", {"total": 4589}),
        ("pep/mep_meps_current_2024-10.csv.xz", {"total": 718}),
    ],
)
def test_real_snapshots_give_the_counts_of_their_authority(name: str, counts: Mapping[str, int]) -> None:
    listed = _parse(name)
    assert listed.rejected == ()
    assert {key: listed.counts.get(key) for key in counts} == counts


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
