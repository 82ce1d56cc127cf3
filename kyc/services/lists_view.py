# SPDX-License-Identifier: Apache-2.0
"""What the console shows of the lists: versions, checks, problems, and the banner of every page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kyc.services.access import Officer
from kyc.services.deps import Deps
from kyc.store.tables import ListSourceRow, ListVersionRow


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source: its active version, the last successful check, and what is going on.

    `block_after_hours`: without a check for so long, nothing is approved.
    """

    source: str
    active: "VersionView | None"
    checked_at: datetime | None
    freshness: str
    block_after_hours: int
    phase: str
    progress: int
    problem: str
    problem_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionView:
    """One imported version."""

    id: str
    source: str
    publication_id: str
    published_at: datetime | None
    entries: int
    rejected: int
    state: str
    problems: tuple[dict[str, str], ...]
    delta: dict[str, int]
    imported_by: str
    imported_by_id: str
    imported_at: datetime
    final_host: str
    vouched_by: str | None
    vouched_by_id: str | None
    released_by: str | None
    raw_sha256: str
    compared: bool


@dataclass(frozen=True, slots=True)
class ListsView:
    """Everything on the lists page; `rescreening` while everybody is screened again for what changed."""

    list_set: str | None
    demo: bool
    required_live: tuple[str, ...]
    sources: tuple[SourceView, ...]
    versions: tuple[VersionView, ...]
    rescreening: bool
    waiting_cases: int


def overview(deps: Deps, officer: Officer) -> ListsView:
    """Sources and versions; `freshness` of a source is fresh, ageing, stale or never."""
    officer.must("lists:read")
    return everything(deps)


def everything(deps: Deps) -> ListsView:
    """The same without an officer: for the command line of whoever runs the installation."""
    with deps.db.read() as view:
        active_set = view.lists.active_set()
        staff = {row.id: row.name for row in view.access.officers()}
        active = {row.source: _version(row, staff) for row in view.lists.active_versions()}
        known = {row.source: row for row in view.lists.sources()}
        policy = deps.policies().thresholds.lists
        names = sorted({*active, *known, *policy.required_live})
        return ListsView(
            list_set=active_set.id if active_set else None,
            demo=active_set.demo if active_set else False,
            required_live=policy.required_live,
            sources=tuple(_source(deps, name, known.get(name), active.get(name)) for name in names),
            versions=tuple(_version(row, staff) for row in view.lists.versions()),
            rescreening=bool(active_set and view.jobs.unfinished("rescreen", [active_set.id])),
            waiting_cases=view.jobs.waiting("screen"),
        )


def version_view(deps: Deps, officer: Officer, version_id: str) -> VersionView:
    """One version; NotFoundError where there is none of this id."""
    officer.must("lists:read")
    with deps.db.read() as view:
        return _version(view.lists.version(version_id), {row.id: row.name for row in view.access.officers()})


def banner(deps: Deps) -> str | None:
    """What every page of the console must say about the lists: missing, demo, stale, or nothing."""
    with deps.db.read() as view:
        active_set = view.lists.active_set()
        if active_set is None:
            return "missing"
        checked = {row.source: row.checked_at for row in view.lists.sources()}
    if active_set.demo:
        return "demo"
    ages = {_freshness(deps, source, checked.get(source)) for source in active_set.versions}
    return "stale" if ages & {"stale", "never"} else None


def _source(deps: Deps, name: str, row: ListSourceRow | None, active: VersionView | None) -> SourceView:
    return SourceView(
        source=name,
        active=active,
        checked_at=row.checked_at if row else None,
        freshness=_freshness(deps, name, row.checked_at if row else None),
        block_after_hours=deps.policies().thresholds.lists.patience(name).block_after_hours,
        phase=row.phase if row else "",
        progress=row.progress if row else 0,
        problem=row.problem if row else "",
        problem_at=row.problem_at if row else None,
    )


def _freshness(deps: Deps, source: str, checked_at: datetime | None) -> str:
    patience = deps.policies().thresholds.lists.patience(source)
    if checked_at is None:
        return "never"
    age = deps.now() - checked_at
    if not timedelta(0) <= age <= timedelta(hours=patience.block_after_hours):
        return "stale"
    return "ageing" if age > timedelta(hours=patience.warn_after_hours) else "fresh"


def _version(row: ListVersionRow, staff: dict[str, str]) -> VersionView:
    return VersionView(
        id=row.id,
        source=row.source,
        publication_id=row.publication_id,
        published_at=row.published_at,
        entries=row.entries,
        rejected=row.rejected,
        state=row.state,
        problems=tuple(row.problems),
        delta=row.delta,
        imported_by=staff.get(row.imported_by, row.imported_by),
        imported_by_id=row.imported_by,
        imported_at=row.imported_at,
        final_host=row.final_host,
        vouched_by=staff.get(row.vouched_by or "", row.vouched_by),
        vouched_by_id=row.vouched_by,
        released_by=staff.get(row.released_by or ""),
        raw_sha256=row.raw_sha256,
        compared=row.compared_with is not None,
    )
