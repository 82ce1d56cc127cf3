# SPDX-License-Identifier: Apache-2.0
"""The UK Sanctions List (FCDO), CSV and XML: one record gathered from rows or elements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element

from screening.countries import alpha2
from screening.dates import read_date
from screening.lists.build import Collector, NameBag, make_identifier, unique
from screening.lists.table import dictionaries, rows
from screening.lists.text import clean
from screening.lists.xml import child_text, child_texts, records
from screening.models import (
    Category,
    Entry,
    EntryType,
    Function,
    Identifier,
    ListFile,
    ListSource,
    UnrecognisedList,
)

ROOT: Final = "Designations"
_TAGS: Final = frozenset({"Designation"})
FIRST_CELL: Final = "Report Date:"
_URL: Final = "https://www.gov.uk/government/publications/the-uk-sanctions-list"
# Name 6 is the family name or the whole name of an organisation and stands first in the file.
_GIVEN: Final = ("1", "2", "3", "4", "5")
_TYPES: Final = {
    "individual": EntryType.PERSON,
    "entity": EntryType.ORGANISATION,
    "ship": EntryType.VESSEL,
}
_FREEZE: Final = "asset freeze"
_COLUMNS: Final = frozenset(
    {
        "Unique ID", "UN Reference Number", "Name 6", *(f"Name {key}" for key in _GIVEN), "Name type",
        "Alias strength", "Name non-latin script", "Regime Name", "Designation Type", "Sanctions Imposed",
        "D.O.B", "Nationality(/ies)", "Address Country", "Country of birth", "Town of birth", "Position",
    }
)  # fmt: skip
_SPLIT = re.compile(r"\(\d+\)|[|;]")


@dataclass(slots=True)
class Gathered:
    """The parts of one designation, whatever the file's shape."""

    reference: str
    frozen: bool = False
    kinds: set[str] = field(default_factory=set)
    regimes: list[str] = field(default_factory=list)
    united_nations: list[str] = field(default_factory=list)
    names: NameBag = field(default_factory=NameBag)
    births: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    identifiers: list[Identifier | None] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)

    def entry(self) -> Entry:
        """Return the designation; without an asset freeze it is a restriction.

        Raises ValueError unless its rows agree on one known type.
        """
        types = {_TYPES.get(kind.casefold()) for kind in self.kinds}
        kind = types.pop() if len(types) == 1 else None
        if kind is None:
            raise ValueError("not of one known type")
        return Entry(
            ref=f"UK:{self.reference}",
            source=ListSource.UK,
            type=kind,
            category=Category.SANCTION if self.frozen else Category.RESTRICTION,
            names=self.names.sorted(),
            birth_dates=unique(read_date(text) for text in self.births),
            birth_places=unique(clean(text) for text in self.places),
            nationalities=unique(alpha2(text) for text in self.nationalities),
            countries=unique(alpha2(text) for text in self.countries),
            identifiers=unique(self.identifiers),
            programmes=unique(clean(text) for text in self.regimes),
            functions=unique(Function(text) for item in self.positions if (text := clean(item))),
            cross_refs=unique(f"UN:{text}" for item in self.united_nations if (text := clean(item))),
            url=_URL,
        )

    def add_name(self, parts: dict[str, str], label: str, strength: str) -> None:
        """Add a name from its parts 1 to 6; six spellings of the name type are in use."""
        kind = "primary" if label.casefold() == "primary name" else "alias"
        grade = strength.casefold()
        quality = "low" if "low" in grade else "good" if "good" in grade else "unknown"
        given = " ".join(parts[key] for key in _GIVEN if parts[key])
        self.names.add_parts(given, parts["6"], kind, quality)


def split(text: str) -> list[str]:
    """Return the values numbered or joined in one cell: "(1) Germany. (2) Morocco"."""
    return [part for item in _SPLIT.split(text) if (part := item.strip(" .,\u00a0"))]


