# SPDX-License-Identifier: Apache-2.0
"""The description against the running service (R11): every check of Schemathesis, also in sequences of calls."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from kyc.services import platform
from tests.house import House, open_house
from tests.integration.api_house import app_of
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
#: Rules that a schema cannot say: a public host, a day not before the account, a moment in the past, a whole file.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409"]

[[operations]]
include-operation-id = ["create_webhook_endpoint", "end_relationship", "replay_webhooks", "upload_document"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]
"""


@contextmanager
def served(house: House) -> Iterator[str]:
    """The API on a port of this machine."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app_of(house), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def run_schemathesis(address: str, folder: Path, *, key: str | None, examples: int, without: str = "") -> None:
    """Run all phases and all checks but `without`; fails with the report where anything is found."""
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG, "utf-8")
    header = ["--header", f"Authorization: Bearer {key}"] if key else []
    excluded = ["--exclude-checks", without] if without else []
    run = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "st"), "--config-file", str(config)),
            *("run", str(ROOT / "docs" / "openapi.json"), "--url", address, *header),
            *("--checks", "all", "--max-examples", str(examples), "--seed", "1", "--no-color", "--continue-on-failure"),
            *excluded,
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.integration.api_hooks"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.timeout(1000)
def test_the_service_keeps_its_description_on_each_engine(database_url: str, tmp_path: Path) -> None:
    with open_house(database_url, tmp_path) as house, served(house) as address:
        key = platform.issue_api_key(house.deps, name="platform", livemode=False, scopes=platform.SCOPES)
        run_schemathesis(address, tmp_path, key=key, examples=100)


@pytest.mark.slow
@pytest.mark.timeout(1000)
@pytest.mark.parametrize("scopes", [None, ("gate:read",)], ids=["nobody", "the gate's client"])
def test_the_service_keeps_its_description_for_those_who_may_less(
    sqlite_url: str, tmp_path: Path, scopes: tuple[str, ...] | None
) -> None:
    with open_house(sqlite_url, tmp_path) as house, served(house) as address:
        key = None
        if scopes is not None:
            key = platform.issue_api_key(house.deps, name="less", livemode=False, scopes=scopes)
        # Whoever lacks the scope hears 403 whatever else is missing: the check wants to hear of the header first.
        run_schemathesis(address, tmp_path, key=key, examples=25, without="missing_required_header")
