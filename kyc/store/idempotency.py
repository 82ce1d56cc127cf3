# SPDX-License-Identifier: Apache-2.0
"""Requests with an Idempotency-Key: one effect, equal answers (IETF draft-ietf-httpapi-idempotency-key-header)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from kyc.domain.errors import ConflictError, InvalidError
from kyc.store.tables import IdempotencyRow

KEPT = timedelta(hours=24)


class Idempotency:
    """Keys and stored answers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, client: str, key: str, request_hash: str, now: datetime) -> tuple[int, dict[str, Any]] | None:
        """Claim the key in this transaction and return None, or the stored answer of the first call.

        ConflictError while the first call is still running, InvalidError where the key came with another request.
        """
        self._session.execute(delete(IdempotencyRow).where(col(IdempotencyRow.created_at) < now - KEPT))
        known = self._session.get(IdempotencyRow, (client, key))
        if known is None:
            self._session.add(IdempotencyRow(client=client, key=key, request_hash=request_hash, created_at=now))
            try:
                self._session.flush()
            except IntegrityError as error:
                raise ConflictError("IDEMPOTENCY_IN_PROGRESS") from error
            return None
        if known.request_hash != request_hash:
            raise InvalidError("IDEMPOTENCY_KEY_REUSED")
        if known.status is None or known.response is None:
            raise ConflictError("IDEMPOTENCY_IN_PROGRESS")
        return known.status, known.response

    def complete(self, client: str, key: str, status: int, response: dict[str, Any]) -> None:
        """Keep the answer beside what it describes."""
        row = self._session.get_one(IdempotencyRow, (client, key))
        row.status, row.response = status, response
