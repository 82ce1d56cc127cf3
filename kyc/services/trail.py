# SPDX-License-Identifier: Apache-2.0
"""Recording facts about a merchant: personal bodies are sealed under the merchant's key before they are chained."""

from typing import Any

from kyc.domain.audit import canonical_json
from kyc.domain.case import Actor
from kyc.services.deps import Deps
from kyc.store.ids import new_id
from kyc.store.tables import MerchantRow, OutboxRow
from kyc.store.uow import UnitOfWork


def note(uow: UnitOfWork, actor: Actor, verb: str, subject: str, merchant: MerchantRow, **facts: Any) -> None:
    """Record a fact whose particulars are codes and ids only."""
    uow.record(actor, verb, subject, merchant_id=merchant.id, body=canonical_json(facts))


def note_personal(
    deps: Deps, uow: UnitOfWork, actor: Actor, verb: str, subject: str, merchant: MerchantRow, particulars: Any
) -> None:
    """Record a fact whose particulars are personal: they are sealed under the merchant's key."""
    body = deps.vault.seal(merchant.key_id, f"audit:{verb}:{subject}", particulars)
    uow.record(actor, verb, subject, merchant_id=merchant.id, body=body, sealed=True)


def announce(uow: UnitOfWork, merchant: MerchantRow, event: str) -> None:
    """Tell the platform, by a thin event to each of its endpoints, that the account changed; raises its version."""
    merchant.version += 1
    merchant.updated_at = uow.now
    payload = {
        "type": event,
        "timestamp": uow.now.isoformat(),
        "data": {"id": merchant.id, "object": "merchant_account", "version": merchant.version},
    }
    for endpoint in uow.outbox.endpoints(livemode=merchant.livemode):
        message_id = new_id("msg")
        uow.outbox.add(
            OutboxRow(
                id=message_id,
                channel="webhook",
                merchant_id=merchant.id,
                endpoint_id=endpoint.id,
                type=event,
                payload=payload,
                created_at=uow.now,
            )
        )
        uow.enqueue("deliver", message_id)


def notify(uow: UnitOfWork, merchant: MerchantRow, notice: str) -> None:
    """Send the merchant's contacts an e-mail from the fixed set of neutral texts (R-43)."""
    message_id = new_id("msg")
    uow.outbox.add(
        OutboxRow(
            id=message_id,
            channel="email",
            merchant_id=merchant.id,
            type=notice,
            payload={"language": merchant.language},
            created_at=uow.now,
        )
    )
    uow.enqueue("deliver", message_id)
