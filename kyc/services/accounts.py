# SPDX-License-Identifier: Apache-2.0
"""Merchant accounts as the payment platform sees them: create, invite again, end the relationship."""

from dataclasses import dataclass
from datetime import date, datetime

from kyc.domain.case import FINAL, Actor, Event, State
from kyc.domain.errors import ConflictError, FieldProblem, InvalidError
from kyc.domain.party import Company
from kyc.domain.policy import RetentionPolicy
from kyc.domain.retention import retain_until
from kyc.services import access, casework
from kyc.services.deps import Deps, legal_day
from kyc.services.trail import announce, note
from kyc.store.ids import new_id
from kyc.store.tables import CaseRow, MerchantRow, PartyRow
from kyc.store.uow import UnitOfWork

LANGUAGES = ("fr", "nl", "en")


@dataclass(frozen=True, slots=True)
class Created:
    """A new account and the link for its contact."""

    merchant_id: str
    invitation_url: str
    invitation_expires_at: datetime


def create_account(
    deps: Deps, uow: UnitOfWork, actor: Actor, *, livemode: bool, external_reference: str, language: str
) -> Created:
    """Open an account with its own data key, an empty file, a draft case and an invitation.

    Runs in the caller's transaction, so that the idempotent answer is stored with it.
    """
    if not external_reference or len(external_reference) > 200:
        raise InvalidError("FORM_INVALID", problems=(FieldProblem("external_reference", "required"),))
    if language not in LANGUAGES:
        raise InvalidError("FORM_INVALID", problems=(FieldProblem("language", "language_unknown"),))
    if uow.merchants.by_reference(external_reference, livemode=livemode) is not None:
        raise ConflictError("EXTERNAL_REFERENCE_TAKEN")
    merchant_id, key_id = new_id("ma"), new_id("key")
    deps.keys.create(key_id)
    merchant = MerchantRow(
        id=merchant_id,
        external_reference=external_reference,
        livemode=livemode,
        key_id=key_id,
        language=language,
        sealed=deps.vault.seal(key_id, f"merchant:{merchant_id}", {}),
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.merchants.add(merchant)
    _add_company(deps, uow, merchant)
    case_id = new_id("case")
    # The note locks the head of the audit chain, so that one creation at a time looks for the next case number.
    note(uow, actor, "merchant.created", merchant_id, merchant, case=case_id, livemode=livemode)
    case = CaseRow(
        id=case_id,
        number=uow.cases.next_number(),
        merchant_id=merchant_id,
        state=State.DRAFT.value,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.cases.add(case)
    url, expires = access.invite(deps, uow, merchant_id)
    return Created(merchant_id, url, expires)


def invite_again(deps: Deps, uow: UnitOfWork, actor: Actor, merchant_id: str, *, livemode: bool) -> Created:
    """A fresh link where the old one expired or was lost; older links end."""
    merchant = uow.merchants.get(merchant_id, livemode=livemode)
    url, expires = access.invite(deps, uow, merchant_id)
    note(uow, actor, "merchant.invited", merchant_id, merchant)
    return Created(merchant_id, url, expires)


def end_relationship(
    deps: Deps, uow: UnitOfWork, actor: Actor, merchant_id: str, ended_on: date, *, livemode: bool
) -> MerchantRow:
    """The relationship is over: close the case, close the gate, start the retention clock (CMF L561-12)."""
    merchant = uow.merchants.locked(uow.merchants.get(merchant_id, livemode=livemode).id)
    if not legal_day(merchant.created_at) <= ended_on <= deps.today():
        raise InvalidError("FORM_INVALID", problems=(FieldProblem("ended_on", "date_out_of_range"),))
    case = uow.cases.of_merchant(merchant_id)
    if State(case.state) is State.REFUSED or merchant.ended_on is not None:
        raise ConflictError("ALREADY_ENDED")
    active = any(row.final and row.outcome == "approve" for row in uow.cases.decisions(case.id))
    event = Event.END_RELATIONSHIP if active else Event.WITHDRAW
    casework.advance(uow, case, merchant, event, actor, closed_at=uow.now)
    start_clock(deps, uow, merchant, case, ended_on)
    note(uow, actor, "relationship.ended", merchant_id, merchant, on=ended_on.isoformat())
    announce(uow, merchant, "merchant_account.closed")
    return merchant


def start_clock(deps: Deps, uow: UnitOfWork, merchant: MerchantRow, case: CaseRow, day: date) -> None:
    """Fix the last day on which the file is kept; the case must be in a final state."""
    if State(case.state) not in FINAL:
        raise ConflictError("CASE_RUNNING")
    had_alerts = bool(uow.screenings.alerts(case.id))
    months = _months(deps.policies().retention, State(case.state), had_alerts=had_alerts)
    merchant.ended_on, merchant.retain_until = day, retain_until(day, months)


def _months(policy: RetentionPolicy, state: State, *, had_alerts: bool) -> int:
    if state is State.TERMINATED:
        return policy.terminated_months
    if state is State.REFUSED:
        return policy.refused_months
    return policy.withdrawn_with_alert_months if had_alerts else policy.withdrawn_months


def _add_company(deps: Deps, uow: UnitOfWork, merchant: MerchantRow) -> None:
    party_id = new_id("pt")
    uow.merchants.add_party(
        PartyRow(
            id=party_id,
            merchant_id=merchant.id,
            kind="company",
            sealed=deps.vault.seal(merchant.key_id, f"party:{party_id}", Company().to_json()),
            created_at=uow.now,
        )
    )
