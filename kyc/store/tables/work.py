# SPDX-License-Identifier: Apache-2.0
"""Jobs, outgoing events, the audit trail and idempotency: what makes a crash harmless."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from kyc.store.tables.types import UtcDateTime, one_of


class JobRow(SQLModel, table=True):
    """Work to do; written in the transaction that makes it necessary, so that no message can lose it."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", ("queued", "running", "done", "dead")),
        CheckConstraint("attempt >= 0", name="attempt_counts"),
        CheckConstraint("(state = 'running') = (token IS NOT NULL)", name="running_has_token"),
        Index("due_jobs", "state", "run_after"),
        Index(
            "same_work_once",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
    )

    id: str = Field(primary_key=True)
    kind: str
    subject_id: str
    state: str = "queued"
    attempt: int = 0
    token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    run_after: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str = ""


class OutboxRow(SQLModel, table=True):
    """An event for the platform or a notice for the merchant; payloads are thin and carry no personal data."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("channel", ("webhook", "email")),
        one_of("state", ("pending", "delivered", "failed")),
    )

    id: str = Field(primary_key=True)
    channel: str
    merchant_id: str = Field(foreign_key="merchant.id", index=True)
    endpoint_id: str | None = Field(default=None, foreign_key="webhook_endpoint.id")
    type: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    state: str = "pending"
    attempts: int = 0
    last_status: int | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuditRow(SQLModel, table=True):
    """One recorded fact; append-only by trigger, chained by hash. A body with personal data is sealed."""

    __tablename__ = "audit"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    actor_kind: str
    actor_id: str
    verb: str
    subject: str
    merchant_id: str | None = Field(default=None, index=True)
    body: bytes
    body_sealed: bool
    body_digest: str
    prev: str
    hash: str = Field(unique=True)


class AuditHeadRow(SQLModel, table=True):
    """The last link of the chain; one row, locked by each transaction that appends."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: int = Field(default=1, primary_key=True)
    seq: int
    hash: str


class IdempotencyRow(SQLModel, table=True):
    """The answer to a request that carried an Idempotency-Key, replayed for 24 hours."""

    __tablename__ = "idempotency"

    client: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_hash: str
    status: int | None = None
    response: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
