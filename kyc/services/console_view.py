# SPDX-License-Identifier: Apache-2.0
"""What the officer's pages show: the queue, and one case with evidence, comparison, alerts, blockers, timeline."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kyc.domain.case import State
from kyc.domain.decision import AlertState, approval_blockers, second_approval_reasons, verified
from kyc.domain.errors import NotFoundError
from kyc.domain.policy import ReviewPolicy
from kyc.services import casework, reading, screenings_view
from kyc.services.access import Officer
from kyc.services.case_values import (
    AlertView,
    BoxView,
    CaseView,
    DecisionView,
    DocumentView,
    FindingView,
    MeasureView,
    PartyView,
    RemarkView,
    RequestView,
    TimelineItem,
)
from kyc.services.comparison import compare
from kyc.services.deps import Deps
from kyc.store.tables import (
    AlertRow,
    AuditRow,
    CaseRow,
    DecisionRow,
    DocumentRow,
    FindingRow,
    InformationRequestRow,
    MeasureRow,
    MerchantRow,
    PartyRow,
)
from kyc.store.uow import Reader
from ocr import Reading

#: The views of the queue, each with the states that it shows.
QUEUES: dict[str, tuple[State, ...]] = {
    "to_review": (State.IN_REVIEW, State.SUSPENDED),
    "second": (State.PENDING_SECOND_APPROVAL,),
    "waiting": (State.INFO_REQUESTED, State.PROCESSING),
    "draft": (State.DRAFT,),
    "active": (State.APPROVED,),
    "closed": (State.REFUSED, State.WITHDRAWN, State.TERMINATED),
}
#: What officers wrote when they settled something, by what it concerns.
_REMARKS = {"alert.settled": "comment", "finding.resolved": "comment", "decision.second": "rationale"}


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the queue."""

    case_id: str
    number: int
    company: str
    state: State
    livemode: bool
    submitted_at: datetime | None
    due_at: datetime | None
    overdue: bool
    assigned_to: str | None
    open_alerts: int
    open_findings: int


def queue_counts(deps: Deps) -> dict[str, int]:
    """How many cases each view of the queue holds."""
    with deps.db.read() as view:
        counts = view.cases.counts()
    return {name: sum(counts.get(state.value, 0) for state in states) for name, states in QUEUES.items()}


def queue(deps: Deps, officer: Officer, name: str) -> tuple[QueueItem, ...]:
    """One view of the queue, those due first on top."""
    officer.must("case:read")
    if name not in QUEUES:
        raise NotFoundError("QUEUE_NOT_FOUND")
    with deps.db.read() as view:
        return tuple(_queue_item(deps, view, case) for case in view.cases.in_states(QUEUES[name]))


def case_view(deps: Deps, officer: Officer, case_id: str) -> CaseView:
    """One case as this officer sees it; blockers take into account what this officer has opened."""
    officer.must("case:read")
    with deps.db.read() as view:
        case = view.cases.get(case_id)
        merchant = view.merchants.get(case.merchant_id)
        staff = {row.id: row.name for row in view.access.officers()}
        thresholds = deps.policies().thresholds
        facts = casework.case_facts(deps, view, case, officer.id)
        timeline = tuple(_timeline(deps, merchant, row, staff) for row in view.audit.of_merchant(merchant.id))
        remarks = {
            item.subject: item.particulars.get(_REMARKS[item.verb], "") for item in timeline if item.verb in _REMARKS
        }
        parties = _parties(deps, view, merchant, case, staff, thresholds.review)
        documents = _documents(deps, view, merchant, officer)
        alerts = _alerts(deps, view, merchant, case, parties, remarks, staff)
        return CaseView(
            case_id=case.id,
            number=case.number,
            version=case.version,
            state=State(case.state),
            merchant_id=merchant.id,
            external_reference=merchant.external_reference,
            livemode=merchant.livemode,
            submitted_at=case.submitted_at,
            due_at=case.due_at,
            overdue=case.due_at is not None and case.due_at < deps.now(),
            assigned_to=staff.get(case.assigned_to or ""),
            assigned_to_me=case.assigned_to == officer.id,
            proposed_by=staff.get(case.proposed_by or ""),
            proposed_by_me=case.proposed_by == officer.id,
            blockers=approval_blockers(facts, now=deps.now(), lists=thresholds.lists, review=thresholds.review),
            second_reasons=second_approval_reasons(facts, thresholds.review),
            parties=parties,
            documents=documents,
            comparison=compare(parties, documents, alerts),
            alerts=alerts,
            findings=tuple(
                _finding(deps, merchant, row, staff, remarks, thresholds.review) for row in view.cases.findings(case_id)
            ),
            screenings=screenings_view.runs(view, case, parties),
            owned=facts.owned,
            perhaps_owned=screenings_view.perhaps_owned(view, case, deps.policies()),
            requests=tuple(_request(row, staff) for row in view.cases.requests(case_id)),
            decisions=tuple(_decision(deps, merchant, row, staff, remarks) for row in view.cases.decisions(case_id)),
            timeline=timeline,
            requirements=casework.requirements_of(view, merchant.id, deps.policies()),
            ended_on=merchant.ended_on,
            retain_until=merchant.retain_until,
        )


