# SPDX-License-Identifier: Apache-2.0
"""What the portal's pages share: who visits, checked forms, and typed text that survives the end of a session."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, cast

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from kyc.domain.errors import KycError, UnauthenticatedError
from kyc.domain.party import Address
from kyc.services import access
from kyc.services.access import Contact
from kyc.services.portal_view import FileView, file_view
from kyc.web import csrf
from kyc.web.forms import UPLOAD_BYTES, fields_of, read_form
from kyc.web.i18n import PORTAL, Texts, texts, wanted_language
from kyc.web.pages import PageRoute, error_page, render
from kyc.web.portal_forms import grouped_siren
from kyc.web.session import SESSION, cookie, deps_of

#: Forms whose typed text is worth keeping when the session ended meanwhile.
_HELD = re.compile(r"/file/(company|people/[A-Za-z0-9_]{1,64})")
_LOCAL = re.compile(r"/(?![/\\])[\w\-./?=&%]*")


class ControllerInfo(Protocol):
    """Who is responsible for the processing, as notices print it."""

    @property
    def name(self) -> str:
        """Name and legal form."""

    @property
    def registration(self) -> str:
        """Register and number."""

    @property
    def address(self) -> str:
        """Postal address on one line."""

    @property
    def dpo_email(self) -> str:
        """Where to write to the data protection officer."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that a logged-in contact sent from one of our pages."""

    contact: Contact
    form: FormData


class HeldFormError(KycError):
    """A form that came too late: the session ended, or another log-in replaced it. What was typed is kept."""

    def __init__(self, fields: tuple[tuple[str, str], ...], contact: Contact | None) -> None:
        super().__init__("SESSION_ENDED")
        self.fields = fields
        self.contact = contact


class PortalRoute(PageRoute):
    """Gives typed text back where a form came too late."""

    def page_for(self, request: Request, error: KycError) -> Response:
        if isinstance(error, HeldFormError):
            return _held_page(request, error)
        return super().page_for(request, error)


def contact(request: Request) -> Contact:
    """Who is logged in; UnauthenticatedError leads to the log-in page."""
    found = access.contact_of(deps_of(request), cookie(request, SESSION))
    request.state.language = found.language  # error pages speak it too
    return found


Visitor = Annotated[Contact, Depends(contact)]


def visitor_or_none(request: Request) -> Contact | None:
    """Who is logged in, on pages that are open to all."""
    if not cookie(request, SESSION):
        return None
    try:
        return contact(request)
    except UnauthenticatedError:
        return None


Anyone = Annotated[Contact | None, Depends(visitor_or_none)]


async def posted(request: Request) -> AsyncIterator[Posted]:
    """The visitor's form; HeldFormError where the session is over."""
    form = await read_form(request)
    try:
        yield await _posted(request, form)
    finally:
        await form.close()


async def posted_files(request: Request) -> AsyncIterator[Posted]:
    """The same for forms that carry files; their memory is given back with the answer."""
    form = await read_form(request, UPLOAD_BYTES)
    try:
        yield await _posted(request, form)
    finally:
        await form.close()


Sent = Annotated[Posted, Depends(posted)]
SentFiles = Annotated[Posted, Depends(posted_files)]


async def anonymous_form(request: Request) -> AsyncIterator[FormData]:
    """A form of somebody who is not logged in, checked against the cookie."""
    form = await read_form(request)
    try:
        csrf.check_anonymous(request, str(form.get(csrf.FIELD, "")))
        yield form
    finally:
        await form.close()


AnonymousForm = Annotated[FormData, Depends(anonymous_form)]


def file_of(request: Request, visitor: Contact) -> FileView:
    """The visitor's own file."""
    return file_view(deps_of(request), visitor.merchant_id)


def words_of(visitor: Contact) -> Texts:
    """The texts in the visitor's language."""
    return texts(PORTAL, visitor.language)


def show(request: Request, visitor: Contact, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for a logged-in contact."""
    words = words_of(visitor)
    return render(
        request,
        f"portal/{template}",
        language=visitor.language,
        token=visitor.csrf,
        status=status,
        visitor=visitor,
        controller=controller_of(request),
        siren=grouped_siren,
        postal=lambda address: postal(address, words),
        **context,
    )


def show_public(
    request: Request, visitor: Contact | None, template: str, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page that is open to all, in the language of the account or of the address."""
    if visitor is not None:
        return show(request, visitor, template, status=status, **context)
    language = str(context.pop("language", "") or wanted_language(request))
    return render(
        request,
        f"portal/{template}",
        language=language,
        status=status,
        visitor=None,
        controller=controller_of(request),
        **context,
    )


def controller_of(request: Request) -> ControllerInfo:
    """The institution's particulars."""
    return cast(ControllerInfo, request.app.state.controller)


def go(path: str) -> RedirectResponse:
    """See another page after a form was taken (RFC 9110 section 15.4.4)."""
    return RedirectResponse(path, status_code=303)


def postal(address: Address, words: Texts) -> str:
    """An address on one line with the country's name; empty while nothing but the country is there."""
    if not (address.street or address.city):
        return ""
    town = f"{address.postal_code} {address.city}".strip()
    return ", ".join(part for part in (address.street, town, words.country(address.country)) if part)


def local_path(path: str, default: str = "/file") -> str:
    """The path if it is one of ours: nobody can be sent to another site by a link to our log-in."""
    return path if _LOCAL.fullmatch(path) else default


def held_path(path: str) -> str:
    """The path if typed text may be sent there again, else an empty text."""
    return path if _HELD.fullmatch(path) else ""


def wants_json(request: Request) -> bool:
    """True for our own scripts."""
    return "application/json" in request.headers.get("accept", "")


async def _posted(request: Request, form: FormData) -> Posted:
    fields = fields_of(form, without=(csrf.FIELD,))
    try:
        visitor = await run_in_threadpool(contact, request)
    except UnauthenticatedError as error:
        raise HeldFormError(fields, None) from error
    try:
        csrf.check(request, str(form.get(csrf.FIELD, "")), visitor.csrf)
    except csrf.FormExpiredError as error:
        if not csrf.comes_from_us(request):
            raise
        raise HeldFormError(fields, visitor) from error
    return Posted(visitor, form)


def _held_page(request: Request, error: HeldFormError) -> Response:
    path = request.url.path
    language = error.contact.language if error.contact else wanted_language(request)
    words = texts(PORTAL, language)
    if wants_json(request):
        return JSONResponse({"problem": words.plain("portal.login.ended"), "login": True}, status_code=401)
    if error.contact is not None:
        if not held_path(path):
            return error_page(request, 403, "FORM_EXPIRED", language=language, token=error.contact.csrf)
        return show(request, error.contact, "resume.html", status=403, held_path=path, held=error.fields)
    return show_public(
        request,
        None,
        "login.html",
        status=401,
        email="",
        problem="portal.login.ended_kept" if held_path(path) else "portal.login.ended",
        minutes=0,
        next_path="/file",
        held_path=held_path(path),
        held=error.fields if held_path(path) else (),
    )


def problem_text(words: Texts, error: KycError) -> str:
    """The sentence for what a service refused; every code of intake and dossier has one."""
    key = f"portal.problems.{error.code}"
    return words.plain(key if key in words else "portal.problems.other", **error.params)
