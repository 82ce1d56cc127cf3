# SPDX-License-Identifier: Apache-2.0
"""The assessment job: once everything is read, compare it with what was declared and keep the findings."""

from kyc.domain.audit import canonical_json
from kyc.domain.case import State
from kyc.domain.checks import Finding, check_officers
from kyc.services import casework
from kyc.services.deps import Deps
from kyc.services.reading import findings_of
from kyc.store.ids import new_id
from kyc.store.jobs import Claim
from kyc.store.tables import CaseRow, DocumentRow, FindingRow, MerchantRow
from kyc.store.uow import UnitOfWork


def assess_case(deps: Deps, claim: Claim) -> None:
    """Renew the findings of a case and let screening follow; waits without harm while a document is being read."""
    with deps.db.write() as uow:
        if not uow.jobs.finish(claim, uow.now):
            return
        case, merchant = casework.locked_case(uow, claim.subject_id)
        if State(case.state) is not State.PROCESSING:
            return
        documents = uow.documents.of_merchant(merchant.id)
        if any(document.state == "received" for document in documents):
            return  # the reading job of the last one comes back here
        _renew_findings(deps, uow, case, merchant, documents)
        case.assessed_at = uow.now
        uow.enqueue("screen", case.id)


def give_up(uow: UnitOfWork, case_id: str) -> None:
    """The comparison failed again and again: screening goes on, and approval stays blocked as not assessed."""
    uow.enqueue("screen", case_id)


def _renew_findings(
    deps: Deps, uow: UnitOfWork, case: CaseRow, merchant: MerchantRow, documents: list[DocumentRow]
) -> None:
    known = {row.fingerprint: row for row in uow.cases.all_findings(case.id)}
    current: set[str] = set()
    for document in documents:
        for finding in _findings(deps, uow, merchant, document):
            fingerprint = _fingerprint(deps, document, finding)
            if fingerprint in current:
                continue  # two pages may earn the same remark
            current.add(fingerprint)
            if fingerprint not in known:
                uow.cases.add_finding(_row(deps, uow, case, merchant, document, finding, fingerprint))
            elif known[fingerprint].resolution == "obsolete":
                known[fingerprint].resolution = ""
    for fingerprint, row in known.items():
        if fingerprint not in current and not row.resolution:
            row.resolution = "obsolete"


def _findings(deps: Deps, uow: UnitOfWork, merchant: MerchantRow, document: DocumentRow) -> tuple[Finding, ...]:
    reading = casework.reading_of(deps, uow, merchant, document)
    if reading is None:
        return (Finding("reading_failed", "medium"),)
    if reading.refusal is not None:
        return (Finding("document_refused_by_reader", "medium", "kind", "", reading.refusal.code),)
    found = findings_of(deps, uow, merchant, document, reading, deps.today(), deps.policies())
    found += tuple(Finding(remark.code, remark.severity, "quality") for remark in reading.quality)
    if document.confirmation == "disputed":
        found = (*found, Finding("reading_disputed", "low"))
    if document.requirement != "registration_document" or any(each.code == "wrong_document_type" for each in found):
        return found
    representatives = tuple(
        casework.person_of(deps.vault, merchant, row)
        for row in uow.merchants.parties(merchant.id)
        if row.representative
    )
    return (*found, *check_officers(casework.read_document_of(reading), representatives))


def _fingerprint(deps: Deps, document: DocumentRow, finding: Finding) -> str:
    """The same difference on the same document is the same finding; keyed, because it covers personal data."""
    content = canonical_json([document.id, finding.code, finding.to_json()]).decode()
    return deps.vault.lookup_hash("finding", content)


def _row(
    deps: Deps,
    uow: UnitOfWork,
    case: CaseRow,
    merchant: MerchantRow,
    document: DocumentRow,
    finding: Finding,
    fingerprint: str,
) -> FindingRow:
    finding_id = new_id("fd")
    return FindingRow(
        id=finding_id,
        case_id=case.id,
        party_id=document.party_id,
        document_id=document.id,
        code=finding.code,
        severity=finding.severity,
        fingerprint=fingerprint,
        policy=deps.policies().reference()["requirements"],
        created_at=uow.now,
        sealed=deps.vault.seal(merchant.key_id, f"finding:{finding_id}", finding.to_json()),
    )
