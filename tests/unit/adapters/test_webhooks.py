# SPDX-License-Identifier: Apache-2.0
"""Delivery of one event (R16): signed so that the official library agrees, and never to an address of our own house."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from zoneinfo import ZoneInfo

import pytest

from kyc.adapters import outbound
from kyc.adapters.webhooks import HttpWebhooks
from kyc.domain.errors import InvalidError
from kyc.domain.webhook_url import is_public, parse_target
from kyc.ports import Delivery
from tests.certificates import Authority
from tests.receiver import Receiver, receiver

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
BODY = '{"data":{"id":"ma_1"},"type":"merchant_account.updated"}'

#: Addresses of ours, of the cloud's metadata, of nobody: as names, numbers, other notations and IPv6 disguises.
PRIVATE_URLS = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.255.255.254/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0.0.0.0/",
    "https://0/",
    "https://localhost/",
    "https://localhost./",
    "https://admin.localhost/",
    "https://printer.local/",
    "https://db.internal/",
    "https://nas.home.arpa/",
    "https://intranet/",
    "https://10.0.0.1/",
    "https://10.255.255.255/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.0.0.8/",
    "https://192.88.99.1/",
    "https://198.18.0.1/",
    "https://203.0.113.7/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[2001:db8::1]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
]
MALFORMED_URLS = [
    "http://platform.example/",
    "https://platform.example@127.0.0.1/",
    "https://127.0.0.1#@platform.example/",
    "https://platform.example\\@127.0.0.1/",
    "https://platform.example:0/",
    "https://platform.example:99999/",
    "https://[::1/",
    "https:///hook",
    "https://platform.example/a b",
    "https://platform.example/\r\nhost: other",
    "https://ⓛocalhost/",
    "gopher://platform.example/",
    "file:///etc/passwd",
    "https://platform.example/" + "a" * 2000,
    "",
]


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with receiver() as opened:
        yield opened


def deliver(url: str, *, webhooks: HttpWebhooks | None = None, at: datetime | None = None) -> Delivery:
    """Send one event, by default with the exception for this machine."""
    webhooks = webhooks or HttpWebhooks(allow_loopback=True, seconds=2)
    return webhooks.deliver(url, SECRET, "msg_1", at or datetime.now(UTC), BODY)


def test_the_official_library_accepts_the_signature(hook: Receiver) -> None:
    assert deliver(hook.url("/hook?tenant=1")) == Delivery(204)
    (request,) = hook.requests
    assert request.verified(SECRET)["type"] == "merchant_account.updated"
    assert (request.method, request.path, request.body.decode()) == ("POST", "/hook?tenant=1", BODY)
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["host"] == hook.address.removeprefix("http://")
    assert request.headers["content-type"] == "application/json"


def test_a_time_in_another_zone_is_signed_as_the_same_moment(hook: Receiver) -> None:
    from_paris = datetime.now(UTC).astimezone(ZoneInfo("Europe/Paris"))
    deliver(hook.url("/"), at=from_paris)
    assert hook.requests[0].verified(SECRET)


@pytest.mark.parametrize("status", [200, 204, 301, 400, 404, 410, 500, 503])
def test_whatever_the_receiver_answers_comes_back_as_a_delivery(hook: Receiver, status: int) -> None:
    hook.answers = [(status, {})]
    delivery = deliver(hook.url("/"))
    assert delivery.status == status
    assert delivery.accepted is (status < 300)
    assert delivery.gone is (status == 410)


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (429, "120", 120),
        (503, "0", 0),
        (503, "999999999999999999999", 999_999_999),
        (429, "soon", None),
        (429, "-5", None),
        (500, "120", None),
    ],
)
def test_the_wait_that_a_busy_receiver_asks_for_is_read(
    hook: Receiver, status: int, value: str, seconds: int | None
) -> None:
    hook.answers = [(status, {"retry-after": value})]
    assert deliver(hook.url("/")).retry_after == seconds


def test_the_wait_may_be_a_date(hook: Receiver) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    hook.answers = [(503, {"retry-after": format_datetime(now + timedelta(minutes=2), usegmt=True)})] * 2
    assert deliver(hook.url("/"), at=now).retry_after == 120
    assert deliver(hook.url("/"), at=now + timedelta(hours=1)).retry_after == 0


def test_a_redirect_is_not_followed(hook: Receiver) -> None:
    hook.answers = [(307, {"location": hook.url("/elsewhere")}), (302, {"location": "http://169.254.169.254/"})]
    assert [deliver(hook.url("/hook")).status for _ in range(2)] == [307, 302]
    assert [request.path for request in hook.requests] == ["/hook", "/hook"]


@pytest.mark.parametrize("url", PRIVATE_URLS)
def test_an_address_that_is_not_public_is_refused_when_it_is_registered_and_when_it_is_used(url: str) -> None:
    with pytest.raises(InvalidError, match="URL_HOST_NOT_PUBLIC"):
        parse_target(url, allow_loopback=False)
    assert deliver(url, webhooks=HttpWebhooks(seconds=2)) == Delivery(None, problem="address_refused")


@pytest.mark.parametrize("url", MALFORMED_URLS)
def test_an_address_that_two_parsers_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(InvalidError):
        parse_target(url, allow_loopback=False)
    assert deliver(url, webhooks=HttpWebhooks(seconds=2)).problem == "address_refused"


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1"])
def test_a_public_name_that_leads_to_a_private_address_is_refused(address: str) -> None:
    webhooks = HttpWebhooks(seconds=2, resolve=lambda *_: [ip_address("93.184.215.14"), ip_address(address)])
    assert deliver("https://platform.example/", webhooks=webhooks).problem == "address_refused"


def test_the_exception_for_this_machine_does_not_open_the_rest_of_the_house() -> None:
    for url in ("http://10.0.0.1/", "http://169.254.169.254/", "https://192.168.0.1/", "http://platform.example/"):
        assert deliver(url).problem == "address_refused"
    webhooks = HttpWebhooks(allow_loopback=True, seconds=2, resolve=lambda *_: [ip_address("10.0.0.1")])
    assert deliver("http://localhost/", webhooks=webhooks).problem == "address_refused"


def test_a_name_server_that_changes_its_answer_is_asked_once_and_the_judged_address_is_used(hook: Receiver) -> None:
    asked = []

    def rebinding(host: str, port: int) -> list[outbound.Address]:
        asked.append(host)
        return [ip_address("127.0.0.1" if len(asked) == 1 else "169.254.169.254")]

    port = hook.address.rpartition(":")[2]
    webhooks = HttpWebhooks(allow_loopback=True, seconds=2, resolve=rebinding)
    assert deliver(f"http://localhost:{port}/", webhooks=webhooks).status == 204
    assert asked == ["localhost"]


def test_a_name_without_address_is_no_answer() -> None:
    webhooks = HttpWebhooks(allow_loopback=True, resolve=lambda *_: outbound.resolve("nowhere.invalid", 443))
    assert deliver("http://localhost/", webhooks=webhooks).problem == "no_answer"


def test_a_closed_port_is_no_answer(hook: Receiver) -> None:
    with receiver() as gone:
        url = gone.url("/")
    assert deliver(url) == Delivery(None, problem="no_answer")


def _silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)


def _dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nx-long: ")
    for _ in range(30):
        time.sleep(0.05)
        handler.wfile.write(b"a")


def _babbling(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"this is not HTTP\r\n\r\n")


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n")
    for _ in range(30):
        handler.wfile.write(bytes(65536))
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (_silent, Delivery(None, problem="timeout")),
        (_dripping, Delivery(None, problem="timeout")),
        (_babbling, Delivery(None, problem="no_answer")),
        (_endless, Delivery(200)),
    ],
    ids=["silent", "a byte now and then", "no HTTP", "endless body"],
)
def test_a_receiver_that_misbehaves_costs_no_more_than_the_deadline(
    hook: Receiver, script: object, expected: Delivery
) -> None:
    hook.scripts["/"] = script  # type: ignore[assignment]  # parametrize knows no types
    begin = time.monotonic()
    assert deliver(hook.url("/"), webhooks=HttpWebhooks(allow_loopback=True, seconds=0.4)) == expected
    assert time.monotonic() - begin < 1.0


def test_a_certificate_is_checked_against_the_name_not_the_address() -> None:
    authority = Authority()
    with receiver(authority.server("localhost")) as hook:
        port = hook.address.rpartition(":")[2]
        trusting = HttpWebhooks(allow_loopback=True, seconds=2, ssl_context=authority.client())
        assert deliver(f"https://localhost:{port}/", webhooks=trusting).status == 204
        assert deliver(f"https://127.0.0.1:{port}/", webhooks=trusting).problem == "no_answer"
        assert deliver(f"https://localhost:{port}/", webhooks=HttpWebhooks(allow_loopback=True)).problem == "no_answer"


def test_nothing_of_the_address_reaches_the_logs(hook: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        deliver(hook.url("/hook?token=SECRET"))
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_the_parts_of_a_good_address() -> None:
    target = parse_target("https://Hooks.Platform.example:8443/a?b=c", allow_loopback=False)
    assert (target.https, target.host, target.port, target.path) == (True, "hooks.platform.example", 8443, "/a?b=c")
    assert parse_target("https://platform.example", allow_loopback=False).path == "/"
    assert parse_target("https://93.184.215.14/", allow_loopback=False).port == 443
