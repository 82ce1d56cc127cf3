# SPDX-License-Identifier: Apache-2.0
"""The screening job: every current party of a case against the active lists, clear runs recorded too.

Searching happens outside any transaction; what is written is bound to the party version and the list set that
were searched, so that a change meanwhile reads as "not screened", never as "clear".
"""

from dataclasses import dataclass

from kyc.domain.case import SYSTEM, Event, State
from kyc.domain.decision import AlertState, is_freeze
from kyc.domain.party import Company, Person
from kyc.services import casework
from kyc.services.deps import Deps
from kyc.services.trail import announce, note
from kyc.store.ids import new_id
from kyc.store.jobs import Claim
from kyc.store.tables import AlertRow, CaseRow, ListSetRow, MerchantRow, PartyRow, ScreeningRunRow
from kyc.store.uow import UnitOfWork
from screening import ENGINE_VERSION, Hit, Index, Query, parameters_sha256

_HITS = 50


@dataclass(frozen=True, slots=True)
class Searched:
    """One party as it was searched, and what was found; `run_id` names the run that this becomes."""

    run_id: str
    party_id: str
    party_version: int
    query: Query
    hits: tuple[Hit, ...]


def screen_case(deps: Deps, claim: Claim) -> None:
    """Screen all current parties and keep runs and alerts; a case that was being processed goes on to review."""
    with deps.db.read() as view:
        case = view.cases.get(claim.subject_id)
        merchant = view.merchants.get(case.merchant_id)
        active = view.lists.active_set()
        queries = [(row, query_for(deps, merchant, row)) for row in view.merchants.parties(merchant.id)]
    index = deps.indexes.open(active.index_path) if active is not None else None
    searched = [_search(index, row, query) for row, query in queries] if index is not None else []
    with deps.db.write() as uow:
        if not uow.jobs.finish(claim, uow.now):
            return
        case, merchant = casework.locked_case(uow, case.id)
        current = uow.lists.active_set()
        if (current.id if current else None) != (active.id if active else None):
            uow.enqueue("screen", case.id)  # what was searched is no longer what counts
            return
        if active is not None and index is not None:
            for each in searched:
                _keep_run(deps, uow, case, merchant, active, each, claim.job_id)
                _renew_alerts(deps, uow, case, merchant, each, index)
        _move_on(uow, case, merchant)


def give_up(uow: UnitOfWork, case_id: str) -> None:
    """Screening failed again and again: the officer sees the case, and approval stays blocked for lack of a run."""
    case, merchant = casework.locked_case(uow, case_id)
    note(uow, SYSTEM, "screening.failed", case_id, merchant)
    _move_on(uow, case, merchant)


def query_of(party_id: str, party: Company | Person) -> Query:
    """The question for the engine: every name variant, and what tells homonyms apart."""
    if isinstance(party, Company):
        return Query(
            id=party_id,
            type="organisation",
            names=party.names,
            country=party.address.country or None,
            identifiers=(party.siren,) if party.siren else (),
        )
    names = tuple(
        f"{party.given_names} {surname}".strip()
        for surname in dict.fromkeys((party.birth_name, party.usage_name))
        if surname
    )
    return Query(
        id=party_id,
        type="person",
        names=names,
        birth_name=party.birth_name or None,
        usage_name=party.usage_name or None,
        given_names=party.given_names or None,
        birth_date=(party.birth_date.isoformat(),) if party.birth_date else (),
        nationality=party.nationalities,
        country=party.address.country or None,
    )


def query_for(deps: Deps, merchant: MerchantRow, row: PartyRow) -> Query:
    """The question about a party as it is declared now."""
    party = (
        casework.company_of(deps.vault, merchant, row)
        if row.kind == "company"
        else casework.person_of(deps.vault, merchant, row)
    )
    return query_of(row.id, party)


def _search(index: Index, row: PartyRow, query: Query) -> Searched:
    hits = index.search(query, limit=_HITS) if query.names else ()
    return Searched(new_id("run"), row.id, row.version, query, tuple(hits))


