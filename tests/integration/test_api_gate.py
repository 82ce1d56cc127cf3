# SPDX-License-Identifier: Apache-2.0
"""The gate over HTTP (R-2, R-3, R7): open for approved merchants alone, closed in every doubt, silent about why."""

import dataclasses
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Never

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from kyc.domain.case import State
from kyc.domain.decision import Outcome
from kyc.domain.errors import UnavailableError
from kyc.services import accounts, activation, lists, review
from kyc.services.deps import Deps
from kyc.store.tables import CaseRow
from tests.house import PLATFORM, House, open_house
from tests.integration.api_house import ACCOUNTS, Platform, app_of, open_platform, problem

DEMO_LIST = Path(__file__).parents[2] / "kyc" / "adapters" / "data" / "demo_list.csv"
WHY = "Everything was compared and agrees."
#: Words that tell a merchant, or a platform's support desk, what must not be told (CMF L561-18; R-3).
TELLING = re.compile(
    r"\b(sanctions?|peps?|str|tracfin|suspicions?|suspicious|risks?|risky|freezes?|freezing|frozen|listed|alerts?|screening)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Approved:
    """A folder with a house in which one merchant is approved, to be copied by each test."""

    folder: Path
    account_id: str
    case_id: str


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Approved:
    """Walk the whole path once: lists, file, checks, decision."""
    folder = tmp_path_factory.mktemp("approved")
    shutil.copyfile(sqlite_template, folder / "vestibule.sqlite3")
    with open_house(f"sqlite:///{folder / 'vestibule.sqlite3'}", folder) as house:
        lists.import_file(house.deps, PLATFORM, DEMO_LIST)
        case_id = house.submitted()
        officer = house.officer()
        version = house.prepare_decision(officer, case_id)
        review.decide(house.deps, officer, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)
        house.run_jobs()
        with house.deps.db.read() as view:
            return Approved(folder, view.cases.get(case_id).merchant_id, case_id)


@pytest.fixture
def client(template: Approved, tmp_path: Path) -> Iterator[Platform]:
    """A client with every scope, in front of a copy of that house."""
    shutil.copytree(template.folder, tmp_path, dirs_exist_ok=True)
    with open_platform(f"sqlite:///{tmp_path / 'vestibule.sqlite3'}", tmp_path) as opened:
        yield opened


@pytest.fixture
def account_id(template: Approved) -> str:
    """The approved account."""
    return template.account_id


@pytest.fixture
def case_id(template: Approved) -> str:
    """Its case."""
    return template.case_id


def put_into(house: House, case_id: str, state: State) -> None:
    """Set a case's state in the database, past every rule."""
    with house.deps.db.write() as uow:
        uow.session.execute(
            update(CaseRow)
            .where(col(CaseRow.id) == case_id)
            .values(state=state.value, proposed_by=house_officer(house))
        )


def house_officer(house: House) -> str:
    """The id of some member of staff."""
    with house.deps.db.read() as view:
        return view.access.officers()[0].id


def gate_of(client: Platform, account_id: str, **options: Any) -> Any:
    """The gate's answer."""
    return client.get(f"{ACCOUNTS}/{account_id}/gate", **options)


def test_an_approved_merchant_finds_the_gate_open_for_thirty_seconds(client: Platform, account_id: str) -> None:
    answer = gate_of(client, account_id)
    body = answer.json()
    assert (answer.status_code, body["allowed"], body["reason"]) == (200, True, None)
    assert (body["max_age_seconds"], body["as_of"]) == (30, "2026-11-22T09:00:00.000Z")
    assert answer.headers["cache-control"] == "private, max-age=30"
    account = client.get(f"{ACCOUNTS}/{account_id}").json()
    assert (account["status"], account["charges_enabled"], account["kyc"]["level"]) == ("active", True, "regular")
    assert body["version"] == account["version"]


def test_the_gate_is_closed_in_every_state_but_approved(client: Platform, account_id: str, case_id: str) -> None:
    for state in State:
        put_into(client.house, case_id, state)
        answer = gate_of(client, account_id)
        assert (answer.status_code, answer.json()["allowed"]) == (200, state is State.APPROVED)
        assert (answer.json()["reason"] is None) is (state is State.APPROVED)


def test_no_answer_in_any_state_tells_what_must_not_be_told(client: Platform, account_id: str, case_id: str) -> None:
    paths = [
        f"{ACCOUNTS}/{account_id}",
        f"{ACCOUNTS}/{account_id}/gate",
        f"{ACCOUNTS}/{account_id}/documents",
        ACCOUNTS,
    ]
    seen = set()
    for state in State:
        put_into(client.house, case_id, state)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200
            assert not TELLING.search(answer.text), (state, path)
        seen.add(client.get(paths[0]).json()["status"])
        refused = client.post(f"{ACCOUNTS}/{account_id}/relationship_end", {"ended_on": "2020-01-01"})
        assert not TELLING.search(refused.text)
    assert seen == {"onboarding", "pending_review", "active", "suspended", "rejected", "closed"}


def test_the_description_of_the_api_does_not_tell_either() -> None:
    for text_file in ("docs/openapi.json", "docs/api.md", "kyc/api/reasons.toml"):
        found = TELLING.search((Path(__file__).parents[2] / text_file).read_text("utf-8"))
        assert found is None, (text_file, found)


def test_an_active_merchant_whose_lists_grew_stale_is_restricted_and_told_no_more(
    client: Platform, account_id: str
) -> None:
    client.house.clock.move(hours=73)
    assert gate_of(client, account_id).json()["reason"] == "under_review"
    account = client.get(f"{ACCOUNTS}/{account_id}").json()
    assert (account["status"], account["charges_enabled"]) == ("restricted", False)


def test_an_unknown_capability_is_closed(client: Platform, account_id: str) -> None:
    answer = gate_of(client, account_id, params={"capability": "loans"})
    assert (answer.json()["allowed"], answer.json()["reason"]) == (False, "other")
    assert gate_of(client, account_id, params={"capability": "settlement_payouts"}).json()["allowed"] is True


def test_an_unchanged_answer_is_confirmed_by_its_tag_and_a_changed_one_is_not(
    client: Platform, account_id: str, case_id: str
) -> None:
    tag = gate_of(client, account_id).headers["etag"]
    client.house.clock.move(seconds=20)
    same = gate_of(client, account_id, headers={"if-none-match": f'"other", {tag}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert same.headers["cache-control"] == "private, max-age=30"
    assert (
        gate_of(client, account_id, params={"capability": "loans"}, headers={"if-none-match": tag}).status_code == 200
    )
    put_into(client.house, case_id, State.SUSPENDED)
    changed = gate_of(client, account_id, headers={"if-none-match": tag})
    assert (changed.status_code, changed.json()["allowed"]) == (200, False)


def test_the_gate_closes_with_the_relationship(client: Platform, account_id: str) -> None:
    with client.house.deps.db.write() as uow:
        day = client.house.deps.today()
        accounts.end_relationship(client.house.deps, uow, PLATFORM, account_id, day, livemode=False)
    assert gate_of(client, account_id).json() | {"version": 0, "as_of": ""} == {
        "allowed": False,
        "reason": "closed",
        "version": 0,
        "as_of": "",
        "max_age_seconds": 30,
    }


def fault(*_: object, **__: object) -> Never:
    """Break."""
    raise ZeroDivisionError


class _BrokenBook:
    def on(self, _: object) -> Never:
        """Break as the real one does where a policy file is missing."""
        raise UnavailableError("POLICY_MISSING", policy="thresholds")


def _drop_table(deps: Deps) -> Deps:
    with deps.db.engine.begin() as connection:
        connection.execute(text("DROP TABLE decision"))
    return deps


def _lose_database(deps: Deps) -> Deps:
    with deps.db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE merchant RENAME TO lost"))
    return deps


FAULTS: dict[str, Callable[[Deps], Deps]] = {
    "decisions lost": _drop_table,
    "merchants lost": _lose_database,
    "policies missing": lambda deps: dataclasses.replace(deps, book=_BrokenBook()),  # type: ignore[arg-type]
    "clock broken": lambda deps: dataclasses.replace(deps, clock=type("Broken", (), {"now": fault})()),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_of_a_dependency_answers_503_and_never_open(client: Platform, account_id: str, name: str) -> None:
    assert gate_of(client, account_id).json()["allowed"] is True
    client.http.app.state.deps = FAULTS[name](client.house.deps)  # type: ignore[attr-defined]
    answer = gate_of(client, account_id)
    assert answer.status_code == 503
    assert problem(answer)["allowed"] is False
    assert "max-age" not in answer.headers["cache-control"]


def test_a_fault_nobody_foresaw_answers_503_and_is_raised_for_the_log(
    client: Platform, account_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activation, "ask_gate", fault)
    answer = gate_of(client, account_id)
    assert (answer.status_code, problem(answer)["allowed"], problem(answer)["code"]) == (503, False, "INTERNAL_FAULT")


def test_a_clock_that_jumps_closes_the_gate(client: Platform, account_id: str) -> None:
    right = client.house.clock.time
    for hours in (-1, -1000, 49, 10_000):
        client.house.clock.time = right + timedelta(hours=hours)
        assert gate_of(client, account_id).json()["allowed"] is False


def test_a_key_without_the_scope_of_the_gate_learns_nothing(client: Platform, account_id: str) -> None:
    other = Platform(client.house, scopes=("accounts:read", "accounts:write"), app=app_of(client.house))
    answer = gate_of(other, account_id)
    assert (answer.status_code, problem(answer)["allowed"]) == (403, False)
