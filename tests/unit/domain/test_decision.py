# SPDX-License-Identifier: Apache-2.0
"""What stands between a case and approval, and what keeps the gate closed: nothing unknown reads as good."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.domain.case import State
from kyc.domain.decision import (
    AlertFact,
    AlertState,
    CaseFacts,
    FindingFact,
    RunFact,
    ScreeningFacts,
    approval_blockers,
    second_approval_reasons,
)
from kyc.domain.gate import GateFacts, Reason, answer
from kyc.domain.ownership import DesignatedOwnership
from kyc.services.policies import PolicyBook

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
THRESHOLDS = PolicyBook().on(NOW.date()).thresholds
SCREENING = ScreeningFacts(
    list_set="ls_1",
    sources={"FR": NOW, "EU": NOW, "UN": NOW},
    demo=False,
    party_versions={"pt_1": 2, "pt_2": 1},
    runs={"pt_1": RunFact(2, "ls_1", NOW), "pt_2": RunFact(1, "ls_1", NOW)},
)
GOOD = CaseFacts(
    livemode=True,
    assessed=True,
    file_complete=True,
    documents_pending=(),
    documents=("doc_1", "doc_2"),
    documents_opened=frozenset({"doc_1", "doc_2"}),
    findings=(FindingFact("fd_1", "medium", "corrected"), FindingFact("fd_2", "low", "")),
    alerts=(AlertFact("al_1", AlertState.CLEARED, "sanction"),),
    screening=SCREENING,
    owned=DesignatedOwnership(4999, 4999, ("pt_2",), reached=False),
    measures={"pt_1": frozenset({"document_copy", "first_payment"}), "pt_2": frozenset({"in_person_original"})},
    stale_documents=(),
    expired_documents=(),
)


def blockers(facts: CaseFacts) -> set[str]:
    """Codes of what blocks."""
    return {each.code for each in approval_blockers(facts, now=NOW, lists=THRESHOLDS.lists, review=THRESHOLDS.review)}


def test_a_case_in_which_everything_was_done_is_not_blocked() -> None:
    assert blockers(GOOD) == set()


@pytest.mark.parametrize(("changes", "code"), [
    ({"assessed": False}, "NOT_ASSESSED"),
    ({"file_complete": False}, "FILE_INCOMPLETE"),
    ({"expired_documents": ("doc_1",)}, "IDENTITY_DOCUMENT_EXPIRED"),
    ({"documents_pending": ("doc_1",)}, "READING_PENDING"),
    ({"stale_documents": ("doc_1",)}, "REGISTRY_EXTRACT_STALE"),
    ({"documents_opened": frozenset({"doc_1"})}, "EVIDENCE_NOT_REVIEWED"),
    ({"findings": (FindingFact("fd_1", "medium", ""),)}, "FINDINGS_OPEN"),
    ({"alerts": (AlertFact("al_1", AlertState.OPEN, "pep"),)}, "ALERTS_OPEN"),
    ({"alerts": (AlertFact("al_1", AlertState.CONFIRMED, "sanction"),)}, "FREEZE"),
    ({"owned": DesignatedOwnership(5000, 0, ("pt_2",), reached=True)}, "OWNED_BY_DESIGNATED"),
    ({"measures": {"pt_1": frozenset({"document_copy"})}}, "VERIFICATION_INSUFFICIENT"),
    ({"measures": {"pt_1": frozenset()}}, "VERIFICATION_INSUFFICIENT"),
])  # fmt: skip
def test_each_thing_left_undone_blocks_by_its_name(changes: dict[str, object], code: str) -> None:
    assert blockers(replace(GOOD, **changes)) == {code}  # type: ignore[arg-type]


@pytest.mark.parametrize(("changes", "code"), [
    ({"list_set": None}, "LISTS_MISSING"),
    ({"sources": {"FR": NOW, "EU": NOW}}, "LISTS_MISSING"),
    ({"demo": True}, "LISTS_NOT_OFFICIAL"),
    ({"sources": {"FR": NOW - timedelta(hours=73), "EU": NOW, "UN": NOW}}, "LISTS_STALE"),
    ({"sources": {"FR": NOW + timedelta(hours=1), "EU": NOW, "UN": NOW}}, "LISTS_STALE"),
    ({"runs": {"pt_1": RunFact(2, "ls_1", NOW)}}, "SCREENING_STALE"),
    ({"runs": {**SCREENING.runs, "pt_1": RunFact(1, "ls_1", NOW)}}, "SCREENING_STALE"),
    ({"runs": {**SCREENING.runs, "pt_1": RunFact(2, "ls_0", NOW)}}, "SCREENING_STALE"),
])  # fmt: skip
def test_screening_that_is_missing_old_or_of_another_version_blocks(changes: dict[str, object], code: str) -> None:
    facts = replace(GOOD, screening=replace(SCREENING, **changes))  # type: ignore[arg-type]
    assert code in blockers(facts)


def test_the_same_measure_cannot_count_twice_and_unknown_ones_do_not_count() -> None:
    assert "VERIFICATION_INSUFFICIENT" in blockers(
        replace(GOOD, measures={"pt_1": frozenset({"document_copy", "gut_feeling"})})
    )


def test_a_politically_exposed_person_and_an_accepted_grave_finding_need_four_eyes() -> None:
    assert second_approval_reasons(GOOD, THRESHOLDS.review) == ()
    exposed = replace(GOOD, alerts=(AlertFact("al_1", AlertState.CONFIRMED, "pep"),))
    assert second_approval_reasons(exposed, THRESHOLDS.review) == ("confirmed_pep",)
    accepted = replace(GOOD, findings=(FindingFact("fd_1", "high", "accepted"),))
    assert second_approval_reasons(accepted, THRESHOLDS.review) == ("high_finding_accepted",)
    cleared = replace(GOOD, alerts=(AlertFact("al_1", AlertState.CLEARED, "sanction", 0.97),))
    assert second_approval_reasons(cleared, THRESHOLDS.review) == ("high_sanction_cleared",)


OPEN = GateFacts(state=State.APPROVED, livemode=True, decision_recorded=True, alerts=GOOD.alerts, screening=SCREENING)


def test_the_gate_opens_for_an_approved_merchant_with_fresh_screening() -> None:
    assert answer(OPEN, now=NOW, policy=THRESHOLDS.lists).allowed


@pytest.mark.parametrize("state", [state for state in State if state is not State.APPROVED])
def test_the_gate_is_closed_in_every_other_state_with_a_coarse_reason(state: State) -> None:
    verdict = answer(replace(OPEN, state=state), now=NOW, policy=THRESHOLDS.lists)
    assert not verdict.allowed
    assert verdict.reason is not None


@pytest.mark.parametrize("changes", [
    {"decision_recorded": False},
    {"alerts": (AlertFact("al_1", AlertState.OPEN, "pep"),)},
    {"alerts": (AlertFact("al_1", AlertState.CONFIRMED, "sanction"),)},
    {"screening": replace(SCREENING, list_set=None)},
    {"screening": replace(SCREENING, demo=True)},
    {"screening": replace(SCREENING, sources={})},
    {"screening": replace(SCREENING, party_versions={})},
    {"screening": replace(SCREENING, runs={})},
    {"screening": replace(SCREENING, runs={**SCREENING.runs, "pt_1": RunFact(1, "ls_1", NOW)})},
    {"screening": replace(SCREENING, runs={**SCREENING.runs, "pt_1": RunFact(2, "ls_1", NOW - timedelta(hours=49))})},
    {"screening": replace(SCREENING, runs={**SCREENING.runs, "pt_1": RunFact(2, "ls_1", NOW + timedelta(hours=1))})},
])  # fmt: skip
def test_any_doubt_closes_the_gate_and_reads_as_a_review(changes: dict[str, object]) -> None:
    verdict = answer(replace(OPEN, **changes), now=NOW, policy=THRESHOLDS.lists)  # type: ignore[arg-type]
    assert (verdict.allowed, verdict.reason) == (False, Reason.UNDER_REVIEW)


def test_without_facts_or_policy_the_gate_is_closed() -> None:
    assert not answer(None, now=NOW, policy=THRESHOLDS.lists).allowed
    assert not answer(OPEN, now=NOW, policy=None).allowed


def test_an_active_merchant_stays_open_while_a_new_list_is_being_screened() -> None:
    facts = replace(OPEN, screening=replace(SCREENING, list_set="ls_2"))
    assert answer(facts, now=NOW, policy=THRESHOLDS.lists).allowed


@given(st.integers(-400 * 60, 400 * 60))
def test_a_clock_that_jumps_never_opens_what_is_stale(minutes: int) -> None:
    verdict = answer(OPEN, now=NOW + timedelta(minutes=minutes), policy=THRESHOLDS.lists)
    assert verdict.allowed == (0 <= minutes <= 60 * THRESHOLDS.lists.gate_run_max_age_hours)
