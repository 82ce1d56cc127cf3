# SPDX-License-Identifier: Apache-2.0
"""Lists, runs against them, and alerts."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from kyc.domain.decision import AlertState
from kyc.store.tables.types import UtcDateTime, one_of


class ListVersionRow(SQLModel, table=True):
    """One published version of one list, with the hashes that make a result reproducible (R-28, R-29)."""

    __tablename__ = "list_version"
    __table_args__ = (
        one_of("state", ("staged", "active", "superseded", "quarantined", "refused")),
        CheckConstraint("state <> 'active' OR entries > 0", name="active_not_empty"),
        CheckConstraint("released_by IS NULL OR released_by <> imported_by", name="release_by_another"),
        Index(
            "one_active_version_a_source",
            "source",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: str = Field(primary_key=True)
    source: str = Field(index=True)
    publication_id: str
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    raw_sha256: str
    content_sha256: str
    entries: int
    rejected: int
    state: str
    problems: list[dict[str, str]] = Field(sa_type=JSON)
    delta: dict[str, int] = Field(sa_type=JSON)
    imported_by: str
    imported_at: datetime = Field(sa_type=UtcDateTime)
    released_by: str | None = None


class ListSourceRow(SQLModel, table=True):
    """What is known of a source: the last check that succeeded, validators for the next, the last problem."""

    __tablename__ = "list_source"

    source: str = Field(primary_key=True)
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    etag: str = ""
    last_modified: str = ""
    publication_id: str = ""
    phase: str = ""
    progress: int = 0
    problem: str = ""
    problem_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ListSetRow(SQLModel, table=True):
    """The versions that are screened together and their prepared index; exactly one set is active."""

    __tablename__ = "list_set"
    __table_args__ = (
        Index(
            "one_active_set",
            "active",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )

    id: str = Field(primary_key=True)
    versions: dict[str, str] = Field(sa_type=JSON)
    index_path: str
    demo: bool
    active: bool
    created_at: datetime = Field(sa_type=UtcDateTime)


class ScreeningRunRow(SQLModel, table=True):
    """One party screened against one list set: clear runs are kept too, with what was searched and how."""

    __tablename__ = "screening_run"
    __table_args__ = (UniqueConstraint("party_id", "party_version", "list_set", "job_id"),)

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="kyc_case.id", index=True)
    party_id: str = Field(foreign_key="party.id", index=True)
    party_version: int
    list_set: str = Field(foreign_key="list_set.id")
    engine: str
    parameters_sha256: str
    hits: int
    alerts: int
    job_id: str
    at: datetime = Field(sa_type=UtcDateTime)
    sealed: bytes


class AlertRow(SQLModel, table=True):
    """A possible match; closed only by an officer with a reason and the identifiers compared (R-31).

    What an officer decided holds for this version of the person and this content of the list entry (R-32).
    """

    __tablename__ = "alert"
    __table_args__ = (
        one_of("state", AlertState),
        one_of("category", ("sanction", "pep", "restriction")),
        UniqueConstraint("case_id", "party_id", "party_version", "entry", "fingerprint"),
        CheckConstraint("(state IN ('open', 'obsolete')) OR decided_by IS NOT NULL", name="decision_has_author"),
        CheckConstraint("state <> 'cleared' OR reason_code <> ''", name="clearing_has_reason"),
        CheckConstraint("second_by IS NULL OR second_by <> decided_by", name="four_eyes"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="kyc_case.id", index=True)
    party_id: str = Field(foreign_key="party.id")
    party_version: int
    run_id: str = Field(foreign_key="screening_run.id")
    entry: str
    sources: list[str] = Field(sa_type=JSON)
    category: str
    fingerprint: str
    score: float
    ranking: float
    state: str
    reason_code: str = ""
    compared: list[str] = Field(sa_type=JSON)
    decided_by: str | None = Field(default=None, foreign_key="officer.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    second_by: str | None = Field(default=None, foreign_key="officer.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    sealed: bytes
