#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""List every locked dependency with its licence, and refuse what the project may not carry.

    python scripts/licences.py           the table, then the verdict
    python scripts/licences.py --quiet   nothing but what is refused

Python packages are read from the metadata installed, front-end packages from package-lock.json.
MIT, BSD, Apache, ISC, PSF, MPL, LGPL, OFL and kin are allowed; GPL and AGPL are not, and neither is
a licence this file cannot name. Wheels that carry a GPL codec in binary form are refused as well,
whatever their metadata says (pillow-heif brings x265, which is why pi-heif is used instead).
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    *(
        "0BSD",
        "Apache-2.0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
    ),
    *("LGPL-2.1-or-later", "LGPL-3.0-only", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Zlib"),
}
# What packages without an SPDX expression write instead. The longest match wins.
SPELLINGS = {
    "apache": "Apache-2.0",
    "bsd": "BSD",
    "bsd-3-clause, apache-2.0": "BSD-3-Clause AND Apache-2.0",
    "gnu affero": "AGPL-3.0-or-later",
    "gnu general public": "GPL-3.0-or-later",
    "gnu lesser general public license v2": "LGPL-2.1-or-later",
    "gnu lesser general public license v3": "LGPL-3.0-only",
    "isc": "ISC",
    "mit": "MIT",
    "mozilla public license 2.0": "MPL-2.0",
    "new bsd": "BSD-3-Clause",
    "python software foundation": "PSF-2.0",
}
GPL_BINARY = re.compile(r"lib(x264|x265|xvidcore|postproc)\b|lib(x264|x265)-", re.IGNORECASE)
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s\\;]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Dependency:
    """A locked package: its name, version, licence as an SPDX expression or the words found."""

    name: str
    version: str
    licence: str
    gpl_binaries: tuple[str, ...] = ()


def alternatives(expression: str) -> Iterator[list[str]]:
    """Yield the ways to satisfy an SPDX expression, each the list of licences that then apply."""
    for choice in re.split(r"\s+OR\s+", expression.replace("(", "").replace(")", "")):
        yield [part.strip() for part in re.split(r"\s+AND\s+", choice)]


def is_allowed(expression: str) -> bool:
    """Return whether one of the ways to satisfy the expression has only allowed licences."""
    return any(all(part in ALLOWED for part in parts) for parts in alternatives(expression))


def spelled(words: str) -> str:
    """Return the SPDX expression meant by free words, or the words themselves."""
    found = [key for key in SPELLINGS if words.lower().startswith(key)]
    return SPELLINGS[max(found, key=len)] if found else words


def licence_of(package: Distribution) -> str:
    """Return the licence in the package's metadata: expression first, classifiers, then words."""
    metadata = package.metadata
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    classifiers = metadata.get_all("Classifier") or []
    named = [
        spelled(line.rpartition("::")[2].strip())
        for line in classifiers
        if line.startswith("License :: OSI Approved ::")
    ]
    if named:
        return " AND ".join(sorted(set(named)))
    words = (metadata.get_all("License") or ["unknown"])[0]
    return spelled(words.strip().partition("\n")[0])


def python_dependencies(locks: Iterable[Path]) -> Iterator[Dependency]:
    """Yield each package pinned in `locks`; one that is not installed has the licence "unknown"."""
    pins = {pin for lock in locks for pin in PIN.findall(lock.read_text(encoding="utf-8"))}
    for name, version in sorted(pins):
        try:
            package = distribution(name)
        except PackageNotFoundError:
            yield Dependency(name, version, "unknown (not installed)")
            continue
        files = [str(file) for file in package.files or []]
        binaries = tuple(file for file in files if GPL_BINARY.search(file))
        yield Dependency(name, version, licence_of(package), binaries)


def npm_dependencies(lock: Path) -> Iterator[Dependency]:
    """Yield each package of a package-lock.json."""
    for path, entry in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if path:
            name = path.rpartition("node_modules/")[2]
            yield Dependency(name, entry["version"], entry.get("license", "unknown"))


def all_dependencies() -> list[Dependency]:
    """Return every locked package of the project, Python's first."""
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    return [
        *python_dependencies(locks),
        *npm_dependencies(ROOT / "frontend" / "package-lock.json"),
    ]


def refused(dependencies: Iterable[Dependency]) -> list[Dependency]:
    """Return the dependencies that the project may not carry."""
    return [d for d in dependencies if d.gpl_binaries or not is_allowed(d.licence)]


def main() -> int:
    """Print the table and the verdict; the exit status is 1 when one is refused."""
    parser = argparse.ArgumentParser(description="licences of the dependencies")
    parser.add_argument("--quiet", action="store_true", help="print only what is refused")
    quiet: bool = parser.parse_args().quiet
    dependencies = all_dependencies()
    if not quiet:
        for each in dependencies:
            print(f"{each.name:<48}{each.version:<16}{each.licence}")
    bad = refused(dependencies)
    for each in bad:
        print(f"REFUSED {each.name}: {each.licence} {' '.join(each.gpl_binaries)}".rstrip())
    if not quiet:
        print(f"{len(dependencies)} dependencies, {len(bad)} refused")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
