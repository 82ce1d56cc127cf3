# SPDX-License-Identifier: Apache-2.0
"""Queries on screening runs and alerts."""

from sqlalchemy import func, select
from sqlmodel import Session, col

from kyc.domain.errors import NotFoundError
from kyc.store.tables import AlertRow, ScreeningRunRow


class Screenings:
    """Runs, clear ones included, and the alerts that they raised."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_run(self, row: ScreeningRunRow) -> None:
        """Insert a completed run."""
        self._session.add(row)
        self._session.flush()

    def add_alert(self, row: AlertRow) -> None:
        """Insert an alert."""
        self._session.add(row)
        self._session.flush()

    def last_runs(self, case_id: str) -> dict[str, ScreeningRunRow]:
        """The newest run of each party of a case; ids sort by age."""
        newest = (
            select(func.max(ScreeningRunRow.id))
            .where(col(ScreeningRunRow.case_id) == case_id)
            .group_by(col(ScreeningRunRow.party_id))
        )
        rows = self._session.execute(select(ScreeningRunRow).where(col(ScreeningRunRow.id).in_(newest))).scalars()
        return {row.party_id: row for row in rows}

    def runs(self, case_id: str) -> list[ScreeningRunRow]:
        """Every run of a case, the newest first."""
        return list(
            self._session.execute(
                select(ScreeningRunRow)
                .where(col(ScreeningRunRow.case_id) == case_id)
                .order_by(col(ScreeningRunRow.at).desc(), col(ScreeningRunRow.id).desc())
            ).scalars()
        )

    def alerts(self, case_id: str) -> list[AlertRow]:
        """Every alert of a case, strongest first."""
        return list(
            self._session.execute(
                select(AlertRow)
                .where(col(AlertRow.case_id) == case_id)
                .order_by(col(AlertRow.score).desc(), col(AlertRow.ranking).desc(), col(AlertRow.id))
            ).scalars()
        )

    def alert(self, alert_id: str, case_id: str) -> AlertRow:
        """One alert of this case."""
        row = self._session.get(AlertRow, alert_id)
        if row is None or row.case_id != case_id:
            raise NotFoundError("ALERT_NOT_FOUND")
        return row
