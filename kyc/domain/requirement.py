# SPDX-License-Identifier: Apache-2.0
"""What a merchant's file still owes, evaluated from policy data and what the file holds.

The names of requirements follow the public contract of the merchant accounts API
(`company.registration_document`, `person.{id}.identity_document`), so pages and API show the same list.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kyc.domain.party import Roles
from kyc.domain.policy import RequirementsPolicy


class Status(StrEnum):
    """Where one requirement stands, in the merchant's terms."""

    TO_DO = "to_do"
    BEING_CHECKED = "being_checked"
    TO_FIX = "to_fix"
    DONE = "done"


class DocumentState(StrEnum):
    """The life of one uploaded file."""

    RECEIVED = "received"
    READ = "read"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    SUPERSEDED = "superseded"


#: What a reading says of a card of which it saw one side only.
HALVES = ("document_missing_front", "document_missing_back")


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """One file of the merchant: the requirement it answers, whose it is, and how far reading is.

    `problem` is the code that is shown to the merchant where the file should be replaced; `confirmed` says that
    the merchant answered for it: the reading is right, or the file is to be looked at by a person as it is.
    """

    id: str
    requirement: str
    party_id: str
    state: DocumentState
    confirmed: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """One person of the file: roles, and whether all that is asked about them is filled in."""

    id: str
    roles: Roles
    complete: bool


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing the file owes: its contract name, subject, state and the files that answer it."""

    name: str
    code: str
    party_id: str | None
    status: Status
    document_ids: tuple[str, ...] = ()
    problem: str | None = None


def is_owner_by_share(roles: Roles, policy: RequirementsPolicy) -> bool:
    """True where the declared capital or votes pass the threshold in force (R561-1; AMLR 52 from 2027-07-10)."""
    share = max(roles.capital, roles.votes)
    return share >= policy.owner_threshold if policy.owner_threshold_inclusive else share > policy.owner_threshold


def evaluate(
    *,
    company_id: str,
    company_complete: bool,
    people: Sequence[HeldPerson],
    documents: Sequence[HeldDocument],
    policy: RequirementsPolicy,
) -> tuple[Requirement, ...]:
    """Every requirement of this file in the order in which a person would answer them."""
    result = [
        Requirement("company.details", "company_details", company_id, _done(filled=company_complete)),
        _document_requirement("company.registration_document", "registration_document", company_id, documents),
        Requirement(
            "company.representative",
            "representative_details",
            None,
            _done(filled=any(person.roles.representative for person in people)),
        ),
        Requirement(
            "company.beneficial_owners",
            "owners_details",
            None,
            _done(filled=any(person.roles.beneficial_owner for person in people)),
        ),
    ]
    for person in people:
        name = f"person.{person.id}"
        result.append(Requirement(f"{name}.details", "person_details", person.id, _done(filled=person.complete)))
        if any(getattr(person.roles, role) for role in policy.identity_document_for):
            result.append(_document_requirement(f"{name}.identity_document", "identity_document", person.id, documents))
    return tuple(result)


def _done(*, filled: bool) -> Status:
    return Status.DONE if filled else Status.TO_DO


def both_sides(problems: Collection[str | None]) -> bool:
    """True where one file lacks the back and another the front: together they are the whole card."""
    return set(HALVES) <= set(problems)


def _document_requirement(name: str, code: str, party_id: str, documents: Sequence[HeldDocument]) -> Requirement:
    """One good file is enough; a refused one beside it only matters while there is no good one."""
    mine = [
        each
        for each in documents
        if (each.requirement, each.party_id) == (code, party_id) and each.state is not DocumentState.SUPERSEDED
    ]
    ids = tuple(each.id for each in mine)
    read = [each for each in mine if each.state is DocumentState.READ]
    halves = HALVES if both_sides([each.problem for each in read]) else ()
    good = [each for each in read if each.problem is None or each.problem in halves]
    if any(each.confirmed for each in good):
        return Requirement(name, code, party_id, Status.DONE, ids)
    if good:
        return Requirement(name, code, party_id, Status.TO_DO, ids, "confirm_reading")
    if any(each.confirmed or each.state is DocumentState.RECEIVED for each in mine):
        return Requirement(name, code, party_id, Status.BEING_CHECKED, ids)
    if mine:
        return Requirement(name, code, party_id, Status.TO_FIX, ids, mine[-1].problem)
    return Requirement(name, code, party_id, Status.TO_DO)


def ready_to_submit(requirements: Sequence[Requirement]) -> bool:
    """True where nothing waits for the merchant; what is still being read does not hold up a submission."""
    return all(each.status in (Status.DONE, Status.BEING_CHECKED) for each in requirements)
