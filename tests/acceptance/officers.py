# SPDX-License-Identifier: Apache-2.0
"""Two officers in two processes who decide the same case at the same moment."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import IO

from tests.paths import ROOT

OUTCOMES = ("approve", "refuse")


@dataclass(frozen=True, slots=True)
class Rivals:
    """Both processes; `race` gives both the order before it reads an answer."""

    first: "subprocess.Popen[str]"
    second: "subprocess.Popen[str]"
    officers: tuple[str, str]
    lock: Lock

    def race(self, case_id: str, version: int, lead: int = 0) -> tuple[str, str]:
        """The first approves while the second refuses; their answers. `lead` (0 or 1) hears the order first."""
        with self.lock:
            pairs = zip((self.first, self.second), self.officers, OUTCOMES, strict=True)
            for process, officer, outcome in pairs:
                order = {"officer": officer, "case": case_id, "version": version, "outcome": outcome}
                _pipe(process.stdin).write(json.dumps(order) + "\n")
            # Both orders are written before either is heard.
            for process in (self.first, self.second)[:: -1 if lead else 1]:
                _pipe(process.stdin).flush()
            return _answer(self.first), _answer(self.second)


@contextmanager
def rivals(environment: Mapping[str, str], officers: tuple[str, str]) -> Iterator[Rivals]:
    """Both processes, ready to decide; ended when the block ends."""
    with _officer(environment) as first, _officer(environment) as second:
        for process in (first, second):
            assert _answer(process) == "ready"
        yield Rivals(first, second, officers, Lock())


@contextmanager
def _officer(environment: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.acceptance.decide"],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            _pipe(process.stdin).close()


def _answer(process: "subprocess.Popen[str]") -> str:
    answer: str = _pipe(process.stdout).readline().strip()
    return answer


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RuntimeError("the process was started without pipes")
    return stream
