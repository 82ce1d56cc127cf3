# SPDX-License-Identifier: Apache-2.0
"""What the officer's pages show: the queue, and one case with evidence, comparison, alerts, blockers, timeline."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kyc.domain.case import State
from kyc.domain.decision import Blocker, approval_blockers, second_approval_reasons
from kyc.domain.errors import NotFoundError
from kyc.domain.names import fold
from kyc.domain.party import Company, Person, Roles
from kyc.services import casework, reading
from kyc.services.access import Officer
from kyc.services.deps import Deps
from kyc.store.tables import (
    AlertRow,
    AuditRow,
    CaseRow,
    DecisionRow,
    DocumentRow,
    FindingRow,
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
_COMPANY_FACTS = ("legal_name", "siren", "legal_form", "address")
_PERSON_FACTS = ("birth_name", "given_names", "birth_date", "birth_place", "nationalities", "address")
#: Which read field answers which declared fact.
_READ_NAMES = {
    "legal_name": "company_name",
    "siren": "siren",
    "legal_form": "legal_form",
    "address": "registered_address",
    "birth_name": "surname",
    "given_names": "given_names",
    "birth_date": "birth_date",
    "birth_place": "birth_place",
    "nationalities": "nationality",
}


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


@dataclass(frozen=True, slots=True)
class PartyView:
    """The company or a person as declared, with the verification measures taken."""

    id: str
    title: str
    company: Company | None
    person: Person | None
    roles: Roles
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoxView:
    """One read value and where it stands, in per cent of the page; `box` is (left, top, width, height) or None."""

    name: str
    value: str
    confidence: float
    source: str
    page: int
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document with pages, read values and the machine zone's verdict."""

    id: str
    filename: str
    requirement: str
    party_id: str
    kind: str
    state: str
    confirmation: str
    sha256: str
    uploaded_at: datetime
    pages: tuple[int, ...]
    values: tuple[BoxView, ...]
    mrz_valid: bool | None
    opened: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One side of a comparison; `verdict` is agree, differ or missing against the declared value."""

    source: str
    value: str
    verdict: str
    document_id: str | None = None
    field: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One fact: what was declared, and what each source says."""

    party_id: str
    fact: str
    declared: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class AlertView:
    """A possible match: the list's entry beside our party, and why in words."""

    id: str
    party_id: str
    party_title: str
    current: bool
    state: str
    category: str
    score: float
    entry: dict[str, Any]
    hit: dict[str, Any]
    sources: tuple[str, ...]
    reason_code: str
    compared: tuple[str, ...]
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class FindingView:
    """A difference or a defect."""

    id: str
    code: str
    severity: str
    party_id: str | None
    document_id: str | None
    field: str
    declared: str
    read: str
    resolution: str
    resolved_by: str | None


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One recorded fact; `particulars` are shown to officers only."""

    at: datetime
    actor_kind: str
    actor: str
    verb: str
    subject: str
    particulars: Any


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision or proposal with its rationale."""

    outcome: str
    final: bool
    withdrawn: bool
    second_reasons: tuple[str, ...]
    decided_by: str
    decided_at: datetime
    second_by: str | None
    second_at: datetime | None
    reason_code: str
    rationale: str
    policies: dict[str, str]


