# SPDX-License-Identifier: Apache-2.0
"""Coming in: invitations, log-in of contacts and officers, sessions, API keys."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kyc.domain.case import Actor, ActorKind
from kyc.domain.errors import (
    ConflictError,
    FieldProblem,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnauthenticatedError,
)
from kyc.services import passwords
from kyc.services.deps import Deps
from kyc.services.vault import INSTALLATION
from kyc.store.ids import new_id
from kyc.store.tables import (
    InvitationRow,
    LoginFailureRow,
    OfficerRow,
    PortalUserRow,
    SessionRow,
)
from kyc.store.uow import Reader, UnitOfWork

NOTICE_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Contact:
    """A merchant's contact who is logged in."""

    user_id: str
    merchant_id: str
    language: str
    csrf: str

    @property
    def actor(self) -> Actor:
        """How the audit trail names them."""
        return Actor(ActorKind.MERCHANT, self.user_id)


@dataclass(frozen=True, slots=True)
class Officer:
    """A member of staff who is logged in, with the permissions of the role."""

    id: str
    name: str
    role: str
    language: str
    csrf: str
    permissions: frozenset[str]

    @property
    def actor(self) -> Actor:
        """How the audit trail names them."""
        return Actor(ActorKind.OFFICER, self.id)

    def must(self, permission: str) -> None:
        """ForbiddenError where the role does not carry this permission."""
        if permission not in self.permissions:
            raise ForbiddenError("PERMISSION_MISSING", permission=permission)


@dataclass(frozen=True, slots=True)
class ApiClient:
    """The payment platform behind an API key."""

    id: str
    livemode: bool
    scopes: frozenset[str]

    @property
    def actor(self) -> Actor:
        """How the audit trail names it."""
        return Actor(ActorKind.PLATFORM, self.id)

    def must(self, scope: str) -> None:
        """ForbiddenError where the key does not carry this scope."""
        if scope not in self.scopes:
            raise ForbiddenError("SCOPE_MISSING", scope=scope)


def invite(deps: Deps, uow: UnitOfWork, merchant_id: str) -> tuple[str, datetime]:
    """Make a fresh link for a merchant's contact and end older unused ones: (URL, end of validity)."""
    token = passwords.new_token()
    expires = uow.now + timedelta(days=deps.policies().thresholds.access.invitation_days)
    uow.access.revoke_invitations(merchant_id, uow.now)
    uow.access.add(
        InvitationRow(
            token_hash=passwords.token_hash(token), merchant_id=merchant_id, created_at=uow.now, expires_at=expires
        )
    )
    return f"{deps.portal_url}/invitation/{token}", expires


def check_invitation(deps: Deps, token: str) -> str:
    """The merchant behind a link; ConflictError INVITATION_USED or INVITATION_EXPIRED, so that the page can help."""
    with deps.db.read() as view:
        return _valid_invitation(view, token, deps.now()).merchant_id


def invitation_language(deps: Deps, token: str) -> str:
    """The language that the platform gave for this merchant; ConflictError as in `check_invitation`."""
    with deps.db.read() as view:
        return view.merchants.get(_valid_invitation(view, token, deps.now()).merchant_id).language


def accept_invitation(deps: Deps, token: str, *, email: str, password: str, language: str) -> str:
    """Set e-mail address and password, note that the notice was shown (GDPR 13), log in. Returns the session token."""
    address = email.strip().casefold()
    problems = _credential_problems(address, password, deps.policies().thresholds.access.password_min_characters)
    if problems:
        raise InvalidError("FORM_INVALID", problems=problems)
    hashed = passwords.hash_password(password)
    with deps.db.write() as uow:
        invitation = _valid_invitation(uow, token, uow.now)
        email_hash = deps.vault.lookup_hash("portal_email", address)
        if uow.access.portal_user_by_email(email_hash) is not None:
            raise InvalidError("FORM_INVALID", problems=(FieldProblem("email", "email_taken"),))
        if not uow.access.use_invitation(invitation.token_hash, uow.now):
            raise ConflictError("INVITATION_USED")
        merchant = uow.merchants.get(invitation.merchant_id)
        user_id = new_id("pu")
        uow.access.add(
            PortalUserRow(
                id=user_id,
                merchant_id=merchant.id,
                email_hash=email_hash,
                password_hash=hashed,
                language=language,
                notice_version=NOTICE_VERSION,
                created_at=uow.now,
                sealed=deps.vault.seal(merchant.key_id, f"portal_user:{user_id}", {"email": address}),
            )
        )
        merchant.language = language
        actor = Actor(ActorKind.MERCHANT, user_id)
        uow.record(actor, "invitation.accepted", merchant.id, merchant_id=merchant.id)
        return _open_session(deps, uow, "portal", user_id)


