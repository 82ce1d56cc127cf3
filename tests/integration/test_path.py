# SPDX-License-Identifier: Apache-2.0
"""The path of a file through the services, on both engines: hand in, check, screen, decide, open, close, end."""

from datetime import date
from pathlib import Path

import pytest

from kyc.domain.decision import Outcome
from kyc.domain.errors import ConflictError, ForbiddenError, InvalidError
from kyc.domain.gate import Reason
from kyc.services import (
    accounts,
    console_view,
    dossier,
    intake,
    lists,
    review,
)
from kyc.services.oversight import broken_invariants, verify_audit
from kyc.services.reading import read_document
from tests.house import COMPANY, DEMO_LIST, MERCHANT, PLATFORM, House, kbis, passport, person, png
from tests.integration.steps import NEW_ROW, WHY, approve, gate

pytestmark = pytest.mark.slow


def test_a_clean_file_is_reviewed_approved_and_opens_the_gate(house: House) -> None:
    case_id = house.submitted()
    assert house.state(case_id) == "in_review"
    assert gate(house, case_id).reason is Reason.UNDER_REVIEW
    approve(house, case_id)
    house.run_jobs()
    answer = gate(house, case_id)
    assert answer.allowed
    assert answer.reason is None
    assert broken_invariants(house.deps) == ()
    assert verify_audit(house.deps).broken_at is None


def test_nothing_is_approved_before_the_evidence_was_opened_and_two_measures_were_taken(house: House) -> None:
    case_id = house.submitted()
    officer = house.officer()
    with pytest.raises(ConflictError) as raised:
        review.decide(house.deps, officer, case_id, house.version(case_id), outcome=Outcome.APPROVE, rationale=WHY)
    assert raised.value.code == "APPROVAL_BLOCKED"
    assert set(raised.value.params["blockers"]) == {"EVIDENCE_NOT_REVIEWED", "VERIFICATION_INSUFFICIENT"}  # type: ignore[call-overload]
    assert house.state(case_id) == "in_review"


def test_a_sanctions_match_raises_an_alert_and_a_confirmed_one_can_never_be_approved(house: House) -> None:
    listed = person("Karim", "Fictif", birth_date=date(1979, 3, 14))
    case_id = house.submitted(owner=listed)
    officer = house.officer()
    view = console_view.case_view(house.deps, officer, case_id)
    alert = next(each for each in view.alerts if each.entry["ref"] == "DEMO:1")
    assert alert.category == "sanction"
    assert alert.hit["explanation"]
    review.settle_alert(
        house.deps,
        officer,
        case_id,
        alert.id,
        confirmed=True,
        reason_code="",
        compared=("name", "birth_date"),
        comment="Same person",
    )
    version = house.prepare_decision(officer, case_id)
    with pytest.raises(ConflictError) as raised:
        review.decide(house.deps, officer, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)
    assert "FREEZE" in raised.value.params["blockers"]  # type: ignore[operator]


def test_an_alert_is_cleared_only_with_a_reason_and_two_identifiers(house: House) -> None:
    case_id = house.submitted(owner=person("Karim", "Fictif", birth_date=date(1979, 3, 14)))
    officer = house.officer()
    alert = console_view.case_view(house.deps, officer, case_id).alerts[0]
    with pytest.raises(InvalidError) as raised:
        review.settle_alert(
            house.deps, officer, case_id, alert.id, confirmed=False, reason_code="", compared=("name",), comment=""
        )
    assert {problem.code for problem in raised.value.problems} == {"identifiers_too_few", "required"}


def test_a_politically_exposed_owner_needs_a_second_officer_with_a_mandate(house: House) -> None:
    case_id = house.submitted(owner=person("Anaïs", "Témoin", birth_date=date(1968, 7, 2)))
    first, senior = house.officer(), house.officer("senior_compliance_officer", "senior@example.org")
    for alert in console_view.case_view(house.deps, first, case_id).alerts:
        review.settle_alert(
            house.deps,
            first,
            case_id,
            alert.id,
            confirmed=True,
            reason_code="",
            compared=("name", "birth_date"),
            comment="Same person",
        )
    version = house.prepare_decision(first, case_id)
    review.decide(house.deps, first, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)
    assert house.state(case_id) == "pending_second_approval"
    assert not gate(house, case_id).allowed
    with pytest.raises(ForbiddenError):
        review.second_decision(house.deps, first, case_id, house.version(case_id), approve=True, rationale=WHY)
    with house.deps.db.read() as view:
        for document in view.documents.of_merchant(view.cases.get(case_id).merchant_id):
            review.open_document(house.deps, senior, case_id, document.id)
    review.second_decision(house.deps, senior, case_id, house.version(case_id), approve=True, rationale=WHY)
    assert house.state(case_id) == "approved"
    house.run_jobs()
    assert gate(house, case_id).allowed


