# SPDX-License-Identifier: Apache-2.0
"""Whatever merchants, officers, lists and the clock do, no case is approved without all that approval needs (R5)."""

import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.case_machine import STARTS, CaseMachine, furnish

pytestmark = pytest.mark.slow

BOUNDS = settings(
    derandomize=True,  # the same walk each time, whatever seed the other tests are shuffled by
    database=None,
    deadline=None,
    phases=(Phase.generate,),  # ids are random, so a failure is shown as it came and not made smaller
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


@pytest.mark.parametrize("part", ["evidence", "measures", "screening"])
def test_an_approval_that_lacks_one_part_is_refused(machine: type[CaseMachine], part: str) -> None:
    machine.start = "clean in review"
    walked = machine()
    walked.begins()
    walked.officer_is_diligent(0, part, "approve")
    assert walked.state.value == "in_review"
    walked.officer_is_diligent(1, "nothing", "approve")
    assert walked.state.value == "approved"
    walked.teardown()


def test_a_few_walks_of_chance_break_no_rule_of_the_case(machine: type[CaseMachine]) -> None:
    walk(machine, examples=1, steps=6)
    assert machine.visited["approved"]


def test_many_walks_of_chance_break_no_rule_of_the_case(machine: type[CaseMachine]) -> None:
    walk(machine, examples=11, steps=25)
    sys.stdout.write(f"states after an action: {dict(machine.visited)}\n")
    assert set(machine.visited) >= {"draft", "in_review", "pending_second_approval", "approved", "suspended"}
