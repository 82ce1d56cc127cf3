# SPDX-License-Identifier: Apache-2.0
"""Fetching lists from a server that does what the authorities' servers were seen to do (lists.md section 3)."""

import gzip
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from kyc.adapters.http_lists import SHIPPED, HttpLists, load_sources
from kyc.domain.errors import InvalidError, UnavailableError
from kyc.ports import Validators
from kyc.services import lists
from tests.certificates import Authority
from tests.house import PLATFORM, open_house
from tests.receiver import Receiver, Script, receiver, say

DEMO_LIST = Path(__file__).parents[2] / "kyc" / "adapters" / "data" / "demo_list.csv"
LIST = b"<export>" + b"x" * 3_000_000 + b"</export>"
NOTHING_KNOWN = Validators()


@dataclass
class Fetcher:
    """An adapter that knows one source, FR, on the receiver; it never really waits."""

    server: Receiver
    folder: Path
    waits: list[float] = field(default_factory=list)
    progress: list[tuple[str, int, int | None]] = field(default_factory=list)

    def with_rule(self, **rule: str | float) -> HttpLists:
        """The adapter for a rule."""
        rules = self.folder / "rules"
        rules.mkdir(exist_ok=True)
        lines = {"url": self.server.url("/list"), "file": "fr.json", "interval_minutes": 60, **rule}
        text = 'version = "t"\nvalid_from = 2026-01-01\nsource = "test"\n[sources.FR]\n'
        text += "".join(f"{name} = {value!r}\n" for name, value in lines.items())
        (rules / "2026-01-01.toml").write_text(text, "utf-8")
        return HttpLists(
            self.folder / "incoming",
            contact="https://institution.example/contact",
            packaged={"DEMO": DEMO_LIST},
            rules=rules,
            progress=lambda *told: self.progress.append(told),
            sleep=self.waits.append,
        )

    def files(self) -> list[str]:
        """What is left in the folder."""
        incoming = self.folder / "incoming"
        return sorted(path.name for path in incoming.iterdir()) if incoming.exists() else []


@pytest.fixture
def fetcher(tmp_path: Path) -> Iterator[Fetcher]:
    """An adapter and its server."""
    with receiver() as server:
        yield Fetcher(server, tmp_path)


def refused(fetcher: Fetcher, **rule: str | float) -> UnavailableError:
    """The error of a fetch that fails, after which no file is left."""
    with pytest.raises(UnavailableError) as raised:
        fetcher.with_rule(**rule).fetch("FR", NOTHING_KNOWN)
    assert fetcher.files() == []
    return raised.value


