# SPDX-License-Identifier: Apache-2.0
"""Reads documents in confined processes: one fork of a warm reader per document, bounded in every respect.

The ladder: level 1 (always) resource limits, own group, empty environment, no new privileges and
a leash to this process; level 2 adds a seccomp filter and, where the kernel has it, Landlock; 3
runs all of that inside bubblewrap. Level 1 and 2 are set by the fork on itself before it reads the
first byte of the document (ocr/child/confine.py); the warm reader itself never reads one (ocr/child/warm.py).
"""

import atexit
import ctypes.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from ocr.exchange import ABNORMAL, Outcome, Usage
from ocr.models import DEFAULT_LIMITS, Limits, Reading, Refusal, refused
from ocr.nursery import NotStartedError, Nursery, Warm
from ocr.plain import Json
from ocr.reply import MalformedReplyError, decode
from ocr.sniff import sniff

PACKAGE = Path(__file__).resolve().parent
_CHILD = PACKAGE / "child" / "__main__.py"
_MODEL = PACKAGE / "data" / "mrz.traineddata"
_WORKPLACE = "vestibule-reader"
# Pictures come and go. A fork that keeps its memory, in pages of 2 MiB, has it cleared once and not at each turn: a
# tenth of the time of a photo ("Memory Allocation Tunables" of the GNU C library).
_MEMORY = {"hugetlb": 1, "mmap_threshold": 1 << 30, "trim_threshold": 1 << 32, "top_pad": 1 << 26}
_START_SECONDS = 60.0  # on a busy machine the libraries take several
# /sbin holds ldconfig, which Python asks for the whereabouts of libseccomp.
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache")


def read(data: bytes, *, limits: Limits = DEFAULT_LIMITS, trust: Path | None = None) -> Reading:
    """Read one document in a confined process; bad input gives a refusal, never an exception.

    trust is a folder of certificates (PEM or DER) whose signatures count: of registries' authorities for a PDF.
    """
    return read_and_measure(data, limits=limits, level=available_level(), trust=trust)[0]


def prepare(*, trust: Path | None = None) -> None:
    """Start what read() starts at its first document, some two seconds; where that fails, read() will say so."""
    with suppress(NotStartedError):
        _NURSERY.prepare(available_level(), _resolved(trust))


def read_at_level(data: bytes, *, limits: Limits, level: int) -> Reading:
    """Read one document at a given sandbox level (1 to 3)."""
    return read_and_measure(data, limits=limits, level=level)[0]


def read_and_measure(
    data: bytes, *, limits: Limits = DEFAULT_LIMITS, level: int, trust: Path | None = None
) -> tuple[Reading, Usage | None]:
    """Read one document and tell what its reader used; None where none was started, or its end not seen."""
    started = time.monotonic()
    media = sniff(data, limits)
    if isinstance(media, Refusal):
        return refused(media, time.monotonic() - started), None
    outcome = _NURSERY.read(data, media, limits, level, _resolved(trust))
    seconds = time.monotonic() - started
    if outcome.failure is not None:
        return refused(_why(outcome, outcome.failure, limits), seconds), outcome.usage
    try:
        return replace(decode(outcome.reply, limits), seconds=seconds), outcome.usage
    except MalformedReplyError:
        return refused(Refusal("reader_failed", "The reader answered nonsense."), seconds), outcome.usage


def _resolved(trust: Path | None) -> Path | None:
    return None if trust is None else trust.resolve()


def _why(outcome: Outcome, failure: str, limits: Limits) -> Refusal:
    """Return why there is no reading: decoders that get no more memory do not all say so, some end themselves."""
    if failure == ABNORMAL and outcome.usage and outcome.usage.peak_bytes > limits.memory_bytes / 2:
        return Refusal("document_too_large", "Reading the file needs more memory than allowed.")
    return Refusal("reader_failed", failure)


@lru_cache(maxsize=1)
def available_level() -> int:
    """Return the highest level of the ladder that holds on this machine (1, 2 or 3)."""
    if ctypes.util.find_library("seccomp") is None or find_spec("pyseccomp") is None:
        return 1
    return 3 if _bubblewrap_works() else 2


