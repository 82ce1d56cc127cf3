# SPDX-License-Identifier: Apache-2.0
"""Work on a case through its page: evidence, alerts, findings, measures, questions, decisions by two people."""

import re
from dataclasses import replace
from datetime import date

import pytest
from fastapi import FastAPI

from kyc.services import accounts, console_view
from tests.console_site import CLEAR, CONFIRM, LISTED, Desk, alert_of, console_app, desk, load_demo_list, words_of
from tests.house import COMPANY, PLATFORM, House, kbis, passport, person


@pytest.fixture
def app(house: House) -> FastAPI:
    load_demo_list(house)
    return console_app(house)


@pytest.fixture
def seat(app: FastAPI, house: House) -> Desk:
    return desk(app, house)


def finding_of(seat: Desk, case_id: str) -> str:
    found = re.search(r'id="finding-(fd_\w+)"', seat.get(f"/console/cases/{case_id}").text)
    assert found
    return found[1]


# ---------------------------------------------------------------- reading


def test_the_queue_shows_what_is_due_open_and_with_whom(seat: Desk, house: House) -> None:
    case_id = house.submitted(owner=LISTED)
    seat.send(case_id, "take")
    house.clock.move(days=6)
    seat.log_in()
    words = words_of(seat.get("/console").text)
    for expected in ("Librairie Exemple", "Case 1", "Test", "27 Nov 2026", "overdue", "1 alert", "Claire"):
        assert expected in words


def test_the_queue_finds_by_company_number_and_officer_without_naming_them_in_the_address(
    seat: Desk, house: House
) -> None:
    house.submitted()
    for wanted in ("librairie", "EXEMPLE 1"):
        assert "Librairie Exemple" in seat.post("/console", {"q": wanted}).text
    answer = seat.post("/console", {"q": "nothing of the kind"})
    assert "No case in this view matches" in answer.text
    assert seat.get("/console?view=unknown").status_code == 200


def test_an_empty_view_says_what_to_expect(seat: Desk) -> None:
    assert "New ones appear here by themselves" in seat.get("/console").text


def test_the_decision_card_names_each_obstacle_and_links_to_it(seat: Desk, house: House) -> None:
    case_id = house.submitted(owner=LISTED)
    text = seat.get(f"/console/cases/{case_id}").text
    obstacles = set(re.findall(r'data-obstacle="(\w+)"', text))
    assert obstacles == {"EVIDENCE_NOT_REVIEWED", "ALERTS_OPEN", "VERIFICATION_INSUFFICIENT"}
    for target in re.findall(r'data-subject="#([^"]+)"', text):
        assert f'id="{target}"' in text
    assert "3 things stand in the way of approval" in words_of(text)
    assert re.search(r'id="decide-approve"[^>]*disabled', text)


def test_the_grid_says_agrees_and_differs_in_words_and_leads_to_the_value(seat: Desk, house: House) -> None:
    owner = person()
    case_id = house.submitted(owner=owner, identity=passport(person("Jeanne", "Autrement")))
    text = seat.get(f"/console/cases/{case_id}").text
    assert "AUTREMENT differs" in words_of(text)
    assert "LIBRAIRIE EXEMPLE agrees" in words_of(text)
    link = re.search(r'href="(/console/cases/[^"]+\?page=1&amp;field=surname)"', text)
    assert link
    page = seat.get(link[1].replace("&amp;", "&")).text
    assert re.search(r'values__row is-chosen" id="v-surname"', page)


def test_the_register_and_the_list_speak_of_a_person_too(seat: Desk, house: House) -> None:
    case_id = house.submitted(owner=LISTED)
    view = console_view.case_view(house.deps, house.officer(email="reader@example.org"), case_id)
    row = next(row for row in view.comparison if row.fact == "birth_name")
    assert {cell.source for cell in row.cells} == {"registration_document", "identity_document", "list"}
    assert {cell.verdict for cell in row.cells} == {"agree"}


