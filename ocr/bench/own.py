# SPDX-License-Identifier: Apache-2.0
"""The project's own specimens with every damage that it can draw, and its register documents."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from ocr.bench.truth import RegisterCase, ZoneCase
from ocr.models import Kind
from ocr.specimens import DEGRADATIONS, KINDS, REGISTER_KINDS, companies, draw, fitted, people, printed, zone

SEED: Final = 20261128
_ZONE_FACE: Final = {Kind.RESIDENCE_PERMIT: "back", Kind.CNIE: "back"}
# How a register document reaches the reader: medium, damage.
_WAYS: Final = {"text_layer": None, "scan": "scan", "photo": "photo"}


def zones(folder: Path, *, every: int = 1) -> Iterator[ZoneCase]:
    """Draw each kind with each damage into files of the folder; `every` keeps one of so many, other kinds in turn."""
    cards = [kind for kind in KINDS if kind not in REGISTER_KINDS]
    drawn = [(kind, damage) for damage in (None, *DEGRADATIONS) for kind in cards]
    for number, ((kind, damage), person) in enumerate(zip(drawn, people(SEED), strict=False)):
        if (number + number // len(cards)) % every:
            continue
        holder = fitted(person, kind, SEED + number)
        file = folder / f"{kind.value}__{damage or 'plain'}.jpg"
        layout = _ZONE_FACE.get(kind, "stacked")
        file.write_bytes(draw(kind, holder, media="jpeg", degrade=damage, layout=layout))
        yield ZoneCase(file, zone(kind, holder), sound=True, damage=damage or "plain", kind=kind.value)


def registers(folder: Path, *, each: int) -> dict[str, list[RegisterCase]]:
    """Draw so many register documents of each kind as PDF files: with a text layer, scanned, photographed."""
    found: dict[str, list[RegisterCase]] = {medium: [] for medium in _WAYS}
    for kind in REGISTER_KINDS:
        for number, company in enumerate(islice(companies(kind, SEED), each)):
            for medium, damage in _WAYS.items():
                file = folder / f"{kind.value}_{number}_{medium}.pdf"
                file.write_bytes(draw(kind, company, media="pdf", degrade=damage))
                found[medium].append(RegisterCase(file, kind, printed(kind, company)))
    return found
