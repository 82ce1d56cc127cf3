# SPDX-License-Identifier: Apache-2.0
"""Queries on outgoing events and notices."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from kyc.domain.errors import NotFoundError
from kyc.store.tables import OutboxRow, WebhookEndpointRow


class Outbox:
    """Messages that leave the house, written in the transaction of what they tell."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: OutboxRow) -> None:
        """Insert a message."""
        self._session.add(row)
        self._session.flush()

    def get(self, message_id: str) -> OutboxRow:
        """One message."""
        row = self._session.get(OutboxRow, message_id)
        if row is None:
            raise NotFoundError("MESSAGE_NOT_FOUND")
        return row

    def of_merchant(self, merchant_id: str) -> list[OutboxRow]:
        """Messages about one merchant, oldest first."""
        return list(
            self._session.execute(
                select(OutboxRow).where(col(OutboxRow.merchant_id) == merchant_id).order_by(col(OutboxRow.id))
            ).scalars()
        )

    def of_endpoint(self, endpoint_id: str, *, since: datetime, limit: int) -> list[OutboxRow]:
        """Messages to one receiver that were written at `since` or later, oldest first."""
        return list(
            self._session.execute(
                select(OutboxRow)
                .where(col(OutboxRow.endpoint_id) == endpoint_id, col(OutboxRow.created_at) >= since)
                .order_by(col(OutboxRow.created_at), col(OutboxRow.id))
                .limit(limit)
            ).scalars()
        )

    def add_endpoint(self, row: WebhookEndpointRow) -> None:
        """Insert a receiver."""
        self._session.add(row)
        self._session.flush()

    def endpoint(self, endpoint_id: str) -> WebhookEndpointRow:
        """One receiver."""
        row = self._session.get(WebhookEndpointRow, endpoint_id)
        if row is None:
            raise NotFoundError("ENDPOINT_NOT_FOUND")
        return row

    def endpoints(self, *, livemode: bool) -> list[WebhookEndpointRow]:
        """Receivers of this mode that still want events."""
        return list(
            self._session.execute(
                select(WebhookEndpointRow)
                .where(col(WebhookEndpointRow.livemode) == livemode, col(WebhookEndpointRow.disabled_at).is_(None))
                .order_by(col(WebhookEndpointRow.id))
            ).scalars()
        )
