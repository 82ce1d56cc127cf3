# SPDX-License-Identifier: Apache-2.0
"""After a list change only those whom it may concern are searched whole; a run is never taken for more than it is."""

import random
import shutil
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from kyc.services import lists, rescreening
from kyc.services.duties import run_duties
from kyc.services.jobs import run_job
from kyc.store.tables import ListDeltaRow, ScreeningRunRow
from tests.house import House, person
from tests.integration.steps import approve, blockers, gate
from tests.listed import LISTED, OTHER, Row, changed, publish

pytestmark = pytest.mark.slow

KARIM = person("Karim", "Fictif", birth_date=date(1979, 3, 14))
ODILE = person("Odile", "Nouvelle", birth_date=date(1980, 1, 15))


@pytest.fixture
def house(bare_house: House) -> House:
    """A house whose list names one person."""
    publish(bare_house, LISTED)
    bare_house.run_jobs()
    return bare_house


def runs(house: House, case_id: str) -> list[ScreeningRunRow]:
    with house.deps.db.read() as view:
        return view.screenings.runs(case_id)


def deltas(house: House) -> list[ListDeltaRow]:
    with house.deps.db.read() as view:
        return list(view.session.execute(select(ListDeltaRow).order_by(col(ListDeltaRow.at))).scalars())


def rescreen_job(house: House) -> str:
    with house.deps.db.read() as view:
        active = view.lists.active_set()
        assert active is not None
        job = view.jobs.last("rescreen", active.id)
    assert job is not None
    return job.id


def screens_queued(house: House) -> int:
    with house.deps.db.read() as view:
        return view.jobs.waiting("screen")


def test_whom_a_change_does_not_concern_keeps_the_run_and_whom_it_does_is_searched(house: House) -> None:
    plain, met = house.submitted("shop-1"), house.submitted("shop-2", owner=ODILE)
    before = {case: [row.id for row in runs(house, case)] for case in (plain, met)}
    publish(house, LISTED, OTHER)
    assert {"SCREENING_STALE"} <= blockers(house, plain) & blockers(house, met)
    house.run_jobs()
    with house.deps.db.read() as view:
        active = view.lists.active_set()
    (delta,) = deltas(house)
    assert active is not None
    assert [row.id for row in runs(house, plain)] == before[plain]
    assert {(row.carried_to, row.carried_at) for row in runs(house, plain)} == {(active.id, house.clock.now())}
    assert len(runs(house, met)) == 2 * len(before[met])
    assert (delta.from_set, delta.to_set) == (runs(house, plain)[0].list_set, active.id)
    assert (delta.searched, delta.touched) == (["DEMO:2"], [])
    assert "SCREENING_STALE" not in blockers(house, plain) | blockers(house, met)
    assert "ALERTS_OPEN" in blockers(house, met)


def test_an_open_gate_stays_open_over_a_change_that_concerns_nobody(house: House) -> None:
    case_id = house.submitted()
    approve(house, case_id)
    publish(house, LISTED, OTHER)
    assert gate(house, case_id).allowed
    house.run_jobs()
    assert gate(house, case_id).allowed


def test_a_chain_of_changes_is_carried_over_step_by_step(house: House) -> None:
    case_id = house.submitted()
    for rows in ((LISTED, OTHER), (LISTED,), (LISTED, changed(OTHER, id="3"))):
        publish(house, *rows)
        house.run_jobs()
    with house.deps.db.read() as view:
        active = view.lists.active_set()
    assert active is not None
    steps = {row.from_set: row.to_set for row in deltas(house)}
    (step,) = {row.list_set for row in runs(house, case_id)}
    for _ in range(3):
        step = steps[step]
    assert step == active.id
    assert {row.carried_to for row in runs(house, case_id)} == {active.id}


def test_two_changes_before_anybody_was_screened_are_one(house: House) -> None:
    case_id = house.submitted()
    publish(house, LISTED, OTHER)
    publish(house, LISTED, OTHER, changed(OTHER, id="3", name="Anton VIERTER"))
    house.run_jobs()
    (delta,) = deltas(house)
    assert delta.searched == ["DEMO:2", "DEMO:3"]
    assert "SCREENING_STALE" not in blockers(house, case_id)


