# SPDX-License-Identifier: Apache-2.0
"""Queries on screening runs and alerts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, update
from sqlmodel import Session, col

from kyc.domain.case import State
from kyc.domain.decision import AlertState
from kyc.domain.errors import NotFoundError
from kyc.store.tables import AlertRow, CaseRow, PartyRow, ScreeningRunRow

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """A party of a case as it is now, and its newest run, if there is one."""

    case_id: str
    party_id: str
    party_version: int
    run: ScreeningRunRow | None


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

    def standings(self, states: Sequence[State]) -> list[Standing]:
        """Every current party of every case in these states with its newest run, case by case."""
        newest = (
            select(
                col(ScreeningRunRow.case_id).label("case_id"),
                col(ScreeningRunRow.party_id).label("party_id"),
                func.max(ScreeningRunRow.id).label("run_id"),
            )
            .group_by(col(ScreeningRunRow.case_id), col(ScreeningRunRow.party_id))
            .subquery()
        )
        query = (
            select(col(CaseRow.id), col(PartyRow.id), col(PartyRow.version), ScreeningRunRow)
            .join(PartyRow, col(PartyRow.merchant_id) == col(CaseRow.merchant_id))
            .outerjoin(newest, and_(newest.c.case_id == col(CaseRow.id), newest.c.party_id == col(PartyRow.id)))
            .outerjoin(ScreeningRunRow, col(ScreeningRunRow.id) == newest.c.run_id)
            .where(col(CaseRow.state).in_([state.value for state in states]), col(PartyRow.removed_at).is_(None))
            .order_by(col(CaseRow.number), col(PartyRow.id))
        )
        return [Standing(*row) for row in self._session.execute(query)]

    def carry(self, run_ids: Sequence[str], list_set: str, at: datetime) -> None:
        """Let these runs speak for a newer list set: nothing that it changed concerns their parties."""
        for start in range(0, len(run_ids), _BATCH):
            self._session.execute(
                update(ScreeningRunRow)
                .where(col(ScreeningRunRow.id).in_(run_ids[start : start + _BATCH]))
                .values(carried_to=list_set, carried_at=at)
                .execution_options(synchronize_session=False)
            )

    def cases_alerted_on(self, entries: Iterable[str]) -> set[str]:
        """Cases with an alert that counts, or would if it came back, on a designee that one of these entries names."""
        wanted = set(entries)
        rows = self._session.execute(
            select(col(AlertRow.case_id), col(AlertRow.entry), col(AlertRow.sources)).where(
                col(AlertRow.state).in_([AlertState.OPEN, AlertState.CLEARED, AlertState.CONFIRMED])
            )
        )
        return {case_id for case_id, entry, sources in rows if wanted & {entry, *sources}}

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
