# SPDX-License-Identifier: Apache-2.0
"""Running one job: claim → work → finish, with a heartbeat, a limit of attempts and a way out when all fail.

Celery brings nothing here but the wake-up (ADR 0001): whatever is killed, the job table knows what is left to do.
"""

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event as Flag
from threading import Thread

from kyc.domain.errors import KycError, UnavailableError
from kyc.services import assessment, delivery, leftovers, lists, reading, rescreening, screening
from kyc.services.deps import Deps
from kyc.store.jobs import Claim
from kyc.store.uow import UnitOfWork

_HEARTBEAT_SECONDS = 10.0
_LOG = logging.getLogger("kyc.jobs")


@dataclass(frozen=True, slots=True)
class Handler:
    """How a kind of job is done, how often it is tried, and what happens when that does not help.

    `waits` are the seconds before each further attempt; their number is the number of retries.
    """

    run: Callable[[Deps, Claim], None]
    give_up: Callable[[UnitOfWork, str], None]
    waits: tuple[int, ...] = (2, 10, 30, 60)


HANDLERS: Mapping[str, Handler] = {
    "read": Handler(reading.read_document, reading.give_up),
    "assess": Handler(assessment.assess_case, assessment.give_up),
    "screen": Handler(screening.screen_case, screening.give_up),
    "rescreen": Handler(rescreening.rescreen, rescreening.give_up),
    "deliver": Handler(delivery.deliver, delivery.give_up, delivery.WAITS),
    "sync_list": Handler(lists.sync_job, lists.give_up, (60, 600)),
    "remove_orphans": Handler(leftovers.remove_orphans, leftovers.give_up),
}


def run_job(deps: Deps, job_id: str) -> None:
    """Do one job if it is due and nobody else's; safe to call any number of times."""
    with deps.db.write() as uow:
        claim = uow.jobs.claim(job_id, uow.now)
    if claim is None:
        return
    handler = HANDLERS[claim.kind]
    if claim.attempt > len(handler.waits) + 1:  # killed again and again without an error of its own: poison
        _bury(deps, claim, handler, "WORKER_LOST")
        return
    try:
        with _heartbeat(deps, claim):
            handler.run(deps, claim)
    except Exception as error:  # noqa: BLE001 - the edge of the process: any failure is an attempt that failed
        problem = error.code if isinstance(error, KycError) else type(error).__name__
        facts = {"job": claim.job_id, "kind": claim.kind, "attempt": claim.attempt, "problem": problem}
        _LOG.warning("job_failed", extra=facts, exc_info=True)
        asked = error.params.get("retry_after") if isinstance(error, KycError) else None
        _after_failure(deps, claim, handler, problem, asked if isinstance(asked, int) else 0)


def sweep(deps: Deps) -> int:
    """Wake everything that is due or was left behind; returns how many jobs that were."""
    with deps.db.read() as view:
        due = view.jobs.due(deps.now())
    for job_id in due:
        deps.hints.wake(job_id)
    return len(due)


def _after_failure(deps: Deps, claim: Claim, handler: Handler, problem: str, asked_seconds: int) -> None:
    if claim.attempt > len(handler.waits):
        _bury(deps, claim, handler, problem)
        return
    with deps.db.write() as uow:
        jitter = random.uniform(0.9, 1.1)  # noqa: S311 - spreads retries, guards nothing
        wait = timedelta(seconds=max(asked_seconds, handler.waits[claim.attempt - 1] * jitter))
        uow.jobs.retry(claim, run_after=uow.now + wait, problem=problem)


def _bury(deps: Deps, claim: Claim, handler: Handler, problem: str) -> None:
    _LOG.error("job_dead", extra={"job": claim.job_id, "kind": claim.kind, "problem": problem})
    with deps.db.write() as uow:
        if uow.jobs.bury(claim, uow.now, problem):
            handler.give_up(uow, claim.subject_id)


@contextmanager
def _heartbeat(deps: Deps, claim: Claim) -> Iterator[None]:
    """Prolong the lease while the work goes on; a lease that was lost is noticed by the finishing update."""
    done = Flag()

    def beat() -> None:
        while not done.wait(_HEARTBEAT_SECONDS):
            try:
                with deps.db.write() as uow:
                    if not uow.jobs.extend(claim, uow.now):
                        return
            except UnavailableError:  # the lease outlasts two missed beats; the next one may get through
                _LOG.warning("heartbeat_missed", extra={"job": claim.job_id, "kind": claim.kind})

    thread = Thread(target=beat, name=f"heartbeat-{claim.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
