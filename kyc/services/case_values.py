# SPDX-License-Identifier: Apache-2.0
"""The values of which an officer's case page is made."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kyc.domain.case import State
from kyc.domain.decision import Blocker
from kyc.domain.ownership import DesignatedOwnership
from kyc.domain.party import Company, Person, Roles
from kyc.domain.requirement import Requirement


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A verification measure in the ledger: what was done, what proves it, who entered it and when."""

    measure: str
    evidence: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PartyView:
    """The company or a person as declared, with the verification measures taken and whether they suffice."""

    id: str
    title: str
    company: Company | None
    person: Person | None
    roles: Roles
    measures: tuple[MeasureView, ...]
    verified: bool


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
class RemarkView:
    """What the reader remarked on quality or authenticity; `text` is English."""

    code: str
    severity: str
    text: str
    page: int | None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document with pages, read values, the machine zone's verdict and the digits of it that fail."""

    id: str
    filename: str
    requirement: str
    party_id: str
    kind: str
    state: str
    problem: str | None
    confirmation: str
    sha256: str
    uploaded_at: datetime
    pages: tuple[int, ...]
    values: tuple[BoxView, ...]
    remarks: tuple[RemarkView, ...]
    mrz_valid: bool | None
    mrz_failed: tuple[str, ...]
    opened: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What one source says of a fact; `verdict` is agree, differ or missing against the declared value.

    Points to the read value (document, field, page) or to the alert that it comes from.
    """

    source: str
    kind: str
    value: str
    verdict: str
    document_id: str | None = None
    field: str = ""
    page: int | None = None
    alert_id: str | None = None


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One fact: what was declared, and what each source says."""

    party_id: str
    fact: str
    declared: str
    cells: tuple[Cell, ...]

    def cells_of(self, source: str) -> tuple[Cell, ...]:
        """The cells of one column."""
        return tuple(cell for cell in self.cells if cell.source == source)


@dataclass(frozen=True, slots=True)
class AlertView:
    """A possible match: the list's entry beside our party, and why in words.

    `counts` is false where the party was changed since: a newer run speaks for it.
    """

    id: str
    party_id: str
    party_title: str
    counts: bool
    state: str
    category: str
    score: float
    entry: dict[str, Any]
    hit: dict[str, Any]
    sources: tuple[str, ...]
    raised_at: datetime
    reason_code: str
    compared: tuple[str, ...]
    comment: str
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class FindingView:
    """A difference or a defect; `blocking` where it must be resolved before approval."""

    id: str
    code: str
    severity: str
    blocking: bool
    party_id: str | None
    document_id: str | None
    field: str
    declared: str
    read: str
    resolution: str
    comment: str
    resolved_by: str | None
    resolved_at: datetime | None


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
    """A decision or proposal with its rationale, and that of the second officer where there is one."""

    id: str
    outcome: str
    final: bool
    withdrawn: bool
    second_reasons: tuple[str, ...]
    decided_by: str
    decided_at: datetime
    second_by: str | None
    second_at: datetime | None
    second_rationale: str
    reason_code: str
    rationale: str
    policies: dict[str, str]


@dataclass(frozen=True, slots=True)
class ScreeningView:
    """One run: which party, when, against which publications as (source, publication) pairs, with what result.

    `carried_at`: when it was carried over to these publications, because nothing that changed concerns the party.
    """

    party_id: str
    party_title: str
    at: datetime
    carried_at: datetime | None
    versions: tuple[tuple[str, str], ...]
    current: bool
    hits: int
    alerts: int
    engine: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """What the merchant was asked: pairs of requirement name and reason code, by whom, and whether they answered."""

    items: tuple[tuple[str, str], ...]
    created_by: str
    created_at: datetime
    answered_at: datetime | None


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
    overdue: bool
    assigned_to: str | None
    assigned_to_me: bool
    proposed_by: str | None
    proposed_by_me: bool
    blockers: tuple[Blocker, ...]
    second_reasons: tuple[str, ...]
    parties: tuple[PartyView, ...]
    documents: tuple[DocumentView, ...]
    comparison: tuple[ComparisonRow, ...]
    alerts: tuple[AlertView, ...]
    findings: tuple[FindingView, ...]
    screenings: tuple[ScreeningView, ...]
    owned: DesignatedOwnership
    perhaps_owned: DesignatedOwnership
    requests: tuple[RequestView, ...]
    decisions: tuple[DecisionView, ...]
    timeline: tuple[TimelineItem, ...]
    requirements: tuple[Requirement, ...]
    ended_on: date | None
    retain_until: date | None

    def title_of(self, party_id: str | None) -> str:
        """The name of a party; an empty text for one that is no longer in the file."""
        return next((each.title for each in self.parties if each.id == party_id), "")

    def document(self, document_id: str | None) -> DocumentView | None:
        """One of the documents, or None."""
        return next((each for each in self.documents if each.id == document_id), None)
