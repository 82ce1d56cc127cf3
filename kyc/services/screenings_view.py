# SPDX-License-Identifier: Apache-2.0
"""What the console shows of screening: the runs of a case, and what its alerts mean for who owns the company."""

from collections.abc import Sequence

from kyc.domain.decision import AlertState
from kyc.domain.ownership import DesignatedOwnership
from kyc.domain.policy import Policies
from kyc.services import casework
from kyc.services.case_values import PartyView, ScreeningView
from kyc.store.tables import CaseRow
from kyc.store.uow import Reader


def perhaps_owned(view: Reader, case: CaseRow, policies: Policies) -> DesignatedOwnership:
    """How much designated persons would own if every alert that is open were confirmed (R-36)."""
    return casework.owned_by_designated(view, case, policies, AlertState.CONFIRMED, AlertState.OPEN)


def runs(view: Reader, case: CaseRow, parties: Sequence[PartyView]) -> tuple[ScreeningView, ...]:
    """Every run of the people who are in the file, the newest first; clear ones are evidence too (R-29)."""
    titles = {party.id: party.title for party in parties}
    active = view.lists.active_set()
    versions = {row.id: row.version for row in view.merchants.parties(case.merchant_id)}
    kept = [run for run in view.screenings.runs(case.id) if run.party_id in titles]
    publications = {name: view.lists.publications(name) for name in {run.holds_for for run in kept}}
    return tuple(
        ScreeningView(
            party_id=run.party_id,
            party_title=titles[run.party_id],
            at=run.at,
            versions=publications[run.holds_for],
            carried_at=run.carried_at,
            current=active is not None and (run.party_version, run.holds_for) == (versions[run.party_id], active.id),
            hits=run.hits,
            alerts=run.alerts,
            engine=run.engine,
        )
        for run in kept
    )
