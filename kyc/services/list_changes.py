# SPDX-License-Identifier: Apache-2.0
"""What one version of a list says otherwise than the one before it: kept with the version, and shown in words."""

from dataclasses import dataclass
from typing import Any

from kyc.services.access import Officer
from kyc.services.deps import Deps
from kyc.store.tables import ListChangeRow, ListVersionRow
from kyc.store.uow import UnitOfWork
from screening import Delta, Function, Identifier, ListFile, PartialDate, diff

PAGE = 100


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an entry: what went and what came, as texts."""

    field: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One entry that a version added, removed or changed; `identifying` where that can make or end a match."""

    ref: str
    kind: str
    name: str
    identifying: bool
    fields: tuple[FieldChange, ...]


def changes(deps: Deps, officer: Officer, version_id: str, *, page: int = 1) -> tuple[ChangeView, ...]:
    """One page of what a version changed, the most telling first; NotFoundError for an unknown version."""
    officer.must("lists:read")
    return changes_of(deps, version_id, limit=PAGE, offset=PAGE * (max(1, page) - 1))


def changes_of(deps: Deps, version_id: str, *, limit: int, offset: int = 0) -> tuple[ChangeView, ...]:
    """The same without an officer: for the command line of whoever runs the installation."""
    with deps.db.read() as view:
        view.lists.version(version_id)
        return tuple(_shown(row) for row in view.lists.changes(version_id, limit=limit, offset=offset))


def note_changes(
    uow: UnitOfWork, version: ListVersionRow, new: ListFile, active: ListVersionRow | None, old: ListFile | None
) -> None:
    """Keep what differs from the active version, field by field; of a first version only the count."""
    change = diff(old, new) if old is not None else None
    version.compared_with = active.id if active is not None else None
    version.delta = {
        "added": len(change.added) if change else len(new.entries),
        "removed": len(change.removed) if change else 0,
        "changed": len(change.changed) if change else 0,
    }
    uow.lists.replace_changes(version.id, _change_rows(version.id, change, old, new) if change and old else [])


def _change_rows(version_id: str, change: Delta, old: ListFile, new: ListFile) -> list[ListChangeRow]:
    before = {entry.ref: entry.display_name for entry in old.entries}
    after = {entry.ref: entry.display_name for entry in new.entries}

    def row(ref: str, kind: str, name: str, *, identifying: bool = True) -> ListChangeRow:
        return ListChangeRow(version_id=version_id, ref=ref, kind=kind, identifying=identifying, name=name, fields={})

    rows = [row(ref, "added", after[ref]) for ref in change.added]
    rows += [row(ref, "removed", before[ref]) for ref in change.removed]
    for each in change.changed:
        changed = row(each.ref, "changed", after[each.ref], identifying=each.identifying)
        changed.fields = {name: list(values) for name, values in each.fields.items()}
        rows.append(changed)
    return rows


def _shown(row: ListChangeRow) -> ChangeView:
    fields = []
    for name, (old, new) in sorted(row.fields.items()):
        before, after = _texts(name, old), _texts(name, new)
        gone = tuple(text for text in before if text not in after)
        come = tuple(text for text in after if text not in before)
        fields.append(FieldChange(name, gone, come))
    return ChangeView(row.ref, row.kind, row.name, row.identifying, tuple(fields))


def _texts(field: str, value: Any) -> tuple[str, ...]:
    """The items of a field as an officer reads them; a single value is a list of one."""
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(_text(field, item) for item in items))


def _text(field: str, item: Any) -> str:
    match field:
        case "names":
            return f"{item['text']} ({item['quality']})" if item["quality"] == "low" else str(item["text"])
        case "birth_dates":
            return str(PartialDate.from_json(item))
        case "identifiers":
            number = Identifier.from_json(item)
            return " ".join(part for part in (number.kind, number.value, number.country) if part)
        case "functions":
            function = Function.from_json(item)
            held = "/".join(part or "" for part in (function.start, function.end))
            return f"{function.text} ({held})" if held != "/" and (function.start or function.end) else function.text
        case _:
            return str(item)
