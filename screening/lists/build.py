# SPDX-License-Identifier: Apache-2.0
"""What every reader needs: names without repetition, the gathered records, the finished list."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeVar
from xml.etree.ElementTree import Element

from screening.lists.text import clean, script_of, split_names
from screening.models import (
    UNKNOWN_ELEMENT,
    Category,
    Entry,
    Identifier,
    ListFile,
    ListSource,
    Name,
    RejectedRecord,
    canonical_sha256,
)

_T = TypeVar("_T")
_LONGEST_REASON: Final = 80
_LONGEST_LABEL: Final = 120
_GRAVEST_FIRST: Final = tuple(Category)
_YEARS: Final = range(1990, 2101)  # in which a list can be published
_NO_NUMBER = frozenset({"", "/", "-", "n/a", "na", "none", "unknown", "undetermined"})


@dataclass(slots=True)
class NameBag:
    """Collects a record's names, each spelling once, the primary ones first."""

    names: dict[str, Name] = field(default_factory=dict)

    def add(
        self,
        text: str | None,
        kind: str = "alias",
        quality: str = "unknown",
        given: str | None = None,
        family: str | None = None,
    ) -> None:
        """Add a spelling and those joined to it; what says nothing or is known already adds nothing."""
        first, last = clean(given) or None, clean(family) or None
        for position, part in enumerate(split_names(clean(text))):
            cleaned = part.strip(" ;,")
            if any(ch.isalnum() for ch in cleaned):
                label = "alias" if position and kind == "primary" else kind
                parts = (None, None) if position else (first, last)
                name = Name(cleaned, script_of(cleaned), label, quality, *parts)
                self.names.setdefault(cleaned.casefold(), name)

    def add_parts(self, given: str | None, family: str | None, kind: str, quality: str = "unknown") -> None:
        """Add a name whose given and family parts the source tells apart."""
        first, last = clean(given), clean(family)
        self.add(f"{first} {last}", kind, quality, first, last)

    def sorted(self) -> tuple[Name, ...]:
        """Return the names, primary ones first, otherwise in the order of the source."""
        return tuple(sorted(self.names.values(), key=lambda name: name.kind != "primary"))


def make_identifier(kind: str, value: str | None, country: str | None = None) -> Identifier | None:
    """Return the identifier, or None when the value holds no number."""
    cleaned = clean(value)
    if cleaned.casefold() in _NO_NUMBER or not any(ch.isalnum() for ch in cleaned):
        return None
    return Identifier(kind, cleaned, country)


def unique(items: Iterable[_T | None]) -> tuple[_T, ...]:
    """Return the items once each, in order, without None and empty texts."""
    return tuple(dict.fromkeys(item for item in items if item))


@dataclass(slots=True)
class Collector:
    """Gathers the entries of one publication and finishes the list.

    A second record with a known reference is the same designee under another act (the EU list
    does this) and is merged. A record without any name is rejected, so that the gates see it. Every
    record ends as an entry, in `rejected` or in `skipped`.
    """

    source: ListSource
    raw: bytes
    publication_id: str = ""
    published_at: datetime | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    rejected: list[RejectedRecord] = field(default_factory=list)
    skipped: list[RejectedRecord] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    position: int = 0

    def take(self, ref: str | None, make: Callable[..., Entry], *parts: Any) -> None:
        """Take the next record as `make(*parts)` reads it; without reference or sense it is rejected."""
        if ref is None:
            self.reject(None, "record without reference")
            return
        try:
            entry = make(*parts)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self.reject(ref, f"unreadable: {type(error).__name__}: {clean(str(error))[:_LONGEST_REASON]}")
            return
        self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take the next record."""
        if not entry.names:
            self.reject(entry.ref, "no name")
            return
        known = self.entries.get(entry.ref)
        if known is not None and known.type is not entry.type:
            # One of them would be searched as what it is not.
            self.reject(entry.ref, f"{entry.type} under the reference of a {known.type}")
            return
        if known is not None:
            entry = _merge(known, entry)
            self.counts["merged"] += 1
        self.entries[entry.ref] = entry.with_fingerprint()
        self.position += 1

    def reject(self, ref: str | None, reason: str) -> None:
        """Note a record that cannot be used."""
        self.rejected.append(RejectedRecord(self.position, ref, reason))
        self.position += 1

    def skip(self, ref: str | None, reason: str) -> None:
        """Name and count a record that cannot be met or is no designation, such as a de-listed one."""
        self.counts[f"skipped_{reason}"] += 1
        self.skipped.append(RejectedRecord(self.position, ref, reason))
        self.position += 1

    def leave_out(self, element: Element) -> None:
        """Name an element that stands where records do and is none this library knows; the gates warn of it."""
        self.skip(f"<{element.tag[:_LONGEST_REASON]}>", UNKNOWN_ELEMENT)

    def finish(self, declared: int | None = None) -> ListFile:
        """Return the list with its counts and hashes; `declared` is the file's own count."""
        entries = tuple(self.entries.values())
        counts: Counter[str] = Counter(self.counts)
        counts["bytes"] = len(self.raw)
        counts["total"] = len(entries)
        counts["records"] = self.position
        for entry in entries:
            counts[entry.type.value] += 1
            counts["names"] += len(entry.names)
            counts["with_alias"] += len(entry.names) > 1
            counts["with_birth_date"] += bool(entry.birth_dates)
            counts["with_nationality"] += bool(entry.nationalities)
        if declared is not None:
            counts["declared"] = declared
        raw_sha256 = hashlib.sha256(self.raw).hexdigest()
        return ListFile(
            source=self.source,
            publication_id=clean(self.publication_id)[:_LONGEST_LABEL] or f"sha256:{raw_sha256[:16]}",
            published_at=self.published_at if self.published_at and self.published_at.year in _YEARS else None,
            entries=entries,
            rejected=tuple(self.rejected),
            skipped=tuple(self.skipped),
            raw_sha256=raw_sha256,
            content_sha256=_content_sha256(entries),
            counts=dict(sorted(counts.items())),
        )


def _merge(first: Entry, second: Entry) -> Entry:
    bag = NameBag({name.text.casefold(): name for name in first.names})
    for name in second.names:
        bag.names.setdefault(name.text.casefold(), name)
    return replace(
        first,
        category=min(first.category, second.category, key=_GRAVEST_FIRST.index),
        names=bag.sorted(),
        birth_dates=unique((*first.birth_dates, *second.birth_dates)),
        birth_places=unique((*first.birth_places, *second.birth_places)),
        nationalities=unique((*first.nationalities, *second.nationalities)),
        countries=unique((*first.countries, *second.countries)),
        identifiers=unique((*first.identifiers, *second.identifiers)),
        programmes=unique((*first.programmes, *second.programmes)),
        legal_basis=unique((*first.legal_basis, *second.legal_basis)),
        functions=unique((*first.functions, *second.functions)),
        cross_refs=unique((*first.cross_refs, *second.cross_refs)),
    )


def _content_sha256(entries: tuple[Entry, ...]) -> str:
    rows: list[dict[str, Any]] = [entry.to_json() for entry in entries]
    return canonical_sha256(sorted(rows, key=lambda row: str(row["ref"])))
