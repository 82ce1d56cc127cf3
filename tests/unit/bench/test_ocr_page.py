# SPDX-License-Identifier: Apache-2.0
"""The page of the reader tells what was measured, and leaves empty what was not."""

from pathlib import Path
from typing import Any

from ocr.bench import zones
from ocr.bench.truth import ZoneCase
from ocr.bench.zones import Answer
from scripts.bench import ocr_page

LINES = ("A" * 44, "B" * 44)
MEDIUM = {
    "fields_cpu_ms": 15.0,
    "n": 1,
    "share": 1.0,
    "cpu_ms": 20.0,
    "missing": [],
    "by_kind": {"kbis": {"n": 1, "known": 1, "fields": 40, "read": 39}},
}


def measured(lines: tuple[str, ...]) -> dict[str, Any]:
    """Return what one engine got that read the same lines off every document and called them valid."""
    cases = [ZoneCase(Path(f"{damage}.jpg"), LINES, True, damage, "passport") for damage in ("scan200", "glare")]
    answered = [(case, Answer(lines, True, 100.0)) for case in cases]
    found = zones.figures(answered) | {name: zones.by(answered, name[3:]) for name in ("by_damage", "by_kind")}
    times = {"n": 2, "p50_ms": 100.0, "p95_ms": 200.0, "mean_ms": 120.0, "start_seconds": 1.0, "fork_ms": 9.0}
    return {"real": found, "french": found, "own": found, "cpu": times}


def results() -> dict[str, Any]:
    ours = measured(LINES) | {
        "extracts": dict.fromkeys(("text_layer", "scan", "photo"), MEDIUM),
        "registers": dict.fromkeys(("text_layer", "scan", "photo"), MEDIUM),
        "signatures": {
            "n": 1,
            "told_apart": 5,
            "remarks": {"unsigned": [], "signed": [["pdf_signature_valid", "So."]]},
        },
        "overhead": {"n": 1, "whole_ms": 1100.0, "bare_ms": 1000.0, "engine": "libtesseract", "share": 0.1},
        "text_layers": {"n": 2, "fields_ms": 30.0, "start_ms": 11, "total_ms": 41, "text_ms": 4.0, "drawn_ms": 9.0},
    }
    return {
        "date": "2026-11-28",
        "quick": False,
        "engine": {"tesseract": "5.3.0", "sandbox_level": 3},
        "versions": {"Python": "3.11"},
        "machine": {"cpus": 2},
        "seed": 1,
        "not_run": {"fastmrz": "no network", "passporteye_stock": "no network"},
        "engines": {"ours": ours, "tesseract": measured(LINES[:1])},
    }


def row(text: str, start: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(f"| {start}")).strip("| ").split(" | ")


def test_a_peer_that_was_not_run_has_dashes_and_a_reason_and_no_column_in_the_tables_below() -> None:
    text = ocr_page.markdown(results())
    bar = row(text, "real specimens: every character")
    assert bar[1:] == ["1.000", "–", "–", "0.000", "≥ 0.920", "yes"]
    assert "fastmrz was not run: no network" in text
    assert row(text, "damage") == ["damage", "ours", "tesseract"]


def test_what_was_called_valid_and_is_wrong_stands_beside_what_was_right() -> None:
    text = ocr_page.markdown(results())
    assert row(text, "scan200") == ["scan200", "1 of 1", "0 of 1, 1 wrong"]
    assert row(text, "**zone in sight**")[1:] == ["1 of 1", "0 of 1, 1 wrong"]


def test_fields_signatures_and_the_share_of_the_pipeline_are_told() -> None:
    text = ocr_page.markdown(results())
    assert row(text, "phone photo")[3:5] == ["20.00 ms", "15.00 ms"]
    assert row(text, "kbis, 1 drawn")[1:] == ["39 of 40"] * 3
    assert row(text, "signed")[1] == "`pdf_signature_valid` So."
    assert "1100 ms; the bare call of libtesseract on the same grey pages: 1000 ms" in text
    assert "Fields of an extract with a text layer: 30.0 ms, and 11.0 ms that its reader spent before it came" in text
    assert "pypdfium2 bare on the same 2 files: 4.0 ms for the plain text, 9.0 ms" in text


def test_a_run_without_the_bare_calls_of_pypdfium2_says_nothing_of_them() -> None:
    found = results()
    del found["engines"]["ours"]["text_layers"]
    assert "pypdfium2 bare" not in ocr_page.markdown(found)
