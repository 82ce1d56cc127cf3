# SPDX-License-Identifier: Apache-2.0
"""Who sits at the console: the officer behind the cookie, their words, and forms that really come from them.

A text that an officer typed is never thrown away: where a form cannot be accepted because the session ended
meanwhile, the page that says so shows the text again.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from kyc.domain.errors import UnauthenticatedError
from kyc.services import access, lists_view
from kyc.services.access import Officer
from kyc.services.deps import Deps
from kyc.web import csrf
from kyc.web.forms import raw_text, read_form
from kyc.web.i18n import CONSOLE, Texts, texts, wanted_language
from kyc.web.pages import CONSOLE_LANGUAGES, PageRoute, render
from kyc.web.session import SESSION, cookie, deps_of

PATH = "/console"
#: Fields that hold what an officer wrote, in the order in which they are shown again.
WRITTEN = ("rationale", "comment", "evidence")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request by an officer who is logged in."""

    request: Request
    deps: Deps
    officer: Officer
    words: Texts

    def may(self, permission: str) -> bool:
        """Whether the officer's role carries this permission."""
        return permission in self.officer.permissions

    def page(self, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
        """A console page in the officer's language."""
        return render(
            self.request,
            f"console/{template}",
            language=self.words.language,
            catalogue=CONSOLE,
            token=self.officer.csrf,
            status=status,
            visit=self,
            banner=lists_view.banner(self.deps),
            now=self.deps.now(),
            idle_minutes=self.deps.policies().thresholds.access.console_idle_minutes,
            **context,
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that this officer sent from one of our pages."""

    visit: Visit
    form: FormData


class NotAcceptedError(Exception):
    """A form that came too late: the session or the page it belongs to has ended; `fields` is what was written."""

    def __init__(self, reason: str, fields: tuple[tuple[str, str], ...]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fields = fields


class ConsoleRoute(PageRoute):
    """Hands back what was written where a form came too late."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except NotAcceptedError as error:
                return await run_in_threadpool(_hand_back, request, error)

        return handler


def visit(request: Request) -> Visit:
    """The officer behind the cookie; UnauthenticatedError where nobody is."""
    deps = deps_of(request)
    officer = access.officer_of(deps, cookie(request, SESSION))
    language = officer.language if officer.language in CONSOLE_LANGUAGES else "en"
    request.state.language = language
    return Visit(request, deps, officer, texts(CONSOLE, language))


def sent(request: Request, form: Annotated[FormData, Depends(read_form)]) -> Sent:
    """The form of a logged-in officer; NotAcceptedError where session or token ended, with what was written."""
    if not csrf.comes_from_us(request):
        raise csrf.FormExpiredError
    written = tuple((name, value) for name in WRITTEN if (value := raw_text(form, name).strip()))
    try:
        here = visit(request)
    except UnauthenticatedError as error:
        raise NotAcceptedError("session_ended", written) from error
    try:
        csrf.check(request, raw_text(form, csrf.FIELD), here.officer.csrf)
    except csrf.FormExpiredError as error:
        raise NotAcceptedError("form_expired", written) from error
    return Sent(here, form)


Here = Annotated[Visit, Depends(visit)]
Posted = Annotated[Sent, Depends(sent)]


def safe_next(target: str) -> str:
    """An address of the console to go to after log-in; its start page where the given one leads elsewhere."""
    plain = target.startswith(PATH) and target[len(PATH) : len(PATH) + 1] in ("", "/", "?")
    return target if plain and not set(target) & set("\\\r\n") and "//" not in target else PATH


def outside(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """A console page for somebody who is not logged in."""
    return render(
        request,
        f"console/{template}",
        language=wanted_language(request, CONSOLE_LANGUAGES),
        catalogue=CONSOLE,
        token=None,
        status=status,
        banner=lists_view.banner(deps_of(request)),
        **context,
    )


def _hand_back(request: Request, error: NotAcceptedError) -> HTMLResponse:
    back = request.url.path
    for action in ("/alerts/", "/findings/", "/measures/", "/documents/", "/decision", "/request"):
        back = back.partition(action)[0]
    return outside(request, "kept.html", status=401, reason=error.reason, fields=error.fields, back=safe_next(back))
