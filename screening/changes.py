# SPDX-License-Identifier: Apache-2.0
"""Whether a new publication may be used, and what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from screening.models import ListFile

Severity = Literal["refuse", "quarantine", "warning"]


@dataclass(frozen=True, slots=True)
class GateProblem:
    """Why a publication is refused, held for four eyes, or used with a warning; told in English and French."""

    code: str
    severity: Severity
    text: str
    text_fr: str

    def to_json(self) -> dict[str, Any]:
        """Return the problem as JSON types."""
        return {"code": self.code, "severity": self.severity, "text": self.text, "text_fr": self.text_fr}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the problem written by `to_json`."""
        return cls(data["code"], data["severity"], data["text"], data.get("text_fr", data["text"]))


@dataclass(frozen=True, slots=True)
class Change:
    """The fields of one entry that differ between two publications: field to (old, new)."""

    ref: str
    fields: dict[str, tuple[Any, Any]]

    @property
    def identifying(self) -> bool:
        """Return whether a change can make or end a match, so that customers are re-screened."""
        return not _IDENTIFYING.isdisjoint(self.fields)

    def to_json(self) -> dict[str, Any]:
        """Return the change as JSON types."""
        return {"ref": self.ref, "fields": {k: list(v) for k, v in self.fields.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the change written by `to_json`."""
        return cls(data["ref"], {k: (v[0], v[1]) for k, v in data["fields"].items()})


_IDENTIFYING = frozenset({"type", "category", "names", "birth_dates", "nationalities", "countries", "identifiers"})


@dataclass(frozen=True, slots=True)
class Delta:
    """What a new publication adds, removes and changes, by reference in sorted order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Change, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the delta as JSON types."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": [change.to_json() for change in self.changed],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the delta written by `to_json`."""
        changed = tuple(Change.from_json(change) for change in data["changed"])
        return cls(tuple(data["added"]), tuple(data["removed"]), changed)


def diff(old: ListFile, new: ListFile) -> Delta:
    """Return what `new` adds, removes and changes, keyed on the list's own references."""
    before = {entry.ref: entry for entry in old.entries}
    after = {entry.ref: entry for entry in new.entries}
    changed = []
    for ref in sorted(before.keys() & after.keys()):
        if before[ref] == after[ref]:
            continue
        was, now = before[ref].to_json(), after[ref].to_json()
        fields = {
            key: (was.get(key), now.get(key))
            for key in sorted(was.keys() | now.keys())
            if key != "fingerprint" and _plain(was.get(key)) != _plain(now.get(key))
        }
        if fields:
            changed.append(Change(ref, fields))
    return Delta(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(changed),
    )


def _plain(value: Any) -> Any:
    """Forget the order of lists: authorities reorder aliases without changing anything."""
    return sorted(map(repr, value)) if isinstance(value, list) else value
