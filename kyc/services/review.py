# SPDX-License-Identifier: Apache-2.0
"""What officers do: look at evidence, clear or confirm alerts, resolve findings, ask for more, decide.

Every function takes the officer, checks the permission, changes one case in one transaction and leaves a trace.
"""

from kyc.domain.case import Event, State
from kyc.domain.decision import AlertState, Outcome, approval_blockers, second_approval_reasons
from kyc.domain.errors import ConflictError, FieldProblem, InvalidError
from kyc.domain.policy import Policies, ReviewPolicy
from kyc.services import casework
from kyc.services.access import Officer
from kyc.services.accounts import start_clock
from kyc.services.deps import Deps
from kyc.services.trail import announce, note, note_personal, notify
from kyc.store.ids import new_id
from kyc.store.tables import CaseRow, DecisionRow, InformationRequestRow, MeasureRow, MerchantRow
from kyc.store.uow import UnitOfWork

#: Why an alert was cleared; the words are in the console's texts.
CLEARING_REASONS = ("different_person", "different_company", "different_birth_date", "different_place", "other")
#: What can be compared between a party and a list entry.
IDENTIFIERS = ("name", "birth_date", "birth_place", "nationality", "address", "gender", "position", "company_number")
#: Why a case was refused; internal, never shown to the merchant.
REFUSAL_REASONS = (
    "incomplete_verification",
    "documents_not_authentic",
    "outside_policy",
    "risk_too_high",
    "freezing_measure",
    "merchant_withdrew",
    "other",
)
#: What an officer may ask of a merchant; fixed neutral texts.
REQUEST_REASONS = (
    "document_not_readable",
    "document_expired",
    "document_too_old",
    "document_incomplete",
    "document_wrong_type",
    "document_name_mismatch",
    "details_to_correct",
    "additional_document",
)
_REINSTATE = "reinstate"
_REVIEWABLE = (State.IN_REVIEW, State.PENDING_SECOND_APPROVAL, State.SUSPENDED)


def take_case(deps: Deps, officer: Officer, case_id: str) -> None:
    """Assign the case to this officer."""
    officer.must("case:review")
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        case.assigned_to = officer.id
        note(uow, officer.actor, "case.assigned", case_id, merchant)


def open_document(deps: Deps, officer: Officer, case_id: str, document_id: str) -> None:
    """Note that this officer looked at a document: a decision needs its evidence opened (R-41)."""
    officer.must("document:read")
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        uow.documents.get(document_id, case.merchant_id)
        if not uow.documents.pages(document_id):
            return  # the reader could not open it: there is nothing that anybody has seen
        if uow.cases.mark_viewed(document_id, officer.id, uow.now):
            note(uow, officer.actor, "document.opened", document_id, merchant)


def settle_alert(
    deps: Deps,
    officer: Officer,
    case_id: str,
    alert_id: str,
    *,
    confirmed: bool,
    reason_code: str,
    compared: tuple[str, ...],
    comment: str,
) -> None:
    """Clear an alert as another person, or confirm the match; both need the identifiers that were compared (R-31)."""
    officer.must("case:review")
    policy = deps.policies().thresholds.review
    problems = _settling_problems(
        policy, confirmed=confirmed, reason_code=reason_code, compared=compared, comment=comment
    )
    if problems:
        raise InvalidError("FORM_INVALID", problems=problems)
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        _must_be_reviewable(case)
        alert = uow.screenings.alert(alert_id, case_id)
        if alert.state != AlertState.OPEN:
            raise ConflictError("ALERT_SETTLED")
        alert.state = (AlertState.CONFIRMED if confirmed else AlertState.CLEARED).value
        alert.reason_code, alert.compared = reason_code, list(compared)
        alert.decided_by, alert.decided_at = officer.id, uow.now
        particulars = {"state": alert.state, "reason": reason_code, "compared": list(compared), "comment": comment}
        note_personal(deps, uow, officer.actor, "alert.settled", alert_id, merchant, particulars)
        uow.cases.change(case, case.version, uow.now)


