# SPDX-License-Identifier: Apache-2.0
"""`kyc lists` says in words what is in use, what went wrong and what to do next."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kyc.adapters.celery_hints import celery_app
from kyc.adapters.http_lists import HttpLists
from kyc.app import Application
from kyc.cli import list_commands
from kyc.domain.case import Actor, ActorKind
from kyc.services import lists
from kyc.settings import Settings
from tests.house import House, open_house
from tests.listed import CROWD, HEADER, LISTED, OTHER, changed, publish
from tests.unit.screening.lists_support import FIXTURES

Run = Callable[..., str]


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def run(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `kyc lists …` over the house and gives what it said, with `exit 1` as the last line where it failed."""
    adapter = HttpLists(tmp_path / "incoming")
    application = Application(house.deps, celery_app("memory://words/"), Settings(online=True), adapter)
    parser = argparse.ArgumentParser()
    list_commands.add(parser.add_subparsers(), lambda: application)

    def _run(*words: str | Path) -> str:
        arguments = parser.parse_args(["lists", *map(str, words)])
        try:
            arguments.run(arguments)
        except SystemExit as left:
            return f"{capsys.readouterr().out}exit {left.code}"
        return capsys.readouterr().out

    return _run


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "brought.csv"
    path.write_text("\n".join((HEADER, *lines, "")), "utf-8")
    return path


def test_without_any_list_the_way_to_get_one_is_named(run: Run) -> None:
    said = run("status")
    assert "NO LIST IS IN USE: nothing can be approved. Run: kyc lists sync" in said
    assert "MISSING for live accounts: FR, EU, UN" in said


def test_an_import_says_what_came_of_it(run: Run, tmp_path: Path) -> None:
    lines = [row.line() for row in (*CROWD, LISTED)]
    assert "81 entries: in use now; everybody is screened again" in run("import", file_of(tmp_path, *lines))
    assert "is in use already" in run("import", file_of(tmp_path, *lines))
    held = run("import", file_of(tmp_path, *lines[:-3]))
    assert "HELD BACK by a gate; the earlier version stays in use" in held
    assert "quarantine: 81 entries before, 78 now." in held
    assert "next: Two persons release it" in held
    assert held.endswith("exit 1")
    refused = run("import", file_of(tmp_path, *lines[:30]))
    assert "REFUSED by a gate" in refused
    assert refused.endswith("exit 1")


def test_what_cannot_be_read_is_said_with_what_to_do(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.xml"
    page.write_text("<html>login</html>", "utf-8")
    said = run("import", page, tmp_path / "missing.xml")
    assert "This is not a list that the service can read" in said
    assert "(reason: a web page, not a list)" in said
    assert "next: Compare the file with the authority's page" in said
    assert "missing.xml: cannot be read: No such file or directory" in said


def test_a_list_without_its_licence_is_refused_with_the_setting_that_takes_it_in(run: Run) -> None:
    said = run("import", FIXTURES / "ftm.jsonl")
    assert "ftm.jsonl: The data of this source needs a paid licence" in said
    assert "KYC_LICENSED_LISTS" in said
    assert said.endswith("exit 1")


def test_licences_of_lists_are_declared_by_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().licensed_lists == frozenset()
    monkeypatch.setenv("KYC_LICENSED_LISTS", '["OPENSANCTIONS"]')
    assert Settings().licensed_lists == {"OPENSANCTIONS"}
    monkeypatch.setenv("KYC_LICENSED_LISTS", '["FR"]')
    with pytest.raises(ValueError, match="OPENSANCTIONS"):
        Settings()


def test_the_state_of_a_source_is_one_line_and_its_problem_the_next(run: Run, house: House) -> None:
    publish(house, LISTED)
    house.clock.move(hours=30)
    with house.deps.db.write() as uow:
        row = uow.lists.source("EU")
        row.problem, row.problem_at = "LIST_UNREACHABLE", uow.now
    said = run("status")
    assert "THE LISTS ARE FICTIONAL" in said
    assert "DEMO     AGEING  checked 30 h ago, blocks after 72 h; " in said
    assert "EU       NEVER   never checked, asked every 5 h, blocks after 72 h; no version in use" in said
    assert "problem 0 min ago: The authority could not be reached." in said
    assert "next: It is tried again by itself." in said
    assert "Everybody is being screened again" in said


def test_a_held_version_is_named_with_who_stands_for_it(run: Run, house: House, tmp_path: Path) -> None:
    publish(house, LISTED, OTHER)
    path = file_of(tmp_path, *(row.line() for row in CROWD))
    lists.import_file(house.deps, Actor(ActorKind.SYSTEM, "cli"), path)
    assert "to release: two persons" in run("status")
    with house.deps.db.read() as view:
        held = next(row.id for row in view.lists.versions() if row.state == "quarantined")
    lists.release(house.deps, house.officer("administrator", "ines@example.org"), held)
    assert "to release: Ines stands for it, one more person is needed" in run("status")


def test_what_changed_is_told_entry_by_entry(run: Run, house: House) -> None:
    publish(house, LISTED)
    assert "the first version, nothing to compare with" in run("diff", lists.DEMO)
    publish(house, changed(LISTED, birth_dates="1979-03-15"), OTHER)
    said = run("diff", lists.DEMO)
    assert "against the version before it: +1 -0 ~1" in said
    assert "+ DEMO:2 Odile NOUVELLE\n" in said
    assert "~ DEMO:1 Karim FICTIF\n    birth_dates: no longer 1979-03-14; now 1979-03-15\n" in said
    assert run("diff", "XX").endswith("exit 1")


def test_a_fetch_that_fails_says_so_and_what_to_do(run: Run, house: House) -> None:
    said = run("sync", "FR")
    assert "FR: fetching\nFR: The authority could not be reached.\n" in said
    assert said.endswith("exit 1")
    house.sources.files["DEMO"] = house.deps.lists_folder.parent / "published.csv"
    publish(house, LISTED)
    assert "DEMO: DEMO of" in run("sync", "DEMO")
