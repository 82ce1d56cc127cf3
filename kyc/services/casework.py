# SPDX-License-Identifier: Apache-2.0
"""Moving a case along its table, and gathering the facts that decisions and the gate rest on."""

from kyc.domain.case import Actor, Event, State, transition
from kyc.domain.checks import ReadDocument, ReadField, legal_expiry, parse_date
from kyc.domain.decision import AlertFact, AlertState, CaseFacts, FindingFact, RunFact, ScreeningFacts
from kyc.domain.ownership import DesignatedOwnership, Holding, designated_ownership
from kyc.domain.party import Company, Person, Roles
from kyc.domain.policy import Policies
from kyc.domain.requirement import (
    DocumentState,
    HeldDocument,
    HeldPerson,
    Requirement,
    evaluate,
    ready_to_submit,
)
from kyc.domain.retention import older_than_months
from kyc.services.deps import Deps, legal_day
from kyc.services.vault import Vault
from kyc.store.tables import CaseRow, DocumentRow, MerchantRow, PartyRow
from kyc.store.uow import Reader, UnitOfWork
from ocr import Reading


def advance(
    uow: UnitOfWork, case: CaseRow, merchant: MerchantRow, event: Event, actor: Actor, **values: object
) -> None:
    """Apply one event: the table allows it, nobody was faster, and the trail shows it."""
    before = State(case.state)
    after = transition(before, event, actor)
    uow.cases.change(case, case.version, uow.now, state=after.value, **values)
    uow.record(actor, f"case.{event.value}", case.id, merchant_id=merchant.id, body=f'"{before}->{after}"'.encode())


def locked_case(uow: UnitOfWork, case_id: str) -> tuple[CaseRow, MerchantRow]:
    """A case and its merchant as they stand once nobody else can change them until the end of the transaction."""
    merchant = uow.merchants.locked(uow.cases.get(case_id).merchant_id)
    case = uow.cases.get(case_id)
    uow.session.refresh(case)
    return case, merchant


def company_of(vault: Vault, merchant: MerchantRow, row: PartyRow) -> Company:
    """The declared company."""
    return Company.from_json(vault.open(merchant.key_id, f"party:{row.id}", row.sealed))


def person_of(vault: Vault, merchant: MerchantRow, row: PartyRow) -> Person:
    """A declared person."""
    return Person.from_json(vault.open(merchant.key_id, f"party:{row.id}", row.sealed))


def roles_of(row: PartyRow) -> Roles:
    """What a person is to the company."""
    return Roles(row.representative, row.beneficial_owner, row.capital, row.votes)


def reading_of(deps: Deps, view: Reader, merchant: MerchantRow, document: DocumentRow) -> Reading | None:
    """What was read from a document, without its page pictures."""
    row = view.documents.reading(document.id)
    if row is None:
        return None
    return Reading.from_json(deps.vault.open(merchant.key_id, f"reading:{row.id}", row.sealed))


def read_document_of(reading: Reading) -> ReadDocument:
    """The part of a reading that checks look at."""
    return ReadDocument(
        kind=reading.kind.value,
        fields={name: ReadField(field.value, field.confidence) for name, field in reading.fields.items()},
        mrz_valid=reading.mrz.valid if reading.mrz else None,
        authenticity=tuple((remark.code, remark.severity) for remark in reading.authenticity),
    )


def requirements_of(view: Reader, merchant_id: str, policies: Policies) -> tuple[Requirement, ...]:
    """What the file still owes."""
    parties = view.merchants.parties(merchant_id)
    company = next(row for row in parties if row.kind == "company")
    people = [HeldPerson(row.id, roles_of(row), row.complete) for row in parties if row.kind == "person"]
    documents = [
        HeldDocument(
            row.id, row.requirement, row.party_id, DocumentState(row.state), bool(row.confirmation), row.problem
        )
        for row in view.documents.of_merchant(merchant_id)
    ]
    return evaluate(
        company_id=company.id,
        company_complete=company.complete,
        people=people,
        documents=documents,
        policy=policies.requirements,
    )


def screening_facts(view: Reader, case: CaseRow) -> ScreeningFacts:
    """What is known of the lists and of the last run of each current party."""
    active = view.lists.active_set()
    checked = {row.source: row.checked_at for row in view.lists.sources() if row.checked_at is not None}
    sources = {} if active is None else {name: checked[name] for name in active.versions if name in checked}
    unknown = active is not None and set(active.versions) - set(sources)
    return ScreeningFacts(
        list_set=None if active is None or unknown else active.id,
        sources=sources,
        demo=active.demo if active else False,
        party_versions={row.id: row.version for row in view.merchants.parties(case.merchant_id)},
        runs={
            party_id: RunFact(run.party_version, run.holds_for, run.at)
            for party_id, run in view.screenings.last_runs(case.id).items()
        },
    )


