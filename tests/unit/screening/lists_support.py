# SPDX-License-Identifier: Apache-2.0
"""Where the mini list files of these tests stand, and entries made by hand."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from screening import Category, Entry, EntryType, ListFile, ListSource, Name, parse
from screening.lists.build import Collector

FIXTURES = Path(__file__).resolve().parent / "fixtures"


def fixture(name: str) -> ListFile:
    """Parse a mini list file."""
    return parse(FIXTURES / name)


def entry(number: int, *names: str | Name, **fields: Any) -> Entry:
    """Return an entry of the demo list under a number, a sanctioned person unless told."""
    made: dict[str, Any] = {
        "type": EntryType.PERSON,
        "category": Category.SANCTION,
        "source": ListSource.DEMO,
        **fields,
    }
    spelled = tuple(Name(text) if isinstance(text, str) else text for text in names)
    return Entry(ref=f"{made['source']}:{number}", names=spelled, **made)


def publication(*entries: Entry, day: int = 1, source: ListSource = ListSource.DEMO) -> ListFile:
    """Return a publication with the entries, published on a day of January 2026."""
    collector = Collector(source, repr(entries).encode(), f"2026-01-{day:02d}")
    collector.published_at = datetime(2026, 1, day, tzinfo=UTC)
    for item in entries:
        collector.add(item)
    return collector.finish()


def parsed(folder: Path, content: str | bytes, name: str = "list") -> ListFile:
    """Parse a list written on the spot."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return parse(path)


def named(found: Entry) -> dict[str, Name]:
    """Return the names of an entry by their text."""
    return {name.text: name for name in found.names}
