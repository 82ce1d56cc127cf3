# SPDX-License-Identifier: Apache-2.0
"""One use case, one transaction: the only place that commits.

`read()` and `write()` give different types, so that a page that only shows cannot record or enqueue.
Jobs added in a unit of work are hinted to the workers after the commit; a lost hint costs seconds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from kyc.domain.case import Actor
from kyc.domain.errors import ConflictError, UnavailableError
from kyc.store.access import Access
from kyc.store.audit import AuditTrail
from kyc.store.cases import Cases
from kyc.store.documents import Documents
from kyc.store.idempotency import Idempotency
from kyc.store.jobs import Jobs
from kyc.store.lists import Lists
from kyc.store.merchants import Merchants
from kyc.store.outbox import Outbox
from kyc.store.screenings import Screenings


class Reader:
    """Repositories over one consistent view."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.merchants = Merchants(session)
        self.cases = Cases(session)
        self.documents = Documents(session)
        self.screenings = Screenings(session)
        self.lists = Lists(session)
        self.jobs = Jobs(session)
        self.outbox = Outbox(session)
        self.access = Access(session)
        self.audit = AuditTrail(session)
        self.idempotency = Idempotency(session)


class UnitOfWork(Reader):
    """Repositories over one transaction that will be committed, with the moment at which it happens."""

    def __init__(self, session: Session, now: datetime) -> None:
        super().__init__(session)
        self.now = now
        self.new_jobs: list[str] = []

    def enqueue(self, kind: str, subject_id: str, *, after: datetime | None = None) -> str:
        """Add a job to this transaction; the same work already waiting is not added twice. Returns the job's id."""
        job_id = self.jobs.add(kind, subject_id, now=self.now, run_after=after or self.now)
        if after is None:
            self.new_jobs.append(job_id)
        return job_id

    def record(
        self,
        actor: Actor,
        verb: str,
        subject: str,
        *,
        merchant_id: str | None = None,
        body: bytes = b"",
        sealed: bool = False,
    ) -> None:
        """Append one fact to the audit trail, in this transaction; `body` is JSON, or sealed where it is personal."""
        self.audit.append(
            at=self.now, actor=actor, verb=verb, subject=subject, merchant_id=merchant_id, body=body, sealed=sealed
        )


class Database:
    """Gives units of work over one engine."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], wake: Callable[[str], None]) -> None:
        self.engine = engine
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = engine.execution_options(**snapshot) if engine.dialect.name == "postgresql" else engine
        self._now = now
        self._wake = wake

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A view that changes nothing; UnavailableError where the database does not answer."""
        with _known_errors(), Session(self._reading) as session:
            yield Reader(session)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A transaction: committed at the end, rolled back whole on any error.

        ConflictError CHANGED_MEANWHILE where another transaction was first with the same unique value;
        UnavailableError where the database does not answer.
        """
        writing = self.engine.execution_options(writing=True)
        with _known_errors(), Session(writing, expire_on_commit=False) as session:
            uow = UnitOfWork(session, self._now())
            yield uow
            session.commit()
        for job_id in uow.new_jobs:
            self._wake(job_id)


@contextmanager
def _known_errors() -> Iterator[None]:
    """Say in the domain's words what callers can react to; a broken CHECK is a fault of ours and stays one."""
    try:
        yield
    except IntegrityError as error:
        if _is_duplicate(error):
            raise ConflictError("CHANGED_MEANWHILE") from error
        raise
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise UnavailableError("DATABASE_UNAVAILABLE") from error


def _is_duplicate(error: IntegrityError) -> bool:
    """True for a unique value or primary key that is taken (SQLSTATE 23505; SQLite's extended codes)."""
    name = getattr(error.orig, "sqlite_errorname", "")
    unique = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
    return name in unique or getattr(error.orig, "sqlstate", "") == "23505"
