# SPDX-License-Identifier: Apache-2.0
"""The gates a publication passes before it may replace the active one."""

from collections.abc import Iterator, Sequence
from typing import Final

from screening.changes import GateProblem, Severity
from screening.models import NAMELESS, UNKNOWN_ELEMENT, ListFile
from screening.parameters import PARAMETERS

_GATES: Final = PARAMETERS["gates"]
_NAMED: Final = 5  # records named in a text
_FILLS: Final = ("with_birth_date", "with_nationality", "with_alias")


def check(new: ListFile, old: ListFile | None) -> tuple[GateProblem, ...]:
    """Return what speaks against using `new` in place of `old` (None at the first import).

    "refuse" may not be overridden, "quarantine" needs four eyes, "warning" is only told. Sources:
    rule R-28 and the real changes seen in the lists.
    """
    problems = list(_alone(new))
    if old is not None:
        problems += _against(new, old)
    return tuple(problems)


def _problem(code: str, severity: Severity, text: str) -> GateProblem:
    return GateProblem(code, severity, text)


def _alone(new: ListFile) -> Iterator[GateProblem]:
    total = len(new.entries)
    if total == 0:
        yield _problem("empty", "refuse", "The list has no entry.")
    if new.rejected:
        first = _some([record.ref for record in new.rejected])
        yield _problem("parse_errors", "refuse", f"{len(new.rejected)} records could not be read: {first}.")
    unknown = [record.ref for record in new.skipped if record.reason == UNKNOWN_ELEMENT]
    if unknown:
        text = (
            f"{len(unknown)} elements among the records are of an unknown kind and are not searched: {_some(unknown)}."
        )
        yield _problem("unknown_elements", "warning", text)
    declared, records = new.counts.get("declared"), new.counts.get("records", total) - len(unknown)
    if declared is not None and declared != records:
        yield _problem("count_mismatch", "refuse", f"The file announces {declared} records, {records} read.")
    nameless = [record.ref for record in new.skipped if record.reason == NAMELESS]
    if nameless:
        text = f"{len(nameless)} listed objects have neither name nor number and cannot be met: {_some(nameless)}."
        yield _problem("nameless", "warning", text)
    for kind, floor in _GATES["floor"].get(new.source.value, {}).items():
        found = new.counts.get(kind, 0)
        if found < floor:
            yield _problem(f"floor_{kind}", "quarantine", f"{found} of type {kind}, at least {floor} expected.")
    present = {entry.ref for entry in new.entries}
    missing = [ref for ref in _GATES["canaries"].get(new.source.value, ()) if ref not in present]
    if missing:
        yield _problem("canary", "quarantine", f"Always listed so far and now missing: {_some(missing)}.")


def _some(refs: Sequence[str | None]) -> str:
    named = ", ".join(ref or "without reference" for ref in refs[:_NAMED])
    return f"{named} and {len(refs) - _NAMED} more" if len(refs) > _NAMED else named


def _against(new: ListFile, old: ListFile) -> Iterator[GateProblem]:
    if new.source is not old.source:
        yield _problem("source", "refuse", f"{new.source} cannot replace {old.source}.")
        return
    if new.content_sha256 == old.content_sha256:
        yield _problem("unchanged", "warning", "The content equals that of the active version.")
    if new.published_at and old.published_at and new.published_at < old.published_at:
        yield _problem("older", "refuse", "The publication is older than the active one.")
    if old.published_at and not new.published_at:
        yield _problem("undated", "warning", "The publication tells no date, unlike the active one.")
    yield from _sizes(new, old)
    yield from _fills(new, old)


def _sizes(new: ListFile, old: ListFile) -> Iterator[GateProblem]:
    before, after = len(old.entries), len(new.entries)
    if before:
        lost, grown = (before - after) / before, (after - before) / before
        text = f"{before} entries before, {after} now."
        if lost > _GATES["refuse_drop"]:
            yield _problem("drop", "refuse", text)
        elif lost > _GATES["quarantine_drop"]:
            yield _problem("drop", "quarantine", text)
        elif grown > _GATES["warn_growth"]:
            yield _problem("growth", "warning", text)
    names_before = old.counts.get("names", 0) - before
    names_after = new.counts.get("names", 0) - after
    if names_before and (names_before - names_after) / names_before > _GATES["quarantine_alias_drop"]:
        yield _problem("alias_drop", "quarantine", f"{names_before} further names before, {names_after} now.")


def _fills(new: ListFile, old: ListFile) -> Iterator[GateProblem]:
    if not old.entries or not new.entries:
        return
    for field in _FILLS:
        before = old.counts.get(field, 0) / len(old.entries)
        after = new.counts.get(field, 0) / len(new.entries)
        if before - after > _GATES["quarantine_fill_drop"]:
            yield _problem(f"fill_{field}", "quarantine", f"{before:.0%} of entries before, {after:.0%} now.")
