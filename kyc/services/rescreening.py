# SPDX-License-Identifier: Apache-2.0
"""Screening everybody again after a list change, by what changed (lists.md section 4, point 5; R-33).

A run speaks for a newer list set where nothing that differs between the two concerns its party: no entry that was
added or changed resembles the party, and none of the case's alerts rests on an entry that was changed or removed.
Such runs are carried over in bulk. All other cases are screened whole. Whatever cannot be told (another engine, a
file that is missing, a party that changed, a run that is too old) is screened whole as well.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from kyc.domain.audit import canonical_json
from kyc.domain.case import SYSTEM, State
from kyc.domain.errors import UnavailableError
from kyc.services import list_files
from kyc.services.deps import Deps
from kyc.services.screening import query_for
from kyc.store.jobs import Claim
from kyc.store.screenings import Standing
from kyc.store.tables import ListDeltaRow, ListSetRow, ListVersionRow
from kyc.store.uow import UnitOfWork
from screening import ENGINE_VERSION, Index, ListFile, build_index, diff, parameters_sha256

#: Cases that are or may become active.
SCREENED = (
    State.PROCESSING,
    State.IN_REVIEW,
    State.INFO_REQUESTED,
    State.PENDING_SECOND_APPROVAL,
    State.APPROVED,
    State.SUSPENDED,
)
_CASES_AT_ONCE = 200

Parties = tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class SetDelta:
    """What differs between two list sets: new contents to search everybody for, and entries that changed or went."""

    fresh: tuple[ListFile, ...]
    touched: frozenset[str]

    @property
    def searched(self) -> tuple[str, ...]:
        """References of the entries that everybody is compared with."""
        return tuple(entry.ref for each in self.fresh for entry in each.entries)


@dataclass(frozen=True, slots=True)
class Plan:
    """The cases that are behind the active set; where possible, the set that their runs speak for and what differs."""

    active: ListSetRow
    cases: tuple[Parties, ...]
    base: ListSetRow | None = None
    delta: SetDelta | None = None


def rescreen(deps: Deps, claim: Claim) -> None:
    """Bring every case to the list set that the job names; where another one is active by now, its own job does it."""
    plan = _plan(deps, claim.subject_id)
    if plan is None or _carried_out(deps, claim, plan):
        with deps.db.write() as uow:
            uow.jobs.finish(claim, uow.now)


def give_up(_uow: UnitOfWork, _list_set: str) -> None:
    """Nothing reads as screened: the minute's duties screen every case that is behind, one by one."""


def delta_between(deps: Deps, before: ListSetRow, after: ListSetRow) -> SetDelta:
    """What differs between two list sets, from the files of their versions; UnavailableError where one is missing."""
    fresh, touched = [], set[str]()
    for old_row, new_row in _replaced(deps, before, after):
        old = list_files.read(deps, old_row) if old_row else None
        new = list_files.read(deps, new_row) if new_row else None
        wanted = {entry.ref for entry in new.entries} if new else set[str]()
        if old is not None and new is not None:
            change = diff(old, new)
            wanted = {*change.added, *(each.ref for each in change.changed if each.identifying)}
            touched |= {*change.removed, *(each.ref for each in change.changed)}
        elif old is not None:
            touched |= {entry.ref for entry in old.entries}
        if new is not None and wanted:
            entries = tuple(entry for entry in new.entries if entry.ref in wanted)
            fresh.append(replace(new, entries=entries, content_sha256=_digest(wanted)))
    return SetDelta(tuple(fresh), frozenset(touched))


def _replaced(
    deps: Deps, before: ListSetRow, after: ListSetRow
) -> list[tuple[ListVersionRow | None, ListVersionRow | None]]:
    """The versions of each source that is not the same in both sets, the earlier and the later one."""
    sources = sorted(before.versions.keys() | after.versions.keys())
    pairs = [(before.versions.get(source), after.versions.get(source)) for source in sources]
    with deps.db.read() as view:
        return [
            (view.lists.version(old) if old else None, view.lists.version(new) if new else None)
            for old, new in pairs
            if old != new
        ]


def _plan(deps: Deps, list_set: str) -> Plan | None:
    with deps.db.read() as view:
        active = view.lists.active_set()
        if active is None or active.id != list_set:
            return None
        standings = view.screenings.standings(SCREENED)
        everybody = (tuple(group) for _, group in groupby(standings, key=lambda each: each.case_id))
        cases = tuple(parties for parties in everybody if not all(_speaks_for(each, active.id) for each in parties))
        bases = Counter(each.run.holds_for for parties in cases for each in parties if each.run is not None)
        bases.pop(active.id, None)
        base = view.lists.set_of(bases.most_common(1)[0][0]) if bases else None
    if base is None:
        return Plan(active, cases)
    try:
        return Plan(active, cases, base, delta_between(deps, base, active))
    except UnavailableError:
        return Plan(active, cases)


