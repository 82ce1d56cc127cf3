# SPDX-License-Identifier: Apache-2.0
"""The lists page: what is screened against, bringing files in, two people for held versions; the audit trail; keys."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import Response

from kyc.domain.errors import UnavailableError
from kyc.services import lists
from kyc.store.tables import ListVersionRow
from tests.console_site import DEMO_LIST, Desk, console_app, desk, load_demo_list, words_of
from tests.house import PLATFORM, House
from tests.integration.steps import NEW_ROW
from tests.portal_site import csrf_of
from tests.unit.screening.lists_support import FIXTURES


@pytest.fixture
def app(house: House) -> FastAPI:
    return console_app(house)


@pytest.fixture
def administrator(app: FastAPI, house: House) -> Desk:
    return desk(app, house, "administrator", name="Ines")


def bring(seat: Desk, name: str, data: bytes) -> Response:
    token = csrf_of(seat.get("/console/lists").text)
    return seat.client.post("/console/lists/import", data={"csrf": token}, files={"file": (name, data)})


def hold_back(house: House, imported_by: str) -> str:
    """Put the active version of the demo list behind a gate, as one that lost too many entries would be."""
    with house.deps.db.write() as uow:
        active = uow.lists.active_version(lists.DEMO)
        assert active is not None
        active.state, active.imported_by = "quarantined", imported_by
        active.problems = [{"code": "shrunk", "severity": "quarantine", "text": "5 % fewer entries"}]
        return active.id


def officer_id(house: House, seat: Desk) -> str:
    with house.deps.db.read() as view:
        row = view.access.officer_by_email(seat.email)
    assert row is not None
    return row.id


def test_an_administrator_starts_at_the_lists_and_sees_no_cases(administrator: Desk) -> None:
    assert administrator.get("/console").headers["location"] == "/console/lists"
    text = administrator.get("/console/lists").text
    assert 'href="/console"><' not in text
    assert "Audit trail" not in text


def test_required_lists_that_are_missing_are_named(administrator: Desk) -> None:
    words = words_of(administrator.get("/console/lists").text)
    for source in ("national freezing register", "consolidated list", "Security Council"):
        assert source in words
    assert "no version, required for live accounts" in words.lower()


def test_an_official_file_is_brought_by_hand_and_screened_against(administrator: Desk) -> None:
    answer = bring(administrator, "demo.csv", DEMO_LIST.read_bytes())
    assert answer.headers["location"] == "/console/lists?done=import_active"
    words = words_of(administrator.get("/console/lists?done=import_active").text)
    assert "Everybody is screened again now" in words
    assert re.search(r"7 entries ?, version sha256:\w+", words)
    assert "by Ines" in words
    again = bring(administrator, "demo.csv", DEMO_LIST.read_bytes())
    assert again.headers["location"].endswith("import_unchanged")


@pytest.mark.parametrize(("name", "data"), [("page.xml", b"<html>login</html>"), ("empty.csv", b""), ("x", b"\0\1")])
def test_what_is_no_list_is_refused_in_words_and_changes_nothing(administrator: Desk, name: str, data: bytes) -> None:
    answer = bring(administrator, name, data)
    assert answer.status_code == 422
    assert "This is not a list that the service can read" in answer.text


def test_importing_without_a_file_asks_for_one(administrator: Desk) -> None:
    token = csrf_of(administrator.get("/console/lists").text)
    answer = administrator.client.post("/console/lists/import", files={"csrf": (None, token), "file": ("", b"")})
    assert answer.status_code == 422
    assert "Choose a file first" in answer.text


def test_a_held_version_is_released_by_two_different_persons(app: FastAPI, house: House, administrator: Desk) -> None:
    load_demo_list(house)
    version = hold_back(house, "system")
    path = f"/console/lists/versions/{version}/release"
    assert "Two different persons" in words_of(administrator.get("/console/lists").text)
    assert administrator.post(path).headers["location"] == "/console/lists?done=vouched"
    assert "You stand for it" in words_of(administrator.get("/console/lists").text)
    assert administrator.post(path).status_code == 403
    senior = desk(app, house, "senior_compliance_officer", name="Diane")
    page = words_of(senior.get("/console/lists").text)
    assert "5 % fewer entries" in page
    assert "Ines stands for it" in page
    assert senior.post(path).headers["location"] == "/console/lists?done=released"
    with house.deps.db.read() as view:
        row = view.lists.version(version)
        assert (row.state, row.vouched_by) == ("active", officer_id(house, administrator))
    assert "Released by Ines and Diane" in words_of(senior.get("/console/lists").text)


def test_nobody_is_both_persons(app: FastAPI, house: House) -> None:
    load_demo_list(house)
    senior = desk(app, house, "senior_compliance_officer", name="Diane")
    version = hold_back(house, "system")
    path = f"/console/lists/versions/{version}/release"
    assert senior.post(path).headers["location"] == "/console/lists?done=vouched"
    answer = senior.post(path)
    assert answer.status_code == 409
    assert "somebody else must release it" in answer.text


def test_what_a_gate_found_is_said_in_the_language_of_the_officer(app: FastAPI, house: House) -> None:
    load_demo_list(house)
    lists.import_file(house.deps, PLATFORM, FIXTURES / "fr.json")
    assert "2 persons, at least 4,000 expected." in words_of(desk(app, house).get("/console/lists").text)
    french = desk(app, house, name="Diane", language="fr").get("/console/lists").text
    assert "2 personnes physiques ; minimum attendu : 4 000." in words_of(french)
    assert "expected" not in words_of(french)


def test_a_refused_version_is_released_by_nobody(app: FastAPI, house: House) -> None:
    load_demo_list(house)
    version = hold_back(house, "system")
    with house.deps.db.write() as uow:
        uow.lists.version(version).state = "refused"
    senior = desk(app, house, "senior_compliance_officer", name="Diane")
    assert senior.post(f"/console/lists/versions/{version}/release").status_code == 409


def test_what_a_version_changed_is_shown_field_by_field(app: FastAPI, administrator: Desk, house: House) -> None:
    load_demo_list(house)
    text = DEMO_LIST.read_text("utf-8")
    edited = text.replace("1979-03-14", "1979-03-15") + NEW_ROW
    assert bring(administrator, "demo.csv", edited.encode()).headers["location"].endswith("import_active")
    found = re.search(r'href="(/console/lists/versions/lv_\w+)"', administrator.get("/console/lists").text)
    assert found
    words = words_of(administrator.get(found[1]).text)
    assert "1 added, 0 removed, 1 changed" in words
    assert "Odile NOUVELLE DEMO:99 added" in words
    assert "matters for matching" in words
    assert "Birth date removed: 1979-03-14 added: 1979-03-15" in words
    assert administrator.get("/console/lists/versions/lv_unknown").status_code == 404


def test_a_gate_that_only_notes_something_does_not_stand_in_the_way_of_the_page(
    administrator: Desk, house: House
) -> None:
    load_demo_list(house)
    assert bring(administrator, "demo.csv", (DEMO_LIST.read_text("utf-8") + NEW_ROW).encode()).status_code == 303
    assert "note" in words_of(administrator.get("/console/lists").text)


def test_a_fetch_is_asked_for_and_its_failure_is_shown(administrator: Desk, house: House) -> None:
    answer = administrator.post("/console/lists/sources/EU/fetch")
    assert answer.headers["location"] == "/console/lists?done=fetch_requested#source-EU"
    with pytest.raises(UnavailableError):
        lists.sync(house.deps, "EU")
    assert "The authority could not be reached" in administrator.get("/console/lists").text


def test_progress_says_what_runs_and_changes_its_mark_with_each_result(administrator: Desk, house: House) -> None:
    before = administrator.get("/console/lists/progress").json()
    with house.deps.db.write() as uow:
        uow.lists.source("EU").phase = "indexing"
    during = administrator.get("/console/lists/progress").json()
    assert during["phases"]["EU"] == "preparing the search"
    assert during["mark"] == before["mark"]
    load_demo_list(house)
    assert administrator.get("/console/lists/progress").json()["mark"] != before["mark"]


@pytest.mark.parametrize(("days", "word"), [(0, "fresh"), (2, "older than a day"), (4, "too old")])
def test_freshness_is_said_in_words(app: FastAPI, house: House, days: int, word: str) -> None:
    load_demo_list(house)
    house.clock.move(days=days)
    seat = desk(app, house, "administrator", name="Late")
    assert word in words_of(seat.get("/console/lists").text)


def test_stale_official_lists_raise_the_banner(app: FastAPI, house: House) -> None:
    load_demo_list(house)
    with house.deps.db.write() as uow:
        active = uow.lists.active_set()
        assert active is not None
        active.demo = False
    house.clock.move(days=4)
    assert "have not been checked for too long" in desk(app, house).get("/console/help").text


def test_every_version_stays_in_the_history(administrator: Desk, house: House) -> None:
    load_demo_list(house)
    with house.deps.db.write() as uow:
        active = uow.lists.active_version(lists.DEMO)
        assert active is not None
        values = {name: getattr(active, name) for name in ListVersionRow.model_fields}
        uow.lists.add_version(ListVersionRow(**{**values, "id": "lv_old", "state": "superseded"}))
    words = words_of(administrator.get("/console/lists").text)
    assert "replaced" in words
    assert "screened against" in words


def test_the_audit_page_says_that_the_chain_holds(app: FastAPI, house: House) -> None:
    words = words_of(desk(app, house).get("/console/audit").text)
    assert "The chain holds" in words
    with house.deps.db.read() as view:
        assert view.audit.head()[1] in words


def test_the_audit_page_names_the_record_at_which_the_chain_breaks(app: FastAPI, house: House) -> None:
    house.account()
    seat = desk(app, house)
    path = Path(str(house.deps.db.engine.url.database))
    with closing(sqlite3.connect(path)) as raw:
        triggers = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE audit SET verb = 'nothing.happened' WHERE seq = 1")
        raw.commit()
    words = words_of(seat.get("/console/audit").text)
    assert "The chain is broken" in words
    assert "Record 1 does not follow" in words


def test_the_keys_are_explained(app: FastAPI, house: House) -> None:
    text = desk(app, house).get("/console/help").text
    for key in "?gqjkxoen/[]":
        assert f"<kbd>{key}</kbd>" in text
