# SPDX-License-Identifier: Apache-2.0
"""One command makes a running service, a second start fills nothing again, and Ctrl-C leaves nothing behind."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.servers import free_port

GIVE_UP_SECONDS = 240  # the first start fills the demo: documents are drawn, read and screened
STOP_SECONDS = 60
FILLING = "Filling the demo institution"

pytestmark = pytest.mark.slow


def is_ready(port: int) -> bool:
    """Return whether the service answers that it is ready."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def members(group: int) -> list[str]:
    """Return the command lines of the living processes of a process group."""
    listing = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], check=True, capture_output=True, text=True).stdout
    rows = [line.split(maxsplit=2) for line in listing.splitlines()]
    return [row[-1] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


@contextmanager
def make_run(port: int, data: Path, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `make run` as a terminal does: a process group of its own, which Ctrl-C reaches whole."""
    environment = {**os.environ, "KYC_DATA_DIR": str(data), "MAKEFLAGS": "", "KYC_ONLINE": "false"}
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Wait for the service; fail with its output when it ends or never gets ready."""
    end = time.monotonic() + GIVE_UP_SECONDS
    while not is_ready(port):
        if process.poll() is not None or time.monotonic() > end:
            pytest.fail(f"not ready:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.05)


def test_make_run_serves_stops_on_ctrl_c_and_starts_again_without_filling(tmp_path: Path) -> None:
    port = free_port()
    for name, fills in (("first", True), ("second", False)):
        log = tmp_path / f"{name}.log"
        with make_run(port, tmp_path / "data", log) as process:
            wait_until_ready(process, port, log)
            os.killpg(process.pid, signal.SIGINT)
            process.wait(STOP_SECONDS)
            assert members(process.pid) == []
        assert (FILLING in log.read_text(errors="replace")) is fills