def resolve_finding(
    deps: Deps, officer: Officer, case_id: str, finding_id: str, *, resolution: str, comment: str
) -> None:
    """Accept a finding with a reason, or note that it was corrected (R-11)."""
    officer.must("case:review")
    if resolution not in ("accepted", "corrected"):
        raise InvalidError("FORM_INVALID", problems=(FieldProblem("resolution", "required"),))
    if not comment.strip():
        raise InvalidError("FORM_INVALID", problems=(FieldProblem("comment", "required"),))
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        _must_be_reviewable(case)
        finding = uow.cases.finding(finding_id, case_id)
        if finding.resolution:
            raise ConflictError("FINDING_RESOLVED")
        finding.resolution, finding.resolved_by, finding.resolved_at = resolution, officer.id, uow.now
        particulars = {"resolution": resolution, "comment": comment}
        note_personal(deps, uow, officer.actor, "finding.resolved", finding_id, merchant, particulars)
        uow.cases.change(case, case.version, uow.now)


def record_measure(deps: Deps, officer: Officer, case_id: str, party_id: str, *, measure: str, evidence: str) -> None:
    """Enter a verification measure that was taken, with what proves it (CMF R561-5-1, R561-5-2)."""
    officer.must("case:review")
    policy = deps.policies().thresholds.review
    if measure not in (*policy.measures, *policy.sufficient_measures):
        raise InvalidError("FORM_INVALID", problems=(FieldProblem("measure", "required"),))
    if not evidence.strip():
        raise InvalidError("FORM_INVALID", problems=(FieldProblem("evidence", "required"),))
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        _must_be_reviewable(case)
        version = uow.merchants.party(party_id, merchant.id).version
        taken = {(row.party_id, row.party_version, row.measure) for row in uow.cases.measures(case_id)}
        if (party_id, version, measure) in taken:
            raise ConflictError("MEASURE_RECORDED")
        measure_id = new_id("vm")
        uow.cases.add_measure(
            MeasureRow(
                id=measure_id,
                case_id=case_id,
                party_id=party_id,
                party_version=version,
                measure=measure,
                recorded_by=officer.id,
                recorded_at=uow.now,
                sealed=deps.vault.seal(merchant.key_id, f"measure:{measure_id}", {"evidence": evidence}),
            )
        )
        note(uow, officer.actor, "measure.recorded", measure_id, merchant, party=party_id, measure=measure)


def request_information(
    deps: Deps, officer: Officer, case_id: str, version: int, items: tuple[tuple[str, str], ...]
) -> None:
    """Ask the merchant for more: pairs of (requirement name, reason code), each from a fixed neutral set."""
    officer.must("case:review")
    if not items or any(reason not in REQUEST_REASONS for _, reason in items):
        raise InvalidError("FORM_INVALID", problems=(FieldProblem("items", "required"),))
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        _must_be_version(case, version)
        names = {each.name for each in casework.requirements_of(uow, merchant.id, deps.policies())}
        if any(name not in names for name, _ in items):
            raise InvalidError("FORM_INVALID", problems=(FieldProblem("items", "required"),))
        casework.advance(uow, case, merchant, Event.REQUEST_INFORMATION, officer.actor, due_at=None)
        request_id = new_id("ir")
        uow.cases.add_request(
            InformationRequestRow(
                id=request_id,
                case_id=case_id,
                items=[{"requirement": name, "reason": reason} for name, reason in items],
                created_by=officer.id,
                created_at=uow.now,
                sealed=b"",
            )
        )
        notify(uow, merchant, "information_requested")
        announce(uow, merchant, "merchant_account.updated")


