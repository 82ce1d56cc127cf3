# SPDX-License-Identifier: Apache-2.0
"""The readers that are measured: ours through its public interface, each peer as a process of its own."""

import json
import os
import statistics
import struct
import subprocess
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol

from ocr import DEFAULT_LIMITS, Reading, prepare
from ocr.bench import zones
from ocr.bench.truth import ZoneCase
from ocr.bench.zones import Answer
from ocr.sandbox import available_level, read_and_measure
from scripts.bench.environment import ROOT, NoEnvironment

MODELS: Final = ROOT / "ocr" / "data"
ONE_THREAD: Final = dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


# What is measured is CPU: on a busy machine a document must not fail by the clock on the wall.
_PATIENT: Final = replace(DEFAULT_LIMITS, wall_seconds=600.0)
_PAUSE: Final = 0.1  # seconds between two documents; the reader of the next gets ready meanwhile, as in a service


class ZoneReader(Protocol):
    """Anything that reads the zone of a picture."""

    def zone(self, case: ZoneCase) -> Answer:
        """Return what it makes of the picture of a case."""


class Ours:
    """The reader of this project, as its users call it."""

    def zone(self, case: ZoneCase) -> Answer:
        reading, cpu_ms = measured(case.file.read_bytes())
        if reading.mrz is None:
            return Answer((), False, cpu_ms)
        return Answer(reading.mrz.lines, reading.mrz.valid, cpu_ms)


class Peer:
    """A peer in a process of its own; NoEnvironment where it cannot be started."""

    def __init__(self, name: str, python: Path, models: Path | None) -> None:
        program = ROOT / "scripts" / "bench" / "ocr_peer.py"
        command = [str(python), "-I", str(program), name, *([str(models)] if models else [])]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **ONE_THREAD},
        )
        self.version: str = self._said()["version"]

    def zone(self, case: ZoneCase) -> Answer:
        found = self._asked(file=str(case.file))
        lines, valid = tuple(found["zone"]), found["valid"]
        if valid is None:  # a plain text: the zone in it and the verdict of its digits are ours
            lines, valid = zones.in_text(lines)
        return Answer(lines, valid, found["cpu_ms"])

    def page(self, file: Path) -> tuple[str, float]:
        """Return the text of a page and the CPU milliseconds it took."""
        found = self._asked(page=str(file))
        return found["text"], found["cpu_ms"]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _asked(self, **request: str) -> dict[str, Any]:
        if self._process.stdin is None:
            raise NoEnvironment("its process has no pipes")
        print(json.dumps(request), file=self._process.stdin, flush=True)
        return self._said()

    def _said(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise NoEnvironment(f"its process ended with status {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found


def measured(data: bytes, *, pictures: bool = True) -> tuple[Reading, float]:
    """Read a document in the sandbox; return the reading and the CPU milliseconds of its reader from then on."""
    reading, cpu_ms, _ = told(data, pictures=pictures)
    return reading, cpu_ms


def told(data: bytes, *, pictures: bool = True) -> tuple[Reading, float, float]:
    """Read a document as measured() does; return also the CPU milliseconds that its reader spent before it came.

    The reader confined itself and rehearsed by then.
    """
    time.sleep(_PAUSE)
    reading, used = read_and_measure(data, limits=replace(_PATIENT, pictures=pictures), level=available_level())
    return (reading, 0.0, 0.0) if used is None else (reading, used.cpu_seconds * 1000, used.start_seconds * 1000)


def start() -> dict[str, float]:
    """Return the seconds that the warm reader takes to start, and the CPU milliseconds of a reader of one document.

    Nothing may have been read before in this process.
    """
    began = time.perf_counter()
    prepare()
    waited = time.perf_counter() - began
    before = statistics.median(told(DAMAGED)[2] for _ in range(5))
    return {"start_seconds": round(waited, 2), "fork_ms": round(before, 1)}


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


# A picture whose head is in order and whose pixels are not: only the child finds out.
DAMAGED: Final = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)),
        _chunk(b"IDAT", b"no pixels"),
        _chunk(b"IEND", b""),
    )
)
