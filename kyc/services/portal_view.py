# SPDX-License-Identifier: Apache-2.0
"""What the merchant's page "Your file" shows: what is asked, what state it is in, and the one next action.

Only neutral words leave here: findings about authenticity, alerts and decisions' reasons do not exist for it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from kyc.domain.case import EDITABLE, State
from kyc.domain.errors import FieldProblem, NotFoundError
from kyc.domain.party import Company, Person, Roles, company_problems, person_problems, roles_problems
from kyc.domain.requirement import HALVES, Requirement, Status, both_sides, ready_to_submit
from kyc.services import casework, reading
from kyc.services.activation import shown_retention
from kyc.services.deps import Deps
from kyc.store.tables import CaseRow, DocumentRow, MerchantRow, PartyRow
from kyc.store.uow import Reader

#: Fields of a reading that the merchant is shown and asked to confirm, by requirement.
SHOWN = {
    "registration_document": ("company_name", "siren", "legal_form", "registered_address", "issue_date"),
    "identity_document": ("surname", "given_names", "birth_date", "document_number", "expiry_date"),
}


@dataclass(frozen=True, slots=True)
class FileDocument:
    """One file: its name, state, problem code, and the values to confirm as (field name, value) pairs."""

    id: str
    filename: str
    requirement: str
    party_id: str
    state: str
    problem: str | None
    confirmation: str
    pages: int
    values: tuple[tuple[str, str], ...]
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class FilePerson:
    """One person of the file with what is still missing or wrong."""

    id: str
    version: int
    person: Person
    roles: Roles
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an officer asked for: requirement name, reason code, and when."""

    requirement: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FileView:
    """Everything that "Your file" shows."""

    merchant_id: str
    livemode: bool
    state: State
    editable: bool
    ready_to_submit: bool
    company_id: str
    company_version: int
    company: Company
    company_problems: tuple[FieldProblem, ...]
    people: tuple[FilePerson, ...]
    documents: tuple[FileDocument, ...]
    requirements: tuple[Requirement, ...]
    asked: tuple[Asked, ...]
    submitted_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None
    ended_on: date | None
    retain_until: date | None

    @property
    def next_requirement(self) -> Requirement | None:
        """The first thing that waits for the merchant: the page's one next action."""
        return next((each for each in self.requirements if each.status in (Status.TO_FIX, Status.TO_DO)), None)

    @property
    def capital_total(self) -> int:
        """Declared shares of capital together, in basis points."""
        return sum(each.roles.capital for each in self.people)

    @property
    def votes_total(self) -> int:
        """Declared shares of votes together, in basis points."""
        return sum(each.roles.votes for each in self.people)

    def documents_for(self, requirement: Requirement) -> tuple[FileDocument, ...]:
        """The files that answer one requirement."""
        return tuple(each for each in self.documents if each.id in requirement.document_ids)


def file_view(deps: Deps, merchant_id: str) -> FileView:
    """The merchant's own file."""
    with deps.db.read() as view:
        merchant = view.merchants.get(merchant_id)
        case = view.cases.of_merchant(merchant_id)
        parties = view.merchants.parties(merchant_id)
        company_row = next(row for row in parties if row.kind == "company")
        company = casework.company_of(deps.vault, merchant, company_row)
        requirements = casework.requirements_of(view, merchant_id, deps.policies())
        open_requests = [row for row in view.cases.requests(case.id) if row.answered_at is None]
        state = State(case.state)
        return FileView(
            merchant_id=merchant_id,
            livemode=merchant.livemode,
            state=state,
            editable=state in EDITABLE,
            ready_to_submit=state in EDITABLE and ready_to_submit(requirements),
            company_id=company_row.id,
            company_version=company_row.version,
            company=company,
            company_problems=company_problems(company),
            people=tuple(_person(deps, merchant, row) for row in parties if row.kind == "person"),
            documents=_documents(deps, view, merchant),
            requirements=requirements,
            asked=tuple(
                Asked(item["requirement"], item["reason"], row.created_at)
                for row in open_requests
                for item in row.items
            ),
            submitted_at=case.submitted_at,
            due_at=case.due_at,
            answered_at=_answered_at(view, case),
            ended_on=merchant.ended_on,
            retain_until=shown_retention(state, merchant),
        )


def document_page(deps: Deps, merchant_id: str, document_id: str, number: int) -> bytes:
    """A page of the merchant's own document, re-rendered, as JPEG."""
    with deps.db.read() as view:
        merchant = view.merchants.get(merchant_id)
        view.documents.get(document_id, merchant_id)
        pages = [page for page in view.documents.pages(document_id) if page.number == number]
    if not pages:
        raise NotFoundError("PAGE_NOT_FOUND")
    return reading.page_picture(deps, merchant, pages[0])


def _answered_at(view: Reader, case: CaseRow) -> datetime | None:
    """When the answer was given; a proposal that waits for a second officer is none and must not be seen."""
    answers = [row for row in view.cases.decisions(case.id) if row.final and row.outcome in ("approve", "refuse")]
    return max((row.second_at or row.decided_at for row in answers), default=None)


def _person(deps: Deps, merchant: MerchantRow, row: PartyRow) -> FilePerson:
    person, roles = casework.person_of(deps.vault, merchant, row), casework.roles_of(row)
    return FilePerson(
        row.id, row.version, person, roles, (*person_problems(person, deps.today()), *roles_problems(roles))
    )


def _documents(deps: Deps, view: Reader, merchant: MerchantRow) -> tuple[FileDocument, ...]:
    """The files in the order of arrival; two sides of a card in two files lack nothing."""
    rows = view.documents.of_merchant(merchant.id)
    shown = []
    for row in rows:
        place = (row.party_id, row.requirement)
        together = [
            each.problem for each in rows if (each.party_id, each.requirement) == place and each.state == "read"
        ]
        half = str(row.problem) in HALVES and both_sides(together)
        document = _document(deps, view, merchant, row)
        shown.append(replace(document, problem=None) if half else document)
    return tuple(shown)


def _document(deps: Deps, view: Reader, merchant: MerchantRow, row: DocumentRow) -> FileDocument:
    read = casework.reading_of(deps, view, merchant, row)
    fields = read.fields if read and not read.refusal else {}
    return FileDocument(
        id=row.id,
        filename=deps.vault.open(merchant.key_id, f"document:{row.id}", row.sealed)["filename"],
        requirement=row.requirement,
        party_id=row.party_id,
        state=row.state,
        problem=row.problem,
        confirmation=row.confirmation,
        pages=len(view.documents.pages(row.id)),
        values=tuple((name, fields[name].value) for name in SHOWN[row.requirement] if name in fields),
        uploaded_at=row.uploaded_at,
    )
