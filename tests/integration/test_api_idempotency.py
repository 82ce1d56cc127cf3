# SPDX-License-Identifier: Apache-2.0
"""Every POST, sent ten times at once with one key: one effect and ten equal answers, on each engine (R4)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from kyc.store.tables import AuditRow
from tests.house import png
from tests.integration.api_house import ACCOUNTS, ENDPOINTS, Platform, open_platform, problem

TIMES = 10


@dataclass(frozen=True, slots=True)
class Post:
    """A request with its key, another one for the same key, and the audit trail's word for its effect."""

    send: Callable[[str], Any]
    other: Callable[[str], Any]
    verb: str
    status: int


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[Platform]:
    """A client with every scope, on each engine."""
    with open_platform(database_url, tmp_path) as opened:
        yield opened


def posts(client: Platform) -> dict[str, Post]:
    """Every POST of the API by its name."""
    account, other = client.account("shop-1"), client.account("shop-2")
    company = account["requirements"]["entries"][0]["party_id"]
    endpoint = client.post(ENDPOINTS, {"url": "https://platform.example/hook"}).json()

    def upload(number: int, key: str) -> Any:
        return client.post(
            f"{ACCOUNTS}/{account['id']}/documents",
            data={"requirement": "registration_document", "party_id": company},
            files={"file": ("a.png", png(number))},
            key=key,
        )

    def post(path: str, body: Any = None) -> Callable[[str], Any]:
        return lambda key: client.post(path, body, key=key)

    mine, theirs = f"{ACCOUNTS}/{account['id']}", f"{ACCOUNTS}/{other['id']}"
    replay = f"{ENDPOINTS}/{endpoint['id']}/replay"
    return {
        "create_merchant_account": Post(
            post(ACCOUNTS, {"external_reference": "a"}),
            post(ACCOUNTS, {"external_reference": "b"}),
            "merchant.created",
            201,
        ),
        "create_invitation": Post(post(f"{mine}/invitations"), post(f"{theirs}/invitations"), "merchant.invited", 201),
        "upload_document": Post(lambda key: upload(1, key), lambda key: upload(2, key), "document.received", 202),
        "create_webhook_endpoint": Post(
            post(ENDPOINTS, {"url": "https://platform.example/1"}),
            post(ENDPOINTS, {"url": "https://platform.example/2"}),
            "webhook_endpoint.added",
            201,
        ),
        "replay_webhooks": Post(
            post(replay, {"from": "2026-11-21T00:00:00Z"}),
            post(replay, {"from": "2026-11-20T00:00:00Z"}),
            "webhook_endpoint.replayed",
            202,
        ),
        "end_relationship": Post(
            post(f"{mine}/relationship_end", {"ended_on": "2026-11-22"}),
            post(f"{theirs}/relationship_end", {"ended_on": "2026-11-22"}),
            "relationship.ended",
            200,
        ),
    }


def effects(client: Platform, verb: str) -> int:
    """How often the audit trail tells of this."""
    query = select(func.count()).select_from(AuditRow).where(col(AuditRow.verb) == verb)
    with client.house.deps.db.read() as view:
        count: int = view.session.execute(query).scalar_one()
    return count


def test_ten_at_once_are_one(client: Platform) -> None:
    for name, post in posts(client).items():
        before = effects(client, post.verb)
        start = threading.Barrier(TIMES)

        def send(_: int, post: Post = post, name: str = name, start: threading.Barrier = start) -> tuple[int, str]:
            start.wait()
            answer = post.send(f"key-of-{name}")
            return answer.status_code, answer.text

        with ThreadPoolExecutor(TIMES) as pool:
            answers = set(pool.map(send, range(TIMES)))
        assert {status for status, _ in answers} == {post.status}, name
        assert len(answers) == 1, name
        assert effects(client, post.verb) - before == 1, name


def test_a_key_that_was_used_is_refused_for_another_request(client: Platform) -> None:
    for name, post in posts(client).items():
        post.send(f"key-of-{name}")
        before = effects(client, post.verb)
        answer = post.other(f"key-of-{name}")
        assert (answer.status_code, problem(answer)["code"]) == (422, "IDEMPOTENCY_KEY_REUSED"), name
        assert effects(client, post.verb) == before, name
