# SPDX-License-Identifier: Apache-2.0
"""Specimens: fictional documents with true check digits, marked as such, for tests and demos.

Everything is drawn here from fonts of the system; no issuer's artwork is imitated beyond the order
of the fields, and every picture says SPECIMEN across and "document fictif" in small print.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ocr.models import Kind
from ocr.specimens import cards, extract, foreign
from ocr.specimens.companies import companies
from ocr.specimens.degrade import DEGRADATIONS, degraded
from ocr.specimens.examples import EXAMPLES
from ocr.specimens.holder import Holder
from ocr.specimens.output import encoded
from ocr.specimens.paint import Picture, on_a4, stacked
from ocr.specimens.people import fitted, people

__all__ = [
    "DEGRADATIONS",
    "EXAMPLES",
    "KINDS",
    "LAYOUTS",
    "REGISTER_KINDS",
    "companies",
    "draw",
    "fitted",
    "people",
    "printed",
    "zone",
]

Drawer = Callable[[Holder], list[Picture]]

# What draws the faces of a kind, and the pixels of a millimetre that it draws with.
_CARDS: dict[Kind, tuple[Drawer, int]] = {
    Kind.PASSPORT: (cards.passport, cards.PASSPORT_UNIT),
    Kind.CNIE: (cards.cnie, cards.CARD_UNIT),
    Kind.CNI: (cards.cni, cards.OLD_CARD_UNIT),
    Kind.RESIDENCE_PERMIT: (cards.residence_permit, cards.CARD_UNIT),
    Kind.EU_IDENTITY_CARD: (foreign.identity_card, cards.CARD_UNIT),
    Kind.VISA: (foreign.visa, cards.PASSPORT_UNIT),
}
REGISTER_KINDS = extract.KINDS
KINDS = (*_CARDS, *REGISTER_KINDS)
LAYOUTS = ("stacked", "front", "back", "a4", "pages")
_PRINT_UNIT = 200 / 25.4  # an extract is drawn at 200 dpi


def draw(
    kind: Kind,
    person_or_company: Mapping[str, Any],
    *,
    media: str = "png",
    degrade: str | None = None,
    layout: str = "stacked",
) -> bytes:
    """Return a marked fictional document as a file of the medium png, jpeg, webp or pdf.

    Identity documents need surname, given_names, birth_date (ISO) and sex; register documents need
    company_name (or officers) and siren, and take what companies() yields. Everything else has a
    default. As PDF a register document has a real text layer; with degrade its pages are scans of
    themselves, and a picture shows the first one. The faces of a card stand one under the other
    (stacked), alone (front, back), on an A4 sheet (a4) or one a page of a PDF (pages).
    ValueError for anything unknown.
    """
    if kind in REGISTER_KINDS:
        document = extract.document(kind, person_or_company)
        if media == "pdf" and degrade is None:
            return document
        pictures, unit = extract.pages(document), _PRINT_UNIT
        if media != "pdf":
            pictures = pictures[:1]
    elif kind in _CARDS:
        drawer, drawn_with = _CARDS[kind]
        pictures, unit = _laid_out(drawer(Holder(person_or_company)), layout, drawn_with), float(drawn_with)
    else:
        raise ValueError(f"no specimen of {kind} can be drawn")
    return encoded([degraded(picture, degrade, unit) for picture in pictures], media)


def printed(kind: Kind, company: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that draw() prints on a register document, as a reader should give them."""
    return extract.truth(kind, company)


def zone(kind: Kind, person: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the lines of the zone that draw() prints on a document of a kind; ValueError without one."""
    if kind not in _CARDS:
        raise ValueError(f"no zone is printed on {kind}")
    return Holder(person).zone(kind)


def _laid_out(faces: list[Picture], layout: str, unit: int) -> list[Picture]:
    if layout not in LAYOUTS:
        raise ValueError(f"{layout!r} is none of {', '.join(LAYOUTS)}")
    if layout == "a4":
        return [on_a4(faces, unit)]
    if layout == "stacked" and len(faces) > 1:
        return [stacked(faces)]
    return {"front": faces[:1], "back": faces[-1:]}.get(layout, faces)
