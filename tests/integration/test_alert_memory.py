# SPDX-License-Identifier: Apache-2.0
"""What an officer cleared stays cleared for this version of the person and this content of the entry, and no other."""

from datetime import date

import pytest

from kyc.domain.party import Roles
from kyc.services import console_view, dossier, review
from tests.house import MERCHANT, House, person
from tests.integration.steps import approve, blockers, gate, merchant_of
from tests.listed import LISTED, OTHER, Row, changed, publish

pytestmark = pytest.mark.slow

KARIM = person("Karim", "Fictif", birth_date=date(1979, 3, 14))
OWNER = Roles(representative=True, beneficial_owner=True, capital=10_000, votes=10_000)


@pytest.fixture
def case_id(bare_house: House) -> str:
    """A case whose owner resembles an entry."""
    publish(bare_house, LISTED)
    bare_house.run_jobs()
    return bare_house.submitted(owner=KARIM)


def states(house: House, case_id: str) -> list[str]:
    """The states of all alerts, in the order in which they were raised."""
    with house.deps.db.read() as view:
        return [row.state for row in sorted(view.screenings.alerts(case_id), key=lambda row: row.id)]


def settle(house: House, case_id: str, *, confirmed: bool) -> None:
    """Settle the open alert."""
    officer = house.officer(email="settles@example.org")
    (alert,) = [each for each in console_view.case_view(house.deps, officer, case_id).alerts if each.state == "open"]
    review.settle_alert(
        house.deps, officer, case_id, alert.id, confirmed=confirmed,
        reason_code="" if confirmed else "different_birth_date", compared=("name", "birth_date"), comment="Compared",
    )  # fmt: skip


def published(house: House, *rows: Row) -> None:
    """A new version of the list, and everybody screened again."""
    assert publish(house, *rows) == "active"
    house.run_jobs()


def test_the_same_person_and_the_same_entry_stay_cleared(bare_house: House, case_id: str) -> None:
    settle(bare_house, case_id, confirmed=False)
    published(bare_house, LISTED, OTHER)
    with bare_house.deps.db.write() as uow:
        uow.enqueue("screen", case_id)
    bare_house.run_jobs()
    assert states(bare_house, case_id) == ["cleared"]
    assert "ALERTS_OPEN" not in blockers(bare_house, case_id)


@pytest.mark.parametrize("values", [{"birth_dates": "1979-03-15"}, {"aliases": "K. FICTIF|Karim EL FICTIF"}])
def test_an_entry_that_now_tells_another_person_reopens_the_question(
    bare_house: House, case_id: str, values: dict[str, str]
) -> None:
    settle(bare_house, case_id, confirmed=False)
    published(bare_house, changed(LISTED, **values))
    assert states(bare_house, case_id) == ["cleared", "open"]
    assert "ALERTS_OPEN" in blockers(bare_house, case_id)


def test_an_entry_that_changed_in_nothing_that_identifies_stays_cleared(bare_house: House, case_id: str) -> None:
    settle(bare_house, case_id, confirmed=False)
    published(bare_house, changed(LISTED, programme="ANOTHER FICTION"))
    assert states(bare_house, case_id) == ["cleared"]


def test_a_person_who_changed_is_another_question(bare_house: House, case_id: str) -> None:
    house = bare_house
    settle(house, case_id, confirmed=False)
    officer = house.officer(email="asks@example.org")
    items = (("company.registration_document", "document_too_old"),)
    review.request_information(house.deps, officer, case_id, house.version(case_id), items)
    merchant_id = merchant_of(house, case_id)
    with house.deps.db.read() as view:
        someone = next(row for row in view.merchants.parties(merchant_id) if row.kind == "person")
    moved = person("Karim", "Fictif", birth_date=date(1979, 3, 14), birth_place="Nantes")
    dossier.declare_person(house.deps, MERCHANT, merchant_id, someone.id, moved, OWNER)
    dossier.submit(house.deps, MERCHANT, merchant_id)
    house.run_jobs()
    assert states(house, case_id) == ["cleared", "open"]
    assert "ALERTS_OPEN" in blockers(house, case_id)


def test_an_entry_that_went_and_came_back_unchanged_is_still_cleared(bare_house: House, case_id: str) -> None:
    settle(bare_house, case_id, confirmed=False)
    published(bare_house)
    assert states(bare_house, case_id) == ["cleared"]
    published(bare_house, LISTED)
    assert states(bare_house, case_id) == ["cleared"]


def test_an_open_alert_on_an_entry_that_went_is_kept_as_de_listed_and_comes_back_with_it(
    bare_house: House, case_id: str
) -> None:
    published(bare_house)
    assert states(bare_house, case_id) == ["delisted"]
    assert "ALERTS_OPEN" not in blockers(bare_house, case_id)
    officer = bare_house.officer(email="looks@example.org")
    assert [each.state for each in console_view.case_view(bare_house.deps, officer, case_id).alerts] == ["delisted"]
    published(bare_house, LISTED)
    assert states(bare_house, case_id) == ["open"]
    assert "ALERTS_OPEN" in blockers(bare_house, case_id)


def test_a_confirmed_match_outlives_the_entry(bare_house: House, case_id: str) -> None:
    settle(bare_house, case_id, confirmed=True)
    published(bare_house)
    assert states(bare_house, case_id) == ["confirmed"]
    assert {"FREEZE", "OWNED_BY_DESIGNATED"} <= blockers(bare_house, case_id)


def test_a_confirmed_match_whose_consequence_grows_to_a_freeze_suspends_and_never_shrinks_back(
    bare_house: House,
) -> None:
    house = bare_house
    publish(house, changed(LISTED, category="restriction"))
    house.run_jobs()
    case_id = house.submitted(owner=KARIM)
    settle(house, case_id, confirmed=True)
    approve(house, case_id)
    assert gate(house, case_id).allowed
    published(house, LISTED)
    assert house.state(case_id) == "suspended"
    assert "FREEZE" in blockers(house, case_id)
    published(house, changed(LISTED, category="restriction"))
    assert "FREEZE" in blockers(house, case_id)
