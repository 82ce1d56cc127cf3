# SPDX-License-Identifier: Apache-2.0
"""The warm readers of this process: lent for one document each time, replaced when dead, old or much used."""

import json
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from ocr.exchange import ABNORMAL, Outcome, Pipes
from ocr.models import Limits, Media

# A warm reader holds nothing of a document; an end is set to what a library might leak or let rot over weeks.
_MOST_DOCUMENTS = 1000
_MOST_SECONDS = 3600.0
_NOT_STARTED = "The reader could not be started."
GONE = Outcome(b"", ABNORMAL, None)


class NotStartedError(RuntimeError):
    """A warm reader ended, or said nothing for long, before it was ready."""


class Process(Protocol):
    """What is needed of a subprocess.Popen; sandbox.py alone starts one."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""

    def wait(self) -> int:
        """Wait for its end and return how it ended."""


@dataclass(slots=True)
class Warm:
    """A warm reader: its process, the line to it, its leash, its folder and how much it was used."""

    process: Process
    line: socket.socket
    leash: int
    workplace: str
    started: float = field(default_factory=time.monotonic)
    documents: int = 0
    running: int = 0
    lost: bool = False

    def read(self, data: bytes, media: Media, limits: Limits) -> Outcome:
        """Have one document read; GONE where this warm reader died before or under it."""
        message = json.dumps({"limits": asdict(limits), "media": media.value}).encode()
        pipes = Pipes()
        try:
            socket.send_fds(self.line, [message], pipes.theirs)
            pipes.let_go()
            outcome = pipes.converse(data, limits)
        except (BrokenPipeError, ConnectionResetError):
            outcome = GONE
        finally:
            pipes.close()
        self.lost |= outcome.usage is None
        return outcome

    def is_fit(self) -> bool:
        """Tell whether it may get another document."""
        fresh = self.documents < _MOST_DOCUMENTS and time.monotonic() - self.started < _MOST_SECONDS
        return fresh and not self.lost and self.process.poll() is None

    def stop(self) -> None:
        """Kill it with all that it started, and remove what it may have left on the disk."""
        self.let_go()
        if self.process.poll() is None:  # not reaped, so the number of its group cannot be another's
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.workplace, ignore_errors=True)

    def let_go(self) -> None:
        """Close the line and the leash; where this was the last hold on them, the kernel kills the reader."""
        self.line.close()
        os.close(self.leash)


class Nursery:
    """One warm reader for each sandbox level and folder of certificates in use; a service uses one of each."""

    def __init__(self, start: Callable[[int, Path | None], Warm]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._warm: dict[tuple[int, Path | None], Warm] = {}

    def prepare(self, level: int, trust: Path | None = None) -> None:
        """Start a warm reader where there is none; NotStartedError where that fails."""
        with self._lock:
            self._fit((level, trust))

    def read(self, data: bytes, media: Media, limits: Limits, level: int, trust: Path | None = None) -> Outcome:
        """Have one document read; a warm reader that is found dead is replaced, once."""
        outcome = GONE
        for _ in range(2):
            try:
                with self._lent((level, trust)) as warm:
                    outcome = warm.read(data, media, limits)
            except NotStartedError:
                return Outcome(b"", _NOT_STARTED, None)
            if outcome != GONE:
                break
        return outcome

    @contextmanager
    def _lent(self, kind: tuple[int, Path | None]) -> Iterator[Warm]:
        with self._lock:
            warm = self._fit(kind)
            warm.documents += 1
            warm.running += 1
        try:
            yield warm
        finally:
            with self._lock:
                warm.running -= 1
                if warm.running == 0 and self._warm.get(kind) is not warm:
                    warm.stop()

    def _fit(self, kind: tuple[int, Path | None]) -> Warm:
        warm = self._warm.get(kind)
        if warm is None or not warm.is_fit():
            if warm is not None:
                del self._warm[kind]
                if warm.running == 0:
                    warm.stop()
            self._warm[kind] = warm = self._start(*kind)
        return warm

    def close(self) -> None:
        """Stop all warm readers; readings that are under way fail, later ones start new readers."""
        with self._lock:
            for warm in self._warm.values():
                warm.stop()
            self._warm.clear()

    def forget(self) -> None:
        """Let go of the warm readers in a fork of this process: they are the parent's and end with it alone."""
        for warm in self._warm.values():
            warm.let_go()
            warm.process.returncode = 0  # no child of the fork, which must not look for its end
        self._warm.clear()
        self._lock = threading.Lock()
