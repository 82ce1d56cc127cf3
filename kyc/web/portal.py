# SPDX-License-Identifier: Apache-2.0
"""The merchant portal: coming in, going out, and the pages that are open to everybody."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from kyc.domain.errors import ConflictError, InvalidError, UnauthenticatedError
from kyc.services import access
from kyc.web import portal_documents, portal_file, portal_people
from kyc.web.forms import raw_text, text
from kyc.web.i18n import LANGUAGES, PORTAL, texts, wanted_language
from kyc.web.portal_common import (
    AnonymousForm,
    Anyone,
    PortalRoute,
    Sent,
    go,
    held_path,
    local_path,
    show,
    show_public,
)
from kyc.web.portal_words import field_problems
from kyc.web.session import SESSION, cookie, deps_of, end_cookie, set_cookie

router = APIRouter(route_class=PortalRoute, include_in_schema=False)


@router.get("/")
def start(visitor: Anyone) -> Response:
    """The file for those who are logged in, the log-in page for others."""
    return go("/file" if visitor else "/login")


@router.get("/login")
def login_page(request: Request, visitor: Anyone, next: str = "/file") -> Response:  # noqa: A002 - the public parameter
    """The log-in form."""
    if visitor is not None:
        return go(local_path(next))
    return _login_form(request, next_path=local_path(next))


@router.post("/login")
def log_in(request: Request, form: AnonymousForm) -> Response:
    """Check the password; give typed text of an ended session back."""
    email, next_path = text(form, "email"), local_path(text(form, "next"))
    path, held = _held(form)
    deps = deps_of(request)
    try:
        token = access.log_in_contact(deps, email=email, password=raw_text(form, "password"))
    except UnauthenticatedError as error:
        key = "paused" if error.code == "LOGIN_PAUSED" else "failed"
        minutes = deps.policies().thresholds.access.login_window_minutes
        return _login_form(
            request,
            401,
            email=email,
            problem=f"portal.login.{key}",
            minutes=minutes,
            next_path=next_path,
            path=path,
            held=held,
        )
    _end_old_session(request)
    answer: Response = go(next_path)
    if path:
        answer = show(request, access.contact_of(deps, token), "resume.html", held_path=path, held=held)
    set_cookie(request, answer, SESSION, token)
    return answer


@router.post("/logout")
def log_out(request: Request, _sent: Sent) -> Response:
    """End the session."""
    _end_old_session(request)
    answer = go("/login?bye=1")
    end_cookie(request, answer)
    return answer


@router.post("/language")
def choose_language(request: Request, sent: Sent) -> Response:
    """Remember the language in the account."""
    language = text(sent.form, "language")
    if language in LANGUAGES:
        access.set_language(deps_of(request), contact=sent.contact, language=language)
    return go(local_path(text(sent.form, "next")))


@router.get("/invitation/{token}")
def invitation_page(request: Request, token: str, visitor: Anyone) -> Response:
    """The form that a link of the platform opens."""
    try:
        language = access.invitation_language(deps_of(request), token)
    except ConflictError as error:
        return _invitation_help(request, visitor, error)
    asked = request.query_params.get("lang", "")
    return _invitation_form(request, token, language=asked if asked in LANGUAGES else language)


@router.post("/invitation/{token}")
def accept_invitation(request: Request, token: str, form: AnonymousForm) -> Response:
    """Set e-mail address and password, and log in."""
    language = text(form, "language")
    language = language if language in LANGUAGES else wanted_language(request)
    email = text(form, "email")
    try:
        session = access.accept_invitation(
            deps_of(request), token, email=email, password=raw_text(form, "password"), language=language
        )
    except InvalidError as error:
        problems = field_problems(error.problems, texts(PORTAL, language))
        return _invitation_form(request, token, status=422, language=language, email=email, problems=problems)
    except ConflictError as error:
        return _invitation_help(request, None, error)
    _end_old_session(request)
    answer = go("/file")
    set_cookie(request, answer, SESSION, session)
    return answer


@router.get("/privacy")
def privacy(request: Request, visitor: Anyone) -> Response:
    """The notice of GDPR articles 13 and 14."""
    retention = deps_of(request).policies().retention
    return show_public(
        request,
        visitor,
        "privacy.html",
        version=access.NOTICE_VERSION,
        years=retention.terminated_months // 12,
        withdrawn_months=retention.withdrawn_months,
    )


@router.get("/help")
def help_page(request: Request, visitor: Anyone) -> Response:
    """Answers to what people ask."""
    policies = deps_of(request).policies()
    return show_public(
        request,
        visitor,
        "help.html",
        days=policies.thresholds.review.target_days,
        link_days=policies.thresholds.access.invitation_days,
        megabytes=policies.thresholds.upload.max_bytes // 1_000_000,
    )


@router.get("/accessibility")
def accessibility(request: Request, visitor: Anyone) -> Response:
    """The accessibility statement."""
    return show_public(request, visitor, "accessibility.html")


router.include_router(portal_file.router)
router.include_router(portal_people.router)
router.include_router(portal_documents.router)


def _login_form(
    request: Request,
    status: int = 200,
    *,
    next_path: str,
    email: str = "",
    problem: str = "",
    minutes: int = 0,
    path: str = "",
    held: tuple[tuple[str, str], ...] = (),
) -> Response:
    return show_public(
        request,
        None,
        "login.html",
        status=status,
        email=email,
        problem=problem,
        minutes=minutes,
        next_path=next_path,
        held_path=path,
        held=held,
    )


def _invitation_form(
    request: Request,
    token: str,
    *,
    language: str,
    status: int = 200,
    email: str = "",
    problems: dict[str, str] | None = None,
) -> Response:
    policies = deps_of(request).policies()
    return show_public(
        request,
        None,
        "invitation.html",
        status=status,
        language=language,
        invitation=token,
        email=email,
        problems=problems or {},
        minimum=policies.thresholds.access.password_min_characters,
        years=policies.retention.terminated_months // 12,
    )


def _invitation_help(request: Request, visitor: access.Contact | None, error: ConflictError) -> Response:
    days = deps_of(request).policies().thresholds.access.invitation_days
    return show_public(
        request, visitor, "invitation_help.html", status=410, key=f"portal.invitation.{error.code}", days=days
    )


def _held(form: FormData) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The form that the log-in page carried along, if any: where it goes, and its fields."""
    path = held_path(text(form, "held_path"))
    return (path, tuple(parse_qsl(raw_text(form, "held"), keep_blank_values=True))) if path else ("", ())


def _end_old_session(request: Request) -> None:
    """A log-in makes a new session; the one that this browser had before is worth nothing any more (ASVS 7.2.4)."""
    old = cookie(request, SESSION)
    if old:
        access.log_out(deps_of(request), old)