def test_opening_a_document_is_recorded_and_no_longer_stands_in_the_way(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    with house.deps.db.read() as view:
        documents = [row.id for row in view.documents.of_merchant(view.cases.get(case_id).merchant_id)]
    first = seat.post(f"/console/cases/{case_id}/documents/{documents[0]}/open")
    assert first.headers["location"] == f"/console/cases/{case_id}/documents/{documents[0]}"
    assert seat.post(f"/console/cases/{case_id}/documents/{documents[1]}/open", {"quiet": "yes"}).status_code == 204
    text = seat.get(f"/console/cases/{case_id}").text
    assert "EVIDENCE_NOT_REVIEWED" not in text
    assert "2 documents, 2 opened by you" in words_of(text)


def test_a_document_shows_values_with_confidence_verdict_and_boxes(seat: Desk, house: House) -> None:
    case_id = house.submitted(identity=passport(person(), valid=False))
    view = console_view.case_view(house.deps, house.officer(email="reader@example.org"), case_id)
    card = next(each for each in view.documents if each.requirement == "identity_document")
    text = seat.get(f"/console/cases/{case_id}/documents/{card.id}").text
    words = words_of(text)
    assert "Check digits do not hold: composite" in words
    assert "95 %" in words
    assert "15 January 1980" in words
    assert 'data-left="' in text
    assert "style=" not in text


def test_pictures_are_served_as_pictures_and_only_for_their_own_case(seat: Desk, house: House) -> None:
    case_id, other = house.submitted(), house.submitted("shop-2")
    with house.deps.db.read() as view:
        document_id = view.documents.of_merchant(view.cases.get(case_id).merchant_id)[0].id
    picture = seat.get(f"/console/cases/{case_id}/documents/{document_id}/pages/1")
    assert (picture.headers["content-type"], picture.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert picture.headers["cache-control"] == "no-store"
    for path in (
        f"{other}/documents/{document_id}/pages/1",
        f"{other}/documents/{document_id}",
        f"{case_id}/documents/{document_id}/pages/9",
        "case_none",
    ):
        assert seat.get(f"/console/cases/{path}").status_code == 404, path


def test_what_a_merchant_typed_is_shown_as_text_never_run(seat: Desk, house: House) -> None:
    company = replace(COMPANY, legal_name="<script>alert(1)</script>")
    case_id = house.submitted(company=company, extract=kbis(company))
    for path in (f"/console/cases/{case_id}", "/console"):
        assert "<script>alert" not in seat.get(path).text
        assert "&lt;script&gt;alert" in seat.get(path).text


# ---------------------------------------------------------------- alerts


def test_an_alert_is_compared_field_by_field_with_reasons_in_words(seat: Desk, house: House) -> None:
    case_id = house.submitted(owner=LISTED)
    words = words_of(seat.get(f"/console/cases/{case_id}").text)
    for expected in (
        "Freezing measure", "Karim Fictif", "Karim EL FICTIF", "14 March 1979", "FICTIONAL PROGRAMME (SPECIMEN)",
        "Fictional demo list", "KARIM is the same", "Same birth date 14 March 1979", "% alike",
    ):  # fmt: skip
        assert expected in words, expected


def test_an_alert_is_cleared_with_reason_identifiers_and_comment(seat: Desk, house: House) -> None:
    case_id = house.submitted(owner=LISTED)
    answer = seat.send(case_id, f"alerts/{alert_of(seat, case_id)}", **CLEAR)
    assert answer.headers["location"] == f"/console/cases/{case_id}?done=alert_cleared#alerts"
    page = seat.get(f"/console/cases/{case_id}?done=alert_cleared").text
    assert "Alert cleared as somebody else." in page
    assert "ALERTS_OPEN" not in page
    assert "Another birth date." in words_of(page)


def test_a_half_filled_settling_comes_back_with_all_that_was_typed(seat: Desk, house: House) -> None:
    case_id = house.submitted(owner=LISTED)
    alert = alert_of(seat, case_id)
    answer = seat.send(case_id, f"alerts/{alert}", verdict="clear", compared="name", comment="The place is another")
    assert answer.status_code == 422
    words = words_of(answer.text)
    assert "Compare at least 2 things" in words
    assert "Choose a reason" in words
    assert ">The place is another</textarea>" in answer.text
    assert re.search(rf'id="alert-{alert}-name"[^>]*checked', answer.text)
    assert re.search(rf'id="alert-{alert}-clear"[^>]*checked', answer.text)


def test_settling_asks_for_a_verdict(seat: Desk, house: House) -> None:
    case_id = house.submitted(owner=LISTED)
    answer = seat.send(case_id, f"alerts/{alert_of(seat, case_id)}", comment="Hm")
    assert answer.status_code == 422
    assert "Say whether it is the same or another" in words_of(answer.text)


def test_an_alert_that_somebody_else_settled_shows_their_words_and_keeps_mine(
    seat: Desk, app: FastAPI, house: House
) -> None:
    case_id = house.submitted(owner=LISTED)
    alert = alert_of(seat, case_id)
    desk(app, house, name="Denis").send(case_id, f"alerts/{alert}", **CLEAR)
    answer = seat.post(f"/console/cases/{case_id}/alerts/{alert}", {**CONFIRM, "comment": "My own long look"})
    assert answer.status_code == 409
    words = words_of(answer.text)
    assert "Somebody else has settled this alert already" in words
    assert "My own long look" in words


def test_a_confirmed_freeze_makes_approval_impossible_and_says_why(seat: Desk, house: House) -> None:
    case_id = house.submitted(owner=LISTED)
    seat.send(case_id, f"alerts/{alert_of(seat, case_id)}", **CONFIRM)
    text = seat.get(f"/console/cases/{case_id}").text
    assert 'data-obstacle="FREEZE"' in text
    assert "CMF L562-4" in text


# ---------------------------------------------------------------- findings, measures, questions


def test_a_finding_is_resolved_with_a_reason(seat: Desk, house: House) -> None:
    case_id = house.submitted(identity=passport(person("Jeanne", "Autrement")))
    finding = finding_of(seat, case_id)
    empty = seat.send(case_id, f"findings/{finding}", resolution="accepted")
    assert empty.status_code == 422
    assert "Write what you found" in words_of(empty.text)
    done = seat.send(
        case_id, f"findings/{finding}", resolution="corrected", comment="The marriage certificate was seen"
    )
    assert done.status_code == 303
    again = seat.send(case_id, f"findings/{finding}", resolution="corrected", comment="Again")
    assert again.status_code == 409
    assert "Again" in again.text


def test_a_measure_needs_its_evidence_and_counts_once(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    with house.deps.db.read() as view:
        party_id = view.merchants.parties(view.cases.get(case_id).merchant_id)[0].id
    empty = seat.send(case_id, f"measures/{party_id}", measure="first_payment")
    assert empty.status_code == 422
    assert "Write what proves it" in words_of(empty.text)
    fields = {"measure": "first_payment", "evidence": "Statement of 3 November"}
    assert seat.send(case_id, f"measures/{party_id}", **fields).status_code == 303
    twice = seat.send(case_id, f"measures/{party_id}", **fields)
    assert twice.status_code == 409
    page = words_of(seat.get(f"/console/cases/{case_id}").text)
    assert "1 of 2 measures" in page
    assert "Statement of 3 November" in page


def test_the_merchant_is_asked_in_neutral_words_and_the_case_can_be_recalled(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    empty = seat.send(case_id, "request")
    assert empty.status_code == 422
    asked = seat.send(
        case_id,
        "request",
        **{"item": "company.registration_document", "reason:company.registration_document": "document_too_old"},
    )
    assert asked.headers["location"].startswith(f"/console/cases/{case_id}?done=requested")
    page = words_of(seat.get(f"/console/cases/{case_id}").text)
    assert "Registry extract: document too old" in page
    assert "not answered yet" in page
    assert house.state(case_id) == "info_requested"
    assert seat.send(case_id, "recall").status_code == 303
    house.run_jobs()
    assert house.state(case_id) == "in_review"


def test_the_texts_for_the_merchant_are_shown_word_for_word(seat: Desk, house: House) -> None:
    text = seat.get(f"/console/cases/{house.submitted()}").text
    assert 'data-text="The document is too old. Send a more recent one."' in text


def test_an_auditor_reads_everything_and_sees_no_form(app: FastAPI, house: House) -> None:
    auditor = desk(app, house, "auditor", name="Alex")
    case_id = house.submitted(owner=LISTED)
    text = auditor.get(f"/console/cases/{case_id}").text
    assert "Karim EL FICTIF" in text
    assert "Your role does not change it" in text
    forms = set(re.findall(r'<form[^>]+action="(/console/cases/[^"]+)"', text))
    assert all(action.endswith("/open") for action in forms)


def test_the_file_of_an_ended_relationship_says_until_when_it_is_kept(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    with house.deps.db.write() as uow:
        merchant_id = uow.cases.get(case_id).merchant_id
        accounts.end_relationship(house.deps, uow, PLATFORM, merchant_id, date(2026, 11, 22), livemode=False)
    words = words_of(seat.get(f"/console/cases/{case_id}").text)
    assert "Kept until 22 November 2027" in words
    assert "Ended on 22 November 2026" in words


def test_the_timeline_names_people_in_words_and_times_exactly(seat: Desk, house: House) -> None:
    case_id = house.submitted(owner=LISTED)
    seat.send(case_id, f"alerts/{alert_of(seat, case_id)}", **CLEAR)
    words = words_of(seat.get(f"/console/cases/{case_id}").text)
    assert "Claire settled an alert: Karim Fictif / Karim FICTIF" in words
    assert "22 Nov 2026, 10:00:00 GMT+01:00" in words
    assert "The merchant submitted the file" in words


def test_clear_runs_are_shown_with_the_list_versions_that_were_searched(seat: Desk, house: House) -> None:
    words = words_of(seat.get(f"/console/cases/{house.submitted()}").text)
    assert "nothing found" in words
    assert re.search(r"DEMO sha256:\w+", words)


def test_a_draft_without_a_name_is_shown_calmly(seat: Desk, house: House) -> None:
    merchant_id = house.account()
    with house.deps.db.read() as view:
        case_id = view.cases.of_merchant(merchant_id).id
    text = seat.get(f"/console/cases/{case_id}").text
    assert "not named yet" in text
    assert "The merchant has sent no document" in text
    assert "not named yet" in seat.get("/console?view=draft").text
