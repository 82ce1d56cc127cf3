# SPDX-License-Identifier: Apache-2.0
"""What the payment platform sets up for itself: API keys, and the receivers of its events."""

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from kyc.domain.case import SYSTEM, Actor
from kyc.domain.errors import ConflictError, InvalidError, NotFoundError
from kyc.domain.webhook_url import parse_target
from kyc.services import passwords
from kyc.services.deps import Deps
from kyc.services.vault import INSTALLATION
from kyc.store.ids import new_id
from kyc.store.tables import ApiKeyRow, WebhookEndpointRow
from kyc.store.uow import Reader, UnitOfWork

#: What a key may be allowed to do (gate-api.md, Contract).
SCOPES = ("accounts:read", "accounts:write", "documents:write", "gate:read", "webhooks:manage")
#: Each change of an account writes one message a receiver; more receivers than this are a mistake.
MAX_ENDPOINTS = 16
_REPLAY_BATCH = 1000
_SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many messages will be sent again, and from when to ask on where there are more."""

    queued: int
    next_from: datetime | None


def issue_api_key(deps: Deps, *, name: str, livemode: bool, scopes: Collection[str]) -> str:
    """Make a key and return it; only its hash is kept. InvalidError SCOPE_UNKNOWN for scopes that do not exist."""
    if not set(scopes) <= set(SCOPES):
        raise InvalidError("SCOPE_UNKNOWN")
    key = f"sk_{'live' if livemode else 'test'}_{passwords.new_token()}"
    with deps.db.write() as uow:
        row = ApiKeyRow(
            id=new_id("ak"),
            key_hash=passwords.token_hash(key),
            name=name,
            livemode=livemode,
            scopes=sorted(scopes),
            created_at=uow.now,
        )
        uow.access.add(row)
        uow.record(SYSTEM, "api_key.issued", row.id)
    return key


def revoke_api_key(deps: Deps, name: str) -> int:
    """End every key of this name; returns how many there were."""
    with deps.db.write() as uow:
        keys = uow.access.api_keys_named(name)
        for key in keys:
            key.revoked_at = uow.now
            uow.record(SYSTEM, "api_key.revoked", key.id)
    return len(keys)


def add_endpoint(
    deps: Deps, uow: UnitOfWork, actor: Actor, *, livemode: bool, url: str, allow_loopback: bool
) -> tuple[WebhookEndpointRow, str]:
    """Register a receiver; returns it with its signing secret (whsec_…), which is not shown again.

    InvalidError for addresses that are not HTTPS to a public name, ConflictError TOO_MANY_ENDPOINTS.
    """
    parse_target(url, allow_loopback=allow_loopback)
    if len(uow.outbox.endpoints(livemode=livemode)) >= MAX_ENDPOINTS:
        raise ConflictError("TOO_MANY_ENDPOINTS", limit=MAX_ENDPOINTS)
    endpoint_id = new_id("we")
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
    row = WebhookEndpointRow(
        id=endpoint_id,
        url=url,
        livemode=livemode,
        secret_sealed=deps.vault.seal(INSTALLATION, f"webhook:{endpoint_id}", secret),
        created_at=uow.now,
    )
    uow.outbox.add_endpoint(row)
    uow.record(actor, "webhook_endpoint.added", endpoint_id)
    return row, secret


def remove_endpoint(deps: Deps, actor: Actor, endpoint_id: str, *, livemode: bool) -> None:
    """Send no more events to this receiver; what is waiting for it is given up. NotFoundError where it is gone."""
    with deps.db.write() as uow:
        _live_endpoint(uow, endpoint_id, livemode=livemode).disabled_at = uow.now
        uow.record(actor, "webhook_endpoint.removed", endpoint_id)


def replay(uow: UnitOfWork, actor: Actor, endpoint_id: str, since: datetime, *, livemode: bool) -> Replayed:
    """Send the receiver again, under the same ids, every event written since then, the oldest thousand first."""
    _live_endpoint(uow, endpoint_id, livemode=livemode)
    if since > uow.now:
        raise InvalidError("REPLAY_FROM_FUTURE")
    rows = uow.outbox.of_endpoint(endpoint_id, since=since, limit=_REPLAY_BATCH + 1)
    for row in rows[:_REPLAY_BATCH]:
        row.state, row.settled_at = "pending", None
        uow.enqueue("deliver", row.id)
    uow.record(actor, "webhook_endpoint.replayed", endpoint_id)
    more = len(rows) > _REPLAY_BATCH
    return Replayed(min(len(rows), _REPLAY_BATCH), rows[-1].created_at if more else None)


def _live_endpoint(view: Reader, endpoint_id: str, *, livemode: bool) -> WebhookEndpointRow:
    row = view.outbox.endpoint(endpoint_id)
    if row.livemode != livemode or row.disabled_at is not None:
        raise NotFoundError("ENDPOINT_NOT_FOUND")
    return row
