# SPDX-License-Identifier: Apache-2.0
"""Remarks on how well a document can be read, from numbers measured in the child."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ocr.models import Kind, Remark, Severity

# Thresholds from measurements on degraded copies: variance of the Laplacian of 50-pixel blocks at
# 1,000 pixels, 90th percentile: sharp above 1,000, all read at 460, half of them at 31.
_BLURRED = 40.0
_SOFT = 120.0
_DARK = 55.0
_BLANK = 250.0
_FLAT = 40.0
_GREY = 6.0
_PITCH_READS, _PITCH_FAILS = 8.0, 6.0  # pixels a character of the zone
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


def remarks(kind: Kind, measures: Sequence[Measures], *, read: bool) -> tuple[Remark, ...]:
    """Return remarks on the pages; read says whether the main fields could be read all the same."""
    found = [remark for page in measures for remark in _page(kind, page, read)]
    return tuple(found)


def _page(kind: Kind, page: Measures, read: bool) -> Iterator[Remark]:  # noqa: FBT001 - see remarks
    if page.brightness > _BLANK and page.contrast < _FLAT:
        yield _remark("medium", "The page is blank.", page)
        return
    for failing, weak, text in (
        (page.sharpness < _BLURRED, page.sharpness < _SOFT, "The picture is blurred."),
        (page.brightness < _DARK / 2, page.brightness < _DARK, "The picture is too dark."),
        (page.contrast < _FLAT, False, "The picture has too little contrast."),
    ):
        if failing or weak:
            yield _remark(_severity(failing=failing, read=read), text, page)
    if page.pitch is not None and page.pitch < _PITCH_READS:
        failing = page.pitch < _PITCH_FAILS
        text = "The picture has too few pixels to be read surely."
        yield _remark(_severity(failing=failing, read=read), text, page)
    if kind in _IDENTITY and page.saturation < _GREY:
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
