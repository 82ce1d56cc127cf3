# SPDX-License-Identifier: Apache-2.0
"""What each engine finds and whom it alerts on wrongly: every measure but time and memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from screening.bench import figures
from screening.bench.civil import FrenchNames, french_look, listed_forms
from screening.bench.damage import ORIGINAL_SCRIPT, Case, hard_sets
from screening.bench.engines import Answer, Engine, Ground
from screening.bench.labelled import Pair, crosslist, entity_checks, name_only, name_pairs, ordinary, people
from screening.models import Entry
from screening.results import Query

ALLOWED: Final = 0.01  # the share of ordinary people at which engines are compared
_CURVE: Final = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many persons each set has, and how many ordinary people are asked about."""

    hard: int
    forms: int
    ordinary_step: int
    un_step: int = 1


FULL: Final = Sizes(hard=300, forms=300, ordinary_step=20)
SLOW: Final = Sizes(hard=150, forms=100, ordinary_step=40)  # for a peer of 40 ms a query
QUICK: Final = Sizes(hard=25, forms=15, ordinary_step=200, un_step=6)


@dataclass(frozen=True, slots=True)
class Sets:
    """Everything that is asked: the labelled sets and those made from listed persons."""

    pairs: Sequence[Pair]
    checks: Sequence[Pair]
    cross: Sequence[Pair]
    un: Sequence[Query]
    hard: Mapping[str, Sequence[Case]]
    forms: Mapping[str, Sequence[Case]]
    ordinary: Sequence[Query]
    look: Sequence[Query]

    @classmethod
    def make(cls, data: Path, entries: Sequence[Entry], sizes: Sizes, seed: int) -> "Sets":
        """Read and make all sets; the persons are drawn from the entries by the seed."""
        names = FrenchNames.read(data)
        innocent = ordinary(data, sizes.ordinary_step)
        return cls(
            pairs=name_pairs(data),
            checks=entity_checks(data),
            cross=crosslist(data),
            un=[name_only(q) for q in people(data / "screening/un_persons_perturbed.csv")[:: sizes.un_step]],
            hard=hard_sets(entries, sizes.hard, seed),
            forms=listed_forms(entries, names, sizes.forms, seed),
            ordinary=innocent,
            look=french_look(innocent, names, seed),
        )


def measure(engine: Engine, sets: Sets, ground: Ground, un: Ground) -> dict[str, Any]:
    """Return every measure of one engine as JSON types; shares between 0 and 1."""
    innocent = engine.search(ground, [name_only(query) for query in sets.ordinary])
    return {
        "threshold": engine.threshold,
        "pairs": measure_pairs(engine, sets.pairs),
        "checks": measure_checks(engine, sets.checks),
        "cross": measure_cross(engine, sets.cross),
        "un": measure_un(engine, sets, un),
        "hard": measure_hard(engine, sets.hard, ground, innocent),
        "forms": measure_forms(engine, sets, ground, innocent),
    }


def measure_pairs(engine: Engine, pairs: Sequence[Pair]) -> dict[str, Any]:
    """Name pairs: F1 at the shipped threshold, AUC, ROC, STRONG pairs decided wrongly."""
    labels, scores = [pair.label for pair in pairs], engine.pairs(pairs)
    alerts = [score >= engine.threshold for score in scores]
    wrong = [p.strong and p.label != alert for p, alert in zip(pairs, alerts, strict=True)]
    return {
        "n": len(pairs),
        "f1": _round(figures.f1(labels, alerts)),
        "auc": _round(figures.auc(labels, scores)),
        "strong_wrong": sum(wrong),
        "roc": [[_round(false), _round(true)] for false, true in figures.roc(labels, scores)],
    }


def measure_checks(engine: Engine, checks: Sequence[Pair]) -> dict[str, Any]:
    """Entity checks: share decided as labelled."""
    scores = engine.pairs(checks)
    right = sum((score >= engine.threshold) == check.label for score, check in zip(scores, checks, strict=True))
    return {"n": len(checks), "accuracy": _round(right / len(checks))}


