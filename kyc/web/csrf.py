# SPDX-License-Identifier: Apache-2.0
"""No other site can post in a user's name: a token in every form, and the browser's own word on where it came from.

Logged in, the token is the session's. Before that it stands in a cookie as well (double submit); the request's
Sec-Fetch-Site or Origin must not name another site (W3C Fetch Metadata; OWASP CSRF cheat sheet).
"""

import secrets
from urllib.parse import urlsplit

from fastapi import Request, Response

from kyc.domain.errors import ForbiddenError
from kyc.web.session import cookie, set_cookie

FIELD = "csrf"
COOKIE = "csrftoken"
_BYTES = 32


class FormExpiredError(ForbiddenError):
    """The form's token is not this session's: the page is older than the log-in, or another site sent it."""

    def __init__(self) -> None:
        super().__init__("FORM_EXPIRED")


def check(request: Request, sent: str, expected: str) -> None:
    """FormExpiredError unless the form carries the expected token and came from our own pages."""
    if not comes_from_us(request) or not expected or not secrets.compare_digest(sent.encode(), expected.encode()):
        raise FormExpiredError


def check_anonymous(request: Request, sent: str) -> None:
    """The same before log-in, against the cookie."""
    check(request, sent, cookie(request, COOKIE))


def comes_from_us(request: Request) -> bool:
    """True unless the browser says that another site made this request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def anonymous_token(request: Request) -> str:
    """The token for forms before log-in; the one the browser has, so that two tabs both work."""
    known = cookie(request, COOKIE)
    token = known if len(known) >= _BYTES else secrets.token_urlsafe(_BYTES)
    request.state.new_csrf = token
    return token


def keep_token(request: Request, response: Response) -> None:
    """Set the cookie where a page with a form for people who are not logged in was made."""
    token = getattr(request.state, "new_csrf", "")
    if token:
        set_cookie(request, response, COOKIE, token)
