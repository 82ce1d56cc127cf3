# SPDX-License-Identifier: Apache-2.0
"""An officer in a process of its own: takes one order a line, decides at once, answers one line.

An order is JSON with officer, case, version and outcome (approve or refuse); the answer is the case's new state or
the code of the error. Settings come from the environment, as for every program of the installation.
"""

import json
import sys

from kyc.app import build
from kyc.domain.decision import Outcome
from kyc.domain.errors import KycError
from kyc.services import review
from kyc.services.deps import Deps
from kyc.settings import Settings
from tests.acceptance.installation import officer_of

_WHY = "Everything was compared and agrees."


def decide(deps: Deps, order: dict[str, str | int]) -> str:
    """Carry out one order; the state that came of it, or the error's code."""
    outcome = Outcome(str(order["outcome"]))
    try:
        return review.decide(
            deps,
            officer_of(deps, str(order["officer"])),
            str(order["case"]),
            int(order["version"]),
            outcome=outcome,
            rationale=_WHY,
            reason_code="outside_policy" if outcome is Outcome.REFUSE else "",
        ).value
    except KycError as error:
        return error.code


def main() -> None:
    """Say that we are ready, then answer orders until standard input ends."""
    deps = build(Settings()).deps
    deps.policies()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"{decide(deps, json.loads(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