def log_in_contact(deps: Deps, *, email: str, password: str) -> str:
    """Log a merchant's contact in; returns the session token. UnauthenticatedError says no more than that it failed."""
    email_hash = deps.vault.lookup_hash("portal_email", email.strip().casefold())
    _count_try(deps, email_hash)
    with deps.db.read() as view:
        user = view.access.portal_user_by_email(email_hash)
    if not passwords.password_matches(user.password_hash if user else None, password) or user is None:
        raise UnauthenticatedError("LOGIN_FAILED")
    with deps.db.write() as uow:
        uow.access.forget_failures(email_hash)
        uow.record(Actor(ActorKind.MERCHANT, user.id), "session.opened", user.id, merchant_id=user.merchant_id)
        return _open_session(deps, uow, "portal", user.id)


def log_in_officer(deps: Deps, *, email: str, password: str, code: str) -> str:
    """Log an officer in with password and one-time code; each code works once (RFC 6238 section 5.2)."""
    subject = deps.vault.lookup_hash("officer_email", email.strip().casefold())
    _count_try(deps, subject)
    with deps.db.read() as view:
        officer = view.access.officer_by_email(email.strip().casefold())
    right = passwords.password_matches(officer.password_hash if officer else None, password)
    step = None
    if right and officer is not None and officer.active:
        secret = deps.vault.open(INSTALLATION, f"officer:{officer.id}", officer.totp_sealed)
        step = passwords.totp_step(secret, code, deps.now())
    if step is None or officer is None:
        raise UnauthenticatedError("LOGIN_FAILED")
    with deps.db.write() as uow:
        if not uow.access.spend_totp_step(officer.id, step):
            raise UnauthenticatedError("CODE_ALREADY_USED")
        uow.access.forget_failures(subject)
        uow.record(Actor(ActorKind.OFFICER, officer.id), "session.opened", officer.id)
        return _open_session(deps, uow, "console", officer.id)


def contact_of(deps: Deps, token: str) -> Contact:
    """Who is behind a portal cookie; UnauthenticatedError where the session ended."""
    session = _live_session(deps, token, "portal", deps.policies().thresholds.access.portal_idle_minutes)
    with deps.db.read() as view:
        user = view.access.portal_user(session.subject_id)
        return Contact(user.id, user.merchant_id, user.language, session.csrf)


def officer_of(deps: Deps, token: str) -> Officer:
    """Who is behind a console cookie; UnauthenticatedError where the session ended or the officer left."""
    session = _live_session(deps, token, "console", deps.policies().thresholds.access.console_idle_minutes)
    with deps.db.read() as view:
        row = view.access.officer(session.subject_id)
    if not row.active:
        raise UnauthenticatedError("SESSION_ENDED")
    permissions = deps.policies().roles.roles.get(row.role, ())
    return Officer(row.id, row.name, row.role, row.language, session.csrf, frozenset(permissions))


def log_out(deps: Deps, token: str) -> None:
    """End one session."""
    with deps.db.write() as uow:
        uow.access.end_session(passwords.token_hash(token))


def set_language(deps: Deps, *, contact: Contact | None = None, officer: Officer | None = None, language: str) -> None:
    """Remember the language that somebody chose."""
    with deps.db.write() as uow:
        if contact is not None:
            uow.access.portal_user(contact.user_id).language = language
            uow.merchants.get(contact.merchant_id).language = language
        if officer is not None:
            uow.access.officer(officer.id).language = language


def authenticate_key(deps: Deps, key: str) -> ApiClient:
    """The platform behind a bearer key; UnauthenticatedError for unknown and revoked ones."""
    with deps.db.read() as view:
        row = view.access.api_key(passwords.token_hash(key))
    if row is None:
        raise UnauthenticatedError("API_KEY_UNKNOWN")
    return ApiClient(row.id, row.livemode, frozenset(row.scopes))


