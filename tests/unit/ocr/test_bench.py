# SPDX-License-Identifier: Apache-2.0
"""The figures of the benchmark: what counts as exact, as wrong, as read; what its documents say."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from ocr import Field, Kind, Reading, Source, mrz
from ocr.bench import own, printed, truth, zones
from ocr.bench.truth import ExtractCase, RegisterCase, ZoneCase
from ocr.bench.zones import Answer
from ocr.specimens import EXAMPLES, REGISTER_KINDS, zone
from scripts.bench import environment
from tests.paths import ROOT, shared_data

LINES = zone(Kind.PASSPORT, EXAMPLES[Kind.PASSPORT])
OTHER = (LINES[0].replace("VALCOURT", "VALCOURF"), LINES[1])


def case(damage: str = "scan", *, sound: bool = True) -> ZoneCase:
    return ZoneCase(Path(f"{damage}.jpg"), LINES, sound, damage, "passport")


def test_only_what_is_called_valid_can_be_wrong() -> None:
    answers = [Answer(LINES, True, 1.0), Answer(OTHER, True, 1.0), Answer(OTHER, False, 1.0), Answer((), False, 1.0)]
    found = zones.figures([(case(), answer) for answer in answers])
    assert (found["n"], found["exact"], found["wrong"]) == (4, 1, 1)
    assert (found["exact_share"], found["wrong_share"]) == (0.25, 0.25)


def test_what_glare_covers_is_counted_apart() -> None:
    answered = [(case(), Answer(LINES, True, 1.0)), (case("glare"), Answer(OTHER, True, 1.0))]
    found = zones.figures(answered)
    assert found["exact_share"] == 0.5
    assert found["readable"] == {"n": 1, "exact": 1, "wrong": 0, "exact_share": 1.0}
    assert found["lost"] == {"n": 1, "exact": 0, "wrong": 1}
    assert list(zones.by(answered, "damage")) == ["scan", "glare"]
    assert zones.missed(answered) == ["glare.jpg"]


def test_a_wrongly_printed_zone_called_valid_is_accepted_however_exactly_it_was_read() -> None:
    found = zones.figures(
        [(case(sound=False), Answer(LINES, True, 1.0)), (case(sound=False), Answer(LINES, False, 1.0))]
    )
    assert found["unsound"] == {"n": 2, "accepted": 1}
    assert found["wrong"] == 0


def test_of_nothing_there_is_no_share() -> None:
    assert zones.figures([])["exact_share"] is None


def test_a_zone_is_found_among_the_lines_of_a_page() -> None:
    page = ["RÉPUBLIQUE FRANÇAISE", "", LINES[0][:20] + " " + LINES[0][20:], LINES[1], "12"]
    assert zones.in_text(page) == (LINES, True)
    assert zones.in_text(["RÉPUBLIQUE FRANÇAISE", "PASSEPORT"]) == ((), False)


def test_a_zone_whose_digits_hold_goes_before_one_whose_do_not() -> None:
    broken = (LINES[0], LINES[1][:-1] + str((int(LINES[1][-1]) + 1) % 10))
    assert zones.in_text([*broken, "-", *LINES]) == (LINES, True)
    assert zones.in_text(broken) == (broken, False)


EXTRACT = ExtractCase(Path("kbis.pdf"), ("25 000,00 Euros", "Commerce de détail, vente à distance"), "aB3dE6gH9k")


def reading(**fields: tuple[str, str]) -> Reading:
    read = {name: Field(value, raw, 0.9, 1, None, Source.OCR) for name, (value, raw) in fields.items()}
    return Reading(Kind.KBIS, (), read, None, (), (), None, 0.0, "")


def test_a_value_is_read_where_a_field_holds_it_and_nothing_else() -> None:
    whole = reading(
        share_capital=("25000.00 EUR", "25 000,00  Euros"),
        activity=("Commerce de détail, vente à distance", ""),
        verification_code=("aB3dE6gH9k", ""),
    )
    assert printed.unread(EXTRACT, whole, with_code=True) == []
    glued = reading(activity=("Commerce de détail, vente à distance Durée", ""))
    assert printed.unread(EXTRACT, glued, with_code=False) == list(EXTRACT.values)


def test_in_a_text_a_value_may_go_on_in_the_next_line() -> None:
    page = "Activités Commerce de détail,\n vente à distance\nCapital 25 OOO,00 Euros"
    assert printed.missing(EXTRACT, page, with_code=False) == ["25 000,00 Euros"]


def test_the_share_is_of_values_and_not_of_extracts() -> None:
    assert printed.share([(EXTRACT, ["25 000,00 Euros"]), (EXTRACT, [])], with_code=False) == 0.75
    assert printed.share([(EXTRACT, ["x"])], with_code=True) == pytest.approx(2 / 3, abs=1e-4)
    assert printed.share([], with_code=True) is None


@pytest.mark.slow
def test_own_specimens_carry_their_zone_and_are_the_same_each_time(tmp_path: Path) -> None:
    drawn = list(own.zones(tmp_path, every=55))
    files = [each.file.read_bytes() for each in drawn]
    assert len(drawn) >= 3
    assert [each.file.read_bytes() for each in own.zones(tmp_path, every=55)] == files
    for each, data in zip(drawn, files, strict=True):
        verdict = mrz.verify(each.lines)
        assert verdict is not None
        assert verdict.valid
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.format == "JPEG"


def test_every_kind_of_card_meets_every_damage_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "draw", lambda *_, **__: b"")
    drawn = list(own.zones(tmp_path))
    pairs = {(each.kind, each.damage) for each in drawn}
    assert len(pairs) == len(drawn)
    assert len(drawn) == len({kind for kind, _ in pairs}) * len({damage for _, damage in pairs})
    assert len({each.lines for each in drawn}) > len(drawn) / 2
    half = list(own.zones(tmp_path, every=2))
    assert len(half) == len(drawn) // 2
    assert {each.kind for each in half} == {each.kind for each in drawn}
    assert {each.damage for each in half} == {each.damage for each in drawn}


def test_a_field_of_our_own_register_documents_has_its_name_and_exactly_its_value() -> None:
    truth_of = RegisterCase(Path("kbis.pdf"), Kind.KBIS, {"siren": "999000003", "verification_code": "aB3dE6gH9k"})
    assert printed.wrong(truth_of, reading(siren=("999000003", "")), with_code=False) == []
    assert printed.wrong(truth_of, reading(siren=("999000003", "")), with_code=True) == ["verification_code"]
    assert printed.wrong(truth_of, reading(siren=("999000011", "999000003")), with_code=False) == ["siren"]
    assert printed.wrong(truth_of, reading(other=("999000003", "")), with_code=False) == ["siren"]


def test_register_documents_of_every_kind_are_drawn_for_every_medium(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "draw", lambda *_, **__: b"")
    drawn = own.registers(tmp_path, each=2)
    assert set(drawn) == {"text_layer", "scan", "photo"}
    for cases in drawn.values():
        assert [each.kind for each in cases] == [kind for kind in REGISTER_KINDS for _ in range(2)]
        assert all(each.fields or each.kind is Kind.STATUTS for each in cases)


def test_a_flipped_file_differs_in_one_bit() -> None:
    document = b"%PDF-1.4 1 0 obj <<>> stream\n" + bytes(40) + b"endstream"
    changed = truth.flipped(document)
    assert len(changed) == len(document)
    assert [a ^ b for a, b in zip(document, changed, strict=True) if a != b] == [1]


def test_the_documents_beside_the_repository_say_what_stands_on_them() -> None:
    documents = shared_data() / "documents"
    real, french = truth.zones(documents, truth.REAL), truth.zones(documents, truth.FRENCH)
    for each in [*real, *french]:
        assert each.file.is_file()
        assert mrz.format_of(each.lines) is not None
    assert any(not each.sound for each in real)
    assert len({each.damage for each in french}) == 18
    assert {"text_layer", "scan", "photo"} == {medium for medium, cases in truth.extracts(documents).items() if cases}
    assert len(set(truth.signatures(documents).values())) == 4


def test_without_its_data_the_benchmark_says_so_and_ends_with_status_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.bench.ocr_run", "--data", str(tmp_path), "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "documents/manifest.csv not found" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_environment_that_cannot_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locks = tmp_path / "requirements" / "bench"
    locks.mkdir(parents=True)
    (locks / "absent.txt").write_text("no-such-package==1.0 --hash=sha256:" + "0" * 64)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    with pytest.raises(environment.NoEnvironment, match="setuptools"):
        environment.Environment("absent", built=("no-such-package",)).python()
