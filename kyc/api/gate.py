# SPDX-License-Identifier: Apache-2.0
"""The question of the payment path: may this merchant be used now? Every doubt is a no."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse

from kyc.api import schemas
from kyc.api.auth import ApiRoute, Client, House, Scope, needs
from kyc.api.ids import AccountId
from kyc.api.present import CAPABILITIES
from kyc.domain.gate import Reason
from kyc.services import activation
from kyc.services.activation import GateAnswer

router = APIRouter(prefix="/v1/merchant_accounts", tags=["Gate"], route_class=ApiRoute)


@router.get(
    "/{account_id}/gate",
    response_model=schemas.GateAnswer,
    responses={304: {"description": "Nothing changed since the answer that carried this ETag."}},
    openapi_extra=needs(Scope.GATE_READ),
    operation_id="ask_gate",
)
def ask_gate(
    account_id: AccountId,
    deps: House,
    client: Client,
    capability: Annotated[
        str, Query(max_length=100, description="bnpl_payments, settlement_payouts; anything else is closed")
    ] = CAPABILITIES[0],
    if_none_match: Annotated[str, Header(max_length=1000)] = "",
) -> Response:
    """Open or closed, for one capability. A client that gets no answer, or an error, must take it as closed."""
    answer = activation.ask_gate(deps, account_id, livemode=client.livemode)
    allowed = answer.allowed and capability in CAPABILITIES
    reason = None if allowed else (answer.reason or Reason.OTHER)
    tag = _tag(answer, capability, reason)
    headers = {"etag": tag, "cache-control": f"private, max-age={answer.max_age_seconds}"}
    if _matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    body = schemas.GateAnswer(
        allowed=allowed,
        reason=reason.value if reason else None,
        version=answer.version,
        as_of=answer.as_of,
        max_age_seconds=answer.max_age_seconds,
    )
    return JSONResponse(schemas.plain(body), headers=headers)


def _tag(answer: GateAnswer, capability: str, reason: Reason | None) -> str:
    """A weak ETag: the account's version and the verdict; `as_of` alone makes no other answer."""
    facts = f"{answer.version}:{capability}:{reason.value if reason else 'open'}"
    return f'W/"{sha256(facts.encode()).hexdigest()[:24]}"'


def _matches(if_none_match: str, tag: str) -> bool:
    """Weak comparison with each tag of the header (RFC 9110 section 13.1.2)."""
    given = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return "*" in given or tag.removeprefix("W/") in given
