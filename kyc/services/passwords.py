# SPDX-License-Identifier: Apache-2.0
"""Passwords (Argon2id), time-based codes (RFC 6238) and random tokens."""

import secrets
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_STEP_SECONDS = 30


def hash_password(password: str) -> str:
    """Argon2id with the library's current parameters (RFC 9106)."""
    return _HASHER.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """True where the password is right; takes the same time where there is no such account."""
    try:
        _HASHER.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Verified where no account is found, so that an unknown address takes as long as a wrong password.

    Made when first asked for: a hash is slow on purpose, and every start of every command would wait for it.
    """
    return _HASHER.hash(secrets.token_hex(16))


def new_totp_secret() -> str:
    """A base32 secret for an authenticator."""
    return pyotp.random_base32()


def totp_uri(secret: str, name: str, issuer: str) -> str:
    """The otpauth:// address that an authenticator scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is (one step of clock drift allowed), or None."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    for step in (current, current - 1, current + 1):
        if secrets.compare_digest(totp.at(step * _STEP_SECONDS).encode(), code.strip().encode()):
            return step
    return None


def totp_now(secret: str) -> str:
    """The code that an authenticator shows now."""
    return pyotp.TOTP(secret).now()


def new_token() -> str:
    """256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token; it is random, so a plain hash is enough."""
    return sha256(token.encode()).hexdigest()
