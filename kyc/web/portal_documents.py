# SPDX-License-Identifier: Apache-2.0
"""Sending files: several at once, read while you wait, shown for confirmation, and never a dead end."""

import io

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kyc.domain.errors import KycError, NotFoundError
from kyc.domain.requirement import Requirement, Status
from kyc.services import intake
from kyc.services.access import Contact
from kyc.services.portal_view import FileDocument, FileView, document_page
from kyc.web.forms import Upload, text, uploads
from kyc.web.portal_common import (
    PortalRoute,
    Sent,
    SentFiles,
    Visitor,
    file_of,
    go,
    problem_text,
    show,
    wants_json,
    words_of,
)
from kyc.web.portal_words import requests_of, shown_document, title_of
from kyc.web.session import deps_of

router = APIRouter(route_class=PortalRoute, include_in_schema=False)


@router.get("/file/documents/{code}/{party_id}")
def upload_page(request: Request, visitor: Visitor, code: str, party_id: str) -> Response:
    """One requirement: what is accepted, the files that were sent, and what was read from them."""
    view = file_of(request, visitor)
    return _page(request, visitor, view, _requirement(view, code, party_id))


@router.post("/file/documents/{code}/{party_id}")
def send_files(request: Request, sent: SentFiles, code: str, party_id: str) -> Response:
    """Take files; each is answered for by name, and one that is refused does not hold up the others."""
    view = file_of(request, sent.contact)
    requirement = _requirement(view, code, party_id)
    known = {each.id for each in view.documents}
    files = uploads(sent.form, "files")
    answers = [_take(request, sent.contact, requirement, each, known) for each in files]
    if wants_json(request):
        status = 200 if all(good for _, good, _ in answers) else 422
        return JSONResponse(
            {"files": [{"name": name, "taken": good, "text": said} for name, good, said in answers]}, status_code=status
        )
    if answers and all(good and not said for _, good, said in answers):
        return go(f"{request.url.path}#files")
    if not answers:
        answers = [("", False, words_of(sent.contact).plain("portal.problems.NO_FILE"))]
    view = file_of(request, sent.contact)
    status = 422 if any(not good for _, good, _ in answers) else 200
    return _page(request, sent.contact, view, _requirement(view, code, party_id), answers, status=status)


@router.get("/file/documents/{code}/{party_id}/phone.svg")
def phone_code(request: Request, visitor: Visitor, code: str, party_id: str) -> Response:
    """A QR code of this page's address: the phone asks for the log-in, the code itself opens nothing."""
    _requirement(file_of(request, visitor), code, party_id)
    address = f"{deps_of(request).portal_url}/file/documents/{code}/{party_id}"
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=4, border=3, light="#fff", dark="#1a2421")
    return Response(picture.getvalue(), media_type="image/svg+xml")


@router.get("/file/received/{document_id}/pages/{number}")
def page_picture(request: Request, visitor: Visitor, document_id: str, number: int) -> Response:
    """A page of the visitor's own file, as we rendered it anew."""
    picture = document_page(deps_of(request), visitor.merchant_id, document_id, number)
    return Response(picture, media_type="image/jpeg", headers={"content-disposition": 'inline; filename="page.jpg"'})


@router.post("/file/received/{document_id}/answer")
def answer(request: Request, sent: Sent, document_id: str) -> Response:
    """The visitor says whether the reading is right, or sends the file to a person as it is."""
    document = _document(file_of(request, sent.contact), document_id)
    chosen = text(sent.form, "answer")
    intake.confirm(deps_of(request), sent.contact.actor, sent.contact.merchant_id, document_id, chosen)
    view = file_of(request, sent.contact)
    requirement = _requirement(view, document.requirement, document.party_id)
    waiting = requirement.status in (Status.TO_DO, Status.TO_FIX)
    return go(f"{_path(document)}#files" if waiting else "/file?said=answer")


@router.post("/file/received/{document_id}/remove")
def remove(request: Request, sent: Sent, document_id: str) -> Response:
    """Take a file back so that another can be sent."""
    view = file_of(request, sent.contact)
    document = next((each for each in view.documents if each.id == document_id), None)
    if document is None:  # a second click: it is gone already
        return go("/file?said=file")
    intake.remove(deps_of(request), sent.contact.actor, sent.contact.merchant_id, document_id)
    return go(f"{_path(document)}#send")


def _take(
    request: Request, visitor: Contact, requirement: Requirement, file: Upload, known: set[str]
) -> tuple[str, bool, str]:
    """One file: its name, whether it was taken, and what there is to say about it."""
    words = words_of(visitor)
    try:
        document_id = intake.receive(
            deps_of(request),
            visitor.actor,
            visitor.merchant_id,
            party_id=requirement.party_id or "",
            requirement=requirement.code,
            filename=file.filename,
            data=file.data,
        )
    except NotFoundError:
        raise
    except KycError as error:
        return file.filename, False, problem_text(words, error)
    twice = document_id in known
    known.add(document_id)
    return file.filename, True, words.plain("portal.problems.SENT_TWICE") if twice else ""


def _page(
    request: Request,
    visitor: Contact,
    view: FileView,
    requirement: Requirement,
    answers: list[tuple[str, bool, str]] | None = None,
    *,
    status: int = 200,
) -> Response:
    words, policies = words_of(visitor), deps_of(request).policies()
    rule = getattr(policies.requirements, requirement.code)
    documents = view.documents_for(requirement)
    return show(
        request,
        visitor,
        "documents.html",
        status=status,
        file=view,
        requirement=requirement,
        title=title_of(view, words, requirement),
        asked=[each for each in requests_of(view, words) if each.href == request.url.path],
        documents=[shown_document(each, words) for each in documents],
        reading=any(each.state == "received" for each in documents),
        answers=[each for each in answers or [] if each[2]],
        months=rule.max_age_months,
        megabytes=policies.thresholds.upload.max_bytes // 1_000_000,
        max_bytes=policies.thresholds.upload.max_bytes,
    )


def _requirement(view: FileView, code: str, party_id: str) -> Requirement:
    found = next((each for each in view.requirements if (each.code, each.party_id) == (code, party_id)), None)
    if found is None or code not in intake.REQUIREMENTS:
        raise NotFoundError("REQUIREMENT_NOT_FOUND")
    return found


def _document(view: FileView, document_id: str) -> FileDocument:
    found = next((each for each in view.documents if each.id == document_id), None)
    if found is None:
        raise NotFoundError("DOCUMENT_NOT_FOUND")
    return found


def _path(document: FileDocument) -> str:
    return f"/file/documents/{document.requirement}/{document.party_id}"