def _keep_run(
    deps: Deps, uow: UnitOfWork, case: CaseRow, merchant: MerchantRow, active: ListSetRow, each: Searched, job_id: str
) -> None:
    alerts = sum(hit.alert for hit in each.hits)
    uow.screenings.add_run(
        ScreeningRunRow(
            id=each.run_id,
            case_id=case.id,
            party_id=each.party_id,
            party_version=each.party_version,
            list_set=active.id,
            engine=ENGINE_VERSION,
            parameters_sha256=parameters_sha256(),
            hits=len(each.hits),
            alerts=alerts,
            job_id=job_id,
            at=uow.now,
            sealed=deps.vault.seal(merchant.key_id, f"run:{each.run_id}", each.query.to_json()),
        )
    )
    note(uow, SYSTEM, "screening.run", each.run_id, merchant, party=each.party_id, list_set=active.id, alerts=alerts)


def _renew_alerts(
    deps: Deps, uow: UnitOfWork, case: CaseRow, merchant: MerchantRow, each: Searched, index: Index
) -> None:
    """Raise what is new, bring back what counts again, end what no longer does; what officers decided stays (R-32)."""
    alerting = {(hit.entry, hit.fingerprint): hit for hit in each.hits if hit.alert}
    of_party = [row for row in uow.screenings.alerts(case.id) if row.party_id == each.party_id]
    known = {(row.entry, row.fingerprint): row for row in of_party if row.party_version == each.party_version}
    for key, hit in alerting.items():
        row = known.get(key)
        if row is None:
            _raise_alert(deps, uow, case, merchant, each, hit, index.entry(hit.entry).to_json())
            continue
        row.category = _category(row, hit)
        if row.state in (AlertState.OBSOLETE, AlertState.DELISTED):
            row.state = AlertState.OPEN.value
            note(uow, SYSTEM, "alert.returned", row.id, merchant, party=each.party_id)
    current = {row.id for key, row in known.items() if key in alerting}
    for row in of_party:
        if row.state == AlertState.OPEN and row.id not in current:
            row.state = (AlertState.OBSOLETE if _is_listed(index, row.entry) else AlertState.DELISTED).value
            note(uow, SYSTEM, f"alert.{row.state}", row.id, merchant, party=each.party_id)


def _category(row: AlertRow, hit: Hit) -> str:
    """The consequence that the list now gives; a freeze that was confirmed is undone by persons only (R-35)."""
    frozen = row.state == AlertState.CONFIRMED and row.category == "sanction"
    return row.category if frozen else hit.category.value


def _is_listed(index: Index, entry: str) -> bool:
    try:
        index.entry(entry)
    except KeyError:
        return False
    return True


def _raise_alert(
    deps: Deps,
    uow: UnitOfWork,
    case: CaseRow,
    merchant: MerchantRow,
    each: Searched,
    hit: Hit,
    entry: dict[str, object],
) -> None:
    alert_id = new_id("al")
    evidence = {"hit": hit.to_json(), "entry": entry, "query": each.query.to_json()}
    uow.screenings.add_alert(
        AlertRow(
            id=alert_id,
            case_id=case.id,
            party_id=each.party_id,
            party_version=each.party_version,
            run_id=each.run_id,
            entry=hit.entry,
            sources=list(hit.sources),
            category=hit.category.value,
            fingerprint=hit.fingerprint,
            score=hit.score,
            ranking=hit.order,
            state=AlertState.OPEN.value,
            compared=[],
            created_at=uow.now,
            sealed=deps.vault.seal(merchant.key_id, f"alert:{alert_id}", evidence),
        )
    )
    note(uow, SYSTEM, "alert.raised", alert_id, merchant, party=each.party_id)


def _move_on(uow: UnitOfWork, case: CaseRow, merchant: MerchantRow) -> None:
    """Processing ends in review; an open alert or a freeze on an active merchant suspends it at once (CMF L562-4)."""
    state = State(case.state)
    if state is State.PROCESSING:
        casework.advance(uow, case, merchant, Event.CHECKS_COMPLETED, SYSTEM)
        announce(uow, merchant, "merchant_account.updated")
        return
    stops = any(alert.state is AlertState.OPEN or is_freeze(alert) for alert in casework.alert_facts(uow, case))
    if state is State.APPROVED and stops:
        casework.advance(uow, case, merchant, Event.SUSPEND, SYSTEM)
        announce(uow, merchant, "merchant_account.suspended")
