# SPDX-License-Identifier: Apache-2.0
"""The plain CSV any provider can be brought into; with list=DEMO, the fictional demo source.

Columns: list, id, type, category, name, aliases, birth_dates, nationalities, countries,
identifiers, programme, functions, url. Several values in one cell are joined by "|"; identifiers
are "kind:value", functions "title", "title@2020-01-01" or "title@2020-01-01/2024-06-30".
"""

from collections.abc import Iterable, Mapping
from typing import Final

from screening.countries import alpha2
from screening.dates import read_date
from screening.lists.build import Collector, NameBag, make_identifier, unique
from screening.lists.text import clean
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

COLUMNS: Final = frozenset(
    {
        "list", "id", "type", "category", "name", "aliases", "birth_dates", "nationalities",
        "countries", "identifiers", "programme", "functions", "url",
    }
)  # fmt: skip


def read(raw: bytes, table: Iterable[Mapping[str, str]]) -> ListFile:
    """Return the list; raises UnrecognisedList when demo rows stand among others."""
    kept = list(table)
    demo = {row["list"].strip().upper() == ListSource.DEMO for row in kept}
    if len(demo) != 1:
        raise UnrecognisedList("demo rows and others in one file, or no row at all")
    collector = Collector(ListSource.DEMO if True in demo else ListSource.PROVIDER, raw)
    for row in kept:
        key = clean(row["id"])
        ref = f"{collector.source}:{key}" if key else None
        collector.take(ref, _entry, row, ref, collector.source)
    return collector.finish()


def _many(cell: str) -> list[str]:
    return [text for part in cell.split("|") if (text := clean(part))]


def _country(text: str) -> str:
    code = alpha2(text)
    if code is None:
        raise ValueError("unknown country")
    return code


def _entry(row: Mapping[str, str], ref: str, source: ListSource) -> Entry:
    bag = NameBag()
    bag.add(row["name"], "primary")
    for alias in _many(row["aliases"]):
        bag.add(alias, "alias")
    return Entry(
        ref=ref,
        source=source,
        type=EntryType(row["type"].casefold()),
        category=Category(row["category"].casefold()),
        names=bag.sorted(),
        birth_dates=unique(read_date(text) for text in _many(row["birth_dates"])),
        nationalities=unique(_country(text) for text in _many(row["nationalities"])),
        countries=unique(_country(text) for text in _many(row["countries"])),
        identifiers=unique(_identifier(text) for text in _many(row["identifiers"])),
        programmes=unique(_many(row["programme"])),
        functions=unique(_function(text) for text in _many(row["functions"])),
        url=row["url"] or None,
        fictional=source is ListSource.DEMO,
    )


def _identifier(text: str) -> Identifier | None:
    kind, colon, value = text.partition(":")
    return make_identifier(kind.strip(), value) if colon else make_identifier("other", text)


def _function(text: str) -> Function:
    title, _, dates = text.partition("@")
    start, _, end = dates.partition("/")
    return Function(title.strip(), start.strip() or None, end.strip() or None)
