# SPDX-License-Identifier: Apache-2.0
"""The project's own specimens with every damage that it can draw, one invented person each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ocr.bench.truth import ExtractCase, ZoneCase
from ocr.models import Kind
from ocr.specimens import DEGRADATIONS, EXAMPLES, KINDS, REGISTER_KINDS, draw, fitted, people, zone

SEED: Final = 20261128
_ZONE_FACE: Final = {Kind.RESIDENCE_PERMIT: "back", Kind.CNIE: "back"}
# What is drawn by default is not known here, so it is no value to be read.
_COMPANIES: Final[tuple[dict[str, Any], ...]] = (
    {
        **EXAMPLES[Kind.KBIS],
        "legal_form": "Société par actions simplifiée",
        "share_capital": "10 000,00 Euros",
        "registered_address": "8 Rue des Acacias 99000 Montfleury",
        "activity": "Commerce de détail en ligne",
    },
    {
        "company_name": "FONTAZUR & FILLES",
        "siren": "999000011",
        "legal_form": "Société à responsabilité limitée",
        "share_capital": "125 400,50 Euros",
        "registered_address": "112 bis Boulevard de l'Étang-Vieux 99310 Port-Aubin",
        "activity": "Réparation de vélos et d'équipements sportifs, vente de pièces détachées",
        "trade_name": "L'Atelier Bleu",
        "officers": [
            {
                "role": "Gérant",
                "surname": "ÉTRELONG",
                "given_names": "Maëlys Zoé",
                "birth_date": "1979-11-30",
                "birth_place": "Saint-Elvez (99)",
                "nationality": "Française",
                "address": "3 Impasse du Puits 99310 Port-Aubin",
            }
        ],
        "observations": ["Transfert du siège social à l'intérieur du ressort"],
    },
)


def zones(folder: Path, *, every: int = 1) -> Iterator[ZoneCase]:
    """Draw each kind with each damage into files of the folder; `every` keeps one case of so many."""
    cards = [kind for kind in KINDS if kind not in REGISTER_KINDS]
    drawn = [(kind, damage) for damage in (None, *DEGRADATIONS) for kind in cards]
    for number, ((kind, damage), person) in enumerate(zip(drawn, people(SEED), strict=False)):
        if number % every:
            continue
        holder = fitted(person, kind, SEED + number)
        file = folder / f"{kind.value}__{damage or 'plain'}.jpg"
        layout = _ZONE_FACE.get(kind, "stacked")
        file.write_bytes(draw(kind, holder, media="jpeg", degrade=damage, layout=layout))
        yield ZoneCase(file, zone(kind, holder), sound=True, damage=damage or "plain", kind=kind.value)


def extracts(folder: Path) -> dict[str, list[ExtractCase]]:
    """Draw the companies' extracts into files of the folder: with a text layer, scanned, photographed."""
    ways = {"text_layer": ("pdf", None), "scan": ("jpeg", "scan"), "photo": ("jpeg", "photo")}
    found: dict[str, list[ExtractCase]] = {medium: [] for medium in ways}
    for number, company in enumerate(_COMPANIES):
        for medium, (media, damage) in ways.items():
            file = folder / f"kbis_{number}_{medium}.{media}"
            file.write_bytes(draw(Kind.KBIS, company, media=media, degrade=damage))
            found[medium].append(ExtractCase(file, tuple(_texts(company)), ""))
    return found


def _texts(part: Any) -> Iterator[str]:
    """Yield every text in the data of a company."""
    match part:
        case str():
            yield part
        case dict():
            for name, each in part.items():
                if name != "observations":  # printed with a number and a date of the drawing's own
                    yield from _texts(each)
        case list() | tuple():
            for each in part:
                yield from _texts(each)
