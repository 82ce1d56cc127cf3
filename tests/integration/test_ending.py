# SPDX-License-Identifier: Apache-2.0
"""The end of the process does not wait for an authority that hangs."""

from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

from fastapi.testclient import TestClient

from kyc.adapters.celery_hints import CeleryHints, celery_app
from kyc.app import Application
from kyc.services import lists
from kyc.settings import Settings
from tests.house import open_house
from tests.list_fetcher import Fetcher
from workers.embedded import with_worker


def test_the_embedded_worker_ends_while_a_download_hangs(fetcher: Fetcher, sqlite_url: str, tmp_path: Path) -> None:
    arrived, over = Event(), Event()

    def hang(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + bytes(1000))
        arrived.set()
        over.wait()

    fetcher.server.scripts["/list"] = hang
    with open_house(sqlite_url, tmp_path / "house") as house:
        adapter, celery = fetcher.with_rule(), celery_app("memory://ending/")
        deps = replace(house.deps, list_sources=adapter, hints=CeleryHints(celery))
        application = Application(deps, celery, Settings(online=False), adapter)
        with TestClient(with_worker(application)):
            with deps.db.write() as uow:
                job_id = uow.enqueue("sync_list", "FR")
            assert arrived.wait(60)
        assert not over.is_set()
        over.set()
        with deps.db.read() as view:
            job = view.jobs.last("sync_list", "FR")
            source = next(row for row in view.lists.sources() if row.source == "FR")
    assert job is not None
    assert (job.id, job.state, job.problem) == (job_id, "queued", lists.STOPPING)
    assert (source.problem, source.phase) == ("", "")
