# SPDX-License-Identifier: Apache-2.0
"""What stands between a case and its approval, and who must agree.

Sources: CMF L561-8 (no relationship without verification), R561-5-2 (two measures), R561-20-2 (executive
mandate for politically exposed persons), L562-4 (freezing); rules R-7, R-31, R-34, R-35, R-36, R-37,
R-41.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kyc.domain.ownership import DesignatedOwnership
from kyc.domain.policy import ListsPolicy, ReviewPolicy


class Outcome(StrEnum):
    """What an officer decides."""

    APPROVE = "approve"
    REFUSE = "refuse"


class AlertState(StrEnum):
    """Where an alert stands; nothing but an officer clears or confirms it.

    An open one no longer counts where the party or the entry changed (`obsolete`) or the authority took the entry off
    its list (`delisted`); it comes back with the same state of both.
    """

    OPEN = "open"
    CLEARED = "cleared"
    CONFIRMED = "confirmed"
    OBSOLETE = "obsolete"
    DELISTED = "delisted"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why approval is impossible now, and the things it concerns."""

    code: str
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertFact:
    """An alert as decisions see it."""

    id: str
    state: AlertState
    category: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding as decisions see it; `resolution` is empty while it is open."""

    id: str
    severity: str
    resolution: str


@dataclass(frozen=True, slots=True)
class RunFact:
    """The last completed screening run of a party: what was screened, against which lists, when."""

    party_version: int
    list_set: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ScreeningFacts:
    """What is known of the lists and of the last run of each party.

    `sources` are those of the active list set with the time of their last successful check;
    `runs` maps a current party to its last completed run, where there is one.
    """

    list_set: str | None
    sources: Mapping[str, datetime]
    demo: bool
    party_versions: Mapping[str, int]
    runs: Mapping[str, RunFact]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything that an approval depends on, gathered in one transaction; `owned` counts confirmed holders only."""

    livemode: bool
    assessed: bool
    file_complete: bool
    documents_pending: tuple[str, ...]
    documents: tuple[str, ...]
    documents_opened: frozenset[str]
    findings: tuple[FindingFact, ...]
    alerts: tuple[AlertFact, ...]
    screening: ScreeningFacts
    owned: DesignatedOwnership
    measures: Mapping[str, frozenset[str]]
    stale_documents: tuple[str, ...]
    expired_documents: tuple[str, ...]


def lists_problems(facts: ScreeningFacts, *, livemode: bool, now: datetime, policy: ListsPolicy) -> tuple[Blocker, ...]:
    """Why nothing may rest on these lists: missing, fictional, or not checked recently enough."""
    if facts.list_set is None:
        return (Blocker("LISTS_MISSING"),)
    problems = []
    required = set(policy.required_live if livemode else policy.required_test)
    if missing := tuple(sorted(required - set(facts.sources))):
        problems.append(Blocker("LISTS_MISSING", missing))
    if livemode and facts.demo:
        problems.append(Blocker("LISTS_NOT_OFFICIAL"))
    if stale := tuple(sorted(name for name, at in facts.sources.items() if not _in_time(name, now - at, policy))):
        problems.append(Blocker("LISTS_STALE", stale))
    return tuple(problems)


def _in_time(source: str, age: timedelta, policy: ListsPolicy) -> bool:
    """A check in the future is no check: a clock that was wrong must not keep an old list alive."""
    return timedelta(0) <= age <= timedelta(hours=policy.patience(source).block_after_hours)


def runs_behind(facts: ScreeningFacts) -> tuple[str, ...]:
    """Parties whose last run was not on their current version and the current lists (R-34)."""
    return tuple(
        party
        for party, version in facts.party_versions.items()
        if (run := facts.runs.get(party)) is None or (run.party_version, run.list_set) != (version, facts.list_set)
    )


