# SPDX-License-Identifier: Apache-2.0
"""One case as a page: what is decided, what stands in the way, and the evidence in the order in which it is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from kyc.domain.case import FINAL, State
from kyc.domain.decision import Blocker
from kyc.domain.errors import FieldProblem, KycError, NotFoundError
from kyc.domain.policy import ReviewPolicy
from kyc.services import console_view
from kyc.services.case_values import AlertView, CaseView, Cell, ComparisonRow, FindingView, PartyView, TimelineItem
from kyc.services.comparison import SOURCES
from kyc.services.review import CLEARING_REASONS, IDENTIFIERS, REFUSAL_REASONS, REQUEST_REASONS
from kyc.web.console_session import PATH, ConsoleRoute, Here, Visit
from kyc.web.console_words import Speaker
from kyc.web.i18n import PORTAL, texts

router = APIRouter(prefix=PATH, route_class=ConsoleRoute)
_REVIEWABLE = (State.IN_REVIEW, State.PENDING_SECOND_APPROVAL, State.SUSPENDED)
#: Which part of the page answers a blocker whose subjects are not shown one by one.
_ANCHORS = {
    "NOT_ASSESSED": "comparison",
    "FILE_INCOMPLETE": "request",
    "LISTS_MISSING": "screening",
    "LISTS_NOT_OFFICIAL": "screening",
    "LISTS_STALE": "screening",
    "SCREENING_STALE": "screening",
}
_SUBJECT_ANCHORS = {
    "READING_PENDING": "document",
    "REGISTRY_EXTRACT_STALE": "document",
    "IDENTITY_DOCUMENT_EXPIRED": "document",
    "EVIDENCE_NOT_REVIEWED": "document",
    "FINDINGS_OPEN": "finding",
    "ALERTS_OPEN": "alert",
    "FREEZE": "alert",
    "OWNED_BY_DESIGNATED": "verification",
    "VERIFICATION_INSUFFICIENT": "verification",
}
#: Identifiers that only companies, or only persons, have.
_OF_COMPANIES = ("company_number",)
_OF_PERSONS = ("birth_date", "birth_place", "nationality", "gender", "position")
_SEVERITIES = {"high": 0, "medium": 1, "low": 2, "info": 3}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form that was sent and not accepted: which one, why, and everything that was in it."""

    form: str = ""
    code: str = ""
    params: Mapping[str, Any] | None = None
    problems: tuple[FieldProblem, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    def value(self, name: str, otherwise: str = "") -> str:
        """What was in a field."""
        return next((value for field, value in self.fields if field == name), otherwise)

    def has(self, name: str, value: str) -> bool:
        """Whether a box or choice was ticked."""
        return (name, value) in self.fields

    def problem(self, name: str) -> str:
        """The message code of a field, empty where nothing is wrong with it."""
        return next((each.code for each in self.problems if each.field == name), "")


NOTHING = Attempt()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason against approval, with links to each thing that it concerns."""

    code: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """What the templates of a case need, beside the case itself."""

    case: CaseView
    speak: Speaker
    visit: Visit
    policy: ReviewPolicy
    sent: Attempt

    def attempt(self, form: str) -> Attempt:
        """What was sent with this form, if it was this one that was not accepted."""
        return self.sent if self.sent.form == form else NOTHING

    @property
    def may_review(self) -> bool:
        """Whether this officer can work on the case as it stands."""
        return self.visit.may("case:review") and self.case.state in _REVIEWABLE

    @property
    def designated_share(self) -> int:
        """From which share on a company that designated persons own is treated as designated, in basis points."""
        return self.visit.deps.policies().thresholds.ownership.designated_share

    @property
    def may_decide(self) -> bool:
        """Whether this officer can decide on the case as it stands."""
        return self.visit.may("case:decide") and self.case.state is State.IN_REVIEW

    @property
    def closed(self) -> bool:
        """Whether nothing more is decided on this case."""
        return self.case.state in FINAL

    @property
    def open_alerts(self) -> tuple[AlertView, ...]:
        """Alerts that wait for an officer."""
        return tuple(each for each in self.case.alerts if each.counts and each.state == "open")

    @property
    def settled_alerts(self) -> tuple[AlertView, ...]:
        """Alerts that an officer settled, confirmed ones first; and those of earlier versions of a party."""
        rest = [each for each in self.case.alerts if not (each.counts and each.state == "open")]
        return tuple(sorted(rest, key=lambda each: each.state != "confirmed"))

    @property
    def open_findings(self) -> tuple[FindingView, ...]:
        """Findings that wait for an officer, the gravest first."""
        found = [each for each in self.case.findings if not each.resolution]
        return tuple(sorted(found, key=lambda each: (not each.blocking, _SEVERITIES[each.severity])))

    @property
    def blocking_findings(self) -> tuple[FindingView, ...]:
        """Open findings that must be resolved before approval."""
        return tuple(each for each in self.open_findings if each.blocking)

    @property
    def minor_findings(self) -> tuple[FindingView, ...]:
        """Open findings that may be left."""
        return tuple(each for each in self.open_findings if not each.blocking)

    @property
    def resolved_findings(self) -> tuple[FindingView, ...]:
        """Findings with a resolution."""
        return tuple(each for each in self.case.findings if each.resolution)

    @property
    def unopened(self) -> int:
        """How many documents this officer has not opened."""
        return sum(not each.opened for each in self.case.documents)

    @property
    def unverified(self) -> int:
        """How many parties lack verification measures."""
        return sum(not each.verified for each in self.case.parties)

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """Everything against approval, with links."""
        return tuple(Obstacle(each.code, self._links(each)) for each in self.case.blockers)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that can be recorded, the sufficient ones first."""
        return (*self.policy.sufficient_measures, *self.policy.measures)

    @property
    def proposal_rationale(self) -> str:
        """What the first officer wrote to propose approval."""
        waiting = [each for each in self.case.decisions if not each.final and not each.withdrawn]
        return waiting[-1].rationale if waiting else ""

    @property
    def news(self) -> tuple[TimelineItem, ...]:
        """What others recorded since the officer's page was made, where a form came too late."""
        seen = self.sent.value("seen")
        return self.case.timeline[int(seen) :] if seen.isdecimal() else ()

    def rows(self, party: PartyView) -> tuple[ComparisonRow, ...]:
        """The facts of one party."""
        return tuple(row for row in self.case.comparison if row.party_id == party.id)

    def columns(self, party: PartyView) -> tuple[str, ...]:
        """The sources that say something of a party."""
        found = {cell.source for row in self.rows(party) for cell in row.cells}
        return tuple(source for source in SOURCES if source in found)

    def comparable(self, alert: AlertView) -> tuple[str, ...]:
        """What can be compared between this party and this entry."""
        person = alert.entry["type"] == "person"
        return tuple(name for name in IDENTIFIERS if name not in (_OF_COMPANIES if person else _OF_PERSONS))

    def cell_link(self, cell: Cell) -> str:
        """Where a cell leads: to the value on its page, or to the alert."""
        if cell.alert_id is not None:
            return f"#alert-{cell.alert_id}"
        field = f"&field={cell.field}" if cell.field else ""
        return f"{PATH}/cases/{self.case.case_id}/documents/{cell.document_id}?page={cell.page or 1}{field}"

    def merchant_text(self, reason: str, language: str) -> str:
        """What the merchant reads for a reason, word for word."""
        return texts(PORTAL, language).plain(f"portal.asked.{reason}")

    def _links(self, blocker: Blocker) -> tuple[tuple[str, str], ...]:
        kind = _SUBJECT_ANCHORS.get(blocker.code)
        if kind is None or not blocker.subjects:
            return ((f"#{_ANCHORS.get(blocker.code, 'case')}", ""),)
        return tuple((f"#{kind}-{subject}", self._label(kind, subject)) for subject in blocker.subjects)

    def _label(self, kind: str, subject: str) -> str:
        if kind == "document":
            document = self.case.document(subject)
            return self.speak.document(document) if document else ""
        if kind == "finding":
            return next((self.speak.finding(each.code) for each in self.case.findings if each.id == subject), "")
        if kind == "alert":
            return next((self.speak.alert(each) for each in self.case.alerts if each.id == subject), "")
        return self.case.title_of(subject)


@router.get("/cases/{case_id}")
def show_case(case_id: str, here: Here, done: str = "") -> Response:
    """The whole case."""
    return case_page(here, case_id, done=done)


@router.get("/cases/{case_id}/documents/{document_id}")
def show_document(case_id: str, document_id: str, here: Here, page: int = 1, field: str = "") -> Response:
    """One document with its values, on a page of its own: for a second screen, and without script."""
    view = console_view.case_view(here.deps, here.officer, case_id)
    found = view.document(document_id)
    if found is None:
        raise NotFoundError("DOCUMENT_NOT_FOUND")
    wanted = page if page in found.pages else (found.pages[0] if found.pages else 0)
    return here.page(
        "document.html",
        case=view,
        speak=Speaker(here.words, view),
        document=found,
        number=wanted,
        chosen=field,
    )


@router.get("/cases/{case_id}/documents/{document_id}/pages/{number}")
def show_picture(case_id: str, document_id: str, number: int, here: Here) -> Response:
    """A page picture, re-rendered; never the bytes that were uploaded."""
    picture = console_view.document_page(here.deps, here.officer, case_id, document_id, number)
    return Response(picture, media_type="image/jpeg", headers={"content-disposition": "inline"})


def case_page(here: Visit, case_id: str, *, done: str = "", attempt: Attempt = NOTHING, status: int = 200) -> Response:
    """The case as it stands now, with a form that was not accepted put back as it was typed."""
    view = console_view.case_view(here.deps, here.officer, case_id)
    policy = here.deps.policies().thresholds.review
    page = CasePage(view, Speaker(here.words, view), here, policy, attempt)
    return here.page(
        "case.html",
        status=status,
        page=page,
        case=view,
        speak=page.speak,
        attempt=attempt,
        done=done if f"done.{done}" in here.words else "",
        clearing_reasons=CLEARING_REASONS,
        refusal_reasons=REFUSAL_REASONS,
        request_reasons=REQUEST_REASONS,
    )


def not_accepted(form: str, error: KycError, fields: tuple[tuple[str, str], ...]) -> Attempt:
    """What a refused form looked like."""
    return Attempt(form, error.code, error.params, getattr(error, "problems", ()), fields)
