# SPDX-License-Identifier: Apache-2.0
"""The merchant accounts API under /v1: `router` holds its routes, `install` puts its edge around the application."""

from typing import Any

from fastapi import APIRouter, FastAPI

from kyc.api import accounts, documents, gate, webhooks
from kyc.api.description import describe
from kyc.api.edge import ApiEdge

__all__ = ["install", "openapi", "router"]

_PARTS = (accounts.router, gate.router, documents.router, webhooks.router)
router = APIRouter()
for _part in _PARTS:
    router.include_router(_part)


def install(app: FastAPI) -> None:
    """Answer everything under /v1 that is no route, and every fault there, as a problem; describe the routes."""
    routes = [route for part in _PARTS for route in part.routes]
    app.add_middleware(ApiEdge, routes=routes, owner=app)
    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents for a description of one's own


def openapi() -> dict[str, Any]:
    """The OpenAPI description of the routes."""
    return describe(router)
