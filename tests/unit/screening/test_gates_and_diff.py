# SPDX-License-Identifier: Apache-2.0
"""Which publications may be used, and what they change."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from screening import Change, Delta, GateProblem, ListFile, ListSource, Name, PartialDate, check, diff
from tests.unit.screening.lists_support import FIXTURES, entry, fixture, parsed, publication


def _codes(new: ListFile, old: ListFile | None = None) -> dict[str, str]:
    return {problem.code: problem.severity for problem in check(new, old)}


def _many(size: int, day: int = 1, **fields: object) -> ListFile:
    people = (entry(n, f"Specimen Number{n}", **fields) for n in range(size))
    return publication(*people, day=day)


def test_a_sound_publication_passes_all_gates() -> None:
    assert check(_many(101, 2), _many(100)) == ()


def test_an_empty_list_is_refused() -> None:
    assert _codes(publication())["empty"] == "refuse"


def test_unreadable_records_refuse_the_list() -> None:
    assert _codes(fixture("plain.csv"))["parse_errors"] == "refuse"


def test_ofac_record_count_must_be_met() -> None:
    listed = fixture("ofac_sdn.xml")
    short = replace(listed, counts=listed.counts | {"declared": 5})
    assert "count_mismatch" not in _codes(listed)
    assert _codes(short)["count_mismatch"] == "refuse"


def test_a_register_far_below_its_usual_size_is_held() -> None:
    codes = _codes(fixture("fr.json"))
    assert codes["floor_person"] == codes["floor_organisation"] == "quarantine"


def test_more_than_a_tenth_fewer_records_is_refused() -> None:
    assert _codes(_many(89, 2), _many(100))["drop"] == "refuse"


def test_more_than_two_per_cent_fewer_records_is_held_for_four_eyes() -> None:
    assert _codes(_many(97, 2), _many(100))["drop"] == "quarantine"


def test_each_problem_is_told_in_english_and_in_french() -> None:
    floors = {each.code: each for each in check(fixture("fr.json"), None)}
    assert floors["floor_person"].text == "2 persons, at least 4,000 expected."
    assert floors["floor_person"].text_fr == "2 personnes physiques\u00a0; minimum attendu\u00a0: 4\u202f000."
    assert floors["canary"].text_fr.startswith("Toujours listés et absents\u00a0: FR:2794")


@pytest.mark.parametrize(("hours", "held"), [(47, False), (49, True)])
def test_a_publication_from_the_future_is_held(hours: int, *, held: bool) -> None:
    listed = publication(entry(1, "Igor Specimov"))
    assert listed.published_at is not None
    found = {each.code: each.severity for each in check(listed, None, now=listed.published_at - timedelta(hours=hours))}
    assert found.get("future") == ("quarantine" if held else None)


def test_a_missing_canary_is_held_and_named() -> None:
    problem = next(each for each in check(fixture("fr.json"), None) if each.code == "canary")
    assert problem.severity == "quarantine"
    assert "FR:2794" in problem.text


def test_canaries_that_are_present_pass() -> None:
    present = [
        replace(entry(1, "Specimen"), ref=ref, source=ListSource.UN)
        for ref in ("UN:QDe.004", "UN:KPe.001", "UN:QDe.014")
    ]
    assert "canary" not in _codes(publication(*present, source=ListSource.UN))
    assert "canary" in _codes(publication(*present[1:], source=ListSource.UN))


def test_a_file_far_below_its_usual_size_is_held() -> None:
    assert _codes(fixture("eu.xml"))["floor_bytes"] == "quarantine"


def test_listed_objects_that_nothing_can_meet_are_told() -> None:
    problem = next(each for each in check(fixture("ch.xml"), None) if each.code == "nameless")
    assert (problem.severity, "CH:9003" in problem.text) == ("warning", True)


def test_unreadable_records_are_named_in_the_refusal() -> None:
    problem = next(each for each in check(fixture("plain.csv"), None) if each.code == "parse_errors")
    assert "PROVIDER:2, PROVIDER:3" in problem.text


def test_a_publication_that_lost_its_date_is_told() -> None:
    undated = replace(_many(101), published_at=None)
    assert _codes(undated, _many(100)) == {"undated": "warning"}


def test_moments_without_zone_are_compared_all_the_same(tmp_path: Path) -> None:
    raw = (FIXTURES / "un.xml").read_text()
    bare = parsed(tmp_path, raw.replace("2026-08-01T23:00:03.110Z", "2026-07-01T23:00:03"))
    assert _codes(bare, fixture("un.xml"))["older"] == "refuse"


def test_a_growth_of_a_day_like_the_russia_package_passes() -> None:
    assert check(_many(102, 2), _many(100)) == ()


def test_half_the_records_are_refused_and_nothing_hides_it() -> None:
    assert _codes(_many(50, 2), _many(100)) == {"drop": "refuse"}


def test_growth_only_warns() -> None:
    assert _codes(_many(120, 2), _many(100)) == {"growth": "warning"}


def test_lost_aliases_are_held() -> None:
    old = publication(*(entry(n, f"Specimen N{n}", f"Alias N{n}") for n in range(100)))
    new = publication(*(entry(n, f"Specimen N{n}", *([f"Alias N{n}"] if n > 9 else [])) for n in range(100)), day=2)
    assert _codes(new, old)["alias_drop"] == "quarantine"


def test_lost_birth_dates_are_held() -> None:
    old = _many(100, birth_dates=(PartialDate(1970),))
    assert _codes(_many(100, 2), old)["fill_with_birth_date"] == "quarantine"


def test_a_publication_may_not_go_back_in_time() -> None:
    assert _codes(_many(100, 1), _many(101, 2))["older"] == "refuse"


def test_another_source_cannot_replace_a_list() -> None:
    other = publication(entry(1, "Specimen"), source=ListSource.PROVIDER)
    assert _codes(other, _many(1)) == {"source": "refuse"}


def test_equal_content_under_a_new_date_is_told() -> None:
    assert _codes(_many(10, 2), _many(10, 1)) == {"unchanged": "warning"}


def test_content_hash_depends_neither_on_order_nor_on_the_date() -> None:
    first, second = entry(1, "Specimen One"), entry(2, "Specimen Two")
    one, two = publication(first, second), publication(second, first, day=9)
    assert one.content_sha256 == two.content_sha256
    assert one.raw_sha256 != two.raw_sha256


def test_diff_tells_added_removed_and_changed_fields() -> None:
    old = publication(entry(1, "Specimen One"), entry(2, "Specimen Two"))
    new = publication(entry(2, "Specimen Two", birth_dates=(PartialDate(1970, 1, 2),)), entry(3, "Specimen Three"))
    delta = diff(old, new)
    assert (delta.added, delta.removed) == (("DEMO:3",), ("DEMO:1",))
    assert [change.ref for change in delta.changed] == ["DEMO:2"]
    assert delta.changed[0].fields == {"birth_dates": (None, [{"year": 1970, "month": 1, "day": 2}])}
    assert delta.changed[0].identifying


def test_a_new_legal_act_alone_is_no_identifying_change() -> None:
    old = publication(entry(1, "Specimen One", legal_basis=("1/2026",)))
    new = publication(entry(1, "Specimen One", legal_basis=("1/2026", "2/2026")))
    change = diff(old, new).changed[0]
    assert not change.identifying
    assert old.entries[0].fingerprint == new.entries[0].fingerprint


def test_reordered_aliases_are_no_change() -> None:
    old = publication(entry(1, "Specimen One", "Alias A", "Alias B"))
    new = publication(entry(1, "Specimen One", "Alias B", "Alias A"))
    assert diff(old, new) == Delta((), (), ())


def test_fingerprint_follows_names_dates_nationalities_and_identifiers() -> None:
    base = entry(1, "Specimen One").with_fingerprint().fingerprint
    assert entry(1, Name("Specimen One", quality="low")).with_fingerprint().fingerprint != base
    assert entry(1, "Specimen One", nationalities=("FR",)).with_fingerprint().fingerprint != base
    assert entry(1, "Specimen One", url="https://x.example").with_fingerprint().fingerprint == base


def test_gate_problems_and_deltas_survive_json() -> None:
    delta = Delta(("A",), ("B",), (Change("C", {"names": (["x"], ["y"])}),))
    assert Delta.from_json(delta.to_json()) == delta
    problem = GateProblem("drop", "refuse", "text", "texte")
    assert GateProblem.from_json(problem.to_json()) == problem


def test_whole_publications_survive_json() -> None:
    for name in ("fr.json", "eu.xml", "un.xml", "ofac_sdn.xml", "uk.xml", "ch.xml", "plain.csv"):
        listed = fixture(name)
        assert ListFile.from_json(listed.to_json()) == listed