def doctor() -> dict[str, Json]:
    """Report what the reader finds: OCR engine, languages, MRZ model, sandbox level."""
    program = shutil.which("tesseract")
    banner = _capture([program, "--version"]).splitlines() if program else []
    listing = _capture([program, "--list-langs"]).splitlines() if program else []
    return {
        "tesseract": banner[0].removeprefix("tesseract ") if banner else None,
        "languages": [*listing[1:]],
        "sandbox_level": available_level(),
        "libseccomp": ctypes.util.find_library("seccomp"),
        "bubblewrap": _capture(["bwrap", "--version"]).strip() or None,
        "bubblewrap_works": _bubblewrap_works(),
        "mrz_model": _MODEL.is_file(),
    }


def _start(level: int, trust: Path | None) -> Warm:
    """Start a warm reader and wait until it is ready; NotStartedError where it does not get so far."""
    _clear_abandoned_workplaces()
    workplace = tempfile.mkdtemp(prefix=f"{_WORKPLACE}-{os.getpid()}-")
    inside = "/tmp" if level == 3 else workplace  # noqa: S108 - a tmpfs of the sandbox's own
    line, their_line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    their_leash, leash = os.pipe2(os.O_CLOEXEC)
    order = {"level": level, "workplace": inside, "control": their_line.fileno(), "leash": their_leash}
    order |= {"trust": None if trust is None else str(trust)}
    argv = [sys.executable, "-I", str(_CHILD), json.dumps(order)]
    with their_line:
        process = subprocess.Popen(
            [*_bubblewrap(inside, trust), *argv] if level == 3 else argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(their_line.fileno(), their_leash),
            env=_environment(inside),
            cwd=workplace,
        )
    os.close(their_leash)
    warm = Warm(process, line, leash, workplace)
    if not _says_ready(line):
        warm.stop()
        raise NotStartedError
    return warm


def _says_ready(line: socket.socket) -> bool:
    line.settimeout(_START_SECONDS)
    try:
        return line.recv(16) == b"ready"
    except OSError:
        return False
    finally:
        line.settimeout(None)


def _environment(workplace: str) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": workplace,
        "OMP_THREAD_LIMIT": "1",  # with its threads tesseract takes 3 times as long on 2 cores
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{name}={value}" for name, value in _MEMORY.items()),
    }


def _bubblewrap(workplace: str, trust: Path | None = None) -> list[str]:
    """Return the bubblewrap command line: no network, no capabilities, a read-only small world.

    Without --die-with-parent, which would kill it with the thread that started it: the leash does better.
    """
    command = ["bwrap", "--unshare-all", "--new-session", "--cap-drop", "ALL"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", workplace, "--chdir", workplace]
    visible = [*_SYSTEM_FOLDERS, *interpreter_folders(), str(PACKAGE), *([str(trust)] if trust else [])]
    for folder in dict.fromkeys(visible):
        command += ["--ro-bind-try", folder, folder]
    return [*command, "--"]


def interpreter_folders() -> list[str]:
    """Return the folders that the running interpreter and its packages live in, outermost first."""
    return [sys.base_prefix, sys.prefix]


@lru_cache(maxsize=1)
def _bubblewrap_works() -> bool:
    if shutil.which("bwrap") is None:
        return False
    probe = [*_bubblewrap("/tmp"), sys.executable, "-I", "-c", "print('inside')"]  # noqa: S108
    return _capture(probe).strip() == "inside"


def _capture(argv: Sequence[str]) -> str:
    """Return what a trusted program prints; nothing if it is missing, fails or takes over 10 s."""
    try:
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            env=_environment("/tmp"),  # noqa: S108
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _clear_abandoned_workplaces() -> None:
    """Remove folders whose owner was killed: strips of documents must not stay on a disk."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_WORKPLACE}-*-*"):
        owner = folder.name.split("-")[2]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


_NURSERY = Nursery(_start)
atexit.register(_NURSERY.close)
os.register_at_fork(after_in_child=_NURSERY.forget)
