# SPDX-License-Identifier: Apache-2.0
"""From registering a receiver to a verified delivery, through outbox, job, adapter and a real HTTP server (R16)."""

import json
import random
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kyc.adapters.webhooks import HttpWebhooks
from kyc.services import platform
from kyc.services.jobs import run_job
from tests.house import START, House
from tests.integration.api_house import ACCOUNTS, ENDPOINTS, Platform, app_of, open_platform, problem
from tests.receiver import Receiver, receiver

pytestmark = pytest.mark.slow

SINCE = "2026-11-22T00:00:00+01:00"


@pytest.fixture
def client(sqlite_url: str, tmp_path: Path) -> Iterator[Platform]:
    """A client with every scope, whose application lets it receive events on this machine."""
    with open_platform(sqlite_url, tmp_path) as opened:
        yield Platform(opened.house, app=app_of(opened.house, allow_loopback=True))


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with receiver() as opened:
        yield opened


def cause_an_event(client: Platform) -> str:
    """End a relationship, which is announced; the account's id."""
    account_id: str = client.account(f"shop-{secrets.token_hex(4)}")["id"]
    ended = {"ended_on": client.house.deps.today().isoformat()}
    assert client.post(f"{ACCOUNTS}/{account_id}/relationship_end", ended).status_code == 200
    return account_id


def deliver(house: House, *, later: float = 0.0) -> None:
    """Run what is due with the real adapter, at the real time (or so many seconds later), which receivers check."""
    house.clock.time = datetime.now(UTC) + timedelta(seconds=later)
    deps = replace(house.deps, webhooks=HttpWebhooks(allow_loopback=True, seconds=2.0))
    with deps.db.read() as view:
        due = view.jobs.due(deps.now())
    for job_id in due:
        run_job(deps, job_id)


def test_an_event_arrives_thin_signed_and_once(client: Platform, hook: Receiver) -> None:
    secret = client.post(ENDPOINTS, {"url": hook.url("/hook")}).json()["secret"]
    account_id = cause_an_event(client)
    deliver(client.house)
    deliver(client.house)
    (request,) = hook.requests
    assert (request.method, request.path) == ("POST", "/hook")
    body = request.verified(secret)
    assert body["type"] == "merchant_account.closed"
    assert body["data"] == {"id": account_id, "object": "merchant_account", "version": 2}
    assert set(body) == {"type", "timestamp", "data"}


def test_a_secret_is_shown_once_and_every_receiver_has_its_own(client: Platform, hook: Receiver) -> None:
    first, second = (client.post(ENDPOINTS, {"url": hook.url(path)}).json() for path in ("/1", "/2"))
    assert first["secret"] != second["secret"]
    listed = client.get(ENDPOINTS).json()["data"]
    assert [each["id"] for each in listed] == [first["id"], second["id"]]
    assert "secret" not in json.dumps(listed)
    cause_an_event(client)
    deliver(client.house)
    for request in hook.requests:
        request.verified({"/1": first, "/2": second}[request.path]["secret"])
    assert {request.path for request in hook.requests} == {"/1", "/2"}


def test_a_failed_delivery_is_tried_again_under_the_same_id(client: Platform, hook: Receiver) -> None:
    secret = client.post(ENDPOINTS, {"url": hook.url("/hook")}).json()["secret"]
    hook.answers = [(500, {}), (429, {"retry-after": "7"}), (204, {})]
    cause_an_event(client)
    for later, expected in ((0, 1), (3, 1), (6, 2), (200, 2), (350, 3), (10_000, 3)):
        deliver(client.house, later=later)
        assert len(hook.requests) == expected, later
    assert len({request.headers["webhook-id"] for request in hook.requests}) == 1
    for request in hook.requests[:2]:  # the third was sent in a future that the library does not accept
        request.verified(secret)


def test_a_receiver_that_fails_three_times_in_ten_gets_every_event_under_its_first_id(
    client: Platform, hook: Receiver
) -> None:
    endpoint = client.post(ENDPOINTS, {"url": hook.url("/hook")}).json()
    for _ in range(15):
        cause_an_event(client)
    chance = random.Random(7)
    outcomes: dict[str, list[int]] = {}
    for later in (0, 10, 400, 2500, 10_000, 30_000):
        hook.requests.clear()
        hook.answers = [(chance.choice((204,) * 7 + (500, 429, 302)), {}) for _ in range(15)]
        planned = [status for status, _ in hook.answers]
        deliver(client.house, later=later)
        for request, status in zip(hook.requests, planned, strict=False):
            outcomes.setdefault(request.headers["webhook-id"], []).append(status)
    assert len(outcomes) == 15
    assert all(statuses[-1] == 204 and statuses.count(204) == 1 for statuses in outcomes.values())
    assert max(map(len, outcomes.values())) > 1
    with client.house.deps.db.read() as view:
        rows = view.outbox.of_endpoint(endpoint["id"], since=START, limit=100)
        assert {row.state for row in rows} == {"delivered"}
        assert {row.id for row in rows} == set(outcomes)


