# SPDX-License-Identifier: Apache-2.0
"""What a sanctions or PEP list says, as plain values: one shape for every authority."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

# Why something is in `ListFile.skipped` that should worry.
NAMELESS: Final = "nameless_object"
UNKNOWN_ELEMENT: Final = "unknown_element"


class ListSource(StrEnum):
    """The authorities and files that can be screened against."""

    FR = "FR"
    EU = "EU"
    UN = "UN"
    OFAC = "OFAC"
    OFAC_NONSDN = "OFAC_NONSDN"
    UK = "UK"
    CH = "CH"
    HATVP = "HATVP"
    EP = "EP"
    US_LEGISLATORS = "US_LEGISLATORS"
    EVERYPOLITICIAN = "EVERYPOLITICIAN"
    OPENSANCTIONS = "OPENSANCTIONS"
    PROVIDER = "PROVIDER"
    DEMO = "DEMO"


class Category(StrEnum):
    """The consequence of a true match, the gravest first: freeze, enhanced diligence, a measure without freeze."""

    SANCTION = "sanction"
    PEP = "pep"
    RESTRICTION = "restriction"


class EntryType(StrEnum):
    """What is designated."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"


class UnrecognisedList(ValueError):
    """The file is no list this library reads: a web page, empty, cut short, or of unknown shape."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnlicensedList(UnrecognisedList):
    """The file is of a source that needs a paid licence, and was read without asking for that source."""

    def __init__(self, source: ListSource) -> None:
        super().__init__(f"{source} data needs a licence; it is read only where asked for")
        self.source = source


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of a designee's name; `given` and `family` only where the source tells them."""

    text: str
    script: str = "Latn"  # ISO 15924
    kind: str = "primary"
    quality: str = "unknown"
    given: str | None = None
    family: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the name as JSON types, without the fields that say nothing."""
        out: dict[str, Any] = {
            "text": self.text,
            "script": self.script,
            "kind": self.kind,
            "quality": self.quality,
        }
        if self.given:
            out["given"] = self.given
        if self.family:
            out["family"] = self.family
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the name written by `to_json`."""
        return cls(
            data["text"],
            data["script"],
            data["kind"],
            data["quality"],
            data.get("given"),
            data.get("family"),
        )


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, the month, the year, or only to lie between two years."""

    year: int
    month: int | None = None
    day: int | None = None
    circa: bool = False
    year_to: int | None = None

    def __str__(self) -> str:
        if self.year_to is not None:
            return f"{self.year}/{self.year_to}"
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
            if self.day is not None:
                text += f"-{self.day:02d}"
        return f"c. {text}" if self.circa else text

    def to_json(self) -> dict[str, Any]:
        """Return the date as JSON types, without the fields that say nothing."""
        out: dict[str, Any] = {"year": self.year}
        if self.month is not None:
            out["month"] = self.month
        if self.day is not None:
            out["day"] = self.day
        if self.circa:
            out["circa"] = True
        if self.year_to is not None:
            out["year_to"] = self.year_to
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the date written by `to_json`."""
        return cls(
            data["year"],
            data.get("month"),
            data.get("day"),
            data.get("circa", False),
            data.get("year_to"),
        )


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that an authority gave to the designee: passport, tax, register, IMO."""

    kind: str
    value: str
    country: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the identifier as JSON types."""
        out: dict[str, Any] = {"kind": self.kind, "value": self.value}
        if self.country:
            out["country"] = self.country
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the identifier written by `to_json`."""
        return cls(data["kind"], data["value"], data.get("country"))


@dataclass(frozen=True, slots=True)
class Function:
    """A public function with its dates (art. R. 561-18 CMF counts one year after its end)."""

    text: str
    start: str | None = None
    end: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the function as JSON types."""
        out: dict[str, Any] = {"text": self.text}
        if self.start:
            out["start"] = self.start
        if self.end:
            out["end"] = self.end
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the function written by `to_json`."""
        return cls(data["text"], data.get("start"), data.get("end"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of one list. `ref` is the list's own key behind the code of the list."""

    ref: str
    source: ListSource
    type: EntryType
    category: Category
    names: tuple[Name, ...]
    birth_dates: tuple[PartialDate, ...] = ()
    birth_places: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    identifiers: tuple[Identifier, ...] = ()
    programmes: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    functions: tuple[Function, ...] = ()
    cross_refs: tuple[str, ...] = ()
    url: str | None = None
    fictional: bool = False
    fingerprint: str = ""

    @property
    def display_name(self) -> str:
        """Return the first Latin primary name, else the first Latin one, else the first."""
        latin = [name for name in self.names if name.script == "Latn"]
        for name in latin:
            if name.kind == "primary":
                return name.text
        return (latin or list(self.names))[0].text

    def with_fingerprint(self) -> Self:
        """Return the entry with the SHA-256 of what identifies the designee filled in."""
        content = {
            "type": self.type,
            "names": sorted([n.text, n.kind, n.quality] for n in self.names),
            "birth_dates": sorted(str(date) for date in self.birth_dates),
            "nationalities": sorted(self.nationalities),
            "identifiers": sorted([i.kind, i.value] for i in self.identifiers),
        }
        return replace(self, fingerprint=canonical_sha256(content))

    def to_json(self) -> dict[str, Any]:
        """Return the entry as JSON types, without the fields that say nothing."""
        out: dict[str, Any] = {
            "ref": self.ref,
            "source": self.source.value,
            "type": self.type.value,
            "category": self.category.value,
            "names": [name.to_json() for name in self.names],
            "fingerprint": self.fingerprint,
        }
        for key, items in (
            ("birth_dates", self.birth_dates),
            ("identifiers", self.identifiers),
            ("functions", self.functions),
        ):
            if items:
                out[key] = [item.to_json() for item in items]
        for key in _TEXT_TUPLES:
            texts: tuple[str, ...] = getattr(self, key)
            if texts:
                out[key] = list(texts)
        if self.url:
            out["url"] = self.url
        if self.fictional:
            out["fictional"] = True
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the entry written by `to_json`."""
        texts = {key: tuple(data.get(key, ())) for key in _TEXT_TUPLES}
        return cls(
            ref=data["ref"],
            source=ListSource(data["source"]),
            type=EntryType(data["type"]),
            category=Category(data["category"]),
            names=tuple(Name.from_json(name) for name in data["names"]),
            birth_dates=tuple(PartialDate.from_json(d) for d in data.get("birth_dates", ())),
            identifiers=tuple(Identifier.from_json(i) for i in data.get("identifiers", ())),
            functions=tuple(Function.from_json(f) for f in data.get("functions", ())),
            url=data.get("url"),
            fictional=data.get("fictional", False),
            fingerprint=data["fingerprint"],
            **texts,
        )


_TEXT_TUPLES = (
    "birth_places",
    "nationalities",
    "countries",
    "programmes",
    "legal_basis",
    "cross_refs",
)


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record of the file that is no entry, by its position from 0, and why."""

    position: int
    ref: str | None
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return the rejected record as JSON types."""
        return {"position": self.position, "ref": self.ref, "reason": self.reason}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the rejected record written by `to_json`."""
        return cls(data["position"], data["ref"], data["reason"])


