# SPDX-License-Identifier: Apache-2.0
"""The benchmark's figures, against examples worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.bench import figures

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=50)


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    # 2 of 3 matches found (recall 2/3), 2 of 4 alerts right (precision 1/2).
    labels = [True, True, True, False, False, False]
    alerts = [True, True, False, True, True, False]
    assert figures.f1(labels, alerts) == pytest.approx(4 / 7)


def test_f1_of_nothing_found_is_zero() -> None:
    assert figures.f1([True, False], [False, True]) == 0


def test_auc_counts_pairs_won_and_halves_of_ties() -> None:
    # .9 beats both; .5 beats .4 and ties with .5: 3.5 of 4.
    assert figures.auc([True, True, False, False], [0.9, 0.5, 0.5, 0.4]) == 3.5 / 4


def test_auc_needs_matches_and_others() -> None:
    with pytest.raises(ValueError, match="needed"):
        figures.auc([True, True], [0.1, 0.2])


def test_roc_steps_through_each_score_once() -> None:
    assert figures.roc([True, False, True, False], [0.9, 0.5, 0.5, 0.1]) == [(0, 0), (0, 0.5), (0.5, 1), (1, 1)]


def test_threshold_lets_the_allowed_share_alert_and_not_one_more() -> None:
    innocent = [number / 100 for number in range(100)]
    mark = figures.threshold_at(innocent, 0.05)
    assert 0.94 < mark <= 0.95
    assert figures.share_at(innocent, mark) == 0.05


def test_threshold_lies_above_a_score_that_too_many_share() -> None:
    mark = figures.threshold_at([1.0, 1.0, 0.2, 0.1], 0.25)
    assert mark == math.nextafter(1.0, 2)
    assert figures.share_at([1.0], mark) == 0


def test_threshold_for_everybody_is_zero() -> None:
    assert figures.threshold_at([0.3, 0.4], 1.0) == 0


@given(SCORES, st.floats(0, 1))
def test_threshold_never_lets_more_alert_than_allowed(innocent: list[float], share: float) -> None:
    mark = figures.threshold_at(innocent, share)
    alerted = figures.share_at(innocent, mark)
    assert alerted <= share + 1e-9
    # The next lower score that occurs would let too many alert.
    if below := [score for score in innocent if score < mark]:
        assert figures.share_at(innocent, max(below)) > share


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.99, 10), (0.9, 9), (0.01, 1)])
def test_percentile_is_the_nearest_rank(share: float, value: int) -> None:
    assert figures.percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value