def decide(
    deps: Deps, officer: Officer, case_id: str, version: int, *, outcome: Outcome, rationale: str, reason_code: str = ""
) -> State:
    """Approve or refuse. Approval needs every blocker gone, and may become a proposal for a second officer.

    Returns the state that the case has now; ConflictError APPROVAL_BLOCKED names what is in the way.
    """
    officer.must("case:decide")
    policies = deps.policies()
    _must_have_rationale(rationale, policies.thresholds.review)
    if outcome is Outcome.REFUSE and reason_code not in REFUSAL_REASONS:
        raise InvalidError("FORM_INVALID", problems=(FieldProblem("reason_code", "required"),))
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        _must_be_version(case, version)
        if State(case.state) is not State.IN_REVIEW:
            raise ConflictError("ILLEGAL_TRANSITION", state=case.state)
        reasons: tuple[str, ...] = ()
        if outcome is Outcome.APPROVE:
            reasons = _approvable(deps, uow, case, officer, policies)
        row = _decision(deps, uow, case, merchant, officer, policies, outcome.value, rationale)
        row.reason_code, row.second_needed, row.second_reasons = reason_code, bool(reasons), list(reasons)
        row.final = not reasons
        uow.cases.add_decision(row)
        if reasons:
            casework.advance(uow, case, merchant, Event.PROPOSE_APPROVAL, officer.actor, proposed_by=officer.id)
        else:
            event = Event.APPROVE if outcome is Outcome.APPROVE else Event.REFUSE
            _conclude(deps, uow, case, merchant, officer, event)
        return State(case.state)


def second_decision(
    deps: Deps, officer: Officer, case_id: str, version: int, *, approve: bool, rationale: str
) -> State:
    """The second pair of eyes: somebody else, empowered by the executive body, agrees or sends back (R561-20-2)."""
    officer.must("case:decide_second")
    policies = deps.policies()
    _must_have_rationale(rationale, policies.thresholds.review)
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        _must_be_version(case, version)
        proposal = uow.cases.proposal(case_id)
        if proposal is None or State(case.state) is not State.PENDING_SECOND_APPROVAL:
            raise ConflictError("NO_PROPOSAL")
        if proposal.decided_by == officer.id:
            raise ConflictError("FOUR_EYES")
        particulars = {"approve": approve, "rationale": rationale}
        note_personal(deps, uow, officer.actor, "decision.second", proposal.id, merchant, particulars)
        if approve:
            _approvable(deps, uow, case, officer, policies)
            proposal.second_by, proposal.second_at, proposal.final = officer.id, uow.now, True
            _conclude(deps, uow, case, merchant, officer, Event.APPROVE)
        else:
            proposal.withdrawn = True
            back = Event.SUSPEND if proposal.outcome == _REINSTATE else Event.SEND_BACK
            casework.advance(uow, case, merchant, back, officer.actor, proposed_by=None)
        return State(case.state)


def suspend(deps: Deps, officer: Officer, case_id: str, version: int, rationale: str) -> None:
    """Close the gate of an active merchant at once, with a reason; reinstating needs all that approval needs."""
    officer.must("case:review")
    _must_have_rationale(rationale, deps.policies().thresholds.review)
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        _must_be_version(case, version)
        note_personal(deps, uow, officer.actor, "case.suspension", case_id, merchant, {"rationale": rationale})
        casework.advance(uow, case, merchant, Event.SUSPEND, officer.actor)
        announce(uow, merchant, "merchant_account.suspended")


def reinstate(deps: Deps, officer: Officer, case_id: str, version: int, rationale: str) -> State:
    """Open the gate again for a suspended merchant, once everything that approval needs is true again."""
    officer.must("case:decide")
    policies = deps.policies()
    _must_have_rationale(rationale, policies.thresholds.review)
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        _must_be_version(case, version)
        if State(case.state) is not State.SUSPENDED:
            raise ConflictError("ILLEGAL_TRANSITION", state=case.state)
        reasons = _approvable(deps, uow, case, officer, policies)
        row = _decision(deps, uow, case, merchant, officer, policies, _REINSTATE, rationale)
        row.second_needed, row.second_reasons, row.final = bool(reasons), list(reasons), not reasons
        uow.cases.add_decision(row)
        if reasons:
            casework.advance(uow, case, merchant, Event.PROPOSE_APPROVAL, officer.actor, proposed_by=officer.id)
        else:
            casework.advance(uow, case, merchant, Event.REINSTATE, officer.actor)
            announce(uow, merchant, "merchant_account.activated")
        return State(case.state)