def _speaks_for(each: Standing, list_set: str) -> bool:
    return each.run is not None and (each.run.party_version, each.run.holds_for) == (each.party_version, list_set)


def _carried_out(deps: Deps, claim: Claim, plan: Plan) -> bool:
    """Sort and settle all cases, a few at a time; False where the job was taken from us meanwhile."""
    if plan.base is None or plan.delta is None:
        return all(_settled(deps, claim, plan, [], batch) for batch in _batches(plan.cases))
    _announce(deps, plan.base, plan.active, plan.delta)
    limit = deps.now() - timedelta(hours=deps.policies().thresholds.lists.rescreen_after_hours)
    with deps.db.read() as view:
        alerted = view.screenings.cases_alerted_on(plan.delta.touched)
    with _delta_index(deps, plan.delta) as index:
        for batch in _batches(plan.cases):
            whole = [
                parties
                for parties in batch
                if parties[0].case_id in alerted
                or not all(_carriable(each, plan.base.id, plan.active.id, limit) for each in parties)
            ]
            same = [parties for parties in batch if parties not in whole]
            found = _met(deps, index, same) if index is not None else set()
            whole += [parties for parties in same if parties[0].case_id in found]
            same = [parties for parties in same if parties[0].case_id not in found]
            if not _settled(deps, claim, plan, same, whole):
                return False
    return True


def _carriable(each: Standing, base: str, active: str, limit: datetime) -> bool:
    """Whether the newest run of a party speaks for the earlier set (or already for the active one) in every respect."""
    run = each.run
    return (
        run is not None
        and run.party_version == each.party_version
        and run.holds_for in (base, active)
        and (run.engine, run.parameters_sha256) == (ENGINE_VERSION, parameters_sha256())
        and run.at > limit
    )


def _announce(deps: Deps, base: ListSetRow, active: ListSetRow, delta: SetDelta) -> None:
    """Keep what everybody is searched for before any run is carried over on the strength of it."""
    with deps.db.write() as uow:
        uow.lists.add_delta(
            ListDeltaRow(
                to_set=active.id,
                from_set=base.id,
                searched=list(delta.searched),
                touched=sorted(delta.touched),
                engine=ENGINE_VERSION,
                parameters_sha256=parameters_sha256(),
                at=uow.now,
            )
        )


def _met(deps: Deps, index: Index, cases: Sequence[Parties]) -> set[str]:
    """Cases of which a party resembles an entry of the delta, be it ever so little."""
    with deps.db.read() as view:
        rows = view.merchants.parties_with_accounts([each.party_id for parties in cases for each in parties])
    case_of = {each.party_id: each.case_id for parties in cases for each in parties}
    found = index.search_many([query_for(deps, merchant, row) for merchant, row in rows], limit=1)
    return {case_of[row.id] for (_, row), hits in zip(rows, found, strict=True) if hits}


def _settled(deps: Deps, claim: Claim, plan: Plan, same: Sequence[Parties], whole: Sequence[Parties]) -> bool:
    """Carry runs over and queue whole screenings, in one transaction under the lock of the pointer."""
    runs = [each.run.id for parties in same for each in parties if each.run and each.run.holds_for != plan.active.id]
    with deps.db.write() as uow:
        if not uow.jobs.extend(claim, uow.now):
            return False
        current = uow.lists.active_set(locked=True)
        if current is None or current.id != plan.active.id:
            return True  # the job of the newer set does all this again
        uow.screenings.carry(runs, plan.active.id, uow.now)
        for parties in whole:
            uow.enqueue("screen", parties[0].case_id)
        if runs and plan.base:
            facts = {"from": plan.base.id, "to": plan.active.id, "runs": len(runs), "sha256": _digest(runs)}
            uow.record(SYSTEM, "screening.carried", plan.active.id, body=canonical_json(facts))
    return True


@contextmanager
def _delta_index(deps: Deps, delta: SetDelta) -> Iterator[Index | None]:
    """The prepared search of what is fresh; it goes when the job is done, and can be made again from the files."""
    if not delta.fresh:
        yield None
        return
    with (
        TemporaryDirectory(prefix="delta-", dir=deps.lists_folder) as folder,
        build_index(delta.fresh, Path(folder)) as index,
    ):
        yield index


def _batches(cases: Sequence[Parties]) -> Iterator[Sequence[Parties]]:
    return (cases[start : start + _CASES_AT_ONCE] for start in range(0, len(cases), _CASES_AT_ONCE))


def _digest(texts: Iterable[str]) -> str:
    return sha256("\n".join(sorted(texts)).encode()).hexdigest()
