# SPDX-License-Identifier: Apache-2.0
"""The repository keeps its own laws: code, texts, lock files, licences."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import licences, lock
from tests.lint import laws
from tests.paths import ROOT

# One letter of each word stands in brackets, or this file would break its own law.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(work|root|tmp/team|home/[a-z]\w*)/")
REGISTRY_HOSTS = re.compile(
    r"pyp[i]\.org|pythonhoste[d]\.org|registry\.npmj[s]|(deb|security)\.debia[n]\.org",
    re.IGNORECASE,
)
BINARY = {".traineddata", ".png", ".jpg", ".jpeg", ".pdf", ".heic", ".woff2", ".npz", ".ico", ".xz"}


def tracked() -> list[str]:
    """Return the files of the repository: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in listing.split("\0") if name and (ROOT / name).is_file())


def texts() -> Iterator[tuple[str, str]]:
    """Yield path and text of each tracked file that is text."""
    for name in tracked():
        path = ROOT / name
        if path.suffix.lower() not in BINARY:
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_every_module_keeps_the_laws() -> None:
    modules = (laws.Module.parse(name, text) for name, text in texts() if name.endswith(".py"))
    broken = [line for module in modules for line in laws.broken(module)]
    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRY_HOSTS], ids=["machine", "registry"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    found = [f"{name}: {hit[0]}" for name, text in texts() if (hit := pattern.search(text))]
    assert not found, "\n" + "\n".join(found)


def test_no_file_puts_work_off_in_a_comment() -> None:
    found = [
        f"{name}: {hit[0]}"
        for name, text in texts()
        if not name.startswith("tests/lint/") and (hit := laws.LATER.search(text))
    ]
    assert not found, "\n" + "\n".join(found)


def test_programs_and_makefile_carry_the_licence_header() -> None:
    programs = [name for name, text in texts() if text.startswith("#!") or name.endswith(".sh")]
    for name in [*programs, "Makefile"]:
        head = (ROOT / name).read_text(encoding="utf-8").splitlines()[:3]
        assert "# SPDX-License-Identifier: Apache-2.0" in head, name


@pytest.mark.parametrize("pinned", sorted((ROOT / "requirements").rglob("*.txt")), ids=lambda p: p.stem)
def test_every_locked_package_has_a_hash(pinned: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", pinned.read_text(encoding="utf-8"))
    for entry in entries:
        if "==" in entry.partition("\n")[0]:
            assert "--hash=sha256:" in entry, entry.partition("\n")[0]


@pytest.mark.parametrize("name", lock.SETS)
def test_every_wanted_package_is_locked(name: str) -> None:
    folder = ROOT / "requirements"
    wanted = re.findall(r"^([a-z0-9][\w.-]*)", (folder / f"{name}.in").read_text(), re.MULTILINE)
    pinned = {pin.lower() for pin, _ in licences.PIN.findall((folder / f"{name}.txt").read_text())}
    assert wanted == sorted(wanted), f"keep {name}.in sorted"
    assert set(wanted) <= pinned, f"run make lock: {set(wanted) - pinned}"


def test_sets_agree_on_the_version_of_what_they_share() -> None:
    pins: dict[str, set[str]] = {}
    for pinned in (ROOT / "requirements").glob("*.txt"):
        for name, version in licences.PIN.findall(pinned.read_text(encoding="utf-8")):
            pins.setdefault(name, set()).add(version)
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


def test_front_end_lock_keeps_hashes_and_names_no_address() -> None:
    text = (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/')
