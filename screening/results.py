# SPDX-License-Identifier: Apache-2.0
"""What is asked of the engine and what it answers: queries, hits and their explanation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from screening.models import Category

_MANY = ("names", "birth_date", "nationality", "identifiers")


@dataclass(frozen=True, slots=True)
class Query:
    """A party to screen.

    `birth_date` are alternatives as YYYY, YYYY-MM or YYYY-MM-DD; `nationality` and `country`
    are ISO 3166-1 alpha-2. Anything but the names may be missing.
    """

    id: str
    type: str
    names: tuple[str, ...]
    birth_name: str | None = None
    usage_name: str | None = None
    given_names: str | None = None
    birth_date: tuple[str, ...] = ()
    nationality: tuple[str, ...] = ()
    country: str | None = None
    identifiers: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the query as JSON types, without the fields that say nothing."""
        out: dict[str, Any] = {"id": self.id, "type": self.type, "names": list(self.names)}
        for key in ("birth_name", "usage_name", "given_names", "country"):
            if value := getattr(self, key):
                out[key] = value
        for key in ("birth_date", "nationality", "identifiers"):
            if values := getattr(self, key):
                out[key] = list(values)
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild a query; `names`, `birth_date`, `nationality`, `identifiers` may be one string.

        Raises ValueError when the type is unknown or a field has another JSON type.
        """
        kind = data.get("type", "person")
        if kind not in ("person", "organisation"):  # a tuple: what is asked for may have no hash
            raise ValueError(f"type must be person or organisation, not {kind!r}")
        many = {key: _texts(data.get(key), key) for key in _MANY}
        return cls(
            id=str(data.get("id", "")),
            type=kind,
            birth_name=_text(data.get("birth_name"), "birth_name"),
            usage_name=_text(data.get("usage_name"), "usage_name"),
            given_names=_text(data.get("given_names"), "given_names"),
            country=_text(data.get("country"), "country"),
            **many,
        )


def _text(value: Any, key: str) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise ValueError(f"{key} must be a text")


def _texts(value: Any, key: str) -> tuple[str, ...]:
    if value is None:
        return ()
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise ValueError(f"{key} must be a text or a list of texts")
    return tuple(item for item in items if item)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reason of a score, in words an officer reads; points of all reasons add up to it."""

    feature: str
    points: float
    text_en: str
    text_fr: str

    def to_json(self) -> dict[str, Any]:
        """Return the contribution as JSON types."""
        return {
            "feature": self.feature,
            "points": self.points,
            "text_en": self.text_en,
            "text_fr": self.text_fr,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the contribution written by `to_json`."""
        return cls(data["feature"], data["points"], data["text_en"], data["text_fr"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """How well two parties agree: score 0..1 and why."""

    score: float
    alert: bool
    explanation: tuple[Contribution, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON types."""
        return {
            "score": self.score,
            "alert": self.alert,
            "explanation": [reason.to_json() for reason in self.explanation],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the comparison written by `to_json`."""
        reasons = tuple(Contribution.from_json(r) for r in data["explanation"])
        return cls(data["score"], data["alert"], reasons)


@dataclass(frozen=True, slots=True)
class Hit:
    """One designee found for a query.

    `entry` is the best matching record, `sources` every record of every list that names the
    same designee; `order` sorts hits whose scores are equal; `form` says which civil-status
    form of the query matched; `fingerprint` binds a cleared alert to this state of the entry.
    """

    entry: str
    sources: tuple[str, ...]
    category: Category
    name: str
    matched_name: str
    score: float
    order: float
    alert: bool
    form: str
    explanation: tuple[Contribution, ...]
    fingerprint: str

    def to_json(self) -> dict[str, Any]:
        """Return the hit as JSON types."""
        return {
            "entry": self.entry,
            "sources": list(self.sources),
            "category": self.category.value,
            "name": self.name,
            "matched_name": self.matched_name,
            "score": self.score,
            "order": self.order,
            "alert": self.alert,
            "form": self.form,
            "explanation": [reason.to_json() for reason in self.explanation],
            "fingerprint": self.fingerprint,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the hit written by `to_json`."""
        return cls(
            entry=data["entry"],
            sources=tuple(data["sources"]),
            category=Category(data["category"]),
            name=data["name"],
            matched_name=data["matched_name"],
            score=data["score"],
            order=data["order"],
            alert=data["alert"],
            form=data["form"],
            explanation=tuple(Contribution.from_json(r) for r in data["explanation"]),
            fingerprint=data["fingerprint"],
        )
