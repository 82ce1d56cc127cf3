# SPDX-License-Identifier: Apache-2.0
"""What a file owes, by the policy in force on the day."""

from datetime import date

import pytest

from kyc.domain.party import Roles
from kyc.domain.requirement import (
    DocumentState,
    HeldDocument,
    HeldPerson,
    Requirement,
    Status,
    evaluate,
    is_owner_by_share,
    ready_to_submit,
)
from kyc.services.policies import PolicyBook

BOOK = PolicyBook()
POLICY = BOOK.on(date(2026, 11, 22)).requirements
BOTH = HeldPerson("pt_1", Roles(representative=True, beneficial_owner=True, capital=10_000), complete=True)


def document(
    state: str = "read", *, confirmed: bool = True, problem: str | None = None, **changes: str
) -> HeldDocument:
    """A held document that is good unless told otherwise."""
    values = {"id": "doc_1", "requirement": "registration_document", "party_id": "pt_c", **changes}
    return HeldDocument(state=DocumentState(state), confirmed=confirmed, problem=problem, **values)


def extract_requirement(*documents: HeldDocument) -> Requirement:
    """The state of the registration document of a file with these documents."""
    found = evaluate(company_id="pt_c", company_complete=True, people=[BOTH], documents=documents, policy=POLICY)
    return next(each for each in found if each.code == "registration_document")


def test_an_empty_file_owes_everything_and_cannot_be_handed_in() -> None:
    found = evaluate(company_id="pt_c", company_complete=False, people=[], documents=[], policy=POLICY)
    assert {each.status for each in found} == {Status.TO_DO}
    assert not ready_to_submit(found)


def test_each_person_with_a_role_owes_an_identity_document() -> None:
    people = [BOTH, HeldPerson("pt_2", Roles(beneficial_owner=True, capital=3000), complete=True)]
    found = evaluate(company_id="pt_c", company_complete=True, people=people, documents=[], policy=POLICY)
    owed = {each.name for each in found if each.code == "identity_document"}
    assert owed == {"person.pt_1.identity_document", "person.pt_2.identity_document"}


@pytest.mark.parametrize(("documents", "status", "problem"), [
    ((), Status.TO_DO, None),
    ((document("received", confirmed=False),), Status.BEING_CHECKED, None),
    ((document(confirmed=False),), Status.TO_DO, "confirm_reading"),
    ((document(),), Status.DONE, None),
    ((document(confirmed=False, problem="document_expired"),), Status.TO_FIX, "document_expired"),
    ((document(problem="document_expired"),), Status.BEING_CHECKED, None),
    ((document("refused", confirmed=False, problem="document_corrupt"),), Status.TO_FIX, "document_corrupt"),
    ((document("refused", problem="document_corrupt", confirmed=False), document(id="doc_2")), Status.DONE, None),
    ((document("superseded"),), Status.TO_DO, None),
    ((document(party_id="pt_other"),), Status.TO_DO, None),
])  # fmt: skip
def test_the_state_of_a_document_requirement_follows_its_files(
    documents: tuple[HeldDocument, ...], status: Status, problem: str | None
) -> None:
    found = extract_requirement(*documents)
    assert (found.status, found.problem) == (status, problem)


def test_more_than_a_quarter_makes_an_owner_today_and_a_quarter_from_10_july_2027() -> None:
    quarter = Roles(beneficial_owner=True, capital=2500)
    assert not is_owner_by_share(quarter, BOOK.on(date(2027, 7, 9)).requirements)
    assert is_owner_by_share(quarter, BOOK.on(date(2027, 7, 10)).requirements)
    assert is_owner_by_share(Roles(votes=2501), BOOK.on(date(2027, 7, 9)).requirements)
