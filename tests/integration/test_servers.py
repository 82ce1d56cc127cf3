# SPDX-License-Identifier: Apache-2.0
"""The test servers themselves: real, durable where it matters, and gone when the tests are."""

import shutil
import subprocess
import sys
import time

import psycopg
import pytest
import redis
from playwright.sync_api import Browser

from tests import servers
from tests.paths import ROOT


def plain(url: str) -> str:
    """Return the SQLAlchemy URL as libpq reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def test_postgres_keeps_its_durable_settings(postgres_url: str) -> None:
    with psycopg.connect(plain(postgres_url)) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {name}".encode()).fetchone() == ("on",)


def test_each_test_gets_a_database_of_its_own(postgres_url: str) -> None:
    with servers.database_of(postgres_url, "template1") as first:
        servers.execute(first, "CREATE TABLE mine (id int)")
        with (
            servers.database_of(postgres_url, "template1") as second,
            psycopg.connect(plain(second)) as connection,
        ):
            found = connection.execute("SELECT to_regclass('mine')").fetchone()
    assert found == (None,)


def test_redis_keeps_nothing_on_disk(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.config_get("save", "appendonly") == {"save": "", "appendonly": "no"}


def test_a_missing_program_fails_the_test_where_ci_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-server is not installed"):
        servers.require("no-such-server")


def test_a_missing_program_skips_the_test_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-server is not installed"):
        servers.require("no-such-server")


def answers(url: str) -> bool:
    """Return whether a Redis still answers at `url`."""
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


@pytest.mark.slow
@pytest.mark.servers
def test_a_killed_test_run_leaves_no_server_behind() -> None:
    program = "from tests.servers import *\nwith redis_server() as u: print(u, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        url = child.stdout.readline().strip()
        with redis.Redis.from_url(url) as client:
            folder = client.config_get("dir")["dir"]
        child.kill()
    deadline = time.monotonic() + 10
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(folder)
    assert not answers(url)


def test_the_browser_draws_a_page(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<h1>Vestibule</h1>")
    assert page.get_by_role("heading").inner_text() == "Vestibule"
    page.close()
