# SPDX-License-Identifier: Apache-2.0
"""What falls due by the clock: fetching lists, screening active merchants again every day, and cleaning up."""

from collections.abc import Mapping
from datetime import timedelta

from kyc.domain.case import State
from kyc.services import lists
from kyc.services.deps import Deps

_CLEANING, _BLOBS = "remove_orphans", "blobs"
_CLEANED_EVERY = timedelta(days=1)


def run_duties(deps: Deps, intervals: Mapping[str, int]) -> None:
    """Enqueue what is due now; `intervals` are the minutes between checks of each source. Safe to call often."""
    due = lists.due_sources(deps, dict(intervals))
    limit = timedelta(hours=deps.policies().thresholds.lists.rescreen_after_hours)
    with deps.db.write() as uow:
        for source in due:
            uow.enqueue("sync_list", source)
        for case in uow.cases.in_states([State.APPROVED, State.SUSPENDED]):
            runs = uow.screenings.last_runs(case.id).values()
            if any(uow.now - run.at > limit for run in runs):
                uow.enqueue("screen", case.id)
        last = uow.jobs.last(_CLEANING, _BLOBS)
        if last is None or (last.finished_at is not None and uow.now - last.finished_at >= _CLEANED_EVERY):
            uow.enqueue(_CLEANING, _BLOBS)
