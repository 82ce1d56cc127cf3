# SPDX-License-Identifier: Apache-2.0
"""Bringing list files in: parse, gates, version, index, one switch of the pointer, and everybody screened again.

A file that fails a gate changes nothing: the active version stays, and the problem is shown (R-28). The
fictional demo list leaves as soon as an official one is active.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from kyc.domain.audit import canonical_json
from kyc.domain.case import SYSTEM, Actor, ActorKind
from kyc.domain.errors import ConflictError, InvalidError, KycError, UnavailableError
from kyc.ports import Fetched, Validators
from kyc.services import list_files
from kyc.services.access import Officer
from kyc.services.deps import Deps
from kyc.services.list_changes import note_changes
from kyc.store.ids import new_id
from kyc.store.jobs import Claim
from kyc.store.tables import ListSetRow, ListVersionRow
from kyc.store.uow import Database, UnitOfWork
from screening import LICENSED, GateProblem, ListFile, ListSource, UnlicensedList, UnrecognisedList, check, parse

DEMO = ListSource.DEMO.value
#: Subject of a problem that is none: the process ended in the middle.
STOPPING = "STOPPING"
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: the version's state, or `unchanged`; and what the gates found."""

    source: str
    publication_id: str
    state: str
    entries: int
    rejected: int
    problems: tuple[GateProblem, ...]


def import_file(
    deps: Deps, actor: Actor, path: Path, *, origin: Fetched | None = None, expected: str | None = None
) -> Imported:
    """Take one official list file; InvalidError LIST_UNREADABLE, LIST_LICENCE_NEEDED or LIST_OF_ANOTHER_SOURCE.

    The file is copied first: what the gates judge is what the index is built from and what is kept as evidence.
    Parsing and indexing happen outside any transaction; the switch itself is one.
    """
    version_id = new_id("lv")
    raw = list_files.keep(deps, version_id, path)
    try:
        new = parse(raw, licensed=deps.licensed_lists)
    except UnlicensedList as error:
        list_files.forget(raw)
        raise InvalidError("LIST_LICENCE_NEEDED", found=error.source.value) from error
    except UnrecognisedList as error:
        list_files.forget(raw)
        raise InvalidError("LIST_UNREADABLE", reason=error.reason) from error
    if expected not in (None, new.source.value):
        list_files.forget(raw)
        raise InvalidError("LIST_OF_ANOTHER_SOURCE", found=new.source.value)
    validators = _believable(origin, new)
    with deps.db.read() as view:
        active = view.lists.active_version(new.source.value)
        held_back = view.lists.held_back(new.source.value, new.content_sha256)
    if active is not None and active.content_sha256 == new.content_sha256:
        list_files.forget(raw)
        _confirm_active(deps, actor, active.source, validators)
        return _imported(new, "unchanged", ())
    if held_back is not None:
        list_files.forget(raw)
        return _imported(new, held_back.state, _problems_of(held_back))
    old = list_files.read(deps, active) if active is not None else None
    problems = check(new, old, now=deps.now())
    version = _version(deps, actor, version_id, raw, new, problems, origin)
    _stage(deps, actor, version, new, active, old)
    if version.state == "staged":
        _switch_to(deps, actor, version, validators)
        return _imported(new, "active", problems)
    return _imported(new, version.state, problems)


def _believable(origin: Fetched | None, new: ListFile) -> Validators | None:
    """What to compare with at the next check; a probe that named another publication than came is not remembered.

    Otherwise a file from a server that lags behind its own probe would be taken for the new one.
    """
    if origin is None:
        return None
    told, came = origin.validators.published_at, new.published_at
    if told is not None and came is not None and abs(told - came) >= timedelta(seconds=1):
        return replace(origin.validators, publication_id="")
    return origin.validators


def _problems_of(version: ListVersionRow) -> tuple[GateProblem, ...]:
    return tuple(GateProblem.from_json(each) for each in version.problems)


def _imported(new: ListFile, state: str, problems: tuple[GateProblem, ...]) -> Imported:
    return Imported(new.source.value, new.publication_id, state, len(new.entries), len(new.rejected), problems)


def _confirm_active(deps: Deps, actor: Actor, source: str, validators: Validators | None) -> None:
    """The publisher's file is the active one: note it; make an index anew that is lost, damaged or another engine's."""
    with deps.db.read() as view:
        active, list_set = view.lists.active_version(source), view.lists.active_set()
    if active is None or (list_set is not None and deps.indexes.usable(list_set.index_path)):
        _note_check(deps, source, validators)
    else:
        _switch_to(deps, actor, active, validators)


def import_upload(deps: Deps, officer: Officer, filename: str, data: bytes) -> Imported:
    """An officer brings an official file by hand, through the same gates (portal outages, offline use)."""
    officer.must("lists:import")
    suffixes = "".join(Path(filename.replace("\\", "/")).suffixes[-2:])
    incoming = deps.lists_folder / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    path = incoming / f"{new_id('up')}{suffixes if suffixes.isascii() else ''}"
    path.write_bytes(data)
    try:
        return import_file(deps, officer.actor, path)
    finally:
        path.unlink(missing_ok=True)


