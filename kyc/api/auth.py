# SPDX-License-Identifier: Apache-2.0
"""Who calls: a bearer key with scopes, asked before a byte of the body is read."""

import re
from collections.abc import Callable, Coroutine
from enum import StrEnum
from typing import Annotated, Any, cast

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from kyc.api import problems
from kyc.domain.errors import UnauthenticatedError
from kyc.services import access
from kyc.services.access import ApiClient
from kyc.services.deps import Deps

SCOPE_KEY = "x-required-scope"
SECURITY_SCHEME = "api_key"
_BEARER = re.compile(r"[Bb]earer +(sk_(?:test|live)_[A-Za-z0-9_-]{20,100})")


class Scope(StrEnum):
    """What a key may be allowed to do."""

    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    DOCUMENTS_WRITE = "documents:write"
    GATE_READ = "gate:read"
    WEBHOOKS_MANAGE = "webhooks:manage"


def needs(scope: Scope) -> dict[str, Any]:
    """The mark that every route carries as `openapi_extra`; a route without it does not come into being."""
    return {SCOPE_KEY: scope.value, "security": [{SECURITY_SCHEME: []}]}


class ApiRoute(APIRoute):
    """A route that knows its caller before it reads the request, and answers errors as problems."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put authentication and the scope in front of the handler (it runs before validation, unlike a dependency)."""
        handle = super().get_route_handler()
        scope = (self.openapi_extra or {})[SCOPE_KEY]

        async def authorised(request: Request) -> Response:
            client = await run_in_threadpool(_authenticate, request)
            client.must(scope)
            request.state.client = client
            return await handle(request)

        async def handler(request: Request) -> Response:
            return await problems.answered(request, authorised)

        return handler


# Dependencies that only look something up are coroutines: FastAPI sends plain functions through the thread pool,
# which costs the payment path more than what they do.
async def deps_of(request: Request) -> Deps:
    """The house behind this application."""
    return _deps(request)


async def client_of(request: Request) -> ApiClient:
    """The caller that the route has authenticated."""
    return cast("ApiClient", request.state.client)


House = Annotated[Deps, Depends(deps_of)]
Client = Annotated[ApiClient, Depends(client_of)]


def _deps(request: Request) -> Deps:
    return cast("Deps", request.app.state.deps)


def _authenticate(request: Request) -> ApiClient:
    match = _BEARER.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        raise UnauthenticatedError("API_KEY_UNKNOWN")
    return access.authenticate_key(_deps(request), match[1])
