# SPDX-License-Identifier: Apache-2.0
"""Cheap probes: they save downloads where nothing was published, and never hide a publication for long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from kyc.ports import Validators
from tests.list_fetcher import NOTHING_KNOWN, Fetcher
from tests.receiver import Script, say

LIST = b"<export>" + b"x" * 1000 + b"</export>"
FEED = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Files</title>
<pubDate>{read}</pubDate>
<item><title>CSV</title><link>{address}/csv?token=t</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>
<item><title>XML</title><link>{address}/list?token=t</link><pubDate>{published}</pubDate></item>
</channel></rss>"""


def feed(fetcher: Fetcher, published: str, read: str = "Sun, 22 Nov 2026 08:00:00 GMT") -> Script:
    return say(200, FEED.format(read=read, published=published, address=fetcher.server.address).encode())


def paths(fetcher: Fetcher) -> list[str]:
    """What was asked since the last look, without queries."""
    asked = [request.path.partition("?")[0] for request in fetcher.server.requests]
    fetcher.server.requests.clear()
    return asked


def test_a_date_that_is_known_saves_the_download(fetcher: Fetcher) -> None:
    fetcher.server.scripts |= {"/date": say(200, b'"22/11/2026 10:36:17"'), "/list": say(200, LIST)}
    adapter = fetcher.with_rule(probe=fetcher.server.url("/date"), probe_kind="paris_time")
    fetched = adapter.fetch("FR", NOTHING_KNOWN)
    assert fetched.validators.publication_id == "2026-11-22T10:36:17+01:00"
    assert fetched.validators.published_at == datetime(2026, 11, 22, 9, 36, 17, tzinfo=UTC)
    assert adapter.fetch("FR", fetched.validators).path is None
    fetcher.server.scripts["/date"] = say(200, b"22/11/2026 18:00:00")
    assert adapter.fetch("FR", fetched.validators).path is not None
    assert paths(fetcher) == ["/date", "/list", "/date", "/date", "/list"]


def test_the_item_of_our_file_tells_and_the_date_of_the_feed_itself_does_not(fetcher: Fetcher) -> None:
    fetcher.server.scripts |= {"/rss": feed(fetcher, "Sat, 21 Nov 2026 10:00:00 GMT"), "/list": say(200, LIST)}
    adapter = fetcher.with_rule(
        url=fetcher.server.url("/list?token={token}"), token="t", probe=fetcher.server.url("/rss"), probe_kind="feed"
    )
    known = adapter.fetch("FR", NOTHING_KNOWN).validators
    fetcher.server.scripts["/rss"] = feed(fetcher, "Sat, 21 Nov 2026 10:00:00 GMT", "Sun, 22 Nov 2026 09:00:00 GMT")
    assert adapter.fetch("FR", known).path is None
    fetcher.server.scripts["/rss"] = feed(fetcher, "Sun, 22 Nov 2026 10:00:00 GMT")
    assert adapter.fetch("FR", known).path is not None
    assert paths(fetcher) == ["/rss", "/list", "/rss", "/rss", "/list"]


def test_where_the_newest_delta_lies_tells_and_its_signature_does_not(fetcher: Fetcher) -> None:
    def latest(name: str, signature: str) -> Script:
        return say(302, location=f"/deltas/{name}?X-Amz-Signature={signature}")

    fetcher.server.scripts |= {
        "/latest": latest("2026-11-20_delta.xml", "ONE"),
        "/deltas/2026-11-20_delta.xml": say(200, b"<delta/>", etag='"d1"'),
        "/list": say(200, LIST),
    }
    adapter = fetcher.with_rule(probe=fetcher.server.url("/latest"), probe_kind="headers")
    known = adapter.fetch("FR", NOTHING_KNOWN).validators
    fetcher.server.scripts["/latest"] = latest("2026-11-20_delta.xml", "TWO")
    assert adapter.fetch("FR", known).path is None
    fetcher.server.scripts["/deltas/2026-11-20_delta.xml"] = say(200, b"<delta/>", etag='"d2"')
    assert adapter.fetch("FR", known).path is not None
    fetcher.server.scripts |= {
        "/latest": latest("2026-11-21_delta.xml", "THREE"),
        "/deltas/2026-11-21_delta.xml": say(200, b"<delta/>", etag='"d1"'),
    }
    assert adapter.fetch("FR", known).path is not None
    assert "ONE" not in repr(known)


@pytest.mark.parametrize("hours", [25, -1], ids=["long ago", "in the future"])
def test_a_probe_is_not_believed_for_ever(fetcher: Fetcher, hours: int) -> None:
    fetcher.server.scripts |= {"/date": say(200, b"22/11/2026 10:36:17"), "/list": say(200, LIST)}
    adapter = fetcher.with_rule(probe=fetcher.server.url("/date"), probe_kind="paris_time", probe_hours=24)
    known = adapter.fetch("FR", NOTHING_KNOWN).validators
    aged = replace(known, confirmed_at=datetime.now(UTC) - timedelta(hours=hours))
    assert adapter.fetch("FR", aged).path is not None
    assert adapter.fetch("FR", replace(known, confirmed_at=None)).path is not None


def test_an_unchanged_file_confirms_its_probe_anew(fetcher: Fetcher) -> None:
    fetcher.server.scripts |= {"/date": say(200, b"22/11/2026 10:36:17"), "/list": say(304)}
    adapter = fetcher.with_rule(probe=fetcher.server.url("/date"), probe_kind="paris_time")
    fetched = adapter.fetch("FR", Validators('"e1"'))
    assert fetched.path is None
    assert fetched.validators.etag == '"e1"'
    assert fetched.validators.publication_id == "2026-11-22T10:36:17+01:00"
    assert fetched.validators.confirmed_at is not None


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n")
    while True:
        handler.wfile.write(bytes(100_000))


_ENTITIES = b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><link>&a;</link></item></channel></rss>'


@pytest.mark.parametrize("kind", ["paris_time", "feed", "headers"])
@pytest.mark.parametrize(
    "script",
    [
        say(500), say(404), say(200, b""), say(200, b"<html>maintenance</html>"), say(200, b"\xff\xfe"), _endless,
        say(302, location="http://elsewhere.example/x"), say(302, location="http://["), say(200, _ENTITIES),
    ],
    ids=["fault", "gone", "empty", "web page", "bytes", "endless", "elsewhere", "no address", "entities"],
)  # fmt: skip
def test_a_probe_that_says_nothing_of_use_does_not_stand_in_the_way(
    fetcher: Fetcher, kind: str, script: Script
) -> None:
    fetcher.server.scripts |= {"/probe": script, "/list": say(200, LIST)}
    fetched = fetcher.with_rule(probe=fetcher.server.url("/probe"), probe_kind=kind).fetch("FR", NOTHING_KNOWN)
    assert fetched.path is not None
    assert fetched.validators.publication_id == ""
    assert fetched.validators.published_at is None