def document_page(deps: Deps, officer: Officer, case_id: str, document_id: str, number: int) -> bytes:
    """A page picture of a document of this case, as JPEG."""
    officer.must("document:read")
    with deps.db.read() as view:
        merchant = view.merchants.get(view.cases.get(case_id).merchant_id)
        view.documents.get(document_id, merchant.id)
        pages = [page for page in view.documents.pages(document_id) if page.number == number]
    if not pages:
        raise NotFoundError("PAGE_NOT_FOUND")
    return reading.page_picture(deps, merchant, pages[0])


def _queue_item(deps: Deps, view: Reader, case: CaseRow) -> QueueItem:
    merchant = view.merchants.get(case.merchant_id)
    company = casework.company_of(deps.vault, merchant, view.merchants.company(merchant.id))
    blocking = deps.policies().thresholds.review.blocking_severities
    assigned = view.access.officer(case.assigned_to).name if case.assigned_to else None
    return QueueItem(
        case_id=case.id,
        number=case.number,
        company=company.legal_name,
        state=State(case.state),
        livemode=merchant.livemode,
        submitted_at=case.submitted_at,
        due_at=case.due_at,
        overdue=case.due_at is not None and case.due_at < deps.now(),
        assigned_to=assigned,
        open_alerts=sum(alert.state == "open" for alert in casework.alert_facts(view, case)),
        open_findings=sum(not row.resolution and row.severity in blocking for row in view.cases.findings(case.id)),
    )


def _parties(
    deps: Deps, view: Reader, merchant: MerchantRow, case: CaseRow, staff: Mapping[str, str], policy: ReviewPolicy
) -> tuple[PartyView, ...]:
    ledger = view.cases.measures(case.id)
    return tuple(
        _party(deps, merchant, row, [each for each in ledger if each.party_id == row.id], staff, policy)
        for row in view.merchants.parties(merchant.id)
    )


def _party(
    deps: Deps,
    merchant: MerchantRow,
    row: PartyRow,
    measures: Sequence[MeasureRow],
    staff: Mapping[str, str],
    policy: ReviewPolicy,
) -> PartyView:
    company = casework.company_of(deps.vault, merchant, row) if row.kind == "company" else None
    person = casework.person_of(deps.vault, merchant, row) if row.kind == "person" else None
    taken = [each for each in measures if each.party_version == row.version]
    return PartyView(
        id=row.id,
        title=company.legal_name if company else person.display_name if person else "",
        company=company,
        person=person,
        roles=casework.roles_of(row),
        measures=tuple(
            MeasureView(
                each.measure,
                deps.vault.open(merchant.key_id, f"measure:{each.id}", each.sealed)["evidence"],
                staff.get(each.recorded_by, each.recorded_by),
                each.recorded_at,
            )
            for each in taken
        ),
        verified=verified(frozenset(each.measure for each in taken), policy),
    )


def _documents(deps: Deps, view: Reader, merchant: MerchantRow, officer: Officer) -> tuple[DocumentView, ...]:
    rows = view.documents.of_merchant(merchant.id)
    opened = view.cases.viewed_by(officer.id, [row.id for row in rows])
    return tuple(_document(deps, view, merchant, row, opened=row.id in opened) for row in rows)


def _document(deps: Deps, view: Reader, merchant: MerchantRow, row: DocumentRow, *, opened: bool) -> DocumentView:
    read = casework.reading_of(deps, view, merchant, row)
    zone = read.mrz if read else None
    return DocumentView(
        id=row.id,
        filename=deps.vault.open(merchant.key_id, f"document:{row.id}", row.sealed)["filename"],
        requirement=row.requirement,
        party_id=row.party_id,
        kind=row.kind,
        state=row.state,
        problem=row.problem,
        confirmation=row.confirmation,
        sha256=row.sha256,
        uploaded_at=row.uploaded_at,
        pages=tuple(page.number for page in view.documents.pages(row.id)),
        values=_boxes(read) if read else (),
        remarks=tuple(
            RemarkView(each.code, each.severity, each.text, each.page) for each in (*read.quality, *read.authenticity)
        )
        if read
        else (),
        mrz_valid=zone.valid if zone else None,
        mrz_failed=tuple(name for name, held in zone.checks.items() if not held) if zone else (),
        opened=opened,
    )


