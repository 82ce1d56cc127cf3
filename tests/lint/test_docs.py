# SPDX-License-Identifier: Apache-2.0
"""What the documentation names exists: links, settings, commands, targets, log events, tests."""

import argparse
import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from kyc.cli.main import _parser
from kyc.services.jobs import HANDLERS
from kyc.settings import Settings
from tests.lint import laws
from tests.paths import ROOT

PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]+(?:\n[^`\n]+)?`", re.DOTALL)
SETTING = re.compile(r"\bKYC_[A-Z0-9]+(?:_[A-Z0-9]+|__[A-Z0-9]+)*")
COMMAND = re.compile(r"\bkyc ([a-z][a-z-]*)(?: ([a-z]+)\b)?")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
TEST = re.compile(r"(tests/[\w/]+\.py)(?:::(\w+))?")
EVENT_ROW = re.compile(r"^\| `([a-z_]+)` \| (?:info|warning|error)", re.MULTILINE)


def pages() -> Iterator[tuple[Path, str]]:
    """Each page with its text."""
    return ((path, path.read_text("utf-8")) for path in PAGES)


def named(pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """Each place where code in a page matches, with the page's name."""
    for path, text in pages():
        for code in CODE.findall(text):
            yield from ((path.name, hit) for hit in pattern.finditer(code))


def anchors(path: Path) -> set[str]:
    """The anchors that a page's headings make."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL), re.MULTILINE
    )
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


@cache
def settings() -> frozenset[str]:
    """Every environment variable that a process reads."""

    def names(model: type[BaseModel], prefix: str) -> Iterator[str]:
        for field, info in model.model_fields.items():
            name = f"{prefix}{field.upper()}"
            if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
                yield from names(info.annotation, f"{name}__")
            else:
                yield name

    return frozenset(names(Settings, "KYC_"))


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Sub-commands by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def logged() -> set[tuple[str, str]]:
    """Event and level of each line that the service can log."""
    level = {"exception": "error"}
    found = set()
    for package in ("kyc", "ocr", "screening", "workers"):
        for path in (ROOT / package).rglob("*.py"):
            for call in laws.log_calls(laws.Module.parse(path.name, path.read_text("utf-8"))):
                if isinstance(call.func, ast.Attribute) and call.args and isinstance(call.args[0], ast.Constant):
                    found.add((str(call.args[0].value), level.get(call.func.attr, call.func.attr)))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for link in LINK.findall(text):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), link


def test_pages_name_only_settings_that_exist() -> None:
    unknown = {(page, hit[0]) for page, hit in named(SETTING) if hit[0] not in settings()}
    assert not unknown


def test_operations_explains_every_setting() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert settings() <= set(SETTING.findall(text))


def test_pages_name_only_commands_that_exist() -> None:
    known = commands(_parser())
    for page, hit in named(COMMAND):
        assert hit[1] in known, f"{page}: {hit[0]}"
        actions = commands(known[hit[1]])
        assert not actions or hit[2] in (*actions, None), f"{page}: {hit[0]}"


def test_operations_explains_every_command() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert set(commands(_parser())) == {hit[1] for code in CODE.findall(text) for hit in COMMAND.finditer(code)}


def test_pages_name_only_targets_that_exist() -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {hit[1] for _, hit in named(TARGET)} <= known


def test_operations_explains_every_log_event_with_its_level() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = {
        tuple(cell.strip(" `") for cell in row.split("|")[1:3]) for row in text.splitlines() if EVENT_ROW.match(row)
    }
    assert rows == logged()


def test_operations_explains_every_kind_of_job_with_its_attempts() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+)(?: over [^|]+)? \|", text, re.MULTILINE)
    assert {kind: int(attempts) for kind, attempts in rows} == {
        kind: len(handler.waits) + 1 for kind, handler in HANDLERS.items()
    }


def test_pages_name_only_tests_that_exist() -> None:
    for page, hit in named(TEST):
        path = ROOT / hit[1]
        assert path.is_file(), f"{page}: {hit[0]}"
        assert hit[2] is None or f"def {hit[2]}(" in path.read_text("utf-8"), f"{page}: {hit[0]}"


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "images").iterdir()}
    assert {"console.png", "document.png", "phone.png", "portal.png"} <= set(sizes)
    assert max(sizes.values()) <= 300_000