def test_a_list_is_fetched_whole_with_its_validators_and_our_name(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(200, LIST, etag='"e1"', last_modified="Sun, 22 Nov 2026 08:00:00 GMT")
    fetched = fetcher.with_rule().fetch("FR", NOTHING_KNOWN)
    assert fetched is not None
    assert fetched.path.read_bytes() == LIST
    assert fetched.validators == Validators('"e1"', "Sun, 22 Nov 2026 08:00:00 GMT", "")
    assert fetcher.files() == ["fr.json"]
    (request,) = fetcher.server.requests
    assert request.method == "GET"
    assert request.headers["user-agent"] == "Vestibule/0.1 (+https://institution.example/contact)"
    assert fetcher.progress[-1] == ("FR", len(LIST), len(LIST))
    assert [told for _, told, _ in fetcher.progress] == sorted(told for _, told, _ in fetcher.progress)


def test_a_source_may_want_another_name(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(200, LIST)
    fetcher.with_rule(user_agent="Mozilla/5.0 (compatible)").fetch("FR", NOTHING_KNOWN)
    assert fetcher.server.requests[0].headers["user-agent"] == "Mozilla/5.0 (compatible)"


def test_an_unchanged_list_is_not_sent_again(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(304)
    assert fetcher.with_rule().fetch("FR", Validators('"e1"', "Sun, 22 Nov 2026 08:00:00 GMT")) is None
    headers = fetcher.server.requests[0].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"e1"', "Sun, 22 Nov 2026 08:00:00 GMT")


def test_unchanged_compared_with_nothing_is_a_fault(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(304)
    assert refused(fetcher).code == "LIST_UNREACHABLE"


def test_the_cheap_probe_saves_the_download_where_the_publication_is_known(fetcher: Fetcher) -> None:
    fetcher.server.scripts |= {"/date": say(200, b'"22/11/2026 10:36:17"'), "/list": say(200, LIST)}
    adapter = fetcher.with_rule(probe=fetcher.server.url("/date"))
    fetched = adapter.fetch("FR", NOTHING_KNOWN)
    assert fetched is not None
    assert fetched.validators.publication_id == "2026-11-22T10:36:17+01:00"
    assert adapter.fetch("FR", fetched.validators) is None
    fetcher.server.scripts["/date"] = say(200, b"22/11/2026 18:00:00")
    assert adapter.fetch("FR", fetched.validators) is not None
    assert [request.path for request in fetcher.server.requests] == ["/date", "/list", "/date", "/date", "/list"]


@pytest.mark.parametrize("script", [say(500), say(200, b"<html>maintenance</html>"), say(200, b"")])
def test_a_probe_that_says_nothing_of_use_does_not_stand_in_the_way(fetcher: Fetcher, script: Script) -> None:
    fetcher.server.scripts |= {"/date": script, "/list": say(200, LIST)}
    fetched = fetcher.with_rule(probe=fetcher.server.url("/date")).fetch("FR", NOTHING_KNOWN)
    assert fetched is not None
    assert fetched.validators.publication_id == ""


def test_a_burst_of_faults_is_sat_out(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = _one_after_another(say(500), say(502), say(200, LIST))
    assert fetcher.with_rule().fetch("FR", NOTHING_KNOWN) is not None
    assert fetcher.waits == [5.0, 30.0]


def test_three_tries_are_enough(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(500)
    assert refused(fetcher).code == "LIST_UNREACHABLE"
    assert len(fetcher.server.requests) == 3


def test_the_wait_that_the_server_asks_for_is_kept(fetcher: Fetcher) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    fetcher.server.scripts["/list"] = _one_after_another(
        say(503, retry_after="90"), say(429, retry_after=later), say(200, LIST)
    )
    assert fetcher.with_rule().fetch("FR", NOTHING_KNOWN) is not None
    assert fetcher.waits[0] == 90
    assert 55 <= fetcher.waits[1] <= 60


def test_a_wait_that_is_too_long_is_left_to_the_schedule(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(503, retry_after="3600")
    error = refused(fetcher)
    assert error.params["retry_after"] == 3600
    assert (fetcher.waits, len(fetcher.server.requests)) == ([], 1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204])
def test_a_refusal_is_not_repeated(fetcher: Fetcher, status: int) -> None:
    fetcher.server.scripts["/list"] = say(status)
    assert refused(fetcher).code == "LIST_UNREACHABLE"
    assert len(fetcher.server.requests) == 1


def test_an_empty_file_never_becomes_the_list(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(200, b"")
    assert refused(fetcher).code == "LIST_EMPTY"


def test_a_server_that_answers_404_to_head_is_never_asked_by_head(fetcher: Fetcher) -> None:
    def script(handler: BaseHTTPRequestHandler) -> None:
        say(404 if handler.command == "HEAD" else 200, LIST)(handler)

    fetcher.server.scripts["/list"] = script
    assert fetcher.with_rule().fetch("FR", NOTHING_KNOWN) is not None


def _cut_short(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + bytes(500_000))


def _cut_chunks(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n")


def _dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.03)


def _silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.5)


def _babbling(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 mail.example ESMTP\r\n")


_CUT_GZIP = say(200, gzip.compress(LIST)[:2000], content_encoding="gzip")
_DAMAGED_GZIP = say(200, gzip.compress(LIST)[:-8] + bytes(8), content_encoding="gzip")
_UNASKED_ENCODING = say(200, LIST, content_encoding="br")


@pytest.mark.parametrize(
    "script",
    [_cut_short, _cut_chunks, _dripping, _silent, _babbling, _CUT_GZIP, _DAMAGED_GZIP, _UNASKED_ENCODING],
    ids=["cut short", "cut chunks", "dripping", "silent", "no HTTP", "cut gzip", "damaged gzip", "other encoding"],
)
def test_half_a_file_never_becomes_the_list(fetcher: Fetcher, script: Script) -> None:
    fetcher.server.scripts["/list"] = script
    error = refused(fetcher, answer_seconds=0.2, total_seconds=0.2)
    assert error.code == "LIST_UNREACHABLE"
    assert len(fetcher.server.requests) == 3


def test_the_last_good_file_survives_a_failed_fetch(fetcher: Fetcher) -> None:
    adapter = fetcher.with_rule()
    fetcher.server.scripts["/list"] = _one_after_another(say(200, LIST), _cut_short, _cut_short, _cut_short)
    fetched = adapter.fetch("FR", NOTHING_KNOWN)
    assert fetched is not None
    with pytest.raises(UnavailableError):
        adapter.fetch("FR", NOTHING_KNOWN)
    assert fetched.path.read_bytes() == LIST
    assert fetcher.files() == ["fr.json"]


@pytest.mark.parametrize("script", [say(200, LIST), say(200, gzip.compress(LIST), content_encoding="gzip")])
def test_a_file_that_grows_beyond_the_limit_is_given_up(fetcher: Fetcher, script: Script) -> None:
    fetcher.server.scripts["/list"] = script
    assert refused(fetcher, max_bytes=1_000_000).code == "LIST_TOO_LARGE"
    assert len(fetcher.server.requests) == 1


def test_a_compressed_transfer_is_unpacked(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(200, gzip.compress(LIST), content_encoding="gzip")
    fetched = fetcher.with_rule().fetch("FR", NOTHING_KNOWN)
    assert fetched is not None
    assert fetched.path.read_bytes() == LIST
    assert fetcher.progress[-1] == ("FR", len(LIST), None)


def test_a_presigned_link_is_followed_and_neither_kept_nor_logged(
    fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    signed = "/blob?X-Amz-Signature=SECRET"
    fetcher.server.scripts |= {"/list": say(302, location=signed), "/blob": say(200, LIST, etag='"final"')}
    with caplog.at_level(logging.INFO):
        fetched = fetcher.with_rule().fetch("FR", Validators('"e1"'))
    assert fetched is not None
    assert fetched.validators.etag == '"final"'
    assert "SECRET" not in f"{fetched} {caplog.text} {fetcher.files()}"
    assert [request.path for request in fetcher.server.requests] == ["/list", signed]
    assert fetcher.server.requests[1].headers["if-none-match"] == '"e1"'


def test_a_circle_of_redirects_is_left(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(302, location="/list")
    assert refused(fetcher).code == "LIST_REDIRECT_REFUSED"
    assert len(fetcher.server.requests) == 6


def test_a_redirect_out_of_tls_is_refused(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority()
    monkeypatch.setattr("httpx.create_ssl_context", authority.client)
    with receiver(authority.server("localhost")) as secure:
        secure.scripts["/list"] = say(302, location=fetcher.server.url("/list"))
        url = f"https://localhost:{secure.address.rpartition(':')[2]}/list"
        assert refused(fetcher, url=url).code == "LIST_REDIRECT_REFUSED"
    assert fetcher.server.requests == []


def test_a_server_that_is_not_there_is_unreachable(fetcher: Fetcher) -> None:
    with receiver() as gone:
        url = gone.url("/list")
    assert refused(fetcher, url=url).code == "LIST_UNREACHABLE"
    assert fetcher.waits == [5.0, 30.0]


def test_an_unknown_source_is_named_as_such(fetcher: Fetcher) -> None:
    with pytest.raises(UnavailableError, match="LIST_SOURCE_UNKNOWN"):
        fetcher.with_rule().fetch("XX", NOTHING_KNOWN)


def test_the_packaged_list_is_fetched_once(fetcher: Fetcher) -> None:
    adapter = fetcher.with_rule()
    fetched = adapter.fetch("DEMO", NOTHING_KNOWN)
    assert fetched is not None
    assert fetched.path == DEMO_LIST
    assert fetched.validators.publication_id == sha256(DEMO_LIST.read_bytes()).hexdigest()
    assert adapter.fetch("DEMO", fetched.validators) is None
    assert fetcher.server.requests == []
    assert adapter.intervals() == {"DEMO": 60, "FR": 60}


def test_a_web_page_in_place_of_a_list_changes_nothing(fetcher: Fetcher, sqlite_url: str, tmp_path: Path) -> None:
    page = b"<!doctype html><html><body>Service temporairement indisponible</body></html>"
    fetcher.server.scripts["/list"] = say(200, page, etag='"page"')
    with open_house(sqlite_url, tmp_path / "house") as house:
        lists.import_file(house.deps, PLATFORM, DEMO_LIST)
        deps = replace(house.deps, list_sources=fetcher.with_rule())
        with pytest.raises(InvalidError, match="LIST_UNREADABLE"):
            lists.sync(deps, "FR")
        with deps.db.read() as view:
            assert [row.source for row in view.lists.active_versions()] == ["DEMO"]
            source = next(row for row in view.lists.sources() if row.source == "FR")
            assert (source.problem, source.etag, source.checked_at) == ("LIST_UNREADABLE", "", None)


def test_the_shipped_sources_are_official_use_tls_and_cover_what_live_mode_requires() -> None:
    policy = load_sources(SHIPPED, date(2026, 11, 22))
    assert {"FR", "EU", "UN"} <= set(policy.sources)
    assert all(rule.url.startswith("https://") for rule in policy.sources.values())
    assert len({rule.file for rule in policy.sources.values()}) == len(policy.sources)
    assert policy.sources["FR"].interval_minutes <= 60


def test_there_are_no_sources_before_their_first_day() -> None:
    with pytest.raises(UnavailableError, match="POLICY_MISSING"):
        load_sources(SHIPPED, date(2026, 10, 31))


def _one_after_another(*scripts: Script) -> Callable[[BaseHTTPRequestHandler], None]:
    rest = iter(scripts)

    def script(handler: BaseHTTPRequestHandler) -> None:
        next(rest)(handler)

    return script
