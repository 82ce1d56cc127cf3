# SPDX-License-Identifier: Apache-2.0
"""The table of a case: what may follow what, and who may cause it."""

import pytest

from kyc.domain.case import FINAL, SYSTEM, TABLE, Actor, ActorKind, Event, State, mermaid, transition
from kyc.domain.errors import ConflictError, ForbiddenError

ACTORS = [Actor(kind, "x") for kind in ActorKind]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_an_event_without_a_row_changes_nothing_whoever_sends_it(state: State, event: Event) -> None:
    if (state, event) in TABLE:
        return
    for actor in ACTORS:
        with pytest.raises(ConflictError, match="ILLEGAL_TRANSITION"):
            transition(state, event, actor)


@pytest.mark.parametrize(("state", "event"), TABLE)
def test_only_the_actors_of_a_row_may_cause_it(state: State, event: Event) -> None:
    rule = TABLE[state, event]
    for actor in ACTORS:
        if actor.kind in rule.actors:
            assert transition(state, event, actor) is rule.target
        else:
            with pytest.raises(ForbiddenError):
                transition(state, event, actor)


@pytest.mark.parametrize("state", State)
def test_no_machine_merchant_or_platform_approves_refuses_or_reinstates(state: State) -> None:
    for event in (Event.APPROVE, Event.REFUSE, Event.REINSTATE, Event.PROPOSE_APPROVAL):
        for actor in (SYSTEM, Actor(ActorKind.MERCHANT, "m"), Actor(ActorKind.PLATFORM, "p")):
            with pytest.raises((ConflictError, ForbiddenError)):
                transition(state, event, actor)


def test_a_final_state_has_no_way_out() -> None:
    assert not [state for state, _ in TABLE if state in FINAL]


def test_every_state_can_be_reached_from_a_draft_and_has_a_way_on_unless_it_is_final() -> None:
    reached = {State.DRAFT}
    for _ in State:
        reached |= {rule.target for (state, _), rule in TABLE.items() if state in reached}
    assert reached == set(State)
    assert {state for state, _ in TABLE} == set(State) - FINAL


def test_the_diagram_names_every_row() -> None:
    drawn = mermaid()
    for (state, event), rule in TABLE.items():
        assert f"{state} --> {rule.target}: {event} " in drawn
