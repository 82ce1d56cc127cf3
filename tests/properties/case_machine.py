# SPDX-License-Identifier: Apache-2.0
"""A case in the hands of chance: merchants, officers, platform, lists and the clock act in any order (promise R5).

The rules below know nothing of what is allowed; most of what they try is refused. What must hold is written down
once more here, from the raw rows, and is compared with what the services do.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kyc.domain.case import EDITABLE, TABLE, Event, State
from kyc.domain.decision import Outcome
from kyc.domain.errors import KycError
from kyc.domain.party import Person, Roles
from kyc.services import accounts, activation, casework, dossier, intake, lists, review
from kyc.services.access import Officer
from kyc.services.duties import run_duties
from kyc.services.oversight import broken_invariants
from kyc.store.tables import AuditRow, CaseRow
from ocr import Reading
from tests.house import COMPANY, DEMO_LIST, MERCHANT, PLATFORM, House, kbis, open_house, passport, person
from tests.properties.case_facts import check_approval, is_fresh

WHY = "Everything was compared and agrees."
ROLES = ("compliance_officer", "compliance_officer", "senior_compliance_officer", "auditor")
PEOPLE = {
    "clean": person(),
    "exposed": person("Anaïs", "Témoin", birth_date=date(1968, 7, 2)),
    "listed": person("Karim", "Fictif", birth_date=date(1979, 3, 14)),
}
ALL = Roles(representative=True, beneficial_owner=True, capital=10_000, votes=10_000)
#: Rows that may come to the list: one names the clean owner, the other nobody.
ROWS = {
    "her": "DEMO,97,person,sanction,Jeanne EXEMPLE,,1980-01-15,FR,,,FICTIONAL,,\n",
    "nobody": "DEMO,99,person,sanction,Odile NOUVELLE,O. Nouvelle,1980-01-15,FR,,,FICTIONAL,,\n",
}
REVIEWED = (State.IN_REVIEW, State.PENDING_SECOND_APPROVAL, State.SUSPENDED)

#: Whose file it is, and how far it has come when chance takes over.
STARTS = ("empty", "clean in review", "listed in review", "exposed decided", "clean decided", "clean suspended")

officers = st.integers(0, len(ROLES) - 1)


def mostly_in(*states: State) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Offer a rule where it can succeed, and at every fifth step anywhere: refusals are proven, but rarely enough."""
    return precondition(lambda self: self.state in states or self.turns % 5 == 0)


def furnish(url: str, folder: Path) -> tuple[str, tuple[Officer, ...]]:
    """Fill a house once, to be copied for each example: lists, staff, an account. Returns its id and the staff."""
    with open_house(url, folder) as house:
        lists.import_file(house.deps, PLATFORM, DEMO_LIST)
        staff = tuple(house.officer(role, f"officer-{number}@example.org") for number, role in enumerate(ROLES))
        return house.account(), staff


