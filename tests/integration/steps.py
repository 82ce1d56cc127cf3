# SPDX-License-Identifier: Apache-2.0
"""Steps that tests of whole use cases share."""

from kyc.domain.decision import Outcome
from kyc.services import activation, console_view, review
from tests.house import House

WHY = "Everything was compared and agrees."
NEW_ROW = "DEMO,99,person,sanction,Odile NOUVELLE,O. Nouvelle,1980-01-15,FR,,,FICTIONAL,,\n"


def gate(house: House, case_id: str) -> activation.GateAnswer:
    """The gate's answer for the merchant of a case in test mode."""
    with house.deps.db.read() as view:
        merchant_id = view.cases.get(case_id).merchant_id
    return activation.ask_gate(house.deps, merchant_id, livemode=False)


def approve(house: House, case_id: str) -> None:
    """Approve by one officer after opening everything."""
    officer = house.officer(email=f"{case_id[-6:].lower()}@example.org")
    version = house.prepare_decision(officer, case_id)
    review.decide(house.deps, officer, case_id, version, outcome=Outcome.APPROVE, rationale=WHY)


def merchant_of(house: House, case_id: str) -> str:
    """The merchant of a case."""
    with house.deps.db.read() as view:
        return view.cases.get(case_id).merchant_id


def blockers(house: House, case_id: str) -> set[str]:
    """What an officer who has just come still finds in the way."""
    with house.deps.db.read() as view:
        number = len(view.access.officers())
    officer = house.officer(email=f"fresh-{number}@example.org")
    return {each.code for each in console_view.case_view(house.deps, officer, case_id).blockers}
