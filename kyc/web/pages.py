# SPDX-License-Identifier: Apache-2.0
"""What every page needs: templates, static files with hashed addresses, safe headers, friendly errors."""

from collections.abc import Callable, Coroutine, Mapping
from functools import lru_cache
from hashlib import sha256
from inspect import isawaitable
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kyc.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    KycError,
    NotFoundError,
    UnauthenticatedError,
    UnavailableError,
)
from kyc.web import csrf
from kyc.web.i18n import CONSOLE, LANGUAGES, PORTAL, texts, wanted_language

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
CONSOLE_LANGUAGES = ("fr", "en")
_API = "/v1"
_CONSOLE = "/console"
_YEAR = "public, max-age=31536000, immutable"
_HOUR = "public, max-age=3600"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
_STATUS: dict[type[KycError], int] = {
    InvalidError: 422,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    UnavailableError: 503,
}


def install(app: FastAPI) -> None:
    """Add static files, safe headers and friendly error pages to the application; paths of the API stay as they are."""
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.add_middleware(SafeHeaders, https=bool(getattr(app.state, "secure_cookies", False)))
    for kind, page in ((KycError, _kyc_page), (HTTPException, _http_page), (Exception, _fault_page)):
        _add_handler(app, kind, page)


def render(
    request: Request,
    template: str,
    *,
    language: str,
    catalogue: str = PORTAL,
    token: str | None = None,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """A page of the catalogue's texts; `token` is the session's CSRF token, None before log-in."""
    words = texts(catalogue, language)
    anonymous = token is None

    def csrf_token() -> str:
        return csrf.anonymous_token(request) if token is None else token

    page = (
        _environment()
        .get_template(template)
        .render(
            request=request,
            words=words,
            t=words.t,
            tn=words.tn,
            lang=language,
            languages=CONSOLE_LANGUAGES if catalogue == CONSOLE else LANGUAGES,
            anonymous=anonymous,
            csrf_token=csrf_token,
            link=_link(request) if anonymous else str,
            path=request.url.path,
            **context,
        )
    )
    response = HTMLResponse(page, status_code=status)
    csrf.keep_token(request, response)
    return response


def error_page(
    request: Request,
    status: int,
    code: str,
    *,
    language: str | None = None,
    token: str | None = None,
    params: Mapping[str, object] = MappingProxyType({}),
) -> HTMLResponse:
    """A page that says what happened and what to do next, in words for `code` or else for the status."""
    in_console = request.url.path.startswith(_CONSOLE)
    catalogue, allowed = (CONSOLE, CONSOLE_LANGUAGES) if in_console else (PORTAL, LANGUAGES)
    chosen = language or getattr(request.state, "language", "") or wanted_language(request, allowed)
    words = texts(catalogue, chosen)
    key = next(
        found for found in (f"errors.{code}", f"errors.status_{status}", "errors.other") if f"{found}.title" in words
    )
    home = _CONSOLE if in_console else "/"
    return render(
        request,
        "errors/error.html",
        language=chosen,
        catalogue=catalogue,
        token=token,
        status=status,
        key=key,
        home=home,
        params=params,
    )


def status_of(error: KycError) -> int:
    """The HTTP status of an error class."""
    return next(status for kind, status in _STATUS.items() if isinstance(error, kind))


def static_url(path: str) -> str:
    """The address of a static file with a hash of its content, so that browsers may keep it for a year."""
    return f"/static/{path}?v={_digest(path)}"


def icon(name: str, css: str = "") -> Markup:
    """An icon of the sprite, hidden from screen readers: the text beside it says the same."""
    sprite = static_url("vendor/icons.svg")
    return Markup('<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(
        css, sprite, name
    )


class PageRoute(APIRoute):
    """Turns the errors of a page's use case into a page (the API's routes turn theirs into problem+json)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except KycError as error:
                return await run_in_threadpool(self.page_for, request, error)
            except RequestValidationError:
                return error_page(request, 404, "NOT_FOUND")

        return handler

    def page_for(self, request: Request, error: KycError) -> Response:
        """The page for an error; routes with answers of their own override this."""
        return _kyc_page(request, error)


class SafeHeaders:
    """Adds the headers of every answer; those that an answer sets itself stay."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = dict(_HEADERS)
        if https:
            self._headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely)


class _Static(StaticFiles):
    """Static files: a year with the right hash in the address, an hour without."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        asked = Request(scope).query_params.get("v")
        response.headers["cache-control"] = _YEAR if asked and asked == _digest(path) else _HOUR
        return response


@lru_cache(maxsize=256)
def _digest(path: str) -> str:
    file = STATIC / path
    return sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "missing"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=static_url, icon=icon)
    return environment


def _link(request: Request) -> Callable[[str], str]:
    """Addresses before log-in carry the chosen language along: no cookie remembers it."""
    chosen = request.query_params.get("lang", "")

    def link(path: str) -> str:
        if chosen not in LANGUAGES:
            return path
        return f"{path}{'&' if '?' in path else '?'}lang={chosen}"

    return link


def _kyc_page(request: Request, error: Exception) -> Response:
    fault = cast(KycError, error)
    if isinstance(fault, UnauthenticatedError) and request.method in ("GET", "HEAD"):
        return _to_login(request)
    return error_page(request, status_of(fault), fault.code, params=fault.params)


def _to_login(request: Request) -> RedirectResponse:
    login = f"{_CONSOLE}/login" if request.url.path.startswith(_CONSOLE) else "/login"
    wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return RedirectResponse(f"{login}?{urlencode({'next': wanted})}", status_code=303)


def _http_page(request: Request, error: Exception) -> Response:
    fault = cast(HTTPException, error)
    return error_page(request, fault.status_code, f"status_{fault.status_code}")


def _fault_page(request: Request, _error: Exception) -> Response:
    """Made outside of SafeHeaders, so it brings the headers itself."""
    page = error_page(request, 500, "status_500")
    for name, value in _HEADERS.items():
        page.headers[name] = value
    return page


def _add_handler(app: FastAPI, kind: type[Exception], page: Callable[[Request, Exception], Response]) -> None:
    """Pages for people; paths of the API keep the handler that was there before."""
    earlier = app.exception_handlers.get(kind)

    async def handler(request: Request, error: Exception) -> Response:
        if not request.url.path.startswith(_API):
            return await run_in_threadpool(page, request, error)
        if earlier is None:
            raise error
        answer = earlier(request, error)
        return await answer if isawaitable(answer) else answer

    app.add_exception_handler(kind, handler)
