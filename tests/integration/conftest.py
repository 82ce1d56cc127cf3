# SPDX-License-Identifier: Apache-2.0
"""Houses on both engines for the tests of whole use cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kyc.services import lists
from tests.house import DEMO_LIST, PLATFORM, House, open_house
from tests.list_fetcher import Fetcher
from tests.receiver import receiver


@pytest.fixture(autouse=True)
def _light_passwords(light_passwords: None) -> None:
    """Most of these tests have officers, and none is about their passwords."""


@pytest.fixture
def bare_house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house without any list."""
    with open_house(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def house(bare_house: House) -> House:
    """A house whose lists are the fictional ones."""
    lists.import_file(bare_house.deps, PLATFORM, DEMO_LIST)
    bare_house.run_jobs()
    return bare_house


@pytest.fixture
def fetcher(tmp_path: Path) -> Iterator[Fetcher]:
    """The adapter that fetches lists, and its server."""
    with receiver() as server:
        yield Fetcher(server, tmp_path)
