# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI description of /v1, as it is checked in at docs/openapi.json."""

from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from kyc.api import schemas
from kyc.api.auth import SECURITY_SCHEME
from kyc.api.problems import MEDIA_TYPE

TITLE = "Vestibule merchant accounts API"
VERSION = "1"
_ABOUT = (
    "Onboarding of merchants in front of activation. Times are RFC 3339 in UTC. Enumerations may grow: treat a value "
    "that you do not know as the most restrictive one. Errors are problem details (RFC 9457)."
)
_PROBLEMS = {
    "400": "The Idempotency-Key is missing, or the body cannot be read.",
    "401": "No key, or an unknown one.",
    "403": "The key lacks the scope.",
    "404": "No such thing in this mode.",
    "409": "Not possible in the present state, or the first request with this key is still running.",
    "413": "The body is too large.",
    "422": "The request does not have the documented shape, or the key came with another request.",
    "503": "Something that the service depends on does not answer; nothing was changed.",
}
_KEY = {
    "name": "idempotency-key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
_READING = ("401", "403", "404", "422", "503")


def describe(router: APIRouter) -> dict[str, Any]:
    """The description: routes, schemas, one problem schema for all errors, the bearer key."""
    document = get_openapi(title=TITLE, version=VERSION, description=_ABOUT, routes=router.routes)
    components = document["components"]
    components["schemas"] = {
        name: schema
        for name, schema in components["schemas"].items()
        if name not in ("HTTPValidationError", "ValidationError")
    }
    problem = schemas.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"].update(problem.pop("$defs"))
    components["schemas"]["Problem"] = problem
    components["securitySchemes"] = {
        SECURITY_SCHEME: {"type": "http", "scheme": "bearer", "description": "sk_test_… or sk_live_…"}
    }
    for path in document["paths"].values():
        for method, operation in path.items():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == _KEY["name"]:
                    parameter.update(_KEY)  # a missing one is answered with 400, so the framework sees it as optional
            for status in _PROBLEMS if method == "post" else _READING:
                operation["responses"][status] = _response(_PROBLEMS[status])
    return document


def _response(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