def recall(deps: Deps, officer: Officer, case_id: str, version: int) -> None:
    """Take a case back into review while the merchant has not answered."""
    officer.must("case:review")
    with deps.db.write() as uow:
        case, merchant = casework.locked_case(uow, case_id)
        _must_be_version(case, version)
        if State(case.state) is not State.INFO_REQUESTED:
            raise ConflictError("ILLEGAL_TRANSITION", state=case.state)
        casework.advance(uow, case, merchant, Event.SEND_BACK, officer.actor, assessed_at=None)
        for request in uow.cases.requests(case_id):
            request.answered_at = request.answered_at or uow.now
        uow.enqueue("assess", case_id)  # the merchant may have changed the file meanwhile
        announce(uow, merchant, "merchant_account.updated")


def _must_be_version(case: CaseRow, version: int) -> None:
    """What the officer saw is what stands: otherwise somebody else was faster."""
    if case.version != version:
        raise ConflictError("CASE_CHANGED")


def _must_be_reviewable(case: CaseRow) -> None:
    if State(case.state) not in _REVIEWABLE:
        raise ConflictError("ILLEGAL_TRANSITION", state=case.state)


def _must_have_rationale(rationale: str, policy: ReviewPolicy) -> None:
    if len(rationale.strip()) < policy.rationale_min_characters:
        raise InvalidError(
            "FORM_INVALID",
            problems=(FieldProblem("rationale", "rationale_short"),),
            minimum=policy.rationale_min_characters,
        )


def _settling_problems(
    policy: ReviewPolicy, *, confirmed: bool, reason_code: str, compared: tuple[str, ...], comment: str
) -> tuple[FieldProblem, ...]:
    problems = []
    if len(set(compared) & set(IDENTIFIERS)) < policy.identifiers_compared_min:
        problems.append(FieldProblem("compared", "identifiers_too_few"))
    if not confirmed and reason_code not in CLEARING_REASONS:
        problems.append(FieldProblem("reason_code", "required"))
    if not comment.strip():
        problems.append(FieldProblem("comment", "required"))
    return tuple(problems)


def _approvable(deps: Deps, uow: UnitOfWork, case: CaseRow, officer: Officer, policies: Policies) -> tuple[str, ...]:
    """ConflictError while anything blocks approval; otherwise why a second officer must agree, if so."""
    facts = casework.case_facts(deps, uow, case, officer.id)
    thresholds = policies.thresholds
    blockers = approval_blockers(facts, now=uow.now, lists=thresholds.lists, review=thresholds.review)
    if blockers:
        raise ConflictError("APPROVAL_BLOCKED", blockers=[each.code for each in blockers])
    return second_approval_reasons(facts, thresholds.review)


def _decision(
    deps: Deps,
    uow: UnitOfWork,
    case: CaseRow,
    merchant: MerchantRow,
    officer: Officer,
    policies: Policies,
    outcome: str,
    rationale: str,
) -> DecisionRow:
    decision_id = new_id("dc")
    particulars = {"outcome": outcome, "rationale": rationale}
    note_personal(deps, uow, officer.actor, "decision.recorded", decision_id, merchant, particulars)
    active = uow.lists.active_set()
    return DecisionRow(
        id=decision_id,
        case_id=case.id,
        case_version=case.version,
        outcome=outcome,
        final=False,
        second_needed=False,
        second_reasons=[],
        decided_by=officer.id,
        decided_at=uow.now,
        policies=policies.reference(),
        list_set=active.id if active else None,
        sealed=deps.vault.seal(merchant.key_id, f"decision:{decision_id}", {"rationale": rationale}),
    )


def _conclude(
    deps: Deps, uow: UnitOfWork, case: CaseRow, merchant: MerchantRow, officer: Officer, event: Event
) -> None:
    if event is Event.APPROVE:
        casework.advance(uow, case, merchant, event, officer.actor)
        announce(uow, merchant, "merchant_account.activated")
        notify(uow, merchant, "approved")
        return
    casework.advance(uow, case, merchant, event, officer.actor, closed_at=uow.now)
    start_clock(deps, uow, merchant, case, deps.today())
    announce(uow, merchant, "merchant_account.rejected")
    notify(uow, merchant, "refused")
