# SPDX-License-Identifier: Apache-2.0
"""The rates that the reader reaches on real specimens and degraded copies do not fall unseen."""

import csv
import json
from pathlib import Path

import pytest

from ocr import Reading, read
from tests.paths import ROOT, shared_data

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def rows(folder: str) -> list[dict[str, str]]:
    documents = shared_data() / "documents"
    with (documents / "manifest.csv").open(encoding="utf-8") as file:
        found = [row for row in csv.DictReader(file) if row["file"].startswith(folder) and "<" in row["mrz"]]
    assert len(found) > 40
    return [{**row, "path": str(documents / row["file"])} for row in found]


def reading_of(row: dict[str, str]) -> Reading:
    return read(Path(row["path"]).read_bytes())


def is_exact(row: dict[str, str], reading: Reading) -> bool:
    return reading.mrz is not None and "|".join(reading.mrz.lines) == row["mrz"]


@pytest.mark.parametrize(("folder", "least", "most_wrong"), [("mrz_specimens", 0.92, 0.0), ("synthetic_fr", 0.92, 0.0)])
def test_zones_are_read_exactly_and_seldom_wrongly(folder: str, least: float, most_wrong: float) -> None:
    entries = [(row, reading_of(row)) for row in rows(folder)]
    exact = [row for row, reading in entries if is_exact(row, reading)]
    wrong = [row for row, reading in entries if reading.mrz and reading.mrz.valid and row not in exact]
    assert len(exact) >= least * len(entries), f"{len(exact)} of {len(entries)}"
    assert len(wrong) <= most_wrong * len(entries), f"{len(wrong)} of {len(entries)}"
    unsound = [row for row, reading in entries if row["checks_valid"] == "0" and reading.mrz and reading.mrz.valid]
    assert unsound == []


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("kbis_sas.pdf", 1.0),
        ("kbis_sas_signed.pdf", 1.0),
        ("kbis_sas_scan200.jpg", 0.98),
        ("kbis_sas_photo200.jpg", 0.95),
    ],
)
def test_extracts_are_read_field_by_field(name: str, least: float) -> None:
    folder = shared_data() / "documents" / "kbis_synthetic"
    truth = json.loads((folder / "kbis_sas.json").read_text(encoding="utf-8"))
    values = [value for label, value in truth["rows"] if label != "#" and value]
    values += [truth["code"], truth["gestion"], truth["jour"]]
    fields = read((folder / name).read_bytes()).fields.values()
    printed = {field.raw for field in fields} | {field.value for field in fields}
    right = [value for value in values if value in printed or any(text.endswith(value) for text in printed)]
    assert len(right) >= least * len(values), sorted(set(values) - set(right))


def test_a_heic_is_read_like_a_jpeg() -> None:
    reading = read((ROOT / "tests" / "golden" / "passport_specimen.heic").read_bytes())
    assert reading.mrz is not None
    assert reading.mrz.valid
    assert reading.fields["surname"].value == "VALCOURT"