class CaseMachine(RuleBasedStateMachine):
    """One merchant's case; `template` is a furnished house with its database at `vestibule.sqlite3`."""

    template: ClassVar[Path]
    merchant_id: ClassVar[str]
    staff: ClassVar[tuple[Officer, ...]]
    start: ClassVar[str]
    visited: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(prefix="vestibule-machine-"))
        shutil.copytree(self.template, self._folder, dirs_exist_ok=True)
        self._opened = open_house(f"sqlite:///{self._folder / 'vestibule.sqlite3'}", self._folder)
        self.house: House = self._opened.__enter__()
        self.list_text = DEMO_LIST.read_text("utf-8")
        self.state, self.seen, self.turns = State.DRAFT, self._head(), 0

    def teardown(self) -> None:
        """The audit chain and all else that must hold in the end; late jobs are the clock's doing."""
        try:
            broken = [each for each in broken_invariants(self.house.deps) if not each.startswith("job_late")]
            assert broken == []
        finally:
            self._opened.__exit__(None, None, None)
            shutil.rmtree(self._folder)

    # merchant

    @mostly_in(*EDITABLE)
    @rule(who=st.sampled_from(sorted(PEOPLE)))
    def merchant_declares(self, who: str) -> None:
        """The company, and one person who is everything; the same person again is a change of that one."""
        deps, merchant = self.house.deps, self.merchant_id
        people = self._people()
        self.attempt(lambda: dossier.declare_company(deps, MERCHANT, merchant, COMPANY))
        self.attempt(
            lambda: dossier.declare_person(deps, MERCHANT, merchant, people[0] if people else None, PEOPLE[who], ALL)
        )

    @mostly_in(*EDITABLE)
    @rule(what=st.sampled_from(("extract", "old extract", "identity", "other identity", "crash")))
    def merchant_uploads(self, what: str) -> None:
        """A file that will be read well, read ill, or not at all."""
        owner = self._owner()
        results: dict[str, Reading | Exception] = {
            "extract": kbis(COMPANY, owner, issued=self.house.deps.today() - timedelta(days=5)),
            "old extract": kbis(COMPANY, owner, issued=self.house.deps.today() - timedelta(days=200)),
            "identity": passport(owner),
            "other identity": passport(person("Autre", "Quidam")),
            "crash": RuntimeError("the reader crashed"),
        }
        of_company = "extract" in what
        people = self._people()
        party = self._company() if of_company or not people else people[0]
        requirement = "registration_document" if party == self._company() else "identity_document"
        self.attempt(lambda: self.house.upload(self.merchant_id, party, requirement, results[what]))

    @mostly_in(*EDITABLE)
    @rule(answer=st.sampled_from(("correct", "disputed", "sent_anyway")))
    def merchant_confirms(self, answer: str) -> None:
        """All that was read."""
        for document in self._documents():
            self.attempt(partial(intake.confirm, self.house.deps, MERCHANT, self.merchant_id, document, answer))

    @mostly_in(*EDITABLE)
    @rule()
    def merchant_submits(self) -> None:
        """The file, whole or not."""
        self.attempt(lambda: dossier.submit(self.house.deps, MERCHANT, self.merchant_id))

    @initialize()
    def begins(self) -> None:
        """From one of the places in a case's life: chance alone would hardly come as far as decisions."""
        if self.start == "empty":
            return
        self.house.complete_file(self.merchant_id, owner=PEOPLE[self.start.partition(" ")[0]])
        self.merchant_submits()
        self.system_works()
        if self.start.endswith(("decided", "suspended")):
            self.officer_is_diligent(0, "nothing", "approve")
        if self.start.endswith("suspended"):
            self.officer_holds_or_reinstates(1, review.suspend)

    # system

    @rule()
    def system_works(self) -> None:
        """Every job that is due."""
        self.house.run_jobs()
        self._follow()

    @rule(hours=st.sampled_from((1, 5, 25, 49, 73)))
    def time_passes(self, hours: int) -> None:
        """Hours or days, and the duties that fall due by then."""
        self.house.clock.move(hours=hours)
        run_duties(self.house.deps, {})
        self._follow()

    @rule(row=st.sampled_from(("", *ROWS)))
    def lists_are_fetched(self, row: str) -> None:
        """Unchanged, or with one more entry; screening everybody again is the jobs' work."""
        if row and ROWS[row] not in self.list_text:
            self.list_text += ROWS[row]
        path = self._folder / "published.csv"
        path.write_text(self.list_text, "utf-8")
        self.house.sources.files[lists.DEMO] = path
        lists.sync(self.house.deps, lists.DEMO)
        self._follow()

    # officers

    @mostly_in(*REVIEWED)
    @rule(who=officers)
    def officer_opens_documents(self, who: int) -> None:
        """Each of them."""
        for document in self._documents():
            self.attempt(partial(review.open_document, self.house.deps, self.staff[who], self._case().id, document))

    @mostly_in(*REVIEWED)
    @rule(who=officers, confirmed=st.booleans(), compared=st.sampled_from((("name", "birth_date"), ("name",))))
    def officer_settles_alerts(self, who: int, confirmed: bool, compared: tuple[str, ...]) -> None:  # noqa: FBT001 - drawn
        """Each of them one way."""
        case = self._case().id
        with self.house.deps.db.read() as view:
            alerts = [row.id for row in view.screenings.alerts(case)]
        for alert in alerts:
            self.attempt(
                partial(
                    review.settle_alert,
                    self.house.deps,
                    self.staff[who],
                    case,
                    alert,
                    confirmed=confirmed,
                    reason_code="different_person",
                    compared=compared,
                    comment="Compared.",
                )
            )

    @mostly_in(*REVIEWED)
    @rule(who=officers, resolution=st.sampled_from(("accepted", "corrected")))
    def officer_resolves_findings(self, who: int, resolution: str) -> None:
        """Each of them one way."""
        case = self._case().id
        with self.house.deps.db.read() as view:
            findings = [row.id for row in view.cases.findings(case)]
        for finding in findings:
            resolve = partial(review.resolve_finding, self.house.deps, self.staff[who], case, finding)
            self.attempt(partial(resolve, resolution=resolution, comment="Compared."))

    @mostly_in(*REVIEWED)
    @rule(who=officers, measures=st.sampled_from((("document_copy", "first_payment"), ("document_copy",))))
    def officer_records_measures(self, who: int, measures: tuple[str, ...]) -> None:
        """For every party."""
        for party in (self._company(), *self._people()):
            for measure in measures:
                record = partial(review.record_measure, self.house.deps, self.staff[who], self._case().id, party)
                self.attempt(partial(record, measure=measure, evidence="Seen."))

    @mostly_in(*REVIEWED)
    @rule(
        who=officers,
        leaving_out=st.sampled_from(("nothing", "evidence", "findings", "measures", "alerts", "screening")),
        then=st.sampled_from(("approve", "reinstate", "agree")),
    )
    def officer_is_diligent(self, who: int, leaving_out: str, then: str) -> None:
        """Does everything that comes before a decision, or all but one part of it, and decides."""
        self.system_works()
        if leaving_out != "evidence":
            self.officer_opens_documents(who)
        if leaving_out != "findings":
            self.officer_resolves_findings(who, "accepted")
        if leaving_out != "measures":
            self.officer_records_measures(who, ("document_copy", "first_payment"))
        if leaving_out != "alerts":
            self.officer_settles_alerts(who, confirmed=True, compared=("name", "birth_date"))
        if leaving_out == "screening":
            self.lists_are_fetched("nobody")
        if then == "approve":
            self.officer_decides(who, Outcome.APPROVE, late=False)
        elif then == "reinstate":
            self.officer_holds_or_reinstates(who, review.reinstate)
        else:
            self.second_officer_decides(who, approve=True)

    @mostly_in(State.IN_REVIEW)
    @rule(who=officers, outcome=st.sampled_from(Outcome), late=st.booleans())
    def officer_decides(self, who: int, outcome: Outcome, late: bool) -> None:  # noqa: FBT001 - drawn
        """On what stands now, or on what stood before somebody else acted."""
        case = self._case()
        version = case.version - 1 if late else case.version
        reason = "outside_policy" if outcome is Outcome.REFUSE else ""
        done = self.attempt(
            lambda: review.decide(
                self.house.deps, self.staff[who], case.id, version, outcome=outcome, rationale=WHY, reason_code=reason
            )
        )
        assert not (done and late)

    @mostly_in(State.PENDING_SECOND_APPROVAL)
    @rule(who=officers, approve=st.booleans())
    def second_officer_decides(self, who: int, approve: bool) -> None:  # noqa: FBT001 - drawn
        """Agrees or sends back."""
        case = self._case()
        proposed_by = case.proposed_by
        done = self.attempt(
            lambda: review.second_decision(
                self.house.deps, self.staff[who], case.id, case.version, approve=approve, rationale=WHY
            )
        )
        assert not (done and proposed_by == self.staff[who].id)

    @mostly_in(State.APPROVED, State.SUSPENDED)
    @rule(who=officers, what=st.sampled_from((review.suspend, review.reinstate)))
    def officer_holds_or_reinstates(self, who: int, what: Callable[..., object]) -> None:
        """An active merchant, or a suspended one."""
        case = self._case()
        self.attempt(lambda: what(self.house.deps, self.staff[who], case.id, case.version, WHY))

    @mostly_in(State.IN_REVIEW)
    @rule(who=officers)
    def officer_asks_for_more(self, who: int) -> None:
        """A newer extract."""
        case = self._case()
        items = (("company.registration_document", "document_too_old"),)
        self.attempt(lambda: review.request_information(self.house.deps, self.staff[who], case.id, case.version, items))

    @mostly_in(State.INFO_REQUESTED)
    @rule(who=officers)
    def officer_recalls(self, who: int) -> None:
        """The request."""
        case = self._case()
        self.attempt(lambda: review.recall(self.house.deps, self.staff[who], case.id, case.version))

    @precondition(lambda self: self.turns > 10)
    @rule()
    def platform_ends_the_relationship(self) -> None:
        """Late: little can happen afterwards."""
        self.attempt(self._end)

    # what must hold

    @invariant()
    def the_gate_is_open_exactly_for_an_approved_and_fresh_case(self) -> None:
        """Both ways: never open in doubt, and not closed without a reason."""
        self.turns += 1
        answer = activation.ask_gate(self.house.deps, self.merchant_id, livemode=False)
        with self.house.deps.db.read() as view:
            case = view.cases.of_merchant(self.merchant_id)
            expected = case.state == State.APPROVED and is_fresh(view, case, self.house.clock.now())
        assert answer.allowed == expected
        assert (answer.reason is None) == answer.allowed

    def attempt(self, action: Callable[[], object]) -> bool:
        """Whether it was done; where it was refused, nothing has changed."""
        before = self._snapshot()
        try:
            action()
        except KycError:
            assert self._snapshot() == before
            return False
        self._follow()
        return True

    def _follow(self) -> None:
        """Every change of state since the last look is a row of the table, by somebody who may; approvals are sound."""
        with self.house.deps.db.read() as view:
            rows = [row for row in view.audit.of_merchant(self.merchant_id) if row.seq > self.seen]
            case = view.cases.of_merchant(self.merchant_id)
            for row in rows:
                if row.verb.startswith("case.") and b"->" in row.body:
                    self._check_transition(row)
                    if self.state is State.APPROVED:
                        check_approval(view, case, self.staff)
            self.seen = max((row.seq for row in rows), default=self.seen)
            assert case.state == self.state.value
        self.visited[self.state.value] += 1

    def _check_transition(self, row: AuditRow) -> None:
        before, _, after = row.body.decode().strip('"').partition("->")
        known = TABLE[State(before), Event(row.verb.removeprefix("case."))]
        assert before == self.state.value
        assert known.target.value == after
        assert row.actor_kind in {kind.value for kind in known.actors}
        self.state = State(after)

    def _snapshot(self) -> tuple[object, ...]:
        with self.house.deps.db.read() as view:
            case = view.cases.of_merchant(self.merchant_id)
            counts = (
                len(view.cases.decisions(case.id)),
                len(view.cases.measures(case.id)),
                len(view.cases.requests(case.id)),
                len(view.outbox.of_merchant(self.merchant_id)),
                len(view.documents.of_merchant(self.merchant_id, superseded=True)),
            )
            return (case.version, case.state, view.audit.head(), counts, tuple(self.house.deps.blobs.names()))

    def _head(self) -> int:
        with self.house.deps.db.read() as view:
            return view.audit.head()[0]

    def _case(self) -> CaseRow:
        with self.house.deps.db.read() as view:
            return view.cases.of_merchant(self.merchant_id)

    def _company(self) -> str:
        with self.house.deps.db.read() as view:
            return view.merchants.company(self.merchant_id).id

    def _people(self) -> list[str]:
        with self.house.deps.db.read() as view:
            return [row.id for row in view.merchants.parties(self.merchant_id) if row.kind == "person"]

    def _documents(self) -> list[str]:
        with self.house.deps.db.read() as view:
            return [row.id for row in view.documents.of_merchant(self.merchant_id)]

    def _owner(self) -> Person:
        """Who was declared, or who would be."""
        people = self._people()
        if not people:
            return PEOPLE["clean"]
        with self.house.deps.db.read() as view:
            merchant = view.merchants.get(self.merchant_id)
            return casework.person_of(self.house.deps.vault, merchant, view.merchants.party(people[0], merchant.id))

    def _end(self) -> None:
        deps = self.house.deps
        with deps.db.write() as uow:
            accounts.end_relationship(deps, uow, PLATFORM, self.merchant_id, deps.today(), livemode=False)
