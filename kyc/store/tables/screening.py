# SPDX-License-Identifier: Apache-2.0
"""Lists, runs against them, and alerts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from kyc.domain.decision import AlertState
from kyc.store.tables.types import UtcDateTime, one_of


class ListVersionRow(SQLModel, table=True):
    """One published version of one list, with the hashes that make a result reproducible (R-28, R-29).

    A version that a gate held back is used only after two persons: `vouched_by` and `released_by`. `delta` counts what
    differs from the version `compared_with`; the rows of `list_change` tell it field by field.
    """

    __tablename__ = "list_version"
    __table_args__ = (
        one_of("state", ("staged", "active", "superseded", "quarantined", "refused")),
        CheckConstraint("state <> 'active' OR entries > 0", name="active_not_empty"),
        CheckConstraint(
            "released_by IS NULL OR (vouched_by IS NOT NULL AND released_by <> vouched_by)", name="release_by_another"
        ),
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
    final_host: str = ""
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    compared_with: str | None = Field(default=None, foreign_key="list_version.id")
    vouched_by: str | None = None
    released_by: str | None = None


class ListChangeRow(SQLModel, table=True):
    """What one version says otherwise than the one before it: an entry added, removed, or changed in these fields."""

    __tablename__ = "list_change"
    __table_args__ = (one_of("kind", ("added", "removed", "changed")),)

    version_id: str = Field(primary_key=True, foreign_key="list_version.id")
    ref: str = Field(primary_key=True)
    kind: str
    identifying: bool
    name: str
    fields: dict[str, list[Any]] = Field(sa_type=JSON)


class ListSourceRow(SQLModel, table=True):
    """What is known of a source: the last check that succeeded, validators for the next, the last problem."""

    __tablename__ = "list_source"

    source: str = Field(primary_key=True)
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    etag: str = ""
    last_modified: str = ""
    publication_id: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
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


class ListDeltaRow(SQLModel, table=True):
    """One search of everybody for what differs between two list sets: why runs on the first hold for the second.

    `searched` are the entries that everybody was compared with, `touched` those whose alerts made a case be screened
    whole. The rows from a run's `list_set` to its `carried_to` are the proof that nothing new concerns the party.
    """

    __tablename__ = "list_delta"
    __table_args__ = (CheckConstraint("from_set <> to_set", name="two_sets"),)

    from_set: str = Field(primary_key=True, foreign_key="list_set.id")
    to_set: str = Field(primary_key=True, foreign_key="list_set.id")
    searched: list[str] = Field(sa_type=JSON)
    touched: list[str] = Field(sa_type=JSON)
    engine: str
    parameters_sha256: str
    at: datetime = Field(sa_type=UtcDateTime)


class ScreeningRunRow(SQLModel, table=True):
    """One party screened against one list set: clear runs are kept too, with what was searched and how.

    `carried_to` is the newest list set that differs from `list_set` by nothing that concerns this party (ListDeltaRow).
    """

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
    carried_to: str | None = Field(default=None, foreign_key="list_set.id")
    carried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sealed: bytes

    @property
    def holds_for(self) -> str:
        """The list set for which this result speaks."""
        return self.carried_to or self.list_set


class AlertRow(SQLModel, table=True):
    """A possible match; closed only by an officer with a reason and the identifiers compared (R-31).

    What an officer decided holds for this version of the person and this content of the list entry (R-32).
    """

    __tablename__ = "alert"
    __table_args__ = (
        one_of("state", AlertState),
        one_of("category", ("sanction", "pep", "restriction")),
        UniqueConstraint("case_id", "party_id", "party_version", "entry", "fingerprint"),
        CheckConstraint(
            "(state IN ('open', 'obsolete', 'delisted')) OR decided_by IS NOT NULL", name="decision_has_author"
        ),
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
