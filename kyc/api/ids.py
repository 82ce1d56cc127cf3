# SPDX-License-Identifier: Apache-2.0
"""Ids in paths and forms: one that cannot exist is not found, before any database is asked."""

import re
from typing import Annotated

from fastapi import Depends, Path

from kyc.domain.errors import NotFoundError

ULID = "[0-9A-HJKMNP-TV-Z]{26}"
ACCOUNT_PATTERN = rf"^ma_{ULID}$"
_ACCOUNT = re.compile(ACCOUNT_PATTERN, re.ASCII)
_ENDPOINT = re.compile(rf"^we_{ULID}$", re.ASCII)
_PARTY = re.compile(rf"^pt_{ULID}$", re.ASCII)


async def account_id(
    account_id: Annotated[
        str, Path(description="An account's id, ma_…", json_schema_extra={"pattern": ACCOUNT_PATTERN})
    ],
) -> str:
    """The account's id of the path; NotFoundError for what is none."""
    if not _ACCOUNT.fullmatch(account_id):
        raise NotFoundError("MERCHANT_NOT_FOUND")
    return account_id


async def endpoint_id(
    endpoint_id: Annotated[
        str, Path(description="A webhook endpoint's id, we_…", json_schema_extra={"pattern": _ENDPOINT.pattern})
    ],
) -> str:
    """The endpoint's id of the path; NotFoundError for what is none."""
    if not _ENDPOINT.fullmatch(endpoint_id):
        raise NotFoundError("ENDPOINT_NOT_FOUND")
    return endpoint_id


def known_party(party_id: str) -> str:
    """The same id; NotFoundError for what is none."""
    if not _PARTY.fullmatch(party_id):
        raise NotFoundError("PARTY_NOT_FOUND")
    return party_id


AccountId = Annotated[str, Depends(account_id)]
EndpointId = Annotated[str, Depends(endpoint_id)]
