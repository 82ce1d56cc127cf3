# SPDX-License-Identifier: Apache-2.0
"""Programs that a test starts, kills with SIGKILL and starts again, and a count of what they leave behind.

Linux only: orphans are adopted by the test process (PR_SET_CHILD_SUBREAPER, prctl(2)), so that a program which
outlives its parent cannot hide under process 1.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.paths import ROOT

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass
class Program:
    """A program in a process group of its own; its output goes to `log`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """The number of the running process."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self.process.pid

    @property
    def ended(self) -> bool:
        """Whether the process is no longer there."""
        return self.process is None or self.process.poll() is not None

    def start(self) -> None:
        """Start it; an instance that still runs must have been stopped before."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self, *, whole_group: bool = True) -> None:
        """SIGKILL to the process and everything in its group, or to the process alone; returns once it is reaped."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if whole_group:
                os.killpg(self.pid, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)
        self.process.wait()

    def kill_child(self, choose: Callable[[Sequence[int]], int]) -> bool:
        """SIGKILL to one child, as an out-of-memory killer does; False where there is none."""
        children = children_of(self.pid)
        if not children:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(choose(children), signal.SIGKILL)
        return True

    def send(self, sign: signal.Signals) -> None:
        """Send a signal to the process alone."""
        os.kill(self.pid, sign)

    def stop(self, sign: signal.Signals, patience: float) -> float:
        """Ask it to end and return how many seconds that took; fail the test where it takes longer than `patience`."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was never started")
        began = time.monotonic()
        self.process.send_signal(sign)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"{self.name} did not end within {patience} s of {sign.name}:\n{self.tail()}")
        return time.monotonic() - began

    def tail(self) -> str:
        """The end of its output."""
        return self.log.read_text(errors="replace")[-3000:]


@contextmanager
def running(*programs: Program) -> Iterator[None]:
    """Start the programs in order; whatever still runs at the end is killed with its group."""
    try:
        for program in programs:
            program.start()
        yield
    finally:
        for program in reversed(programs):
            program.kill()


def children_of(pid: int) -> list[int]:
    """The numbers of the living children of a process, in ascending order."""
    return sorted(each.pid for each in _table() if each.parent == pid and each.alive)


def descendants_of(pid: int) -> list[int]:
    """Children, their children, and so on."""
    found, new = list[int](), [pid]
    while new:
        new = [child for parent in new for child in children_of(parent)]
        found += new
    return found


def command_line(pid: int) -> str:
    """The words of a process, cut to a line."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        return ""
    return f"{pid}: {words.decode(errors='replace')[:200]}"


@contextmanager
def orphans_adopted() -> Iterator[Callable[[float], list[str]]]:
    """Adopt what loses its parent inside the block.

    Gives a function that waits up to so many seconds for all adopted and started processes to be gone and returns
    the command lines of those that are not.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    before = set(children_of(os.getpid()))

    def remaining(patience: float) -> list[str]:
        deadline = time.monotonic() + patience
        while True:
            _reap(before)
            left = [pid for pid in children_of(os.getpid()) if pid not in before]
            if not left or time.monotonic() > deadline:
                return [command_line(pid) for pid in left]
            time.sleep(0.1)

    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl PR_SET_CHILD_SUBREAPER")
    try:
        yield remaining
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
        _reap(before)


def wait_for(
    condition: Callable[[], bool], patience: float, what: str | Callable[[], str], every: float = 0.1
) -> float:
    """Wait until `condition` holds and return how many seconds that took; fail the test after `patience` seconds.

    `what` says what was waited for, where it is a function at the moment of failing.
    """
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > patience:
            said = what if isinstance(what, str) else what()
            pytest.fail(f"waited {patience:.0f} s in vain until {said}")
        time.sleep(every)
    return time.monotonic() - began


def is_ready(port: int) -> bool:
    """Whether the service at this port answers that it is ready."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    parent: int
    alive: bool


def _table() -> Iterator[_Process]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                # After the name, which may hold spaces and brackets itself: state, parent, … (proc(5)).
                words = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            yield _Process(int(folder.name), int(words[1]), words[0] not in "ZX")


def _reap(kept: set[int]) -> None:
    """Collect adopted processes that have ended; those started through subprocess are collected there."""
    for each in list(_table()):
        if each.parent == os.getpid() and not each.alive and each.pid not in kept:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(each.pid, os.WNOHANG)
