# SPDX-License-Identifier: Apache-2.0
"""The audit trail's rows: append under a lock on the chain's head, read, and compare with the head."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from kyc.domain.audit import GENESIS, Entry, digest, hashed_fields, link
from kyc.domain.case import Actor
from kyc.store.tables import AuditHeadRow, AuditRow

_BATCH = 1000


class AuditTrail:
    """Append-only facts; triggers in the database refuse UPDATE and DELETE."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(
        self, *, at: datetime, actor: Actor, verb: str, subject: str, merchant_id: str | None, body: bytes, sealed: bool
    ) -> None:
        """Add one link to the chain; the head's row lock makes concurrent writers queue up."""
        head = self._locked_head()
        entry = Entry(
            head.seq + 1,
            at,
            actor.kind.value,
            actor.id,
            verb,
            subject,
            merchant_id,
            sealed,
            digest(body),
            head.hash,
            "",
        )
        chained = link(head.hash, hashed_fields(entry))
        self._session.add(
            AuditRow(
                seq=entry.seq,
                at=at,
                actor_kind=entry.actor_kind,
                actor_id=entry.actor_id,
                verb=verb,
                subject=subject,
                merchant_id=merchant_id,
                body=body,
                body_sealed=sealed,
                body_digest=entry.body_digest,
                prev=head.hash,
                hash=chained,
            )
        )
        head.seq, head.hash = entry.seq, chained
        self._session.flush()

    def head(self) -> tuple[int, str]:
        """Sequence number and hash of the last link."""
        row = self._session.get(AuditHeadRow, 1)
        return (row.seq, row.hash) if row else (0, GENESIS)

    def entries(self) -> Iterator[Entry]:
        """The whole chain in order, as it is hashed; the digest is recomputed from the stored body."""
        last = 0
        while True:
            rows = list(
                self._session.execute(
                    select(AuditRow).where(col(AuditRow.seq) > last).order_by(col(AuditRow.seq)).limit(_BATCH)
                ).scalars()
            )
            for row in rows:
                yield Entry(
                    row.seq,
                    row.at,
                    row.actor_kind,
                    row.actor_id,
                    row.verb,
                    row.subject,
                    row.merchant_id,
                    row.body_sealed,
                    digest(row.body),
                    row.prev,
                    row.hash,
                )
            if len(rows) < _BATCH:
                return
            last = rows[-1].seq
            self._session.expunge_all()

    def of_merchant(self, merchant_id: str) -> list[AuditRow]:
        """Everything recorded about one merchant, oldest first."""
        return list(
            self._session.execute(
                select(AuditRow).where(col(AuditRow.merchant_id) == merchant_id).order_by(col(AuditRow.seq))
            ).scalars()
        )

    def _locked_head(self) -> AuditHeadRow:
        row = self._session.execute(
            select(AuditHeadRow)
            .where(col(AuditHeadRow.id) == 1)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if row is None:
            row = AuditHeadRow(id=1, seq=0, hash=GENESIS)
            self._session.add(row)
            self._session.flush()
        return row
