# SPDX-License-Identifier: Apache-2.0
"""The merchant's file: account, company and people, documents and what was read from them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from kyc.domain.requirement import DocumentState
from kyc.store.tables.types import UtcDateTime, one_of


class MerchantRow(SQLModel, table=True):
    """A merchant account, as the payment platform created it."""

    __tablename__ = "merchant"
    __table_args__ = (
        UniqueConstraint("livemode", "external_reference"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("(ended_on IS NULL) = (retain_until IS NULL)", name="clock_complete"),
        CheckConstraint("retain_until IS NULL OR retain_until >= ended_on", name="clock_forward"),
    )

    id: str = Field(primary_key=True)
    external_reference: str
    livemode: bool
    key_id: str
    language: str
    sealed: bytes
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    ended_on: date | None = None
    retain_until: date | None = None


class PartyRow(SQLModel, table=True):
    """The company or a person of a file; `version` grows with each change, so that screening can be bound to it."""

    __tablename__ = "party"
    __table_args__ = (
        one_of("kind", ("company", "person")),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("capital BETWEEN 0 AND 10000 AND votes BETWEEN 0 AND 10000", name="shares_within_whole"),
        CheckConstraint(
            "kind = 'person' OR (NOT representative AND NOT beneficial_owner AND capital = 0 AND votes = 0)",
            name="roles_are_personal",
        ),
        Index(
            "one_company_a_merchant",
            "merchant_id",
            unique=True,
            sqlite_where=text("kind = 'company'"),
            postgresql_where=text("kind = 'company'"),
        ),
    )

    id: str = Field(primary_key=True)
    merchant_id: str = Field(foreign_key="merchant.id", index=True)
    kind: str
    version: int = 1
    representative: bool = False
    beneficial_owner: bool = False
    capital: int = 0
    votes: int = 0
    complete: bool = False
    sealed: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DocumentRow(SQLModel, table=True):
    """One uploaded file. Its bytes never change: SHA-256 of the original, encrypted blob under its id (R-12)."""

    __tablename__ = "document"
    __table_args__ = (
        one_of("state", DocumentState),
        one_of("requirement", ("registration_document", "identity_document")),
        one_of("confirmation", ("", "correct", "disputed", "sent_anyway")),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        Index(
            "same_file_once",
            "merchant_id",
            "party_id",
            "requirement",
            "sha256",
            unique=True,
            sqlite_where=text("state <> 'superseded'"),
            postgresql_where=text("state <> 'superseded'"),
        ),
    )

    id: str = Field(primary_key=True)
    merchant_id: str = Field(foreign_key="merchant.id", index=True)
    party_id: str = Field(foreign_key="party.id", index=True)
    requirement: str
    media: str
    size: int
    sha256: str
    state: str
    confirmation: str = ""
    problem: str | None = None
    kind: str = ""
    uploaded_by: str
    uploaded_at: datetime = Field(sa_type=UtcDateTime)
    sealed: bytes


class ReadingRow(SQLModel, table=True):
    """What was read from a document: at most one reading a document, whatever is killed meanwhile."""

    __tablename__ = "reading"

    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="document.id", unique=True)
    engine: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    sealed: bytes


class PageRow(SQLModel, table=True):
    """One re-rendered page of a document; width and height in the units of the boxes of its reading."""

    __tablename__ = "page"
    __table_args__ = (CheckConstraint("number >= 1", name="number_positive"),)

    document_id: str = Field(foreign_key="document.id", primary_key=True)
    number: int = Field(primary_key=True)
    width: float
    height: float
    blob: str
