# SPDX-License-Identifier: Apache-2.0
"""Who may come to the console, how long they stay, and what each role can open and send."""

import re

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response

from kyc.web import console
from tests.console_site import ADDRESS, Desk, console_app, desk, load_demo_list, words_of
from tests.house import House
from tests.portal_site import csrf_of

pytestmark = pytest.mark.slow

ROLES = ("compliance_officer", "senior_compliance_officer", "auditor", "administrator")


@pytest.fixture
def app(house: House) -> FastAPI:
    return console_app(house)


def stranger(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=ADDRESS, follow_redirects=False, raise_server_exceptions=False)


def test_password_and_code_open_the_page_that_was_wanted(app: FastAPI, house: House) -> None:
    seat = desk(app, house)
    house.clock.move(seconds=60)
    answer = seat.log_in(next="/console/help")
    assert answer.headers["location"] == "/console/help"
    assert seat.get("/console/login").headers["location"] == "/console"


def test_the_session_cookie_is_kept_from_scripts_other_sites_and_the_portal(app: FastAPI, house: House) -> None:
    seat = desk(app, house)
    house.clock.move(seconds=60)
    cookie = next(c for c in seat.log_in().headers.get_list("set-cookie") if c.startswith("session="))
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "secure", "samesite=strict", "path=/console"} <= attributes


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/console//evil.example", "/consolex", "/console\\evil", "/file"],
)
def test_log_in_leads_nowhere_but_the_console(app: FastAPI, house: House, wanted: str) -> None:
    seat = desk(app, house)
    house.clock.move(seconds=60)
    assert seat.log_in(next=wanted).headers["location"] == "/console"


@pytest.mark.parametrize("wrong", [{"email": "nobody@example.org"}, {"password": "x"}, {"code": "000000"}])
def test_a_failed_log_in_does_not_say_what_was_wrong(app: FastAPI, house: House, wrong: dict[str, str]) -> None:
    seat = desk(app, house)
    house.clock.move(seconds=60)
    answer = seat.log_in(**wrong)
    assert answer.status_code == 401
    assert "These three do not fit together" in answer.text
    assert 'type="password"' in answer.text


def test_a_code_works_once(app: FastAPI, house: House) -> None:
    answer = desk(app, house).log_in()
    assert answer.status_code == 401
    assert "This code was used already" in answer.text


def test_after_five_failures_the_page_says_how_long_to_wait(app: FastAPI, house: House) -> None:
    seat = desk(app, house)
    house.clock.move(seconds=60)
    for _ in range(5):
        seat.log_in(code="000000")
    answer = seat.log_in()
    assert answer.status_code == 401
    assert "Wait 15 minutes" in answer.text


def test_log_out_ends_the_session_for_good(app: FastAPI, house: House) -> None:
    seat = desk(app, house)
    kept = seat.client.cookies.get("session", path="/console")
    assert seat.post("/console/logout").headers["location"].startswith("/console/login")
    seat.client.cookies.set("session", str(kept), domain="kyc.example.org", path="/console")
    assert seat.get("/console").headers["location"].startswith("/console/login")


def test_an_idle_session_ends_and_a_page_asks_to_log_in_again(app: FastAPI, house: House) -> None:
    seat = desk(app, house)
    house.clock.move(minutes=31)
    assert seat.get("/console?view=second").headers["location"] == "/console/login?next=%2Fconsole%3Fview%3Dsecond"


def test_signs_of_life_keep_the_session(app: FastAPI, house: House) -> None:
    seat = desk(app, house)
    for _ in range(3):
        house.clock.move(minutes=20)
        assert seat.get("/console/alive").status_code == 204


