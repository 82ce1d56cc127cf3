# SPDX-License-Identifier: Apache-2.0
"""The order of looks: text layer, zone, print; and the Reading that they make."""

from dataclasses import dataclass, replace
from itertools import islice

from ocr import authenticity, identity, print_check, quality, register_checks, register_extract, register_kinds
from ocr.child.decode import Decoded, RefusedError, opened
from ocr.child.engine import Engine
from ocr.child.page import TEXT_LAYER_LETTERS, Seen
from ocr.child.seals import checked
from ocr.child.signatures import Trust
from ocr.layout import Line, squeezed
from ocr.models import Field, Kind, Limits, Media, Page, Reading, Refusal, Remark, Source, refused
from ocr.seals import SealState, seal_of

_UNREADABLE = Refusal("document_not_readable", "Nothing could be read on the document.")
_NO_PROOF = Refusal(
    "document_not_accepted",
    "A visa does not prove who somebody is. Send the passport that it is in, an identity card or a residence permit.",
)


def read_document(data: bytes, media: Media, limits: Limits, engine: Engine, trust: Trust = ()) -> Reading:
    """Read one document of a sniffed type; a refusal says why it could not be read."""
    try:
        with opened(data, media, limits, trust) as decoded:
            return _read(decoded, limits, engine)
    except RefusedError as error:
        return refused(error.refusal)


def _read(decoded: Decoded, limits: Limits, engine: Engine) -> Reading:
    pages = [Seen(sheet, engine, pictured=limits.pictures) for sheet in decoded.sheets]
    lines = [line for page in pages for line in page.text_layer]
    letters = sum(len(squeezed(line.text)) for line in lines)
    if letters >= TEXT_LAYER_LETTERS and register_kinds.kind_of(lines) is not Kind.UNKNOWN:
        looked_at = pages[: limits.ocr_pages]
        for page in looked_at:
            page.look_for_print()
        _look_for_codes(looked_at)
        return _register(decoded, pages, _lines_of_all(pages), engine)
    return _read_pixels(decoded, pages, limits, engine)


def _look_for_codes(pages: list[Seen]) -> None:
    for page in pages:
        page.look_for_codes()


def _pictures(pages: list[Seen]) -> tuple[Page, ...]:
    """Return the clean pictures of all pages, one page in memory at a time."""
    found = []
    for page in pages:
        found.append(page.page())
        page.put_away()
    return tuple(found)


def _read_pixels(decoded: Decoded, pages: list[Seen], limits: Limits, engine: Engine) -> Reading:
    looked_at = pages[: limits.ocr_pages]
    for page in looked_at:
        if page.looks_like_text:
            page.look_for_print()
        else:
            page.look_for_zone()
    lines = [line for page in looked_at for line in page.lines]
    if register_kinds.kind_of(lines) is Kind.UNKNOWN:
        _look_again(looked_at, compare_print=limits.compare_print)
    else:
        _look_at_all_pages(looked_at)
    if not _is_settled(looked_at):
        _look_for_codes(looked_at)
    lines = [line for page in looked_at for line in page.lines]
    register = register_kinds.kind_of(lines) is not Kind.UNKNOWN
    zones = [page.zone.zone for page in looked_at if page.zone is not None]
    if any(zone.valid for zone in zones) or (zones and not register):
        return _identity(decoded, pages, engine)
    if register:
        return _register(decoded, pages, _lines_of_all(pages), engine)
    return _printed_only(decoded, pages, lines, engine)


def _is_settled(pages: list[Seen]) -> bool:
    """Tell whether a valid zone says all that is wanted: of the documents with one, only the CNIe has a code."""
    zones = [page.zone.zone for page in pages if page.zone is not None]
    return any(zone.valid and identity.kind_of_zone(zone) is not Kind.CNIE for zone in zones)


