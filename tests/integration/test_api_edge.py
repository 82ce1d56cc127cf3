# SPDX-License-Identifier: Apache-2.0
"""What every answer of the API promises: problems with pointers, request ids, keys and scopes before anything else."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from kyc import api
from kyc.api import accounts, documents, gate, webhooks
from kyc.api.auth import SCOPE_KEY, ApiRoute, Scope
from kyc.api.problems import STATUS
from kyc.domain import errors
from kyc.services import platform
from kyc.services.passwords import token_hash
from tests.integration.api_house import ACCOUNTS, ENDPOINTS, Platform, app_of, open_platform, problem

ROOT = Path(__file__).parents[2]
ROUTES = [
    route
    for part in (accounts, documents, gate, webhooks)
    for route in part.router.routes
    if isinstance(route, APIRoute)
]
ID = "ma_01ARZ3NDEKTSV4RRFFQ69G5FAV"
#: Who may do what (R12): a route without a row fails the test.
MATRIX = {
    "create_merchant_account": "accounts:write",
    "list_merchant_accounts": "accounts:read",
    "get_merchant_account": "accounts:read",
    "create_invitation": "accounts:write",
    "end_relationship": "accounts:write",
    "ask_gate": "gate:read",
    "upload_document": "documents:write",
    "list_documents": "accounts:read",
    "create_webhook_endpoint": "webhooks:manage",
    "list_webhook_endpoints": "webhooks:manage",
    "delete_webhook_endpoint": "webhooks:manage",
    "replay_webhooks": "webhooks:manage",
}


@pytest.fixture
def client(sqlite_url: str, tmp_path: Path) -> Iterator[Platform]:
    """A client with every scope."""
    with open_platform(sqlite_url, tmp_path) as opened:
        yield opened


def call(client: Platform, route: APIRoute, **headers: str) -> Any:
    """Call a route with ids that do not exist and no body."""
    path = route.path.replace("{account_id}", ID).replace("{endpoint_id}", ID.replace("ma_", "we_"))
    (method,) = (route.methods or set()) - {"HEAD"}
    return client.http.request(method, path, headers={"idempotency-key": "k", **headers})


def test_every_route_has_a_row_in_the_matrix_and_asks_for_that_scope() -> None:
    assert {route.operation_id: (route.openapi_extra or {})[SCOPE_KEY] for route in ROUTES} == MATRIX
    assert all(isinstance(route, ApiRoute) for route in ROUTES)
    assert set(platform.SCOPES) == set(Scope)


def test_every_route_refuses_whoever_has_no_key_before_it_reads_the_body(client: Platform) -> None:
    for route in ROUTES:
        for header in ("", "Bearer", "Basic c2s6", "Bearer sk_test_unknown_unknown_unknown", "Bearer sk_test_\x7f"):
            answer = call(client, route, authorization=header)
            assert (answer.status_code, problem(answer)["code"]) == (401, "API_KEY_UNKNOWN")
            assert answer.headers["www-authenticate"] == "Bearer"


def test_every_route_refuses_a_key_with_all_scopes_but_its_own_before_it_reads_the_body(client: Platform) -> None:
    for route in ROUTES:
        others = tuple(scope for scope in platform.SCOPES if scope != MATRIX[str(route.operation_id)])
        key = platform.issue_api_key(client.house.deps, name="outsider", livemode=False, scopes=others)
        answer = call(client, route, authorization=f"Bearer {key}")
        assert (answer.status_code, problem(answer)["code"]) == (403, "SCOPE_MISSING")


def test_a_revoked_key_is_an_unknown_one(client: Platform) -> None:
    with client.house.deps.db.write() as uow:
        row = uow.access.api_key(token_hash(client.key))
        assert row is not None
        row.revoked_at = uow.now
    assert client.get(ACCOUNTS).status_code == 401


def test_every_error_class_of_the_domain_has_a_status() -> None:
    family = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.KycError)}
    assert set(STATUS) == family - {errors.KycError}


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "#/external_reference", "missing"),
        ({"external_reference": ""}, "#/external_reference", "string_too_short"),
        ({"external_reference": "jeanne@example.org"}, "#/external_reference", "string_pattern_mismatch"),
        ({"external_reference": 1}, "#/external_reference", "string_type"),
        ({"external_reference": "a", "language": "de"}, "#/language", "literal_error"),
        ({"external_reference": "a", "level/~": 1}, "#/level~1~0", "extra_forbidden"),
    ],
)
def test_a_body_of_another_shape_is_refused_with_pointers_and_without_its_values(
    client: Platform, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = client.post(ACCOUNTS, body)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in problem(answer)["errors"]] == [(pointer, code)]
    assert "jeanne" not in answer.text


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 422), (b"", 422), (b"\xff\xfe", 400), (b"[" * 60_000, 400), (b"x" * 70_000, 413)],
)
def test_a_body_that_cannot_be_read_is_refused(client: Platform, content: bytes, status: int) -> None:
    answer = client.post(ACCOUNTS, content=content)
    assert answer.status_code in (status, 422)
    problem(answer)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=1", "external_reference="])
def test_a_query_of_another_shape_is_refused(client: Platform, query: str) -> None:
    answer = client.get(f"{ACCOUNTS}?{query}")
    assert answer.status_code == 422
    assert problem(answer)["errors"][0]["pointer"] == f"query/{query.partition('=')[0]}"


def test_unknown_paths_and_methods_are_problems_too(client: Platform) -> None:
    for path in ("/v1/nothing", "/v1/", f"{ACCOUNTS}/", f"{ACCOUNTS}/{ID}/nothing"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        problem(answer)
    answer = client.http.put(ACCOUNTS)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    problem(answer)


def test_paths_outside_the_api_are_left_alone(client: Platform) -> None:
    answer = client.get("/elsewhere")
    assert answer.headers["content-type"] == "application/json"
    assert "x-request-id" not in answer.headers


def test_every_answer_has_a_request_id_of_its_own_and_is_not_stored(client: Platform) -> None:
    answers = [client.get(ACCOUNTS, headers={"x-request-id": "chosen-by-the-client"}) for _ in range(2)]
    assert len({each.headers["x-request-id"] for each in answers}) == 2
    assert all(each.headers["x-request-id"].startswith("req_") for each in answers)
    assert {each.headers["cache-control"] for each in answers} == {"no-store"}
    assert {each.headers["x-content-type-options"] for each in answers} == {"nosniff"}


def test_a_fault_nobody_foresaw_says_nothing_and_is_logged_by_its_request_id(
    client: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def leak(*_: object, **__: object) -> None:
        raise RuntimeError("Jeanne Exemple, 15 January 1980")

    monkeypatch.setattr("kyc.api.present.account", leak)
    client.http.headers["idempotency-key"] = "k"
    with caplog.at_level(logging.INFO, "kyc.api"):
        answer = client.post(ACCOUNTS, {"external_reference": "shop-1"})
    body = problem(answer)
    assert (answer.status_code, body["code"], body["detail"]) == (500, "INTERNAL_FAULT", "Internal Server Error.")
    assert [record.__dict__["request"] for record in caplog.records if record.name == "kyc.api"] == [body["request_id"]]
    assert "Jeanne" not in answer.text + caplog.text
    monkeypatch.undo()
    assert client.get(ACCOUNTS).json()["data"] == []


def test_a_database_that_does_not_answer_is_a_503_with_a_time_to_come_back(client: Platform, tmp_path: Path) -> None:
    client.house.deps.db.engine.dispose()
    for file in tmp_path.glob("vestibule.sqlite3*"):
        file.unlink()
    answer = client.get(ACCOUNTS)
    assert (answer.status_code, problem(answer)["code"]) == (503, "DATABASE_UNAVAILABLE")
    assert answer.headers["retry-after"] == "5"


def test_the_description_that_is_checked_in_is_that_of_the_code() -> None:
    checked_in = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    assert checked_in == json.loads(json.dumps(api.openapi())), "write it anew: python -m kyc.api > docs/openapi.json"


def test_the_description_names_every_route_its_scope_and_its_problems() -> None:
    document = api.openapi()
    operations = {
        operation["operationId"]: operation for path in document["paths"].values() for operation in path.values()
    }
    assert {name: operation[SCOPE_KEY] for name, operation in operations.items()} == MATRIX
    for operation in operations.values():
        assert "application/problem+json" in operation["responses"]["401"]["content"]
    assert all(
        schema["additionalProperties"] is False
        for name, schema in document["components"]["schemas"].items()
        if not name.startswith("Body_")
    )


def test_webhook_endpoints_of_the_other_mode_do_not_exist(client: Platform) -> None:
    endpoint = client.post(ENDPOINTS, {"url": "https://platform.example/hook"}).json()
    live = Platform(client.house, livemode=True, app=app_of(client.house))
    assert live.get(ENDPOINTS).json() == {"data": []}
    assert live.http.delete(f"{ENDPOINTS}/{endpoint['id']}").status_code == 404
    assert live.post(f"{ENDPOINTS}/{endpoint['id']}/replay", {"from": "2026-11-22T00:00:00Z"}).status_code == 404