def test_a_senior_officer_cannot_agree_with_herself(house: House) -> None:
    case_id = house.submitted(owner=person("Anaïs", "Témoin", birth_date=date(1968, 7, 2)))
    senior = house.officer("senior_compliance_officer", "senior@example.org")
    for alert in console_view.case_view(house.deps, senior, case_id).alerts:
        review.settle_alert(
            house.deps,
            senior,
            case_id,
            alert.id,
            confirmed=True,
            reason_code="",
            compared=("name", "birth_date"),
            comment="Same person",
        )
    version = house.prepare_decision(senior, case_id)
    review.decide(house.deps, senior, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)
    with pytest.raises(ConflictError, match="FOUR_EYES"):
        review.second_decision(house.deps, senior, case_id, house.version(case_id), approve=True, rationale=WHY)


def test_two_officers_who_decide_at_once_make_one_decision(house: House) -> None:
    case_id = house.submitted()
    first, second = house.officer(), house.officer(email="denis@example.org")
    house.prepare_decision(first, case_id)
    version = house.version(case_id)
    review.decide(
        house.deps, first, case_id, version, outcome=Outcome.REFUSE, rationale=WHY, reason_code="outside_policy"
    )
    with pytest.raises(ConflictError, match="CASE_CHANGED"):
        review.decide(house.deps, second, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)


def test_stale_lists_never_read_as_clear(house: House) -> None:
    case_id = house.submitted()
    approve(house, case_id)
    assert gate(house, case_id).allowed
    house.clock.move(hours=73)
    answer = gate(house, case_id)
    assert not answer.allowed
    assert answer.reason is Reason.UNDER_REVIEW


def test_without_any_list_a_case_reaches_review_and_cannot_be_approved(bare_house: House) -> None:
    house = bare_house
    case_id = house.submitted()
    officer = house.officer()
    version = house.prepare_decision(officer, case_id)
    with pytest.raises(ConflictError) as raised:
        review.decide(house.deps, officer, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)
    assert "LISTS_MISSING" in raised.value.params["blockers"]  # type: ignore[operator]


def test_the_fictional_list_approves_in_test_mode_only(house: House) -> None:
    case_id = house.submitted(livemode=True)
    officer = house.officer()
    version = house.prepare_decision(officer, case_id)
    with pytest.raises(ConflictError) as raised:
        review.decide(house.deps, officer, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)
    assert "LISTS_NOT_OFFICIAL" in raised.value.params["blockers"]  # type: ignore[operator]


def test_a_new_list_that_names_an_active_merchants_owner_suspends_it(house: House, tmp_path: Path) -> None:
    case_id = house.submitted(owner=person("Odile", "Nouvelle"))
    approve(house, case_id)
    longer = tmp_path / "demo2.csv"
    longer.write_text(DEMO_LIST.read_text("utf-8") + NEW_ROW, "utf-8")
    lists.import_file(house.deps, PLATFORM, longer)
    house.run_jobs()
    assert house.state(case_id) == "suspended"
    assert not gate(house, case_id).allowed


def test_a_suspicious_file_waits_in_quarantine_until_a_second_person_releases_it(house: House) -> None:
    poorer = DEMO_LIST.read_text("utf-8") + "DEMO,98,person,sanction,Sans ALIAS,,1970,FR,,,FICTIONAL,,\n"
    importer = house.officer("administrator", "admin@example.org")
    result = lists.import_upload(house.deps, importer, "demo.csv", poorer.encode())
    assert result.state == "quarantined"
    with house.deps.db.read() as view:
        before = view.lists.active_set()
        version = next(row for row in view.lists.versions() if row.state == "quarantined")
    senior = house.officer("senior_compliance_officer", "senior@example.org")
    with pytest.raises(ForbiddenError):
        lists.release(house.deps, importer, version.id)
    lists.release(house.deps, senior, version.id)
    with house.deps.db.read() as view:
        after = view.lists.active_set()
    assert before is not None
    assert after is not None
    assert before.id != after.id