def moment(text: str) -> datetime | None:
    """Return a British date as a UTC time; None for anything else."""
    for shape in ("%d-%b-%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def read_csv(raw: bytes, text: str) -> ListFile:
    """Return the list from its CSV: one row for each combination of name, address, birth date.

    Raises UnrecognisedList when the header lacks the columns that carry the list.
    """
    table = rows(text)
    report = next(table, [""])[0].removeprefix(FIRST_CELL).strip()
    header = next(table, [])
    if not set(header) >= _COLUMNS:
        raise UnrecognisedList("UK list with another header")
    collector = Collector(ListSource.UK, raw, report, moment(report))
    gathered: dict[str, Gathered] = {}
    for row in dictionaries(table, header):
        if reference := clean(row["Unique ID"]):
            _gather_row(gathered.setdefault(reference, Gathered(reference)), row)
        else:
            collector.reject(None, "row without Unique ID")
    for reference, item in gathered.items():
        collector.take(f"UK:{reference}", item.entry)
    return collector.finish()


def _gather_row(item: Gathered, row: dict[str, str]) -> None:
    item.kinds.add(row["Designation Type"])
    item.regimes.append(row["Regime Name"])
    item.frozen |= _FREEZE in row["Sanctions Imposed"].casefold()
    item.united_nations.append(row["UN Reference Number"])
    parts = {key: row[f"Name {key}"] for key in (*_GIVEN, "6")}
    item.add_name(parts, row["Name type"], row["Alias strength"])
    item.names.add(row["Name non-latin script"], "original")
    item.births += split(row["D.O.B"])
    item.nationalities += split(row["Nationality(/ies)"])
    item.countries += [row["Address Country"], row["Country of birth"]]
    item.places.append(row["Town of birth"])
    item.positions.append(row["Position"])
    for kind, column in (
        ("passport", "Passport number"),
        ("identity", "National Identifier number"),
        ("registration", "Business registration number (s)"),
        ("imo", "IMO number"),
        ("hull", "Hull identification number (HIN)"),
    ):
        item.identifiers += [make_identifier(kind, text) for text in split(row.get(column, ""))]


def read_xml(raw: bytes) -> ListFile:
    """Return the list from its XML."""
    collector = Collector(ListSource.UK, raw)
    for element in records(raw, _TAGS, 2):
        if element.tag == "DateGenerated":
            collector.publication_id = (element.text or "").strip()
            collector.published_at = moment(collector.publication_id)
        elif element.tag not in _TAGS:
            collector.leave_out(element)
        else:
            reference = clean(child_text(element, "UniqueID"))
            collector.take(f"UK:{reference}" if reference else None, _designation, element, reference)
    return collector.finish()


def _designation(element: Element, reference: str) -> Entry:
    item = Gathered(
        reference,
        frozen=_FREEZE in child_text(element, "SanctionsImposed").casefold(),
        kinds={child_text(element, "IndividualEntityShip")},
        regimes=child_texts(element, "RegimeName"),
        united_nations=child_texts(element, "UNReferenceNumber"),
    )
    for name in element.findall("Names/Name"):
        parts = {key: child_text(name, f"Name{key}") for key in (*_GIVEN, "6")}
        item.add_name(parts, child_text(name, "NameType"), child_text(name, "AliasStrength"))
    for text in child_texts(element, "NonLatinNames/NonLatinName/NameNonLatinScript"):
        item.names.add(text, "original")
    person = "IndividualDetails/Individual"
    item.births = child_texts(element, f"{person}/DOBs/DOB")
    item.nationalities = child_texts(element, f"{person}/Nationalities/Nationality")
    item.positions = child_texts(element, f"{person}/Positions/Position")
    born = f"{person}/BirthDetails/Location"
    item.places = child_texts(element, f"{born}/TownOfBirth")
    item.countries = child_texts(element, "Addresses/Address/AddressCountry")
    item.countries += child_texts(element, f"{born}/CountryOfBirth")
    item.identifiers = list(_identifiers(element))
    return item.entry()


def _identifiers(element: Element) -> Iterator[Identifier | None]:
    for kind, tag in (
        ("passport", "PassportNumber"),
        ("identity", "NationalIdentifierNumber"),
        ("registration", "BusinessRegistrationNumber"),
        ("imo", "IMONumber"),
        ("hull", "HullIdentificationNumber"),
    ):
        for text in child_texts(element, f".//{tag}"):
            yield from (make_identifier(kind, part) for part in split(text))
