# SPDX-License-Identifier: Apache-2.0
"""From a server to the pointer: what misbehaves changes nothing, what is held back needs two, what is old is told."""

import gzip
import json
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kyc.domain.case import Actor, ActorKind
from kyc.domain.errors import ConflictError, ForbiddenError, InvalidError, KycError, UnavailableError
from kyc.ports import Fetched, Validators
from kyc.services import lists, lists_view
from kyc.services.deps import Deps
from kyc.services.indexes import Indexes
from kyc.store.tables import ListSourceRow, ListVersionRow
from screening import ListSource, parse
from screening.layout import FORMAT
from tests.house import DEMO_LIST, PLATFORM, House
from tests.list_fetcher import Fetcher
from tests.listed import CROWD, HEADER, LISTED, OTHER, changed, publish
from tests.paths import shared_data
from tests.receiver import Script, say
from tests.unit.screening.lists_support import FIXTURES

pytestmark = pytest.mark.slow

SOURCE = "PROVIDER"
UN_FILES = ("un_consolidated_2026-02.xml.xz", "un_consolidated_2026-08.xml.xz")
ROWS = [row.line().replace("DEMO", SOURCE, 1) for row in (*CROWD, LISTED)]


def body(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows, "")).encode()


GOOD = body(*ROWS)


@pytest.fixture
def online(bare_house: House, fetcher: Fetcher) -> Deps:
    """A house that fetches one list from the test's server, and did so once."""
    deps = replace(bare_house.deps, list_sources=fetcher.with_rule(source=SOURCE, file="provider.csv", min_bytes=100))
    fetcher.server.scripts["/list"] = say(200, GOOD, etag='"1"')
    result = lists.sync(deps, SOURCE)
    assert result is not None
    assert result.state == "active"
    return deps


def known(deps: Deps) -> tuple[ListVersionRow, ListSourceRow]:
    """What is screened against, and what is known of its source."""
    with deps.db.read() as view:
        version = view.lists.active_version(SOURCE)
        source = next(row for row in view.lists.sources() if row.source == SOURCE)
    assert version is not None
    return version, source


def test_an_index_of_another_engine_is_made_anew_though_the_publisher_says_that_nothing_changed(
    online: Deps, fetcher: Fetcher
) -> None:
    with online.db.read() as view:
        before = view.lists.active_set()
    assert before is not None
    told = online.lists_folder / before.index_path / "manifest.json"
    told.write_text(json.dumps({**json.loads(told.read_text()), "format": FORMAT - 1}))
    upgraded = replace(online, indexes=Indexes(online.lists_folder))
    with pytest.raises(UnavailableError):
        upgraded.indexes.open(before.index_path)
    fetcher.server.scripts["/list"] = say(304)
    assert lists.sync(upgraded, SOURCE) is None
    with online.db.read() as view:
        after = view.lists.active_set()
    assert after is not None
    assert upgraded.indexes.open(after.index_path).sources
    assert lists.sync(upgraded, SOURCE) is None
    with online.db.read() as view:
        assert view.lists.active_set() == after  # made once


def test_a_kept_file_that_can_no_longer_be_read_is_told_where_the_index_is_to_be_made_anew(
    online: Deps, fetcher: Fetcher
) -> None:
    with online.db.read() as view:
        active, version = view.lists.active_set(), view.lists.active_version(SOURCE)
    assert active is not None
    assert version is not None
    shutil.rmtree(online.lists_folder / active.index_path)
    kept = next((online.lists_folder / "raw" / version.id).glob("list*"))
    kept.write_bytes(b"<html>")
    fetcher.server.scripts["/list"] = say(304)
    with pytest.raises(UnavailableError, match="LIST_FILE_UNREADABLE"):
        lists.sync(replace(online, indexes=Indexes(online.lists_folder)), SOURCE)
    assert known(online)[1].problem == "LIST_FILE_UNREADABLE"


