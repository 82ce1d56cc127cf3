# SPDX-License-Identifier: Apache-2.0
"""The merchant's own work on the file: company, people, confirmation, submission.

What is typed is kept even where it is not complete yet: leaving and coming back loses nothing.
"""

from dataclasses import fields
from datetime import timedelta

from kyc.domain.case import EDITABLE, Actor, Event, State
from kyc.domain.errors import ConflictError, FieldProblem, InvalidError
from kyc.domain.party import (
    Address,
    Company,
    Person,
    Roles,
    company_problems,
    person_problems,
    roles_problems,
    shares_problems,
)
from kyc.domain.requirement import ready_to_submit
from kyc.services import casework, reading
from kyc.services.deps import Deps
from kyc.services.trail import announce, note, note_personal
from kyc.store.ids import new_id
from kyc.store.tables import MerchantRow, PartyRow
from kyc.store.uow import UnitOfWork

_Declared = Company | Person | Roles | Address


def declare_company(
    deps: Deps, actor: Actor, merchant_id: str, company: Company, *, seen: int | None = None
) -> tuple[FieldProblem, ...]:
    """Keep what was typed and return what is still missing or wrong.

    `seen` is the version that the form showed: where another window changed it meanwhile, nothing is kept and
    InvalidError names the fields that differ, so that neither side is lost unseen.
    """
    problems = company_problems(company)
    with deps.db.write() as uow:
        merchant = _open_file(uow, merchant_id)
        row = uow.merchants.company(merchant_id)
        stored = casework.company_of(deps.vault, merchant, row)
        if stored != company:
            _must_be_seen(row, seen, _differences(stored, company))
            _store(deps, uow, actor, merchant, row, company)
        row.complete = not problems
    return problems


def declare_person(
    deps: Deps,
    actor: Actor,
    merchant_id: str,
    person_id: str | None,
    person: Person,
    roles: Roles,
    *,
    seen: int | None = None,
) -> tuple[str, tuple[FieldProblem, ...]]:
    """Enter or change a person; returns the id and what is still missing or wrong.

    Shares outside 0 to 100 % are not kept: the database would refuse them too. The same person entered twice
    (a double click, two tabs) is one person.
    """
    wrong_roles = roles_problems(roles)
    if any(problem.field in ("capital", "votes") for problem in wrong_roles):
        raise InvalidError("FORM_INVALID", problems=wrong_roles)
    problems = (*person_problems(person, deps.today()), *wrong_roles)
    with deps.db.write() as uow:
        merchant = _open_file(uow, merchant_id)
        people = [row for row in uow.merchants.parties(merchant_id) if row.kind == "person"]
        person_id = person_id or _twin(deps, merchant, people, person, roles)
        others = [row for row in people if row.id != person_id]
        if too_much := shares_problems((roles, *map(casework.roles_of, others))):
            raise InvalidError("FORM_INVALID", problems=too_much)
        row = uow.merchants.party(person_id, merchant_id) if person_id else _new_person(deps, uow, merchant)
        if row.kind != "person":
            raise InvalidError("FORM_INVALID")
        stored, held = casework.person_of(deps.vault, merchant, row), casework.roles_of(row)
        if stored != person or held != roles:
            _must_be_seen(row, seen, (*_differences(stored, person), *_differences(held, roles)))
            row.representative, row.beneficial_owner = roles.representative, roles.beneficial_owner
            row.capital, row.votes = roles.capital, roles.votes
            _store(deps, uow, actor, merchant, row, person)
        row.complete = not problems
        return row.id, problems


def remove_person(deps: Deps, actor: Actor, merchant_id: str, person_id: str) -> None:
    """Take a person out of the file; what was known stays until the file's own end (no clock of its own)."""
    with deps.db.write() as uow:
        merchant = _open_file(uow, merchant_id)
        row = uow.merchants.party(person_id, merchant_id)
        if row.kind != "person":
            raise InvalidError("FORM_INVALID")
        row.removed_at = uow.now
        for document in uow.documents.of_merchant(merchant_id):
            if document.party_id == person_id:
                document.state = "superseded"
        note(uow, actor, "party.removed", person_id, merchant)


def submit(deps: Deps, actor: Actor, merchant_id: str) -> None:
    """Hand the file in: checks and screening start; ConflictError FILE_INCOMPLETE where something is owed."""
    with deps.db.write() as uow:
        merchant = _open_file(uow, merchant_id)
        policies = deps.policies()
        if not ready_to_submit(casework.requirements_of(uow, merchant_id, policies)):
            raise ConflictError("FILE_INCOMPLETE")
        case = uow.cases.of_merchant(merchant_id)
        due = uow.now + timedelta(days=policies.thresholds.review.target_days)
        casework.advance(uow, case, merchant, Event.SUBMIT, actor, submitted_at=uow.now, due_at=due, assessed_at=None)
        for request in uow.cases.requests(case.id):
            request.answered_at = request.answered_at or uow.now
        uow.enqueue("assess", case.id)
        announce(uow, merchant, "merchant_account.updated")


def _open_file(uow: UnitOfWork, merchant_id: str) -> MerchantRow:
    merchant = uow.merchants.locked(merchant_id)
    if State(uow.cases.of_merchant(merchant_id).state) not in EDITABLE:
        raise ConflictError("FILE_CLOSED")
    return merchant


def _twin(deps: Deps, merchant: MerchantRow, people: list[PartyRow], person: Person, roles: Roles) -> str | None:
    """The id of a person of the file of whom exactly the same was declared."""
    same = (
        row.id
        for row in people
        if casework.roles_of(row) == roles and casework.person_of(deps.vault, merchant, row) == person
    )
    return next(same, None)


def _must_be_seen(row: PartyRow, seen: int | None, differing: tuple[str, ...]) -> None:
    if seen is not None and row.version != seen:
        problems = tuple(FieldProblem(field, "changed_elsewhere") for field in differing)
        raise InvalidError("CHANGED_ELSEWHERE", problems=problems)


def _differences(old: _Declared, new: _Declared) -> tuple[str, ...]:
    """Names of the fields in which two values differ, as forms call them."""
    names: list[str] = []
    for each in fields(old):
        before, after = getattr(old, each.name), getattr(new, each.name)
        if before == after:
            continue
        if isinstance(before, Address):
            names += [
                f"address.{part.name}"
                for part in fields(before)
                if getattr(before, part.name) != getattr(after, part.name)
            ]
        else:
            names.append("roles" if each.name in ("representative", "beneficial_owner") else each.name)
    return tuple(dict.fromkeys(names))


def _new_person(deps: Deps, uow: UnitOfWork, merchant: MerchantRow) -> PartyRow:
    party_id = new_id("pt")
    row = PartyRow(
        id=party_id,
        merchant_id=merchant.id,
        kind="person",
        version=1,
        sealed=deps.vault.seal(merchant.key_id, f"party:{party_id}", Person().to_json()),
        created_at=uow.now,
    )
    uow.merchants.add_party(row)
    return row


def _store(
    deps: Deps, uow: UnitOfWork, actor: Actor, merchant: MerchantRow, row: PartyRow, value: Company | Person
) -> None:
    """A change makes a new version, to which screening and cleared alerts are bound; the trail keeps the old one."""
    row.version += 1
    row.sealed = deps.vault.seal(merchant.key_id, f"party:{row.id}", value.to_json())
    particulars = {"version": row.version, "value": value.to_json(), "shares": [row.capital, row.votes]}
    note_personal(deps, uow, actor, "party.declared", row.id, merchant, particulars)
    reading.compare_again(deps, uow, merchant, row.id)
