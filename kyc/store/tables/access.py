# SPDX-License-Identifier: Apache-2.0
"""Who may come in: merchant contacts, officers, API keys, sessions, invitations. Secrets are stored as hashes."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from kyc.store.tables.types import UtcDateTime, one_of


class InvitationRow(SQLModel, table=True):
    """A link that lets a merchant's contact set a password; only the hash of its token is kept."""

    __tablename__ = "invitation"

    token_hash: str = Field(primary_key=True)
    merchant_id: str = Field(foreign_key="merchant.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PortalUserRow(SQLModel, table=True):
    """A merchant's contact; found by a keyed hash of the e-mail address, which itself is sealed."""

    __tablename__ = "portal_user"

    id: str = Field(primary_key=True)
    merchant_id: str = Field(foreign_key="merchant.id", index=True)
    email_hash: str = Field(unique=True)
    password_hash: str
    language: str
    notice_version: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    sealed: bytes


class OfficerRow(SQLModel, table=True):
    """A member of staff; the second factor's secret is sealed under the installation's own key."""

    __tablename__ = "officer"
    __table_args__ = (CheckConstraint("role <> ''", name="role_given"),)

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str
    language: str
    password_hash: str
    totp_sealed: bytes
    totp_last_step: int = 0
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


class SessionRow(SQLModel, table=True):
    """A browser session; the cookie's value is stored as a hash only."""

    __tablename__ = "session"
    __table_args__ = (one_of("kind", ("portal", "console")),)

    token_hash: str = Field(primary_key=True)
    kind: str
    subject_id: str = Field(index=True)
    csrf: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class LoginFailureRow(SQLModel, table=True):
    """A failed try, by a hash of who was tried: enough to slow down guessing, nothing to learn from."""

    __tablename__ = "login_failure"

    id: int | None = Field(default=None, primary_key=True)
    subject_hash: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class ApiKeyRow(SQLModel, table=True):
    """A key of the payment platform: sk_test_… or sk_live_…, kept as a hash."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True)
    key_hash: str = Field(unique=True)
    name: str
    livemode: bool
    scopes: list[str] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebhookEndpointRow(SQLModel, table=True):
    """Where the platform wants its events; the signing secret is sealed under the installation's own key."""

    __tablename__ = "webhook_endpoint"

    id: str = Field(primary_key=True)
    url: str
    livemode: bool
    secret_sealed: bytes
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