def runs_too_old(facts: ScreeningFacts, *, now: datetime, policy: ListsPolicy) -> tuple[str, ...]:
    """Parties whose current version was not screened within the time that an open gate allows.

    An active merchant is screened anew on every list version within minutes; until then the last run counts,
    and where that does not happen the gate closes by itself.
    """
    limit = timedelta(hours=policy.gate_run_max_age_hours)
    return tuple(
        party
        for party, version in facts.party_versions.items()
        if (run := facts.runs.get(party)) is None
        or run.party_version != version
        or not timedelta(0) <= now - run.at <= limit
    )


def approval_blockers(
    facts: CaseFacts, *, now: datetime, lists: ListsPolicy, review: ReviewPolicy
) -> tuple[Blocker, ...]:
    """Every reason against approval at this moment; an empty tuple is the only way to approve."""
    blockers = []
    if not facts.assessed:
        blockers.append(Blocker("NOT_ASSESSED"))
    if not facts.file_complete:
        blockers.append(Blocker("FILE_INCOMPLETE"))
    if facts.documents_pending:
        blockers.append(Blocker("READING_PENDING", facts.documents_pending))
    if facts.stale_documents:
        blockers.append(Blocker("REGISTRY_EXTRACT_STALE", facts.stale_documents))
    if facts.expired_documents:
        blockers.append(Blocker("IDENTITY_DOCUMENT_EXPIRED", facts.expired_documents))
    unseen = tuple(document for document in facts.documents if document not in facts.documents_opened)
    if unseen:
        blockers.append(Blocker("EVIDENCE_NOT_REVIEWED", unseen))
    unresolved = tuple(
        each.id for each in facts.findings if not each.resolution and each.severity in review.blocking_severities
    )
    if unresolved:
        blockers.append(Blocker("FINDINGS_OPEN", unresolved))
    if open_alerts := tuple(each.id for each in facts.alerts if each.state is AlertState.OPEN):
        blockers.append(Blocker("ALERTS_OPEN", open_alerts))
    blockers += _freezes(facts)
    if unverified := tuple(party for party, measures in facts.measures.items() if not verified(measures, review)):
        blockers.append(Blocker("VERIFICATION_INSUFFICIENT", unverified))
    if behind := runs_behind(facts.screening):
        blockers.append(Blocker("SCREENING_STALE", behind))
    return (*blockers, *lists_problems(facts.screening, livemode=facts.livemode, now=now, policy=lists))


def _freezes(facts: CaseFacts) -> Iterator[Blocker]:
    """What nobody can weigh away: a designated party, or a company that designated persons own (R-35, R-36)."""
    if frozen := tuple(each.id for each in facts.alerts if is_freeze(each)):
        yield Blocker("FREEZE", frozen)
    if facts.owned.reached:
        yield Blocker("OWNED_BY_DESIGNATED", facts.owned.holders)


def _is_strong_cleared(alert: AlertFact, review: ReviewPolicy) -> bool:
    """A strong sanctions match that one officer called somebody else: another one looks as well (R-31)."""
    cleared = alert.state is AlertState.CLEARED and alert.category == "sanction"
    return cleared and alert.score >= review.high_score


def is_freeze(alert: AlertFact) -> bool:
    """A confirmed sanctions match: freezing is rule-based and nobody can weigh it away (CMF L562-4)."""
    return alert.state is AlertState.CONFIRMED and alert.category == "sanction"


def verified(measures: frozenset[str], review: ReviewPolicy) -> bool:
    """One measure of R561-5-1, or enough distinct ones of R561-5-2."""
    if measures & set(review.sufficient_measures):
        return True
    return len(measures & set(review.measures)) >= review.measures_required


def second_approval_reasons(facts: CaseFacts, review: ReviewPolicy) -> tuple[str, ...]:
    """Why four eyes are needed for approval; empty where one officer may approve alone."""
    reasons = set()
    if any(each.state is AlertState.CONFIRMED and each.category == "pep" for each in facts.alerts):
        reasons.add("confirmed_pep")
    if any(each.resolution and each.severity == "high" for each in facts.findings):
        reasons.add("high_finding_accepted")
    if any(_is_strong_cleared(each, review) for each in facts.alerts):
        reasons.add("high_sanction_cleared")
    return tuple(sorted(reasons & set(review.second_approval_on)))
