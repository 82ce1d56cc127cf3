# SPDX-License-Identifier: Apache-2.0
"""Fixtures shared by all tests: databases, servers, the browser."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, sync_playwright

from tests import servers

SERVER_FIXTURES = {"postgres_url", "postgres_template", "redis_url"}
BROWSER_FIXTURES = {"chromium"}
PROCESSES = Path(__file__).parent / "acceptance"  # whole services are started and killed there
# Chromium refuses its own sandbox to root, and must not look for its maker's hosts at every start.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 4 << 30  # bytes; containers often give 64 MB, which a run would fill


def pytest_configure() -> None:
    """Keep temporary files in memory where there is room: hundreds of databases wait for the disk else."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let readings that are kept (tests/golden/readings) be written anew."""
    parser.addoption("--accept", action="store_true", help="keep what is read now as what is to be read")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that asks for a server or the browser: `make check` leaves those out, they run one by one."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & SERVER_FIXTURES or item.path.is_relative_to(PROCESSES):
            item.add_marker("servers")
        if names & BROWSER_FIXTURES:
            item.add_marker("browser")


@pytest.fixture(scope="session", autouse=True)
def _authorities_read_once() -> Iterator[None]:
    """Give all outbound adapters of a run the same certificates of the public web: each reads 40 ms in them else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx, "create_ssl_context", cache(httpx.create_ssl_context))
        yield


@pytest.fixture
def light_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with the least work: what a hash costs is proven once, in tests/unit/services/test_access.py."""
    from kyc.services import passwords  # noqa: PLC0415 - tests without accounts need no services

    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the SQLAlchemy URL of a real PostgreSQL's maintenance database, one server a run."""
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Give the URL of a real Redis, one server a run."""
    with servers.redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """Give the name of a database migrated to the newest version, to be copied for each test."""
    from kyc.store.migrate import upgrade  # noqa: PLC0415 - tests without a database need no store

    name = "migrated"
    servers.execute(postgres_url, f'CREATE DATABASE "{name}"')
    upgrade(servers.sibling(postgres_url, name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file migrated to the newest version, to be copied for each test."""
    from kyc.store.migrate import upgrade  # noqa: PLC0415 - tests without a database need no store

    path = tmp_path_factory.mktemp("migrated") / "migrated.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the URL of a migrated SQLite file of this test alone."""
    path = tmp_path / "vestibule.sqlite3"
    with (
        closing(sqlite3.connect(sqlite_template)) as source,
        closing(sqlite3.connect(path)) as target,
    ):
        source.backup(target)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_database_url(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """Give the URL of a migrated PostgreSQL database of this test alone."""
    with servers.database_of(postgres_url, postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give a migrated database of this test alone; the test runs once on each engine."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_database_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give Debian's headless Chromium, driven by Playwright, one process a run."""
    program = servers.require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
