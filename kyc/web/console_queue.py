# SPDX-License-Identifier: Apache-2.0
"""The queue: views of cases with what is open in each, those due first on top."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from kyc.domain.names import fold
from kyc.services import console_view
from kyc.services.console_view import QueueItem
from kyc.web.console_session import PATH, ConsoleRoute, Here, Posted, Visit
from kyc.web.forms import text

router = APIRouter(prefix=PATH, route_class=ConsoleRoute)
FIRST = "to_review"


@router.get("")
def show_queue(here: Here, view: str = FIRST) -> Response:
    """One view of the queue; whoever has no access to cases starts at the lists."""
    if not here.may("case:read"):
        return RedirectResponse(f"{PATH}/lists", status_code=303)
    return _page(here, view, "")


@router.post("")
def search_queue(sent: Posted, view: str = FIRST) -> Response:
    """The same, narrowed to a text; names travel in the body, not in the address."""
    return _page(sent.visit, view, text(sent.form, "q"))


def _page(here: Visit, view: str, wanted: str) -> Response:
    name = view if view in console_view.QUEUES else FIRST
    items = console_view.queue(here.deps, here.officer, name)
    return here.page(
        "queue.html",
        view=name,
        counts=console_view.queue_counts(here.deps),
        items=[item for item in items if _matches(item, wanted)],
        total=len(items),
        q=wanted,
    )


def _matches(item: QueueItem, wanted: str) -> bool:
    haystack = fold(" ".join((str(item.number), item.company, item.assigned_to or "")))
    return all(word in haystack for word in fold(wanted).split())
