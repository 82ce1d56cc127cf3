# SPDX-License-Identifier: Apache-2.0
"""Coming and going: log-in with password and one-time code, log-out, language, and the sign that somebody is there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from kyc.domain.errors import UnauthenticatedError
from kyc.services import access
from kyc.web import csrf
from kyc.web.console_session import PATH, ConsoleRoute, Here, Posted, outside, safe_next, visit
from kyc.web.forms import raw_text, read_form, text
from kyc.web.pages import CONSOLE_LANGUAGES
from kyc.web.session import SESSION, cookie, deps_of, end_cookie, set_cookie

router = APIRouter(prefix=PATH, route_class=ConsoleRoute)


@router.get("/login")
def show_login(request: Request) -> Response:
    """The log-in form; somebody who is logged in goes on to their page."""
    wanted = safe_next(request.query_params.get("next", ""))
    try:
        visit(request)
    except UnauthenticatedError:
        return outside(request, "login.html", wanted=wanted, email="", problem="", minutes=0)
    return RedirectResponse(wanted, status_code=303)


@router.post("/login")
def log_in(request: Request, form: Annotated[FormData, Depends(read_form)]) -> Response:
    """Check the three things together; what was wrong is not told."""
    csrf.check_anonymous(request, raw_text(form, csrf.FIELD))
    email, wanted = text(form, "email"), safe_next(text(form, "next"))
    code = "".join(text(form, "code").split())
    try:
        token = access.log_in_officer(deps_of(request), email=email, password=raw_text(form, "password"), code=code)
    except UnauthenticatedError as error:
        minutes = error.params.get("minutes", 0)
        return outside(
            request, "login.html", status=401, wanted=wanted, email=email, problem=error.code, minutes=minutes
        )
    response = RedirectResponse(wanted, status_code=303)
    set_cookie(request, response, SESSION, token, path=PATH, same_site="strict")
    return response


@router.post("/logout")
def log_out(request: Request, sent: Posted) -> Response:
    """End the session here and in the database."""
    access.log_out(sent.visit.deps, cookie(request, SESSION))
    response = RedirectResponse(f"{PATH}/login?lang={sent.visit.words.language}", status_code=303)
    end_cookie(request, response, path=PATH, same_site="strict")
    return response


@router.post("/language")
def choose_language(sent: Posted) -> Response:
    """Remember the officer's language and go back to the page."""
    chosen = text(sent.form, "language")
    if chosen in CONSOLE_LANGUAGES:
        access.set_language(sent.visit.deps, officer=sent.visit.officer, language=chosen)
    return RedirectResponse(safe_next(text(sent.form, "next")), status_code=303)


@router.get("/alive")
def say_alive(here: Here) -> Response:
    """Somebody is typing: reading the session keeps it from ending (WCAG 2.2.1)."""
    return Response(status_code=204, headers={"x-idle-minutes": str(_idle_minutes(here))})


def _idle_minutes(here: Here) -> int:
    return here.deps.policies().thresholds.access.console_idle_minutes
