# SPDX-License-Identifier: Apache-2.0
"""Lists are fetched one after the other: authorities that do not answer leave workers free for people's documents."""

from pathlib import Path

from tests.house import open_house


def test_a_second_list_waits_and_a_document_does_not(database_url: str, tmp_path: Path) -> None:
    with open_house(database_url, tmp_path) as house:
        with house.deps.db.write() as uow:
            first, second = (uow.enqueue("sync_list", source) for source in ("FR", "EU"))
            document = uow.enqueue("read", "doc_1")
        with house.deps.db.write() as uow:
            running = uow.jobs.claim(first, uow.now)
        assert running is not None
        with house.deps.db.write() as uow:
            assert uow.jobs.claim(second, uow.now) is None
            assert uow.jobs.due(uow.now) == [document]
            assert uow.jobs.claim(document, uow.now) is not None
        with house.deps.db.write() as uow:
            assert uow.jobs.finish(running, uow.now)
            assert uow.jobs.claim(second, uow.now) is not None


def test_a_worker_that_died_over_a_list_holds_up_no_other(database_url: str, tmp_path: Path) -> None:
    with open_house(database_url, tmp_path) as house:
        with house.deps.db.write() as uow:
            first, second = (uow.enqueue("sync_list", source) for source in ("FR", "EU"))
            uow.jobs.claim(first, uow.now)
        house.clock.move(seconds=31)
        with house.deps.db.write() as uow:
            assert set(uow.jobs.due(uow.now)) == {first, second}
            assert uow.jobs.claim(second, uow.now) is not None
            assert uow.jobs.claim(first, uow.now) is None