@pytest.mark.parametrize(("script", "problem"), [
    (say(200, b""), "LIST_EMPTY"),
    (say(200, GOOD[:50]), "LIST_TOO_SHORT"),
    (say(200, b"<!doctype html><html><body>maintenance" + bytes(200) + b"</body></html>"), "LIST_UNREADABLE"),
    (say(200, GOOD, content_type="text/html"), "LIST_WEB_PAGE"),
    (say(200, gzip.compress(GOOD)[:-20], content_encoding="gzip"), "LIST_UNREACHABLE"),
    (say(200, gzip.compress(GOOD)[:-20]), "LIST_UNREADABLE"),
    (say(200, body(*ROWS[: len(ROWS) // 2])), "LIST_REFUSED"),
    (say(200, body(*ROWS[:-3])), "LIST_QUARANTINED"),
    (say(200, body(*(row.replace(",1901,", ",,") for row in ROWS))), "LIST_QUARANTINED"),
    (say(200, HEADER.encode() + b"\n" + bytes(200)), "LIST_UNREADABLE"),
    (say(200, DEMO_LIST.read_bytes()), "LIST_OF_ANOTHER_SOURCE"),
    (say(403), "LIST_UNREACHABLE"),
    (say(302, location="https://elsewhere.example/list"), "LIST_REDIRECT_REFUSED"),
], ids=[
    "empty", "too short", "web page", "called a web page", "cut transfer", "cut archive", "half the records",
    "too few", "no birth dates", "no record", "another list", "forbidden", "elsewhere",
])  # fmt: skip
def test_whatever_the_authority_sends_instead_the_version_in_use_stays_and_the_problem_is_shown(
    online: Deps, fetcher: Fetcher, bare_house: House, script: Script, problem: str
) -> None:
    before, checked = known(online)
    bare_house.clock.move(hours=1)
    fetcher.server.scripts["/list"] = script
    with suppress(KycError):  # a file that a gate holds back is an answer; all else is an error
        lists.sync(online, SOURCE)
    after, source = known(online)
    assert after.id == before.id
    assert (source.problem, source.phase) == (problem, "")
    assert (source.checked_at, source.etag) == (checked.checked_at, '"1"')
    fetcher.server.scripts["/list"] = say(304)
    assert lists.sync(online, SOURCE) is None
    assert known(online)[1].problem == ""


def test_a_version_tells_where_it_came_from_and_nothing_of_the_signed_address(online: Deps, fetcher: Fetcher) -> None:
    fetcher.server.scripts |= {
        "/list": say(302, location="/blob?signature=SECRET"),
        "/blob": say(200, body(*ROWS, OTHER.line().replace("DEMO", SOURCE, 1))),
    }
    lists.sync(online, SOURCE)
    version, source = known(online)
    assert (version.final_host, version.fetched_at) == ("127.0.0.1", online.now())
    assert "SECRET" not in f"{version!r} {source!r}"


class Lagging:
    """A server whose probe is ahead of its file."""

    def __init__(self, path: Path, told: datetime) -> None:
        self.path = path
        self.told = told

    def fetch(self, source: str, known: Validators) -> Fetched:
        assert source == "FR"
        assert known.publication_id == ""
        return Fetched(self.path, Validators(publication_id=self.told.isoformat(), published_at=self.told))

    def stop(self) -> None:
        """Nothing runs here."""


@pytest.mark.parametrize(("seconds", "believed"), [(0, True), (60, False)])
def test_a_probe_that_named_another_publication_than_came_is_not_remembered(
    bare_house: House, monkeypatch: pytest.MonkeyPatch, seconds: int, *, believed: bool
) -> None:
    fixture = Path(__file__).parents[1] / "unit" / "screening" / "fixtures" / "fr.json"
    monkeypatch.setattr(lists, "check", lambda *_, **__: ())
    came = parse(fixture).published_at
    assert came is not None
    deps = replace(bare_house.deps, list_sources=Lagging(fixture, came + timedelta(seconds=seconds)))
    lists.sync(deps, "FR")
    with deps.db.read() as view:
        source = next(row for row in view.lists.sources() if row.source == "FR")
    assert bool(source.publication_id) is believed


def held(house: House) -> str:
    """The newest version that a gate held back."""
    with house.deps.db.read() as view:
        return next(row.id for row in view.lists.versions() if row.state == "quarantined")


def test_what_came_by_itself_is_released_by_two_officers_and_both_are_on_record(bare_house: House) -> None:
    house = bare_house
    publish(house, LISTED, OTHER)
    path = house.deps.lists_folder.parent / "poorer.csv"
    path.write_bytes("\n".join((HEADER, *(row.line() for row in CROWD[:-2]), LISTED.line(), "")).encode())
    cli = Actor(ActorKind.SYSTEM, "cli")
    assert lists.import_file(house.deps, cli, path).state == "quarantined"
    version_id = held(house)
    first = house.officer("administrator", "first@example.org")
    second = house.officer("senior_compliance_officer", "second@example.org")
    with pytest.raises(ForbiddenError):
        lists.release(house.deps, house.officer("auditor", "auditor@example.org"), version_id)
    assert not lists.release(house.deps, first, version_id)
    with pytest.raises(ForbiddenError):
        lists.release(house.deps, first, version_id)
    assert lists.release(house.deps, second, version_id)
    with house.deps.db.read() as view:
        row = view.lists.version(version_id)
    assert (row.state, row.vouched_by, row.released_by) == ("active", first.id, second.id)
    with pytest.raises(ConflictError, match="LIST_NOT_QUARANTINED"):
        lists.release(house.deps, second, version_id)


def test_a_second_held_version_is_compared_with_the_one_that_was_released_before_it(bare_house: House) -> None:
    house = bare_house
    publish(house, LISTED, OTHER)
    importer = house.officer("administrator", "brings@example.org")
    senior = house.officer("senior_compliance_officer", "second@example.org")
    versions = []
    for count in (77, 76):
        house.clock.move(seconds=1)
        text = "\n".join((HEADER, *(row.line() for row in CROWD[:count]), LISTED.line(), ""))
        assert lists.import_upload(house.deps, importer, "demo.csv", text.encode()).state == "quarantined"
        versions.append(held(house))
    for version_id in versions:
        assert lists.release(house.deps, senior, version_id)
    with house.deps.db.read() as view:
        second = view.lists.version(versions[1])
        assert [row.ref for row in view.lists.changes(second.id, limit=10)] == ["DEMO:976"]
    assert second.compared_with == versions[0]
    assert second.delta == {"added": 0, "removed": 1, "changed": 0}


def test_a_version_that_was_judged_against_a_replaced_one_is_not_switched_to(
    bare_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = bare_house
    publish(house, LISTED)
    stage = lists._stage

    def overtaken(*arguments: object) -> None:
        monkeypatch.undo()
        publish(house, LISTED, OTHER)
        stage(*arguments)  # type: ignore[arg-type]  # the arguments of the real one

    monkeypatch.setattr(lists, "_stage", overtaken)
    with pytest.raises(UnavailableError, match="LISTS_BUSY"):
        publish(house, changed(LISTED, birth_dates="1980"))
    with house.deps.db.read() as view:
        active = view.lists.active_version(lists.DEMO)
    assert active is not None
    assert active.delta == {"added": 1, "removed": 0, "changed": 0}


def test_indexes_of_sets_long_replaced_go_and_the_files_stay(bare_house: House) -> None:
    house = bare_house
    for day in range(1, 7):
        publish(house, changed(LISTED, birth_dates=f"1979-03-0{day}"))
    with house.deps.db.read() as view:
        newest = view.lists.sets()
        versions = view.lists.versions()
    there = [house.deps.indexes.usable(row.index_path) for row in newest]
    assert there == [True] * 3 + [False] * 3
    assert all((house.deps.lists_folder / "raw" / row.id).is_dir() for row in versions)


@pytest.mark.parametrize(("source", "hours", "freshness"), [
    ("FR", 23, "fresh"), ("FR", 25, "ageing"), ("FR", 73, "stale"), ("FR", -1, "stale"),
    ("HATVP", 73, "ageing"), ("EP", 200, "fresh"), ("EP", 505, "stale"),
])  # fmt: skip
def test_each_source_grows_old_at_its_own_pace(bare_house: House, source: str, hours: int, freshness: str) -> None:
    with bare_house.deps.db.write() as uow:
        uow.lists.source(source).checked_at = uow.now
    bare_house.clock.move(hours=hours)
    views = {each.source: each for each in lists_view.everything(bare_house.deps).sources}
    assert views[source].freshness == freshness


def test_the_list_of_the_united_nations_changes_as_it_did_in_2026_and_never_backwards(bare_house: House) -> None:
    house, folder = bare_house, shared_data() / "lists" / "un"
    earlier, later = UN_FILES
    assert lists.import_file(house.deps, PLATFORM, folder / earlier).state == "active"
    house.clock.move(seconds=1)
    assert lists.import_file(house.deps, PLATFORM, folder / later).state == "active"
    with house.deps.db.read() as view:
        active = view.lists.active_version("UN")
        assert active is not None
        changes = view.lists.changes(active.id, limit=1000)
    assert (active.delta["added"], active.delta["removed"]) == (16, 8)  # as the snapshots' description counts them
    assert len(changes) == sum(active.delta.values())
    assert all(row.fields for row in changes if row.kind == "changed")
    back = lists.import_file(house.deps, PLATFORM, folder / earlier)
    assert back.state == "refused"
    assert "older" in {problem.code for problem in back.problems}


def test_a_source_that_needs_a_licence_is_taken_in_only_where_the_licence_is_declared(
    bare_house: House, tmp_path: Path
) -> None:
    path = FIXTURES / "ftm.jsonl"
    publish(bare_house, LISTED)
    with pytest.raises(InvalidError, match="LIST_LICENCE_NEEDED"):
        lists.import_file(bare_house.deps, PLATFORM, path)
    licensed = replace(bare_house.deps, licensed_lists=frozenset({ListSource.OPENSANCTIONS}))
    assert lists.import_file(licensed, PLATFORM, path).state == "active"
    assert _screened_against(licensed) == {"OPENSANCTIONS"}


def test_a_list_whose_licence_is_withdrawn_leaves_with_the_next_activation(bare_house: House, tmp_path: Path) -> None:
    licensed = replace(bare_house.deps, licensed_lists=frozenset({ListSource.OPENSANCTIONS}))
    lists.import_file(licensed, PLATFORM, FIXTURES / "ftm.jsonl")
    brought = tmp_path / "provider.csv"
    brought.write_bytes(GOOD)
    assert lists.import_file(licensed, PLATFORM, brought).state == "active"
    assert _screened_against(licensed) == {"OPENSANCTIONS", SOURCE}
    brought.write_bytes(body(*ROWS, OTHER.line().replace("DEMO", SOURCE, 1)))
    assert lists.import_file(bare_house.deps, PLATFORM, brought).state == "active"
    assert _screened_against(licensed) == {SOURCE}


def _screened_against(deps: Deps) -> set[str]:
    with deps.db.read() as view:
        active, sources = view.lists.active_set(), {row.source for row in view.lists.active_versions()}
    assert active is not None
    assert set(active.versions) == sources
    return sources
