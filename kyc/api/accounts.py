# SPDX-License-Identifier: Apache-2.0
"""Merchant accounts: create, read, invite again, end the relationship."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from kyc.api import present, schemas
from kyc.api.auth import ApiRoute, Client, House, Scope, needs
from kyc.api.idempotency import Key, once, request_hash
from kyc.api.ids import ACCOUNT_PATTERN, AccountId
from kyc.services import accounts
from kyc.store.uow import UnitOfWork

router = APIRouter(prefix="/v1/merchant_accounts", tags=["Merchant accounts"], route_class=ApiRoute)


@router.post(
    "",
    status_code=201,
    response_model=schemas.AccountWithInvitation,
    openapi_extra=needs(Scope.ACCOUNTS_WRITE),
    operation_id="create_merchant_account",
)
def create_account(body: schemas.AccountCreate, key: Key, deps: House, client: Client) -> JSONResponse:
    """Open an account with an empty file and a link for the merchant's contact."""

    def effect(uow: UnitOfWork) -> dict[str, Any]:
        created = accounts.create_account(
            deps,
            uow,
            client.actor,
            livemode=client.livemode,
            external_reference=body.external_reference,
            language=body.language,
        )
        invitation = schemas.Invitation(url=created.invitation_url, expires_at=created.invitation_expires_at)
        shown = present.account(deps, uow, uow.merchants.get(created.merchant_id))
        return {**schemas.plain(shown), "invitation": schemas.plain(invitation)}

    return once(deps, client, key, request_hash("create", body.model_dump(mode="json")), effect)


@router.get(
    "",
    response_model=schemas.AccountPage,
    openapi_extra=needs(Scope.ACCOUNTS_READ),
    operation_id="list_merchant_accounts",
)
def list_accounts(
    deps: House,
    client: Client,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[
        str | None, Query(pattern=ACCOUNT_PATTERN, description="`next_cursor` of the page before.")
    ] = None,
    external_reference: Annotated[schemas.Reference | None, Query()] = None,
) -> schemas.AccountPage:
    """Accounts of the key's mode, oldest first, a page at a time; or the one that you know by your reference."""
    with deps.db.read() as view:
        if external_reference is not None:
            found = view.merchants.by_reference(external_reference, livemode=client.livemode)
            rows = [found] if found else []
        else:
            rows = view.merchants.page(livemode=client.livemode, after=cursor, limit=limit + 1)
        shown = [present.account(deps, view, row) for row in rows[:limit]]
    more = len(rows) > limit
    return schemas.AccountPage(data=shown, has_more=more, next_cursor=shown[-1].id if more else "")


@router.get(
    "/{account_id}",
    response_model=schemas.Account,
    openapi_extra=needs(Scope.ACCOUNTS_READ),
    operation_id="get_merchant_account",
)
def get_account(account_id: AccountId, deps: House, client: Client) -> schemas.Account:
    """One account with what its file still needs."""
    with deps.db.read() as view:
        return present.account(deps, view, view.merchants.get(account_id, livemode=client.livemode))


@router.post(
    "/{account_id}/invitations",
    status_code=201,
    response_model=schemas.Invitation,
    openapi_extra=needs(Scope.ACCOUNTS_WRITE),
    operation_id="create_invitation",
)
def create_invitation(account_id: AccountId, key: Key, deps: House, client: Client) -> JSONResponse:
    """Make a fresh link for the merchant's contact; older unused links end."""

    def effect(uow: UnitOfWork) -> dict[str, Any]:
        created = accounts.invite_again(deps, uow, client.actor, account_id, livemode=client.livemode)
        return schemas.plain(schemas.Invitation(url=created.invitation_url, expires_at=created.invitation_expires_at))

    return once(deps, client, key, request_hash("invite", account_id), effect)


@router.post(
    "/{account_id}/relationship_end",
    response_model=schemas.Account,
    openapi_extra=needs(Scope.ACCOUNTS_WRITE),
    operation_id="end_relationship",
)
def end_relationship(
    account_id: AccountId, body: schemas.RelationshipEnd, key: Key, deps: House, client: Client
) -> JSONResponse:
    """Say that the relationship has ended: the gate closes, and the time for which the file is kept begins."""

    def effect(uow: UnitOfWork) -> dict[str, Any]:
        merchant = accounts.end_relationship(
            deps, uow, client.actor, account_id, body.ended_on, livemode=client.livemode
        )
        return schemas.plain(present.account(deps, uow, merchant))

    return once(deps, client, key, request_hash("end", account_id, body.model_dump(mode="json")), effect, status=200)
