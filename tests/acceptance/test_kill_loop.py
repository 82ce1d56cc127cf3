# SPDX-License-Identifier: Apache-2.0
"""Nothing acknowledged is lost and nothing happens twice, whatever is killed (promises R1, R2, R6, R25)."""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from kyc.store.tables import OutboxRow
from tests.acceptance.brokers import disposable_redis
from tests.acceptance.examine import faults, undone
from tests.acceptance.fire import Victim, burn
from tests.acceptance.installation import Installation, installed
from tests.acceptance.ledger import Ledger
from tests.acceptance.merchants import Load, under_load
from tests.acceptance.officers import rivals
from tests.acceptance.processes import Program, is_ready, orphans_adopted, running, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

KILLS = 18
SEED = 20261122
STOP_SECONDS = 20
DONE_SECONDS = 60  # after the last kill (R1)
LOAD = Load(uploads=100, stories=6, seconds=75)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Installation]:
    """SQLite, files in a folder, one process."""
    with installed(tmp_path) as house:
        yield house


@pytest.fixture
def production(tmp_path: Path, postgres_database_url: str) -> Iterator[tuple[Installation, Program]]:
    """PostgreSQL, a Redis that forgets, web without worker, worker and beat; with the Redis to kill."""
    with disposable_redis(tmp_path / "redis.log") as (broker, url):
        given = {"database_url": postgres_database_url, "broker_url": url, "web_app": "kyc.app:web"}
        with installed(tmp_path, **given) as house:
            yield house, broker


def test_one_process_is_killed_again_and_again_and_nothing_is_lost_or_twice(embedded: Installation) -> None:
    web = embedded.serve()
    with orphans_adopted() as remaining:
        with running(web):
            report = under_fire(embedded, [Victim(web, 1)], pause=(3.5, 6.0))
            stop_all(web)
        assert remaining(15) == []
    sys.stdout.write(f"{report}\n")


def test_web_worker_clock_and_broker_are_killed_and_nothing_is_lost_or_twice(
    production: tuple[Installation, Program],
) -> None:
    house, broker = production
    web, worker, beat = house.serve(), house.worker(), house.beat()
    victims = [
        Victim(web, 3),
        Victim(worker, 4, ("whole", "alone", "child")),
        Victim(beat, 2),
        Victim(broker, 2),
    ]
    with orphans_adopted() as remaining:
        with running(web, worker, beat):
            report = under_fire(house, victims, pause=(2.5, 6.0))
            stop_all(beat, worker, web)
            broker.kill()
        assert remaining(15) == []
    sys.stdout.write(f"{report}\n")


def under_fire(house: Installation, victims: Sequence[Victim], *, pause: tuple[float, float]) -> str:
    """Load and kills at once; fail on any fault, else say in a line what was measured."""
    ledger = Ledger()
    ids = (house.officers[0].id, house.officers[1].id)
    wait_for(lambda: is_ready(house.port), 60, "the service is ready")
    with rivals(house.environment, ids) as pair, under_load(house, LOAD, ledger, pair) as futures:
        killed = burn(victims, kills=KILLS, seed=SEED, pause=pause)
        last = time.monotonic()
        wait_for(lambda: ended(futures), DONE_SECONDS, "everything is acknowledged and decided")
        wait_for(lambda: not undone(house.deps), DONE_SECONDS, lambda: f"done is {undone(house.deps)}", 0.5)
        seconds = time.monotonic() - last
    assert [victim.program.name for victim in victims if victim.program.ended] == []  # nobody dies but by our hand
    assert faults(house.deps, ledger) == []
    assert seconds <= DONE_SECONDS
    assert len(ledger.entries) == LOAD.uploads
    assert delivered(house) == []
    return (
        f"{killed.total()} kills {dict(killed)}; {len(ledger.entries)} uploads acknowledged, {ledger.repeated} of them "
        f"after a repeat, p95 {ledger.latency(0.95) * 1000:.0f} ms; {LOAD.stories} contested decisions; lost 0, "
        f"twice 0; all done {seconds:.1f} s after the last kill"
    )


def ended(futures: Sequence["Future[None]"]) -> bool:
    """Whether all of the load is through; raises what one of its threads raised."""
    done = [future for future in futures if future.done()]
    for future in done:
        future.result()
    return len(done) == len(futures)


def delivered(house: Installation) -> list[str]:
    """Webhook messages that the receiver did not see, or saw under an id that was never written."""
    with house.deps.db.read() as view:
        written = set(
            view.session.execute(select(col(OutboxRow.id)).where(col(OutboxRow.channel) == "webhook")).scalars()
        )
    return sorted(written ^ set(house.receiver.seen))


def stop_all(*programs: Program) -> None:
    """End them as an operator does."""
    for program in programs:
        program.stop(signal.SIGTERM, STOP_SECONDS)