@dataclass(frozen=True, slots=True)
class ScreeningView:
    """What was screened last for a party: when, against which lists, and how many entries were looked at."""

    party_id: str
    at: datetime
    list_set: str
    current: bool
    hits: int
    alerts: int
    engine: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything that one case page shows."""

    case_id: str
    number: int
    version: int
    state: State
    merchant_id: str
    external_reference: str
    livemode: bool
    submitted_at: datetime | None
    due_at: datetime | None
    assigned_to: str | None
    proposed_by: str | None
    blockers: tuple[Blocker, ...]
    second_reasons: tuple[str, ...]
    parties: tuple[PartyView, ...]
    documents: tuple[DocumentView, ...]
    comparison: tuple[ComparisonRow, ...]
    alerts: tuple[AlertView, ...]
    findings: tuple[FindingView, ...]
    screenings: tuple[ScreeningView, ...]
    decisions: tuple[DecisionView, ...]
    timeline: tuple[TimelineItem, ...]
    requirements: tuple[str, ...]
    ended_on: date | None
    retain_until: date | None

    def title_of(self, party_id: str | None) -> str:
        """The name of a party."""
        return next((each.title for each in self.parties if each.id == party_id), "")


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
        parties = view.merchants.parties(merchant.id)
        rows = view.documents.of_merchant(merchant.id)
        readings = {row.id: casework.reading_of(deps, view, merchant, row) for row in rows}
        opened = view.cases.viewed_by(officer.id, [row.id for row in rows])
        facts = casework.case_facts(deps, view, case, officer.id)
        thresholds = deps.policies().thresholds
        measures = view.cases.measures(case_id)
        party_views = tuple(_party(deps, merchant, row, measures) for row in parties)
        titles = {each.id: each.title for each in party_views}
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
            assigned_to=staff.get(case.assigned_to or ""),
            proposed_by=staff.get(case.proposed_by or ""),
            blockers=approval_blockers(facts, now=deps.now(), lists=thresholds.lists, review=thresholds.review),
            second_reasons=second_approval_reasons(facts, thresholds.review),
            parties=party_views,
            documents=tuple(
                _document(deps, view, merchant, row, readings[row.id], opened=row.id in opened) for row in rows
            ),
            comparison=_comparison(party_views, rows, readings),
            alerts=tuple(
                _alert(deps, merchant, row, titles, parties, staff) for row in view.screenings.alerts(case_id)
            ),
            findings=tuple(_finding(deps, merchant, row, staff) for row in view.cases.findings(case_id)),
            screenings=_screenings(view, case, parties),
            decisions=tuple(_decision(deps, merchant, row, staff) for row in view.cases.decisions(case_id)),
            timeline=tuple(_timeline(deps, merchant, row, staff) for row in view.audit.of_merchant(merchant.id)),
            requirements=tuple(each.name for each in casework.requirements_of(view, merchant.id, deps.policies())),
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
        open_findings=sum(
            not row.resolution and row.severity in blocking for row in view.cases.findings(case.id)
        ),
    )


def _party(deps: Deps, merchant: MerchantRow, row: PartyRow, measures: list[MeasureRow]) -> PartyView:
    taken = tuple(each.measure for each in measures if each.party_id == row.id)
    if row.kind == "company":
        company = casework.company_of(deps.vault, merchant, row)
        return PartyView(row.id, company.legal_name, company, None, casework.roles_of(row), taken)
    person = casework.person_of(deps.vault, merchant, row)
    return PartyView(row.id, person.display_name, None, person, casework.roles_of(row), taken)


def _document(
    deps: Deps, view: Reader, merchant: MerchantRow, row: DocumentRow, read: Reading | None, *, opened: bool
) -> DocumentView:
    return DocumentView(
        id=row.id,
        filename=deps.vault.open(merchant.key_id, f"document:{row.id}", row.sealed)["filename"],
        requirement=row.requirement,
        party_id=row.party_id,
        kind=row.kind,
        state=row.state,
        confirmation=row.confirmation,
        sha256=row.sha256,
        uploaded_at=row.uploaded_at,
        pages=tuple(page.number for page in view.documents.pages(row.id)),
        values=_boxes(read) if read else (),
        mrz_valid=read.mrz.valid if read and read.mrz else None,
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


def _comparison(
    parties: tuple[PartyView, ...], documents: list[DocumentRow], readings: dict[str, Reading | None]
) -> tuple[ComparisonRow, ...]:
    rows = []
    for party in parties:
        for fact in _COMPANY_FACTS if party.company else _PERSON_FACTS:
            declared = _declared(party, fact)
            cells = [
                _cell(document, read, fact, declared)
                for document in documents
                if document.party_id == party.id and (read := readings[document.id]) is not None and not read.refusal
            ]
            rows.append(ComparisonRow(party.id, fact, declared, tuple(cells)))
    return tuple(rows)


def _declared(party: PartyView, fact: str) -> str:
    value = getattr(party.company or party.person, fact)
    if isinstance(value, date):
        return value.isoformat()
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _cell(document: DocumentRow, read: Reading, fact: str, declared: str) -> Cell:
    name = _READ_NAMES.get(fact, "")
    if fact == "address" and document.requirement == "identity_document":
        name = "address"
    field = read.fields.get(name)
    if field is None:
        return Cell(document.kind, "", "missing", document.id)
    same = fold(field.value) == fold(declared)
    return Cell(document.kind, field.value, "agree" if same else "differ", document.id, name, field.page)


def _alert(
    deps: Deps,
    merchant: MerchantRow,
    row: AlertRow,
    titles: dict[str, str],
    parties: Sequence[PartyRow],
    staff: dict[str, str],
) -> AlertView:
    evidence = deps.vault.open(merchant.key_id, f"alert:{row.id}", row.sealed)
    versions = {party.id: party.version for party in parties}
    return AlertView(
        id=row.id,
        party_id=row.party_id,
        party_title=titles.get(row.party_id, ""),
        current=versions.get(row.party_id) == row.party_version,
        state=row.state,
        category=row.category,
        score=row.score,
        entry=evidence["entry"],
        hit=evidence["hit"],
        sources=tuple(row.sources),
        reason_code=row.reason_code,
        compared=tuple(row.compared),
        decided_by=staff.get(row.decided_by or ""),
        decided_at=row.decided_at,
    )


def _finding(deps: Deps, merchant: MerchantRow, row: FindingRow, staff: dict[str, str]) -> FindingView:
    content = deps.vault.open(merchant.key_id, f"finding:{row.id}", row.sealed)
    return FindingView(
        id=row.id,
        code=row.code,
        severity=row.severity,
        party_id=row.party_id,
        document_id=row.document_id,
        field=content["field"],
        declared=content["declared"],
        read=content["read"],
        resolution=row.resolution,
        resolved_by=staff.get(row.resolved_by or ""),
    )


def _screenings(view: Reader, case: CaseRow, parties: Sequence[PartyRow]) -> tuple[ScreeningView, ...]:
    active = view.lists.active_set()
    versions = {row.id: row.version for row in parties}
    return tuple(
        ScreeningView(
            party_id=party_id,
            at=run.at,
            list_set=run.list_set,
            current=active is not None and (run.party_version, run.list_set) == (versions[party_id], active.id),
            hits=run.hits,
            alerts=run.alerts,
            engine=run.engine,
        )
        for party_id, run in view.screenings.last_runs(case.id).items()
        if party_id in versions
    )


def _decision(deps: Deps, merchant: MerchantRow, row: DecisionRow, staff: dict[str, str]) -> DecisionView:
    return DecisionView(
        outcome=row.outcome,
        final=row.final,
        withdrawn=row.withdrawn,
        second_reasons=tuple(row.second_reasons),
        decided_by=staff[row.decided_by],
        decided_at=row.decided_at,
        second_by=staff.get(row.second_by or ""),
        second_at=row.second_at,
        reason_code=row.reason_code,
        rationale=deps.vault.open(merchant.key_id, f"decision:{row.id}", row.sealed)["rationale"],
        policies=row.policies,
    )


def _timeline(deps: Deps, merchant: MerchantRow, row: AuditRow, staff: dict[str, str]) -> TimelineItem:
    if row.body_sealed:
        particulars = deps.vault.open(merchant.key_id, f"audit:{row.verb}:{row.subject}", row.body)
    else:
        particulars = json.loads(row.body) if row.body else {}
    return TimelineItem(
        row.at, row.actor_kind, staff.get(row.actor_id, row.actor_id), row.verb, row.subject, particulars
    )
