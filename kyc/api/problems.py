# SPDX-License-Identifier: Apache-2.0
"""Errors as problem details (RFC 9457): one table from the domain's errors to HTTP, nothing personal in an answer."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from kyc.domain.errors import (
    ConflictError,
    FieldProblem,
    ForbiddenError,
    InvalidError,
    KycError,
    NotFoundError,
    UnauthenticatedError,
    UnavailableError,
)

MEDIA_TYPE = "application/problem+json"

#: The one table: what a use case raises → the status of the answer.
STATUS: Mapping[type[KycError], HTTPStatus] = {
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
#: Codes for which HTTP has a better status than their class.
_STATUS_OF_CODE: Mapping[str, HTTPStatus] = {
    "IDEMPOTENCY_KEY_MISSING": HTTPStatus.BAD_REQUEST,
    "document_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
#: What went wrong, for the developer of the platform; a code without a sentence says what its status says.
_DETAILS: Mapping[str, str] = {
    "ALREADY_ENDED": "The relationship with this merchant has ended already.",
    "API_KEY_UNKNOWN": "Send a key of this environment as a bearer token.",
    "BODY_TOO_LARGE": "The request body is larger than this operation accepts.",
    "BODY_UNREADABLE": "The request body could not be read.",
    "CHANGED_MEANWHILE": "Another request was changing the same thing; send this one again.",
    "ENDPOINT_NOT_FOUND": "There is no such webhook endpoint, or it was disabled.",
    "EXTERNAL_REFERENCE_TAKEN": "Another account carries this external_reference.",
    "FILE_CLOSED": "The merchant's file cannot be changed in its present state.",
    "FORM_INVALID": "The request has values that cannot be accepted.",
    "IDEMPOTENCY_IN_PROGRESS": "The first request with this Idempotency-Key is still running.",
    "IDEMPOTENCY_KEY_MISSING": "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.",
    "IDEMPOTENCY_KEY_REUSED": "This Idempotency-Key came with another request before.",
    "MERCHANT_NOT_FOUND": "There is no such merchant account in this mode.",
    "PARTY_NOT_FOUND": "There is no such party in this merchant's file.",
    "REPLAY_FROM_FUTURE": "Events can be sent again from a moment in the past only.",
    "REQUEST_INVALID": "The request has values that cannot be accepted.",
    "REQUIREMENT_NOT_FOUND": "This party does not owe such a document.",
    "SCOPE_MISSING": "The key does not carry the scope that this operation needs.",
    "TOO_MANY_ENDPOINTS": "There are as many webhook endpoints as there can be; remove one first.",
    "TOO_MANY_FILES": "The merchant has sent as many files as a merchant can.",
    "TOO_MANY_FILES_HERE": "There are as many files for this requirement as it can have; remove one first.",
    "URL_HOST_NOT_PUBLIC": "The host must be a public name or address.",
    "URL_HTTPS_REQUIRED": "The address must begin with https://.",
    "URL_INVALID": "The address is not a URL without credentials and fragment.",
    "document_corrupt": "The file is empty, cut short or damaged.",
    "document_too_large": "The file is larger than is accepted.",
    "document_type_not_supported": "Only PDF, JPEG, PNG, WebP and HEIC files are read.",
}


def problem(
    scope: Scope,
    status: int,
    code: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem answer for this request; at the gate it also says `allowed: false`: an error is never a yes."""
    title = HTTPStatus(status).phrase
    body: dict[str, Any] = {
        "type": f"urn:vestibule:problem:{code.lower()}",
        "title": title,
        "status": int(status),
        "detail": _DETAILS.get(code, f"{title}."),
        "instance": scope["path"] if _is_ascii_path(scope["path"]) else "",
        "code": code,
        "errors": [dict(each) for each in errors],
        "request_id": scope.get("state", {}).get("request_id", ""),
    }
    if scope["path"].endswith("/gate"):
        body["allowed"] = False
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def of_error(scope: Scope, error: KycError) -> JSONResponse:
    """The answer to an error of a use case."""
    status = _STATUS_OF_CODE.get(error.code) or next(
        status for kind, status in STATUS.items() if isinstance(error, kind)
    )
    problems: tuple[FieldProblem, ...] = error.problems if isinstance(error, InvalidError) else ()
    errors = [
        {"pointer": f"#/{each.field.replace('.', '/')}", "code": each.code, "detail": "The value cannot be accepted."}
        for each in problems
    ]
    headers = {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = "5"
    return problem(scope, status, error.code, errors=errors, headers=headers)


def of_validation(scope: Scope, error: RequestValidationError) -> JSONResponse:
    """The answer to a request that does not have the documented shape: where and why, never what was sent."""
    errors = [
        {"pointer": _pointer(each["loc"]), "code": str(each["type"]), "detail": str(each["msg"])}
        for each in error.errors()
    ]
    return problem(scope, HTTPStatus.UNPROCESSABLE_ENTITY, "REQUEST_INVALID", errors=errors)


def of_http(scope: Scope, error: HTTPException) -> JSONResponse:
    """The answer to what the framework refuses by itself."""
    codes = {400: "BODY_UNREADABLE", 413: "BODY_TOO_LARGE"}
    code = codes.get(error.status_code, HTTPStatus(error.status_code).name)
    return problem(scope, error.status_code, code, headers=error.headers)


async def answered(request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
    """The route's answer, or the problem that stands for its error."""
    try:
        return await handle(request)
    except KycError as error:
        return of_error(request.scope, error)
    except RequestValidationError as error:
        return of_validation(request.scope, error)
    except HTTPException as error:
        return of_http(request.scope, error)


def _pointer(location: Sequence[Any]) -> str:
    """JSON Pointer into the body as a URI fragment (RFC 6901 section 6); `query/limit` and the like elsewhere."""
    place, *path = [str(part).replace("~", "~0").replace("/", "~1")[:100] for part in location]
    return "/".join(["#", *path] if place == "body" else [place, *path])


def _is_ascii_path(path: str) -> bool:
    return path.isascii() and path.isprintable()
