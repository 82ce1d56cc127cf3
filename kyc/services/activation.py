# SPDX-License-Identifier: Apache-2.0
"""What the payment platform reads: the gate's answer, and the account with its requirements.

Nothing here tells of sanctions, exposure or suspicion: any such hold reads `under_review` (CMF L561-18).
"""

from dataclasses import dataclass
from datetime import date, datetime

from kyc.domain.case import State
from kyc.domain.gate import Answer, GateFacts, Reason, answer
from kyc.domain.requirement import Requirement, Status
from kyc.services import casework
from kyc.services.deps import Deps
from kyc.store.tables import CaseRow, MerchantRow
from kyc.store.uow import Reader

_STATUS = {
    State.DRAFT: "onboarding",
    State.INFO_REQUESTED: "onboarding",
    State.PROCESSING: "pending_review",
    State.IN_REVIEW: "pending_review",
    State.PENDING_SECOND_APPROVAL: "pending_review",
    State.APPROVED: "active",
    State.SUSPENDED: "suspended",
    State.REFUSED: "rejected",
    State.WITHDRAWN: "closed",
    State.TERMINATED: "closed",
}


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """Open or closed, why, of which account version, as of when, and for how many seconds it may be reused."""

    allowed: bool
    reason: Reason | None
    version: int
    as_of: datetime
    max_age_seconds: int


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as the public contract shows it; `asked` are requirements that an officer asked for once more."""

    merchant_id: str
    livemode: bool
    external_reference: str
    status: str
    gate: Answer
    details_submitted: bool
    requirements: tuple[Requirement, ...]
    asked: frozenset[str]
    verified_at: datetime | None
    relationship_ended_on: date | None
    retain_until: date | None
    created_at: datetime
    updated_at: datetime
    version: int

    def names(self, *statuses: Status) -> tuple[str, ...]:
        """Requirement names that are in one of these states."""
        return tuple(each.name for each in self.requirements if each.status in statuses)


def ask_gate(deps: Deps, merchant_id: str, *, livemode: bool) -> GateAnswer:
    """May this merchant be used for payments now? NotFoundError for unknown accounts; every fault reads as closed."""
    now = deps.now()
    policies = deps.policies()
    with deps.db.read() as view:
        merchant = view.merchants.get(merchant_id, livemode=livemode)
        verdict = _verdict(deps, view, merchant, view.cases.of_merchant(merchant_id))
    return GateAnswer(verdict.allowed, verdict.reason, merchant.version, now, policies.thresholds.gate_max_age_seconds)


def account_view(deps: Deps, view: Reader, merchant: MerchantRow) -> AccountView:
    """The account, its gate and what its file still owes."""
    case = view.cases.of_merchant(merchant.id)
    state = State(case.state)
    approvals = [row for row in view.cases.decisions(case.id) if row.final and row.outcome == "approve"]
    return AccountView(
        merchant_id=merchant.id,
        livemode=merchant.livemode,
        external_reference=merchant.external_reference,
        status=_STATUS[state],
        gate=_verdict(deps, view, merchant, case),
        details_submitted=case.submitted_at is not None,
        requirements=casework.requirements_of(view, merchant.id, deps.policies()),
        asked=frozenset(
            item["requirement"]
            for request in view.cases.requests(case.id)
            if request.answered_at is None
            for item in request.items
        ),
        verified_at=max((row.second_at or row.decided_at for row in approvals), default=None),
        relationship_ended_on=merchant.ended_on,
        retain_until=shown_retention(state, merchant),
        created_at=merchant.created_at,
        updated_at=merchant.updated_at,
        version=merchant.version,
    )


def shown_retention(state: State, merchant: MerchantRow) -> date | None:
    """The last day of a file as merchants and platforms may know it.

    How long a withdrawn file is kept depends on alerts (rules 3.4): the date would tell of them (CMF L561-18).
    """
    return None if state is State.WITHDRAWN else merchant.retain_until


def _verdict(deps: Deps, view: Reader, merchant: MerchantRow, case: CaseRow) -> Answer:
    approved = any(row.final and row.outcome in ("approve", "reinstate") for row in view.cases.decisions(case.id))
    facts = GateFacts(
        state=State(case.state),
        livemode=merchant.livemode,
        decision_recorded=approved,
        alerts=casework.alert_facts(view, case),
        screening=casework.screening_facts(view, case),
    )
    if merchant.ended_on is not None and facts.state is State.APPROVED:
        return Answer(False, Reason.CLOSED)
    return answer(facts, now=deps.now(), policy=deps.policies().thresholds.lists)