def measure_cross(engine: Engine, pairs: Sequence[Pair]) -> dict[str, Any]:
    """Cross-list pairs: recall, and hard negatives alerted."""
    scores = engine.pairs(pairs)
    good = [score for score, pair in zip(scores, pairs, strict=True) if pair.label]
    bad = [score for score, pair in zip(scores, pairs, strict=True) if not pair.label]
    return {
        "n": [len(good), len(bad)],
        "recall": _round(figures.share_at(good, engine.threshold)),
        "negatives_alerted": _round(figures.share_at(bad, engine.threshold)),
    }


def measure_un(engine: Engine, sets: Sets, ground: Ground) -> dict[str, Any]:
    """Perturbed UN persons, names alone, against the UN list: recall at the shipped point and at 1 %."""
    innocent = engine.search(ground, [name_only(query) for query in sets.ordinary])
    mark = figures.threshold_at([answer.best for answer in innocent], ALLOWED)
    found = [answer.best for answer in engine.search(ground, sets.un)]
    return {
        "n": len(found),
        "n_ordinary": len(innocent),
        "threshold_at_1pct": _round(mark),
        "shipped": _round(figures.share_at(found, engine.threshold)),
        "at_1pct": _round(figures.share_at(found, mark)),
    }


def measure_hard(
    engine: Engine,
    hard: Mapping[str, Sequence[Case]],
    ground: Ground,
    innocent: Sequence[Answer],
) -> dict[str, Any]:
    """Hard query sets: recall of the person meant, at the shipped threshold and at 1 %."""
    best = [answer.best for answer in innocent]
    mark = figures.threshold_at(best, ALLOWED)
    answers = {name: _asked(engine, ground, cases) for name, cases in hard.items()}
    wanted = {name: [answer.wanted for answer in found] for name, found in answers.items()}
    found = {
        name: {
            "n": len(scores),
            "shipped": _round(figures.share_at(scores, engine.threshold)),
            "at_1pct": _round(figures.share_at(scores, mark)),
            "listed": _round(sum(answer.listed for answer in answers[name]) / len(scores)),
        }
        for name, scores in wanted.items()
    }
    curve = [(share, figures.threshold_at(best, share)) for share in _CURVE]
    return {
        "n_ordinary": len(innocent),
        "false_positives_shipped": _round(figures.share_at(best, engine.threshold)),
        "threshold_at_1pct": _round(mark),
        "sets": found,
        "macro_shipped": _macro(found, "shipped"),
        "macro_at_1pct": _macro(found, "at_1pct"),
        "worst_latin_at_1pct": min(v["at_1pct"] for name, v in found.items() if name != ORIGINAL_SCRIPT),
        "listed": _macro(found, "listed"),
        "curve": [
            [_round(figures.share_at(best, at)), _round(_mean([figures.share_at(s, at) for s in wanted.values()]))]
            for _, at in curve
        ],
    }


def measure_forms(engine: Engine, sets: Sets, ground: Ground, innocent: Sequence[Answer]) -> dict[str, Any]:
    """French forms: recall of each at the shipped threshold, and ordinary people alerted there."""

    def alerted(answers: Sequence[Answer]) -> float:
        return _round(figures.share_at([answer.best for answer in answers], engine.threshold))

    recall = {
        form: _round(figures.share_at([a.wanted for a in _asked(engine, ground, cases)], engine.threshold))
        for form, cases in sets.forms.items()
    }
    false = {
        "names, as they write themselves": alerted(innocent),
        "names, French forms": alerted(engine.search(ground, [name_only(query) for query in sets.look])),
    }
    if engine.uses_facts:
        false["with facts, as they write themselves"] = alerted(engine.search(ground, sets.ordinary))
        false["with facts, French forms"] = alerted(engine.search(ground, sets.look))
    return {
        "n": len(next(iter(sets.forms.values()))),
        "n_ordinary": len(sets.look),
        "recall": recall,
        "worst": min(recall.values()),
        "false_positives": false,
        "worst_names": max(value for name, value in false.items() if name.startswith("names")),
        "worst_facts": max((v for name, v in false.items() if name.startswith("with")), default=None),
    }


def _asked(engine: Engine, ground: Ground, cases: Sequence[Case]) -> list[Answer]:
    return engine.search(ground, [case.query for case in cases], [case.ref for case in cases])


def _macro(found: Mapping[str, Mapping[str, float]], key: str) -> float:
    return _round(_mean([each[key] for each in found.values()]))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _round(value: float) -> float:
    return round(value, _DIGITS)