def test_what_was_written_is_shown_again_where_the_session_had_ended(app: FastAPI, house: House) -> None:
    seat, case_id = desk(app, house), house.submitted()
    token = csrf_of(seat.get(f"/console/cases/{case_id}").text)
    house.clock.move(minutes=31)
    answer = seat.client.post(
        f"/console/cases/{case_id}/decision", data={"csrf": token, "rationale": "A long <b>thought</b>"}
    )
    assert answer.status_code == 401
    assert "A long &lt;b&gt;thought&lt;/b&gt;" in answer.text
    assert f"/console/login?next=/console/cases/{case_id}" in answer.text


def test_what_was_written_is_shown_again_where_the_form_was_older_than_the_session(app: FastAPI, house: House) -> None:
    seat, case_id = desk(app, house), house.submitted()
    answer = seat.client.post(f"/console/cases/{case_id}/decision", data={"csrf": "old", "rationale": "A long thought"})
    assert answer.status_code == 401
    assert "A long thought" in answer.text


@pytest.mark.parametrize("header", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_another_site_can_neither_post_nor_put_words_on_our_page(
    app: FastAPI, house: House, header: dict[str, str]
) -> None:
    seat = desk(app, house)
    token = csrf_of(seat.get("/console/help").text)
    answer = seat.client.post("/console/language", data={"csrf": token, "comment": "Call 0900"}, headers=header)
    assert answer.status_code == 403
    assert "Call 0900" not in answer.text


def test_a_portal_session_in_the_same_browser_does_not_disturb(app: FastAPI, house: House) -> None:
    seat = desk(app, house)
    own = seat.client.cookies.get("session", path="/console")
    answer = stranger(app).get("/console/help", headers={"cookie": f"session={own}; session=of-the-portal"})
    assert answer.status_code == 200


def test_the_language_is_remembered_and_used_on_error_pages_too(app: FastAPI, house: House) -> None:
    seat = desk(app, house)
    assert seat.post("/console/language", {"language": "fr", "next": "/console/help"}).status_code == 303
    assert "Touches" in seat.get("/console/help").text
    assert '<html lang="fr">' in seat.get("/console/cases/case_none").text


@pytest.mark.parametrize(("language", "sentence"), [("fr", "Connexion"), ("en", "Sign in")])
def test_the_log_in_page_speaks_the_language_of_the_address(app: FastAPI, language: str, sentence: str) -> None:
    assert f"<h1>{sentence}</h1>" in stranger(app).get(f"/console/login?lang={language}").text


# ---------------------------------------------------------------- the lists' banner stands on every page

PAGES = ("/console", "/console/lists", "/console/audit", "/console/help")


def test_every_page_says_that_no_list_is_loaded(app: FastAPI, house: House) -> None:
    seat = desk(app, house, "senior_compliance_officer")
    for path in PAGES:
        assert "nothing can be approved" in seat.get(path).text, path
    assert "nothing can be approved" in stranger(app).get("/console/login?lang=en").text


def test_every_page_says_that_the_lists_are_fictional(app: FastAPI, house: House) -> None:
    load_demo_list(house)
    seat = desk(app, house, "senior_compliance_officer")
    for path in (*PAGES, f"/console/cases/{house.submitted()}"):
        assert "approvals count in test mode only" in seat.get(path).text, path
    assert "approvals count in test mode only" in stranger(app).get("/console/login?lang=en").text


# ---------------------------------------------------------------- route × role

READING, WORKING, DECIDING = ROLES[:3], ROLES[:2], ROLES[:2]
#: What each route asks for: the roles that may use it; everybody else reads 403, strangers log in.
MATRIX: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/console"): READING,
    ("POST", "/console"): READING,
    ("GET", "/console/alive"): ROLES,
    ("POST", "/console/language"): ROLES,
    ("GET", "/console/help"): ROLES,
    ("GET", "/console/lists"): ROLES,
    ("GET", "/console/lists/progress"): ROLES,
    ("POST", "/console/lists/import"): ("administrator",),
    ("POST", "/console/lists/sources/{source}/fetch"): ("administrator",),
    ("GET", "/console/lists/versions/{version_id}"): ROLES,
    ("POST", "/console/lists/versions/{version_id}/release"): ("senior_compliance_officer", "administrator"),
    ("GET", "/console/audit"): READING,
    ("GET", "/console/cases/{case_id}"): READING,
    ("GET", "/console/cases/{case_id}/documents/{document_id}"): READING,
    ("GET", "/console/cases/{case_id}/documents/{document_id}/pages/{number}"): READING,
    ("POST", "/console/cases/{case_id}/documents/{document_id}/open"): READING,
    ("POST", "/console/cases/{case_id}/take"): WORKING,
    ("POST", "/console/cases/{case_id}/alerts/{alert_id}"): WORKING,
    ("POST", "/console/cases/{case_id}/findings/{finding_id}"): WORKING,
    ("POST", "/console/cases/{case_id}/measures/{party_id}"): WORKING,
    ("POST", "/console/cases/{case_id}/request"): WORKING,
    ("POST", "/console/cases/{case_id}/recall"): WORKING,
    ("POST", "/console/cases/{case_id}/decision"): DECIDING,
    ("POST", "/console/cases/{case_id}/decision/second"): ("senior_compliance_officer",),
    ("POST", "/console/cases/{case_id}/decision/reinstate"): DECIDING,
    ("POST", "/console/cases/{case_id}/decision/suspend"): WORKING,
}
OPEN = {("GET", "/console/login"), ("POST", "/console/login"), ("POST", "/console/logout")}
#: Whole forms, so that a permission is what is asked first of those who lack it.
FORMS: dict[str, dict[str, str]] = {
    "decision": {"outcome": "refuse", "rationale": "x" * 20, "reason_code": "other"},
    "second": {"outcome": "send_back", "rationale": "x" * 20},
    "none": {"verdict": "confirm", "compared": "name", "resolution": "accepted", "comment": "x"},
}


