# SPDX-License-Identifier: Apache-2.0
"""The closed OFSI consolidated list (ConList), CSV in its 2018 and 2022 layouts."""

import re
from typing import Final

from screening.lists.build import Collector, make_identifier
from screening.lists.table import dictionaries, rows
from screening.lists.text import clean, document_numbers
from screening.lists.uk import Gathered, moment, split
from screening.models import ListFile, ListSource, UnrecognisedList

FIRST_CELL: Final = "Last Updated"
_REFERENCE = re.compile(r"\(UK Sanctions List Ref\):\s*([A-Z]{3}\d{4})")
_UN_REFERENCE = re.compile(r"\bUN Ref(?:erence)?\.?\)?:?\s*([A-Z]{2}[a-z]\.\d{3})", re.IGNORECASE)
_IMO = re.compile(r"\bIMO(?: number)?\)?:?\s*(\d{7})\b", re.IGNORECASE)
_COLUMNS: Final = frozenset(
    {
        *(f"Name {key}" for key in "123456"), "DOB", "Town of Birth", "Country of Birth", "Nationality",
        "Position", "Country", "Other Information", "Group Type", "Alias Type", "Regime", "Group ID",
    }
)  # fmt: skip


def read(raw: bytes, text: str) -> ListFile:
    """Return the list, one entry a Group ID, keyed on the UK Sanctions List's ID where given.

    Raises UnrecognisedList when the header lacks the columns that carry the list.
    """
    table = rows(text)
    first = next(table)
    updated = first[1].strip() if len(first) > 1 else ""
    header = next(table, [])
    if not set(header) >= _COLUMNS:
        raise UnrecognisedList("ConList with another header")
    collector = Collector(ListSource.UK, raw, updated, moment(updated))
    gathered: dict[str, Gathered] = {}
    for row in dictionaries(table, header):
        group = clean(row["Group ID"])
        if not group:
            collector.reject(None, "row without Group ID")
            continue
        # OFSI kept financial sanctions only.
        item = gathered.setdefault(group, Gathered(f"OFSI-{group}", frozen=True))
        _gather(item, row)
    for item in gathered.values():
        collector.take(f"UK:{item.reference}", item.entry)
    return collector.finish()


def _gather(item: Gathered, row: dict[str, str]) -> None:
    other = row["Other Information"]
    if match := _REFERENCE.search(other):
        item.reference = match[1]
    if match := _UN_REFERENCE.search(other):
        item.united_nations.append(match[1])
    item.kinds.add(row["Group Type"])
    item.regimes.append(row["Regime"])
    parts = {key: row[f"Name {key}"] for key in "123456"}
    label = row["Alias Type"].casefold()
    primary = label in {"primary name", "prime alias"}
    item.add_name(parts, "Primary name" if primary else "Alias", row.get("Alias Quality", ""))
    item.names.add(row.get("Name Non-Latin Script", ""), "original")
    item.births += split(row["DOB"])
    item.places += split(row["Town of Birth"])
    item.nationalities += split(row["Nationality"])
    item.countries += [*split(row["Country"]), *split(row["Country of Birth"])]
    item.positions += split(row["Position"])
    passports = row.get("Passport Number") or row.get("Passport Details", "")
    identities = row.get("National Identification Number") or row.get("NI Number", "")
    item.identifiers += [make_identifier("passport", n) for n in document_numbers(passports)]
    item.identifiers += [make_identifier("identity", n) for n in document_numbers(identities)]
    item.identifiers += [make_identifier("imo", number) for number in _IMO.findall(other)]
