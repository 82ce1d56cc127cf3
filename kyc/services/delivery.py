# SPDX-License-Identifier: Apache-2.0
"""The delivery job: webhooks to the platform, e-mail to the merchant; each message at least once, with one id."""

import tomllib
from functools import cache
from importlib.resources import files

from kyc.domain.audit import canonical_json
from kyc.domain.errors import UnavailableError
from kyc.services.deps import Deps
from kyc.services.vault import INSTALLATION
from kyc.store.jobs import Claim
from kyc.store.tables import MerchantRow, OutboxRow
from kyc.store.uow import UnitOfWork

#: Seconds before each further try, as Standard Webhooks recommends: 75 h 35 min in all.
WAITS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
_MAX_RETRY_AFTER = 86_400


def deliver(deps: Deps, claim: Claim) -> None:
    """Send one message; UnavailableError makes the job try again later."""
    with deps.db.read() as view:
        message = view.outbox.get(claim.subject_id)
    if message.state == "pending":
        if message.channel == "webhook":
            state, status = _post(deps, message)
        else:
            state, status = _mail(deps, message)
    else:
        state, status = message.state, message.last_status
    with deps.db.write() as uow:
        if uow.jobs.finish(claim, uow.now):
            row = uow.outbox.get(message.id)
            row.state, row.last_status, row.attempts, row.settled_at = state, status, claim.attempt, uow.now


def give_up(uow: UnitOfWork, message_id: str) -> None:
    """The last try failed; the message stays listed as failed and can be sent again by hand."""
    row = uow.outbox.get(message_id)
    row.state, row.settled_at, row.attempts = "failed", uow.now, len(WAITS) + 1


def _post(deps: Deps, message: OutboxRow) -> tuple[str, int | None]:
    with deps.db.read() as view:
        endpoint = view.outbox.endpoint(message.endpoint_id or "")
    if endpoint.disabled_at is not None:
        return "failed", None
    secret = deps.vault.open(INSTALLATION, f"webhook:{endpoint.id}", endpoint.secret_sealed)
    body = canonical_json(message.payload).decode()
    result = deps.webhooks.deliver(endpoint.url, secret, message.id, deps.now(), body)
    if result.accepted:
        return "delivered", result.status
    if result.gone:
        with deps.db.write() as uow:
            uow.outbox.endpoint(endpoint.id).disabled_at = uow.now
        return "failed", result.status
    raise UnavailableError("WEBHOOK_NOT_ACCEPTED", retry_after=min(result.retry_after or 0, _MAX_RETRY_AFTER))


def _mail(deps: Deps, message: OutboxRow) -> tuple[str, int | None]:
    with deps.db.read() as view:
        merchant = view.merchants.get(message.merchant_id)
        users = view.access.portal_users(message.merchant_id)
    subject, text = _text(message, merchant, deps.portal_url)
    for user in users:
        address = deps.vault.open(merchant.key_id, f"portal_user:{user.id}", user.sealed)["email"]
        deps.notices.send(address, subject, text)
    return "delivered", None


def _text(message: OutboxRow, merchant: MerchantRow, portal_url: str) -> tuple[str, str]:
    chosen = _texts()[message.type][merchant.language]
    return chosen["subject"], chosen["text"].format(url=portal_url)


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("kyc.services").joinpath("notices.toml").read_text("utf-8"))