def test_every_route_of_the_console_has_a_row() -> None:
    routes = {
        (method, route.path)
        for part in console.PARTS
        for route in part.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert routes == set(MATRIX) | OPEN


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_it_may_and_nothing_else(app: FastAPI, house: House, role: str) -> None:
    case_id = house.submitted()
    seat = desk(app, house, role)
    with house.deps.db.read() as view:
        document_id = view.documents.of_merchant(view.cases.get(case_id).merchant_id)[0].id
    for (method, path), allowed in MATRIX.items():
        answer = _call(seat, method, _filled(path, case_id, document_id))
        wanted_elsewhere = (method, path) == ("GET", "/console") and role == "administrator"
        if wanted_elsewhere:
            assert answer.headers["location"] == "/console/lists"
        elif role in allowed:
            assert answer.status_code not in (401, 403), (method, path, answer.status_code)
        else:
            assert answer.status_code == 403, (method, path, answer.status_code)


def test_strangers_reach_nothing_but_the_log_in(app: FastAPI, house: House) -> None:
    case_id = house.submitted()
    client = stranger(app)
    for method, path in MATRIX:
        answer = client.request(method, _filled(path, case_id, "doc_x"), data={} if method == "POST" else None)
        if method == "GET":
            assert answer.headers["location"].startswith("/console/login?next="), path
        else:
            assert answer.status_code in (401, 422), (path, answer.status_code)
        assert "Librairie Exemple" not in answer.text


def _filled(path: str, case_id: str, document_id: str) -> str:
    values = {"case_id": case_id, "document_id": document_id, "number": "1", "source": "EU"}
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "none"), path)


def _call(seat: Desk, method: str, path: str) -> Response:
    if method == "GET":
        return seat.get(path)
    return seat.post(path, dict(FORMS.get(path.rsplit("/", 1)[-1], {})))


def test_a_page_that_is_not_open_to_a_role_says_so_kindly(app: FastAPI, house: House) -> None:
    answer = desk(app, house, "administrator").get(f"/console/cases/{house.submitted()}")
    assert answer.status_code == 403
    assert "not open to you" in words_of(answer.text)
