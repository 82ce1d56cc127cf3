# SPDX-License-Identifier: Apache-2.0
"""Merchant accounts over HTTP: one effect a key, one mode a key, the account as the contract shows it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from sqlite3 import connect

import pytest

from kyc.services import review
from tests.house import COMPANY, kbis
from tests.integration.api_house import ACCOUNTS, Platform, app_of, open_platform, problem


@pytest.fixture
def client(sqlite_url: str, tmp_path: Path) -> Iterator[Platform]:
    """A client with every scope, on SQLite."""
    with open_platform(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[Platform]:
    """The same on each engine."""
    with open_platform(database_url, tmp_path) as opened:
        yield opened


def test_a_new_account_owes_its_whole_file_and_its_gate_is_closed(client: Platform) -> None:
    account = client.account("shop-881")
    assert account["object"] == "merchant_account"
    assert account["external_reference"] == "shop-881"
    assert (account["status"], account["livemode"], account["version"]) == ("onboarding", False, 1)
    assert (account["charges_enabled"], account["payouts_enabled"], account["details_submitted"]) == (False,) * 3
    assert account["capabilities"]["bnpl_payments"] == {
        "requested": True,
        "allowed": False,
        "enabled": True,
        "verification_status": "pending",
        "disabled_reason": "requirements.past_due",
    }
    assert account["requirements"]["currently_due"] == [
        "company.details",
        "company.registration_document",
        "company.representative",
        "company.beneficial_owners",
    ]
    assert account["invitation"]["url"].startswith("https://kyc.example.org/invitation/")
    assert account["invitation"]["expires_at"] == "2026-12-06T09:00:00.000Z"
    shown = client.get(f"{ACCOUNTS}/{account['id']}").json()
    assert shown == {name: value for name, value in account.items() if name != "invitation"}


def test_a_post_without_idempotency_key_changes_nothing(client: Platform) -> None:
    answer = client.http.post(ACCOUNTS, json={"external_reference": "shop-1"})
    assert (answer.status_code, problem(answer)["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")
    assert client.get(ACCOUNTS).json()["data"] == []


def test_the_same_request_with_the_same_key_has_one_effect_and_equal_answers(client: Platform) -> None:
    first, second = (client.post(ACCOUNTS, {"external_reference": "shop-1"}, key="k-1") for _ in range(2))
    assert first.json() == second.json()
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["idempotent-replayed"] == "true"
    assert len(client.get(ACCOUNTS).json()["data"]) == 1


def test_the_same_key_with_another_request_is_refused(client: Platform) -> None:
    client.post(ACCOUNTS, {"external_reference": "shop-1"}, key="k-1")
    for path, body in (
        (ACCOUNTS, {"external_reference": "shop-2"}),
        ("/v1/webhook_endpoints", {"url": "https://a.example/"}),
    ):
        answer = client.post(path, body, key="k-1")
        assert (answer.status_code, problem(answer)["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_kept_answer_ends_after_a_day(client: Platform) -> None:
    client.post(ACCOUNTS, {"external_reference": "shop-1"}, key="k-1")
    client.house.clock.move(hours=24, seconds=1)
    answer = client.post(ACCOUNTS, {"external_reference": "shop-2"}, key="k-1")
    assert answer.status_code == 201


def test_a_refused_request_leaves_its_key_free(client: Platform) -> None:
    client.account("shop-1")
    taken = client.post(ACCOUNTS, {"external_reference": "shop-1"}, key="k-1")
    assert (taken.status_code, problem(taken)["code"]) == (409, "EXTERNAL_REFERENCE_TAKEN")
    assert client.post(ACCOUNTS, {"external_reference": "shop-2"}, key="k-1").status_code == 201


def test_ten_concurrent_replays_make_one_account_and_ten_equal_answers(either: Platform) -> None:
    start = threading.Barrier(10)

    def send(_: int) -> tuple[int, str]:
        start.wait()
        answer = either.post(ACCOUNTS, {"external_reference": "shop-1"}, key="k-1")
        return answer.status_code, answer.text

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    assert len(answers) == 1
    assert {status for status, _ in answers} == {201}
    assert len(either.get(ACCOUNTS).json()["data"]) == 1


def test_accounts_that_are_made_at_once_all_come_into_being(either: Platform) -> None:
    start = threading.Barrier(6)

    def send(number: int) -> object:
        start.wait()
        return either.post(ACCOUNTS, {"external_reference": f"shop-{number}"}, key=f"k-{number}").status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(send, range(6))) == [201] * 6


def test_links_and_secrets_of_kept_answers_do_not_stand_in_the_database(client: Platform, sqlite_url: str) -> None:
    token = client.account()["invitation"]["url"].rpartition("/")[2]
    secret = client.post("/v1/webhook_endpoints", {"url": "https://platform.example/hook"}).json()["secret"]
    with closing(connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        dump = "\n".join(database.iterdump())
    assert token not in dump
    assert secret.removeprefix("whsec_") not in dump


def test_a_fresh_invitation_ends_the_older_one(client: Platform) -> None:
    account = client.account()
    answer = client.post(f"{ACCOUNTS}/{account['id']}/invitations")
    assert answer.status_code == 201
    assert answer.json()["url"] != account["invitation"]["url"]


def test_the_end_of_the_relationship_is_told_once(client: Platform) -> None:
    account = client.account()
    answer = client.post(f"{ACCOUNTS}/{account['id']}/relationship_end", {"ended_on": "2026-11-22"})
    assert answer.status_code == 200
    assert answer.json()["status"] == "closed"
    assert answer.json()["capabilities"]["bnpl_payments"]["enabled"] is False
    assert answer.json()["retention"]["relationship_ended_on"] == "2026-11-22"
    assert answer.json()["retention"]["retain_until"] is None  # nothing was decided: its length would tell of alerts
    again = client.post(f"{ACCOUNTS}/{account['id']}/relationship_end", {"ended_on": "2026-11-22"})
    assert again.status_code == 409


def test_a_relationship_cannot_end_tomorrow(client: Platform) -> None:
    account = client.account()
    answer = client.post(f"{ACCOUNTS}/{account['id']}/relationship_end", {"ended_on": "2026-11-23"})
    assert answer.status_code == 422
    assert problem(answer)["errors"][0]["pointer"] == "#/ended_on"


def test_accounts_come_page_by_page_in_the_order_of_their_making(client: Platform) -> None:
    made = [client.account(f"shop-{number}")["id"] for number in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for expected_more in (True, True, False):
        page = client.get(ACCOUNTS, params={"limit": 2, **cursor}).json()
        assert page["has_more"] is expected_more
        seen += [each["id"] for each in page["data"]]
        cursor = {"cursor": page["next_cursor"]}
    assert seen == made
    assert cursor == {"cursor": ""}


def test_an_account_is_found_by_the_platforms_own_reference(client: Platform) -> None:
    client.account("shop-1")
    wanted = client.account("shop-2")["id"]
    page = client.get(ACCOUNTS, params={"external_reference": "shop-2"}).json()
    assert [each["id"] for each in page["data"]] == [wanted]
    assert client.get(ACCOUNTS, params={"external_reference": "shop-3"}).json()["data"] == []


def test_the_other_modes_account_does_not_exist(client: Platform) -> None:
    account_id = client.account()["id"]
    live = Platform(client.house, livemode=True, app=app_of(client.house))
    assert live.get(ACCOUNTS).json()["data"] == []
    answers = [
        live.get(f"{ACCOUNTS}/{account_id}"),
        live.get(f"{ACCOUNTS}/{account_id}/gate"),
        live.get(f"{ACCOUNTS}/{account_id}/documents"),
        live.post(f"{ACCOUNTS}/{account_id}/invitations"),
        live.post(f"{ACCOUNTS}/{account_id}/relationship_end", {"ended_on": "2026-11-22"}),
    ]
    assert [(each.status_code, problem(each)["code"]) for each in answers] == [(404, "MERCHANT_NOT_FOUND")] * 5


@pytest.mark.parametrize("wrong", ["ma_1", "ma_%00", "ma_01ARZ3NDEKTSV4RRFFQ69G5FAV", "%F0%9F%92%A9", "..%2f"])
def test_an_id_that_cannot_exist_is_not_found(client: Platform, wrong: str) -> None:
    assert client.get(f"{ACCOUNTS}/{wrong}").status_code == 404


def test_what_an_officer_asks_for_again_is_due_again(client: Platform) -> None:
    house = client.house
    case_id = house.submitted("shop-1")
    with house.deps.db.read() as view:
        account_id = view.cases.get(case_id).merchant_id
    shown = client.get(f"{ACCOUNTS}/{account_id}").json()
    assert shown["status"] == "pending_review"
    assert shown["details_submitted"] is True
    assert shown["requirements"]["currently_due"] == []
    assert "company.registration_document" in shown["requirements"]["pending_verification"]
    asked = (("company.registration_document", "document_too_old"),)
    review.request_information(house.deps, house.officer(), case_id, house.version(case_id), asked)
    shown = client.get(f"{ACCOUNTS}/{account_id}").json()
    assert shown["status"] == "onboarding"
    assert shown["requirements"]["currently_due"] == ["company.registration_document"]
    entry = next(each for each in shown["requirements"]["entries"] if each["status"] == "currently_due")
    assert entry["requested_reason"] == "additional_information"
    assert entry["awaiting_action_from"] == "merchant"


def test_a_document_that_will_not_do_is_told_with_a_neutral_sentence_in_the_accounts_language(client: Platform) -> None:
    house = client.house
    account_id = client.account()["id"]
    with house.deps.db.read() as view:
        company_id = view.merchants.company(account_id).id
    house.upload(account_id, company_id, "registration_document", kbis(COMPANY, issued=date(2026, 1, 2)))
    house.run_jobs()
    errors = client.get(f"{ACCOUNTS}/{account_id}").json()["requirements"]["errors"]
    assert [(each["code"], each["requirement"]) for each in errors] == [
        ("document_too_old", "company.registration_document")
    ]
    assert errors[0]["reason"] == "L'extrait date de trois mois ou plus."
    assert errors[0]["remediating_actions"][0] == {
        "code": "upload_different_document",
        "label": "Envoyer un autre document",
        "url": "https://kyc.example.org",
    }
