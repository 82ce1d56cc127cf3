# SPDX-License-Identifier: Apache-2.0
"""The warm reader: decoders and models are loaded once, then a fork of this process reads each document.

It never holds a byte of a document. What comes in are descriptors, which go to the fork; the fork confines itself
before it reads, answers and ends, so that no document meets the memory of another. This process has one thread
(OpenCV, OpenBLAS and OpenMP are told so), which is what makes forking it sound.
"""

import contextlib
import ctypes
import gc
import json
import os
import selectors
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ocr.child import confine
from ocr.child.main import Read, answer
from ocr.models import Limits, Media

_PACKAGE = Path(__file__).resolve().parents[1]
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom", "/dev/zero")
_MESSAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reads a document, and whether it has to start a program (the OCR engine) to do so."""

    read: Read
    starts_programs: bool


@dataclass(frozen=True, slots=True)
class _Order:
    """What the service says at the start: sandbox level, folders for work and of certificates, its line and leash."""

    level: int
    workplace: str
    control: int
    leash: int
    trust: str | None


@dataclass(frozen=True, slots=True)
class _Fork:
    """A fork at work: its number, the handle that tells its end, where that is reported, its own folder."""

    pid: int
    handle: int
    report: int
    scratch: str | None


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
        control.send(b"ready")
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
        self._events = selectors.DefaultSelector()
        self._events.register(control, selectors.EVENT_READ)

    def serve(self) -> None:
        """Fork for each message and report how each fork ended; returns at the end of the line."""
        while True:
            for key, _ in self._events.select():
                if isinstance(key.data, _Fork):
                    self._bury(key.data)
                    continue
                message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE_BYTES, 4)
                if not message:
                    return
                self._fork(json.loads(message), descriptors)

    def _fork(self, row: dict[str, object], descriptors: list[int]) -> None:
        *given, report = descriptors
        scratch = tempfile.mkdtemp(dir=self._workplace) if self._loaded.starts_programs else None
        warm = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._read(row, given, scratch, warm)
        for descriptor in given:
            os.close(descriptor)
        handle = os.pidfd_open(pid)
        self._events.register(handle, selectors.EVENT_READ, _Fork(pid, handle, report, scratch))

    def _read(self, row: dict[str, object], given: list[int], scratch: str | None, warm: int) -> None:
        """Be the reader of one document: confine, read, answer and end."""
        status = 1
        try:
            os.setpgid(0, 0)
            document, reply, leash = given
            limits, media = Limits(**row["limits"]), Media(row["media"])  # type: ignore[arg-type]
            self._cage.enter(limits=limits, leash=leash, kept=given, scratch=scratch, parent=warm)
            tempfile.tempdir = scratch
            answer(self._loaded.read, media, limits, document, reply)
            status = 0
        finally:
            os._exit(status)

    def _bury(self, fork: _Fork) -> None:
        self._events.unregister(fork.handle)
        os.close(fork.handle)
        _, status, used = os.wait4(fork.pid, 0)
        if fork.scratch is not None:
            shutil.rmtree(fork.scratch, ignore_errors=True)
        code = os.waitstatus_to_exitcode(status)
        report = {"status": code, "cpu_seconds": used.ru_utime + used.ru_stime, "peak_bytes": used.ru_maxrss * 1024}
        with contextlib.suppress(BrokenPipeError):  # nobody waits for it any more
            os.write(fork.report, json.dumps(report).encode())
        os.close(fork.report)
