# SPDX-License-Identifier: Apache-2.0
"""The Python environments of the peers, each made once for its lock file and no part of the product."""

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps")
_WHEELS = ("--only-binary", ":all:")


class NoEnvironment(RuntimeError):
    """The environment could not be made; the text says why."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What requirements/bench/NAME.txt locks; `built` are the packages without a wheel."""

    name: str
    built: tuple[str, ...] = ()

    def python(self) -> Path:
        """Return the interpreter of the environment, made anew where the lock has changed.

        Raises NoEnvironment where packages cannot be had or built.
        """
        lock = ROOT / "requirements" / "bench" / f"{self.name}.txt"
        place = ROOT / "build" / f"bench-{self.name}" / "venv"
        found, stamp = place / "bin" / "python", place / "lock.sha256"
        wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
        if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
            return found
        # What has no wheel is built from its hashed source with the setuptools of the lock.
        setuptools = _setuptools(lock) if self.built else ""
        print(f"Making the peer's environment ({self.name}): some minutes", file=sys.stderr)
        _run([sys.executable, "-m", "venv", "--clear", str(place)])
        if setuptools:
            builder = place.parent / "builder.txt"
            builder.write_text(setuptools, encoding="utf-8")
            _run([str(found), *_PIP, *_WHEELS, "-r", str(builder)])
        sources = [part for name in self.built for part in ("--no-binary", name)]
        _run([str(found), *_PIP, *_WHEELS, *sources, "--no-build-isolation", "-r", str(lock)])
        stamp.write_text(wanted, encoding="ascii")
        return found


SCREENING = Environment("screening", built=("pyicu",))
PASSPORTEYE = Environment("passporteye", built=("passporteye", "pdfminer"))
FASTMRZ = Environment("fastmrz")


def _setuptools(lock: Path) -> str:
    pinned = re.search(r"^setuptools==(?:.*\\\n)+.*$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None:
        raise NoEnvironment("its lock has no setuptools to build with")
    return pinned[0]


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no message"])[-1]
        raise NoEnvironment(f"its environment could not be made: {last[:200]}") from error
