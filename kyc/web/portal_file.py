# SPDX-License-Identifier: Apache-2.0
"""The page "Your file": where it stands, what is left to do, and handing it in."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kyc.domain.errors import ConflictError
from kyc.domain.requirement import Status
from kyc.services import dossier
from kyc.services.portal_view import FileView
from kyc.web.i18n import Texts
from kyc.web.pages import error_page
from kyc.web.portal_common import PortalRoute, Sent, Visitor, file_of, go, show, words_of
from kyc.web.portal_words import (
    DOCUMENTS,
    Item,
    Phase,
    Shown,
    items_of,
    minutes_left,
    next_action,
    owners_missed,
    phase_of,
    requests_of,
    shares,
    shown_document,
    timeline,
)
from kyc.web.session import deps_of

router = APIRouter(route_class=PortalRoute, include_in_schema=False)
_SAID = ("company", "person", "removed", "file", "answer")


@router.get("/file")
def file_page(request: Request, visitor: Visitor, said: str = "") -> Response:
    """The whole file on one page."""
    deps, words, view = deps_of(request), words_of(visitor), file_of(request, visitor)
    items = items_of(view, words)
    policies = deps.policies()
    return show(
        request,
        visitor,
        "file.html",
        file=view,
        phase=phase_of(view).value,
        company_items=[each for each in items if each.requirement.name.startswith("company.")],
        people_items=_by_person(items),
        done=sum(each.requirement.status is Status.DONE for each in items),
        total=len(items),
        minutes=minutes_left(view),
        action=next_action(view, words),
        requests=requests_of(view, words),
        steps=timeline(view, words, deps.now()),
        months=policies.requirements.registration_document.max_age_months,
        days=policies.thresholds.review.target_days,
        said=said if said in _SAID else "",
    )


@router.get("/file/status")
def file_status(request: Request, visitor: Visitor) -> JSONResponse:
    """The states of files, for the script that waits for a reading; it follows what pages show, no more."""
    view = file_of(request, visitor)
    return JSONResponse(
        {
            "phase": phase_of(view).value,
            "documents": {each.id: each.state == "received" for each in view.documents},
        }
    )


@router.get("/file/submit")
def review_page(request: Request, visitor: Visitor) -> Response:
    """Everything in one summary before it is handed in."""
    view = file_of(request, visitor)
    if not view.editable:
        return go("/file")
    return _review(request, visitor, view)


@router.post("/file/submit")
def hand_in(request: Request, sent: Sent) -> Response:
    """Hand the file in; a second click finds it handed in and shows the same page."""
    try:
        dossier.submit(deps_of(request), sent.contact.actor, sent.contact.merchant_id)
    except ConflictError as error:
        view = file_of(request, sent.contact)
        if error.code == "FILE_INCOMPLETE" and view.editable:
            return _review(request, sent.contact, view, status=409)
        if error.code not in ("FILE_CLOSED", "ILLEGAL_TRANSITION"):
            return error_page(request, 409, error.code, language=sent.contact.language, token=sent.contact.csrf)
    return go("/file")


def _review(request: Request, visitor: Visitor, view: FileView, status: int = 200) -> Response:
    deps, words = deps_of(request), words_of(visitor)
    policies = deps.policies()
    items = items_of(view, words)
    return show(
        request,
        visitor,
        "submit.html",
        status=status,
        file=view,
        missing=[each for each in items if each.requirement.status in (Status.TO_DO, Status.TO_FIX)],
        reading=[each for each in items if each.requirement.status is Status.BEING_CHECKED],
        documents=_documents_by_item(view, words),
        again=phase_of(view) is Phase.ASKED,
        owners_missed=owners_missed(view.people, policies.requirements),
        capital=shares(view.people, "capital", words),
        votes=shares(view.people, "votes", words),
        days=policies.thresholds.review.target_days,
    )


def _by_person(items: tuple[Item, ...]) -> list[list[Item]]:
    """Lines of the checklist by person, in the order of the file."""
    groups: dict[str | None, list[Item]] = {}
    for each in items:
        if each.requirement.name.startswith("person."):
            groups.setdefault(each.requirement.party_id, []).append(each)
    return list(groups.values())


def _documents_by_item(view: FileView, words: Texts) -> list[tuple[Item, list[Shown]]]:
    """Lines that a document answers, each with its files."""
    return [
        (each, [shown_document(document, words) for document in view.documents_for(each.requirement)])
        for each in items_of(view, words)
        if each.requirement.code in DOCUMENTS
    ]
