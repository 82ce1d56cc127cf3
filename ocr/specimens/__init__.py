# SPDX-License-Identifier: Apache-2.0
"""Specimens: fictional documents with true check digits, marked as such, for tests and demos.

Everything is drawn here from fonts of the system; no issuer's artwork is imitated beyond the order
of the fields, and every picture says SPECIMEN across and "document fictif" in small print.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ocr.models import Kind
from ocr.specimens import cards, extract
from ocr.specimens.degrade import DEGRADATIONS, degraded
from ocr.specimens.examples import EXAMPLES
from ocr.specimens.output import encoded
from ocr.specimens.paint import Picture

__all__ = ["DEGRADATIONS", "EXAMPLES", "KINDS", "draw"]

_CARDS: dict[Kind, Callable[[Mapping[str, Any]], Picture]] = {
    Kind.PASSPORT: cards.passport,
    Kind.CNIE: cards.cnie,
    Kind.CNI: cards.cni,
    Kind.RESIDENCE_PERMIT: cards.residence_permit,
}
KINDS = (*_CARDS, Kind.KBIS)


def draw(kind: Kind, person_or_company: Mapping[str, Any], *, media: str = "png", degrade: str | None = None) -> bytes:
    """Return a marked fictional document as a file of the medium png, jpeg, webp or pdf.

    Identity documents need surname, given_names, birth_date (ISO) and sex; a Kbis needs
    company_name and siren. Everything else has a default. A Kbis as PDF has a real text layer; with
    degrade, or as a picture, it is its first page as a scan. ValueError for anything unknown.
    """
    if kind is Kind.KBIS:
        document = extract.kbis(person_or_company)
        if media == "pdf" and degrade is None:
            return document
        picture = extract.first_page(document)
    elif kind in _CARDS:
        picture = _CARDS[kind](person_or_company)
    else:
        raise ValueError(f"no specimen of {kind} can be drawn")
    return encoded(degraded(picture, degrade), media)
