# SPDX-License-Identifier: Apache-2.0
"""The session cookie: set, read, ended. What it opens is decided by the services, on each request.

The portal's cookie has the path `/`, the console's `/console`; both are named `session`. A browser that holds
both sends the one with the longer path first (RFC 6265 section 5.4), so the first one is ours.
"""

from typing import Literal, cast

from fastapi import Request, Response

from kyc.services.deps import Deps

SESSION = "session"
SameSite = Literal["lax", "strict"]


def deps_of(request: Request) -> Deps:
    """What the composition root put at the application."""
    return cast(Deps, request.app.state.deps)


def cookie(request: Request, name: str) -> str:
    """The first cookie of this name, or an empty text; later ones belong to shorter paths."""
    for header in request.headers.getlist("cookie"):
        for part in header.split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value.strip('"')
    return ""


def set_cookie(
    request: Request, response: Response, name: str, value: str, *, path: str = "/", same_site: SameSite = "lax"
) -> None:
    """Set a cookie that ends with the browser, out of scripts' reach, over https only where we have it."""
    response.set_cookie(
        name, value, path=path, httponly=True, samesite=same_site, secure=bool(request.app.state.secure_cookies)
    )


def end_cookie(request: Request, response: Response, *, path: str = "/", same_site: SameSite = "lax") -> None:
    """Take the session cookie back."""
    response.delete_cookie(
        SESSION, path=path, httponly=True, samesite=same_site, secure=bool(request.app.state.secure_cookies)
    )
