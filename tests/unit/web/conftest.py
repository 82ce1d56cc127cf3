# SPDX-License-Identifier: Apache-2.0
"""A house with the portal over it, on SQLite."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from tests.house import House, open_house
from tests.portal_site import portal_app


@pytest.fixture(autouse=True)
def _light_passwords(light_passwords: None) -> None:
    """These tests log in a hundred times."""


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what survives a power cut: that is proven where it is made, not by pages."""
    monkeypatch.setattr(os, "fsync", lambda _file: None)


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """Give real services over a database of this test alone."""
    with open_house(sqlite_url, tmp_path) as opened:
        event.listen(opened.deps.db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF").close())
        yield opened


@pytest.fixture
def site(house: House) -> FastAPI:
    """Give the portal over that house."""
    return portal_app(house)
