# SPDX-License-Identifier: Apache-2.0
"""The warm reader: decoders and models are loaded once, then a fork of this process reads each document.

It never holds a byte of a document. What comes in are descriptors, which go to the fork; the fork confines itself
before it reads, answers and ends, so that no document meets the memory of another. This process has one thread
(OpenCV, OpenBLAS and OpenMP are told so), which is what makes forking it sound.

With each document a fork is made for the next one: it confines itself, reads an extract of ours and waits. A document
that comes before it is done gets a fork that has not rehearsed.
"""

import contextlib
import ctypes
import gc
import json
import os
import select
import selectors
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ocr.child import confine
from ocr.child.main import Read, answer
from ocr.models import Limits, Media

_PACKAGE = Path(__file__).resolve().parents[1]
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom", "/dev/zero")
_MESSAGE_BYTES = 4096
_WAITING = b"!"  # what a fork says that waits for its document
_SCHEDULED = 2  # CPUCLOCK_SCHED of the kernel's posix-timers.h: the clock of all that a process ran


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reads a document, whether it starts a program (the OCR engine) for that, and what a fork reads before."""

    read: Read
    starts_programs: bool
    rehearse: Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Order:
    """What the service says at the start: sandbox level, folders for work and of certificates, its line and leash."""

    level: int
    workplace: str
    control: int
    leash: int
    trust: str | None


@dataclass(slots=True)
class _Fork:
    """A fork, waiting or at work: its number, the handle that tells its end, the line to it, its own folder.

    Where it has a document, report is where its end is told and before are the CPU seconds that it spent till then.
    """

    pid: int
    line: socket.socket
    scratch: str | None
    handle: int = field(init=False)
    report: int | None = None
    before: float = 0.0

    def __post_init__(self) -> None:
        self.handle = os.pidfd_open(self.pid)

    def waits(self) -> bool:
        """Tell whether it is done with its rehearsal; it says so once."""
        try:
            return self.line.recv(1, socket.MSG_DONTWAIT) == _WAITING
        except (BlockingIOError, ConnectionResetError):
            return False

    def cpu_seconds(self) -> float:
        """Return the CPU seconds that it has spent."""
        return time.clock_gettime((~self.pid << 3) | _SCHEDULED)


def load(trust: Path | None) -> Loaded:
    """Import every decoder, load every model and certificate, and let each of them work once."""
    from ocr.child import ready  # noqa: PLC0415 - a second of imports, which a leash must cover already

    return Loaded(*ready.reader(trust))


def main(order_text: str, loading: Callable[[Path | None], Loaded] = load) -> int:
    """Serve documents until the service closes its line, and return the exit status."""
    order = _Order(**json.loads(order_text))
    confine.hold_leash(order.leash)
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(silence, standard)
    loaded = loading(Path(order.trust) if order.trust else None)
    readable = [*_SYSTEM_FOLDERS, sys.base_prefix, sys.prefix, str(_PACKAGE)]
    cage = confine.Cage(level=order.level, readable=readable, programs=loaded.starts_programs)
    gc.collect()
    gc.disable()  # a collection in a fork, which lives for one document, would copy what all of them share
    _give_back_free_memory()
    with socket.socket(fileno=order.control) as control:
        _Warm(control, cage, loaded, order.workplace).serve()
    return 0


def _give_back_free_memory() -> None:
    """Let forks get fresh pages: what malloc keeps here for later they would share, and copy 4 KiB at a time."""
    with contextlib.suppress(AttributeError):  # where there is no GNU C library
        ctypes.CDLL(None).malloc_trim(0)


class _Warm:
    """The loop between the line to the service and the ends of the forks."""

    def __init__(self, control: socket.socket, cage: confine.Cage, loaded: Loaded, workplace: str) -> None:
        self._control, self._cage, self._loaded, self._workplace = control, cage, loaded, workplace
        self._next: _Fork | None = None
        self._events = selectors.DefaultSelector()
        self._events.register(control, selectors.EVENT_READ)

    def serve(self) -> None:
        """Hand each document to a fork and report how each fork ended; returns at the end of the line."""
        first = self._next = self._fork(rehearse=True)
        select.select([first.line.fileno(), first.handle], [], [])
        self._control.send(b"ready")
        while True:
            for key, _ in self._events.select():
                if isinstance(key.data, _Fork):
                    self._bury(key.data)
                    continue
                message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE_BYTES, 4)
                if not message:
                    return
                self._hand_over(message, descriptors)

    def _hand_over(self, message: bytes, descriptors: list[int]) -> None:
        *given, report = descriptors
        if not self._taken_by_the_next(message, given, report):
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its end will be reported
                self._give(self._fork(rehearse=False), message, given, report)
        for descriptor in given:
            os.close(descriptor)
        if self._next is None:
            self._next = self._fork(rehearse=True)

    def _taken_by_the_next(self, message: bytes, given: list[int], report: int) -> bool:
        """Tell whether there is a fork that waits, and the document could be handed over to it."""
        fork = self._next
        if fork is None or not fork.waits():
            return False
        self._next = None
        try:
            self._give(fork, message, given, report)
        except (BrokenPipeError, ConnectionResetError):
            fork.report = None  # it ended while it waited
            return False
        return True

    def _give(self, fork: _Fork, message: bytes, given: list[int], report: int) -> None:
        fork.report, fork.before = report, fork.cpu_seconds()
        socket.send_fds(fork.line, [message], given)

    def _fork(self, *, rehearse: bool) -> _Fork:
        scratch = tempfile.mkdtemp(dir=self._workplace) if self._loaded.starts_programs else None
        line, its_line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        warm = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._live(its_line, scratch, warm, rehearse=rehearse)
        its_line.close()
        fork = _Fork(pid, line, scratch)
        self._events.register(fork.handle, selectors.EVENT_READ, fork)
        return fork

    def _live(self, line: socket.socket, scratch: str | None, warm: int, *, rehearse: bool) -> None:
        """Be the reader of one document: confine, rehearse, wait, read, answer and end."""
        status = 1
        try:
            os.setpgid(0, 0)
            self._cage.enter(kept=line.fileno(), scratch=scratch, parent=warm)
            tempfile.tempdir = scratch
            if rehearse:
                self._loaded.rehearse()
                os.write(line.fileno(), _WAITING)
            self._read(line)
            status = 0
        finally:
            os._exit(status)

    def _read(self, line: socket.socket) -> None:
        message, given, _, _ = socket.recv_fds(line, _MESSAGE_BYTES, 3)
        line.close()
        if message:
            document, reply, leash = given
            row = json.loads(message)
            limits, media = Limits(**row["limits"]), Media(row["media"])
            confine.limit(limits, leash)
            answer(self._loaded.read, media, limits, document, reply)

    def _bury(self, fork: _Fork) -> None:
        self._events.unregister(fork.handle)
        os.close(fork.handle)
        fork.line.close()
        _, status, used = os.wait4(fork.pid, 0)
        if fork.scratch is not None:
            shutil.rmtree(fork.scratch, ignore_errors=True)
        if fork is self._next:
            self._next = None
        if fork.report is None:
            return
        row = {
            "status": os.waitstatus_to_exitcode(status),
            "cpu_seconds": max(0.0, used.ru_utime + used.ru_stime - fork.before),
            "start_seconds": fork.before,
            "peak_bytes": used.ru_maxrss * 1024,
        }
        with contextlib.suppress(BrokenPipeError):  # nobody waits for it any more
            os.write(fork.report, json.dumps(row).encode())
        os.close(fork.report)
