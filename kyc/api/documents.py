# SPDX-License-Identifier: Apache-2.0
"""Documents that the platform already has and hands in for the merchant."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import JSONResponse

from kyc.api import present, schemas
from kyc.api.auth import ApiRoute, Client, House, Scope, needs
from kyc.api.idempotency import Key, claim, keep, request_hash
from kyc.api.ids import AccountId, known_party
from kyc.services import intake

router = APIRouter(prefix="/v1/merchant_accounts", tags=["Documents"], route_class=ApiRoute)


@router.post(
    "/{account_id}/documents",
    status_code=202,
    response_model=schemas.DocumentState,
    openapi_extra=needs(Scope.DOCUMENTS_WRITE),
    operation_id="upload_document",
)
def upload_document(
    account_id: AccountId,
    requirement: Annotated[
        str, Form(min_length=1, max_length=100, description="registration_document, identity_document")
    ],
    party_id: Annotated[
        str, Form(min_length=1, max_length=100, description="The party_id of the requirement's entry, pt_…")
    ],
    file: Annotated[UploadFile, File(description="PDF, JPEG, PNG, WebP or HEIC")],
    key: Key,
    deps: House,
    client: Client,
) -> JSONResponse:
    """Hand in one file; 202 means that it is stored durably and will be read. The same bytes again change nothing."""
    known_party(party_id)
    with deps.db.read() as view:
        view.merchants.get(account_id, livemode=client.livemode)
    data = file.file.read()
    digest = request_hash("document", account_id, party_id, requirement, sha256(data).hexdigest())
    kept = claim(deps, client, key, digest)
    if kept is not None:
        return kept
    document_id = intake.receive(
        deps,
        client.actor,
        account_id,
        party_id=party_id,
        requirement=requirement,
        filename=file.filename or "",
        data=data,
    )
    with deps.db.read() as view:
        shown = present.document(view.documents.get(document_id, account_id))
    body = schemas.plain(schemas.DocumentState(id=shown.id, state=shown.state))
    return keep(deps, client, key, body, status=202)


@router.get(
    "/{account_id}/documents",
    response_model=schemas.DocumentList,
    openapi_extra=needs(Scope.ACCOUNTS_READ),
    operation_id="list_documents",
)
def list_documents(account_id: AccountId, deps: House, client: Client) -> schemas.DocumentList:
    """The current files of a merchant and what became of them, oldest first."""
    with deps.db.read() as view:
        view.merchants.get(account_id, livemode=client.livemode)
        return schemas.DocumentList(data=[present.document(row) for row in view.documents.of_merchant(account_id)])