@dataclass(frozen=True, slots=True)
class ListFile:
    """One publication of one list.

    `raw_sha256` is over the authority's bytes (after unpacking), `content_sha256` over the
    entries: the French and UN files change daily in bytes without changing in content. `rejected`
    are records that could not be read, `skipped` those left out by rule (de-listed, deceased, local
    mandates, objects without name or number, elements of an unknown kind); `published_at` always tells its zone.
    """

    source: ListSource
    publication_id: str
    published_at: datetime | None
    entries: tuple[Entry, ...]
    rejected: tuple[RejectedRecord, ...]
    raw_sha256: str
    content_sha256: str
    counts: dict[str, int] = field(default_factory=dict)
    skipped: tuple[RejectedRecord, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the publication as JSON types, times as ISO 8601."""
        return {
            "source": self.source.value,
            "publication_id": self.publication_id,
            "published_at": self.published_at.isoformat() if self.published_at else None,
            "entries": [entry.to_json() for entry in self.entries],
            "rejected": [record.to_json() for record in self.rejected],
            "skipped": [record.to_json() for record in self.skipped],
            "raw_sha256": self.raw_sha256,
            "content_sha256": self.content_sha256,
            "counts": dict(self.counts),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the publication written by `to_json`."""
        at = data["published_at"]
        return cls(
            source=ListSource(data["source"]),
            publication_id=data["publication_id"],
            published_at=datetime.fromisoformat(at) if at else None,
            entries=tuple(Entry.from_json(entry) for entry in data["entries"]),
            rejected=tuple(RejectedRecord.from_json(r) for r in data["rejected"]),
            skipped=tuple(RejectedRecord.from_json(r) for r in data["skipped"]),
            raw_sha256=data["raw_sha256"],
            content_sha256=data["content_sha256"],
            counts=dict(data["counts"]),
        )


def canonical_sha256(value: Any) -> str:
    """Return the SHA-256 (hex) of a JSON value written with sorted keys and no spaces."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
