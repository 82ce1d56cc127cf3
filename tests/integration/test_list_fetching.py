# SPDX-License-Identifier: Apache-2.0
"""Fetching lists from a server that does what the authorities' servers were seen to do (lists.md section 3)."""

import gzip
import logging
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET
from threading import Event, Thread

import pytest

from kyc.adapters.list_rules import SHIPPED, SourceRule, load_sources
from kyc.domain.errors import InvalidError, UnavailableError
from kyc.ports import Validators
from kyc.services import lists
from tests.certificates import Authority
from tests.house import DEMO_LIST, PLATFORM, open_house
from tests.list_fetcher import NOTHING_KNOWN, Fetcher, Rule
from tests.receiver import Script, receiver, say

LIST = b"<export>" + b"x" * 3_000_000 + b"</export>"


def refused(fetcher: Fetcher, **rule: Rule) -> UnavailableError:
    """The error of a fetch that fails, after which no file is left."""
    with pytest.raises(UnavailableError) as raised:
        fetcher.with_rule(**rule).fetch("FR", NOTHING_KNOWN)
    assert fetcher.files() == []
    return raised.value


def test_a_list_is_fetched_whole_with_its_validators_and_our_name(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(200, LIST, etag='"e1"', last_modified="Sun, 22 Nov 2026 08:00:00 GMT")
    fetched = fetcher.with_rule().fetch("FR", NOTHING_KNOWN)
    assert fetched.path is not None
    assert fetched.path.read_bytes() == LIST
    assert (fetched.validators.etag, fetched.validators.last_modified) == ('"e1"', "Sun, 22 Nov 2026 08:00:00 GMT")
    assert fetched.final_host == "127.0.0.1"
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
    assert fetcher.with_rule().fetch("FR", Validators('"e1"', "Sun, 22 Nov 2026 08:00:00 GMT")).path is None
    headers = fetcher.server.requests[0].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"e1"', "Sun, 22 Nov 2026 08:00:00 GMT")


def test_unchanged_compared_with_nothing_is_a_fault(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(304)
    assert refused(fetcher).code == "LIST_UNREACHABLE"


def test_a_burst_of_faults_is_sat_out(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = _one_after_another(say(500), say(502), say(200, LIST))
    assert fetcher.with_rule().fetch("FR", NOTHING_KNOWN).path is not None
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
    assert fetcher.with_rule().fetch("FR", NOTHING_KNOWN).path is not None
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
    assert fetcher.with_rule().fetch("FR", NOTHING_KNOWN).path is not None


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


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + bytes(500_000))
    handler.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _babbling(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 mail.example ESMTP\r\n")


_CUT_GZIP = say(200, gzip.compress(LIST)[:2000], content_encoding="gzip")
_DAMAGED_GZIP = say(200, gzip.compress(LIST)[:-8] + bytes(8), content_encoding="gzip")
_UNASKED_ENCODING = say(200, LIST, content_encoding="br")


@pytest.mark.parametrize(
    "script",
    [_cut_short, _cut_chunks, _reset, _dripping, _silent, _babbling, _CUT_GZIP, _DAMAGED_GZIP, _UNASKED_ENCODING],
    ids=[
        "cut short",
        "cut chunks",
        "reset",
        "dripping",
        "silent",
        "no HTTP",
        "cut gzip",
        "damaged gzip",
        "other encoding",
    ],
)
def test_half_a_file_never_becomes_the_list(fetcher: Fetcher, script: Script) -> None:
    fetcher.server.scripts["/list"] = script
    error = refused(fetcher, answer_seconds=0.2, total_seconds=0.2)
    assert error.code == "LIST_UNREACHABLE"
    assert len(fetcher.server.requests) == 3


def test_a_head_that_never_ends_is_left_behind(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()

    def script(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not over.wait(0.02):
            handler.wfile.write(b"x-pad: x\r\n")

    monkeypatch.setattr("kyc.adapters.http_lists._LONGEST_WAIT", 0.0)
    fetcher.server.scripts["/list"] = script
    assert refused(fetcher, answer_seconds=0.1, total_seconds=0.1).code == "LIST_UNREACHABLE"
    over.set()


def test_the_last_good_file_survives_a_failed_fetch(fetcher: Fetcher) -> None:
    adapter = fetcher.with_rule()
    fetcher.server.scripts["/list"] = _one_after_another(say(200, LIST), _cut_short, _cut_short, _cut_short)
    fetched = adapter.fetch("FR", NOTHING_KNOWN)
    assert fetched.path is not None
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
    assert fetched.path is not None
    assert fetched.path.read_bytes() == LIST
    assert fetcher.progress[-1] == ("FR", len(LIST), None)


def test_a_presigned_link_is_followed_and_neither_kept_nor_logged(
    fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    signed = "/blob?X-Amz-Signature=SECRET"
    fetcher.server.scripts |= {"/list": say(302, location=signed), "/blob": say(200, LIST, etag='"final"')}
    with caplog.at_level(logging.INFO):
        fetched = fetcher.with_rule().fetch("FR", Validators('"e1"'))
    assert fetched.path is not None
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


def test_a_redirect_to_a_host_that_nobody_named_is_refused(fetcher: Fetcher) -> None:
    elsewhere = fetcher.server.address.replace("127.0.0.1", "localhost")
    fetcher.server.scripts |= {"/list": say(302, location=f"{elsewhere}/blob"), "/blob": say(200, LIST)}
    error = refused(fetcher)
    assert (error.code, error.params["host"]) == ("LIST_REDIRECT_REFUSED", "localhost")
    assert [request.path for request in fetcher.server.requests] == ["/list"]
    fetched = fetcher.with_rule(hosts=["localhost"]).fetch("FR", NOTHING_KNOWN)
    assert fetched.final_host == "localhost"


def test_a_named_host_stands_for_itself_and_with_a_dot_for_those_below_it() -> None:
    rule = SourceRule(url="https://a.example/l", file="a.xml", interval_minutes=60, hosts=(".b.example", "c.example"))
    assert [rule.permits(host) for host in ("x.b.example", "c.example")] == [True, True]
    assert not any(rule.permits(host) for host in ("b.example.evil.example", "xb.example", "x.c.example", "a.example"))


def test_a_personal_token_takes_the_place_of_the_published_one(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(200, LIST)
    rule: dict[str, Rule] = {"url": fetcher.server.url("/list?token={token}"), "token": "published"}
    fetcher.with_rule(**rule).fetch("FR", NOTHING_KNOWN)
    fetcher.tokens = {"FR": "personal"}
    fetcher.with_rule(**rule).fetch("FR", NOTHING_KNOWN)
    assert [request.path for request in fetcher.server.requests] == ["/list?token=published", "/list?token=personal"]


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/xhtml+xml", "TEXT/HTML"])
def test_what_says_that_it_is_a_web_page_is_not_taken_in(fetcher: Fetcher, kind: str) -> None:
    fetcher.server.scripts["/list"] = say(200, LIST, content_type=kind)
    assert refused(fetcher).code == "LIST_WEB_PAGE"
    assert len(fetcher.server.requests) == 1


def test_a_file_below_the_floor_of_its_source_is_no_list(fetcher: Fetcher) -> None:
    fetcher.server.scripts["/list"] = say(200, LIST[:1000])
    assert refused(fetcher, min_bytes=1001).code == "LIST_TOO_SHORT"


def test_each_try_has_a_connection_of_its_own(fetcher: Fetcher) -> None:
    clients = []

    def script(handler: BaseHTTPRequestHandler) -> None:
        clients.append(handler.client_address)
        say(500, connection="keep-alive")(handler)
        handler.close_connection = False

    fetcher.server.scripts["/list"] = script
    refused(fetcher)
    assert len(set(clients)) == 3


def test_a_server_that_hangs_is_left_at_once_when_the_process_ends(fetcher: Fetcher) -> None:
    arrived, over = Event(), Event()

    def script(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + bytes(1000))
        arrived.set()
        over.wait(60)

    fetcher.server.scripts["/list"] = script
    adapter = fetcher.with_rule()

    def end() -> None:
        arrived.wait(60)
        adapter.stop()

    ending = Thread(target=end)
    ending.start()
    with pytest.raises(UnavailableError, match="STOPPING"):
        adapter.fetch("FR", NOTHING_KNOWN)
    assert not over.is_set()
    over.set()
    ending.join()
    with pytest.raises(UnavailableError, match="STOPPING"):
        adapter.fetch("FR", NOTHING_KNOWN)


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
    assert fetched.path is not None
    assert fetched.path == DEMO_LIST
    assert fetched.validators.publication_id == sha256(DEMO_LIST.read_bytes()).hexdigest()
    assert adapter.fetch("DEMO", fetched.validators).path is None
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
