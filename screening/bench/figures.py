# SPDX-License-Identifier: Apache-2.0
"""The figures of the benchmark, computed from scores and times alone."""

import math
from collections.abc import Sequence


def f1(labels: Sequence[bool], alerts: Sequence[bool]) -> float:
    """Return the harmonic mean of precision and recall, 0 where nothing is found."""
    true = sum(label and alert for label, alert in zip(labels, alerts, strict=True))
    wrong = sum(label != alert for label, alert in zip(labels, alerts, strict=True))
    return 2 * true / (2 * true + wrong) if true else 0.0


def auc(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Return the chance that a match scores above a non-match, equal scores counting half.

    That is the Mann-Whitney statistic, the area under the ROC curve. ValueError without both kinds.
    """
    good = [score for label, score in zip(labels, scores, strict=True) if label]
    bad = [score for label, score in zip(labels, scores, strict=True) if not label]
    if not good or not bad:
        raise ValueError("matches and non-matches are needed")
    wins = sum((a > b) + 0.5 * (a == b) for a in good for b in bad)
    return wins / (len(good) * len(bad))


def roc(labels: Sequence[bool], scores: Sequence[float]) -> list[tuple[float, float]]:
    """Return (share of non-matches, share of matches) at or above each score, strictest first."""
    good, bad = sum(labels), len(labels) - sum(labels)
    points = [(0.0, 0.0)]
    for mark in sorted(set(scores), reverse=True):
        above = [label for label, score in zip(labels, scores, strict=True) if score >= mark]
        points.append(((len(above) - sum(above)) / bad, sum(above) / good))
    return points


def share_at(scores: Sequence[float], threshold: float) -> float:
    """Return the share of scores at or above the threshold."""
    return sum(score >= threshold for score in scores) / len(scores)


def threshold_at(innocent: Sequence[float], share: float) -> float:
    """Return the lowest threshold at which at most this share of innocent people alerts.

    A threshold alerts from its own value on. Where too many share the highest score no threshold
    on the scale does it, and the answer lies above every score.
    """
    allowed = math.floor(share * len(innocent) + 1e-9)
    ordered = sorted(innocent, reverse=True)
    if allowed >= len(ordered):
        return 0.0
    return math.nextafter(ordered[allowed], math.inf)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of all values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
