# SPDX-License-Identifier: Apache-2.0
"""What falls due by the clock: fetching lists, screening active merchants again every day, and cleaning up."""

from collections.abc import Mapping
from datetime import timedelta

from kyc.domain.case import State
from kyc.services import lists
from kyc.services.deps import Deps
from kyc.store.uow import UnitOfWork

_CLEANING, _BLOBS = "remove_orphans", "blobs"
_CLEANED_EVERY = timedelta(days=1)
_SCREENED = (State.IN_REVIEW, State.PENDING_SECOND_APPROVAL, State.APPROVED, State.SUSPENDED)
#: A screening that failed for good is tried again, but not at every round.
_PAUSE = timedelta(minutes=10)


def run_duties(deps: Deps, intervals: Mapping[str, int]) -> None:
    """Enqueue what is due now; `intervals` are the minutes between checks of each source. Safe to call often."""
    due = lists.due_sources(deps, dict(intervals))
    overdue = _overdue_cases(deps)
    with deps.db.write() as uow:
        for source in due:
            uow.enqueue("sync_list", source)
        for case_id in overdue:
            if _rested(uow, case_id):
                uow.enqueue("screen", case_id)
        last = uow.jobs.last(_CLEANING, _BLOBS)
        if last is None or (last.finished_at is not None and uow.now - last.finished_at >= _CLEANED_EVERY):
            uow.enqueue(_CLEANING, _BLOBS)


def _overdue_cases(deps: Deps) -> list[str]:
    """Cases with a party whose last whole search is too old, or whose run speaks for another version or list set.

    While a re-screening of the active set is under way, being behind it is no reason: that job sees to it.
    """
    limit = deps.now() - timedelta(hours=deps.policies().thresholds.lists.rescreen_after_hours)
    with deps.db.read() as view:
        active = view.lists.active_set()
        standings = view.screenings.standings(_SCREENED)
        under_way = active is not None and bool(view.jobs.unfinished("rescreen", [active.id]))
    overdue = dict[str, None]()
    for each in standings:
        run = each.run
        old = run is not None and run.at < limit
        behind = active is not None and (
            run is None or (run.party_version, run.holds_for) != (each.party_version, active.id)
        )
        if old or (behind and not under_way):
            overdue[each.case_id] = None
    return list(overdue)


def _rested(uow: UnitOfWork, case_id: str) -> bool:
    last = uow.jobs.last("screen", case_id)
    return last is None or (last.finished_at is not None and uow.now - last.finished_at >= _PAUSE)