def _boxes(read: Reading) -> tuple[BoxView, ...]:
    sizes = {page.number: (page.width, page.height) for page in read.pages}
    boxes = []
    for name, field in read.fields.items():
        box = None
        if field.box is not None and field.page in sizes:
            width, height = sizes[field.page]
            left, top, right, bottom = field.box
            box = (
                100 * left / width,
                100 * top / height,
                100 * (right - left) / width,
                100 * (bottom - top) / height,
            )
        boxes.append(BoxView(name, field.value, field.confidence, field.source.value, field.page, box))
    return tuple(boxes)


def _alerts(
    deps: Deps,
    view: Reader,
    merchant: MerchantRow,
    case: CaseRow,
    parties: Sequence[PartyView],
    remarks: Mapping[str, str],
    staff: Mapping[str, str],
) -> tuple[AlertView, ...]:
    titles = {party.id: party.title for party in parties}
    counting = {fact.id for fact in casework.alert_facts(view, case)}
    return tuple(
        _alert(deps, merchant, row, titles.get(row.party_id, ""), remarks, staff, counts=row.id in counting)
        for row in view.screenings.alerts(case.id)
        if row.state != AlertState.OBSOLETE
    )


def _alert(
    deps: Deps,
    merchant: MerchantRow,
    row: AlertRow,
    title: str,
    remarks: Mapping[str, str],
    staff: Mapping[str, str],
    *,
    counts: bool,
) -> AlertView:
    evidence = deps.vault.open(merchant.key_id, f"alert:{row.id}", row.sealed)
    return AlertView(
        id=row.id,
        party_id=row.party_id,
        party_title=title,
        counts=counts,
        state=row.state,
        category=row.category,
        score=row.score,
        entry=evidence["entry"],
        hit=evidence["hit"],
        sources=tuple(row.sources),
        raised_at=row.created_at,
        reason_code=row.reason_code,
        compared=tuple(row.compared),
        comment=remarks.get(row.id, ""),
        decided_by=staff.get(row.decided_by or ""),
        decided_at=row.decided_at,
    )


def _finding(
    deps: Deps,
    merchant: MerchantRow,
    row: FindingRow,
    staff: Mapping[str, str],
    remarks: Mapping[str, str],
    policy: ReviewPolicy,
) -> FindingView:
    content = deps.vault.open(merchant.key_id, f"finding:{row.id}", row.sealed)
    return FindingView(
        id=row.id,
        code=row.code,
        severity=row.severity,
        blocking=row.severity in policy.blocking_severities,
        party_id=row.party_id,
        document_id=row.document_id,
        field=content["field"],
        declared=content["declared"],
        read=content["read"],
        resolution=row.resolution,
        comment=remarks.get(row.id, ""),
        resolved_by=staff.get(row.resolved_by or ""),
        resolved_at=row.resolved_at,
    )


def _request(row: InformationRequestRow, staff: Mapping[str, str]) -> RequestView:
    return RequestView(
        items=tuple((item["requirement"], item["reason"]) for item in row.items),
        created_by=staff.get(row.created_by, row.created_by),
        created_at=row.created_at,
        answered_at=row.answered_at,
    )


def _decision(
    deps: Deps, merchant: MerchantRow, row: DecisionRow, staff: Mapping[str, str], remarks: Mapping[str, str]
) -> DecisionView:
    return DecisionView(
        id=row.id,
        outcome=row.outcome,
        final=row.final,
        withdrawn=row.withdrawn,
        second_reasons=tuple(row.second_reasons),
        decided_by=staff[row.decided_by],
        decided_at=row.decided_at,
        second_by=staff.get(row.second_by or ""),
        second_at=row.second_at,
        second_rationale=remarks.get(row.id, ""),
        reason_code=row.reason_code,
        rationale=deps.vault.open(merchant.key_id, f"decision:{row.id}", row.sealed)["rationale"],
        policies=row.policies,
    )


def _timeline(deps: Deps, merchant: MerchantRow, row: AuditRow, staff: Mapping[str, str]) -> TimelineItem:
    particulars: Any = {}
    if row.body_sealed:
        particulars = deps.vault.open(merchant.key_id, f"audit:{row.verb}:{row.subject}", row.body)
    elif row.body:
        particulars = json.loads(row.body)
    return TimelineItem(
        row.at, row.actor_kind, staff.get(row.actor_id, row.actor_id), row.verb, row.subject, particulars
    )