def release(deps: Deps, officer: Officer, version_id: str) -> bool:
    """Let a held version in once two different persons stand for it; returns whether that is now the case.

    Who brought a file by hand is the first of them (lists.md section 4). ConflictError LIST_NOT_QUARANTINED for any
    other version, a refused one too.
    """
    may_vouch = "lists:import" if "lists:import" in officer.permissions else "lists:release"
    officer.must(may_vouch)  # first of all: who may not, learns nothing of what there is
    with deps.db.write() as uow:
        version = uow.lists.version(version_id, locked=True)
        active = uow.lists.active_version(version.source)
        _must_be_releasable(version, active)
        if version.vouched_by is None:
            version.vouched_by = officer.id
            uow.record(officer.actor, "list.vouched", version.id)
            return False
        officer.must("lists:release")
        if version.vouched_by == officer.id:
            raise ConflictError("FOUR_EYES")
    if active is not None:
        version = _compared_anew(deps, version, active)
    _switch_to(deps, officer.actor, version, None, released_by=officer.id)
    return True


def _must_be_releasable(version: ListVersionRow, active: ListVersionRow | None) -> None:
    if version.state != "quarantined":
        raise ConflictError("LIST_NOT_QUARANTINED")
    if active is not None and active.imported_at > version.imported_at:
        raise ConflictError("LIST_SUPERSEDED")


def _compared_anew(deps: Deps, version: ListVersionRow, active: ListVersionRow) -> ListVersionRow:
    """What was suspicious against the list of then may be wrong against the list of now, and differ otherwise."""
    new, old = list_files.read(deps, version), list_files.read(deps, active)
    if any(problem.severity == "refuse" for problem in check(new, old)):
        raise ConflictError("LIST_REFUSED")
    with deps.db.write() as uow:
        row = uow.lists.version(version.id)
        note_changes(uow, row, new, active, old)
        return row


def request_sync(deps: Deps, officer: Officer, source: str) -> None:
    """Fetch a source now."""
    officer.must("lists:import")
    with deps.db.write() as uow:
        uow.enqueue("sync_list", source)
        uow.record(officer.actor, "list.sync_requested", source)


def sync(deps: Deps, source: str) -> Imported | None:
    """Fetch one source and import it; None where the authority says that nothing changed."""
    with deps.db.write() as uow:
        row = uow.lists.source(source)
        known = Validators(row.etag, row.last_modified, row.publication_id, confirmed_at=row.confirmed_at)
        if uow.lists.active_version(source) is None:
            known = Validators()
    try:
        with _phase(deps, source, "fetching"):
            fetched = deps.list_sources.fetch(source, known)
        if fetched.path is None:
            _confirm_active(deps, SYSTEM, source, fetched.validators)
            return None
        with _phase(deps, source, "importing"):
            result = import_file(deps, SYSTEM, fetched.path, origin=fetched, expected=source)
    except KycError as error:
        if error.code != STOPPING:
            _note_problem(deps, source, error)
        raise
    if result.state not in ("active", "unchanged"):
        _note_problem(deps, source, ConflictError(f"LIST_{result.state.upper()}"))
    return result


