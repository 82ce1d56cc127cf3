#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lock requirements/*.in into requirements/*.txt: versions and hashes, and no registry's name.

    python scripts/lock.py             keep what is pinned, add what is new
    python scripts/lock.py --upgrade   move every pin to the newest version old enough

Releases younger than a week are left out: a poisoned release is usually found within days.
"""

import argparse
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETS = (
    "runtime",
    "s3",
    "dev",
    "build",
    "bench/screening",
    "bench/passporteye",
    "bench/fastmrz",
)  # in this order: later sets are constrained by earlier ones
# No wheels exist: built on the machine, in the benchmarks' environments alone.
SOURCES = ("passporteye", "pdfminer", "pyicu")
QUARANTINE = timedelta(days=7)


def command(name: str, before: date, *, upgrade: bool) -> list[str]:
    """Return the resolver's command line for the set `name`."""
    return [
        str(Path(sys.executable).with_name("uv")),
        *("pip", "compile", "--quiet", "--no-config", "--no-header", "--generate-hashes"),
        *("--python-version", "3.11", "--python-platform", "linux"),
        *("--no-emit-index-url", "--no-emit-find-links", "--only-binary", ":all:"),
        *(part for source in SOURCES for part in ("--no-binary", source)),
        *("--exclude-newer", before.isoformat()),
        *(["--upgrade"] if upgrade else []),
        *(f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"),
    ]


def lock(name: str, before: date, *, upgrade: bool) -> int:
    """Write requirements/`name`.txt and return the number of pinned packages."""
    subprocess.run(command(name, before, upgrade=upgrade), cwd=ROOT, check=True)
    target = ROOT / "requirements" / f"{name}.txt"
    body = target.read_text(encoding="utf-8")
    head = f"# Locked from {name}.in by `make lock`; nothing released after {before.isoformat()}.\n"
    target.write_text(head + body.removeprefix(head), encoding="utf-8")
    return sum("==" in line and not line.lstrip().startswith("#") for line in body.splitlines())


def main() -> int:
    """Lock every set and say how many packages each holds."""
    parser = argparse.ArgumentParser(description="lock the requirements")
    parser.add_argument("--upgrade", action="store_true", help="move every pin")
    upgrade: bool = parser.parse_args().upgrade
    before = datetime.now(UTC).date() - QUARANTINE
    for name in SETS:
        print(f"requirements/{name}.txt: {lock(name, before, upgrade=upgrade)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
