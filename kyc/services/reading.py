# SPDX-License-Identifier: Apache-2.0
"""The reading job: decrypt, read in the sandbox outside any transaction, keep the result if the job is still ours."""

from datetime import date
from hashlib import sha256

from kyc.domain.case import SYSTEM, State
from kyc.domain.checks import Finding, check_identity_document, check_registry_extract
from kyc.domain.errors import UnavailableError
from kyc.domain.policy import Policies
from kyc.domain.problems import first
from kyc.services import casework
from kyc.services.deps import Deps
from kyc.services.trail import note
from kyc.store.ids import new_id
from kyc.store.jobs import Claim
from kyc.store.tables import DocumentRow, MerchantRow, PageRow, ReadingRow
from kyc.store.uow import Reader, UnitOfWork
from ocr import Reading

#: The refusal by which `ocr` says that its child failed; the document itself may be fine.
_READER_FAILED = "reader_failed"


def read_document(deps: Deps, claim: Claim) -> None:
    """Read one document; a result is kept at most once, whatever happens to workers meanwhile."""
    with deps.db.read() as view:
        document = view.documents.get(claim.subject_id)
        merchant = view.merchants.get(document.merchant_id)
    if document.state == "received":
        reading = deps.read_document(original(deps, merchant, document))
        if reading.refusal is not None and reading.refusal.code == _READER_FAILED:
            raise UnavailableError("READER_FAILED")
        _store_pages(deps, merchant, document, reading)
    else:
        reading = None
    with deps.db.write() as uow:
        if not uow.jobs.finish(claim, uow.now) or reading is None:
            return
        merchant = uow.merchants.locked(merchant.id)
        document = uow.documents.get(document.id)
        uow.session.refresh(document)
        _keep(deps, uow, merchant, document, reading)
        _continue(uow, merchant)


def give_up(uow: UnitOfWork, document_id: str) -> None:
    """No attempt succeeded: a person will look at the file instead; the merchant may send another."""
    document = uow.documents.get(document_id)
    merchant = uow.merchants.locked(document.merchant_id)
    uow.session.refresh(document)
    if document.state == "received":
        document.state, document.problem = "unreadable", "document_not_readable"
        note(uow, SYSTEM, "document.unreadable", document_id, merchant)
        _continue(uow, merchant)


def compare_again(deps: Deps, uow: UnitOfWork, merchant: MerchantRow, party_id: str) -> None:
    """After a change of what was declared: a difference that was mended is no problem any more, a new one is."""
    for document in uow.documents.of_merchant(merchant.id):
        if document.party_id == party_id and document.state == "read":
            reading = casework.reading_of(deps, uow, merchant, document)
            if reading is not None:
                document.problem = _problem(deps, uow, merchant, document, reading)


def original(deps: Deps, merchant: MerchantRow, document: DocumentRow) -> bytes:
    """The uploaded bytes, proven unchanged by their SHA-256 (R-12)."""
    data = deps.vault.open_bytes(merchant.key_id, f"blob:{document.id}", deps.blobs.get(document.id))
    if sha256(data).hexdigest() != document.sha256:
        raise UnavailableError("STORED_DATA_DAMAGED")
    return data


def page_picture(deps: Deps, merchant: MerchantRow, page: PageRow) -> bytes:
    """One re-rendered page as JPEG."""
    return deps.vault.open_bytes(merchant.key_id, f"blob:{page.blob}", deps.blobs.get(page.blob))


def findings_of(
    deps: Deps,
    view: Reader,
    merchant: MerchantRow,
    document: DocumentRow,
    reading: Reading,
    today: date,
    policies: Policies,
) -> tuple[Finding, ...]:
    """What this document says against what was declared about its subject."""
    row = view.merchants.party(document.party_id, merchant.id)
    read = casework.read_document_of(reading)
    if row.kind == "company":
        company = casework.company_of(deps.vault, merchant, row)
        return check_registry_extract(read, company, today, policies.requirements)
    person = casework.person_of(deps.vault, merchant, row)
    return check_identity_document(read, person, today, policies.requirements, representative=row.representative)


def _store_pages(deps: Deps, merchant: MerchantRow, document: DocumentRow, reading: Reading) -> None:
    for page in reading.pages:
        name = _page_blob(document, page.number)
        deps.blobs.put(name, deps.vault.seal_bytes(merchant.key_id, f"blob:{name}", page.image))


def _page_blob(document: DocumentRow, number: int) -> str:
    return f"{document.id}-p{number:03d}"


def _keep(deps: Deps, uow: UnitOfWork, merchant: MerchantRow, document: DocumentRow, reading: Reading) -> None:
    reading_id = new_id("rd")
    pages = [
        PageRow(
            document_id=document.id,
            number=page.number,
            width=page.width,
            height=page.height,
            blob=_page_blob(document, page.number),
        )
        for page in reading.pages
    ]
    sealed = deps.vault.seal(merchant.key_id, f"reading:{reading_id}", reading.to_json())
    row = ReadingRow(id=reading_id, document_id=document.id, engine=reading.engine, created_at=uow.now, sealed=sealed)
    uow.documents.add_reading(row, pages)
    document.kind = reading.kind.value
    if document.state == "received":
        document.state = "refused" if reading.refusal else "read"
        document.problem = reading.refusal.code if reading.refusal else _problem(deps, uow, merchant, document, reading)
    note(uow, SYSTEM, "document.read", document.id, merchant, kind=document.kind, state=document.state)


def _problem(deps: Deps, uow: UnitOfWork, merchant: MerchantRow, document: DocumentRow, reading: Reading) -> str | None:
    """The one thing that a new file from the merchant would mend."""
    bad_quality = [remark.code for remark in reading.quality if remark.severity in ("medium", "high")]
    found = findings_of(deps, uow, merchant, document, reading, deps.today(), deps.policies())
    return first([*bad_quality, *(each.merchant_problem for each in found if each.merchant_problem and _is_told(each))])


def _is_told(finding: Finding) -> bool:
    """Nothing differs from what was not declared yet: files may come before details."""
    return bool(finding.declared) or not str(finding.merchant_problem).endswith("_mismatch")


def _continue(uow: UnitOfWork, merchant: MerchantRow) -> None:
    """A file that was handed in waits for its last reading."""
    case = uow.cases.of_merchant(merchant.id)
    if State(case.state) is State.PROCESSING:
        uow.enqueue("assess", case.id)
