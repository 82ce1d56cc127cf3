# SPDX-License-Identifier: Apache-2.0
"""Signed events to the platform: Standard Webhooks 1.0 over HTTPS, to public addresses only.

httpcore is used without httpx around it, because its network backend is where an address can be judged and
kept: no redirect is followed, no proxy variable is read, no body of an answer is taken in.
"""

import math
import ssl
from datetime import UTC, datetime

import httpcore
import httpx
from standardwebhooks.webhooks import Webhook

from kyc.adapters.outbound import (
    Address,
    AddressRefusedError,
    Deadline,
    PinnedBackend,
    Resolve,
    keep_addresses_out_of_logs,
    resolve,
    seconds_to_wait,
)
from kyc.domain.errors import InvalidError
from kyc.domain.webhook_url import Target, is_public, parse_target
from kyc.ports import Delivery

USER_AGENT = "Vestibule/0.1"
_RETRY_STATUSES = (429, 503)


class HttpWebhooks:
    """Fills the port Webhooks. `seconds` bound one delivery from connecting to the receiver's status line.

    `allow_loopback` lets the demo and the tests send to this machine, over plain HTTP too.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        seconds: float = 10.0,
        resolve: Resolve = resolve,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._seconds = seconds
        self._resolve = resolve
        self._ssl_context = ssl_context or httpx.create_ssl_context()
        keep_addresses_out_of_logs()

    def deliver(self, url: str, secret: str, message_id: str, at: datetime, body: str) -> Delivery:
        """Post `body` once; whatever the receiver does comes back as a Delivery."""
        try:
            target = parse_target(url, allow_loopback=self._allow_loopback)
            return self._post(target, _headers(target, secret, message_id, at, body), body.encode(), at)
        except (InvalidError, AddressRefusedError):
            return Delivery(None, problem="address_refused")
        except httpcore.TimeoutException:
            return Delivery(None, problem="timeout")
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
            return Delivery(None, problem="no_answer")

    def _post(self, target: Target, headers: dict[str, str], body: bytes, at: datetime) -> Delivery:
        backend = PinnedBackend(self._permitted, self._resolve, Deadline(self._seconds))
        url = httpcore.URL(
            scheme="https" if target.https else "http", host=target.host, port=target.port, target=target.path
        )
        with (
            httpcore.ConnectionPool(
                ssl_context=self._ssl_context, max_keepalive_connections=0, network_backend=backend
            ) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=body) as response,
        ):
            wait = dict(response.headers).get(b"retry-after", b"") if response.status in _RETRY_STATUSES else b""
            return Delivery(response.status, seconds_to_wait(wait.decode("latin-1"), at))

    def _permitted(self, address: Address) -> bool:
        return is_public(address) or (self._allow_loopback and address.is_loopback)


def _headers(target: Target, secret: str, message_id: str, at: datetime, body: str) -> dict[str, str]:
    moment = at.astimezone(UTC)
    host = f"[{target.host}]" if ":" in target.host else target.host
    return {
        "host": host if target.port == target.default_port else f"{host}:{target.port}",
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(math.floor(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, moment, body),
    }
