# SPDX-License-Identifier: Apache-2.0
"""The API's reference page: Swagger UI from our own origin, without a line of inline script."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kyc.web.pages import CSP, render

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def reference(request: Request) -> HTMLResponse:
    """The reference, drawn by the browser from /openapi.json; its style sheet brings pictures as data URLs."""
    page = render(request, "reference.html", language="en")
    page.headers["content-security-policy"] = CSP.replace("img-src 'self'", "img-src 'self' data:")
    return page