def note_progress(db: Database, source: str, received: int, total: int | None) -> None:
    """Show how far a download is, in per cent where the publisher tells the size."""
    with db.write() as uow:
        uow.lists.source(source).progress = min(100, 100 * received // total) if total else 0


def sync_job(deps: Deps, claim: Claim) -> None:
    """The job of a scheduled or requested fetch."""
    sync(deps, claim.subject_id)
    with deps.db.write() as uow:
        uow.jobs.finish(claim, uow.now)


def give_up(uow: UnitOfWork, source: str) -> None:
    """The source could not be had; the last good version stays until it is too old (then approval stops)."""
    row = uow.lists.source(source)
    row.phase, row.problem_at = "", uow.now


def _version(
    deps: Deps,
    actor: Actor,
    version_id: str,
    raw: Path,
    new: ListFile,
    problems: tuple[GateProblem, ...],
    origin: Fetched | None,
) -> ListVersionRow:
    """The row of a file that was judged; the worst gate problem decides its state."""
    severities = {problem.severity for problem in problems}
    return ListVersionRow(
        id=version_id,
        source=new.source.value,
        publication_id=new.publication_id,
        published_at=new.published_at,
        raw_sha256=sha256(raw.read_bytes()).hexdigest(),
        content_sha256=new.content_sha256,
        entries=len(new.entries),
        rejected=len(new.rejected),
        state="refused" if "refuse" in severities else "quarantined" if "quarantine" in severities else "staged",
        problems=[problem.to_json() for problem in problems],
        delta={},
        imported_by=actor.id,
        imported_at=deps.now(),
        final_host=origin.final_host if origin else "",
        fetched_at=deps.now() if origin else None,
        vouched_by=actor.id if actor.kind is ActorKind.OFFICER else None,
    )


def _stage(
    deps: Deps,
    actor: Actor,
    version: ListVersionRow,
    new: ListFile,
    active: ListVersionRow | None,
    old: ListFile | None,
) -> None:
    with deps.db.write() as uow:
        uow.lists.add_version(version)
        note_changes(uow, version, new, active, old)
        body = canonical_json({"source": version.source, "state": version.state, "sha256": version.raw_sha256})
        uow.record(actor, "list.imported", version.id, body=body)


def _switch_to(
    deps: Deps, actor: Actor, version: ListVersionRow, validators: Validators | None, *, released_by: str | None = None
) -> None:
    """Build the index of the active versions with this one, then move the pointer unless somebody was faster."""
    leaving = _leaving(deps)
    for _ in range(_TRIES):
        with deps.db.read() as view:
            official = [row.source for row in view.lists.active_versions() if row.source != DEMO]
            if version.source == DEMO and official:
                raise ConflictError("DEMO_LIST_NOT_NEEDED")
            active = view.lists.active_version(version.source)
            if active is not None and active.id not in (version.id, version.compared_with):
                raise UnavailableError("LISTS_BUSY")  # the gates compared it with a version that was replaced since
            others = [row for row in view.lists.active_versions() if row.source not in (version.source, *leaving)]
            before = view.lists.active_set()
        chosen = [*others, version]
        with _phase(deps, version.source, "indexing"):
            name = list_files.index_of(deps, chosen)
        if _moved(deps, actor, version, chosen, before, name, validators, released_by):
            list_files.prune_indexes(deps)
            return
    raise UnavailableError("LISTS_BUSY")


def _moved(
    deps: Deps,
    actor: Actor,
    version: ListVersionRow,
    chosen: list[ListVersionRow],
    before: ListSetRow | None,
    index: str,
    validators: Validators | None,
    released_by: str | None,
) -> bool:
    """Release, activation, pointer and new screenings in one transaction; False where another switch came first."""
    try:
        with deps.db.write() as uow:
            now_active = uow.lists.active_set(locked=True)
            if (now_active.id if now_active else None) != (before.id if before else None):
                return False
            if released_by is not None:
                uow.lists.version(version.id).released_by = released_by
                uow.record(actor, "list.released", version.id)
            _activate(uow, actor, version, chosen, _leaving(deps), index)
            _remember_check(uow, version.source, validators)
    except ConflictError as error:
        if error.code != "CHANGED_MEANWHILE":
            raise
        return False
    return True


def _leaving(deps: Deps) -> set[str]:
    """Sources that are screened against no longer once another list is: the fictional one, those without a licence."""
    return {DEMO, *(source.value for source in LICENSED - deps.licensed_lists)}


def _activate(
    uow: UnitOfWork, actor: Actor, version: ListVersionRow, chosen: list[ListVersionRow], leaving: set[str], index: str
) -> None:
    for source in leaving - {version.source}:
        uow.lists.retire_source(source)
    uow.lists.activate(uow.lists.version(version.id))
    list_set = ListSetRow(
        id=new_id("ls"),
        versions={row.source: row.id for row in chosen},
        index_path=index,
        demo=all(row.source == DEMO for row in chosen),
        active=True,
        created_at=uow.now,
    )
    uow.lists.switch(list_set)
    uow.record(actor, "list.activated", version.id, body=canonical_json({"set": list_set.id}))
    uow.enqueue("rescreen", list_set.id)


def _note_check(deps: Deps, source: str, validators: Validators | None) -> None:
    with deps.db.write() as uow:
        _remember_check(uow, source, validators)


def _remember_check(uow: UnitOfWork, source: str, validators: Validators | None) -> None:
    row = uow.lists.source(source)
    row.checked_at, row.problem, row.problem_at, row.phase = uow.now, "", None, ""
    if validators is not None:
        row.etag, row.last_modified = validators.etag, validators.last_modified
        row.publication_id, row.confirmed_at = validators.publication_id, validators.confirmed_at


def _note_problem(deps: Deps, source: str, error: KycError) -> None:
    with deps.db.write() as uow:
        row = uow.lists.source(source)
        row.problem, row.problem_at, row.phase = error.code, uow.now, ""
        uow.record(SYSTEM, "list.problem", source, body=canonical_json({"code": error.code}))


@contextmanager
def _phase(deps: Deps, source: str, phase: str) -> Iterator[None]:
    """Show on the lists page what is going on."""
    with deps.db.write() as uow:
        row = uow.lists.source(source)
        row.phase, row.progress = phase, 0
    try:
        yield
    finally:
        with deps.db.write() as uow:
            uow.lists.source(source).phase = ""


def due_sources(deps: Deps, intervals: dict[str, int]) -> list[str]:
    """Sources (with their polling interval in minutes) whose last check, good or bad, is longer ago than that."""
    now = deps.now()
    with deps.db.read() as view:
        rows = {row.source: row for row in view.lists.sources()}
        official = any(row.source != DEMO for row in view.lists.active_versions())
    due = []
    for source, minutes in intervals.items():
        if source == DEMO and official:
            continue
        row = rows.get(source)
        last: datetime | None = (
            max((at for at in (row.checked_at, row.problem_at) if at is not None), default=None) if row else None
        )
        if last is None or now - last >= timedelta(minutes=minutes):
            due.append(source)
    return due
