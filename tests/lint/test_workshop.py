# SPDX-License-Identifier: Apache-2.0
"""The workshop's own programs: the icon sprite, the lock, the image, the list of targets."""

import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest

from scripts import frontend, lock
from tests.paths import ROOT

ICON = '<svg xmlns="http://www.w3.org/2000/svg" class="a" width="24" viewBox="0 0 24 24">{}</svg>'


def test_an_icon_becomes_a_symbol_without_a_size_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "check.svg").write_text(ICON.format('<path d="M20 6 9 17l-5-5"/>'), encoding="utf-8")
    text = frontend.sprite(["check"], tmp_path)
    assert '<symbol id="check" viewBox="0 0 24 24"><path d="M20 6 9 17l-5-5" /></symbol>' in text
    assert "width" not in text


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<path d="M0 0" onload="alert(1)"/>',
        "<g><foreignObject/></g>",
        '<use href="https://elsewhere.example/a.svg"/>',
    ],
)
def test_an_icon_with_more_than_shapes_is_refused(inside: str) -> None:
    with pytest.raises(frontend.BadIcon, match="check"):
        frontend.symbol("check", ICON.format(inside))


def test_an_icon_that_the_package_does_not_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(frontend.BadIcon, match="no-such-icon"):
        frontend.sprite(["no-such-icon"], tmp_path)


def test_the_list_of_icons_is_sorted_and_names_each_once() -> None:
    names = list(frontend.icon_names((ROOT / "frontend" / "icons.txt").read_text(encoding="utf-8")))
    assert names == sorted(set(names))


def test_the_lock_leaves_out_what_is_younger_than_a_week() -> None:
    words = lock.command("runtime", date(2026, 11, 15), upgrade=True)
    assert words[words.index("--exclude-newer") + 1] == "2026-11-15"
    assert {"--generate-hashes", "--no-emit-index-url", "--upgrade"} <= set(words)


def test_make_lists_every_target_it_explains() -> None:
    listing = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for target in ("run", "test", "check", "lint", "format", "lock", "help"):
        assert f"make {target}" in listing


def test_the_image_is_made_by_the_scripts_that_make_run_uses() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "scripts/system-packages.sh runtime" in text
    assert re.search(r"^RUN make \.venv/\.runtime", text, re.MULTILINE)
    assert not re.search(r"^RUN .*(apt-get install|npm |pip install)", text, re.MULTILINE)
    assert re.search(r"^USER (?!root|0\b)", text, re.MULTILINE)


def test_every_package_of_the_import_contracts_is_installed_by_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["setuptools"]["packages"]
    assert packages == project["tool"]["importlinter"]["root_packages"]


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    names = set(frontend.icon_names((ROOT / "frontend" / "icons.txt").read_text(encoding="utf-8")))
    web = ROOT / "kyc" / "web"
    pages = [*web.rglob("*.html"), *web.rglob("*.py")]
    used = {
        (name, page.name)
        for page in pages
        for name in re.findall(r"\bicon\(\s*['\"]([a-z0-9-]+)['\"]", page.read_text())
    }
    assert {(name, page) for name, page in used if name not in names} == set()
