# SPDX-License-Identifier: Apache-2.0
"""The gates a publication passes before it may replace the active one."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from screening.changes import GateProblem
from screening.models import NAMELESS, UNKNOWN_ELEMENT, ListFile
from screening.parameters import PARAMETERS

_GATES: Final = PARAMETERS["gates"]
_NAMED: Final = 5  # records named in a text
_FILLS: Final = {
    "with_birth_date": ("a birth date", "une date de naissance"),
    "with_nationality": ("a nationality", "une nationalité"),
    "with_alias": ("a further name", "un autre nom"),
}
_KINDS: Final = {
    "bytes": ("bytes", "octets"),
    "total": ("entries", "fiches"),
    "person": ("persons", "personnes physiques"),
    "organisation": ("organisations", "personnes morales"),
    "vessel": ("ships", "navires"),
}


def check(new: ListFile, old: ListFile | None, *, now: datetime | None = None) -> tuple[GateProblem, ...]:
    """Return what speaks against using `new` in place of `old` (None at the first import) at the time `now`.

    "refuse" may not be overridden, "quarantine" needs four eyes, "warning" is only told. Sources:
    rule R-28 and the real changes seen in the lists.
    """
    problems = list(_alone(new))
    if (
        now is not None
        and new.published_at
        and new.published_at > now + timedelta(days=_GATES["quarantine_ahead_days"])
    ):
        # Once in use, it would make every true publication after it look older.
        text, french = "The publication is dated in the future.", "La publication est datée dans le futur."
        problems.append(GateProblem("future", "quarantine", text, french))
    if old is not None:
        problems += _against(new, old)
    return tuple(problems)


def _alone(new: ListFile) -> Iterator[GateProblem]:
    total = len(new.entries)
    if total == 0:
        yield GateProblem("empty", "refuse", "The list has no entry.", "La liste n’a aucune fiche.")
    yield from _read_in_part(new)
    for kind, floor in _GATES["floor"].get(new.source.value, {}).items():
        found = new.counts.get(kind, 0)
        if found < floor:
            english, french = _KINDS[kind]
            text = f"{found:,} {english}, at least {floor:,} expected."
            yield GateProblem(
                f"floor_{kind}", "quarantine", text, _fr(f"{found:,} {french} ; minimum attendu : {floor:,}.")
            )
    present = {entry.ref for entry in new.entries}
    missing = [ref for ref in _GATES["canaries"].get(new.source.value, ()) if ref not in present]
    if missing:
        text, french = (
            f"Always listed so far and now missing: {_some(missing)}.",
            f"Toujours listés et absents : {_some(missing)}.",
        )
        yield GateProblem("canary", "quarantine", text, _fr(french))


def _read_in_part(new: ListFile) -> Iterator[GateProblem]:
    if new.rejected:
        number, first = len(new.rejected), _some([record.ref for record in new.rejected])
        text = f"Records that could not be read: {number:,} ({first})."
        yield GateProblem("parse_errors", "refuse", text, _fr(f"Fiches illisibles : {number:,} ({first})."))
    unknown = [record.ref for record in new.skipped if record.reason == UNKNOWN_ELEMENT]
    if unknown:
        text = f"Elements of an unknown kind, which are not searched: {len(unknown):,} ({_some(unknown)})."
        french = f"Éléments d’une sorte inconnue, non recherchés : {len(unknown):,} ({_some(unknown)})."
        yield GateProblem("unknown_elements", "warning", text, _fr(french))
    declared, records = new.counts.get("declared"), new.counts.get("records", len(new.entries)) - len(unknown)
    if declared is not None and declared != records:
        text = f"The file announces {declared:,} records, {records:,} were read."
        french = f"Le fichier annonce {declared:,} fiches, {records:,} ont été lues."
        yield GateProblem("count_mismatch", "refuse", text, _fr(french))
    nameless = [record.ref for record in new.skipped if record.reason == NAMELESS]
    if nameless:
        text = f"Listed objects without name and number, which cannot be found: {len(nameless):,} ({_some(nameless)})."
        french = f"Objets listés sans nom ni numéro, introuvables : {len(nameless):,} ({_some(nameless)})."
        yield GateProblem("nameless", "warning", text, _fr(french))


def _fr(text: str) -> str:
    """Return the text with its thousands parted and its marks spaced the French way, unbreakably."""
    return re.sub(r" (?=[:;%])", "\u00a0", re.sub(r"(?<=\d),(?=\d{3})", "\u202f", text))


def _some(refs: Sequence[str | None]) -> str:
    named = ", ".join(ref or "?" for ref in refs[:_NAMED])
    return f"{named}, …" if len(refs) > _NAMED else named


def _against(new: ListFile, old: ListFile) -> Iterator[GateProblem]:
    if new.source is not old.source:
        text, french = f"{new.source} cannot replace {old.source}.", f"{new.source} ne peut pas remplacer {old.source}."
        yield GateProblem("source", "refuse", text, french)
        return
    if new.content_sha256 == old.content_sha256:
        text, french = (
            "The content equals that of the active version.",
            "Le contenu est celui de la version en service.",
        )
        yield GateProblem("unchanged", "warning", text, french)
    if new.published_at and old.published_at and new.published_at < old.published_at:
        text, french = (
            "The publication is older than the active one.",
            "La publication est plus ancienne que celle en service.",
        )
        yield GateProblem("older", "refuse", text, french)
    if old.published_at and not new.published_at:
        text, french = (
            "The publication tells no date, unlike the active one.",
            "La publication n’indique pas de date, contrairement à celle en service.",
        )
        yield GateProblem("undated", "warning", text, french)
    yield from _sizes(new, old)
    yield from _fills(new, old)


def _sizes(new: ListFile, old: ListFile) -> Iterator[GateProblem]:
    before, after = len(old.entries), len(new.entries)
    if before:
        lost, grown = (before - after) / before, (after - before) / before
        told = f"{before:,} entries before, {after:,} now.", _fr(f"{before:,} fiches avant, {after:,} maintenant.")
        if lost > _GATES["refuse_drop"]:
            yield GateProblem("drop", "refuse", *told)
        elif lost > _GATES["quarantine_drop"]:
            yield GateProblem("drop", "quarantine", *told)
        elif grown > _GATES["warn_growth"]:
            yield GateProblem("growth", "warning", *told)
    names_before = old.counts.get("names", 0) - before
    names_after = new.counts.get("names", 0) - after
    if names_before and (names_before - names_after) / names_before > _GATES["quarantine_alias_drop"]:
        text = f"{names_before:,} further names before, {names_after:,} now."
        french = _fr(f"{names_before:,} autres noms avant, {names_after:,} maintenant.")
        yield GateProblem("alias_drop", "quarantine", text, french)


def _fills(new: ListFile, old: ListFile) -> Iterator[GateProblem]:
    if not old.entries or not new.entries:
        return
    for field, (english, french) in _FILLS.items():
        before = old.counts.get(field, 0) / len(old.entries)
        after = new.counts.get(field, 0) / len(new.entries)
        if before - after > _GATES["quarantine_fill_drop"]:
            yield GateProblem(
                f"fill_{field}",
                "quarantine",
                f"Entries with {english}: {before:.0%} before, {after:.0%} now.",
                _fr(f"Fiches avec {french} : {before * 100:.0f} % avant, {after * 100:.0f} % maintenant."),
            )
