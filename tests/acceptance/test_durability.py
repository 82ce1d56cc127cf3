# SPDX-License-Identifier: Apache-2.0
"""What "stored" means: settings of both engines, order of the disk's calls, and what an interrupted upload leaves (R3).

Power loss itself cannot be tested here; these are the settings and calls on which surviving it rests.
"""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from ulid import ULID

from kyc.adapters.local_blobs import LocalBlobs
from kyc.domain.errors import UnavailableError
from kyc.services import intake, jobs
from kyc.services.duties import run_duties
from kyc.services.leftovers import orphaned_blobs
from kyc.services.oversight import broken_invariants
from kyc.services.reading import original
from kyc.store.database import make_engine
from tests.house import COMPANY, MERCHANT, START, House, kbis, open_house, png


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_url, tmp_path) as opened:
        yield opened


def test_sqlite_waits_for_the_disk_keeps_a_log_ahead_and_holds_references(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert found == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 15_000}


def test_postgresql_answers_a_commit_once_it_is_on_disk(postgres_database_url: str) -> None:
    engine = make_engine(postgres_database_url)
    with engine.connect() as connection:
        found = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in ("synchronous_commit", "fsync")}
    engine.dispose()
    assert found == {"synchronous_commit": "on", "fsync": "on"}


def test_a_blob_is_on_disk_before_it_has_its_name_and_the_name_before_anything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = LocalBlobs(tmp_path / "blobs")
    calls: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        calls.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_sync(descriptor)

    def rename(self: Path, target: Path) -> Path:
        calls.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", rename)
    blobs.put("doc_01", b"sealed")
    # First the new sub-folder's own name, then content, name, and the folder that holds the name.
    assert calls == ["folder", "file", "rename", "folder"]
    assert blobs.get("doc_01") == b"sealed"


def test_the_blob_is_stored_before_the_row_and_the_row_before_the_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    put, commit = LocalBlobs.put, Session.commit

    def storing(self: LocalBlobs, name: str, data: bytes) -> None:
        put(self, name, data)
        calls.append("blob")

    def committing(self: Session) -> None:
        commit(self)
        calls.append("commit")

    merchant_id, company_id = account(house)
    monkeypatch.setattr(LocalBlobs, "put", storing)
    monkeypatch.setattr(Session, "commit", committing)
    upload(house, merchant_id, company_id)
    assert calls == ["blob", "commit"]


def test_a_commit_whose_answer_was_lost_keeps_the_blob_and_the_repeat_finds_the_document(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant_id, company_id = account(house)
    commit = Session.commit

    def committing(self: Session) -> None:
        commit(self)
        raise OperationalError("COMMIT", None, ConnectionError("the answer was lost"))

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", committing)
        with pytest.raises(UnavailableError):
            upload(house, merchant_id, company_id)
    document_id = upload(house, merchant_id, company_id)
    with house.deps.db.read() as view:
        document, merchant = view.documents.get(document_id), view.merchants.get(merchant_id)
    assert original(house.deps, merchant, document) == png()
    assert broken_invariants(house.deps) == ()


def test_a_blob_without_a_row_is_no_fault_for_an_hour_and_is_removed_by_the_daily_cleaning(house: House) -> None:
    name = f"doc_{ULID.from_datetime(START)}"
    house.deps.blobs.put(name, b"killed before its row was written")
    house.clock.move(minutes=59)
    assert broken_invariants(house.deps) == ()
    house.clock.move(minutes=2)
    assert broken_invariants(house.deps) == (f"blob_without_row:{name}",)
    run_duties(house.deps, {})
    house.run_jobs()
    assert broken_invariants(house.deps) == ()
    assert house.deps.blobs.names() == []
    run_duties(house.deps, {})
    assert house.run_jobs() == 0  # once a day is enough
    house.clock.move(days=1)
    run_duties(house.deps, {})
    assert house.run_jobs() == 1


def test_the_pages_of_a_document_that_is_being_read_are_no_orphans(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant_id, company_id = account(house)
    document_id = upload(house, merchant_id, company_id)
    house.readings[png()] = kbis(COMPANY)
    monkeypatch.setattr("kyc.services.leftovers.PATIENCE", -timedelta(days=36_500))
    house.deps.blobs.put(f"{document_id}-p001", b"stored, but the transaction has not begun")
    assert orphaned_blobs(house.deps) == ()
    house.run_jobs()
    assert orphaned_blobs(house.deps) == ()
    house.deps.blobs.put(f"{document_id}-p002", b"of an attempt that came to nothing")
    assert orphaned_blobs(house.deps) == (f"{document_id}-p002",)


def test_a_missing_blob_is_a_broken_invariant(house: House) -> None:
    merchant_id, company_id = account(house)
    document_id = upload(house, merchant_id, company_id)
    house.deps.blobs.delete(document_id)
    assert broken_invariants(house.deps) == (f"blob_missing:{document_id}",)


def test_a_heartbeat_that_misses_the_database_once_goes_on_beating(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant_id, company_id = account(house)
    upload(house, merchant_id, company_id)
    with house.deps.db.write() as uow:
        claim = uow.jobs.claim(uow.jobs.due(uow.now)[0], uow.now)
    assert claim is not None
    beats: list[str] = []
    extend = type(house.deps.db).write

    def failing(self: object) -> object:
        beats.append("missed" if len(beats) < 2 else "beaten")
        if len(beats) <= 2:
            raise UnavailableError("DATABASE_UNAVAILABLE")
        return extend(house.deps.db)

    monkeypatch.setattr(jobs, "_HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(type(house.deps.db), "write", failing)
    with jobs._heartbeat(house.deps, claim):
        while "beaten" not in beats:
            pass
    assert beats[:3] == ["missed", "missed", "beaten"]


def account(house: House) -> tuple[str, str]:
    """A new account: ids of merchant and company."""
    merchant_id = house.account()
    with house.deps.db.read() as view:
        return merchant_id, view.merchants.company(merchant_id).id


def upload(house: House, merchant_id: str, company_id: str) -> str:
    """One small file for the company."""
    return intake.receive(
        house.deps,
        MERCHANT,
        merchant_id,
        party_id=company_id,
        requirement="registration_document",
        filename="a.png",
        data=png(),
    )
