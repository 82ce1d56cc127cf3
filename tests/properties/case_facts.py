# SPDX-License-Identifier: Apache-2.0
"""What approval and an open gate rest on, written out once more from the raw rows (CMF L561-8, R561-5-2, R561-20-2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from kyc.services.access import Officer
from kyc.store.tables import CaseRow
from kyc.store.uow import Reader

DECIDED = ("approve", "reinstate")
BLOCKING = ("medium", "high")
#: Hours after which lists and runs no longer carry an open gate (lists.md section 4, rule R-34).
LISTS_HOURS, RUN_HOURS = 72, 48


def check_approval(view: Reader, case: CaseRow, staff: Sequence[Officer]) -> None:
    """Assert that everything which approval needs stands in the rows at this moment."""
    members = {officer.id: officer.permissions for officer in staff}
    decision = [row for row in view.cases.decisions(case.id) if row.final and row.outcome in DECIDED][-1]
    deciders = [officer for officer in (decision.decided_by, decision.second_by) if officer]
    assert all("case:decide" in members[officer] for officer in deciders)
    documents = [row.id for row in view.documents.of_merchant(case.merchant_id)]
    assert documents
    assert all(view.cases.viewed_by(officer, documents) == frozenset(documents) for officer in deciders)
    active, runs = view.lists.active_set(), view.screenings.last_runs(case.id)
    assert active is not None
    measures = view.cases.measures(case.id)
    for party in view.merchants.parties(case.merchant_id):
        assert (runs[party.id].party_version, runs[party.id].holds_for) == (party.version, active.id)
        taken = {row.measure for row in measures if (row.party_id, row.party_version) == (party.id, party.version)}
        assert len(taken) >= 2
    assert not [row for row in view.cases.findings(case.id) if not row.resolution and row.severity in BLOCKING]
    open_alerts, confirmed = _alerts(view, case)
    assert not open_alerts
    assert "sanction" not in confirmed
    if "pep" in confirmed:
        assert len(set(deciders)) == 2
        assert "case:decide_second" in members[deciders[1]]


def is_fresh(view: Reader, case: CaseRow, now: datetime) -> bool:
    """Decided, lists checked in time, everybody screened at the version that stands, no match open or frozen."""
    decided = any(row.final and row.outcome in DECIDED for row in view.cases.decisions(case.id))
    checked = [row.checked_at for row in view.lists.sources()]
    in_time = all(at is not None and now - at <= timedelta(hours=LISTS_HOURS) for at in checked)
    runs = view.screenings.last_runs(case.id)
    screened = all(
        party.id in runs
        and runs[party.id].party_version == party.version
        and now - runs[party.id].at <= timedelta(hours=RUN_HOURS)
        for party in view.merchants.parties(case.merchant_id)
    )
    open_alerts, confirmed = _alerts(view, case)
    return decided and bool(checked) and in_time and screened and not open_alerts and "sanction" not in confirmed


def _alerts(view: Reader, case: CaseRow) -> tuple[bool, set[str]]:
    """Whether one is open for somebody as they are declared now, and the categories of those confirmed."""
    versions = {row.id: row.version for row in view.merchants.parties(case.merchant_id)}
    rows = view.screenings.alerts(case.id)
    is_open = any(row.state == "open" and versions.get(row.party_id) == row.party_version for row in rows)
    return is_open, {row.category for row in rows if row.state == "confirmed"}
