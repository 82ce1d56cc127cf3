# SPDX-License-Identifier: Apache-2.0
"""One document to a reader and its reply back, over pipes, bounded in time and size."""

import contextlib
import json
import os
import selectors
import time
from collections.abc import Iterator
from dataclasses import dataclass

from ocr import plain
from ocr.models import Limits
from ocr.plain import MalformedValueError, member

_CHUNK = 1 << 16
_REPORT_BYTES = 4096
_PATIENCE = 5.0  # seconds from the kill of a reader to the report of its end

TOO_LONG = "The reader exceeded its time limit."
TOO_MUCH = "The reader's answer exceeded its limit."
ABNORMAL = "The reader ended abnormally."


@dataclass(frozen=True, slots=True)
class Usage:
    """What one document cost: CPU seconds of its reader and the most memory that it held, in bytes.

    start_seconds are those that the reader spent before there was a document: its start and its rehearsal.
    """

    cpu_seconds: float
    start_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a reader ended: its reply or the reason why there is none; no usage where its end was not reported."""

    reply: bytes
    failure: str | None
    usage: Usage | None


class Pipes:
    """The four pipes of one reading: document in, reply out, the leash, and the report of the reader's end.

    Its own ends are closed by close(); the reader's are handed over and closed by let_go(). The end of the leash that
    the reader gets is kept here too: the kernel must still know whose leash it is when the reader is gone and a program
    that it started is not.
    """

    def __init__(self) -> None:
        self._open: list[int] = []
        document, self._document = self._pipe()
        self._reply, reply = self._pipe()
        self._leash_end, self._leash = self._pipe()
        self._report, report = self._pipe()
        self.theirs = (document, reply, self._leash_end, report)

    def _pipe(self) -> tuple[int, int]:
        ends = os.pipe2(os.O_CLOEXEC)
        self._open += ends
        return ends

    def let_go(self) -> None:
        """Close the ends that were handed over, so that the end of the reader shows here."""
        for descriptor in self.theirs:
            if descriptor != self._leash_end:
                self._close(descriptor)

    def close(self) -> None:
        """Close whatever is still open, the leash first."""
        self.pull_leash()
        for descriptor in tuple(self._open):
            self._close(descriptor)

    def pull_leash(self) -> None:
        """Let the kernel kill the reader and all that it started."""
        self._close(self._leash)

    def _close(self, descriptor: int) -> None:
        if descriptor in self._open:
            self._open.remove(descriptor)
            os.close(descriptor)

    def converse(self, data: bytes, limits: Limits) -> Outcome:
        """Feed the document, collect the reply and the report; at a limit the reader is killed."""
        deadline = time.monotonic() + limits.wall_seconds
        reply, failure = self._exchange(data, limits, deadline)
        report = self._ended(deadline) if failure is None else None
        if report is None:
            failure = failure or TOO_LONG
            self.pull_leash()
            report = self._ended(time.monotonic() + _PATIENCE)
        status, usage = _understood(report or b"")
        if failure is None and status != 0:
            failure = ABNORMAL
        return Outcome(b"" if failure else reply, failure, usage)

    def _exchange(self, data: bytes, limits: Limits, deadline: float) -> tuple[bytes, str | None]:
        """Return the whole reply, or why it was given up."""
        reply = bytearray()
        for piece in self._pieces(data, deadline):
            if piece is None:
                return b"", TOO_LONG
            reply += piece
            if len(reply) > limits.reply_bytes:
                return b"", TOO_MUCH
        return bytes(reply), None

    def _pieces(self, data: bytes, deadline: float) -> Iterator[bytes | None]:
        """Yield pieces of the reply while the document is fed; None once when the deadline passes."""
        rest = memoryview(data)
        os.set_blocking(self._document, False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._document, selectors.EVENT_WRITE)
            selector.register(self._reply, selectors.EVENT_READ)
            while True:
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                if not ready:
                    yield None
                    return
                for key, _ in ready:
                    if key.fd == self._reply:
                        piece = os.read(self._reply, _CHUNK)
                        if not piece:
                            return
                        yield piece
                        continue
                    rest = _feed(self._document, rest)
                    if not rest:
                        selector.unregister(self._document)
                        self._close(self._document)

    def _ended(self, deadline: float) -> bytes | None:
        """Return the report of the reader's end, empty where nobody is left to report; None past the deadline."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._report, selectors.EVENT_READ)
            if not selector.select(max(0.1, deadline - time.monotonic())):
                return None
        return os.read(self._report, _REPORT_BYTES)


def _feed(descriptor: int, rest: memoryview) -> memoryview:
    """Write what the pipe takes; a reader that no longer listens has its say in the reply."""
    try:
        return rest[os.write(descriptor, rest[:_CHUNK]) :]
    except BlockingIOError:
        return rest
    except BrokenPipeError:
        return rest[:0]


def _understood(report: bytes) -> tuple[int | None, Usage | None]:
    """Return exit status (negative for a signal) and usage; None for both where there was no report."""
    with contextlib.suppress(ValueError, MalformedValueError):
        row = plain.mapping(json.loads(report))
        cpu, start = (plain.number(member(row, name)) for name in ("cpu_seconds", "start_seconds"))
        used = Usage(cpu, start, plain.integer(member(row, "peak_bytes")))
        return plain.integer(member(row, "status")), used
    return None, None
