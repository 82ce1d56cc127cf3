# SPDX-License-Identifier: Apache-2.0
"""What falls due by the clock: fetching lists, screening active merchants again every day, and cleaning up."""

from collections.abc import Mapping
from datetime import timedelta

from kyc.domain.case import State
from kyc.domain.decision import runs_behind
from kyc.services import casework, lists
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
    limit = timedelta(hours=deps.policies().thresholds.lists.rescreen_after_hours)
    with deps.db.write() as uow:
        for source in due:
            uow.enqueue("sync_list", source)
        for case in uow.cases.in_states(_SCREENED):
            facts = casework.screening_facts(uow, case)
            old = any(uow.now - run.at > limit for run in facts.runs.values())
            behind = facts.list_set is not None and runs_behind(facts)
            if (old or behind) and _rested(uow, case.id):
                uow.enqueue("screen", case.id)
        last = uow.jobs.last(_CLEANING, _BLOBS)
        if last is None or (last.finished_at is not None and uow.now - last.finished_at >= _CLEANED_EVERY):
            uow.enqueue(_CLEANING, _BLOBS)


def _rested(uow: UnitOfWork, case_id: str) -> bool:
    last = uow.jobs.last("screen", case_id)
    return last is None or (last.finished_at is not None and uow.now - last.finished_at >= _PAUSE)
