# SPDX-License-Identifier: Apache-2.0
"""The API in front of a whole house, and clients with keys for it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from kyc import api
from kyc.services import platform
from tests.house import House, open_house

ACCOUNTS = "/v1/merchant_accounts"
ENDPOINTS = "/v1/webhook_endpoints"


def app_of(house: House, *, allow_loopback: bool = False) -> FastAPI:
    """An application that serves the API alone."""
    app = FastAPI(openapi_url=None)
    app.state.deps = house.deps
    app.state.allow_insecure_webhooks = allow_loopback
    api.install(app)
    app.include_router(api.router)
    return app


class Platform:
    """A client of the API; every POST gets a fresh Idempotency-Key unless one is given."""

    def __init__(
        self,
        house: House,
        *,
        livemode: bool = False,
        scopes: tuple[str, ...] = platform.SCOPES,
        app: FastAPI | None = None,
    ) -> None:
        self.house = house
        self.key = platform.issue_api_key(house.deps, name="platform", livemode=livemode, scopes=scopes)
        self.http = TestClient(
            app or app_of(house), headers={"authorization": f"Bearer {self.key}"}, raise_server_exceptions=False
        )
        self._posts = 0

    def post(self, path: str, body: Any = None, *, key: str | None = None, **options: Any) -> Any:
        """POST JSON (or what `options` say)."""
        self._posts += 1
        headers = {"idempotency-key": key or f"{self.key[-6:]}-{self._posts}"}
        if body is not None:
            options["json"] = body
        return self.http.post(path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        """GET."""
        return self.http.get(path, **options)

    def account(self, reference: str = "shop-1") -> dict[str, Any]:
        """A new account."""
        answer = self.post(ACCOUNTS, {"external_reference": reference})
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body


@contextmanager
def open_platform(url: str, folder: Path) -> Iterator[Platform]:
    """A house over the migrated database at `url`, and a test-mode client with every scope."""
    with open_house(url, folder) as house:
        yield Platform(house)


def problem(answer: Any) -> dict[str, Any]:
    """The body of a problem answer, with the promises that every one keeps."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: dict[str, Any] = json.loads(answer.text)
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    return body
