# SPDX-License-Identifier: Apache-2.0
"""One effect a key: the answer is stored in the transaction of the effect (IETF idempotency-key-header draft).

Stored answers are sealed under the installation's key: they carry invitation links and signing secrets, of
which the database keeps hashes or sealed values only.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header
from fastapi.responses import JSONResponse

from kyc.domain.audit import canonical_json
from kyc.domain.errors import ConflictError, InvalidError
from kyc.services.access import ApiClient
from kyc.services.deps import Deps
from kyc.services.vault import INSTALLATION
from kyc.store.uow import UnitOfWork

_VISIBLE = re.compile(r"[!-~]{1,255}")
_TRIES = 3
#: Conflicts that only say that another request came first; the next try finds what that one left.
_PASSING = ("CHANGED_MEANWHILE", "IDEMPOTENCY_IN_PROGRESS")


async def idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(description="Any value of your own, for example a UUID; the answer is kept for 24 hours."),
    ] = None,
) -> str:
    """The header of this request; InvalidError IDEMPOTENCY_KEY_MISSING where it is absent or unusable."""
    if idempotency_key is None or not _VISIBLE.fullmatch(idempotency_key):
        raise InvalidError("IDEMPOTENCY_KEY_MISSING")
    return idempotency_key


Key = Annotated[str, Depends(idempotency_key)]


def request_hash(*parts: object) -> str:
    """What makes a request the same: operation, path and body."""
    return sha256(canonical_json(parts)).hexdigest()


def once(
    deps: Deps,
    client: ApiClient,
    key: str,
    digest: str,
    effect: Callable[[UnitOfWork], dict[str, Any]],
    *,
    status: int = 201,
) -> JSONResponse:
    """Run `effect` and keep its answer in the same transaction, or give the kept answer again.

    A request that is refused changes nothing and keeps no answer: its key may be used again.
    """
    tries = 0
    while True:
        tries += 1
        try:
            with deps.db.write() as uow:
                kept = uow.idempotency.begin(client.id, key, digest, uow.now)
                if kept is not None:
                    return _again(deps, client, key, kept)
                body = effect(uow)
                uow.idempotency.complete(client.id, key, status, seal(deps, client, key, body))
            return JSONResponse(body, status_code=status)
        except ConflictError as error:
            if error.code not in _PASSING or tries == _TRIES:
                raise


def claim(deps: Deps, client: ApiClient, key: str, digest: str) -> JSONResponse | None:
    """Bind the key to a request whose effect has transactions of its own and may be repeated without harm.

    The kept answer where there is one; None where the work is to be done, also after a crash in its midst.
    """
    for _ in range(2):  # the second look compares the request with one that was faster by a moment
        try:
            with deps.db.write() as uow:
                kept = uow.idempotency.begin(client.id, key, digest, uow.now)
        except ConflictError as error:
            if error.code not in _PASSING:
                raise
        else:
            return None if kept is None else _again(deps, client, key, kept)
    return None


def keep(deps: Deps, client: ApiClient, key: str, body: dict[str, Any], *, status: int) -> JSONResponse:
    """Store the answer of a request that was claimed, and give it."""
    with deps.db.write() as uow:
        uow.idempotency.complete(client.id, key, status, seal(deps, client, key, body))
    return JSONResponse(body, status_code=status)


def seal(deps: Deps, client: ApiClient, key: str, body: dict[str, Any]) -> dict[str, str]:
    """The answer as it is stored."""
    return {"sealed": b64encode(deps.vault.seal(INSTALLATION, _place(client, key), body)).decode()}


def _again(deps: Deps, client: ApiClient, key: str, kept: tuple[int, dict[str, Any]]) -> JSONResponse:
    status, stored = kept
    body = deps.vault.open(INSTALLATION, _place(client, key), b64decode(stored["sealed"]))
    return JSONResponse(body, status_code=status, headers={"idempotent-replayed": "true"})


def _place(client: ApiClient, key: str) -> str:
    return f"idempotency:{client.id}:{key}"
