# SPDX-License-Identifier: Apache-2.0
"""The consolidated list of the United Nations Security Council, XML."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element

from screening.countries import alpha2
from screening.dates import make_date, make_range, read_date
from screening.lists.build import Collector, NameBag, make_identifier, unique
from screening.lists.text import clean, document_numbers, iso_moment, joined, whole_number
from screening.lists.xml import child_text, child_texts, records, root
from screening.models import (
    Category,
    Entry,
    EntryType,
    Function,
    Identifier,
    ListFile,
    ListSource,
    PartialDate,
)

ROOT: Final = "CONSOLIDATED_LIST"
_TAGS: Final = frozenset({"INDIVIDUAL", "ENTITY"})
_PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_URL: Final = "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list"
_QUALITIES: Final = {"good": "good", "low": "low"}
_BORN = re.compile(r",?\s*\(?\bborn\b.*$", re.IGNORECASE | re.DOTALL)
_PASSPORT = re.compile(r"pass?[ea]?port|pasaporte", re.IGNORECASE)
_REMARK = re.compile(r"\((?:previously listed as|birth name|combat name|false identity[^)]*)\)", re.IGNORECASE)


def read(raw: bytes) -> ListFile:
    """Return the list.

    `dateGenerated` changes every day without any change: it tells freshness only. The official
    schema is not asked: it refuses the new elements of 2026.
    """
    generated = root(raw).get("dateGenerated") or ""
    collector = Collector(ListSource.UN, raw, generated, iso_moment(generated))
    for element in records(raw, _TAGS, 3):
        if element.tag not in _TAGS:
            collector.leave_out(element)
            continue
        reference = clean(child_text(element, "REFERENCE_NUMBER"))
        ref = f"UN:{reference}" if reference else None
        collector.take(ref, _entry, element, ref)
    return collector.finish()


def _entry(element: Element, ref: str) -> Entry:
    kind = element.tag
    titles = [*child_texts(element, "DESIGNATION/VALUE"), *child_texts(element, "TITLE/VALUE")]
    born = element.findall("INDIVIDUAL_PLACE_OF_BIRTH")
    located = [*element.findall(f"{kind}_ADDRESS"), *born]
    return Entry(
        ref=ref,
        source=ListSource.UN,
        type=EntryType.PERSON if kind == "INDIVIDUAL" else EntryType.ORGANISATION,
        category=Category.SANCTION,
        names=_names(element).sorted(),
        birth_dates=unique(_birth_dates(element)),
        birth_places=unique(clean(child_text(item, "CITY")) for item in born),
        nationalities=unique(alpha2(text) for text in child_texts(element, "NATIONALITY/VALUE")),
        countries=unique(alpha2(child_text(item, "COUNTRY")) for item in located),
        identifiers=unique(_identifiers(element)),
        programmes=unique([clean(child_text(element, "UN_LIST_TYPE"))]),
        functions=unique(Function(clean(text)) for text in titles),
        url=_URL,
    )


def _names(element: Element) -> NameBag:
    bag = NameBag()
    bag.add(" ".join(child_text(element, part) for part in _PARTS), "primary")
    bag.add(child_text(element, "NAME_ORIGINAL_SCRIPT"), "original")
    for alias in element.findall(f"{element.tag}_ALIAS"):
        grade = child_text(alias, "QUALITY").casefold()
        kind = "former" if grade.startswith("f") else "alias"
        quality = _QUALITIES.get(grade, "unknown")
        for part in joined(clean(child_text(alias, "ALIAS_NAME"))):
            bag.add(_REMARK.sub("", _BORN.sub("", part)), kind, quality)
    return bag


def _birth_dates(element: Element) -> Iterator[PartialDate | None]:
    for item in element.findall("INDIVIDUAL_DATE_OF_BIRTH"):
        grade = child_text(item, "TYPE_OF_DATE").upper()
        note = child_text(item, "NOTE")
        circa = grade == "APPROXIMATELY" or note.casefold().startswith("approx")
        first, last, year = (whole_number(child_text(item, tag)) for tag in ("FROM_YEAR", "TO_YEAR", "YEAR"))
        if first is not None and last is not None:
            yield make_range(first, last, circa=circa)
        elif date := read_date(child_text(item, "DATE")):
            yield replace(date, circa=circa)
        elif year is not None:
            month = read_date(f"{note} {year}")  # "Sep." in the note
            yield replace(month, circa=circa) if month else make_date(year, circa=circa)
        else:
            yield read_date(note)  # "Nov. 1973 " beside TYPE_OF_DATE EXACT
    for alias in element.findall("INDIVIDUAL_ALIAS"):
        yield read_date(child_text(alias, "DATE_OF_BIRTH"))


def _identifiers(element: Element) -> Iterator[Identifier | None]:
    for item in element.findall("INDIVIDUAL_DOCUMENT"):
        label = f"{child_text(item, 'TYPE_OF_DOCUMENT')} {child_text(item, 'TYPE_OF_DOCUMENT2')}"
        kind = "passport" if _PASSPORT.search(label) else "identity"
        country = alpha2(child_text(item, "ISSUING_COUNTRY") or child_text(item, "COUNTRY_OF_ISSUE"))
        for number in document_numbers(child_text(item, "NUMBER")):
            yield make_identifier(kind, number, country)
