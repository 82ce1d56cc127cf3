# SPDX-License-Identifier: Apache-2.0
"""From the services' views to the bodies of the contract; reasons stay coarse (CMF L561-18, AMLR article 73)."""

import tomllib
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from kyc.api import schemas
from kyc.domain.gate import Answer, Reason
from kyc.domain.requirement import Requirement, Status
from kyc.services import activation
from kyc.services.activation import AccountView
from kyc.services.deps import Deps
from kyc.store.tables import DocumentRow, MerchantRow, WebhookEndpointRow
from kyc.store.uow import Reader

CAPABILITIES = ("bnpl_payments", "settlement_payouts")
_ENDED = ("rejected", "closed")
_DUE = (Status.TO_DO, Status.TO_FIX)
_NOT_ACCEPTED = "document_not_accepted"
_CONFIRM = "confirm_reading"
_DOCUMENT_STATES = {"received": "processing", "read": "checked", "refused": "rejected", "unreadable": "rejected"}


def account(deps: Deps, view: Reader, merchant: MerchantRow) -> schemas.Account:
    """The account object."""
    shown = activation.account_view(deps, view, merchant)
    status = "restricted" if shown.status == "active" and not shown.gate.allowed else shown.status
    ended = shown.relationship_ended_on
    return schemas.Account(
        id=shown.merchant_id,
        livemode=shown.livemode,
        external_reference=shown.external_reference,
        status=status,
        charges_enabled=shown.gate.allowed,
        payouts_enabled=shown.gate.allowed,
        details_submitted=shown.details_submitted,
        capabilities={name: _capability(shown.gate, status) for name in CAPABILITIES},
        requirements=_requirements(deps, shown, merchant.language),
        kyc=schemas.Kyc(
            level="none" if shown.verified_at is None else "regular",
            verified_at=shown.verified_at,
            renewal_deadline=None,
        ),
        retention=schemas.Retention(relationship_ended_on=ended, retain_until=shown.retain_until) if ended else None,
        version=shown.version,
        created_at=shown.created_at,
        updated_at=shown.updated_at,
    )


def document(row: DocumentRow) -> schemas.Document:
    """An uploaded file; a file that should be replaced is rejected, whether or not it could be read."""
    return schemas.Document(
        id=row.id,
        state="rejected" if row.problem else _DOCUMENT_STATES[row.state],
        requirement=row.requirement,
        party_id=row.party_id,
        error_code=problem_code(row.problem) if row.problem else None,
        media_type="application/pdf" if row.media == "pdf" else f"image/{row.media}",
        size=row.size,
        uploaded_at=row.uploaded_at,
    )


def endpoint(row: WebhookEndpointRow) -> schemas.WebhookEndpoint:
    """A receiver of events."""
    return schemas.WebhookEndpoint(id=row.id, url=row.url, livemode=row.livemode, created_at=row.created_at)


def problem_code(code: str) -> str:
    """The public code of a document's problem; whatever has no neutral text is simply not accepted."""
    return code if code in _reasons() else _NOT_ACCEPTED


def _capability(gate: Answer, status: str) -> schemas.Capability:
    verification = "valid" if gate.allowed else {"rejected": "rejected", "closed": "invalid"}.get(status, "pending")
    return schemas.Capability(
        requested=True,
        allowed=gate.allowed,
        enabled=status not in _ENDED,
        verification_status=verification,
        disabled_reason=gate.reason.value if gate.reason else None,
    )


def _requirements(deps: Deps, shown: AccountView, language: str) -> schemas.Requirements:
    owed = () if shown.status in _ENDED else shown.requirements
    statuses = {each.name: _status(each, shown) for each in owed}
    due = [name for name, status in statuses.items() if status == "currently_due"]
    return schemas.Requirements(
        current_deadline=None,
        currently_due=due,
        eventually_due=[],
        past_due=due if shown.gate.reason is Reason.PAST_DUE else [],
        pending_verification=[name for name, status in statuses.items() if status == "pending_verification"],
        alternatives=[],
        errors=[
            _error(deps, each, language) for each in owed if each.problem and statuses[each.name] == "currently_due"
        ],
        entries=[_entry(shown, each, statuses[each.name]) for each in owed],
        disabled_reason=shown.gate.reason.value if shown.gate.reason else None,
    )


def _status(requirement: Requirement, shown: AccountView) -> str:
    """While a file is looked at, nothing is due and everything is being verified; afterwards nothing is either."""
    if shown.status == "onboarding":
        if requirement.status in _DUE or requirement.name in shown.asked:
            return "currently_due"
        return "pending_verification" if requirement.status is Status.BEING_CHECKED else "satisfied"
    return "pending_verification" if shown.status == "pending_review" else "satisfied"


def _entry(shown: AccountView, requirement: Requirement, status: str) -> schemas.RequirementEntry:
    waiting_for = {"currently_due": "merchant", "pending_verification": "institution"}
    digest = sha256(f"{shown.merchant_id}:{requirement.name}".encode()).hexdigest()
    return schemas.RequirementEntry(
        id=f"rq_{digest[:24]}",
        name=requirement.name,
        party_id=requirement.party_id,
        awaiting_action_from=waiting_for.get(status, "none"),
        status=status,
        restricts_capabilities=[] if status == "satisfied" else list(CAPABILITIES),
        deadline=None,
        requested_reason="additional_information" if requirement.name in shown.asked else "onboarding",
    )


def _error(deps: Deps, requirement: Requirement, language: str) -> schemas.RequirementError:
    code = problem_code(requirement.problem or _NOT_ACCEPTED)
    action = "confirm_document" if code == _CONFIRM else "upload_different_document"
    return schemas.RequirementError(
        code=code,
        reason=_reasons()[code][language],
        requirement=requirement.name,
        remediating_actions=[
            schemas.RemediatingAction(code=action, label=_actions()[action][language], url=deps.portal_url)
        ],
        retry="allowed",
    )


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(files("kyc.api").joinpath("reasons.toml").read_text("utf-8"))


def _reasons() -> dict[str, dict[str, str]]:
    return {code: texts for code, texts in _texts().items() if code != "actions"}


def _actions() -> dict[str, dict[str, str]]:
    actions: dict[str, dict[str, str]] = _texts()["actions"]
    return actions
