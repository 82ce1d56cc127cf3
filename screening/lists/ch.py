# SPDX-License-Identifier: Apache-2.0
"""The Swiss consolidated list (SECO), XML."""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from screening.countries import alpha2
from screening.dates import make_date
from screening.lists.build import Collector, NameBag, make_identifier, unique
from screening.lists.text import clean, document_numbers, iso_moment, whole_number
from screening.lists.xml import child_text, child_texts, records, root
from screening.models import (
    NAMELESS,
    Category,
    Entry,
    EntryType,
    Identifier,
    ListFile,
    ListSource,
    Name,
    PartialDate,
)

ROOT: Final = "swiss-sanctions-list"
_TAGS: Final = frozenset({"target"})
_URL: Final = "https://www.sesam.search.admin.ch/sesam-search-web/pages/search.xhtml"
_KINDS: Final = {
    "individual": EntryType.PERSON,
    "entity": EntryType.ORGANISATION,
    "object": EntryType.VESSEL,
}
_NAME_KINDS: Final = {"primary-name": "primary", "formerly-known-as": "former"}
_FAMILY: Final = frozenset({"family-name", "maiden-name"})
_LEFT_OUT: Final = frozenset({"title", "suffix"})
# The number of a ship stands in a remark only.
_IMO = re.compile(r"\bIMO(?:\s+(?:number|no\.?))?\s*:?\s*(\d{7})\b", re.IGNORECASE)
_DELISTED: Final = "de-listed"


def read(raw: bytes) -> ListFile:
    """Return the targets in force.

    Old states are nested as whole targets inside modifications and de-listed targets stay in the
    file: only direct children count, and the first modification is the status.
    """
    generated = root(raw).get("date") or ""
    collector = Collector(ListSource.CH, raw, generated, iso_moment(generated))
    programmes: dict[str, str] = {}
    places: dict[str, Element] = {}
    waiting: list[tuple[Element, str]] = []
    for element in records(raw, _TAGS, 2):
        if element.tag == "sanctions-program":
            name = child_text(element, "program-name[@lang='eng']")
            key = name or child_text(element, "program-key[@lang='eng']")
            for item in element.findall("sanctions-set"):
                programmes[item.get("ssid") or ""] = clean(key)
        elif element.tag == "place":
            places[element.get("ssid") or ""] = _copy(element)
        elif element.tag not in _TAGS:
            collector.leave_out(element)
        else:
            waiting.append((_copy(element), element.get("ssid") or ""))
    for element, ssid in waiting:
        _add(collector, element, ssid, programmes, places)
    return collector.finish()


def _copy(element: Element) -> Element:
    # The reader clears an element after use; its children live on in a copy. The old states inside
    # modifications are half of the file and are left behind.
    kept = Element(element.tag, element.attrib)
    kept.extend(Element(child.tag, child.attrib) if child.tag == "modification" else child for child in element)
    return kept


def _add(
    collector: Collector,
    element: Element,
    ssid: str,
    programmes: dict[str, str],
    places: dict[str, Element],
) -> None:
    first = element.find("modification")
    if first is not None and first.get("modification-type") == _DELISTED:
        collector.skip(f"CH:{ssid}", "delisted")
        return
    bodies = [child for child in element if child.tag in _KINDS]
    if not ssid or len(bodies) != 1:
        collector.reject(f"CH:{ssid}" if ssid else None, "target without number or one subject")
        return
    entry = _entry(element, bodies[0], ssid, programmes, places)
    if bodies[0].tag == "object" and not entry.names:
        # A ship without name and number cannot be met; the gates warn of it.
        collector.skip(entry.ref, NAMELESS)
    else:
        collector.add(entry)