def alert_facts(view: Reader, case: CaseRow) -> tuple[AlertFact, ...]:
    """Alerts that count: those of people who are still in the file, at the version that was screened last.

    A confirmed match stays whatever is edited afterwards; only officers undo it.
    """
    current = {row.id: row.version for row in view.merchants.parties(case.merchant_id)}
    return tuple(
        AlertFact(row.id, AlertState(row.state), row.category, row.score)
        for row in view.screenings.alerts(case.id)
        if row.state == AlertState.CONFIRMED or current.get(row.party_id) == row.party_version
    )


def case_facts(deps: Deps, view: Reader, case: CaseRow, officer_id: str) -> CaseFacts:
    """Everything that an approval by this officer depends on."""
    merchant = view.merchants.get(case.merchant_id)
    policies = deps.policies()
    documents = view.documents.of_merchant(case.merchant_id)
    ids = [row.id for row in documents]
    versions = {row.id: row.version for row in view.merchants.parties(case.merchant_id)}
    measures: dict[str, set[str]] = {party_id: set() for party_id in versions}
    for measure in view.cases.measures(case.id):
        if versions.get(measure.party_id) == measure.party_version:
            measures[measure.party_id].add(measure.measure)
    return CaseFacts(
        livemode=merchant.livemode,
        assessed=case.assessed_at is not None,
        file_complete=_file_complete(view, merchant.id, policies),
        documents_pending=tuple(row.id for row in documents if row.state == DocumentState.RECEIVED),
        documents=tuple(row.id for row in documents if view.documents.pages(row.id)),
        documents_opened=view.cases.viewed_by(officer_id, ids),
        findings=tuple(FindingFact(row.id, row.severity, row.resolution) for row in view.cases.findings(case.id)),
        alerts=alert_facts(view, case),
        screening=screening_facts(view, case),
        owned=owned_by_designated(view, case, policies, AlertState.CONFIRMED),
        measures={party: frozenset(found) for party, found in measures.items()},
        stale_documents=_stale_extracts(deps, view, merchant, documents, policies),
        expired_documents=_expired_since(deps, view, merchant, documents, case),
    )


def owned_by_designated(view: Reader, case: CaseRow, policies: Policies, *states: AlertState) -> DesignatedOwnership:
    """How much of the company is held by people with a sanctions alert in one of these states (R-36)."""
    parties = view.merchants.parties(case.merchant_id)
    company = next(row.id for row in parties if row.kind == "company")
    versions = {row.id: row.version for row in parties}
    designated = {
        row.party_id
        for row in view.screenings.alerts(case.id)
        if row.category == "sanction"
        and row.state in states
        and (row.state == AlertState.CONFIRMED or versions.get(row.party_id) == row.party_version)
    }
    holdings = [Holding(row.id, company, row.capital, row.votes) for row in parties if row.kind == "person"]
    threshold = policies.thresholds.ownership.designated_share
    return designated_ownership(company, holdings, designated, threshold)


def _file_complete(view: Reader, merchant_id: str, policies: Policies) -> bool:
    """Everything that is owed is there, and of each document at least one file that a person can look at (R-41)."""
    requirements = requirements_of(view, merchant_id, policies)
    wanted = [each for each in requirements if each.code in ("registration_document", "identity_document")]
    visible = all(any(view.documents.pages(document_id) for document_id in each.document_ids) for each in wanted)
    return visible and ready_to_submit(requirements)


def _stale_extracts(
    deps: Deps, view: Reader, merchant: MerchantRow, documents: list[DocumentRow], policies: Policies
) -> tuple[str, ...]:
    """Extracts, where none of them is fresh on the day of the decision (R-9)."""
    rule, today = policies.requirements.registration_document, deps.today()
    if rule.max_age_months is None:
        return ()
    stale = []
    for row in documents:
        read = _read(deps, view, merchant, row)
        if row.requirement != "registration_document" or read is None or read.kind not in rule.kinds:
            continue
        issued = parse_date(read.value("issue_date"))
        if issued is not None and issued <= today and not older_than_months(issued, rule.max_age_months, today):
            return ()
        if issued is not None:
            stale.append(row.id)
    return tuple(stale)


def _expired_since(
    deps: Deps, view: Reader, merchant: MerchantRow, documents: list[DocumentRow], case: CaseRow
) -> tuple[str, ...]:
    """Identity documents that were valid when the file was handed in and are not on the day of the decision (R-10).

    One that had expired before is a finding of its own, which an officer resolved under four eyes.
    """
    if case.submitted_at is None:
        return ()
    handed_in = legal_day(case.submitted_at)
    expired = []
    for row in documents:
        read = _read(deps, view, merchant, row) if row.requirement == "identity_document" else None
        expiry = legal_expiry(read) if read else None
        if expiry is not None and handed_in <= expiry < deps.today():
            expired.append(row.id)
    return tuple(expired)


def _read(deps: Deps, view: Reader, merchant: MerchantRow, document: DocumentRow) -> ReadDocument | None:
    reading = reading_of(deps, view, merchant, document)
    return None if reading is None or reading.refusal is not None else read_document_of(reading)
