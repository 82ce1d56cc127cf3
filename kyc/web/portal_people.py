# SPDX-License-Identifier: Apache-2.0
"""The company and its people: forms that keep what was typed, and the picture of who owns what."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from kyc.domain.errors import FieldProblem, InvalidError, NotFoundError
from kyc.domain.party import Person, Roles, person_problems, roles_problems
from kyc.services import dossier
from kyc.services.access import Contact
from kyc.services.portal_view import FilePerson, FileView
from kyc.web.forms import texts_of
from kyc.web.i18n import countries
from kyc.web.portal_common import PortalRoute, Posted, Sent, Visitor, file_of, go, show, words_of
from kyc.web.portal_forms import (
    LEGAL_FORMS,
    MAX_NATIONALITIES,
    OTHER_FORM,
    company_from,
    company_values,
    person_from,
    person_values,
    typed_values,
)
from kyc.web.portal_words import field_problems, owners_missed, shares
from kyc.web.session import deps_of

router = APIRouter(route_class=PortalRoute, include_in_schema=False)
_NEW = "new"
_ROLES = ("representative", "beneficial_owner")


@dataclass(frozen=True, slots=True)
class _ShownPerson:
    """What a person's form shows: stored or typed values, and what is wrong with them."""

    found: FilePerson | None
    values: dict[str, str]
    nationalities: tuple[str, ...]
    chosen: frozenset[str]
    problems: tuple[FieldProblem, ...] = ()
    kept: bool = False


@router.get("/file/company")
def company_page(request: Request, visitor: Visitor) -> Response:
    """The company as declared."""
    view = file_of(request, visitor)
    started = bool(view.company.legal_name or view.company.siren)
    problems = view.company_problems if started and view.editable else ()
    return _company_form(request, visitor, view, company_values(view.company), problems)


@router.post("/file/company")
def save_company(request: Request, sent: Sent) -> Response:
    """Keep what was typed; show what is still missing, or go back to the list."""
    company = company_from(sent.form)
    kept = True
    try:
        problems = dossier.declare_company(
            deps_of(request), sent.contact.actor, sent.contact.merchant_id, company, seen=_seen(sent)
        )
    except InvalidError as error:
        problems, kept = error.problems, False
    if not problems:
        return go("/file?said=company")
    view = file_of(request, sent.contact)
    values = typed_values(sent.form, company_values(company))
    return _company_form(request, sent.contact, view, values, problems, status=422, kept=kept)