def _entry(
    element: Element,
    body: Element,
    ssid: str,
    programmes: dict[str, str],
    places: dict[str, Element],
) -> Entry:
    identities = body.findall("identity")
    kind = _KINDS[body.tag]
    if body.tag == "object" and body.get("object-type") == "aircraft":
        kind = EntryType.AIRCRAFT
    located = [
        places.get(item.get("place-id") or "", item)
        for identity in identities
        for item in identity.findall("place-of-birth")
    ]
    addresses = [
        places.get(item.get("place-id") or "", item) for identity in identities for item in identity.findall("address")
    ]
    countries = [item.find("country") for item in (*located, *addresses)]
    remarks = " ".join(item.text or "" for item in body.iter("other-information"))
    numbers = unique(_IMO.findall(remarks)) if body.tag == "object" else ()
    imo = [make_identifier("imo", number) for number in numbers]
    foreign = child_texts(element, "foreign-identifier")
    sets = child_texts(element, "sanctions-set-id")
    return Entry(
        ref=f"CH:{ssid}",
        source=ListSource.CH,
        type=kind,
        category=Category.SANCTION,
        names=_names(identities).sorted() or tuple(Name(f"IMO {number}") for number in numbers),
        birth_dates=unique(date for each in identities if kind is EntryType.PERSON for date in _birth_dates(each)),
        birth_places=unique(clean(child_text(item, "location")) for item in located),
        nationalities=unique(
            _country(item) for identity in identities for item in identity.findall("nationality/country")
        ),
        countries=unique(_country(item) for item in countries),
        identifiers=unique([*(i for identity in identities for i in _identifiers(identity)), *imo]),
        programmes=unique(programmes.get(item, "") for item in sets),
        cross_refs=unique(_cross_ref(clean(text)) for text in foreign),
        url=_URL,
    )


def _country(element: Element | None) -> str | None:
    if element is None:
        return None
    return alpha2(element.get("iso-code")) or alpha2(element.text)


def _cross_ref(text: str) -> str | None:
    if not text:
        return None
    return f"EU:{text}" if text.startswith("EU.") else f"UN:{text}"


def _names(identities: list[Element]) -> NameBag:
    bag = NameBag()
    for identity in identities:
        main = identity.get("main") == "true"
        for name in identity.findall("name"):
            kind = _NAME_KINDS.get(name.get("name-type") or "", "alias")
            if not main and kind == "primary":
                kind = "alias"
            quality = name.get("quality") or "unknown"
            for given, family in _spellings(name):
                bag.add_parts(given, family, kind, quality)
    return bag


def _spellings(name: Element) -> Iterator[tuple[str, str]]:
    """Yield (given, family) of the main spelling, then of each spelling variant by script."""
    parts = sorted(name.findall("name-part"), key=lambda part: whole_number(part.get("order")) or 0)
    parts = [part for part in parts if part.get("name-part-type") not in _LEFT_OUT]
    yield _joined(parts, None)
    scripts = {
        (variant.get("lang"), variant.get("script")) for part in parts for variant in part.findall("spelling-variant")
    }
    for key in sorted(scripts, key=str):
        yield _joined(parts, key)


def _joined(parts: list[Element], key: tuple[str | None, str | None] | None) -> tuple[str, str]:
    given: list[str] = []
    family: list[str] = []
    for part in parts:
        text = child_text(part, "value")
        for variant in part.findall("spelling-variant"):
            if (variant.get("lang"), variant.get("script")) == key:
                text = (variant.text or "").strip()
        (family if part.get("name-part-type") in _FAMILY else given).append(text)
    return " ".join(given), " ".join(family)


def _birth_dates(identity: Element) -> Iterator[PartialDate | None]:
    for item in identity.findall("day-month-year"):
        year, month, day = (whole_number(item.get(key)) for key in ("year", "month", "day"))
        if year is not None and item.get("calendar", "Gregorian") == "Gregorian":
            yield make_date(year, month, day, circa=item.get("quality") == "low")


def _identifiers(identity: Element) -> Iterator[Identifier | None]:
    for item in identity.findall("identification-document"):
        label = item.get("document-type") or ""
        kind = "passport" if "passport" in label else "identity"
        issuer = item.find("issuer")
        country = alpha2(issuer.get("code")) if issuer is not None else None
        for number in document_numbers(child_text(item, "number")):
            yield make_identifier(kind, number, country)
