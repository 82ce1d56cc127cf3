# SPDX-License-Identifier: Apache-2.0
"""A document on which the reader crashes, hangs, floods or babbles is given up after five attempts; others go on (R8).

The readers are real processes behind the real sandbox, run by the real worker thread; only the clock is
steered, so that the pauses between attempts need not be waited for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

import ocr.sandbox
from kyc.adapters.celery_hints import CeleryHints, celery_app
from kyc.adapters.http_lists import HttpLists
from kyc.app import Application
from kyc.services import intake
from kyc.services.jobs import run_job, sweep
from kyc.settings import Settings
from kyc.store.tables import JobRow
from ocr import Reading
from ocr.models import DEFAULT_LIMITS
from tests.acceptance.processes import orphans_adopted, wait_for
from tests.house import COMPANY, MERCHANT, House, kbis, open_house, png
from tests.readers import readers_that
from workers.embedded import start_worker
from workers.tasks import register

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

ATTEMPTS = 5
LIMITS = replace(DEFAULT_LIMITS, wall_seconds=1.5, reply_bytes=1_000_000)
READERS = {
    "crashes": "os.kill(os.getpid(), signal.SIGSEGV)",
    "hangs": "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
    "leaves a program behind": "subprocess.Popen(['/bin/sleep', '600']); os._exit(1)",
    "babbles": "os.write(reply, b'\\xff\\xfe{\"kind\": ' * 100)",
    "floods": "while True: os.write(reply, bytes(1 << 20))",
    "eats memory": "bytearray(1 << 31)",
    "says nothing": "",
    "kills the warm reader": "os.kill(os.getppid(), signal.SIGKILL); time.sleep(600)",
}


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("code", READERS.values(), ids=READERS.keys())
def test_a_reader_that_fails_always_is_given_up_and_the_queue_keeps_moving(
    house: House, code: str, tmp_path: Path
) -> None:
    poison, good = png(1), png(2)

    def read(data: bytes) -> Reading:
        if data == poison:
            # Level 1: it confines nothing but time, memory and files, so that the code can do its worst.
            return ocr.sandbox.read_at_level(data, limits=LIMITS, level=1)
        return kbis(COMPANY)

    with (
        orphans_adopted() as remaining,
        readers_that(code, tmp_path, programs=True),
        working(house, read) as application,
    ):
        first = upload(house, poison)
        second = upload(house, good)
        wait_for(lambda: state(house, second) == "read", 20, "the good document is read")
        for _ in range(ATTEMPTS):
            wait_for(lambda: not busy(application), 20, "the attempt has failed")
            house.clock.move(minutes=2)
            sweep(application.deps)
        wait_for(lambda: state(house, first) == "unreadable", 20, "the poison is given up")
        third = upload(house, png(3))
        wait_for(lambda: state(house, third) == "read", 20, "a later document is read")
        ocr.sandbox._NURSERY.close()
        assert remaining(5) == []
    with house.deps.db.read() as view:
        job = view.jobs.last("read", first)
        document = view.documents.get(first)
        verbs = [row.verb for row in view.audit.of_merchant(document.merchant_id) if row.subject == first]
    assert job is not None
    assert (job.state, job.attempt, job.problem) == ("dead", ATTEMPTS, "READER_FAILED")
    assert document.problem == "document_not_readable"
    assert verbs == ["document.received", "document.unreadable"]


def test_a_document_that_kills_its_worker_each_time_is_given_up_too(house: House) -> None:
    document_id = upload(house, png(1))
    with house.deps.db.read() as view:
        job = view.jobs.last("read", document_id)
    assert job is not None
    for _ in range(ATTEMPTS):
        with house.deps.db.write() as uow:
            assert uow.jobs.claim(job.id, uow.now) is not None  # and then the worker is gone
        house.clock.move(seconds=31)
    run_job(house.deps, job.id)
    with house.deps.db.read() as view:
        job = view.jobs.last("read", document_id)
    assert job is not None
    assert (job.state, job.problem) == ("dead", "WORKER_LOST")
    assert state(house, document_id) == "unreadable"


@contextmanager
def working(house: House, read: Callable[[bytes], Reading]) -> Iterator[Application]:
    """The embedded worker of the product on the test's services."""
    with celery_app("memory://localhost/") as celery:
        hints = CeleryHints(celery)
        database = house.deps.db
        database._wake = hints.wake
        deps = replace(house.deps, read_document=read, hints=hints)
        lists = HttpLists(folder=deps.lists_folder, contact="", packaged={})
        application = Application(deps, celery, Settings(online=False), lists)
        register(celery, application)
        worker = start_worker(celery, 2)
        try:
            yield application
        finally:
            worker.stop()


def upload(house: House, data: bytes) -> str:
    """A file of a new merchant's company."""
    merchant_id = house.account(f"shop-{sha256(data).hexdigest()}")
    with house.deps.db.read() as view:
        company_id = view.merchants.company(merchant_id).id
    return intake.receive(
        house.deps,
        MERCHANT,
        merchant_id,
        party_id=company_id,
        requirement="registration_document",
        filename="a.png",
        data=data,
    )


def state(house: House, document_id: str) -> str:
    """The document's state now."""
    with house.deps.db.read() as view:
        return view.documents.get(document_id).state


def busy(application: Application) -> bool:
    """Whether a job is running, or due and about to."""
    deps = application.deps
    with deps.db.read() as view:
        running = view.session.execute(select(col(JobRow.id)).where(col(JobRow.state) == "running")).first()
        return running is not None or bool(view.jobs.due(deps.now()))
