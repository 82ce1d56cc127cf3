# SPDX-License-Identifier: Apache-2.0
"""The gate in front of activation: open only where every condition is known, true and fresh.

Reasons are coarse on purpose: a screening hold reads like any other review (CMF L561-18, AMLR article 73).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kyc.domain.case import State
from kyc.domain.decision import AlertFact, AlertState, ScreeningFacts, is_freeze, lists_problems, runs_too_old
from kyc.domain.policy import ListsPolicy


class Reason(StrEnum):
    """Why the gate is closed, in the words of the public contract."""

    PAST_DUE = "requirements.past_due"
    PENDING_VERIFICATION = "requirements.pending_verification"
    UNDER_REVIEW = "under_review"
    REJECTED = "rejected.other"
    CLOSED = "closed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Answer:
    """`allowed` with no reason, or a reason."""

    allowed: bool
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What the answer depends on; None for the whole reads as closed."""

    state: State
    livemode: bool
    decision_recorded: bool
    alerts: tuple[AlertFact, ...]
    screening: ScreeningFacts


_CLOSED_BY_STATE = {
    State.DRAFT: Reason.PAST_DUE,
    State.INFO_REQUESTED: Reason.PAST_DUE,
    State.PROCESSING: Reason.PENDING_VERIFICATION,
    State.IN_REVIEW: Reason.UNDER_REVIEW,
    State.PENDING_SECOND_APPROVAL: Reason.UNDER_REVIEW,
    State.SUSPENDED: Reason.UNDER_REVIEW,
    State.REFUSED: Reason.REJECTED,
    State.WITHDRAWN: Reason.CLOSED,
    State.TERMINATED: Reason.CLOSED,
}


def answer(facts: GateFacts | None, *, now: datetime, policy: ListsPolicy | None) -> Answer:
    """Open or closed with a reason; anything unknown, stale or contradictory is closed."""
    if facts is None or policy is None:
        return Answer(False, Reason.OTHER)
    if facts.state is not State.APPROVED:
        return Answer(False, _CLOSED_BY_STATE.get(facts.state, Reason.OTHER))
    if not facts.decision_recorded:
        return Answer(False, Reason.UNDER_REVIEW)
    if any(is_freeze(alert) or alert.state is AlertState.OPEN for alert in facts.alerts):
        return Answer(False, Reason.UNDER_REVIEW)
    if lists_problems(facts.screening, livemode=facts.livemode, now=now, policy=policy):
        return Answer(False, Reason.UNDER_REVIEW)
    if not facts.screening.party_versions or runs_too_old(facts.screening, now=now, policy=policy):
        return Answer(False, Reason.UNDER_REVIEW)
    return Answer(True, None)
