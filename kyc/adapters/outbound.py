# SPDX-License-Identifier: Apache-2.0
"""Calling others over HTTP: one clock for the whole exchange, only permitted addresses, nothing in the logs."""

import logging
import math
import socket
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import httpcore

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[Address]]

_LOUD = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11")


class AddressRefusedError(httpcore.ConnectError):
    """The name leads to an address that we do not talk to."""


def keep_addresses_out_of_logs() -> None:
    """Silence the libraries' own lines: addresses carry receivers' tokens and the signatures of presigned links."""
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.ERROR)


def resolve(host: str, port: int) -> list[Address]:
    """Every address of a name; httpcore.ConnectError where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError("name not resolved") from error
    return [ip_address(str(each[4][0]).partition("%")[0]) for each in found]


def seconds_to_wait(retry_after: str, now: datetime) -> int | None:
    """Retry-After as seconds from now: a number, or an HTTP date (RFC 9110 section 10.2.3); None for neither."""
    if retry_after.isascii() and retry_after.isdecimal():
        return int(retry_after[:9])
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, math.ceil((until - now).total_seconds()))


class Deadline:
    """So many seconds for everything together; a receiver that sends a byte now and then gains nothing."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain; httpcore.ReadTimeout where there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline passed")
        return left


class PinnedBackend(httpcore.NetworkBackend):
    """Resolves once, judges every address, and connects to one that was judged.

    A second, different answer of the name server (DNS rebinding) has no effect: nobody asks it again.
    """

    def __init__(self, permitted: Callable[[Address], bool], resolve: Resolve, deadline: Deadline) -> None:
        self._permitted = permitted
        self._resolve = resolve
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline decides
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._resolve(host, port)
        if not addresses or not all(self._permitted(address) for address in addresses):
            raise AddressRefusedError("address refused")
        problem: httpcore.ConnectError | None = None
        for address in dict.fromkeys(addresses):
            try:
                stream = self._backend.connect_tcp(
                    str(address), port, self._deadline.left(), local_address, socket_options
                )
            except httpcore.ConnectError as error:
                problem = error
            else:
                return _TimedStream(stream, self._deadline)
        raise problem or httpcore.ConnectError("no address")


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step is bounded by the deadline of the whole."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline decides
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline decides
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline decides
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
