# SPDX-License-Identifier: Apache-2.0
"""Keys of the payment platform: shown once, stored as hashes."""

from kyc.domain.case import Actor, ActorKind
from kyc.domain.errors import InvalidError
from kyc.services import passwords
from kyc.services.deps import Deps
from kyc.store.ids import new_id
from kyc.store.tables import ApiKeyRow

SCOPES = ("accounts:read", "accounts:write", "documents:write", "gate:read", "webhooks:manage")


def create(deps: Deps, *, name: str, livemode: bool, scopes: tuple[str, ...]) -> str:
    """A new key `sk_test_…` or `sk_live_…` with these scopes."""
    if not scopes or not set(scopes) <= set(SCOPES):
        raise InvalidError("SCOPE_UNKNOWN")
    key = f"sk_{'live' if livemode else 'test'}_{passwords.new_token()}"
    with deps.db.write() as uow:
        key_id = new_id("ak")
        uow.access.add(
            ApiKeyRow(
                id=key_id,
                key_hash=passwords.token_hash(key),
                name=name,
                livemode=livemode,
                scopes=list(scopes),
                created_at=uow.now,
            )
        )
        uow.record(Actor(ActorKind.SYSTEM, "cli"), "api_key.created", key_id)
    return key