def add_officer(deps: Deps, *, email: str, name: str, role: str, language: str, password: str) -> tuple[str, str]:
    """Enter a member of staff; returns (id, TOTP secret to enrol)."""
    if role not in deps.policies().roles.roles:
        raise InvalidError("ROLE_UNKNOWN", role=role)
    minimum = deps.policies().thresholds.access.password_min_characters
    if problems := _credential_problems(email, password, minimum):
        raise InvalidError("FORM_INVALID", problems=problems)
    secret, officer_id = passwords.new_totp_secret(), new_id("of")
    hashed = passwords.hash_password(password)
    with deps.db.write() as uow:
        if uow.access.officer_by_email(email.casefold()) is not None:
            raise ConflictError("OFFICER_EXISTS")
        uow.access.add(
            OfficerRow(
                id=officer_id,
                email=email.casefold(),
                name=name,
                role=role,
                language=language,
                password_hash=hashed,
                totp_sealed=deps.vault.seal(INSTALLATION, f"officer:{officer_id}", secret),
                created_at=uow.now,
            )
        )
        uow.record(Actor(ActorKind.SYSTEM, "cli"), "officer.added", officer_id)
    return officer_id, secret


def deactivate_officer(deps: Deps, email: str) -> None:
    """Somebody left: no more log-in, and every open session ends."""
    with deps.db.write() as uow:
        officer = uow.access.officer_by_email(email.casefold())
        if officer is None:
            raise NotFoundError("OFFICER_NOT_FOUND")
        officer.active = False
        uow.access.end_sessions_of(officer.id)
        uow.record(Actor(ActorKind.SYSTEM, "cli"), "officer.deactivated", officer.id)


def _valid_invitation(view: Reader, token: str, now: datetime) -> InvitationRow:
    row = view.access.invitation(passwords.token_hash(token))
    if row is None:
        raise ConflictError("INVITATION_UNKNOWN")
    if row.used_at is not None:
        raise ConflictError("INVITATION_USED")
    if row.expires_at <= now:
        raise ConflictError("INVITATION_EXPIRED")
    return row


def _credential_problems(email: str, password: str, minimum: int) -> tuple[FieldProblem, ...]:
    problems = []
    local, at, domain = email.partition("@")
    if not (local and at and "." in domain and len(email) <= 254 and " " not in email):
        problems.append(FieldProblem("email", "email_invalid"))
    if len(password) < minimum:
        problems.append(FieldProblem("password", "password_short"))
    if len(password) > 256:
        problems.append(FieldProblem("password", "too_long"))
    return tuple(problems)


def _count_try(deps: Deps, subject: str) -> None:
    """Count a try before its password is looked at, so that many at once are not all free; a success forgets them."""
    limits = deps.policies().thresholds.access
    with deps.db.write() as uow:
        since = uow.now - timedelta(minutes=limits.login_window_minutes)
        if uow.access.failures_since(subject, since) >= limits.login_failures:
            raise UnauthenticatedError("LOGIN_PAUSED", minutes=limits.login_window_minutes)
        uow.access.add(LoginFailureRow(subject_hash=subject, at=uow.now))


def _open_session(deps: Deps, uow: UnitOfWork, kind: str, subject_id: str) -> str:
    token = passwords.new_token()
    uow.access.add(
        SessionRow(
            token_hash=passwords.token_hash(token),
            kind=kind,
            subject_id=subject_id,
            csrf=passwords.new_token(),
            created_at=uow.now,
            seen_at=uow.now,
            expires_at=uow.now + timedelta(hours=deps.policies().thresholds.access.session_hours),
        )
    )
    return token


def _live_session(deps: Deps, token: str, kind: str, idle_minutes: int) -> SessionRow:
    hashed, now = passwords.token_hash(token), deps.now()
    with deps.db.read() as view:
        row = view.access.session(hashed)
    idle = timedelta(minutes=idle_minutes)
    if row is None or row.kind != kind or row.expires_at <= now or row.seen_at + idle <= now:
        raise UnauthenticatedError("SESSION_ENDED")
    if now - row.seen_at > timedelta(minutes=1):  # one write a minute is enough to tell idle from busy
        with deps.db.write() as uow:
            seen = uow.access.session(hashed)
            if seen is not None:
                seen.seen_at = now
    return row