def test_an_extract_that_grew_old_between_submission_and_decision_blocks(house: House) -> None:
    owner = person()
    case_id = house.submitted(owner=owner, extract=kbis(COMPANY, owner, issued=date(2026, 8, 23)))
    house.clock.move(days=1)
    officer = house.officer()
    version = house.prepare_decision(officer, case_id)
    with pytest.raises(ConflictError) as raised:
        review.decide(house.deps, officer, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)
    assert "REGISTRY_EXTRACT_STALE" in raised.value.params["blockers"]  # type: ignore[operator]


def test_what_is_read_never_overwrites_what_was_declared(house: House) -> None:
    owner = person()
    other = person("Jeanne", "Autrement")
    case_id = house.submitted(owner=owner, identity=passport(other))
    view = console_view.case_view(house.deps, house.officer(), case_id)
    assert {finding.code for finding in view.findings} >= {"surname_differs"}
    assert [party.person.birth_name for party in view.parties if party.person] == ["Exemple"]


def test_the_merchant_is_asked_for_more_answers_and_is_reviewed_again(house: House) -> None:
    case_id = house.submitted()
    officer = house.officer()
    review.request_information(
        house.deps, officer, case_id, house.version(case_id),
        (("company.registration_document", "document_too_old"),),
    )  # fmt: skip
    assert house.state(case_id) == "info_requested"
    with house.deps.db.read() as view:
        merchant_id = view.cases.get(case_id).merchant_id
    dossier.submit(house.deps, MERCHANT, merchant_id)
    house.run_jobs()
    assert house.state(case_id) == "in_review"


def test_the_end_of_the_relationship_closes_the_gate_and_starts_the_five_years(house: House) -> None:
    case_id = house.submitted()
    approve(house, case_id)
    with house.deps.db.read() as view:
        merchant_id = view.cases.get(case_id).merchant_id
    with house.deps.db.write() as uow:
        accounts.end_relationship(house.deps, uow, PLATFORM, merchant_id, date(2026, 11, 22), livemode=False)
    assert gate(house, case_id).reason is Reason.CLOSED
    with house.deps.db.read() as view:
        assert view.merchants.get(merchant_id).retain_until == date(2031, 11, 22)


def test_a_reader_that_crashes_is_tried_five_times_and_then_a_person_looks(house: House) -> None:
    merchant_id = house.account()
    with house.deps.db.read() as view:
        company_id = view.merchants.company(merchant_id).id
    document_id = house.upload(merchant_id, company_id, "registration_document", RuntimeError("crash"))
    for _ in range(8):
        house.run_jobs()
        house.clock.move(minutes=2)
    with house.deps.db.read() as view:
        document = view.documents.get(document_id)
        job = view.jobs.last("read", document_id)
    assert (document.state, document.problem) == ("unreadable", "document_not_readable")
    assert job is not None
    assert (job.state, job.attempt) == ("dead", 5)


def test_the_same_file_twice_is_one_document(house: House) -> None:
    merchant_id = house.account()
    with house.deps.db.read() as view:
        company_id = view.merchants.company(merchant_id).id
    ids = {
        intake.receive(
            house.deps, MERCHANT, merchant_id, party_id=company_id, requirement="registration_document",
            filename=name, data=png(),
        )
        for name in ("kbis.png", "copy of kbis.png")
    }  # fmt: skip
    assert len(ids) == 1


def test_a_worker_that_lost_its_lease_cannot_keep_its_result(house: House) -> None:
    merchant_id = house.account()
    with house.deps.db.read() as view:
        company_id = view.merchants.company(merchant_id).id
    document_id = house.upload(merchant_id, company_id, "registration_document", kbis(COMPANY))
    with house.deps.db.write() as uow:
        job_id = uow.jobs.due(uow.now)[0]
        lost = uow.jobs.claim(job_id, uow.now)
    assert lost is not None
    house.clock.move(seconds=31)
    house.run_jobs()
    read_document(house.deps, lost)
    with house.deps.db.read() as view:
        assert view.documents.reading(document_id) is not None
        assert view.documents.get(document_id).state == "read"