def _look_at_all_pages(pages: list[Seen]) -> None:
    """Read the print of a register document's last page too, which may be too short to look like text.

    A zone on it whose digits do not hold was found in its print.
    """
    for page in pages:
        if not page.lines and (page.zone is None or not page.zone.zone.valid):
            page.zone, page.turns = None, 0
            page.look_for_print()


def _look_again(pages: list[Seen], *, compare_print: bool) -> None:
    """Look for what the first look left out: a zone among print, print where no zone is sure or to compare it."""
    settled = any(page.zone is not None and page.zone.zone.valid for page in pages)
    for page in pages:
        if not settled:
            page.look_for_zone()
    for page in pages:
        unread = not settled and (page.zone is None or page.zone.is_doubted or not page.zone.is_sure)
        if not page.lines and (compare_print or unread or _has_printed_expiry(page, pages)):
            page.look_for_print()


def _has_printed_expiry(page: Seen, pages: list[Seen]) -> bool:
    """Tell whether a page may be the back of a CNI, the one card whose zone lacks the expiry."""
    cni = any(each.zone is not None and each.zone.zone.format == "CNI" for each in pages)
    back_apart = page.zone is None and not page.lines
    both_here = page.zone is not None and page.shows_both_sides()
    return cni and (back_apart or both_here)


def _lines_of_all(pages: list[Seen]) -> list[Line]:
    """Return the lines of all pages: as read, else of their text layer."""
    return [line for page in pages for line in page.lines or page.text_layer]


def _register(decoded: Decoded, pages: list[Seen], lines: list[Line], engine: Engine) -> Reading:
    scanned = {page.sheet.number for page in pages if page.is_scanned}
    extract = register_extract.extract(lines, Source.TEXT_LAYER, scanned)
    links = [code.text for page in pages for code in page.codes]
    fields = dict(extract.fields)
    fields |= _code_from_link(fields, extract.printed_code, pages)
    text = squeezed(" ".join(line.text for line in lines))
    read = {line.page for line in lines} | {page.sheet.number for page in pages if not page.is_scanned}
    by_eye = [page for page in pages if page.is_scanned]
    kind = extract.kind if extract.imitator is None else Kind.UNKNOWN
    measured = _measured(kind, by_eye, bool(fields))  # before the pictures are put away
    return Reading(
        kind=kind,
        pages=_pictures(pages),
        fields=fields,
        mrz=None,
        quality=quality.ordered(
            (
                *measured,
                *quality.missing_end(extract.kind, text),
                *quality.unread_pages(len(pages), len(read)),
            )
        ),
        authenticity=(
            *register_checks.remarks(replace(extract, fields=fields), "\n".join(line.text for line in lines), links),
            *authenticity.of_pdf(extract.kind, decoded.facts),
        ),
        refusal=None,
        seconds=0.0,
        engine=engine.name if scanned else "text layer",
    )


def _code_from_link(fields: dict[str, Field], seen: Field | None, pages: list[Seen]) -> dict[str, Field]:
    """Return the verification code from the QR code: OCR cannot tell its capitals and digits."""
    if "verification_code" in fields:
        return {}
    for page in pages:
        for code in page.codes:
            value = register_checks.code_in_link(code.text)
            if value is not None:
                others = (seen.value,) if seen is not None and seen.value != value else ()
                read = Field(value, code.text, 0.99, page.sheet.number, code.box, Source.BARCODE, others)
                return {"verification_code": read}
    return {}


def _measured(kind: Kind, pages: list[Seen], read: bool) -> tuple[Remark, ...]:  # noqa: FBT001
    return quality.remarks(kind, [page.measures() for page in pages[:4]], read=read)


