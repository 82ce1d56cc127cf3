# SPDX-License-Identifier: Apache-2.0
"""A seeded sequence of SIGKILLs: a victim is chosen, killed whole, alone or in one child, and started again."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.acceptance.processes import Program


@dataclass(frozen=True, slots=True)
class Victim:
    """A program, how often it is chosen beside the others, and the ways in which it may die.

    `whole` is the process with its group, `alone` the process without its children, `child` one of its children.
    """

    program: Program
    weight: int
    ways: tuple[str, ...] = ("whole",)


def burn(victims: Sequence[Victim], *, kills: int, seed: int, pause: tuple[float, float]) -> Counter[str]:
    """Kill so many times, `pause` seconds apart (from, to); how often each died in which way. All run at the end."""
    dice, killed = random.Random(seed), Counter[str]()
    first = list(victims)  # everybody dies at least once
    dice.shuffle(first)
    while killed.total() < kills:
        time.sleep(dice.uniform(*pause))
        victim = first.pop() if first else dice.choices(victims, [each.weight for each in victims])[0]
        way = dice.choice(victim.ways)
        if way == "child":
            if not victim.program.kill_child(dice.choice):
                continue
        else:
            victim.program.kill(whole_group=way == "whole")
            time.sleep(dice.uniform(0.1, 1.0))
            victim.program.start()
        killed[f"{victim.program.name} {way}"] += 1
    return killed
