# SPDX-License-Identifier: Apache-2.0
"""The specimens whose readings are kept, what is kept of a reading, and how two are compared."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ocr import Kind, Reading
from ocr.plain import Json
from ocr.specimens import EXAMPLES, draw

BOX_TOLERANCE = 0.01  # of the page's longer side: another OpenCV or tesseract may see a border a pixel further

Drawn = Callable[[], bytes]


def specimen(kind: Kind, media: str = "jpeg", facts: dict[str, Any] | None = None, **options: str) -> Drawn:
    """Return what draws the example of a kind, with some facts of its own."""
    return partial(draw, kind, {**EXAMPLES[kind], **(facts or {})}, media=media, **options)


SPECIMENS: dict[str, Drawn] = {
    "passport": specimen(Kind.PASSPORT),
    "passport_webp_grey": specimen(Kind.PASSPORT, "webp", degrade="grey"),
    "passport_photo": specimen(Kind.PASSPORT, degrade="photo_easy"),
    "passport_turned": specimen(Kind.PASSPORT, degrade="rotate90"),
    "passport_dark": specimen(Kind.PASSPORT, degrade="dark"),
    "passport_blurred": specimen(Kind.PASSPORT, degrade="blur"),
    "passport_cut_off": specimen(Kind.PASSPORT, degrade="photo_cut_off"),
    "passport_screenshot": specimen(Kind.PASSPORT, degrade="screenshot"),
    "passport_unsound": specimen(Kind.PASSPORT, facts={"zone": ("P<FRAVALCOURT<<JEANNE".ljust(44, "<"), "1" * 44)}),
    "cnie_a4": specimen(Kind.CNIE, "pdf", layout="a4"),
    "cnie_back": specimen(Kind.CNIE, layout="back"),
    "cnie_front": specimen(Kind.CNIE, layout="front"),
    "cni": specimen(Kind.CNI),
    "cni_pages": specimen(Kind.CNI, "pdf", layout="pages"),
    "residence_permit_back": specimen(Kind.RESIDENCE_PERMIT, layout="back"),
    "residence_permit_front": specimen(Kind.RESIDENCE_PERMIT, layout="front"),
    "eu_card_td2": specimen(Kind.EU_IDENTITY_CARD, facts={"format": "TD2"}),
    "visa_a": specimen(Kind.VISA),
    "visa_b": specimen(Kind.VISA, facts={"format": "MRVB"}),
    "kbis": specimen(Kind.KBIS, "pdf"),
    "extrait_k": specimen(Kind.EXTRAIT_K, "pdf"),
    "rne_attestation": specimen(Kind.RNE_ATTESTATION, "pdf"),
    "sirene_notice": specimen(Kind.SIRENE_NOTICE, "pdf"),
    "kbis_scan": specimen(Kind.KBIS, degrade="scan"),
    "kbis_photo": specimen(Kind.KBIS, degrade="photo"),
}


def kept(reading: Reading) -> dict[str, Json]:
    """Return what is kept of a reading: all that is read and said, no measure of sureness or time."""
    return {
        "kind": reading.kind.value,
        "pages": [[page.width, page.height] for page in reading.pages],
        "mrz": None if reading.mrz is None else reading.mrz.to_json(),
        "fields": {
            name: {
                "value": field.value,
                "source": field.source.value,
                "page": field.page,
                "box": None if field.box is None else [*field.box],
            }
            for name, field in reading.fields.items()
        },
        "quality": [remark.code for remark in reading.quality],
        "authenticity": [remark.code for remark in reading.authenticity],
        "refusal": None if reading.refusal is None else reading.refusal.code,
    }


def differences(was: Any, now: Any, reach: float, place: str = "") -> Iterator[str]:
    """Yield a line for each place where two kept readings differ; reach is how far a box may have moved."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name in dict.fromkeys((*was, *now)):
            yield from differences(was.get(name), now.get(name), reach, f"{place}.{name}".lstrip("."))
    elif place.endswith(".box") and was and now:
        if max(abs(a - b) for a, b in zip(was, now, strict=True)) > reach:
            yield f"{place}: {was} has become {now}"
    elif was != now:
        yield f"{place}: {was!r} has become {now!r}"


def reach_of(row: dict[str, Any]) -> float:
    """Return how far a box may move on the pages of a kept reading, in their units."""
    return BOX_TOLERANCE * max((max(page) for page in row["pages"]), default=0.0)
