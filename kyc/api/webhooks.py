# SPDX-License-Identifier: Apache-2.0
"""The receivers of the platform's events: add, list, remove, send again."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kyc.api import present, schemas
from kyc.api.auth import ApiRoute, Client, House, Scope, needs
from kyc.api.idempotency import Key, once, request_hash
from kyc.api.ids import EndpointId
from kyc.services import platform
from kyc.store.uow import UnitOfWork

router = APIRouter(prefix="/v1/webhook_endpoints", tags=["Webhooks"], route_class=ApiRoute)


@router.post(
    "",
    status_code=201,
    response_model=schemas.WebhookEndpointWithSecret,
    openapi_extra=needs(Scope.WEBHOOKS_MANAGE),
    operation_id="create_webhook_endpoint",
)
def create_webhook_endpoint(
    body: schemas.WebhookEndpointCreate, key: Key, request: Request, deps: House, client: Client
) -> JSONResponse:
    """Add a receiver; its signing secret is in this answer and in no other."""
    allow_loopback = bool(getattr(request.app.state, "allow_insecure_webhooks", False))

    def effect(uow: UnitOfWork) -> dict[str, Any]:
        row, secret = platform.add_endpoint(
            deps, uow, client.actor, livemode=client.livemode, url=body.url, allow_loopback=allow_loopback
        )
        return {**schemas.plain(present.endpoint(row)), "secret": secret}

    return once(deps, client, key, request_hash("endpoint", body.url), effect)


@router.get(
    "",
    response_model=schemas.WebhookEndpointList,
    openapi_extra=needs(Scope.WEBHOOKS_MANAGE),
    operation_id="list_webhook_endpoints",
)
def list_webhook_endpoints(deps: House, client: Client) -> schemas.WebhookEndpointList:
    """The receivers of the key's mode that events are sent to; removed ones and those that answered 410 are not."""
    with deps.db.read() as view:
        rows = view.outbox.endpoints(livemode=client.livemode)
    return schemas.WebhookEndpointList(data=[present.endpoint(row) for row in rows])


@router.delete(
    "/{endpoint_id}",
    status_code=204,
    response_class=Response,
    openapi_extra=needs(Scope.WEBHOOKS_MANAGE),
    operation_id="delete_webhook_endpoint",
)
def delete_webhook_endpoint(endpoint_id: EndpointId, deps: House, client: Client) -> Response:
    """Send this receiver nothing more."""
    platform.remove_endpoint(deps, client.actor, endpoint_id, livemode=client.livemode)
    return Response(status_code=204)


@router.post(
    "/{endpoint_id}/replay",
    status_code=202,
    response_model=schemas.Replay,
    openapi_extra=needs(Scope.WEBHOOKS_MANAGE),
    operation_id="replay_webhooks",
)
def replay_events(
    endpoint_id: EndpointId, body: schemas.ReplayRequest, key: Key, deps: House, client: Client
) -> JSONResponse:
    """Send every event since a moment again, under its first id; a thousand a call."""

    def effect(uow: UnitOfWork) -> dict[str, Any]:
        done = platform.replay(uow, client.actor, endpoint_id, body.since, livemode=client.livemode)
        more = done.next_from is not None
        return schemas.plain(schemas.Replay(queued=done.queued, has_more=more, next_from=done.next_from))

    digest = request_hash("replay", endpoint_id, body.model_dump(mode="json"))
    return once(deps, client, key, digest, effect, status=202)
