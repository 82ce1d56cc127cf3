# SPDX-License-Identifier: Apache-2.0
"""Small pages that tell whether a large list was published anew (lists.md section 4, point 2).

A probe gives a mark, a text that changes with each publication. It only ever saves a download: what it says is
believed for `probe_hours` after the file's own address answered, and a probe that fails says nothing.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import httpx
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from kyc.adapters.list_rules import SourceRule

_MOST_BYTES = 256 * 1024
_PARIS = ZoneInfo("Europe/Paris")
_TELLING = ("etag", "last-modified", "content-length")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a probe said: an empty text where it said nothing of use; the publication's own time where it tells it."""

    text: str = ""
    published_at: datetime | None = None


def ask(client: httpx.Client, rule: SourceRule) -> Mark:
    """What the probe of this rule says now; never raises for what the server does."""
    try:
        if rule.probe_kind == "headers":
            return _by_headers(client, rule)
        with client.stream("GET", rule.probe, follow_redirects=False) as response:
            response.raise_for_status()
            body = _beginning(response)
        return _paris_time(body) if rule.probe_kind == "paris_time" else _by_feed(body, rule)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, ET.ParseError, DefusedXmlException):
        return Mark()


def _beginning(response: httpx.Response) -> bytes:
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise ValueError("a probe is a small page")
    return body


def _paris_time(body: bytes) -> Mark:
    """`22/11/2026 10:36:17`, perhaps in quotes, in Paris time (DG Trésor); ValueError for anything else."""
    text = body.decode("ascii").strip().strip('"')
    moment = datetime.strptime(text, "%d/%m/%Y %H:%M:%S").replace(tzinfo=_PARIS)
    return Mark(moment.isoformat(), moment)


def _by_feed(body: bytes, rule: SourceRule) -> Mark:
    """The date of the feed's item that links to our file (EU); the feed's own date changes whenever it is read."""
    path = httpx.URL(rule.address()).path
    for item in ElementTree.fromstring(body).iter("item"):
        link, told = item.findtext("link", "").strip(), item.findtext("pubDate", "").strip()
        if told and httpx.URL(link).path == path:
            return Mark(told)
    return Mark()


def _by_headers(client: httpx.Client, rule: SourceRule) -> Mark:
    """Where the newest delta lies, and its validators (OFAC): the redirect's path without its signed query."""
    url = httpx.URL(rule.probe)
    with client.stream("GET", url, follow_redirects=False) as first:
        following = first.next_request
        if following is None:
            raise ValueError("a redirect to the newest file was expected")
    if following.url.scheme != url.scheme or not (following.url.host == url.host or rule.permits(following.url.host)):
        return Mark()
    with client.stream("GET", following.url, follow_redirects=False) as last:
        last.raise_for_status()
        parts = [following.url.path, *(last.headers.get(name, "") for name in _TELLING)]
    return Mark(sha256("\n".join(parts).encode()).hexdigest())
