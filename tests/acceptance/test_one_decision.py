# SPDX-License-Identifier: Apache-2.0
"""Two officers in two processes decide the same case at the same moment: one decision, one event (promise R6)."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from kyc.store.tables import AuditRow, DecisionRow, OutboxRow
from ocr import Reading
from tests.acceptance.installation import Installation, installed
from tests.acceptance.merchants import prepare
from tests.acceptance.officers import rivals
from tests.house import (
    COMPANY,
    FolderSources,
    House,
    KeptHints,
    KeptNotices,
    KeptWebhooks,
    SteeredClock,
    kbis,
    person,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]

RACES = 50
_SAID = ("merchant_account.activated", "merchant_account.rejected", "approved", "refused")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """An installation on each engine; nothing of it runs but the two officers."""
    given = {}
    if request.param == "postgresql":
        given["database_url"] = request.getfixturevalue("postgres_database_url")
    with installed(tmp_path, **given) as opened:
        yield opened


def test_of_two_officers_at_once_exactly_one_decides(installation: Installation) -> None:
    house = with_steered_reader(installation)
    cases = [in_review(house, installation, number) for number in range(RACES)]
    winners, losers = Counter[str](), Counter[str]()
    with rivals(installation.environment, (installation.officers[0].id, installation.officers[1].id)) as pair:
        for number, case_id in enumerate(cases):
            answers = pair.race(case_id, house.version(case_id), lead=number % 2)
            won = [each for each in answers if each in ("approved", "refused")]
            lost = [each for each in answers if each not in ("approved", "refused")]
            assert len(won) == len(lost) == 1, answers
            assert house.state(case_id) == won[0]
            winners.update(won)
            losers.update(lost)
    assert set(losers) == {"CASE_CHANGED"}
    assert_one_effect_each(house, cases)
    sys.stdout.write(f"{RACES} races on {house.deps.db.engine.dialect.name}: {dict(winners)}, {dict(losers)}\n")


def assert_one_effect_each(house: House, cases: list[str]) -> None:
    """One decision a case, one entry of it in the trail, one event and one e-mail."""
    with house.deps.db.read() as view:
        run = view.session.execute
        decisions = Counter(run(select(col(DecisionRow.case_id))).scalars())
        recorded = run(select(func.count()).where(col(AuditRow.verb) == "decision.recorded")).scalar_one()
        outbox = Counter(
            (row.merchant_id, row.channel) for row in run(select(OutboxRow)).scalars() if row.type in _SAID
        )
    assert decisions == Counter(cases)
    assert recorded == RACES
    assert len(outbox) == 2 * RACES
    assert set(outbox.values()) == {1}


def with_steered_reader(installation: Installation) -> House:
    """The installation's services with a reader that gives what a test put there: nothing is drawn or recognised."""
    readings = dict[bytes, Reading | Exception]()

    def steered(data: bytes) -> Reading:
        found = readings[data]
        assert isinstance(found, Reading)
        return found

    hints = KeptHints()
    deps = replace(installation.deps, read_document=steered, hints=hints)
    return House(deps, SteeredClock(), hints, KeptNotices(), KeptWebhooks(), FolderSources(), readings)


def in_review(house: House, installation: Installation, number: int) -> str:
    """A case that both officers could approve: an extract of today, everything opened, two measures a party."""
    owner = person()
    case_id = house.submitted(f"shop-{number}", owner=owner, extract=kbis(COMPANY, owner, issued=house.deps.today()))
    for officer in installation.officers:
        prepare(house.deps, officer, case_id)
    return case_id
