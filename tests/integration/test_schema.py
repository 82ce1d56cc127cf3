# SPDX-License-Identifier: Apache-2.0
"""The schema on both engines: migrations there and back, and truths that the database itself refuses to break."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from kyc.domain.case import SYSTEM
from kyc.services import lists
from kyc.store.database import make_engine
from kyc.store.migrate import config, downgrade, upgrade
from tests.house import DEMO_LIST, PLATFORM, House, open_house

pytestmark = pytest.mark.slow

WHEN = datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house with one case in review."""
    with open_house(database_url, tmp_path) as opened:
        lists.import_file(opened.deps, PLATFORM, DEMO_LIST)
        opened.submitted()
        yield opened


def refused(house: House, statement: str, **values: object) -> None:
    """The database refuses this statement."""
    with house.deps.db.engine.execution_options(writing=True).connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement), values)


def test_migrations_go_up_down_and_up_again_and_agree_with_the_tables(database_url: str) -> None:
    command.check(config(database_url))
    downgrade(database_url)
    engine = make_engine(database_url)
    with engine.connect() as connection:
        left = set(engine.dialect.get_table_names(connection)) - {"alembic_version"}
    engine.dispose()
    assert left == set()
    upgrade(database_url)
    command.check(config(database_url))


def test_filled_tables_survive_a_migration_check(house: House) -> None:
    with house.deps.db.engine.connect() as connection:
        counts = {
            table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar()
            for table in SQLModel.metadata.tables
        }
    assert counts["kyc_case"] == 1
    assert counts["document"] == 2
    assert counts["reading"] == 2


@pytest.mark.parametrize("statement", ["UPDATE audit SET verb = 'x'", "DELETE FROM audit"])
def test_the_audit_trail_refuses_change(house: House, statement: str) -> None:
    refused(house, statement)


@pytest.mark.parametrize("statement", [
    "UPDATE kyc_case SET state = 'open'",
    "UPDATE kyc_case SET state = 'pending_second_approval', proposed_by = NULL",
    "UPDATE party SET capital = 10001 WHERE kind = 'person'",
    "UPDATE party SET capital = -1 WHERE kind = 'person'",
    "UPDATE party SET representative = TRUE WHERE kind = 'company'",
    "UPDATE party SET kind = 'company'",
    "UPDATE document SET size = 0",
    "UPDATE document SET sha256 = 'x'",
    "UPDATE document SET state = 'lost'",
    "UPDATE merchant SET ended_on = '2026-11-22'",
    "UPDATE merchant SET ended_on = '2026-11-22', retain_until = '2026-11-21'",
    "UPDATE list_version SET entries = 0 WHERE state = 'active'",
    "UPDATE job SET state = 'running', token = NULL",
    "DELETE FROM party WHERE kind = 'company'",
])  # fmt: skip
def test_what_the_domain_forbids_the_database_refuses_too(house: House, statement: str) -> None:
    refused(house, statement)


def test_a_document_cannot_have_two_readings(house: House) -> None:
    refused(
        house,
        "INSERT INTO reading (id, document_id, engine, created_at, sealed) "
        "SELECT 'rd_x', document_id, engine, created_at, sealed FROM reading",
    )


def test_a_merchant_cannot_have_two_running_cases(house: House) -> None:
    refused(
        house,
        "INSERT INTO kyc_case (id, number, merchant_id, state, version, created_at, updated_at) "
        "SELECT 'case_x', 999, merchant_id, 'draft', 1, created_at, updated_at FROM kyc_case",
    )


DECISION = (
    "INSERT INTO decision (id, case_id, case_version, outcome, final, withdrawn, second_needed, second_reasons, "
    "decided_by, decided_at, second_by, reason_code, policies, sealed) "
    "SELECT :id, id, :version, 'approve', :final, FALSE, :needed, '[]', :first, :at, :second, '', '{}', :sealed "
    "FROM kyc_case"
)


def decision(house: House, **changes: object) -> dict[str, object]:
    """The values of a decision by two officers, changed here and there."""
    with house.deps.db.read() as view:
        known = {row.email: row.id for row in view.access.officers()}
    first = known.get("one@example.org") or house.officer(email="one@example.org").id
    second = known.get("two@example.org") or house.officer(email="two@example.org").id
    return {
        "id": "dc_x", "version": 1, "final": True, "needed": True, "first": first, "second": second, "at": WHEN,
        "sealed": b"", **changes,
    }  # fmt: skip


def test_four_eyes_are_four_different_eyes_in_the_database_too(house: House) -> None:
    same = decision(house)
    refused(house, DECISION, **{**same, "second": same["first"]})


def test_a_decision_that_needs_a_second_officer_is_not_final_without_one(house: House) -> None:
    refused(house, DECISION, **decision(house, second=None))


def test_a_case_is_decided_once_a_version(house: House) -> None:
    first, again = decision(house), decision(house, id="dc_y")
    with house.deps.db.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text(DECISION), first)
    refused(house, DECISION, **again)


class PowerCutError(Exception):
    """The current is gone."""


def half_a_change(house: House, merchant_id: str) -> None:
    """A unit of work that does not come to its end."""
    with house.deps.db.write() as uow:
        uow.record(SYSTEM, "test", "x")
        uow.merchants.get(merchant_id).ended_on = date(2026, 11, 22)
        raise PowerCutError


def test_a_change_and_its_audit_row_stand_or_fall_together(house: House) -> None:
    with house.deps.db.read() as view:
        before = view.audit.head()
        merchant = view.merchants.page(livemode=False, after=None, limit=1)[0]
    with pytest.raises(PowerCutError):
        half_a_change(house, merchant.id)
    with house.deps.db.read() as view:
        assert view.audit.head() == before
        assert view.merchants.get(merchant.id).ended_on is None


def test_postgresql_keeps_the_trail_from_truncation_too(postgres_database_url: str, tmp_path: Path) -> None:
    with open_house(postgres_database_url, tmp_path) as opened:
        opened.account()
        refused(opened, "TRUNCATE audit")
