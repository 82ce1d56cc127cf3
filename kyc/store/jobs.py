# SPDX-License-Identifier: Apache-2.0
"""The job table: lease and fencing token instead of the broker's acknowledgements.

A worker claims a job for a time (lease) and gets a token; only the holder of the current token may finish it.
A worker that was killed lets its lease run out, another takes over, and a late result of the first one is
thrown away because its token no longer matches (measured in docs/adr/0001-job-table.md).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from kyc.store.ids import new_id
from kyc.store.tables import JobRow

LEASE = timedelta(seconds=30)
#: Kinds of which one at a time is enough: an authority that does not answer must not keep people waiting.
ONE_AT_A_TIME = ("sync_list", "rescreen")


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in our hands: its identity, which attempt this is, and the token that lets us finish it."""

    job_id: str
    kind: str
    subject_id: str
    attempt: int
    token: str


class Jobs:
    """Queries on jobs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, kind: str, subject_id: str, *, now: datetime, run_after: datetime) -> str:
        """Queue work; where the same work waits already, its id. A running one does not count: its data may be old."""
        while True:
            self._insert_unless_waiting(kind, subject_id, now=now, run_after=run_after)
            waiting: JobRow | None = self._session.execute(
                select(JobRow)
                .where(col(JobRow.kind) == kind, col(JobRow.subject_id) == subject_id, col(JobRow.state) == "queued")
                .with_for_update()
                .execution_options(populate_existing=True)
            ).scalar_one_or_none()
            if waiting is not None:  # otherwise a worker has just taken the twin: then ours is a new one
                waiting.run_after = min(waiting.run_after, run_after)
                return waiting.id

    def _insert_unless_waiting(self, kind: str, subject_id: str, *, now: datetime, run_after: datetime) -> None:
        insert = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        self._session.execute(
            insert(JobRow)
            .values(
                id=new_id("job"),
                kind=kind,
                subject_id=subject_id,
                state="queued",
                attempt=0,
                run_after=run_after,
                created_at=now,
                problem="",
            )
            .on_conflict_do_nothing()
        )

    def claim(self, job_id: str, now: datetime) -> Claim | None:
        """Take the job for one lease, or None where it is done, not yet due, or somebody else's."""
        row = self._session.execute(
            select(JobRow).where(col(JobRow.id) == job_id, self._takeable(now)).with_for_update(skip_locked=True)
        ).scalar_one_or_none()
        if row is None:
            return None
        row.state, row.attempt, row.token = "running", row.attempt + 1, secrets.token_hex(16)
        row.lease_until = now + LEASE
        self._session.flush()
        return Claim(row.id, row.kind, row.subject_id, row.attempt, row.token)

    def extend(self, claim: Claim, now: datetime) -> bool:
        """Prolong the lease; False where the job is no longer ours."""
        return self._update_mine(claim, lease_until=now + LEASE)

    def finish(self, claim: Claim, now: datetime) -> bool:
        """Mark done; False where the job is no longer ours, and then nothing of its result may be kept."""
        return self._update_mine(claim, state="done", token=None, lease_until=None, finished_at=now)

    def retry(self, claim: Claim, *, run_after: datetime, problem: str) -> bool:
        """Give the job back to the queue for a later attempt."""
        if self._waiting_twin(claim):
            return self._update_mine(
                claim, state="done", token=None, lease_until=None, finished_at=run_after, problem=problem
            )
        return self._update_mine(
            claim, state="queued", token=None, lease_until=None, run_after=run_after, problem=problem
        )

    def bury(self, claim: Claim, now: datetime, problem: str) -> bool:
        """Give up: the job is dead and somebody has to look."""
        return self._update_mine(claim, state="dead", token=None, lease_until=None, finished_at=now, problem=problem)

    def due(self, now: datetime, limit: int = 100) -> list[str]:
        """Ids of jobs that somebody should take now: waiting, or left behind by a worker that died."""
        return list(
            self._session.execute(
                select(col(JobRow.id)).where(self._takeable(now)).order_by(col(JobRow.run_after)).limit(limit)
            ).scalars()
        )

    def unfinished(self, kind: str, subject_ids: list[str]) -> list[str]:
        """Those subjects whose work of this kind is still waiting or running."""
        return list(
            self._session.execute(
                select(col(JobRow.subject_id)).where(
                    col(JobRow.kind) == kind,
                    col(JobRow.subject_id).in_(subject_ids),
                    col(JobRow.state).in_(("queued", "running")),
                )
            ).scalars()
        )

    def last(self, kind: str, subject_id: str) -> JobRow | None:
        """The newest job of this kind for this subject."""
        return self._session.execute(
            select(JobRow)
            .where(col(JobRow.kind) == kind, col(JobRow.subject_id) == subject_id)
            .order_by(col(JobRow.created_at).desc(), col(JobRow.id).desc())
            .limit(1)
        ).scalar_one_or_none()

    def waiting(self, kind: str | None = None) -> int:
        """How many jobs (of this kind) are still to be done, now or later."""
        query = select(func.count()).select_from(JobRow).where(col(JobRow.state).in_(("queued", "running")))
        if kind is not None:
            query = query.where(col(JobRow.kind) == kind)
        count: int = self._session.execute(query).scalar_one()
        return count

    def dead(self) -> list[JobRow]:
        """Jobs that were given up."""
        return list(self._session.execute(select(JobRow).where(col(JobRow.state) == "dead")).scalars())

    @staticmethod
    def _takeable(now: datetime) -> ColumnElement[bool]:
        other = aliased(JobRow)
        busy = (
            select(col(other.id))
            .where(
                col(other.kind) == col(JobRow.kind),
                col(other.id) != col(JobRow.id),
                col(other.state) == "running",
                col(other.lease_until) >= now,
            )
            .exists()
        )
        return and_(
            or_(
                (col(JobRow.state) == "queued") & (col(JobRow.run_after) <= now),
                (col(JobRow.state) == "running") & (col(JobRow.lease_until) < now),
            ),
            or_(col(JobRow.kind).not_in(ONE_AT_A_TIME), ~busy),
        )

    def _waiting_twin(self, claim: Claim) -> bool:
        twin = self._session.execute(
            select(col(JobRow.id)).where(
                col(JobRow.kind) == claim.kind,
                col(JobRow.subject_id) == claim.subject_id,
                col(JobRow.state) == "queued",
            )
        ).first()
        return twin is not None

    def _update_mine(self, claim: Claim, **values: object) -> bool:
        updated = self._session.execute(
            update(JobRow)
            .where(col(JobRow.id) == claim.job_id, col(JobRow.state) == "running", col(JobRow.token) == claim.token)
            .values(**values)
            .returning(col(JobRow.id))
            .execution_options(synchronize_session=False)
        ).first()
        return updated is not None
