# SPDX-License-Identifier: Apache-2.0
"""The case: its state, what was found, what was asked, what was decided and by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from kyc.domain.case import State
from kyc.store.tables.types import UtcDateTime, one_of

_SETTLED = "('refused', 'withdrawn', 'terminated')"


class CaseRow(SQLModel, table=True):
    """One onboarding case; `version` guards each change against a second officer's."""

    __tablename__ = "kyc_case"
    __table_args__ = (
        one_of("state", State),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("state <> 'pending_second_approval' OR proposed_by IS NOT NULL", name="proposal_has_author"),
        Index(
            "one_running_case_a_merchant",
            "merchant_id",
            unique=True,
            sqlite_where=text(f"state NOT IN {_SETTLED}"),
            postgresql_where=text(f"state NOT IN {_SETTLED}"),
        ),
    )

    id: str = Field(primary_key=True)
    number: int = Field(unique=True)
    merchant_id: str = Field(foreign_key="merchant.id", index=True)
    state: str = Field(index=True)
    version: int = 1
    assigned_to: str | None = Field(default=None, foreign_key="officer.id")
    proposed_by: str | None = Field(default=None, foreign_key="officer.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    assessed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FindingRow(SQLModel, table=True):
    """A difference or defect; open until an officer resolves it with a note (R-11)."""

    __tablename__ = "finding"
    __table_args__ = (
        one_of("severity", ("info", "low", "medium", "high")),
        one_of("resolution", ("", "accepted", "corrected", "obsolete")),
        CheckConstraint("resolution IN ('', 'obsolete') OR resolved_by IS NOT NULL", name="resolution_has_author"),
        UniqueConstraint("case_id", "fingerprint"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="kyc_case.id", index=True)
    party_id: str | None = Field(default=None, foreign_key="party.id")
    document_id: str | None = Field(default=None, foreign_key="document.id")
    code: str
    severity: str
    fingerprint: str
    policy: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    resolution: str = ""
    resolved_by: str | None = Field(default=None, foreign_key="officer.id")
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sealed: bytes


class MeasureRow(SQLModel, table=True):
    """The ledger of verification measures (CMF R561-5-1, R561-5-2; R-7), each for one version of a party."""

    __tablename__ = "verification_measure"
    __table_args__ = (UniqueConstraint("case_id", "party_id", "party_version", "measure"),)

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="kyc_case.id", index=True)
    party_id: str = Field(foreign_key="party.id")
    party_version: int
    measure: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    sealed: bytes


class DocumentViewRow(SQLModel, table=True):
    """That an officer opened a document: decisions rest on evidence that was looked at (R-41)."""

    __tablename__ = "document_view"

    document_id: str = Field(foreign_key="document.id", primary_key=True)
    officer_id: str = Field(foreign_key="officer.id", primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class InformationRequestRow(SQLModel, table=True):
    """What an officer asked of the merchant; items are requirement names with a reason from a fixed list."""

    __tablename__ = "information_request"

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="kyc_case.id", index=True)
    items: list[dict[str, Any]] = Field(sa_type=JSON)
    created_by: str = Field(foreign_key="officer.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sealed: bytes


class DecisionRow(SQLModel, table=True):
    """A human decision with its rationale and the policies it rested on; four eyes are four different eyes."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("outcome", ("approve", "refuse", "reinstate")),
        CheckConstraint("second_by IS NULL OR second_by <> decided_by", name="four_eyes"),
        CheckConstraint("NOT final OR NOT second_needed OR second_by IS NOT NULL", name="second_approval_given"),
        Index(
            "one_open_proposal_a_case",
            "case_id",
            unique=True,
            sqlite_where=text("NOT final AND NOT withdrawn"),
            postgresql_where=text("NOT final AND NOT withdrawn"),
        ),
        Index(
            "one_final_decision_a_version",
            "case_id",
            "case_version",
            unique=True,
            sqlite_where=text("final"),
            postgresql_where=text("final"),
        ),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="kyc_case.id", index=True)
    case_version: int
    outcome: str
    final: bool
    withdrawn: bool = False
    second_needed: bool
    second_reasons: list[str] = Field(sa_type=JSON)
    decided_by: str = Field(foreign_key="officer.id")
    decided_at: datetime = Field(sa_type=UtcDateTime)
    second_by: str | None = Field(default=None, foreign_key="officer.id")
    second_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason_code: str = ""
    policies: dict[str, str] = Field(sa_type=JSON)
    list_set: str | None = None
    sealed: bytes