def _seen(sent: Posted) -> int | None:
    """The version that the form was made from; forms without one (an older page) save as before."""
    text = next(iter(texts_of(sent.form, "version")), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


@router.get("/file/people")
def people_page(request: Request, visitor: Visitor) -> Response:
    """Everybody in the file and their shares."""
    view, words, deps = file_of(request, visitor), words_of(visitor), deps_of(request)
    policy = deps.policies().requirements
    return show(
        request,
        visitor,
        "people.html",
        file=view,
        capital=shares(view.people, "capital", words),
        votes=shares(view.people, "votes", words),
        owners_missed=owners_missed(view.people, policy),
        threshold=policy.owner_threshold,
        inclusive=policy.owner_threshold_inclusive,
    )


@router.get("/file/people/{person_id}")
def person_page(request: Request, visitor: Visitor, person_id: str) -> Response:
    """One person's form."""
    view, words = file_of(request, visitor), words_of(visitor)
    if person_id == _NEW and not view.editable:
        return go("/file")
    if person_id == _NEW:
        empty = person_values(Person(), Roles(), words)
        return _person_form(request, visitor, view, _ShownPerson(None, empty, ("FR",), frozenset()))
    found = _find(view, person_id)
    shown = _ShownPerson(
        found=found,
        values=person_values(found.person, found.roles, words),
        nationalities=found.person.nationalities,
        chosen=frozenset(role for role in _ROLES if getattr(found.roles, role)),
        problems=found.problems if view.editable else (),
    )
    return _person_form(request, visitor, view, shown)


@router.post("/file/people/{person_id}")
def save_person(request: Request, sent: Sent, person_id: str) -> Response:
    """Keep a person; what cannot be understood is said before anything is stored."""
    deps, visitor = deps_of(request), sent.contact
    typed = person_from(sent.form)
    known = None if person_id == _NEW else person_id
    if typed.problems:
        named = {each.field for each in typed.problems}
        others = (*person_problems(typed.person, deps.today()), *roles_problems(typed.roles))
        rest = tuple(each for each in others if each.field not in named)
        return _person_again(request, sent, known, (*typed.problems, *rest))
    try:
        saved, problems = dossier.declare_person(
            deps, visitor.actor, visitor.merchant_id, known, typed.person, typed.roles, seen=_seen(sent)
        )
    except InvalidError as error:
        return _person_again(request, sent, known, error.problems)
    if problems:
        return _person_again(request, sent, saved, problems, kept=True)
    return go("/file?said=person")


@router.get("/file/people/{person_id}/remove")
def removal_page(request: Request, visitor: Visitor, person_id: str) -> Response:
    """Ask before a person is taken out."""
    view = file_of(request, visitor)
    return show(request, visitor, "remove_person.html", file=view, person=_find(view, person_id))


@router.post("/file/people/{person_id}/remove")
def remove_person(request: Request, sent: Sent, person_id: str) -> Response:
    """Take a person out of the file."""
    view = file_of(request, sent.contact)
    if any(each.id == person_id for each in view.people):  # a second click finds nobody, and that is fine
        dossier.remove_person(deps_of(request), sent.contact.actor, sent.contact.merchant_id, person_id)
    return go("/file?said=removed")


def _find(view: FileView, person_id: str) -> FilePerson:
    found = next((each for each in view.people if each.id == person_id), None)
    if found is None:
        raise NotFoundError("PARTY_NOT_FOUND")
    return found


def _company_form(
    request: Request,
    visitor: Contact,
    view: FileView,
    values: dict[str, str],
    problems: Sequence[FieldProblem],
    *,
    status: int = 200,
    kept: bool = False,
) -> Response:
    words = words_of(visitor)
    return show(
        request,
        visitor,
        "company.html",
        status=status,
        file=view,
        values=values,
        problems=field_problems(problems, words),
        kept=kept,
        legal_forms=[(form, words.plain(f"portal.legal_form.{form}")) for form in (*LEGAL_FORMS, OTHER_FORM)],
        countries=countries(visitor.language),
    )


def _person_again(
    request: Request, sent: Posted, person_id: str | None, problems: Sequence[FieldProblem], *, kept: bool = False
) -> Response:
    """The form with what was typed and what is wrong with it."""
    view = file_of(request, sent.contact)
    typed = person_from(sent.form)
    shown = _ShownPerson(
        found=_find(view, person_id) if person_id else None,
        values=typed_values(sent.form, person_values(typed.person, typed.roles, words_of(sent.contact))),
        nationalities=typed.person.nationalities,
        chosen=frozenset(texts_of(sent.form, "roles")),
        problems=tuple(problems),
        kept=kept,
    )
    return _person_form(request, sent.contact, view, shown, status=422)


def _person_form(
    request: Request, visitor: Contact, view: FileView, shown: _ShownPerson, *, status: int = 200
) -> Response:
    words = words_of(visitor)
    policy = deps_of(request).policies().requirements
    others = [each for each in view.people if shown.found is None or each.id != shown.found.id]
    return show(
        request,
        visitor,
        "person.html",
        status=status,
        file=view,
        person=shown.found,
        values=shown.values,
        nationalities=[*shown.nationalities, ""][:MAX_NATIONALITIES],
        chosen=shown.chosen,
        problems=field_problems(shown.problems, words),
        kept=shown.kept,
        countries=countries(visitor.language),
        threshold=policy.owner_threshold,
        inclusive=policy.owner_threshold_inclusive,
        others_capital=sum(each.roles.capital for each in others),
        others_votes=sum(each.roles.votes for each in others),
    )