def test_a_receiver_that_answers_410_gets_nothing_more(client: Platform, hook: Receiver) -> None:
    client.post(ENDPOINTS, {"url": hook.url("/hook")})
    hook.answers = [(410, {})]
    cause_an_event(client)
    deliver(client.house)
    assert client.get(ENDPOINTS).json() == {"data": []}
    cause_an_event(client)
    deliver(client.house)
    assert len(hook.requests) == 1


def test_events_are_sent_again_from_a_moment_on_under_their_first_ids(client: Platform, hook: Receiver) -> None:
    endpoint = client.post(ENDPOINTS, {"url": hook.url("/hook")}).json()
    for _ in range(2):
        cause_an_event(client)
    deliver(client.house)
    answer = client.post(f"{ENDPOINTS}/{endpoint['id']}/replay", {"from": SINCE})
    assert (answer.status_code, answer.json()) == (202, {"queued": 2, "has_more": False, "next_from": None})
    deliver(client.house)
    ids = [request.headers["webhook-id"] for request in hook.requests]
    assert len(ids) == 4
    assert sorted(ids[:2]) == sorted(ids[2:])


def test_a_replay_goes_a_batch_at_a_time(client: Platform, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "_REPLAY_BATCH", 1)
    endpoint = client.post(ENDPOINTS, {"url": hook.url("/hook")}).json()
    cause_an_event(client)
    client.house.clock.move(minutes=1)
    cause_an_event(client)
    answer = client.post(f"{ENDPOINTS}/{endpoint['id']}/replay", {"from": SINCE}).json()
    assert answer == {"queued": 1, "has_more": True, "next_from": "2026-11-22T09:01:00.000Z"}


@pytest.mark.parametrize("since", ["2027-01-01T00:00:00Z", "2026-11-22T00:00:00", "yesterday", 1, None])
def test_a_replay_needs_a_moment_in_the_past_with_its_zone(client: Platform, hook: Receiver, since: object) -> None:
    endpoint = client.post(ENDPOINTS, {"url": hook.url("/hook")}).json()
    answer = client.post(f"{ENDPOINTS}/{endpoint['id']}/replay", {"from": since})
    assert answer.status_code == 422
    problem(answer)


def test_a_removed_receiver_gets_nothing_and_is_not_found(client: Platform, hook: Receiver) -> None:
    endpoint = client.post(ENDPOINTS, {"url": hook.url("/hook")}).json()
    cause_an_event(client)
    assert client.http.delete(f"{ENDPOINTS}/{endpoint['id']}").status_code == 204
    deliver(client.house)
    assert hook.requests == []
    assert client.http.delete(f"{ENDPOINTS}/{endpoint['id']}").status_code == 404
    assert client.post(f"{ENDPOINTS}/{endpoint['id']}/replay", {"from": SINCE}).status_code == 404


def test_there_can_be_only_so_many_receivers(client: Platform) -> None:
    for number in range(platform.MAX_ENDPOINTS):
        assert client.post(ENDPOINTS, {"url": f"https://platform.example/{number}"}).status_code == 201
    answer = client.post(ENDPOINTS, {"url": "https://platform.example/one-more"})
    assert (answer.status_code, problem(answer)["code"]) == (409, "TOO_MANY_ENDPOINTS")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://platform.example/hook", "URL_HTTPS_REQUIRED"),
        ("http://127.0.0.1:8080/hook", "URL_HTTPS_REQUIRED"),
        ("https://127.0.0.1/hook", "URL_HOST_NOT_PUBLIC"),
        ("https://localhost/hook", "URL_HOST_NOT_PUBLIC"),
        ("https://10.0.0.1/hook", "URL_HOST_NOT_PUBLIC"),
        ("https://user:secret@platform.example/", "URL_INVALID"),
        ("ftp://platform.example/", "URL_INVALID"),
    ],
)
def test_outside_the_demo_a_receiver_is_https_and_public(client: Platform, url: str, code: str) -> None:
    strict = Platform(client.house, app=app_of(client.house))
    answer = strict.post(ENDPOINTS, {"url": url})
    assert (answer.status_code, problem(answer)["code"]) == (422, code)
    assert strict.get(ENDPOINTS).json()["data"] == []
