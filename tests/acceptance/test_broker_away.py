# SPDX-License-Identifier: Apache-2.0
"""The broker is disposable: uploads go on while it is away or hangs, and the work is done after it is back (R2)."""

import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.brokers import disposable_redis
from tests.acceptance.examine import faults, undone
from tests.acceptance.installation import Installation, installed
from tests.acceptance.ledger import Ledger
from tests.acceptance.merchants import Load, under_load
from tests.acceptance.processes import Program, is_ready, orphans_adopted, running, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

AWAY = Load(uploads=40, stories=0, seconds=25)
DONE_SECONDS = 60  # after the broker is back


@pytest.fixture
def production(tmp_path: Path, postgres_database_url: str) -> Iterator[tuple[Installation, Program]]:
    """Web, worker and beat over PostgreSQL and a Redis that can be taken away."""
    with disposable_redis(tmp_path / "redis.log") as (broker, url):
        given = {"database_url": postgres_database_url, "broker_url": url, "web_app": "kyc.app:web"}
        with installed(tmp_path, **given) as house:
            yield house, broker


@pytest.mark.parametrize("how", ["gone", "hanging"])
def test_uploads_are_acknowledged_without_a_broker_and_read_once_it_is_back(
    production: tuple[Installation, Program], how: str
) -> None:
    house, broker = production
    ledger = Ledger()
    worker, beat = house.worker(), house.beat()
    with orphans_adopted() as remaining:
        with running(house.serve(), worker, beat):
            wait_for(lambda: is_ready(house.port), 60, "the service is ready")
            wait_for(lambda: not undone(house.deps), 60, "the first duties are done")
            take_away(broker, how)
            with under_load(house, AWAY, ledger, None):
                pass
            waiting = len(undone(house.deps))
            bring_back(broker, how)
            back = time.monotonic()
            wait_for(lambda: not undone(house.deps), DONE_SECONDS, lambda: f"done is {undone(house.deps)}", 0.5)
            seconds = time.monotonic() - back
            assert not worker.ended
            assert not beat.ended
        broker.kill()
        assert remaining(15) == []
    assert faults(house.deps, ledger) == []
    assert len(ledger.entries) == AWAY.uploads
    sys.stdout.write(
        f"broker {how}: {AWAY.uploads} uploads acknowledged, p50 {ledger.latency(0.5) * 1000:.0f} ms, "
        f"p95 {ledger.latency(0.95) * 1000:.0f} ms, slowest {ledger.latency(1) * 1000:.0f} ms; {waiting} jobs waiting "
        f"when it came back, all done {seconds:.1f} s later\n"
    )


def take_away(broker: Program, how: str) -> None:
    """Kill it, or stop it so that connections stay open and nothing is answered."""
    if how == "gone":
        broker.kill()
    else:
        broker.send(signal.SIGSTOP)


def bring_back(broker: Program, how: str) -> None:
    """Start a new one that knows nothing, or let the old one go on."""
    if how == "gone":
        broker.start()
    else:
        broker.send(signal.SIGCONT)
