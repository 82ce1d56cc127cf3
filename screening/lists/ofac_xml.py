# SPDX-License-Identifier: Apache-2.0
"""OFAC's SDN and non-SDN lists, XML."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element

from screening.countries import alpha2
from screening.dates import read_date
from screening.lists.build import Collector, NameBag, make_identifier, unique
from screening.lists.ofac import ENTRY_TYPES, identifier_kind, settle
from screening.lists.text import clean, whole_number
from screening.lists.xml import child_text, child_texts, records
from screening.models import (
    Category,
    Entry,
    Function,
    Identifier,
    ListFile,
    ListSource,
    UnrecognisedList,
)

ROOT: Final = "sdnList"
_TAGS: Final = frozenset({"sdnEntry"})
_HEAD: Final = "publshInformation"  # the authority's spelling
_URL: Final = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id="


def read(raw: bytes) -> ListFile:
    """Return the list; SDN or non-SDN is told by the programmes, the two files look alike.

    Raises UnrecognisedList without publication data: Record_Count is the completeness check.
    """
    date = count = ""
    collector = Collector(ListSource.OFAC, raw)
    for element in records(raw, _TAGS, 2):
        if element.tag == _HEAD:
            date, count = child_text(element, "Publish_Date"), child_text(element, "Record_Count")
        elif element.tag not in _TAGS:
            collector.leave_out(element)
        else:
            uid = clean(child_text(element, "uid"))
            collector.take(f"OFAC:{uid}" if uid else None, _entry, element, uid)
    declared = whole_number(count)
    if not date or declared is None:
        raise UnrecognisedList("sdnList without Publish_Date and Record_Count")
    settle(collector)
    collector.publication_id, collector.published_at = f"{date}/{count}", _moment(date)
    return collector.finish(declared)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _entry(element: Element, uid: str) -> Entry:
    countries = [
        *child_texts(element, "addressList/address/country"),
        child_text(element, "vesselInfo/vesselFlag"),
    ]
    nationalities = [
        *child_texts(element, "nationalityList/nationality/country"),
        *child_texts(element, "citizenshipList/citizenship/country"),
    ]
    births = child_texts(element, "dateOfBirthList/dateOfBirthItem/dateOfBirth")
    places = child_texts(element, "placeOfBirthList/placeOfBirthItem/placeOfBirth")
    title = clean(child_text(element, "title"))
    return Entry(
        ref=f"OFAC:{uid}",
        source=ListSource.OFAC,
        type=ENTRY_TYPES[child_text(element, "sdnType").casefold()],
        category=Category.SANCTION,
        names=_names(element).sorted(),
        birth_dates=unique(read_date(text) for text in births),
        birth_places=unique(clean(text) for text in places),
        nationalities=unique(alpha2(text) for text in nationalities),
        countries=unique(alpha2(text) for text in countries),
        identifiers=unique(_identifiers(element)),
        programmes=unique(clean(text) for text in child_texts(element, "programList/program")),
        functions=(Function(title),) if title else (),
        url=f"{_URL}{uid}",
    )


def _names(element: Element) -> NameBag:
    bag = NameBag()
    bag.add_parts(child_text(element, "firstName"), child_text(element, "lastName"), "primary")
    for aka in element.findall("akaList/aka"):
        kind = "former" if child_text(aka, "type").startswith("f") else "alias"
        quality = "low" if child_text(aka, "category") == "weak" else "good"
        bag.add_parts(child_text(aka, "firstName"), child_text(aka, "lastName"), kind, quality)
    return bag


def _identifiers(element: Element) -> Iterator[Identifier | None]:
    for item in element.findall("idList/id"):
        kind = identifier_kind(child_text(item, "idType"))
        if kind is not None:
            number = child_text(item, "idNumber").removeprefix("IMO ")
            yield make_identifier(kind, number, alpha2(child_text(item, "idCountry")))
    if call_sign := child_text(element, "vesselInfo/callSign"):
        yield make_identifier("call_sign", call_sign)
