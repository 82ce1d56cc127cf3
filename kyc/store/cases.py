# SPDX-License-Identifier: Apache-2.0
"""Queries on cases, findings, measures, requests and decisions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from kyc.domain.case import State
from kyc.domain.errors import ConflictError, NotFoundError
from kyc.store.tables import (
    CaseRow,
    DecisionRow,
    DocumentViewRow,
    FindingRow,
    InformationRequestRow,
    MeasureRow,
)


class Cases:
    """Cases and all that officers do with them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: CaseRow) -> None:
        """Insert a case."""
        self._session.add(row)
        self._session.flush()

    def next_number(self) -> int:
        """The next case number; a unique constraint settles a race."""
        last = self._session.execute(select(func.max(CaseRow.number))).scalar()
        return (last or 0) + 1

    def get(self, case_id: str) -> CaseRow:
        """The case as this transaction sees it."""
        row = self._session.get(CaseRow, case_id)
        if row is None:
            raise NotFoundError("CASE_NOT_FOUND")
        return row

    def of_merchant(self, merchant_id: str) -> CaseRow:
        """The newest case of a merchant."""
        row: CaseRow | None = self._session.execute(
            select(CaseRow).where(col(CaseRow.merchant_id) == merchant_id).order_by(col(CaseRow.number).desc()).limit(1)
        ).scalar_one_or_none()
        if row is None:
            raise NotFoundError("CASE_NOT_FOUND")
        return row

    def in_states(self, states: Sequence[State]) -> list[CaseRow]:
        """Cases in these states, those due first on top."""
        return list(
            self._session.execute(
                select(CaseRow)
                .where(col(CaseRow.state).in_([state.value for state in states]))
                .order_by(col(CaseRow.due_at).is_(None), col(CaseRow.due_at), col(CaseRow.number))
            ).scalars()
        )

    def counts(self) -> dict[str, int]:
        """How many cases are in each state."""
        rows = self._session.execute(select(col(CaseRow.state), func.count()).group_by(col(CaseRow.state)))
        return {row[0]: row[1] for row in rows}

    def change(self, case: CaseRow, expected_version: int, now: datetime, **values: object) -> None:
        """Set columns and raise the version where it is still the expected one; ConflictError where it is not."""
        changed = self._session.execute(
            update(CaseRow)
            .where(col(CaseRow.id) == case.id, col(CaseRow.version) == expected_version)
            .values(version=expected_version + 1, updated_at=now, **values)
            .returning(col(CaseRow.id))
            .execution_options(synchronize_session=False)
        ).first()
        if changed is None:
            raise ConflictError("CASE_CHANGED")
        self._session.refresh(case)

    # findings

    def add_finding(self, row: FindingRow) -> None:
        """Insert a finding."""
        self._session.add(row)

    def findings(self, case_id: str) -> list[FindingRow]:
        """Every finding of a case that is not obsolete."""
        return list(
            self._session.execute(
                select(FindingRow)
                .where(col(FindingRow.case_id) == case_id, col(FindingRow.resolution) != "obsolete")
                .order_by(col(FindingRow.id))
            ).scalars()
        )

    def all_findings(self, case_id: str) -> list[FindingRow]:
        """Every finding of a case, obsolete ones too."""
        return list(self._session.execute(select(FindingRow).where(col(FindingRow.case_id) == case_id)).scalars())

    def finding(self, finding_id: str, case_id: str) -> FindingRow:
        """One finding of this case."""
        row = self._session.get(FindingRow, finding_id)
        if row is None or row.case_id != case_id:
            raise NotFoundError("FINDING_NOT_FOUND")
        return row

    # measures, views, requests

    def add_measure(self, row: MeasureRow) -> None:
        """Enter a verification measure in the ledger; the same one twice counts once."""
        self._session.add(row)
        self._session.flush()

    def measures(self, case_id: str) -> list[MeasureRow]:
        """The ledger of a case."""
        return list(self._session.execute(select(MeasureRow).where(col(MeasureRow.case_id) == case_id)).scalars())

    def mark_viewed(self, document_id: str, officer_id: str, now: datetime) -> bool:
        """Note that an officer opened a document; True the first time."""
        if self._session.get(DocumentViewRow, (document_id, officer_id)) is not None:
            return False
        self._session.add(DocumentViewRow(document_id=document_id, officer_id=officer_id, at=now))
        self._session.flush()
        return True

    def viewed_by(self, officer_id: str, document_ids: Sequence[str]) -> frozenset[str]:
        """Which of these documents the officer opened."""
        return frozenset(
            self._session.execute(
                select(col(DocumentViewRow.document_id)).where(
                    col(DocumentViewRow.officer_id) == officer_id, col(DocumentViewRow.document_id).in_(document_ids)
                )
            ).scalars()
        )

    def add_request(self, row: InformationRequestRow) -> None:
        """Insert a request for information."""
        self._session.add(row)
        self._session.flush()

    def requests(self, case_id: str) -> list[InformationRequestRow]:
        """Requests of a case, oldest first."""
        return list(
            self._session.execute(
                select(InformationRequestRow)
                .where(col(InformationRequestRow.case_id) == case_id)
                .order_by(col(InformationRequestRow.created_at))
            ).scalars()
        )

    # decisions

    def add_decision(self, row: DecisionRow) -> None:
        """Insert a decision or a proposal."""
        self._session.add(row)
        self._session.flush()

    def decisions(self, case_id: str) -> list[DecisionRow]:
        """Decisions and proposals of a case, oldest first."""
        return list(
            self._session.execute(
                select(DecisionRow).where(col(DecisionRow.case_id) == case_id).order_by(col(DecisionRow.decided_at))
            ).scalars()
        )

    def proposal(self, case_id: str) -> DecisionRow | None:
        """The proposal that waits for a second officer."""
        return self._session.execute(
            select(DecisionRow).where(
                col(DecisionRow.case_id) == case_id, ~col(DecisionRow.final), ~col(DecisionRow.withdrawn)
            )
        ).scalar_one_or_none()