@pytest.mark.parametrize("reason", ["engine", "parameters", "party", "old", "file", "never"])
def test_whatever_cannot_be_told_is_searched_whole(house: House, reason: str) -> None:
    case_id = house.submitted()
    with house.deps.db.write() as uow:
        for row in uow.screenings.runs(case_id):
            row.engine = "another" if reason == "engine" else row.engine
            row.parameters_sha256 = "another" if reason == "parameters" else row.parameters_sha256
            row.party_version -= reason == "party"
            if reason == "never":
                uow.session.delete(row)
    if reason == "old":
        house.clock.move(hours=25)
    publish(house, LISTED, OTHER)
    if reason == "file":
        with house.deps.db.read() as view:
            (old,) = [row for row in view.lists.versions() if row.state == "superseded"]
        shutil.rmtree(house.deps.lists_folder / "raw" / old.id)
    run_job(house.deps, rescreen_job(house))
    assert screens_queued(house) == 1
    house.run_jobs()
    assert "SCREENING_STALE" not in blockers(house, case_id)


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_screening_that_dies_half_way_never_reads_as_clear_and_is_finished_later(
    house: House, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    cases = [house.submitted(f"shop-{n}", owner=owner) for n, owner in enumerate((person(), ODILE, person()))]
    monkeypatch.setattr(rescreening, "_CASES_AT_ONCE", 1)
    settled, calls = rescreening._settled, []

    def dies(*arguments: object) -> bool:
        calls.append(arguments)
        if len(calls) == fails_at:
            raise OSError
        return settled(*arguments)  # type: ignore[arg-type]  # the arguments of the real one

    monkeypatch.setattr(rescreening, "_settled", dies)
    publish(house, LISTED, OTHER)
    run_job(house.deps, rescreen_job(house))
    done = [case for case in cases if "SCREENING_STALE" not in blockers(house, case)]
    assert cases[1] not in done
    assert len(done) < 3
    house.clock.move(minutes=1)
    house.run_jobs()
    assert not [case for case in cases if "SCREENING_STALE" in blockers(house, case)]
    assert "ALERTS_OPEN" in blockers(house, cases[1])


def test_a_job_for_a_set_that_was_replaced_leaves_all_to_the_next(house: House) -> None:
    case_id = house.submitted()
    publish(house, LISTED, OTHER)
    first = rescreen_job(house)
    publish(house, LISTED)
    run_job(house.deps, first)
    assert "SCREENING_STALE" in blockers(house, case_id)
    assert {row.carried_to for row in runs(house, case_id)} == {None}
    house.run_jobs()
    assert "SCREENING_STALE" not in blockers(house, case_id)


def test_duties_leave_a_running_rescreening_alone_and_take_over_from_a_dead_one(house: House) -> None:
    case_id = house.submitted()
    house.clock.move(minutes=11)
    publish(house, LISTED, OTHER)
    run_duties(house.deps, {})
    assert screens_queued(house) == 0
    with house.deps.db.write() as uow:
        claim = uow.jobs.claim(rescreen_job(house), uow.now)
        assert claim is not None
        uow.jobs.bury(claim, uow.now, "OSError")
    run_duties(house.deps, {})
    assert screens_queued(house) == 1
    house.run_jobs()
    assert "SCREENING_STALE" not in blockers(house, case_id)


def test_everybody_is_searched_whole_once_a_day_however_often_runs_were_carried_over(house: House) -> None:
    case_id = house.submitted()
    house.clock.move(hours=20)
    publish(house, LISTED, OTHER)
    house.run_jobs()
    count = len(runs(house, case_id))
    house.clock.move(hours=5)
    run_duties(house.deps, {})
    house.run_jobs()
    assert len(runs(house, case_id)) == 2 * count


def test_by_what_changed_and_whole_come_to_the_same(house: House) -> None:
    """Ten random changes of a list, after each the alerts as they are, then again after searching everybody whole."""
    chance = random.Random(20261122)
    cases = [house.submitted(f"shop-{n}", owner=owner) for n, owner in enumerate((person(), KARIM, ODILE))]
    pool = [
        LISTED,
        OTHER,
        Row("3", "Jeanne EXEMPLE", birth_dates="1980-01-15"),
        Row("4", "Karim FICTIV"),
        Row("5", "Librairie EXEMPLE", type="organisation"),
        Row("6", "Odile NOUVEL", birth_dates="1980"),
    ]

    def alerts() -> list[tuple[str, str, str, str]]:
        with house.deps.db.read() as view:
            return sorted(
                (row.case_id, row.entry, row.fingerprint, row.state)
                for case in cases
                for row in view.screenings.alerts(case)
            )

    for _ in range(10):
        rows = [changed(row, birth_dates=chance.choice(["", "1980-01-15", "1979-03-14"])) for row in pool]
        publish(house, *chance.sample(rows, chance.randint(len(rows) - 1, len(rows))))
        house.run_jobs()
        by_delta = alerts()
        with house.deps.db.write() as uow:
            for case in cases:
                uow.enqueue("screen", case)
        house.run_jobs()
        assert alerts() == by_delta


def test_what_a_version_changed_is_kept_with_it(house: House) -> None:
    publish(house, changed(LISTED, birth_dates="1979-03-15"), OTHER)
    with house.deps.db.read() as view:
        active = view.lists.active_version(lists.DEMO)
        assert active is not None
        rows = view.lists.changes(active.id, limit=10)
        before = next(row for row in view.lists.versions() if row.state == "superseded")
    assert active.compared_with == before.id
    assert [(row.kind, row.ref, row.name, row.identifying) for row in rows] == [
        ("added", "DEMO:2", "Odile NOUVELLE", True),
        ("changed", "DEMO:1", "Karim FICTIF", True),
    ]
    old, new = ({"year": 1979, "month": 3, "day": day} for day in (14, 15))
    assert rows[1].fields == {"birth_dates": [[old], [new]]}
