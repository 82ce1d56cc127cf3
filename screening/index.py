# SPDX-License-Identifier: Apache-2.0
"""The index as its users see it: built from publications, opened by path, searched."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from screening.build import write_index
from screening.layout import UnusableIndex, locate
from screening.models import Entry, ListFile
from screening.parties import Parties
from screening.results import Hit, Query
from screening.score import ALERT, SHOWN
from screening.search import nearest, search_many
from screening.stored import Stored


class Index:
    """A prepared index; opening maps its files, so processes that fork share them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stored: Stored | None = Stored(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an index, or the active one of the directory it was built into.

        Raises UnusableIndex when there is none, it is damaged, or of another format.
        """
        return cls(locate(Path(path)))

    def _open(self) -> Stored:
        if self._stored is None:
            raise UnusableIndex("the index is closed")
        return self._stored

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Return what the index was built from: engine, parameters, sources."""
        return self._open().manifest

    @property
    def sources(self) -> dict[str, dict[str, Any]]:
        """Return publication_id, content_sha256, raw_sha256 and count of each list, by source."""
        found: dict[str, dict[str, Any]] = self._open().manifest["sources"]
        return found

    def entry(self, ref: str) -> Entry:
        """Return the entry with a reference such as "FR:1234"; raises KeyError if unknown."""
        stored = self._open()
        for number in stored.find("ref", ref):
            entry = stored.entry(number)
            if entry.ref == ref:
                return entry
        raise KeyError(ref)

    def search(self, query: Query, limit: int = 50) -> tuple[Hit, ...]:
        """Return the designees that the query may be, best first, at most `limit`."""
        return self.search_many([query], limit)[0]

    def search_many(self, queries: Sequence[Query], limit: int = 50, least: float = SHOWN) -> list[tuple[Hit, ...]]:
        """Return for each query what `search` returns, many times faster for many than one by one.

        Hits that score below `least` (0..1) are not answered; more than SHOWN spares most of the work.
        """
        return search_many(self._open(), queries, limit, max(least, SHOWN))

    def concerned(self, parties: Parties, least: float = ALERT) -> list[int]:
        """Return in order the places of the prepared parties that may have a hit with a score of at least `least`.

        All others have none. Made for the index of what a change of the lists brought: whoever it concerns is then
        searched for.
        """
        return parties.concerned(self._open(), least)

    def nearest(self, query: Query, limit: int = 50) -> list[tuple[str, ...]]:
        """Return the references of the designees that would be compared with a query first.

        Each has all its records. No score is made: this tells how well the candidates are chosen.
        """
        return nearest(self._open(), query, limit)

    def close(self) -> None:
        """Let go of the mapped files; every later use raises UnusableIndex."""
        self._stored = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def build_index(lists: Sequence[ListFile], out: Path) -> Index:
    """Build the index of the publications inside `out`, make it the active one, and open it."""
    return Index.open(write_index(lists, Path(out)))
