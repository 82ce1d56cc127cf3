# SPDX-License-Identifier: Apache-2.0
"""Documents over HTTP: 202 only after they are stored, the same file once, nothing from other merchants."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kyc.api.present import problem_code
from kyc.services import intake
from tests.house import COMPANY, kbis, png
from tests.integration.api_house import ACCOUNTS, Platform, open_platform, problem


@pytest.fixture
def client(sqlite_url: str, tmp_path: Path) -> Iterator[Platform]:
    """A client with every scope."""
    with open_platform(sqlite_url, tmp_path) as opened:
        yield opened


def company_of(account: dict[str, Any]) -> str:
    """The company's id, as the account tells it."""
    entries = account["requirements"]["entries"]
    return str(next(each["party_id"] for each in entries if each["name"] == "company.registration_document"))


def send(client: Platform, account_id: str, party_id: str, data: bytes, *, key: str | None = None, **form: str) -> Any:
    """Upload one file."""
    return client.post(
        f"{ACCOUNTS}/{account_id}/documents",
        data={"requirement": "registration_document", "party_id": party_id, **form},
        files={"file": ("extrait.png", data, "application/octet-stream")},
        key=key,
    )


def test_a_file_is_accepted_stored_and_read_later(client: Platform) -> None:
    account = client.account()
    data = png(1)
    client.house.readings[data] = kbis(COMPANY)
    answer = send(client, account["id"], company_of(account), data)
    assert answer.status_code == 202
    assert answer.json() == {"id": answer.json()["id"], "object": "document", "state": "processing"}
    assert answer.json()["id"] in client.house.deps.blobs.names()
    client.house.run_jobs()
    (document,) = client.get(f"{ACCOUNTS}/{account['id']}/documents").json()["data"]
    assert document == {
        "id": answer.json()["id"],
        "object": "document",
        "state": "checked",
        "requirement": "registration_document",
        "party_id": company_of(account),
        "error_code": None,
        "media_type": "image/png",
        "size": len(data),
        "uploaded_at": "2026-11-22T09:00:00.000Z",
    }


def test_the_same_bytes_are_one_document_whatever_the_key(client: Platform) -> None:
    account = client.account()
    ids = {send(client, account["id"], company_of(account), png(), key=key).json()["id"] for key in ("a", "a", "b")}
    assert len(ids) == 1


def test_the_key_of_another_file_is_refused(client: Platform) -> None:
    account = client.account()
    send(client, account["id"], company_of(account), png(1), key="a")
    answer = send(client, account["id"], company_of(account), png(2), key="a")
    assert (answer.status_code, problem(answer)["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert len(client.get(f"{ACCOUNTS}/{account['id']}/documents").json()["data"]) == 1


def test_an_upload_that_a_crash_interrupted_is_finished_by_the_same_request(
    client: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = client.account()

    def crash(*_: object, **__: object) -> str:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(intake, "receive", crash)
        assert send(client, account["id"], company_of(account), png(), key="a").status_code == 500
    assert send(client, account["id"], company_of(account), png(), key="a").status_code == 202


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "document_corrupt"),
        (b"MZ\x90\x00 a program", 422, "document_type_not_supported"),
        (b"\x89PNG\r\n\x1a\n cut short", 422, "document_corrupt"),
        (b"\x89PNG" + bytes(20_000_001), 413, "document_too_large"),
        (bytes(21_500_000), 413, "BODY_TOO_LARGE"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    client: Platform, data: bytes, status: int, code: str
) -> None:
    account = client.account()
    answer = send(client, account["id"], company_of(account), data)
    assert (answer.status_code, problem(answer)["code"]) == (status, code)
    assert client.house.deps.blobs.names() == []


def test_a_body_that_grows_beyond_what_it_announced_is_cut_off(client: Platform) -> None:
    account = client.account()

    def growing() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        yield from (bytes(65536) for _ in range(400))

    answer = client.http.post(
        f"{ACCOUNTS}/{account['id']}/documents",
        content=growing(),
        headers={"idempotency-key": "k", "content-type": "multipart/form-data; boundary=x"},
    )
    assert (answer.status_code, problem(answer)["code"]) == (413, "BODY_TOO_LARGE")


def test_another_merchants_party_does_not_exist(client: Platform) -> None:
    mine, other = client.account("shop-1"), client.account("shop-2")
    answer = send(client, mine["id"], company_of(other), png())
    assert (answer.status_code, problem(answer)["code"]) == (404, "PARTY_NOT_FOUND")


def test_a_document_that_the_party_does_not_owe_is_refused(client: Platform) -> None:
    account = client.account()
    for requirement in ("identity_document", "proof_of_love", "../../etc"):
        answer = send(client, account["id"], company_of(account), png(), requirement=requirement)
        assert (answer.status_code, problem(answer)["code"]) == (404, "REQUIREMENT_NOT_FOUND")


def test_a_file_that_was_handed_in_takes_no_more_documents(client: Platform) -> None:
    case_id = client.house.submitted()
    with client.house.deps.db.read() as view:
        account_id = view.cases.get(case_id).merchant_id
        company_id = view.merchants.company(account_id).id
    answer = send(client, account_id, company_id, png(77))
    assert (answer.status_code, problem(answer)["code"]) == (409, "FILE_CLOSED")


def test_a_document_that_will_not_do_is_rejected_with_a_public_code(client: Platform) -> None:
    account = client.account()
    company_id = company_of(account)
    client.house.upload(account["id"], company_id, "registration_document", kbis(COMPANY, issued=date(2026, 1, 2)))
    client.house.run_jobs()
    (document,) = client.get(f"{ACCOUNTS}/{account['id']}/documents").json()["data"]
    assert (document["state"], document["error_code"]) == ("rejected", "document_too_old")


def test_a_problem_without_a_neutral_text_reads_as_not_accepted() -> None:
    assert problem_code("document_fraudulent") == "document_not_accepted"
    assert problem_code("actions") == "document_not_accepted"
    assert problem_code("document_expired") == "document_expired"
