# SPDX-License-Identifier: Apache-2.0
"""Whatever merchants, officers, lists and the clock do, no case is approved without all that approval needs (R5)."""

import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from kyc.domain.case import State
from tests.properties.case_machine import STARTS, CaseMachine, furnish

BOUNDS = settings(
    derandomize=True,  # the same walk each time, whatever seed the other tests are shuffled by
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def machine(sqlite_url: str, tmp_path: Path) -> type[CaseMachine]:
    """The machine over a furnished house that each example gets a copy of."""
    CaseMachine.merchant_id, CaseMachine.staff = furnish(sqlite_url, tmp_path)
    CaseMachine.template, CaseMachine.visited = tmp_path, Counter()
    return CaseMachine


def walk(machine: type[CaseMachine], examples: int, steps: int) -> None:
    """Let chance take over at each of the places in a case's life."""
    for start in STARTS:
        machine.start = start
        run_state_machine_as_test(machine, settings=settings(BOUNDS, max_examples=examples, stateful_step_count=steps))


def test_a_few_walks_of_chance_break_no_rule_of_the_case(machine: type[CaseMachine]) -> None:
    walk(machine, examples=1, steps=6)
    assert machine.visited["approved"]


@pytest.mark.slow
def test_many_walks_of_chance_reach_every_state_and_break_no_rule_of_the_case(machine: type[CaseMachine]) -> None:
    walk(machine, examples=7, steps=30)
    sys.stdout.write(f"states after an action: {dict(machine.visited)}\n")
    assert set(machine.visited) == {state.value for state in State}
