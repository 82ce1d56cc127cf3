# SPDX-License-Identifier: Apache-2.0
"""The EU consolidated financial sanctions list (FSF), XML 1.1: every value is an attribute."""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from screening.countries import alpha2
from screening.dates import make_date, make_range, read_date
from screening.lists.build import Collector, NameBag, make_identifier, unique
from screening.lists.text import clean, iso_moment, whole_number
from screening.lists.xml import child_text, records, root
from screening.models import (
    Category,
    Entry,
    EntryType,
    Function,
    Identifier,
    ListFile,
    ListSource,
    PartialDate,
    UnrecognisedList,
)

ROOT: Final = "export"
_TAGS: Final = frozenset({"sanctionEntity"})
_TYPES: Final = {"person": EntryType.PERSON, "enterprise": EntryType.ORGANISATION}
# All names are equal and `strong` is always true: weakness is free text, with typing errors.
_LOW = re.compile(r"\blow?\s+quality", re.IGNORECASE)
_GOOD = re.compile(r"\b(?:good|god|qood|high)\s+quality", re.IGNORECASE)
_FORMER = re.compile(r"\bformer", re.IGNORECASE)
_MAIDEN = re.compile(r"\bmaiden", re.IGNORECASE)
_KINDS: Final = {
    "passport": "passport",
    "id": "identity",
    "birthcert": "identity",
    "nationcert": "identity",
    "residentperm": "identity",
    "travelcardid": "identity",
    "electionid": "identity",
    "regnumber": "registration",
    "tradelic": "registration",
    "fiscalcode": "tax",
    "taxid": "tax",
    "euvat": "tax",
    "imo": "imo",
    "swiftbic": "swift",
    "ssn": "social_security",
    "unssn": "social_security",
    "drivinglicence": "driving_licence",
}
_DISPLAY_LANGUAGES: Final = ("EN", "FR", "")


def read(raw: bytes) -> ListFile:
    """Return the list. Raises UnrecognisedList when the root is another export."""
    generated, file_id = (root(raw).get(key) or "" for key in ("generationDate", "globalFileId"))
    if not generated or not file_id:
        raise UnrecognisedList("export without generationDate and globalFileId")
    collector = Collector(ListSource.EU, raw, f"{file_id}/{generated}", iso_moment(generated))
    for element in records(raw, _TAGS, 2):
        if element.tag not in _TAGS:
            collector.leave_out(element)
            continue
        reference = clean(element.get("euReferenceNumber") or element.get("logicalId"))
        ref = f"EU:{reference}" if reference else None
        collector.take(ref, _entry, element, ref)
    return collector.finish()


def _entry(element: Element, ref: str) -> Entry:
    regulations = element.findall("regulation")
    births = element.findall("birthdate")
    aliases = element.findall("nameAlias")
    located = [*births, *element.findall("address")]
    united_nations = clean(element.get("unitedNationId"))
    return Entry(
        ref=ref,
        source=ListSource.EU,
        type=_TYPES[_code(element)],
        category=Category.SANCTION,
        names=_names(aliases).sorted(),
        birth_dates=unique(_birth_date(birth) for birth in births),
        birth_places=unique(clean(birth.get("city") or birth.get("place")) for birth in births),
        nationalities=unique(_country(item) for item in element.findall("citizenship")),
        countries=unique(_country(item) for item in located),
        identifiers=unique(_identifiers(element)),
        programmes=unique(clean(item.get("programme")) for item in regulations),
        legal_basis=unique(clean(item.get("numberTitle")) for item in regulations),
        functions=unique(Function(text) for item in aliases if (text := clean(item.get("function")))),
        cross_refs=(f"UN:{united_nations}",) if united_nations else (),
        url=next((url for item in regulations if (url := child_text(item, "publicationUrl"))), None),
    )


def _code(element: Element) -> str:
    subject = element.find("subjectType")
    return (subject.get("code") or "") if subject is not None else ""


def _names(aliases: list[Element]) -> NameBag:
    # The first alias is not the main name; the first Latin one in English, French or without a
    # language is shown.
    ranked = sorted(
        aliases,
        key=lambda item: (
            not (item.get("wholeName") or "").isascii(),
            (item.get("nameLanguage") or "") not in _DISPLAY_LANGUAGES,
        ),
    )
    bag = NameBag()
    for position, item in enumerate(ranked):
        given = " ".join(filter(None, (item.get("firstName"), item.get("middleName"))))
        whole = item.get("wholeName") or f"{given} {item.get('lastName') or ''}"
        remark = child_text(item, "remark")
        kind = "primary" if position == 0 else "alias"
        if _MAIDEN.search(remark):
            kind = "birth"
        elif _FORMER.search(remark):
            kind = "former"
        quality = "unknown"
        if _LOW.search(remark):
            quality = "low"
        elif _GOOD.search(remark):
            quality = "good"
        bag.add(whole, kind, quality, given, item.get("lastName"))
    return bag


def _birth_date(element: Element) -> PartialDate | None:
    circa = element.get("circa") == "true"
    if text := element.get("birthdate"):
        # Already Gregorian, even where calendarType is ISLAMIC and year is the Hijri one.
        found = read_date(text)
        return None if found is None else make_date(found.year, found.month, found.day, circa=circa)
    if element.get("calendarType") == "ISLAMIC":
        return None
    first, last = whole_number(element.get("yearRangeFrom")), whole_number(element.get("yearRangeTo"))
    if first is not None and last is not None:
        return make_range(first, last, circa=circa)
    year, month, day = (whole_number(element.get(key)) for key in ("year", "monthOfYear", "dayOfMonth"))
    return None if year is None else make_date(year, month, day, circa=circa)


def _country(element: Element) -> str | None:
    # "00" is UNKNOWN in 2,225 elements; "CS" and the like fall back to the description.
    return alpha2(element.get("countryIso2Code")) or alpha2(element.get("countryDescription"))


def _identifiers(element: Element) -> Iterator[Identifier | None]:
    for item in element.findall("identification"):
        kind = _KINDS.get(item.get("identificationTypeCode") or "", "other")
        yield make_identifier(kind, item.get("latinNumber") or item.get("number"), _country(item))
