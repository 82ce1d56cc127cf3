# SPDX-License-Identifier: Apache-2.0
"""Runs the reader child: one fresh confined process per document, bounded in every respect.

The ladder: level 1 (always) resource limits, own session, empty environment, no new privileges and
a leash to this process; level 2 adds a seccomp filter and, where the kernel has it, Landlock; 3
runs all of that inside bubblewrap. Level 1 and 2 are set by the child on itself before it reads the
first byte of the document (ocr/child/confine.py), which needs no code between fork and exec here.
"""

import contextlib
import ctypes.util
import json
import os
import select
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from ocr.models import DEFAULT_LIMITS, Limits, Media, Reading, Refusal, refused
from ocr.plain import Json
from ocr.reply import MalformedReplyError, decode
from ocr.sniff import sniff

PACKAGE = Path(__file__).resolve().parent
_CHILD = PACKAGE / "child" / "__main__.py"
_MODEL = PACKAGE / "data" / "mrz.traineddata"
_WORKPLACE = "vestibule-reader"
_CHUNK = 1 << 16
# /sbin holds ldconfig, which Python asks for the whereabouts of libseccomp.
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a child ended: its reply, or the reason why there is none."""

    reply: bytes
    failure: str | None


def read(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read one document in a confined child; bad input gives a refusal, never an exception."""
    return read_at_level(data, limits=limits, level=available_level())


def read_at_level(data: bytes, *, limits: Limits, level: int) -> Reading:
    """Read one document at a given sandbox level (1 to 3), for tests and for measuring."""
    started = time.monotonic()
    media = sniff(data, limits)
    if isinstance(media, Refusal):
        return refused(media, time.monotonic() - started)
    _clear_abandoned_workplaces()
    with tempfile.TemporaryDirectory(prefix=f"{_WORKPLACE}-{os.getpid()}-") as workplace:
        outcome = _run(data, media, limits, level, workplace)
    seconds = time.monotonic() - started
    if outcome.failure is not None:
        return refused(Refusal("reader_failed", outcome.failure), seconds)
    try:
        return replace(decode(outcome.reply, limits), seconds=seconds)
    except MalformedReplyError:
        return refused(Refusal("reader_failed", "The reader answered nonsense."), seconds)


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


def _run(data: bytes, media: Media, limits: Limits, level: int, workplace: str) -> _Outcome:
    leash_end, leash = os.pipe2(os.O_CLOEXEC)
    try:
        order = {"limits": asdict(limits), "media": media.value, "level": level}
        inside = "/tmp" if level == 3 else workplace  # noqa: S108 - a tmpfs of the sandbox's own
        order |= {"workplace": inside, "leash": leash_end, "parent": os.getpid()}
        argv = [sys.executable, "-I", str(_CHILD), json.dumps(order)]
        with subprocess.Popen(
            [*_bubblewrap(inside), *argv] if level == 3 else argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(leash_end,),
            env=_environment(inside),
            cwd=workplace,
        ) as child:
            try:
                return _converse(child, data, limits)
            finally:  # before the child is reaped, so that its group's number cannot be another's
                os.killpg(child.pid, signal.SIGKILL)
    finally:
        os.close(leash_end)
        os.close(leash)


def _environment(workplace: str) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": workplace,
        "OMP_THREAD_LIMIT": "1",  # with its threads tesseract takes 3 times as long on 2 cores
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _converse(child: "subprocess.Popen[bytes]", data: bytes, limits: Limits) -> _Outcome:
    """Feed the document and collect the reply, giving up at the time limit or an overlong reply."""
    deadline = time.monotonic() + limits.wall_seconds
    reply = bytearray()
    for piece in _exchange(child, data, deadline):
        if piece is None:
            return _Outcome(b"", "The reader exceeded its time limit.")
        reply += piece
        if len(reply) > limits.reply_bytes:
            return _Outcome(b"", "The reader's answer exceeded its limit.")
    status = _exit_status(child, deadline)
    if status is None:
        return _Outcome(b"", "The reader exceeded its time limit.")
    if status != 0:
        return _Outcome(b"", "The reader ended abnormally.")
    return _Outcome(bytes(reply), None)


def _exit_status(child: "subprocess.Popen[bytes]", deadline: float) -> int | None:
    """Return the exit code or signal of the child, still unreaped; None past the deadline."""
    handle = os.pidfd_open(child.pid)
    try:
        select.select([handle], [], [], max(0.1, deadline - time.monotonic()))
    finally:
        os.close(handle)
    ended = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
    return None if ended is None else ended.si_status


def _exchange(child: "subprocess.Popen[bytes]", data: bytes, deadline: float) -> Iterator[bytes | None]:
    """Yield pieces of the reply while the document is fed; None once when the deadline passes."""
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child was started without pipes")
    rest = memoryview(data)
    os.set_blocking(child.stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdin, selectors.EVENT_WRITE)
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                yield None
                return
            for key, _ in ready:
                if key.fileobj is child.stdout:
                    piece = os.read(child.stdout.fileno(), _CHUNK)
                    if not piece:
                        return
                    yield piece
                    continue
                rest = _feed(child.stdin.fileno(), rest)
                if not rest:
                    selector.unregister(child.stdin)
                    with contextlib.suppress(BrokenPipeError):
                        child.stdin.close()


def _feed(descriptor: int, rest: memoryview) -> memoryview:
    """Write what the pipe takes; a reader that no longer listens has its say in the reply."""
    try:
        return rest[os.write(descriptor, rest[:_CHUNK]) :]
    except BlockingIOError:
        return rest
    except BrokenPipeError:
        return rest[:0]


def _bubblewrap(workplace: str) -> list[str]:
    """Return the bubblewrap command line: no network, no capabilities, a read-only small world."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", workplace, "--chdir", workplace]
    visible = [*_SYSTEM_FOLDERS, *interpreter_folders(), str(PACKAGE)]
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
