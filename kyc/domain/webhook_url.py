# SPDX-License-Identifier: Apache-2.0
"""Where events may be sent: HTTPS to a public address, judged at registration and again at each delivery.

A receiver's address is given by somebody else, and our network must not become the tool with which they
look into it (server-side request forgery; OWASP SSRF prevention cheat sheet, CWE-918). The name is judged
here; what it resolves to is judged by `is_public` at the moment of connecting.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from kyc.domain.errors import InvalidError

MAX_LENGTH = 2000
_PRINTABLE = re.compile(r"[!-~]+")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")
#: Names that never leave a house (RFC 6761, RFC 6762, RFC 8375, and `internal`, which ICANN set aside in 2024).
_LOCAL_SUFFIXES = (".local", ".localhost", ".internal", ".home.arpa")
#: Global unicast is the only part of IPv6 that is routed (RFC 4291 section 2.4).
_IPV6_UNICAST = IPv6Network("2000::/3")
_IPV6_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))  # Teredo, 6to4: an IPv4 address in disguise
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address
_IPV4_SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver's address taken apart once, so that no second parser can read it differently."""

    https: bool
    host: str
    port: int
    path: str

    @property
    def default_port(self) -> int:
        """The port that goes without saying."""
        return 443 if self.https else 80


def parse_target(url: str, *, allow_loopback: bool) -> Target:
    """The parts of a receiver's address.

    InvalidError URL_INVALID, URL_HTTPS_REQUIRED or URL_HOST_NOT_PUBLIC. `allow_loopback` lets the demo and the
    tests use plain HTTP to this machine itself, and nothing else.
    """
    parts, port = _split(url)
    host = (parts.hostname or "").rstrip(".")
    loopback = allow_loopback and _is_loopback_name(host)
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise InvalidError("URL_HTTPS_REQUIRED")
    if not loopback and not _is_public_name(host):
        raise InvalidError("URL_HOST_NOT_PUBLIC")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port or (443 if parts.scheme == "https" else 80), path)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """True for an address out on the internet; false for private, shared, multicast, reserved and mapped ones."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address not in _IPV6_UNICAST or any(address in network for network in _IPV6_TUNNELS):
            return False
        return address.is_global
    if any(address in network for network in _IPV4_SPECIAL):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _split(url: str) -> tuple[SplitResult, int | None]:
    if len(url) > MAX_LENGTH or "\\" in url or not _PRINTABLE.fullmatch(url):
        raise InvalidError("URL_INVALID")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidError("URL_INVALID") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or "#" in url or port == 0:
        raise InvalidError("URL_INVALID")
    return parts, port


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_loopback_name(host: str) -> bool:
    address = _literal(host)
    return address.is_loopback if address else host == "localhost"


def _is_public_name(host: str) -> bool:
    address = _literal(host)
    if address:
        return is_public(address)
    return _NAME.fullmatch(host) is not None and len(host) <= 253 and not host.endswith(_LOCAL_SUFFIXES)
