# SPDX-License-Identifier: Apache-2.0
"""Queries on people who log in, their sessions, invitations and API keys."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from kyc.domain.errors import NotFoundError
from kyc.store.tables import (
    ApiKeyRow,
    InvitationRow,
    LoginFailureRow,
    OfficerRow,
    PortalUserRow,
    SessionRow,
)


class Access:
    """Contacts, officers, keys, sessions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: InvitationRow | PortalUserRow | OfficerRow | SessionRow | ApiKeyRow | LoginFailureRow) -> None:
        """Insert one."""
        self._session.add(row)
        self._session.flush()

    def invitation(self, token_hash: str) -> InvitationRow | None:
        """The invitation behind a link."""
        return self._session.get(InvitationRow, token_hash)

    def use_invitation(self, token_hash: str, now: datetime) -> bool:
        """Spend a link; False where somebody else was first or it is over."""
        spent = self._session.execute(
            update(InvitationRow)
            .where(
                col(InvitationRow.token_hash) == token_hash,
                col(InvitationRow.used_at).is_(None),
                col(InvitationRow.expires_at) > now,
            )
            .values(used_at=now)
            .returning(col(InvitationRow.token_hash))
            .execution_options(synchronize_session=False)
        ).first()
        return spent is not None

    def revoke_invitations(self, merchant_id: str, now: datetime) -> None:
        """Older unused links of this merchant end when a new one is made."""
        self._session.execute(
            update(InvitationRow)
            .where(col(InvitationRow.merchant_id) == merchant_id, col(InvitationRow.used_at).is_(None))
            .values(expires_at=now)
        )

    def portal_user(self, user_id: str) -> PortalUserRow:
        """One contact."""
        row = self._session.get(PortalUserRow, user_id)
        if row is None:
            raise NotFoundError("USER_NOT_FOUND")
        return row

    def portal_user_by_email(self, email_hash: str) -> PortalUserRow | None:
        """The contact with this address."""
        return self._session.execute(
            select(PortalUserRow).where(col(PortalUserRow.email_hash) == email_hash)
        ).scalar_one_or_none()

    def portal_users(self, merchant_id: str) -> list[PortalUserRow]:
        """The contacts of a merchant."""
        return list(
            self._session.execute(select(PortalUserRow).where(col(PortalUserRow.merchant_id) == merchant_id)).scalars()
        )

    def officer(self, officer_id: str) -> OfficerRow:
        """One member of staff."""
        row = self._session.get(OfficerRow, officer_id)
        if row is None:
            raise NotFoundError("OFFICER_NOT_FOUND")
        return row

    def officer_by_email(self, email: str) -> OfficerRow | None:
        """The member of staff with this address."""
        return self._session.execute(select(OfficerRow).where(col(OfficerRow.email) == email)).scalar_one_or_none()

    def officers(self) -> list[OfficerRow]:
        """All staff."""
        return list(self._session.execute(select(OfficerRow).order_by(col(OfficerRow.name))).scalars())

    def spend_totp_step(self, officer_id: str, step: int) -> bool:
        """Note that the code of this time step was used; False where it, or a later one, was already (RFC 6238 5.2)."""
        spent = self._session.execute(
            update(OfficerRow)
            .where(col(OfficerRow.id) == officer_id, col(OfficerRow.totp_last_step) < step)
            .values(totp_last_step=step)
            .returning(col(OfficerRow.id))
        ).first()
        return spent is not None

    def session(self, token_hash: str) -> SessionRow | None:
        """A browser session."""
        return self._session.get(SessionRow, token_hash)

    def end_session(self, token_hash: str) -> None:
        """Log out."""
        self._session.execute(delete(SessionRow).where(col(SessionRow.token_hash) == token_hash))

    def end_sessions_of(self, subject_id: str) -> None:
        """Log out everywhere, after a new password."""
        self._session.execute(delete(SessionRow).where(col(SessionRow.subject_id) == subject_id))

    def failures_since(self, subject_hash: str, since: datetime) -> int:
        """How many tries failed lately."""
        count: int = self._session.execute(
            select(func.count())
            .select_from(LoginFailureRow)
            .where(col(LoginFailureRow.subject_hash) == subject_hash, col(LoginFailureRow.at) >= since)
        ).scalar_one()
        return count

    def forget_failures(self, subject_hash: str) -> None:
        """A success ends the count."""
        self._session.execute(delete(LoginFailureRow).where(col(LoginFailureRow.subject_hash) == subject_hash))

    def api_keys_named(self, name: str) -> list[ApiKeyRow]:
        """Keys of this name that still work."""
        query = select(ApiKeyRow).where(col(ApiKeyRow.name) == name, col(ApiKeyRow.revoked_at).is_(None))
        return list(self._session.execute(query).scalars())

    def api_key(self, key_hash: str) -> ApiKeyRow | None:
        """The key behind a bearer token, if it is not revoked."""
        row = self._session.execute(select(ApiKeyRow).where(col(ApiKeyRow.key_hash) == key_hash)).scalar_one_or_none()
        return None if row is None or row.revoked_at is not None else row
