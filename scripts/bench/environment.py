# SPDX-License-Identifier: Apache-2.0
"""The peer's own Python environment, made once for each lock file."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "requirements" / "bench" / "screening.txt"
PLACE = ROOT / "build" / "bench-screening" / "venv"


class NoEnvironment(RuntimeError):
    """The environment could not be made; the text says why."""


def python() -> Path:
    """Return the interpreter of the environment, made anew where the lock has changed.

    Raises NoEnvironment where packages cannot be had or PyICU cannot be built.
    """
    found = PLACE / "bin" / "python"
    stamp = PLACE / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return found
    print("Making the peer's environment: some minutes", file=sys.stderr)
    setuptools = re.search(r"^setuptools==(?:.*\\\n)+.*$", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if setuptools is None:
        raise NoEnvironment("its lock has no setuptools to build PyICU with")
    builder = PLACE.parent / "builder.txt"
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    builder.write_text(setuptools[0], encoding="utf-8")
    pip = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    _run([sys.executable, "-m", "venv", "--clear", str(PLACE)])
    _run([*pip, "--no-deps", "--only-binary", ":all:", "-r", str(builder)])
    # PyICU has no wheel: it is built from its hashed source with the setuptools just installed.
    _run([*pip, "--no-deps", "--only-binary", ":all:", "--no-binary", "pyicu", "--no-build-isolation", "-r", str(LOCK)])
    stamp.write_text(wanted, encoding="ascii")
    return found


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no message"])[-1]
        raise NoEnvironment(f"its environment could not be made: {last[:200]}") from error
