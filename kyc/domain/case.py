# SPDX-License-Identifier: Apache-2.0
"""The life of a case: states, events and the one table that says what may follow what.

The states are those of requirement R-1. No row of the table lets a machine approve or refuse:
the decision belongs to a human (policy section 4; AMLR article 76(5)(b)).
"""

from dataclasses import dataclass
from enum import StrEnum

from kyc.domain.errors import ConflictError, ForbiddenError


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    PROCESSING = "processing"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    PENDING_SECOND_APPROVAL = "pending_second_approval"
    APPROVED = "approved"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


class Event(StrEnum):
    """What can happen to a case."""

    SUBMIT = "submit"
    CHECKS_COMPLETED = "checks_completed"
    REQUEST_INFORMATION = "request_information"
    PROPOSE_APPROVAL = "propose_approval"
    APPROVE = "approve"
    REFUSE = "refuse"
    SEND_BACK = "send_back"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"
    END_RELATIONSHIP = "end_relationship"


class ActorKind(StrEnum):
    """Who acts."""

    MERCHANT = "merchant"
    OFFICER = "officer"
    PLATFORM = "platform"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts, as the audit trail names it."""

    kind: ActorKind
    id: str


SYSTEM = Actor(ActorKind.SYSTEM, "system")

_MERCHANT = frozenset({ActorKind.MERCHANT})
_OFFICER = frozenset({ActorKind.OFFICER})
_SYSTEM = frozenset({ActorKind.SYSTEM})
_LEAVING = frozenset({ActorKind.MERCHANT, ActorKind.PLATFORM, ActorKind.OFFICER})
_ENDING = frozenset({ActorKind.PLATFORM, ActorKind.OFFICER})


@dataclass(frozen=True, slots=True)
class Rule:
    """What an event leads to, and who may cause it."""

    target: State
    actors: frozenset[ActorKind]


TABLE: dict[tuple[State, Event], Rule] = {
    (State.DRAFT, Event.SUBMIT): Rule(State.PROCESSING, _MERCHANT),
    (State.DRAFT, Event.WITHDRAW): Rule(State.WITHDRAWN, _LEAVING),
    (State.PROCESSING, Event.CHECKS_COMPLETED): Rule(State.IN_REVIEW, _SYSTEM),
    (State.PROCESSING, Event.WITHDRAW): Rule(State.WITHDRAWN, _LEAVING),
    (State.IN_REVIEW, Event.REQUEST_INFORMATION): Rule(State.INFO_REQUESTED, _OFFICER),
    (State.IN_REVIEW, Event.PROPOSE_APPROVAL): Rule(State.PENDING_SECOND_APPROVAL, _OFFICER),
    (State.IN_REVIEW, Event.APPROVE): Rule(State.APPROVED, _OFFICER),
    (State.IN_REVIEW, Event.REFUSE): Rule(State.REFUSED, _OFFICER),
    (State.IN_REVIEW, Event.WITHDRAW): Rule(State.WITHDRAWN, _LEAVING),
    (State.INFO_REQUESTED, Event.SUBMIT): Rule(State.PROCESSING, _MERCHANT),
    (State.INFO_REQUESTED, Event.SEND_BACK): Rule(State.PROCESSING, _OFFICER),
    (State.INFO_REQUESTED, Event.WITHDRAW): Rule(State.WITHDRAWN, _LEAVING),
    (State.PENDING_SECOND_APPROVAL, Event.APPROVE): Rule(State.APPROVED, _OFFICER),
    (State.PENDING_SECOND_APPROVAL, Event.REFUSE): Rule(State.REFUSED, _OFFICER),
    (State.PENDING_SECOND_APPROVAL, Event.SEND_BACK): Rule(State.IN_REVIEW, _OFFICER),
    (State.PENDING_SECOND_APPROVAL, Event.SUSPEND): Rule(State.SUSPENDED, _OFFICER),
    (State.PENDING_SECOND_APPROVAL, Event.END_RELATIONSHIP): Rule(State.TERMINATED, _ENDING),
    (State.PENDING_SECOND_APPROVAL, Event.WITHDRAW): Rule(State.WITHDRAWN, _LEAVING),
    (State.APPROVED, Event.SUSPEND): Rule(State.SUSPENDED, frozenset({ActorKind.SYSTEM, ActorKind.OFFICER})),
    (State.APPROVED, Event.END_RELATIONSHIP): Rule(State.TERMINATED, _ENDING),
    (State.SUSPENDED, Event.PROPOSE_APPROVAL): Rule(State.PENDING_SECOND_APPROVAL, _OFFICER),
    (State.SUSPENDED, Event.REINSTATE): Rule(State.APPROVED, _OFFICER),
    (State.SUSPENDED, Event.END_RELATIONSHIP): Rule(State.TERMINATED, _ENDING),
}

#: States in which nothing more is decided; the retention clock runs from entering them.
FINAL = frozenset({State.REFUSED, State.WITHDRAWN, State.TERMINATED})
#: States in which the merchant may change the file.
EDITABLE = frozenset({State.DRAFT, State.INFO_REQUESTED})


def transition(state: State, event: Event, actor: Actor) -> State:
    """The state that `event` by `actor` leads to; ConflictError or ForbiddenError where the table has no such row."""
    rule = TABLE.get((state, event))
    if rule is None:
        raise ConflictError("ILLEGAL_TRANSITION", state=state.value, event=event.value)
    if actor.kind not in rule.actors:
        raise ForbiddenError("ACTOR_NOT_ALLOWED", event=event.value)
    return rule.target


def mermaid() -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    lines += [
        f"    {source} --> {rule.target}: {event} ({', '.join(sorted(rule.actors))})"
        for (source, event), rule in TABLE.items()
    ]
    lines += [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join(lines) + "\n"
