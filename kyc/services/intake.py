# SPDX-License-Identifier: Apache-2.0
"""Receiving files: nothing is acknowledged before it is stored encrypted and its job stands in the database."""

from hashlib import sha256

from kyc.domain.case import EDITABLE, Actor, State
from kyc.domain.errors import ConflictError, InvalidError, KycError, NotFoundError, UnavailableError
from kyc.domain.party import clean_text
from kyc.domain.policy import DocumentRule, Policies
from kyc.services.deps import Deps
from kyc.services.trail import note
from kyc.store.ids import new_id
from kyc.store.tables import DocumentRow, MerchantRow
from kyc.store.uow import Reader, UnitOfWork
from ocr import Refusal, sniff

REQUIREMENTS = ("registration_document", "identity_document")
_MAX_NAME = 120


def receive(
    deps: Deps, actor: Actor, merchant_id: str, *, party_id: str, requirement: str, filename: str, data: bytes
) -> str:
    """Take one file and return its document id.

    The blob is durable before the transaction begins; document row, reading job and audit row commit together.
    The same bytes for the same purpose are one document: sending a file twice changes nothing.
    """
    if requirement not in REQUIREMENTS:
        raise NotFoundError("REQUIREMENT_NOT_FOUND")
    limits = deps.policies().thresholds.upload
    if len(data) > limits.max_bytes:
        raise InvalidError("document_too_large", megabytes=limits.max_bytes // 1_000_000)
    media = sniff(data)
    if isinstance(media, Refusal):
        raise InvalidError(media.code)
    digest = sha256(data).hexdigest()
    with deps.db.read() as view:
        merchant = view.merchants.get(merchant_id)
        _check_place(view, merchant_id, party_id, requirement)
        twin = view.documents.same_file(merchant_id, party_id, requirement, digest)
        if twin is not None:
            return twin.id
        _check_room(view, merchant_id, party_id, requirement, deps.policies())
    document_id = new_id("doc")
    deps.blobs.put(document_id, deps.vault.seal_bytes(merchant.key_id, f"blob:{document_id}", data))
    try:
        with deps.db.write() as uow:
            merchant = uow.merchants.locked(merchant_id)
            _check_place(uow, merchant_id, party_id, requirement)
            twin = uow.documents.same_file(merchant_id, party_id, requirement, digest)
            if twin is None:
                _check_room(uow, merchant_id, party_id, requirement, deps.policies())
                row = DocumentRow(
                    id=document_id,
                    merchant_id=merchant_id,
                    party_id=party_id,
                    requirement=requirement,
                    media=media.value,
                    size=len(data),
                    sha256=digest,
                    state="received",
                    uploaded_by=actor.id,
                    uploaded_at=uow.now,
                    sealed=_sealed_name(deps, merchant, document_id, filename),
                )
                _add(uow, actor, merchant, row)
                return document_id
    except UnavailableError:
        raise  # nobody knows whether the commit arrived: a blob too many is cleaned up, a missing one is lost
    except KycError:
        deps.blobs.delete(document_id)
        raise
    deps.blobs.delete(document_id)
    return twin.id


def remove(deps: Deps, actor: Actor, merchant_id: str, document_id: str) -> None:
    """Take a file out of the list of current ones; its bytes stay as long as the file must be kept (R-12)."""
    with deps.db.write() as uow:
        merchant = uow.merchants.locked(merchant_id)
        row = uow.documents.get(document_id, merchant_id)
        _check_place(uow, merchant_id, row.party_id, row.requirement)
        row.state = "superseded"
        note(uow, actor, "document.superseded", document_id, merchant)


def confirm(deps: Deps, actor: Actor, merchant_id: str, document_id: str, answer: str) -> None:
    """The merchant says that what was read is right, or not, or that the file shall go to a person as it is."""
    if answer not in ("correct", "disputed", "sent_anyway"):
        raise InvalidError("FORM_INVALID")
    with deps.db.write() as uow:
        merchant = uow.merchants.locked(merchant_id)
        row = uow.documents.get(document_id, merchant_id)
        _check_place(uow, merchant_id, row.party_id, row.requirement)
        if row.state == "received":
            raise ConflictError("READING_PENDING")
        if answer == "sent_anyway" and not uow.documents.pages(document_id):
            raise ConflictError("NOTHING_TO_LOOK_AT")  # no person could open it either
        row.confirmation = answer
        note(uow, actor, "document.confirmed", document_id, merchant, answer=answer)


def _add(uow: UnitOfWork, actor: Actor, merchant: MerchantRow, row: DocumentRow) -> None:
    uow.documents.add(row)
    uow.enqueue("read", row.id)
    note(uow, actor, "document.received", row.id, merchant, sha256=row.sha256, size=row.size, media=row.media)


def _check_place(view: Reader, merchant_id: str, party_id: str, requirement: str) -> None:
    """The file is open for changes and the party can have such a document."""
    if State(view.cases.of_merchant(merchant_id).state) not in EDITABLE:
        raise ConflictError("FILE_CLOSED")
    party = view.merchants.party(party_id, merchant_id)
    if (party.kind == "company") != (requirement == "registration_document"):
        raise NotFoundError("REQUIREMENT_NOT_FOUND")


def _check_room(view: Reader, merchant_id: str, party_id: str, requirement: str, policies: Policies) -> None:
    """Room for one file more: in the whole file ever, and in what answers this requirement now."""
    limit = policies.thresholds.upload.max_files_per_merchant
    if view.documents.count(merchant_id) >= limit:
        raise ConflictError("TOO_MANY_FILES", limit=limit)
    rule: DocumentRule = getattr(policies.requirements, requirement)
    here = [
        row
        for row in view.documents.of_merchant(merchant_id)
        if (row.party_id, row.requirement) == (party_id, requirement)
    ]
    if len(here) >= rule.max_files:
        raise ConflictError("TOO_MANY_FILES_HERE", limit=rule.max_files)


def _sealed_name(deps: Deps, merchant: MerchantRow, document_id: str, filename: str) -> bytes:
    name = clean_text(filename.replace("\\", "/").rsplit("/", 1)[-1])[:_MAX_NAME]
    return deps.vault.seal(merchant.key_id, f"document:{document_id}", {"filename": name})