def _identity(decoded: Decoded, pages: list[Seen], engine: Engine) -> Reading:
    best = max((page for page in pages if page.zone is not None), key=_zone_rank)
    if best.zone is None:
        raise RuntimeError("a page with a zone is expected")
    zone = best.zone.zone
    number = best.sheet.number
    fields = identity.from_zone(zone, best.zone.sureness, number, best.locate)
    fields = identity.with_rivals(fields, best.zone.rivals)
    kind = identity.kind_of_zone(zone)
    measured = _measured(kind, pages, zone.valid)  # before the pictures are put away, as the sides
    sides = quality.missing_sides(kind, _sides(zone.format == "CNI", best, pages))
    seals = _Sealed.on(pages, decoded.trust)
    differing = identity.differing(fields, seals.fields)
    lines = [line for page in pages for line in page.lines]
    contradicted = print_check.contradicted(fields, identity.from_print(lines), lines)
    fields = identity.merged(fields, seals.fields)
    for page in pages:
        fields = identity.merged(fields, identity.from_print(page.lines))
    if zone.format == "CNI":
        fields = identity.with_printed_expiry(fields)
    return Reading(
        kind=kind,
        pages=_pictures(pages),
        fields=fields,
        mrz=zone,
        quality=quality.ordered((*measured, *sides)),
        authenticity=(
            *authenticity.of_zone(zone),
            *authenticity.of_print(contradicted),
            *authenticity.of_seals(seals.states, differing),
            *authenticity.of_pdf(kind, decoded.facts),
        ),
        refusal=_NO_PROOF if kind is Kind.VISA and identity.is_sure_of(zone) else None,
        seconds=0.0,
        engine=engine.name,
    )


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What the signed 2D codes on all pages say, and whether their signatures hold."""

    fields: dict[str, Field]
    states: tuple[SealState, ...]
    of_card: bool

    @classmethod
    def on(cls, pages: list[Seen], trust: Trust) -> "_Sealed":
        """Return the seals among the codes that were seen."""
        seals = [(seal_of(code.data), page, code) for page in pages for code in page.codes]
        fields: dict[str, Field] = {}
        states, of_card = [], False
        for seal, page, code in seals:
            if seal is not None:
                fields = identity.merged(fields, seal.fields(page.sheet.number, code.box))
                states.append(checked(seal, trust))
                of_card = of_card or not seal.certificate
        return cls(fields, tuple(states), of_card)


def _zone_rank(page: Seen) -> tuple[bool, int]:
    if page.zone is None:
        return (False, 0)
    return (page.zone.zone.valid, sum(page.zone.zone.checks.values()))


def _sides(on_front: bool, best: Seen, pages: list[Seen]) -> quality.Sides:  # noqa: FBT001
    """Return the sides shown: the zone's own, and the other on a second page or beside it."""
    other = len(pages) > 1 or best.shows_both_sides()
    return quality.Sides(front=on_front or other, back=not on_front or other)


def _printed_only(decoded: Decoded, pages: list[Seen], lines: list[Line], engine: Engine) -> Reading:
    """Return the reading of a document without a zone: the front of a card, or something else."""
    letters = sum(len(squeezed(line.text)) for line in islice(lines, 200))
    kind = identity.kind_of_print(lines)
    front = kind is not Kind.UNKNOWN
    fields = identity.from_print(lines) if front else {}
    seals = _Sealed.on(pages, decoded.trust)
    back = seals.of_card  # the code stands on the back, the print that is told by its title on the front
    differing = identity.differing(seals.fields, fields)
    fields, kind = identity.merged(seals.fields, fields), Kind.CNIE if back else kind
    remarks = _measured(kind, pages, bool(fields))
    remarks = (*remarks, *quality.missing_sides(kind, quality.Sides(front=front, back=back)))
    unread = kind is Kind.UNKNOWN and letters < 12
    return Reading(
        kind=kind,
        pages=_pictures(pages),
        fields=fields,
        mrz=None,
        quality=quality.ordered(remarks),
        authenticity=(*authenticity.of_seals(seals.states, differing), *authenticity.of_pdf(kind, decoded.facts)),
        refusal=_UNREADABLE if unread else None,
        seconds=0.0,
        engine=engine.name,
    )
