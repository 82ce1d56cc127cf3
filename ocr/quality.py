# SPDX-License-Identifier: Apache-2.0
"""Remarks on how well a document can be read, from numbers measured in the child."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ocr.models import Kind, Remark, Severity
from ocr.parameters import PARAMETERS

_LEVELS = PARAMETERS["quality"]
_IDENTITY = frozenset({Kind.CNI, Kind.CNIE, Kind.PASSPORT, Kind.RESIDENCE_PERMIT, Kind.EU_IDENTITY_CARD, Kind.VISA})
_EXTRACTS = frozenset({Kind.KBIS, Kind.EXTRAIT_K})


@dataclass(frozen=True, slots=True)
class Measures:
    """Numbers of one page: grey levels 0..255, saturation 0..255, pitch in pixels a character."""

    page: int
    sharpness: float
    brightness: float
    contrast: float
    saturation: float
    pitch: float | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides of a card the pages show, as far as print and proportions tell."""

    front: bool
    back: bool


# Kinds of reason in the order in which Mangopay gives only the first, and what a merchant can do about each. What is
# forged, expired, under age or another person's is not for this module to say: it knows neither the day nor the person.
_ORDER = (
    *("document_not_readable", "document_greyscale"),
    *("document_incomplete", "document_missing_front", "document_missing_back", "pages_not_read"),
)
_WEIGHT = {"high": 0, "medium": 1, "low": 2, "info": 3}
_NEXT = {
    "document_not_readable": "Photograph the whole document again: in focus, in even light, filling the picture.",
    "document_greyscale": "Send a photo or scan in colour.",
    "document_incomplete": "Send all pages in one file.",
    "document_missing_front": "Send the front as well.",
    "document_missing_back": "Send the back as well.",
}


def ordered(found: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return remarks, those that matter first, of these in the order of refusals, each with what to do next."""
    ranked = sorted(
        found, key=lambda each: (_WEIGHT[each.severity] > 1, _ORDER.index(each.code), _WEIGHT[each.severity])
    )
    return tuple(_with_next_step(remark) for remark in ranked)


def _with_next_step(remark: Remark) -> Remark:
    step = _NEXT.get(remark.code) if remark.severity in {"high", "medium"} else None
    return replace(remark, text=f"{remark.text} {step}") if step else remark


def remarks(kind: Kind, measures: Sequence[Measures], *, read: bool) -> tuple[Remark, ...]:
    """Return remarks on the pages; read says whether the main fields could be read all the same."""
    found = [remark for page in measures for remark in _page(kind, page, read)]
    return tuple(found)


def _page(kind: Kind, page: Measures, read: bool) -> Iterator[Remark]:  # noqa: FBT001 - see remarks
    if page.brightness > _LEVELS["blank"] and page.contrast < _LEVELS["flat"]:
        yield _remark("medium", "The page is blank.", page)
        return
    for failing, weak, text in (
        (page.sharpness < _LEVELS["blurred"], page.sharpness < _LEVELS["soft"], "The picture is blurred."),
        (page.brightness < _LEVELS["dark"] / 2, page.brightness < _LEVELS["dark"], "The picture is too dark."),
        (page.contrast < _LEVELS["flat"], False, "The picture has too little contrast."),
    ):
        if failing or weak:
            yield _remark(_severity(failing=failing, read=read), text, page)
    if page.pitch is not None and page.pitch < _LEVELS["pitch_reads"]:
        failing = page.pitch < _LEVELS["pitch_fails"]
        text = "The picture has too few pixels to be read surely."
        yield _remark(_severity(failing=failing, read=read), text, page)
    if kind in _IDENTITY and page.saturation < _LEVELS["grey"]:
        yield Remark("document_greyscale", "low", "The picture has no colours.", page.page)


def _severity(*, failing: bool, read: bool) -> Severity:
    if read:
        return "low" if failing else "info"
    return "high" if failing else "medium"


def _remark(severity: Severity, text: str, page: Measures) -> Remark:
    return Remark("document_not_readable", severity, text, page.page)


def missing_sides(kind: Kind, sides: Sides) -> tuple[Remark, ...]:
    """Return remarks on sides of a card that the file lacks; passports and visas have one."""
    if kind not in {Kind.CNI, Kind.CNIE, Kind.RESIDENCE_PERMIT, Kind.EU_IDENTITY_CARD}:
        return ()
    found = []
    if not sides.front:
        found.append(Remark("document_missing_front", "medium", "Only the back is shown."))
    if not sides.back:
        found.append(Remark("document_missing_back", "medium", "Only the front is shown."))
    return tuple(found)


def missing_end(kind: Kind, text: str) -> tuple[Remark, ...]:
    """Return a remark where a register extract lacks its closing line; text is squeezed."""
    if kind not in _EXTRACTS or "findelextrait" in text or "legreffier" in text:
        return ()
    return (Remark("document_incomplete", "medium", "The end of the extract is missing."),)


def unread_pages(total: int, looked_at: int) -> tuple[Remark, ...]:
    """Return a remark where only the first pages of a scanned file were read."""
    if looked_at >= total:
        return ()
    text = f"Only the first {looked_at} of {total} pages were read."
    return (Remark("pages_not_read", "info", text),)
