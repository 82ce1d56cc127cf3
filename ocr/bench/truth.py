# SPDX-License-Identifier: Apache-2.0
"""What stands on the documents beside the repository, from their manifest and the extracts' own data."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ocr.models import Kind

REAL: Final = "mrz_specimens/"
FRENCH: Final = "synthetic_fr/"
_EXTRACTS: Final = "kbis_synthetic"


@dataclass(frozen=True, slots=True)
class ZoneCase:
    """A picture of a document with a zone: its lines as printed, whether all its digits hold, how it was spoilt."""

    file: Path
    lines: tuple[str, ...]
    sound: bool
    damage: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ExtractCase:
    """An extract as a file: every value printed on it, and the verification code, which is a value of its own."""

    file: Path
    values: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class RegisterCase:
    """A register document drawn here: its kind, and each field as a reader should give it."""

    file: Path
    kind: Kind
    fields: Mapping[str, str]


def zones(documents: Path, folder: str) -> list[ZoneCase]:
    """Return the documents of a folder of the manifest that have a zone, in the order of the manifest."""
    with (documents / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith(folder) and row["checks_valid"]]
    return [
        ZoneCase(
            documents / row["file"],
            tuple(row["mrz"].split("|")),
            row["checks_valid"] == "1",
            damage=row["note"] if folder == FRENCH else "",
            kind=row["type"],
        )
        for row in rows
    ]


def extracts(documents: Path) -> dict[str, list[ExtractCase]]:
    """Return the extracts by medium: text layer (as made, signed), scan at 200 dpi, phone photo."""
    folder = documents / _EXTRACTS
    found: dict[str, list[ExtractCase]] = {"text_layer": [], "scan": [], "photo": []}
    media = {".pdf": "text_layer", "_signed.pdf": "text_layer", "_scan200.jpg": "scan", "_photo200.jpg": "photo"}
    for source in sorted(folder.glob("*.json")):
        row = json.loads(source.read_text(encoding="utf-8"))
        for ending, medium in media.items():
            file = folder / f"{source.stem}{ending}"
            if file.is_file():
                found[medium].append(ExtractCase(file, _values(row), row["code"]))
    return found


def _values(row: dict[str, Any]) -> tuple[str, ...]:
    printed = (text for label, value in row["rows"] if label != "#" for text in _parts(label, value))
    return (row["gestion"], row["jour"], *printed)


def _parts(label: str, value: str) -> Sequence[str]:
    """Return what a row prints: an observation's value is its title and its text."""
    if label.startswith("- "):
        return (f"{label.removeprefix('- ')} {value}",)
    return (value,) if value else ()


SIGNED: Final = "signed"


def signatures(documents: Path) -> dict[str, bytes]:
    """Return one extract unsigned, signed, edited after signing, and with one byte flipped inside what was signed."""
    folder = documents / _EXTRACTS
    signed = sorted(folder.glob("*_signed.pdf"))
    if not signed:
        return {}
    stem = signed[0].name.removesuffix("_signed.pdf")
    files = {
        "unsigned": folder / f"{stem}.pdf",
        SIGNED: signed[0],
        "edited after signing": folder / f"{stem}_signed_then_edited.pdf",
    }
    found = {name: file.read_bytes() for name, file in files.items() if file.is_file()}
    return found | {"one byte flipped": flipped(found[SIGNED])}


def flipped(document: bytes) -> bytes:
    """Return a PDF with one byte of its first stream changed, as a bad disk or a clumsy forger would."""
    place = document.index(b"stream") + len(b"stream") + 20
    return document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :]
