# SPDX-License-Identifier: Apache-2.0
"""Two designated holders of a quarter each own the company between them: it is treated as designated (R-36)."""

from datetime import date

import pytest

from kyc.domain.party import Roles
from kyc.services import console_view, dossier, intake, review
from tests.house import COMPANY, MERCHANT, House, kbis, passport, person
from tests.integration.steps import blockers
from tests.listed import LISTED, OTHER, publish

KARIM = person("Karim", "Fictif", birth_date=date(1979, 3, 14))
ODILE = person("Odile", "Nouvelle", birth_date=date(1980, 1, 15))
HOLDERS = ((KARIM, 2500), (ODILE, 2500), (person(), 5000))


@pytest.fixture
def case_id(bare_house: House) -> str:
    """A case of a company with three holders, two of whom resemble entries."""
    house = bare_house
    publish(house, LISTED, OTHER)
    house.run_jobs()
    merchant_id = house.account()
    dossier.declare_company(house.deps, MERCHANT, merchant_id, COMPANY)
    with house.deps.db.read() as view:
        company_id = view.merchants.company(merchant_id).id
    extract = kbis(COMPANY, *(holder for holder, _ in HOLDERS))
    files = [house.upload(merchant_id, company_id, "registration_document", extract)]
    for holder, share in HOLDERS:
        roles = Roles(representative=share == 5000, beneficial_owner=True, capital=share, votes=share)
        person_id, _ = dossier.declare_person(house.deps, MERCHANT, merchant_id, None, holder, roles)
        files.append(house.upload(merchant_id, person_id, "identity_document", passport(holder)))
    house.run_jobs()
    for document_id in files:
        intake.confirm(house.deps, MERCHANT, merchant_id, document_id, "correct")
    dossier.submit(house.deps, MERCHANT, merchant_id)
    house.run_jobs()
    with house.deps.db.read() as view:
        return view.cases.of_merchant(merchant_id).id


def test_two_quarters_of_designated_holders_make_the_company_designated(bare_house: House, case_id: str) -> None:
    house, officer = bare_house, bare_house.officer()
    alerts = console_view.case_view(house.deps, officer, case_id).alerts
    assert {alert.entry["ref"] for alert in alerts} == {"DEMO:1", "DEMO:2"}
    for count, alert in enumerate(alerts):
        view = console_view.case_view(house.deps, officer, case_id)
        assert (view.owned.capital, view.owned.reached) == (2500 * count, False)
        assert (view.perhaps_owned.capital, view.perhaps_owned.reached) == (5000, True)
        assert "OWNED_BY_DESIGNATED" not in blockers(house, case_id)
        review.settle_alert(
            house.deps, officer, case_id, alert.id, confirmed=True, reason_code="", compared=("name", "birth_date"),
            comment="Same person",
        )  # fmt: skip
    view = console_view.case_view(house.deps, officer, case_id)
    assert (view.owned.capital, view.owned.votes, view.owned.reached) == (5000, 5000, True)
    blocker = next(each for each in view.blockers if each.code == "OWNED_BY_DESIGNATED")
    assert {view.title_of(party_id) for party_id in blocker.subjects} == {"Karim Fictif", "Odile Nouvelle"}


def test_a_cleared_holder_does_not_count(bare_house: House, case_id: str) -> None:
    house, officer = bare_house, bare_house.officer()
    first, second = console_view.case_view(house.deps, officer, case_id).alerts
    for alert, confirmed in ((first, True), (second, False)):
        review.settle_alert(
            house.deps, officer, case_id, alert.id, confirmed=confirmed,
            reason_code="" if confirmed else "different_birth_date", compared=("name", "birth_date"), comment="Seen",
        )  # fmt: skip
    view = console_view.case_view(house.deps, officer, case_id)
    assert (view.owned.capital, view.perhaps_owned.capital) == (2500, 2500)
    assert {each.code for each in view.blockers} >= {"FREEZE"}
    assert "OWNED_BY_DESIGNATED" not in {each.code for each in view.blockers}
