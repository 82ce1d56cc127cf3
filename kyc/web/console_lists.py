# SPDX-License-Identifier: Apache-2.0
"""The lists: what is screened against, how fresh it is, bringing official files in, letting held ones pass."""

from collections.abc import AsyncIterator
from hashlib import sha256
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import FormData

from kyc.domain.errors import ConflictError, InvalidError, UnavailableError
from kyc.services import list_changes, lists, lists_view, oversight
from kyc.web.console_session import PATH, ConsoleRoute, Here, Posted, Sent, Visit, sent
from kyc.web.forms import UPLOAD_BYTES, read_form, uploads
from kyc.web.pages import status_of

router = APIRouter(prefix=PATH, route_class=ConsoleRoute)


async def _large_form(request: Request) -> AsyncIterator[FormData]:
    form = await read_form(request, UPLOAD_BYTES)
    try:
        yield form
    finally:
        await form.close()


def _sent_file(request: Request, form: Annotated[FormData, Depends(_large_form)]) -> Sent:
    return sent(request, form)


@router.get("/lists")
def show_lists(here: Here, done: str = "") -> Response:
    """Every source with its state, and the history of versions."""
    return _page(here, done=done)


@router.get("/lists/progress")
def show_progress(here: Here) -> Response:
    """What changes by itself on the lists page: phases of running fetches, and a mark that changes with any result."""
    overview = lists_view.overview(here.deps, here.officer)
    words = here.words
    return JSONResponse(
        {
            "mark": _mark(overview),
            "phases": {
                each.source: words.plain(f"lists.phase.{each.phase}") + _percent(each) if each.phase else ""
                for each in overview.sources
            },
        }
    )


def _percent(source: lists_view.SourceView) -> str:
    return f" ({source.progress} %)" if source.progress else ""


@router.post("/lists/import")
def import_file(sent_file: Annotated[Sent, Depends(_sent_file)]) -> Response:
    """Take an official file by hand, through the same gates as a fetched one."""
    here = sent_file.visit
    here.officer.must("lists:import")
    files = uploads(sent_file.form, "file")
    if not files:
        return _page(here, status=422, problem="FILE_MISSING")
    try:
        result = lists.import_upload(here.deps, here.officer, files[0].filename, files[0].data)
    except (InvalidError, ConflictError, UnavailableError) as error:
        return _page(here, status=status_of(error), problem=error.code)
    return RedirectResponse(f"{PATH}/lists?done=import_{result.state}", status_code=303)


@router.post("/lists/sources/{source}/fetch")
def fetch_source(source: str, sent: Posted) -> Response:
    """Ask the authority now instead of at the next hour."""
    here = sent.visit
    known = {each.source for each in lists_view.overview(here.deps, here.officer).sources}
    if source in known:
        lists.request_sync(here.deps, here.officer, source)
    return RedirectResponse(f"{PATH}/lists?done=fetch_requested#source-{source}", status_code=303)


@router.get("/lists/versions/{version_id}")
def show_changes(version_id: str, here: Here, page: int = 1) -> Response:
    """What a version says otherwise than the one before it, field by field."""
    version = lists_view.version_view(here.deps, here.officer, version_id)
    pages = max(1, ceil(sum(version.delta.values()) / list_changes.PAGE)) if version.compared else 1
    page = min(max(1, page), pages)
    found = list_changes.changes(here.deps, here.officer, version_id, page=page)
    return here.page("list_changes.html", version=version, changes=found, page=page, pages=pages)


@router.post("/lists/versions/{version_id}/release")
def release(version_id: str, sent: Posted) -> Response:
    """Stand for a version that a gate held back; it passes once two different persons do."""
    here = sent.visit
    try:
        released = lists.release(here.deps, here.officer, version_id)
    except (ConflictError, UnavailableError) as error:
        return _page(here, status=status_of(error), problem=error.code)
    return RedirectResponse(f"{PATH}/lists?done={'released' if released else 'vouched'}", status_code=303)


@router.get("/audit")
def show_audit(here: Here) -> Response:
    """Whether the chain of the audit trail holds, and its head."""
    here.officer.must("audit:read")
    return here.page("audit.html", report=oversight.verify_audit(here.deps))


@router.get("/help")
def show_help(here: Here) -> Response:
    """The keys."""
    return here.page("help.html")


def _page(here: Visit, *, status: int = 200, done: str = "", problem: str = "") -> Response:
    overview = lists_view.overview(here.deps, here.officer)
    return here.page(
        "lists.html",
        status=status,
        overview=overview,
        mark=_mark(overview),
        done=done if f"lists.done.{done}" in here.words else "",
        problem=problem,
    )


def _mark(overview: lists_view.ListsView) -> str:
    """Changes whenever a check, an import or a problem changed something that the page shows."""
    newest = max((each.imported_at for each in overview.versions), default=None)
    checks = [(each.source, str(each.checked_at), str(each.problem_at)) for each in overview.sources]
    screening = (overview.rescreening, overview.waiting_cases)
    return sha256(repr((newest, overview.list_set, checks, screening)).encode()).hexdigest()[:16]
