# SPDX-License-Identifier: Apache-2.0
"""Doubts: what changed meanwhile, failed, grew old or was only half done never ends in an open gate."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kyc.domain.decision import Outcome
from kyc.domain.errors import ConflictError, InvalidError
from kyc.domain.party import Roles
from kyc.services import (
    accounts,
    activation,
    assessment,
    console_view,
    dossier,
    intake,
    lists,
    portal_view,
    review,
)
from kyc.services.duties import run_duties
from kyc.services.indexes import Indexes
from kyc.services.screening import screen_case
from ocr import Field, Refusal, Source
from screening import Index
from tests.house import COMPANY, DEMO_LIST, MERCHANT, PLATFORM, House, kbis, passport, person
from tests.integration.steps import NEW_ROW, WHY, approve, blockers, gate, merchant_of

pytestmark = pytest.mark.slow


def seen(text: str) -> Field:
    """A value that stands on the first page."""
    return Field(text, text, 0.95, 1, None, Source.TEXT_LAYER)


def ask_for_an_extract(house: House, case_id: str) -> None:
    """Ask the merchant for another extract."""
    officer = house.officer(email="asks@example.org")
    items = (("company.registration_document", "document_too_old"),)
    review.request_information(house.deps, officer, case_id, house.version(case_id), items)


def test_a_file_that_was_taken_back_from_the_merchant_is_compared_anew(house: House) -> None:
    case_id = house.submitted()
    ask_for_an_extract(house, case_id)
    merchant_id = merchant_of(house, case_id)
    with house.deps.db.read() as view:
        company_id = view.merchants.company(merchant_id).id
    gone = kbis(COMPANY, person())
    observed = replace(gone, fields={**gone.fields, "observations.1": seen("Liquidation judiciaire")})
    house.upload(merchant_id, company_id, "registration_document", observed)
    officer = house.officer()
    review.recall(house.deps, officer, case_id, house.version(case_id))
    house.run_jobs()
    assert house.state(case_id) == "in_review"
    codes = {each.code for each in console_view.case_view(house.deps, officer, case_id).findings}
    assert "registry_observation" in codes


def test_measures_do_not_outlive_the_person_they_were_taken_for(house: House) -> None:
    case_id = house.submitted()
    officer = house.officer()
    house.prepare_decision(officer, case_id)
    assert "VERIFICATION_INSUFFICIENT" not in blockers(house, case_id)
    ask_for_an_extract(house, case_id)
    merchant_id = merchant_of(house, case_id)
    with house.deps.db.read() as view:
        someone = next(row for row in view.merchants.parties(merchant_id) if row.kind == "person")
    roles = Roles(representative=True, beneficial_owner=True, capital=10_000, votes=10_000)
    dossier.declare_person(house.deps, MERCHANT, merchant_id, someone.id, person("Paul", "Autre"), roles)
    dossier.submit(house.deps, MERCHANT, merchant_id)
    house.run_jobs()
    assert "VERIFICATION_INSUFFICIENT" in blockers(house, case_id)


def test_a_case_whose_comparison_failed_for_good_cannot_be_approved(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(assessment, "_renew_findings", fails)
    case_id = house.submitted()
    for _ in range(8):
        house.run_jobs()
        house.clock.move(minutes=2)
    assert house.state(case_id) == "in_review"
    assert "NOT_ASSESSED" in blockers(house, case_id)


def test_reinstating_a_merchant_with_an_exposed_owner_takes_two_officers(house: House, tmp_path: Path) -> None:
    case_id = house.submitted(owner=person("Odile", "Nouvelle"))
    approve(house, case_id)
    longer = tmp_path / "demo2.csv"
    longer.write_text(DEMO_LIST.read_text("utf-8") + NEW_ROW.replace("sanction", "pep"), "utf-8")
    lists.import_file(house.deps, PLATFORM, longer)
    house.run_jobs()
    assert house.state(case_id) == "suspended"
    first, second = (house.officer("senior_compliance_officer", f"{name}@example.org") for name in ("one", "two"))
    for alert in console_view.case_view(house.deps, first, case_id).alerts:
        review.settle_alert(
            house.deps, first, case_id, alert.id, confirmed=True, reason_code="", compared=("name", "birth_date"),
            comment="Same person",
        )  # fmt: skip
    with house.deps.db.read() as view:
        documents = view.documents.of_merchant(view.cases.get(case_id).merchant_id)
    for officer in (first, second):
        for document in documents:
            review.open_document(house.deps, officer, case_id, document.id)
    review.reinstate(house.deps, first, case_id, house.version(case_id), WHY)
    assert not gate(house, case_id).allowed
    with pytest.raises(ConflictError, match="FOUR_EYES"):
        review.second_decision(house.deps, first, case_id, house.version(case_id), approve=True, rationale=WHY)
    review.second_decision(house.deps, second, case_id, house.version(case_id), approve=True, rationale=WHY)
    assert gate(house, case_id).allowed


@pytest.mark.parametrize("resolution", ["accepted", "corrected"])
def test_a_grave_finding_takes_two_officers_whatever_it_is_called(house: House, resolution: str) -> None:
    case_id = house.submitted(identity=passport(person(), valid=False))
    officer = house.officer()
    for finding in console_view.case_view(house.deps, officer, case_id).findings:
        review.resolve_finding(house.deps, officer, case_id, finding.id, resolution=resolution, comment="Seen")
    version = house.prepare_decision(officer, case_id)
    review.decide(house.deps, officer, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)
    assert house.state(case_id) == "pending_second_approval"


def test_the_date_of_erasure_tells_nobody_outside_of_an_alert(house: House) -> None:
    shown = []
    for reference, owner in (("clean", person()), ("listed", person("Karim", "Fictif", birth_date=date(1979, 3, 14)))):
        case_id = house.submitted(reference, owner=owner)
        merchant_id = merchant_of(house, case_id)
        with house.deps.db.write() as uow:
            accounts.end_relationship(house.deps, uow, PLATFORM, merchant_id, date(2026, 11, 22), livemode=False)
        with house.deps.db.read() as view:
            account = activation.account_view(house.deps, view, view.merchants.get(merchant_id))
        file = portal_view.file_view(house.deps, merchant_id)
        shown.append((account.retain_until, account.relationship_ended_on, file.retain_until, file.ended_on))
    assert shown[0] == shown[1]


def test_an_older_screening_never_overwrites_a_newer_one(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = house.submitted(owner=person("Odile", "Nouvelle"))
    with house.deps.db.write() as uow:
        slow_id = uow.enqueue("screen", case_id)
        slow = uow.jobs.claim(slow_id, uow.now)
    assert slow is not None
    longer = tmp_path / "demo2.csv"
    longer.write_text(DEMO_LIST.read_text("utf-8") + NEW_ROW, "utf-8")
    open_index = house.deps.indexes.open

    def switch_meanwhile(name: str) -> Index:
        index = open_index(name)
        monkeypatch.undo()
        lists.import_file(house.deps, PLATFORM, longer)
        return index

    monkeypatch.setattr(Indexes, "open", lambda _, name: switch_meanwhile(name))
    screen_case(house.deps, slow)
    house.run_jobs()
    assert "ALERTS_OPEN" in blockers(house, case_id)
    assert "SCREENING_STALE" not in blockers(house, case_id)


def test_a_held_back_list_cannot_be_released_over_a_newer_one_and_is_kept_once(house: House) -> None:
    importer, senior = house.officer("administrator", "a@example.org"), house.officer("senior_compliance_officer")
    poorer = DEMO_LIST.read_text("utf-8") + "DEMO,98,person,sanction,Sans ALIAS,,1970,FR,,,FICTIONAL,,\n"
    assert lists.import_upload(house.deps, importer, "demo.csv", poorer.encode()).state == "quarantined"
    assert lists.import_upload(house.deps, importer, "demo.csv", poorer.encode()).state == "quarantined"
    with house.deps.db.read() as view:
        (held,) = [row for row in view.lists.versions() if row.state == "quarantined"]
    house.clock.move(minutes=1)
    newer = DEMO_LIST.read_text("utf-8") + NEW_ROW
    assert lists.import_upload(house.deps, importer, "demo.csv", newer.encode()).state == "active"
    with pytest.raises(ConflictError, match="LIST_SUPERSEDED"):
        lists.release(house.deps, senior, held.id)


def test_a_lost_index_is_built_anew_from_the_file_that_was_kept(house: House) -> None:
    with house.deps.db.read() as view:
        before = view.lists.active_set()
    assert before is not None
    shutil.rmtree(house.deps.lists_folder / before.index_path)
    lists.import_file(house.deps, PLATFORM, DEMO_LIST)
    with house.deps.db.read() as view:
        after = view.lists.active_set()
    assert after is not None
    assert house.deps.indexes.usable(after.index_path)


def test_a_passport_that_expires_between_submission_and_decision_blocks(house: House) -> None:
    case_id = house.submitted(identity=passport(person(), expires=date(2026, 11, 23)))
    assert "IDENTITY_DOCUMENT_EXPIRED" not in blockers(house, case_id)
    house.clock.move(days=2)
    assert "IDENTITY_DOCUMENT_EXPIRED" in blockers(house, case_id)


def test_a_case_in_review_that_fell_behind_is_screened_again(house: House) -> None:
    case_id = house.submitted()
    with house.deps.db.write() as uow:
        for row in uow.merchants.parties(merchant_of(house, case_id)):
            row.version += 1
    assert "SCREENING_STALE" in blockers(house, case_id)
    house.clock.move(minutes=11)
    run_duties(house.deps, {})
    house.run_jobs()
    assert "SCREENING_STALE" not in blockers(house, case_id)


def test_of_two_windows_the_later_one_overwrites_nothing_unseen(house: House) -> None:
    merchant_id = house.account()
    dossier.declare_company(house.deps, MERCHANT, merchant_id, COMPANY)
    seen_version = portal_view.file_view(house.deps, merchant_id).company_version
    dossier.declare_company(
        house.deps, MERCHANT, merchant_id, replace(COMPANY, trade_name="Au Spécimen"), seen=seen_version
    )
    later = replace(COMPANY, activity="Autre chose")
    with pytest.raises(InvalidError) as raised:
        dossier.declare_company(house.deps, MERCHANT, merchant_id, later, seen=seen_version)
    assert {(each.field, each.code) for each in raised.value.problems} == {
        ("trade_name", "changed_elsewhere"),
        ("activity", "changed_elsewhere"),
    }
    view = portal_view.file_view(house.deps, merchant_id)
    assert view.company.trade_name == "Au Spécimen"
    dossier.declare_company(house.deps, MERCHANT, merchant_id, later, seen=view.company_version)
    assert portal_view.file_view(house.deps, merchant_id).company == later


def test_a_document_that_nobody_could_open_is_no_evidence(house: House) -> None:
    locked = replace(
        kbis(COMPANY), pages=(), fields={}, refusal=Refusal("document_password_protected", "It asks for a password.")
    )
    merchant_id = house.account()
    with house.deps.db.read() as view:
        company_id = view.merchants.company(merchant_id).id
    document_id = house.upload(merchant_id, company_id, "registration_document", locked)
    house.run_jobs()
    with pytest.raises(ConflictError, match="NOTHING_TO_LOOK_AT"):
        intake.confirm(house.deps, MERCHANT, merchant_id, document_id, "sent_anyway")
    case_id = house.submitted("shop-2")
    with house.deps.db.write() as uow:
        for row in uow.documents.of_merchant(merchant_of(house, case_id)):
            for page in uow.documents.pages(row.id):
                uow.session.delete(page)
    officer = house.officer()
    house.prepare_decision(officer, case_id)
    assert "FILE_INCOMPLETE" in blockers(house, case_id)
