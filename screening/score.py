# SPDX-License-Identifier: Apache-2.0
"""From agreeing names and facts to a score between 0 and 1 whose reasons add up to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from screening.explain import Reason, explain_limit, explain_name, explain_spelling
from screening.facts import Fact
from screening.forms import Form
from screening.names import NameScore, PreparedName
from screening.parameters import PARAMETERS
from screening.results import Contribution

_DIGITS: Final = 6
_FACTS: Final = PARAMETERS["facts"]
ALERT: Final = float(PARAMETERS["threshold"]["alert"])
SHOWN: Final = float(PARAMETERS["threshold"]["shown"])


@dataclass(frozen=True, slots=True)
class Scored:
    """A name found for a form of the query, with the facts of one entry and the score 0..1."""

    form: Form
    listed: PreparedName
    name: NameScore
    weak_alias: float
    facts: tuple[Fact, ...]
    score: float

    @property
    def alert(self) -> bool:
        """Return whether an officer must look at it."""
        return self.score >= ALERT


def name_value(form: Form, name: NameScore, weak_alias: float) -> float:
    """Return the value of the names alone: likeness less the cost of the reading and the alias."""
    return max(0.0, name.value - form.penalty - weak_alias)


def score(
    form: Form,
    listed: PreparedName,
    name: NameScore,
    weak_alias: float,
    facts: tuple[Fact, ...],
) -> Scored:
    """Return the score of a name with the facts of its entry."""
    total = name_value(form, name, weak_alias) + sum(fact.points for fact in facts)
    if any(fact.feature == "identifier" for fact in facts):
        total = max(total, float(_FACTS["identifier_floor"]))
    return Scored(form, listed, name, weak_alias, facts, round(min(1.0, max(0.0, total)), _DIGITS))


def contributions(scored: Scored, spelling: str) -> tuple[Contribution, ...]:
    """Return the reasons of a score against a spelling of the list; their rounded points add up to it exactly.

    The last one has no points: it says what was compared with what.
    """
    reasons: list[Reason] = list(explain_name(scored.form, scored.listed, scored.name, scored.weak_alias))
    reasons += [Reason(fact.feature, fact.points, fact.text_en, fact.text_fr) for fact in scored.facts]
    found = _rounded(reasons)
    if not found and not scored.score:
        return ()
    missing = round(scored.score - sum(reason.points for reason in found), _DIGITS)
    compared = explain_spelling(scored.form, spelling)
    last = Contribution(compared.feature, compared.points, compared.text_en, compared.text_fr)
    return (*_balanced(found, missing), last)


def _rounded(reasons: Sequence[Reason]) -> list[Contribution]:
    return [
        Contribution(r.feature, round(r.points, _DIGITS), r.text_en, r.text_fr)
        for r in reasons
        if round(r.points, _DIGITS) or r.feature.startswith("identifier")
    ]


def _balanced(found: list[Contribution], missing: float) -> tuple[Contribution, ...]:
    """Give what is missing to the identifier's floor or to the limits 0 and 1."""
    if not missing:
        return tuple(found)
    for position, reason in enumerate(found):
        if reason.feature == "identifier" and missing > 0:
            points = round(reason.points + missing, _DIGITS)
            found[position] = Contribution(reason.feature, points, reason.text_en, reason.text_fr)
            return tuple(found)
    if found and abs(missing) < 1e-4:
        first = found[0]
        points = round(first.points + missing, _DIGITS)
        found[0] = Contribution(first.feature, points, first.text_en, first.text_fr)
        return tuple(found)
    limit = explain_limit(missing)
    return (*found, Contribution(limit.feature, missing, limit.text_en, limit.text_fr))
