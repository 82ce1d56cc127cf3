# SPDX-License-Identifier: Apache-2.0
"""Decisions through the page: one officer or two, nothing typed is lost, nothing is decided on what nobody saw."""

import re

import pytest
from fastapi import FastAPI

from kyc.domain.decision import Outcome
from kyc.services import review
from tests.console_site import (
    CONFIRM,
    EXPOSED,
    WHY,
    Desk,
    alert_of,
    console_app,
    desk,
    hidden_value,
    load_demo_list,
    make_ready,
    words_of,
)
from tests.house import House


@pytest.fixture
def app(house: House) -> FastAPI:
    load_demo_list(house)
    return console_app(house)


@pytest.fixture
def seat(app: FastAPI, house: House) -> Desk:
    return desk(app, house)


def test_a_ready_case_is_approved_by_one_officer(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    make_ready(seat, house, case_id)
    assert "Nothing stands in the way of approval" in seat.get(f"/console/cases/{case_id}").text
    answer = seat.send(case_id, "decision", outcome="approve", rationale=WHY)
    assert "done=approved" in answer.headers["location"]
    assert house.state(case_id) == "approved"
    assert WHY in words_of(seat.get(f"/console/cases/{case_id}").text)


def test_approval_while_something_is_open_is_refused_and_keeps_the_rationale(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    answer = seat.send(case_id, "decision", outcome="approve", rationale=WHY)
    assert answer.status_code == 409
    assert "Approval is not possible yet" in words_of(answer.text)
    assert f">{WHY}</textarea>" in answer.text


def test_a_short_rationale_and_a_missing_choice_come_back_as_typed(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    answer = seat.send(case_id, "decision", outcome="refuse", reason_code="outside_policy", rationale="Too short")
    assert answer.status_code == 422
    assert "Write at least 20 characters" in words_of(answer.text)
    assert ">Too short</textarea>" in answer.text
    assert '<option value="outside_policy" selected>' in answer.text
    assert seat.send(case_id, "decision", rationale=WHY).status_code == 422


def test_refusing_needs_an_internal_reason_and_starts_the_retention_clock(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    assert seat.send(case_id, "decision", outcome="refuse", rationale=WHY).status_code == 422
    seat.send(case_id, "decision", outcome="refuse", rationale=WHY, reason_code="outside_policy")
    assert house.state(case_id) == "refused"
    page = words_of(seat.get(f"/console/cases/{case_id}").text)
    assert "Kept until 22 November 2031" in page
    assert "outside the acceptance policy" in page


def test_a_case_that_changed_meanwhile_shows_what_is_new_and_keeps_the_text(
    seat: Desk, app: FastAPI, house: House
) -> None:
    case_id = house.submitted()
    make_ready(seat, house, case_id)
    page = seat.get(f"/console/cases/{case_id}").text
    form = {name: hidden_value(page, name) for name in ("csrf", "version", "seen")}
    desk(app, house, name="Denis").send(
        case_id, "request", **{"item": "company.details", "reason:company.details": "details_to_correct"}
    )
    answer = seat.client.post(
        f"/console/cases/{case_id}/decision", data={**form, "outcome": "approve", "rationale": WHY}
    )
    assert answer.status_code == 409
    words = words_of(answer.text)
    assert "Somebody else changed this case" in words
    assert "Denis asked the merchant for more" in words
    assert WHY in words


@pytest.mark.parametrize("version", ["", "x", "-1", "999999"])
def test_a_form_without_the_version_that_stands_changes_nothing(seat: Desk, house: House, version: str) -> None:
    case_id = house.submitted()
    fields = {"outcome": "refuse", "rationale": WHY, "reason_code": "other", "version": version}
    assert seat.post(f"/console/cases/{case_id}/decision", fields).status_code == 409
    assert house.state(case_id) == "in_review"


def propose(seat: Desk, house: House, case_id: str) -> None:
    """Confirm the exposed person and propose approval."""
    seat.send(case_id, f"alerts/{alert_of(seat, case_id)}", **CONFIRM)
    make_ready(seat, house, case_id)
    page = words_of(seat.get(f"/console/cases/{case_id}").text)
    assert "Propose approval" in page
    answer = seat.send(case_id, "decision", outcome="approve", rationale=WHY)
    assert "done=proposed" in answer.headers["location"]


def test_an_exposed_person_needs_a_second_officer_who_opened_the_evidence(app: FastAPI, house: House) -> None:
    first, senior = desk(app, house), desk(app, house, "senior_compliance_officer", name="Diane")
    case_id = house.submitted(owner=EXPOSED)
    propose(first, house, case_id)
    assert "A senior officer with a mandate" in words_of(first.get(f"/console/cases/{case_id}").text) or (
        "You proposed this approval" in words_of(first.get(f"/console/cases/{case_id}").text)
    )
    blocked = senior.send(case_id, "decision/second", outcome="approve", rationale=WHY)
    assert blocked.status_code == 409
    assert f">{WHY}</textarea>" in blocked.text
    with house.deps.db.read() as view:
        documents = view.documents.of_merchant(view.cases.get(case_id).merchant_id)
    for document in documents:
        senior.post(f"/console/cases/{case_id}/documents/{document.id}/open")
    answer = senior.send(case_id, "decision/second", outcome="approve", rationale="I looked at everything myself.")
    assert "done=approved" in answer.headers["location"]
    page = words_of(senior.get(f"/console/cases/{case_id}").text)
    assert "Second officer: Diane" in page
    assert "I looked at everything myself." in page


def test_the_proposer_reads_why_somebody_else_decides_and_cannot(app: FastAPI, house: House) -> None:
    senior = desk(app, house, "senior_compliance_officer", name="Diane")
    case_id = house.submitted(owner=EXPOSED)
    propose(senior, house, case_id)
    page = senior.get(f"/console/cases/{case_id}").text
    assert "nobody approves their own proposal" in page
    assert 'id="second"' not in page
    answer = senior.send(case_id, "decision/second", outcome="approve", rationale=WHY)
    assert answer.status_code == 409
    assert "A second officer must do this" in words_of(answer.text)


def test_the_second_officer_can_send_the_case_back_with_reasons(app: FastAPI, house: House) -> None:
    first, senior = desk(app, house), desk(app, house, "senior_compliance_officer", name="Diane")
    case_id = house.submitted(owner=EXPOSED)
    propose(first, house, case_id)
    assert senior.send(case_id, "decision/second", rationale=WHY).status_code == 422
    senior.send(case_id, "decision/second", outcome="send_back", rationale="The source of wealth is missing here.")
    assert house.state(case_id) == "in_review"
    page = words_of(first.get(f"/console/cases/{case_id}").text)
    assert "The source of wealth is missing here." in page
    assert "sent back" in page


def test_a_suspended_merchant_is_reinstated_with_a_rationale(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    make_ready(seat, house, case_id)
    seat.send(case_id, "decision", outcome="approve", rationale=WHY)
    assert seat.send(case_id, "decision/suspend", rationale="Short").status_code == 422
    assert "done=suspended" in seat.send(case_id, "decision/suspend", rationale=WHY).headers["location"]
    assert house.state(case_id) == "suspended"
    assert "Settle what is open, then reinstate" in words_of(seat.get(f"/console/cases/{case_id}").text)
    assert "done=reinstated" in seat.send(case_id, "decision/reinstate", rationale=WHY).headers["location"]
    assert house.state(case_id) == "approved"


def test_a_decided_case_offers_nothing_more_to_decide(seat: Desk, house: House) -> None:
    case_id = house.submitted()
    review.decide(
        house.deps, house.officer("senior_compliance_officer", "s@example.org"), case_id, house.version(case_id),
        outcome=Outcome.REFUSE, rationale=WHY, reason_code="other",
    )  # fmt: skip
    text = seat.get(f"/console/cases/{case_id}").text
    assert "Nothing can be decided in this state" in text
    assert 'action="/console/cases/' not in re.sub(r'action="/console/cases/[^"]+/open"', "", text)
    answer = seat.send(case_id, "decision", outcome="refuse", rationale=WHY, reason_code="other", version="99")
    assert answer.status_code == 409
