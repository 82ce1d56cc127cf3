# SPDX-License-Identifier: Apache-2.0
"""Stopping is quick and leaves nothing behind, also in the midst of work; two services share one SQLite file."""

import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance import specimens
from tests.acceptance.examine import faults, undone
from tests.acceptance.installation import Installation, installed
from tests.acceptance.ledger import Ledger, Platform, Upload
from tests.acceptance.processes import (
    Program,
    children_of,
    command_line,
    descendants_of,
    is_ready,
    orphans_adopted,
    running,
    wait_for,
)
from tests.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

STOP_SECONDS = 10
EACH = 20  # uploads to each of two services


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path) as opened:
        yield opened


def test_a_termination_signal_ends_the_service_while_it_reads_and_while_a_client_dawdles(house: Installation) -> None:
    web = house.serve()
    with orphans_adopted() as remaining:
        with running(web):
            wait_for(lambda: is_ready(house.port), 60, "the service is ready")
            with Platform(house.port, house.api_key, Ledger()) as platform, dawdling(house):
                send(house, platform, "shop", 3)
                seconds = web.stop(signal.SIGTERM, STOP_SECONDS)
        assert remaining(5) == []
    sys.stdout.write(f"stopped in {seconds:.1f} s\n")


def test_what_a_stopped_service_was_reading_is_read_by_the_next_one(house: Installation) -> None:
    ledger = Ledger()
    for _ in range(2):
        web = house.serve()
        with running(web):
            wait_for(lambda: is_ready(house.port), 60, "the service is ready")
            with Platform(house.port, house.api_key, ledger) as platform:
                send(house, platform, f"shop-{len(ledger.entries)}", 3)
            if len(ledger.entries) > 3:
                wait_for(lambda: not undone(house.deps), 60, lambda: f"done is {undone(house.deps)}")
            web.stop(signal.SIGTERM, STOP_SECONDS)
    assert faults(house.deps, ledger) == []


def test_ctrl_c_ends_the_demo_and_everything_that_it_started(house: Installation) -> None:
    data = house.application.settings.data_dir
    (data / "invitation.txt").write_text("/invitation/specimen")
    (data / "seeded").touch()  # the filling itself is proven by `make run`
    demo = house.program("demo", sys.executable, "-m", "kyc", "demo", "--port", str(house.port))
    with orphans_adopted() as remaining:
        with running(demo):
            wait_for(lambda: is_ready(house.port), 60, "the demo is ready")
            with Platform(house.port, house.api_key, Ledger()) as platform:
                send(house, platform, "shop", 3)
            demo.stop(signal.SIGINT, STOP_SECONDS)
        assert remaining(5) == []


def test_each_process_of_a_worker_has_its_reader_before_a_document_comes_and_none_is_left(house: Installation) -> None:
    worker = house.worker()
    with orphans_adopted() as remaining:
        with running(worker):
            wait_for(lambda: _with_a_reader(worker.pid) >= 2, 60, worker.tail)
            worker.stop(signal.SIGTERM, STOP_SECONDS)
        assert remaining(5) == []


def _with_a_reader(worker: int) -> int:
    """How many processes of a worker have started what reads documents."""
    lines = {pid: [command_line(each) for each in descendants_of(pid)] for pid in children_of(worker)}
    return sum(any("ocr/child" in line for line in below) for below in lines.values())


def test_two_services_on_one_sqlite_file_wait_for_each_other_and_break_nothing(house: Installation) -> None:
    ledger, port = Ledger(), free_port()
    environment = {**house.environment, "KYC_PORT": str(port)}
    second: Program = replace(house.serve(), name="second", environment=environment, log=house.folder / "second.log")

    def load(at: int) -> None:
        with Platform(at, house.api_key, ledger) as platform:
            send(house, platform, f"shop-{at}", EACH)

    with running(house.serve(), second):
        wait_for(lambda: is_ready(house.port) and is_ready(port), 60, "both are ready")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(load, (house.port, port)))
        wait_for(lambda: not undone(house.deps), 90, lambda: f"done is {undone(house.deps)}", 0.5)
    assert faults(house.deps, ledger) == []
    assert len(ledger.entries) == 2 * EACH
    with closing(sqlite3.connect(house.application.settings.data_dir / "vestibule.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def send(house: Installation, platform: Platform, reference: str, count: int) -> None:
    """Hand in extracts, three a merchant."""
    merchant = house.account(reference)
    for number in range(count):
        if number and number % 3 == 0:
            merchant = house.account(f"{reference}-{number}")
        data = specimens.extract(house.port * 1000 + number)
        platform.upload(Upload(*merchant, "registration_document", "kbis.pdf", data))


def dawdling(house: Installation) -> socket.socket:
    """A client with a good key that began to send a body and never goes on: its request is running."""
    client = socket.create_connection(("127.0.0.1", house.port), timeout=5)
    head = (
        "POST /v1/merchant_accounts HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {house.api_key}",
        "Idempotency-Key: dawdling",
        "Content-Type: application/json",
        "Content-Length: 500",
    )
    client.sendall("\r\n".join((*head, "", "{")).encode())
    return client
