# SPDX-License-Identifier: Apache-2.0
"""The outer edge of /v1: request ids, unknown paths, bodies that are too large, and faults that nobody foresaw."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kyc.api.problems import of_error, problem
from kyc.domain.errors import KycError
from kyc.store.ids import new_id

PREFIX = "/v1/"
_JSON_BYTES = 64 * 1024
_MULTIPART_OVERHEAD = 1_000_000
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_LOG = logging.getLogger("kyc.api")


class ApiEdge:
    """Middleware that touches nothing but the paths of the API."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[BaseRoute], owner: FastAPI) -> None:
        self._app = app
        self._routes = routes
        self._owner = owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a fault is answered, then raised again for the server's log."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        request_id = new_id("req")
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            inner = self._refusal(scope) or self._app
            await inner(scope, self._counted(scope, receive), sending)
        except KycError as error:
            await of_error(scope, error)(scope, receive, sending)
        except Exception:
            _LOG.error("request_failed", extra={"request": request_id})  # the server logs the trace
            if not started:
                gate = scope["path"].endswith("/gate")
                status = HTTPStatus.SERVICE_UNAVAILABLE if gate else HTTPStatus.INTERNAL_SERVER_ERROR
                await problem(scope, status, "INTERNAL_FAULT")(scope, receive, sending)
            raise

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        """The answer to a path or method that is not there, or to a body that announces its excess; None to go on."""
        allowed: set[str] = set()
        for route in self._routes:
            match, _ = route.matches(scope)
            if match is Match.FULL:
                length = Headers(scope=scope).get("content-length", "0")
                if length.isdecimal() and int(length[:20]) > self._limit(scope):
                    return problem(scope, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "BODY_TOO_LARGE")
                return None
            if match is Match.PARTIAL and isinstance(route, Route):
                allowed |= route.methods or set()
        if allowed:
            headers = {"allow": ", ".join(sorted(allowed))}
            return problem(scope, HTTPStatus.METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", headers=headers)
        return problem(scope, HTTPStatus.NOT_FOUND, "PATH_NOT_FOUND")

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        """`receive`, ended with 413 where more comes than was announced."""
        limit, received = self._limit(scope), 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        return counting

    def _limit(self, scope: Scope) -> int:
        """Bytes that this operation takes: a file and its form for uploads, a page of JSON for the rest."""
        if scope["path"].endswith("/documents"):
            return int(self._owner.state.deps.policies().thresholds.upload.max_bytes) + _MULTIPART_OVERHEAD
        return _JSON_BYTES
